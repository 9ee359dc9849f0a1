import { AppError, type Issue, invalidInput } from "../../errors.ts";
import { foldText } from "../../lib/fold-text.ts";
import type { SelectOption } from "../attribute-kinds/kind.ts";
import { readOptionColor, readOptionValue } from "../attribute-kinds/select-settings.ts";
import { attempt } from "../attribute-kinds/settings.ts";

export interface OptionInput {
  readonly value?: string;
  readonly color?: string | null;
  /** Place in the list, from 1; what stood there and below moves down. */
  readonly position?: number;
}

/** Value and color as they are stored; what is not given stays undefined. @throws AppError `invalid_input`. */
export function readOption({ value, color }: OptionInput): {
  value: string | undefined;
  color: string | null | undefined;
} {
  const issues: Issue[] = [];
  const read = {
    value: value === undefined ? undefined : attempt(issues, "value", () => readOptionValue(value)),
    color: color === undefined ? undefined : attempt(issues, "color", () => readOptionColor(color)),
  };
  if (issues.length > 0) throw invalidInput(...issues);
  return read;
}

/** @throws AppError `name_taken` where another option folds to the same text. */
export function refuseTwin(options: readonly SelectOption[], value: string, ownId?: string): void {
  const folded = foldText(value);
  if (options.some((option) => option.id !== ownId && foldText(option.value) === folded)) {
    throw new AppError("name_taken", { params: { value } });
  }
}

/** The options with one of them put at the position, and all numbered from 1. */
export function placeOption(
  options: readonly SelectOption[],
  placed: SelectOption,
  position: number,
): SelectOption[] {
  const others = options.filter(({ id }) => id !== placed.id);
  return others.toSpliced(position - 1, 0, placed).map((option, i) => ({ ...option, position: i + 1 }));
}

/** Those of the options before whose positions have changed, as they are after. */
export function movedOptions(
  before: readonly SelectOption[],
  after: readonly SelectOption[],
): SelectOption[] {
  const positions = new Map(before.map(({ id, position }) => [id, position]));
  return after.filter(({ id, position }) => positions.has(id) && positions.get(id) !== position);
}
