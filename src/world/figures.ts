import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import { instantFromDatabase } from '../db/instant.js'
import { lastChange } from '../ledger/moment.js'
import {
  assignments, calendars, dimensionMembers, indicators, pillars, planPillars, plans, publicHolidays, type StoredText
} from '../db/schema/index.js'
import type { CalendarRule } from '../domain/calendar.js'
import type { CivilDate } from '../domain/date.js'
import { FIRST_YEAR, LAST_YEAR } from '../domain/period.js'
import type { Phase, TargetLife } from '../domain/target-life.js'
import type { Figure, Milestone, StatusIndicator, StatusRules, StatusTarget } from '../domain/status/index.js'
import { isSeen, isSilent, knows, stateOf } from './revision-state.js'
import { isOwn, seesAll, type Sight } from './sight.js'
import type { Frequency, Level } from '../domain/words.js'

export interface TargetFilters {
  plan?: string | undefined
  pillar?: string | undefined
  indicator?: string | undefined
  indicators?: readonly string[] | undefined
  target?: string | undefined
  parent?: string | undefined
  /** Only parts that were handed down, or only targets that are not. */
  allocation?: boolean | undefined
}

interface TargetRow extends Record<string, unknown> {
  id: string, plan: string, planYear: number, planAgency: string, position: number, parent: string | null
  scopeLevel: Level | null, scopeAgency: string | null, scopeDimension: string | null, scopeMember: string | null
  quantifier: StatusTarget['quantifier'], allocation: boolean, phases: Phase[], levels: Phase[][] | null
  provenance: StatusTarget['provenance']
  version: number, effectiveFrom: CivilDate, operator: StatusTarget['operator'], value: string, unit: string,
  dueDate: CivilDate, mode: StatusTarget['mode']
  baselineValue: string | null, baselineDate: CivilDate | null, baselineClaim: boolean | null,
  baselineSource: string | null
  milestones: Milestone[], state: StatusTarget['state'], wording: string
  indicator: string, pillar: string, nameVi: string, nameEn: string | null, indicatorUnit: string
  valueKind: StatusIndicator['valueKind'], decimals: number, direction: StatusIndicator['direction']
  aggregation: StatusIndicator['aggregation'], frequency: Frequency, coarserFrequencies: Frequency[]
  timeBasis: StatusIndicator['timeBasis']
  calendar: string, startDay: number, monthOffset: 0 | -1, deadlines: CalendarRule['deadlines']
}

/** A target as its version in force on the day has it, with what it is measured by. */
export interface TargetInForce {
  readonly target: StatusTarget
  readonly wording: string
  readonly effectiveFrom: CivilDate
  readonly parent: string | null
  /** Handed down from its parent to one agency, and not a target that the plan itself states. */
  readonly allocation: boolean
  readonly position: number
  readonly planAgency: string
  readonly life: TargetLife
  readonly indicator: StatusIndicator
  readonly calendar: CalendarRule
}

/** A day in the world, and the instant as of which the registry is asked. */
export interface Instant { readonly on: CivilDate, readonly at: string }

