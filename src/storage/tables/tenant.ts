import { sql } from "drizzle-orm";
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";

/**
 * The ordinary tables of a shard. Each has tenant_id first in its key and in every index.
 * `record_index`, `record_unique`, `record_links` and the guard views are custom migrations: drizzle cannot express them.
 */

export const tenants = sqliteTable("tenants", {
  tenant_id: text("tenant_id").primaryKey(),
  name: text("name").notNull(),
  /** active | suspended */
  state: text("state").notNull(),
  time_zone: text("time_zone").notNull(),
  default_country: text("default_country").notNull(),
  locale: text("locale").notNull(),
  currency: text("currency").notNull(),
  /** Raised by every change of roles and members; writes assert the one they were authorised under. */
  rights_version: integer("rights_version").notNull(),
  /** The last attribute number handed out; numbers are never reused. */
  last_attribute_number: integer("last_attribute_number").notNull(),
  created_at: text("created_at").notNull(),
});

export const members = sqliteTable(
  "members",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    email: text("email").notNull(),
    full_name: text("full_name"),
    /** active | invited | deactivated | removed (kept so that records can still name the person) */
    status: text("status").notNull(),
    created_at: text("created_at").notNull(),
    updated_at: text("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("members_by_email").on(table.tenant_id, table.email).where(sql`status <> 'removed'`),
  ],
);

export const sessions = sqliteTable(
  "sessions",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    member_id: text("member_id").notNull(),
    created_at: text("created_at").notNull(),
    expires_at: text("expires_at").notNull(),
    revoked_at: text("revoked_at"),
    /** Where it began: the client's network address and what it calls itself. */
    address: text("address"),
    user_agent: text("user_agent"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    index("sessions_by_member").on(table.tenant_id, table.member_id),
    index("sessions_by_expiry").on(table.tenant_id, table.expires_at),
  ],
);

/** Keys of a member's for programs: the narrower of what the key and its owner hold. */
export const apiKeys = sqliteTable(
  "api_keys",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    member_id: text("member_id").notNull(),
    name: text("name").notNull(),
    key_hash: text("key_hash").notNull(),
    /** JSON, as a role's. */
    grants: text("grants").notNull(),
    created_at: text("created_at").notNull(),
    expires_at: text("expires_at"),
    /** To the hour: a read does not write. */
    last_used_at: text("last_used_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("api_keys_by_hash").on(table.tenant_id, table.key_hash),
    index("api_keys_by_member").on(table.tenant_id, table.member_id),
  ],
);

export const roles = sqliteTable(
  "roles",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    name_folded: text("name_folded").notNull(),
    /** 1 for the founder's role, which holds everything, including what comes later. */
    is_founder: integer("is_founder").notNull(),
    /** JSON `[{"subject": "<entity type id or system area>", "action": "view", "scope": "all"}]`. */
    grants: text("grants").notNull(),
    created_at: text("created_at").notNull(),
    updated_at: text("updated_at").notNull(),
    /** JSON `[{"entityTypeId": "…", "attributeId": "…", "access": "hidden"}]`. */
    attribute_rules: text("attribute_rules").notNull().default("[]"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("roles_by_name").on(table.tenant_id, table.name_folded),
  ],
);

export const memberRoles = sqliteTable(
  "member_roles",
  {
    tenant_id: text("tenant_id").notNull(),
    member_id: text("member_id").notNull(),
    role_id: text("role_id").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.member_id, table.role_id] }),
    index("member_roles_by_role").on(table.tenant_id, table.role_id, table.member_id),
  ],
);

export const entityTypes = sqliteTable(
  "entity_types",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    /** Unique in the shard, so that it can head a search row's integer id; see type_numbers. */
    number: integer("number").notNull(),
    name: text("name").notNull(),
    display_name: text("display_name").notNull(),
    display_attribute_id: text("display_attribute_id"),
    /** Raised by every change of the type, its attributes or their options. */
    schema_version: integer("schema_version").notNull(),
    /** The last record number handed out; numbers are never reused. */
    last_record_number: integer("last_record_number").notNull(),
    /** How many records are not in the trash: the free total of an unfiltered list. */
    record_count: integer("record_count").notNull(),
    created_at: text("created_at").notNull(),
    updated_at: text("updated_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("entity_types_by_name").on(table.tenant_id, table.name),
  ],
);

