import { Type, type Static } from 'typebox'
import { VIEWS, VIEW_OBSTACLES } from '../../domain/body-view.js'
import { PERFORMANCES, REPORTING_STATES } from '../../domain/status/index.js'
import {
  CivilDate, Code, Instant, LocalizedText, PeriodCode, nullable, oneOf, ref, shared, strict
} from '../../http/schema.js'
import { CLEARS } from '../assignments/rules.js'
import { TASK_STATES } from '../tasks/state.js'
import { TARGET_ROLES } from './load.js'
import { AGENCY_KINDS, FREQUENCIES, LEVELS, type Role, ROLES } from '../../domain/words.js'

const count = (description?: string) =>
  Type.Integer({ minimum: 0, ...description === undefined ? {} : { description } })
const counts = <const Names extends readonly string[]>(names: Names) => Type.Unsafe<Record<Names[number], number>>({
  type: 'object', properties: Object.fromEntries(names.map(name =>
    [name, count()])), required: [...names], additionalProperties: false
})
const shown = (description?: string) =>
  Type.String({ pattern: '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$', ...description === undefined ? {} : { description } })
const share = (description: string) => nullable(shown(description))
const named = { code: ref(Code), name: ref(LocalizedText) }

export const view = oneOf(VIEWS, {
  description: 'as_reported: của chính cơ quan (mặc định) · current: cơ quan đã kết thúc được thay bằng cơ quan tiếp ' +
    'nhận toàn bộ, và xu hướng kèm các kỳ của cơ quan tiền thân, nêu tên · restated: cộng cả cơ quan tiền thân khi ' +
    'tất cả đã chuyển toàn bộ, nếu không thì nêu vì sao không thể. / as_reported: the body\'s own (default) · ' +
    'current: an ended body is answered by its one whole successor, and the trend has the predecessors\' periods, by ' +
    'name · restated: predecessors are added where each passed on as a whole, else it says why it cannot be done.'
})

const restatement = strict({
  possible: Type.Boolean(),
  agencies: Type.Array(ref(Code), {
    description: 'Được cộng vào, hoặc ngăn việc cộng. / Those added, or those that stand in the way.'
  }),
  code: Type.Optional(oneOf(VIEW_OBSTACLES)),
  reason: Type.Optional(strict({ vi: Type.String(), en: Type.String() }))
})

const reporting = {
  expected: count(),
  notDue: count('Chưa tới ngày chốt. / The cut-off has not passed.'),
  due: count(), submitted: count(), returned: count(), accepted: count(), overdue: count(),
  overdueUnexplained: count('Quá hạn mà chưa giải trình. / Overdue without an explanation.'),
  excused: count(),
  onTime: count('Đã báo cáo, lần đầu đúng hạn. / Reported, the first time by the deadline.'),
  late: count('Đã báo cáo, lần đầu sau hạn. / Reported, the first time after it.'),
  completeness: share('Đã chấp nhận ÷ (phải báo cáo − được miễn − chưa chốt kỳ); null khi chưa có nghĩa vụ nào phải ' +
    'thực hiện. / Accepted ÷ (expected − excused − not due); null when nothing is due.')
}

const zero = (names: readonly string[], one: string, n: number) =>
  Object.fromEntries(names.map(name => [name, name === one ? n : 0]))

export const SCORECARD_EXAMPLE = {
  agency: {
    code: 'SO-TTTT', name: { vi: 'Sở Thông tin và Truyền thông' }, kind: 'department' as const,
    level: 'province' as const
  },
  view: 'as_reported' as const, on: '2025-02-28', asOf: '2025-02-27T02:00:00.123456Z',
  assignments: {
    total: 1, lead: 1, cooperate: 0, monitor: 0, complete: 0, clears: zero(CLEARS, 'objective', 1),
    completeness: '0.0000', illustrative: true
  },
  targets: {
    total: 1, performance: zero(PERFORMANCES, 'on_track', 1), reporting: zero(
      REPORTING_STATES, 'not_due', 1
    ), provisional: 0, illustrative: 1, more: 0,
    items: [
      {
        target: '4677-2025.CQS-01', indicator: 'CQS-01', role: 'lead', performance: 'on_track', reporting: 'not_due',
        value: '96.00', period: '2025-Q1', dueDate: '2025-12-31', illustrative: true
      }
    ]
  },
  obligations: {
    expected: 1, notDue: 1, due: 0, submitted: 0, returned: 0, accepted: 0, overdue: 0, overdueUnexplained: 0,
    excused: 0,
    onTime: 0, late: 0, completeness: null
  },
  tasks: { total: 1, not_started: 0, in_progress: 1, done: 0, overdue: 0 },
  trend: [{
    agency: 'SO-TTTT', period: '2025-Q1', frequency: 'quarterly', calendar: 'administrative', from: '2024-12-15',
    to: '2025-03-14',
    expected: 1, notDue: 1, accepted: 0, overdue: 0, excused: 0, onTime: 0, late: 0, completeness: null
  }]
}

