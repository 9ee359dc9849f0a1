import type { Json } from "../attribute-kinds/kind.ts";

export type Scope = "all" | "own";

/** What a role gives: an action on a subject, which is an entity type's id or a system area such as `roles`. */
export interface Grant {
  readonly subject: string;
  readonly action: string;
  readonly scope: Scope;
}

export interface TenantSettings {
  readonly name: string;
  readonly timeZone: string;
  readonly defaultCountry: string;
  readonly locale: "ru" | "en";
  readonly currency: string;
}

/** Who is asking and what they may do, as it stands in the shard at this moment. */
export interface Access {
  readonly tenant: TenantSettings;
  readonly rightsVersion: number;
  readonly member: { readonly id: string; readonly email: string; readonly fullName: string | null };
  readonly roles: readonly { readonly id: string; readonly name: string; readonly isFounder: boolean }[];
  /** All grants of all roles; the founder's role is not spelled out. */
  readonly grants: readonly Grant[];
  readonly isFounder: boolean;
  /** Set when this very call was carried out before: `authorize` gives its result again. */
  readonly replay?: { readonly result: Json };
}
