import { windowOf, type Window } from '../../domain/calendar.js'
import { dayInProvince, type CivilDate } from '../../domain/date.js'
import { placeObservation, tellingFrom, type ObservationPlace } from '../../domain/observation.js'
import { dutyIn } from '../../domain/owners.js'
import { parsePeriod, type Period } from '../../domain/period.js'
import { isLate, isLocked, type Duty, type DutyPeriod } from '../../domain/period-life.js'
import { adjacentPeriod } from '../../domain/quality.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { bearerIn } from '../../world/bearers.js'
import { dutyPeriodOf } from '../../world/period-life.js'
import { doubtOf, noticeOf, type Uses } from './count-notices.js'
import { judgeFigure, judgePartOfFigure } from './figure-rules.js'
import { awaitsReview } from './row-codes.js'
import {
  enteredByMistake, judgeBreakdown, judgeLife, judgePeriod, judgePlace, lockedProblem, observedBefore, observedInFuture,
  unknownAgency, unknownIndicator, unknownPeriod
} from './row-faults.js'
import {
  keyOf, type AgencyFacts, type IndicatorFacts, type PushContext, type PushFacts, type PushRow, type Resolved,
  type ResolvedRow, type SoundPart
} from './row.js'
import { breakdownKeyOf } from '../../domain/breakdown.js'

/** An observation may lie this far ahead of our clock: clocks differ. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

/** What the rows of an indicator and a period have in common. */
interface IndicatorPeriod {
  indicator: IndicatorFacts
  period: Period
  problems: readonly StoredProblem[]
  window: Window
  /** The window of the period after it. */
  following: Window | undefined
  /** Before this day an observation says nothing of the period as a whole. */
  telling: CivilDate
  /** Which targets take an agency's figure. */
  usesOf: (agency: string) => Uses
  life: DutyPeriod
  /** Of a duty that no extension covers. */
  late: boolean
  locked: boolean
}

/** What the rows of an indicator, an agency and a period have in common. */
interface Place { problems: readonly StoredProblem[], late: boolean, locked: boolean, uses: Uses }

/**
 * `faulty`: of the sound part of a row, the fields that are not in it. Nothing is said that one of them may have
 * caused, and it never has a key.
 */
export type RowJudge = (row: PushRow, faulty?: SoundPart['faulty']) => Resolved

/**
 * All that is wrong with a row by itself, or the row under its key. Rows of a push name few indicators, agencies and
 * periods: what was found for a pair of them holds for all its rows.
 */
export function createRowJudge (context: PushContext): RowJudge {
  const day = dayInProvince(context.now)
  const latest = Date.parse(context.now) + CLOCK_TOLERANCE_MS
  const periods = new Map<string, Period>()
  const byPeriod = memoTable((indicator: IndicatorFacts, period: Period): IndicatorPeriod => {
    const life = dutyPeriodOf(context.life, period, indicator.calendar, context.holidays)
    const nobodys: Duty = { agency: '', ancestors: new Set(), indicator: indicator.code, period: period.code }
    const alone = { ...life, extensions: [] }
    const problems = judgePeriod(period, indicator, day)
    const window = windowOf(period, indicator.calendar)
    return {
      indicator,
      period,
      problems,
      window,
      usesOf: context.usesIn(indicator.code, period, window, day) ?? noUses,
      following: followingOf(period, indicator),
      telling: tellingFrom(window),
      life,
      late: problems.length === 0 && isLate(alone, nobodys, day),
      locked: problems.length === 0 && isLocked(alone, nobodys, day)
    }
  })
  const inNoPeriod = memoTable((indicator: IndicatorFacts, agency: AgencyFacts) =>
    judgePlace(agency, indicator, day, context))
  const byPlace = memoTable((inPeriod: IndicatorPeriod, agency: AgencyFacts): Place => {
    const { indicator, period, window } = inPeriod
    const problems = judgePlace(agency, indicator, window.to, context)
    if (indicator.frequencies.includes(period.frequency)) problems.push(...judgeLife(agency, period, window))
    const { late, locked } = lifeOfPlace(inPeriod, agency, context, day)
    return { problems, late, locked, uses: inPeriod.usesOf(agency.code) }
  })
  const placeOf = createPlacing(day)

  return (row, faulty) => {
    const indicator = context.indicators.get(row.indicator)
    let period = periods.get(row.period)
    if (period === undefined && (period = parsePeriod(row.period)) !== undefined) periods.set(row.period, period)
    const inPeriod = indicator === undefined || period === undefined ? undefined : byPeriod(indicator, period)
    const named = agencyNamed(context, row.agency, inPeriod?.window, day)
    const agency = named?.enteredAs === undefined ? named : undefined
    const place = inPeriod === undefined || agency === undefined ? undefined : byPlace(inPeriod, agency)

    const problems: StoredProblem[] = []
    if (indicator === undefined && faulty?.has('indicator') !== true) problems.push(unknownIndicator(row, context))
    if (named?.enteredAs !== undefined) problems.push(enteredByMistake(named.enteredAs, named.code))
    if (named === undefined && faulty?.has('agency') !== true) problems.push(unknownAgency(row, context))
    if (period === undefined && faulty?.has('period') !== true) problems.push(unknownPeriod(row))
    if (row.breakdown !== undefined) problems.push(...judgeBreakdown(row.breakdown, context.members))
    if (row.action === 'withdraw') {
      if (problems.length > 0 || faulty !== undefined) return { problems }
      return { problems, resolved: withdrawing(row, indicator!, agency!, period!) }
    }
    if (indicator !== undefined) {
      problems.push(...faulty === undefined ? judgeFigure(row, indicator) : judgePartOfFigure(row, faulty, indicator))
    }
    if (inPeriod !== undefined) problems.push(...inPeriod.problems)
    if (place !== undefined) problems.push(...place.problems)
    else if (indicator !== undefined && agency !== undefined) problems.push(...inNoPeriod(indicator, agency))
    const moment = inPeriod?.problems.length === 0 ? placeOf(row.observedAt, inPeriod) : undefined
    if (row.observedAt !== undefined && Date.parse(row.observedAt) > latest) {
      problems.push(observedInFuture(row.observedAt))
    } else if (moment === 'before') {
      problems.push(observedBefore(row.observedAt!, period!, inPeriod!.window))
    }
    if (problems.length > 0 || place === undefined || faulty !== undefined) return { problems }

    const breakdown = row.breakdown ?? WHOLE
    const breakdownKey = breakdownKeyOf(breakdown)
    const { late, locked, uses } = place
    const notice = noticeOf(uses, breakdownKey, row.numerator !== undefined, indicator!.code)
    const isDoubtful = moment === 'early' || (moment === 'long_after' && uses.uses.length > 0)
    const doubt = isDoubtful ? doubtOf(moment, row.observedAt, inPeriod!, day) : undefined
    const warnings = notice === undefined && doubt === undefined
      ? NO_WARNINGS
      : [notice, doubt].filter(said => said !== undefined)
    return {
      problems,
      resolved: {
        key: keyOf({ indicator: indicator!.code, period: period!.code, agency: agency!.code, breakdownKey }),
        indicator: indicator!.code,
        agency: agency!.code,
        period: period!.code,
        breakdown,
        breakdownKey,
        value: row.numerator === undefined ? row.value : undefined,
        numerator: row.numerator,
        denominator: row.denominator,
        quality: row.quality ?? 'official',
        late,
        initialState: indicator!.reviewPolicy === 'automatic' && !warnings.some(awaitsReview)
          ? 'accepted'
          : 'submitted',
        warnings,
        locked: locked ? lockedProblem(period!.code) : undefined
      }
    }
  }
}

