import { describe, expect, it } from "vitest";
import { type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

/**
 * A write is decided on what was read. These change that, in the moment between reading and committing, and see
 * that the write is decided anew.
 */
const world = makeWorld();

/** The role that `tenant.member` made for its permissions. */
async function roleOf({ owner }: TestTenant): Promise<string> {
  const { body } = await owner.get<{ id: string; name: string }[]>("/api/roles");
  return body.find(({ name }) => name.startsWith("Role "))?.id ?? "";
}

async function seller(tenant: TestTenant): Promise<{ client: MemberClient; lead: string }> {
  const client = await tenant.member({ permissions: ["leads:view", "leads:create", "leads:edit"] });
  const { body } = await client.post<{ id: string }>("/api/data/leads", { organization_name: "Before" });
  return { client, lead: `/api/data/leads/${body.id}` };
}

const titleOf = async (owner: MemberClient, lead: string) =>
  (await owner.get<{ organization_name: string }>(lead)).body.organization_name;

describe("between reading and committing", () => {
  it("a right that was taken is missed: 403, nothing written", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    const role = await roleOf(tenant);
    client.beforeCommit(() =>
      tenant.owner.put(`/api/roles/${role}`, { name: "Less", permissions: ["leads:view"] }),
    );
    const answer = await client.patch(lead, { organization_name: "After" });
    expect(answer.status).toBe(403);
    expect(await titleOf(tenant.owner, lead)).toBe("Before");
  });

  it("a role that was deleted is missed", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    const role = await roleOf(tenant);
    client.beforeCommit(() => tenant.owner.delete(`/api/roles/${role}`));
    expect((await client.patch(lead, { organization_name: "After" })).status).toBe(403);
    expect(await titleOf(tenant.owner, lead)).toBe("Before");
  });

  it("a change of rights that takes nothing away costs another attempt, and nothing else", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    client.beforeCommit(() => tenant.owner.post("/api/users", { email: "new@acme.test" }));
    const answer = await client.patch(lead, { organization_name: "After" });
    expect(answer.status).toBe(200);
    expect(await titleOf(tenant.owner, lead)).toBe("After");
  });

  it("a member who was removed is gone: 401", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    client.beforeCommit(() => tenant.owner.delete(`/api/users/${client.memberId}`));
    expect((await client.patch(lead, { organization_name: "After" })).status).toBe(401);
    expect(await titleOf(tenant.owner, lead)).toBe("Before");
  });

  it("a table that was deleted is gone: 404", async () => {
    const tenant = await world.tenant();
    const { client } = await seller(tenant);
    client.beforeCommit(() => tenant.owner.delete("/api/meta/entity-types/leads"));
    expect((await client.post("/api/data/leads", { organization_name: "After" })).status).toBe(404);
  });

  it("a field that became required is asked for: 400", async () => {
    const tenant = await world.tenant();
    const { client } = await seller(tenant);
    const { body: leads } = await tenant.owner.get<{ attributes: { id: string; name: string }[] }>(
      "/api/meta/entity-types/leads",
    );
    const inn = leads.attributes.find(({ name }) => name === "inn")?.id;
    client.beforeCommit(() =>
      tenant.owner.put(`/api/meta/entity-types/leads/attributes/${inn}`, { required: true }),
    );
    const answer = await client.post("/api/data/leads", { organization_name: "After" });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toMatchObject([{ path: "inn", code: "required" }]);
  });

  it("a record that was changed keeps both changes: neither is lost", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    client.beforeCommit(() => tenant.owner.patch(lead, { notes: "theirs" }));
    expect((await client.patch(lead, { organization_name: "mine" })).status).toBe(200);
    expect((await tenant.owner.get(lead)).body).toMatchObject({
      organization_name: "mine",
      notes: "theirs",
      version: 3,
    });
  });

  it("a record that was changed refuses an If-Match: 412", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    client.beforeCommit(() => tenant.owner.patch(lead, { organization_name: "theirs" }));
    const answer = await client.patch(
      lead,
      { organization_name: "mine" },
      { headers: { "if-match": '"1"' } },
    );
    expect(answer.status).toBe(412);
    expect(await titleOf(tenant.owner, lead)).toBe("theirs");
  });

  it("a record that was deleted is gone: 404", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    client.beforeCommit(() => tenant.owner.delete(lead));
    expect((await client.patch(lead, { organization_name: "mine" })).status).toBe(404);
  });
});

describe("what changes without end", () => {
  it("is given up after a few attempts: 503, to be tried again", async () => {
    const tenant = await world.tenant();
    const { client, lead } = await seller(tenant);
    let changes = 0;
    const interfere = async () => {
      changes += 1;
      client.beforeCommit(interfere);
      await tenant.owner.patch(lead, { notes: `change ${changes}` });
    };
    client.beforeCommit(interfere);
    const answer = await client.patch(lead, { organization_name: "mine" });
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("1");
    expect(changes).toBeGreaterThan(3);
    expect(await titleOf(tenant.owner, lead)).toBe("Before");
  });
});
