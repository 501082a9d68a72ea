import { absolute, compare, isZero, multiply, subtract, ZERO, type Rational } from './decimal.js'
import { periodAt, periodsOfYear, isPeriodYear, type Period } from './period.js'
import { quantityOf, rollsUp, rollUp, type RawFigure } from './rollup.js'
import { showFull as show } from './status/show.js'
import { decimal } from './trajectory.js'
import type { Aggregation, FigurePart, TimeBasis, ValueKind, RuleKind } from './words.js'

interface Range {
  readonly part?: FigurePart | undefined
  readonly minimum?: string | undefined
  readonly maximum?: string | undefined
}
interface Change {
  readonly part?: FigurePart | undefined
  readonly absolute?: string | undefined
  readonly relative?: string | undefined
}

/** What a rule asks of a figure. Bounds are in the indicator's unit; `relative` is a share of the value before. */
export type QualityCheck =
  | { readonly kind: 'range' } & Range
  | { readonly kind: 'change' } & Change
  | { readonly kind: 'parts', readonly of: string, readonly tolerance: string }
  | { readonly kind: 'monotone', readonly part?: FigurePart | undefined }
  | { readonly kind: 'ratio' }

type ChangeCheck = Omit<Extract<QualityCheck, { kind: 'change' }>, 'kind'>

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
/** `vi` comes with decimal points, and gets the commas of Vietnamese prose. */
const broken = (vi: string, en: string): QualityVerdict =>
  ({ verdict: 'broken', sentence: { vi: vi.replace(/(?<=\d)\.(?=\d)/g, ','), en } })

export function judgeRange (check: Range, figure: RawFigure, valueKind: ValueKind): QualityVerdict {
  const value = amountOf(figure, valueKind, check.part)
  if (value === undefined) return NOT_JUDGED
  const { minimum, maximum, part = 'value' } = check
  const { vi, en } = NAMES[part]
  if (minimum !== undefined && compare(value, decimal(minimum)) < 0) {
    return broken(`${vi} ${show(value)} nhỏ hơn ${minimum}.`, `${en} ${show(value)} is below ${minimum}.`)
  }
  if (maximum !== undefined && compare(value, decimal(maximum)) > 0) {
    return broken(`${vi} ${show(value)} lớn hơn ${maximum}.`, `${en} ${show(value)} is above ${maximum}.`)
  }
  return PASSED
}

/** A limit that is reached is kept. Against a value of 0 before no share can be said: there only `absolute` judges. */
export function judgeChange (
  check: ChangeCheck, figure: RawFigure, previous: Neighbour | undefined, valueKind: ValueKind
): QualityVerdict {
  const value = amountOf(figure, valueKind, check.part)
  const before = previous === undefined ? undefined : amountOf(previous.figure, valueKind, check.part)
  if (value === undefined || previous === undefined || before === undefined) return NOT_JUDGED
  const of = nameOf(check.part)
  return judgeDifference(check, value, before, (change, limit) => broken(
    `${of.vi}${show(value)} lệch ${change} so với ${show(before)} của kỳ ${previous.period}, quá ${limit}.`,
    `${of.en}${show(value)} differs by ${change} from the ${show(before)} of ${previous.period}, more than ${limit}.`))
}

/**
 * Of a total that runs since the beginning of the year: by how much it has grown since the period before, against by
 * how much that one had grown. `base` is what stood one period earlier still: nothing yet at the year's beginning.
 */
