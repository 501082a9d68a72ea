import { Type, type Static } from 'typebox'
import { RANKING_CODES, RANKING_METHODS } from '../../domain/ranking.js'
import {
  CivilDate, Code, Instant, LocalizedText, PeriodCode, Uuid, listOf, nullable, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { LEVELS, OPERATORS } from '../../domain/words.js'

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...description === undefined ? {} : { description } })
const shown = (description?: string) =>
  Type.String({ pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$', ...description === undefined ? {} : { description } })
const both = strict({ vi: Type.String(), en: Type.String() })

export const methodCode = oneOf(RANKING_CODES, {
  description: 'Cách xếp hạng; xem /v1/ranking-methods. / How to rank; see /v1/ranking-methods.'
})
export const level = oneOf(LEVELS, {
  description: 'Cấp của các đơn vị được so sánh. / The level of the agencies that are compared.'
})

const attainment = RANKING_METHODS.at(-1)
const METHOD_EXAMPLE = {
  code: attainment!.code, version: attainment!.version, since: attainment!.since, name: attainment!.name,
  text: attainment!.text
}

export const RankingMethod = shared('RankingMethod', strict({
  code: methodCode,
  version: Type.Integer({
    minimum: 1, description: 'Một phiên bản không bao giờ thay đổi. / A version never changes.'
  }),
  since: ref(CivilDate, {
    description: 'Ngày bắt đầu dùng; “asOf” trước ngày này được tính theo phiên bản trước. / In use since; an `asOf` ' +
      'before it is reckoned by the version before.'
  }),
  name: both,
  text: both
}, { description: 'Một cách xếp hạng, mô tả bằng lời. / A way of ranking, in words.', examples: [METHOD_EXAMPLE] }))
export type RankingMethod = Static<typeof RankingMethod>

export const RankingMethodList = listOf('RankingMethodList', ref(RankingMethod), [{ data: [METHOD_EXAMPLE] }])

const ITEM_EXAMPLE = {
  indicator: 'XHS-12', target: '4677-2025.XHS-12', own: false, period: '2025-Q2', operator: 'gte' as const,
  demanded: '90',
  state: 'measured' as const, value: '81.00', attainment: '0.9000', met: false, measurement: {
    id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', revision: 1
  }, illustrative: false
}

const ROW_EXAMPLE = {
  rank: 1, tied: false, agency: { code: 'UBND-PHAN-THIET', name: { vi: 'UBND thành phố Phan Thiết' } },
  score: '90.00', scoreOfMeasured: '90.00', expected: 1, measured: 1, met: 0, notApplicable: 0, excused: 0, notDue: 0,
  notComparable: 0, missing: [], illustrative: false
}

export const RankingRow = shared('RankingRow', strict({
  rank: nullable(Type.Integer({
    minimum: 1, description: 'Bằng điểm thì cùng hạng: 1, 2, 2, 4. / Equal scores share a rank: 1, 2, 2, 4.'
  })),
  tied: Type.Boolean(),
  agency: strict({ code: ref(Code), name: ref(LocalizedText) }),
  score: nullable(shown('0…100, làm tròn để hiển thị; xếp hạng theo số chính xác; null: chưa có số liệu nào. / ' +
    'Rounded to be shown; ranked on the exact number; null: no figure at all.')),
  scoreOfMeasured: nullable(shown('Trung bình tính riêng trên các chỉ tiêu đã có số liệu. / The mean over what was ' +
    'measured alone.')),
  expected: count('Số chỉ tiêu được tính. / Indicators that count.'),
  measured: count('Trong đó đã có số liệu. / Of these, with a figure.'),
  met: count('Trong đó đạt mục tiêu. / Of these, meeting the demand.'),
  notApplicable: count('Mẫu số bằng 0: không tính. / A denominator of 0: left out.'),
  excused: count('Được miễn báo cáo: không tính. / Excused from reporting: left out.'),
  notDue: count('Chưa có số liệu và chưa đến hạn, kể cả do gia hạn: không tính. / ' +
    'No figure yet, and none due, by an extension too: left out.'),
  notComparable: count('Mục tiêu cho tổng của cả phạm vi, cơ quan không có phần riêng: không tính. / ' +
    'A target for the sum of the whole, and no part of its own: left out.'),
  missing: Type.Array(ref(Code), {
    description: 'Chỉ tiêu thiếu số liệu đã quá hạn, tính là 0. / ' +
    'Indicators without a figure that is overdue, counted as 0.'
  }),
  illustrative: Type.Boolean({
    description: 'Có dữ liệu đầu vào minh họa: không phải kết quả chính thức. / Some input is illustrative: not an ' +
      'official result.'
  }),
  items: Type.Optional(Type.Array(strict({
    indicator: ref(Code),
    member: Type.Optional(Type.String({ description: 'Thành phần của phân tổ. / The member of a dimension.' })),
    target: Type.String({ description: 'Mục tiêu được so với. / The target it is held against.' }),
    own: Type.Boolean({ description: 'Mục tiêu của riêng cơ quan. / The agency\'s own part.' }),
    period: ref(PeriodCode),
    operator: oneOf(OPERATORS),
    demanded: shown(),
    state: oneOf(['measured', 'missing', 'not_applicable', 'excused', 'not_due', 'not_comparable']),
    value: nullable(shown()),
    attainment: nullable(shown('Từ 0 đến 1. / From 0 to 1.')),
    met: nullable(Type.Boolean()),
    measurement: nullable(strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) })),
    illustrative: Type.Boolean()
  }), { description: 'Chỉ khi items=true. / On items=true only.' }))
}, {
  description: 'Một cơ quan trong bảng xếp hạng. / An agency in the ranking.',
  examples: [ROW_EXAMPLE, { ...ROW_EXAMPLE, items: [ITEM_EXAMPLE] }]
}))
export type RankingRow = Static<typeof RankingRow>

export const RANKING_EXAMPLE = {
  method: METHOD_EXAMPLE,
  level: 'district' as const,
  on: '2025-07-01',
  asOf: '2025-06-30T02:00:00.123456Z',
  agencies: 10,
  ranked: 1,
  indicators: [{ indicator: 'XHS-12', period: '2025-Q2', expected: 10, reported: 1 }],
  data: [ROW_EXAMPLE]
}

export const Ranking = shared('Ranking', strict({
  method: ref(RankingMethod),
  level,
  on: ref(CivilDate),
  asOf: ref(Instant, {
    description: 'Thời điểm hệ thống ghi nhận dữ liệu mới nhất mà kết quả dựa vào. / When the registry learnt the ' +
      'latest of what the answer rests on.'
  }),
  agencies: count('Số cơ quan của cấp trong ngày. / Agencies of the level on the day.'),
  ranked: count('Trong đó được xếp hạng. / Of these, ranked.'),
  indicators: Type.Array(strict({
    indicator: ref(Code), period: ref(PeriodCode), expected: count(), reported: count()
  }), { description: 'Những gì được so sánh, theo kỳ nào. / What is compared, and by which period.' }),
  data: Type.Array(ref(RankingRow)),
  next: Type.Optional(Type.String({
    format: 'uri', description: 'Trang tiếp theo; không có ở trang cuối. / The next page; absent on the last.'
  })),
  count: Type.Optional(Type.Integer({
    minimum: 0, description: 'Tổng số, chỉ khi count=exact. / The total, on count=exact only.'
  }))
}, {
  description: 'Bảng xếp hạng, kèm cách tính và những gì còn thiếu. / A ranking, with its method and what is missing.',
  examples: [RANKING_EXAMPLE]
}))

export const schemas = [RankingMethod, RankingMethodList, RankingRow, Ranking]
