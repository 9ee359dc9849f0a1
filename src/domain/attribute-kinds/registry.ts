import { autonumberKind } from "./autonumber.ts";
import { booleanKind } from "./boolean.ts";
import { currencyKind } from "./currency.ts";
import { dateKind } from "./date.ts";
import { datetimeKind } from "./datetime.ts";
import { emailKind } from "./email.ts";
import { floatKind } from "./float.ts";
import { formulaKind } from "./formula.ts";
import { integerKind } from "./integer.ts";
import { jsonKind } from "./json.ts";
import type { Attribute, AttributeKind } from "./kind.ts";
import { multiselectKind } from "./multiselect.ts";
import { percentKind } from "./percent.ts";
import { phoneKind } from "./phone.ts";
import { ratingKind } from "./rating.ts";
import { relationKind } from "./relation.ts";
import { selectKind } from "./select.ts";
import { stringKind } from "./string.ts";
import { textKind } from "./text.ts";
import { timeKind } from "./time.ts";
import { urlKind } from "./url.ts";
import { userKind } from "./user.ts";

/** Every kind of attribute. A new one is a file of its own and a line here. */
export const attributeKinds: readonly AttributeKind[] = [
  stringKind,
  textKind,
  integerKind,
  floatKind,
  currencyKind,
  percentKind,
  ratingKind,
  autonumberKind,
  booleanKind,
  dateKind,
  datetimeKind,
  timeKind,
  emailKind,
  phoneKind,
  urlKind,
  userKind,
  selectKind,
  multiselectKind,
  jsonKind,
  relationKind,
  formulaKind,
];

const byName: ReadonlyMap<string, AttributeKind> = new Map(attributeKinds.map((kind) => [kind.name, kind]));

/** Whether an attribute definition may name this kind as its `value_type`. */
export function isKindName(name: string): boolean {
  return byName.has(name);
}

/** The kind of that name; undefined where there is none. */
export function attributeKind(name: string): AttributeKind | undefined {
  return byName.get(name);
}

/** The kind by which an attribute's values are read, compared and shown; of what is computed, that of the result. */
export function kindOf(attribute: Pick<Attribute, "valueType" | "settings">): AttributeKind {
  const kind = byName.get(attribute.valueType);
  if (!kind) throw new Error(`no attribute kind ${attribute.valueType}`);
  return kind.resultKind?.(attribute) ?? kind;
}

/** Whether the attribute's values are among the texts that a search looks through. */
export function isSearched(attribute: Pick<Attribute, "valueType" | "settings">): boolean {
  return kindOf(attribute).foldedText !== undefined;
}
