import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { checkShard } from "../../scripts/check-data/check-shard.ts";
import { describeFinding, type Finding } from "../../scripts/check-data/finding.ts";
import { sourceOf } from "../support/check-data.ts";
import { damages } from "../support/tenants-to-check.ts";
import { type MemberClient, makeWorld } from "../support/world.ts";

interface Made {
  readonly id: string;
}

interface Scene {
  readonly tenantId: string;
  readonly memberId: string;
  /** Of the entity type `deals`. */
  readonly typeId: string;
  readonly type: number;
  /** Attribute numbers by name. */
  readonly attributes: Readonly<Record<string, number>>;
  /** The first record of three; the last is in the trash. */
  readonly id: string;
}

const d1 = env.TENANTS_01;
const source = sourceOf("TENANTS_01", d1);
const world = makeWorld();

/** A table with every sort of row beside its records, changed in every way. */
async function makeScene(): Promise<Scene> {
  const { owner, id: tenantId } = await world.tenant();
  const { id: typeId } = await make(owner, "/api/meta/entity-types", {
    name: "deals",
    display_name: "Deals",
    display_attribute: "title",
    attributes: [
      { name: "title", display_name: "Title", value_type: "string", indexed: true },
      { name: "code", display_name: "Code", value_type: "string", unique: true, indexed: false },
      { name: "amount", display_name: "Amount", value_type: "currency" },
      { name: "stage", display_name: "Stage", value_type: "select", options: ["new", "won"] },
      { name: "tags", display_name: "Tags", value_type: "multiselect", options: ["a", "b"] },
      { name: "keeper", display_name: "Keeper", value_type: "user" },
      { name: "number", display_name: "Number", value_type: "autonumber", pattern: "D-{0001}" },
      { name: "note", display_name: "Note", value_type: "text" },
      { name: "twice", display_name: "Twice", value_type: "formula", formula_text: "{amount} * 2" },
      { name: "spare", display_name: "Spare", value_type: "integer", indexed: false },
    ],
  });
  await make(owner, "/api/meta/entity-types/deals/attributes", {
    name: "parent",
    display_name: "Parent",
    value_type: "relation",
    target_entity_type_id: typeId,
    create_back_relation: true,
    back_relation_name: "children",
  });
  const values = { title: "Ёлка (Sales)", code: "A-1", amount: 12.5, stage: "won", tags: ["b"] };
  const first = await make(owner, "/api/data/deals", {
    ...values,
    keeper: owner.memberId,
    note: 'Мы "пьём" чай,\nмы едим торт',
  });
  const second = await make(owner, "/api/data/deals", { title: "Second", code: "A-2", parent: first.id });
  const third = await make(owner, "/api/data/deals", { title: "Third", code: "A-3" });
  await owner.patch(`/api/data/deals/${second.id}`, { title: "Второй", code: null, stage: "new" });
  await owner.delete(`/api/data/deals/${third.id}`);
  const { results } = await d1
    .prepare("SELECT name, number FROM attributes WHERE tenant_id = ? AND entity_type_id = ?")
    .bind(tenantId, typeId)
    .all<{ name: string; number: number }>();
  const type = await d1
    .prepare("SELECT number FROM entity_types WHERE tenant_id = ? AND id = ?")
    .bind(tenantId, typeId)
    .first<{ number: number }>();
  return {
    tenantId,
    memberId: owner.memberId,
    typeId,
    type: Number(type?.number),
    attributes: Object.fromEntries(results.map(({ name, number }) => [name, number])),
    id: first.id,
  };
}

async function make(owner: MemberClient, path: string, body: object): Promise<Made> {
  const answer = await owner.post<Made>(path, body);
  expect(answer.status, answer.text).toBe(201);
  return answer.body;
}

async function damage(sql: string, tenantId: string): Promise<void> {
  const statement = d1.prepare(sql);
  await (sql.includes("?1") ? statement.bind(tenantId) : statement).run();
}

