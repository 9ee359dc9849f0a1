import type { PlatformContext, TenantContext } from "./domain/context.ts";
import { parseConfig } from "./env.ts";
import { AppError } from "./errors.ts";
import { systemClock } from "./lib/clock.ts";
import { newId } from "./lib/ids.ts";
import { openDirectory, openTenantStorage } from "./storage/index.ts";
import type { D1Meter } from "./storage/meter.ts";

export { CostMeter, type D1Meter } from "./storage/meter.ts";

/** Wires storage and gateways into the context that verbs work in; the only place that sees the bindings. */
export function openPlatform(env: Env, meter?: D1Meter): PlatformContext {
  const config = parseConfig(env);
  const base = { clock: systemClock, newId, secretKey: config.secretKey };
  return {
    ...base,
    directory: openDirectory(env.DIRECTORY, meter),
    shards: [...config.shards.keys()],
    settings: config,
    openTenant(shard, tenantId): TenantContext {
      const d1 = config.shards.get(shard);
      if (!d1) throw new AppError("invalid_token");
      return {
        ...base,
        tenantId,
        shard,
        identity: undefined,
        storage: openTenantStorage(d1, tenantId, meter),
        gateways: {},
      };
    },
  };
}
