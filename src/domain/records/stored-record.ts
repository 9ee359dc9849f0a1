import type { Json } from "../attribute-kinds/kind.ts";

/** Values by attribute key (`a7`), in stored form; blank attributes are absent. */
export type StoredValues = Readonly<Record<string, Json>>;

export interface StoredRecord {
  readonly id: string;
  /** The number of its entity type. */
  readonly type: number;
  readonly number: number;
  readonly version: number;
  readonly position: string;
  readonly title: string | null;
  readonly data: StoredValues;
  readonly ownerId: string | null;
  readonly createdBy: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

/** Full names of the members that records point at. */
export type MemberNames = ReadonlyMap<string, string | null>;
