-- A second wall behind the service's own checks: what a client may write is asked again where it is stored, and receipts
-- are read by a role that sees those of one client alone. It holds for the roles of the service (src/db/roles.ts), not for
-- the owner of the tables, and not for the registry's own work, which no client has asked for as its own:
-- set_config('registry.own_work', 'on', true).

-- Looser than the service in what depends on the moment: links of the structure that were taken back since, and a day at
-- either end of a grant, for the day of the province may turn between the two looks.
CREATE FUNCTION reaches (client text, indicator text, agency text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM client_grants g
    WHERE g.client_id = client
      AND coalesce(g.valid_from <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1, true)
      AND coalesce(g.valid_to >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1, true)
      AND coalesce(g.indicator_code = indicator, true)
      AND (g.agency_code IS NULL OR g.agency_code = agency OR (g.with_subtree AND g.agency_code IN (
        WITH RECURSIVE up (code) AS (
          SELECT agency UNION SELECT p.parent_code FROM up JOIN agency_parents p ON p.agency_code = up.code
        )
        SELECT code FROM up)))
  )
$$;--> statement-breakpoint

CREATE FUNCTION reviews (client text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM clients c WHERE c.id = client AND c.state = 'active' AND 'measurements:review' = ANY (c.scopes))
$$;--> statement-breakpoint

CREATE FUNCTION is_walled () RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT current_user = 'registry_service' AND coalesce(current_setting('registry.own_work', true), '') <> 'on'
$$;--> statement-breakpoint

-- Who may report everything is found once a statement, and only the others' rows are judged (bench/push.ts).
CREATE FUNCTION measurements_wall () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  IF NOT is_walled() THEN RETURN NULL; END IF;
  FOR one IN
    SELECT DISTINCT client_id, indicator_code, agency_code FROM added
    WHERE client_id NOT IN (
      SELECT g.client_id FROM client_grants g
      WHERE g.agency_code IS NULL AND g.indicator_code IS NULL
        AND coalesce(g.valid_from <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1, true)
        AND coalesce(g.valid_to >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1, true))
  LOOP
    IF NOT reaches(one.client_id, one.indicator_code, one.agency_code) THEN
      RAISE EXCEPTION 'client % has no grant for % of %', one.client_id, one.indicator_code, one.agency_code
        USING ERRCODE = 'check_violation', CONSTRAINT = 'measurements_within_grants', TABLE = 'measurements';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER measurements_within_grants AFTER INSERT ON measurements
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION measurements_wall();--> statement-breakpoint

-- A decision is by who reviews, and never about what the same client pushed; a withdrawal by who reviews or may report.
CREATE FUNCTION measurement_events_wall () RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  one record;
BEGIN
  IF NOT is_walled() THEN RETURN NULL; END IF;
  FOR one IN
    SELECT DISTINCT e.client_id, e.kind, m.client_id AS pusher, m.indicator_code, m.agency_code
    FROM added e JOIN measurements m ON m.indicator_code = e.indicator_code AND m.id = e.measurement_id AND m.revision = e.revision
  LOOP
    IF NOT (CASE WHEN one.kind = 'withdrawn'
      THEN reviews(one.client_id) OR reaches(one.client_id, one.indicator_code, one.agency_code)
      ELSE reviews(one.client_id) AND one.client_id <> one.pusher END)
    THEN
      RAISE EXCEPTION 'client % may not decide on % of %', one.client_id, one.indicator_code, one.agency_code
        USING ERRCODE = 'check_violation', CONSTRAINT = 'measurement_events_within_rights',
          TABLE = 'measurement_events';
    END IF;
  END LOOP;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER measurement_events_within_rights AFTER INSERT ON measurement_events
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION measurement_events_wall();--> statement-breakpoint

-- The service writes receipts for every client; whoever reads one does so as registry_reader, for one client.
CREATE FUNCTION may_read_receipts_of (client text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT client = current_setting('registry.client', true) OR reviews(current_setting('registry.client', true))
$$;--> statement-breakpoint
ALTER TABLE submissions ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE submission_chunks ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE POLICY submissions_of_the_reader ON submissions
  USING (current_user <> 'registry_reader' OR may_read_receipts_of(client_id));--> statement-breakpoint
CREATE POLICY submission_chunks_of_the_reader ON submission_chunks
  USING (current_user <> 'registry_reader'
    OR EXISTS (SELECT FROM submissions s WHERE s.id = submission_id AND may_read_receipts_of(s.client_id)));
