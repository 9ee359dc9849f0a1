import { type Read, readMany } from "./database.ts";

export interface CataloguedPermission {
  readonly name: string;
  readonly description: { readonly en: string; readonly ru: string };
}

/** System permissions as `npm run seed:permissions` wrote them. */
export function permissionCatalogue() {
  return {
    list(): Read<CataloguedPermission[]> {
      const sql = "SELECT name, description_en, description_ru FROM permissions ORDER BY position";
      return readMany({ sql, params: [] }, (row) => ({
        name: row.name as string,
        description: { en: row.description_en as string, ru: row.description_ru as string },
      }));
    },
  };
}
