import { Type, type Static } from 'typebox'
import { OBLIGATION_STATES } from '../../domain/obligations.js'
import { FIRST_YEAR, LAST_YEAR } from '../../domain/period.js'
import {
  CivilDate, Code, CodeOrIdentifier, Instant, LocalizedText, PeriodCode, Provenance, Uuid, listOf, nullable, oneOf, ref,
  shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { GivenExplanation, told } from '../given-explanation.js'
import { asOf } from '../moment.js'
import { FREQUENCIES, ROLES, STANDING_STATES } from '../../domain/words.js'

const STATES = 'not_due: chưa chốt kỳ · due: phải gửi, đến hết hạn · submitted: chờ duyệt · returned: bị trả lại để ' +
  'sửa; số đã được chấp nhận vẫn được tính · accepted: đã chấp nhận · overdue: quá hạn · excused: được miễn, hoặc cơ ' +
  'quan đã kết thúc trước hạn. / not_due: before the cut-off · due: up to the deadline · submitted: awaits review · ' +
  'returned: sent back to be corrected, what was accepted goes on counting · accepted · overdue · excused: excused, ' +
  'or the agency ended before the deadline.'
const state = oneOf(OBLIGATION_STATES, { description: STATES })
const frequency = oneOf(FREQUENCIES, {
  description: 'Loại kỳ: tháng, quý, sáu tháng, chín tháng, năm. / How long a period is.'
})
const year = Type.Integer({
  minimum: FIRST_YEAR, maximum: LAST_YEAR, description: 'Năm của kỳ. / The year of the period.'
})

export const obligationQuery = {
  agency: Type.Optional(ref(CodeOrIdentifier, { description: 'Cơ quan có nghĩa vụ. / The agency that owes it.' })),
  subject: Type.Optional(ref(CodeOrIdentifier, {
    description: 'Cơ quan mà số liệu phản ánh. / The agency that the figure is for.'
  })),
  indicator: Type.Optional(ref(Code, { description: 'Mã chỉ tiêu. / Code of the indicator.' })),
  pillar: Type.Optional(ref(Code, { description: 'Mã nhóm chỉ tiêu. / Code of the pillar.' })),
  plan: Type.Optional(ref(Code, { description: 'Có mục tiêu của kế hoạch này. / With a target of this plan.' })),
  period: Type.Optional(ref(PeriodCode)),
  year: Type.Optional(year),
  frequency: Type.Optional(frequency),
  state: Type.Optional(state),
  explained: Type.Optional(Type.Boolean(told(
    'Đã hay chưa được giải trình (/v1/explanations).', 'Whether there is a standing explanation (/v1/explanations).'))),
  on: Type.Optional(ref(CivilDate, {
    description: 'Nghĩa vụ và trạng thái vào ngày này; mặc định hôm nay. / As they stand on this day; today when ' +
      'absent.'
  })),
  asOf
}

const Party = shared('ObligationParty', strict({ code: ref(Code), name: ref(LocalizedText) }, {
  description: 'Cơ quan hoặc chỉ tiêu, với tên. / An agency or an indicator by name.', examples: [
    { code: 'STTTT', name: { vi: 'Sở Thông tin và Truyền thông' } }
  ]
}))

export const OBLIGATION_EXAMPLE = {
  id: 'STTTT:CQS-01:UBND-TINH:2025-Q1',
  agency: { code: 'STTTT', name: { vi: 'Sở Thông tin và Truyền thông' } },
  subject: { code: 'UBND-TINH', name: { vi: 'Ủy ban nhân dân tỉnh' } },
  indicator: { code: 'CQS-01', name: { vi: 'Dịch vụ công trực tuyến toàn trình' } },
  pillar: 'CQS',
  calendar: 'administrative',
  period: '2025-Q1',
  window: { from: '2024-12-15', to: '2025-03-14' },
  cutOff: '2025-03-14',
  deadline: '2025-03-18',
  deadlines: [{ tier: 'unit', date: '2025-03-18' }, { tier: 'government', date: '2025-03-25' }],
  state: 'overdue' as const,
  daysLate: 3,
  targets: ['CQS-01'],
  assignment: { id: '4677-2025.CQS-01.lead', role: 'lead' as const, person: { position: 'Phó Giám đốc Sở' } }
}

export const Obligation = shared('Obligation', strict({
  id: Type.String({ description: 'Cơ quan:chỉ tiêu:cơ quan của số liệu:kỳ. / Agency:indicator:subject:period.' }),
  agency: ref(Party, {
    description: 'Cơ quan có nghĩa vụ: cơ quan chủ trì khi số liệu là của toàn phạm vi, nếu không thì từng cơ quan ' +
      'trong phạm vi. / Who owes it: the lead where the figure is for the whole scope, else each agency of the scope.'
  }),
  takenOverFrom: Type.Optional(ref(Party, {
    description: 'Tiếp nhận từ cơ quan đã kết thúc trước hạn. / Taken over from a body that ended before the deadline.'
  })),
  subject: ref(Party, {
    description: 'Cơ quan mà số liệu phản ánh: “agency” khi gửi số liệu. / The agency the figure is for: `agency` of ' +
      'a push.'
  }),
  indicator: ref(Party),
  pillar: ref(Code),
  calendar: ref(Code),
  period: ref(PeriodCode),
  window: strict({ from: ref(CivilDate), to: ref(CivilDate) }, {
    description: 'Cả hai ngày đều thuộc kỳ. / Both days belong to it.'
  }),
  cutOff: ref(CivilDate),
  deadline: ref(CivilDate, { description: 'Hạn của đơn vị, đã tính gia hạn. / The unit\'s deadline, as extended.' }),
  deadlines: Type.Array(
    strict({
      tier: Type.String({
        description: 'Cấp: unit, province, government, … / The tier: unit, province, government, …'
      }),
      date: ref(CivilDate)
    }),
    { description: 'Hạn từng cấp theo lịch. / The deadline of every tier, by the calendar.' }
  ),
  extension: Type.Optional(strict({ id: ref(Uuid), until: ref(CivilDate) }, {
    description: 'Gia hạn đang áp dụng. / The extension in force.'
  })),
  excuse: Type.Optional(ref(Uuid, { description: 'Lần miễn báo cáo (/v1/extensions). / The excuse on record.' })),
  state,
  daysLeft: Type.Optional(Type.Integer({
    minimum: 0,
    description: 'Số ngày còn lại đến hạn, khi chưa có số liệu. / Days to the deadline, while a figure is owed.'
  })),
  daysLate: Type.Optional(Type.Integer({ minimum: 0, description: 'Số ngày đã quá hạn. / Days past the deadline.' })),
  targets: Type.Array(ref(Code), { description: 'Các mục tiêu cần số liệu này. / The targets that need it.' }),
  assignment: Type.Optional(strict({
    id: ref(Code, { description: 'Như ở /v1/assignments/{id}. / As at /v1/assignments/{id}.' }),
    role: oneOf(ROLES),
    person: Type.Optional(strict({ position: Type.String(), name: visible('person', Type.String()) }))
  }, { description: 'Phân công của cơ quan ấy. / The assignment of that agency.' })),
  explanation: Type.Optional(ref(GivenExplanation, told(
    'Vì sao số liệu thiếu hoặc muộn; không đổi trạng thái.', 'Why the figure is missing or late; the state stays.'))),
  notCounted: Type.Optional(strict({
    code: oneOf(['without_parts'], {
      description: 'without_parts: chỉ gửi tỷ lệ, trong khi chỉ tiêu cộng tử số và mẫu số (của các đơn vị hoặc các ' +
        'kỳ). / A share without its numerator and denominator, where these are added up (of members, or of periods).'
    }),
    measurement: strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) })
  }, {
    description: 'Có số liệu, nhưng mục tiêu không tính được: dù đã được chấp nhận vẫn còn phải báo cáo (due, ' +
      'overdue) đến khi gửi lại cho đúng, và không có “measurement”. Khi còn chờ duyệt, trạng thái là submitted. / ' +
      'There is a figure that the target cannot count: accepted or not, it is still owed (due, overdue) until it is ' +
      'sent as it should be, and there is no `measurement`. While it awaits review the state is submitted.'
  })),
  measurement: Type.Optional(strict({
    id: ref(Uuid),
    revision: Type.Integer({ minimum: 1 }),
    state: oneOf(STANDING_STATES),
    counts: Type.Boolean({
      description: 'Có được tính vào tình trạng của mục tiêu: đã được chấp nhận, kể cả khi sau đó bị trả lại để sửa. ' +
        '/ Whether it makes the value of a status: accepted, also while it is returned for correction.'
    }),
    late: Type.Boolean({
      description: 'Lần sửa này gửi sau hạn nêu ở “deadline”. / This revision came after the `deadline` that stands ' +
        'here.'
    }),
    reportedLate: Type.Boolean({ description: 'Lần gửi đầu tiên đã sau hạn. / So did the first report.' }),
    recordedAt: ref(Instant),
    provenance: ref(Provenance)
  }, {
    description: 'Số liệu quyết định trạng thái; của số liệu chưa được chấp nhận thì công khai chỉ có trạng thái. / ' +
      'The figure that the state is taken from; of one that is not accepted the public has the state alone.'
  }))
}, {
  description: 'Cơ quan nào phải báo cáo chỉ tiêu nào, kỳ nào, chậm nhất ngày nào: suy ra mỗi lần đọc. / Who owes ' +
    'which figure for which period by when: derived at every read.',
  examples: [OBLIGATION_EXAMPLE]
}))
export type Obligation = Static<typeof Obligation>

