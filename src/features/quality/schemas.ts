import { Type, type Static } from 'typebox'
import {
  Code, Decimal, Instant, LocalizedText, PeriodCode, Provenance, Uuid, listOf, nullable, oneOf, patchOf, ref, shared,
  strict
} from '../../http/schema.js'
import { RECORDED_AT, recordedAt, unquotedProvenance } from '../fields.js'
import { FIGURE_PARTS, LEVELS, RULE_KINDS, RULE_SEVERITIES, RULE_STATES } from '../../domain/words.js'

export const kind = oneOf(RULE_KINDS, {
  description: 'Không đổi được. range: trong khoảng · change: biến động so với kỳ trước · parts: tổng so với các ' +
    'phần · monotone: số lũy kế không giảm trong năm (số trong kỳ: không âm) · ratio: tử số không lớn hơn mẫu số. / ' +
    'Never changes. range: within bounds · change against the period before · parts against their total · monotone: ' +
    'does not fall within the year (figures during_period: not negative) · ratio: numerator ≤ denominator.'
})
export const severity = oneOf(RULE_SEVERITIES, {
  description: 'warn: dòng được nhận nhưng phải chờ duyệt · block: dòng bị từ chối. / warn: the row is let in to be ' +
    'reviewed, whatever the policy · block: the row is rejected.'
})
export const state = oneOf(RULE_STATES, {
  description: 'Chỉ quy tắc active được chạy khi gửi số liệu. / Only active rules are run in a push.'
})
export const level = oneOf(LEVELS, {
  description: 'Chỉ xét cơ quan cấp này (với parts: cấp của số tổng); không nêu: mọi cấp. / Only agencies of this ' +
    'level (parts: that of the total); absent = all.'
})
const version = Type.Integer({ minimum: 1, description: 'Tăng mỗi lần sửa. / Grows with every change.' })

export const QualityRuleParams = shared('QualityRuleParams', strict({
  minimum: Type.Optional(ref(Decimal, { description: 'range: không nhỏ hơn. / range: at least.' })),
  maximum: Type.Optional(ref(Decimal, { description: 'range: không lớn hơn. / range: at most.' })),
  against: Type.Optional(oneOf(['previous_period'], {
    description: 'change: so với kỳ liền trước cùng loại kỳ; không nêu cũng vậy. Với số year_to_date là so mức tăng ' +
      'thêm trong năm; kỳ đầu năm so với kỳ đầu năm trước. / change: the period before, of the same frequency; also ' +
      'when absent. Of running totals (year_to_date) what they have grown by within the year; a year\'s first period ' +
      'against the first of the year before.'
  })),
  absolute: Type.Optional(ref(Decimal, {
    description: 'change: lệch nhiều nhất, theo đơn vị của chỉ tiêu. / change: differs by at most, in the ' +
      'indicator\'s unit.'
  })),
  relative: Type.Optional(ref(Decimal, {
    description: 'change: lệch nhiều nhất, tính theo tỷ lệ của giá trị kỳ trước ("0.2" = 20%); kỳ trước bằng 0 thì ' +
      'không xét. / change: at most this share of the previous value; not judged where that is 0.'
  })),
  part: Type.Optional(oneOf(FIGURE_PARTS, {
    description: 'range, change, monotone: xét tử số hoặc mẫu số, theo đơn vị riêng, thay cho giá trị. / Looks at ' +
      'the numerator or denominator, in its own unit, instead of the value.'
  })),
  of: Type.Optional(ref(Code, {
    description: 'parts: “children” = các UBND trực thuộc; hoặc mã phân tổ. / parts: `children` = the committees ' +
      'directly below; or a dimension\'s code.'
  })),
  tolerance: Type.Optional(ref(Decimal, {
    description: 'parts: chênh lệch được phép. / parts: the difference allowed.'
  })),
  within: Type.Optional(oneOf(['year'], {
    description: 'monotone: trong cùng một năm; không nêu cũng vậy. / monotone: within the year; also when absent.'
  }))
}, {
  description: 'Tham số theo loại quy tắc; change cần absolute hoặc relative. / The parameters of the kind; change ' +
    'needs absolute or relative.',
  examples: [{ against: 'previous_period', relative: '0.2' }]
}))

const name = ref(LocalizedText)
const params = ref(QualityRuleParams)
const indicators = Type.Array(ref(Code), {
  minItems: 1, maxItems: 500,
  description: 'Các chỉ tiêu được xét; không nêu cả “pillar”: mọi chỉ tiêu. / The indicators it judges; with ' +
    '`pillar` absent too: every indicator.'
})
const pillar = ref(Code, { description: 'Mọi chỉ tiêu của nhóm này. / All indicators of this pillar.' })
const note = ref(LocalizedText)

const example = {
  code: 'XHS-07-BIEN-DONG',
  name: {
    vi: 'Tỷ lệ chữ ký số không biến động quá 20%', en: 'The share of e-signatures moves by no more than a fifth'
  },
  kind: 'change' as const,
  params: { against: 'previous_period' as const, relative: '0.2' },
  indicators: ['XHS-07'],
  severity: 'warn' as const,
  state: 'draft' as const
}

export const QualityRuleInput = shared('QualityRuleInput', strict({
  code: ref(Code), name, kind, params, severity,
  indicators: Type.Optional(indicators), pillar: Type.Optional(pillar), level: Type.Optional(level),
  state: Type.Optional(oneOf(RULE_STATES, { description: 'Không nêu: draft. / Absent = draft.' })),
  note: Type.Optional(note), provenance: Type.Optional(unquotedProvenance)
}, { description: 'Một quy tắc mới. / A new rule.', examples: [example] }))
export type QualityRuleInput = Static<typeof QualityRuleInput>

