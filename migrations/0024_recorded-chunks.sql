-- What a submission wrote is found by the instants of its chunks, so that one index serves that and the order of recording.
ALTER TABLE "submission_chunks" ADD COLUMN "recorded_at" timestamp (6) with time zone;--> statement-breakpoint
UPDATE "submission_chunks" c SET "recorded_at" = coalesce((
  SELECT m.recorded_at FROM jsonb_array_elements(c.rows) r JOIN measurements m ON m.id = (r ->> 5)::uuid AND m.revision = (r ->> 6)::integer
  WHERE r ->> 0 IN ('created', 'revised') LIMIT 1
), s.recorded_at) FROM submissions s WHERE s.id = c.submission_id;--> statement-breakpoint
ALTER TABLE "submission_chunks" ALTER COLUMN "recorded_at" SET DEFAULT recording_time();--> statement-breakpoint
ALTER TABLE "submission_chunks" ALTER COLUMN "recorded_at" SET NOT NULL;--> statement-breakpoint
DROP INDEX "measurements_recorded_index";--> statement-breakpoint
DROP INDEX "measurements_submission_index";--> statement-breakpoint
CREATE INDEX "measurements_recorded_index" ON "measurements" USING btree ("recorded_at","submission_id");
