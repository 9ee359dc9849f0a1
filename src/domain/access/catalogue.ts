/** What can be done with the records of any entity type: `leads:view`, `leads:create`, … */
export const RECORD_ACTIONS = ["view", "create", "edit", "delete", "export", "import"] as const;
export type RecordAction = (typeof RECORD_ACTIONS)[number];

interface SystemPermission {
  readonly subject: string;
  readonly action: string;
  readonly description: { readonly en: string; readonly ru: string };
}

/** Permissions that are not about one entity type. `npm run seed:permissions` writes them to the directory. */
export const SYSTEM_PERMISSIONS: readonly SystemPermission[] = [
  {
    subject: "users",
    action: "manage",
    description: { en: "Invite, edit and remove users", ru: "Приглашать, изменять и удалять пользователей" },
  },
  {
    subject: "roles",
    action: "manage",
    description: { en: "Create roles and assign them", ru: "Создавать роли и назначать их" },
  },
  {
    subject: "meta",
    action: "view",
    description: { en: "See the structure of every table", ru: "Видеть структуру всех таблиц" },
  },
  {
    subject: "meta",
    action: "manage",
    description: { en: "Create and change tables and fields", ru: "Создавать и изменять таблицы и поля" },
  },
  {
    subject: "aliases",
    action: "manage",
    description: {
      en: "Rename tables and fields for the company",
      ru: "Задавать свои названия таблиц и полей",
    },
  },
  {
    subject: "senders",
    action: "manage",
    description: { en: "Set up message senders", ru: "Настраивать отправителей сообщений" },
  },
  {
    subject: "messages",
    action: "send",
    description: { en: "Send messages to records", ru: "Отправлять сообщения по записям" },
  },
  {
    subject: "messages",
    action: "view",
    description: {
      en: "See sent messages and their status",
      ru: "Видеть отправленные сообщения и их статус",
    },
  },
  {
    subject: "tenant",
    action: "manage",
    description: { en: "Change the company's settings", ru: "Изменять настройки компании" },
  },
  {
    subject: "audit",
    action: "view",
    description: {
      en: "See who changed roles, users, tables and settings",
      ru: "Видеть, кто изменял роли, пользователей, таблицы и настройки",
    },
  },
];

/**
 * Names that no entity type may have: as `<name>:<action>` they would read as system permissions,
 * today's or those of parts still to come.
 */
export const RESERVED_SUBJECTS: ReadonlySet<string> = new Set([
  ...SYSTEM_PERMISSIONS.map(({ subject }) => subject),
  "access",
  "api_keys",
  "auth",
  "campaigns",
  "data",
  "dead_letters",
  "deliveries",
  "jobs",
  "me",
  "permissions",
  "sessions",
  "suppressions",
  "system",
  "templates",
  "tenants",
]);

export function findSystemPermission(name: string): SystemPermission | undefined {
  return SYSTEM_PERMISSIONS.find(({ subject, action }) => `${subject}:${action}` === name);
}
