-- The history of a table follows its columns by itself. Whatever has `known_from` has a history; `keep_histories()` is
-- called at the end of every run of migrations, in its transaction (src/db/migrate.ts). A migration that adds a column
-- may change rows after that; what cannot follow by itself fails the migration with a sentence.
-- To be called within a migration by one that reads `<table>_at()` after it has added a column to that table.
CREATE OR REPLACE FUNCTION keep_history(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  current_table regclass := format('public.%I', name);
  former_table regclass := to_regclass(format('history.%I', name));
  keeper text := format('history.%I', 'keep_' || name);
  keys text;
  gone text;
  one record;
  listed text;
  former text;
BEGIN
  IF former_table IS NULL THEN
    EXECUTE format('CREATE TABLE history.%I (known_to timestamptz(6) NOT NULL, LIKE public.%I)', name, name);
    former_table := format('history.%I', name);
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY array_position(i.indkey::int2[], a.attnum)) INTO keys
      FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
      WHERE i.indrelid = current_table AND i.indisprimary;
    -- the former states of a row
    EXECUTE format('CREATE INDEX %I ON %s (%s, known_to)', name || '_history_index', former_table, keys);
    -- when the registry last learnt something of the table
    EXECUTE format('CREATE INDEX %I ON %s (known_to)', name || '_history_known_index', former_table);
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %s
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_history_append_only', former_table);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %s
      FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', name || '_truncate', current_table);
  END IF;

  SELECT string_agg(quote_ident(h.attname), ', ' ORDER BY h.attnum) INTO gone FROM pg_attribute h
    WHERE h.attrelid = former_table AND h.attnum > 0 AND NOT h.attisdropped AND h.attname <> 'known_to' AND NOT EXISTS (
      SELECT FROM pg_attribute a WHERE a.attrelid = current_table AND a.attname = h.attname AND a.attnum > 0);
  IF gone IS NOT NULL THEN
    RAISE EXCEPTION 'The table % no longer has what % still has: %. Rename or drop it there too, in the same migration.',
      name, former_table, gone;
  END IF;

  FOR one IN
    SELECT a.attname, a.attnotnull AS is_required, h.attname IS NULL AS is_new, h.attnotnull AS was_required,
      (a.atttypid, a.atttypmod, a.attcollation) IS DISTINCT FROM (h.atttypid, h.atttypmod, h.attcollation) AS is_other,
      format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation <> t.typcollation
        THEN format(' COLLATE %s', a.attcollation::regcollation) ELSE '' END AS type,
      CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS fallback
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attribute h ON h.attrelid = former_table AND h.attname = a.attname AND h.attnum > 0
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = current_table AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
  LOOP
    IF one.is_new THEN
      IF one.is_required AND one.fallback IS NULL THEN
        RAISE EXCEPTION 'The column % of % is NOT NULL and has no default: what the former rows in % have in it must be '
          'said in the same migration (ALTER TABLE % ADD COLUMN % … DEFAULT … NOT NULL).',
          one.attname, name, former_table, former_table, one.attname;
      END IF;
      -- as the rows of the table itself got it
      EXECUTE format('ALTER TABLE %s ADD COLUMN %I %s%s%s', former_table, one.attname, one.type,
        ' DEFAULT ' || one.fallback, CASE WHEN one.is_required THEN ' NOT NULL' END);
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', former_table, one.attname);
    ELSIF one.is_other THEN
      BEGIN
        EXECUTE format('ALTER TABLE %s ALTER COLUMN %I TYPE %s', former_table, one.attname, one.type);
      EXCEPTION WHEN OTHERS THEN
        RAISE EXCEPTION 'The column % of % is % now, which the former rows in % cannot become by themselves (%): '
          'change it there too, in the same migration.', one.attname, name, one.type, former_table, SQLERRM;
      END;
    END IF;
    IF one.was_required AND NOT one.is_required THEN
      EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', former_table, one.attname);
    END IF;
  END LOOP;

  SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum), string_agg('OLD.' || quote_ident(attname), ', ' ORDER BY attnum)
    INTO listed, former FROM pg_attribute WHERE attrelid = current_table AND attnum > 0 AND NOT attisdropped;
  -- By the names of the columns: a row that is changed in the migration that adds one is kept as it was before.
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION %1$s() RETURNS trigger LANGUAGE plpgsql AS $body$
    DECLARE
      stamp timestamptz := recording_time();
    BEGIN
      IF stamp < OLD.known_from THEN
        RAISE EXCEPTION '%% was changed after this transaction had taken its instant', TG_TABLE_NAME
          USING ERRCODE = 'serialization_failure';
      END IF;
      -- what a transaction itself wrote and changes again was never known to anybody
      IF stamp > OLD.known_from THEN
        INSERT INTO %2$s (known_to, %3$s) VALUES (stamp, %4$s);
      END IF;
      IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
      NEW.known_from := stamp;
      RETURN NEW;
    END $body$ $f$, keeper, former_table, listed, former);
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = current_table AND tgfoid = to_regprocedure(keeper || '()')) THEN
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s()',
      name || '_history', current_table, keeper);
  END IF;
  EXECUTE format($f$
    CREATE OR REPLACE FUNCTION public.%1$I(instant timestamptz) RETURNS SETOF public.%2$I LANGUAGE sql STABLE AS $body$
      SELECT %3$s FROM public.%2$I WHERE known_from <= $1
      UNION ALL
      SELECT %3$s FROM history.%2$I WHERE known_from <= $1 AND known_to > $1
    $body$ $f$, name || '_at', name, listed);
END $$;--> statement-breakpoint

CREATE FUNCTION keep_histories() RETURNS void LANGUAGE sql AS $$
  SELECT keep_history(c.relname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND a.attname = 'known_from' AND NOT a.attisdropped
  ORDER BY c.relname
$$;--> statement-breakpoint

SELECT keep_histories();--> statement-breakpoint
DROP FUNCTION keep_former_row();
