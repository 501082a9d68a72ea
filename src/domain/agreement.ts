import { compare, toDecimal } from './decimal.js'
import { partsOf, partsWith, periodsAround, periodsWithin } from './derive.js'
import { monthsOf, type Frequency, type Period } from './period.js'
import { addUp, quantityOf, type Quantity, type RawFigure, type ValueKind } from './rollup.js'
import { showFull } from './status/show.js'
import type { TimeBasis } from './time-basis.js'
import { decimal } from './trajectory.js'

/** What decides how the figures of an indicator's periods hang together. */
export interface TimedIndicator {
  readonly frequencies: readonly Frequency[]
  readonly timeBasis: TimeBasis
  readonly valueKind: ValueKind
  readonly decimals: number
}

/** A figure of a longer period that is not what those of shorter ones make it: both numbers. */
export interface Contradiction { readonly whole: Period, readonly stated: string, readonly parts: readonly Period[], readonly made: string }

/** Whether figures of one period can contradict those of others. How fast something grew in a quarter says nothing of the half-year. */
export function hangsTogether ({ frequencies, timeBasis, valueKind }: TimedIndicator): boolean {
  return frequencies.length > 1 && (valueKind !== 'growth' || timeBasis === 'year_to_date')
}

/** Longer periods whose figure a figure can contradict, the shortest first: all that hold its period, or, where figures do not add up, that end with it. */
export function wholesOf (part: Period, { frequencies, timeBasis }: TimedIndicator): Period[] {
  const { last } = monthsOf(part)
  return periodsAround(part, frequencies).filter(whole => timeBasis === 'during_period' || monthsOf(whole).last === last)
}

/** Shorter periods whose figures can contradict that of a period. */
export function piecesOf (whole: Period, { frequencies, timeBasis }: TimedIndicator): Period[] {
  const { last } = monthsOf(whole)
  return periodsWithin(whole, frequencies).filter(part => timeBasis === 'during_period' || monthsOf(part).last === last)
}

/**
 * What a figure contradicts: as a longer period those of its parts, and as a part the shortest longer one that it makes come out
 * otherwise. Figures of their periods alone are added, where those of all parts are there; of the others those are compared
 * that end on the same day. `answers`: a longer period whose own figure is looked at as well, and speaks for its parts.
 */
export function contradictionsOf (
  period: Period, indicator: TimedIndicator, figureOf: (period: Period) => RawFigure | undefined, answers: (whole: Period) => boolean
): Contradiction[] {
  const { frequencies, timeBasis } = indicator
  const adds = timeBasis === 'during_period'
  const has = (other: Period) => {
    const figure = figureOf(other)
    return figure !== undefined && !(adds && indicator.valueKind === 'ratio' && figure.denominator === undefined)
  }
  const compared = (whole: Period, parts: readonly Period[] | undefined) => parts && contradiction(whole, parts, indicator, figureOf)
  const wholes = wholesOf(period, indicator).filter(whole => figureOf(whole) !== undefined && !answers(whole))
  if (adds) {
    const asPart = wholes.map(whole => has(period) ? compared(whole, partsWith(period, whole, frequencies, has)) : undefined)
    return [compared(period, partsOf(period, frequencies, has)), asPart.find(found => found !== undefined)].filter(found => found !== undefined)
  }
  const asWhole = piecesOf(period, indicator).filter(has).map(part => compared(period, [part]))
  const asPart = wholes.map(whole => compared(whole, [period]))
  return [asWhole, asPart].flatMap(found => found.find(one => one !== undefined) ?? [])
}

function contradiction (
  whole: Period, parts: readonly Period[], { valueKind, decimals }: TimedIndicator, figureOf: (period: Period) => RawFigure | undefined
): Contradiction | undefined {
  const stated = quantityOf(figureOf(whole)!, valueKind)
  const made = addUp(parts.map(part => quantityOf(figureOf(part)!, valueKind)), valueKind)
  if (agrees(stated, made, valueKind, decimals)) return undefined
  return { whole, stated: show(stated), parts, made: show(made) }
}

/** Exact. A share beside one of which the numerator and denominator are known is theirs, rounded as it would be in a push. */
function agrees (a: Quantity, b: Quantity, valueKind: ValueKind, decimals: number): boolean {
  if (a.kind === 'nothing' || b.kind === 'nothing') return true
  if (a.parts !== undefined && b.parts !== undefined) {
    return compare(a.parts.numerator, b.parts.numerator) === 0 && compare(a.parts.denominator, b.parts.denominator) === 0
  }
  if (a.kind === 'not_applicable' || b.kind === 'not_applicable') return false
  const rounded = ({ value, parts }: typeof a) => valueKind === 'ratio' && parts !== undefined ? decimal(toDecimal(value, decimals)) : value
  return compare(rounded(a), rounded(b)) === 0
}

function show (quantity: Quantity): string {
  if (quantity.kind === 'nothing') return ''
  const { parts } = quantity
  if (parts !== undefined) return `${showFull(parts.numerator)}/${showFull(parts.denominator)}`
  return quantity.kind === 'amount' ? showFull(quantity.value) : ''
}
