ALTER TABLE `mail_outbox` ADD `user_id` text REFERENCES users(id) ON DELETE cascade;--> statement-breakpoint
CREATE INDEX `mail_outbox_user` ON `mail_outbox` (`user_id`) WHERE "mail_outbox"."user_id" is not null;--> statement-breakpoint
ALTER TABLE `one_time_codes` ADD `reserved_email_key` text;--> statement-breakpoint
CREATE INDEX `one_time_codes_reserved` ON `one_time_codes` (`reserved_email_key`) WHERE "one_time_codes"."reserved_email_key" is not null;--> statement-breakpoint
ALTER TABLE `sessions` ADD `successor_id` text;