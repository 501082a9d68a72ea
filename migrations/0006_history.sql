-- Rows that are changed in place: what they were stays in `history`, and `<table>_at(instant)` has them as they were known then.
CREATE SCHEMA history;--> statement-breakpoint

CREATE FUNCTION keep_former_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  stamp timestamptz := recording_time();
BEGIN
  IF stamp < OLD.known_from THEN
    RAISE EXCEPTION '% was changed after this transaction had taken its instant', TG_TABLE_NAME USING ERRCODE = 'serialization_failure';
  END IF;
  -- what a transaction itself wrote and changes again was never known to anybody
  IF stamp > OLD.known_from THEN
    EXECUTE format('INSERT INTO history.%I SELECT $1, ($2).*', TG_TABLE_NAME) USING stamp, OLD;
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  NEW.known_from := stamp;
  RETURN NEW;
END $$;--> statement-breakpoint

-- Once for a table with `known_from`, and again after columns were added to it.
CREATE FUNCTION keep_history(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  missing text;
  listed text;
  keys text;
BEGIN
  IF to_regclass(format('history.%I', name)) IS NULL THEN
    EXECUTE format('CREATE TABLE history.%I (known_to timestamptz(6) NOT NULL, LIKE public.%I)', name, name);
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)) INTO keys
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
      WHERE i.indrelid = format('public.%I', name)::regclass AND i.indisprimary;
    -- the former states of a row
    EXECUTE format('CREATE INDEX %I ON history.%I (%s, known_to)', name || '_history_index', name, keys);
    -- when the registry last learnt something of the table
    EXECUTE format('CREATE INDEX %I ON history.%I (known_to)', name || '_history_known_index', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON public.%I FOR EACH ROW EXECUTE FUNCTION keep_former_row()', name || '_history', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON public.%I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_truncate', name);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON history.%I FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_history_append_only', name);
  END IF;
  FOR missing IN
    SELECT format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) FROM pg_attribute a
    WHERE a.attrelid = format('public.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped AND NOT EXISTS (
      SELECT FROM pg_attribute h WHERE h.attrelid = format('history.%I', name)::regclass AND h.attname = a.attname)
    ORDER BY a.attnum
  LOOP
    EXECUTE format('ALTER TABLE history.%I ADD COLUMN %s', name, missing);
  END LOOP;
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) INTO listed FROM pg_attribute a
    WHERE a.attrelid = format('public.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped;
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION public.%1$I(instant timestamptz) RETURNS SETOF public.%2$I LANGUAGE sql STABLE AS $body$
      SELECT %3$s FROM public.%2$I WHERE known_from <= $1
      UNION ALL
      SELECT %3$s FROM history.%2$I WHERE known_from <= $1 AND known_to > $1
    $body$ $f$, name || '_at', name, listed);
END $$;--> statement-breakpoint

-- Rows that were there before: known since they were recorded.
UPDATE agencies SET known_from = recorded_at;--> statement-breakpoint
UPDATE assignments SET known_from = recorded_at;--> statement-breakpoint
UPDATE calendars SET known_from = recorded_at;--> statement-breakpoint
UPDATE public_holidays SET known_from = recorded_at;--> statement-breakpoint
UPDATE dimension_members SET known_from = recorded_at;--> statement-breakpoint
UPDATE indicators SET known_from = recorded_at;--> statement-breakpoint
UPDATE pillars SET known_from = recorded_at;--> statement-breakpoint
UPDATE plans SET known_from = recorded_at;--> statement-breakpoint
UPDATE plan_pillars SET known_from = plans.recorded_at FROM plans WHERE plans.code = plan_code;--> statement-breakpoint
UPDATE tasks SET known_from = recorded_at;--> statement-breakpoint
UPDATE task_indicators SET known_from = tasks.recorded_at FROM tasks WHERE tasks.code = task_code;--> statement-breakpoint

SELECT keep_history(name) FROM unnest(array['agencies', 'assignments', 'calendars', 'public_holidays', 'dimension_members',
  'indicators', 'pillars', 'plans', 'plan_pillars', 'tasks', 'task_indicators']) name;--> statement-breakpoint

-- Dated facts that are corrected by removal: the same question, the same name.
CREATE FUNCTION agency_names_at(instant timestamptz) RETURNS SETOF agency_names LANGUAGE sql STABLE AS
  'SELECT * FROM agency_names WHERE recorded_at <= $1 AND (removed_at IS NULL OR removed_at > $1)';--> statement-breakpoint
CREATE FUNCTION agency_parents_at(instant timestamptz) RETURNS SETOF agency_parents LANGUAGE sql STABLE AS
  'SELECT * FROM agency_parents WHERE recorded_at <= $1 AND (removed_at IS NULL OR removed_at > $1)';--> statement-breakpoint
CREATE FUNCTION agency_identifiers_at(instant timestamptz) RETURNS SETOF agency_identifiers LANGUAGE sql STABLE AS
  'SELECT * FROM agency_identifiers WHERE recorded_at <= $1 AND (removed_at IS NULL OR removed_at > $1)';
