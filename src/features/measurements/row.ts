import type { CalendarRule, Holidays } from '../../domain/calendar.js'
import { windowOf, type Window } from '../../domain/calendar.js'
import { compareDates, dayInProvince, type CivilDate } from '../../domain/date.js'
import { placeObservation, type ObservationPlace } from '../../domain/observation.js'
import { dutyIn, type Heirs } from '../../domain/owners.js'
import { isLate, isLocked, type Duty, type DutyPeriod } from '../../domain/period-life.js'
import { adjacentPeriod } from '../../domain/quality.js'
import { parsePeriod, type Frequency, type Period } from '../../domain/period.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { dutyPeriodOf, lockedDetail, type Leads, type LifeRecords } from '../calendars/life.js'
import { toMicroseconds } from '../../http/formats.js'
import { meantCode, visibleCode } from '../../http/misread.js'
import { pointerToken } from '../../http/text.js'
import { bearerIn, type Bearing } from '../agencies/bearers.js'
import { enteredInError } from '../agencies/entered-in-error.js'
import { doubtOf, noticeOf, type Uses } from './count-notices.js'
import type { Figure } from './figure.js'
import { judgeFigure, judgePartOfFigure } from './figure-rules.js'
import { problem } from './row-problem.js'
import { inScope, type PlacedAgency, type TargetScope } from './scope.js'

/** A row of a submission as it was sent; its shape is checked already (schemas.ts). */
export interface PushRow extends Figure {
  itemId?: string | undefined
  indicator: string
  agency: string
  period: string
  breakdown?: Record<string, string> | undefined
  quality?: 'estimate' | 'provisional' | 'official' | undefined
  note?: string | undefined
  evidence?: string | undefined
  observedAt?: string | undefined
  reason?: string | undefined
}

/** A row as it goes on: what the database cannot hold of its instant is cut. */
export function received<Row extends Pick<PushRow, 'observedAt'>> (row: Row): Row {
  const observedAt = row.observedAt && toMicroseconds(row.observedAt)
  return observedAt === row.observedAt ? row : { ...row, observedAt }
}

/** Of a numerator or a denominator, as the catalogue has it: decimals are 0 and bounds are none where it does not say. */
export interface PartFacts { decimals?: number | undefined, minimum?: string | undefined, maximum?: string | undefined }

export interface IndicatorFacts {
  code: string
  valueKind: 'ratio' | 'number' | 'count' | 'growth'
  decimals: number
  minimum: string | null
  maximum: string | null
  numerator: PartFacts | null
  denominator: PartFacts | null
  /** The finest first. */
  frequencies: readonly Frequency[]
  reviewPolicy: 'automatic' | 'manual'
  calendar: CalendarRule
  scopes: readonly TargetScope[]
}

export interface AgencyFacts extends PlacedAgency {
  /** The days on which it exists, both inclusive. */
  lives: readonly { from: CivilDate, to: CivilDate | null }[]
  /** All that stood above it on a day. */
  aboveOn (day: CivilDate): ReadonlySet<string>
  /** The code of one that was entered by mistake, and is this one: no figure is taken under it. */
  enteredAs?: string | undefined
  /** Of a name that is an identifier: everybody that bears it at any time. */
  bearings?: readonly Bearing<AgencyFacts>[] | undefined
}

/** What a row is judged against, loaded for all rows of a push at once. */
export interface PushFacts {
  now: string
  indicators: ReadonlyMap<string, IndicatorFacts>
  /** By the name the row used: a code, or scheme:value. */
  agencies: ReadonlyMap<string, AgencyFacts>
  members: ReadonlyMap<string, ReadonlySet<string>>
  holidays: Holidays
  /** What was decided by hand of the periods that the rows name. */
  life: LifeRecords
  leads: Leads
  heirs: Heirs
  /** For which targets a figure counts; undefined where no target of any indicator is known. */
  usesOf (indicator: string, agency: string, period: Period, window: Window, today: CivilDate): Uses | undefined
}

export interface PushContext extends PushFacts {
  /** A figure of a period that ends on this day. */
  mayReport (agency: AgencyFacts, indicator: string, end: CivilDate): boolean
}

