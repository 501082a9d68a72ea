import { compare, decimalPlaces, rational, toDecimal, toExactDecimal, ZERO, type Rational } from '../decimal.js'

/** As many decimals as a decimal of the registry may have. */
const MOST_PLACES = 12

/**
 * Rounded to `places`, or to as many more as it takes to lie where the exact number does, seen from each of the marks.
 */
export function showAmong (exact: Rational, places: number, marks: readonly Rational[]): string {
  for (let p = places; ; p++) {
    const shown = toDecimal(exact, p)
    if (marks.every(mark => compare(readShown(shown), mark) === compare(exact, mark))) return shown
  }
}

/** Exact where that takes at most 12 decimals; else rounded, but never to 0. */
export function showDifference (exact: Rational, places: number): string {
  return showExact(exact) ?? showAmong(exact, places, [ZERO])
}

export function showExact (exact: Rational): string | undefined {
  const text = toExactDecimal(exact)
  return text !== undefined && decimalPlaces(text) <= MOST_PLACES ? text : undefined
}

/**
 * A number that is shown beside no target: exact where that takes at most 12 decimals, else rounded to 12. Where that
 * would end in a zero it would read as a shorter number, which may be a target that the exact one does not reach:
 * decimals are added until it does not.
 */
export function showFull (exact: Rational): string {
  const text = showExact(exact)
  if (text !== undefined) return text
  let places = MOST_PLACES
  let shown = toDecimal(exact, places)
  while (shown.endsWith('0')) shown = toDecimal(exact, ++places)
  return shown
}

/** A shown number may have more decimals than one that travels in. */
export function readShown (text: string): Rational {
  return rational(BigInt(text.replace('.', '')), 10n ** BigInt(decimalPlaces(text)))
}