/** Targets that are in force on the day as they were known at the instant, in the order of their plans. */
export async function listTargetsInForce (
  db: Queryable, filters: TargetFilters, { on, at }: Instant
): Promise<TargetInForce[]> {
  const { plan, pillar, indicator, indicators, target, parent, allocation } = filters
  const { rows } = await db.execute<TargetRow>(sql`
    select t.id, t.plan_code as plan, p.year as "planYear", p.agency_code as "planAgency", t.position, t.parent_id as
      parent,
      t.scope_level as "scopeLevel", t.scope_agency as "scopeAgency", t.scope_dimension as "scopeDimension",
        t.scope_member as "scopeMember",
      t.quantifier, t.allocation, ${phasesOf(sql`t.id`, at)} as phases,
      (select json_agg(${phasesOf(sql`part.id`, at)}) from targets part
        where part.parent_id = t.id and part.plan_code = t.plan_code and part.indicator_code = t.indicator_code
          and part.scope_level is not null and part.recorded_at <= ${at}::timestamptz) as levels,
      v.provenance, v.version, v.effective_from as "effectiveFrom", v.operator, v.value, v.unit,
        v.due_date as "dueDate", v.mode,
      v.baseline_value as "baselineValue", v.baseline_date as "baselineDate", v.baseline_claim as "baselineClaim",
        v.baseline_source as "baselineSource",
      v.milestones, v.state, v.wording,
      i.code as indicator, i.pillar_code as pillar, i.name_vi as "nameVi", i.name_en as "nameEn", i.unit as
        "indicatorUnit",
      i.value_kind as "valueKind", i.decimals, i.direction, i.aggregation, i.frequency,
      i.coarser_frequencies as "coarserFrequencies", i.time_basis as "timeBasis",
      c.code as calendar, c.start_day as "startDay", c.month_offset as "monthOffset", c.deadlines
    from targets t
    join plans_at(${at}::timestamptz) p on p.code = t.plan_code
    join indicators_at(${at}::timestamptz) i on i.code = t.indicator_code
    join calendars_at(${at}::timestamptz) c on c.code = i.calendar_code
    join lateral (
      select * from target_versions v where v.target_id = t.id and v.effective_from <= ${on}::date and v.recorded_at <=
        ${at}::timestamptz
      order by v.effective_from desc, v.version desc limit 1
    ) v on true
    where t.recorded_at <= ${at}::timestamptz
      ${plan === undefined ? sql`` : sql`and t.plan_code = ${plan}`}
      ${pillar === undefined ? sql`` : sql`and i.pillar_code = ${pillar}`}
      ${indicator === undefined ? sql`` : sql`and t.indicator_code = ${indicator}`}
      ${indicators === undefined ? sql`` : sql`and t.indicator_code = any(${sql.param([...indicators])}::text[])`}
      ${target === undefined ? sql`` : sql`and t.id = ${target}`}
      ${parent === undefined ? sql`` : sql`and t.parent_id = ${parent}`}
      ${allocation === undefined ? sql`` : sql`and t.allocation = ${allocation}`}
    order by t.plan_code collate "C", t.position, t.id collate "C"`)
  return rows.map(fromRow)
}

/** From which days on the versions known at the instant are in force, as `Phase`s. */
function phasesOf (target: SQL, at: string): SQL {
  return sql`(select json_agg(json_build_object('from', phase.effective_from, 'state', phase.state)
    order by phase.effective_from, phase.version)
    from target_versions phase where phase.target_id = ${target} and phase.recorded_at <= ${at}::timestamptz)`
}

function fromRow (row: TargetRow): TargetInForce {
  const optional = <T>(value: T | null): T | undefined => value ?? undefined
  return {
    target: {
      id: row.id, version: row.version, plan: row.plan, planYear: row.planYear, indicator: row.indicator,
      pillar: row.pillar,
      scope: {
        level: optional(row.scopeLevel), agency: optional(row.scopeAgency), dimension: optional(row.scopeDimension),
        member: optional(row.scopeMember)
      },
      quantifier: row.quantifier, operator: row.operator, value: row.value, unit: row.unit, dueDate: row.dueDate,
      mode: row.mode,
      baseline: row.baselineDate === null
        ? undefined
        : {
            value: optional(row.baselineValue), date: row.baselineDate, claim: row.baselineClaim === true,
            source: optional(row.baselineSource)
          },
      milestones: row.milestones, state: row.state, provenance: row.provenance
    },
    wording: row.wording,
    effectiveFrom: row.effectiveFrom,
    parent: row.parent,
    allocation: row.allocation,
    position: row.position,
    planAgency: row.planAgency,
    life: { phases: row.phases, levels: row.levels ?? [] },
    indicator: {
      code: row.indicator, name: {
        vi: row.nameVi, en: row.nameEn ?? undefined
      }, unit: row.indicatorUnit, valueKind: row.valueKind,
      decimals: row.decimals, direction: row.direction, aggregation: row.aggregation,
      frequencies: [row.frequency, ...row.coarserFrequencies], timeBasis: row.timeBasis
    },
    calendar: { code: row.calendar, startDay: row.startDay, monthOffset: row.monthOffset, deadlines: row.deadlines }
  }
}

interface FigureRow extends Record<string, unknown> {
  indicator: string, id: string, revision: number, agency: string, period: string, breakdown: Record<string, string>
  value: string | null, numerator: string | null, denominator: string | null, quality: Figure['quality']
  state: Figure['state'], decided: boolean
  observedAt: string | null, recordedAt: string, knownAt: string | null, provenance: Figure['provenance']
  shown: Figure['shown'] | null
}

