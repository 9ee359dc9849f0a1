import type { Issue } from "../../errors.ts";
import type { Operator } from "../attribute-kinds/kind.ts";
import type { EntityType } from "../entity-types/entity-type.ts";
import type { AggregateRequest, Bucket, Grouping, Metric, MetricFunction } from "./checked-aggregate.ts";
import { filterableNames, findQueryField, type QueryField, unusableField } from "./query-field.ts";

export interface GroupingInput {
  readonly attribute: string;
  readonly bucket?: Bucket;
}

export interface MetricInput {
  readonly function: MetricFunction;
  readonly attribute?: string;
}

/** Checks what is to be grouped and computed; what is wrong is added to the issues. */
export function parseAggregate(
  input: { readonly groupBy: readonly GroupingInput[]; readonly metrics: readonly MetricInput[] },
  entityType: EntityType,
  issues: Issue[],
): AggregateRequest {
  const groupings = input.groupBy.flatMap(
    (grouping, i) => parseGrouping(grouping, `group_by[${i}]`, entityType, issues) ?? [],
  );
  const metrics = input.metrics.flatMap(
    (metric, i) => parseMetric(metric, `metrics[${i}]`, entityType, issues) ?? [],
  );
  return { groupings, metrics };
}

/** Undefined where it is wrong, which is added to the issues. */
export function parseGrouping(
  { attribute, bucket }: GroupingInput,
  path: string,
  entityType: EntityType,
  issues: Issue[],
): Grouping | undefined {
  const field = findQueryField(entityType, attribute);
  if (!field || !isGroupable(field) || field.place.in === "links") {
    issues.push(unusableField(entityType, attribute, path, namesWith(entityType, isGroupable)));
    return undefined;
  }
  if (bucket !== undefined && field.calendar === undefined) {
    issues.push({ path: `${path}.bucket`, code: "not_with", params: { other: attribute } });
    return undefined;
  }
  const isMoment = field.calendar === "datetime";
  // Every moment would be a group of its own.
  const wanted = bucket ?? (isMoment ? "day" : undefined);
  return { place: field.place, bucket: wanted, isMoment, ofMembers: field.ofMembers };
}

function parseMetric(
  { function: name, attribute }: MetricInput,
  path: string,
  entityType: EntityType,
  issues: Issue[],
): Metric | undefined {
  if (attribute === undefined) {
    if (name === "count") return { function: name, place: undefined };
    issues.push({ path: `${path}.attribute`, code: "required" });
    return undefined;
  }
  const field = findQueryField(entityType, attribute);
  if (field && fits(name, field) && field.place.in !== "links") return { function: name, place: field.place };
  const allowed = namesWith(entityType, (other) => fits(name, other));
  issues.push(unusableField(entityType, attribute, `${path}.attribute`, allowed));
  return undefined;
}

function isGroupable(field: QueryField): boolean {
  return has(field, "eq") && field.place.in !== "links" && !isColumn(field, "id");
}

function fits(name: MetricFunction, field: QueryField): boolean {
  if (field.place.in === "links") return false;
  switch (name) {
    case "count":
      return has(field, "not_blank");
    case "sum":
    case "avg":
      // What is in an order without being dates or times is numbers.
      return has(field, "gt") && !has(field, "is_before");
    case "min":
    case "max":
      return has(field, "gt");
  }
}

function has({ operators }: QueryField, operator: Operator): boolean {
  return operators.includes(operator);
}

function isColumn({ place }: QueryField, name: string): boolean {
  return place.in === "column" && place.column === name;
}

function namesWith(entityType: EntityType, test: (field: QueryField) => boolean): string {
  const names = filterableNames(entityType).split(", ");
  return names
    .filter((name) => {
      const field = findQueryField(entityType, name);
      return field !== undefined && test(field);
    })
    .join(", ");
}
