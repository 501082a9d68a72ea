import { unitDeadline } from '../calendar.js'
import { daysBetween, type CivilDate } from '../date.js'
import { subtract } from '../decimal.js'
import { comparePeriods, parsePeriod } from '../period.js'
import type { Quantity } from '../rollup.js'
import { decimal } from '../trajectory.js'
import { assess, directionOf, gapOf, wayOf, type AssessedMember, type Assessment } from './assess.js'
import { explain } from './explain.js'
import {
  breakdownOf, dimensionOf, eligibleSlots, findIn, indexFigures, inputOf, pointsOf, referTo, soleReporter,
  type FigureIndex, type Point, type Slot
} from './figures.js'
import { assessFlow, termsOf, type Flow } from './flow.js'
import { isDeserted, judge, progressOf, type Progress } from './performance.js'
import { owes, reportingOf, timeOf } from './reporting.js'
import { showAmong, showDifference, showExact } from './show.js'
import type {
  Accumulation, Coverage, DirectFigure, Figure, Freshness, Member, MemberStatus, Status, StatusInput, StatusScope
} from './types.js'

const ATTAINMENT_PLACES = 4

/**
 * Everything a status depends on is in the input: the same input gives the same status, to the byte, in any order of
 * its figures.
 */
export function evaluateStatus (given: StatusInput): Status {
  const input = { ...given, scopeOn: oncePerDay(given.scopeOn) }
  const { target, indicator, on } = input
  const slots = eligibleSlots(target, indicator, input.calendar)
  const index = indexFigures(input, slots)
  const points = pointsOf(slots)
  const begun = isDeserted(input) ? [] : points.filter(({ window }) => window.from <= on)
  const findAssessment = newestFirst(input, begun, {
    slots, find: findIn(index, indicator), at: slot => inputOf(input, slot)
  })
  const isJudged = ({ verdict }: Assessment) => verdict !== 'nothing'
  // while a period is still being reported, the first of its members to report do not speak for all
  const isSettled = (one: Assessment) =>
    isJudged(one) && (isComplete(one) || one.point.slots.every(slot => isReported(input, slot)))
  const assessment = findAssessment(isSettled) ?? findAssessment(isJudged)
  // nothing could be judged: what little is there is still named
  const seen = assessment ??
    findAssessment(({ members }) => members?.some(({ outcome }) => outcome !== 'missing') === true)
  const then = inputOf(input, seen?.slot)
  const progress = progressOf(input, assessment)
  const judgement = judge(input, assessment, progress, assessment?.point === points.at(-1), () =>
    findAssessment(earlier =>
      earlier.slot.window.to < (assessment?.slot.window.to ?? '') && earlier.verdict === 'met' && isComplete(earlier)))
  const figures = [...assessment?.figures ?? [], ...judgement.before?.figures ?? []]
  const coverage = coverageOf(then, assessment, seen)
  const partial = assessment?.members !== undefined && coverage.missing > 0
  const lastPending = isLastPending(input, points, assessment)
  const pending = figures.some(isPending)
  const ended = endedWithin(input, assessment, index)
  const accumulation = accumulationOf(input, assessment)
  const shown = showQuantity(input, assessment?.quantity)
  const { reporting, leftOut } = reportingOf(input, slots, index)
  const evaluates = judgement.reason !== 'dropped' && judgement.reason !== 'nobody_left'
  const status: Omit<Status, 'explanation'> = {
    ...shown,
    period: assessment?.slot.period.code ?? null,
    performance: judgement.performance,
    performanceBasis: judgement.basis,
    reporting,
    coverage,
    gap: showGap(input, assessment?.quantity),
    ...showProgress(input, assessment, progress),
    freshness: assessment === undefined ? null : freshnessOf(input, begun, assessment.slot),
    provisional: evaluates &&
      (partial || lastPending !== undefined || pending || ended.length > 0 || (assessment?.sum?.gaps.length ?? 0) > 0),
    direct: showDirect(assessment, indicator.decimals),
    members: showMembers(then, seen),
    accumulation,
    illustrative: target.provenance === 'illustrative' ||
      [...figures, ...besides(assessment, seen)].some(({ provenance }) => provenance === 'illustrative')
  }
  return {
    ...status,
    explanation: explain({
      input: then, status, assessment, seen, judgement, progress, figures, lastPending, pending, ended, leftOut,
      begins: beginsAfter(input, slots)
    })
  }
}

/** The first day of a target of which no period has ended yet, where others had before it began. */
function beginsAfter (input: StatusInput, slots: readonly Slot[]): CivilDate | undefined {
  const begin = input.phases?.[0]?.from
  const ended = slots.filter(({ window }) => window.to < input.on)
  return begin !== undefined && ended.length > 0 && ended.every(({ window }) => window.to < begin) ? begin : undefined
}

