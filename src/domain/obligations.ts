import { deadlinesOf, unitDeadline, type CalendarRule, type Deadline, type Holidays, type Window } from './calendar.js'
import { daysBetween, type CivilDate } from './date.js'
import type { Period } from './period.js'
import { owingAgency, ownersOf, type Heirs, type LeadOn, type Owners } from './owners.js'
import { extend, findExcuse, isPast, lifeOf, type Duty, type Extension, type Transition } from './period-life.js'
import { owesFigure, type Phase } from './target-life.js'
import {
  breakdownOf, dimensionOf, eligibleSlots, indexFigures, isLeftOut, type Figure, type FigureIndex, type Slot,
  type StatusIndicator, type StatusScope, type StatusTarget
} from './status/index.js'
import type { PeriodState } from './words.js'

/**
 * `not_due`: the cut-off has not passed · `due` up to the deadline · `submitted`, `returned`, `accepted`: what became
 * of the figure last reported · `overdue` · `excused`: nothing is owed any more. An accepted figure that cannot be
 * counted (`leftOut`) does not discharge it.
 */
export const OBLIGATION_STATES = ['not_due', 'due', 'submitted', 'returned', 'accepted', 'overdue', 'excused'] as const
export type ObligationState = typeof OBLIGATION_STATES[number]

/** A target in force, with who is in its scope, and who leads it, on any day. */
export interface OwingTarget {
  readonly target: StatusTarget
  readonly indicator: StatusIndicator
  readonly calendar: CalendarRule
  readonly phases: readonly Phase[]
  scopeOn (day: CivilDate): StatusScope
  readonly leadOn: LeadOn
}

export interface ObligationInput extends Heirs {
  readonly on: CivilDate
  readonly holidays: Holidays
  readonly targets: readonly OwingTarget[]
  readonly figures: ReadonlyMap<string, readonly Figure[]>
  wants (period: Period): boolean
  transitionsOf (calendar: string, period: string): readonly Transition[]
  extensionsOf (period: string): readonly Extension[]
  /** The agencies that stood above an agency on a day, at any distance. */
  aboveOn (agency: string, day: CivilDate): { has (code: string): boolean }
}

export interface Obligation {
  /** Agency, indicator, subject and period: of an obligation of several targets there is one. */
  readonly id: string
  readonly agency: string
  /** The agency that owed it while it existed. */
  readonly takenOverFrom?: string
  /** The agency that the figure is for. */
  readonly subject: string
  readonly indicator: string
  readonly calendar: string
  readonly period: Period
  readonly window: Window
  readonly deadline: CivilDate
  readonly deadlines: readonly Deadline[]
  readonly extension?: { readonly id: string, readonly until: CivilDate }
  readonly excuse?: string
  readonly state: ObligationState
  readonly daysLeft?: number
  readonly daysLate?: number
  readonly targets: readonly string[]
  /** The figure that the state is taken from; of several the one that stands worst. */
  readonly figure?: Figure
  /** A figure that was reported and cannot be counted: a share without its parts where the parts are added up. */
  readonly leftOut?: Figure
}

/** A period by the target's calendar, reckoned once for all who report in it. */
interface Term extends Slot {
  /** Its last day, or `on` while it runs. */
  readonly day: CivilDate
  readonly deadline: CivilDate
  readonly deadlines: readonly Deadline[]
  readonly state: PeriodState
  readonly extensions: readonly Extension[]
}

interface Claim extends Owners {
  readonly subject: string, readonly term: Term, readonly item: OwingTarget, readonly reported: Reported
}

/**
 * The figures that answer for a target, undefined while one is missing; and a figure that was reported and cannot be
 * counted.
 */
interface Reported { readonly figures: readonly Figure[] | undefined, readonly leftOut?: Figure | undefined }

/** In the order of the targets, then of time. */
export function obligationsOf (input: ObligationInput): Obligation[] {
  const claims = new Map<string, Claim[]>()
  for (const item of input.targets) {
    for (const claim of claimsOf(item, input)) {
      const id = [claim.agency, item.indicator.code, claim.subject, claim.term.period.code].join(':')
      const group = claims.get(id)
      if (group === undefined) claims.set(id, [claim])
      else group.push(claim)
    }
  }
  return [...claims].map(([id, group]) => settle(id, group, input))
}

function claimsOf (item: OwingTarget, input: ObligationInput): Claim[] {
  const { on } = input
  const { target, indicator, calendar } = item
  const eligible = eligibleSlots(target, indicator, calendar)
  const slots = eligible.filter(({ period, window }) =>
    window.from <= on && input.wants(period) && owesFigure(item.phases, window.to, on))
  const index = indexFigures({ figures: input.figures.get(indicator.code) ?? [], basis: 'submitted', on }, slots)
  return slots.flatMap(slot => {
    const term = termOf(slot, calendar, input)
    const scope = item.scopeOn(term.day)
    return scope.reporters.map(({ code: subject }): Claim => {
      const leadOn = subject === scope.whole?.code ? item.leadOn : undefined
      const owing = { subject, indicator: indicator.code, day: term.day, on, leadOn }
      const { deadline } = extend(
        term.deadline, term.extensions, dutyOf(subject, [owingAgency(owing)], indicator.code, term, input)
      )
      const reported = reportedFor(subject, item, scope, slot, index, eligible)
      return { ...ownersOf(owing, deadline, input), subject, term, item, reported }
    })
  })
}

