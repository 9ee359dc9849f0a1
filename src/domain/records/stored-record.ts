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
  /** Of the relations that were asked for, by the attribute's number; one more than is shown where there are more. */
  readonly links?: StoredLinks | undefined;
}

/** A record at the other side of a relation, as links show it. */
export interface StoredLink {
  readonly number: number;
  readonly id: string;
  readonly title: string | null;
  readonly ownerId: string | null;
}

/** The highest record number first. */
export type StoredLinks = ReadonlyMap<number, readonly StoredLink[]>;

/** A record that a link may be made to. */
export interface LinkTarget extends StoredLink {
  /** The number of its entity type. */
  readonly type: number;
}

/** Full names of the members that records point at. */
export type MemberNames = ReadonlyMap<string, string | null>;