/**
 * Members that were in scope on some day of the period, are not at its end, and have a figure of it: it is not rolled
 * up, and nobody can tell whether the figure of whoever took them over holds it.
 */
function endedWithin (input: StatusInput, assessment: Assessment | undefined, index: FigureIndex): Member[] {
  const { scopeOn, target, on } = input
  if (assessment === undefined || scopeOn === undefined || dimensionOf(target) !== undefined) return []
  const left = new Map<string, Member>()
  for (const slot of assessment.sum?.slots ?? [assessment.slot]) {
    const then = inputOf(input, slot)
    if (wayOf(then) === 'direct') continue
    const { period, window: { from, to } } = slot
    for (const day of [from, ...input.changesWithin?.(from, to < on ? to : on) ?? []]) {
      for (const member of scopeOn(day).members) {
        const isGone = !then.scope.members.some(({ code }) => code === member.code)
        if (isGone && index.usable(period.code, member.code, breakdownOf(target)) !== undefined) {
          left.set(member.code, member)
        }
      }
    }
  }
  return [...left.values()].sort((a, b) => a.code < b.code ? -1 : 1)
}

function oncePerDay (scopeOn: StatusInput['scopeOn']): StatusInput['scopeOn'] {
  if (scopeOn === undefined) return undefined
  const known = new Map<CivilDate, StatusScope>()
  return day => {
    const scope = known.get(day) ?? scopeOn(day)
    known.set(day, scope)
    return scope
  }
}

/** Earlier periods are assessed only when they decide something. */
function newestFirst (input: StatusInput, points: readonly Point[], flow: Flow) {
  const newest = points.toReversed()
  const assessAt = (point: Point) => input.indicator.timeBasis === 'during_period'
    ? assessFlow(flow.at(point), point, flow)
    : assess(flow.at(point), point, flow.find)
  const made: Assessment[] = []
  return (fits: (assessment: Assessment) => boolean): Assessment | undefined => {
    for (const [i, point] of newest.entries()) {
      const assessment = made[i] ??= assessAt(point)
      if (fits(assessment)) return assessment
    }
    return undefined
  }
}

function isComplete ({ members }: Assessment): boolean {
  return members === undefined || members.every(({ outcome }) => !isMissing(outcome))
}

function isMissing (outcome: AssessedMember['outcome']): boolean {
  return outcome === 'missing' || outcome === 'without_parts'
}

/** Shown, but not part of the value: the direct figure, and those that could not be rolled up. */
function besides (assessment: Assessment | undefined, seen: Assessment | undefined): Figure[] {
  const direct = assessment?.beside === undefined ? [] : [assessment.beside.figure]
  return [...direct, ...seen?.members?.flatMap(({ figures }) => figures) ?? []]
}

function isPending ({ state }: Figure): boolean {
  return state === 'submitted'
}

function coverageOf (input: StatusInput, assessment: Assessment | undefined, seen: Assessment | undefined): Coverage {
  const { scope, target } = input
  const each = target.quantifier === 'each'
  if (wayOf(input) === 'direct') {
    const expected = scope.whole !== undefined || soleReporter(scope) !== undefined ? 1 : 0
    const reported = assessment === undefined ? 0 : 1
    const notApplicable = assessment?.verdict === 'not_applicable' ? 1 : 0
    return {
      expected: Math.max(expected, reported), reported, passed: null, failed: null,
      missing: Math.max(expected - reported, 0), notApplicable
    }
  }
  const count = (fits: (outcome: AssessedMember['outcome']) => boolean): number =>
    seen?.members?.filter(({ outcome }) => fits(outcome)).length ?? 0
  const reported = count(outcome => !isMissing(outcome))
  return {
    expected: scope.members.length,
    reported,
    passed: each ? count(outcome => outcome === 'passed') : null,
    failed: each ? count(outcome => outcome === 'failed') : null,
    missing: scope.members.length - reported,
    notApplicable: count(outcome => outcome === 'not_applicable')
  }
}

/** Past the unit's deadline, or over for everybody before it: more time for some does not hold the period back. */
function isReported (input: StatusInput, slot: Slot): boolean {
  return input.on > unitDeadline(slot.period, input.calendar, input.holidays) || !hasReporter('open', input, slot)
}

function hasReporter (time: ReturnType<typeof timeOf>, input: StatusInput, slot: Slot): boolean {
  const then = inputOf(input, slot)
  return owes(input, slot) && then.scope.reporters.some(reporter => timeOf(reporter, slot, then) === time)
}

