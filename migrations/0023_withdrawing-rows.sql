-- A row of a push may withdraw its figure. `withdrawn` of a submission counts figures, also those that a replaced scope
-- held and no row names; `withdrawn_by_rows` those of its rows, which are among what was received.
ALTER TABLE "submissions" ADD COLUMN "withdrawn_by_rows" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "submissions" DROP CONSTRAINT "submissions_counts_check";--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_counts_check" CHECK ("submissions"."state" = 'rejected'
    or "submissions"."received" = "submissions"."created" + "submissions"."revised" + "submissions"."withdrawn_by_rows" + "submissions"."unchanged" + "submissions"."rejected");--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_withdrawn_check"
  CHECK ("submissions"."withdrawn_by_rows" between 0 and "submissions"."withdrawn");--> statement-breakpoint
ALTER TABLE "submission_chunks" ADD COLUMN "withdrawn" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "submission_chunks" DROP CONSTRAINT "submission_chunks_counts_check";--> statement-breakpoint
ALTER TABLE "submission_chunks" ADD CONSTRAINT "submission_chunks_counts_check" CHECK ("submission_chunks"."received" =
    "submission_chunks"."created" + "submission_chunks"."revised" + "submission_chunks"."withdrawn" + "submission_chunks"."unchanged" + "submission_chunks"."rejected" + "submission_chunks"."not_written");
