ALTER TABLE `sessions` ADD `binding_id` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `binding_key` text;--> statement-breakpoint
ALTER TABLE `sessions` ADD `bound_at` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `proof_needed_since` integer;--> statement-breakpoint
ALTER TABLE `sessions` ADD `binding_uses` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `sessions_binding_id` ON `sessions` (`binding_id`);