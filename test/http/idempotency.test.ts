import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { makeWorld, type TestTenant } from "../support/world.ts";

const world = makeWorld();
const key = (value: string) => ({ headers: { "idempotency-key": value } });

async function rolesNamed({ id }: TestTenant, name: string): Promise<number> {
  const { results } = await env.TENANTS_01.prepare("SELECT 1 FROM roles WHERE tenant_id = ? AND name = ?")
    .bind(id, name)
    .all();
  return results.length;
}

describe("Idempotency-Key", () => {
  it("gives a hundred parallel calls one effect and one answer", async () => {
    const tenant = await world.tenant();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => tenant.owner.post("/api/roles", { name: "Sales" }, key("once"))),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(201);
    expect(new Set(answers.map(({ headers }) => headers.get("location"))).size).toBe(1);
    expect(await rolesNamed(tenant, "Sales")).toBe(1);
  });

  it("refuses other input under the same key, of the same operation or another", async () => {
    const { owner } = await world.tenant();
    const made = await owner.post<{ id: string }>("/api/roles", { name: "Sales" }, key("k"));
    expect(made.status).toBe(201);
    for (const answer of [
      await owner.post("/api/roles", { name: "Support" }, key("k")),
      await owner.put(`/api/roles/${made.body.id}`, { name: "Sales" }, key("k")),
      await owner.delete(`/api/roles/${made.body.id}`, key("k")),
    ]) {
      expect(answer.status).toBe(422);
      expect(answer.body.code).toBe("idempotency_key_reused");
      expect(answer.cost.rowsWritten).toBe(0);
    }
    expect((await owner.get(`/api/roles/${made.body.id}`)).status).toBe(200);
  });

  it("takes input for the same whatever the order of its fields", async () => {
    const { owner } = await world.tenant();
    const first = await owner.post("/api/roles", { name: "Sales", permissions: ["leads:view"] }, key("k"));
    const second = await owner.post("/api/roles", { permissions: ["leads:view"], name: "Sales" }, key("k"));
    expect(second.text).toBe(first.text);
  });

  it("belongs to the member: a colleague's, or another company's, is another", async () => {
    const mine = await world.tenant();
    const theirs = await world.tenant();
    const colleague = await mine.member({ permissions: ["roles:manage", "leads:view"] });
    const first = await mine.owner.post("/api/roles", { name: "A" }, key("k"));
    expect((await colleague.post("/api/roles", { name: "B" }, key("k"))).status).toBe(201);
    const elsewhere = await theirs.owner.post("/api/roles", { name: "A" }, key("k"));
    expect(elsewhere.status).toBe(201);
    expect(elsewhere.text).not.toBe(first.text);
  });

  it("keeps nothing of a call that failed: it can be put right and repeated", async () => {
    const tenant = await world.tenant();
    const { owner } = tenant;
    await owner.post("/api/roles", { name: "Taken" });
    const failed = await owner.post("/api/roles", { name: "Taken" }, key("k"));
    expect(failed.status).toBe(409);
    expect((await owner.post("/api/roles", { name: "Free" }, key("k"))).status).toBe(201);
    expect(await rolesNamed(tenant, "Free")).toBe(1);
  });

  it("repeats the answer only to whoever may still do it", async () => {
    const { owner, member } = await world.tenant();
    const manager = await member({ permissions: ["roles:manage", "leads:view"] });
    expect((await manager.post("/api/roles", { name: "A" }, key("k"))).status).toBe(201);
    const roles = await owner.get<{ id: string; name: string; is_founder: boolean }[]>("/api/roles");
    const theirs = roles.body.find(({ name }) => name.startsWith("Role "));
    await owner.put(`/api/roles/${theirs?.id}`, { name: "Less", permissions: [] });
    const again = await manager.post("/api/roles", { name: "A" }, key("k"));
    expect(again.status).toBe(403);
    expect(again.text).not.toContain('"A"');
  });

  it("repeats a deletion's answer, too", async () => {
    const { owner } = await world.tenant();
    const { body } = await owner.post<{ id: string }>("/api/roles", { name: "A" });
    expect((await owner.delete(`/api/roles/${body.id}`, key("k"))).status).toBe(204);
    expect((await owner.delete(`/api/roles/${body.id}`, key("k"))).status).toBe(204);
    expect((await owner.delete(`/api/roles/${body.id}`)).status).toBe(404);
  });
});
