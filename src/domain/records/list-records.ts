import { seenBy } from "../access/attribute-access.ts";
import { authorize } from "../access/authorize.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { openCursor, sealCursor } from "../cursors.ts";
import { enterType } from "../entity-types/enter-type.ts";
import type { PagePlace, RecordQuery } from "../record-query/checked-query.ts";
import { narrowQuery } from "../record-query/narrow-query.ts";
import { placeOf } from "../record-query/page-place.ts";
import { parseRecordQuery, type RecordListInput } from "../record-query/parse-record-query.ts";
import { queryContext } from "../record-query/query-context.ts";
import { showRecords } from "./show-records.ts";
import type { WireRecord } from "./wire-record.ts";
import { withCan } from "./with-can.ts";

export interface RecordPage {
  readonly data: WireRecord[];
  /** Null where it is not known for free and was not asked for. */
  readonly total: number | null;
  /** Null on the last page. */
  readonly next_cursor: string | null;
}

/**
 * A page of an entity type's records. Those in the trash are for who may delete.
 * @throws AppError `not_found` (entity type), `forbidden`, `invalid_input`, `invalid_cursor`, `query_too_expensive`.
 */
export async function listRecords(
  ctx: TenantContext,
  { entity, ...input }: RecordListInput & { readonly entity: string; readonly include?: "can" },
): Promise<RecordPage> {
  const { nothing, recordQueries } = ctx.storage;
  const { access, entityType, plan, loaded } = await enterType(ctx, entity, async (access, entityType) => {
    const scopes = [authorize(access, entityType.id, "view")];
    if (input.trash) scopes.push(authorize(access, entityType.id, "delete"));
    const request = parseRecordQuery(
      input,
      seenBy(access, entityType),
      queryContext(ctx, access, entityType),
    );
    const scope = scopes.includes("own") ? "own" : "all";
    const query = narrowQuery(request.query, access, scope, entityType);
    const binding: Json = ["records", request.binding, scope === "own" ? access.member.id : null];
    const { limit, skip, fields, cursor, wantsCount } = request;
    const after =
      cursor === undefined ? undefined : ((await openCursor(ctx, binding, cursor)) as unknown as PagePlace);
    return {
      plan: { query, binding, limit, fields },
      reads: [
        recordQueries.page(
          entityType,
          query,
          { after, skip, rows: limit + 1 },
          seenBy(access, entityType).attributes.filter(({ name }) => fields?.has(name) ?? true),
        ),
        wantsCount && !isWholeType(query) ? recordQueries.count(entityType, query) : nothing,
      ],
    };
  });
  const { query, binding, limit, fields } = plan;
  const [first, count] = loaded;
  let whole = first;
  while (whole.further) [whole] = await ctx.storage.read([whole.further]);
  const found = whole.records;
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const next =
    found.length > limit && last ? await sealCursor(ctx, binding, [...placeOf(query, last)]) : null;
  const shown = await showRecords(ctx, access, entityType, page, fields);
  return {
    data: input.include ? shown.map((record) => withCan(access, entityType.id, record)) : shown,
    total: isWholeType(query) ? entityType.recordCount : (count ?? null),
    next_cursor: next,
  };
}

/** The type's own counter knows how many those are. */
function isWholeType({ filter, search, inTrash }: RecordQuery): boolean {
  return filter === undefined && search === undefined && !inTrash;
}
