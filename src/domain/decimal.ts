/** An exact number: always reduced, `d` > 0, so that equal numbers have equal parts. */
export interface Rational { readonly n: bigint; readonly d: bigint }

/**
 * A decimal as it travels: at most 18 digits before the point and 12 after it, no exponent, no leading zero or plus.
 */
export const DECIMAL_PATTERN = '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,12})?$'

/** A decimal as the registry shows it: with as many decimals as it takes not to be taken for another number. */
export const SHOWN_PATTERN = '^-?(0|[1-9][0-9]{0,17})(\\.[0-9]{1,64})?$'

const DECIMAL = new RegExp(DECIMAL_PATTERN)
const SHOWN = new RegExp(SHOWN_PATTERN)
const NEGATIVE_ZERO = /^-0(\.0+)?$/
const POWERS_OF_TEN = Array.from({ length: 32 }, (_, exponent) => 10n ** BigInt(exponent))

export const ZERO: Rational = { n: 0n, d: 1n }
export const ONE: Rational = { n: 1n, d: 1n }
export const HUNDRED: Rational = { n: 100n, d: 1n }

/** "-0" and "-0.00" are none, as they would not come back as written. */
export function isDecimal (text: string): boolean {
  return DECIMAL.test(text) && !NEGATIVE_ZERO.test(text)
}

export function isShownDecimal (text: string): boolean {
  return SHOWN.test(text) && !NEGATIVE_ZERO.test(text)
}

/** Undefined when the text is not a decimal. */
export function parseDecimal (text: string): Rational | undefined {
  if (!isDecimal(text)) return undefined
  const point = text.indexOf('.')
  if (point === -1) return { n: BigInt(text), d: 1n }
  return rational(BigInt(text.slice(0, point) + text.slice(point + 1)), powerOfTen(text.length - point - 1))
}

/** @throws RangeError when `d` is 0 */
export function rational (n: bigint, d: bigint = 1n): Rational {
  if (d === 0n) throw new RangeError('a rational number needs a denominator other than 0')
  if (n === 0n) return ZERO
  if (d < 0n) { n = -n; d = -d }
  const divisor = greatestCommonDivisor(n, d)
  return divisor === 1n ? { n, d } : { n: n / divisor, d: d / divisor }
}

export function add (a: Rational, b: Rational): Rational {
  return a.d === b.d ? rational(a.n + b.n, a.d) : rational(a.n * b.d + b.n * a.d, a.d * b.d)
}

export function subtract (a: Rational, b: Rational): Rational {
  return a.d === b.d ? rational(a.n - b.n, a.d) : rational(a.n * b.d - b.n * a.d, a.d * b.d)
}

export function multiply (a: Rational, b: Rational): Rational {
  return rational(a.n * b.n, a.d * b.d)
}

/** @throws RangeError when `b` is 0 */
export function divide (a: Rational, b: Rational): Rational {
  if (b.n === 0n) throw new RangeError('division by 0')
  return rational(a.n * b.d, a.d * b.n)
}

/** Exact, never through floats. The products are formed only when neither the denominators nor the signs decide. */
export function compare (a: Rational, b: Rational): -1 | 0 | 1 {
  if (a.d === b.d) return order(a.n, b.n)
  const aNegative = a.n < 0n
  if (aNegative !== (b.n < 0n)) return aNegative ? -1 : 1
  return order(a.n * b.d, b.n * a.d)
}

export function isZero (a: Rational): boolean {
  return a.n === 0n
}

export function negate (a: Rational): Rational {
  return a.n === 0n ? a : { n: -a.n, d: a.d }
}

export function absolute (a: Rational): Rational {
  return a.n < 0n ? { n: -a.n, d: a.d } : a
}

/** Decimals as written: "82.50" has 2. */
export function decimalPlaces (text: string): number {
  const point = text.indexOf('.')
  return point === -1 ? 0 : text.length - point - 1
}

/** Rounded half away from zero to exactly `places` decimals (an integer ≥ 0); zero never carries a sign. */
export function toDecimal (r: Rational, places: number): string {
  const scaled = (r.n < 0n ? -r.n : r.n) * powerOfTen(places)
  const rounded = (2n * scaled + r.d) / (2n * r.d)
  return write(rounded, r.n < 0n && rounded !== 0n, places)
}

/** The shortest decimal that is exactly `r`; undefined when there is none, as for 1/3. */
export function toExactDecimal (r: Rational): string | undefined {
  if (r.d === 1n) return r.n.toString()
  let rest = r.d
  let twos = 0
  let fives = 0
  while ((rest & 1n) === 0n) { rest >>= 1n; twos++ }
  while (rest % 5n === 0n) { rest /= 5n; fives++ }
  if (rest !== 1n) return undefined
  const places = Math.max(twos, fives)
  return write((r.n < 0n ? -r.n : r.n) * powerOfTen(places) / r.d, r.n < 0n, places)
}

function write (magnitude: bigint, negative: boolean, places: number): string {
  const digits = magnitude.toString().padStart(places + 1, '0')
  const point = digits.length - places
  return (negative ? '-' : '') + digits.slice(0, point) + (places === 0 ? '' : '.' + digits.slice(point))
}

function order (a: bigint, b: bigint): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1
}

function powerOfTen (exponent: number): bigint {
  return POWERS_OF_TEN[exponent] ?? 10n ** BigInt(exponent)
}

/** Of the magnitudes; never negative. */
function greatestCommonDivisor (a: bigint, b: bigint): bigint {
  if (a < 0n) a = -a
  while (b !== 0n) [a, b] = [b, a % b]
  return a
}
