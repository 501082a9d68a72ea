import { bigint, check, foreignKey, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { agencies } from './agencies.js'
import { clients } from './clients.js'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { indicators } from './indicators.js'
import { measurements } from './measurements.js'
import { pillars } from './plans.js'
import { submissions } from './submissions.js'
import {
  type FigurePart, type Level, LEVELS, PROVENANCES, RULE_KINDS, RULE_SEVERITIES, RULE_STATES, type RuleKind,
  type RuleSeverity, type RuleState
} from '../../domain/words.js'

/** What a rule of each kind is told (features/quality/rules.ts: which of these are its own). */
export interface RuleParams {
  minimum?: string, maximum?: string
  against?: 'previous_period', absolute?: string, relative?: string
  of?: string, tolerance?: string
  within?: 'year'
  part?: FigurePart
}

/** Quality rules (quy tắc kiểm tra chất lượng): what a pushed figure is held to beyond the catalogue, as data. */
export const qualityRules = pgTable('quality_rules', {
  code: text('code').primaryKey(),
  name: jsonb('name').$type<StoredText>().notNull(),
  kind: text('kind').$type<RuleKind>().notNull(),
  params: jsonb('params').$type<RuleParams>().notNull().default({}),
  /** To these, or to those of the pillar; neither: to every indicator. Indicators are never deleted. */
  indicatorCodes: text('indicator_codes').array(),
  pillarCode: text('pillar_code').references(() => pillars.code),
  /** Only for figures of agencies of this level. */
  level: text('level').$type<Level>(),
  severity: text('severity').$type<RuleSeverity>().notNull(),
  state: text('state').$type<RuleState>().notNull().default('draft'),
  note: jsonb('note').$type<StoredText>(),
  provenance: provenance(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('quality_rules', table.code),
  check('quality_rules_kind_check', oneOf(table.kind, RULE_KINDS)),
  check('quality_rules_severity_check', oneOf(table.severity, RULE_SEVERITIES)),
  check('quality_rules_state_check', oneOf(table.state, RULE_STATES)),
  check('quality_rules_level_check', oneOf(table.level, LEVELS)),
  check(
    'quality_rules_subject_check',
    sql`${table.indicatorCodes} is null or (${table.pillarCode} is null and cardinality(${table.indicatorCodes}) > 0)`
  ),
  check('quality_rules_provenance_check', oneOf(table.provenance, PROVENANCES)),
  // what every push asks for: few of all there ever were
  index('quality_rules_active_index').on(table.code).where(sql`${table.state} = 'active'`)
])

/** What the rules said of pushed figures. Append-only; without a measurement where the row was not written. */
export const qualityOutcomes = pgTable('quality_outcomes', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  ruleCode: text('rule_code').notNull().references(() => qualityRules.code),
  ruleVersion: integer('rule_version').notNull(),
  severity: text('severity').$type<RuleSeverity>().notNull(),
  indicatorCode: text('indicator_code').notNull().references(() => indicators.code),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  period: text('period').notNull(),
  breakdown: jsonb('breakdown').$type<Record<string, string>>().notNull().default({}),
  clientId: text('client_id').notNull().references(() => clients.id),
  submissionId: uuid('submission_id').notNull().references(() => submissions.id),
  position: integer('position').notNull(),
  measurementId: uuid('measurement_id'),
  revision: integer('revision'),
  detail: jsonb('detail').$type<StoredText>().notNull(),
  recordedAt: recordedAt()
}, table => [
  foreignKey({
    name: 'quality_outcomes_measurement_fkey', columns: [table.indicatorCode, table.measurementId, table.revision],
    foreignColumns: [measurements.indicatorCode, measurements.id, measurements.revision]
  }),
  check('quality_outcomes_severity_check', oneOf(table.severity, RULE_SEVERITIES)),
  check('quality_outcomes_measurement_check', sql`(${table.measurementId} is null) = (${table.revision} is null)`),
  // the filters of the list, newest first
  index('quality_outcomes_rule_index').on(table.ruleCode, table.id),
  index('quality_outcomes_indicator_index').on(table.indicatorCode, table.id),
  index('quality_outcomes_agency_index').on(table.agencyCode, table.id),
  index('quality_outcomes_submission_index').on(table.submissionId),
  // a client's own
  index('quality_outcomes_client_index').on(table.clientId, table.id),
  // in the order of recording, and what was recorded within a span
  index('quality_outcomes_recorded_index').on(table.recordedAt, table.id)
])
