import { unitDeadline, type Holidays } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import {
  isAwaited, isComparable, markOf, rank, scoreOf, setAside, type Mark, type Owed, type RankingMethod, type Score
} from '../../domain/ranking.js'
import { addUp, quantityOf, type Quantity } from '../../domain/rollup.js'
import { comparePeriods, type Period } from '../../domain/period.js'
import {
  breakdownOf, directionOf, eligibleSlots, findIn, indexFigures, pointsOf, runningTotal, slotOf, type Figure,
  type Point, type Slot, type StatusIndicator
} from '../../domain/status/index.js'
import { owesFigure } from '../../domain/target-life.js'
import type { Structure, StructureAgency, Timeline } from '../../world/structure.js'
import { breakdownKeyOf } from '../../domain/breakdown.js'
import { isMemberOfLevel } from '../../world/target-scope.js'
import { reportersOf } from '../../world/reporters.js'
import type { TargetInForce } from '../../world/figures.js'
import type { Level } from '../../domain/words.js'

export interface Item {
  /** What is demanded: by the agency's own part if it has one, else by the common target. */
  readonly demand: TargetInForce
  readonly own: boolean
  readonly slot: Slot
  readonly figure: Figure | undefined
  readonly quantity: Quantity
  readonly mark: Mark
}

export interface Ranked extends Score {
  readonly code: string
  readonly agency: StructureAgency
  readonly items: readonly Item[]
  readonly rank: number | null
  readonly tied: boolean
}

/**
 * What is compared: an indicator, or one of its members of a dimension, and all the targets that demand something of
 * it.
 */
interface Measure {
  readonly targets: readonly TargetInForce[]
  /** The periods by which agencies can be compared, the newest first. */
  readonly points: readonly Point[]
  readonly slots: readonly Slot[]
}

export interface Contest {
  readonly method: RankingMethod
  readonly level: Level
  readonly on: CivilDate
  /** Only indicators of its frequency; the newest reported one of each indicator when absent. */
  readonly period: string | undefined
  readonly targets: readonly TargetInForce[]
  readonly timeline: Timeline
  readonly holidays: Holidays
  readonly figures: ReadonlyMap<string, readonly Figure[]>
  /** The bodies that were, on that day, what the agency is now. */
  bodiesOn (agency: string, indicator: string, day: CivilDate): readonly string[]
  /** Whether the agency is excused from the figure of the period, and whether its time is over. */
  owed (demand: TargetInForce, own: boolean, agency: string, period: Period): Owed
}

/** The agencies of the level, best first. */
export function rankAgencies (contest: Contest): Ranked[] {
  const structure = contest.timeline.on(contest.on)
  const measures = measuresOf(contest)
  const entrants = [...structure.alive.values()].filter(agency =>
    agency.level === contest.level && isRanked(agency, contest))
  const items = measures.flatMap(measure => askAll(measure, entrants, contest))
  return rank(entrants.map(agency => {
    const own = items.filter(item => item.agency === agency).map(({ item }) => item)
    return { code: agency.code, agency, items: own, ...scoreOf(own.map(({ mark }) => mark)) }
  }))
}

/**
 * The bodies that do the level's work, and others of it that have a target of their own; never the committee above
 * them all.
 */
function isRanked (agency: StructureAgency, { level, targets }: Contest): boolean {
  if (isMemberOfLevel(agency, level)) return true
  return agency.kind !== 'provincial_committee' && targets.some(({ target }) => target.scope.agency === agency.code)
}

/** A dimension's members are no agencies, and whoever reports of them is asked for the whole. */
export function measuresOf ({ targets, on, period }: Pick<Contest, 'targets' | 'on' | 'period'>): Measure[] {
  const groups = new Map<string, TargetInForce[]>()
  for (const item of targets) {
    const { state, scope, indicator } = item.target
    if (state === 'dropped' || (scope.dimension !== undefined && scope.member === undefined)) continue
    const key = `${indicator} ${breakdownKeyOf({ ...breakdownOf(item.target) })}`
    groups.set(key, [...groups.get(key) ?? [], item])
  }
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([, targets]) => ({
    targets, ...timeOf(targets, on, period)
  }))
}

function timeOf (
  targets: readonly TargetInForce[], on: CivilDate, asked: string | undefined
): Pick<Measure, 'points' | 'slots'> {
  const eligible = targets.flatMap(({ target, indicator, calendar }) => eligibleSlots(target, indicator, calendar))
  const slots = [
    ...new Map(eligible.map(slot => [slot.period.code, slot])).values()
  ].sort((a, b) => comparePeriods(a.period, b.period))
  const points = asked === undefined
    ? pointsOf(slots).filter(({ window }) => window.to < on)
    : slots.filter(({ period, window }) => period.code === asked && window.from <= on).map(slot => ({
      ...slot, slots: [slot]
    }))
  return { points: points.toReversed(), slots }
}

