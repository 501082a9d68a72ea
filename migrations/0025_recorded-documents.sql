-- Documents and dimensions say when what they show was recorded, and a list of them can be asked for what was recorded
-- within a span. As of every other row that is changed in place, what it was before stays in `history`.
ALTER TABLE documents ADD COLUMN known_from timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
ALTER TABLE dimensions ADD COLUMN known_from timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
-- Rows that were there before: known since they were recorded.
UPDATE documents SET known_from = recorded_at;--> statement-breakpoint
UPDATE dimensions SET known_from = recorded_at;--> statement-breakpoint
SELECT keep_history(name) FROM unnest(array['documents', 'dimensions']) name;
