import type { StoredProblem } from '../../db/schema/index.js'
import {
  absolute, compare, decimalPlaces, HUNDRED, parseDecimal, rational, subtract, ZERO, type Rational
} from '../../domain/decimal.js'
import { readShown, showFull } from '../../domain/status/show.js'
import { evaluateFigure, isNegative, type Figure } from './figure.js'
import { problem } from './row-problem.js'
import type { IndicatorFacts, PushRow, SoundPart } from './row.js'
import type { FigurePart } from '../../domain/words.js'

/** What a decimal of the contract, and the database, can hold. */
const LARGEST = rational(10n ** 18n)

/** All that is wrong with a figure by itself, beside its indicator. */
export function judgeFigure (row: Figure, indicator: IndicatorFacts): StoredProblem[] {
  const problems: StoredProblem[] = []
  const { value, numerator, denominator } = row
  if (value === undefined && numerator === undefined && denominator === undefined) {
    return [
      problem(
        '/value', 'value_required', 'Cần “value”, hoặc “numerator” và “denominator”.',
        'Give `value`, or `numerator` and `denominator`.'
      )
    ]
  }
  if ((numerator === undefined) !== (denominator === undefined)) {
    const missing = numerator === undefined ? 'numerator' : 'denominator'
    return [
      problem(
        `/${missing}`, `${missing}_required`, `Thiếu “${missing}”: tử số và mẫu số phải đi cùng nhau.`,
        `\`${missing}\` is missing: a numerator and a denominator come together.`
      )
    ]
  }
  const isRounded = value !== undefined && isRoundedRatio(value, row, indicator.decimals)
  if (value !== undefined && decimalPlaces(value) > indicator.decimals && !isRounded) {
    problems.push(problem(
      '/value', 'too_many_decimals',
      `Chỉ tiêu ${indicator.code} nhận nhiều nhất ${indicator.decimals} chữ số thập phân; hệ thống không tự làm tròn.`,
      `${indicator.code} takes at most ${indicator.decimals} decimals; nothing is rounded here.`
    ))
  }
  if (numerator === undefined || denominator === undefined) {
    if (value !== undefined) problems.push(...judgeRange('/value', { value }, indicator))
    return problems
  }
  if (indicator.valueKind !== 'ratio') {
    return [
      ...problems,
      problem(
        '/numerator', 'numerator_not_allowed', `${indicator.code} không phải chỉ tiêu tỷ lệ: chỉ gửi “value”.`,
        `${indicator.code} is not a ratio: send \`value\` alone.`
      )
    ]
  }
  const parts = [...judgePart('numerator', numerator, indicator), ...judgePart('denominator', denominator, indicator)]
  problems.push(...parts)
  if (isNegative(denominator)) {
    return [...problems, negativeDenominator()]
  }
  const { maximum } = boundsOf(indicator)
  const bounded = maximum !== undefined && compare(maximum, HUNDRED) <= 0
  if (bounded && compare(parseDecimal(numerator)!, parseDecimal(denominator)!) > 0) {
    return [
      ...problems,
      problem(
        '/numerator', 'numerator_exceeds_denominator', `Tử số ${numerator} lớn hơn mẫu số ${denominator}.`,
        `The numerator ${numerator} is greater than the denominator ${denominator}.`
      )
    ]
  }
  const ratio = evaluateFigure({ numerator, denominator })
  if (ratio.kind === 'not_applicable') {
    if (value !== undefined) {
      problems.push(problem(
        '/value', 'ratio_mismatch', 'Mẫu số bằng 0 nghĩa là “không áp dụng”: không thể kèm “value”.',
        'A denominator of 0 means "not applicable": no `value` can go with it.'
      ))
    }
    return problems
  }
  if (value !== undefined && !isRounded) {
    problems.push(problem(
      '/value', 'ratio_mismatch',
      `${value} không bằng ${numerator} / ${denominator} × 100; có thể bỏ “value”, hệ thống tự tính.`,
      `${value} is not ${numerator} / ${denominator} × 100; leave \`value\` out, it is computed.`
    ))
  }
  if (!parts.some(({ code }) => code === 'value_out_of_range')) {
    problems.push(...judgeRange('/numerator', { numerator, denominator }, indicator))
  }
  return problems
}

/**
 * Whether the value beside a numerator and a denominator is their ratio, rounded to its own last place and to no fewer
 * decimals than the indicator has. An export shows more decimals than may be pushed alone, and a spreadsheet saves as
 * many of them as it shows: each of those roundings says the same, also one of what was rounded to be shown. A half may
 * go either way. What was cut off instead of rounded errs by more than half a unit, and is refused. Only the parts are
 * stored.
 */
export function isRoundedRatio (value: string, { numerator, denominator }: Figure, decimals: number): boolean {
  if (numerator === undefined || denominator === undefined || parseDecimal(denominator)!.n <= 0n) return false
  const ratio = evaluateFigure({ numerator, denominator })
  if (ratio.kind === 'not_applicable') return false
  const half = rational(1n, 2n * 10n ** BigInt(Math.max(decimalPlaces(value), decimals)))
  const isNear = (other: Rational) => compare(absolute(subtract(readShown(value), other)), half) <= 0
  return isNear(ratio.value) || isNear(readShown(showFull(ratio.value)))
}