/** What a row that withdraws is about: its figure need not be one that may be reported now. */
function withdrawing (row: PushRow, indicator: IndicatorFacts, agency: AgencyFacts, period: Period): ResolvedRow {
  const breakdown = row.breakdown ?? WHOLE
  const name = {
    indicator: indicator.code, period: period.code, agency: agency.code, breakdownKey: breakdownKeyOf(breakdown)
  }
  return {
    ...name,
    key: keyOf(name),
    breakdown,
    quality: 'official',
    late: false,
    initialState: 'accepted',
    warnings: NO_WARNINGS,
    decimals: indicator.decimals
  }
}

const NO_USES: Uses = { uses: [] }
const noUses = () => NO_USES
const NO_WARNINGS: readonly StoredProblem[] = Object.freeze([])
const WHOLE: Record<string, string> = Object.freeze({})

function lifeOfPlace (
  { indicator, problems, life, late, locked }: IndicatorPeriod, agency: AgencyFacts, { leads, heirs }: PushContext,
  day: CivilDate
): Pick<Place, 'late' | 'locked'> {
  if (problems.length > 0 || life.extensions.length === 0) return { late, locked }
  const duty = dutyIn(life, {
    subject: agency.code,
    indicator: indicator.code,
    on: day,
    leads: leads(indicator.code, agency.code).map(({ leadOn }) => leadOn),
    aboveOn: day => agency.aboveOn(day),
    ...heirs
  })
  return { late: isLate(life, duty, day), locked: isLocked(life, duty, day) }
}

/** Found once for each pair. */
function memoTable<A, B, T> (find: (a: A, b: B) => T): (a: A, b: B) => T {
  const table = new Map<A, Map<B, T>>()
  return (a, b) => {
    let row = table.get(a)
    if (row === undefined) table.set(a, row = new Map<B, T>())
    let found = row.get(b)
    if (found === undefined) row.set(b, found = find(a, b))
    return found
  }
}

/** By its code; an identifier means whoever bears it in the period. */
export function agencyNamed (
  { agencies }: Pick<PushFacts, 'agencies'>, name: string, window: Window | undefined, today: CivilDate
): AgencyFacts | undefined {
  const found = agencies.get(name)
  return found?.bearings === undefined ? found : bearerIn(found.bearings, window, today)
}

function followingOf (period: Period, { calendar }: IndicatorFacts): Window | undefined {
  const next = adjacentPeriod(period, 1)
  return next === undefined ? undefined : windowOf(next, calendar)
}

/**
 * Without an instant of its own an observation of a running period is taken for one of today; of a period that is over
 * nothing is supposed.
 */
function createPlacing (today: CivilDate): (observedAt: string | undefined, of: IndicatorPeriod) => ObservationPlace {
  const days = new Map<string, CivilDate>()
  return (observedAt, { window, following, telling }) => {
    if (observedAt === undefined && window.to < today) return 'within_reach'
    let day = observedAt === undefined ? today : days.get(observedAt)
    if (day === undefined) days.set(observedAt!, day = dayInProvince(observedAt!))
    return placeObservation(day, window, following, telling)
  }
}
