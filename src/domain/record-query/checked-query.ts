import type { SearchWord } from "../../lib/search-text.ts";
import type { Attribute, AttributeLink, IndexKey, Json } from "../attribute-kinds/kind.ts";

/** System fields of a record that lists filter and sort by. */
export type SystemColumn =
  | "number"
  | "id"
  | "created_at"
  | "updated_at"
  | "created_by"
  | "owner_id"
  | "position";

/** Where a record keeps a value that lists go by. */
export type ValuePlace =
  | { readonly in: "column"; readonly column: SystemColumn }
  | {
      readonly in: "values";
      readonly attribute: Attribute;
      /** From the attribute's kind. */
      readonly comparesFolded: boolean;
      readonly canBeIndexed: boolean;
    };

/** Links stand beside the record; what filters compare of them are the ids of the records that they lead to. */
export interface LinkPlace {
  readonly in: "links";
  readonly attribute: Attribute;
  readonly link: AttributeLink;
}

/** What a filter looks at. */
export type FieldPlace = ValuePlace | LinkPlace;

/**
 * What an operand is compared as: `exact` is compared with the record itself, `key` with its row in the index.
 * They differ only for folded text that is longer than keys are.
 */
export interface Comparable {
  readonly key: IndexKey;
  readonly exact: IndexKey;
}

export interface Bound {
  readonly value: Comparable;
  readonly inclusive: boolean;
}

/** A question about one value that a blank value answers with no, unless `blank` is what is asked for. */
export type Test =
  | { readonly type: "is_one_of"; readonly values: readonly Comparable[]; readonly orBlank: boolean }
  | { readonly type: "in_range"; readonly low?: Bound; readonly high?: Bound }
  /** Of a list in stored form: whether any, or all, of the items stand in it. */
  | { readonly type: "has_items"; readonly all: boolean; readonly items: readonly IndexKey[] }
  /** Of folded text; `text` is folded, too, and not empty. */
  | { readonly type: "has_text"; readonly at: "anywhere" | "start" | "end"; readonly text: string };

/** One condition. `negated` is plain Boolean, so blanks are among what `neq` and its like find. */
export interface Leaf {
  readonly type: "leaf";
  readonly place: FieldPlace;
  readonly test: Test;
  readonly negated: boolean;
}

/** A condition on what a record is linked to, which is kept in records of another type. */
export interface Hop {
  readonly type: "hop";
  readonly link: AttributeLink;
  /** Checked against the type at the other side; one of the linked records has to pass. */
  readonly node: FilterNode;
  /** Whether a record passes that is linked to nothing. */
  readonly orNone: boolean;
  /** The only owner whose records count; undefined where everybody's do. */
  readonly ownerId: string | undefined;
}

/** A filter that has been checked against its entity type; `and` of nothing is true, `or` of nothing false. */
export type FilterNode =
  | Leaf
  | Hop
  | { readonly type: "and" | "or"; readonly nodes: readonly FilterNode[] }
  | { readonly type: "not"; readonly node: FilterNode };

export interface SortKey {
  readonly place: ValuePlace;
  readonly descending: boolean;
}

/** What is searched for in the texts of records, folded. */
export interface RecordSearch {
  /** At least one; every one of them has to be found, wherever it stands. */
  readonly words: readonly SearchWord[];
  /** What was typed as a phone number, its digits alone: these may be found instead of the words. */
  readonly digits: string | undefined;
  /** Where it has to be found; in any text when undefined. */
  readonly places: readonly ValuePlace[] | undefined;
}

/** Where a page ended: the last record's key for each sort key, then its number. */
export type PagePlace = readonly IndexKey[];

/** A list of records that has been asked for, checked; holds no SQL. */
export interface RecordQuery {
  /** Undefined where every record of the type is wanted. */
  readonly filter: FilterNode | undefined;
  /** At least one key. Ties go by the record's number, in the direction of the first key unless that is given. */
  readonly sort: readonly SortKey[];
  readonly tiesDescending?: boolean;
  readonly search: RecordSearch | undefined;
  /** Deleted records instead of the others. */
  readonly inTrash: boolean;
}

/** A query together with how much of its answer is wanted, and in which form. */
export interface RecordListRequest {
  readonly query: RecordQuery;
  readonly limit: number;
  readonly skip: number;
  readonly cursor: string | undefined;
  readonly wantsCount: boolean;
  /** Names of the attributes to show; all when undefined. */
  readonly fields: ReadonlySet<string> | undefined;
  /** What decides which records come in which order, as the client asked for it; cursors are bound to it. */
  readonly binding: Json;
}
