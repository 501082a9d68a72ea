import { check, index, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { clients } from './clients.js'
import { recordedAt } from './common.js'

/** A public key as RFC 7517 writes it. */
export interface PublicJwk {
  kty: 'EC' | 'OKP' | 'RSA'
  crv?: string
  x?: string
  y?: string
  n?: string
  e?: string
  kid?: string
  alg?: string
  use?: string
}

/** With which a client proves who it is. One that was revoked is never registered for the client again. */
export const clientKeys = pgTable('client_keys', {
  id: uuid('id').primaryKey(),
  clientId: text('client_id').notNull().references(() => clients.id),
  /** As the client names it in an assertion's header: what it gave, else the thumbprint. */
  kid: text('kid').notNull(),
  /** RFC 7638. */
  thumbprint: text('thumbprint').notNull(),
  jwk: jsonb('jwk').$type<PublicJwk>().notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  revokedReason: text('revoked_reason'),
  /** Within a minute or so. */
  lastUsedAt: instant('last_used_at'),
  recordedAt: recordedAt()
}, table => [
  // and the index by which a client's are found
  unique('client_keys_thumbprint_key').on(table.clientId, table.thumbprint),
  check('client_keys_public_check', sql`not ${table.jwk} ?| array['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']`)
])

/** The `jti` of an assertion is good once, through whichever instance; a job deletes those that have expired. */
export const clientAssertions = pgTable('client_assertions', {
  clientId: text('client_id').notNull().references(() => clients.id),
  jti: text('jti').notNull(),
  expiresAt: instant('expires_at').notNull()
}, table => [
  primaryKey({ name: 'client_assertions_pkey', columns: [table.clientId, table.jti] }),
  index('client_assertions_expiry_index').on(table.expiresAt)
])

/** Access tokens given back before they expired (RFC 7009); a job deletes those that have expired by now. */
export const revokedTokens = pgTable('revoked_tokens', {
  clientId: text('client_id').notNull().references(() => clients.id),
  jti: text('jti').notNull(),
  expiresAt: instant('expires_at').notNull()
}, table => [
  primaryKey({ name: 'revoked_tokens_pkey', columns: [table.clientId, table.jti] }),
  index('revoked_tokens_expiry_index').on(table.expiresAt)
])

/**
 * The keys that sign access tokens, one after the other: each from `signs_from` on, until the next one's. It verifies
 * until the last token that it signed has expired. `wrapped` is its private part, encrypted
 * (src/features/identity/key-material.ts), until then.
 */
export const signingKeys = pgTable('signing_keys', {
  kid: text('kid').primaryKey(),
  publicJwk: jsonb('public_jwk').$type<PublicJwk>().notNull(),
  wrapped: text('wrapped'),
  signsFrom: instant('signs_from').notNull(),
  /** Known to others: from then on it verifies nothing. */
  revokedAt: instant('revoked_at'),
  reason: text('reason'),
  /** Null: made by a start, or given to it. */
  byClientId: text('by_client_id').references(() => clients.id),
  recordedAt: recordedAt()
}, table => [
  check('signing_keys_public_check', sql`not ${table.publicJwk} ? 'd'`)
])
