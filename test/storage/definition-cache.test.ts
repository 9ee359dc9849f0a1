import { describe, expect, it } from "vitest";
import { makeWorld } from "../support/world.ts";

const world = makeWorld();

async function tenantWithLead() {
  const { owner } = await world.tenant();
  const lead = await owner.post<{ id: string }>("/api/data/leads", { organization_name: "Acme" });
  const read = () => owner.get(`/api/data/leads/${lead.body.id}`);
  await read();
  return { owner, read };
}

describe("an isolate that knows an entity type", () => {
  it("reads one row of its definition instead of one for each attribute and option", async () => {
    const { read } = await tenantWithLead();
    const { cost } = await read();
    // Tenant, session, member, role and its membership; the type; the record and its values.
    expect(cost).toMatchObject({ trips: 1 });
    expect(cost.rowsRead).toBeLessThanOrEqual(15);
  });

  it("sees a renamed field on the next request", async () => {
    const { owner, read } = await tenantWithLead();
    await owner.put("/api/meta/entity-types/leads/attributes/notes", { name: "remarks" });
    const { body } = await read();
    expect(body).toHaveProperty("remarks");
    expect(body).not.toHaveProperty("notes");
  });

  it("sees a renamed option on the next request", async () => {
    const { owner, read } = await tenantWithLead();
    interface Field {
      readonly name: string;
      readonly options?: readonly { readonly id: string }[];
      readonly select_list_id?: string;
    }
    const { body } = await owner.get<{ attributes: readonly Field[] }>("/api/meta/entity-types/leads");
    const status = body.attributes.find(({ name }) => name === "lead_status");
    const path = `/api/meta/select-lists/${status?.select_list_id}/options/${status?.options?.[0]?.id}`;
    expect((await owner.put(path, { value: "Fresh" })).status).toBe(200);
    expect((await read()).body).toMatchObject({ lead_status: "Fresh" });
  });

  it("takes a new table of an old name for what it is", async () => {
    const { owner } = await world.tenant();
    const define = (field: string) =>
      owner.post("/api/meta/entity-types", {
        name: "deals",
        display_name: "Deals",
        attributes: [{ name: field, display_name: field, value_type: "string" }],
      });
    await define("before");
    await owner.post("/api/data/deals", { before: "x" });
    await owner.delete("/api/meta/entity-types/deals");
    await define("after");
    const { status, body } = await owner.post("/api/data/deals", { after: "y" });
    expect({ status, body }).toMatchObject({ status: 201, body: { after: "y" } });
    expect(body).not.toHaveProperty("before");
  });

  it("does not take another tenant's table for its own", async () => {
    const [a, b] = [await tenantWithLead(), await tenantWithLead()];
    await a.owner.put("/api/meta/entity-types/leads/attributes/notes", { name: "remarks" });
    expect((await b.read()).body).toHaveProperty("notes");
    expect((await a.read()).body).toHaveProperty("remarks");
  });
});
