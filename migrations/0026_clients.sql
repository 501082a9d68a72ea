-- Clients are administered through the API: whom to ask, for good, when what is shown was recorded.
ALTER TABLE clients DROP CONSTRAINT clients_state_check;--> statement-breakpoint
ALTER TABLE clients ADD CONSTRAINT clients_state_check CHECK (state in ('active', 'suspended', 'ended'));--> statement-breakpoint
ALTER TABLE clients ADD COLUMN contact_name text;--> statement-breakpoint
ALTER TABLE clients ADD COLUMN contact_email text;--> statement-breakpoint
ALTER TABLE clients ADD COLUMN contact_phone text;--> statement-breakpoint
ALTER TABLE clients ADD COLUMN changed_at timestamp (6) with time zone DEFAULT recording_time() NOT NULL;--> statement-breakpoint
-- Clients that were there before: unchanged since they were recorded.
UPDATE clients SET changed_at = recorded_at;--> statement-breakpoint
ALTER TABLE client_secrets ADD COLUMN revoked_reason text;--> statement-breakpoint
ALTER TABLE client_secrets ADD COLUMN last_used_at timestamp (6) with time zone;--> statement-breakpoint
CREATE TABLE client_transitions (
  client_id text NOT NULL,
  sequence integer NOT NULL,
  to_state text NOT NULL,
  reason text NOT NULL,
  by_client_id text,
  recorded_at timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
  CONSTRAINT client_transitions_pkey PRIMARY KEY (client_id, sequence),
  CONSTRAINT client_transitions_to_check CHECK (to_state in ('active', 'suspended', 'ended')),
  CONSTRAINT client_transitions_client_id_clients_id_fk FOREIGN KEY (client_id) REFERENCES clients (id),
  CONSTRAINT client_transitions_by_client_id_clients_id_fk FOREIGN KEY (by_client_id) REFERENCES clients (id)
);--> statement-breakpoint
-- A push is judged by the state and the scopes of its client, too (src/features/measurements/facts.ts).
CREATE TRIGGER clients_catalogue_change AFTER INSERT OR UPDATE OF state, scopes OR DELETE OR TRUNCATE ON clients FOR EACH STATEMENT EXECUTE FUNCTION note_catalogue_change();
