import { Type, type Static } from 'typebox'
import { Code, Decimal, Instant, PeriodCode, Provenance, Uuid, WebAddress, listOf, nullable, oneOf, ref, shared, strict } from '../../http/schema.js'

export const QUALITIES = ['estimate', 'provisional', 'official'] as const
export const STATES = ['submitted', 'accepted', 'returned', 'superseded', 'withdrawn'] as const
const ID = '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'
const SUBMISSION = '0197c2f4-6bff-7c3d-8a51-0f6f4f2f9b11'

const Breakdown = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: 3,
  propertyNames: { type: 'string', minLength: 1, maxLength: 64 },
  additionalProperties: { type: 'string', minLength: 1, maxLength: 64 },
  description: 'Phân tổ: nhiều nhất ba cặp { phân tổ: thành viên }; vắng = toàn bộ. / At most three dimension: member pairs; absent = the whole.'
})

const rowFields = {
  itemId: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: 'Mã dòng của hệ thống gửi; trả lại trong kết quả. / The pusher\'s own id of the row; comes back in its outcome.' })),
  indicator: Type.String({ minLength: 1, maxLength: 64, description: 'Mã chỉ tiêu. / Code of the indicator.' }),
  agency: Type.String({ minLength: 1, maxLength: 200, description: 'Cơ quan mà số liệu nói về: mã, hoặc scheme:value. / The agency the figure is for: its code, or scheme:value.' }),
  period: Type.String({ minLength: 1, maxLength: 16, description: 'Kỳ báo cáo theo tần suất của chỉ tiêu: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06. / A period of the indicator\'s frequency.' }),
  breakdown: Type.Optional(Breakdown),
  value: Type.Optional(ref(Decimal, { description: 'Giá trị; hoặc gửi numerator và denominator. / The value; or send numerator and denominator.' })),
  numerator: Type.Optional(ref(Decimal, { description: 'Tử số; tỷ lệ do hệ thống tính. / The server computes the ratio.' })),
  denominator: Type.Optional(ref(Decimal, { description: 'Mẫu số; 0 nghĩa là “không áp dụng”. / 0 means "not applicable".' })),
  quality: Type.Optional(oneOf(QUALITIES, { description: 'Vắng = official. / Absent = official.' })),
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  evidence: Type.Optional(ref(WebAddress)),
  observedAt: Type.Optional(ref(Instant, { description: 'Lúc quan sát; số liệu cũ hơn không thay được số liệu mới hơn. / When it was observed: an older observation never replaces a newer one.' })),
  reason: Type.Optional(Type.String({ minLength: 1, maxLength: 2000, description: 'Bắt buộc khi sửa một số liệu đã được chấp nhận. / Required when a figure that was accepted changes.' }))
}
const ROW_EXAMPLE = { itemId: 'bc-2025-q3-0007', indicator: 'XHS-07', agency: 'UBND-BINH-THUAN', period: '2025-Q3', numerator: '501000', denominator: '1000000', quality: 'official', observedAt: '2025-09-15T08:30:00+07:00', reason: 'Bổ sung số liệu của hai huyện' }

export const MeasurementInput = shared('MeasurementInput', strict(rowFields, {
  description: 'Một số liệu được gửi lên. / A measurement as it is pushed.', examples: [ROW_EXAMPLE]
}))
export type MeasurementInput = Static<typeof MeasurementInput>

export const RowProblem = shared('RowProblem', strict({
  pointer: Type.String({ description: 'RFC 6901, trong dòng. / Within the row.' }),
  code: Type.String(),
  detail: Type.String(),
  rule: Type.Optional(strict({ code: ref(Code), version: Type.Integer({ minimum: 1 }) }, { description: 'Quy tắc chất lượng đã nêu điều này, ở phiên bản ấy. / The quality rule that said it, in that version.' }))
}, { description: 'Một lỗi hoặc cảnh báo của một dòng. / A fault or a warning of a row.' }))

