import type { Json } from "../attribute-kinds/kind.ts";

export type Scope = "all" | "own";

/** What a role gives: an action on a subject, which is an entity type's id or a system area such as `roles`. */
export interface Grant {
  readonly subject: string;
  readonly action: string;
  readonly scope: Scope;
}

/** What a role takes from those who have it: an attribute's values are not to be changed, or not even seen. */
export interface AttributeRule {
  readonly entityTypeId: string;
  readonly attributeId: string;
  readonly access: "read" | "hidden";
}

export interface HeldRole {
  readonly id: string;
  readonly name: string;
  readonly isFounder: boolean;
  /** The founder's role is not spelled out. */
  readonly grants: readonly Grant[];
  readonly attributeRules: readonly AttributeRule[];
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
  readonly roles: readonly HeldRole[];
  /** All grants of all roles. */
  readonly grants: readonly Grant[];
  readonly isFounder: boolean;
  /** Set when this very call was carried out before: `authorize` gives its result again. */
  readonly replay?: { readonly result: Json };
}