export const attributes = sqliteTable(
  "attributes",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    entity_type_id: text("entity_type_id").notNull(),
    /** Unique in the tenant; `a<number>` keys the value in a record's JSON. */
    number: integer("number").notNull(),
    name: text("name").notNull(),
    display_name: text("display_name").notNull(),
    value_type: text("value_type").notNull(),
    required: integer("required").notNull(),
    /** Both: 0 no, 1 yes, 2 while a job makes the rows: writers keep them, readers do not count on them yet. */
    is_unique: integer("is_unique").notNull(),
    indexed: integer("indexed").notNull(),
    /** JSON of the wire value a new record gets. */
    default_value: text("default_value"),
    help_text: text("help_text"),
    /** JSON: the kind's own settings. */
    settings: text("settings").notNull(),
    select_list_id: text("select_list_id"),
    position: integer("position").notNull(),
    created_at: text("created_at").notNull(),
    /** Of an autonumber: the last number handed out; numbers are never reused. */
    last_number: integer("last_number"),
    /** The job that works on it at present. */
    job_id: text("job_id"),
    /** JSON of what it becomes when the job that converts its values is done. */
    successor: text("successor"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("attributes_by_name").on(table.tenant_id, table.entity_type_id, table.name),
    index("attributes_by_list").on(table.tenant_id, table.select_list_id),
  ],
);

/** Each member's own order of an entity type's columns. */
export const attributeOrders = sqliteTable(
  "attribute_orders",
  {
    tenant_id: text("tenant_id").notNull(),
    member_id: text("member_id").notNull(),
    entity_type_id: text("entity_type_id").notNull(),
    /** JSON list of attribute ids. */
    attribute_ids: text("attribute_ids").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant_id, table.member_id, table.entity_type_id] })],
);

/** A tenant's own display names for its tables (attribute '') and columns. */
export const aliases = sqliteTable(
  "aliases",
  {
    tenant_id: text("tenant_id").notNull(),
    table_name: text("table_name").notNull(),
    attribute_name: text("attribute_name").notNull(),
    display_name: text("display_name").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant_id, table.table_name, table.attribute_name] })],
);

export const selectLists = sqliteTable(
  "select_lists",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    /** Null for the private list of an attribute with inline options. */
    name: text("name"),
    name_folded: text("name_folded"),
    last_option_number: integer("last_option_number").notNull(),
    created_at: text("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("select_lists_by_name").on(table.tenant_id, table.name_folded),
  ],
);

export const selectOptions = sqliteTable(
  "select_options",
  {
    tenant_id: text("tenant_id").notNull(),
    list_id: text("list_id").notNull(),
    id: text("id").notNull(),
    /** What a record stores: unique in the list and never reused, so a rename touches no record. */
    number: integer("number").notNull(),
    value: text("value").notNull(),
    value_folded: text("value_folded").notNull(),
    color: text("color"),
    position: integer("position").notNull(),
    /** 1 while a job takes it out of the records: shown where it still stands, and taken by no write. */
    is_leaving: integer("is_leaving").notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.list_id, table.id] }),
    uniqueIndex("select_options_by_value").on(table.tenant_id, table.list_id, table.value_folded),
  ],
);