export const Measurement = shared('Measurement', strict({
  id: ref(Uuid, { description: 'Không đổi qua các lần sửa. / The same through all revisions.' }),
  indicator: ref(Code),
  agency: ref(Code),
  period: ref(PeriodCode),
  breakdown: Breakdown,
  value: nullable(ref(Decimal, { description: 'Tỷ lệ được tính từ tử số và mẫu số, tới 12 chữ số thập phân; null = không áp dụng. / A ratio is computed, to 12 decimals; null = not applicable.' })),
  numerator: Type.Optional(ref(Decimal)),
  denominator: Type.Optional(ref(Decimal)),
  quality: oneOf(QUALITIES),
  note: Type.Optional(Type.String()),
  evidence: Type.Optional(Type.String()),
  observedAt: Type.Optional(ref(Instant)),
  state: oneOf(STATES),
  revision: Type.Integer({ minimum: 1 }),
  reason: Type.Optional(Type.String()),
  late: Type.Boolean({ description: 'Gửi sau hạn của đơn vị. / Pushed after the unit\'s deadline.' }),
  source: strict({ client: Type.String(), submission: ref(Uuid), externalId: Type.Optional(Type.String()) }),
  recordedAt: ref(Instant),
  warnings: Type.Array(ref(RowProblem)),
  provenance: ref(Provenance)
}, {
  description: 'Số liệu, ở một lần sửa. / A measurement, at one revision.',
  examples: [{
    id: ID, indicator: 'XHS-07', agency: 'UBND-BINH-THUAN', period: '2025-Q3', breakdown: {}, value: '50.1', numerator: '501000', denominator: '1000000', quality: 'official',
    observedAt: '2025-09-15T01:30:00.000000Z', state: 'accepted', revision: 2, reason: 'Bổ sung số liệu của hai huyện', late: false,
    source: { client: 'demo', submission: SUBMISSION, externalId: 'bc-2025-q3-0007' }, recordedAt: '2025-09-15T02:00:00.123456Z', warnings: [], provenance: 'operational'
  }]
}))
export type Measurement = Static<typeof Measurement>
const MEASUREMENT_EXAMPLE = (Measurement as unknown as { examples: unknown[] }).examples[0]
export const MeasurementList = listOf('MeasurementList', ref(Measurement), [{ data: [MEASUREMENT_EXAMPLE] }])

export const SubmissionInput = shared('SubmissionInput', strict({
  mode: Type.Optional(oneOf(['atomic', 'partial'], { description: 'Vắng = atomic. atomic: một dòng lỗi thì không ghi gì; partial: ghi các dòng đúng. / Absent = atomic. atomic: one bad row and nothing is written; partial: the good rows are.' })),
  rows: Type.Array(ref(MeasurementInput), { minItems: 1, maxItems: 5000 })
}, { description: 'Một lần gửi tới 5.000 số liệu. / A push of up to 5,000 measurements.', examples: [{ mode: 'partial', rows: [ROW_EXAMPLE] }] }))

export const SubmissionRow = shared('SubmissionRow', strict({
  position: Type.Integer({ minimum: 0, description: 'Thứ tự trong lần gửi, từ 0. / Place in the push, from 0.' }),
  itemId: Type.Optional(Type.String()),
  outcome: oneOf(['created', 'revised', 'unchanged', 'rejected', 'not_written'], { description: 'not_written: dòng đúng trong một lần gửi atomic bị dòng khác chặn. / A row without fault in an atomic push that another row stopped.' }),
  indicator: Type.String(),
  agency: Type.String(),
  period: Type.String(),
  measurement: Type.Optional(strict({ id: ref(Uuid), revision: Type.Integer({ minimum: 1 }) })),
  problems: Type.Array(ref(RowProblem)),
  warnings: Type.Array(ref(RowProblem))
}, {
  description: 'Kết quả của một dòng. / What became of a row.',
  examples: [{ position: 0, itemId: 'bc-2025-q3-0007', outcome: 'revised', indicator: 'XHS-07', agency: 'UBND-BINH-THUAN', period: '2025-Q3', measurement: { id: ID, revision: 2 }, problems: [], warnings: [] }]
}))
const ROW_OUTCOME_EXAMPLE = (SubmissionRow as unknown as { examples: unknown[] }).examples[0]
export const SubmissionRowList = listOf('SubmissionRowList', ref(SubmissionRow), [{ data: [ROW_OUTCOME_EXAMPLE] }])

