import { compare, toDecimal } from './decimal.js'
import { partsOf, partsWith, periodsAround, periodsWithin } from './derive.js'
import { monthsOf, type Period } from './period.js'
import { addUp, quantityOf, type Quantity, type RawFigure } from './rollup.js'
import { showFull } from './status/show.js'
import { decimal } from './trajectory.js'
import type { Frequency, TimeBasis, ValueKind } from './words.js'

/** What decides how the figures of an indicator's periods hang together. */
export interface TimedIndicator {
  readonly frequencies: readonly Frequency[]
  readonly timeBasis: TimeBasis
  readonly valueKind: ValueKind
  readonly decimals: number
}

/** A figure of a longer period that is not what those of shorter ones make it: both numbers. */
export interface Contradiction {
  readonly whole: Period
  readonly stated: string
  readonly parts: readonly Period[]
  readonly made: string
}

type FigureOf = (period: Period) => RawFigure | undefined

/**
 * Whether figures of one period can contradict those of others. How fast something grew in a quarter says nothing of
 * the half-year.
 */
export function hangsTogether ({ frequencies, timeBasis, valueKind }: TimedIndicator): boolean {
  return frequencies.length > 1 && (valueKind !== 'growth' || timeBasis === 'year_to_date')
}

/**
 * Longer periods whose figure a figure can contradict, the shortest first: all that hold its period, or, where figures
 * do not add up, that end with it.
 */
export function wholesOf (part: Period, { frequencies, timeBasis }: TimedIndicator): Period[] {
  const { last } = monthsOf(part)
  const adds = timeBasis === 'during_period'
  return periodsAround(part, frequencies).filter(whole => adds || monthsOf(whole).last === last)
}

/** Shorter periods whose figures can contradict that of a period. */
export function piecesOf (whole: Period, { frequencies, timeBasis }: TimedIndicator): Period[] {
  const { last } = monthsOf(whole)
  return periodsWithin(whole, frequencies).filter(part => timeBasis === 'during_period' || monthsOf(part).last === last)
}

/**
 * What a figure contradicts: as a longer period those of its parts, and as a part the shortest longer one that it
 * makes come out otherwise. Figures of their periods alone are added, where those of all parts are there; of the
 * others those are compared that end on the same day. `answers`: a longer period whose own figure is looked at as
 * well, and speaks for its parts.
 */
export function contradictionsOf (
  period: Period, indicator: TimedIndicator, figureOf: FigureOf, answers: (whole: Period) => boolean
): Contradiction[] {
  const { frequencies, timeBasis } = indicator
  const adds = timeBasis === 'during_period'
  const has = (other: Period) => {
    const figure = figureOf(other)
    return figure !== undefined && !(adds && indicator.valueKind === 'ratio' && figure.denominator === undefined)
  }
  const compared = (whole: Period, parts: readonly Period[] | undefined) =>
    parts && contradiction(whole, parts, indicator, figureOf)
  const wholes = wholesOf(period, indicator).filter(whole => figureOf(whole) !== undefined && !answers(whole))
  const asWhole = adds
    ? [compared(period, partsOf(period, frequencies, has))]
    : piecesOf(period, indicator).filter(has).map(part => compared(period, [part]))
  const partsHolding = (whole: Period) => adds ? partsWith(period, whole, frequencies, has) : [period]
  const asPart = has(period) ? wholes.map(whole => compared(whole, partsHolding(whole))) : []
  return [asWhole, asPart].flatMap(found => found.find(one => one !== undefined) ?? [])
}

function contradiction (
  whole: Period, parts: readonly Period[], { valueKind, decimals }: TimedIndicator, figureOf: FigureOf
): Contradiction | undefined {
  const stated = quantityOf(figureOf(whole)!, valueKind)
  const made = addUp(parts.map(part => quantityOf(figureOf(part)!, valueKind)), valueKind)
  if (agrees(stated, made, valueKind, decimals)) return undefined
  return { whole, stated: show(stated), parts, made: show(made) }
}

/**
 * Exact. A share beside one of which numerator and denominator are known is theirs, rounded as it would be in a push.
 */
function agrees (a: Quantity, b: Quantity, valueKind: ValueKind, decimals: number): boolean {
  if (a.kind === 'nothing' || b.kind === 'nothing') return true
  const [one, other] = [a.parts, b.parts]
  if (one !== undefined && other !== undefined) {
    return compare(one.numerator, other.numerator) === 0 && compare(one.denominator, other.denominator) === 0
  }
  if (a.kind === 'not_applicable' || b.kind === 'not_applicable') return false
  const rounded = ({ value, parts }: typeof a) =>
    valueKind === 'ratio' && parts !== undefined ? decimal(toDecimal(value, decimals)) : value
  return compare(rounded(a), rounded(b)) === 0
}

function show (quantity: Quantity): string {
  if (quantity.kind === 'nothing') return ''
  const { parts } = quantity
  if (parts !== undefined) return `${showFull(parts.numerator)}/${showFull(parts.denominator)}`
  return quantity.kind === 'amount' ? showFull(quantity.value) : ''
}
