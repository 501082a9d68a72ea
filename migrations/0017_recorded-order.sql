-- Lists in the order of recording, and what was recorded within a span (`sort=-recordedAt`, `recordedFrom`, `recordedTo`):
-- of the tables that grow, found without sorting all of them. An entry is always added at the right edge.
CREATE INDEX "measurements_recorded_index" ON "measurements" ("recorded_at", "id");--> statement-breakpoint
CREATE INDEX "submissions_recorded_index" ON "submissions" ("recorded_at", "id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_recorded_index" ON "quality_outcomes" ("recorded_at", "id");
