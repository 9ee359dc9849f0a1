import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TenantContext } from "../../../src/domain/context.ts";
import {
  parseRecordQuery,
  type RecordListInput,
} from "../../../src/domain/record-query/parse-record-query.ts";
import { bulkCreateRecords } from "../../../src/domain/records/bulk-create-records.ts";
import { bulkDeleteRecords } from "../../../src/domain/records/bulk-delete-records.ts";
import { bulkUpdateRecords } from "../../../src/domain/records/bulk-update-records.ts";
import { deleteRecord } from "../../../src/domain/records/delete-record.ts";
import { listRecords } from "../../../src/domain/records/list-records.ts";
import { restoreRecord } from "../../../src/domain/records/restore-record.ts";
import { updateRecord } from "../../../src/domain/records/update-record.ts";
import type { WireRecord } from "../../../src/domain/records/wire-record.ts";
import { everyWay, leastGone, type Ways } from "../../support/every-way.ts";
import { proof } from "../../support/proof.ts";
import { makeWorld } from "../../support/world.ts";
import { FIELDS, type Lists, listArbitraries } from "../record-query/list-arbitraries.ts";
import { listed, type ModelContext, type ModelRecord } from "../record-query/list-model.ts";

const world = makeWorld();
const entity = "things";

interface Scene {
  readonly ctx: TenantContext;
  readonly ways: Ways;
  readonly lists: Lists;
  readonly context: ModelContext;
  /** Creates records, the first of the list standing first, and answers their ids. */
  create(values: readonly Record<string, unknown>[]): Promise<string[]>;
}

/** A company with one table of all kinds, and a clock that stands still. */
async function scene(): Promise<Scene> {
  const { owner, member, shard, id } = await world.tenant();
  const colleague = await member();
  const attributes = FIELDS.map(({ name, kind, indexed, options }) => ({
    name,
    display_name: name,
    value_type: kind,
    indexed,
    ...(options && { options }),
  }));
  const type = { name: entity, display_name: "Things", attributes };
  expect((await owner.post("/api/meta/entity-types", type)).status).toBe(201);
  const now = new Date();
  const { recordQueries, ways } = everyWay(id);
  const tenant = world.platform.openTenant(shard, id);
  const ctx: TenantContext = {
    ...tenant,
    storage: { ...tenant.storage, recordQueries },
    identity: { memberId: owner.memberId, sessionId: owner.sessionId },
    clock: { now: () => now },
  };
  return {
    ctx,
    ways,
    lists: listArbitraries([owner.memberId, colleague.memberId], now),
    context: { me: owner.memberId, now },
    async create(values) {
      const owners = [owner.memberId, colleague.memberId, null];
      const records = values.map((record, i) => ({ ...record, owner_id: owners[i % 3] }));
      const { results, failed } = await bulkCreateRecords(ctx, { entity, records, atomic: true });
      expect(failed).toBe(0);
      return results.map(({ id: made }) => made as string);
    },
  };
}

/** All pages, one after the other; `between` happens after each but the last. */
async function walk(
  ctx: TenantContext,
  input: RecordListInput,
  between: (page: number) => Promise<unknown> = async () => undefined,
): Promise<WireRecord[]> {
  const found: WireRecord[] = [];
  let cursor: string | undefined;
  for (let page = 1; ; page++) {
    const { data, next_cursor: next } = await listRecords(ctx, { ...input, entity, cursor });
    found.push(...data);
    if (next === null) return found;
    expect(data.length).toBe(input.limit);
    cursor = next;
    await between(page);
  }
}

const ids = (records: readonly { readonly id?: unknown }[]) => records.map(({ id }) => id);

/** Records of all kinds of values, and how they are shown and ordered. */
async function filled({ ctx, lists, create }: Scene, count: number): Promise<ModelRecord[]> {
  const values = fc.sample(lists.values, { numRuns: count, seed: 7 });
  const half = Math.ceil(count / 2);
  const order = [...(await create(values.slice(0, half))), ...(await create(values.slice(half)))];
  const numbers = new Map(order.map((id, i) => [id, i]));
  const shown = await walk(ctx, { limit: 50 });
  expect(shown.length).toBe(count);
  return shown.map((wire) => ({ wire, number: numbers.get(wire.id) ?? Number.NaN }));
}

