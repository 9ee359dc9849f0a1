import { beforeEach, describe, expect, it, vi } from "vitest";
import type { WireAttribute } from "../../src/domain/attributes/wire-attribute.ts";
import type { WireEntityType } from "../../src/domain/entity-types/wire-entity-type.ts";
import type { WireJob } from "../../src/domain/jobs/wire-job.ts";
import type { WireSelectList } from "../../src/domain/select-lists/wire-select-list.ts";
import { jobContext, run, runAndDie, worldOfLongTables } from "../support/jobs.ts";
import { rowsOutOfStep } from "../support/rows-in-step.ts";
import { makeWorld, type TestTenant } from "../support/world.ts";

const long = worldOfLongTables();
const world = makeWorld();
const lists = "/api/meta/select-lists";

beforeEach(() => void vi.spyOn(console, "error").mockImplementation(() => undefined));

interface Scene extends TestTenant {
  readonly list: WireSelectList;
  option(value: string): string;
}

/** Two tables whose columns share a list; `deals` has two of them. */
async function sceneOf(stages: readonly (string | null)[], at: typeof world = world): Promise<Scene> {
  const tenant = await at.tenant();
  const { owner } = tenant;
  const { body: list } = await owner.post<WireSelectList>(lists, {
    name: "Stages",
    options: ["New", "Won", "Lost"],
  });
  for (const name of ["deals", "orders"]) {
    await owner.post("/api/meta/entity-types", {
      name,
      display_name: name,
      attributes: [
        { name: "no", display_name: "No", value_type: "integer" },
        {
          name: "stage",
          display_name: "Stage",
          value_type: "select",
          select_list_id: list.id,
          default: "New",
        },
        {
          name: "past",
          display_name: "Past",
          value_type: "multiselect",
          select_list_id: list.id,
          default: ["New", "Won"],
        },
      ],
    });
    const records = stages.map((stage, no) => ({ no, stage, past: stage === null ? null : [stage, "Lost"] }));
    await owner.post(`/api/data/${name}/bulk-create`, { records });
  }
  return {
    ...tenant,
    list,
    option: (value) => list.options.find((option) => option.value === value)?.id ?? "",
  };
}

const valuesOf = async ({ owner }: TestTenant, table = "deals") =>
  (
    await owner.get<{ data: { stage: unknown; past: unknown }[] }>(`/api/data/${table}?sort=no`)
  ).body.data.map(({ stage, past }) => [stage, past]);

const notBlank = async ({ owner }: TestTenant) =>
  (
    await owner.post<{ data: unknown[] }>("/api/data/deals/query", {
      filters: { field: "stage", op: "not_blank" },
    })
  ).body.data.length;

const remove = ({ owner, list, option }: Scene, value: string, query = "") =>
  owner.delete<{ code: string; detail: string; errors?: { path: string; code: string }[] }>(
    `${lists}/${list.id}/options/${option(value)}${query}`,
  );

const defaults = async ({ owner }: TestTenant) =>
  (await owner.get<WireEntityType>("/api/meta/entity-types/deals")).body.attributes
    .slice(1)
    .map((attribute: WireAttribute) => attribute.default);

