import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { TenantContext } from "../../../src/domain/context.ts";
import { bulkCreateRecords } from "../../../src/domain/records/bulk-create-records.ts";
import { bulkDeleteRecords } from "../../../src/domain/records/bulk-delete-records.ts";
import { bulkUpdateRecords } from "../../../src/domain/records/bulk-update-records.ts";
import { createRecord } from "../../../src/domain/records/create-record.ts";
import { deleteRecord } from "../../../src/domain/records/delete-record.ts";
import { listRecords } from "../../../src/domain/records/list-records.ts";
import { restoreRecord } from "../../../src/domain/records/restore-record.ts";
import { updateRecord } from "../../../src/domain/records/update-record.ts";
import type { WireRecord } from "../../../src/domain/records/wire-record.ts";
import { proof } from "../../support/proof.ts";
import { makeWorld } from "../../support/world.ts";
import { LinkModel, type Side } from "./link-model.ts";

const world = makeWorld();
const SEED = 20_261_124;
/** Of each type; no more are created, so that records are met again and again. */
const MOST = 14;

interface Scene {
  readonly ctx: TenantContext;
  readonly tenantId: string;
  readonly model: LinkModel;
  readonly sides: readonly Side[];
}

/** People of firms, with bosses and friends among themselves, and firms that have partners. */
async function scene(): Promise<Scene> {
  const { owner, shard, id } = await world.tenant({ shard: "01" });
  const title = { name: "title", display_name: "Title", value_type: "string" };
  for (const name of ["firms", "people"]) {
    const type = { name, display_name: name, attributes: [title] };
    expect((await owner.post("/api/meta/entity-types", type)).status).toBe(201);
  }
  const model = new LinkModel();
  const sides: Side[] = [];
  const relate = async (
    from: Side["type"],
    name: string,
    to: Side["type"],
    isOnePerSource: boolean,
    back?: string,
  ) => {
    const { status, text } = await owner.post(`/api/meta/entity-types/${from}/attributes`, {
      name,
      display_name: name,
      value_type: "relation",
      target_entity_type_id: to,
      allow_multiple_selection: !isOnePerSource,
      ...(back && { create_back_relation: true, back_relation_name: back }),
    });
    expect([status, text]).toEqual([201, expect.anything()]);
    const relation = model.relation(isOnePerSource);
    sides.push({ type: from, name, relation, isFront: true });
    if (back) sides.push({ type: to, name: back, relation, isFront: false });
  };
  await relate("people", "firm", "firms", true, "staff");
  await relate("people", "boss", "people", true, "reports");
  await relate("people", "friends", "people", false, "friend_of");
  await relate("firms", "partners", "firms", false);
  const ctx = {
    ...world.platform.openTenant(shard, id),
    identity: { memberId: owner.memberId, sessionId: owner.sessionId },
  };
  return { ctx, tenantId: id, model, sides };
}

/** Numbers that are read as records, sides and values of what there is by then. */
interface Step {
  readonly verb: "create" | "bulk_create" | "update" | "bulk_update" | "delete" | "restore";
  readonly type: Side["type"];
  readonly items: readonly {
    readonly record: number;
    readonly writes: readonly { readonly side: number; readonly others: readonly number[] }[];
  }[];
}

