-- An accepted figure may be returned for correction. It goes on counting until it is corrected; such a return says so in
-- `counts`, and may follow the acceptance. A revision is still decided once while it is pending, and returned once at all.
ALTER TABLE "measurement_events" ADD COLUMN "counts" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "measurement_events" ADD CONSTRAINT "measurement_events_counts_check"
  CHECK ("measurement_events"."kind" = 'returned' or not "measurement_events"."counts");--> statement-breakpoint
DROP INDEX "measurement_events_decision_key";--> statement-breakpoint
CREATE UNIQUE INDEX "measurement_events_decision_key" ON "measurement_events" USING btree ("indicator_code","measurement_id","revision")
  WHERE "measurement_events"."kind" in ('accepted', 'returned') and not "measurement_events"."counts";--> statement-breakpoint
DROP INDEX "measurement_events_returned_index";--> statement-breakpoint
CREATE UNIQUE INDEX "measurement_events_returned_key" ON "measurement_events" USING btree ("indicator_code","measurement_id","revision")
  WHERE "measurement_events"."kind" = 'returned';
