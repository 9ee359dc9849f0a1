import { SYSTEM_PERMISSIONS } from "../src/domain/access/catalogue.ts";

/** Statements that make the directory's catalogue say just this, whatever it said before. */
export function permissionCatalogueSql(permissions = SYSTEM_PERMISSIONS): string[] {
  const rows = permissions.map(({ subject, action, description }, i) => {
    const texts = [`${subject}:${action}`, description.en, description.ru].map(quoted);
    return `(${texts.join(", ")}, ${i + 1})`;
  });
  const names = permissions.map(({ subject, action }) => quoted(`${subject}:${action}`));
  return [
    `INSERT INTO permissions (name, description_en, description_ru, position) VALUES\n  ${rows.join(",\n  ")}\n` +
      "ON CONFLICT (name) DO UPDATE SET description_en = excluded.description_en, " +
      "description_ru = excluded.description_ru, position = excluded.position",
    `DELETE FROM permissions WHERE name NOT IN (${names.join(", ")})`,
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
