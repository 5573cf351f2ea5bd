-- Both tables are made anew, which works with references switched off: db/migrate.ts does that, and looks afterwards whether
-- each still holds. The first statement fails for whoever comes second, before anything is done twice.
ALTER TABLE `sessions` ADD `user_number` integer;--> statement-breakpoint
CREATE TABLE `__new_users` (
	`number` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`id` text NOT NULL,
	`email` text NOT NULL,
	`email_key` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text NOT NULL,
	`role` text DEFAULT 'user' NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`email_verified_at` integer,
	`disabled_reason` text,
	`password_reset_required_at` integer,
	CONSTRAINT "users_role" CHECK("__new_users"."role" in ('user', 'admin'))
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_users`("id", "email", "email_key", "name", "password_hash", "role", "disabled_at", "created_at", "updated_at", "email_verified_at", "disabled_reason", "password_reset_required_at") SELECT "id", "email", "email_key", "name", "password_hash", "role", "disabled_at", "created_at", "updated_at", "email_verified_at", "disabled_reason", "password_reset_required_at" FROM `users` ORDER BY "created_at", "id";--> statement-breakpoint
DROP TABLE `users`;--> statement-breakpoint
ALTER TABLE `__new_users` RENAME TO `users`;--> statement-breakpoint
CREATE UNIQUE INDEX `users_id` ON `users` (`id`);--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_key` ON `users` (`email_key`);--> statement-breakpoint
CREATE INDEX `users_created_at` ON `users` (`created_at`);--> statement-breakpoint
CREATE TABLE `__new_sessions` (
	`user_number` integer NOT NULL,
	`generation` integer NOT NULL,
	`rotated_at` integer NOT NULL,
	`confirmed_at` integer,
	`created_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	`end_noted_at` integer,
	`bound_at` integer,
	`proof_needed_since` integer,
	`binding_uses` integer DEFAULT 0 NOT NULL,
	`persistent` integer NOT NULL,
	`id` text PRIMARY KEY NOT NULL,
	`agent` text NOT NULL,
	`address` text NOT NULL,
	`amr` text NOT NULL,
	`revoked_reason` text,
	`sealed_with` text,
	`binding_id` text,
	`binding_key` text,
	FOREIGN KEY (`user_number`) REFERENCES `users`(`number`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_sessions`("user_number", "generation", "rotated_at", "confirmed_at", "created_at", "last_seen_at", "expires_at", "revoked_at", "end_noted_at", "bound_at", "proof_needed_since", "binding_uses", "persistent", "id", "agent", "address", "amr", "revoked_reason", "sealed_with", "binding_id", "binding_key") SELECT (SELECT "number" FROM `users` WHERE `users`.`id` = `sessions`.`user_id`), "generation", "rotated_at", "confirmed_at", "created_at", "last_seen_at", "expires_at", "revoked_at", "end_noted_at", "bound_at", "proof_needed_since", "binding_uses", "persistent", "id", "agent", "address", "amr", "revoked_reason", "sealed_with", "binding_id", "binding_key" FROM `sessions`;--> statement-breakpoint
DROP TABLE `sessions`;--> statement-breakpoint
ALTER TABLE `__new_sessions` RENAME TO `sessions`;--> statement-breakpoint
CREATE INDEX `sessions_user_number` ON `sessions` (`user_number`);--> statement-breakpoint
CREATE INDEX `sessions_expires_at` ON `sessions` (`expires_at`);--> statement-breakpoint
CREATE INDEX `sessions_binding_id` ON `sessions` (`binding_id`) WHERE "sessions"."binding_id" is not null;
