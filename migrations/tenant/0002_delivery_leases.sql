DROP INDEX `deliveries_by_provider_task`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `slot_at` text;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `lease_until` text;--> statement-breakpoint
CREATE INDEX `deliveries_by_provider_task` ON `deliveries` (`tenant_id`,`sender_id`,`provider_task_id`) WHERE provider_task_id IS NOT NULL AND provider_message_id IS NULL;--> statement-breakpoint
ALTER TABLE `provider_events` ADD `error_code` text;--> statement-breakpoint
ALTER TABLE `senders` ADD `status_detail` text;--> statement-breakpoint
ALTER TABLE `senders` ADD `next_free_at` text;--> statement-breakpoint
ALTER TABLE `senders` ADD `busy_lease` text;--> statement-breakpoint
ALTER TABLE `senders` ADD `busy_until` text;--> statement-breakpoint
ALTER TABLE `senders` DROP COLUMN `webhook_token_hash`;