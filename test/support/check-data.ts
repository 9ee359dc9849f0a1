import { env } from "cloudflare:workers";
import { afterAll } from "vitest";
import { checkShard } from "../../scripts/check-data/check-shard.ts";
import { describeFinding, type Finding, type Source } from "../../scripts/check-data/finding.ts";
import type { Row } from "../../scripts/tooling/open-databases.ts";
import { isChecked, isDamaged, noteChecked } from "./tenants-to-check.ts";

/** Of bigger types the newest records are looked at, and the index rows counted. */
const SAMPLE_ABOVE = 5_000;

const MOST_TOLD = 20;

/** A shard of this test file as the check reads it. */
export function sourceOf(binding: string, d1: D1Database): Source {
  return {
    binding,
    async query(...queries) {
      return (await d1.batch<Row>(queries.map((sql) => d1.prepare(sql)))).map(({ results }) => results);
    },
  };
}

/** What is wrong in the databases that this test file has filled. */
export async function checkAllShards(): Promise<Finding[]> {
  const shards = Object.entries(env as unknown as Record<string, D1Database>).filter(([name]) =>
    name.startsWith("TENANTS_"),
  );
  const reports = await Promise.all(
    shards.map(([binding, d1]) =>
      checkShard(sourceOf(binding, d1), {
        sampleAbove: SAMPLE_ABOVE,
        wanted: (tenant) => !isChecked(tenant) && !isDamaged(tenant),
      }),
    ),
  );
  return reports.flatMap(({ findings }) => findings);
}

/** Every worker test file ends with it: whatever its tests did, the data is whole. */
afterAll(async () => {
  const found = await checkAllShards();
  const findings = found.filter(({ tenant }) => !isChecked(tenant) && !isDamaged(tenant));
  const { results } = await env.DIRECTORY.prepare("SELECT id FROM tenants").all<{ id: string }>();
  noteChecked([...results.map(({ id }) => id), ...found.map(({ tenant }) => tenant)]);
  if (findings.length > 0) {
    const told = findings.slice(0, MOST_TOLD).map(describeFinding);
    throw new Error(
      `the tests left data that is not whole, ${findings.length} findings:\n  ${told.join("\n  ")}`,
    );
  }
});
