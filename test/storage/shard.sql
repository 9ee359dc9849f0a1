CREATE TABLE `aliases` (
	`tenant_id` text NOT NULL,
	`table_name` text NOT NULL,
	`attribute_name` text NOT NULL,
	`display_name` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `table_name`, `attribute_name`)
);

CREATE TABLE `api_keys` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`member_id` text NOT NULL,
	`name` text NOT NULL,
	`key_hash` text NOT NULL,
	`grants` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text,
	`last_used_at` text,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE UNIQUE INDEX `api_keys_by_hash` ON `api_keys` (`tenant_id`,`key_hash`);

CREATE INDEX `api_keys_by_member` ON `api_keys` (`tenant_id`,`member_id`);

CREATE TABLE `attribute_orders` (
	`tenant_id` text NOT NULL,
	`member_id` text NOT NULL,
	`entity_type_id` text NOT NULL,
	`attribute_ids` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `member_id`, `entity_type_id`)
);

CREATE TABLE `attributes` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`entity_type_id` text NOT NULL,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`display_name` text NOT NULL,
	`value_type` text NOT NULL,
	`required` integer NOT NULL,
	`is_unique` integer NOT NULL,
	`indexed` integer NOT NULL,
	`default_value` text,
	`help_text` text,
	`settings` text NOT NULL,
	`select_list_id` text,
	`position` integer NOT NULL,
	`created_at` text NOT NULL, `last_number` integer, `job_id` text, `successor` text,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE INDEX `attributes_by_list` ON `attributes` (`tenant_id`,`select_list_id`);

CREATE UNIQUE INDEX `attributes_by_name` ON `attributes` (`tenant_id`,`entity_type_id`,`name`);

CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
WHEN EXISTS (SELECT 1 FROM tenants WHERE tenant_id = OLD.tenant_id)
BEGIN
  SELECT raise(ABORT, 'audit_log is append-only');
END;

CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE tenant_id = NEW.tenant_id AND id = NEW.id)
BEGIN
  SELECT raise(ABORT, 'audit_log is append-only');
END;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
  SELECT raise(ABORT, 'audit_log is append-only');
END;

CREATE TABLE `audit_log` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`actor` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`api_key_id` text,
	`action` text NOT NULL,
	`subject_kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`subject_label` text,
	`before` text,
	`after` text,
	`address` text,
	`request_id` text,
	`created_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE INDEX `audit_log_by_action` ON `audit_log` (`tenant_id`,`action`,`id`);

CREATE INDEX `audit_log_by_actor` ON `audit_log` (`tenant_id`,`actor_id`,`id`);

CREATE INDEX `audit_log_by_kind` ON `audit_log` (`tenant_id`,`subject_kind`,`id`);

CREATE INDEX `audit_log_by_subject` ON `audit_log` (`tenant_id`,`subject_id`,`id`);

