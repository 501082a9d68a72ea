import type { Frequency } from './words.js'

/** A reporting period by name; which days it spans depends on the calendar. `index` counts from 1 within the year. */
export interface Period {
  readonly code: string
  readonly frequency: Frequency
  readonly year: number
  readonly index: number
}

export const FIRST_YEAR = 1900
export const LAST_YEAR = 2199

/** `2025`, `2025-H1`, `2025-9M`, `2025-Q3`, `2025-06`; the years 1900…2199. */
export const PERIOD_PATTERN = '^(19|2[01])[0-9]{2}(-(H[12]|9M|Q[1-4]|0[1-9]|1[0-2]))?$'

const PERIOD = new RegExp(PERIOD_PATTERN)
const MONTHS_IN: Record<Frequency, number> = { monthly: 1, quarterly: 3, half_yearly: 6, nine_months: 9, yearly: 12 }

export function parsePeriod (code: string): Period | undefined {
  if (!PERIOD.test(code)) return undefined
  const year = Number(code.slice(0, 4))
  const part = code.slice(5)
  if (part === '') return { code, frequency: 'yearly', year, index: 1 }
  if (part === '9M') return { code, frequency: 'nine_months', year, index: 1 }
  if (part.startsWith('H')) return { code, frequency: 'half_yearly', year, index: Number(part[1]) }
  if (part.startsWith('Q')) return { code, frequency: 'quarterly', year, index: Number(part[1]) }
  return { code, frequency: 'monthly', year, index: Number(part) }
}

/** @throws RangeError when the year has no such period or lies outside 1900…2199 */
export function periodAt (frequency: Frequency, year: number, index: number): Period {
  if (!isPeriodYear(year) || !Number.isInteger(index) || index < 1 || index > periodsInYear(frequency)) {
    throw new RangeError(`no ${frequency} period ${index} in the year ${year}`)
  }
  return { code: codeOf(frequency, year, index), frequency, year, index }
}

/** In order of time. @throws RangeError when the year lies outside 1900…2199 */
export function periodsOfYear (year: number, frequency: Frequency): Period[] {
  return Array.from({ length: periodsInYear(frequency) }, (_, i) => periodAt(frequency, year, i + 1))
}

export function isPeriodYear (year: number): boolean {
  return Number.isInteger(year) && year >= FIRST_YEAR && year <= LAST_YEAR
}

/** How many months a period of this frequency spans. */
export function monthsIn (frequency: Frequency): number {
  return MONTHS_IN[frequency]
}

/** The first and last month of the period's year it covers, 1…12. */
export function monthsOf (period: Period): { first: number, last: number } {
  const last = period.index * MONTHS_IN[period.frequency]
  return { first: last - MONTHS_IN[period.frequency] + 1, last }
}

/**
 * By the last month covered; among periods that end together the shorter comes first: 2025-12, 2025-Q4, 2025-H2, 2025.
 */
export function comparePeriods (a: Period, b: Period): number {
  return a.year - b.year ||
    monthsOf(a).last - monthsOf(b).last ||
    MONTHS_IN[a.frequency] - MONTHS_IN[b.frequency]
}

/** Nine months are counted once, from the start of the year (cumulative), so that a year has one such period. */
function periodsInYear (frequency: Frequency): number {
  return Math.floor(12 / MONTHS_IN[frequency])
}

function codeOf (frequency: Frequency, year: number, index: number): string {
  switch (frequency) {
    case 'yearly': return `${year}`
    case 'half_yearly': return `${year}-H${index}`
    case 'nine_months': return `${year}-9M`
    case 'quarterly': return `${year}-Q${index}`
    case 'monthly': return `${year}-${String(index).padStart(2, '0')}`
  }
}