export const records = sqliteTable(
  "records",
  {
    tenant_id: text("tenant_id").notNull(),
    /** The entity type's number. */
    type: integer("type").notNull(),
    number: integer("number").notNull(),
    id: text("id").notNull(),
    version: integer("version").notNull(),
    /** Fractional key: byte order is row order. */
    position: text("position").notNull(),
    title: text("title"),
    /** JSON of the values, keyed by attribute key. */
    data: text("data").notNull(),
    /** JSON of folded copies, for text-like values whose folded form differs from the stored one. */
    folded: text("folded").notNull(),
    owner_id: text("owner_id"),
    created_by: text("created_by"),
    created_at: text("created_at").notNull(),
    updated_at: text("updated_at").notNull(),
    deleted_at: text("deleted_at"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.type, table.number] }),
    uniqueIndex("records_by_id").on(table.tenant_id, table.id),
    index("records_by_position")
      .on(table.tenant_id, table.type, table.position, table.number)
      .where(sql`deleted_at IS NULL`),
    index("records_by_owner")
      .on(table.tenant_id, table.type, table.owner_id, table.position, table.number)
      .where(sql`deleted_at IS NULL`),
    index("records_by_creation")
      .on(table.tenant_id, table.type, table.created_at, table.number)
      .where(sql`deleted_at IS NULL`),
    index("records_in_trash")
      .on(table.tenant_id, table.type, table.deleted_at, table.number)
      .where(sql`deleted_at IS NOT NULL`),
  ],
);

export const idempotencyKeys = sqliteTable(
  "idempotency_keys",
  {
    tenant_id: text("tenant_id").notNull(),
    /** Or the hash of the API key that a program asks with. */
    member_id: text("member_id").notNull(),
    key: text("key").notNull(),
    /** HMAC of the verb and its input. */
    request_hash: text("request_hash").notNull(),
    /** JSON of what the verb returned. */
    result: text("result").notNull(),
    created_at: text("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.member_id, table.key] }),
    index("idempotency_keys_by_age").on(table.tenant_id, table.created_at),
  ],
);

export const senders = sqliteTable(
  "senders",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    name: text("name").notNull(),
    name_folded: text("name_folded").notNull(),
    provider: text("provider").notNull(),
    /** Sealed JSON; null uses the Worker's own credentials for the provider. */
    credentials: text("credentials"),
    rate_per_minute: integer("rate_per_minute").notNull(),
    /** ok | paused (by a person) | blocked (by the provider) */
    status: text("status").notNull(),
    /** Code of what it is blocked for. */
    status_reason: text("status_reason"),
    created_at: text("created_at").notNull(),
    updated_at: text("updated_at").notNull(),
    /** What it is blocked for in the provider's own words. */
    status_detail: text("status_detail"),
    /** Pacing: the first moment that no delivery has been promised yet; null when it has never sent. */
    next_free_at: text("next_free_at"),
    /** The lease of the delivery whose call has the sender to itself, and how long at most. */
    busy_lease: text("busy_lease"),
    busy_until: text("busy_until"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    uniqueIndex("senders_by_name").on(table.tenant_id, table.name_folded),
  ],
);

export const deliveries = sqliteTable(
  "deliveries",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    entity_type_id: text("entity_type_id").notNull(),
    record_id: text("record_id").notNull(),
    sender_id: text("sender_id").notNull(),
    address: text("address").notNull(),
    body: text("body").notNull(),
    /** queued | calling | sent | delivered | read | failed | unknown | cancelled | suppressed */
    status: text("status").notNull(),
    attempts: integer("attempts").notNull(),
    /**
     * From when on it may be claimed; null once it is settled. It stays while somebody works on the delivery, so
     * that the index over it is written twice in a message's life and not on every step.
     */
    due_at: text("due_at"),
    /** Random fencing token of whoever holds the claim. */
    lease: text("lease"),
    provider_message_id: text("provider_message_id"),
    provider_task_id: text("provider_task_id"),
    error_code: text("error_code"),
    error_detail: text("error_detail"),
    created_at: text("created_at").notNull(),
    updated_at: text("updated_at").notNull(),
    sent_at: text("sent_at"),
    delivered_at: text("delivered_at"),
    /** The moment that the sender's pace has promised to it, until it is used. */
    slot_at: text("slot_at"),
    /** Until when the claim holds. */
    lease_until: text("lease_until"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    index("deliveries_due").on(table.tenant_id, table.due_at).where(sql`due_at IS NOT NULL`),
    index("deliveries_by_record").on(table.tenant_id, table.record_id, table.id),
    index("deliveries_by_provider_message")
      .on(table.tenant_id, table.sender_id, table.provider_message_id)
      .where(sql`provider_message_id IS NOT NULL`),
    index("deliveries_by_provider_task")
      .on(table.tenant_id, table.sender_id, table.provider_task_id)
      .where(sql`provider_task_id IS NOT NULL AND provider_message_id IS NULL`),
  ],
);

/**
 * What providers reported of messages that no delivery is known by: reports may come before the answer to our
 * own call, whose commit then looks here.
 */
export const providerEvents = sqliteTable(
  "provider_events",
  {
    tenant_id: text("tenant_id").notNull(),
    sender_id: text("sender_id").notNull(),
    event_key: text("event_key").notNull(),
    provider_message_id: text("provider_message_id"),
    provider_task_id: text("provider_task_id"),
    status: text("status").notNull(),
    error_detail: text("error_detail"),
    occurred_at: text("occurred_at").notNull(),
    received_at: text("received_at").notNull(),
    error_code: text("error_code"),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.sender_id, table.event_key] }),
    index("provider_events_by_message").on(table.tenant_id, table.sender_id, table.provider_message_id),
    index("provider_events_by_task").on(table.tenant_id, table.sender_id, table.provider_task_id),
    index("provider_events_by_age").on(table.tenant_id, table.received_at),
  ],
);

