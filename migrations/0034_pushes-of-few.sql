-- What a push of single figures asks of the database, in fewer words; and the second wall, asked once a statement.

-- Plans that a connection keeps are made once and not for each list of codes: with one code or a thousand they probe the
-- same index, and to plan them took longer than to run them.
ALTER FUNCTION hold_push(text[], boolean, pg_snapshot) SET plan_cache_mode = force_generic_plan;--> statement-breakpoint

-- hold_push for whoever waits for nobody: what somebody else has to himself is named, and nothing else was done then.
CREATE FUNCTION try_push(
  codes text[], alone boolean, since pg_snapshot, patience text,
  OUT held text[], OUT now timestamptz, OUT snapshot pg_snapshot, OUT changed boolean, OUT changing boolean
)
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  code text;
  free boolean;
BEGIN
  PERFORM set_config('lock_timeout', patience, true);
  held := '{}';
  FOREACH code IN ARRAY codes LOOP
    IF alone THEN free := pg_try_advisory_xact_lock(hashtextextended(code, 4677));
    ELSE free := pg_try_advisory_xact_lock_shared(hashtextextended(code, 4677));
    END IF;
    IF NOT free THEN held := held || code; END IF;
  END LOOP;
  IF cardinality(held) > 0 THEN RETURN; END IF;
  SELECT h.now, h.snapshot, h.changed, h.changing FROM hold_push(codes, alone, since) h
    INTO now, snapshot, changed, changing;
END $$;--> statement-breakpoint

-- As before (migrations/0011), with one look at the rows instead of five: they have few submissions and many agencies.
CREATE OR REPLACE FUNCTION hold_measurement_references() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  indicator_codes text[];
  agency_codes text[];
  ids uuid[];
  sources text[];
  held integer;
BEGIN
  WITH few AS MATERIALIZED (SELECT DISTINCT indicator_code, agency_code, submission_id, client_id FROM added)
  SELECT ARRAY(SELECT DISTINCT indicator_code FROM few), ARRAY(SELECT DISTINCT agency_code FROM few),
    ARRAY(SELECT DISTINCT submission_id FROM few), ARRAY(SELECT DISTINCT submission_id || ' ' || client_id FROM few)
    INTO indicator_codes, agency_codes, ids, sources;
  PERFORM FROM indicators WHERE code = ANY (indicator_codes) ORDER BY code FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held < cardinality(indicator_codes) THEN
    RAISE EXCEPTION 'a figure refers to an indicator that does not exist'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'measurements_indicator_fkey', TABLE = TG_TABLE_NAME;
  END IF;
  PERFORM FROM agencies WHERE code = ANY (agency_codes) ORDER BY code FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held < cardinality(agency_codes) THEN
    RAISE EXCEPTION 'a figure refers to an agency that does not exist'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'measurements_agency_fkey', TABLE = TG_TABLE_NAME;
  END IF;
  -- The submission names its client, which has a foreign key of its own; asked by its id alone, since by its client it
  -- has a thousand neighbours.
  PERFORM FROM submissions WHERE id = ANY (ids) ORDER BY id FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held < cardinality(ids) OR NOT sources <@ ARRAY(SELECT id || ' ' || client_id FROM submissions WHERE id = ANY (ids)) THEN
    RAISE EXCEPTION 'a figure refers to a submission that does not exist, or is another client''s'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'measurements_submission_fkey', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint

-- The grants that may hold now. Looser than the service in what depends on the moment: a day at either end, for the day
-- of the province may turn between the two looks.
CREATE FUNCTION grants_in_force () RETURNS SETOF client_grants LANGUAGE sql STABLE AS $$
  SELECT * FROM client_grants g
  WHERE coalesce(g.valid_from <= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date + 1, true)
    AND coalesce(g.valid_to >= (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date - 1, true)
$$;--> statement-breakpoint

-- Of what clients report, the first that no grant of theirs reaches; no row where there is none. Looser than the service
-- also in links of the structure that were taken back since. Lists of equal length: who, of what, for whom.
CREATE FUNCTION beyond_grants (clients text[], indicators text[], agencies text[])
RETURNS TABLE (client text, indicator text, agency text) LANGUAGE sql STABLE AS $$
  WITH RECURSIVE asked (client, indicator, agency) AS MATERIALIZED (
    SELECT * FROM unnest(clients, indicators, agencies)
  ), given AS MATERIALIZED (
    SELECT g.client_id AS client, coalesce(g.indicator_code, '') AS indicator, coalesce(g.agency_code, '') AS agency, g.with_subtree
    FROM grants_in_force() g WHERE g.client_id = ANY (clients)
  ), near AS MATERIALIZED (
    -- no code is empty: '' stands for all of them
    SELECT a.client, a.indicator, a.agency FROM asked a
    WHERE (a.client, '', '') NOT IN (SELECT g.client, g.indicator, g.agency FROM given g)
      AND (a.client, a.indicator, '') NOT IN (SELECT g.client, g.indicator, g.agency FROM given g)
      AND (a.client, '', a.agency) NOT IN (SELECT g.client, g.indicator, g.agency FROM given g)
      AND (a.client, a.indicator, a.agency) NOT IN (SELECT g.client, g.indicator, g.agency FROM given g)
  ), up (agency, above) AS (
    SELECT DISTINCT n.agency, n.agency FROM near n
    UNION
    SELECT up.agency, p.parent_code FROM up JOIN agency_parents p ON p.agency_code = up.above
  ), below AS MATERIALIZED (
    SELECT DISTINCT g.client, g.indicator, up.agency FROM given g JOIN up ON up.above = g.agency WHERE g.with_subtree
  )
  SELECT n.client, n.indicator, n.agency FROM near n
  WHERE (n.client, '', n.agency) NOT IN (SELECT b.client, b.indicator, b.agency FROM below b)
    AND (n.client, n.indicator, n.agency) NOT IN (SELECT b.client, b.indicator, b.agency FROM below b)
  LIMIT 1
$$;--> statement-breakpoint

CREATE OR REPLACE FUNCTION reaches (client text, indicator text, agency text) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT FROM beyond_grants(ARRAY[client], ARRAY[indicator], ARRAY[agency]))
$$;--> statement-breakpoint

-- Who may report everything is found once a statement, and then nothing is asked of its rows.
CREATE OR REPLACE FUNCTION measurements_wall () RETURNS trigger LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  clients text[];
  one record;
BEGIN
  IF NOT is_walled() THEN RETURN NULL; END IF;
  clients := ARRAY(
    SELECT DISTINCT client_id FROM added
    EXCEPT SELECT g.client_id FROM grants_in_force() g WHERE g.agency_code IS NULL AND g.indicator_code IS NULL);
  IF cardinality(clients) = 0 THEN RETURN NULL; END IF;
  SELECT beyond.* INTO one FROM (
    SELECT array_agg(client_id) AS clients, array_agg(indicator_code) AS indicators, array_agg(agency_code) AS agencies
    FROM (SELECT DISTINCT client_id, indicator_code, agency_code FROM added WHERE client_id = ANY (clients)) few
  ) lists, beyond_grants(lists.clients, lists.indicators, lists.agencies) beyond;
  IF FOUND THEN
    RAISE EXCEPTION 'client % has no grant for % of %', one.client, one.indicator, one.agency
      USING ERRCODE = 'check_violation', CONSTRAINT = 'measurements_within_grants', TABLE = 'measurements';
  END IF;
  RETURN NULL;
END $$;
