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
--> statement-breakpoint
CREATE INDEX `audit_log_by_action` ON `audit_log` (`tenant_id`,`action`,`id`);--> statement-breakpoint
CREATE INDEX `audit_log_by_actor` ON `audit_log` (`tenant_id`,`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_log_by_kind` ON `audit_log` (`tenant_id`,`subject_kind`,`id`);--> statement-breakpoint
CREATE INDEX `audit_log_by_subject` ON `audit_log` (`tenant_id`,`subject_id`,`id`);--> statement-breakpoint
-- The log is only ever added to. What a tenant leaves behind can go once its own row is gone.
CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN
  SELECT raise(ABORT, 'audit_log is append-only');
END;
--> statement-breakpoint
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
WHEN EXISTS (SELECT 1 FROM tenants WHERE tenant_id = OLD.tenant_id)
BEGIN
  SELECT raise(ABORT, 'audit_log is append-only');
END;
--> statement-breakpoint
-- REPLACE deletes without asking the trigger above.
CREATE TRIGGER audit_log_no_replace BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM audit_log WHERE tenant_id = NEW.tenant_id AND id = NEW.id)
BEGIN
  SELECT raise(ABORT, 'audit_log is append-only');
END;
