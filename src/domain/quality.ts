import { absolute, compare, isZero, multiply, subtract, type Rational } from './decimal.js'
import { periodAt, periodsOfYear, isPeriodYear, type Period } from './period.js'
import { quantityOf, rollsUp, rollUp, type Aggregation, type RawFigure, type ValueKind } from './rollup.js'
import { showFull as show } from './status/show.js'
import { decimal } from './trajectory.js'

export const QUALITY_KINDS = ['range', 'change', 'parts', 'monotone', 'ratio'] as const
export type QualityKind = typeof QUALITY_KINDS[number]

/** What a quality rule asks of a figure. Bounds are decimals in the indicator's unit; `relative` is a share of the previous value. */
export type QualityCheck =
  | { readonly kind: 'range', readonly minimum?: string | undefined, readonly maximum?: string | undefined }
  | { readonly kind: 'change', readonly absolute?: string | undefined, readonly relative?: string | undefined }
  | { readonly kind: 'parts', readonly of: string, readonly tolerance: string }
  | { readonly kind: 'monotone' }
  | { readonly kind: 'ratio' }

/** `parts` of this are the committees directly below an agency; of anything else the members of that dimension. */
export const CHILDREN = 'children'

export interface Sentence { readonly vi: string, readonly en: string }

/** `not_judged`: what the rule compares with is not there, or the figure is "not applicable". */
export type QualityVerdict =
  | { readonly verdict: 'passed' | 'not_judged' }
  | { readonly verdict: 'broken', readonly sentence: Sentence }

export interface Neighbour { readonly period: string, readonly figure: RawFigure }

const PASSED: QualityVerdict = { verdict: 'passed' }
const NOT_JUDGED: QualityVerdict = { verdict: 'not_judged' }
const broken = (vi: string, en: string): QualityVerdict => ({ verdict: 'broken', sentence: { vi, en } })

export function judgeRange (check: { minimum?: string | undefined, maximum?: string | undefined }, figure: RawFigure, valueKind: ValueKind): QualityVerdict {
  const value = amountOf(figure, valueKind)
  if (value === undefined) return NOT_JUDGED
  const { minimum, maximum } = check
  if (minimum !== undefined && compare(value, decimal(minimum)) < 0) {
    return broken(`giá trị ${show(value)} nhỏ hơn ${minimum}.`, `the value ${show(value)} is below ${minimum}.`)
  }
  if (maximum !== undefined && compare(value, decimal(maximum)) > 0) {
    return broken(`giá trị ${show(value)} lớn hơn ${maximum}.`, `the value ${show(value)} is above ${maximum}.`)
  }
  return PASSED
}

/** A limit that is reached is kept. Against a previous value of 0 no share can be said: there only `absolute` judges. */
export function judgeChange (
  check: { absolute?: string | undefined, relative?: string | undefined }, figure: RawFigure, previous: Neighbour | undefined, valueKind: ValueKind
): QualityVerdict {
  const value = amountOf(figure, valueKind)
  const before = previous === undefined ? undefined : amountOf(previous.figure, valueKind)
  if (value === undefined || previous === undefined || before === undefined) return NOT_JUDGED
  const change = absolute(subtract(value, before))
  const words = (limit: string) => broken(
    `${show(value)} lệch ${show(change)} so với ${show(before)} của kỳ ${previous.period}, quá ${limit}.`,
    `${show(value)} differs by ${show(change)} from the ${show(before)} of ${previous.period}, more than ${limit}.`)
  if (check.absolute !== undefined && compare(change, decimal(check.absolute)) > 0) return words(check.absolute)
  if (check.relative === undefined) return PASSED
  if (isZero(before)) return check.absolute === undefined ? NOT_JUDGED : PASSED
  const limit = multiply(absolute(before), decimal(check.relative))
  return compare(change, limit) > 0 ? words(`${show(limit)} (${check.relative} × ${show(absolute(before))})`) : PASSED
}

/** Figures counted from the beginning of the year: not below the period before, nor above one after it that is there already. */
export function judgeMonotone (figure: RawFigure, previous: Neighbour | undefined, following: Neighbour | undefined, valueKind: ValueKind): QualityVerdict {
  const value = amountOf(figure, valueKind)
  const before = previous === undefined ? undefined : amountOf(previous.figure, valueKind)
  const after = following === undefined ? undefined : amountOf(following.figure, valueKind)
  if (value === undefined || (before === undefined && after === undefined)) return NOT_JUDGED
  if (before !== undefined && compare(value, before) < 0) {
    return broken(`số lũy kế ${show(value)} nhỏ hơn ${show(before)} của kỳ ${previous!.period}.`, `the cumulative figure ${show(value)} is below the ${show(before)} of ${previous!.period}.`)
  }
  if (after !== undefined && compare(value, after) > 0) {
    return broken(`số lũy kế ${show(value)} lớn hơn ${show(after)} của kỳ sau, ${following!.period}.`, `the cumulative figure ${show(value)} is above the ${show(after)} of the later ${following!.period}.`)
  }
  return PASSED
}

export function judgeRatio ({ numerator, denominator }: RawFigure): QualityVerdict {
  if (numerator === undefined || denominator === undefined) return NOT_JUDGED
  if (compare(decimal(numerator), decimal(denominator)) <= 0) return PASSED
  return broken(`tử số ${numerator} lớn hơn mẫu số ${denominator}.`, `the numerator ${numerator} is greater than the denominator ${denominator}.`)
}

/**
 * The total against its parts, rolled up as the indicator says, and only when every part is there. A part with a
 * denominator of 0 is there and stands aside; a percentage without its parts cannot be added up.
 */
export function judgeParts (
  tolerance: string, total: RawFigure, parts: readonly (RawFigure | undefined)[], aggregation: Aggregation, valueKind: ValueKind
): QualityVerdict {
  const value = amountOf(total, valueKind)
  const present = parts.filter(part => part !== undefined)
  if (value === undefined || !rollsUp(aggregation) || present.length === 0 || present.length < parts.length) return NOT_JUDGED
  const { total: combined, contributions } = rollUp(present, aggregation, valueKind)
  if (combined.kind !== 'amount' || contributions.includes('without_parts')) return NOT_JUDGED
  const difference = absolute(subtract(value, combined.value))
  if (compare(difference, decimal(tolerance)) <= 0) return PASSED
  return broken(
    `số tổng ${show(value)} lệch ${show(difference)} so với ${show(combined.value)} gộp từ ${present.length} phần, quá ${tolerance}.`,
    `the total ${show(value)} differs by ${show(difference)} from the ${show(combined.value)} of its ${present.length} parts, more than ${tolerance}.`)
}

/** The period before, or after, of the same frequency, across the turn of the year; undefined beyond the years 1900…2199. */
export function adjacentPeriod ({ frequency, year, index }: Period, step: -1 | 1): Period | undefined {
  const count = periodsOfYear(year, frequency).length
  const next = index + step
  if (next >= 1 && next <= count) return periodAt(frequency, year, next)
  if (!isPeriodYear(year + step)) return undefined
  return step === 1 ? periodAt(frequency, year + 1, 1) : periodAt(frequency, year - 1, count)
}

function amountOf (figure: RawFigure, valueKind: ValueKind): Rational | undefined {
  const quantity = quantityOf(figure, valueKind)
  return quantity.kind === 'amount' ? quantity.value : undefined
}
