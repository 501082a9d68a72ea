import { add, divide, HUNDRED, isZero, multiply, rational, ZERO, type Rational } from './decimal.js'
import { decimal } from './trajectory.js'
import type { Aggregation, ValueKind } from './words.js'

/** A figure as it was pushed: a value, or a numerator over a denominator, as decimals. */
export interface RawFigure {
  readonly value?: string | undefined
  readonly numerator?: string | undefined
  readonly denominator?: string | undefined
}

export interface Amount { readonly kind: 'amount', readonly value: Rational, readonly parts?: Parts | undefined }
export interface Parts { readonly numerator: Rational, readonly denominator: Rational }
/** `not_applicable`: the denominator is 0, so that there is nothing to measure. */
export type Quantity = Amount | { readonly kind: 'not_applicable', readonly parts: Parts } |
  { readonly kind: 'nothing' }

export type Contribution = 'reported' | 'not_applicable' | 'without_parts'

export interface RollUp {
  readonly total: Quantity
  /** What became of each figure, in the order given. */
  readonly contributions: readonly Contribution[]
}

/** A percentage is exact only as its numerator over its denominator: those win over the value beside them. */
export function quantityOf (figure: RawFigure, valueKind: ValueKind): Quantity {
  const parts = partsOf(figure)
  if (parts !== undefined && isZero(parts.denominator)) return { kind: 'not_applicable', parts }
  if (parts !== undefined && (valueKind === 'ratio' || figure.value === undefined)) return share(parts, valueKind)
  if (figure.value === undefined) return { kind: 'nothing' }
  return { kind: 'amount', value: decimal(figure.value), parts }
}

export function rollsUp (aggregation: Aggregation): boolean {
  return aggregation !== 'direct' && aggregation !== 'none'
}

/**
 * The figures of the parts made into one of the whole: sums of numerators and denominators, the sum, or the mean (each
 * part alike). Figures with a denominator of 0 stand aside; when all do, so does the total.
 */
export function rollUp (figures: readonly RawFigure[], aggregation: Aggregation, valueKind: ValueKind): RollUp {
  return rollUpQuantities(figures.map(figure => quantityOf(figure, valueKind)), aggregation, valueKind)
}

export function rollUpQuantities (
  quantities: readonly Quantity[], aggregation: Aggregation, valueKind: ValueKind
): RollUp {
  const contributions = quantities.map((quantity): Contribution => {
    if (quantity.kind === 'not_applicable') return 'not_applicable'
    if (quantity.kind === 'nothing') return 'without_parts'
    return aggregation === 'ratio_of_sums' && quantity.parts === undefined ? 'without_parts' : 'reported'
  })
  const included = quantities.filter((quantity, i): quantity is Amount =>
    quantity.kind === 'amount' && contributions[i] === 'reported')
  return { total: totalOf(included, contributions, aggregation, valueKind), contributions }
}

/**
 * What was counted in periods that follow each other, made into that of the time they cover: sums, and of a ratio the
 * sums of numerators and denominators. Nothing when a percentage without them is among several.
 */
export function addUp (quantities: readonly Quantity[], valueKind: ValueKind): Quantity {
  const known = quantities.filter(({ kind }) => kind !== 'nothing')
  if (known.length < 2) return known[0] ?? { kind: 'nothing' }
  if (valueKind !== 'ratio') return rollUpQuantities(known, 'sum', valueKind).total
  const parts = known.flatMap(quantity => 'parts' in quantity && quantity.parts !== undefined ? [quantity.parts] : [])
  if (parts.length < known.length) return { kind: 'nothing' }
  const total = {
    numerator: sumOf(parts.map(({ numerator }) => numerator)),
    denominator: sumOf(parts.map(({ denominator }) => denominator))
  }
  return isZero(total.denominator) ? { kind: 'not_applicable', parts: total } : share(total, valueKind)
}

function totalOf (
  included: readonly Amount[], contributions: readonly Contribution[], aggregation: Aggregation, valueKind: ValueKind
): Quantity {
  if (included.length === 0) {
    return contributions.length > 0 && contributions.every(contribution => contribution === 'not_applicable')
      ? { kind: 'not_applicable', parts: { numerator: ZERO, denominator: ZERO } }
      : { kind: 'nothing' }
  }
  if (aggregation === 'ratio_of_sums') {
    const parts = included.map(({ parts }) => parts as Parts)
    return share({
      numerator: sumOf(parts.map(({ numerator }) => numerator)),
      denominator: sumOf(parts.map(({ denominator }) => denominator))
    }, valueKind)
  }
  const sum = sumOf(included.map(({ value }) => value))
  return { kind: 'amount', value: aggregation === 'mean' ? divide(sum, rational(BigInt(included.length))) : sum }
}

function share (parts: Parts, valueKind: ValueKind): Amount {
  const quotient = divide(parts.numerator, parts.denominator)
  return { kind: 'amount', value: valueKind === 'ratio' ? multiply(quotient, HUNDRED) : quotient, parts }
}

function partsOf ({ numerator, denominator }: RawFigure): Parts | undefined {
  if (numerator === undefined || denominator === undefined) return undefined
  return { numerator: decimal(numerator), denominator: decimal(denominator) }
}

/** Reduced once at the end: after every step it would cost seconds where hundreds of denominators differ. */
function sumOf (values: readonly Rational[]): Rational {
  const byDenominator = new Map<bigint, bigint>()
  for (const { n, d } of values) byDenominator.set(d, (byDenominator.get(d) ?? 0n) + n)
  let sum: Rational = ZERO
  for (const [d, n] of byDenominator) sum = { n: sum.n * d + n * sum.d, d: sum.d * d }
  return add(sum, ZERO)
}
