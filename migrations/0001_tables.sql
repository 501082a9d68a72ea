CREATE TABLE "agencies" (
	"code" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"level" text NOT NULL,
	"note" jsonb,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "agencies_kind_check" CHECK ("agencies"."kind" in ('provincial_committee', 'department', 'district_committee', 'commune_committee', 'central_body', 'steering_body', 'other')),
	CONSTRAINT "agencies_level_check" CHECK ("agencies"."level" in ('province', 'district', 'commune')),
	CONSTRAINT "agencies_provenance_check" CHECK ("agencies"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "agency_identifiers" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agency_identifiers_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"valid_from" date NOT NULL,
	"valid_to" date,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (6) with time zone,
	"agency_code" text NOT NULL,
	"scheme" text NOT NULL,
	"value" text NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	CONSTRAINT "agency_identifiers_validity_check" CHECK ("agency_identifiers"."valid_to" >= "agency_identifiers"."valid_from"),
	CONSTRAINT "agency_identifiers_provenance_check" CHECK ("agency_identifiers"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "agency_names" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agency_names_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"valid_from" date NOT NULL,
	"valid_to" date,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (6) with time zone,
	"agency_code" text NOT NULL,
	"name_vi" text NOT NULL,
	"name_en" text,
	"search" text NOT NULL,
	CONSTRAINT "agency_names_validity_check" CHECK ("agency_names"."valid_to" >= "agency_names"."valid_from")
);
--> statement-breakpoint
CREATE TABLE "agency_parents" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "agency_parents_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"valid_from" date NOT NULL,
	"valid_to" date,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (6) with time zone,
	"agency_code" text NOT NULL,
	"parent_code" text NOT NULL,
	CONSTRAINT "agency_parents_validity_check" CHECK ("agency_parents"."valid_to" >= "agency_parents"."valid_from"),
	CONSTRAINT "agency_parents_self_check" CHECK ("agency_parents"."agency_code" <> "agency_parents"."parent_code")
);
--> statement-breakpoint
CREATE TABLE "assignments" (
	"id" text PRIMARY KEY NOT NULL,
	"target_id" text,
	"task_code" text,
	"agency_code" text NOT NULL,
	"role" text NOT NULL,
	"person_position" text,
	"person_name" text,
	"person_contact" text,
	"duty" text,
	"responsibility" text,
	"start_date" date,
	"due_date" date,
	"expected_result" text,
	"document_id" text,
	"quote" text,
	"valid_from" date NOT NULL,
	"valid_to" date,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp (6) with time zone,
	CONSTRAINT "assignments_object_check" CHECK (("assignments"."target_id" is null) <> ("assignments"."task_code" is null)),
	CONSTRAINT "assignments_role_check" CHECK ("assignments"."role" in ('lead', 'cooperate', 'monitor')),
	CONSTRAINT "assignments_dates_check" CHECK ("assignments"."due_date" >= "assignments"."start_date"),
	CONSTRAINT "assignments_validity_check" CHECK ("assignments"."valid_to" >= "assignments"."valid_from"),
	CONSTRAINT "assignments_provenance_check" CHECK ("assignments"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "calendars" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL,
	"basis" jsonb,
	"start_day" integer NOT NULL,
	"month_offset" integer NOT NULL,
	"deadlines" jsonb NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "calendars_start_day_check" CHECK ("calendars"."start_day" between 1 and 28),
	CONSTRAINT "calendars_month_offset_check" CHECK ("calendars"."month_offset" in (-1, 0)),
	CONSTRAINT "calendars_provenance_check" CHECK ("calendars"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "public_holidays" (
	"day" date PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" jsonb NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "public_holidays_kind_check" CHECK ("public_holidays"."kind" in ('off', 'working')),
	CONSTRAINT "public_holidays_provenance_check" CHECK ("public_holidays"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "client_grants" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "client_grants_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"client_id" text NOT NULL,
	"agency_code" text,
	"with_subtree" boolean DEFAULT false NOT NULL,
	"indicator_code" text,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "client_secrets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"hash" text NOT NULL,
	"expires_at" timestamp (6) with time zone,
	"revoked_at" timestamp (6) with time zone,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "clients" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"scopes" text[] NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "clients_state_check" CHECK ("clients"."state" in ('active', 'suspended')),
	CONSTRAINT "clients_scopes_check" CHECK ("clients"."scopes" <@ array['registry:read', 'registry:write', 'registry:admin', 'measurements:write', 'measurements:review', 'webhooks:write']::text[])
);
--> statement-breakpoint
CREATE TABLE "dimension_members" (
	"dimension_code" text NOT NULL,
	"code" text NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"name" jsonb NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dimension_members_pkey" PRIMARY KEY("dimension_code","code"),
	CONSTRAINT "dimension_members_provenance_check" CHECK ("dimension_members"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "dimensions" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL,
	"note" jsonb,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "dimensions_provenance_check" CHECK ("dimensions"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "document_relations" (
	"from_id" text NOT NULL,
	"to_id" text NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "document_relations_pkey" PRIMARY KEY("from_id","to_id","kind"),
	CONSTRAINT "document_relations_kind_check" CHECK ("document_relations"."kind" in ('basis', 'implements', 'amends', 'replaces', 'repeals')),
	CONSTRAINT "document_relations_self_check" CHECK ("document_relations"."from_id" <> "document_relations"."to_id")
);
--> statement-breakpoint
CREATE TABLE "documents" (
	"id" text PRIMARY KEY NOT NULL,
	"number" text NOT NULL,
	"type" text NOT NULL,
	"issuer" text NOT NULL,
	"issued_on" date NOT NULL,
	"title" jsonb NOT NULL,
	"valid_from" date,
	"valid_to" date,
	"url" text,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "documents_number_key" UNIQUE("issuer","number","issued_on"),
	CONSTRAINT "documents_provenance_check" CHECK ("documents"."provenance" in ('quoted', 'researched', 'illustrative', 'operational')),
	CONSTRAINT "documents_validity_check" CHECK ("documents"."valid_to" >= "documents"."valid_from")
);
--> statement-breakpoint
CREATE TABLE "indicators" (
	"code" text PRIMARY KEY NOT NULL,
	"pillar_code" text NOT NULL,
	"name_vi" text NOT NULL,
	"name_en" text,
	"definition" jsonb,
	"unit" text NOT NULL,
	"value_kind" text NOT NULL,
	"decimals" integer NOT NULL,
	"minimum" numeric,
	"maximum" numeric,
	"direction" text NOT NULL,
	"aggregation" text NOT NULL,
	"numerator" jsonb,
	"denominator" jsonb,
	"population" jsonb,
	"exclusions" jsonb,
	"conditions" jsonb,
	"frequency" text NOT NULL,
	"calendar_code" text NOT NULL,
	"review_policy" text NOT NULL,
	"interpretation" jsonb,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"search" text NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "indicators_value_kind_check" CHECK ("indicators"."value_kind" in ('ratio', 'number', 'count', 'growth')),
	CONSTRAINT "indicators_decimals_check" CHECK ("indicators"."decimals" between 0 and 12),
	CONSTRAINT "indicators_bounds_check" CHECK ("indicators"."minimum" <= "indicators"."maximum"),
	CONSTRAINT "indicators_minimum_check" CHECK ("indicators"."minimum" > -1e18 and "indicators"."minimum" < 1e18 and scale("indicators"."minimum") <= 12),
	CONSTRAINT "indicators_maximum_check" CHECK ("indicators"."maximum" > -1e18 and "indicators"."maximum" < 1e18 and scale("indicators"."maximum") <= 12),
	CONSTRAINT "indicators_direction_check" CHECK ("indicators"."direction" in ('higher_is_better', 'lower_is_better')),
	CONSTRAINT "indicators_aggregation_check" CHECK ("indicators"."aggregation" in ('direct', 'sum', 'ratio_of_sums', 'mean', 'none')),
	CONSTRAINT "indicators_ratio_check" CHECK ("indicators"."aggregation" <> 'ratio_of_sums' or "indicators"."value_kind" = 'ratio'),
	CONSTRAINT "indicators_frequency_check" CHECK ("indicators"."frequency" in ('monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly')),
	CONSTRAINT "indicators_review_policy_check" CHECK ("indicators"."review_policy" in ('automatic', 'manual')),
	CONSTRAINT "indicators_provenance_check" CHECK ("indicators"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "measurement_events" (
	"indicator_code" text NOT NULL,
	"measurement_id" uuid NOT NULL,
	"revision" integer NOT NULL,
	"sequence" integer NOT NULL,
	"kind" text NOT NULL,
	"comment" text,
	"client_id" text NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"recorded_xid" bigint DEFAULT (pg_current_xact_id()::text::bigint) NOT NULL,
	CONSTRAINT "measurement_events_pkey" PRIMARY KEY("indicator_code","measurement_id","revision","sequence"),
	CONSTRAINT "measurement_events_kind_check" CHECK ("measurement_events"."kind" in ('accepted', 'returned', 'withdrawn'))
);
--> statement-breakpoint
CREATE TABLE "measurements" (
	"indicator_code" text NOT NULL,
	"id" uuid NOT NULL,
	"period" text NOT NULL,
	"agency_code" text NOT NULL,
	"breakdown_key" text DEFAULT '' NOT NULL,
	"breakdown" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"revision" integer NOT NULL,
	"value" numeric,
	"numerator" numeric,
	"denominator" numeric,
	"quality" text NOT NULL,
	"initial_state" text NOT NULL,
	"note" text,
	"evidence" text,
	"observed_at" timestamp (6) with time zone,
	"reason" text,
	"late" boolean DEFAULT false NOT NULL,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"client_id" text NOT NULL,
	"submission_id" uuid NOT NULL,
	"external_id" text,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"recorded_xid" bigint DEFAULT (pg_current_xact_id()::text::bigint) NOT NULL,
	CONSTRAINT "measurements_pkey" PRIMARY KEY("indicator_code","id","revision"),
	CONSTRAINT "measurements_revision_key" UNIQUE("indicator_code","period","agency_code","breakdown_key","revision"),
	CONSTRAINT "measurements_revision_check" CHECK ("measurements"."revision" > 0),
	CONSTRAINT "measurements_value_check" CHECK ("measurements"."value" > -1e18 and "measurements"."value" < 1e18 and scale("measurements"."value") <= 12),
	CONSTRAINT "measurements_numerator_check" CHECK ("measurements"."numerator" > -1e18 and "measurements"."numerator" < 1e18 and scale("measurements"."numerator") <= 12),
	CONSTRAINT "measurements_denominator_check" CHECK ("measurements"."denominator" >= 0 and "measurements"."denominator" > -1e18 and "measurements"."denominator" < 1e18 and scale("measurements"."denominator") <= 12),
	CONSTRAINT "measurements_figure_check" CHECK (("measurements"."numerator" is null) = ("measurements"."denominator" is null) and ("measurements"."value" is not null or "measurements"."numerator" is not null)),
	CONSTRAINT "measurements_quality_check" CHECK ("measurements"."quality" in ('estimate', 'provisional', 'official')),
	CONSTRAINT "measurements_initial_state_check" CHECK ("measurements"."initial_state" in ('submitted', 'accepted')),
	CONSTRAINT "measurements_provenance_check" CHECK ("measurements"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "pillars" (
	"code" text PRIMARY KEY NOT NULL,
	"name" jsonb NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "pillars_provenance_check" CHECK ("pillars"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "plan_pillars" (
	"plan_code" text NOT NULL,
	"pillar_code" text NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "plan_pillars_pkey" PRIMARY KEY("plan_code","pillar_code"),
	CONSTRAINT "plan_pillars_position_key" UNIQUE("plan_code","position"),
	CONSTRAINT "plan_pillars_position_check" CHECK ("plan_pillars"."position" > 0)
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"code" text PRIMARY KEY NOT NULL,
	"document_id" text NOT NULL,
	"year" integer NOT NULL,
	"name" jsonb NOT NULL,
	"issued_on" date NOT NULL,
	"agency_code" text NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"quote" text,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "plans_year_check" CHECK ("plans"."year" between 1900 and 2199),
	CONSTRAINT "plans_provenance_check" CHECK ("plans"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "status_rules" (
	"version" integer PRIMARY KEY NOT NULL,
	"effective_from" date NOT NULL,
	"pace" text NOT NULL,
	"on_track" numeric NOT NULL,
	"at_risk" numeric NOT NULL,
	"note" jsonb,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "status_rules_version_check" CHECK ("status_rules"."version" > 0),
	CONSTRAINT "status_rules_pace_check" CHECK ("status_rules"."pace" in ('linear')),
	CONSTRAINT "status_rules_thresholds_check" CHECK ("status_rules"."at_risk" > 0 and "status_rules"."at_risk" <= "status_rules"."on_track" and "status_rules"."on_track" <= 1),
	CONSTRAINT "status_rules_provenance_check" CHECK ("status_rules"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
CREATE TABLE "submission_rows" (
	"submission_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"item_id" text,
	"outcome" text NOT NULL,
	"indicator" text,
	"agency" text,
	"period" text,
	"measurement_id" uuid,
	"revision" integer,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"warned" boolean DEFAULT false NOT NULL,
	"warnings" jsonb DEFAULT '[]'::jsonb NOT NULL,
	CONSTRAINT "submission_rows_pkey" PRIMARY KEY("submission_id","position"),
	CONSTRAINT "submission_rows_outcome_check" CHECK ("submission_rows"."outcome" in ('created', 'revised', 'unchanged', 'rejected', 'not_written'))
);
--> statement-breakpoint
CREATE TABLE "submissions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"mode" text NOT NULL,
	"state" text NOT NULL,
	"received" integer NOT NULL,
	"created" integer NOT NULL,
	"revised" integer NOT NULL,
	"unchanged" integer NOT NULL,
	"rejected" integer NOT NULL,
	"warned" integer NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"completed_at" timestamp (6) with time zone,
	CONSTRAINT "submissions_mode_check" CHECK ("submissions"."mode" in ('atomic', 'partial')),
	CONSTRAINT "submissions_state_check" CHECK ("submissions"."state" in ('completed', 'rejected')),
	CONSTRAINT "submissions_counts_check" CHECK ("submissions"."state" = 'rejected' or "submissions"."received" = "submissions"."created" + "submissions"."revised" + "submissions"."unchanged" + "submissions"."rejected")
);
--> statement-breakpoint
CREATE TABLE "target_versions" (
	"target_id" text NOT NULL,
	"version" integer NOT NULL,
	"effective_from" date NOT NULL,
	"operator" text NOT NULL,
	"value" numeric NOT NULL,
	"unit" text NOT NULL,
	"due_date" date NOT NULL,
	"mode" text NOT NULL,
	"baseline_value" numeric,
	"baseline_date" date,
	"baseline_claim" boolean,
	"baseline_source" text,
	"milestones" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"wording" text NOT NULL,
	"interpretation" jsonb,
	"document_id" text NOT NULL,
	"clause" text,
	"reason" text,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"client_id" text,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	"recorded_xid" bigint DEFAULT (pg_current_xact_id()::text::bigint) NOT NULL,
	CONSTRAINT "target_versions_pkey" PRIMARY KEY("target_id","version"),
	CONSTRAINT "target_versions_version_check" CHECK ("target_versions"."version" > 0),
	CONSTRAINT "target_versions_operator_check" CHECK ("target_versions"."operator" in ('gt', 'gte', 'eq', 'lte', 'lt')),
	CONSTRAINT "target_versions_value_check" CHECK ("target_versions"."value" > -1e18 and "target_versions"."value" < 1e18 and scale("target_versions"."value") <= 12),
	CONSTRAINT "target_versions_mode_check" CHECK ("target_versions"."mode" in ('reach', 'maintain')),
	CONSTRAINT "target_versions_state_check" CHECK ("target_versions"."state" in ('active', 'dropped')),
	CONSTRAINT "target_versions_baseline_value_check" CHECK ("target_versions"."baseline_value" > -1e18 and "target_versions"."baseline_value" < 1e18 and scale("target_versions"."baseline_value") <= 12),
	CONSTRAINT "target_versions_baseline_check" CHECK (("target_versions"."baseline_date" is null) = ("target_versions"."baseline_claim" is null) and ("target_versions"."baseline_date" is not null or ("target_versions"."baseline_value" is null and "target_versions"."baseline_source" is null))),
	CONSTRAINT "target_versions_provenance_check" CHECK ("target_versions"."provenance" in ('quoted', 'researched', 'illustrative', 'operational')),
	CONSTRAINT "target_versions_reason_check" CHECK ("target_versions"."version" = 1 or "target_versions"."reason" is not null)
);
--> statement-breakpoint
CREATE TABLE "targets" (
	"id" text PRIMARY KEY NOT NULL,
	"plan_code" text NOT NULL,
	"indicator_code" text NOT NULL,
	"parent_id" text,
	"position" integer DEFAULT 0 NOT NULL,
	"scope_level" text,
	"scope_agency" text,
	"scope_dimension" text,
	"scope_member" text,
	"quantifier" text NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "targets_scope_level_check" CHECK ("targets"."scope_level" in ('province', 'district', 'commune')),
	CONSTRAINT "targets_scope_member_check" CHECK ("targets"."scope_member" is null or "targets"."scope_dimension" is not null),
	CONSTRAINT "targets_scope_check" CHECK ("targets"."scope_level" is null or "targets"."scope_agency" is null),
	CONSTRAINT "targets_quantifier_check" CHECK ("targets"."quantifier" in ('aggregate', 'each')),
	CONSTRAINT "targets_provenance_check" CHECK ("targets"."provenance" in ('quoted', 'researched', 'illustrative', 'operational')),
	CONSTRAINT "targets_parent_check" CHECK ("targets"."parent_id" <> "targets"."id")
);
--> statement-breakpoint
CREATE TABLE "task_indicators" (
	"task_code" text NOT NULL,
	"indicator_code" text NOT NULL,
	"provenance" text DEFAULT 'operational' NOT NULL,
	CONSTRAINT "task_indicators_pkey" PRIMARY KEY("task_code","indicator_code")
);
--> statement-breakpoint
CREATE TABLE "task_notes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"task_code" text NOT NULL,
	"agency_code" text,
	"noted_on" date NOT NULL,
	"text" text NOT NULL,
	"progress" numeric,
	"evidence" text,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"client_id" text,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "task_notes_progress_check" CHECK ("task_notes"."progress" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"code" text PRIMARY KEY NOT NULL,
	"plan_code" text NOT NULL,
	"parent_code" text,
	"kind" text NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	"name" jsonb NOT NULL,
	"wording" text,
	"note" jsonb,
	"due_date" date,
	"provenance" text DEFAULT 'operational' NOT NULL,
	"row_version" integer DEFAULT 1 NOT NULL,
	"recorded_at" timestamp (6) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tasks_kind_check" CHECK ("tasks"."kind" in ('group', 'task')),
	CONSTRAINT "tasks_parent_check" CHECK ("tasks"."parent_code" <> "tasks"."code"),
	CONSTRAINT "tasks_provenance_check" CHECK ("tasks"."provenance" in ('quoted', 'researched', 'illustrative', 'operational'))
);
--> statement-breakpoint
ALTER TABLE "agency_identifiers" ADD CONSTRAINT "agency_identifiers_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agency_names" ADD CONSTRAINT "agency_names_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agency_parents" ADD CONSTRAINT "agency_parents_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agency_parents" ADD CONSTRAINT "agency_parents_parent_code_agencies_code_fk" FOREIGN KEY ("parent_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_task_code_tasks_code_fk" FOREIGN KEY ("task_code") REFERENCES "public"."tasks"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assignments" ADD CONSTRAINT "assignments_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "client_secrets" ADD CONSTRAINT "client_secrets_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dimension_members" ADD CONSTRAINT "dimension_members_dimension_code_dimensions_code_fk" FOREIGN KEY ("dimension_code") REFERENCES "public"."dimensions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_relations" ADD CONSTRAINT "document_relations_from_id_documents_id_fk" FOREIGN KEY ("from_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "document_relations" ADD CONSTRAINT "document_relations_to_id_documents_id_fk" FOREIGN KEY ("to_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "indicators" ADD CONSTRAINT "indicators_pillar_code_pillars_code_fk" FOREIGN KEY ("pillar_code") REFERENCES "public"."pillars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "indicators" ADD CONSTRAINT "indicators_calendar_code_calendars_code_fk" FOREIGN KEY ("calendar_code") REFERENCES "public"."calendars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurement_events" ADD CONSTRAINT "measurement_events_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurement_events" ADD CONSTRAINT "measurement_events_measurement_fkey" FOREIGN KEY ("indicator_code","measurement_id","revision") REFERENCES "public"."measurements"("indicator_code","id","revision") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "measurements" ADD CONSTRAINT "measurements_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_pillars" ADD CONSTRAINT "plan_pillars_plan_code_plans_code_fk" FOREIGN KEY ("plan_code") REFERENCES "public"."plans"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_pillars" ADD CONSTRAINT "plan_pillars_pillar_code_pillars_code_fk" FOREIGN KEY ("pillar_code") REFERENCES "public"."pillars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plans" ADD CONSTRAINT "plans_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submission_rows" ADD CONSTRAINT "submission_rows_submission_id_submissions_id_fk" FOREIGN KEY ("submission_id") REFERENCES "public"."submissions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "submissions" ADD CONSTRAINT "submissions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_versions" ADD CONSTRAINT "target_versions_target_id_targets_id_fk" FOREIGN KEY ("target_id") REFERENCES "public"."targets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "target_versions" ADD CONSTRAINT "target_versions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_plan_code_plans_code_fk" FOREIGN KEY ("plan_code") REFERENCES "public"."plans"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_parent_id_targets_id_fk" FOREIGN KEY ("parent_id") REFERENCES "public"."targets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_scope_agency_agencies_code_fk" FOREIGN KEY ("scope_agency") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_scope_dimension_dimensions_code_fk" FOREIGN KEY ("scope_dimension") REFERENCES "public"."dimensions"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "targets" ADD CONSTRAINT "targets_scope_member_fkey" FOREIGN KEY ("scope_dimension","scope_member") REFERENCES "public"."dimension_members"("dimension_code","code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_indicators" ADD CONSTRAINT "task_indicators_task_code_tasks_code_fk" FOREIGN KEY ("task_code") REFERENCES "public"."tasks"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_indicators" ADD CONSTRAINT "task_indicators_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_notes" ADD CONSTRAINT "task_notes_task_code_tasks_code_fk" FOREIGN KEY ("task_code") REFERENCES "public"."tasks"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "task_notes" ADD CONSTRAINT "task_notes_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_plan_code_plans_code_fk" FOREIGN KEY ("plan_code") REFERENCES "public"."plans"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_parent_code_tasks_code_fk" FOREIGN KEY ("parent_code") REFERENCES "public"."tasks"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agencies_level_index" ON "agencies" USING btree ("level","kind");--> statement-breakpoint
CREATE INDEX "agency_identifiers_agency_index" ON "agency_identifiers" USING btree ("agency_code");--> statement-breakpoint
CREATE INDEX "agency_identifiers_value_index" ON "agency_identifiers" USING btree ("scheme","value");--> statement-breakpoint
CREATE INDEX "agency_names_agency_index" ON "agency_names" USING btree ("agency_code","valid_from");--> statement-breakpoint
CREATE INDEX "agency_parents_agency_index" ON "agency_parents" USING btree ("agency_code","valid_from");--> statement-breakpoint
CREATE INDEX "agency_parents_parent_index" ON "agency_parents" USING btree ("parent_code");--> statement-breakpoint
CREATE INDEX "assignments_target_index" ON "assignments" USING btree ("target_id");--> statement-breakpoint
CREATE INDEX "assignments_task_index" ON "assignments" USING btree ("task_code");--> statement-breakpoint
CREATE INDEX "assignments_agency_index" ON "assignments" USING btree ("agency_code");--> statement-breakpoint
CREATE INDEX "client_grants_client_index" ON "client_grants" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "client_secrets_client_index" ON "client_secrets" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "document_relations_to_index" ON "document_relations" USING btree ("to_id");--> statement-breakpoint
CREATE INDEX "indicators_pillar_index" ON "indicators" USING btree ("pillar_code");--> statement-breakpoint
CREATE INDEX "measurements_id_index" ON "measurements" USING btree ("id","revision");--> statement-breakpoint
CREATE INDEX "measurements_agency_index" ON "measurements" USING btree ("agency_code","id");--> statement-breakpoint
CREATE INDEX "measurements_submission_index" ON "measurements" USING btree ("submission_id");--> statement-breakpoint
CREATE INDEX "plans_agency_index" ON "plans" USING btree ("agency_code");--> statement-breakpoint
CREATE INDEX "submissions_client_index" ON "submissions" USING btree ("client_id","recorded_at","id");--> statement-breakpoint
CREATE INDEX "target_versions_effective_index" ON "target_versions" USING btree ("target_id","effective_from","version");--> statement-breakpoint
CREATE INDEX "targets_plan_index" ON "targets" USING btree ("plan_code","position");--> statement-breakpoint
CREATE INDEX "targets_indicator_index" ON "targets" USING btree ("indicator_code");--> statement-breakpoint
CREATE INDEX "targets_parent_index" ON "targets" USING btree ("parent_id");--> statement-breakpoint
CREATE INDEX "task_indicators_indicator_index" ON "task_indicators" USING btree ("indicator_code");--> statement-breakpoint
CREATE INDEX "task_notes_task_index" ON "task_notes" USING btree ("task_code","noted_on");--> statement-breakpoint
CREATE INDEX "tasks_plan_index" ON "tasks" USING btree ("plan_code","position");--> statement-breakpoint
CREATE INDEX "tasks_parent_index" ON "tasks" USING btree ("parent_code");