import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { WireJob } from "../../src/domain/jobs/wire-job.ts";
import worker from "../../src/worker.ts";
import { jobContext, run, runAndDie, worldOfLongTables } from "../support/jobs.ts";
import { rowsOutOfStep, storedType } from "../support/rows-in-step.ts";
import { tenantRows } from "../support/tenant-rows.ts";
import { type MemberClient, makeWorld, type TestTenant } from "../support/world.ts";

const world = worldOfLongTables();

// Processes that die say so in the log.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));
const types = "/api/meta/entity-types";
const attributes = `${types}/deals/attributes`;

type Problem = { code: string; errors?: { path: string; code: string }[] };

/** A company with a table of `size` deals, the last of them in the trash. */
async function dealsOf(size: number, at = world): Promise<TestTenant> {
  const tenant = await at.tenant();
  const { owner } = tenant;
  await owner.post(types, {
    name: "deals",
    display_name: "Deals",
    attributes: [
      { name: "title", display_name: "Title", value_type: "string" },
      { name: "code", display_name: "Code", value_type: "string", indexed: false },
      { name: "price", display_name: "Price", value_type: "float", indexed: false },
    ],
  });
  const records = Array.from({ length: size }, (_, i) => ({
    title: `Ёлка ${i}`,
    code: i % 3 === 2 ? null : `Code-${i}`,
    price: i,
  }));
  await owner.post("/api/data/deals/bulk-create", { records });
  if (size > 0) {
    const last = await owner.get<{ data: { id: string }[] }>("/api/data/deals?sort=-price&limit=1");
    await owner.delete(`/api/data/deals/${last.body.data[0]?.id}`);
  }
  return tenant;
}

async function change(owner: MemberClient, name: string, body: object): Promise<WireAttribute> {
  const answer = await owner.put<WireAttribute>(`${attributes}/${name}`, body);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
}

const job = async ({ owner }: TestTenant, id: string | undefined) =>
  (await owner.get<WireJob>(`/api/jobs/${id}`)).body;

const attribute = async ({ owner }: TestTenant, name: string) =>
  (await owner.get<WireEntityType>(`${types}/deals`)).body.attributes.find((each) => each.name === name);

