import type { Finding, Source } from "./finding.ts";

/** A query for rows that point nowhere or count wrongly: the columns are `tenant`, and what a finding has. */
interface RowCheck {
  readonly table: string;
  readonly sql: string;
}

/** Rows of `table` whose `condition`, an SQL query that finds what they point at, finds nothing. */
function pointsNowhere(table: string, record: string, to: string, problem: string, only = "1"): RowCheck {
  return {
    table,
    sql: `SELECT x.tenant_id AS tenant, ${record}, '${problem}' AS problem FROM ${table} x
      WHERE ${only} AND NOT EXISTS (SELECT 1 FROM ${to})`,
  };
}

/** While a job works for the tenant, what it has not yet made or taken away is nobody's fault. */
const AT_REST = "NOT EXISTS (SELECT 1 FROM jobs j WHERE j.tenant_id = x.tenant_id AND j.due_at IS NOT NULL)";

const TYPE = "entity_types t WHERE t.tenant_id = x.tenant_id AND t.id = x.entity_type_id";
const TYPE_OF_NUMBER = "entity_types t WHERE t.tenant_id = x.tenant_id AND t.number = x.type";
const member = (column: string) => `members m WHERE m.tenant_id = x.tenant_id AND m.id = x.${column}`;
const list = (column: string) => `select_lists l WHERE l.tenant_id = x.tenant_id AND l.id = x.${column}`;
const ofRecord = "(SELECT name FROM entity_types t WHERE t.number = x.type) AS type, x.id AS record";

const POINTERS: readonly RowCheck[] = [
  pointsNowhere("attributes", "x.name AS attribute", TYPE, "its entity type does not exist"),
  pointsNowhere(
    "attributes",
    "x.name AS attribute",
    list("select_list_id"),
    "its select list does not exist",
    "x.select_list_id IS NOT NULL",
  ),
  pointsNowhere(
    "entity_types",
    "x.name AS type",
    `attributes a WHERE a.tenant_id = x.tenant_id AND a.id = x.display_attribute_id AND a.entity_type_id = x.id`,
    "its display attribute does not exist",
    "x.display_attribute_id IS NOT NULL",
  ),
  pointsNowhere(
    "attributes",
    "x.name AS attribute",
    "entity_types t WHERE t.tenant_id = x.tenant_id AND t.id = x.settings ->> 'target_entity_type_id'",
    "the entity type that it leads to does not exist",
    "x.value_type = 'relation'",
  ),
  pointsNowhere(
    "attributes",
    "x.name AS attribute",
    `attributes a WHERE a.tenant_id = x.tenant_id AND a.id = x.settings ->> 'inverse_attribute_id'
     AND a.settings ->> 'inverse_attribute_id' = x.id`,
    "the other side of the relation does not exist",
    "x.settings ->> 'inverse_attribute_id' IS NOT NULL",
  ),
  pointsNowhere("records", "x.id AS record", TYPE_OF_NUMBER, "its entity type does not exist", AT_REST),
  pointsNowhere(
    "records",
    ofRecord,
    member("owner_id"),
    "its owner does not exist",
    "x.owner_id IS NOT NULL",
  ),
  pointsNowhere(
    "records",
    ofRecord,
    member("created_by"),
    "its creator does not exist",
    "x.created_by IS NOT NULL",
  ),
  pointsNowhere(
    "attributes",
    "x.name AS attribute",
    "jobs j WHERE j.tenant_id = x.tenant_id AND j.id = x.job_id AND j.due_at IS NOT NULL",
    "the job that works on it is finished or does not exist",
    "x.job_id IS NOT NULL",
  ),
  pointsNowhere(
    "select_options",
    "NULL AS record",
    list("list_id"),
    "an option of a list that does not exist",
  ),
  pointsNowhere(
    "select_lists",
    "NULL AS record",
    "attributes a WHERE a.tenant_id = x.tenant_id AND x.id IN (a.select_list_id, a.successor ->> '$.select_list_id')",
    "a list without a name that no attribute has",
    "x.name IS NULL",
  ),
  pointsNowhere("member_roles", "NULL AS record", member("member_id"), "its member does not exist"),
  pointsNowhere(
    "member_roles",
    "NULL AS record",
    "roles r WHERE r.tenant_id = x.tenant_id AND r.id = x.role_id",
    "its role does not exist",
  ),
  pointsNowhere("attribute_orders", "NULL AS record", TYPE, "its entity type does not exist"),
  pointsNowhere("attribute_orders", "NULL AS record", member("member_id"), "its member does not exist"),
  pointsNowhere("sessions", "NULL AS record", member("member_id"), "its member does not exist"),
  pointsNowhere("api_keys", "NULL AS record", member("member_id"), "its member does not exist"),
  pointsNowhere(
    "idempotency_keys",
    "NULL AS record",
    member("member_id"),
    "its member does not exist",
    // Those of a program go by the hash of its API key, and outlive it.
    "length(x.member_id) <> 64",
  ),
  pointsNowhere(
    "aliases",
    "x.table_name AS type",
    "entity_types t WHERE t.tenant_id = x.tenant_id AND t.name = x.table_name",
    "its entity type does not exist",
  ),
  pointsNowhere(
    "aliases",
    "x.table_name AS type, x.attribute_name AS attribute",
    `entity_types t JOIN attributes a ON a.tenant_id = t.tenant_id AND a.entity_type_id = t.id
     WHERE t.tenant_id = x.tenant_id AND t.name = x.table_name AND a.name = x.attribute_name`,
    "its attribute does not exist",
    "x.attribute_name <> ''",
  ),
  {
    table: "roles",
    sql: `SELECT x.tenant_id AS tenant, 'it grants rights on an entity type that does not exist' AS problem
      FROM roles x, json_each(x.grants) g
      WHERE length(g.value ->> 'subject') = 36 AND NOT EXISTS
        (SELECT 1 FROM entity_types t WHERE t.tenant_id = x.tenant_id AND t.id = g.value ->> 'subject')`,
  },
];

