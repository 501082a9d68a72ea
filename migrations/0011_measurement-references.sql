-- The references of a figure, asked once a statement for the distinct codes and not once a row. As a foreign key does, it
-- holds what is referred to until the transaction ends; the triggers below refuse to take it away.
-- Its plans are kept by each connection: made while a table was small, they would read all of it for as long as nobody analyses it.
CREATE FUNCTION hold_measurement_references() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
DECLARE
  codes text[];
  ids uuid[];
  held integer;
BEGIN
  codes := ARRAY(SELECT DISTINCT indicator_code FROM added);
  PERFORM FROM indicators WHERE code = ANY (codes) ORDER BY code FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held < cardinality(codes) THEN
    RAISE EXCEPTION 'a figure refers to an indicator that does not exist'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'measurements_indicator_fkey', TABLE = TG_TABLE_NAME;
  END IF;
  codes := ARRAY(SELECT DISTINCT agency_code FROM added);
  PERFORM FROM agencies WHERE code = ANY (codes) ORDER BY code FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held < cardinality(codes) THEN
    RAISE EXCEPTION 'a figure refers to an agency that does not exist'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'measurements_agency_fkey', TABLE = TG_TABLE_NAME;
  END IF;
  -- the submission names its client, which has a foreign key of its own; asked by its id alone, since by its client it has a thousand neighbours
  ids := ARRAY(SELECT DISTINCT submission_id FROM added);
  PERFORM FROM submissions WHERE id = ANY (ids) ORDER BY id FOR KEY SHARE;
  GET DIAGNOSTICS held = ROW_COUNT;
  IF held < cardinality(ids) OR NOT ARRAY(SELECT DISTINCT submission_id || ' ' || client_id FROM added) <@ ARRAY(SELECT id || ' ' || client_id FROM submissions WHERE id = ANY (ids)) THEN
    RAISE EXCEPTION 'a figure refers to a submission that does not exist, or is another client''s'
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'measurements_submission_fkey', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
CREATE TRIGGER measurements_references AFTER INSERT ON measurements
  REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION hold_measurement_references();--> statement-breakpoint

-- A snapshot taken before a figure was committed does not show it, and the check would pass. A foreign key looks past the
-- snapshot; a function cannot, and so refuses where the statement does not see all that is committed.
CREATE FUNCTION keep_measured() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  measured boolean;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'update or delete on % is possible in READ COMMITTED only', TG_TABLE_NAME USING ERRCODE = 'feature_not_supported', TABLE = TG_TABLE_NAME;
  END IF;
  CASE TG_TABLE_NAME
    WHEN 'indicators' THEN measured := EXISTS (SELECT FROM measurements WHERE indicator_code = OLD.code);
    WHEN 'agencies' THEN measured := EXISTS (SELECT FROM measurements WHERE agency_code = OLD.code);
    WHEN 'submissions' THEN measured := EXISTS (SELECT FROM measurements WHERE submission_id = OLD.id);
  END CASE;
  IF measured THEN
    RAISE EXCEPTION 'update or delete on % refused: figures refer to it', TG_TABLE_NAME
      USING ERRCODE = 'foreign_key_violation', CONSTRAINT = TG_TABLE_NAME || '_measured', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;--> statement-breakpoint
-- AFTER the row is locked: an insert of figures that came first is seen then, and one that comes later finds nothing to hold
CREATE TRIGGER indicators_measured AFTER DELETE OR UPDATE OF code ON indicators FOR EACH ROW EXECUTE FUNCTION keep_measured();--> statement-breakpoint
CREATE TRIGGER agencies_measured AFTER DELETE OR UPDATE OF code ON agencies FOR EACH ROW EXECUTE FUNCTION keep_measured();--> statement-breakpoint
CREATE TRIGGER submissions_measured AFTER DELETE OR UPDATE OF id, client_id ON submissions FOR EACH ROW EXECUTE FUNCTION keep_measured();--> statement-breakpoint

INSERT INTO submission_chunks (submission_id, first_position, received, created, revised, unchanged, rejected, not_written, warned, rows)
SELECT submission_id, min(position), count(*), count(*) FILTER (WHERE outcome = 'created'), count(*) FILTER (WHERE outcome = 'revised'),
  count(*) FILTER (WHERE outcome = 'unchanged'), count(*) FILTER (WHERE outcome = 'rejected'), count(*) FILTER (WHERE outcome = 'not_written'), count(*) FILTER (WHERE warned),
  jsonb_agg(jsonb_build_array(outcome, item_id, indicator, agency, period, measurement_id, revision, problems, warnings) ORDER BY position)
FROM submission_rows GROUP BY submission_id;
