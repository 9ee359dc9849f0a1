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

interface Page {
  readonly data: readonly Readonly<Record<string, unknown>>[];
  readonly total: number;
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

describe("a list that was prepared from what the isolate knew", () => {
  async function teamWithLead() {
    const { owner, member } = await world.tenant();
    const role = await owner.post<{ id: string }>("/api/roles", {
      name: "Sales",
      permissions: ["leads:view"],
    });
    const seller = await member({ permissions: [] });
    const assign = (roleIds: string[]) =>
      owner.put(`/api/users/${seller.memberId}/roles`, { role_ids: roleIds });
    await assign([role.body.id]);
    await owner.post("/api/data/leads", { organization_name: "Acme", responsible: owner.memberId });
    const list = (query = "") => seller.get<Page>(`/api/data/leads${query}`);
    await list();
    return { owner, assign, list };
  }

  it("takes one trip, rights and definition included, and a row for each record and few more", async () => {
    const { list } = await teamWithLead();
    const { cost, body } = await list();
    expect(body.data).toHaveLength(1);
    expect(cost.trips).toBe(1);
    // Tenant, session, member, role and its membership; the type; the record.
    expect(cost.rowsRead).toBeLessThanOrEqual(12);
  });

  it("is refused to who has lost the right since", async () => {
    const { assign, list } = await teamWithLead();
    await assign([]);
    const { status, body } = await list();
    expect(status).toBe(403);
    expect(JSON.stringify(body)).not.toContain("Acme");
  });

  it("is prepared anew where the table has changed since", async () => {
    const { owner, list } = await teamWithLead();
    await owner.put("/api/meta/entity-types/leads/attributes/organization_name", { name: "company" });
    expect((await list()).body.data[0]).toMatchObject({ company: "Acme" });
    expect((await list("?sort=organization_name")).status).toBe(400);
    expect((await list("?sort=company")).status).toBe(200);
  });

  it("finds a table that has been deleted since gone", async () => {
    const { owner, list } = await teamWithLead();
    await owner.delete("/api/meta/entity-types/leads");
    expect((await list()).status).toBe(404);
  });

  it("counts the records that there are now", async () => {
    const { owner, list } = await teamWithLead();
    await owner.post("/api/data/leads", { organization_name: "Beta" });
    expect((await list()).body.total).toBe(2);
  });

  it("shows what a member is called by now", async () => {
    const { owner, list } = await teamWithLead();
    const shown = async () => (await list()).body.data[0]?.responsible;
    expect(await shown()).toEqual({ id: owner.memberId, full_name: "Founder" });
    await owner.patch("/api/users/me", { full_name: "Head of sales" });
    expect(await shown()).toEqual({ id: owner.memberId, full_name: "Head of sales" });
    await owner.patch(`/api/users/${owner.memberId}`, { full_name: null });
    expect(await shown()).toEqual({ id: owner.memberId, full_name: null });
  });
});
