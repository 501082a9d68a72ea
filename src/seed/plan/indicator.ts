import type { IndicatorField, IndicatorSeed, IndicatorSettings, IndicatorTexts } from '../types.js'
import type { Language, LocalText } from '../../domain/text.js'

const FIELDS: Readonly<Record<IndicatorField, LocalText>> = {
  code: { vi: 'mã', en: 'code' },
  name: { vi: 'tên gọi', en: 'name' },
  definition: { vi: 'định nghĩa', en: 'definition' },
  numerator: { vi: 'tử số', en: 'numerator' },
  denominator: { vi: 'mẫu số', en: 'denominator' },
  parts: {
    vi: 'đơn vị, số chữ số thập phân và giới hạn của tử số, mẫu số',
    en: 'unit, decimals and bounds of numerator and denominator'
  },
  population: { vi: 'tổng thể', en: 'population' },
  exclusions: { vi: 'phần loại trừ', en: 'exclusions' },
  conditions: { vi: 'điều kiện', en: 'conditions' },
  unit: { vi: 'đơn vị', en: 'unit' },
  valueKind: { vi: 'loại giá trị', en: 'kind of value' },
  decimals: { vi: 'số chữ số thập phân', en: 'decimals' },
  minimum: { vi: 'giá trị nhỏ nhất', en: 'minimum' },
  maximum: { vi: 'giá trị lớn nhất', en: 'maximum' },
  direction: { vi: 'chiều tốt', en: 'direction' },
  aggregation: { vi: 'cách tổng hợp', en: 'aggregation' },
  frequency: { vi: 'kỳ báo cáo', en: 'frequency' },
  timeBasis: { vi: 'số liệu theo thời điểm, trong kỳ hay lũy kế', en: 'time basis' },
  calendar: { vi: 'lịch kỳ báo cáo', en: 'calendar' },
  reviewPolicy: { vi: 'cách duyệt số liệu', en: 'review policy' }
}

/** What the registry must decide to hold an indicator at all; of these the plan states the unit alone. */
const SETTINGS: readonly IndicatorField[] = [
  'valueKind', 'decimals', 'minimum', 'maximum', 'direction', 'aggregation', 'frequency', 'timeBasis', 'calendar',
  'reviewPolicy'
]

/** Why a figure is taken to speak of that time: the plan does not say it of any indicator. */
const TIME_BASIS_REASONS: Readonly<Record<IndicatorSettings['timeBasis'], LocalText>> = {
  end_of_period: {
    vi: 'Coi số liệu là tình hình tại thời điểm cuối kỳ.',
    en: 'A figure is taken to say how things stand on the last day of its period.'
  },
  during_period: {
    vi: 'Coi số liệu là của riêng từng kỳ, vì đếm những gì phát sinh trong kỳ; của cả năm là tổng tử số trên tổng ' +
      'mẫu số các kỳ.',
    en: 'A figure is taken to be of its period alone, since it counts what happened in it; that of the year is the ' +
      'sums of the periods\' numerators and denominators.'
  },
  year_to_date: {
    vi: 'Coi số liệu là lũy kế từ đầu năm, như số liệu thống kê loại này được công bố.',
    en: 'A figure is taken to be since the beginning of the year, as statistics of this kind are published.'
  }
}

interface Description extends Partial<IndicatorTexts>, Partial<IndicatorSettings> {
  readonly code: string
  readonly name: LocalText
  readonly quote: string
  readonly definition: LocalText
  readonly aggregation: IndicatorSettings['aggregation']
  readonly frequency: IndicatorSettings['frequency']
  /** What its numerator and denominator are counted in; nothing counted is negative. */
  readonly parts?: { readonly unit: string, readonly decimals?: number }
  /** Texts that were read in, beside the definition. */
  readonly readIn: readonly IndicatorField[]
  /** Settings that the text states after all. */
  readonly stated?: readonly IndicatorField[]
  /** What the text leaves undecided. */
  readonly open: LocalText
}

/**
 * Money: two decimals, so that a point before three digits, which may be one at the thousands, is never taken for the
 * decimal point.
 */
export const BILLIONS = { unit: 'tỷ đồng', decimals: 2 }

/** An indicator in percent, by default a share of 0 to 100 % on the administrative calendar, higher being better. */
export function indicator ({
  readIn, stated = [], open, parts, timeBasis = 'end_of_period', numerator = null, denominator = null, ...description
}: Description): IndicatorSeed {
  const researched: readonly IndicatorField[] = ['code', ...readIn, ...parts === undefined
    ? []
    : ['parts' as const], 'definition', ...SETTINGS.filter(field => !stated.includes(field))]
  const list = (language: Language) => researched.map(field => FIELDS[field][language]).join(', ')
  return {
    numerator: numerator && { ...numerator, ...parts, minimum: '0' },
    denominator: denominator && { ...denominator, ...parts, minimum: '0' },
    population: null,
    exclusions: null,
    conditions: null,
    unit: '%',
    valueKind: 'ratio',
    decimals: 2,
    minimum: '0',
    maximum: '100',
    direction: 'higher_is_better',
    calendar: 'administrative',
    reviewPolicy: 'automatic',
    ...description,
    timeBasis,
    pillar: description.code.slice(0, 3),
    provenance: 'quoted',
    researched,
    interpretation: {
      vi: `${open.vi} ${TIME_BASIS_REASONS[timeBasis].vi} Không có trong văn bản mà do hệ thống xác định, không phải ` +
        `thông tin chính thức: ${list('vi')}.`,
      en: `${open.en} ${TIME_BASIS_REASONS[timeBasis].en} Not in the text but determined by the registry, hence not ` +
        `official: ${list('en')}.`
    }
  }
}