/** Counters that must not be behind what they have handed out, and totals that must be exact. */
const COUNTERS: readonly RowCheck[] = [
  {
    table: "entity_types",
    sql: `SELECT x.tenant_id AS tenant, x.name AS type,
        'record_count is ' || x.record_count || ', and ' || c.n || ' records are not in the trash' AS problem
      FROM entity_types x JOIN (
        SELECT t.tenant_id, t.id, (SELECT count(*) FROM records r
          WHERE r.tenant_id = t.tenant_id AND r.type = t.number AND r.deleted_at IS NULL) AS n FROM entity_types t
      ) c ON c.tenant_id = x.tenant_id AND c.id = x.id
      WHERE x.record_count <> c.n`,
  },
  {
    table: "entity_types",
    sql: `SELECT x.tenant_id AS tenant, x.name AS type,
        'last_record_number is behind the number of a record' AS problem
      FROM entity_types x
      WHERE x.last_record_number <
        (SELECT max(r.number) FROM records r WHERE r.tenant_id = x.tenant_id AND r.type = x.number)`,
  },
  {
    table: "entity_types",
    sql: `SELECT x.tenant_id AS tenant, x.name AS type, 'another entity type has its number' AS problem
      FROM entity_types x WHERE EXISTS (SELECT 1 FROM entity_types t
        WHERE t.number = x.number AND (t.tenant_id, t.id) <> (x.tenant_id, x.id))`,
  },
  {
    table: "shard_counters",
    sql: `SELECT x.tenant_id AS tenant, x.name AS type, 'the counter is behind its number' AS problem
      FROM entity_types x WHERE x.number > (SELECT value FROM shard_counters WHERE name = 'entity_type')`,
  },
  {
    table: "attributes",
    sql: `SELECT x.tenant_id AS tenant, t.name AS type, x.name AS attribute,
        'last_number is behind the number of a record' AS problem
      FROM attributes x JOIN entity_types t ON t.tenant_id = x.tenant_id AND t.id = x.entity_type_id
      WHERE x.value_type = 'autonumber' AND coalesce(x.last_number, -1) <
        (SELECT max(r.data ->> ('$.a' || x.number)) FROM records r
         WHERE r.tenant_id = x.tenant_id AND r.type = t.number)`,
  },
  {
    table: "attributes",
    sql: `SELECT x.tenant_id AS tenant, x.name AS attribute, 'another attribute has its number' AS problem
      FROM attributes x JOIN attributes a
        ON a.tenant_id = x.tenant_id AND a.number = x.number AND a.id <> x.id`,
  },
  {
    table: "tenants",
    sql: `SELECT x.tenant_id AS tenant, 'last_attribute_number is behind the number of an attribute' AS problem
      FROM tenants x WHERE x.last_attribute_number <
        (SELECT max(a.number) FROM attributes a WHERE a.tenant_id = x.tenant_id)`,
  },
  {
    table: "select_lists",
    sql: `SELECT x.tenant_id AS tenant, 'last_option_number is behind the number of an option' AS problem
      FROM select_lists x WHERE x.last_option_number <
        (SELECT max(o.number) FROM select_options o WHERE o.tenant_id = x.tenant_id AND o.list_id = x.id)`,
  },
  {
    table: "select_options",
    sql: `SELECT x.tenant_id AS tenant, 'another option of its list has its number' AS problem
      FROM select_options x JOIN select_options o
        ON o.tenant_id = x.tenant_id AND o.list_id = x.list_id AND o.number = x.number AND o.id <> x.id`,
  },
];