const PART_WORDS = {
  numerator: { vi: 'Tử số', en: 'The numerator' },
  denominator: { vi: 'Mẫu số', en: 'The denominator' }
} satisfies Record<FigurePart, { vi: string, en: string }>

/**
 * What is counted, by itself: its decimals and its bounds. A denominator of 0 says "not applicable", and one below it
 * is refused in any case.
 */
function judgePart (name: FigurePart, text: string, indicator: IndicatorFacts): StoredProblem[] {
  const decimals = indicator[name]?.decimals ?? 0
  const words = PART_WORDS[name]
  if (decimalPlaces(text) > decimals) {
    const most = decimals === 0
      ? { vi: '0', en: 'no decimals' }
      : { vi: `nhiều nhất ${decimals}`, en: `at most ${decimals} decimals` }
    const asCount = THOUSANDS.test(text) ? text.replace('.', '') : undefined
    return [problem(`/${name}`, 'too_many_decimals',
      `${words.vi} của ${indicator.code} nhận ${most.vi} chữ số thập phân; hệ thống không tự làm tròn.` +
        (asCount === undefined ? '' : ` Nếu dấu chấm ngăn cách hàng nghìn, hãy gửi ${asCount}.`),
      `${words.en} of ${indicator.code} takes ${most.en}; nothing is rounded here.` +
        (asCount === undefined ? '' : ` If the point separates thousands, send ${asCount}.`))]
  }
  const { minimum, maximum } = boundsOf(indicator)[name]
  if (minimum === undefined && maximum === undefined) return []
  const exact = parseDecimal(text)!
  if (name === 'denominator' && compare(exact, ZERO) <= 0) return []
  const below = minimum !== undefined && compare(exact, minimum) < 0
  const above = maximum !== undefined && compare(exact, maximum) > 0
  if (!below && !above) return []
  const range = rangeOf(indicator[name]!)
  return [problem(`/${name}`, 'value_out_of_range',
    `${words.vi} của ${indicator.code} phải nằm trong ${range}.`,
    `${words.en} of ${indicator.code} lies within ${range}.`)]
}

/** As a count is written with a mark at the thousands. */
const THOUSANDS = /^-?[1-9]\d{0,2}\.\d{3}$/

/** What holds of a figure whatever its faulty fields were to say. */
export function judgePartOfFigure (
  row: PushRow, faulty: SoundPart['faulty'], indicator: IndicatorFacts
): StoredProblem[] {
  const { value, numerator, denominator } = row
  if (!faulty.has('numerator') && !faulty.has('denominator')) {
    if (!faulty.has('value')) return judgeFigure(row, indicator)
    return numerator === undefined && denominator === undefined
      ? []
      : judgeFigure({ numerator, denominator }, indicator)
  }
  if (indicator.valueKind !== 'ratio') return value === undefined ? [] : judgeFigure({ value }, indicator)
  return [
    ...numerator === undefined ? [] : judgePart('numerator', numerator, indicator),
    ...denominator === undefined ? [] : judgePart('denominator', denominator, indicator),
    ...denominator !== undefined && isNegative(denominator) ? [negativeDenominator()] : []
  ]
}

function negativeDenominator (): StoredProblem {
  return problem('/denominator', 'value_out_of_range', 'Mẫu số không được âm.', 'A denominator is not negative.')
}

function judgeRange (pointer: string, figure: Figure, indicator: IndicatorFacts): StoredProblem[] {
  const evaluated = evaluateFigure(figure)
  if (evaluated.kind === 'not_applicable') return []
  if (compare(absolute(evaluated.value), LARGEST) >= 0) {
    return [
      problem(
        pointer, 'value_out_of_range', 'Giá trị có quá 18 chữ số trước dấu thập phân.',
        'The value has more than 18 digits before the point.'
      )
    ]
  }
  const { minimum, maximum } = boundsOf(indicator)
  const below = minimum !== undefined && compare(evaluated.value, minimum) < 0
  const above = maximum !== undefined && compare(evaluated.value, maximum) > 0
  if (!below && !above) return []
  const range = rangeOf(indicator)
  return [
    problem(
      pointer, 'value_out_of_range', `Giá trị của ${indicator.code} phải nằm trong ${range}.`,
      `A value of ${indicator.code} lies within ${range}.`
    )
  ]
}

interface Written { minimum?: string | null | undefined, maximum?: string | null | undefined }
interface Bounds { minimum: Rational | undefined, maximum: Rational | undefined }

const rangeOf = ({ minimum, maximum }: Written) => `${minimum ?? '−∞'} … ${maximum ?? '+∞'}`

/** Read once for all rows. */
const BOUNDS = new WeakMap<IndicatorFacts, Bounds & Record<FigurePart, Bounds>>()

function boundsOf (indicator: IndicatorFacts): Bounds & Record<FigurePart, Bounds> {
  let bounds = BOUNDS.get(indicator)
  if (bounds === undefined) {
    bounds = {
      ...parseBounds(indicator), numerator: parseBounds(indicator.numerator ?? {}),
      denominator: parseBounds(indicator.denominator ?? {})
    }
    BOUNDS.set(indicator, bounds)
  }
  return bounds
}

function parseBounds ({ minimum, maximum }: Written): Bounds {
  const parse = (text: string | null | undefined) => text === null || text === undefined
    ? undefined
    : parseDecimal(text)
  return { minimum: parse(minimum), maximum: parse(maximum) }
}
