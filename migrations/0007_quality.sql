CREATE TABLE "quality_outcomes" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "quality_outcomes_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"rule_code" text NOT NULL,
	"rule_version" integer NOT NULL,
	"severity" text NOT NULL,
	"indicator_code" text NOT NULL,
	"agency_code" text NOT NULL,
	"period" text NOT NULL,
	"breakdown" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"client_id" text NOT NULL,
	"submission_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"measurement_id" uuid,
	"revision" integer,
	"detail" jsonb NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "quality_outcomes_severity_check" CHECK ("quality_outcomes"."severity" in ('warn', 'block')),
	CONSTRAINT "quality_outcomes_measurement_check" CHECK (("quality_outcomes"."measurement_id" is null) = ("quality_outcomes"."revision" is null))
);
--> statement-breakpoint
CREATE TABLE "quality_rules" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL,
	"kind" text NOT NULL,
	"params" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"indicator_codes" text[],
	"pillar_code" text,
	"level" text,
	"severity" text NOT NULL,
	"state" text DEFAULT 'draft' NOT NULL,
	"note" jsonb,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	"known_from" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "quality_rules_kind_check" CHECK ("quality_rules"."kind" in ('range', 'change', 'parts', 'monotone', 'ratio')),
	CONSTRAINT "quality_rules_severity_check" CHECK ("quality_rules"."severity" in ('warn', 'block')),
	CONSTRAINT "quality_rules_state_check" CHECK ("quality_rules"."state" in ('draft', 'active', 'retired')),
	CONSTRAINT "quality_rules_level_check" CHECK ("quality_rules"."level" in ('province', 'district', 'commune')),
	CONSTRAINT "quality_rules_subject_check" CHECK ("quality_rules"."indicator_codes" is null or ("quality_rules"."pillar_code" is null and cardinality("quality_rules"."indicator_codes") > 0)),
	CONSTRAINT "quality_rules_provenance_check" CHECK ("quality_rules"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_rule_code_quality_rules_code_fk" FOREIGN KEY ("rule_code") REFERENCES "public"."quality_rules"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_measurement_fkey" FOREIGN KEY ("indicator_code","measurement_id","revision") REFERENCES "public"."measurements"("indicator_code","id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_rules" ADD CONSTRAINT "quality_rules_pillar_code_pillars_code_fk" FOREIGN KEY ("pillar_code") REFERENCES "public"."pillars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "quality_outcomes_rule_index" ON "quality_outcomes" USING btree ("rule_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_indicator_index" ON "quality_outcomes" USING btree ("indicator_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_agency_index" ON "quality_outcomes" USING btree ("agency_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_submission_index" ON "quality_outcomes" USING btree ("submission_id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_client_index" ON "quality_outcomes" USING btree ("client_id","id");--> statement-breakpoint
CREATE INDEX "quality_rules_active_index" ON "quality_rules" USING btree ("code") WHERE "quality_rules"."state" = 'active';