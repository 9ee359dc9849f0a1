import fc from "fast-check";
import { expect, it } from "vitest";
import type { TenantContext } from "../../../src/domain/context.ts";
import { deleteRecord } from "../../../src/domain/records/delete-record.ts";
import { listRecords } from "../../../src/domain/records/list-records.ts";
import type { WireRecord } from "../../../src/domain/records/wire-record.ts";
import { proof } from "../../support/proof.ts";
import { makeWorld } from "../../support/world.ts";
import { FIELDS, listArbitraries } from "../record-query/list-arbitraries.ts";
import { listed, type ModelContext, type Wire } from "../record-query/list-model.ts";

const world = makeWorld();
const entity = "things";
const COUNT = 60;
/** The relations of things to things. */
const PATHS = ["", "parent.", "children.", "others."] as const;

type Node = Readonly<Record<string, unknown>> | readonly Node[];

/** Each condition of the filter, replaced. */
function mapLeaves(node: Node, change: (leaf: Readonly<Record<string, unknown>>) => Node): Node {
  if (Array.isArray(node)) return node.map((child: Node) => mapLeaves(child, change));
  const group = node as Readonly<Record<string, Node>>;
  for (const name of ["and", "or", "not"]) {
    const inside = group[name];
    if (inside) return { [name]: mapLeaves(inside, change) };
  }
  return change(group);
}

/** What the filter finds when each condition looks at the records that the record is linked to. */
function passes(node: Node, record: Wire, things: ReadonlyMap<string, Wire>, context: ModelContext): boolean {
  // Whether the condition is fulfilled is all that is left of it: by the record's id, or by none.
  const settled = mapLeaves(node, (leaf) => {
    const [, path = "", field = ""] = /^(.*\.)?(.*)$/.exec(String(leaf.field)) ?? [];
    const links = [record[path.slice(0, -1)] ?? []].flat() as { id: string }[];
    const linked = links.map(({ id }) => things.get(id) ?? {});
    const seen = path === "" ? [record] : path === "parent." && linked.length === 0 ? [{}] : linked;
    const fulfils = (wire: Wire) =>
      listed([{ wire, number: 0 }], FIELDS, { ...leaf, field }, [], context).length > 0;
    return { field: "id", op: "in", value: seen.some(fulfils) ? [record.id] : [] };
  });
  return listed([{ wire: record, number: 0 }], FIELDS, settled, [], context).length > 0;
}

it("filters through relations find by every operator of every kind what a model in memory finds", async () => {
  const runs = proof(
    "filters through relations agree with a model",
    { full: 10_000, reduced: 400 },
    20_261_201,
  );
  const { owner, member, shard, id } = await world.tenant();
  const colleague = await member();
  const relation = { value_type: "relation", target_entity_type_id: entity };
  const { status, text } = await owner.post("/api/meta/entity-types", {
    name: entity,
    display_name: "Things",
    attributes: [
      ...FIELDS.map(({ name, kind, indexed, options }) => ({
        name,
        display_name: name,
        value_type: kind,
        indexed,
        ...(options && { options }),
      })),
      {
        ...relation,
        name: "parent",
        display_name: "Parent",
        create_back_relation: true,
        back_relation_name: "children",
      },
      { ...relation, name: "others", display_name: "Others", allow_multiple_selection: true },
    ],
  });
  expect([status, text]).toEqual([201, expect.anything()]);
  const now = new Date();
  const ctx: TenantContext = {
    ...world.platform.openTenant(shard, id),
    identity: { memberId: owner.memberId, sessionId: owner.sessionId },
    clock: { now: () => now },
  };
  const lists = listArbitraries([owner.memberId, colleague.memberId], now);
  const owners = [owner.memberId, colleague.memberId, null];
  const values = fc.sample(lists.values, { numRuns: COUNT, seed: 7 });
  const ids: string[] = [];
  for (let start = 0; start < COUNT; start += 20) {
    // Half of them have a parent, a third some others; all of them older ones.
    const records = values.slice(start, start + 20).map((record, i) => ({
      ...record,
      owner_id: owners[i % 3],
      ...(i % 2 === 1 && { parent: ids[(i * 7) % ids.length] ?? null }),
      ...(i % 3 === 1 && {
        others: [...new Set([1, 5, 8].map((n) => ids[(i * n) % ids.length]))].filter(Boolean),
      }),
    }));
    const made = await owner.post<{ results: { id: string }[]; failed: number }>(
      `/api/data/${entity}/bulk-create`,
      { records },
    );
    expect(made.body.failed).toBe(0);
    ids.push(...made.body.results.map((result) => result.id));
  }
  for (const i of [0, 7, 14]) await deleteRecord(ctx, { entity, id: ids[i] as string });
  const { data } = await listRecords(ctx, { entity, limit: 200 });
  const things = new Map(data.map((record: WireRecord) => [record.id, record]));
  const linked = data.filter((record) => record.parent !== null || (record.others as unknown[]).length > 0);
  expect(linked.length).toBeGreaterThan(15);

  let found = 0;
  const context = { me: owner.memberId, now };
  const prefixes = fc.infiniteStream(fc.constantFrom(...PATHS));
  await fc.assert(
    fc.asyncProperty(fc.oneof(lists.leaf, lists.filters), prefixes, async (plain, stream) => {
      if (plain === undefined) return;
      const filters = mapLeaves(plain as Node, (leaf) => ({
        ...leaf,
        field: `${stream.next().value}${leaf.field}`,
      }));
      const expected = data.filter((record) => passes(filters, record, things, context));
      const actual = await listRecords(ctx, { entity, filters, limit: 200 });
      expect(actual.data.map((record) => record.id)).toEqual(expected.map((record) => record.id));
      if (expected.length > 0 && expected.length < data.length) found += 1;
    }),
    { numRuns: runs, seed: 20_261_201, endOnFailure: true },
  );
  // The filters are worth something only if they find something, but not everything.
  expect(found).toBeGreaterThan(runs / 4);
});
