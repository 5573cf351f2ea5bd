ALTER TABLE `mail_outbox` ADD `recipient_key` text;--> statement-breakpoint
CREATE INDEX `mail_outbox_recipient` ON `mail_outbox` (`recipient_key`) WHERE "mail_outbox"."recipient_key" is not null;--> statement-breakpoint
UPDATE `mail_outbox` SET `user_id` = (SELECT `users`.`id` FROM `users` WHERE `users`.`email` = `mail_outbox`.`recipient`);--> statement-breakpoint
UPDATE `mail_outbox` SET `recipient` = '' WHERE `user_id` IS NULL AND (`sent_at` IS NOT NULL OR `given_up_at` IS NOT NULL);--> statement-breakpoint
UPDATE `one_time_codes` SET `payload` = '{}' WHERE `purpose` = 'register' AND `used_at` IS NOT NULL;