const steps: fc.Arbitrary<Step> = fc.record({
  verb: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom("create" as const, "bulk_create" as const) },
    { weight: 8, arbitrary: fc.constantFrom("update" as const, "bulk_update" as const) },
    { weight: 3, arbitrary: fc.constantFrom("delete" as const, "restore" as const) },
  ),
  type: fc.constantFrom("people" as const, "firms" as const),
  items: fc.array(
    fc.record({
      record: fc.nat(99),
      writes: fc.array(fc.record({ side: fc.nat(99), others: fc.array(fc.nat(99), { maxLength: 4 }) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

type Write = [Side, number[]];

/** What a step writes, as far as there is something to write it to. */
function writesOf({ model, sides }: Scene, type: Side["type"], item: Step["items"][number]): Write[] {
  const own = sides.filter((side) => side.type === type);
  const writes = item.writes.flatMap(({ side: pick, others }): Write[] => {
    const side = own[pick % own.length];
    if (!side) return [];
    const other = sides.find((back) => back.relation === side.relation && back !== side)?.type ?? type;
    const there = model.records.flatMap((record, i) => (record.type === other && !record.deleted ? [i] : []));
    const picked = [...new Set(others.flatMap((n) => there[n % there.length] ?? []))];
    const isSingle = side.isFront && side.relation.isOnePerSource;
    return [[side, isSingle ? picked.slice(0, 1) : picked]];
  });
  return [...new Map(writes.map((write) => [write[0].name, write])).values()];
}

function wire({ model }: Scene, writes: readonly Write[]): Record<string, unknown> {
  const idOf = (index: number) => model.records[index]?.id;
  return Object.fromEntries(
    writes.map(([side, others]) => [
      side.name,
      side.isFront && side.relation.isOnePerSource ? (idOf(others[0] ?? -1) ?? null) : others.map(idOf),
    ]),
  );
}

/** What the record reads like by the model. */
function shown({ model, sides }: Scene, index: number): Record<string, unknown> {
  const record = model.records[index];
  return Object.fromEntries(
    sides
      .filter(({ type }) => type === record?.type)
      .map((side) => {
        const links = model.linked(index, side).map((other) => {
          const { id, title } = model.records[other] ?? {};
          return { id, title };
        });
        return [side.name, side.isFront && side.relation.isOnePerSource ? (links[0] ?? null) : links];
      }),
  );
}

async function carryOut(here: Scene, { verb, type: entity, items }: Step): Promise<void> {
  const { ctx, model } = here;
  const all = model.records.flatMap((record, i) => (record.type === entity ? [i] : []));
  const room = MOST - all.length;
  if (verb === "create" || verb === "bulk_create") {
    const fresh = items.slice(0, Math.max(0, verb === "create" ? Math.min(room, 1) : room));
    const planned = fresh.map((item, i) => ({
      title: `${entity} ${all.length + i + 1}`,
      writes: writesOf(here, entity, item),
    }));
    if (planned.length === 0) return;
    const records = planned.map(({ title, writes }) => ({ title, ...wire(here, writes) }));
    const [first] = records;
    const single =
      verb === "create" && first ? await createRecord(ctx, { entity, values: first }) : undefined;
    const ids = single
      ? [single.id]
      : (await bulkCreateRecords(ctx, { entity, records, atomic: true })).results.map(({ id }) => String(id));
    const made = planned.map(({ title }, i) => model.create(entity, String(ids[i]), title));
    for (const [i, { writes }] of planned.entries()) {
      for (const [side, others] of writes) model.write(made[i] as number, side, others);
    }
    if (single) expect(single).toMatchObject(shown(here, made[0] as number));
    return;
  }
  const inTrash = verb === "restore";
  const there = all.filter((i) => model.records[i]?.deleted === inTrash);
  const picked = new Map(
    items.flatMap((item) => (there.length > 0 ? [[there[item.record % there.length], item]] : [])),
  );
  const targets = [...picked].flatMap(([index, item]) => (index === undefined ? [] : [{ index, item }]));
  const [target] = targets;
  if (!target) return;
  const idOf = (index: number) => model.records[index]?.id ?? "";
  const setDeleted = (index: number, deleted: boolean) => {
    const record = model.records[index];
    if (record) record.deleted = deleted;
  };
  if (verb === "update") {
    const writes = writesOf(here, entity, target.item);
    const values = wire(here, writes);
    const answer = await updateRecord(ctx, { entity, id: idOf(target.index), values });
    for (const [side, others] of writes) model.write(target.index, side, others);
    expect(answer).toMatchObject(shown(here, target.index));
  } else if (verb === "bulk_update") {
    const planned = targets.map(({ index, item }) => ({ index, writes: writesOf(here, entity, item) }));
    const records = planned.map(({ index, writes }) => ({ id: idOf(index), ...wire(here, writes) }));
    const { failed } = await bulkUpdateRecords(ctx, { entity, records, atomic: true });
    expect(failed).toBe(0);
    for (const { index, writes } of planned) {
      for (const [side, others] of writes) model.write(index, side, others);
    }
  } else if (verb === "delete") {
    if (targets.length === 1) await deleteRecord(ctx, { entity, id: idOf(target.index) });
    else await bulkDeleteRecords(ctx, { entity, ids: targets.map(({ index }) => idOf(index)) });
    for (const { index } of targets) setDeleted(index, true);
  } else {
    const answer = await restoreRecord(ctx, { entity, id: idOf(target.index) });
    setDeleted(target.index, false);
    expect(answer).toMatchObject(shown(here, target.index));
  }
}

const query = async ({ ctx }: Scene, entity: string, filters?: unknown): Promise<WireRecord[]> =>
  (await listRecords(ctx, { entity, limit: 200, filters })).data;

/** Every record reads, from both sides, as the model has it. */
async function compareAll(here: Scene): Promise<void> {
  const { model, tenantId } = here;
  for (const entity of ["people", "firms"] as const) {
    const wired = new Map((await query(here, entity)).map((record) => [record.id, record]));
    const expected = model.records.flatMap((record, i) =>
      record.type === entity && !record.deleted ? [i] : [],
    );
    expect(wired.size).toBe(expected.length);
    for (const index of expected) {
      expect(wired.get(model.records[index]?.id ?? "")).toMatchObject(shown(here, index));
    }
  }
  const count = "SELECT count(*) AS n FROM record_links WHERE tenant_id = ?";
  expect(await env.TENANTS_01.prepare(count).bind(tenantId).first("n")).toBe(model.size);
}

/** Filters of every operator find what they find in the model. Answers how many found something, but not all. */
async function compareFilters(here: Scene, picks: readonly number[]): Promise<number> {
  const { model, sides } = here;
  let telling = 0;
  for (const side of sides) {
    const other = sides.find((back) => back.relation === side.relation && back !== side)?.type ?? side.type;
    const others = model.records.flatMap((record, i) => (record.type === other ? [i] : []));
    const wanted = [...new Set(picks.flatMap((n) => others[n % others.length] ?? []))];
    const ids = wanted.map((index) => model.records[index]?.id);
    const isSingle = side.isFront && side.relation.isOnePerSource;
    const has = (links: readonly number[]) => wanted.filter((index) => links.includes(index)).length;
    const operators: [string, unknown, (links: readonly number[]) => boolean][] = [
      ["blank", undefined, (links) => links.length === 0],
      ["not_blank", undefined, (links) => links.length > 0],
      ...(isSingle
        ? ([
            ["eq", ids[0] ?? null, (links) => links[0] === wanted[0]],
            ["neq", ids[0] ?? null, (links) => links[0] !== wanted[0]],
            ["in", ids, (links) => has(links) > 0],
            ["not_in", [...ids, null], (links) => has(links) === 0 && links.length > 0],
          ] as [string, unknown, (links: readonly number[]) => boolean][])
        : ([
            ["has_any", ids, (links) => has(links) > 0],
            ["has_all", ids, (links) => has(links) === wanted.length],
            ["has_none", ids, (links) => has(links) === 0],
          ] as [string, unknown, (links: readonly number[]) => boolean][])),
    ];
    for (const [op, value, test] of operators) {
      const found = await query(here, side.type, { field: side.name, op, value });
      const there = model.records.flatMap((record, i) =>
        record.type === side.type && !record.deleted ? [i] : [],
      );
      const expected = there.filter((index) => test(model.linked(index, side)));
      const titles = (indices: readonly number[]) =>
        indices.map((index) => model.records[index]?.title).sort();
      expect([side.name, op, found.map(({ title }) => title).sort()]).toEqual([
        side.name,
        op,
        titles(expected),
      ]);
      if (expected.length > 0 && expected.length < there.length) telling += 1;
    }
  }
  return telling;
}

it("links agree with a model, whichever side and verb they are written by", async () => {
  const runs = proof("links agree with a model", { full: 5_000, reduced: 150 }, SEED);
  const here = await scene();
  const all = fc.sample(steps, { numRuns: runs, seed: SEED });
  let telling = 0;
  for (const [i, step] of all.entries()) {
    await carryOut(here, step);
    if (i % 5 === 4) await compareAll(here);
    if (i % 15 === 14)
      telling += await compareFilters(
        here,
        step.items.map(({ record }) => record),
      );
  }
  await compareAll(here);
  expect(here.model.size).toBeGreaterThan(10);
  expect(telling).toBeGreaterThan(runs / 5);
});
