import { windowOf, type CalendarRule } from './calendar.js'
import { addDays, daysBetween, partsOf, type CivilDate } from './date.js'
import { add, compare, divide, multiply, parseDecimal, rational, subtract, ZERO, type Rational } from './decimal.js'
import { parsePeriod, periodAt } from './period.js'
import { isRunningTotal } from './time-basis.js'
import type { Direction, TimeBasis, ValueKind } from './words.js'

/** From where (if known), by which marks, to what and until when. */
export interface Trajectory {
  readonly baseline?: { readonly value: Rational, readonly date: CivilDate } | undefined
  /** The day before the year begins, on which a running total stands at 0. A running total has no other baseline. */
  readonly origin?: CivilDate | undefined
  /** Each holds from the end of its period on. */
  readonly milestones: readonly { readonly end: CivilDate, readonly value: Rational }[]
  readonly target: Rational
  readonly dueDate: CivilDate
  /** The end of the last period that can speak for the target; it may lie before the due date. */
  readonly lastEnd?: CivilDate | undefined
  readonly direction: Direction
}

export interface Expectation {
  readonly value: Rational
  readonly by: 'milestone' | 'baseline' | 'year_start' | 'target'
}

/** How much of the way is done: null when there was no way to go, or none that can be measured as a share. */
export interface Pace {
  readonly attainment: Rational | null
  readonly verdict: 'on_track' | 'at_risk' | 'off_track'
}

/** Decimals of the registry are checked when they come in; one that is not a decimal here is a fault of the program. */
export function decimal (text: string): Rational {
  const value = parseDecimal(text)
  if (value === undefined) throw new RangeError('not a decimal')
  return value
}

export function trajectoryOf (
  target: {
    readonly value: string
    readonly dueDate: CivilDate
    readonly baseline?: { readonly value?: string | undefined, readonly date: CivilDate } | undefined
    readonly milestones: readonly { readonly period: string, readonly value: string }[]
  },
  direction: Direction,
  calendar: CalendarRule,
  { lastEnd, origin }: { lastEnd?: CivilDate | undefined, origin?: CivilDate | undefined } = {}
): Trajectory {
  const baseline = origin === undefined ? target.baseline : undefined
  return {
    origin,
    baseline: baseline?.value === undefined ? undefined : { value: decimal(baseline.value), date: baseline.date },
    milestones: target.milestones.flatMap(({ period: code, value }) => {
      const period = parsePeriod(code)
      return period === undefined ? [] : [{ end: windowOf(period, calendar).to, value: decimal(value) }]
    }),
    target: decimal(target.value),
    dueDate: target.dueDate,
    lastEnd,
    direction
  }
}

/**
 * Where a running total starts: the plan's year, or, of figures since the beginning of the year, the year of the due
 * date. Undefined for what is no running total.
 */
export function originOf (
  target: { readonly planYear: number, readonly dueDate: CivilDate },
  indicator: { readonly timeBasis: TimeBasis, readonly valueKind: ValueKind },
  calendar: CalendarRule
): CivilDate | undefined {
  if (!isRunningTotal(indicator)) return undefined
  const year = indicator.timeBasis === 'during_period' ? target.planYear : partsOf(target.dueDate).year
  return addDays(windowOf(periodAt('yearly', year, 1), calendar).from, -1)
}

/** `better` is on the far side of `worse`, or equal to it, in this direction. */
export function reaches (better: Rational, worse: Rational, direction: Direction): boolean {
  const order = compare(better, worse)
  return order === 0 || (order > 0) === (direction === 'higher_is_better')
}

/**
 * Rule `linear`: the last milestone that has ended by `day`, else the straight line between the baseline (at its date)
 * and the target (at its due date), which is level before and after. A running total starts at 0 instead. Undefined
 * without either. The last period that can speak for the target, and whatever ends on the due date or later, is
 * measured against the target itself and not against a milestone of an earlier period: nothing comes after it in which
 * the rest of the way could be made.
 */
export function expectedAt (day: CivilDate, trajectory: Trajectory): Expectation | undefined {
  const { baseline, origin, dueDate, lastEnd, target } = trajectory
  const passed = trajectory.milestones.filter(({ end }) => end <= day)
  const last = passed.reduce<typeof passed[number] | undefined>(
    (a, b) => a === undefined || b.end >= a.end ? b : a, undefined
  )
  if (last !== undefined) {
    const isFinal = day >= dueDate || (lastEnd !== undefined && day >= lastEnd && last.end < lastEnd)
    return isFinal && compare(last.value, target) !== 0
      ? { value: target, by: 'target' }
      : { value: last.value, by: 'milestone' }
  }
  const start = origin === undefined ? baseline : { value: ZERO, date: origin }
  // what is counted anew each year has no expected value in a year before that of the due date
  if (start === undefined || (origin !== undefined && day <= origin)) return undefined
  const by = origin === undefined ? 'baseline' : 'year_start'
  if (day >= dueDate) return { value: target, by }
  if (day <= start.date) return { value: start.value, by }
  const share = rational(BigInt(daysBetween(start.date, day)), BigInt(daysBetween(start.date, dueDate)))
  return { value: add(start.value, multiply(subtract(target, start.value), share)), by }
}

/**
 * Thresholds are shares of the way, e.g. 0.95 and 0.80: at or above `onTrack`, at or above `atRisk`, else off track.
 */
export function paceOf (
  value: Rational,
  expected: Rational,
  trajectory: Trajectory,
  thresholds: { readonly onTrack: Rational, readonly atRisk: Rational }
): Pace {
  const attainment = attainmentOf(value, expected, trajectory)
  if (reaches(value, expected, trajectory.direction)) return { attainment, verdict: 'on_track' }
  if (attainment === null) return { attainment, verdict: 'off_track' }
  if (compare(attainment, thresholds.onTrack) >= 0) return { attainment, verdict: 'on_track' }
  return { attainment, verdict: compare(attainment, thresholds.atRisk) >= 0 ? 'at_risk' : 'off_track' }
}

/**
 * (value − baseline) / (expected − baseline). A milestone without a baseline is measured from 0 when higher is better,
 * and as expected / value when lower is. Null where the expected value does not lie beyond the start: a share of no
 * way, or of a way back, would call a falling value an advance.
 */
function attainmentOf (value: Rational, expected: Rational, { baseline, direction }: Trajectory): Rational | null {
  if (baseline === undefined && direction === 'lower_is_better') {
    return compare(value, ZERO) > 0 && compare(expected, ZERO) >= 0 ? divide(expected, value) : null
  }
  const start = baseline?.value ?? ZERO
  if (reaches(start, expected, direction)) return null
  return divide(subtract(value, start), subtract(expected, start))
}
