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
ALTER TABLE "client_grants" ADD COLUMN "valid_from" date;--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "valid_to" date;--> statement-breakpoint
ALTER TABLE "client_grants" ADD COLUMN "reorganisation_id" text;--> statement-breakpoint
ALTER TABLE "reorganisation_successions" ADD CONSTRAINT "reorganisation_successions_reorganisation_id_reorganisations_id_fk" FOREIGN KEY ("reorganisation_id") REFERENCES "public"."reorganisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisation_successions" ADD CONSTRAINT "reorganisation_successions_from_agency_agencies_code_fk" FOREIGN KEY ("from_agency") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisation_successions" ADD CONSTRAINT "reorganisation_successions_to_agency_agencies_code_fk" FOREIGN KEY ("to_agency") REFERENCES "public"."agencies"("code") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reorganisations" ADD CONSTRAINT "reorganisations_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "reorganisation_successions_whole" ON "reorganisation_successions" USING btree ("from_agency") WHERE "reorganisation_successions"."share" = 'whole';--> statement-breakpoint
CREATE INDEX "reorganisation_successions_from_index" ON "reorganisation_successions" USING btree ("from_agency");--> statement-breakpoint
CREATE INDEX "reorganisation_successions_to_index" ON "reorganisation_successions" USING btree ("to_agency");--> statement-breakpoint
CREATE INDEX "reorganisations_effective_index" ON "reorganisations" USING btree ("effective_on");--> statement-breakpoint
CREATE INDEX "reorganisations_agencies_index" ON "reorganisations" USING gin ("agencies");--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_reorganisation_id_reorganisations_id_fk" FOREIGN KEY ("reorganisation_id") REFERENCES "public"."reorganisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "client_grants_agency_index" ON "client_grants" USING btree ("agency_code");--> statement-breakpoint
ALTER TABLE "client_grants" ADD CONSTRAINT "client_grants_validity_check" CHECK ("client_grants"."valid_to" >= "client_grants"."valid_from");