import type { TenantContext } from "./context.ts";

/** Whose Idempotency-Keys and own settings a request goes by: the member, or the key by itself. */
export function callerOf({ identity }: TenantContext): string {
  if (!identity) return "";
  return "keyHash" in identity ? identity.keyHash : identity.memberId;
}
