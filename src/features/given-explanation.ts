import { Type, type Static } from 'typebox'
import { EXAMPLE_IDS } from './example-ids.js'
import {
  CivilDate, Code, Instant, PeriodCode, Provenance, Uuid, oneOf, ref, shared, strict
} from '../http/schema.js'
import { EXPLANATION_KINDS } from '../domain/words.js'

/** A description in both languages. */
export const told = (vi: string, en: string) => ({ description: `${vi} / ${en}` })

const KINDS = told(
  'Của nghĩa vụ báo cáo: not_collected: có số liệu mà chưa thu thập được · not_available: chưa có số liệu để ' +
  'thu thập · ' +
  'late: sẽ gửi, hoặc đã gửi, sau hạn. Của mục tiêu: off_target: không đạt hoặc khó đạt. Của cả hai: other.',
  'Of an obligation: not_collected: it exists and was not collected · not_available: there is nothing to collect ' +
  'yet · late: it comes, or came, after the deadline. Of a target: off_target: missed, or to be. Of both: other.'
)

const text = (vi: string, en: string) => Type.String({ pattern: '\\S', maxLength: 5000, ...told(vi, en) })

/** What every form of an explanation says. */
export const explanationFields = {
  kind: oneOf(EXPLANATION_KINDS, KINDS),
  cause: text('Nguyên nhân.', 'Why.'),
  remedy: text('Biện pháp khắc phục.', 'What is done about it.'),
  dueDate: Type.Optional(ref(CivilDate, told('Khắc phục xong chậm nhất ngày này.', 'By when it is remedied.')))
}

export const EXPLANATION_EXAMPLE = {
  id: EXAMPLE_IDS.explanation,
  version: 1,
  agency: 'SO-XD',
  kind: 'not_collected' as const,
  cause: 'Phần mềm một cửa ngừng để chuyển máy chủ',
  remedy: 'Đối soát thủ công và gửi bổ sung',
  dueDate: '2099-12-31',
  provenance: 'operational' as const,
  recordedAt: '2025-09-19T02:00:00.000000Z'
}

/** The explanation as the obligation shows it. */
export const GIVEN_EXAMPLE = { ...EXPLANATION_EXAMPLE, period: '2025-Q3' }

export const NO_EXCUSE = told(
  'Giải trình không miễn nghĩa vụ: không làm thay đổi trạng thái, thời hạn hay thứ hạng.',
  'An explanation excuses nothing: no state, deadline or ranking changes.'
)

/** An explanation as it is shown where it explains something: at an obligation, in a status. */
export const GivenExplanation = shared('GivenExplanation', strict({
  id: ref(Uuid),
  version: Type.Integer({ minimum: 1 }),
  agency: ref(Code, told('Cơ quan giải trình.', 'The agency that explains.')),
  period: Type.Optional(ref(PeriodCode, told('Kỳ của số liệu; không có khi giải trình mục tiêu.', 'Of a figure.'))),
  ...explanationFields,
  provenance: ref(Provenance),
  recordedAt: ref(Instant, told('Khi phiên bản này được ghi.', 'When this version was recorded.'))
}, { ...NO_EXCUSE, examples: [GIVEN_EXAMPLE] }))
export type GivenExplanation = Static<typeof GivenExplanation>
