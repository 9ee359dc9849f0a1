import { describe, expect, test } from "vitest";
import { openCursor, sealCursor } from "../../src/domain/cursors.ts";

const ctx = {
  tenantId: "0199d3c2-0000-7000-8000-000000000001",
  secretKey: "a-secret-0123456789-0123456789-abc",
};

describe("cursors", () => {
  test("come back for the same tenant and query", async () => {
    const cursor = await sealCursor(ctx, ["records", { q: "ё" }], ["Acme", 17, null]);
    expect(await openCursor(ctx, ["records", { q: "ё" }], cursor)).toEqual(["Acme", 17, null]);
  });

  test("are refused for another tenant, another query and as anything else", async () => {
    const cursor = await sealCursor(ctx, ["users"], ["x"]);
    const refused = { code: "invalid_cursor" };
    const other = { ...ctx, tenantId: "0199d3c2-0000-7000-8000-000000000002" };
    await expect(openCursor(other, ["users"], cursor)).rejects.toMatchObject(refused);
    await expect(openCursor(ctx, ["deliveries"], cursor)).rejects.toMatchObject(refused);
    await expect(openCursor(ctx, ["users"], "bm90aGluZw")).rejects.toMatchObject(refused);
  });
});
