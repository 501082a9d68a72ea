import { Type, type Static } from 'typebox'
import {
  Code, Decimal, LocalizedText, Provenance, listOf, nullable, oneOf, patchOf, ref, shared, strict
} from '../../http/schema.js'
import { newProvenance, quote, RECORDED_AT, recordedAt } from '../fields.js'
import { AGGREGATIONS, DIRECTIONS, FREQUENCIES, REVIEW_POLICIES, TIME_BASES, VALUE_KINDS } from '../../domain/words.js'

export const valueKind = oneOf(VALUE_KINDS, {
  description: 'ratio: tử số trên mẫu số, tính bằng % · number: số · count: số đếm · growth: tốc độ tăng. / ratio: ' +
    'numerator over denominator as a percentage · number · count · growth.'
})
export const direction = oneOf(DIRECTIONS, {
  description: 'Cao hơn hay thấp hơn là tốt hơn. / Whether more or less is better.'
})
export const aggregation = oneOf(AGGREGATIONS, {
  description: 'Cách tổng hợp số của các đơn vị. / How the figures of agencies roll up.'
})
export const frequency = oneOf(FREQUENCIES, {
  description: 'Loại kỳ báo cáo ngắn nhất. / The finest frequency at which it is reported.'
})
const frequencies = Type.Array(oneOf(FREQUENCIES), {
  minItems: 1,
  maxItems: FREQUENCIES.length,
  description: 'Mọi loại kỳ được báo cáo, mỗi loại có hạn riêng; “frequency” là loại ngắn nhất. / ' +
    'All frequencies at which it is reported, each with deadlines of its own; `frequency` is the finest of them.'
})
export const timeBasis = oneOf(TIME_BASES, {
  description: 'Số liệu phản ánh: end_of_period: thời điểm cuối kỳ · during_period: riêng trong kỳ, các kỳ trong năm ' +
    'cộng lại · ' +
    'year_to_date: lũy kế từ đầu năm. / ' +
    'Over which time a figure speaks: as of the last day · of the period alone, so that ' +
    'the periods of a year add up · since the beginning of the year.'
})
const timePerCollect = oneOf(['E', 'S'], {
  description: 'Mã SDMX TIME_PER_COLLECT: E cuối kỳ, S cộng trong kỳ; lũy kế không có mã. / ' +
    'SDMX code TIME_PER_COLLECT: E end of period, S summed through the period; a year to date has none.'
})
export const reviewPolicy = oneOf(REVIEW_POLICIES, {
  description: 'automatic: chấp nhận ngay · manual: chờ duyệt. / automatic: accepted as it comes · manual: waits for ' +
    'a review.'
})
const unit = Type.String({ pattern: '\\S', maxLength: 100, description: 'Đơn vị tính. / The unit.' })
const decimals = Type.Integer({
  minimum: 0, maximum: 12, description: 'Số chữ số thập phân tối đa. / Decimals at most.'
})

export const IndicatorPart = shared('IndicatorPart', strict({
  ...LocalizedText.properties,
  unit: Type.Optional(Type.String({
    pattern: '\\S', maxLength: 100, description: 'Đơn vị của điều được đếm. / The unit of what is counted.'
  })),
  decimals: Type.Optional(Type.Integer({
    minimum: 0, maximum: 12, description: 'Số chữ số thập phân tối đa; không nêu: 0. / Decimals at most; absent = 0.'
  })),
  minimum: Type.Optional(ref(Decimal, {
    description: 'Nhỏ nhất có thể; mẫu số 0 luôn là “không áp dụng”. / ' +
    'The least possible; a denominator of 0 is always "not applicable".'
  })),
  maximum: Type.Optional(ref(Decimal, { description: 'Lớn nhất có thể. / The greatest possible.' }))
}, {
  description: 'Tử số hoặc mẫu số: đếm gì, đơn vị, số chữ số thập phân, giới hạn. / ' +
    'A numerator or denominator: what it counts, its unit, decimals, bounds.',
  examples: [{
    vi: 'Doanh thu qua thương mại điện tử', en: 'Sales through e-commerce', unit: 'tỷ đồng', decimals: 2, minimum: '0'
  }]
}))

const required = {
  pillar: ref(Code), name: ref(LocalizedText), unit, valueKind, decimals, direction, aggregation, calendar: ref(Code),
  reviewPolicy
}
const texts = {
  definition: ref(LocalizedText, {
    description: 'Khái niệm, phương pháp tính. / What it means and how it is reckoned.'
  }),
  numerator: ref(IndicatorPart, {
    description: 'Tử số đếm gì, viết ra sao; cùng với denominator. / ' +
    'What the numerator counts and how it is written; with its denominator.'
  }),
  denominator: ref(IndicatorPart, {
    description: 'Mẫu số đếm gì, viết ra sao. / What the denominator counts and how it is written.'
  }),
  population: ref(LocalizedText, { description: 'Phạm vi dân số, tuổi, đối tượng. / Whom it is about.' }),
  exclusions: ref(LocalizedText, { description: 'Không tính những gì. / What is left out.' }),
  conditions: ref(LocalizedText, { description: 'Các điều kiện phải cùng thỏa. / What must hold at once.' }),
  interpretation: ref(LocalizedText, {
    description: 'Điều được suy ra, không có trong văn bản. / What was read into the text.'
  })
}
const optional = {
  minimum: ref(Decimal, { description: 'Giá trị nhỏ nhất có thể. / The least possible value.' }),
  maximum: ref(Decimal, { description: 'Giá trị lớn nhất có thể. / The greatest possible value.' }),
  ...texts,
  quote
}

