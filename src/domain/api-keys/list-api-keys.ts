import { authorizePerson } from "../access/authorize.ts";
import { callerOf } from "../caller.ts";
import type { TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { type WireApiKey, wireApiKey } from "./wire-api-key.ts";

/** One's own keys in the order in which they were made. @throws AppError `forbidden` for API keys. */
export async function listApiKeys(ctx: TenantContext): Promise<WireApiKey[]> {
  const { apiKeys, entityTypes } = ctx.storage;
  const { access, loaded } = await enter(ctx, entityTypes.names(), apiKeys.list(callerOf(ctx)));
  const [types, keys] = loaded;
  authorizePerson(ctx, access);
  return keys.map((key) => wireApiKey(key, types));
}
