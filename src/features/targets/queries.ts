import { and, asc, count, desc, eq, isNull, lte, max, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import {
  calendars, dimensionMembers, indicators, plans, targets, targetVersions
} from '../../db/schema/index.js'
import type { CalendarRule } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { TargetLevel } from '../fields.js'
import type { TargetIndicator } from './rules.js'
import type { Provenance } from '../../domain/words.js'

export type TargetRecord = typeof targets.$inferSelect
export type TargetVersionRow = typeof targetVersions.$inferSelect
export interface TargetRow {
  target: TargetRecord
  /** The one that counts on the day. */
  version: TargetVersionRow
  pillar: string
  /** The number of the newest version, whatever the day: what a strong ETag is made of. */
  newest: number
}

/** A version that was known at the instant, or is known now. A target is known with its first version. */
const knownAt = (at: string | undefined) =>
  at === undefined ? undefined : sql`${targetVersions.recordedAt} <= ${at}::timestamptz`

export interface TargetFilters {
  plan?: string | undefined
  indicator?: string | undefined
  pillar?: string | undefined
  level?: TargetLevel | undefined
  agency?: string | undefined
  dimension?: string | undefined
  quantifier?: TargetRecord['quantifier'] | undefined
  parent?: string | undefined
  allocation?: boolean | undefined
  operator?: TargetVersionRow['operator'] | undefined
  mode?: TargetVersionRow['mode'] | undefined
  state?: TargetVersionRow['state'] | undefined
  provenance?: Provenance | undefined
}

/**
 * Which version of its target counts on a day: the latest in force, and of those the highest. Unless `strictly`, a
 * target that is not in force yet has its first version.
 */
function versionOn (db: Queryable, on: CivilDate, strictly: boolean, at?: string) {
  const begun = sql`${targetVersions.effectiveFrom} <= ${on}::date`
  return db.select().from(targetVersions)
    .where(and(
      eq(targetVersions.targetId, targets.id), knownAt(at), strictly ? lte(targetVersions.effectiveFrom, on) : undefined
    ))
    .orderBy(desc(begun), sql`case when ${begun} then ${targetVersions.effectiveFrom} end desc`, sql`case when ${begun}
      then ${targetVersions.version} end desc`,
    asc(targetVersions.effectiveFrom), asc(targetVersions.version))
    .limit(1).as('version')
}

/** A column of the version that counts, for sorts and filters. */
export const versionColumns = {
  dueDate: sql`"version"."due_date"`,
  effectiveFrom: sql`"version"."effective_from"`,
  recordedAt: sql`"version"."recorded_at"`
}

/** The targets in force on a day, as known now or at the instant `at`; not `strictly`: and those to come. */
export async function listTargets (
  db: Queryable, on: { day: CivilDate, strictly: boolean }, filters: TargetFilters, page: Page<TargetRow>, at?: string
): Promise<{ rows: TargetRow[], count?: number | undefined }> {
  const version = versionOn(db, on.day, on.strictly, at)
  const where = and(
    filters.plan === undefined ? undefined : eq(targets.planCode, filters.plan),
    filters.indicator === undefined ? undefined : eq(targets.indicatorCode, filters.indicator),
    filters.pillar === undefined ? undefined : eq(indicators.pillarCode, filters.pillar),
    filters.level && (filters.level === 'whole' ? isNull(targets.scopeLevel) : eq(targets.scopeLevel, filters.level)),
    filters.agency === undefined ? undefined : eq(targets.scopeAgency, filters.agency),
    filters.dimension === undefined ? undefined : eq(targets.scopeDimension, filters.dimension),
    filters.quantifier && eq(targets.quantifier, filters.quantifier),
    filters.parent === undefined ? undefined : eq(targets.parentId, filters.parent),
    filters.allocation === undefined ? undefined : eq(targets.allocation, filters.allocation),
    filters.provenance && eq(version.provenance, filters.provenance),
    filters.operator && eq(version.operator, filters.operator),
    filters.mode && eq(version.mode, filters.mode),
    filters.state && eq(version.state, filters.state),
    page.recorded
  )
  const rows = await selectTargets(db, version, at)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows }
  const [total] = await asKnown(db, at, indicators).select({ count: count() }).from(targets)
    .innerJoin(indicators, eq(indicators.code, targets.indicatorCode)).innerJoinLateral(version, sql`true`).where(where)
  return { rows, count: total!.count }
}

