import { Type, type Static } from 'typebox'
import {
  CivilDate, Code, CodeOrIdentifier, Instant, PeriodCode, Provenance, Uuid, listOf, nullable, oneOf, patchOf, ref,
  shared, strict
} from '../../http/schema.js'
import { visible } from '../../http/sight.js'
import { reason, unquotedProvenance } from '../fields.js'
import { EXPLANATION_EXAMPLE, explanationFields, GivenExplanation, NO_EXCUSE, told } from '../given-explanation.js'

const STATES = ['standing', 'withdrawn'] as const
export const state = oneOf(STATES, told('standing: còn hiệu lực · withdrawn: đã rút.', 'It stands, or was withdrawn.'))
export const { kind } = explanationFields

const { id, version, agency, provenance, recordedAt, ...words } = EXPLANATION_EXAMPLE
const owed = { indicator: 'CQS-02', agency, period: '2025-Q3' }
const offTarget = {
  target: '4677-2025.KTS-04',
  agency: 'SO-CT',
  kind: 'off_target' as const,
  cause: 'Hộ kinh doanh nhỏ chưa dùng nền tảng số',
  remedy: 'Tập huấn tại chợ và cụm công nghiệp',
  dueDate: '2099-12-31'
}

const obligationInput = strict({
  indicator: ref(Code),
  agency: ref(CodeOrIdentifier, told(
    'Cơ quan có nghĩa vụ, như “agency” của /v1/obligations.', 'Who owes it: `agency` of /v1/obligations.')),
  period: ref(PeriodCode),
  subject: Type.Optional(ref(CodeOrIdentifier, told(
    'Cơ quan mà số liệu phản ánh; cần khi cơ quan phải báo cáo nhiều số liệu của cùng chỉ tiêu và kỳ.',
    'Whom the figure is for; needed where the agency owes several of the indicator and period.')))
}, told('Số liệu phải gửi.', 'The figure that is owed.'))

export const ExplanationInput = shared('ExplanationInput', strict({
  obligation: Type.Optional(obligationInput),
  target: Type.Optional(ref(Code, told(
    'Mục tiêu; hoặc “obligation”, không cả hai.', 'The target; or `obligation`, not both.'))),
  agency: Type.Optional(ref(CodeOrIdentifier, told(
    'Chỉ cùng “target”; không nêu: cơ quan chủ trì. Với mục tiêu “each”, cũng có thể là một thành phần.',
    'With `target` only; its lead when absent. Of a target for `each` it may be a member too.'))),
  ...explanationFields,
  provenance: Type.Optional(unquotedProvenance)
}, {
  ...told(
    'Vì sao số liệu thiếu hoặc muộn, hoặc mục tiêu không đạt.', 'Why a figure is missing or late, or a target missed.'),
  examples: [{ obligation: owed, ...words }, offTarget]
}))
export type ExplanationInput = Static<typeof ExplanationInput>

export const ExplanationPatch = shared('ExplanationPatch', patchOf({
  ...explanationFields,
  dueDate: nullable(ref(CivilDate)),
  provenance: unquotedProvenance
}, {
  ...told('Ghi một phiên bản mới.', 'It makes a new version.'),
  examples: [{ remedy: 'Gửi bổ sung cùng kỳ sau', dueDate: '2099-12-31' }]
}))
export type ExplanationPatch = Static<typeof ExplanationPatch>

export const ExplanationWithdrawal = shared('ExplanationWithdrawal', strict({ reason }, {
  ...told(
    'Từ lúc ghi nhận không còn hiệu lực; các phiên bản vẫn đọc được.',
    'It stands no more from its recording on; its versions can still be read.'),
  examples: [{ reason: 'Số liệu đã gửi' }]
}))

const whole = {
  id,
  obligation: { ...owed, subject: agency },
  indicator: owed.indicator,
  agency,
  ...words,
  state: 'standing' as const,
  version,
  provenance,
  recordedAt
}

export const Explanation = shared('Explanation', strict({
  id: ref(Uuid),
  obligation: Type.Optional(strict({
    indicator: ref(Code), agency: ref(Code), subject: ref(Code), period: ref(PeriodCode)
  }, told(
    'Số liệu phải gửi; “agency” là cơ quan phải báo cáo số liệu lúc giải trình.',
    'The figure owed; `agency` owed it when it was explained.'))),
  target: Type.Optional(ref(Code)),
  indicator: ref(Code),
  agency: ref(Code, told('Cơ quan giải trình.', 'The agency that explains.')),
  ...explanationFields,
  state,
  withdrawalReason: Type.Optional(reason),
  version: Type.Integer({ minimum: 1, ...told('Tăng 1 sau mỗi lần thay đổi.', 'Grows by one with every change.') }),
  provenance: ref(Provenance),
  client: visible('speaker', Type.String(told('Client đã ghi.', 'The client that recorded it.'))),
  recordedAt: ref(Instant, told('Khi phiên bản này được ghi.', 'When this version was recorded.'))
}, { ...NO_EXCUSE, examples: [whole] }))
export type Explanation = Static<typeof Explanation>

export const ExplanationList = listOf('ExplanationList', ref(Explanation), [{ data: [whole] }])

export const schemas = [
  GivenExplanation, ExplanationInput, ExplanationPatch, ExplanationWithdrawal, Explanation, ExplanationList
]