const count = () => Type.Integer({ minimum: 0 })
const submissionFields = {
  id: nullable(ref(Uuid, { description: 'null sau dryRun: không có gì được ghi. / null after a dry run: nothing was written.' })),
  client: Type.String(),
  mode: oneOf(['atomic', 'partial']),
  dryRun: Type.Boolean(),
  state: oneOf(['completed', 'rejected']),
  counts: strict({ received: count(), created: count(), revised: count(), unchanged: count(), rejected: count(), warned: count() }),
  recordedAt: nullable(ref(Instant)),
  rows: nullable(Type.String({ format: 'uri', description: 'Địa chỉ của kết quả mọi dòng. / Where the outcome of every row is.' }))
}
const SUBMISSION_EXAMPLE = { id: SUBMISSION, client: 'demo', mode: 'partial', dryRun: false, state: 'completed', counts: { received: 1, created: 0, revised: 1, unchanged: 0, rejected: 0, warned: 0 }, recordedAt: '2025-09-15T02:00:00.123456Z', rows: `https://registry.example.vn/v1/submissions/${SUBMISSION}/rows` }
export const Submission = shared('Submission', strict(submissionFields, { description: 'Một lần gửi. / A push.', examples: [SUBMISSION_EXAMPLE] }))
export const SubmissionList = listOf('SubmissionList', ref(Submission), [{ data: [SUBMISSION_EXAMPLE] }])
export const SubmissionReceipt = shared('SubmissionReceipt', strict({
  ...submissionFields,
  exceptions: Type.Array(ref(SubmissionRow), { maxItems: 5000, description: 'Tới 1.000 dòng đầu bị từ chối hoặc có cảnh báo; sau dryRun: mọi dòng. / The first 1,000 rows that are not plain successes; after a dry run every row.' })
}, { description: 'Biên nhận của một lần gửi. / The receipt of a push.', examples: [{ ...SUBMISSION_EXAMPLE, exceptions: [] }] }))

export const measurementQuery = {
  indicator: Type.Optional(ref(Code, { description: 'Mã chỉ tiêu. / Code of the indicator.' })),
  agency: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Mã, hoặc scheme:value. / Code, or scheme:value.' })),
  withSubtree: Type.Optional(Type.Boolean({ description: 'true: cả các cơ quan dưới “agency”, kể cả đã kết thúc. / true: also the agencies below `agency`, those that have ended too.' })),
  period: Type.Optional(ref(PeriodCode, { description: 'Đúng kỳ này. / Exactly this period.' })),
  year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2199, description: 'Năm của kỳ. / The year of the period.' })),
  state: Type.Optional(oneOf(STATES, { description: 'Trạng thái của lần sửa đang có hiệu lực; submitted: hàng chờ duyệt. / State of the revision that stands; submitted: what awaits review.' })),
  quality: Type.Optional(oneOf(QUALITIES, { description: 'Chất lượng số liệu. / Quality of the figure.' })),
  provenance: Type.Optional(ref(Provenance, { description: 'Nguồn gốc. / Where it comes from.' })),
  client: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: 'Hệ thống đã gửi. / The client that pushed it.' })),
  submission: Type.Optional(ref(Uuid, { description: 'Lần gửi đã ghi nó. / The submission that wrote it.' }))
}

export const measurementSchemas = [MeasurementInput, RowProblem, Measurement, MeasurementList, SubmissionInput, SubmissionRow, SubmissionRowList, Submission, SubmissionList, SubmissionReceipt]
