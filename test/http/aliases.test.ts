import { describe, expect, it } from "vitest";
import { makeWorld } from "../support/world.ts";

const world = makeWorld();

interface Problem {
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly code: string }[];
}

const alias = (attribute_name: string, display_name: string, table_name = "leads") => ({
  table_name,
  attribute_name,
  display_name,
});
const tableAlias = (table_name: string, display_name: string) => ({ table_name, display_name });

describe("aliases", () => {
  it("of columns are set, replaced, listed and deleted", async () => {
    const { owner } = await world.tenant();
    expect((await owner.get("/api/aliases")).body).toEqual({});
    const set = await owner.post("/api/aliases", alias("inn", "Tax number"));
    expect([set.status, set.body]).toEqual([201, alias("inn", "Tax number")]);
    await owner.post("/api/aliases", alias("inn", "ИНН клиента"));
    await owner.post("/api/aliases", alias("city", "Town", "individuals"));
    const listed = await owner.get("/api/aliases");
    expect(listed.body).toEqual({ individuals: { city: "Town" }, leads: { inn: "ИНН клиента" } });
    expect(listed.cost.trips).toBe(1);
    expect((await owner.delete("/api/aliases/leads/inn")).status).toBe(204);
    expect((await owner.delete("/api/aliases/leads/inn")).status).toBe(404);
    expect((await owner.get("/api/aliases")).body).toEqual({ individuals: { city: "Town" } });
  });

  it("of tables have paths of their own", async () => {
    const { owner } = await world.tenant();
    const set = await owner.post("/api/aliases/tables", tableAlias("leads", "Заявки"));
    expect([set.status, set.body]).toEqual([201, tableAlias("leads", "Заявки")]);
    await owner.post("/api/aliases", alias("inn", "Tax number"));
    expect((await owner.get("/api/aliases/tables")).body).toEqual({ leads: "Заявки" });
    expect((await owner.get("/api/aliases")).body).toEqual({ leads: { inn: "Tax number" } });
    expect((await owner.delete("/api/aliases/tables/leads")).status).toBe(204);
    expect((await owner.delete("/api/aliases/tables/leads")).status).toBe(404);
    expect((await owner.get("/api/aliases/tables")).body).toEqual({});
    expect((await owner.get("/api/aliases")).body).toEqual({ leads: { inn: "Tax number" } });
  });

  it("are for tables and columns that exist", async () => {
    const { owner } = await world.tenant();
    const found = ({ status, body }: { status: number; body: Problem }) => [
      status,
      ...(body.errors ?? []).map((issue) => `${issue.path} ${issue.code}`),
    ];
    const noTable = await owner.post<Problem>("/api/aliases", alias("inn", "X", "nothing"));
    expect(found(noTable)).toEqual([400, "table_name unknown_entity_type"]);
    const noColumn = await owner.post<Problem>("/api/aliases", alias("colour", "X"));
    expect(found(noColumn)).toEqual([400, "attribute_name unknown_attribute"]);
    const noTableEither = await owner.post<Problem>("/api/aliases/tables", tableAlias("nothing", "X"));
    expect(found(noTableEither)).toEqual([400, "table_name unknown_entity_type"]);
    const empty = await owner.post<Problem>("/api/aliases", alias("inn", " "));
    expect(found(empty)).toEqual([400, "display_name too_short"]);
  });

  it("follow what they name, and go with it", async () => {
    const { owner } = await world.tenant();
    await owner.post("/api/aliases", alias("inn", "Tax number"));
    await owner.post("/api/aliases", alias("email", "Mail"));
    await owner.post("/api/aliases/tables", tableAlias("leads", "Заявки"));
    await owner.put("/api/meta/entity-types/leads", { name: "requests" });
    await owner.put("/api/meta/entity-types/requests/attributes/inn", { name: "tax_number" });
    await owner.delete("/api/meta/entity-types/requests/attributes/email");
    expect((await owner.get("/api/aliases")).body).toEqual({ requests: { tax_number: "Tax number" } });
    expect((await owner.get("/api/aliases/tables")).body).toEqual({ requests: "Заявки" });
    await owner.delete("/api/meta/entity-types/requests");
    expect((await owner.get("/api/aliases")).body).toEqual({});
    expect((await owner.get("/api/aliases/tables")).body).toEqual({});
  });

  it("are not set on a column that is deleted at that moment", async () => {
    const { owner } = await world.tenant();
    owner.beforeCommit(() => owner.delete("/api/meta/entity-types/leads/attributes/inn"));
    expect((await owner.post("/api/aliases", alias("inn", "X"))).status).toBe(400);
  });

  it("are read by whoever sees the table, and managed with aliases:manage", async () => {
    const { owner, member } = await world.tenant();
    await owner.post("/api/aliases", alias("inn", "Tax number"));
    await owner.post("/api/aliases", alias("city", "Town", "individuals"));
    await owner.post("/api/aliases/tables", tableAlias("leads", "Заявки"));
    await owner.post("/api/aliases/tables", tableAlias("individuals", "Люди"));
    const seller = await member({ permissions: ["individuals:create"] });
    expect((await seller.get("/api/aliases")).body).toEqual({ individuals: { city: "Town" } });
    expect((await seller.get("/api/aliases/tables")).body).toEqual({ individuals: "Люди" });
    const answers = [
      await seller.post("/api/aliases", alias("city", "X", "individuals")),
      await seller.post("/api/aliases/tables", tableAlias("individuals", "X")),
      await seller.delete("/api/aliases/individuals/city"),
      await seller.delete("/api/aliases/tables/individuals"),
      await (await member()).get("/api/aliases"),
      await (await member()).get("/api/aliases/tables"),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 403));
    const manager = await member({ permissions: ["aliases:manage"] });
    expect((await manager.post("/api/aliases", alias("inn", "X"))).status).toBe(201);
    expect((await manager.delete("/api/aliases/tables/leads")).status).toBe(204);
  });

  it("belong to one tenant", async () => {
    const ours = await world.tenant();
    const theirs = await world.tenant();
    await ours.owner.post("/api/aliases", alias("inn", "Tax number"));
    await ours.owner.post("/api/aliases/tables", tableAlias("leads", "Заявки"));
    expect((await theirs.owner.get("/api/aliases")).body).toEqual({});
    expect((await theirs.owner.get("/api/aliases/tables")).body).toEqual({});
    expect((await theirs.owner.delete("/api/aliases/leads/inn")).status).toBe(404);
    expect((await theirs.owner.delete("/api/aliases/tables/leads")).status).toBe(404);
    expect((await ours.owner.get("/api/aliases")).body).toEqual({ leads: { inn: "Tax number" } });
  });
});
