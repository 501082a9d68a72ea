import { check, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { clients } from './clients.js'

/**
 * What a client's POST under an `Idempotency-Key` was answered (contract §2.9), written in the transaction of its
 * effect: where there is no row, nothing was done. Not part of what the registry knows: a job deletes what is older
 * than 30 days.
 */
export const idempotencyKeys = pgTable('idempotency_keys', {
  clientId: text('client_id').notNull().references(() => clients.id),
  key: text('key').notNull(),
  /** SHA-256, in hex, of the canonical request. */
  fingerprint: text('fingerprint').notNull(),
  status: integer('status').notNull(),
  /** Names in lower case; only those that belong to the answer itself. */
  headers: jsonb('headers').$type<Record<string, string>>().notNull(),
  body: text('body').notNull(),
  recordedAt: instant('recorded_at').notNull().default(sql`clock_timestamp()`)
}, table => [
  primaryKey({ name: 'idempotency_keys_pkey', columns: [table.clientId, table.key] }),
  // the job that deletes the old ones
  index('idempotency_keys_recorded_index').on(table.recordedAt),
  check('idempotency_keys_key_check', sql`length(${table.key}) between 1 and 255`),
  check('idempotency_keys_fingerprint_check', sql`${table.fingerprint} ~ '^[0-9a-f]{64}$'`),
  check('idempotency_keys_status_check', sql`${table.status} between 200 and 499`)
])