/** A row without faults of its own, under its natural key. */
export interface ResolvedRow extends Figure {
  key: string
  indicator: string
  agency: string
  period: string
  breakdown: Record<string, string>
  breakdownKey: string
  quality: 'estimate' | 'provisional' | 'official'
  late: boolean
  /** `submitted` also where a warning says that it must be looked at, whatever the review policy. */
  initialState: 'submitted' | 'accepted'
  /** What is said of it if it is written. */
  warnings: readonly StoredProblem[]
  /** Nothing of its period may change any more: the row may only say again what is stored. */
  locked?: StoredProblem | undefined
}

/** An observation may lie this far ahead of our clock: clocks differ. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

export function breakdownKeyOf (breakdown: Record<string, string>): string {
  const dimensions = Object.keys(breakdown)
  if (dimensions.length < 2) return dimensions.length === 0 ? '' : `${dimensions[0]}=${breakdown[dimensions[0]!]}`
  return dimensions.sort().map(dimension => `${dimension}=${breakdown[dimension]}`).join(';')
}

/** One text for each key: no code has a space in it. */
export function keyOf ({ indicator, period, agency, breakdownKey }: { indicator: string, period: string, agency: string, breakdownKey: string }): string {
  return `${indicator} ${period} ${agency} ${breakdownKey}`
}

/** Of a row with faults of form: the fields that have none, with empty names where they do, and the names of those that do. */
export interface SoundPart { row: PushRow, faulty: ReadonlySet<string> }

/** What is wrong with a row by itself; without a fault, what it is. */
export interface Resolved { problems: readonly StoredProblem[], resolved?: ResolvedRow }

/** What the rows of an indicator and a period have in common. */
interface IndicatorPeriod {
  indicator: IndicatorFacts
  period: Period
  problems: readonly StoredProblem[]
  window: Window
  /** Of the period after it. */
  following: Window | undefined
  life: DutyPeriod
  /** Of a duty that no extension covers. */
  late: boolean
  locked: boolean
}

/** What the rows of an indicator, an agency and a period have in common. */
interface Place { problems: readonly StoredProblem[], late: boolean, locked: boolean, uses: Uses }

