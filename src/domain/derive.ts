import { inOrder } from './time-basis.js'
import { monthsOf, periodsOfYear, type Frequency, type Period } from './period.js'

/** Shorter periods of these frequencies, one after the other, that make up a period; the longest there are. Undefined where one lacks. */
export function partsOf (whole: Period, frequencies: readonly Frequency[], has: (period: Period) => boolean): Period[] | undefined {
  const { first, last } = monthsOf(whole)
  const inside = inOrder(frequencies).toReversed().flatMap(frequency => periodsOfYear(whole.year, frequency)).filter(period => {
    const months = monthsOf(period)
    return period.code !== whole.code && months.first >= first && months.last <= last && has(period)
  })
  const from = (month: number): Period[] | undefined => {
    if (month > last) return []
    for (const period of inside) {
      const months = monthsOf(period)
      const rest = months.first === month ? from(months.last + 1) : undefined
      if (rest !== undefined) return [period, ...rest]
    }
    return undefined
  }
  return from(first)
}

/** The longest shorter period of these frequencies that ends with a period: on that day both say the same. */
export function endingWith (whole: Period, frequencies: readonly Frequency[], has: (period: Period) => boolean): Period | undefined {
  const { first, last } = monthsOf(whole)
  return inOrder(frequencies).toReversed().flatMap(frequency => periodsOfYear(whole.year, frequency)).find(period => {
    const months = monthsOf(period)
    return months.last === last && months.first > first && has(period)
  })
}