describe("an index over many records", () => {
  it("is made by a job, and counts only when it is whole", async () => {
    const tenant = await dealsOf(8);
    const before = world.queue.sent.length;
    const made = await change(tenant.owner, "code", { indexed: true });
    expect(made).toMatchObject({ indexed: false, job_id: expect.any(String) });
    expect(world.queue.sent.slice(before)).toMatchObject([
      { body: { type: "job", tenant_id: tenant.id, job_id: made.job_id } },
    ]);
    expect(await job(tenant, made.job_id)).toMatchObject({
      kind: "build_index",
      status: "queued",
      done: 0,
      total: 8,
    });

    const ctx = jobContext(world, tenant);
    expect(await run(ctx, made.job_id ?? "", 1)).toBe("more");
    expect(await job(tenant, made.job_id)).toMatchObject({ status: "running", done: 2, finished_at: null });
    expect(await attribute(tenant, "code")).toMatchObject({ indexed: false, job_id: made.job_id });
    const sorted = async () =>
      (await tenant.owner.get<{ data: { code: string }[] }>("/api/data/deals?sort=code")).body.data.map(
        ({ code }) => code,
      );
    const order = [null, null, "Code-0", "Code-1", "Code-3", "Code-4", "Code-6"];
    expect(await sorted()).toEqual(order);

    expect(await run(ctx, made.job_id ?? "")).toBe("finished");
    const after = await attribute(tenant, "code");
    expect(after).toMatchObject({ indexed: true });
    expect(after).not.toHaveProperty("job_id");
    const done = await job(tenant, made.job_id);
    expect(done).toMatchObject({
      status: "done",
      done: 7,
      total: 7,
      errors: [],
      finished_at: expect.any(String),
    });
    expect(await rowsOutOfStep(tenant)).toEqual([]);
    expect(await sorted()).toEqual(order);
    expect(await run(ctx, made.job_id ?? "")).toBe("none");
  });

  it("survives a crash at any moment, and is made once", async () => {
    for (const lostReply of [false, true]) {
      for (let batches = 0; ; batches++) {
        const tenant = await dealsOf(6);
        const made = await change(tenant.owner, "code", { indexed: true, unique: true });
        const reached = await runAndDie(world, tenant, made.job_id ?? "", { batches, lostReply });
        await tenant.owner.post("/api/data/deals", { title: "in between", code: "between" });
        const left = await run(jobContext(world, tenant), made.job_id ?? "");
        expect(await job(tenant, made.job_id), `${batches} ${lostReply}`).toMatchObject({
          status: "done",
          errors: [],
        });
        expect(await attribute(tenant, "code")).toMatchObject({ indexed: true, unique: true });
        expect(await rowsOutOfStep(tenant)).toEqual([]);
        if (reached < batches || left === "none") break;
      }
    }
  });

  it("can be called off", async () => {
    const tenant = await dealsOf(6);
    const made = await change(tenant.owner, "code", { indexed: true });
    await run(jobContext(world, tenant), made.job_id ?? "", 1);
    const renamed = await change(tenant.owner, "code", { display_name: "Number", indexed: true });
    expect(renamed).toMatchObject({ job_id: made.job_id, indexed: false });
    const refused = await tenant.owner.put<Problem>(`${attributes}/code`, { max_length: 100 });
    expect([refused.status, refused.body.code]).toEqual([409, "invalid_state"]);

    const off = await change(tenant.owner, "code", { indexed: false });
    expect(off).not.toHaveProperty("job_id");
    expect(await job(tenant, made.job_id)).toMatchObject({
      status: "failed",
      errors: [{ code: "cancelled" }],
    });
    expect(await run(jobContext(world, tenant), made.job_id ?? "")).toBe("none");
    expect(await rowsOutOfStep(tenant)).toEqual([]);

    const again = await change(tenant.owner, "code", { indexed: true });
    await tenant.owner.delete(`${attributes}/code`);
    expect(await job(tenant, again.job_id)).toMatchObject({ status: "failed" });
  });
});

