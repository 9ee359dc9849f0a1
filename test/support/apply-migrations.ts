import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";

/** Every test file starts with its own empty, migrated databases: the directory and all shards. */
const bindings = Object.entries(env as unknown as Record<string, unknown>);
const shards = bindings
  .filter(([name]) => name.startsWith("TENANTS_"))
  .map(([, shard]) => shard as D1Database);

await Promise.all([
  applyD1Migrations(env.DIRECTORY, env.MIGRATIONS_DIRECTORY),
  ...shards.map((shard) => applyD1Migrations(shard, env.MIGRATIONS_TENANT)),
]);
