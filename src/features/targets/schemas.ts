import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, Decimal, Instant, LocalizedText, PeriodCode, Provenance, listOf, oneOf, ref,
  shared, strict
} from '../../http/schema.js'
import { RECORDED_AT } from '../fields.js'
import { LEVELS, MODES, OPERATORS, QUANTIFIERS, TARGET_STATES } from '../../domain/words.js'

export const level = oneOf(LEVELS, { description: 'Mọi cơ quan của cấp này. / Every agency of the level.' })
export const quantifier = oneOf(QUANTIFIERS, {
  description: 'aggregate: số tổng hợp · each: từng thành phần phải đạt. / aggregate: the figure of the whole · ' +
    'each: every member must pass.'
})
export const operator = oneOf(OPERATORS, { description: 'gt là “trên”: lớn hơn hẳn. / gt is strict.' })
export const mode = oneOf(MODES, {
  description: 'reach: phấn đấu đạt · maintain: đã đạt, giữ vững. / To reach, or once reached to maintain.'
})
export const state = oneOf(TARGET_STATES, { description: 'dropped: không thực hiện nữa. / No longer pursued.' })
const text = (maxLength: number, description: string) => Type.String({ pattern: '\\S', maxLength, description })

export const TargetMilestone = shared('TargetMilestone', strict({ period: ref(PeriodCode), value: ref(Decimal) }, {
  description: 'Giá trị phải đạt đến hết một kỳ. / What must be reached by the end of a period.',
  examples: [{ period: '2025-Q2', value: '80' }]
}))

const member = Type.Optional(ref(Code, { description: 'Một thành phần của phân tổ. / A member of the dimension.' }))
export const TargetScopeInput = shared('TargetScopeInput', strict({
  level: Type.Optional(level),
  agency: Type.Optional(ref(CodeOrIdentifier)),
  dimension: Type.Optional(ref(Code)),
  member
}, {
  description: 'Phạm vi; rỗng: cả địa bàn của cơ quan ban hành kế hoạch. / The scope; empty: the plan\'s own agency ' +
    'as a whole.',
  examples: [{ level: 'district' }, {}]
}))
export const TargetScope = shared('TargetScope', strict({
  level: Type.Optional(level),
  agency: Type.Optional(ref(Code)),
  dimension: Type.Optional(ref(Code)),
  member
}, {
  description: 'Phạm vi; rỗng: cả địa bàn của cơ quan ban hành kế hoạch. / The scope; empty: the plan\'s own agency ' +
    'as a whole.',
  examples: [{ level: 'district' }, {}]
}))

const baseline = {
  value: Type.Optional(ref(Decimal)),
  date: ref(CivilDate),
  claim: Type.Boolean({ description: 'Kế hoạch tự ghi “(đã đạt)”. / The plan claims it is reached.' })
}
const source = text(1000, 'Nguồn của mức xuất phát. / Where the baseline comes from.')
export const TargetBaselineInput = shared(
  'TargetBaselineInput',
  strict({ ...baseline, source }, {
    examples: [{ value: '72.5', date: '2024-12-31', claim: false, source: 'Báo cáo năm 2024' }]
  })
)
export const TargetBaseline = shared(
  'TargetBaseline',
  strict({ ...baseline, source: Type.Optional(source) }, {
    examples: [{ date: '2024-12-11', claim: true, source: '4677/KH-UBND' }]
  })
)

const demand = {
  operator,
  value: ref(Decimal),
  dueDate: ref(CivilDate),
  wording: text(10_000, 'Nguyên văn của kế hoạch. / The plan\'s words.'),
  interpretation: Type.Optional(ref(LocalizedText, {
    description: 'Điều được suy ra từ một câu chưa rõ. / What was read into an ambiguous phrase.'
  })),
  clause: Type.Optional(text(500, 'Mục, điểm trong văn bản. / The clause of the document.'))
}
const unit = text(100, 'Đơn vị của chỉ tiêu. / The indicator\'s unit.')
const milestones = Type.Array(ref(TargetMilestone), { maxItems: 100 })
export const version = Type.Integer({ minimum: 1, maximum: 2_147_483_647 })

