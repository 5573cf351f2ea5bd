ALTER TABLE `sessions` ADD `end_noted_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `disabled_reason` text;--> statement-breakpoint
ALTER TABLE `users` ADD `password_reset_required_at` integer;