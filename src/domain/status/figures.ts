import { windowOf, type CalendarRule, type Window } from '../calendar.js'
import { partsOf as periodParts } from '../derive.js'
import { addDays, civilDate, dayInProvince, partsOf, type CivilDate } from '../date.js'
import { tellingFrom } from '../observation.js'
import { comparePeriods, isPeriodYear, monthsOf, periodsOfYear, type Period } from '../period.js'
import type { Figure, MeasurementRef, Member, StatusIndicator, StatusInput, StatusTarget } from './types.js'
import { QUALITIES, type Quality } from '../words.js'

/** A period with the days it spans. */
export interface Slot { readonly period: Period, readonly window: Window }

/**
 * The periods whose figures can speak for a target, in order of time, of those that end together the shorter first: of
 * the indicator's frequencies, from the plan's year on, and begun by the due date, by the calendar's window as well as
 * by name. The name matters in the last days of an administrative year: on 31/12/2025 the window of 2026 is open, and
 * yet 2026 says nothing of a target of 2025. Where a shorter period holds the due date, a longer one that ends after
 * it is left out: the figure of a year says nothing of a target due in June.
 */
export function eligibleSlots (target: StatusTarget, indicator: StatusIndicator, calendar: CalendarRule): Slot[] {
  const slots: Slot[] = []
  const lastYear = partsOf(target.dueDate).year
  for (let year = target.planYear; year <= lastYear && isPeriodYear(year); year++) {
    for (const period of indicator.frequencies.flatMap(frequency => periodsOfYear(year, frequency))) {
      const window = windowOf(period, calendar)
      const named = civilDate(year, monthsOf(period).first, 1)
      if (window.from <= target.dueDate && named <= target.dueDate) slots.push({ period, window })
    }
  }
  if (indicator.frequencies.length === 1) return slots
  const nameEnds = ({ period }: Slot) => addDays(civilDate(period.year, monthsOf(period).last + 1, 1), -1)
  const holding = slots.map(nameEnds).filter(end => end >= target.dueDate).sort()[0]
  return slots.filter(slot =>
    holding === undefined || nameEnds(slot) <= holding).sort((a, b) => comparePeriods(a.period, b.period))
}

/**
 * A day on which periods end: one of them, or of several frequencies several. `window` begins with the first of them.
 */
export interface Point extends Slot {
  /** The longest first; `period` is the shortest. */
  readonly slots: readonly Slot[]
}

/** In order of time. */
export function pointsOf (slots: readonly Slot[]): Point[] {
  const byEnd = new Map<CivilDate, Slot[]>()
  for (const slot of slots) {
    const known = byEnd.get(slot.window.to)
    if (known === undefined) byEnd.set(slot.window.to, [slot])
    else known.unshift(slot)
  }
  return [...byEnd.values()].map(ending => {
    const [longest, shortest] = [ending[0]!, ending.at(-1)!]
    return { period: shortest.period, window: longest.window, slots: ending }
  })
}

/** The input as it concerns a period: in scope is who was so on its last day, or, while it runs, on `on`. */
export function inputOf (input: StatusInput, slot: Slot | undefined): StatusInput {
  const { scopeOn, on } = input
  if (scopeOn === undefined || slot === undefined || slot.window.to >= on) return input
  return { ...input, scope: scopeOn(slot.window.to) }
}

/**
 * A share that is there and yet does not count: without its numerator and denominator it cannot be added to those of
 * the other parts, where it is one, nor of the other periods.
 */
export function isLeftOut (
  figure: Figure, { period }: Slot, isPart: boolean,
  { target, indicator }: Pick<StatusInput, 'target' | 'indicator'>, eligible: readonly Slot[]
): boolean {
  if (figure.state === 'returned' || figure.numerator !== undefined) return false
  return (isPart && isRolledUpByParts(target, indicator)) || addsPeriodsByParts(period, indicator, eligible)
}

/** By period, agency and breakdown. */
export interface FigureIndex {
  /** The revision that makes the value. */
  usable (period: string, agency: string, breakdown: Figure['breakdown']): Figure | undefined
  /** The newest revision, whatever became of it: what the reporter has done last. */
  latest (period: string, agency: string, breakdown: Figure['breakdown']): Figure | undefined
}

