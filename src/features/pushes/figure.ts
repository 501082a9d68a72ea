import { HUNDRED, ZERO, compare, divide, isZero, multiply, parseDecimal, type Rational } from '../../domain/decimal.js'
import { readShown, showFull } from '../../domain/status/show.js'

/** A figure as it is stored and sent: a value, or a numerator over a denominator; decimals as strings. */
export interface Figure {
  value?: string | undefined
  numerator?: string | undefined
  denominator?: string | undefined
}

export type FigureValue = { kind: 'number', value: Rational } | { kind: 'not_applicable' }

/** The exact number behind a figure; a ratio is a percentage, and one over 0 is not applicable. */
export function evaluateFigure (figure: Figure): FigureValue {
  if (figure.numerator !== undefined && figure.denominator !== undefined) {
    const denominator = exact(figure.denominator)
    if (isZero(denominator)) return { kind: 'not_applicable' }
    return { kind: 'number', value: multiply(divide(exact(figure.numerator), denominator), HUNDRED) }
  }
  if (figure.value === undefined) throw new TypeError('a figure has a value, or a numerator and a denominator')
  return { kind: 'number', value: exact(figure.value) }
}

/**
 * What is shown as `value`: as it was given, or the ratio, never so rounded that it reads as a number that it is not.
 */
export function presentValue (figure: Figure): string | null {
  if (figure.numerator === undefined) return figure.value ?? null
  const evaluated = evaluateFigure(figure)
  return evaluated.kind === 'not_applicable' ? null : showFull(evaluated.value)
}

/** Equal as numbers, part by part: "82.5" is "82.50", but 1/2 is not 2/4 and 50 is not 1/2. */
export function sameFigure (a: Figure, b: Figure): boolean {
  return same(a.numerator, b.numerator) && same(a.denominator, b.denominator) &&
    (a.numerator !== undefined || same(a.value, b.value))
}

function same (a: string | undefined, b: string | undefined): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  return compare(exact(a), exact(b)) === 0
}

export function isNegative (text: string): boolean {
  return compare(exact(text), ZERO) < 0
}

/** What was shown with more decimals than may be pushed comes back beside its numerator and denominator. */
function exact (text: string): Rational {
  return parseDecimal(text) ?? readShown(text)
}
