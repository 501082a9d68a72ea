import { inOrder } from './time-basis.js'
import { monthsOf, periodsOfYear, type Period } from './period.js'
import type { Frequency } from './words.js'

/**
 * Shorter periods of these frequencies, one after the other, that make up a period; the longest there are. Undefined
 * where one lacks.
 */
export function partsOf (
  whole: Period, frequencies: readonly Frequency[], has: (period: Period) => boolean
): Period[] | undefined {
  const { first, last } = monthsOf(whole)
  return cover(first, last, periodsWithin(whole, frequencies).filter(has))
}

/** The same, of which one is given. */
export function partsWith (
  part: Period, whole: Period, frequencies: readonly Frequency[], has: (period: Period) => boolean
): Period[] | undefined {
  const [all, own] = [monthsOf(whole), monthsOf(part)]
  const inside = periodsWithin(whole, frequencies).filter(has)
  const before = cover(all.first, own.first - 1, inside)
  const after = cover(own.last + 1, all.last, inside)
  return before && after && [...before, part, ...after]
}

/** The longest shorter period of these frequencies that ends with a period: on that day both say the same. */
export function endingWith (
  whole: Period, frequencies: readonly Frequency[], has: (period: Period) => boolean
): Period | undefined {
  const { last } = monthsOf(whole)
  return periodsWithin(whole, frequencies).find(period => monthsOf(period).last === last && has(period))
}

/** Shorter periods within a period, the longest first. */
export function periodsWithin (whole: Period, frequencies: readonly Frequency[]): Period[] {
  return periodsOf(whole.year, frequencies).filter(period => isWithin(period, whole))
}

/** Longer periods that hold a period, the shortest first. */
export function periodsAround (part: Period, frequencies: readonly Frequency[]): Period[] {
  return periodsOf(part.year, frequencies).toReversed().filter(period => isWithin(part, period))
}

function periodsOf (year: number, frequencies: readonly Frequency[]): Period[] {
  return inOrder(frequencies).toReversed().flatMap(frequency => periodsOfYear(year, frequency))
}

function isWithin (part: Period, whole: Period): boolean {
  const [inner, outer] = [monthsOf(part), monthsOf(whole)]
  return part.code !== whole.code && inner.first >= outer.first && inner.last <= outer.last
}

/** Some of these periods, one after the other, from the first month to the last. */
function cover (first: number, last: number, periods: readonly Period[]): Period[] | undefined {
  if (first > last) return []
  for (const period of periods) {
    const months = monthsOf(period)
    const rest = months.first === first && months.last <= last ? cover(months.last + 1, last, periods) : undefined
    if (rest !== undefined) return [period, ...rest]
  }
  return undefined
}