/** Rows by attribute number, of attributes that should have none. */
function unexpected(table: string, expected: string, problem: string): RowCheck {
  return {
    table,
    sql: `SELECT x.tenant_id AS tenant, count(*) AS rows, '${problem}' AS problem,
        coalesce((SELECT name FROM attributes a WHERE a.tenant_id = x.tenant_id AND a.number = x.attribute),
          'number ' || x.attribute) AS attribute
      FROM ${table} x GROUP BY x.tenant_id, x.attribute HAVING ${AT_REST} AND NOT EXISTS (
        SELECT 1 FROM attributes a JOIN entity_types t ON t.tenant_id = a.tenant_id AND t.id = a.entity_type_id
        WHERE a.tenant_id = x.tenant_id AND a.number = x.attribute AND ${expected})`,
  };
}

const UNEXPECTED: readonly RowCheck[] = [
  unexpected("record_index", "a.indexed = 1", "rows of an attribute that is not indexed or does not exist"),
  unexpected("record_unique", "a.is_unique = 1", "rows of an attribute that is not unique or does not exist"),
  unexpected(
    "record_links",
    "a.value_type = 'relation' AND NOT coalesce(a.settings ->> 'is_back_relation', 0)",
    "rows of an attribute that is no front side of a relation or does not exist",
  ),
  {
    table: "record_search",
    sql: `SELECT 'unknown' AS tenant, 'number ' || (x.id >> 32) AS type, 'rows of an entity type that does not exist' AS problem
      FROM record_search_docsize x GROUP BY x.id >> 32
      HAVING NOT EXISTS (SELECT 1 FROM entity_types t WHERE t.number = x.id >> 32)
        AND NOT EXISTS (SELECT 1 FROM jobs j
          WHERE j.kind = 'delete_records' AND j.due_at IS NOT NULL AND j.input ->> 'type' = x.id >> 32)`,
  },
];

/** Tables whose rows hang on a tenant, found in the database itself, so that no new table is forgotten. */
const TENANT_TABLES = `SELECT name FROM sqlite_master
  WHERE type = 'table' AND sql LIKE '%tenant\\_id%' ESCAPE '\\' AND name <> 'tenants' ORDER BY name`;

function ofNoTenant(table: string): RowCheck {
  return {
    table,
    sql: `SELECT x.tenant_id AS tenant, 'rows of a tenant that does not exist' AS problem FROM ${table} x
      WHERE NOT EXISTS (SELECT 1 FROM tenants t WHERE t.tenant_id = x.tenant_id) GROUP BY x.tenant_id`,
  };
}

/** Rows that point at what does not exist, and counters that are wrong, in all tables of a shard. */
export async function findOrphans(source: Source): Promise<Finding[]> {
  const [tables = []] = await source.query(TENANT_TABLES);
  const checks = [
    ...tables.map(({ name }) => ofNoTenant(String(name))),
    ...POINTERS,
    ...COUNTERS,
    ...UNEXPECTED,
  ];
  const answers = await source.query(...checks.map(({ sql }) => sql));
  return checks.flatMap(({ table }, i) =>
    (answers[i] ?? []).map((row) => ({
      database: source.binding,
      table,
      tenant: String(row.tenant),
      ...Object.fromEntries(
        (["type", "record", "attribute"] as const)
          .filter((name) => typeof row[name] === "string")
          .map((name) => [name, String(row[name])]),
      ),
      problem: String(row.problem),
    })),
  );
}
