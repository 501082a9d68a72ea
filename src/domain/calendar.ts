import { addDays, civilDate, partsOf, weekday, type CivilDate } from './date.js'
import { isPeriodYear, monthsIn, monthsOf, periodAt, type Period } from './period.js'
import type { Frequency } from './words.js'

/**
 * `workingDays` after the cut-off, or by the `dayOfMonth` of the month in which the cut-off falls ("the 25th of the
 * last month of the period", NĐ 09/2019/NĐ-CP Đ13), which stands as written on a weekend too. Given both, the earlier.
 * Never earlier than one working day after the cut-off (Đ8.5); that is also the deadline when neither is given.
 */
export interface DeadlineRule { readonly workingDays?: number; readonly dayOfMonth?: number }

/** Who owes the report by then: `unit` (drives obligations), `province`, `government`. */
export interface TierDeadline { readonly tier: string; readonly rule: DeadlineRule }

/**
 * Month m starts on `startDay` (1…28) of the month m + `monthOffset` and ends the day before month m + 1 starts.
 * Administrative (NĐ 09/2019/NĐ-CP Đ12): 15 and -1, so 15/(m-1) … 14/m. Statistical: 1 and 0.
 */
export interface CalendarRule {
  readonly code: string
  readonly startDay: number
  readonly monthOffset: 0 | -1
  readonly deadlines: Readonly<Record<Frequency, readonly TierDeadline[]>>
  /** Without one the periods of that frequency never lock by themselves. */
  readonly locks?: Readonly<Partial<Record<Frequency, LockRule>>>
}

/** How many working days after the last deadline of any tier a period still takes late figures. */
export interface LockRule { readonly workingDays: number }

/** Public holidays, and weekend days worked in their stead. A day in both is worked. */
export interface Holidays { readonly off: ReadonlySet<CivilDate>; readonly working: ReadonlySet<CivilDate> }

/** Both days inclusive; `to` is the cut-off. */
export interface Window { readonly from: CivilDate; readonly to: CivilDate }

export interface Deadline { readonly tier: string; readonly date: CivilDate }

/** The part of a calendar's rule that decides on which day each month begins. */
export type MonthRule = Pick<CalendarRule, 'code' | 'startDay' | 'monthOffset'>

export function windowOf (period: Period, rule: MonthRule): Window {
  const { first, last } = monthsOf(period)
  return {
    from: civilDate(period.year, first + rule.monthOffset, rule.startDay),
    to: addDays(civilDate(period.year, last + 1 + rule.monthOffset, rule.startDay), -1)
  }
}

/**
 * The period whose window holds the day; undefined after the nine months of a year, and outside the years 1900…2199.
 */
export function periodOn (day: CivilDate, frequency: Frequency, rule: CalendarRule): Period | undefined {
  const { year, month, day: dayOfMonth } = partsOf(day)
  const months = year * 12 + month - 1 - (dayOfMonth < rule.startDay ? 1 : 0) - rule.monthOffset
  const periodYear = Math.floor(months / 12)
  const index = Math.floor((months - periodYear * 12) / monthsIn(frequency)) + 1
  if (!isPeriodYear(periodYear) || (frequency === 'nine_months' && index > 1)) return undefined
  return periodAt(frequency, periodYear, index)
}

export function isWorkingDay (day: CivilDate, holidays: Holidays): boolean {
  if (holidays.working.has(day)) return true
  const dayOfWeek = weekday(day)
  return dayOfWeek !== 0 && dayOfWeek !== 6 && !holidays.off.has(day)
}

/**
 * The `count`-th working day after `day`; `day` itself is not counted. @throws RangeError unless `count` is an integer
 * ≥ 1
 */
export function addWorkingDays (day: CivilDate, count: number, holidays: Holidays): CivilDate {
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`not a number of working days: ${count}`)
  let reached = day
  for (let left = count; left > 0;) {
    reached = addDays(reached, 1)
    if (isWorkingDay(reached, holidays)) left--
  }
  return reached
}

/** In the order of the calendar's rule. */
export function deadlinesOf (period: Period, rule: CalendarRule, holidays: Holidays): Deadline[] {
  const cutOff = windowOf(period, rule).to
  return rule.deadlines[period.frequency].map(({ tier, rule }) =>
    ({ tier, date: deadlineAfter(cutOff, rule, holidays) }))
}

/** The reporting unit's own deadline; a calendar that sets none leaves the least the law allows, one working day. */
export function unitDeadline (period: Period, rule: CalendarRule, holidays: Holidays): CivilDate {
  const own = rule.deadlines[period.frequency].find(({ tier }) => tier === 'unit')
  return deadlineAfter(windowOf(period, rule).to, own?.rule ?? {}, holidays)
}

function deadlineAfter (cutOff: CivilDate, rule: DeadlineRule, holidays: Holidays): CivilDate {
  const earliest = addWorkingDays(cutOff, 1, holidays)
  const set: CivilDate[] = []
  if (rule.workingDays !== undefined && rule.workingDays > 1) {
    set.push(addWorkingDays(
      cutOff, rule.workingDays, holidays
    ))
  } else if (rule.workingDays !== undefined) set.push(earliest)
  if (rule.dayOfMonth !== undefined) {
    const { year, month } = partsOf(cutOff)
    set.push(civilDate(year, month, rule.dayOfMonth))
  }
  const asSet = set.sort()[0]
  return asSet === undefined || asSet < earliest ? earliest : asSet
}
