-- That a row stays because figures refer to it has a code of its own, restrict_violation (23001): a reference to nothing
-- is a foreign_key_violation too, and what tells the two apart must not be the words of a message.
CREATE OR REPLACE FUNCTION keep_measured() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  measured boolean;
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'update or delete on % is possible in READ COMMITTED only', TG_TABLE_NAME
      USING ERRCODE = 'feature_not_supported', TABLE = TG_TABLE_NAME;
  END IF;
  CASE TG_TABLE_NAME
    WHEN 'indicators' THEN measured := EXISTS (SELECT FROM measurements WHERE indicator_code = OLD.code);
    WHEN 'agencies' THEN measured := EXISTS (SELECT FROM measurements WHERE agency_code = OLD.code);
    WHEN 'submissions' THEN measured := EXISTS (SELECT FROM measurements WHERE submission_id = OLD.id);
  END CASE;
  IF measured THEN
    RAISE EXCEPTION 'update or delete on % refused: figures refer to it', TG_TABLE_NAME
      USING ERRCODE = 'restrict_violation', CONSTRAINT = TG_TABLE_NAME || '_measured', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NULL;
END $$;
