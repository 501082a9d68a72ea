import { check, date, index, integer, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { agencies } from './agencies.js'
import { clients } from './clients.js'
import { isPeriod, oneOf, provenance, recordedAt } from './common.js'
import { indicators } from './indicators.js'
import { targets } from './targets.js'
import { EXPLANATION_KINDS, type ExplanationKind, PROVENANCES } from '../../domain/words.js'

/**
 * What an agency explains (giải trình): why the figure for `subject_agency` in a period is missing or late, or why a
 * target is missed. What it says stands in its versions. An agency has one explanation of a figure or target at a time:
 * `series` counts those that were withdrawn before, so that the keys below refuse a second one.
 */
export const explanations = pgTable('explanations', {
  id: uuid('id').primaryKey(),
  /** The indicator of the figure, or that of the target. */
  indicatorCode: text('indicator_code').notNull().references(() => indicators.code),
  period: text('period'),
  subjectAgency: text('subject_agency').references(() => agencies.code),
  targetId: text('target_id').references(() => targets.id),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  series: integer('series').notNull(),
  recordedAt: recordedAt()
}, table => [
  unique('explanations_figure_key')
    .on(table.indicatorCode, table.period, table.subjectAgency, table.agencyCode, table.series),
  unique('explanations_target_key').on(table.targetId, table.agencyCode, table.series),
  check('explanations_object_check', sql`(${table.targetId} is null) = (${table.period} is not null)
    and (${table.period} is null) = (${table.subjectAgency} is null)`),
  check('explanations_period_check', isPeriod(table.period)),
  check('explanations_series_check', sql`${table.series} >= 1`),
  // what an agency has explained
  index('explanations_agency_index').on(table.agencyCode, table.id)
])

/** What an explanation said over time. Append-only: a change is the next version, and a withdrawal is the last one. */
export const explanationVersions = pgTable('explanation_versions', {
  explanationId: uuid('explanation_id').notNull().references(() => explanations.id),
  version: integer('version').notNull(),
  kind: text('kind').$type<ExplanationKind>().notNull(),
  cause: text('cause').notNull(),
  remedy: text('remedy').notNull(),
  /** The day by which the agency means to have remedied it. */
  dueDate: date('due_date', { mode: 'string' }),
  provenance: provenance(),
  /** Why it was withdrawn; null while it stands. */
  withdrawalReason: text('withdrawal_reason'),
  clientId: text('client_id').notNull().references(() => clients.id),
  recordedAt: recordedAt()
}, table => [
  primaryKey({ name: 'explanation_versions_pkey', columns: [table.explanationId, table.version] }),
  check('explanation_versions_kind_check', oneOf(table.kind, EXPLANATION_KINDS)),
  check('explanation_versions_provenance_check', oneOf(table.provenance, PROVENANCES))
])