describe("lists of records", () => {
  it("find by every operator of every kind what a model in memory finds", async () => {
    const runs = proof("filters agree with a model", { full: 50_000, reduced: 1_500 }, 20_261_123);
    const here = await scene();
    const { ctx, lists, context } = here;
    const model = await filled(here, 90);
    const { storage } = ctx;
    const [entityType] = await storage.read([storage.entityTypes.find(entity)]);
    if (!entityType) throw new Error(`no ${entity}`);
    const asker = {
      memberId: context.me,
      timeZone: "Europe/Moscow",
      defaultCountry: "RU",
      now: context.now,
    };
    const request = { after: undefined, skip: 0, rows: 200, fields: new Set<string>() };
    const all = fc.sample(fc.oneof(lists.leaf, lists.filters), { numRuns: runs, seed: 20_261_123 });
    let found = 0;
    for (let start = 0; start < all.length; start += 50) {
      const batch = all.slice(start, start + 50);
      const pages = await storage.read(
        batch.map((filters) => {
          const { query } = parseRecordQuery({ filters }, entityType, asker);
          return storage.recordQueries.page(entityType, query, request);
        }),
      );
      for (const [i, first] of pages.entries()) {
        let whole = first;
        while (whole.further) [whole] = await storage.read([whole.further]);
        const page = whole.records;
        const expected = listed(model, FIELDS, batch[i], [], context);
        expect([batch[i], ids(page)]).toEqual([batch[i], ids(expected.map(({ wire }) => wire))]);
        if (expected.length > 0 && expected.length < model.length) found += 1;
      }
    }
    // The filters are worth something only if they find something, but not everything.
    expect(found).toBeGreaterThan(runs / 3);
  });

  it("answer what a model in memory answers, page by page", async () => {
    const runs = proof("record lists agree with a model", { full: 5_000, reduced: 50 }, 20_261_124);
    const here = await scene();
    const { ctx, ways, lists, context } = here;
    const model = await filled(here, 90);

    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        lists.filters,
        lists.sort,
        fc.integer({ min: 1, max: 60 }),
        async (filters, sort, limit) => {
          const expected = listed(model, FIELDS, filters, sort, context);
          const actual = await walk(ctx, {
            filters,
            sort,
            limit: Math.max(limit, Math.ceil(expected.length / 4)),
          });
          expect(ids(actual)).toEqual(ids(expected.map(({ wire }) => wire)));
          if (expected.length > 0) found += 1;
          const { total } = await listRecords(ctx, { entity, filters, limit: 1, count: "exact" });
          expect(total).toBe(expected.length);
        },
      ),
      { numRuns: runs, seed: 20_261_124, endOnFailure: true },
    );
    // The queries are worth something only if they find something, in every way.
    expect(found).toBeGreaterThan(runs / 3);
    expect(leastGone(ways)).toBeGreaterThan(0);
  });

  it("are in the order that a model in memory has, group by group", async () => {
    const runs = proof("record orders agree with a model", { full: 5_000, reduced: 40 }, 20_261_129);
    const here = await scene();
    const { ctx, ways, lists, context } = here;
    const model = await filled(here, 90);
    await fc.assert(
      fc.asyncProperty(lists.sort, fc.integer({ min: 8, max: 60 }), async (sort, limit) => {
        const expected = listed(model, FIELDS, undefined, sort, context);
        expect(ids(await walk(ctx, { sort, limit }))).toEqual(ids(expected.map(({ wire }) => wire)));
      }),
      { numRuns: runs, seed: 20_261_129, endOnFailure: true },
    );
    expect(Math.min(ways.grouped, ways.further)).toBeGreaterThan(runs / 4);
  });

  it("find what a model in memory finds, whatever has become of the records", async () => {
    const runs = proof("record searches agree with a model", { full: 5_000, reduced: 80 }, 20_261_128);
    const { ctx, ways, lists, context, create } = await scene();
    const values = fc.sample(lists.values, { numRuns: 100, seed: 13 });
    const order = await create(values.slice(0, 60));
    const changes = fc.sample(lists.values, { numRuns: 30, seed: 17 });
    const at = (i: number) => order[i] as string;
    for (const i of [1, 5, 9]) await updateRecord(ctx, { entity, id: at(i), values: changes[i] ?? {} });
    await updateRecord(ctx, { entity, id: at(2), values: { string_i: null, text_u: "Совсем другое" } });
    await bulkUpdateRecords(ctx, {
      entity,
      records: changes.slice(10, 25).map((change, i) => ({ ...change, id: at(10 + i) })),
      atomic: true,
    });
    await bulkDeleteRecords(ctx, { entity, ids: order.slice(30, 45) });
    for (const i of [31, 33]) await restoreRecord(ctx, { entity, id: at(i) });
    await deleteRecord(ctx, { entity, id: at(50) });
    const numbers = new Map(order.map((id, i) => [id, i]));
    const model: ModelRecord[] = (await walk(ctx, { limit: 60 })).map((wire) => ({
      wire,
      number: numbers.get(wire.id) ?? Number.NaN,
    }));
    expect(model.length).toBe(60 - 15 + 2 - 1);

    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        lists.search,
        fc.option(lists.filters, { nil: undefined, freq: 2 }),
        fc.oneof(fc.constant([]), lists.sort),
        fc.integer({ min: 1, max: 40 }),
        async (search, filters, sort, limit) => {
          const expected = listed(model, FIELDS, filters, sort, context, search);
          const input = { q: search.q, search_fields: search.fields, filters, sort };
          const actual = await walk(ctx, {
            ...input,
            limit: Math.max(limit, Math.ceil(expected.length / 4)),
          });
          expect(ids(actual)).toEqual(ids(expected.map(({ wire }) => wire)));
          if (expected.length > 0) found += 1;
          const { total } = await listRecords(ctx, { entity, ...input, limit: 1, count: "exact" });
          expect(total).toBe(expected.length);
        },
      ),
      { numRuns: runs, seed: 20_261_128 },
    );
    expect(found).toBeGreaterThan(runs / 4);
    expect(leastGone(ways)).toBeGreaterThan(0);
  });

  it("neither skip nor repeat a record while others come and go", async () => {
    const runs = proof("page walks stay right under writes", { full: 1_000, reduced: 8 }, 20_261_125);
    const { ctx, lists, context, create } = await scene();
    const start = await create(fc.sample(lists.values, { numRuns: 60, seed: 11 }));
    const numbers = new Map(start.map((id, i) => [id, i]));
    const remember = async (made: Promise<string[]>) => {
      for (const id of await made) numbers.set(id, numbers.size);
    };
    await fc.assert(
      fc.asyncProperty(
        lists.filters,
        lists.sort,
        fc.array(fc.tuple(lists.values, fc.nat(), fc.nat()), { minLength: 8, maxLength: 8 }),
        async (filters, sort, happenings) => {
          const before = await walk(ctx, { filters, sort, limit: 200 });
          const gone = new Set<string>();
          const found = await walk(ctx, { filters, sort, limit: 7 }, async (page) => {
            const [values, which, other] = happenings[page % happenings.length] ?? [{}, 0, 0];
            await remember(create([values, values]));
            const all = await walk(ctx, { limit: 200 });
            const doomed = [all[which % all.length], all[other % all.length]].map(
              (record) => record?.id ?? "",
            );
            for (const id of doomed) gone.add(id);
            await bulkDeleteRecords(ctx, { entity, ids: doomed });
          });
          expect(new Set(ids(found)).size).toBe(found.length);
          const seen = new Set(ids(found));
          const missed = before.filter(({ id }) => !gone.has(id) && !seen.has(id));
          expect(missed).toEqual([]);
          // What was seen stands in the order of the list, newcomers included.
          const model = found.map((wire) => ({ wire, number: numbers.get(wire.id) ?? Number.NaN }));
          expect(ids(found)).toEqual(
            ids(listed(model, FIELDS, filters, sort, context).map(({ wire }) => wire)),
          );
        },
      ),
      { numRuns: runs, seed: 20_261_125, endOnFailure: true },
    );
  });

  it("see what a record has become", async () => {
    const { ctx, create } = await scene();
    const [id = ""] = await create([{ string_i: "Ёлка", integer_i: 5 }]);
    const find = async (filters: unknown) => ids((await listRecords(ctx, { entity, filters })).data);
    expect(await find([{ field: "string_i", value: "елка" }])).toEqual([id]);
    await updateRecord(ctx, {
      entity,
      id,
      values: { string_i: "Берёза", integer_i: null },
      ifMatch: undefined,
    });
    expect(await find([{ field: "string_i", value: "елка" }])).toEqual([]);
    expect(await find([{ field: "string_i", value: "БЕРЕЗА" }])).toEqual([id]);
    expect(await find([{ field: "integer_i", op: "blank" }])).toEqual([id]);
  });
});
