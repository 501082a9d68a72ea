import type { StoredProblem } from '../../db/schema/index.js'
import { absolute, compare, decimalPlaces, HUNDRED, parseDecimal, rational, type Rational } from '../../domain/decimal.js'
import { agreesWithRatio, evaluateFigure, isNegative, presentValue, type Figure } from './figure.js'
import { problem } from './row-problem.js'
import type { IndicatorFacts, PushRow, SoundPart } from './row.js'

/** What a decimal of the contract, and the database, can hold. */
const LARGEST = rational(10n ** 18n)

/** All that is wrong with a figure by itself, beside its indicator. */
export function judgeFigure (row: Figure, indicator: IndicatorFacts): StoredProblem[] {
  const problems: StoredProblem[] = []
  const { value, numerator, denominator } = row
  if (value === undefined && numerator === undefined && denominator === undefined) {
    return [problem('/value', 'value_required', 'Cần “value”, hoặc “numerator” và “denominator”.', 'Give `value`, or `numerator` and `denominator`.')]
  }
  if ((numerator === undefined) !== (denominator === undefined)) {
    const missing = numerator === undefined ? 'numerator' : 'denominator'
    return [problem(`/${missing}`, `${missing}_required`, `Thiếu “${missing}”: tử số và mẫu số phải đi cùng nhau.`, `\`${missing}\` is missing: a numerator and a denominator come together.`)]
  }
  // what is shown as the value of a ratio may have more decimals than one that is pushed, and must come back as it was read
  const isAsShown = value !== undefined && numerator !== undefined && parseDecimal(denominator!)!.n > 0n && value === presentValue({ numerator, denominator })
  if (value !== undefined && decimalPlaces(value) > indicator.decimals && !isAsShown) {
    problems.push(problem('/value', 'too_many_decimals', `Chỉ tiêu ${indicator.code} nhận nhiều nhất ${indicator.decimals} chữ số thập phân; hệ thống không tự làm tròn.`, `${indicator.code} takes at most ${indicator.decimals} decimals; nothing is rounded here.`))
  }
  if (numerator === undefined || denominator === undefined) {
    if (value !== undefined) problems.push(...judgeRange('/value', { value }, indicator))
    return problems
  }
  if (indicator.valueKind !== 'ratio') {
    return [...problems, problem('/numerator', 'numerator_not_allowed', `${indicator.code} không phải chỉ tiêu tỷ lệ: chỉ gửi “value”.`, `${indicator.code} is not a ratio: send \`value\` alone.`)]
  }
  if (isNegative(denominator)) {
    return [...problems, negativeDenominator()]
  }
  const { maximum } = boundsOf(indicator)
  const bounded = maximum !== undefined && compare(maximum, HUNDRED) <= 0
  if (bounded && compare(parseDecimal(numerator)!, parseDecimal(denominator)!) > 0) {
    return [...problems, problem('/numerator', 'numerator_exceeds_denominator', `Tử số ${numerator} lớn hơn mẫu số ${denominator}.`, `The numerator ${numerator} is greater than the denominator ${denominator}.`)]
  }
  const ratio = evaluateFigure({ numerator, denominator })
  if (ratio.kind === 'not_applicable') {
    if (value !== undefined) problems.push(problem('/value', 'ratio_mismatch', 'Mẫu số bằng 0 nghĩa là “không áp dụng”: không thể kèm “value”.', 'A denominator of 0 means "not applicable": no `value` can go with it.'))
    return problems
  }
  if (value !== undefined && !isAsShown && !agreesWithRatio(value, ratio.value, indicator.decimals)) {
    problems.push(problem('/value', 'ratio_mismatch', `${value} không bằng ${numerator} / ${denominator} × 100; có thể bỏ “value”, hệ thống tự tính.`, `${value} is not ${numerator} / ${denominator} × 100; leave \`value\` out, it is computed.`))
  }
  problems.push(...judgeRange('/numerator', { numerator, denominator }, indicator))
  return problems
}

/** What holds of a figure whatever its faulty fields were to say. */
export function judgePartOfFigure (row: PushRow, faulty: SoundPart['faulty'], indicator: IndicatorFacts): StoredProblem[] {
  const { value, numerator, denominator } = row
  if (!faulty.has('numerator') && !faulty.has('denominator')) {
    if (!faulty.has('value')) return judgeFigure(row, indicator)
    return numerator === undefined && denominator === undefined ? [] : judgeFigure({ numerator, denominator }, indicator)
  }
  if (indicator.valueKind !== 'ratio') return value === undefined ? [] : judgeFigure({ value }, indicator)
  return denominator !== undefined && isNegative(denominator) ? [negativeDenominator()] : []
}

function negativeDenominator (): StoredProblem {
  return problem('/denominator', 'value_out_of_range', 'Mẫu số không được âm.', 'A denominator is not negative.')
}

function judgeRange (pointer: string, figure: Figure, indicator: IndicatorFacts): StoredProblem[] {
  const evaluated = evaluateFigure(figure)
  if (evaluated.kind === 'not_applicable') return []
  if (compare(absolute(evaluated.value), LARGEST) >= 0) {
    return [problem(pointer, 'value_out_of_range', 'Giá trị có quá 18 chữ số trước dấu thập phân.', 'The value has more than 18 digits before the point.')]
  }
  const { minimum, maximum } = boundsOf(indicator)
  const below = minimum !== undefined && compare(evaluated.value, minimum) < 0
  const above = maximum !== undefined && compare(evaluated.value, maximum) > 0
  if (!below && !above) return []
  const range = `${indicator.minimum ?? '−∞'} … ${indicator.maximum ?? '+∞'}`
  return [problem(pointer, 'value_out_of_range', `Giá trị của ${indicator.code} phải nằm trong ${range}.`, `A value of ${indicator.code} lies within ${range}.`)]
}

interface Bounds { minimum: Rational | undefined, maximum: Rational | undefined }

/** Read once for all rows. */
const BOUNDS = new WeakMap<IndicatorFacts, Bounds>()

function boundsOf (indicator: IndicatorFacts): Bounds {
  let bounds = BOUNDS.get(indicator)
  if (bounds === undefined) {
    const { minimum, maximum } = indicator
    bounds = { minimum: minimum === null ? undefined : parseDecimal(minimum), maximum: maximum === null ? undefined : parseDecimal(maximum) }
    BOUNDS.set(indicator, bounds)
  }
  return bounds
}
