import {
  bigint, boolean, check, date, index, integer, pgTable, primaryKey, text, uniqueIndex, uuid
} from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { agencies } from './agencies.js'
import { oneOf, recordedAt, rowVersion, uniqueWithoutCase } from './common.js'
import { indicators } from './indicators.js'
import { reorganisations } from './reorganisations.js'

export const SCOPES = [
  'registry:read', 'registry:write', 'registry:admin', 'measurements:write', 'measurements:review', 'webhooks:write'
] as const
export type Scope = typeof SCOPES[number]
/** `ended` is for good: its id is never given again, and its data stays. */
export const CLIENT_STATES = ['active', 'suspended', 'ended'] as const
export type ClientState = typeof CLIENT_STATES[number]

/**
 * Machine identities. The contact is a person's: it is shown to administrators and to the client itself, and not kept
 * in `history`.
 */
export const clients = pgTable('clients', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  scopes: text('scopes').array().$type<Scope[]>().notNull(),
  state: text('state').$type<ClientState>().notNull().default('active'),
  contactName: text('contact_name'),
  contactEmail: text('contact_email'),
  contactPhone: text('contact_phone'),
  /** Grows with every change of its grants too. */
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  /** When what is shown was recorded; not `known_from`, since nothing of it is kept in `history`. */
  changedAt: instant('changed_at').notNull().default(sql`recording_time()`)
}, table => [
  uniqueWithoutCase('clients', table.id),
  check('clients_state_check', oneOf(table.state, CLIENT_STATES)),
  check(
    'clients_scopes_check',
    sql`${table.scopes} <@ array[${sql.raw(SCOPES.map(scope => `'${scope}'`).join(', '))}]::text[]`
  )
])

/** Suspended, resumed, ended: when, why and by whom (null: at the command line, by the operator). */
export const clientTransitions = pgTable('client_transitions', {
  clientId: text('client_id').notNull().references(() => clients.id),
  sequence: integer('sequence').notNull(),
  to: text('to_state').$type<ClientState>().notNull(),
  reason: text('reason').notNull(),
  byClientId: text('by_client_id').references(() => clients.id),
  recordedAt: recordedAt()
}, table => [
  primaryKey({ name: 'client_transitions_pkey', columns: [table.clientId, table.sequence] }),
  check('client_transitions_to_check', oneOf(table.to, CLIENT_STATES))
])

/**
 * Stored as a hash (features/identity/secrets.ts), shown once; two may live side by side while one is being replaced.
 */
export const clientSecrets = pgTable('client_secrets', {
  id: uuid('id').primaryKey(),
  clientId: text('client_id').notNull().references(() => clients.id),
  hash: text('hash').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  revokedReason: text('revoked_reason'),
  /** Within a minute or so: not every token is worth a write. */
  lastUsedAt: instant('last_used_at'),
  recordedAt: recordedAt()
}, table => [
  check('client_secrets_hash_check', sql`${table.hash} ~ '^\\$(scrypt|sha256)\\$'`),
  uniqueIndex('client_secrets_hash_key').on(table.hash),
  index('client_secrets_client_index').on(table.clientId)
])

/**
 * Whose figures a client may push: agencies (null = all, or with their subtree) × indicators (null = all), on the days
 * from `valid_from` to `valid_to` (null: always). A reorganisation gives the successor a grant of its own; the old one
 * stays for the late figures of the body that ended.
 */
export const clientGrants = pgTable('client_grants', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  clientId: text('client_id').notNull().references(() => clients.id),
  agencyCode: text('agency_code').references(() => agencies.code),
  withSubtree: boolean('with_subtree').notNull().default(false),
  indicatorCode: text('indicator_code').references(() => indicators.code),
  validFrom: date('valid_from', { mode: 'string' }),
  validTo: date('valid_to', { mode: 'string' }),
  reorganisationId: text('reorganisation_id').references(() => reorganisations.id),
  recordedAt: recordedAt()
}, table => [
  check('client_grants_subtree_check', sql`${table.agencyCode} is not null or not ${table.withSubtree}`),
  check('client_grants_validity_check', sql`${table.validTo} >= ${table.validFrom}`),
  index('client_grants_client_index').on(table.clientId),
  // the grants that follow an agency
  index('client_grants_agency_index').on(table.agencyCode)
])
