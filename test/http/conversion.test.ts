import { env } from "cloudflare:workers";
import fc from "fast-check";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { WireJob } from "../../src/domain/jobs/wire-job.ts";
import { jobContext, run, runAndDie, worldOfLongTables } from "../support/jobs.ts";
import { proof } from "../support/proof.ts";
import { rowsOutOfStep, storedType } from "../support/rows-in-step.ts";
import { makeWorld, type TestTenant } from "../support/world.ts";

const long = worldOfLongTables();
const world = makeWorld();
const attributes = "/api/meta/entity-types/deals/attributes";
const deals = "/api/data/deals";

type Trial = {
  convertible: number;
  not_convertible: number;
  samples: { value: unknown; error: { code: string } }[];
};

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));

/** A table whose column `value` is of the kind, with these values. */
async function tableOf(
  definition: object,
  values: readonly unknown[],
  at: typeof world = world,
): Promise<TestTenant> {
  const tenant = await at.tenant();
  await tenant.owner.post("/api/meta/entity-types", {
    name: "deals",
    display_name: "Deals",
    attributes: [
      { name: "no", display_name: "No", value_type: "integer" },
      { name: "value", display_name: "Value", ...definition },
    ],
  });
  const records = values.map((value, no) => ({ no, value: value === "$me" ? tenant.owner.memberId : value }));
  const made = await tenant.owner.post<{ failed: number }>(`${deals}/bulk-create`, { records });
  expect(made.body.failed, made.text).toBe(0);
  return tenant;
}

async function convert({ owner }: TestTenant, to: object): Promise<WireJob> {
  const answer = await owner.post<WireJob>(`${attributes}/value/convert`, to);
  expect(answer.status, answer.text).toBe(202);
  return answer.body;
}

const valuesOf = async ({ owner }: TestTenant) =>
  (await owner.get<{ data: { value: unknown }[] }>(`${deals}?sort=no&limit=200`)).body.data.map(
    ({ value }) => value,
  );

const attribute = async ({ owner }: TestTenant) =>
  (await owner.get<WireEntityType>("/api/meta/entity-types/deals")).body.attributes.find(
    ({ name }) => name === "value",
  ) as WireAttribute;

const job = async ({ owner }: TestTenant, id: string) => (await owner.get<WireJob>(`/api/jobs/${id}`)).body;

