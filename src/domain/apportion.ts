import { decimalPlaces, multiply, parseDecimal, rational, toDecimal } from './decimal.js'

export interface Shares {
  /** In the order of those who share. They add up to the whole exactly. */
  readonly values: readonly string[]
  /** How many of the first were given one unit of the last decimal more. */
  readonly raised: number
  /** That unit: "0.01". */
  readonly unit: string
}

/**
 * A whole in `count` equal shares of at most `places` decimals; what cannot be shared goes to the first, a unit each.
 */
export function apportion (whole: string, count: number, places: number): Shares {
  const value = parseDecimal(whole)
  if (value === undefined || decimalPlaces(whole) > places || count < 1) {
    throw new RangeError(`cannot share ${whole} among ${count} with ${places} decimals`)
  }
  const scale = 10n ** BigInt(places)
  const units = multiply(value, rational(scale)).n
  const n = BigInt(count)
  // towards −∞, so that what remains is never negative
  const raised = ((units % n) + n) % n
  const base = (units - raised) / n
  const values = Array.from({ length: count }, (_, i) =>
    toDecimal(rational(base + (BigInt(i) < raised ? 1n : 0n), scale), places))
  return { values, raised: Number(raised), unit: toDecimal(rational(1n, scale), places) }
}