export interface FigureRange {
  /** Whose answer they are for. */
  sight: Sight
  /**
   * `figures`: those that the reader is shown · `reporting`: of the others too, how their reporting stands, which is
   * public.
   */
  of: 'figures' | 'reporting'
  /** Figures and what became of them, as of this instant. */
  at: string
  indicators: readonly string[]
  fromYear: number
  toYear: number
  agencies?: readonly string[] | undefined
  /** The breakdowns asked for; all of them when absent. */
  breakdownKeys?: readonly string[] | undefined
  /**
   * Of a period that still runs on the day, only what was observed by then is looked at: an earlier revision may be
   * the newest one of that day.
   */
  running?: {
    readonly on: CivilDate, readonly periods: readonly { readonly indicator: string, readonly period: string }[]
  } |
    undefined
}

/**
 * By indicator, of each key the newest revision and the newest one that was ever accepted, as of `at`: what was
 * retracted (withdrawn before it was accepted) is neither. One scan of the unique index by indicator and range of
 * periods: it does not grow with revisions of other years or other indicators, and of breakdowns that no target asks
 * for only the index is read.
 */
export async function listFigures (
  db: Queryable, { sight, of, at, indicators, fromYear, toYear, agencies, breakdownKeys, running }: FigureRange
): Promise<{ figures: Map<string, Figure[]>, knownAt: string | undefined }> {
  const figures = new Map<string, Figure[]>()
  if (indicators.length === 0) return { figures, knownAt: undefined }
  const { events, own, decided, retracted, changedAt, toldAt } = stateOf('m', at)
  // what the reader is not told of moves no instant
  const known = of === 'reporting'
    ? sql`max(greatest(m.recorded_at, ${changedAt})) filter (where not ${isSilent(sight, at)})`
    : sql`max(greatest(m.recorded_at, ${seesAll(sight) ? changedAt : toldAt})) filter (where ${knows(sight, 'm', at)})`
  const shown = seesAll(sight)
    ? sql`null`
    : sql`case when ${isOwn(sight) ?? sql`false`} then null when ${isSeen(sight, at)} then 'as_accepted' else
      'state_alone' end`
  const { rows } = await db.execute<FigureRow>(sql`
    select * from (
      select m.indicator_code as indicator, m.id, m.revision, m.agency_code as agency, m.period, m.breakdown, m.value,
        m.numerator, m.denominator,
        m.quality, m.observed_at::text as "observedAt", m.recorded_at::text as "recordedAt",
        (${known} over ())::text as "knownAt", m.provenance, ${shown} as shown, ${own} as state, ${decided} as decided,
          ${retracted} as retracted,
        row_number() over (partition by m.indicator_code, m.period, m.agency_code, m.breakdown_key, ${retracted} order
          by m.revision desc) as newest,
        row_number() over (partition by m.indicator_code, m.period, m.agency_code, m.breakdown_key, ${decided} order by
          m.revision desc) as newest_decided
      from measurements m
      ${events}
      where m.recorded_at <= ${at}::timestamptz and m.indicator_code = any(${sql.param([...indicators])}::text[])
        and m.period >= ${periodBound(fromYear)} and m.period < ${periodBound(toYear + 1)}
        ${agencies === undefined ? sql`` : sql`and m.agency_code = any(${sql.param([...agencies])}::text[])`}
        ${breakdownKeys === undefined
? sql``
: sql`and m.breakdown_key =
          any(${sql.param([...breakdownKeys])}::text[])`}
        ${running === undefined || running.periods.length === 0 ? sql`` : observedBy(running)}
    ) figure
    where ((newest = 1 and not retracted) or (decided and newest_decided = 1))
      ${of === 'reporting' ? sql`` : sql`and shown is distinct from 'state_alone'`}`)
  let knownAt: string | undefined
  for (const row of rows) {
    const list = figures.get(row.indicator) ?? []
    list.push(toFigure(row, of))
    figures.set(row.indicator, list)
    if (row.knownAt !== null) knownAt = instantFromDatabase(row.knownAt)
  }
  return { figures, knownAt }
}

/** The day in the province, UTC+7 without summer time, as `dayInProvince` reckons it. */
function observedBy ({ on, periods }: NonNullable<FigureRange['running']>): SQL {
  const [indicators, codes] = [periods.map(({ indicator }) => indicator), periods.map(({ period }) => period)]
  return sql`and ((coalesce(m.observed_at, m.recorded_at) at time zone 'UTC' + interval '7 hours')::date <= ${on}::date
    or (m.indicator_code, m.period) not in (select * from unnest(${sql.param(indicators)}::text[],
      ${sql.param(codes)}::text[])))`
}