CREATE TABLE `dead_letters` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`queue` text NOT NULL,
	`message` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE TABLE `deliveries` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`entity_type_id` text NOT NULL,
	`record_id` text NOT NULL,
	`sender_id` text NOT NULL,
	`address` text NOT NULL,
	`body` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` text,
	`lease` text,
	`provider_message_id` text,
	`provider_task_id` text,
	`error_code` text,
	`error_detail` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`sent_at` text,
	`delivered_at` text, `slot_at` text, `lease_until` text,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE INDEX `deliveries_by_provider_message` ON `deliveries` (`tenant_id`,`sender_id`,`provider_message_id`) WHERE provider_message_id IS NOT NULL;

CREATE INDEX `deliveries_by_provider_task` ON `deliveries` (`tenant_id`,`sender_id`,`provider_task_id`) WHERE provider_task_id IS NOT NULL AND provider_message_id IS NULL;

CREATE INDEX `deliveries_by_record` ON `deliveries` (`tenant_id`,`record_id`,`id`);

CREATE INDEX `deliveries_due` ON `deliveries` (`tenant_id`,`due_at`) WHERE due_at IS NOT NULL;

CREATE TABLE `entity_types` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`number` integer NOT NULL,
	`name` text NOT NULL,
	`display_name` text NOT NULL,
	`display_attribute_id` text,
	`schema_version` integer NOT NULL,
	`last_record_number` integer NOT NULL,
	`record_count` integer NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE UNIQUE INDEX `entity_types_by_name` ON `entity_types` (`tenant_id`,`name`);

CREATE VIEW guard AS
  SELECT NULL AS tenant_id, NULL AS rights_version, NULL AS entity_type_id, NULL AS schema_version,
         NULL AS records
  WHERE 0;

CREATE TRIGGER guard_check INSTEAD OF INSERT ON guard
BEGIN
  SELECT raise(ABORT, 'stale_rights')
  WHERE NEW.rights_version IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM tenants
    WHERE tenant_id = NEW.tenant_id AND state = 'active' AND rights_version = NEW.rights_version);
  SELECT raise(ABORT, 'stale_schema')
  WHERE NEW.entity_type_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM entity_types
    WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_type_id AND schema_version = NEW.schema_version);
  SELECT raise(ABORT, 'stale_record')
  WHERE NEW.records IS NOT NULL AND EXISTS (
    SELECT 1 FROM json_each(NEW.records) AS expected
    WHERE NOT EXISTS (
      SELECT 1 FROM records
      WHERE tenant_id = NEW.tenant_id AND id = expected.value ->> 0 AND version = expected.value ->> 1));
END;

CREATE TABLE `idempotency_keys` (
	`tenant_id` text NOT NULL,
	`member_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`result` text NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `member_id`, `key`)
);

CREATE INDEX `idempotency_keys_by_age` ON `idempotency_keys` (`tenant_id`,`created_at`);

CREATE TABLE `jobs` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`status` text NOT NULL,
	`entity_type_id` text,
	`attribute_id` text,
	`input` text NOT NULL,
	`place` text,
	`done` integer NOT NULL,
	`total` integer NOT NULL,
	`errors` text NOT NULL,
	`created_by` text,
	`created_at` text NOT NULL,
	`finished_at` text,
	`lease` text,
	`lease_until` text,
	`due_at` text,
	`attempts` integer NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE INDEX `jobs_due` ON `jobs` (`tenant_id`,`due_at`) WHERE due_at IS NOT NULL;

CREATE TABLE `member_roles` (
	`tenant_id` text NOT NULL,
	`member_id` text NOT NULL,
	`role_id` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `member_id`, `role_id`)
);

CREATE INDEX `member_roles_by_role` ON `member_roles` (`tenant_id`,`role_id`,`member_id`);

CREATE TABLE `members` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`full_name` text,
	`status` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE UNIQUE INDEX `members_by_email` ON `members` (`tenant_id`,`email`) WHERE status <> 'removed';

CREATE TABLE `provider_events` (
	`tenant_id` text NOT NULL,
	`sender_id` text NOT NULL,
	`event_key` text NOT NULL,
	`provider_message_id` text,
	`provider_task_id` text,
	`status` text NOT NULL,
	`error_detail` text,
	`occurred_at` text NOT NULL,
	`received_at` text NOT NULL, `error_code` text,
	PRIMARY KEY(`tenant_id`, `sender_id`, `event_key`)
);

CREATE INDEX `provider_events_by_age` ON `provider_events` (`tenant_id`,`received_at`);

CREATE INDEX `provider_events_by_message` ON `provider_events` (`tenant_id`,`sender_id`,`provider_message_id`);

CREATE INDEX `provider_events_by_task` ON `provider_events` (`tenant_id`,`sender_id`,`provider_task_id`);

CREATE TABLE record_index (
  tenant_id TEXT NOT NULL,
  attribute INTEGER NOT NULL,
  key ANY NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, attribute, key, record)
) STRICT, WITHOUT ROWID;

CREATE TABLE record_links (
  tenant_id TEXT NOT NULL,
  attribute INTEGER NOT NULL,
  source INTEGER NOT NULL,
  target INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, attribute, source, target)
) STRICT, WITHOUT ROWID;

CREATE INDEX record_links_by_target ON record_links (tenant_id, attribute, target, source);

