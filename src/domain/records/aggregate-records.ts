import { type Issue, invalidInput } from "../../errors.ts";
import type { Json } from "../attribute-kinds/kind.ts";
import type { TenantContext } from "../context.ts";
import { type GroupingInput, type MetricInput, parseAggregate } from "../record-query/parse-aggregate.ts";
import { MOST_GROUPS, runAggregate, wireFigure, wireKey } from "./run-aggregate.ts";

interface AggregateRecords {
  readonly entity: string;
  readonly groupBy: readonly GroupingInput[];
  readonly metrics: readonly MetricInput[];
  readonly filters?: unknown;
}

export interface AggregateAnswer {
  readonly data: { readonly group_keys: Json[]; readonly values: Json[] }[];
  /** Whether there are more groups than an answer has. */
  readonly truncated: boolean;
}

/**
 * Figures of records, by group: group keys in the order of `groupBy`, values in that of `metrics`.
 * @throws AppError `not_found` (entity type), `forbidden`, `invalid_input`, `query_too_expensive`.
 */
export async function aggregateRecords(
  ctx: TenantContext,
  { entity, filters, ...input }: AggregateRecords,
): Promise<AggregateAnswer> {
  const { request, groups } = await runAggregate(ctx, {
    entity,
    filters,
    largestFirst: false,
    read(entityType) {
      const issues: Issue[] = [];
      const checked = parseAggregate(input, entityType, issues);
      if (issues.length > 0) throw invalidInput(...issues);
      return checked;
    },
  });
  const { groupings, metrics } = request;
  const data = groups.slice(0, MOST_GROUPS).map(({ keys, figures }) => ({
    group_keys: keys.flatMap((key, i) => {
      const grouping = groupings[i];
      return grouping ? [wireKey(grouping, key)] : [];
    }),
    values: figures.flatMap((figure, i) => {
      const metric = metrics[i];
      return metric ? [wireFigure(metric, figure)] : [];
    }),
  }));
  return { data, truncated: groups.length > MOST_GROUPS };
}
