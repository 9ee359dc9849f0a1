import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

/**
 * Test files share a workerd with its databases; the first one finds them empty. Rows of earlier files' tenants are in
 * nobody's way, but work that they have left undone would be found by whatever sweeps a whole shard or the directory.
 */
const bindings = Object.entries(env as unknown as Record<string, unknown>);
const shards = bindings
  .filter(([name]) => name.startsWith("TENANTS_"))
  .map(([, shard]) => shard as D1Database);

await Promise.all([
  applyD1Migrations(env.DIRECTORY, env.MIGRATIONS_DIRECTORY),
  ...shards.map((shard) => applyD1Migrations(shard, env.MIGRATIONS_TENANT)),
]);
await Promise.all([
  env.DIRECTORY.prepare("DELETE FROM sagas").run(),
  ...shards.map((shard) =>
    shard.prepare("UPDATE deliveries SET due_at = NULL WHERE due_at IS NOT NULL").run(),
  ),
]);