export const ObligationList = listOf('ObligationList', ref(Obligation), [{ data: [OBLIGATION_EXAMPLE] }])

export const GROUPS = ['agency', 'period', 'indicator', 'pillar'] as const
export const by = oneOf(GROUPS, { description: 'Nhóm theo; mặc định agency. / Grouped by; agency when absent.' })

const counted = (description: string) => Type.Integer({ minimum: 0, description })
export const COMPLETENESS_EXAMPLE = {
  by: 'agency' as const, key: 'STTTT', name: { vi: 'Sở Thông tin và Truyền thông' },
  expected: 8, notDue: 1, due: 1, submitted: 1, returned: 0, accepted: 4, overdue: 1, overdueUnexplained: 1,
  excused: 0, onTime: 4, late: 1, completeness: '0.5714'
}

export const ObligationCompleteness = shared('ObligationCompleteness', strict({
  by: oneOf(GROUPS),
  key: Type.String({ description: 'Mã của nhóm. / The code of the group.' }),
  name: Type.Optional(ref(LocalizedText)),
  expected: counted('Tổng số nghĩa vụ. / All obligations.'),
  notDue: counted('Chưa chốt kỳ. / The cut-off has not passed.'),
  due: counted('Phải gửi. / Due.'),
  submitted: counted('Chờ duyệt. / Awaiting review.'),
  returned: counted('Bị trả lại. / Returned.'),
  accepted: counted('Đã chấp nhận. / Accepted.'),
  overdue: counted('Quá hạn. / Overdue.'),
  overdueUnexplained: counted('Quá hạn mà chưa giải trình. / Overdue without an explanation.'),
  excused: counted('Được miễn. / Excused.'),
  onTime: counted('Có số liệu, lần gửi đầu đúng hạn. / Reported, the first time by the deadline.'),
  late: counted('Có số liệu, lần gửi đầu sau hạn. / Reported, the first time after the deadline.'),
  completeness: nullable(Type.String({
    pattern: '^[01]\\.[0-9]{4}$',
    description: 'Bằng accepted ÷ (expected − excused − notDue). / It is accepted ÷ (expected − excused − notDue).'
  }))
}, {
  description: 'Mức đầy đủ của một nhóm; completeness là null khi chưa có số liệu nào phải có. / How complete a ' +
    'group is; null when nothing should be there yet.',
  examples: [COMPLETENESS_EXAMPLE]
}))
export type ObligationCompleteness = Static<typeof ObligationCompleteness>

export const ObligationCompletenessList = listOf(
  'ObligationCompletenessList', ref(ObligationCompleteness), [{ data: [COMPLETENESS_EXAMPLE] }]
)

export const schemas = [Party, Obligation, ObligationList, ObligationCompleteness, ObligationCompletenessList]
