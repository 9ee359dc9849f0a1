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
--> statement-breakpoint
CREATE INDEX `jobs_due` ON `jobs` (`tenant_id`,`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
ALTER TABLE `attributes` ADD `job_id` text;--> statement-breakpoint
ALTER TABLE `attributes` ADD `successor` text;--> statement-breakpoint
ALTER TABLE `select_options` ADD `is_leaving` integer DEFAULT 0 NOT NULL;