export const Scorecard = shared('Scorecard', strict({
  agency: strict({
    ...named, kind: oneOf(AGENCY_KINDS), level: oneOf(LEVELS),
    validTo: Type.Optional(ref(CivilDate, {
      description: 'Ngày cuối, nếu đã kết thúc. / Its last day, if it has ended.'
    }))
  }),
  asked: Type.Optional(strict(named)),
  view,
  on: ref(CivilDate),
  asOf: ref(Instant, {
    description: 'Thời điểm hệ thống ghi nhận dữ liệu mới nhất mà kết quả dựa vào. / When the registry learnt the ' +
      'latest of what the answer rests on.'
  }),
  plan: Type.Optional(ref(Code)),
  assignments: strict({
    total: count(), ...Object.fromEntries(ROLES.map(role => [role, count()])) as Record<Role, ReturnType<typeof count>>,
    complete: count('Đủ “sáu rõ”. / With all six clears.'),
    clears: counts(CLEARS),
    completeness: share('Bằng complete ÷ total. / It is complete ÷ total.'),
    illustrative: Type.Boolean({
      description: 'Có phân công minh họa: không phải kết quả chính thức. / Some are illustrative: not an official ' +
        'result.'
    })
  }, { description: 'Phân công có hiệu lực trong ngày. / Assignments in force on the day.' }),
  targets: strict({
    total: count(), performance: counts(PERFORMANCES), reporting: counts(REPORTING_STATES), provisional: count(),
    illustrative: count(),
    items: Type.Array(strict({
      target: Type.String(), indicator: ref(Code), role: oneOf(TARGET_ROLES), performance: oneOf(PERFORMANCES),
      reporting: oneOf(REPORTING_STATES),
      value: nullable(shown()), period: nullable(ref(PeriodCode)), dueDate: ref(CivilDate), illustrative: Type.Boolean()
    }), { maxItems: 100 }),
    more: count('Số mục tiêu không liệt kê. / Targets not listed.')
  }, {
    description: 'Mục tiêu cơ quan chịu trách nhiệm: chủ trì, là toàn bộ phạm vi, hoặc được giao phần riêng. / ' +
      'Targets it answers for: it leads, is the whole of the scope, or has a part handed down.'
  }),
  obligations: strict(reporting, {
    description: 'Nghĩa vụ báo cáo, mọi kỳ đã bắt đầu. / Duties to report, of every period begun.'
  }),
  tasks: strict(
    {
      total: count(),
      ...Object.fromEntries(TASK_STATES.map(state =>
        [state, count()])) as Record<typeof TASK_STATES[number], ReturnType<typeof count>>
    },
    { description: 'Nhiệm vụ cơ quan chủ trì. / Tasks it leads.' }
  ),
  trend: Type.Array(strict({
    agency: ref(Code, { description: 'Nghĩa vụ của cơ quan này. / Whose duties they are.' }),
    period: ref(PeriodCode), frequency: oneOf(FREQUENCIES), calendar: ref(Code), from: ref(CivilDate),
    to: ref(CivilDate),
    expected: count(), notDue: count(), accepted: count(), overdue: count(), excused: count(), onTime: count(),
    late: count(), completeness: reporting.completeness
  }), { description: 'Theo từng kỳ, theo thời gian. / By period, in the order of time.' }),
  restatement: Type.Optional(restatement)
}, {
  description: 'Phiếu điểm của một cơ quan trong một ngày. / How an agency does its part, on a day.',
  examples: [SCORECARD_EXAMPLE]
}))
export type Scorecard = Static<typeof Scorecard>

export const schemas = [Scorecard]
