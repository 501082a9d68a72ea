import { Type, type Static } from 'typebox'
import { VERDICTS } from '../../domain/reconcile.js'
import {
  CivilDate, Code, CodeOrIdentifier, Decimal, Instant, LocalizedText, PeriodCode, Provenance, Uuid, nullable, oneOf,
  ref, shared, strict
} from '../../http/schema.js'
import { operator, state, Target, targetExample, version } from './schemas.js'
import { AGGREGATIONS, OPERATORS, QUANTIFIERS } from '../../domain/words.js'

const text = (maxLength: number, description: string) => Type.String({ pattern: '\\S', maxLength, description })
const both = strict({ vi: Type.String(), en: Type.String() })
/** A combination may take more digits than a decimal that is pushed. */
const shown = (description: string) =>
  nullable(Type.String({ pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$', description }))
const named = strict({ code: ref(Code), name: ref(LocalizedText) })

export const TargetAllocationInput = shared('TargetAllocationInput', strict({
  method: oneOf(['own', 'equal'], {
    description: 'own: mỗi cơ quan một giá trị riêng · equal: giá trị của mục tiêu chung, hoặc chia đều nếu chỉ tiêu ' +
      'cộng lại (sum). / own: a value for each agency · equal: the whole\'s value, or equal shares of it where the ' +
      'indicator sums up.'
  }),
  agencies: Type.Unsafe<'all_in_scope' | { agency: string, value?: string }[]>({
    anyOf: [
      { type: 'string', const: 'all_in_scope' },
      Type.Array(strict({ agency: ref(CodeOrIdentifier), value: Type.Optional(ref(Decimal)) }), {
        minItems: 1, maxItems: 1000
      })
    ],
    description: 'Giao cho ai: từng cơ quan, hoặc all_in_scope: mọi cơ quan thuộc phạm vi vào ngày có hiệu lực. / To ' +
      'whom: agencies, or all_in_scope: every agency in the scope on the day of effect.'
  }),
  operator: Type.Optional(operator),
  dueDate: Type.Optional(ref(CivilDate, {
    description: 'Mặc định hạn của mục tiêu chung. / That of the whole when absent.'
  })),
  effectiveFrom: Type.Optional(ref(CivilDate, {
    description: 'Mặc định hôm nay, hoặc ngày mục tiêu chung có hiệu lực nếu muộn hơn. / Today when absent, or the ' +
      'day the whole comes into force if that is later.'
  })),
  document: ref(Code, { description: 'Văn bản giao chỉ tiêu. / The document that hands it down.' }),
  clause: Type.Optional(text(500, 'Mục, điểm trong văn bản. / The clause of the document.')),
  wording: Type.Optional(text(
    10_000, 'Nguyên văn; mặc định nguyên văn của mục tiêu chung. / The words; those of the whole when absent.'
  )),
  provenance: Type.Optional(ref(Provenance, {
    description: 'Mặc định operational; của mục tiêu minh họa: illustrative. / operational when absent, illustrative ' +
      'of an illustrative target.'
  }))
}, {
  description: 'Giao một mục tiêu cho nhiều cơ quan. / Hands a target down to many agencies.',
  examples: [
    {
      method: 'own', agencies: [{ agency: 'UBND-PHAN-THIET', value: '60' }, { agency: 'UBND-LA-GI', value: '52' }],
      effectiveFrom: '2025-01-01', document: '4677-KH-UBND-2024'
    },
    { method: 'equal', agencies: 'all_in_scope', effectiveFrom: '2025-01-01', document: '4677-KH-UBND-2024' }
  ]
}))
export type TargetAllocationInput = Static<typeof TargetAllocationInput>

const part = {
  ...targetExample, id: 'CQS-02.H.PHAN-THIET', parent: 'CQS-02.H', scope: { agency: 'PHAN-THIET' }, allocation: true,
  provenance: 'operational'
}

export const TargetAllocation = shared('TargetAllocation', strict({
  data: Type.Array(ref(Target)),
  remainder: Type.Optional(strict({
    unit: ref(Decimal, { description: 'Một đơn vị của chữ số thập phân cuối. / One unit of the last decimal.' }),
    agencies: Type.Array(ref(Code)),
    text: both
  }, {
    description: 'Phần không chia hết, đã thêm cho các cơ quan đầu tiên theo thứ tự mã. / What could not be shared ' +
      'equally, added to the first agencies in the order of their codes.'
  }))
}, { description: 'Các mục tiêu con vừa được tạo. / The child targets that were made.', examples: [{ data: [part] }] }))
export type TargetAllocation = Static<typeof TargetAllocation>

const example = {
  target: 'CQS-02.H',
  on: '2025-03-31',
  asOf: '2025-04-01T02:00:00.000000Z',
  aggregation: 'ratio_of_sums' as const,
  quantifier: 'aggregate' as const,
  verdict: 'short' as const,
  whole: {
    version: 1, operator: 'gte' as const, value: '80', unit: '%', dueDate: '2025-12-31', state: 'active' as const
  },
  parts: [{
    target: 'CQS-02.H.PHAN-THIET',
    version: 1,
    agency: { code: 'PHAN-THIET', name: { vi: 'UBND thành phố Phan Thiết' } },
    operator: 'gte' as const,
    value: '78',
    dueDate: '2025-12-31',
    state: 'active' as const,
    counted: true,
    weight: { denominator: '2000', measurement: '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90', revision: 1, period: '2025-Q1' }
  }],
  combined: '78.00',
  gap: '2',
  missing: [{ code: 'LA-GI', name: { vi: 'UBND thị xã La Gi' } }],
  reason: {
    vi: 'Gộp theo mẫu số, các phần là 78%; mục tiêu chung yêu cầu ≥ 80%: còn thiếu 2. Chưa có phần: UBND thị xã La Gi.',
    en: 'Weighted by their denominators the parts come to 78%; the whole demands ≥ 80%: 2 short. Without a part: ' +
      'UBND thị xã La Gi.'
  }
}

export const TargetReconciliation = shared('TargetReconciliation', strict({
  target: ref(Code),
  on: ref(CivilDate, {
    description: 'Ngày được xét; không sớm hơn ngày mục tiêu có hiệu lực. / The day that is looked at; not before ' +
      'the target is in force.'
  }),
  asOf: ref(Instant),
  aggregation: oneOf(AGGREGATIONS),
  quantifier: oneOf(QUANTIFIERS),
  verdict: oneOf(VERDICTS, {
    description: 'met: mọi phần đạt thì mục tiêu chung đạt · short: còn thiếu · undetermined: chưa kết luận được · ' +
      'not_comparable: không tổng hợp từ các phần. / met: if all parts are reached, so is the whole · short · ' +
      'undetermined: cannot be said · not_comparable: the whole is not made of parts.'
  }),
  whole: strict({
    version, operator: oneOf(OPERATORS), value: ref(Decimal), unit: Type.String(), dueDate: ref(CivilDate), state
  }),
  parts: Type.Array(strict({
    target: ref(Code),
    version,
    agency: named,
    operator: oneOf(OPERATORS),
    value: ref(Decimal),
    dueDate: ref(CivilDate),
    state,
    counted: Type.Boolean({
      description: 'false: phần không được thực hiện nữa, hoặc cơ quan đã kết thúc. / false: the part was dropped, ' +
        'or its agency has ended.'
    }),
    weight: Type.Optional(strict({
      denominator: ref(Decimal), measurement: ref(Uuid), revision: Type.Integer({ minimum: 1 }), period: ref(PeriodCode)
    }, { description: 'Mẫu số được chấp nhận mới nhất của cơ quan. / The newest accepted denominator of the agency.' }))
  }), { description: 'Các phần có hiệu lực trong ngày, theo mã cơ quan. / The parts in force on the day, by agency.' }),
  combined: shown('Nếu mỗi phần chỉ vừa đạt mức được giao; each: phần xa mục tiêu nhất. / If each part just reaches ' +
    'its value; for each: that of the farthest part.'),
  gap: shown('Còn thiếu, theo chiều của mục tiêu; âm = dư. / Still missing, in the direction of the target; negative ' +
    '= to spare.'),
  missing: Type.Array(named, {
    description: 'Thuộc phạm vi trong ngày mà không có phần nào. / In the scope on the day, and without a part.'
  }),
  reason: both
}, {
  description: 'Các phần đã giao có đủ cho mục tiêu chung không. / Whether the parts that were handed down make up ' +
    'the whole.',
  examples: [example]
}))
export type TargetReconciliation = Static<typeof TargetReconciliation>

export const allocationSchemas = [TargetAllocationInput, TargetAllocation, TargetReconciliation]
