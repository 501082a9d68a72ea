import { Type, type Static } from 'typebox'
import { EXAMPLE_IDS } from '../example-ids.js'
import { Code, Decimal, Instant, ShownDecimal, WebAddress, oneOf, ref, shared, strict } from '../../http/schema.js'
import type { ReviewCode, RowCode, RowWarningCode, ScopeCode } from './row-codes.js'
import { QUALITIES } from '../../domain/words.js'

export const MEASUREMENT_ID = EXAMPLE_IDS.measurement
export const SUBMISSION_ID = EXAMPLE_IDS.submission

export const Breakdown = Type.Unsafe<Record<string, string>>({
  type: 'object',
  maxProperties: 3,
  propertyNames: { type: 'string', minLength: 1, maxLength: 64 },
  additionalProperties: { type: 'string', minLength: 1, maxLength: 64 },
  description: 'Phân tổ: nhiều nhất ba cặp { phân tổ: thành phần }; không nêu: toàn bộ. / At most three dimension: ' +
    'member pairs; absent = the whole.'
})

const rowFields = {
  itemId: Type.Optional(Type.String({
    minLength: 1, maxLength: 128,
    description: 'Mã dòng của bên gửi; trả lại trong kết quả. / The pusher\'s own id of the row; comes back in its ' +
      'outcome.'
  })),
  indicator: Type.String({ minLength: 1, maxLength: 64, description: 'Mã chỉ tiêu. / Code of the indicator.' }),
  agency: Type.String({
    minLength: 1, maxLength: 200,
    description: 'Cơ quan mà số liệu phản ánh: mã, hoặc scheme:value. / The agency the figure is for: its code, or ' +
      'scheme:value.'
  }),
  period: Type.String({
    minLength: 1, maxLength: 16,
    description: 'Kỳ báo cáo thuộc loại kỳ của chỉ tiêu: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06. / A period of the ' +
      'indicator\'s frequency.'
  }),
  breakdown: Type.Optional(Breakdown),
  value: Type.Optional(ref(ShownDecimal, {
    description: 'Giá trị, không quá số chữ số thập phân của chỉ tiêu; hoặc gửi numerator và denominator, khi đó ' +
      'value chỉ để đối chiếu. / ' +
      'The value, with no more decimals than the indicator takes; or send numerator and denominator, beside which it ' +
      'is only compared.'
  })),
  numerator: Type.Optional(ref(Decimal, {
    description: 'Tử số; tỷ lệ do hệ thống tính. / The server computes the ratio.'
  })),
  denominator: Type.Optional(ref(Decimal, {
    description: 'Mẫu số; 0 nghĩa là “không áp dụng”. / 0 means "not applicable".'
  })),
  quality: Type.Optional(oneOf(QUALITIES, { description: 'Không nêu: official. / Absent = official.' })),
  note: Type.Optional(Type.String({
    minLength: 1, maxLength: 2000,
    description: 'Khác với ghi chú đã lưu mà không có lý do mới thì không tạo lần sửa. / Another note than the ' +
      'stored one makes no revision without a new reason.'
  })),
  evidence: Type.Optional(ref(WebAddress, {
    description: 'Bổ sung khi chưa có thì tạo lần sửa; thay bằng địa chỉ khác phải có lý do mới. / Where none is ' +
      'stored it makes a revision; in the place of another one only with a new reason.'
  })),
  observedAt: Type.Optional(ref(Instant, {
    description: 'Lúc quan sát; số liệu cũ hơn không thay được số liệu mới hơn. Chữ số thập phân của giây sau số thứ ' +
      'sáu bị cắt. / When it was observed: an older observation never replaces a newer one. Decimals of a second ' +
      'beyond the sixth are cut.'
  })),
  reason: Type.Optional(Type.String({
    minLength: 1, maxLength: 2000, description: 'Bắt buộc khi sửa một số liệu đã được chấp nhận, hoặc báo cáo lại số ' +
      'liệu đã bị rút. / ' +
    'Required when a figure that was accepted changes, or one that was withdrawn is reported again.'
  }))
}
export const ROW_EXAMPLE = {
  itemId: 'bc-2025-q3-0007', indicator: 'XHS-07', agency: 'UBND-PHAN-THIET', period: '2025-Q3', numerator: '96642',
  denominator: '165200', quality: 'official', observedAt: '2025-09-16T08:30:00+07:00',
  reason: 'Bổ sung số liệu của hai phường'
}

export const MeasurementInput = shared('MeasurementInput', strict(rowFields, {
  description: 'Một số liệu được gửi lên. / A measurement as it is pushed.', examples: [ROW_EXAMPLE]
}))
export type MeasurementInput = Static<typeof MeasurementInput>

export const RowInput = shared('RowInput', strict({
  action: Type.Optional(oneOf(['withdraw'], {
    description: 'Không nêu: báo cáo số liệu. withdraw: rút số liệu, phải có “reason”; không nêu giá trị thì rút hết ' +
      'những gì đang có, ' +
      'nêu giá trị thì rút đúng lần sửa có giá trị ấy. Các trường khác được phép có nhưng không xét. / ' +
      'Absent: the figure is reported. withdraw: it is withdrawn, with a `reason`; without a value all that stands ' +
      'goes, ' +
      'with the value the revision that says so. Other fields may be there and are not looked at.'
  })),
  ...rowFields
}, {
  description: 'Một dòng của lần gửi: báo cáo một số liệu, hoặc rút số liệu ấy. / A row of a push: it reports a ' +
    'figure, or withdraws it.',
  examples: [ROW_EXAMPLE]
}))

/** A reference to a schema of codes.ts. */
const codeRef = <Code extends string>(name: string) => Type.Unsafe<Code>({ $ref: `${name}#` })
const told = {
  pointer: Type.String({ description: 'RFC 6901, trong dòng hoặc mục. / Within the row or item.' }),
  detail: Type.String({ description: 'Mô tả bằng lời cho người đọc. / Said to a person.' })
}
const ofARow = {
  ...told,
  rule: Type.Optional(strict({ code: ref(Code), version: Type.Integer({ minimum: 1 }) }, {
    description: 'Quy tắc chất lượng đã nêu điều này, ở phiên bản ấy. / The quality rule that said it, in that version.'
  }))
}
export const RowProblem = shared('RowProblem', strict({ ...ofARow, code: codeRef<RowCode | ScopeCode>('RowCode') }, {
  description: 'Một lỗi của một dòng. / A fault of a row.'
}))
export const RowWarning = shared('RowWarning', strict({ ...ofARow, code: codeRef<RowWarningCode>('RowWarningCode') }, {
  description: 'Một cảnh báo hoặc lưu ý về một dòng được nhận. / A warning or a notice of a row that is let in.'
}))
export const ReviewProblem = shared('ReviewProblem', strict({ ...told, code: codeRef<ReviewCode>('ReviewCode') }, {
  description: 'Vì sao một quyết định bị từ chối. / Why a decision is refused.'
}))
