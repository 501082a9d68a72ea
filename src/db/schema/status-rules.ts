import { check, date, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { oneOf, provenance, recordedAt, type StoredText } from './common.js'
import { PROVENANCES } from '../../domain/words.js'

/** The thresholds by which a pace is judged, in versions that are never edited. */
export const statusRules = pgTable('status_rules', {
  version: integer('version').primaryKey(),
  effectiveFrom: date('effective_from', { mode: 'string' }).notNull(),
  pace: text('pace').$type<'linear'>().notNull(),
  /** Attainment at or above which a target is on track; at or above `at_risk` it is at risk; else off track. */
  onTrack: numeric('on_track').notNull(),
  atRisk: numeric('at_risk').notNull(),
  note: jsonb('note').$type<StoredText>(),
  provenance: provenance(),
  recordedAt: recordedAt()
}, table => [
  check('status_rules_version_check', sql`${table.version} > 0`),
  check('status_rules_pace_check', oneOf(table.pace, ['linear'])),
  check(
    'status_rules_thresholds_check',
    sql`${table.atRisk} > 0 and ${table.atRisk} <= ${table.onTrack} and ${table.onTrack} <= 1`
  ),
  check('status_rules_provenance_check', oneOf(table.provenance, PROVENANCES))
])
