import { isId } from "../../lib/ids.ts";
import { isBlank } from "./blank.ts";
import { shareOf } from "./guess.ts";
import { readId } from "./id-value.ts";
import type { AttributeKind } from "./kind.ts";
import { InvalidValue } from "./kind.ts";
import { EQUALITY, PRESENCE } from "./operators.ts";
import { sampleOf } from "./sample.ts";
import { noSettings } from "./settings.ts";

const ID = { type: "string", format: "uuid" };

/** A member of the tenant, stored as the member's id. Whether there is such a member is checked by the verb. */
export const userKind: AttributeKind<string> = {
  name: "user",
  ...noSettings,
  parse: (raw) => (isBlank(raw) ? null : readId(idIn(raw))),
  toWire: (value, _attribute, { memberName }) => ({ id: value, full_name: memberName(value) ?? null }),
  indexKey: (value) => value,
  operators: [...EQUALITY, ...PRESENCE],
  canBeUnique: false,
  canBeIndexed: true,
  indexedByDefault: true,
  jsonSchema: () => ({
    type: "object",
    properties: { id: ID, full_name: { type: ["string", "null"] } },
    required: ["id", "full_name"],
    additionalProperties: false,
  }),
  inputJsonSchema: () => ({
    anyOf: [
      ID,
      {
        type: "object",
        properties: { id: ID, full_name: {} },
        required: ["id"],
        additionalProperties: false,
      },
    ],
  }),
  guess: (samples) => 0.3 * shareOf(samples, (text) => isId(text.toLowerCase())),
};

/** Clients may send back what they read, so an object may carry the name as well; nothing else. */
function idIn(raw: unknown): unknown {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return raw;
  if (Object.keys(raw).some((key) => key !== "id" && key !== "full_name")) {
    throw new InvalidValue("wrong_type", { expected: "user", value: sampleOf(raw) });
  }
  return "id" in raw ? raw.id : undefined;
}
