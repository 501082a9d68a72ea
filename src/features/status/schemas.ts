import { Type, type Static } from 'typebox'
import { PERFORMANCES, REPORTING_STATES } from '../../domain/status/index.js'
import {
  CivilDate, Code, Decimal, Instant, LocalizedText, PeriodCode, Provenance, ShownDecimal, Uuid, listOf, nullable, oneOf,
  ref, shared, strict
} from '../../http/schema.js'
import { GivenExplanation, told } from '../given-explanation.js'
import { targetLevel } from '../fields.js'
import { STATUS_EXAMPLE, SERIES_EXAMPLE, SUMMARY_EXAMPLE } from './examples.js'
import {
  BASES, DIRECTIONS, FREQUENCIES, LEVELS, MODES, OPERATORS, QUALITIES, STANDING_STATES, TARGET_STATES, TIME_BASES
} from '../../domain/words.js'
import { VIEWS } from '../../domain/body-view.js'
import { OBSTACLES } from '../../domain/restate.js'
import { MEMBER_OUTCOMES, PERFORMANCE_BASES } from '../../domain/status/types.js'

const count = () => Type.Integer({ minimum: 0 })
const both = strict({ vi: Type.String(), en: Type.String() })
/** Shown with as many digits as it takes not to cross the target: longer than a decimal that may be pushed. */
const shown = (description?: string) =>
  Type.String({ pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$', ...description === undefined ? {} : { description } })
const decimalOrNull = (description: string) => nullable(shown(description))
const performance = oneOf(PERFORMANCES)
const reportingState = oneOf(REPORTING_STATES)
const operator = oneOf(OPERATORS, {
  description: '“trên” là gt: 50 không đạt “trên 50”. / `gt` is strict: 50 is not above 50.'
})
const scope = strict({
  level: Type.Optional(oneOf(LEVELS)), agency: Type.Optional(ref(Code)), dimension: Type.Optional(Type.String()),
  member: Type.Optional(Type.String())
})
const measurementRef = strict({
  id: ref(Uuid), revision: Type.Integer({ minimum: 1 }), agency: ref(Code), period: ref(PeriodCode)
})
const baseline = strict({
  value: Type.Optional(ref(Decimal)), date: ref(CivilDate), claim: Type.Boolean({
    description: 'Kế hoạch ghi “(đã đạt)”. / The plan says "(đã đạt)".'
  }), source: Type.Optional(Type.String())
})
const namedAgency = strict({ code: ref(Code), name: ref(LocalizedText) })

export const StatusExplanation = shared('StatusExplanation', strict({
  rule: Type.Literal('status'),
  ruleVersion: Type.Integer({ minimum: 1, description: 'Phiên bản của /v1/status-rules. / Version of the rule set.' }),
  basis: oneOf(BASES),
  inputs: strict({
    target: strict({ id: Type.String(), version: Type.Integer({ minimum: 1 }) }),
    baseline: nullable(baseline),
    measurements: Type.Array(measurementRef, { maxItems: 100 }),
    more: Type.Integer({ minimum: 0, description: 'Số lượng số liệu không liệt kê. / Measurements not listed.' }),
    quality: nullable(oneOf(QUALITIES))
  }),
  comparison: nullable(Type.String({ description: 'Phép so sánh bằng số. / The comparison in digits.' })),
  text: both
}, {
  description: 'Vì sao: quy tắc, số liệu đầu vào, phép so sánh, và lời giải thích. / Why: the rule, the inputs, the ' +
    'comparison, and the words for it.',
  examples: [STATUS_EXAMPLE.explanation]
}))

export const Status = shared('Status', strict({
  target: strict({
    id: Type.String(), version: Type.Integer({ minimum: 1 }), plan: ref(Code), parent: Type.Optional(Type.String()),
    allocation: Type.Boolean({
      description: 'Được giao từ “parent” cho một cơ quan. / Handed down from `parent` to one agency.'
    }),
    scope, quantifier: oneOf(['aggregate', 'each']), operator, value: ref(Decimal), unit: Type.String(),
    dueDate: ref(CivilDate),
    mode: oneOf(MODES), state: oneOf(TARGET_STATES), wording: Type.String(), effectiveFrom: ref(CivilDate)
  }, {
    description: 'Mục tiêu, ở phiên bản có hiệu lực trong ngày “on”. / The target, at its version in force on `on`.'
  }),
  indicator: strict({
    code: ref(Code), name: ref(LocalizedText), unit: Type.String(),
    direction: oneOf(DIRECTIONS), frequency: oneOf(FREQUENCIES),
    frequencies: Type.Array(oneOf(FREQUENCIES)), timeBasis: oneOf(TIME_BASES)
  }),
  pillar: ref(Code),
  lead: Type.Optional(namedAgency),
  on: ref(CivilDate),
  asOf: ref(Instant, {
    description: 'Thời điểm hệ thống ghi nhận dữ liệu mới nhất mà kết quả dựa vào. / When the registry learnt the ' +
      'latest of what the answer rests on.'
  }),
  counted: oneOf(BASES, {
    description: 'Số liệu được tính: chỉ đã chấp nhận, hay cả đang chờ duyệt. / Which figures count: accepted ones ' +
      'only, or pending ones too.'
  }),
  value: decimalOrNull('Làm tròn để hiển thị, nhưng không bao giờ vượt qua mục tiêu. / Rounded for display, never ' +
    'across the target.'),
  numerator: decimalOrNull('Tử số, chính xác. / Exact.'),
  denominator: decimalOrNull('Mẫu số, chính xác. / Exact.'),
  period: nullable(ref(PeriodCode)),
  performance,
  basis: oneOf(PERFORMANCE_BASES, {
    description: 'claim: chỉ theo khẳng định “(đã đạt)” của kế hoạch. / On the plan\'s own claim only.'
  }),
  reporting: strict({
    state: reportingState, period: nullable(ref(PeriodCode)), deadline: nullable(ref(CivilDate)),
    counts: Type.Unsafe<Record<typeof REPORTING_STATES[number], number>>({
      type: 'object', properties: Object.fromEntries(REPORTING_STATES.map(state =>
        [state, count()])), required: [...REPORTING_STATES], additionalProperties: false
    })
  }),
  coverage: strict({
    expected: count(), reported: count(), passed: nullable(count()), failed: nullable(count()), missing: count(),
    notApplicable: count(),
    explained: Type.Integer({
      minimum: 0, ...told('Trong số còn thiếu, đã giải trình.', 'Explained, of those that are missing.')
    })
  }),
  gap: decimalOrNull('Còn thiếu, theo chiều của mục tiêu; âm = đã vượt. / Still to go; negative when surpassed.'),
  expectedValue: decimalOrNull('Giá trị lẽ ra phải có vào cuối kỳ. / Where the value should be at the end of the ' +
    'period.'),
  attainment: decimalOrNull('(giá trị − mức xuất phát) ÷ (giá trị kỳ vọng − mức xuất phát). / (value − baseline) ÷ ' +
    '(expected − baseline).'),
  freshness: nullable(strict({
    period: ref(PeriodCode), periodEnd: ref(CivilDate), ageDays: count(), stale: Type.Boolean()
  })),
  provisional: Type.Boolean({
    description: 'Thiếu đơn vị, kỳ cuối còn đơn vị chưa hết hạn gửi (kể cả được gia hạn), dùng số liệu chờ duyệt, ' +
      'hoặc bỏ ra số liệu của đơn vị kết thúc trong kỳ. / ' +
      'Members are missing, the last period may still come (also by an extension), a pending figure went in, or that ' +
      'of a body that ended within the period did not.'
  }),
  direct: nullable(strict({ value: shown(), difference: shown(), measurement: measurementRef })),
  members: nullable(Type.Array(strict({
    code: Type.String(), name: ref(LocalizedText),
    outcome: oneOf(MEMBER_OUTCOMES),
    value: nullable(shown()), numerator: nullable(shown()), denominator: nullable(shown()),
    measurement: nullable(measurementRef),
    explanation: Type.Optional(ref(GivenExplanation, told('Vì sao thiếu.', 'Why it is missing.')))
  }))),
  accumulation: nullable(strict({
    from: ref(CivilDate),
    to: ref(CivilDate),
    terms: Type.Array(strict({
      period: ref(PeriodCode), value: nullable(shown()), numerator: nullable(shown()), denominator: nullable(shown())
    }), {
      description: 'Các số được cộng, theo kỳ; với “each”: của đơn vị có giá trị được nêu. / ' +
        'What is added up, by period; for each: of the member whose value is shown.'
    }),
    missing: Type.Array(strict({ period: ref(PeriodCode), agencies: Type.Array(Type.String()) }), {
      description: 'Kỳ trước còn thiếu số liệu, và của đơn vị nào. / Earlier periods without a figure, and whose.'
    })
  }, {
    description: 'Chỉ tiêu tính trong kỳ (during_period): giá trị là tổng từ đầu năm kế hoạch. / ' +
      'For during_period: the value is the sum from the beginning of the plan year on.'
  })),
  illustrative: Type.Boolean({
    description: 'Mục tiêu hoặc số liệu chỉ để minh họa: không phải số liệu chính thức. / Not official: the target ' +
      'or a figure is illustrative.'
  }),
  provenance: ref(Provenance, {
    description: '“illustrative” khi bất kỳ dữ liệu đầu vào nào là minh họa. / `illustrative` as soon as any input is.'
  }),
  explanationsGiven: Type.Array(ref(GivenExplanation), told(
    'Giải trình của cơ quan chủ trì, và của từng thành phần khi mục tiêu là “each”: vì sao không đạt. “explanation” ' +
    'là ' +
      'cách tính.',
    'Why the target is missed, as its lead says, and its members where it is for each. `explanation` is how it ' +
      'was computed.')),
  explanation: ref(StatusExplanation)
}, {
  description: 'Tình trạng của một mục tiêu, có giải thích. / How a target stands, explained.',
  examples: [STATUS_EXAMPLE]
}))

export type Status = Static<typeof Status>

export const StatusList = listOf('StatusList', ref(Status), [{ data: [STATUS_EXAMPLE] }])

const tally = strict({
  targets: count(),
  performance: Type.Unsafe<Record<string, number>>({
    type: 'object', properties: Object.fromEntries(PERFORMANCES.map(state => [state, count()])),
    required: [...PERFORMANCES], additionalProperties: false
  }),
  reporting: Type.Unsafe<Record<string, number>>({
    type: 'object', properties: Object.fromEntries(REPORTING_STATES.map(state => [state, count()])),
    required: [...REPORTING_STATES], additionalProperties: false
  }),
  provisional: count(),
  illustrative: count()
})

export const PlanSummary = shared('PlanSummary', strict({
  plan: ref(Code), on: ref(CivilDate), asOf: ref(Instant), counted: oneOf(BASES),
  total: tally,
  allocated: tally,
  pillars: Type.Array(strict({ pillar: ref(Code), name: ref(LocalizedText), tally })),
  levels: Type.Array(strict({ level: targetLevel, tally })),
  agencies: Type.Array(strict({ agency: ref(Code), name: ref(LocalizedText), tally }), {
    description: 'Cơ quan chủ trì trong ngày, hoặc cơ quan mà mục tiêu được giao riêng. / The lead on the day, or ' +
      'the one agency the target is set for.'
  }),
  unassigned: tally
}, {
  description: 'Số mục tiêu theo tình trạng và theo báo cáo. / Counts of targets by performance and by reporting.',
  examples: [SUMMARY_EXAMPLE]
}))

export const view = oneOf(VIEWS, {
  description: 'as_reported: số liệu của chính cơ quan (mặc định) · current: cơ quan hiện nay, các kỳ trước khi ' +
    'thành lập là số liệu của cơ quan tiền thân · restated: gộp theo cơ cấu hiện nay, hoặc nêu rõ vì sao không gộp ' +
    'được. / The agency\'s own figures (when absent) · the line of today\'s body, before it existed its ' +
    'predecessors\' · rolled up as if today\'s body had existed, or why that cannot be done.'
})

const restatement = strict({
  possible: Type.Boolean(),
  figures: Type.Optional(Type.Array(
    strict({ agency: ref(Code), id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) }),
    { description: 'Các số liệu đã gộp. / The figures that were rolled up.' }
  )),
  code: Type.Optional(oneOf(OBSTACLES)),
  agencies: Type.Optional(Type.Array(ref(Code))),
  reason: Type.Optional(both)
}, {
  description: 'Với view=restated: gộp từ số liệu của các cơ quan tiền thân, hoặc vì sao không thể gộp chính xác. / ' +
    'With view=restated: rolled up from the predecessors, or why that would be a guess.'
})

export const IndicatorSeries = shared('IndicatorSeries', strict({
  indicator: ref(Code), agency: ref(Code, {
    description: 'Cơ quan của chuỗi số liệu: với current và restated, cơ quan đã tiếp nhận toàn bộ nếu cơ quan được ' +
      'tra cứu đã kết thúc. / Who answers: with current and restated whoever took over all of one that has ended.'
  }),
  view, unit: Type.String(), frequency: oneOf(FREQUENCIES), frequencies: Type.Array(oneOf(FREQUENCIES)),
  timeBasis: oneOf(TIME_BASES), calendar: ref(Code),
  series: Type.Array(strict({
    breakdown: Type.Unsafe<Record<string, string>>({ type: 'object', additionalProperties: { type: 'string' } }),
    points: Type.Array(strict({
      period: ref(PeriodCode), from: ref(CivilDate), to: ref(CivilDate),
      value: nullable(ref(ShownDecimal)), numerator: Type.Optional(ref(Decimal)),
      denominator: Type.Optional(ref(Decimal)),
      quality: Type.Optional(oneOf(QUALITIES)), state: Type.Optional(oneOf(STANDING_STATES)),
      counts: Type.Optional(Type.Boolean({
        description: 'Có được tính vào tình trạng của mục tiêu: đã được chấp nhận, kể cả khi sau đó bị trả lại để ' +
          'sửa. / ' +
          'Whether it makes the value of a status: accepted, also while it is returned for correction.'
      })),
      measurement: Type.Optional(strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) }, {
        description: 'Không có khi được tính lại từ nhiều số liệu. / Absent where it is restated from several.'
      })),
      provenance: Type.Optional(ref(Provenance)),
      agency: Type.Optional(ref(Code, {
        description: 'Với view=current: cơ quan đã báo cáo. / With view=current: whose figure it is.'
      })),
      restatement: Type.Optional(restatement),
      derived: Type.Optional(Type.Array(strict({
        period: ref(PeriodCode), id: Type.Optional(ref(Uuid)), revision: Type.Optional(Type.Integer({ minimum: 1 }))
      }), {
        description: 'Không có số liệu riêng của kỳ: tính từ các kỳ này, không lưu. / ' +
          'The period has no figure of its own: it follows from these, and is not stored.'
      })),
      runningSum: Type.Optional(strict({
        value: nullable(ref(ShownDecimal)), numerator: Type.Optional(ref(ShownDecimal)),
        denominator: Type.Optional(ref(ShownDecimal)),
        missing: Type.Array(ref(PeriodCode))
      }, {
        description: 'Chỉ tiêu tính trong kỳ: cộng số được chấp nhận từ đầu năm đến hết kỳ này, và các kỳ ' +
          'còn thiếu. / ' +
          'For during_period: accepted figures from the beginning of the year to the end of this period, and the ' +
          'periods that lack one.'
      }))
    }))
  })),
  targets: Type.Array(strict({
    target: Type.String(), plan: ref(Code), operator, value: ref(Decimal), dueDate: ref(CivilDate),
    points: Type.Array(strict({ period: ref(PeriodCode), to: ref(CivilDate), expectedValue: nullable(shown()) }))
  }), { description: 'Đường mục tiêu theo kỳ. / The target line over the periods.' })
}, {
  description: 'Số liệu qua các kỳ, kèm đường mục tiêu. / Measurements over periods, beside the target line.',
  examples: [SERIES_EXAMPLE]
}))
export type IndicatorSeries = Static<typeof IndicatorSeries>

export const schemas = [StatusExplanation, Status, StatusList, PlanSummary, IndicatorSeries]