function termOf (
  { period, window }: Slot, rule: CalendarRule, { on, holidays, transitionsOf, extensionsOf }: ObligationInput
): Term {
  return {
    period,
    window,
    day: window.to < on ? window.to : on,
    deadline: unitDeadline(period, rule, holidays),
    deadlines: deadlinesOf(period, rule, holidays),
    state: lifeOf(period, rule, holidays, transitionsOf(rule.code, period.code), on).state,
    extensions: extensionsOf(period.code)
  }
}

function reportedFor (
  subject: string, item: OwingTarget, scope: StatusScope, slot: Slot, index: FigureIndex, eligible: readonly Slot[]
): Reported {
  const { target } = item
  const find = (breakdown: Figure['breakdown']) => index.latest(slot.period.code, subject, breakdown)
  const dimension = dimensionOf(target)
  const whole = dimension !== undefined && target.quantifier === 'each' ? undefined : find(breakdownOf(target))
  if (whole !== undefined) {
    const isPart = subject !== scope.whole?.code
    return { figures: [whole], leftOut: isLeftOut(whole, slot, isPart, item, eligible) ? whole : undefined }
  }
  if (dimension === undefined) return { figures: undefined }
  const parts = scope.members.map(({ code }) => find({ [dimension]: code }))
  const leftOut = parts.find(part => part !== undefined && isLeftOut(part, slot, true, item, eligible))
  return { figures: parts.length === 0 || parts.includes(undefined) ? undefined : parts as Figure[], leftOut }
}

function settle (id: string, claims: readonly Claim[], input: ObligationInput): Obligation {
  const { on } = input
  const { agency, takenOverFrom, subject, term, item: { indicator, calendar }, ended } = claims[0]!
  const duty = dutyOf(subject, claims.flatMap(({ answering }) => answering), indicator.code, term, input)
  const due = extend(term.deadline, term.extensions, duty)
  const { deadline, extension } = due
  const excuse = findExcuse(term.extensions, duty)
  const worst = claims.some(({ reported }) => reported.figures === undefined)
    ? undefined
    : worstOf(claims.flatMap(({ reported }) => reported.figures!))
  const leftOut = claims.find(({ reported }) => reported.leftOut !== undefined)?.reported.leftOut
  // what was accepted and cannot be counted is still owed
  const figure = leftOut !== undefined && worst?.state === 'accepted' ? undefined : worst
  const state = stateOf({
    figure, excused: excuse !== undefined || ended, passed: term.window.to < on, late: isPast(due, term.state, on)
  })
  return {
    id,
    agency,
    ...takenOverFrom === undefined ? {} : { takenOverFrom },
    subject,
    indicator: indicator.code,
    calendar: calendar.code,
    period: term.period,
    window: term.window,
    deadline,
    deadlines: term.deadlines,
    ...extension === undefined ? {} : { extension: { id: extension.id, until: extension.until } },
    ...excuse === undefined ? {} : { excuse: excuse.id },
    state,
    ...daysOf(state, deadline, on),
    targets: [...new Set(claims.map(({ item }) => item.target.id))],
    ...figure === undefined ? {} : { figure },
    ...leftOut === undefined ? {} : { leftOut }
  }
}

function stateOf (
  { figure, excused, passed, late }: { figure: Figure | undefined, excused: boolean, passed: boolean, late: boolean }
): ObligationState {
  if (figure?.state === 'accepted' || figure?.state === 'submitted') return figure.state
  if (excused) return 'excused'
  if (figure?.state === 'returned') return 'returned'
  if (late) return 'overdue'
  return passed ? 'due' : 'not_due'
}

function daysOf (
  state: ObligationState, deadline: CivilDate, on: CivilDate
): { daysLeft: number } | { daysLate: number } | object {
  if (state === 'accepted' || state === 'submitted' || state === 'excused') return {}
  if (state === 'overdue') return { daysLate: Math.max(daysBetween(deadline, on), 0) }
  return on <= deadline ? { daysLeft: daysBetween(on, deadline) } : { daysLate: daysBetween(deadline, on) }
}

const FROM_WORST = ['returned', 'submitted', 'accepted'] as const

function worstOf (figures: readonly Figure[]): Figure | undefined {
  for (const state of FROM_WORST) {
    const found = figures.find(figure => figure.state === state)
    if (found !== undefined) return found
  }
  return undefined
}

function dutyOf (
  subject: string, owedBy: readonly string[], indicator: string, { period, day }: Term, { aboveOn }: ObligationInput
): Duty {
  return { agency: subject, owedBy, ancestors: aboveOn(subject, day), indicator, period: period.code }
}