export function indexFigures (
  { figures, basis, on }: Pick<StatusInput, 'figures' | 'basis' | 'on'>, slots: readonly Slot[]
): FigureIndex {
  const windows = new Map(slots.map(({ period, window }) => [period.code, window]))
  const usable = new Map<string, Figure>()
  const latest = new Map<string, Figure>()
  for (const figure of figures) {
    const window = windows.get(figure.period)
    if (window === undefined || !countsOn(figure, window, on)) continue
    const key = keyOf(figure.period, figure.agency, figure.breakdown)
    if (figure.state === 'superseded' || figure.state === 'withdrawn') continue
    keepNewest(latest, key, figure)
    if (isCounted(figure) ||
      (figure.state === 'submitted' && basis === 'submitted' && figure.shown !== 'state_alone')) {
      keepNewest(usable, key, figure)
    }
  }
  return {
    usable: (period, agency, breakdown) => usable.get(keyOf(period, agency, breakdown)),
    latest: (period, agency, breakdown) => latest.get(keyOf(period, agency, breakdown))
  }
}

/** An accepted figure makes the value, also while it is returned for correction. */
export function isCounted ({ state, counts }: Pick<Figure, 'state' | 'counts'>): boolean {
  return state === 'accepted' || (state === 'returned' && counts === true)
}

/**
 * A closed period's figure counts whenever it was pushed; one of a running period from the day it was observed, if
 * that says something of the period.
 */
function countsOn (figure: Figure, window: Window, on: CivilDate): boolean {
  if (window.to <= on) return true
  const observed = dayInProvince(figure.observedAt ?? figure.recordedAt)
  return observed <= on && observed >= tellingFrom(window)
}

/** Of whom a figure without numerator and denominator is left out of the target's roll-up. */
export function isRolledUpByParts (
  { quantifier }: Pick<StatusTarget, 'quantifier'>, { aggregation }: Pick<StatusIndicator, 'aggregation'>
): boolean {
  return quantifier === 'aggregate' && aggregation === 'ratio_of_sums'
}

/**
 * Whether a period's numerator and denominator are added to those of other periods: of shares of their periods alone,
 * where more than one of that frequency speaks for the target.
 */
export function addsPeriodsByParts (
  { frequency }: Period, { timeBasis, valueKind }: StatusIndicator, eligible: readonly Slot[]
): boolean {
  const isShare = timeBasis === 'during_period' && valueKind === 'ratio'
  return isShare && eligible.filter(slot => slot.period.frequency === frequency).length > 1
}

/** Finds what an agency has reported up to a point: figures of periods that follow each other, or one. */
export type Find = (point: Point, agency: string, breakdown: Figure['breakdown']) => Figure[]

/**
 * Of the periods that end there the figure of the longest that has one. Where figures are of their periods alone, a
 * period without one is made up of shorter ones, if all are there: a quarter of its months.
 */
export function findIn (index: FigureIndex, { frequencies, timeBasis, valueKind }: StatusIndicator): Find {
  return ({ slots }, agency, breakdown) => {
    const usable = ({ code }: Period) => index.usable(code, agency, breakdown)
    for (const { period } of slots) {
      const own = usable(period)
      if (own !== undefined) return [own]
      if (timeBasis !== 'during_period' || frequencies.length === 1) continue
      const parts = periodParts(period, frequencies, part => {
        const figure = usable(part)
        return figure !== undefined && (valueKind !== 'ratio' || figure.denominator !== undefined)
      })
      if (parts !== undefined) return parts.map(part => usable(part)!)
    }
    return []
  }
}

function keepNewest (map: Map<string, Figure>, key: string, figure: Figure): void {
  const kept = map.get(key)
  if (kept === undefined || figure.revision > kept.revision) map.set(key, figure)
}

function keyOf (period: string, agency: string, breakdown: Figure['breakdown']): string {
  return JSON.stringify([period, agency, ...Object.entries(breakdown).sort(([a], [b]) => a < b ? -1 : 1)])
}

/** The breakdown of a figure for the whole scope, or for one of its agencies. */
export function breakdownOf ({ scope }: StatusTarget): Figure['breakdown'] {
  return scope.dimension === undefined || scope.member === undefined ? {} : { [scope.dimension]: scope.member }
}

/** The dimension whose members are those of the scope; undefined where they are agencies. */
export function dimensionOf ({ scope }: StatusTarget): string | undefined {
  return scope.member === undefined ? scope.dimension : undefined
}

/** Whose figure stands for the whole when `whole` itself has none: the one reporter, unless it is a part. */
export function soleReporter ({ members, reporters }: StatusInput['scope']): Member | undefined {
  const [reporter] = reporters
  if (reporters.length !== 1 || reporter === undefined) return undefined
  return members.some(({ code }) => code === reporter.code) ? undefined : reporter
}

export function referTo ({ id, revision, agency, period }: Figure): MeasurementRef {
  return { id, revision, agency, period }
}

export function worstQuality (figures: readonly Pick<Figure, 'quality'>[]): Quality | null {
  return QUALITIES.find(quality => figures.some(figure => figure.quality === quality)) ?? null
}
