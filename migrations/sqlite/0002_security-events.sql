CREATE TABLE `security_events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`created_at` integer NOT NULL,
	`keep_until` integer NOT NULL,
	`type` text NOT NULL,
	`outcome` text NOT NULL,
	`actor_id` text,
	`subject_id` text,
	`session_id` text,
	`address` text,
	`agent` text,
	`detail` text
) STRICT;
--> statement-breakpoint
CREATE INDEX `security_events_created_at` ON `security_events` (`created_at`);--> statement-breakpoint
CREATE INDEX `security_events_keep_until` ON `security_events` (`keep_until`);--> statement-breakpoint
CREATE INDEX `security_events_actor` ON `security_events` (`actor_id`,`created_at`);--> statement-breakpoint
CREATE INDEX `security_events_subject` ON `security_events` (`subject_id`,`created_at`);--> statement-breakpoint
ALTER TABLE `sessions` ADD `sealed_with` text;--> statement-breakpoint
CREATE TRIGGER `security_events_no_replacement` BEFORE INSERT ON `security_events`
WHEN new.`id` IS NOT NULL AND EXISTS (SELECT 1 FROM `security_events` WHERE `id` = new.`id`)
BEGIN
	SELECT RAISE(ABORT, 'security events are never replaced');
END;
--> statement-breakpoint
CREATE TRIGGER `security_events_no_change` BEFORE UPDATE ON `security_events`
BEGIN
	SELECT RAISE(ABORT, 'security events are never changed');
END;
--> statement-breakpoint
CREATE TRIGGER `security_events_no_early_removal` BEFORE DELETE ON `security_events`
WHEN old.`keep_until` > CAST(unixepoch('subsec') * 1000 AS INTEGER)
BEGIN
	SELECT RAISE(ABORT, 'security events are kept until their time is over');
END;