const summary = ({ table, type, record, attribute, problem }: Finding) =>
  [table, type, record && "record", attribute, problem].filter((part) => part !== undefined).join(" | ");

async function findingsOf(tenantId: string): Promise<string[]> {
  const { findings } = await checkShard(source, { wanted: (one) => one === tenantId });
  return findings.filter(({ tenant }) => tenant === tenantId).map(summary);
}

/** SQL that damages a scene (`?1` its tenant), and what is found afterwards. */
type Damage = readonly [name: string, sql: (scene: Scene) => string, found: readonly string[]];

const mine = ({ id }: Scene) => `tenant_id = ?1 AND id = '${id}'`;
const keyed = ({ attributes }: Scene, name: string) => `tenant_id = ?1 AND attribute = ${attributes[name]}`;
const rowid = ({ type }: Scene, record: number) => type * 2 ** 32 + record;
const insertLink = (attribute: number, sourceRecord: number, target: number) =>
  `INSERT INTO record_links VALUES (?1, ${attribute}, ${sourceRecord}, ${target})`;

const OF_NO_TENANT = "a search row of a type that does not exist";

const DAMAGES: readonly Damage[] = [
  [
    "an index row that is missing",
    (scene) => `DELETE FROM record_index WHERE ${keyed(scene, "title")} AND record = 1`,
    ["record_index | deals | record | title | its row is missing"],
  ],
  [
    "the index row of a blank that is missing",
    (scene) => `DELETE FROM record_index WHERE ${keyed(scene, "amount")} AND record = 2`,
    ["record_index | deals | record | amount | its row is missing"],
  ],
  [
    "an index row with another key",
    (scene) => `UPDATE record_index SET key = 'elka' WHERE ${keyed(scene, "title")} AND record = 1`,
    [
      "record_index | deals | record | title | a row whose key is not that of the value",
      "record_index | deals | record | title | its row is missing",
    ],
  ],
  [
    "an index row with the key as a text",
    (scene) => `UPDATE record_index SET key = '1250' WHERE ${keyed(scene, "amount")} AND record = 1`,
    [
      "record_index | deals | record | amount | a row whose key is not that of the value",
      "record_index | deals | record | amount | its row is missing",
    ],
  ],
  [
    "a second index row of a value",
    (scene) => `INSERT INTO record_index VALUES (?1, ${scene.attributes.title}, 'zz', 2)`,
    ["record_index | deals | record | title | a row whose key is not that of the value"],
  ],
  [
    "an index row of a record that does not exist",
    (scene) => `INSERT INTO record_index VALUES (?1, ${scene.attributes.title}, 'zz', 99)`,
    ["record_index | deals | record | title | a row whose key is not that of the value"],
  ],
  [
    "an index row of a record in the trash",
    (scene) => `INSERT INTO record_index VALUES (?1, ${scene.attributes.title}, 'third', 3)`,
    ["record_index | deals | record | title | a row whose key is not that of the value"],
  ],
  [
    "index rows of an attribute that is not indexed",
    (scene) => `INSERT INTO record_index VALUES (?1, ${scene.attributes.note}, 'zz', 1)`,
    ["record_index | note | rows of an attribute that is not indexed or does not exist"],
  ],
  [
    "a unique row that is missing",
    (scene) => `DELETE FROM record_unique WHERE ${keyed(scene, "code")} AND record = 1`,
    ["record_unique | deals | record | code | its row is missing"],
  ],
  [
    "a unique row too many",
    (scene) => `INSERT INTO record_unique VALUES (?1, ${scene.attributes.code}, 'A-2', 2)`,
    ["record_unique | deals | record | code | a row whose key is not that of the value"],
  ],
  [
    "a unique row of an attribute that does not exist",
    () => "INSERT INTO record_unique VALUES (?1, 9999, 'x', 1)",
    ["record_unique | number 9999 | rows of an attribute that is not unique or does not exist"],
  ],
  [
    "a search row that is missing",
    (scene) => `DELETE FROM record_search WHERE rowid = ${rowid(scene, 1)}`,
    ["record_search | deals | record | its row is missing"],
  ],
  [
    "a search row of a record in the trash",
    (scene) => `INSERT INTO record_search (rowid, body) VALUES (${rowid(scene, 3)}, '  third')`,
    ["record_search | deals | record | a row of a record that is not to be found"],
  ],
  [
    "a search row with a word too many",
    (scene) =>
      `INSERT OR REPLACE INTO record_search (rowid, body) VALUES (${rowid(scene, 2)}, '  второй  d-0002  d  00  x')`,
    ["record_search | deals | record | the row is not as long as its texts"],
  ],
  [
    "a search row with another word of the same length",
    (scene) =>
      `INSERT OR REPLACE INTO record_search (rowid, body) VALUES (${rowid(scene, 2)}, '  второе  d-0002  d  00')`,
    ["record_search | deals | record | it is not found by one of its words"],
  ],
  [
    OF_NO_TENANT,
    () => `INSERT INTO record_search (rowid, body) VALUES (${999_999 * 2 ** 32 + 1}, '  x')`,
    ["record_search | number 999999 | rows of an entity type that does not exist"],
  ],
  [
    "a title that is not the display attribute's",
    (scene) => `UPDATE records SET title = 'Ёлка' WHERE ${mine(scene)}`,
    ["records | deals | record | title is not what its display attribute shows"],
  ],
  [
    "a folded copy that is not the value's",
    (scene) =>
      `UPDATE records SET folded = json_set(folded, '$.a${scene.attributes.title}', 'ёлка') WHERE ${mine(scene)}`,
    ["records | deals | record | title | the folded copy is not that of the value"],
  ],
  [
    "a position that is no fractional key",
    (scene) => `UPDATE records SET position = '17' WHERE ${mine(scene)}`,
    ["records | deals | record | position is not a fractional key"],
  ],
  [
    "a value under a key that no attribute has had",
    (scene) => `UPDATE records SET data = json_set(data, '$.a9999', 1) WHERE ${mine(scene)}`,
    ["records | deals | record | a9999 | no attribute has ever had this key"],
  ],
  [
    "an option that does not exist",
    (scene) =>
      `UPDATE records SET data = json_set(data, '$.a${scene.attributes.tags}', json('[1,7]')) WHERE ${mine(scene)}`,
    ["records | deals | record | tags | an option that does not exist"],
  ],
  [
    "a member who does not exist",
    (scene) =>
      `UPDATE records SET data = json_set(data, '$.a${scene.attributes.keeper}', 'x') WHERE ${mine(scene)}`,
    [
      "records | deals | record | keeper | a member who does not exist",
      "record_index | deals | record | keeper | a row whose key is not that of the value",
      "record_index | deals | record | keeper | its row is missing",
    ],
  ],
  [
    "an owner who does not exist",
    (scene) => `UPDATE records SET owner_id = 'x' WHERE ${mine(scene)}`,
    ["records | deals | record | its owner does not exist"],
  ],
  [
    "a count that is off by one",
    ({ typeId }) =>
      `UPDATE entity_types SET record_count = record_count + 1 WHERE tenant_id = ?1 AND id = '${typeId}'`,
    ["entity_types | deals | record_count is 3, and 2 records are not in the trash"],
  ],
  [
    "a record number that would be given twice",
    ({ typeId }) =>
      `UPDATE entity_types SET last_record_number = 2 WHERE tenant_id = ?1 AND id = '${typeId}'`,
    ["entity_types | deals | last_record_number is behind the number of a record"],
  ],
  [
    "a running number that would be given twice",
    ({ attributes }) =>
      `UPDATE attributes SET last_number = 2 WHERE tenant_id = ?1 AND number = ${attributes.number}`,
    ["attributes | deals | number | last_number is behind the number of a record"],
  ],
  [
    "an attribute number that would be given twice",
    ({ attributes }) =>
      `UPDATE tenants SET last_attribute_number = ${Number(attributes.spare) - 1} WHERE tenant_id = ?1`,
    ["tenants | last_attribute_number is behind the number of an attribute"],
  ],
  [
    "a link of an attribute that does not exist",
    () => insertLink(9999, 1, 2),
    [
      "record_links | number 9999 | rows of an attribute that is no front side of a relation or does not exist",
    ],
  ],
  [
    "a link of an attribute that is no relation",
    ({ attributes }) => insertLink(Number(attributes.title), 1, 2),
    ["record_links | title | rows of an attribute that is no front side of a relation or does not exist"],
  ],
  [
    "a link under the number of a back side",
    ({ attributes }) => insertLink(Number(attributes.children), 1, 2),
    ["record_links | children | rows of an attribute that is no front side of a relation or does not exist"],
  ],
  [
    "a link to a record that does not exist",
    ({ attributes }) => insertLink(Number(attributes.parent), 1, 99),
    ["record_links | deals | record | parent | a link to a record that does not exist"],
  ],
  [
    "a link from a record that does not exist",
    ({ attributes }) => insertLink(Number(attributes.parent), 99, 1),
    ["record_links | deals | record | parent | a link from a record that does not exist"],
  ],
  [
    "a second link of a relation that has one",
    ({ attributes }) => insertLink(Number(attributes.parent), 2, 2),
    ["record_links | deals | record | parent | several links of a relation that has one"],
  ],
  [
    "a relation whose other side is gone",
    ({ attributes }) => `DELETE FROM attributes WHERE tenant_id = ?1 AND number = ${attributes.children}`,
    ["attributes | parent | the other side of the relation does not exist"],
  ],
  [
    "a result that is not the formula's",
    (scene) =>
      `UPDATE records SET data = json_set(data, '$.a${scene.attributes.twice}', 3) WHERE ${mine(scene)}`,
    ["records | deals | record | twice | the stored result is not that of the formula"],
  ],
  [
    "a job that is not there any more",
    ({ attributes }) =>
      `UPDATE attributes SET job_id = 'j' WHERE tenant_id = ?1 AND number = ${attributes.note}`,
    ["attributes | note | the job that works on it is finished or does not exist"],
  ],
  [
    "an option of a list that does not exist",
    () =>
      `INSERT INTO select_options (tenant_id, list_id, id, number, value, value_folded, position)
       VALUES (?1, 'l', 'o', 1, 'x', 'x', 1)`,
    ["select_options | an option of a list that does not exist"],
  ],
  [
    "a role that does not exist",
    ({ memberId }) =>
      `INSERT INTO member_roles (tenant_id, member_id, role_id) VALUES (?1, '${memberId}', 'r')`,
    ["member_roles | its role does not exist"],
  ],
  [
    "an alias of a column that does not exist",
    () =>
      "INSERT INTO aliases (tenant_id, table_name, attribute_name, display_name) VALUES (?1, 'deals', 'colour', 'Colour')",
    ["aliases | deals | colour | its attribute does not exist"],
  ],
  [
    "a display attribute that does not exist",
    ({ typeId }) =>
      `UPDATE entity_types SET display_attribute_id = 'a' WHERE tenant_id = ?1 AND id = '${typeId}'`,
    [
      "entity_types | deals | its display attribute does not exist",
      ...Array(3).fill("records | deals | record | title is not what its display attribute shows"),
    ],
  ],
];

