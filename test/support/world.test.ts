import { describe, expect, it } from "vitest";
import { makeWorld } from "./world.ts";

describe("world", () => {
  it("founds companies whose people call the API", async () => {
    const world = makeWorld();
    const { owner, member, id } = await world.tenant({ shard: "02" });
    const roles = await owner.get<{ is_founder: boolean }[]>("/api/roles");
    expect(roles.status).toBe(200);
    expect(roles.body).toMatchObject([{ is_founder: true }]);
    expect(roles.cost.trips).toBe(1);
    expect(roles.batches.map(({ database }) => database)).toEqual(["TENANTS_02"]);
    const seller = await member({ permissions: ["leads:view"] });
    expect(seller.tenantId).toBe(id);
    expect((await seller.get("/api/roles")).status).toBe(403);
    expect((await world.anonymous.get("/api/roles")).status).toBe(401);
    expect((await world.client("not a token").get("/api/roles")).status).toBe(401);
    expect(world.produced).toContain("listRoles 200");
  });

  it("gives members passwords where a test wants to log in", async () => {
    const world = makeWorld();
    const { owner } = await world.tenant({ password: "correct horse battery" });
    const form = new URLSearchParams({ username: owner.email, password: "correct horse battery" });
    const { status } = await world.anonymous.post("/api/auth/token", undefined, {
      raw: form.toString(),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    expect(status).toBe(200);
  });

  it("lets something happen between reading and committing", async () => {
    const world = makeWorld();
    const { owner, member } = await world.tenant();
    const manager = await member({ permissions: ["roles:manage"] });
    let interfered = 0;
    manager.beforeCommit(async () => {
      interfered += 1;
      const [role] = (await owner.get<{ id: string; name: string }[]>("/api/roles")).body.filter(({ name }) =>
        name.startsWith("Role "),
      );
      await owner.put(`/api/roles/${role?.id}`, { name: "Less", permissions: [] });
    });
    expect((await manager.post("/api/roles", { name: "New" })).status).toBe(403);
    expect(interfered).toBe(1);
  });
});
