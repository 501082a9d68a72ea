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
ALTER TABLE "calendars" ADD COLUMN "locks" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "public_holidays" ADD COLUMN "row_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "extension_revocations" ADD CONSTRAINT "extension_revocations_extension_id_extensions_id_fk" FOREIGN KEY ("extension_id") REFERENCES "public"."extensions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extension_revocations" ADD CONSTRAINT "extension_revocations_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_agency_code_agencies_code_fk" FOREIGN KEY ("agency_code") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_indicator_code_indicators_code_fk" FOREIGN KEY ("indicator_code") REFERENCES "public"."indicators"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "extensions" ADD CONSTRAINT "extensions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "period_transitions" ADD CONSTRAINT "period_transitions_calendar_code_calendars_code_fk" FOREIGN KEY ("calendar_code") REFERENCES "public"."calendars"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "period_transitions" ADD CONSTRAINT "period_transitions_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "period_transitions" ADD CONSTRAINT "period_transitions_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "public"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "extensions_period_index" ON "extensions" USING btree ("period","id");--> statement-breakpoint
CREATE INDEX "extensions_agency_index" ON "extensions" USING btree ("agency_code","id");