CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`password_hash` text,
	`tenant_id` text NOT NULL,
	`created_at` text NOT NULL
);

CREATE UNIQUE INDEX `accounts_email_unique` ON `accounts` (`email`);

CREATE TABLE `invitations` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`expires_at` text NOT NULL
);

CREATE UNIQUE INDEX `invitations_account_id_unique` ON `invitations` (`account_id`);

CREATE TABLE `password_resets` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`requested_at` text NOT NULL,
	`expires_at` text NOT NULL
);

CREATE INDEX `password_resets_by_account` ON `password_resets` (`account_id`);

CREATE INDEX `password_resets_by_expiry` ON `password_resets` (`expires_at`);

CREATE TABLE `permissions` (
	`name` text PRIMARY KEY NOT NULL,
	`description_en` text NOT NULL,
	`description_ru` text NOT NULL,
	`position` integer NOT NULL
);

CREATE TABLE `refresh_families` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`previous_hash` text,
	`generation` integer NOT NULL,
	`rotated_at` text NOT NULL,
	`expires_at` text NOT NULL,
	`revoked_at` text
);

CREATE INDEX `refresh_families_by_account` ON `refresh_families` (`account_id`);

CREATE INDEX `refresh_families_by_expiry` ON `refresh_families` (`expires_at`);

CREATE TABLE `sagas` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`payload` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` text NOT NULL,
	`last_error` text,
	`created_at` text NOT NULL
);

CREATE INDEX `sagas_by_due` ON `sagas` (`due_at`);

CREATE TABLE `tenants` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`shard` text NOT NULL,
	`state` text NOT NULL,
	`created_at` text NOT NULL
);

CREATE TABLE `throttles` (
	`subject` text NOT NULL,
	`window_start` integer NOT NULL,
	`tries` integer NOT NULL,
	PRIMARY KEY(`subject`, `window_start`)
);

CREATE INDEX `throttles_by_window` ON `throttles` (`window_start`);