const withAll = {
  ...required,
  minimum: Type.Optional(optional.minimum),
  maximum: Type.Optional(optional.maximum),
  definition: Type.Optional(texts.definition),
  numerator: Type.Optional(texts.numerator),
  denominator: Type.Optional(texts.denominator),
  population: Type.Optional(texts.population),
  exclusions: Type.Optional(texts.exclusions),
  conditions: Type.Optional(texts.conditions),
  interpretation: Type.Optional(texts.interpretation),
  quote: Type.Optional(quote)
}

const example = {
  code: 'CQS-06',
  pillar: 'CQS',
  name: {
    vi: 'Tỷ lệ cán bộ, công chức được bồi dưỡng kỹ năng số',
    en: 'Officials trained in digital skills'
  },
  unit: '%',
  valueKind: 'ratio' as const,
  decimals: 2,
  minimum: '0',
  maximum: '100',
  direction: 'higher_is_better' as const,
  aggregation: 'ratio_of_sums' as const,
  numerator: {
    vi: 'Cán bộ, công chức đã được bồi dưỡng', en: 'Officials who were trained', unit: 'người',
    minimum: '0'
  },
  denominator: {
    vi: 'Cán bộ, công chức', en: 'Officials', unit: 'người', minimum: '0'
  },
  frequency: 'quarterly' as const,
  frequencies: ['quarterly' as const],
  timeBasis: 'end_of_period' as const,
  calendar: 'administrative',
  reviewPolicy: 'automatic' as const,
  provenance: 'illustrative' as const
}

export const INDICATOR_EXAMPLE = { ...example, timePerCollect: 'E' as const, recordedAt: RECORDED_AT }

export const IndicatorInput = shared('IndicatorInput', strict({
  code: ref(Code),
  ...withAll,
  frequency: Type.Optional(frequency),
  frequencies: Type.Optional(frequencies),
  timeBasis: Type.Optional(timeBasis),
  provenance: newProvenance
}, {
  description: 'Chỉ tiêu mới; cần “frequencies” hoặc “frequency”; thiếu “timeBasis” là end_of_period. / ' +
  'A new indicator; `frequencies` or `frequency` must be given; without `timeBasis` it is end_of_period.',
  examples: [example]
}))
export type IndicatorInput = Static<typeof IndicatorInput>

export const IndicatorPatch = shared('IndicatorPatch', patchOf({
  ...required,
  frequency,
  frequencies,
  timeBasis,
  minimum: nullable(optional.minimum),
  maximum: nullable(optional.maximum),
  definition: nullable(texts.definition),
  numerator: nullable(texts.numerator),
  denominator: nullable(texts.denominator),
  population: nullable(texts.population),
  exclusions: nullable(texts.exclusions),
  conditions: nullable(texts.conditions),
  interpretation: nullable(texts.interpretation),
  quote: nullable(quote),
  provenance: ref(Provenance)
}, {
  description: 'Chỉ những gì thay đổi; null xóa một mục không bắt buộc. Mỗi đoạn {vi, en}, cả tử số và mẫu số, ' +
    'được thay toàn bộ. / Only what changes; null removes an optional member. A text {vi, en}, a numerator and a ' +
    'denominator too, is replaced as a whole.',
  examples: [
    { exclusions: { vi: 'Không tính người tạm trú', en: 'Temporary residents are not counted' }, conditions: null }
  ]
}))
export type IndicatorPatch = Static<typeof IndicatorPatch>

export const Indicator = shared('Indicator', strict({
  code: ref(Code),
  ...withAll,
  frequency,
  frequencies,
  timeBasis,
  timePerCollect: Type.Optional(timePerCollect),
  provenance: ref(Provenance),
  recordedAt
}, {
  description: 'Chỉ tiêu: điều được đo; tồn tại lâu hơn mọi kế hoạch. / An indicator: what is measured; it outlives ' +
    'any plan.',
  examples: [INDICATOR_EXAMPLE]
}))
export type Indicator = Static<typeof Indicator>

export const IndicatorList = listOf('IndicatorList', ref(Indicator), [{ data: [INDICATOR_EXAMPLE] }])

export const schemas = [IndicatorPart, IndicatorInput, IndicatorPatch, Indicator, IndicatorList]
