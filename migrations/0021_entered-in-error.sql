-- A body that was entered twice is one: which one it is, in the row of the other. The row stays, since the past is still asked for.
ALTER TABLE "agencies" ADD COLUMN "duplicate_of" text;--> statement-breakpoint
ALTER TABLE "agencies" ADD CONSTRAINT "agencies_duplicate_of_agencies_code_fk" FOREIGN KEY ("duplicate_of") REFERENCES "agencies" ("code");--> statement-breakpoint
ALTER TABLE "agencies" ADD CONSTRAINT "agencies_duplicate_check" CHECK ("duplicate_of" <> "code");--> statement-breakpoint
SELECT keep_history('agencies');--> statement-breakpoint
ALTER TABLE "reorganisations" ALTER COLUMN "document_id" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "reorganisations" DROP CONSTRAINT "reorganisations_kind_check";--> statement-breakpoint
ALTER TABLE "reorganisations" ADD CONSTRAINT "reorganisations_kind_check"
  CHECK ("kind" in ('rename', 'merge', 'split', 'transfer', 'establish', 'dissolve', 'entered_in_error'));--> statement-breakpoint
ALTER TABLE "reorganisations" ADD CONSTRAINT "reorganisations_document_check"
  CHECK ("document_id" is not null or "kind" = 'entered_in_error');
