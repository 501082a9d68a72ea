CREATE TABLE "submission_chunks" (
	"submission_id" uuid NOT NULL,
	"first_position" integer NOT NULL,
	"received" integer NOT NULL,
	"created" integer NOT NULL,
	"revised" integer NOT NULL,
	"unchanged" integer NOT NULL,
	"rejected" integer NOT NULL,
	"not_written" integer NOT NULL,
	"warned" integer NOT NULL,
	"rows" jsonb NOT NULL,
	CONSTRAINT "submission_chunks_pkey" PRIMARY KEY("submission_id","first_position"),
	CONSTRAINT "submission_chunks_counts_check" CHECK ("submission_chunks"."received" = "submission_chunks"."created" + "submission_chunks"."revised" + "submission_chunks"."unchanged" + "submission_chunks"."rejected" + "submission_chunks"."not_written"),
	CONSTRAINT "submission_chunks_rows_check" CHECK (jsonb_array_length("submission_chunks"."rows") = "submission_chunks"."received")
);
--> statement-breakpoint
ALTER TABLE "submissions" DROP CONSTRAINT "submissions_state_check";--> statement-breakpoint
ALTER TABLE "measurements" DROP CONSTRAINT "measurements_indicator_code_indicators_code_fk";
--> statement-breakpoint
ALTER TABLE "measurements" DROP CONSTRAINT "measurements_agency_code_agencies_code_fk";
--> statement-breakpoint
ALTER TABLE "measurements" DROP CONSTRAINT "measurements_client_id_clients_id_fk";
--> statement-breakpoint
ALTER TABLE "measurements" DROP CONSTRAINT "measurements_submission_id_submissions_id_fk";
--> statement-breakpoint
DROP INDEX "measurements_id_index";--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "withdrawn" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "replaced_scope" jsonb;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "fault" jsonb;--> statement-breakpoint
ALTER TABLE "submissions" ADD COLUMN "progress_at" timestamp (6) with time zone DEFAULT clock_timestamp() NOT NULL;--> statement-breakpoint
ALTER TABLE "submission_chunks" ADD CONSTRAINT "submission_chunks_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurement_events" DROP CONSTRAINT "measurement_events_measurement_fkey";--> statement-breakpoint
ALTER TABLE "quality_outcomes" DROP CONSTRAINT "quality_outcomes_measurement_fkey";--> statement-breakpoint
ALTER TABLE "measurements" DROP CONSTRAINT "measurements_pkey";
--> statement-breakpoint
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_pkey" PRIMARY KEY("id","revision","indicator_code");--> statement-breakpoint
ALTER TABLE "measurement_events" ADD CONSTRAINT "measurement_events_measurement_fkey" FOREIGN KEY ("indicator_code","measurement_id","revision") REFERENCES "public"."measurements"("indicator_code","id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_measurement_fkey" FOREIGN KEY ("indicator_code","measurement_id","revision") REFERENCES "public"."measurements"("indicator_code","id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
UPDATE "submissions" SET "completed_at" = "recorded_at" WHERE "completed_at" IS NULL;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_completed_check" CHECK (("submissions"."state" = 'running') = ("submissions"."completed_at" is null));--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_state_check" CHECK ("submissions"."state" in ('running', 'completed', 'rejected', 'interrupted'));