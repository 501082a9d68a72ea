-- As in 0014, with two settings more. What stands under a key is looked up by equalities, newest revision first, and
-- only the unique index has that order. Where statistics were taken before an agency had figures, or when each had one,
-- the index by agency looks as cheap, and would read all figures of the agency: with sorts off it is not chosen.
CREATE OR REPLACE FUNCTION hold_push(
  codes text[], alone boolean, since pg_snapshot,
  OUT now timestamptz, OUT snapshot pg_snapshot, OUT changed boolean, OUT changing boolean
)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  key bigint;
BEGIN
  -- All that a push asks are probes of an index. A connection keeps the plans of its prepared statements, functions and
  -- foreign keys: made while a table was small, they would read all of it, and it grows before it is analysed again.
  PERFORM set_config('enable_seqscan', 'off', true);
  PERFORM set_config('enable_sort', 'off', true);
  -- Before PostgreSQL 18 a scan or sort that is off but cannot be helped costs as much as a statement worth compiling.
  PERFORM set_config('jit', 'off', true);
  -- As lockIndicators and holdPeriodLife, which others wait by
  FOR key IN SELECT DISTINCT hashtextextended(code, 4677) AS hash FROM unnest(codes) code ORDER BY hash LOOP
    IF alone THEN PERFORM pg_advisory_xact_lock(key); ELSE PERFORM pg_advisory_xact_lock_shared(key); END IF;
  END LOOP;
  -- As the foreign key of a figure would hold them, but before they are read
  PERFORM FROM indicators WHERE code = ANY (codes) ORDER BY code FOR KEY SHARE;
  PERFORM pg_advisory_xact_lock_shared(hashtextextended('period_life', 4677));
  now := transaction_timestamp();
  SELECT pg_current_snapshot(),
    EXISTS (SELECT FROM catalogue_changes
      WHERE xid >= pg_snapshot_xmin(since) AND NOT pg_visible_in_snapshot(xid, since)),
    EXISTS (SELECT FROM catalogue_changes WHERE xid = pg_current_xact_id_if_assigned())
    INTO snapshot, changed, changing;
END $$;