describe("converting", () => {
  it.each([
    [
      "string to integer",
      { value_type: "string" },
      ["1", " 1 234 ", "4,5", "x", null],
      { value_type: "integer" },
      [1, 1234, null, null, null],
    ],
    [
      "string to float",
      { value_type: "string" },
      ["1 234,50", "-3", "12 %", "1e3"],
      { value_type: "float" },
      [1234.5, -3, 12, 1000],
    ],
    [
      "string to currency",
      { value_type: "string" },
      ["10,5", "1.005", "5 ₽"],
      { value_type: "currency", currency: "RUB" },
      [10.5, null, 5],
    ],
    [
      "string to boolean",
      { value_type: "string" },
      ["Да", "нет", "true", "maybe"],
      { value_type: "boolean" },
      [true, false, true, null],
    ],
    [
      "string to date",
      { value_type: "string" },
      ["2025-09-01", "31.12.2025", "soon"],
      { value_type: "date" },
      ["2025-09-01", "2025-12-31", null],
    ],
    [
      "datetime to date",
      { value_type: "datetime" },
      ["2025-09-01T23:30:00Z"],
      { value_type: "date" },
      ["2025-09-01"],
    ],
    [
      "date to datetime",
      { value_type: "date" },
      ["2025-09-01"],
      { value_type: "datetime" },
      ["2025-09-01T00:00:00Z"],
    ],
    [
      "string to phone",
      { value_type: "string" },
      ["8 912 345-67-89", "12"],
      { value_type: "phone" },
      ["+79123456789", null],
    ],
    [
      "string to email",
      { value_type: "string" },
      ["A@EXAMPLE.com", "a"],
      { value_type: "email" },
      ["A@example.com", null],
    ],
    [
      "string to select",
      { value_type: "string" },
      ["New", "new", "Won", null],
      { value_type: "select" },
      ["New", "New", "Won", null],
    ],
    [
      "string to select of given options",
      { value_type: "string" },
      ["новый", "Old"],
      { value_type: "select", options: ["Новый"] },
      ["Новый", null],
    ],
    [
      "string to multiselect",
      { value_type: "string" },
      ["a, b", "B; c"],
      { value_type: "multiselect" },
      [
        ["a", "b"],
        ["b", "c"],
      ],
    ],
    [
      "select to string",
      { value_type: "select", options: ["New", "Won"] },
      ["Won", "New", null],
      { value_type: "string" },
      ["Won", "New", null],
    ],
    [
      "select to multiselect",
      { value_type: "select", options: ["New", "Won"] },
      ["Won", "New"],
      { value_type: "multiselect" },
      [["Won"], ["New"]],
    ],
    [
      "multiselect to select",
      { value_type: "multiselect", options: ["New", "Won"] },
      [["Won"], ["New", "Won"]],
      { value_type: "select" },
      ["Won", null],
    ],
    [
      "multiselect to text",
      { value_type: "multiselect", options: ["New", "Won"] },
      [["New", "Won"]],
      { value_type: "text" },
      ["New, Won"],
    ],
    ["integer to string", { value_type: "integer" }, [5, -1], { value_type: "string" }, ["5", "-1"]],
    ["float to integer", { value_type: "float" }, [5, 1.5], { value_type: "integer" }, [5, null]],
    [
      "currency to float",
      { value_type: "currency", currency: "RUB" },
      [10.05],
      { value_type: "float" },
      [10.05],
    ],
    [
      "boolean to string",
      { value_type: "boolean" },
      [true, false],
      { value_type: "string" },
      ["true", "false"],
    ],
    [
      "json to string",
      { value_type: "json" },
      [{ a: 1 }, "plain", 3],
      { value_type: "string" },
      ['{"a":1}', "plain", "3"],
    ],
    ["string to json", { value_type: "string" }, ["x"], { value_type: "json" }, ["x"]],
    [
      "autonumber to string",
      { value_type: "autonumber", pattern: "D-{01}" },
      [undefined, undefined],
      { value_type: "string" },
      ["D-01", "D-02"],
    ],
  ] as [string, object, unknown[], object & { value_type: string }, unknown[]][])(
    "%s: as the dry run says, with all rows in step",
    async (_, from, values, to, expected) => {
      const tenant = await tableOf(from, values);
      const trial = await tenant.owner.post<Trial>(`${attributes}/value/convert`, { ...to, dry_run: true });
      expect(trial.status, trial.text).toBe(200);
      const before = await valuesOf(tenant);
      const done = await convert(tenant, to);
      expect(done, JSON.stringify(done)).toMatchObject({ status: "done", kind: "convert_values" });
      expect(await valuesOf(tenant)).toEqual(expected);
      const lost = expected.filter((value, i) => value === null && before[i] !== null).length;
      expect(trial.body).toMatchObject({
        total: values.length,
        checked: values.length,
        not_convertible: lost,
        blank: before.filter((value) => value === null).length,
      });
      expect(trial.body.samples).toHaveLength(lost);
      expect(done.errors.filter(({ code }) => code === "became_blank")).toHaveLength(lost > 0 ? 1 : 0);
      expect(await attribute(tenant)).toMatchObject({ value_type: to.value_type });
      expect(await attribute(tenant)).not.toHaveProperty("job_id");
      expect(await rowsOutOfStep(tenant)).toEqual([]);
      // Nothing is left of what it was.
      const type = await storedType(tenant, "deals");
      const keys = new Set(type.attributes.map(({ number }) => `a${number}`));
      const { results } = await env.TENANTS_01.prepare("SELECT data FROM records WHERE tenant_id = ?")
        .bind(tenant.id)
        .all<{ data: string }>();
      for (const { data } of results)
        for (const key of Object.keys(JSON.parse(data))) expect(keys).toContain(key);
    },
  );

  it("shows people by name, and finds them by id", async () => {
    const tenant = await tableOf({ value_type: "user" }, ["$me"]);
    await convert(tenant, { value_type: "string" });
    const [name] = await valuesOf(tenant);
    expect(typeof name).toBe("string");
    await tenant.owner.post(deals, { no: 1, value: tenant.owner.memberId });
    await convert(tenant, { value_type: "user" });
    expect(await valuesOf(tenant)).toMatchObject([null, { id: tenant.owner.memberId }]);
  });

  it("takes titles, uniqueness and defaults along where they can be", async () => {
    const tenant = await tableOf({ value_type: "string", unique: true }, ["1", "2", "10"]);
    await tenant.owner.put("/api/meta/entity-types/deals", { display_attribute: "value" });
    await convert(tenant, { value_type: "integer" });
    expect(await attribute(tenant)).toMatchObject({ unique: true, indexed: true });
    expect((await tenant.owner.post(deals, { value: 10 })).status).toBe(409);
    const sorted = await tenant.owner.get<{ data: { value: number }[] }>(`${deals}?sort=-value`);
    expect(sorted.body.data.map(({ value }) => value)).toEqual([10, 2, 1]);
    await convert(tenant, { value_type: "float" });
    expect(await rowsOutOfStep(tenant)).toEqual([]);
    const type = await tenant.owner.get<WireEntityType>("/api/meta/entity-types/deals");
    expect(type.body.display_attribute).toBeNull();
  });

  it("refuses what cannot be", async () => {
    const tenant = await tableOf({ value_type: "string" }, ["1"]);
    const refused = async (body: object) => {
      const { status, body: problem } = await tenant.owner.post<{
        errors?: { path: string; code: string }[];
      }>(`${attributes}/value/convert`, body);
      return [status, problem.errors?.map(({ path, code }) => `${path} ${code}`)];
    };
    expect(await refused({ value_type: "string" })).toEqual([400, ["value_type same_kind"]]);
    expect(await refused({ value_type: "autonumber" })).toEqual([400, ["value_type no_conversion"]]);
    expect(await refused({ value_type: "integer", pattern: "x" })).toEqual([400, ["pattern unknown_field"]]);
    expect(await refused({ value_type: "select", select_list_id: crypto.randomUUID() })).toEqual([
      400,
      ["select_list_id unknown_select_list"],
    ]);
  });

  it("leaves things as they were where unique values become the same", async () => {
    const tenant = await tableOf({ value_type: "string", unique: true }, ["1", "01", "2"]);
    const failed = await convert(tenant, { value_type: "integer" });
    expect(failed).toMatchObject({ status: "failed", errors: [{ code: "value_occurs_twice" }] });
    expect(await valuesOf(tenant)).toEqual(["1", "01", "2"]);
    expect(await attribute(tenant)).toMatchObject({ value_type: "string", unique: true });
    const { body } = await tenant.owner.get<{ data: WireJob[] }>("/api/jobs?limit=1");
    await run(jobContext(world, tenant), body.data[0]?.id ?? "");
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });
});