/** The last period that can speak for the target is not in, and may still come. */
function isLastPending (
  input: StatusInput, points: readonly Point[], assessment: Assessment | undefined
): Slot | undefined {
  const last = points.at(-1)
  if (last === undefined || input.on <= input.target.dueDate || assessment?.point === last) return undefined
  return last.slots.findLast(slot => hasReporter('open', input, slot))
}

/** `begun`: what has, in order of time. */
function freshnessOf (input: StatusInput, begun: readonly Point[], { period, window }: Slot): Freshness {
  return {
    period: period.code,
    periodEnd: window.to,
    ageDays: Math.max(0, daysBetween(window.to, input.on)),
    stale: begun.some(({ window: { to }, slots }) =>
      to > window.to && slots.some(slot => slot.window.from <= input.on && hasReporter('over', input, slot)))
  }
}

function accumulationOf (input: StatusInput, assessment: Assessment | undefined): Accumulation | null {
  if (assessment?.sum === undefined) return null
  const { sum, slot } = assessment
  const inTime = (a: string, b: string) => comparePeriods(parsePeriod(a)!, parsePeriod(b)!)
  return {
    from: sum.slots[0]!.window.from,
    to: slot.window.to,
    terms: termsOf(sum, input, inTime).map(({ period, quantity }) => ({ period, ...showTerm(quantity, input) })),
    missing: sum.gaps.map(({ slot, members }) =>
      ({ period: slot.period.code, agencies: members.map(({ code }) => code) }))
  }
}

function showTerm (
  quantity: Quantity, { indicator }: StatusInput
): Pick<Status, 'value' | 'numerator' | 'denominator'> {
  const parts = quantity.kind === 'nothing' ? undefined : quantity.parts
  return {
    value: quantity.kind === 'amount' ? showDifference(quantity.value, indicator.decimals) : null,
    numerator: parts === undefined ? null : showDifference(parts.numerator, 0),
    denominator: parts === undefined ? null : showDifference(parts.denominator, 0)
  }
}

function showQuantity (
  { target, indicator }: StatusInput, quantity: Quantity | undefined
): Pick<Status, 'value' | 'numerator' | 'denominator'> {
  const parts = quantity?.kind === 'nothing' ? undefined : quantity?.parts
  return {
    value: quantity?.kind === 'amount' ? showAmong(quantity.value, indicator.decimals, [decimal(target.value)]) : null,
    numerator: parts === undefined ? null : showDifference(parts.numerator, 0),
    denominator: parts === undefined ? null : showDifference(parts.denominator, 0)
  }
}

function showGap ({ target, indicator }: StatusInput, quantity: Quantity | undefined): string | null {
  if (quantity?.kind !== 'amount') return null
  return showDifference(
    gapOf(quantity.value, decimal(target.value), directionOf(target, indicator)), indicator.decimals
  )
}

/** Shown so that it lies on the right side of what it is compared with. */
function showProgress (
  { indicator, rules }: StatusInput, assessment: Assessment | undefined, progress: Progress | undefined
): Pick<Status, 'expectedValue' | 'attainment'> {
  if (progress === undefined || assessment?.quantity.kind !== 'amount') return { expectedValue: null, attainment: null }
  const { attainment } = progress.pace
  return {
    expectedValue: showAmong(progress.expectation.value, indicator.decimals, [assessment.quantity.value]),
    attainment: attainment === null
      ? null
      : showAmong(attainment, ATTAINMENT_PLACES, [decimal(rules.onTrack), decimal(rules.atRisk)])
  }
}

function showDirect (assessment: Assessment | undefined, decimals: number): DirectFigure | null {
  if (assessment?.beside === undefined || assessment.quantity.kind !== 'amount') return null
  const { figure, value } = assessment.beside
  return {
    value: showExact(value) ?? showAmong(value, decimals, [assessment.quantity.value]),
    difference: showDifference(subtract(value, assessment.quantity.value), decimals),
    measurement: referTo(figure)
  }
}

function showMembers (input: StatusInput, seen: Assessment | undefined): MemberStatus[] | null {
  if (wayOf(input) === 'direct') return null
  if (seen?.members !== undefined) {
    return seen.members.map(({ member, outcome, quantity, figures }) => ({
      code: member.code,
      name: member.name,
      outcome,
      ...showQuantity(input, quantity),
      measurement: figures[0] !== undefined && figures.length === 1 ? referTo(figures[0]) : null
    }))
  }
  return [...input.scope.members].sort((a, b) => a.code < b.code ? -1 : 1).map(({ code, name }) =>
    ({ code, name, outcome: 'missing', value: null, numerator: null, denominator: null, measurement: null }))
}
