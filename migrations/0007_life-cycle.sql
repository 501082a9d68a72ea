CREATE TABLE "extension_revocations" (
	"extension_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"client_id" text NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "extension_revocations_pkey" PRIMARY KEY("extension_id")
);
--> statement-breakpoint
CREATE TABLE "extensions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"agency_code" text NOT NULL,
	"with_subtree" boolean DEFAULT false NOT NULL,
	"indicator_code" text,
	"period" text NOT NULL,
	"until" date,
	"reason" text NOT NULL,
	"granted_by" text,
	"document_id" text,
	"client_id" text NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "extensions_period_check" CHECK ("extensions"."period" ~ '^(19|2[01])[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?$'),
	CONSTRAINT "extensions_kind_check" CHECK ("extensions"."kind" in ('extension', 'excuse')),
	CONSTRAINT "extensions_until_check" CHECK (("extensions"."kind" = 'extension') = ("extensions"."until" is not null))
);
--> statement-breakpoint
CREATE TABLE "period_transitions" (
	"calendar_code" text NOT NULL,
	"period" text NOT NULL,
	"sequence" integer NOT NULL,
	"to_state" text NOT NULL,
	"effective_on" date NOT NULL,
	"reason" text NOT NULL,
	"document_id" text,
	"client_id" text NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "period_transitions_pkey" PRIMARY KEY("calendar_code","period","sequence"),
	CONSTRAINT "period_transitions_period_check" CHECK ("period_transitions"."period" ~ '^(19|2[01])[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?$'),
	CONSTRAINT "period_transitions_to_check" CHECK ("period_transitions"."to_state" in ('open', 'closed', 'locked'))
);
--> statement-breakpoint
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
CREATE TABLE "reorganisation_successions" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "reorganisation_successions_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"reorganisation_id" text NOT NULL,
	"from_agency" text NOT NULL,
	"to_agency" text NOT NULL,
	"share" text NOT NULL,
	"functions" jsonb,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "reorganisation_successions_key" UNIQUE("reorganisation_id","from_agency","to_agency"),
	CONSTRAINT "reorganisation_successions_share_check" CHECK ("reorganisation_successions"."share" in ('whole', 'part')),
	CONSTRAINT "reorganisation_successions_self_check" CHECK ("reorganisation_successions"."from_agency" <> "reorganisation_successions"."to_agency"),
	CONSTRAINT "reorganisation_successions_functions_check" CHECK ("reorganisation_successions"."share" = 'part' or "reorganisation_successions"."functions" is null)
);
--> statement-breakpoint
CREATE TABLE "reorganisations" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"effective_on" date NOT NULL,
	"document_id" text NOT NULL,
	"reason" jsonb,
	"request" jsonb NOT NULL,
	"changes" jsonb NOT NULL,
	"agencies" text[] NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"client_id" text,
	"recorded_at" timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
	CONSTRAINT "reorganisations_kind_check" CHECK ("reorganisations"."kind" in ('rename', 'merge', 'split', 'transfer', 'establish', 'dissolve')),
	CONSTRAINT "reorganisations_provenance_check" CHECK ("reorganisations"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
ALTER TABLE "calendars" ADD COLUMN "locks" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "public_holidays" ADD COLUMN "row_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "valid_from" date;--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "valid_to" date;--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "reorganisation_id" text;--> statement-breakpoint
ALTER TABLE "targets" ADD COLUMN "allocation" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "extension_revocations" ADD CONSTRAINT "extension_revocations_extension_id_extensions_id_fk" FOREIGN KEY ("extension_id") REFERENCES "public"."extensions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extension_revocations" ADD CONSTRAINT "extension_revocations_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "period_transitions" ADD CONSTRAINT "period_transitions_calendar_code_calendars_code_fk" FOREIGN KEY ("calendar_code") REFERENCES "public"."calendars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "period_transitions" ADD CONSTRAINT "period_transitions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "period_transitions" ADD CONSTRAINT "period_transitions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_rule_code_quality_rules_code_fk" FOREIGN KEY ("rule_code") REFERENCES "public"."quality_rules"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_outcomes" ADD CONSTRAINT "quality_outcomes_measurement_fkey" FOREIGN KEY ("indicator_code","measurement_id","revision") REFERENCES "public"."measurements"("indicator_code","id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_rules" ADD CONSTRAINT "quality_rules_pillar_code_pillars_code_fk" FOREIGN KEY ("pillar_code") REFERENCES "public"."pillars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisation_successions" ADD CONSTRAINT "reorganisation_successions_reorganisation_id_reorganisations_id_fk" FOREIGN KEY ("reorganisation_id") REFERENCES "public"."reorganisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisation_successions" ADD CONSTRAINT "reorganisation_successions_from_agency_agencies_code_fk" FOREIGN KEY ("from_agency") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisation_successions" ADD CONSTRAINT "reorganisation_successions_to_agency_agencies_code_fk" FOREIGN KEY ("to_agency") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisations" ADD CONSTRAINT "reorganisations_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "extensions_period_index" ON "extensions" USING btree ("period","id");--> statement-breakpoint
CREATE INDEX "extensions_agency_index" ON "extensions" USING btree ("agency_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_rule_index" ON "quality_outcomes" USING btree ("rule_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_indicator_index" ON "quality_outcomes" USING btree ("indicator_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_agency_index" ON "quality_outcomes" USING btree ("agency_code","id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_submission_index" ON "quality_outcomes" USING btree ("submission_id");--> statement-breakpoint
CREATE INDEX "quality_outcomes_client_index" ON "quality_outcomes" USING btree ("client_id","id");--> statement-breakpoint
CREATE INDEX "quality_rules_active_index" ON "quality_rules" USING btree ("code") WHERE "quality_rules"."state" = 'active';--> statement-breakpoint
CREATE UNIQUE INDEX "reorganisation_successions_whole" ON "reorganisation_successions" USING btree ("from_agency") WHERE "reorganisation_successions"."share" = 'whole';--> statement-breakpoint
CREATE INDEX "reorganisation_successions_from_index" ON "reorganisation_successions" USING btree ("from_agency");--> statement-breakpoint
CREATE INDEX "reorganisation_successions_to_index" ON "reorganisation_successions" USING btree ("to_agency");--> statement-breakpoint
CREATE INDEX "reorganisations_effective_index" ON "reorganisations" USING btree ("effective_on");--> statement-breakpoint
CREATE INDEX "reorganisations_agencies_index" ON "reorganisations" USING gin ("agencies");--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_reorganisation_id_reorganisations_id_fk" FOREIGN KEY ("reorganisation_id") REFERENCES "public"."reorganisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "client_grants_agency_index" ON "client_grants" USING btree ("agency_code");--> statement-breakpoint
CREATE UNIQUE INDEX "measurement_events_decision_key" ON "measurement_events" USING btree ("indicator_code","measurement_id","revision") WHERE "measurement_events"."kind" in ('accepted', 'returned');--> statement-breakpoint
CREATE UNIQUE INDEX "measurement_events_withdrawal_key" ON "measurement_events" USING btree ("indicator_code","measurement_id","revision") WHERE "measurement_events"."kind" = 'withdrawn';--> statement-breakpoint
CREATE INDEX "measurement_events_returned_index" ON "measurement_events" USING btree ("indicator_code","measurement_id","revision") WHERE "measurement_events"."kind" = 'returned';--> statement-breakpoint
CREATE UNIQUE INDEX "targets_allocation_key" ON "targets" USING btree ("parent_id","scope_agency") WHERE "targets"."allocation";--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_validity_check" CHECK ("client_grants"."valid_to" >= "client_grants"."valid_from");--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_allocation_check" CHECK (not "targets"."allocation" or ("targets"."parent_id" is not null and "targets"."scope_agency" is not null));