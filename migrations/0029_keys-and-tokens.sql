-- The public keys with which clients prove who they are (private_key_jwt, RFC 7523).
CREATE TABLE client_keys (
  id uuid NOT NULL,
  client_id text NOT NULL,
  kid text NOT NULL,
  thumbprint text NOT NULL,
  jwk jsonb NOT NULL,
  expires_at timestamp (6) with time zone,
  revoked_at timestamp (6) with time zone,
  revoked_reason text,
  last_used_at timestamp (6) with time zone,
  recorded_at timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
  CONSTRAINT client_keys_pkey PRIMARY KEY (id),
  CONSTRAINT client_keys_client_id_clients_id_fk FOREIGN KEY (client_id) REFERENCES clients (id),
  CONSTRAINT client_keys_thumbprint_key UNIQUE (client_id, thumbprint),
  CONSTRAINT client_keys_public_check CHECK (NOT jwk ?| array['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])
);--> statement-breakpoint
-- An assertion is taken once, through whichever instance; kept until it would have expired.
CREATE TABLE client_assertions (
  client_id text NOT NULL,
  jti text NOT NULL,
  expires_at timestamp (6) with time zone NOT NULL,
  CONSTRAINT client_assertions_pkey PRIMARY KEY (client_id, jti),
  CONSTRAINT client_assertions_client_id_clients_id_fk FOREIGN KEY (client_id) REFERENCES clients (id)
);--> statement-breakpoint
CREATE INDEX client_assertions_expiry_index ON client_assertions (expires_at);--> statement-breakpoint
-- Tokens that were given back before they expired (RFC 7009).
CREATE TABLE revoked_tokens (
  client_id text NOT NULL,
  jti text NOT NULL,
  expires_at timestamp (6) with time zone NOT NULL,
  CONSTRAINT revoked_tokens_pkey PRIMARY KEY (client_id, jti),
  CONSTRAINT revoked_tokens_client_id_clients_id_fk FOREIGN KEY (client_id) REFERENCES clients (id)
);--> statement-breakpoint
CREATE INDEX revoked_tokens_expiry_index ON revoked_tokens (expires_at);--> statement-breakpoint
-- The keys that sign access tokens, one after the other; the private part is encrypted, and goes when its tokens have gone.
CREATE TABLE signing_keys (
  kid text NOT NULL,
  public_jwk jsonb NOT NULL,
  wrapped text,
  signs_from timestamp (6) with time zone NOT NULL,
  revoked_at timestamp (6) with time zone,
  reason text,
  by_client_id text,
  recorded_at timestamp (6) with time zone DEFAULT recording_time() NOT NULL,
  CONSTRAINT signing_keys_pkey PRIMARY KEY (kid),
  CONSTRAINT signing_keys_by_client_id_clients_id_fk FOREIGN KEY (by_client_id) REFERENCES clients (id),
  CONSTRAINT signing_keys_public_check CHECK (NOT public_jwk ? 'd')
);
