-- Transaction time. All that one transaction records has one instant, taken at its first write and under a shared lock
-- that is held to its end: a reader that waits for those who hold the lock now has every instant before its own
-- (src/db/moment.ts), so that "as of" an instant never changes afterwards.
CREATE FUNCTION recording_time() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  stamp text := current_setting('registry.recording_time', true);
BEGIN
  IF stamp IS NULL OR stamp = '' THEN
    PERFORM pg_advisory_xact_lock_shared(4677, 1);
    stamp := clock_timestamp()::text;
    PERFORM set_config('registry.recording_time', stamp, true);
  END IF;
  RETURN stamp::timestamptz;
END $$;