describe("converting many records", () => {
  it("is seen by nobody before it is whole, and written beside from its beginning on", async () => {
    const tenant = await tableOf(
      { value_type: "string" },
      ["1", "2", "x", "4", "5", "6", "7", "8", "9", "10"],
      long,
    );
    const { owner } = tenant;
    const begun = await convert(tenant, { value_type: "integer" });
    expect(begun).toMatchObject({ status: "running", total: 20 });
    expect(await attribute(tenant)).toMatchObject({ value_type: "string", job_id: begun.id });
    const all = await owner.get<{ data: { id: string; no: number; value: unknown }[] }>(`${deals}?sort=no`);
    const [first, , , , , , , , ninth] = all.body.data;
    expect(all.body.data.map(({ value }) => value)).toEqual([
      "1",
      "2",
      "x",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
      "10",
    ]);
    await owner.patch(`${deals}/${first?.id}`, { value: "100" });
    await owner.patch(`${deals}/${ninth?.id}`, { value: "900" });
    await owner.post(deals, { no: 11, value: "1100" });
    expect((await owner.put(`${attributes}/value`, { max_length: 5 })).status).toBe(409);
    expect((await owner.post(`${attributes}/value/convert`, { value_type: "text" })).status).toBe(409);
    await run(jobContext(long, tenant), begun.id);
    expect(await job(tenant, begun.id)).toMatchObject({
      status: "done",
      errors: [{ code: "became_blank" }, { path: "value" }],
    });
    expect(await valuesOf(tenant)).toEqual([100, 2, null, 4, 5, 6, 7, 8, 900, 10, 1100]);
    expect(await rowsOutOfStep(tenant)).toEqual([]);
  });

  it("ends right whatever happens meanwhile", async () => {
    const seed = 20_261_124;
    const n = proof("conversions beside writes and crashes", { full: 300, reduced: 6 }, seed);
    const text = fc.constantFrom("1", "Ёлка", "4,5", "12", "", "true", "2025-01-02", "a, b");
    const happening = fc.oneof(
      fc.record({
        kind: fc.constantFrom("create" as const, "update" as const),
        which: fc.nat(),
        value: text,
      }),
      fc.record({ kind: fc.constantFrom("delete" as const, "restore" as const), which: fc.nat() }),
      fc.record({ kind: fc.constant("step" as const) }),
      fc.record({ kind: fc.constant("die" as const), batches: fc.nat(6), lostReply: fc.boolean() }),
    );
    const kinds = fc.constantFrom("integer", "text", "select", "multiselect", "boolean", "date");
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { minLength: 5, maxLength: 9 }),
        kinds,
        fc.array(happening, { maxLength: 10 }),
        async (texts, kind, happenings) => {
          const tenant = await tableOf({ value_type: "string" }, texts, long);
          const { owner } = tenant;
          const begun = await convert(tenant, { value_type: kind });
          const idOf = async (which: number, trash: boolean) => {
            const { body } = await owner.get<{ data: { id: string }[] }>(
              `${deals}?limit=200${trash ? "&trash=true" : ""}`,
            );
            return body.data[which % Math.max(1, body.data.length)]?.id;
          };
          for (const each of happenings) {
            if (each.kind === "step") await run(jobContext(long, tenant), begun.id, 1);
            else if (each.kind === "die") await runAndDie(long, tenant, begun.id, each);
            else if (each.kind === "create") await owner.post(deals, { value: each.value });
            else {
              const id = await idOf(each.which, each.kind === "restore");
              if (id === undefined) continue;
              if (each.kind === "update") await owner.patch(`${deals}/${id}`, { value: each.value });
              else if (each.kind === "delete") await owner.delete(`${deals}/${id}`);
              else await owner.post(`${deals}/${id}/restore`);
            }
          }
          await run(jobContext(long, tenant), begun.id);
          expect(await job(tenant, begun.id)).toMatchObject({ status: "done" });
          expect(await attribute(tenant)).toMatchObject({ value_type: kind });
          expect(await rowsOutOfStep(tenant)).toEqual([]);
        },
      ),
      { numRuns: n, seed },
    );
  });

  it.each(["attribute", "table"])("leaves nothing when the %s is deleted meanwhile", async (what) => {
    for (const steps of [1, 5, 8]) {
      const tenant = await tableOf({ value_type: "string" }, ["1", "2", "3", "4", "5", "6", "7"], long);
      const begun = await convert(tenant, { value_type: "select" });
      await run(jobContext(long, tenant), begun.id, steps);
      const gone = what === "table" ? "/api/meta/entity-types/deals" : `${attributes}/value`;
      expect((await tenant.owner.delete(gone)).status).toBe(204);
      const { body } = await tenant.owner.get<{ data: WireJob[] }>("/api/jobs");
      for (const { id } of body.data) await run(jobContext(long, tenant), id);
      expect(await rowsOutOfStep(tenant)).toEqual([]);
      const lists = await env.TENANTS_01.prepare(
        `SELECT count(*) AS n FROM select_lists l WHERE l.tenant_id = ? AND NOT EXISTS (
           SELECT 1 FROM attributes a WHERE a.tenant_id = l.tenant_id AND a.select_list_id = l.id)`,
      )
        .bind(tenant.id)
        .first<{ n: number }>();
      expect(lists?.n, `${steps}`).toBe(0);
    }
  });
});
