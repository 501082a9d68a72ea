import { absolute, compare, isZero, multiply, rational, type Rational } from './decimal.js'
import { decimal } from './trajectory.js'

/**
 * When a number is taken for one of another magnitude than the one before it (version 1). What is looked for are a
 * mark at the thousands that was taken for the decimal mark, and thousands or millions in place of units: both change
 * a number a thousandfold. What is counted changes as well in between, threefold at most; so the factor is a third of
 * a thousand. A mark at the thousands stands in numbers from 1,000 on, and below that small bodies leap every day.
 */
export const MAGNITUDE = { version: 1, factor: 333, from: 1000 }

const FACTOR = rational(BigInt(MAGNITUDE.factor))
const FROM = rational(BigInt(MAGNITUDE.from))

/** Whether a number is of another magnitude than the one before it. Of 0 no factor can be said. */
export function leaps (now: string, before: string): boolean {
  // by far most numbers have as many digits as the one before, or one more or less, and are told from it by that
  if (Math.abs(magnitudeOf(now) - magnitudeOf(before)) < 2) return false
  const [a, b] = [absolute(decimal(now)), absolute(decimal(before))]
  if (isZero(a) || isZero(b)) return false
  const [less, more]: [Rational, Rational] = compare(a, b) < 0 ? [a, b] : [b, a]
  return compare(more, FROM) >= 0 && compare(more, multiply(less, FACTOR)) >= 0
}

/** The digits before the point: one that is 333 times another has at least two more, or the other lies below 1. */
function magnitudeOf (text: string): number {
  const point = text.indexOf('.')
  return (point === -1 ? text.length : point) - (text.startsWith('-') ? 1 : 0)
}

const GROUPED = /^-?[1-9]\d{0,2}\.\d{3}$/

/** Written as a count would be with a point at its thousands: "88.450", "1.001", but neither "0.450" nor "1088.450". */
export function looksGrouped (text: string): boolean {
  return GROUPED.test(text)
}

/** The number that was meant if its point separates thousands: "88450" for "88.450". */
export function ungrouped (text: string): string {
  return text.replace('.', '')
}
