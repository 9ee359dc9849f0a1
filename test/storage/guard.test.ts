import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { CommitRefused } from "../../src/errors.ts";
import { openDatabase } from "../../src/storage/database.ts";
import { type Expectation, guardWrite } from "../../src/storage/guard.ts";
import { damages } from "../support/tenants-to-check.ts";
import { makeWorld } from "../support/world.ts";

const d1 = env.TENANTS_01;
const database = openDatabase(d1);

interface Standing {
  tenantId: string;
  rightsVersion: number;
  entityType: { id: string; schemaVersion: number; number: number };
  records: { id: string; version: number }[];
}

let standing: Standing;

beforeAll(async () => {
  const world = makeWorld();
  const { id: tenantId } = await world.tenant({ shard: "01" });
  damages(tenantId);
  const tenant = await d1
    .prepare("SELECT rights_version FROM tenants WHERE tenant_id = ?")
    .bind(tenantId)
    .first<{ rights_version: number }>();
  const type = await d1
    .prepare("SELECT id, number, schema_version FROM entity_types WHERE tenant_id = ? AND name = 'leads'")
    .bind(tenantId)
    .first<{ id: string; number: number; schema_version: number }>();
  const records = [1, 2].map((number) => ({ id: `record-${number}`, version: number }));
  await d1.batch(
    records.map(({ id, version }) =>
      d1
        .prepare(
          `INSERT INTO records (tenant_id, type, number, id, version, position, data, folded, created_at, updated_at)
           VALUES (?, ?, ?, ?, ?, 'a0', '{}', '{}', '', '')`,
        )
        .bind(tenantId, type!.number, version, id, version),
    ),
  );
  standing = {
    tenantId,
    rightsVersion: tenant!.rights_version,
    entityType: { id: type!.id, schemaVersion: type!.schema_version, number: type!.number },
    records,
  };
});

/** A batch under the expectation that would leave a trace, and whether it did. */
async function attempt(expectation: Expectation, tenantId = standing.tenantId) {
  const alias = crypto.randomUUID();
  const trace = (name: string) => ({
    sql: "INSERT INTO aliases (tenant_id, table_name, attribute_name, display_name) VALUES (?, ?, ?, '')",
    params: [standing.tenantId, alias, name],
  });
  const refusal = await database
    .commit([trace("before"), guardWrite(tenantId, expectation), trace("after")])
    .then(() => undefined)
    .catch((error: unknown) => error);
  const { results } = await d1.prepare("SELECT 1 FROM aliases WHERE table_name = ?").bind(alias).all();
  return { reason: refusal instanceof CommitRefused ? refusal.reason : refusal, written: results.length };
}

describe("the guard", () => {
  it("lets a batch through when everything stands as expected", async () => {
    const { rightsVersion, entityType, records } = standing;
    expect(await attempt({ rightsVersion, entityType, records })).toEqual({ reason: undefined, written: 2 });
    expect(await attempt({})).toEqual({ reason: undefined, written: 2 });
    expect(await attempt({ records: [] })).toEqual({ reason: undefined, written: 2 });
  });

  it("costs no written row, and one read row for each thing expected", async () => {
    const { tenantId, rightsVersion, entityType, records } = standing;
    const cost = async (expectation: Expectation) => {
      const { sql, params } = guardWrite(tenantId, expectation);
      const [result] = await d1.batch([d1.prepare(sql).bind(...params)]);
      return [result?.meta.rows_read, result?.meta.rows_written];
    };
    expect(await cost({ rightsVersion })).toEqual([1, 0]);
    expect(await cost({ entityType })).toEqual([1, 0]);
    const [read, written] = await cost({ records });
    expect(written).toBe(0);
    // The list itself counts as rows: two of json_each, and for each record its index entry and its row.
    expect(read).toBeLessThanOrEqual(6);
  });

  it("aborts the whole batch when rights have changed", async () => {
    const rightsVersion = standing.rightsVersion + 1;
    expect(await attempt({ rightsVersion })).toEqual({ reason: "stale_rights", written: 0 });
  });

  it("aborts when the tenant is suspended, or is not there", async () => {
    const { tenantId, rightsVersion } = standing;
    const setState = (state: string) =>
      d1.prepare("UPDATE tenants SET state = ? WHERE tenant_id = ?").bind(state, tenantId).run();
    await setState("suspended");
    expect(await attempt({ rightsVersion })).toEqual({ reason: "stale_rights", written: 0 });
    await setState("active");
    expect(await attempt({ rightsVersion }, "nobody")).toEqual({ reason: "stale_rights", written: 0 });
  });

  it("aborts the whole batch when the entity type has changed or is gone", async () => {
    const { id, schemaVersion } = standing.entityType;
    const stale = { reason: "stale_schema", written: 0 };
    expect(await attempt({ entityType: { id, schemaVersion: schemaVersion + 1 } })).toEqual(stale);
    expect(await attempt({ entityType: { id: "gone", schemaVersion } })).toEqual(stale);
  });

  it("aborts the whole batch when one of the records has changed or is gone", async () => {
    const [first, second] = standing.records as [
      { id: string; version: number },
      { id: string; version: number },
    ];
    const stale = { reason: "stale_record", written: 0 };
    expect(await attempt({ records: [first, { ...second, version: 9 }] })).toEqual(stale);
    expect(await attempt({ records: [{ id: "gone", version: 1 }, second] })).toEqual(stale);
  });

  it("never sees what another tenant has", async () => {
    const { entityType, records } = standing;
    expect(await attempt({ entityType }, "rival")).toEqual({ reason: "stale_schema", written: 0 });
    expect(await attempt({ records }, "rival")).toEqual({ reason: "stale_record", written: 0 });
  });
});