it("finds nothing in data that is whole", async () => {
  const { tenantId } = await makeScene();
  expect(await findingsOf(tenantId)).toEqual([]);
  const { counts, sampled } = await checkShard(source, { wanted: (one) => one === tenantId });
  expect(counts.get("records")).toBeGreaterThanOrEqual(3);
  expect(counts.get("record_index")).toBeGreaterThanOrEqual(2 * 5);
  expect(counts.get("record_unique")).toBeGreaterThanOrEqual(3);
  expect(counts.get("record_search")).toBeGreaterThanOrEqual(2);
  expect(sampled).toEqual([]);
});

describe("finds", () => {
  const found = new Map<string, string[]>();

  // All scenes are damaged first and looked at together, since each look is at the whole shard.
  beforeAll(async () => {
    const tenants = new Map<string, string>();
    for (const [name, sql] of DAMAGES) {
      const scene = await makeScene();
      damages(scene.tenantId);
      await damage(sql(scene), scene.tenantId);
      tenants.set(scene.tenantId, name);
    }
    const { findings } = await checkShard(source, { wanted: (tenant) => tenants.has(tenant) });
    for (const finding of findings) {
      const name = tenants.get(finding.tenant) ?? (finding.tenant === "unknown" ? OF_NO_TENANT : "another");
      found.set(name, [...(found.get(name) ?? []), summary(finding)]);
    }
    // What belongs to no tenant would be found by others, too.
    await d1.prepare(`DELETE FROM record_search WHERE rowid > ${999_999 * 2 ** 32}`).run();
  });

  it.each(DAMAGES)("%s", (name, _sql, expected) => {
    expect((found.get(name) ?? []).sort()).toEqual([...expected].sort());
  });
});

