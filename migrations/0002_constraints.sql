-- What Drizzle cannot express: ranges that must not overlap, figures that must not change, indexes of trigrams.

-- A day has one name, one parent and one code per scheme of an agency, and a code means one agency. Only facts that
-- are known now are compared: a corrected one (removed_at) stays for "what did you know on that day".
ALTER TABLE agency_names ADD CONSTRAINT agency_names_overlap EXCLUDE USING gist
  (agency_code WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (removed_at IS NULL);--> statement-breakpoint
ALTER TABLE agency_parents ADD CONSTRAINT agency_parents_overlap EXCLUDE USING gist
  (agency_code WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (removed_at IS NULL);--> statement-breakpoint
ALTER TABLE agency_identifiers ADD CONSTRAINT agency_identifiers_overlap EXCLUDE USING gist
  (scheme WITH =, agency_code WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (removed_at IS NULL);--> statement-breakpoint
ALTER TABLE agency_identifiers ADD CONSTRAINT agency_identifiers_taken EXCLUDE USING gist
  (scheme WITH =, value WITH =, daterange(valid_from, valid_to, '[]') WITH &&) WHERE (removed_at IS NULL);--> statement-breakpoint

-- At most one lead of a target or a task on any day, and an agency has a role in it once.
ALTER TABLE assignments ADD CONSTRAINT assignments_target_lead EXCLUDE USING gist
  (target_id WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
  WHERE (role = 'lead' AND removed_at IS NULL AND target_id IS NOT NULL);--> statement-breakpoint
ALTER TABLE assignments ADD CONSTRAINT assignments_task_lead EXCLUDE USING gist
  (task_code WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
  WHERE (role = 'lead' AND removed_at IS NULL AND task_code IS NOT NULL);--> statement-breakpoint
ALTER TABLE assignments ADD CONSTRAINT assignments_target_role EXCLUDE USING gist
  (target_id WITH =, agency_code WITH =, role WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
  WHERE (removed_at IS NULL AND target_id IS NOT NULL);--> statement-breakpoint
ALTER TABLE assignments ADD CONSTRAINT assignments_task_role EXCLUDE USING gist
  (task_code WITH =, agency_code WITH =, role WITH =, daterange(valid_from, valid_to, '[]') WITH &&)
  WHERE (removed_at IS NULL AND task_code IS NOT NULL);--> statement-breakpoint

-- A range of period codes is a range of years in the C collation, whatever the database's own.
ALTER TABLE measurements ALTER COLUMN period TYPE text COLLATE "C";--> statement-breakpoint

-- `?q=`
CREATE INDEX indicators_search_index ON indicators USING gin (search gin_trgm_ops);--> statement-breakpoint
CREATE INDEX agency_names_search_index ON agency_names USING gin (search gin_trgm_ops);--> statement-breakpoint

-- A recorded figure, what happened to it, a version of a target, a rule set and a progress note never change.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_TABLE_NAME || '_append_only', TABLE = TG_TABLE_NAME;
END $$;--> statement-breakpoint
CREATE TRIGGER measurements_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON measurements
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER measurement_events_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON measurement_events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER target_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON target_versions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER status_rules_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON status_rules
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();--> statement-breakpoint
CREATE TRIGGER task_notes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON task_notes
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
