-- A snapshot taken before a figure was committed does not show it, and the check would pass. A foreign key looks past the
-- snapshot; a function cannot, and so refuses where the statement does not see all that is committed.
CREATE OR REPLACE FUNCTION keep_measured() RETURNS trigger LANGUAGE plpgsql AS $$
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
END $$;
