-- Two codes that differ by case alone are one to whoever reads them aloud, and to half of the programs that a figure goes
-- through. Where a database has such a pair, this names it and stops: which of the two is right, a person says.
DO $$
DECLARE
  one record;
  pair text;
BEGIN
  FOR one IN SELECT * FROM (VALUES
    ('plans', 'code', ''),
    ('pillars', 'code', ''),
    ('indicators', 'code', ''),
    ('targets', 'id', ''),
    ('tasks', 'code', ''),
    ('documents', 'id', ''),
    ('dimensions', 'code', ''),
    ('agencies', 'code', ''),
    ('calendars', 'code', ''),
    ('clients', 'id', ''),
    ('quality_rules', 'code', ''),
    ('reorganisations', 'id', ''),
    ('assignments', 'id', ''),
    ('dimension_members', 'code', 'dimension_code, ')
  ) AS named (name, code, within) LOOP
    EXECUTE format('SELECT string_agg(%1$I, '' and '' ORDER BY %1$I) FROM %2$I GROUP BY %3$s lower(%1$I) HAVING count(*) > 1 LIMIT 1',
      one.code, one.name, one.within) INTO pair;
    IF pair IS NOT NULL THEN
      RAISE EXCEPTION 'In % there are codes that differ by case alone: %. Give one of them another code before this release.', one.name, pair;
    END IF;
  END LOOP;
END $$;--> statement-breakpoint
CREATE UNIQUE INDEX plans_pkey_case ON plans (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX pillars_pkey_case ON pillars (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX indicators_pkey_case ON indicators (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX targets_pkey_case ON targets (lower(id));--> statement-breakpoint
CREATE UNIQUE INDEX tasks_pkey_case ON tasks (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX documents_pkey_case ON documents (lower(id));--> statement-breakpoint
CREATE UNIQUE INDEX dimensions_pkey_case ON dimensions (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX agencies_pkey_case ON agencies (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX calendars_pkey_case ON calendars (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX clients_pkey_case ON clients (lower(id));--> statement-breakpoint
CREATE UNIQUE INDEX quality_rules_pkey_case ON quality_rules (lower(code));--> statement-breakpoint
CREATE UNIQUE INDEX reorganisations_pkey_case ON reorganisations (lower(id));--> statement-breakpoint
CREATE UNIQUE INDEX assignments_pkey_case ON assignments (lower(id));--> statement-breakpoint
CREATE UNIQUE INDEX dimension_members_pkey_case ON dimension_members (dimension_code, lower(code));--> statement-breakpoint

-- A grant with everything below it is below an agency.
ALTER TABLE client_grants ADD CONSTRAINT client_grants_subtree_check CHECK (agency_code IS NOT NULL OR NOT with_subtree);--> statement-breakpoint

-- What is stored of a secret is a hash, and of one secret alone.
ALTER TABLE client_secrets ADD CONSTRAINT client_secrets_hash_check CHECK (hash ~ '^\$(scrypt|sha256)\$');--> statement-breakpoint
CREATE UNIQUE INDEX client_secrets_hash_key ON client_secrets (hash);--> statement-breakpoint

-- Two secrets of a client may be live, so that one is replaced without an outage; a third would never be missed.
CREATE FUNCTION refuse_third_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.revoked_at IS NOT NULL OR NEW.expires_at <= now() THEN RETURN NEW; END IF;
  -- of two that come at once the second waits, and then sees the first
  PERFORM FROM clients WHERE id = NEW.client_id FOR NO KEY UPDATE;
  IF (SELECT count(*) FROM client_secrets WHERE client_id = NEW.client_id AND id <> NEW.id AND revoked_at IS NULL AND coalesce(expires_at > now(), true)) >= 2 THEN
    RAISE EXCEPTION 'client % has two live secrets', NEW.client_id
      USING ERRCODE = 'check_violation', CONSTRAINT = 'client_secrets_two_live', TABLE = 'client_secrets';
  END IF;
  RETURN NEW;
END $$;--> statement-breakpoint
CREATE TRIGGER client_secrets_two_live BEFORE INSERT OR UPDATE OF revoked_at, expires_at ON client_secrets
  FOR EACH ROW EXECUTE FUNCTION refuse_third_secret();