it("finds rows of a tenant that does not exist, in every table", async () => {
  damages("nobody");
  await d1.prepare("INSERT INTO record_index VALUES ('nobody', 1, 1, 1)").run();
  await d1
    .prepare(
      "INSERT INTO aliases (tenant_id, table_name, attribute_name, display_name) VALUES ('nobody', 't', '', 'T')",
    )
    .run();
  expect(await findingsOf("nobody")).toEqual(
    expect.arrayContaining([
      "record_index | rows of a tenant that does not exist",
      "aliases | rows of a tenant that does not exist",
    ]),
  );
});

it("looks at the newest records of a big type, and counts the index rows of all", async () => {
  const scene = await makeScene();
  damages(scene.tenantId);
  await damage(`DELETE FROM record_index WHERE ${keyed(scene, "title")} AND record = 1`, scene.tenantId);
  const { findings, sampled } = await checkShard(source, {
    wanted: (one) => one === scene.tenantId,
    sampleAbove: 1,
  });
  const own = findings.filter(({ tenant }) => tenant === scene.tenantId);
  expect(own.map(({ attribute, record, problem }) => [attribute, record, problem])).toEqual([
    ["title", undefined, "it has not as many rows as there are records"],
  ]);
  expect(sampled).toContain(`${scene.tenantId}, deals`);
});

