/** A statement as src/storage makes them. */
interface Statement {
  readonly sql: string;
  readonly params: readonly (string | number | null)[];
}

export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
export const quoteText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The statement with its parameters written into it: wrangler's commands take no bound ones. */
export function withParams({ sql, params }: Statement): string {
  let next = 0;
  return sql.replaceAll(/\?(\d*)/g, (_, place: string) =>
    literal(params[place === "" ? next++ : Number(place) - 1]),
  );
}

function literal(value: string | number | null | undefined): string {
  return typeof value === "string" ? quoteText(value) : String(value ?? "NULL");
}
