import type { Queryable } from '../../db/client.js'
import { partsOf, type CivilDate } from '../../domain/date.js'
import { obligationsOf, type Obligation, type OwingTarget } from '../../domain/obligations.js'
import { LAST_YEAR, type Period } from '../../domain/period.js'
import type { Succession } from '../../domain/succession.js'
import type { StructureAgency, Timeline } from '../../world/structure.js'
import { loadTimeline } from '../../world/agencies.js'
import { listHolidays } from '../../world/holidays.js'
import { heirsOf, loadLife } from '../../world/period-life.js'
import type { GivenExplanation } from '../given-explanation.js'
import { loadStanding } from '../../world/explanations.js'
import { listSuccessions } from '../../world/successions.js'
import type { Sight } from '../../world/sight.js'
import { breakdownKeysOf, reported, runningPeriods } from '../../world/reporters.js'
import { listDimensionMembers, listFigures, listTargetsInForce, type TargetInForce } from '../../world/figures.js'
import { scopeOf } from '../../world/scope.js'
import { listDutyAssignments, listLateness, type CameLate, type DutyAssignment, type Lateness } from './queries.js'
import type { Frequency } from '../../domain/words.js'

export interface ObligationFilters {
  on: CivilDate
  indicator?: string | undefined
  pillar?: string | undefined
  plan?: string | undefined
  /** Who owes it. */
  agency?: string | undefined
  /** For whom the figure is. */
  subject?: string | undefined
  period?: string | undefined
  year?: number | undefined
  frequency?: Frequency | undefined
  state?: Obligation['state'] | undefined
  /** Whether somebody has explained why the figure is missing or late. */
  explained?: boolean | undefined
}

/** An obligation with the names that an answer needs. */
export interface NamedObligation extends Obligation {
  readonly agencyName: StructureAgency['name']
  readonly subjectName: StructureAgency['name']
  readonly takenOverFromName?: StructureAgency['name']
  readonly indicatorName: { readonly vi: string, readonly en?: string | undefined }
  readonly pillar: string
  readonly assignment?: DutyAssignment
  /** Whether the revision shown came after the deadline, and whether the first report of the figure did. */
  readonly revisionLate?: boolean
  readonly reportedLate?: boolean
  readonly explanation?: GivenExplanation
}

/**
 * Who owes which figure for which period, and how that stands: derived from the targets in force on `on` and all that
 * was known at `at`, by a fixed number of queries however many there are. To be called within one snapshot.
 * `passages`: those that are not written yet.
 */
export async function listObligations (
  db: Queryable, at: string, filters: ObligationFilters, sight: Sight, passages: readonly Succession[] = []
): Promise<NamedObligation[]> {
  const { on, indicator, pillar, plan, agency, subject, state, explained } = filters
  const items = await listTargetsInForce(db, { indicator, pillar }, { on, at })
  if (items.length === 0) return []
  const timeline = await loadTimeline(db, at)
  const dimensions = await listDimensionMembers(
    db, [...new Set(items.flatMap(({ target }) => target.scope.dimension ?? []))], at
  )
  const assignments = groupBy(
    await listDutyAssignments(db, items.map(({ target }) => target.id), at), ({ target }) => target
  )
  const range = {
    at, ...yearsOf(items, filters), indicators: [...new Set(items.map(one => one.indicator.code))],
    breakdownKeys: breakdownKeysOf(items, dimensions)
  }
  const { figures } = await listFigures(db, {
    ...range, sight, of: 'reporting', running: { on, periods: runningPeriods(items, on) }
  })
  const lateness = await listLateness(db, range)
  const standing = await loadStanding(db, range)
  const successions = [...await listSuccessions(db, at), ...passages]
  const { former } = timeline.on(on)

  const owing = items.map((item): OwingTarget => ({
    target: item.target,
    indicator: item.indicator,
    calendar: item.calendar,
    phases: item.life.phases,
    scopeOn: day => reported(item, scopeOf(item, timeline.on(day), dimensions)),
    leadOn: day => assignments.get(item.target.id)?.find(one => one.role === 'lead' && isInForce(one, day))?.agency
  }))
  const obligations = obligationsOf({
    on,
    holidays: await listHolidays(db, at),
    targets: owing,
    figures,
    wants: wanted(filters),
    ...await loadLife(db, { at }),
    aboveOn: timeline.aboveOn,
    ...heirsOf(code => former.get(code)?.until, successions)
  })

  const byId = new Map(items.map(item => [item.target.id, item]))
  return obligations
    .filter(one =>
      (agency === undefined || one.agency === agency) && (subject === undefined || one.subject === subject) &&
      (state === undefined || one.state === state) && (plan === undefined ||
        one.targets.some(id => byId.get(id)!.target.plan === plan)))
    .map(one => {
      const explanation = standing.ofFigure({ ...one, period: one.period.code }, one.agency)
      const whole = named(one, byId.get(one.targets[0]!)!, timeline, on, assignments, lateness)
      return explanation === undefined ? whole : { ...whole, explanation }
    })
    .filter(({ explanation }) => explained === undefined || (explanation !== undefined) === explained)
}

function named (
  one: Obligation, { indicator, target }: TargetInForce, timeline: Timeline, on: CivilDate,
  assignments: ReadonlyMap<string, readonly DutyAssignment[]>, lateness: ReadonlyMap<string, Lateness>
): NamedObligation {
  const { alive, former } = timeline.on(on)
  const nameOf = (code: string) => (alive.get(code) ?? former.get(code))?.name ?? { vi: code }
  const end = one.takenOverFrom === undefined ? one.window.to : one.deadline
  const day = end < on ? end : on
  const assignment = one.targets.flatMap(id => assignments.get(id) ?? [])
    .filter(({ agency }) => agency === one.agency).find(own => isInForce(own, day))
  const late = one.figure === undefined ? undefined : lateness.get(one.figure.id)
  return {
    ...one,
    agencyName: nameOf(one.agency),
    subjectName: nameOf(one.subject),
    ...one.takenOverFrom === undefined ? {} : { takenOverFromName: nameOf(one.takenOverFrom) },
    indicatorName: indicator.name,
    pillar: target.pillar,
    ...assignment === undefined ? {} : { assignment },
    ...late === undefined
      ? {}
      : { revisionLate: isLate(late.revisions[one.figure!.revision - 1], one), reportedLate: isLate(late.first, one) }
  }
}

/** By the deadline that stands now: more time given afterwards, or another public holiday, makes a figure timely. */
function isLate (came: CameLate | undefined, { deadline }: Obligation): boolean {
  return typeof came === 'string' && came > deadline
}

function wanted ({ period, year, frequency }: ObligationFilters): (one: Period) => boolean {
  return one =>
    (period === undefined || one.code === period) && (year === undefined || one.year === year) &&
      (frequency === undefined || one.frequency === frequency)
}

/** The years whose periods can have begun by `on`: in its last days an administrative year belongs to the next. */
function yearsOf (
  items: readonly TargetInForce[], { on, period, year }: ObligationFilters
): { fromYear: number, toYear: number } {
  const one = period === undefined ? year : Number(period.slice(0, 4))
  if (one !== undefined) return { fromYear: one, toYear: one }
  return {
    fromYear: Math.min(...items.map(({ target }) => target.planYear)), toYear: Math.min(partsOf(on).year + 1, LAST_YEAR)
  }
}

function isInForce ({ validFrom, validTo }: DutyAssignment, day: CivilDate): boolean {
  return validFrom <= day && (validTo === null || validTo >= day)
}

function groupBy<T> (rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return groups
}
