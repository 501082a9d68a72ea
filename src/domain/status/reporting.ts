import { unitDeadline } from '../calendar.js'
import { comparePeriods } from '../period.js'
import { breakdownOf, dimensionOf, inputOf, isLeftOut, type FigureIndex, type Slot } from './figures.js'
import { owesFigure } from '../target-life.js'
import {
  REPORTING_STATES, type Figure, type Member, type Reporting, type ReportingState, type StatusInput
} from './types.js'

/**
 * Of the newest period whose days are over and of which somebody owes a figure (target-life.ts, owesFigure), of each
 * frequency: of several the one that stands worst is shown, and each reporter is counted by its own worst. Before the
 * first is over, of the first, of which nothing is due yet. Where nobody is left in the scope, it is the last period
 * that had reporters: what they owed is still owed. `leftOut`: who has an accepted figure that cannot be counted, and
 * so still owes one.
 */
export function reportingOf (
  input: StatusInput, slots: readonly Slot[], index: FigureIndex
): { reporting: Reporting, leftOut: readonly Member[] } {
  const { calendar, holidays, on } = input
  const counts: Record<ReportingState, number> = {
    overdue: 0, returned: 0, due: 0, submitted: 0, accepted: 0, not_due: 0
  }
  const isClosed = ({ window }: Slot): boolean => window.to < on
  const owed = slots.filter(slot => owes(input, slot))
  const reportersOf = (slot: Slot) => inputOf(input, slot).scope.reporters
  const closed = input.indicator.frequencies.flatMap(frequency => {
    const over = owed.filter(slot => slot.period.frequency === frequency && isClosed(slot))
    return over.findLast(slot => reportersOf(slot).length > 0) ?? over.at(-1) ?? []
  })
  const first = owed[0] ?? slots.findLast(isClosed) ?? slots[0]
  if (first === undefined) return { reporting: { state: 'not_due', period: null, deadline: null, counts }, leftOut: [] }
  const leftOut = new Map<string, Member>()
  const states = new Map<string, ReportingState[]>()
  const found = (closed.length > 0 ? closed : [first]).map(slot => {
    const then = inputOf(input, slot)
    const unreported = (reporter: Member): ReportingState => {
      const time = timeOf(reporter, slot, input)
      if (closed.length === 0 || time === 'excused') return 'not_due'
      return time === 'over' ? 'overdue' : 'due'
    }
    const own = (owed.includes(slot) ? then.scope.reporters : []).map(reporter => {
      const became = reportedBy(reporter, then, slot, index, slots)
      if (became === 'left_out') leftOut.set(reporter.code, reporter)
      const reported = became === 'left_out' ? undefined : became
      // as of an obligation (obligations.ts, stateOf): an excuse takes the duty to correct away too
      const isReleased = reported === 'returned' && timeOf(reporter, slot, input) === 'excused'
      const state = reported === undefined || isReleased ? unreported(reporter) : reported
      states.set(reporter.code, [...states.get(reporter.code) ?? [], state])
      return state
    })
    return { slot, state: worstOf(own) ?? 'not_due' as const }
  })
  for (const own of states.values()) counts[worstOf(own)!]++
  const worst = worstOf(found.map(({ state }) => state))!
  const { period } = found.filter(({ state }) => state === worst).map(({ slot }) => slot)
    .sort((a, b) => comparePeriods(a.period, b.period)).at(-1)!
  const reporting = {
    state: closed.length === 0 ? 'not_due' as const : worst,
    period: period.code,
    deadline: unitDeadline(period, calendar, holidays),
    counts
  }
  return { reporting, leftOut: [...leftOut.values()].sort((a, b) => a.code < b.code ? -1 : 1) }
}

export function owes ({ phases, on, target }: StatusInput, { window }: Slot): boolean {
  return phases === undefined ? target.state !== 'dropped' : owesFigure(phases, window.to, on)
}

/**
 * Whether a reporter may still report of a period in time. As of an obligation (period-life.ts, isPast): an extension
 * that reaches further stands above everything else.
 */
export function timeOf (reporter: Member, { period }: Slot, input: StatusInput): 'open' | 'over' | 'excused' {
  const { calendar, holidays, leaveOf, on } = input
  const leave = leaveOf?.(reporter.code, period.code)
  if (leave?.excused === true) return 'excused'
  const deadline = unitDeadline(period, calendar, holidays)
  if (leave?.until !== undefined && leave.until > deadline) return on > leave.until ? 'over' : 'open'
  return on > deadline || leave?.closed === true ? 'over' : 'open'
}

/** Undefined: nothing, or of a sole reporter's many figures not all. */
function reportedBy (
  reporter: Member, input: StatusInput, slot: Slot, index: FigureIndex, eligible: readonly Slot[]
): ReportingState | 'left_out' | undefined {
  const { target, scope } = input
  const period = slot.period.code
  const find = (breakdown: Figure['breakdown']): Figure | undefined => {
    const own = index.latest(period, reporter.code, breakdown)
    const forWhole = scope.whole !== undefined && !isPart(reporter, input)
    return own ?? (forWhole ? index.latest(period, scope.whole.code, breakdown) : undefined)
  }
  const dimension = dimensionOf(target)
  const whole = dimension !== undefined && target.quantifier === 'each' ? undefined : find(breakdownOf(target))
  const settled = (state: ReportingState | undefined, figures: readonly (Figure | undefined)[], isPart: boolean) => {
    const lacks = (figure: Figure | undefined) =>
      figure !== undefined && isLeftOut(figure, slot, isPart, input, eligible)
    return state === 'accepted' && figures.some(lacks) ? 'left_out' : state
  }
  if (whole !== undefined || dimension === undefined) return settled(stateOf(whole), [whole], isPart(reporter, input))
  const parts = scope.members.map(({ code }) => find({ [dimension]: code }))
  const states = parts.map(stateOf)
  if (scope.reporters.length === 1 && states.includes(undefined)) return undefined
  return settled(worstOf(states.filter(state => state !== undefined)), parts, true)
}

/** An agency that answers for itself, and not for the whole. */
function isPart (reporter: Member, { target, scope }: StatusInput): boolean {
  return dimensionOf(target) === undefined && scope.members.some(({ code }) => code === reporter.code)
}

function stateOf (figure: Figure | undefined): ReportingState | undefined {
  switch (figure?.state) {
    case 'accepted': case 'submitted': case 'returned': return figure.state
    default: return undefined
  }
}

function worstOf (states: readonly ReportingState[]): ReportingState | undefined {
  return REPORTING_STATES.find(state => states.includes(state))
}
