import { beforeEach, describe, expect, it, vi } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { WireJob } from "../../src/domain/jobs/wire-job.ts";
import type { WireRecord } from "../../src/domain/records/wire-record.ts";
import { jobContext, run, runAndDie, worldOfLongTables } from "../support/jobs.ts";
import { rowsOutOfStep } from "../support/rows-in-step.ts";
import type { TestTenant } from "../support/world.ts";

const world = worldOfLongTables();
const types = "/api/meta/entity-types";
const attributes = `${types}/deals/attributes`;
const deals = "/api/data/deals";

// Processes that die say so in the log.
beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));

const field = (name: string, value_type: string, more: object = {}) => ({
  name,
  display_name: name,
  value_type,
  ...more,
});
const TOTAL = field("total", "formula", { formula_text: "{price} * {quantity}", indexed: true });

/** A company with a table of seven deals, the last of them in the trash. */
async function longTable(...formulas: object[]): Promise<TestTenant> {
  const tenant = await world.tenant();
  const fields = [
    field("title", "string"),
    field("price", "integer"),
    field("quantity", "integer"),
    field("stage", "select", { options: ["new", "won"] }),
  ];
  const type = { name: "deals", display_name: "Deals", attributes: [...fields, ...formulas] };
  expect((await tenant.owner.post(types, type)).status).toBe(201);
  const records = Array.from({ length: 7 }, (_, i) => ({
    title: `Deal ${i}`,
    price: 10 * i,
    quantity: i % 3 === 0 ? null : 2,
    stage: "won",
  }));
  await tenant.owner.post(`${deals}/bulk-create`, { records });
  const [last] = await listed(tenant, "-price");
  await tenant.owner.delete(`${deals}/${last?.id}`);
  return tenant;
}

async function listed({ owner }: TestTenant, sort: string, filters?: object): Promise<WireRecord[]> {
  const { status, body, text } = await owner.post<{ data: WireRecord[] }>(`${deals}/query`, {
    sort,
    filters,
  });
  expect(status, text).toBe(200);
  return body.data;
}

async function attribute({ owner }: TestTenant, name: string): Promise<WireAttribute> {
  const { body } = await owner.get<WireEntityType>(`${types}/deals`);
  return body.attributes.find((each) => each.name === name) as WireAttribute;
}

const totals = async (tenant: TestTenant, sort = "price") =>
  (await listed(tenant, sort)).map(({ total }) => total);

describe("formulas of long tables", () => {
  it("are calculated by a job, and their index counts when it is whole", async () => {
    const tenant = await longTable();
    const { body: made, status } = await tenant.owner.post<WireAttribute>(attributes, TOTAL);
    expect(status).toBe(201);
    expect(made.job_id).toBeDefined();
    await run(jobContext(world, tenant), made.job_id ?? "");
    const { body: job } = await tenant.owner.get<WireJob>(`/api/jobs/${made.job_id}`);
    expect(job).toMatchObject({ kind: "compute_formulas", status: "done", errors: [] });
    expect(await attribute(tenant, "total")).toMatchObject({ indexed: true });
    expect(await totals(tenant)).toEqual([null, 20, 40, null, 80, 100]);
    expect(await totals(tenant, "-total")).toEqual([100, 80, 40, 20, null, null]);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("may become of another kind: results are blank until the job comes by, never the old ones", async () => {
    const tenant = await longTable(TOTAL, field("label", "formula", { formula_text: "'T' & {total}" }));
    const text = { formula_text: "{title} & '!'" };
    const { body: changed } = await tenant.owner.put<WireAttribute>(`${attributes}/total`, text);
    expect(changed).toMatchObject({ result_type: "string", indexed: false, job_id: expect.any(String) });
    expect(await totals(tenant)).toEqual([null, null, null, null, null, null]);
    const ctx = jobContext(world, tenant);
    await run(ctx, changed.job_id ?? "", 1);
    await tenant.owner.post(deals, { title: "Late", price: 1 });
    const [first] = await listed(tenant, "-price");
    await tenant.owner.patch(`${deals}/${first?.id}`, { title: "Renamed" });
    expect(await rowsOutOfStep(tenant)).toEqual([]);
    expect(await run(ctx, changed.job_id ?? "")).toBe("finished");
    const after = await listed(tenant, "price");
    expect(after.map(({ total, title }) => total === `${title}!`)).toEqual(after.map(() => true));
    expect(after.map(({ label, title }) => label === `T${title}!`)).toEqual(after.map(() => true));
    expect(await attribute(tenant, "total")).toMatchObject({ indexed: true });
    expect(await listed(tenant, "price", { field: "total", op: "eq", value: "late!" })).toHaveLength(1);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("are calculated anew under the same number where their kind stays", async () => {
    const tenant = await longTable(TOTAL, field("twice", "formula", { formula_text: "{total} * 2" }));
    const { body } = await tenant.owner.put<WireAttribute>(`${attributes}/total`, {
      formula_text: "{price} * {quantity} + 1",
    });
    expect(body).toMatchObject({ indexed: true, job_id: expect.any(String) });
    const refused = await tenant.owner.put(`${attributes}/total`, { indexed: false });
    expect(refused).toMatchObject({ status: 409, body: { code: "invalid_state" } });
    await run(jobContext(world, tenant), body.job_id ?? "");
    expect(await totals(tenant)).toEqual([null, 21, 41, null, 81, 101]);
    expect((await listed(tenant, "price")).map(({ twice }) => twice)).toEqual([null, 42, 82, null, 162, 202]);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("follow an option's new text", async () => {
    const tenant = await longTable(
      field("label", "formula", { formula_text: "UPPER({stage})", indexed: true }),
    );
    const { select_list_id: list, options } = await attribute(tenant, "stage");
    const option = options?.find(({ value }) => value === "won");
    const before = world.queue.sent.length;
    await tenant.owner.put(`/api/meta/select-lists/${list}/options/${option?.id}`, { value: "sold" });
    const [nudge] = world.queue.sent.slice(before) as { body: { job_id: string } }[];
    await run(jobContext(world, tenant), nudge?.body.job_id ?? "");
    expect(await listed(tenant, "price", { field: "label", op: "eq", value: "sold" })).toHaveLength(6);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("are whole after a crash at any moment", async () => {
    for (let batches = 0; ; batches++) {
      const tenant = await longTable(TOTAL);
      const { body } = await tenant.owner.put<WireAttribute>(`${attributes}/total`, {
        formula_text: "CONCAT({price})",
      });
      const reached = await runAndDie(world, tenant, body.job_id ?? "", { batches });
      await tenant.owner.post(deals, { title: "in between", price: 5 });
      const left = await run(jobContext(world, tenant), body.job_id ?? "");
      expect(await totals(tenant)).toEqual(["0", "5", "10", "20", "30", "40", "50"]);
      expect(await rowsOutOfStep(tenant)).toEqual([]);
      if (reached < batches || left === "none") break;
    }
  });
});
