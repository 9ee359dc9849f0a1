import type { Figure, FoundGroup } from "../../storage/record-aggregates.ts";
import { seenBy } from "../access/attribute-access.ts";
import { authorize } from "../access/authorize.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import { kindOf } from "../attribute-kinds/registry.ts";
import type { TenantContext } from "../context.ts";
import { enterType } from "../entity-types/enter-type.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { AggregateRequest, Grouping, Metric } from "../record-query/checked-aggregate.ts";
import type { ValuePlace } from "../record-query/checked-query.ts";
import { narrowQuery } from "../record-query/narrow-query.ts";
import { parseRecordQuery } from "../record-query/parse-record-query.ts";
import { queryContext } from "../record-query/query-context.ts";

/** How many groups an answer has at most. */
export const MOST_GROUPS = 1_000;

interface Aggregate {
  readonly entity: string;
  readonly filters?: unknown;
  readonly largestFirst: boolean;
  /** @throws AppError for what the entity type does not have. */
  readonly read: (entityType: EntityType) => AggregateRequest;
}

/** Groups of what the caller may see, and one more than there may be when there are too many. */
export async function runAggregate(
  ctx: TenantContext,
  { entity, filters, largestFirst, read }: Aggregate,
): Promise<{ request: AggregateRequest; groups: FoundGroup[] }> {
  const { plan, loaded } = await enterType(ctx, entity, async (access, entityType) => {
    const scope = authorize(access, entityType.id, "view");
    const seen = seenBy(access, entityType);
    const request = read(seen);
    const context = queryContext(ctx, access, entityType);
    const { query: asked } = parseRecordQuery({ filters }, seen, context);
    const query = narrowQuery(asked, access, scope, entityType);
    const groups = ctx.storage.recordAggregates.groups(entityType, query, request, {
      timeZone: context.timeZone,
      largestFirst,
      limit: MOST_GROUPS + 1,
    });
    return { plan: request, reads: [groups] };
  });
  return { request: plan, groups: loaded[0] };
}

/** A group's key as the wire shows the value that its records have in common. */
export function wireKey({ place, bucket, ofMembers }: Grouping, key: FoundGroup["keys"][number]): Json {
  const { value, memberName } = key;
  if (value === null || bucket) return value;
  if (ofMembers) return { id: value, full_name: memberName };
  return wireValue(place, value);
}

export function wireFigure({ function: name, place }: Metric, figure: Figure): Json {
  const { value, count } = figure;
  if (name === "count") return Number(value);
  if (!place) return null;
  if (name === "min" || name === "max") return value === null ? null : wireValue(place, value);
  if (name === "sum") return wireValue(place, sumOf(figure));
  if (count === 0) return null;
  const isMoney = place.in === "values" && kindOf(place.attribute).name === "currency";
  const average = sumOf(figure) / count;
  return wireValue(place, isMoney ? Math.round(average) : tidy(average));
}

/** Exact for whole numbers and money up to 2⁵³; fractions are added with compensation. */
function sumOf({ whole, real }: Figure): number {
  return real === 0 ? Number(whole) : tidy(Number(whole) + real);
}

/** The fifteen digits that are sure, so that 0.1 and 0.2 make 0.3. */
function tidy(value: number): number {
  return Number(value.toPrecision(15));
}

function wireValue(place: ValuePlace, value: string | number): Json {
  if (place.in === "column") return value;
  const { attribute } = place;
  // JSON's true and false come out of SQLite as numbers.
  if (kindOf(attribute).name === "boolean") return value === 1;
  return kindOf(attribute).toWire(value, attribute, { memberName: () => undefined });
}
