ALTER TABLE "mail_outbox" ADD COLUMN "user_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "one_time_codes" ADD COLUMN "reserved_email_key" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "successor_id" text COLLATE "C";--> statement-breakpoint
ALTER TABLE "mail_outbox" ADD CONSTRAINT "mail_outbox_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "mail_outbox_user" ON "mail_outbox" USING btree ("user_id") WHERE "mail_outbox"."user_id" is not null;--> statement-breakpoint
CREATE INDEX "one_time_codes_reserved" ON "one_time_codes" USING btree ("reserved_email_key") WHERE "one_time_codes"."reserved_email_key" is not null;