/** `faulty`: of the sound part of a row, the fields that are not in it. Nothing is said that one of them may have caused, and it never has a key. */
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
    return {
      indicator,
      period,
      problems,
      window: windowOf(period, indicator.calendar),
      following: followingOf(period, indicator),
      life,
      late: problems.length === 0 && isLate(alone, nobodys, day),
      locked: problems.length === 0 && isLocked(alone, nobodys, day)
    }
  })
  const inNoPeriod = memoTable((indicator: IndicatorFacts, agency: AgencyFacts) => judgePlace(agency, indicator, day, context))
  const byPlace = memoTable((inPeriod: IndicatorPeriod, agency: AgencyFacts): Place => ({
    problems: judgePlace(agency, inPeriod.indicator, inPeriod.window.to, context),
    ...lifeOfPlace(inPeriod, agency, context, day),
    uses: context.usesOf(inPeriod.indicator.code, agency.code, inPeriod.period, inPeriod.window, day) ?? NO_USES
  }))
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
    if (indicator === undefined && faulty?.has('indicator') !== true) {
      const { vi, en } = quoted(row.indicator, code => context.indicators.has(code))
      problems.push(problem('/indicator', 'unknown_indicator', `Không có chỉ tiêu ${vi}`, `There is no indicator ${en}`))
    }
    if (named?.enteredAs !== undefined) problems.push(enteredByMistake(named.enteredAs, named.code))
    if (named === undefined && faulty?.has('agency') !== true) {
      const { vi, en } = quoted(row.agency, code => context.agencies.has(code))
      problems.push(problem('/agency', 'unknown_agency', `Không có cơ quan ${vi}`, `There is no agency ${en}`))
    }
    if (period === undefined && faulty?.has('period') !== true) {
      const { vi, en } = quoted(row.period, code => parsePeriod(code) !== undefined)
      problems.push(problem('/period', 'unknown_period',
        `Mã kỳ báo cáo viết như 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06; đọc được ${vi}`,
        `The code of a period is written as 2025, 2025-H1, 2025-9M, 2025-Q3 or 2025-06; read was ${en}`))
    }
    if (row.breakdown !== undefined) problems.push(...judgeBreakdown(row.breakdown, context.members))
    if (indicator !== undefined) problems.push(...faulty === undefined ? judgeFigure(row, indicator) : judgePartOfFigure(row, faulty, indicator))
    if (inPeriod !== undefined) problems.push(...inPeriod.problems)
    if (place !== undefined) problems.push(...place.problems)
    else if (indicator !== undefined && agency !== undefined) problems.push(...inNoPeriod(indicator, agency))
    if (inPeriod !== undefined && agency !== undefined && indicator!.frequencies.includes(period!.frequency)) problems.push(...judgeLife(agency, period!, inPeriod.window))
    const moment = inPeriod === undefined || inPeriod.problems.length > 0 ? undefined : placeOf(row.observedAt, inPeriod)
    if (row.observedAt !== undefined && Date.parse(row.observedAt) > latest) problems.push(observedInFuture(row.observedAt))
    else if (moment === 'before') problems.push(observedBefore(row.observedAt!, period!, inPeriod!.window))
    if (problems.length > 0 || place === undefined || faulty !== undefined) return { problems }

    const breakdown = row.breakdown ?? WHOLE
    const breakdownKey = breakdownKeyOf(breakdown)
    const { late, locked, uses } = place
    const notice = noticeOf(uses, breakdownKey, row.numerator !== undefined, indicator!.code)
    const doubt = moment === 'early' || (moment === 'long_after' && uses.uses.length > 0) ? doubtOf(moment, row.observedAt, inPeriod!, day) : undefined
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
        initialState: indicator!.reviewPolicy === 'automatic' && moment !== 'early' ? 'accepted' : 'submitted',
        warnings: notice === undefined && doubt === undefined ? NO_WARNINGS : [notice, doubt].filter(said => said !== undefined),
        locked: locked ? lockedProblem(period!.code) : undefined
      }
    }
  }
}

const NO_USES: Uses = { uses: [] }
const NO_WARNINGS: readonly StoredProblem[] = Object.freeze([])
const WHOLE: Record<string, string> = Object.freeze({})