export function judgeIncrement (
  check: ChangeCheck, figure: RawFigure, previous: Neighbour | undefined, base: Neighbour | 'year_start' | undefined,
  valueKind: ValueKind
): QualityVerdict {
  const amount = (neighbour: Neighbour | undefined) => neighbour && amountOf(neighbour.figure, valueKind, check.part)
  const value = amountOf(figure, valueKind, check.part)
  const [before, start] = [amount(previous), base === 'year_start' ? ZERO : amount(base)]
  if (value === undefined || previous === undefined || before === undefined || start === undefined) return NOT_JUDGED
  const [grown, grownBefore] = [subtract(value, before), subtract(before, start)]
  const of = nameOf(check.part)
  return judgeDifference(check, grown, grownBefore, (change, limit) => broken(
    `${of.vi}${show(value)} tăng thêm ${show(grown)} so với kỳ ${previous.period}, ` +
      `lệch ${change} so với mức tăng ${show(grownBefore)} của kỳ đó, quá ${limit}.`,
    `${of.en}${show(value)} has grown by ${show(grown)} since ${previous.period}, which differs by ${change} ` +
      `from the ${show(grownBefore)} by which that had grown, more than ${limit}.`))
}

function judgeDifference (
  limits: Pick<ChangeCheck, 'absolute' | 'relative'>, value: Rational, before: Rational,
  words: (change: string, limit: string) => QualityVerdict
): QualityVerdict {
  const change = absolute(subtract(value, before))
  if (limits.absolute !== undefined && compare(change, decimal(limits.absolute)) > 0) {
    return words(show(change), limits.absolute)
  }
  if (limits.relative === undefined) return PASSED
  if (isZero(before)) return limits.absolute === undefined ? NOT_JUDGED : PASSED
  const limit = multiply(absolute(before), decimal(limits.relative))
  return compare(change, limit) > 0
    ? words(show(change), `${show(limit)} (${limits.relative} × ${show(absolute(before))})`)
    : PASSED
}

/** Figures of their periods alone: the sum of the year so far does not fall as long as none of them is below 0. */
export function judgeAddend (figure: RawFigure, valueKind: ValueKind, part?: FigurePart): QualityVerdict {
  const value = amountOf(figure, valueKind, part)
  if (value === undefined) return NOT_JUDGED
  if (compare(value, ZERO) >= 0) return PASSED
  const { vi, en } = NAMES[part ?? 'value']
  return broken(`${vi} ${show(value)} của kỳ là số âm nên tổng từ đầu năm giảm.`,
    `${en} ${show(value)} of the period is negative, so that the sum of the year so far falls.`)
}

/** Figures that do not fall within the year: not below the period before, nor above one after it that is there. */
export function judgeMonotone (
  figure: RawFigure, previous: Neighbour | undefined, following: Neighbour | undefined, valueKind: ValueKind,
  part?: FigurePart
): QualityVerdict {
  const value = amountOf(figure, valueKind, part)
  const before = previous === undefined ? undefined : amountOf(previous.figure, valueKind, part)
  const after = following === undefined ? undefined : amountOf(following.figure, valueKind, part)
  if (value === undefined || (before === undefined && after === undefined)) return NOT_JUDGED
  if (before !== undefined && compare(value, before) < 0) {
    return broken(`số lũy kế ${show(value)} nhỏ hơn ${show(before)} của kỳ ${previous!.period}.`,
      `the cumulative figure ${show(value)} is below the ${show(before)} of ${previous!.period}.`)
  }
  if (after !== undefined && compare(value, after) > 0) {
    return broken(`số lũy kế ${show(value)} lớn hơn ${show(after)} của kỳ sau, ${following!.period}.`,
      `the cumulative figure ${show(value)} is above the ${show(after)} of the later ${following!.period}.`)
  }
  return PASSED
}

export function judgeRatio ({ numerator, denominator }: RawFigure): QualityVerdict {
  if (numerator === undefined || denominator === undefined) return NOT_JUDGED
  if (compare(decimal(numerator), decimal(denominator)) <= 0) return PASSED
  return broken(`tử số ${numerator} lớn hơn mẫu số ${denominator}.`,
    `the numerator ${numerator} is greater than the denominator ${denominator}.`)
}

/**
 * The total against its parts, rolled up as the indicator says, and only when every part is there. A part with a
 * denominator of 0 is there and stands aside; a percentage without its parts cannot be added up.
 */
