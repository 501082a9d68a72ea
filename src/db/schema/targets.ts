import {
  bigint, boolean, check, date, foreignKey, index, integer, jsonb, numeric, pgTable, primaryKey, text, uniqueIndex,
  type AnyPgColumn
} from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { agencies } from './agencies.js'
import { finite, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { dimensionMembers, dimensions } from './dimensions.js'
import { documents } from './documents.js'
import { indicators } from './indicators.js'
import { plans } from './plans.js'
import {
  type Level, LEVELS, MODES, type Operator, OPERATORS, PROVENANCES, type Quantifier, QUANTIFIERS, TARGET_STATES,
  type TargetMode, type TargetState
} from '../../domain/words.js'

export interface StoredMilestone { period: string, value: string }

/**
 * Targets (mục tiêu): which indicator a plan makes a demand of, and for whom. What it demands stands in its versions.
 */
export const targets = pgTable('targets', {
  id: text('id').primaryKey(),
  planCode: text('plan_code').notNull().references(() => plans.code),
  indicatorCode: text('indicator_code').notNull().references(() => indicators.code),
  /** A cascade's parent, or the headline of a target by level. */
  parentId: text('parent_id').references((): AnyPgColumn => targets.id),
  /** Order within the plan. */
  position: integer('position').notNull().default(0),
  scopeLevel: text('scope_level').$type<Level>(),
  scopeAgency: text('scope_agency').references(() => agencies.code),
  scopeDimension: text('scope_dimension').references(() => dimensions.code),
  scopeMember: text('scope_member'),
  quantifier: text('quantifier').$type<Quantifier>().notNull(),
  /** Handed down from its parent to one agency, and not a target that the plan itself states. */
  allocation: boolean('allocation').notNull().default(false),
  provenance: provenance(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt()
}, table => [
  uniqueWithoutCase('targets', table.id),
  foreignKey({
    name: 'targets_scope_member_fkey', columns: [table.scopeDimension, table.scopeMember],
    foreignColumns: [dimensionMembers.dimensionCode, dimensionMembers.code]
  }),
  check('targets_scope_level_check', oneOf(table.scopeLevel, LEVELS)),
  check('targets_scope_member_check', sql`${table.scopeMember} is null or ${table.scopeDimension} is not null`),
  // a level is every agency of it, an agency is one
  check('targets_scope_check', sql`${table.scopeLevel} is null or ${table.scopeAgency} is null`),
  check('targets_quantifier_check', oneOf(table.quantifier, QUANTIFIERS)),
  check('targets_provenance_check', oneOf(table.provenance, PROVENANCES)),
  check('targets_parent_check', sql`${table.parentId} <> ${table.id}`),
  check(
    'targets_allocation_check',
    sql`not ${table.allocation} or (${table.parentId} is not null and ${table.scopeAgency} is not null)`
  ),
  // an agency has one part of a target: handed down twice at once, the second is refused
  uniqueIndex('targets_allocation_key').on(table.parentId, table.scopeAgency).where(sql`${table.allocation}`),
  // the status of a plan; of an indicator; the parts of a whole
  index('targets_plan_index').on(table.planCode, table.position),
  index('targets_indicator_index').on(table.indicatorCode),
  index('targets_parent_index').on(table.parentId)
])

/**
 * What a target demands, in versions that are never edited: an amendment adds one. In force on a day is the version
 * with the latest `effective_from` not after it, and of those the highest `version`; `recorded_at` says since when
 * the registry has known it.
 */
export const targetVersions = pgTable('target_versions', {
  targetId: text('target_id').notNull().references(() => targets.id),
  version: integer('version').notNull(),
  effectiveFrom: date('effective_from', { mode: 'string' }).notNull(),
  operator: text('operator').$type<Operator>().notNull(),
  value: numeric('value').notNull(),
  unit: text('unit').notNull(),
  dueDate: date('due_date', { mode: 'string' }).notNull(),
  mode: text('mode').$type<TargetMode>().notNull(),
  baselineValue: numeric('baseline_value'),
  baselineDate: date('baseline_date', { mode: 'string' }),
  baselineClaim: boolean('baseline_claim'),
  baselineSource: text('baseline_source'),
  milestones: jsonb('milestones').$type<StoredMilestone[]>().notNull().default([]),
  state: text('state').$type<TargetState>().notNull().default('active'),
  wording: text('wording').notNull(),
  interpretation: jsonb('interpretation').$type<StoredText>(),
  documentId: text('document_id').notNull().references(() => documents.id),
  clause: text('clause'),
  reason: text('reason'),
  provenance: provenance(),
  clientId: text('client_id'),
  recordedAt: recordedAt(),
  /** The transaction that wrote it: the feed's order (rows become visible out of the order of their ids). */
  recordedXid: bigint('recorded_xid', { mode: 'bigint' }).notNull().default(sql`(pg_current_xact_id()::text::bigint)`)
}, table => [
  primaryKey({ name: 'target_versions_pkey', columns: [table.targetId, table.version] }),
  check('target_versions_version_check', sql`${table.version} > 0`),
  check('target_versions_operator_check', oneOf(table.operator, OPERATORS)),
  check('target_versions_value_check', finite(table.value)),
  check('target_versions_mode_check', oneOf(table.mode, MODES)),
  check('target_versions_state_check', oneOf(table.state, TARGET_STATES)),
  check('target_versions_baseline_value_check', finite(table.baselineValue)),
  check(
    'target_versions_baseline_check',
    sql`(${table.baselineDate} is null) = (${table.baselineClaim} is null) and (${table.baselineDate} is not null or (${table.baselineValue} is null and ${table.baselineSource} is null))`
  ),
  check('target_versions_provenance_check', oneOf(table.provenance, PROVENANCES)),
  // the first version says what is demanded; every later one says why it differs
  check('target_versions_reason_check', sql`${table.version} = 1 or ${table.reason} is not null`),
  // the version in force on a day
  index('target_versions_effective_index').on(table.targetId, table.effectiveFrom, table.version)
])