/** Queue messages that could not be handled; nothing is dropped silently. */
export const deadLetters = sqliteTable(
  "dead_letters",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    queue: text("queue").notNull(),
    /** JSON of the message: ids only. */
    message: text("message").notNull(),
    created_at: text("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.tenant_id, table.id] })],
);

/** Work on many records that a change of the schema began: done in steps, each a commit of its own. */
export const jobs = sqliteTable(
  "jobs",
  {
    tenant_id: text("tenant_id").notNull(),
    id: text("id").notNull(),
    kind: text("kind").notNull(),
    /** queued | running | done | failed */
    status: text("status").notNull(),
    entity_type_id: text("entity_type_id"),
    attribute_id: text("attribute_id"),
    /** JSON: what the kind was asked to do; never changes. */
    input: text("input").notNull(),
    /** JSON: where it has got to; null at the start. */
    place: text("place"),
    /** Records gone through, of how many there were when it began. */
    done: integer("done").notNull(),
    total: integer("total").notNull(),
    /** JSON list of issues. */
    errors: text("errors").notNull(),
    created_by: text("created_by"),
    created_at: text("created_at").notNull(),
    finished_at: text("finished_at"),
    /** Random fencing token of whoever works on it, and until when it holds. */
    lease: text("lease"),
    lease_until: text("lease_until"),
    /** From when on it may be claimed; null once it is finished. */
    due_at: text("due_at"),
    /** Claims since the last step that was committed. */
    attempts: integer("attempts").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    index("jobs_due").on(table.tenant_id, table.due_at).where(sql`due_at IS NOT NULL`),
  ],
);

/**
 * Who changed what of roles, members, schema, senders, keys and settings. Only ever added to: triggers refuse anything
 * else while the tenant is there.
 */
export const auditLog = sqliteTable(
  "audit_log",
  {
    tenant_id: text("tenant_id").notNull(),
    /** UUIDv7, hence in the order of time. */
    id: text("id").notNull(),
    /** member | superuser */
    actor: text("actor").notNull(),
    actor_id: text("actor_id").notNull(),
    /** What they were called then. */
    actor_name: text("actor_name").notNull(),
    /** Where it was done with an API key: its id. */
    api_key_id: text("api_key_id"),
    action: text("action").notNull(),
    subject_kind: text("subject_kind").notNull(),
    subject_id: text("subject_id").notNull(),
    subject_label: text("subject_label"),
    /** JSON; of a change what has changed. Never a secret, never a record's value. */
    before: text("before"),
    after: text("after"),
    /** The client's network address. */
    address: text("address"),
    request_id: text("request_id"),
    created_at: text("created_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.tenant_id, table.id] }),
    index("audit_log_by_action").on(table.tenant_id, table.action, table.id),
    index("audit_log_by_actor").on(table.tenant_id, table.actor_id, table.id),
    index("audit_log_by_kind").on(table.tenant_id, table.subject_kind, table.id),
    index("audit_log_by_subject").on(table.tenant_id, table.subject_id, table.id),
  ],
);
