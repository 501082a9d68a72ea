ALTER TABLE "agencies" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "agency_identifiers" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "agency_names" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "agency_parents" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "assignments" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "calendars" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "public_holidays" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "client_grants" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "client_secrets" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "clients" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "dimension_members" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "dimensions" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "documents" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "indicators" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "measurement_events" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "measurements" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "pillars" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "plans" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "status_rules" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "submissions" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "target_versions" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "targets" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "task_notes" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "tasks" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "agencies" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "assignments" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "calendars" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "public_holidays" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "dimension_members" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "indicators" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "pillars" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "plan_pillars" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "task_indicators" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL;