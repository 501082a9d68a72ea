import { compare, decimalPlaces, parseDecimal } from '../../domain/decimal.js'
import { fold } from '../../domain/fold.js'
import { bodyError, type FieldError } from '../../http/problem.js'

interface Text { vi: string, en?: string | undefined }

/** What the rules look at; optional members may be absent or null. */
export interface IndicatorFacts {
  valueKind: 'ratio' | 'number' | 'count' | 'growth'
  decimals: number
  minimum?: string | null | undefined
  maximum?: string | null | undefined
  aggregation: 'direct' | 'sum' | 'ratio_of_sums' | 'mean' | 'none'
  numerator?: Text | null | undefined
  denominator?: Text | null | undefined
}

/** What `?q=` is matched with. */
export function searchTextOf (name: Text, definition?: Text | null): string {
  return [name.vi, name.en, definition?.vi, definition?.en].map(text => fold(text ?? '')).filter(text => text !== '').join(' ')
}

/** A bound of more decimals than a value may have is malformed, as a value is; the rest are rules of the domain. */
export function checkDecimals (indicator: IndicatorFacts): FieldError[] {
  return (['minimum', 'maximum'] as const).flatMap(bound => {
    const text = indicator[bound]
    return text === null || text === undefined || decimalPlaces(text) <= indicator.decimals
      ? []
      : [bodyError(`/${bound}`, 'too_many_decimals',
          `Tối đa ${indicator.decimals} chữ số thập phân, như “decimals”.`,
          `At most ${indicator.decimals} decimals, as \`decimals\` says.`)]
  })
}

export function checkIndicator (indicator: IndicatorFacts): FieldError[] {
  const { valueKind, aggregation, minimum, maximum, decimals } = indicator
  const errors: FieldError[] = []
  const refuse = (pointer: string, code: string, vi: string, en: string) => errors.push(bodyError(pointer, code, vi, en))
  const low = minimum === null || minimum === undefined ? undefined : parseDecimal(minimum)
  const high = maximum === null || maximum === undefined ? undefined : parseDecimal(maximum)
  if (low !== undefined && high !== undefined && compare(low, high) > 0) {
    refuse('/maximum', 'bounds_reversed', `“maximum” nhỏ hơn “minimum” (${minimum}).`, `\`maximum\` is less than \`minimum\` (${minimum}).`)
  }
  if (aggregation === 'ratio_of_sums' && valueKind !== 'ratio') {
    refuse('/aggregation', 'aggregation_mismatch',
      'Chỉ tỷ lệ (valueKind = ratio) mới có tử số và mẫu số để cộng.',
      'Only a ratio has numerators and denominators to be summed.')
  }
  if (aggregation === 'sum' && (valueKind === 'ratio' || valueKind === 'growth')) {
    refuse('/aggregation', 'aggregation_mismatch',
      'Tỷ lệ và tốc độ tăng không cộng được giữa các đơn vị.',
      'Percentages and growth rates of several agencies cannot be added.')
  }
  if (valueKind === 'count' && decimals !== 0) {
    refuse('/decimals', 'count_with_decimals', 'Số đếm (valueKind = count) không có phần thập phân.', 'A count has no decimals.')
  }
  if ((indicator.numerator ?? undefined) !== undefined && (indicator.denominator ?? undefined) === undefined) {
    refuse('/denominator', 'denominator_required', 'Đã mô tả tử số thì cần mô tả mẫu số.', 'A described numerator needs a described denominator.')
  }
  if ((indicator.denominator ?? undefined) !== undefined && (indicator.numerator ?? undefined) === undefined) {
    refuse('/numerator', 'numerator_required', 'Đã mô tả mẫu số thì cần mô tả tử số.', 'A described denominator needs a described numerator.')
  }
  return errors
}

/** Of the figures and targets that exist these say what they mean: changed under them, they would lie. */
const FIXED_IN_USE = ['unit', 'valueKind', 'frequency', 'calendar', 'direction', 'aggregation'] as const
type Fixed = Record<typeof FIXED_IN_USE[number], string> & { decimals: number }

export function checkInUse (before: Fixed, after: Fixed): FieldError[] {
  const errors = FIXED_IN_USE.filter(name => before[name] !== after[name]).map(name => bodyError(`/${name}`, 'indicator_in_use',
    'Không đổi được: chỉ tiêu đã có mục tiêu hoặc số liệu. Hãy lập chỉ tiêu mới.',
    'Cannot change: the indicator has targets or measurements. Create another indicator.'))
  if (after.decimals < before.decimals) {
    errors.push(bodyError('/decimals', 'indicator_in_use',
      'Không giảm được số chữ số thập phân: chỉ tiêu đã có mục tiêu hoặc số liệu.',
      'Cannot become fewer: the indicator has targets or measurements.'))
  }
  return errors
}
