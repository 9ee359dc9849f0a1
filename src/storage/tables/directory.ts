import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * The directory database: what is needed before a request's tenant is known.
 * Nothing that a tenant typed into one of its own tables stands here.
 */

export const tenants = sqliteTable("tenants", {
  id: text("id").primaryKey(),
  name: text("name").notNull(),
  /** Suffix of the shard's binding: `01` is TENANTS_01. */
  shard: text("shard").notNull(),
  /** provisioning | active | suspended */
  state: text("state").notNull(),
  created_at: text("created_at").notNull(),
});

/** One account = one e-mail address = one tenant. The id is the member's id in the tenant's shard. */
export const accounts = sqliteTable("accounts", {
  id: text("id").primaryKey(),
  email: text("email").notNull().unique(),
  /** PHC string; null until an invitation is accepted. */
  password_hash: text("password_hash"),
  tenant_id: text("tenant_id").notNull(),
  created_at: text("created_at").notNull(),
});

export const invitations = sqliteTable("invitations", {
  token_hash: text("token_hash").primaryKey(),
  account_id: text("account_id").notNull().unique(),
  expires_at: text("expires_at").notNull(),
});

/** Links for a new password that have been asked for and not been used; good once, for an hour. */
export const passwordResets = sqliteTable(
  "password_resets",
  {
    token_hash: text("token_hash").primaryKey(),
    account_id: text("account_id").notNull(),
    requested_at: text("requested_at").notNull(),
    expires_at: text("expires_at").notNull(),
  },
  (table) => [
    index("password_resets_by_account").on(table.account_id),
    index("password_resets_by_expiry").on(table.expires_at),
  ],
);

/** One row per session: the current refresh token's hash, and the one it replaced for the short grace. */
export const refreshFamilies = sqliteTable(
  "refresh_families",
  {
    /** The session's id in the tenant's shard. */
    id: text("id").primaryKey(),
    account_id: text("account_id").notNull(),
    token_hash: text("token_hash").notNull(),
    previous_hash: text("previous_hash"),
    generation: integer("generation").notNull(),
    rotated_at: text("rotated_at").notNull(),
    expires_at: text("expires_at").notNull(),
    revoked_at: text("revoked_at"),
  },
  (table) => [
    index("refresh_families_by_account").on(table.account_id),
    index("refresh_families_by_expiry").on(table.expires_at),
  ],
);

/** Work that spans directory and shard, kept until its last step is done; the sweep resumes what a crash left. */
export const sagas = sqliteTable(
  "sagas",
  {
    id: text("id").primaryKey(),
    kind: text("kind").notNull(),
    /** JSON; never a password or token in the clear. */
    payload: text("payload").notNull(),
    attempts: integer("attempts").notNull(),
    due_at: text("due_at").notNull(),
    last_error: text("last_error"),
    created_at: text("created_at").notNull(),
  },
  (table) => [index("sagas_by_due").on(table.due_at)],
);

/** Exact counters for login, registration and reset: how often a hashed subject tried within a window. */
export const throttles = sqliteTable(
  "throttles",
  {
    subject: text("subject").notNull(),
    window_start: integer("window_start").notNull(),
    tries: integer("tries").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.subject, table.window_start] }),
    index("throttles_by_window").on(table.window_start),
  ],
);

/** The catalogue of system permissions with their descriptions, filled by `npm run seed:permissions`. */
export const permissions = sqliteTable("permissions", {
  name: text("name").primaryKey(),
  description_en: text("description_en").notNull(),
  description_ru: text("description_ru").notNull(),
  position: integer("position").notNull(),
});
