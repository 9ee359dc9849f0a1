import { deriveToken } from "../../lib/crypto/derive-key.ts";

const FORM = /^crm_(\d{2,9})_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})_([\w-]{43})$/;

export interface KeyPlace {
  readonly shard: string;
  readonly tenantId: string;
}

/**
 * `crm_<shard>_<tenant>_<secret>`: says where its tenant is, so that a request needs no directory. The secret is
 * derived from the key's id, so that a repeated call can answer it again though it is stored nowhere but as a hash.
 */
export async function keyText(secretKey: string, { shard, tenantId }: KeyPlace, id: string): Promise<string> {
  return `crm_${shard}_${tenantId}_${await deriveToken(secretKey, "api-key", `${tenantId} ${id}`)}`;
}

/** Where a key's tenant is; undefined for what does not have the form of a key. */
export function placeOfKey(text: string): KeyPlace | undefined {
  const [, shard, tenantId] = FORM.exec(text) ?? [];
  return shard !== undefined && tenantId !== undefined ? { shard, tenantId } : undefined;
}