describe("deleting an option that is in use", () => {
  it("says how many records have it, and changes nothing unless told what becomes of them", async () => {
    const scene = await sceneOf(["Won", "Won", "New", null]);
    const refused = await remove(scene, "Won");
    expect([refused.status, refused.body.code]).toEqual([409, "option_in_use"]);
    expect(refused.body.detail).toContain("by 8 records");
    for (const query of ["?replace_with=Nothing", `?replace_with=${scene.option("Won")}`]) {
      const wrong = await remove(scene, "Won", query);
      expect([wrong.status, wrong.body.errors]).toMatchObject([
        400,
        [{ path: "replace_with", code: "unknown_option" }],
      ]);
    }
    expect((await remove(scene, "Won", "?force=false")).status).toBe(409);
    expect(await valuesOf(scene)).toEqual([
      ["Won", ["Won", "Lost"]],
      ["Won", ["Won", "Lost"]],
      ["New", ["New", "Lost"]],
      [null, null],
    ]);
  });

  it("puts another in its place everywhere, the trash and the defaults included", async () => {
    const scene = await sceneOf(["Won", "New", "Won"]);
    const { owner } = scene;
    const all = await owner.get<{ data: { id: string }[] }>("/api/data/deals?sort=no");
    const trashed = all.body.data[2]?.id;
    await owner.delete(`/api/data/deals/${trashed}`);
    const answer = await remove(scene, "Won", "?replace_with=lost");
    expect(answer.status, answer.text).toBe(204);
    const expected = [
      ["Lost", ["Lost"]],
      ["New", ["New", "Lost"]],
    ];
    expect(await valuesOf(scene)).toEqual(expected);
    expect(await valuesOf(scene, "orders")).toEqual([...expected, ["Lost", ["Lost"]]]);
    await owner.post(`/api/data/deals/${trashed}/restore`);
    expect((await valuesOf(scene)).at(-1)).toEqual(["Lost", ["Lost"]]);
    expect(await defaults(scene)).toEqual(["New", ["New", "Lost"]]);
    expect(await rowsOutOfStep(scene)).toEqual([]);
    const { body } = await owner.get<WireSelectList>(`${lists}/${scene.list.id}`);
    expect(body.options.map(({ value }) => value)).toEqual(["New", "Lost"]);
  });

  it("leaves blanks with force, which read, filter and count as such", async () => {
    const scene = await sceneOf(["New", "Won", null]);
    expect((await remove(scene, "New", "?force=true")).status).toBe(204);
    expect(await valuesOf(scene)).toEqual([
      [null, ["Lost"]],
      ["Won", ["Won", "Lost"]],
      [null, null],
    ]);
    expect(await notBlank(scene)).toBe(1);
    expect(await defaults(scene)).toEqual([null, ["Won"]]);
    expect(await rowsOutOfStep(scene)).toEqual([]);
  });
});

describe("in many records", () => {
  it("it shows until the job is done, no write takes it, and its text is free", async () => {
    const scene = await sceneOf(["Won", "New", "Won", "Won", "New", "Won"], long);
    const { owner } = scene;
    const answer = await remove(scene, "Won", "?replace_with=Lost");
    expect(answer.status).toBe(204);
    const path = answer.headers.get("location") ?? "";
    const id = path.split("/").at(-1) ?? "";
    expect((await owner.get<WireJob>(path)).body).toMatchObject({
      kind: "replace_option",
      status: "running",
      total: 12,
    });
    expect((await valuesOf(scene, "orders"))[0]).toEqual(["Won", ["Won", "Lost"]]);
    const type = await owner.get<WireEntityType>("/api/meta/entity-types/deals");
    expect(type.body.attributes[1]).toMatchObject({
      job_id: id,
      options: [{ value: "New" }, { value: "Lost" }],
    });
    const late = await owner.post<{ errors: { code: string }[] }>("/api/data/deals", { stage: "Won" });
    expect([late.status, late.body.errors]).toMatchObject([400, [{ code: "unknown_option" }]]);
    expect((await remove(scene, "Lost", "?force=true")).status).toBe(409);
    expect((await owner.post(`${lists}/${scene.list.id}/options`, { value: "Won" })).status).toBe(201);

    // Somebody changes another field of a record that still has it, and deletes one of the columns.
    const orders = await owner.get<{ data: { id: string }[] }>("/api/data/orders?sort=no");
    await owner.patch(`/api/data/orders/${orders.body.data[5]?.id}`, { no: 50 });
    await owner.delete("/api/meta/entity-types/deals/attributes/past");
    await runAndDie(long, scene, id, { batches: 3 });
    await run(jobContext(long, scene), id);
    expect((await owner.get<WireJob>(path)).body).toMatchObject({ status: "done", errors: [] });
    const stages = ["Lost", "New", "Lost", "Lost", "New", "Lost"];
    expect((await valuesOf(scene, "orders")).map(([stage]) => stage)).toEqual(stages);
    expect((await valuesOf(scene)).map(([stage]) => stage)).toEqual(stages);
    const { body } = await owner.get<{ data: WireJob[] }>("/api/jobs?limit=1");
    await run(jobContext(long, scene), body.data[0]?.id ?? "");
    expect(await rowsOutOfStep(scene)).toEqual([]);
    const after = await owner.get<WireEntityType>("/api/meta/entity-types/deals");
    expect(after.body.attributes[1]).not.toHaveProperty("job_id");
  });
});
