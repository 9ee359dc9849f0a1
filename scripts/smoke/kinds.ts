/** A field of the table that the smoke test builds. */
export interface Field {
  readonly name: string;
  readonly value_type: string;
  /** The rest of its definition. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Undefined where the server gives the value. */
  readonly sent: unknown;
  /** What reads back, where it is not what was sent. */
  readonly read?: unknown;
  readonly wrong: unknown;
}

/** One field of each kind but `user` and `relation`, which need others, with what each must take and refuse. */
export const FIELDS: readonly Field[] = [
  {
    name: "title",
    value_type: "string",
    settings: { required: true },
    sent: "Ёлка & Söhne",
    wrong: 5,
  },
  { name: "notes", value_type: "text", sent: "two\nlines", wrong: ["list"] },
  { name: "quantity", value_type: "integer", settings: { min: 0 }, sent: 12, wrong: 1.5 },
  { name: "amount", value_type: "float", sent: 1200.5, wrong: "a lot" },
  { name: "price", value_type: "currency", settings: { currency: "KWD" }, sent: 0.125, wrong: 0.1255 },
  { name: "discount", value_type: "percent", settings: { min: 0, max: 100 }, sent: 12.5, wrong: 101 },
  { name: "stars", value_type: "rating", sent: 4, wrong: 6 },
  {
    name: "number",
    value_type: "autonumber",
    settings: { pattern: "SMOKE-{0001}" },
    sent: undefined,
    read: "SMOKE-0001",
    wrong: "SMOKE-0007",
  },
  { name: "paid", value_type: "boolean", sent: true, wrong: "yes" },
  { name: "due", value_type: "date", sent: "2026-12-01", wrong: "2026-02-30" },
  {
    name: "meeting",
    value_type: "datetime",
    sent: "2026-12-01T12:30:00+03:00",
    read: "2026-12-01T09:30:00Z",
    wrong: "noon",
  },
  { name: "opens", value_type: "time", sent: "09:30", read: "09:30:00", wrong: "25:00" },
  {
    name: "email",
    value_type: "email",
    sent: "desk@Smoke.Example",
    read: "desk@smoke.example",
    wrong: "desk",
  },
  { name: "phone", value_type: "phone", sent: "8 912 345-67-89", read: "+79123456789", wrong: "12" },
  {
    name: "site",
    value_type: "url",
    sent: "smoke.example/a",
    read: "https://smoke.example/a",
    wrong: "no site",
  },
  {
    name: "stage",
    value_type: "select",
    settings: { options: ["new", "won", "lost"], default: "new" },
    sent: "won",
    wrong: "sold",
  },
  {
    name: "tags",
    value_type: "multiselect",
    settings: { options: ["red", "green", "blue"] },
    sent: ["BLUE", "red"],
    read: ["red", "blue"],
    wrong: ["pink"],
  },
  {
    name: "extra",
    value_type: "json",
    sent: { list: [1, null, "ё"], empty: {} },
    wrong: [[[[[[[[["too deep"]]]]]]]]],
  },
  {
    name: "total",
    value_type: "formula",
    settings: { formula_text: "ROUND({price} * {quantity} * (100 - {discount}) / 100, 2)", indexed: true },
    sent: undefined,
    read: 1.31,
    wrong: 1.5,
  },
  { name: "inn", value_type: "string", settings: { format: "inn" }, sent: "1234567894", wrong: "1234567895" },
  { name: "kpp", value_type: "string", settings: { format: "kpp" }, sent: "123456789", wrong: "12345" },
  {
    name: "ogrn",
    value_type: "string",
    settings: { format: "ogrn" },
    sent: "1234567890127",
    wrong: "1234567890128",
  },
];

/** The definition that the API takes. */
export function definition({ name, value_type, settings }: Field): Record<string, unknown> {
  return { name, display_name: `The ${name}`, value_type, ...settings };
}

/** Values of a record that has something in every field. */
export function fullValues(): Record<string, unknown> {
  return Object.fromEntries(FIELDS.map(({ name, sent }) => [name, sent]));
}

/** The same as they read back. */
export function fullReading(): Record<string, unknown> {
  return Object.fromEntries(FIELDS.map(({ name, sent, read }) => [name, read ?? sent]));
}