describe("uniqueness over many records", () => {
  it("refuses new twins from its beginning on, and takes an upsert only at its end", async () => {
    const tenant = await dealsOf(8);
    const made = await change(tenant.owner, "code", { unique: true });
    expect(made.unique).toBe(false);
    expect((await tenant.owner.post("/api/data/deals", { code: "fresh" })).status).toBe(201);
    const twin = await tenant.owner.post<Problem>("/api/data/deals", { code: "FRESH" });
    expect([twin.status, twin.body.errors]).toMatchObject([409, [{ path: "code", code: "not_unique" }]]);
    const upsert = { key: "code", records: [{ code: "fresh", title: "again" }] };
    expect((await tenant.owner.post("/api/data/deals/upsert", upsert)).status).toBe(400);
    const otherKey = await tenant.owner.post<{ failed: number }>("/api/data/deals/bulk-create", {
      records: [{ code: "fresh" }, { code: "new" }],
    });
    expect(otherKey.body).toMatchObject({ succeeded: 1, failed: 1 });

    await run(jobContext(world, tenant), made.job_id ?? "");
    expect(await attribute(tenant, "code")).toMatchObject({ unique: true });
    expect((await tenant.owner.post("/api/data/deals/upsert", upsert)).status).toBe(200);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("fails with the values that occur twice, ten at most, and leaves nothing", async () => {
    const tenant = await dealsOf(4);
    const twins = Array.from({ length: 24 }, (_, i) => ({ title: "Twin", code: `twin ${i % 12}` }));
    await tenant.owner.post("/api/data/deals/bulk-create", { records: twins });
    const made = await change(tenant.owner, "code", { unique: true, indexed: true });
    expect(await run(jobContext(world, tenant), made.job_id ?? "")).toBe("finished");
    const failed = await job(tenant, made.job_id);
    expect(failed).toMatchObject({ status: "failed", finished_at: expect.any(String) });
    expect(failed.errors).toHaveLength(10);
    expect(failed.errors[0]).toMatchObject({
      path: "unique",
      code: "value_occurs_twice",
      detail: expect.stringContaining("'twin 0'"),
    });
    expect(await attribute(tenant, "code")).toMatchObject({ unique: false, indexed: false });
    expect(await rowsOutOfStep(tenant)).toEqual([]);
    expect((await tenant.owner.post("/api/data/deals", { code: "twin 1" })).status).toBe(201);
  });
});

describe("running numbers of many records", () => {
  const NUMBER = { name: "no", display_name: "No", value_type: "autonumber", pattern: "D-{01}" };

  it("are given by a job, while new records have theirs already", async () => {
    const tenant = await dealsOf(9);
    const { owner } = tenant;
    const made = await owner.post<WireAttribute>(attributes, NUMBER);
    expect([made.status, made.body]).toMatchObject([201, { indexed: false, job_id: expect.any(String) }]);
    const fresh = await owner.post<{ no: string }>("/api/data/deals", { title: "fresh" });
    expect(fresh.body.no).toBe("D-10");
    await run(jobContext(world, tenant), made.body.job_id ?? "");
    expect(await job(tenant, made.body.job_id)).toMatchObject({ status: "done", kind: "number_records" });
    expect(await attribute(tenant, "no")).toMatchObject({ indexed: true, unique: true });
    const all = await owner.get<{ data: { no: string; price: number | null }[] }>("/api/data/deals?sort=no");
    expect(all.body.data.map(({ no }) => no)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 10].map((n) => `D-${String(n).padStart(2, "0")}`),
    );
    const found = await owner.get<{ data: { no: string }[] }>("/api/data/deals?q=D-07");
    expect(found.body.data.map(({ no }) => no)).toEqual(["D-07"]);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });
});

describe("titles of many records", () => {
  it("are made anew by a job", async () => {
    const tenant = await dealsOf(7);
    await tenant.owner.put(`${types}/deals`, { display_attribute: "code" });
    const { body } = await tenant.owner.get<{ data: WireJob[] }>("/api/jobs");
    expect(body.data).toMatchObject([{ kind: "title_records", status: "queued" }]);
    expect(await rowsOutOfStep(tenant)).not.toEqual([]);
    await run(jobContext(world, tenant), body.data[0]?.id ?? "");
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });
});

describe("deleting an attribute of many records", () => {
  it("frees its name at once; a job takes values, rows and texts", async () => {
    const tenant = await dealsOf(7);
    const { owner } = tenant;
    await change(tenant.owner, "price", { required: false });
    expect((await owner.delete(`${attributes}/title`)).status).toBe(204);
    expect(
      (await owner.post(attributes, { name: "title", display_name: "T", value_type: "integer" })).status,
    ).toBe(201);
    const { body } = await owner.get<{ data: WireJob[] }>("/api/jobs?limit=1");
    expect(body.data).toMatchObject([{ kind: "forget_attribute" }]);
    await run(jobContext(world, tenant), body.data[0]?.id ?? "");
    expect(await rowsOutOfStep(tenant)).toEqual([]);
    const found = await owner.get<{ data: unknown[] }>(`/api/data/deals?q=${encodeURIComponent("ёлка")}`);
    expect(found.body.data).toEqual([]);
    const { results } = await env.TENANTS_01.prepare("SELECT data FROM records WHERE tenant_id = ?")
      .bind(tenant.id)
      .all<{ data: string }>();
    expect(results.filter(({ data }) => data.includes("Ёлка"))).toEqual([]);
  });
});

describe("deleting a table of many records", () => {
  const OF_TYPES = ["entity_types", "attributes", "records", "record_index", "record_unique", "record_links"];
  const left = async (tenant: TestTenant, type: number) => {
    const rows = await tenantRows(tenant);
    const search = await env.TENANTS_01.prepare(
      `SELECT count(*) AS n FROM record_search WHERE rowid > ${2 ** 32 * type} AND rowid < ${2 ** 32 * (type + 1)}`,
    ).first<{ n: number }>();
    return [...OF_TYPES.map((table) => rows[table]?.length), search?.n];
  };

  it("makes it invisible at once, and leaves nothing behind, wherever the process dies", async () => {
    for (const lostReply of [false, true]) {
      for (let batches = 0; ; batches += 3) {
        const none = await left(await world.tenant(), 0);
        const tenant = await dealsOf(15);
        const { number } = await storedType(tenant, "deals");
        expect((await left(tenant, number)).at(-1)).toBe(14);
        const { owner } = tenant;
        const answer = await owner.delete(`${types}/deals`);
        expect(answer.status).toBe(204);
        const jobId = answer.headers.get("location")?.split("/").at(-1) ?? "";
        expect((await owner.get("/api/data/deals")).status).toBe(404);
        expect(await job(tenant, jobId)).toMatchObject({ status: "running", total: 15 });
        const again = { name: "deals", display_name: "Deals", attributes: [] };
        expect((await owner.post(types, again)).status).toBe(201);
        await owner.delete(`${types}/deals`);

        const reached = await runAndDie(world, tenant, jobId, { batches, lostReply });
        await run(jobContext(world, tenant), jobId);
        expect(await job(tenant, jobId)).toMatchObject({ status: "done", done: 15, total: 15 });
        expect(await left(tenant, number)).toEqual(none);
        expect(await rowsOutOfStep(tenant)).toEqual([]);
        if (reached < batches) break;
      }
    }
  });

  it("ends whatever else was going on with it", async () => {
    const tenant = await dealsOf(6);
    const made = await change(tenant.owner, "code", { indexed: true });
    await tenant.owner.delete(`${types}/deals`);
    expect(await job(tenant, made.job_id)).toMatchObject({
      status: "failed",
      errors: [{ code: "cancelled" }],
    });
  });
});

describe("jobs on the wire", () => {
  it("are seen by those who see the tables, and by whoever began them", async () => {
    const tenant = await dealsOf(6);
    const manager = await tenant.member({ permissions: ["meta:manage"] });
    const made = await change(manager, "code", { indexed: true });
    const viewer = await tenant.member({ permissions: ["meta:view"] });
    const seller = await tenant.member({ permissions: ["deals:view"] });
    const path = `/api/jobs/${made.job_id}`;
    const statuses = await Promise.all(
      [manager, viewer, seller].map(async (member) => (await member.get(path)).status),
    );
    expect(statuses).toEqual([200, 200, 403]);
    const roles = await tenant.owner.get<{ id: string; name: string }[]>("/api/roles");
    for (const role of roles.body.filter(({ name }) => name.startsWith("Role "))) {
      await tenant.owner.put(`/api/roles/${role.id}`, { name: role.name, permissions: [] });
    }
    expect((await manager.get(path)).status).toBe(200);
    expect((await manager.get("/api/jobs")).status).toBe(403);
    expect((await tenant.owner.get("/api/jobs/none")).status).toBe(404);
  });
});

describe("without anybody's help", () => {
  it("the queue does what a request began", async () => {
    const real = makeWorld({ vars: { RECORDS_AT_ONCE: "3" } });
    const tenant = await dealsOf(6, real as typeof world);
    const made = await change(tenant.owner, "code", { indexed: true });
    const isDone = async () => (await job(tenant, made.job_id)).status === "done";
    await vi.waitUntil(isDone, { timeout: 20_000, interval: 50 });
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("the sweep brings up what the queue lost", async () => {
    const tenant = await dealsOf(6);
    world.queue.broken = true;
    const made = await change(tenant.owner, "code", { indexed: true });
    world.queue.broken = false;
    const before = world.queue.sent.length;
    const ctx = createExecutionContext();
    const controller = createScheduledController({ scheduledTime: new Date(), cron: "* * * * *" });
    await worker.scheduled(controller, { ...env, JOBS: world.queue } as unknown as Env, ctx);
    await waitOnExecutionContext(ctx);
    const nudged = world.queue.sent.slice(before).map(({ body }) => body);
    expect(nudged).toContainEqual({ type: "job", shard: "01", tenant_id: tenant.id, job_id: made.job_id });
  });
});
