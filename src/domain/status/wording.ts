import type { CivilDate } from '../date.js'
import { partsOf } from '../date.js'
import type { Period } from '../period.js'
import type { StatusTarget } from './types.js'
import type { Language, LocalText, NameText } from '../text.js'
import type { Operator, Quality } from '../words.js'

const ROMAN = ['I', 'II', 'III', 'IV'] as const
const ORDINAL = ['first', 'second', 'third', 'fourth'] as const
const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
  'December'
] as const

export const LEVELS: Record<NonNullable<StatusTarget['scope']['level']>, LocalText> = {
  province: { vi: 'cấp tỉnh', en: 'provincial level' },
  district: { vi: 'cấp huyện', en: 'district level' },
  commune: { vi: 'cấp xã', en: 'commune level' }
}

export const SYMBOLS: Record<Operator, string> = { gt: '>', gte: '≥', eq: '=', lte: '≤', lt: '<' }

export const QUALITIES: Record<Exclude<Quality, 'official'>, LocalText> = {
  estimate: { vi: 'Có số liệu ước tính.', en: 'Some of the figures are estimates.' },
  provisional: { vi: 'Có số liệu sơ bộ.', en: 'Some of the figures are provisional.' }
}

export function both (make: (language: Language) => string): LocalText {
  return { vi: make('vi'), en: make('en') }
}

export function nameIn (name: NameText, language: Language): string {
  return language === 'en' ? name.en ?? name.vi : name.vi
}

/** A decimal as it is written in the language: Vietnamese has a comma. */
export function digits (decimal: string, language: Language): string {
  return language === 'vi' ? decimal.replace('.', ',') : decimal
}

export function amount (decimal: string, unit: string, language: Language): string {
  const number = digits(decimal, language)
  return unit === '' ? number : unit === '%' ? `${number}%` : `${number} ${unit}`
}

/** A difference of percentages is in points. */
export function difference (decimal: string, unit: string, language: Language): string {
  const magnitude = decimal.replace('-', '')
  if (unit !== '%') return amount(magnitude, unit, language)
  return `${digits(magnitude, language)} ${language === 'vi' ? 'điểm phần trăm' : 'percentage points'}`
}

export function day (date: CivilDate, language: Language): string {
  const { year, month, day } = partsOf(date)
  return language === 'vi'
    ? `ngày ${date.slice(8, 10)}/${date.slice(5, 7)}/${year}`
    : `${day} ${MONTHS[month - 1]} ${year}`
}

export function periodName ({ frequency, year, index }: Period): LocalText {
  switch (frequency) {
    case 'yearly': return { vi: `năm ${year}`, en: `${year}` }
    case 'half_yearly': return index === 1
      ? { vi: `6 tháng đầu năm ${year}`, en: `the first half of ${year}` }
      : { vi: `6 tháng cuối năm ${year}`, en: `the second half of ${year}` }
    case 'nine_months': return { vi: `9 tháng đầu năm ${year}`, en: `the first nine months of ${year}` }
    case 'quarterly': return {
      vi: `quý ${ROMAN[index - 1]} năm ${year}`, en: `the ${ORDINAL[index - 1]} quarter of ${year}`
    }
    case 'monthly': return { vi: `tháng ${index} năm ${year}`, en: `${MONTHS[index - 1]} ${year}` }
  }
}

/** What the target demands, to follow "phải" or "must". `value` comes with its unit. */
export function demand (operator: Operator, value: string, maintain: boolean, language: Language): string {
  if (language === 'en') {
    const how = {
      gt: `above ${value}`, gte: `at ${value} or more`, eq: `at exactly ${value}`, lte: `at ${value} or less`,
      lt: `below ${value}`
    }
    return `${maintain ? 'stay' : 'be'} ${how[operator]}`
  }
  const how = {
    gt: `trên ${value}`, gte: `từ ${value} trở lên`, eq: `đúng ${value}`, lte: `không quá ${value}`, lt: `dưới ${value}`
  }
  return `${maintain ? 'duy trì ở mức' : 'đạt'} ${how[operator]}`
}

/** "trên 50%": how a strict target speaks of its bound. */
export function strictly (
  operator: 'gt' | 'lt', bound: string, value: string, shown: string, language: Language
): string {
  if (language === 'en') {
    const [word, meaning] = operator === 'gt' ? ['Above', 'greater than'] : ['Below', 'less than']
    return `“${word} ${bound}” means ${meaning} ${value}: ${shown} does not reach it.`
  }
  const [word, meaning] = operator === 'gt' ? ['Trên', 'lớn hơn'] : ['Dưới', 'nhỏ hơn']
  return `“${word} ${bound}” nghĩa là phải ${meaning} ${value}; ${shown} chưa đạt.`
}

const NAMED_AT_MOST = 5

/** The first five names, and how many more. */
export function list (names: readonly NameText[], language: Language): string {
  const named = names.slice(0, NAMED_AT_MOST).map(name => nameIn(name, language)).join(', ')
  const more = names.length - NAMED_AT_MOST
  if (more <= 0) return named
  return language === 'vi' ? `${named} và ${more} nơi khác` : `${named} and ${more} more`
}