/**
 * All agencies are compared by the same period: one that is past its deadline, or in which nobody's figure may still
 * come.
 */
function askAll (
  measure: Measure, entrants: readonly StructureAgency[], contest: Contest
): { agency: StructureAgency, item: Item }[] {
  const { method, on, holidays, figures, owed, bodiesOn } = contest
  const { indicator, calendar } = measure.targets[0]!
  const index = indexFigures({ figures: figures.get(indicator.code) ?? [], basis: 'accepted', on }, measure.slots)
  const find = findIn(index, indicator)
  let newest: { agency: StructureAgency, item: Item }[] | undefined
  for (const point of measure.points) {
    const demands = demandsIn(point, measure, contest)
    const asked = entrants.flatMap(agency => {
      const found = demands(agency.code)
      if (found === undefined) return []
      const { demand, own } = found
      const breakdown = breakdownOf(demand.target)
      const { quantity, figures: taken } = indicator.timeBasis === 'during_period'
        ? runningTotal(point, measure.slots, demand.target.planYear, indicator, (leg, day) =>
          bodiesOn(agency.code, indicator.code, day).map(code => find(leg, code, breakdown)))
        : standing(find(point, agency.code, breakdown), indicator)
      const figure = taken.at(-1)
      const mark = markOf(quantity, {
        operator: demand.target.operator, value: demand.target.value, direction: directionOf(demand.target, indicator)
      })
      const counted = setAside(
        method, mark, isMeasure(found, method), () => owed(demand, own, agency.code, point.period)
      )
      return [{ agency, item: { demand, own, slot: point, figure, quantity, mark: counted } }]
    })
    if (asked.length === 0) continue
    const slot = slotOf(point, asked.flatMap(({ item }) => item.figure ?? []))
    const answer = asked.map(({ agency, item }) => ({ agency, item: { ...item, slot } }))
    if (on > unitDeadline(point.period, calendar, holidays) ||
      !asked.some(({ item }) => isAwaited(method, item.mark))) {
      return answer
    }
    newest ??= answer
  }
  return newest ?? []
}

function standing (
  figures: readonly Figure[], { valueKind }: StatusIndicator
): { quantity: Quantity, figures: readonly Figure[] } {
  return { quantity: addUp(figures.map(figure => quantityOf(figure, valueKind)), valueKind), figures }
}

/**
 * Who is asked for a figure of the period, and by which target: its own part first, then the narrowest of the newest
 * plan that it can be held against.
 */
function demandsIn (slot: Slot, { targets }: Measure, { method, on, timeline }: Contest) {
  const day = slot.window.to < on ? slot.window.to : on
  const structure = timeline.on(day)
  const candidates = targets
    .filter(({ target, indicator, calendar }) =>
      eligibleSlots(target, indicator, calendar).some(({ period }) => period.code === slot.period.code))
    .map(demand => ({ demand, ...asks(demand, structure) }))
    .sort((a, b) => b.demand.target.planYear - a.demand.target.planYear || breadthOf(a.demand) - breadthOf(b.demand) ||
      (a.demand.target.id < b.demand.target.id ? -1 : 1))
  return (code: string) => {
    const asking = candidates.filter(({ reporters, whole }) => whole === code || reporters.has(code))
    const newest = asking.filter(({ demand }) => demand.target.planYear === asking[0]!.demand.target.planYear)
    if (!asking.some(({ demand }) => owesFigure(demand.life.phases, slot.window.to, on))) return undefined
    const found = newest.map(({ demand, whole }) => ({ demand, own: whole === code }))
    return found.find(({ own }) => own) ?? found.find(one => isMeasure(one, method)) ?? found[0]!
  }
}

function isMeasure (
  { demand: { target, indicator }, own }: { demand: TargetInForce, own: boolean }, method: RankingMethod
): boolean {
  return isComparable(method, { own, quantifier: target.quantifier, aggregation: indicator.aggregation })
}

function asks (item: TargetInForce, structure: Structure) {
  const { level, agency } = item.target.scope
  return {
    whole: level === undefined ? agency ?? item.planAgency : undefined,
    reporters: new Set(reportersOf(item, structure).map(({ code }) => code))
  }
}

function breadthOf ({ target }: TargetInForce): number {
  if (target.scope.level !== undefined) return 0
  return target.quantifier === 'each' ? 1 : 2
}