CREATE VIRTUAL TABLE record_search USING fts5(
  body, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);

CREATE TABLE 'record_search_config'(k PRIMARY KEY, v) WITHOUT ROWID;

CREATE TABLE 'record_search_data'(id INTEGER PRIMARY KEY, block BLOB);

CREATE TABLE 'record_search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);

CREATE TABLE 'record_search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;

CREATE TABLE record_unique (
  tenant_id TEXT NOT NULL,
  attribute INTEGER NOT NULL,
  key ANY NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, attribute, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE `records` (
	`tenant_id` text NOT NULL,
	`type` integer NOT NULL,
	`number` integer NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`position` text NOT NULL,
	`title` text,
	`data` text NOT NULL,
	`folded` text NOT NULL,
	`owner_id` text,
	`created_by` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL,
	`deleted_at` text,
	PRIMARY KEY(`tenant_id`, `type`, `number`)
);

CREATE INDEX `records_by_creation` ON `records` (`tenant_id`,`type`,`created_at`,`number`) WHERE deleted_at IS NULL;

CREATE UNIQUE INDEX `records_by_id` ON `records` (`tenant_id`,`id`);

CREATE INDEX `records_by_owner` ON `records` (`tenant_id`,`type`,`owner_id`,`position`,`number`) WHERE deleted_at IS NULL;

CREATE INDEX `records_by_position` ON `records` (`tenant_id`,`type`,`position`,`number`) WHERE deleted_at IS NULL;

CREATE INDEX `records_in_trash` ON `records` (`tenant_id`,`type`,`deleted_at`,`number`) WHERE deleted_at IS NOT NULL;

CREATE TABLE `roles` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`is_founder` integer NOT NULL,
	`grants` text NOT NULL,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL, `attribute_rules` text DEFAULT '[]' NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE UNIQUE INDEX `roles_by_name` ON `roles` (`tenant_id`,`name_folded`);

CREATE TABLE `select_lists` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text,
	`name_folded` text,
	`last_option_number` integer NOT NULL,
	`created_at` text NOT NULL,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE UNIQUE INDEX `select_lists_by_name` ON `select_lists` (`tenant_id`,`name_folded`);

CREATE TABLE `select_options` (
	`tenant_id` text NOT NULL,
	`list_id` text NOT NULL,
	`id` text NOT NULL,
	`number` integer NOT NULL,
	`value` text NOT NULL,
	`value_folded` text NOT NULL,
	`color` text,
	`position` integer NOT NULL, `is_leaving` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`tenant_id`, `list_id`, `id`)
);

CREATE UNIQUE INDEX `select_options_by_value` ON `select_options` (`tenant_id`,`list_id`,`value_folded`);

CREATE TABLE `senders` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`name_folded` text NOT NULL,
	`provider` text NOT NULL,
	`credentials` text,
	`rate_per_minute` integer NOT NULL,
	`status` text NOT NULL,
	`status_reason` text,
	`created_at` text NOT NULL,
	`updated_at` text NOT NULL, `status_detail` text, `next_free_at` text, `busy_lease` text, `busy_until` text,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE UNIQUE INDEX `senders_by_name` ON `senders` (`tenant_id`,`name_folded`);

CREATE TABLE `sessions` (
	`tenant_id` text NOT NULL,
	`id` text NOT NULL,
	`member_id` text NOT NULL,
	`created_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`revoked_at` text, `address` text, `user_agent` text,
	PRIMARY KEY(`tenant_id`, `id`)
);

CREATE INDEX `sessions_by_expiry` ON `sessions` (`tenant_id`,`expires_at`);

CREATE INDEX `sessions_by_member` ON `sessions` (`tenant_id`,`member_id`);

CREATE TABLE shard_counters (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE `tenants` (
	`tenant_id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`time_zone` text NOT NULL,
	`default_country` text NOT NULL,
	`locale` text NOT NULL,
	`currency` text NOT NULL,
	`rights_version` integer NOT NULL,
	`last_attribute_number` integer NOT NULL,
	`created_at` text NOT NULL
);
