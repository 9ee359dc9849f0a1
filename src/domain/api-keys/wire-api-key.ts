import type { ApiKeyRow } from "../../storage/api-keys.ts";
import type { Scope } from "../access/access.ts";
import { type NamedType, namedGrants } from "../access/permission-names.ts";

/** A key as the API shows it; itself it is shown once, when it is made. */
export type WireApiKey = {
  id: string;
  name: string;
  permissions: { name: string; scope: Scope }[];
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
};

export function wireApiKey(key: ApiKeyRow, types: readonly NamedType[]): WireApiKey {
  return {
    id: key.id,
    name: key.name,
    permissions: namedGrants(key.grants, types),
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
  };
}