export const TargetInput = shared('TargetInput', strict({
  id: Type.Optional(ref(Code, { description: 'Không nêu: hệ thống tự đặt. / Made by the registry when absent.' })),
  plan: ref(Code),
  indicator: ref(Code),
  ...demand,
  scope: Type.Optional(ref(TargetScopeInput)),
  quantifier: Type.Optional(quantifier),
  unit: Type.Optional(unit),
  mode: Type.Optional(mode),
  baseline: Type.Optional(ref(TargetBaselineInput)),
  milestones: Type.Optional(milestones),
  parent: Type.Optional(ref(Code, { description: 'Mục tiêu cấp trên. / The target it is a part of.' })),
  position: Type.Optional(Type.Integer({
    minimum: 0, maximum: 1_000_000,
    description: 'Thứ tự trong kế hoạch; mặc định: cuối. / Its place in the plan; last when absent.'
  })),
  document: Type.Optional(ref(Code, {
    description: 'Mặc định: văn bản của kế hoạch. / The plan\'s document when absent.'
  })),
  effectiveFrom: Type.Optional(ref(CivilDate, {
    description: 'Mặc định: ngày ban hành kế hoạch. / The day the plan was issued when absent.'
  })),
  provenance: Type.Optional(ref(Provenance, { description: 'Mặc định operational. / operational when absent.' }))
}, {
  description: 'Mục tiêu mới; mặc định quantifier = aggregate, mode = reach. / A new target; quantifier is aggregate ' +
    'and mode reach when absent.',
  examples: [{
    id: '4677-2025.XHS-10.H',
    plan: '4677-KH-UBND-2024',
    indicator: 'XHS-10',
    scope: { level: 'district' },
    quantifier: 'each',
    operator: 'gte',
    value: '40',
    dueDate: '2025-12-31',
    wording: 'Mỗi huyện đạt ít nhất 40% (minh họa)',
    provenance: 'illustrative'
  }]
}))
export type TargetInput = Static<typeof TargetInput>

const inForce = {
  ...demand,
  unit,
  mode,
  baseline: Type.Optional(ref(TargetBaseline)),
  milestones,
  document: ref(Code),
  version,
  effectiveFrom: ref(CivilDate),
  state,
  provenance: ref(Provenance),
  recordedAt: ref(Instant, { description: 'Khi phiên bản này được ghi. / When this version was recorded.' })
}
const exampleVersion = {
  operator: 'gte' as const,
  value: '80',
  unit: '%',
  dueDate: '2025-12-31',
  mode: 'reach' as const,
  milestones: [],
  wording: '80% hồ sơ công việc tại cấp huyện',
  interpretation: {
    vi: 'Câu không ghi phép so sánh; hiểu là “ít nhất”.', en: 'The phrase states no comparison; read as "at least".'
  },
  document: '4677-KH-UBND-2024',
  clause: 'II.1',
  version: 1,
  effectiveFrom: '2024-12-11',
  state: 'active' as const,
  provenance: 'quoted' as const,
  recordedAt: RECORDED_AT
}
export const targetExample = {
  id: 'CQS-02.H',
  plan: '4677-KH-UBND',
  indicator: 'CQS-02',
  pillar: 'CQS',
  scope: { level: 'district' as const },
  quantifier: 'aggregate' as const,
  parent: 'CQS-02',
  allocation: false,
  position: 4,
  ...exampleVersion
}

export const Target = shared('Target', strict({
  id: ref(Code),
  plan: ref(Code),
  indicator: ref(Code),
  pillar: ref(Code, { description: 'Nhóm của chỉ tiêu. / The indicator\'s pillar.' }),
  scope: ref(TargetScope),
  quantifier,
  parent: Type.Optional(ref(Code)),
  allocation: Type.Boolean({
    description: 'Được giao từ mục tiêu “parent” cho một cơ quan. / Handed down from `parent` to one agency.'
  }),
  position: Type.Integer(),
  ...inForce
}, {
  description: 'Mục tiêu: yêu cầu của một kế hoạch đối với một chỉ tiêu, ở phiên bản có hiệu lực trong ngày tra cứu. ' +
    '/ A target: what a plan demands of an indicator, in the version in force on the day asked for.',
  examples: [targetExample]
}))
export type Target = Static<typeof Target>

export const TargetList = listOf('TargetList', ref(Target), [{ data: [targetExample] }])

export const TargetVersion = shared('TargetVersion', strict({
  ...inForce,
  reason: Type.Optional(Type.String({
    description: 'Vì sao khác phiên bản trước. / Why it differs from the one before.'
  }))
}, {
  description: 'Một phiên bản của mục tiêu; không bao giờ bị sửa. / A version of a target; never edited.',
  examples: [exampleVersion]
}))
export type TargetVersion = Static<typeof TargetVersion>

export const TargetVersionList = listOf('TargetVersionList', ref(TargetVersion), [{ data: [exampleVersion] }])

export const schemas = [
  TargetMilestone, TargetScopeInput, TargetScope, TargetBaselineInput, TargetBaseline, TargetInput, Target, TargetList,
  TargetVersion, TargetVersionList
]