it("leaves out what a job is working on", async () => {
  const scene = await makeScene();
  damages(scene.tenantId);
  const { tenantId, typeId, attributes } = scene;
  await damage(
    `INSERT INTO jobs (tenant_id, id, kind, status, entity_type_id, input, done, total, errors, created_at, due_at,
       attempts)
     VALUES (?1, 'j', 'build_index', 'running', '${typeId}', '{}', 0, 0, '[]', '', '2999', 0)`,
    tenantId,
  );
  await damage(`INSERT INTO record_index VALUES (?1, ${attributes.note}, 'zz', 1)`, tenantId);
  await damage(`DELETE FROM record_index WHERE ${keyed(scene, "title")} AND record = 1`, tenantId);
  expect(await findingsOf(tenantId)).toEqual([]);
  const { leftOut } = await checkShard(source, { wanted: (one) => one === tenantId });
  expect(leftOut).toEqual([`${tenantId}, deals`]);
  await damage("UPDATE jobs SET status = 'done', due_at = NULL WHERE tenant_id = ?1", tenantId);
  expect((await findingsOf(tenantId)).length).toBe(2);
});

it("tells where, and no values", async () => {
  const scene = await makeScene();
  damages(scene.tenantId);
  await damage(`UPDATE records SET title = 'secret' WHERE ${mine(scene)}`, scene.tenantId);
  const { findings } = await checkShard(source, { wanted: (one) => one === scene.tenantId });
  const own = findings.filter(({ tenant }) => tenant === scene.tenantId).map(describeFinding);
  expect(own).toEqual([
    `TENANTS_01 records, tenant ${scene.tenantId}, type deals, record ${scene.id}: title is not what its display attribute shows`,
  ]);
});
