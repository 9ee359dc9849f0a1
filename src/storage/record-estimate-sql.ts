import type { Comparable } from "../domain/record-query/checked-query.ts";
import type { BoundJson } from "./bound-json.ts";
import { equalsSql } from "./record-filter-sql.ts";
import { linkColumns, linkedSql } from "./record-links.ts";
import type { Collector, Equality, Linked } from "./record-plan.ts";
import { wantedKeys } from "./record-query-sql.ts";
import { foundBetweenSql } from "./record-search.ts";

/** How large a type is: what estimates extrapolate from. It may be a little out of date. */
export interface TypeSize {
  readonly number: number;
  readonly recordCount: number;
  readonly lastRecordNumber: number;
}

/** How closely the number of records is looked at to which a driver would lead. */
export interface ProbeSizes {
  /** Matches that are looked at in each third of the records. */
  readonly sample: number;
  /** Records of an owner that are counted one by one. */
  readonly owned: number;
}

const THIRDS = 3;
/** Records that are asked for their owner; a third of a dozen of them says enough. */
const ASKED = 12;
const GOLDEN = 0.618_033_988_749_895;

/** SQL for an estimate of how many records the collector leads to; exact where they are few. */
export function estimateSql(
  collector: Collector,
  size: TypeSize,
  probe: ProbeSizes,
  bind: BoundJson,
): string {
  switch (collector.name) {
    case "ids":
      return String(collector.test.values.length);
    case "owner":
      return ownedSql(collector.owner, size, probe, bind);
    case "equality": {
      const keys = wantedKeys(collector.test);
      return thirdsSql(size, probe, keys.length, (from, to) => equalBetweenSql(collector, from, to, bind));
    }
    case "links":
      return thirdsSql(size, probe, collector.ids.length, (from, to) =>
        linkedBetweenSql(collector, from, to, bind),
      );
    case "search":
      return thirdsSql(size, probe, 1, (from, to) =>
        foundBetweenSql(size.number, collector.search, from, to, bind),
      );
  }
}

function equalBetweenSql(
  { attribute, test }: Equality,
  from: number,
  to: number | undefined,
  bind: BoundJson,
) {
  return `SELECT e.record AS n FROM record_index e
    WHERE e.tenant_id = ?1 AND e.attribute = ${attribute.number}
    AND e.key ${equalsSql(wantedKeys(test), bind)}
    AND e.record >= ${from} ${to === undefined ? "" : `AND e.record < ${to}`}`;
}

function linkedBetweenSql(linked: Linked, from: number, to: number | undefined, bind: BoundJson): string {
  const { own } = linkColumns(linked.link);
  return `SELECT number AS n FROM (${linkedSql(linked, bind)}
    AND l.${own} >= ${from} ${to === undefined ? "" : `AND l.${own} < ${to}`})`;
}

/**
 * The records stand in the order of their numbers, so how far apart the first matches are tells how many there are.
 * One look at the oldest would mistake what has changed over time; hence one in each third.
 * @param keys how many walks the matches are spread over, of which the sample sees the first.
 */
function thirdsSql(
  { lastRecordNumber }: TypeSize,
  { sample }: ProbeSizes,
  keys: number,
  between: (from: number, to: number | undefined) => string,
): string {
  const ends = Array.from({ length: THIRDS + 1 }, (_, i) => 1 + Math.floor((lastRecordNumber * i) / THIRDS));
  const parts = ends.slice(0, THIRDS).map((from, i) => {
    const to = ends[i + 1] ?? from;
    const rows = between(from, i === THIRDS - 1 ? undefined : to);
    return `(SELECT iif(count(*) < ${sample}, count(*), max(${sample}, ${sample * keys} * ${to - from} / (max(n) + 1 - ${from})))
      FROM (${rows} LIMIT ${sample}))`;
  });
  return parts.join(" + ");
}

/**
 * An owner's records stand in the order of their positions, which tell nothing about how many there are. So a few
 * records all over the type are asked first, and only where hardly any is the owner's, the owner's are counted.
 */
function ownedSql(
  owner: Comparable,
  { number: type, recordCount, lastRecordNumber }: TypeSize,
  { owned }: ProbeSizes,
  bind: BoundJson,
): string {
  const isOwners = `r.tenant_id = ?1 AND r.type = ${type} AND r.deleted_at IS NULL AND r.owner_id = ${bind.value(owner.exact)}`;
  // Not evenly spaced: owners may take turns.
  const asked = Array.from({ length: ASKED }, (_, i) => {
    const number = 1 + Math.floor(lastRecordNumber * ((GOLDEN * (i + 1)) % 1));
    return `(SELECT count(*) FROM records r WHERE r.number = ${number} AND ${isOwners})`;
  });
  const counted = `(SELECT count(*) FROM (SELECT 1 FROM records r INDEXED BY records_by_owner
    WHERE ${isOwners} LIMIT ${owned}))`;
  const many = Math.max(owned, Math.floor(recordCount / (2 * ASKED)));
  return `(WITH asked AS MATERIALIZED (SELECT ${asked.join(" + ")} AS hits)
    SELECT iif(hits >= 2, hits * ${recordCount} / ${ASKED}, (SELECT iif(n < ${owned}, n, ${many}) FROM (SELECT ${counted} AS n)))
    FROM asked)`;
}