export const QualityRulePatch = shared('QualityRulePatch', patchOf({
  name, params, indicators: nullable(indicators), pillar: nullable(pillar), level: nullable(level), severity, state,
  note: nullable(note), provenance: unquotedProvenance
}, {
  description: '“params” và “indicators” gửi lên thay toàn bộ; “kind” không đổi. / `params` and `indicators` replace ' +
    'all; `kind` stays.',
  examples: [{ note: { vi: 'Đã thử với số liệu năm 2025', en: 'Tried on the figures of 2025' } }]
}))
export type QualityRulePatch = Static<typeof QualityRulePatch>

const whole = { ...example, version: 1, provenance: 'operational' as const, recordedAt: RECORDED_AT }

export const QualityRule = shared('QualityRule', strict({
  code: ref(Code), version, name, kind, params,
  indicators: Type.Optional(indicators), pillar: Type.Optional(pillar), level: Type.Optional(level),
  severity, state, note: Type.Optional(note), provenance: ref(Provenance), recordedAt
}, { description: 'Quy tắc kiểm tra chất lượng. / A quality rule.', examples: [whole] }))
export type QualityRule = Static<typeof QualityRule>
export const QualityRuleList = listOf('QualityRuleList', ref(QualityRule), [{ data: [whole] }])

const breakdown = Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } })
const measurement = strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) })
const place = { indicator: ref(Code), agency: ref(Code), period: ref(PeriodCode), breakdown }
const PLACE = { indicator: 'XHS-07', agency: 'UBND-BINH-THUAN', period: '2025-Q3', breakdown: {} }
const MEASUREMENT = { id: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', revision: 2 }
const DETAIL = 'Quy tắc chất lượng XHS-07-BIEN-DONG (Tỷ lệ chữ ký số không biến động quá 20%): 61 lệch 11 so với 50 ' +
  'của kỳ 2025-Q2, quá 10 (0,2 × 50).'

const outcome = {
  id: '17', rule: {
    code: 'XHS-07-BIEN-DONG', version: 1
  }, severity: 'warn' as const, ...PLACE, client: 'demo', submission: '0197c2f4-6bff-7c3d-8a51-0f6f4f2f9b11',
  position: 0, measurement: MEASUREMENT, detail: DETAIL, recordedAt: '2025-09-15T02:00:00.123456Z'
}
export const QualityOutcome = shared('QualityOutcome', strict({
  id: Type.String(),
  rule: strict({ code: ref(Code), version }),
  severity,
  ...place,
  client: Type.String({ description: 'Client đã gửi. / The client that pushed.' }),
  submission: ref(Uuid),
  position: Type.Integer({ minimum: 0, description: 'Dòng trong lần gửi, từ 0. / The row of the submission, from 0.' }),
  measurement: Type.Optional(strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) }, {
    description: 'Không có nếu dòng không được ghi. / Absent where the row was not written.'
  })),
  detail: Type.String(),
  recordedAt: ref(Instant)
}, {
  description: 'Điều một quy tắc đã nêu về một số liệu được gửi. / What a rule said of a pushed figure.',
  examples: [outcome]
}))
export type QualityOutcome = Static<typeof QualityOutcome>
export const QualityOutcomeList = listOf('QualityOutcomeList', ref(QualityOutcome), [{ data: [outcome] }])

export const QualityTrialInput = shared('QualityTrialInput', strict({
  rule: Type.Optional(ref(QualityRuleInput)), code: Type.Optional(ref(Code, {
    description: 'Quy tắc đã lưu, ở trạng thái bất kỳ. / A stored rule, in any state.'
  }))
}, {
  description: 'Một quy tắc chưa lưu, hoặc mã của một quy tắc đã lưu. / A rule that is not stored, or the code of ' +
    'one that is.',
  examples: [{ rule: example }, { code: 'XHS-09-BIEN-DONG' }]
}))

const count = (description: string) => Type.Integer({ minimum: 0, description })
export const QualityTrial = shared('QualityTrial', strict({
  rule: strict({ code: ref(Code), version: nullable(version) }, {
    description: 'version: null nếu chưa lưu. / null when it is not stored.'
  }),
  counts: strict({
    figures: count('Số liệu đã lưu đã xem. / Stored figures looked at.'),
    judged: count('Trong đó xét được. / Of them, those that could be judged.'),
    findings: count('Trong đó trái quy tắc. / Of them, those that break the rule.')
  }),
  complete: Type.Boolean({
    description: 'false: có nhiều số liệu hơn mức một lần thử; hãy thu hẹp bằng “indicator”, “from”, “to”. / false: ' +
      'there are more figures than a trial looks at; narrow it.'
  }),
  findings: Type.Array(strict({ ...place, measurement, detail: Type.String() }), {
    maxItems: 1000, description: '1.000 trường hợp đầu. / The first 1,000.'
  })
}, {
  description: 'Kết quả thử một quy tắc với số liệu đã lưu; không ghi gì. / What a rule would say of what is stored; ' +
    'nothing is written.',
  examples: [
    {
      rule: { code: example.code, version: null }, counts: { figures: 4, judged: 3, findings: 1 }, complete: true,
      findings: [{ ...PLACE, measurement: MEASUREMENT, detail: DETAIL }]
    }
  ]
}))
export type QualityTrial = Static<typeof QualityTrial>

export const schemas = [
  QualityRuleParams, QualityRuleInput, QualityRulePatch, QualityRule, QualityRuleList, QualityOutcome,
  QualityOutcomeList, QualityTrialInput, QualityTrial
]
