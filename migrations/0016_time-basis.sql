-- Over which time a figure of an indicator speaks, and at which frequencies besides its finest it is reported. What was there before
-- was read as the figure of a period's last day, of one frequency.
ALTER TABLE "indicators" ADD COLUMN "coarser_frequencies" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "indicators" ADD COLUMN "time_basis" text DEFAULT 'end_of_period' NOT NULL;--> statement-breakpoint
ALTER TABLE "indicators" ADD CONSTRAINT "indicators_coarser_frequencies_check" CHECK ("indicators"."coarser_frequencies" <@ array['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly']);--> statement-breakpoint
ALTER TABLE "indicators" ADD CONSTRAINT "indicators_time_basis_check" CHECK ("indicators"."time_basis" in ('end_of_period', 'during_period', 'year_to_date'));--> statement-breakpoint
ALTER TABLE "indicators" ADD CONSTRAINT "indicators_flow_check" CHECK ("indicators"."time_basis" <> 'during_period' or "indicators"."value_kind" <> 'growth');--> statement-breakpoint
-- With the defaults, so that former rows are read as they were meant; `keep_history` then only lists the columns anew.
ALTER TABLE history."indicators" ADD COLUMN "coarser_frequencies" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE history."indicators" ADD COLUMN "time_basis" text DEFAULT 'end_of_period' NOT NULL;--> statement-breakpoint
SELECT keep_history('indicators');
