CREATE TABLE `provider_identities` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`provider` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`email` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `provider_identities_subject` ON `provider_identities` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `provider_identities_user` ON `provider_identities` (`user_id`);--> statement-breakpoint
CREATE TABLE `provider_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`session_id` text,
	`provider` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text NOT NULL,
	`provider_sid` text,
	`id_token` text NOT NULL,
	`refresh_token` text,
	`access_token` text,
	`access_expires_at` integer,
	`version` integer NOT NULL,
	`refreshed_by` text,
	`refreshing_until` integer,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`session_id`) REFERENCES `sessions`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `provider_sessions_session` ON `provider_sessions` (`session_id`);--> statement-breakpoint
CREATE INDEX `provider_sessions_subject` ON `provider_sessions` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `provider_sessions_sid` ON `provider_sessions` (`issuer`,`provider_sid`);