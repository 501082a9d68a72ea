import { boolean, check, date, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { agencies } from './agencies.js'
import { calendars } from './calendars.js'
import { clients } from './clients.js'
import { isPeriod, oneOf, recordedAt } from './common.js'
import { documents } from './documents.js'
import { indicators } from './indicators.js'
import { EXTENSION_KINDS, type ExtensionKind, TRANSITION_STATES, type TransitionState } from '../../domain/words.js'

/**
 * Periods opened, closed and locked by hand. Append-only: what is in force on a day follows from all of them
 * (`domain/period-life.ts`).
 */
export const periodTransitions = pgTable('period_transitions', {
  calendarCode: text('calendar_code').notNull().references(() => calendars.code),
  period: text('period').notNull(),
  sequence: integer('sequence').notNull(),
  to: text('to_state').$type<TransitionState>().notNull(),
  effectiveOn: date('effective_on', { mode: 'string' }).notNull(),
  reason: text('reason').notNull(),
  documentId: text('document_id').references(() => documents.id),
  clientId: text('client_id').notNull().references(() => clients.id),
  recordedAt: recordedAt()
}, table => [
  primaryKey({ name: 'period_transitions_pkey', columns: [table.calendarCode, table.period, table.sequence] }),
  check('period_transitions_period_check', isPeriod(table.period)),
  check('period_transitions_to_check', oneOf(table.to, TRANSITION_STATES))
])

/** More time for a figure (extension), or none owed (excuse). Append-only; ended by a revocation. */
export const extensions = pgTable('extensions', {
  id: uuid('id').primaryKey(),
  kind: text('kind').$type<ExtensionKind>().notNull(),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  withSubtree: boolean('with_subtree').notNull().default(false),
  /** Null: all of them. */
  indicatorCode: text('indicator_code').references(() => indicators.code),
  period: text('period').notNull(),
  until: date('until', { mode: 'string' }),
  reason: text('reason').notNull(),
  grantedBy: text('granted_by'),
  documentId: text('document_id').references(() => documents.id),
  clientId: text('client_id').notNull().references(() => clients.id),
  recordedAt: recordedAt()
}, table => [
  // those of the periods that a push or a list of obligations speaks of
  index('extensions_period_index').on(table.period, table.id),
  index('extensions_agency_index').on(table.agencyCode, table.id),
  check('extensions_period_check', isPeriod(table.period)),
  check('extensions_kind_check', oneOf(table.kind, EXTENSION_KINDS)),
  check('extensions_until_check', sql`(${table.kind} = 'extension') = (${table.until} is not null)`)
])

/** An extension ends once. Append-only. */
export const extensionRevocations = pgTable('extension_revocations', {
  extensionId: uuid('extension_id').notNull().references(() => extensions.id),
  reason: text('reason').notNull(),
  clientId: text('client_id').notNull().references(() => clients.id),
  recordedAt: recordedAt()
}, table => [
  primaryKey({ name: 'extension_revocations_pkey', columns: [table.extensionId] })
])
