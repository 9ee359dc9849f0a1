import { type Issue, invalidInput, notFound } from "../../errors.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import type { Bucket } from "../record-query/checked-aggregate.ts";
import { parseGrouping } from "../record-query/parse-aggregate.ts";
import { MOST_GROUPS, runAggregate, wireKey } from "./run-aggregate.ts";

interface GroupRecords {
  readonly entity: string;
  readonly attribute: string;
  readonly bucket?: Bucket;
  readonly filters?: unknown;
}

/**
 * How many records there are for each value of an attribute, the most frequent first; at most 1,000 values.
 * @throws AppError `not_found` (entity type, attribute), `forbidden`, `invalid_input`, `query_too_expensive`.
 */
export async function groupRecords(
  ctx: TenantContext,
  { entity, attribute, bucket, filters }: GroupRecords,
): Promise<{ group_key: Json; count: number }[]> {
  const { request, groups } = await runAggregate(ctx, {
    entity,
    filters,
    largestFirst: true,
    read(entityType) {
      const issues: Issue[] = [];
      const grouping = parseGrouping({ attribute, bucket }, "attribute", entityType, issues);
      if (issues.some(({ code }) => code === "unknown_field")) throw notFound("attribute");
      if (!grouping) {
        const pathOf = ({ code, path }: Issue) => (code === "computed_on_read" ? path : "bucket");
        throw invalidInput(...issues.map((issue) => ({ ...issue, path: pathOf(issue) })));
      }
      return { groupings: [grouping], metrics: [] };
    },
  });
  const [grouping] = request.groupings;
  return groups.slice(0, MOST_GROUPS).map(({ keys: [key], count }) => ({
    group_key: grouping && key ? wireKey(grouping, key) : null,
    count,
  }));
}
