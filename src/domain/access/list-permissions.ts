import type { PlatformContext, TenantContext } from "../context.ts";
import { enter } from "../enter.ts";
import { authorize } from "./authorize.ts";
import { RECORD_ACTIONS, type RecordAction } from "./catalogue.ts";

type Locale = "ru" | "en";

export type WirePermission = {
  name: string;
  description: string;
  /** Name of the entity type whose records it is about. */
  entity_type?: string;
};

const ACTION_NAMES: Readonly<Record<Locale, Readonly<Record<RecordAction, string>>>> = {
  en: { view: "view", create: "create", edit: "edit", delete: "delete", export: "export", import: "import" },
  ru: {
    view: "просмотр",
    create: "создание",
    edit: "изменение",
    delete: "удаление",
    export: "экспорт",
    import: "импорт",
  },
};

/** Everything that a role of this tenant can be given, described in the caller's language. @throws AppError `forbidden`. */
export async function listPermissions(
  ctx: TenantContext,
  { locale }: { readonly locale: Locale },
  { directory }: PlatformContext,
): Promise<WirePermission[]> {
  const [{ access, loaded }, [catalogue]] = await Promise.all([
    enter(ctx, ctx.storage.entityTypes.names()),
    directory.read([directory.permissions.list()]),
  ]);
  const [types] = loaded;
  authorize(access, "roles", "manage");
  const system = catalogue.map(({ name, description }) => ({ name, description: description[locale] }));
  const ofTypes = types.flatMap((type) =>
    RECORD_ACTIONS.map((action) => ({
      name: `${type.name}:${action}`,
      description: `${type.displayName}: ${ACTION_NAMES[locale][action]}`,
      entity_type: type.name,
    })),
  );
  return [...system, ...ofTypes];
}