/**
 * Periods are compared as text, which is the order of years for four digits only: a target due in 9999 must not ask
 * for periods before '10000'.
 */
function periodBound (year: number): string {
  return String(Math.min(Math.max(year, FIRST_YEAR), LAST_YEAR + 1))
}

function toFigure (row: FigureRow, of: FigureRange['of']): Figure {
  const counts = row.state === 'returned' && row.decided
  const state = of === 'figures' && counts && row.shown !== null
    ? { state: 'accepted' as const }
    : { state: row.state, ...counts ? { counts } : {} }
  return {
    id: row.id, revision: row.revision, agency: row.agency, period: row.period, breakdown: row.breakdown,
    value: row.value ?? undefined, numerator: row.numerator ?? undefined, denominator: row.denominator ?? undefined,
    quality: row.quality, ...state, ...row.shown === null ? {} : { shown: row.shown },
    observedAt: row.observedAt === null ? undefined : instantFromDatabase(row.observedAt),
    recordedAt: instantFromDatabase(row.recordedAt),
    provenance: row.provenance
  }
}

/** The rule set in force on the day; the first one for the days before it. */
export async function findRules (db: Queryable, { on, at }: Instant): Promise<StatusRules | undefined> {
  const { rows: [rules] } = await db.execute<StatusRules & Record<string, unknown>>(sql`
    select version, pace, on_track as "onTrack", at_risk as "atRisk" from status_rules where recorded_at <=
      ${at}::timestamptz
    order by effective_from <= ${on}::date desc, case when effective_from <= ${on}::date then effective_from end desc,
      effective_from, version desc limit 1`)
  return rules
}

export async function listDimensionMembers (
  db: Queryable, dimensions: readonly string[], at: string
): Promise<Map<string, { code: string, name: StoredText }[]>> {
  const found = new Map<string, { code: string, name: StoredText }[]>()
  if (dimensions.length === 0) return found
  const { rows } = await db.execute<{ dimension: string, code: string, name: StoredText }>(sql`
    select dimension_code as dimension, code, name from dimension_members_at(${at}::timestamptz)
    where dimension_code = any(${sql.param([...dimensions])}::text[]) order by position, code collate "C"`)
  for (const { dimension, ...member } of rows) {
    const members = found.get(dimension) ?? []
    members.push(member)
    found.set(dimension, members)
  }
  return found
}

/** Who leads which target on the day, and all that an agency has a role in. */
export async function listRoles (db: Queryable, { on, at }: Instant): Promise<{
  target: string, agency: string, role: string
}[]> {
  const { rows } = await db.execute<{ target: string, agency: string, role: string }>(sql`
    select target_id as target, agency_code as agency, role from assignments_at(${at}::timestamptz)
    where target_id is not null and (removed_at is null or removed_at > ${at}::timestamptz) and valid_from <=
      ${on}::date and (valid_to is null or valid_to >= ${on}::date)`)
  return rows
}

/** When the registry last learnt something, by the instant, of what a status rests on, its figures aside. */
export async function lastKnown (db: Queryable, at: string): Promise<string> {
  const recorded = (table: string) =>
    sql`(select max(recorded_at) from ${sql.identifier(table)} where recorded_at <= ${at}::timestamptz)`
  const removed = (table: string) =>
    sql`(select max(removed_at) from ${sql.identifier(table)} where removed_at <= ${at}::timestamptz)`
  const learnt = [
    ...[
      'targets', 'target_versions', 'status_rules', 'agency_names', 'agency_parents', 'reorganisations', 'extensions',
      'extension_revocations', 'period_transitions', 'explanation_versions'
    ].map(recorded),
    ...['agency_names', 'agency_parents', 'assignments'].map(removed),
    ...[
      plans, pillars, planPillars, indicators, calendars, publicHolidays, dimensionMembers, assignments
    ].map(table => lastChange(table, at))
  ]
  const { rows: [row] } = await db.execute<{ known: string }>(sql`select greatest(${sql.join(
    learnt, sql`, `
  )}, timestamptz '1970-01-01')::text as known`)
  return instantFromDatabase(row!.known)
}
