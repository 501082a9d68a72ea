import { absolute, compare, isZero, multiply, rational, type Rational } from './decimal.js'
import { decimal } from './trajectory.js'

/**
 * What a count is held to where no quality rule says more (version 1): against the figure before it, it is neither ten times as
 * much or more nor a tenth or less, where the larger of the two is at least 100. A mark at the thousands that was taken for the
 * decimal mark makes a thousandth of a count of at least 1,000, so that a figure before it of the same size is at least 100; and
 * small counts grow tenfold every day.
 */
export const MAGNITUDE = { version: 1, factor: 10, from: 100 }

const FACTOR = rational(BigInt(MAGNITUDE.factor))
const FROM = rational(BigInt(MAGNITUDE.from))

/** Whether a number lies in another order of magnitude than the one before it. Of 0 no factor can be said. */
export function leaps (now: string, before: string): boolean {
  const [a, b] = [absolute(decimal(now)), absolute(decimal(before))]
  if (isZero(a) || isZero(b)) return false
  const [less, more]: [Rational, Rational] = compare(a, b) < 0 ? [a, b] : [b, a]
  return compare(more, FROM) >= 0 && compare(more, multiply(less, FACTOR)) >= 0
}

const GROUPED = /^-?[1-9]\d{0,2}\.\d{3}$/

/** Written as a count would be with a point at its thousands: "88.450", "1.001", but neither "0.450" nor "1088.450". */
export function looksGrouped (text: string): boolean {
  return GROUPED.test(text)
}

/** As it would be without that point. */
export function ungrouped (text: string): string {
  return text.replace('.', '')
}
