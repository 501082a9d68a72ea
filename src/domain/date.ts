/**
 * Civil dates as 'YYYY-MM-DD' text of the years 0001…9999 (proleptic Gregorian, as in PostgreSQL), reckoned with
 * integers: no Date, hence no time zone. Text order is date order. Functions given text that is no date throw
 * RangeError.
 */
export type CivilDate = string

const SHAPE = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/

/** Minutes east of UTC. Asia/Ho_Chi_Minh has kept UTC+7 without summer time since 13/06/1975. */
const PROVINCE_OFFSET = 7 * 60
const MINUTES_IN_DAY = 24 * 60

const FIRST_DAY = dayNumber(1, 1, 1)
const LAST_DAY = dayNumber(9999, 12, 31)

export function isCivilDate (text: string): boolean {
  if (!SHAPE.test(text)) return false
  const month = Number(text.slice(5, 7))
  const day = Number(text.slice(8, 10))
  const year = Number(text.slice(0, 4))
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month)
}

/** `month` 1…12; months beyond carry into the years, and a day the month does not have becomes its last. */
export function civilDate (year: number, month: number, day: number): CivilDate {
  const months = year * 12 + month - 1
  const y = Math.floor(months / 12)
  const m = months - y * 12 + 1
  return write(dayNumber(y, m, Math.min(day, daysInMonth(y, m))))
}

export function addDays (date: CivilDate, days: number): CivilDate {
  return write(toDayNumber(date) + days)
}

/** 31/01 and one month is the last of February. */
export function addMonths (date: CivilDate, months: number): CivilDate {
  const { year, month, day } = partsOf(date)
  return civilDate(year, month + months, day)
}

/** Days from `a` to `b`: negative when `b` is earlier. */
export function daysBetween (a: CivilDate, b: CivilDate): number {
  return toDayNumber(b) - toDayNumber(a)
}

export function compareDates (a: CivilDate, b: CivilDate): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1
}

/** 0 = Sunday … 6 = Saturday. */
export function weekday (date: CivilDate): number {
  return modulo(toDayNumber(date) + 4, 7)   // 1970-01-01, day 0, was a Thursday
}

/** The three numbers of a date; `month` 1…12. */
export function partsOf (date: CivilDate): { year: number, month: number, day: number } {
  if (!isCivilDate(date)) throw new RangeError(`not a date: ${date}`)
  return { year: Number(date.slice(0, 4)), month: Number(date.slice(5, 7)), day: Number(date.slice(8, 10)) }
}

/** The day it is in the province at an RFC 3339 instant, whatever its offset and precision. @throws RangeError */
export function dayInProvince (instant: string): CivilDate {
  const match = INSTANT.exec(instant)
  if (match === null) throw new RangeError(`not an instant: ${instant}`)
  const [hour, minute, second, offsetHour, offsetMinute] = [match[2], match[3], match[4], match[6], match[7]]
    .map((digits) => Number(digits ?? 0)) as [number, number, number, number, number]
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) {
    throw new RangeError(`not an instant: ${instant}`)
  }
  const offset = (match[5] === '-' ? -1 : 1) * (offsetHour * 60 + offsetMinute)
  const minutes = hour * 60 + minute - offset + PROVINCE_OFFSET
  return addDays(match[1] as string, Math.floor(minutes / MINUTES_IN_DAY))
}

export function daysInMonth (year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

function toDayNumber (date: CivilDate): number {
  const { year, month, day } = partsOf(date)
  return dayNumber(year, month, day)
}

/** Days since 1970-01-01. Years start in March, so that the leap day is the last (H. Hinnant, days_from_civil). */
function dayNumber (year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1
  return era * 146097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719468
}

/** The inverse of dayNumber (civil_from_days). */
function write (number: number): CivilDate {
  if (!(number >= FIRST_DAY && number <= LAST_DAY) || !Number.isInteger(number)) {
    throw new RangeError('a date outside the years 0001…9999')
  }
  const shifted = number + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365)
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`
}

function pad (value: number, width: number): string {
  return String(value).padStart(width, '0')
}

function modulo (value: number, divisor: number): number {
  return ((value % divisor) + divisor) % divisor
}
