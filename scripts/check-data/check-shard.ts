import type { EntityType } from "../../src/domain/entity-types/entity-type.ts";
import { entityTypeStore } from "../../src/storage/entity-types.ts";
import type { Row } from "../tooling/open-databases.ts";
import { quoteText, withParams } from "../tooling/sql-text.ts";
import { checkType } from "./check-type.ts";
import { type Counts, count, type Finding, type Source } from "./finding.ts";
import { findWrongLinks } from "./links.ts";
import { findOrphans } from "./orphans.ts";

export interface CheckOptions {
  /** Of types with more records than this only so many of the newest are looked at, and the index rows counted. */
  readonly sampleAbove?: number;
  /** Looks at the records of these tenants only; asked once for each. */
  readonly wanted?: (tenant: string) => boolean;
  /** Told before each type with many records. */
  readonly progress?: (text: string) => void;
}

export interface ShardReport {
  readonly findings: readonly Finding[];
  /** Rows that were looked at, by table. */
  readonly counts: Counts;
  /** Types of which a sample was looked at. */
  readonly sampled: readonly string[];
  /** Types whose records were not looked at, since a job works on them. */
  readonly leftOut: readonly string[];
}

const MANY_RECORDS = 10_000;

/** How many rows hang on each type and attribute of a shard, so that nothing is asked of those that have none. */
const CENSUS = [
  "SELECT tenant_id, last_attribute_number, time_zone FROM tenants ORDER BY tenant_id",
  "SELECT tenant_id, type, count(*) AS n, max(number) AS last FROM records GROUP BY tenant_id, type",
  "SELECT tenant_id, attribute, count(*) AS n FROM record_index GROUP BY tenant_id, attribute",
  "SELECT tenant_id, attribute, count(*) AS n FROM record_unique GROUP BY tenant_id, attribute",
  "SELECT tenant_id, attribute, count(*) AS n FROM record_links GROUP BY tenant_id, attribute",
  "SELECT id >> 32 AS type, count(*) AS n FROM record_search_docsize GROUP BY id >> 32",
  "SELECT tenant_id, entity_type_id FROM jobs WHERE due_at IS NOT NULL",
] as const;

/**
 * Goes through every tenant of a shard and proves that what stands beside the records is what the records say.
 * Whatever finds something looks twice, and only what is there both times is told: the server may run on meanwhile.
 */
export async function checkShard(source: Source, options: CheckOptions = {}): Promise<ShardReport> {
  const { progress = () => {}, sampleAbove = Number.POSITIVE_INFINITY, wanted = () => true } = options;
  const counts: Counts = new Map();
  const sampled: string[] = [];
  const leftOut: string[] = [];
  const findings = await twice(() => findOrphans(source));
  const [tenants = [], ...census] = await source.query(...CENSUS);
  const [records = [], index = [], unique = [], links = [], searched = [], jobs = []] = census;

  for (const { tenant_id, last_attribute_number, time_zone } of tenants) {
    const tenant = String(tenant_id);
    if (!wanted(tenant)) continue;
    const { types, members } = await readTenant(source, tenant);
    count(counts, "entity_types", types.length);
    const ofTenant = (rows: readonly Row[]) => rows.filter((row) => row.tenant_id === tenant);
    for (const entityType of types) {
      const numbers = new Set<unknown>(entityType.attributes.map(({ number }) => number));
      const own = ofTenant(records).find(({ type }) => type === entityType.number);
      const keyed = [...ofTenant(index), ...ofTenant(unique)].some(({ attribute }) => numbers.has(attribute));
      if (!own && !keyed && !searched.some(({ type }) => type === entityType.number)) continue;

      if (ofTenant(jobs).some((job) => job.entity_type_id === entityType.id)) {
        leftOut.push(`${tenant}, ${entityType.name}`);
        continue;
      }
      const n = Number(own?.n ?? 0);
      const newest = n > sampleAbove ? sampleAbove : undefined;
      if (n > MANY_RECORDS) progress(`${tenant}, ${entityType.name}: ${n} records…`);
      if (newest !== undefined) sampled.push(`${tenant}, ${entityType.name}`);
      const checked = {
        tenant,
        entityType,
        members,
        lastNumber: Number(own?.last ?? 0),
        lastAttributeNumber: Number(last_attribute_number),
        when: { timeZone: String(time_zone), now: new Date() },
      };
      findings.push(
        ...(await twice((isFirst) => checkType(source, checked, isFirst ? counts : new Map(), newest))),
      );
      if (newest !== undefined) findings.push(...miscounted(source, checked, ofTenant(index)));
    }
    for (const entityType of types) {
      for (const attribute of entityType.attributes.filter(({ valueType }) => valueType === "relation")) {
        const linked = ofTenant(links).find((row) => row.attribute === attribute.number);
        if (linked === undefined) continue;
        count(counts, "record_links", Number(linked.n));
        findings.push(...(await twice(() => findWrongLinks(source, tenant, entityType, attribute, types))));
      }
    }
  }
  return { findings, counts, sampled, leftOut };
}

/** What a sample does not look at row by row: an indexed attribute has one row for each record. */
function miscounted(
  source: Source,
  { tenant, entityType }: { readonly tenant: string; readonly entityType: EntityType },
  index: readonly Row[],
): Finding[] {
  return entityType.attributes
    .filter(({ indexed, number }) => {
      const rows = Number(index.find(({ attribute }) => attribute === number)?.n ?? 0);
      return indexed && rows !== entityType.recordCount;
    })
    .map(({ name }) => ({
      database: source.binding,
      table: "record_index",
      tenant,
      type: entityType.name,
      attribute: name,
      problem: "it has not as many rows as there are records",
    }));
}

async function readTenant(
  source: Source,
  tenant: string,
): Promise<{ types: EntityType[]; members: ReadonlySet<string> }> {
  const read = entityTypeStore(tenant).list();
  const [rows = [], members = []] = await source.query(
    withParams(read),
    `SELECT id FROM members WHERE tenant_id = ${quoteText(tenant)}`,
  );
  return { types: read.decode(rows), members: new Set(members.map(({ id }) => String(id))) };
}

/** Runs a check again if it found something, and answers what was found both times. */
async function twice(check: (isFirst: boolean) => Promise<Finding[]>): Promise<Finding[]> {
  const first = await check(true);
  if (first.length === 0) return [];
  const again = new Set((await check(false)).map((finding) => JSON.stringify(finding)));
  return first.filter((finding) => again.has(JSON.stringify(finding)));
}
