import { multiply, HUNDRED, type Rational } from '../decimal.js'
import {
  decimal, expectedAt, originOf, paceOf, trajectoryOf, type Expectation, type Pace, type Trajectory
} from '../trajectory.js'
import { directionOf, type Assessment } from './assess.js'
import { eligibleSlots } from './figures.js'
import { isRunningTotal } from '../time-basis.js'
import type { Performance, Status, StatusInput } from './types.js'

/** Why: what the explanation says it with. */
export type Reason =
  | 'dropped' | 'nobody_left' | 'denominator_zero' | 'claimed' | 'no_figure' | 'nobody_registered' | 'met'
  | 'members_missing' | 'last_missing' | 'overdue' | 'to_maintain' | 'met_before' | 'claim_refuted'
  | 'no_trajectory' | 'pace'

export interface Judgement {
  readonly performance: Performance
  readonly basis: Status['performanceBasis']
  readonly reason: Reason
  /** For `met_before`: the newest earlier period in which the target was met. */
  readonly before?: Assessment | undefined
}

/** How the value stands to what it should be by the end of its period. */
export interface Progress {
  readonly expectation: Expectation
  readonly pace: Pace
  readonly trajectory: Trajectory
}

/** Undefined where there is no value, no baseline and no milestone, or a target to maintain, which has no way to go. */
export function progressOf (input: StatusInput, assessment: Assessment | undefined): Progress | undefined {
  const { target, indicator, calendar, rules } = input
  if (assessment?.quantity.kind !== 'amount' || target.mode === 'maintain') return undefined
  const lastEnd = eligibleSlots(target, indicator, calendar).at(-1)?.window.to
  const trajectory = trajectoryOf(target, directionOf(target, indicator), calendar, {
    lastEnd, origin: originOf(target, indicator, calendar)
  })
  const expectation = expectedAt(assessment.slot.window.to, trajectory)
  if (expectation === undefined) return undefined
  const thresholds = { onTrack: decimal(rules.onTrack), atRisk: decimal(rules.atRisk) }
  return { expectation, trajectory, pace: paceOf(assessment.quantity.value, expectation.value, trajectory, thresholds) }
}

/** The order of the questions is the rule: the first one answered decides. */
export function judge (
  input: StatusInput,
  assessment: Assessment | undefined,
  progress: Progress | undefined,
  /** The assessment is of the last period that can speak for the target. */
  isFinal: boolean,
  findMetBefore: () => Assessment | undefined
): Judgement {
  const { target, indicator, scope, on } = input
  const claim = target.baseline?.claim === true
  if (target.state === 'dropped') return { performance: 'dropped', basis: 'none', reason: 'dropped' }
  if (isDeserted(input)) return { performance: 'not_applicable', basis: 'none', reason: 'nobody_left' }
  if (assessment === undefined) {
    if (claim) return { performance: 'achieved', basis: 'claim', reason: 'claimed' }
    const nobody = scope.members.length === 0 &&
      (target.quantifier === 'each' || target.scope.level !== undefined || scope.whole === undefined)
    return { performance: 'no_data', basis: 'none', reason: nobody ? 'nobody_registered' : 'no_figure' }
  }
  const measured = (performance: Performance, reason: Reason, before?: Assessment): Judgement =>
    ({ performance, basis: 'measurement', reason, before })
  if (assessment.verdict === 'not_applicable') return measured('not_applicable', 'denominator_zero')
  const total = isRunningTotal(indicator)
  const isFloor = target.operator === 'gt' || target.operator === 'gte'
  // what grows over the year is kept below a bound only once the year is over
  if (assessment.verdict === 'met' && (isFinal || isFloor || !total)) return measured('achieved', 'met')
  if (assessment.verdict === 'met') {
    return on > target.dueDate
      ? measured('missed', 'last_missing')
      : measured(progress?.pace.verdict ?? 'in_progress', progress === undefined ? 'no_trajectory' : 'pace')
  }
  if (on > target.dueDate) {
    return measured('missed', assessment.verdict === 'incomplete' ? 'members_missing' : 'overdue')
  }
  if (assessment.verdict === 'incomplete') return measured('in_progress', 'members_missing')
  if (target.mode === 'maintain') return measured('regressed', claim ? 'claim_refuted' : 'to_maintain')
  if (claim) return measured('regressed', 'claim_refuted')
  const before = total && !isFloor ? undefined : findMetBefore()
  if (before !== undefined) return measured('regressed', 'met_before', before)
  if (progress === undefined) return measured('in_progress', 'no_trajectory')
  return measured(progress.pace.verdict, 'pace')
}

/** Somebody was in the scope, and nobody is left: districts after 01/07/2025. */
export function isDeserted ({ scope }: StatusInput): boolean {
  return scope.members.length === 0 && scope.hadMembers
}

export function asPercentage (share: Rational): Rational {
  return multiply(share, HUNDRED)
}