export function judgeParts (
  tolerance: string, total: RawFigure, parts: readonly (RawFigure | undefined)[], aggregation: Aggregation,
  valueKind: ValueKind
): QualityVerdict {
  const value = amountOf(total, valueKind)
  const present = parts.filter(part => part !== undefined)
  if (value === undefined || !rollsUp(aggregation)) return NOT_JUDGED
  if (present.length === 0 || present.length < parts.length) return NOT_JUDGED
  const { total: combined, contributions } = rollUp(present, aggregation, valueKind)
  if (combined.kind !== 'amount' || contributions.includes('without_parts')) return NOT_JUDGED
  const difference = absolute(subtract(value, combined.value))
  if (compare(difference, decimal(tolerance)) <= 0) return PASSED
  return broken(
    `số tổng ${show(value)} lệch ${show(difference)} so với ${show(combined.value)} gộp từ ${present.length} phần, ` +
      `quá ${tolerance}.`,
    `the total ${show(value)} differs by ${show(difference)} from the ${show(combined.value)} of its ` +
      `${present.length} parts, more than ${tolerance}.`)
}

/** The period before, or after, of the same frequency, across the turn of the year; undefined beyond 1900…2199. */
export function adjacentPeriod ({ frequency, year, index }: Period, step: -1 | 1): Period | undefined {
  const count = periodsOfYear(year, frequency).length
  const next = index + step
  if (next >= 1 && next <= count) return periodAt(frequency, year, next)
  if (!isPeriodYear(year + step)) return undefined
  return step === 1 ? periodAt(frequency, year + 1, 1) : periodAt(frequency, year - 1, count)
}

/**
 * The period with whose figure a figure is compared. Counted from the beginning of the year, a year's first figure is
 * like the first of the year before, and not like its last.
 */
export function periodBefore (period: Period, timeBasis: TimeBasis): Period | undefined {
  const before = adjacentPeriod(period, -1)
  const startsAgain = timeBasis === 'year_to_date' && before !== undefined && before.year !== period.year
  return startsAgain ? periodAt(period.frequency, before.year, period.index) : before
}

/** What grows over the year: amounts counted since its beginning, and of a ratio its parts, but not a share. */
export function isGrowing (timeBasis: TimeBasis, valueKind: ValueKind, part: FigurePart | undefined): boolean {
  return timeBasis === 'year_to_date' && (part !== undefined || valueKind === 'count' || valueKind === 'number')
}

const NAMES = {
  value: { vi: 'giá trị', en: 'the value' },
  numerator: { vi: 'tử số', en: 'the numerator' },
  denominator: { vi: 'mẫu số', en: 'the denominator' }
}

function nameOf (part: FigurePart | undefined): Sentence {
  return part === undefined ? { vi: '', en: '' } : { vi: `${NAMES[part].vi} `, en: `${NAMES[part].en} ` }
}

function amountOf (figure: RawFigure, valueKind: ValueKind, part?: FigurePart): Rational | undefined {
  if (part !== undefined) return figure[part] === undefined ? undefined : decimal(figure[part])
  const quantity = quantityOf(figure, valueKind)
  return quantity.kind === 'amount' ? quantity.value : undefined
}

export interface Params {
  minimum?: string | undefined, maximum?: string | undefined
  against?: 'previous_period' | undefined, absolute?: string | undefined, relative?: string | undefined
  of?: string | undefined, tolerance?: string | undefined
  within?: 'year' | undefined
  part?: FigurePart | undefined
}

/** The dimension of which a rule adds up the members. */
export function dimensionOf (params: Params): string | undefined {
  return params.of === CHILDREN ? undefined : params.of
}

/** Of parameters that were checked. */
export function checkOf (
  kind: RuleKind, { part, minimum, maximum, absolute, relative, of, tolerance }: Params
): QualityCheck {
  switch (kind) {
    case 'range': return { kind, part, minimum, maximum }
    case 'change': return { kind, part, absolute, relative }
    case 'parts': return { kind, of: of!, tolerance: tolerance! }
    case 'monotone': return { kind, part }
    case 'ratio': return { kind }
  }
}
