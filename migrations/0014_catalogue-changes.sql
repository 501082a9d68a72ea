CREATE TABLE "catalogue_changes" (
	"xid" xid8 PRIMARY KEY NOT NULL
);
--> statement-breakpoint

-- What a push reads of the catalogue is kept between pushes (src/features/measurements/facts.ts); this says when it no longer
-- holds. Visible exactly when the change is, and without a lock that two transactions could want: each inserts its own row.
CREATE FUNCTION note_catalogue_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalogue_changes (xid) VALUES (pg_current_xact_id()) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER indicators_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON indicators FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER calendars_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON calendars FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER targets_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON targets FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER plans_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON plans FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER agencies_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agencies FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER agency_names_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agency_names FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER agency_parents_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agency_parents FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER agency_identifiers_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON agency_identifiers FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER dimensions_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dimensions FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER dimension_members_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON dimension_members FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER public_holidays_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON public_holidays FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER period_transitions_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON period_transitions FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER extensions_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON extensions FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER extension_revocations_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON extension_revocations FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER assignments_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON assignments FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER client_grants_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON client_grants FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint
CREATE TRIGGER quality_rules_catalogue_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON quality_rules FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();--> statement-breakpoint

-- What a push begins with, in one statement: it waits for whoever has the indicators to itself and for decisions about periods,
-- and then asks what has changed. Each statement of a VOLATILE function sees what was committed before it (READ COMMITTED),
-- also what was committed while the one before it waited.
CREATE FUNCTION hold_push(codes text[], alone boolean, since pg_snapshot, OUT now timestamptz, OUT snapshot pg_snapshot, OUT changed boolean, OUT changing boolean)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  key bigint;
BEGIN
  -- All that a push asks are probes of an index. A connection keeps the plans of its prepared statements, functions and foreign
  -- keys: made while a table was small, they would read all of it, and it grows by thousands of rows before it is analysed again.
  PERFORM set_config('enable_seqscan', 'off', true);
  -- as lockIndicators and holdPeriodLife, which others wait by
  FOR key IN SELECT DISTINCT hashtextextended(code, 4677) AS hash FROM unnest(codes) code ORDER BY hash LOOP
    IF alone THEN PERFORM pg_advisory_xact_lock(key); ELSE PERFORM pg_advisory_xact_lock_shared(key); END IF;
  END LOOP;
  -- as the foreign key of a figure would hold them, but before they are read
  PERFORM FROM indicators WHERE code = ANY (codes) ORDER BY code FOR KEY SHARE;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('period_life', 4677));
  now := transaction_timestamp();
  SELECT pg_current_snapshot(),
    EXISTS (SELECT FROM catalogue_changes WHERE xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(xid, since)),
    EXISTS (SELECT FROM catalogue_changes WHERE xid = pg_current_xact_id_if_assigned())
    INTO snapshot, changed, changing;
END $$;
