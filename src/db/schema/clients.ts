import { bigint, boolean, check, date, index, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { agencies } from './agencies.js'
import { oneOf, recordedAt, rowVersion } from './common.js'
import { indicators } from './indicators.js'
import { reorganisations } from './reorganisations.js'

export const SCOPES = ['registry:read', 'registry:write', 'registry:admin', 'measurements:write', 'measurements:review', 'webhooks:write'] as const
export type Scope = typeof SCOPES[number]
export const CLIENT_STATES = ['active', 'suspended'] as const

/** Machine identities. */
export const clients = pgTable('clients', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  scopes: text('scopes').array().$type<Scope[]>().notNull(),
  state: text('state').$type<typeof CLIENT_STATES[number]>().notNull().default('active'),
  rowVersion: rowVersion(),
  recordedAt: recordedAt()
}, table => [
  check('clients_state_check', oneOf(table.state, CLIENT_STATES)),
  check('clients_scopes_check', sql`${table.scopes} <@ array[${sql.raw(SCOPES.map(scope => `'${scope}'`).join(', '))}]::text[]`)
])

/** Stored as a scrypt hash, shown once; two may live side by side while one is being replaced. */
export const clientSecrets = pgTable('client_secrets', {
  id: uuid('id').primaryKey(),
  clientId: text('client_id').notNull().references(() => clients.id),
  hash: text('hash').notNull(),
  expiresAt: instant('expires_at'),
  revokedAt: instant('revoked_at'),
  recordedAt: recordedAt()
}, table => [
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
  check('client_grants_validity_check', sql`${table.validTo} >= ${table.validFrom}`),
  index('client_grants_client_index').on(table.clientId),
  // the grants that follow an agency
  index('client_grants_agency_index').on(table.agencyCode)
])