export async function findTarget (
  db: Queryable, id: string, on: CivilDate, at?: string
): Promise<TargetRow | undefined> {
  const [row] = await selectTargets(db, versionOn(db, on, false, at), at).where(eq(targets.id, id))
  return row
}

/** In the order of the plan. */
export async function findTargets (db: Queryable, ids: readonly string[], on: CivilDate): Promise<TargetRow[]> {
  return selectTargets(db, versionOn(db, on, false))
    .where(sql`${targets.id} = any(${sql.param([...ids])}::text[])`).orderBy(asc(targets.position))
}

function selectTargets (db: Queryable, version: ReturnType<typeof versionOn>, at?: string) {
  const newest = db.select({ version: max(targetVersions.version) }).from(targetVersions)
    .where(and(eq(targetVersions.targetId, targets.id), knownAt(at)))
  const {
    targetId, version: number, effectiveFrom, operator, value, unit, dueDate, mode, baselineValue, baselineDate,
    baselineClaim, baselineSource, milestones, state, wording, interpretation, documentId, clause, reason, provenance,
    clientId, recordedAt, recordedXid
  } = version
  return asKnown(db, at, indicators).select({
    target: targets,
    version: {
      targetId, version: number, effectiveFrom, operator, value, unit, dueDate, mode, baselineValue, baselineDate,
      baselineClaim, baselineSource, milestones, state, wording, interpretation, documentId, clause, reason, provenance,
      clientId, recordedAt, recordedXid
    },
    pillar: indicators.pillarCode,
    newest: sql<number>`(${newest})`
  }).from(targets)
    .innerJoin(indicators, eq(indicators.code, targets.indicatorCode)).innerJoinLateral(version, sql`true`)
}

export async function listVersions (db: Queryable, targetId: string, page: Page<TargetVersionRow>, at?: string) {
  const where = and(eq(targetVersions.targetId, targetId), knownAt(at), page.recorded)
  const rows = await db.select().from(targetVersions)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(targetVersions, where) : undefined }
}

export async function findVersion (
  db: Queryable, targetId: string, version: number, at?: string
): Promise<TargetVersionRow | undefined> {
  const [row] = await db.select().from(targetVersions)
    .where(and(eq(targetVersions.targetId, targetId), eq(targetVersions.version, version), knownAt(at)))
  return row
}

export async function targetExists (db: Queryable, id: string, at?: string): Promise<boolean> {
  return await findVersion(db, id, 1, at) !== undefined
}

export async function findPlanFacts (db: Queryable, code: string) {
  const [row] = await db.select({
    issuedOn: plans.issuedOn, documentId: plans.documentId
  }).from(plans).where(eq(plans.code, code))
  return row
}

/** Locked so that what the target is judged by cannot change before it is written. */
export async function findIndicatorFacts (db: Queryable, code: string): Promise<TargetIndicator | undefined> {
  const [row] = await db.select({ indicator: indicators, calendar: calendars }).from(indicators)
    .innerJoin(calendars, eq(calendars.code, indicators.calendarCode))
    .where(eq(indicators.code, code)).for('key share', { of: indicators })
  if (row === undefined) return undefined
  const { unit, decimals, minimum, maximum, frequency, coarserFrequencies } = row.indicator
  return {
    unit, decimals, minimum, maximum, frequencies: [frequency, ...coarserFrequencies],
    calendar: row.calendar as CalendarRule
  }
}

/** Whose indicator it is never changes, so it may be read without a lock. */
export async function findIndicatorOf (db: Queryable, target: string): Promise<string | undefined> {
  const [row] = await db.select({ indicator: targets.indicatorCode }).from(targets).where(eq(targets.id, target))
  return row?.indicator
}

export async function memberExists (db: Queryable, dimension: string, member: string): Promise<boolean> {
  const rows = await db.select({ code: dimensionMembers.code }).from(dimensionMembers)
    .where(and(eq(dimensionMembers.dimensionCode, dimension), eq(dimensionMembers.code, member)))
  return rows.length > 0
}