function lifeOfPlace (
  { indicator, problems, life, late, locked }: IndicatorPeriod, agency: AgencyFacts, { leads, heirs }: PushContext, day: CivilDate
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

function lockedProblem (period: string): StoredProblem {
  const { vi, en } = lockedDetail(period)
  return problem('/period', 'period_locked', vi, en)
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

function judgeBreakdown (breakdown: Record<string, string>, members: PushContext['members']): StoredProblem[] {
  const problems: StoredProblem[] = []
  for (const dimension of Object.keys(breakdown)) {
    const member = breakdown[dimension]!
    const known = members.get(dimension)
    if (known?.has(member) === true) continue
    const pointer = `/breakdown${pointerToken(dimension)}`
    problems.push(known === undefined
      ? problem(pointer, 'unknown_dimension', `Không có phân tổ “${visibleCode(dimension)}”.`, `There is no dimension "${visibleCode(dimension)}".`)
      : unknownMember(pointer, dimension, member, known))
  }
  return problems
}

/** By its code; an identifier means whoever bears it in the period. */
export function agencyNamed ({ agencies }: Pick<PushFacts, 'agencies'>, name: string, window: Window | undefined, today: CivilDate): AgencyFacts | undefined {
  const found = agencies.get(name)
  return found?.bearings === undefined ? found : bearerIn(found.bearings, window, today)
}

function enteredByMistake (code: string, duplicateOf: string): StoredProblem {
  const { detail } = enteredInError(code, duplicateOf, '/agency')
  return problem('/agency', 'agency_entered_in_error', detail.vi, detail.en)
}

function unknownMember (pointer: string, dimension: string, member: string, known: ReadonlySet<string>): StoredProblem {
  const { vi, en } = quoted(member, code => known.has(code))
  return problem(pointer, 'unknown_member', `Phân tổ “${dimension}” không có ${vi}`, `The dimension "${dimension}" has no member ${en}`)
}

/** A name as it was read, at the end of a sentence, and the one that was meant where there is such a one. */
function quoted (name: string, exists: (name: string) => boolean): { vi: string, en: string } {
  const [shown, meant] = [visibleCode(name), meantCode(name, exists)]
  return meant === undefined ? { vi: `“${shown}”.`, en: `"${shown}".` } : { vi: `“${shown}”; có phải là “${meant}”?`, en: `"${shown}"; did you mean "${meant}"?` }
}

function judgePeriod (period: Period, indicator: IndicatorFacts, day: CivilDate): StoredProblem[] {
  if (!indicator.frequencies.includes(period.frequency)) {
    const named = indicator.frequencies.join(', ')
    return [problem('/period', 'period_mismatch',
      `${indicator.code} được báo cáo theo kỳ “${named}”; ${period.code} là kỳ “${period.frequency}”.`,
      `${indicator.code} is reported ${named}; ${period.code} is ${period.frequency}.`)]
  }
  const { from } = windowOf(period, indicator.calendar)
  if (compareDates(from, day) <= 0) return []
  return [problem('/period', 'period_not_open', `Kỳ ${period.code} chưa bắt đầu: mở từ ngày ${from}.`, `The period ${period.code} has not begun: it opens on ${from}.`)]
}

function judgePlace (agency: AgencyFacts, indicator: IndicatorFacts, end: CivilDate, context: PushContext): StoredProblem[] {
  const problems: StoredProblem[] = []
  if (!context.mayReport(agency, indicator.code, end)) {
    problems.push(problem('/agency', 'not_assigned', `Hệ thống gửi không được cấp quyền báo cáo ${indicator.code} cho ${agency.code}.`, `This client may not report ${indicator.code} for ${agency.code}.`))
  }
  if (indicator.scopes.length > 0 && !indicator.scopes.some(scope => inScope(scope, agency))) {
    problems.push(problem('/agency', 'agency_not_in_scope', `${agency.code} không thuộc phạm vi của mục tiêu nào của ${indicator.code}.`, `${agency.code} is in the scope of no target of ${indicator.code}.`))
  }
  return problems
}

function judgeLife (agency: AgencyFacts, period: Period, window: Window): StoredProblem[] {
  const alive = agency.lives.some(life => compareDates(life.from, window.to) <= 0 && (life.to === null || compareDates(life.to, window.from) >= 0))
  if (alive) return []
  return [problem('/agency', 'agency_not_valid_in_period', `${agency.code} không tồn tại trong kỳ ${period.code} (${window.from} … ${window.to}).`, `${agency.code} did not exist in ${period.code} (${window.from} … ${window.to}).`)]
}

function followingOf (period: Period, { calendar }: IndicatorFacts): Window | undefined {
  const next = adjacentPeriod(period, 1)
  return next === undefined ? undefined : windowOf(next, calendar)
}

/** Without an instant of its own an observation of a running period is taken for one of today; of a period that is over nothing is supposed. */
function createPlacing (today: CivilDate): (observedAt: string | undefined, of: IndicatorPeriod) => ObservationPlace {
  const days = new Map<string, CivilDate>()
  return (observedAt, { window, following }) => {
    if (observedAt === undefined) return window.to < today ? 'within_reach' : placeObservation(today, window, following)
    let day = days.get(observedAt)
    if (day === undefined) days.set(observedAt, day = dayInProvince(observedAt))
    return placeObservation(day, window, following)
  }
}

function observedBefore (observedAt: string, { code }: Period, { from }: Window): StoredProblem {
  return problem('/observedAt', 'observed_before_period',
    `“observedAt” ${observedAt} nằm trước ngày bắt đầu kỳ ${code} (${from}): khi đó chưa thể có số liệu của kỳ. Hãy kiểm tra kỳ và năm.`,
    `\`observedAt\` ${observedAt} lies before ${code} began (${from}): nothing of it could be observed. Check the period and the year.`)
}

function observedInFuture (observedAt: string): StoredProblem {
  return problem('/observedAt', 'observed_in_future', `“observedAt” ${observedAt} nằm trong tương lai.`, `\`observedAt\` ${observedAt} lies in the future.`)
}
