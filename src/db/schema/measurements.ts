import {
  bigint, boolean, check, foreignKey, index, integer, jsonb, numeric, pgTable, primaryKey, text, unique, uniqueIndex,
  uuid
} from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { clients } from './clients.js'
import { finite, oneOf, provenance, recordedAt } from './common.js'
import type { StoredProblem } from './submissions.js'
import {
  EVENT_KINDS, type EventKind, INITIAL_STATES, type InitialState, PROVENANCES, QUALITIES, type Quality
} from '../../domain/words.js'

/**
 * Measurements (số liệu): a value of an indicator for an agency, a period and at most three members of dimensions.
 * Append-only (a trigger refuses UPDATE and DELETE): a correction is a new revision under the same natural key
 * (indicator, period, agency, breakdown). Every unique key holds the indicator, so that this table, the one that grows,
 * can be partitioned or distributed by it. Its references are held by `hold_measurement_references` (migrations/0011):
 * a foreign key asks once a row, which took half the time of a push, the trigger once a statement.
 */
export const measurements = pgTable('measurements', {
  indicatorCode: text('indicator_code').notNull(),
  /** The same for every revision of a figure. */
  id: uuid('id').notNull(),
  /** Compared in the C collation, so that a range of codes is a range of years: '2025' ≤ '2025-…' < '2026'. */
  period: text('period').notNull(),
  agencyCode: text('agency_code').notNull(),
  /** `dimension=member` pairs sorted and joined by `;`: '' for the whole. */
  breakdownKey: text('breakdown_key').notNull().default(''),
  breakdown: jsonb('breakdown').$type<Record<string, string>>().notNull().default({}),
  revision: integer('revision').notNull(),
  value: numeric('value'),
  numerator: numeric('numerator'),
  denominator: numeric('denominator'),
  quality: text('quality').$type<Quality>().notNull(),
  initialState: text('initial_state').$type<InitialState>().notNull(),
  note: text('note'),
  evidence: text('evidence'),
  observedAt: instant('observed_at'),
  reason: text('reason'),
  /** Pushed after the unit's deadline for the period. */
  late: boolean('late').notNull().default(false),
  warnings: jsonb('warnings').$type<StoredProblem[]>().notNull().default([]),
  clientId: text('client_id').notNull(),
  submissionId: uuid('submission_id').notNull(),
  externalId: text('external_id'),
  provenance: provenance(),
  recordedAt: recordedAt(),
  /** The transaction that wrote it: the feed's order (rows become visible out of the order of their ids). */
  recordedXid: bigint('recorded_xid', { mode: 'bigint' }).notNull().default(sql`(pg_current_xact_id()::text::bigint)`)
}, table => [
  // GET /v1/measurements/{id} and its revisions, and the default order of the list
  primaryKey({ name: 'measurements_pkey', columns: [table.id, table.revision, table.indicatorCode] }),
  // one revision of a number per key, whoever pushes at once; also what the status and the series read:
  // an indicator's figures of a range of periods, newest revision last
  unique('measurements_revision_key')
    .on(table.indicatorCode, table.period, table.agencyCode, table.breakdownKey, table.revision),
  // an agency's figures, in the list's order
  index('measurements_agency_index').on(table.agencyCode, table.id),
  // what awaits review: few of many
  index('measurements_submitted_index').on(table.id).where(sql`${table.initialState} = 'submitted'`),
  // in the order of recording, and what was recorded within a span; with the instants of its chunks, what a submission
  // wrote. All that a chunk wrote is one entry of it: an index of ids would cost a push 5 to 10 % of its time
  index('measurements_recorded_index').on(table.recordedAt, table.submissionId),
  check('measurements_revision_check', sql`${table.revision} > 0`),
  check('measurements_value_check', finite(table.value)),
  check('measurements_numerator_check', finite(table.numerator)),
  check('measurements_denominator_check', sql`${table.denominator} >= 0 and ${finite(table.denominator)}`),
  // a figure is a value, or a numerator over a denominator; "not applicable" is a denominator of 0, not an absence
  check(
    'measurements_figure_check',
    sql`(${table.numerator} is null) = (${table.denominator} is null) and (${table.value} is not null or ${table.numerator} is not null)`
  ),
  // what is before has no RFC 3339 form, and could never be read again
  check(
    'measurements_observed_check',
    sql`${table.observedAt} between '0001-01-01T00:00:00Z' and '9999-12-31T23:59:59.999999Z'`
  ),
  check('measurements_quality_check', oneOf(table.quality, QUALITIES)),
  check('measurements_initial_state_check', oneOf(table.initialState, INITIAL_STATES)),
  check('measurements_provenance_check', oneOf(table.provenance, PROVENANCES))
])

/** What happened to a revision after it was recorded: reviews and withdrawals. Append-only. */
export const measurementEvents = pgTable('measurement_events', {
  indicatorCode: text('indicator_code').notNull(),
  measurementId: uuid('measurement_id').notNull(),
  revision: integer('revision').notNull(),
  sequence: integer('sequence').notNull(),
  kind: text('kind').$type<EventKind>().notNull(),
  comment: text('comment'),
  /** Only a return has it: the figure had been accepted, and goes on counting until it is corrected. */
  counts: boolean('counts').notNull().default(false),
  clientId: text('client_id').notNull().references(() => clients.id),
  recordedAt: recordedAt(),
  recordedXid: bigint('recorded_xid', { mode: 'bigint' }).notNull().default(sql`(pg_current_xact_id()::text::bigint)`)
}, table => [
  primaryKey({
    name: 'measurement_events_pkey', columns: [table.indicatorCode, table.measurementId, table.revision, table.sequence]
  }),
  // a pending revision is decided once, and any is returned once and withdrawn once, whoever asks at the same time
  uniqueIndex('measurement_events_decision_key').on(table.indicatorCode, table.measurementId, table.revision)
    .where(sql`${table.kind} in ('accepted', 'returned') and not ${table.counts}`),
  uniqueIndex('measurement_events_withdrawal_key')
    .on(table.indicatorCode, table.measurementId, table.revision).where(sql`${table.kind} = 'withdrawn'`),
  foreignKey({
    name: 'measurement_events_measurement_fkey', columns: [table.indicatorCode, table.measurementId, table.revision],
    foreignColumns: [measurements.indicatorCode, measurements.id, measurements.revision]
  }),
  // what was returned: few of many
  uniqueIndex('measurement_events_returned_key').on(table.indicatorCode, table.measurementId, table.revision)
    .where(sql`${table.kind} = 'returned'`),
  check('measurement_events_kind_check', oneOf(table.kind, EVENT_KINDS)),
  check('measurement_events_counts_check', sql`${table.kind} = 'returned' or not ${table.counts}`)
])
