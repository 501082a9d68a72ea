import type { FaultCode, Faults } from '../../http/fault-codes.js'

/**
 * The one registry of what is said of a row, and of a decision on a figure: the document lists the codes from here
 * (codes.ts), the page for those who integrate and the tests are held to it (test/contract/docs.test.ts).
 */

/** Why a row is rejected that could be read: what its catalogue, its calendar and what is stored say. */
export const rowFaults = {
  unknown_indicator: ['không có chỉ tiêu này', 'there is no such indicator'],
  unknown_agency: ['không có cơ quan này', 'there is no such agency'],
  agency_entered_in_error: ['cơ quan này đã bị ghi nhầm', 'the agency was entered in error'],
  unknown_period: ['không phải mã của một kỳ', 'not the code of a period'],
  unknown_dimension: ['không có phân tổ này', 'there is no such dimension'],
  unknown_member: ['phân tổ không có thành phần này', 'the dimension has no such member'],
  value_required: ['cần giá trị, hoặc tử số và mẫu số', 'a value, or numerator and denominator, is needed'],
  numerator_required: ['có mẫu số mà thiếu tử số', 'a denominator without its numerator'],
  denominator_required: ['có tử số mà thiếu mẫu số', 'a numerator without its denominator'],
  numerator_not_allowed: ['chỉ tiêu không phải tỷ lệ', 'the indicator is not a ratio'],
  too_many_decimals: ['quá nhiều chữ số thập phân', 'more decimals than the indicator takes'],
  value_out_of_range: ['ngoài giới hạn của chỉ tiêu', 'outside the bounds of the indicator'],
  numerator_exceeds_denominator: ['tử số lớn hơn mẫu số', 'the numerator exceeds the denominator'],
  ratio_mismatch: ['giá trị không bằng tử số trên mẫu số', 'the value is not numerator over denominator'],
  period_mismatch: ['chỉ tiêu không báo cáo theo loại kỳ này', 'not the frequency of the indicator'],
  period_not_open: ['kỳ chưa bắt đầu', 'the period has not begun'],
  period_locked: ['kỳ đã khóa', 'the period is locked'],
  agency_not_valid_in_period: ['cơ quan không tồn tại trong kỳ', 'the agency did not exist in the period'],
  agency_not_in_scope: [
    'không mục tiêu nào của chỉ tiêu gồm cơ quan này', 'no target of the indicator has this agency'
  ],
  not_assigned: ['client này không được báo cáo số liệu này', 'this client may not report the figure'],
  observed_before_period: ['“observedAt” trước ngày kỳ bắt đầu', '`observedAt` is before the period began'],
  observed_in_future: ['“observedAt” chưa tới', '`observedAt` has not come yet'],
  stale_observation: ['“observedAt” cũ hơn số liệu đã lưu', '`observedAt` is older than what is stored'],
  reason_required: ['cần lý do', 'a reason is needed'],
  figure_changed: ['số liệu cần rút nay đã khác', 'the figure to withdraw has changed'],
  unknown_measurement: ['không có số liệu này', 'there is no such figure'],
  duplicate_row: ['trùng với một dòng ở trên', 'an earlier row is about the same figure'],
  outside_scope: ['ngoài phạm vi', 'outside the scope'],
  quality_rule: ['trái một quy tắc chất lượng; xem “rule”', 'against a quality rule; see `rule`']
} as const satisfies Faults

/** Why a push that replaces a scope may not withdraw what its file leaves out. */
export const scopeFaults = {
  too_many_withdrawals: ['tệp bỏ ra quá nhiều số liệu', 'the file leaves out too many figures'],
  not_assigned: rowFaults.not_assigned,
  period_locked: rowFaults.period_locked
} as const satisfies Faults

/** Faults of form that one row can have by itself: the others make the whole push 400. */
export const ROW_FORM_FAULTS = [
  'required', 'unknown_field', 'wrong_type', 'not_one_of', 'too_short', 'too_long', 'too_many', 'not_a_decimal',
  'not_an_instant', 'not_a_web_address', 'nul_character', 'control_character', 'bidi_control', 'lone_surrogate',
  'invalid_utf8', 'not_json', 'not_an_object',
  'duplicate_key', 'forbidden_key', 'too_deep', 'number_out_of_range', 'wrong_cell_count', 'stray_quote',
  'text_after_quote', 'hidden_row', 'formula_cell', 'error_cell', 'boolean_cell', 'date_cell',
  'percent_cell', 'scaled_cell', 'formatted_number', 'inexact_number'
] as const satisfies readonly FaultCode[]

/** Warnings of a row that is let in: it may be wrong, and is `submitted` whatever the indicator's review policy. */
export const reviewWarnings = {
  quality_rule: ['trái một quy tắc chất lượng: chờ duyệt', 'against a quality rule: it awaits review'],
  period_contradiction: ['mâu thuẫn với số liệu kỳ khác: chờ duyệt', 'contradicts another period: it awaits review'],
  magnitude_changed: [
    'chênh lệch quá lớn so với trước: chờ duyệt', 'of another magnitude than before: it awaits review'
  ],
  thousands_mark: ['dấu chấm có thể ngăn hàng nghìn: chờ duyệt', 'the point may be a thousands mark: it awaits review'],
  observed_early: ['quan sát trong những ngày đầu kỳ: chờ duyệt', 'observed in the period\'s first days: awaits review']
} as const satisfies Faults

/** Notices of a row that is let in: they inform, and change nothing else. */
export const rowNotices = {
  observed_long_after: ['quan sát rất lâu sau kỳ', 'observed long after the period'],
  without_parts: ['chỉ có tỷ lệ: không được cộng', 'a share without its parts: it is not added up'],
  agency_ended: [
    'cơ quan kết thúc trước khi hết kỳ: không được tính', 'the agency ended before the period did: not counted'
  ],
  agency_not_counted: ['không mục tiêu nào lấy số của cơ quan này', 'no target takes figures of this agency'],
  period_not_asked: ['không mục tiêu nào cần kỳ này', 'no target asks for this period'],
  breakdown_missing: ['mục tiêu cần số liệu theo phân tổ', 'the targets ask for figures by a dimension']
} as const satisfies Faults

/** What a row can be told although it is let in. */
export const rowWarnings = { ...reviewWarnings, ...rowNotices }

export const awaitsReview = ({ code }: { readonly code: string }): boolean => Object.hasOwn(reviewWarnings, code)

/** Why a decision of a reviewer, or a withdrawal, is refused. */
export const reviewFaults = {
  unknown_measurement: rowFaults.unknown_measurement,
  duplicate_review: ['trùng với một mục ở trên', 'an earlier item is about the same figure'],
  own_measurement: ['số liệu do chính client này gửi', 'the same client pushed the figure'],
  revision_changed: ['lần sửa hiện hành đã khác', 'another revision stands by now'],
  not_pending: ['lần sửa không chờ duyệt', 'the revision does not await review'],
  comment_required: ['trả lại phải nêu lý do', 'a figure is returned only with a comment'],
  already_withdrawn: ['lần sửa đã được rút', 'the revision has been withdrawn'],
  period_locked: rowFaults.period_locked
} as const satisfies Faults

export type RowCode = keyof typeof rowFaults
export type ScopeCode = keyof typeof scopeFaults
export type RowWarningCode = keyof typeof rowWarnings
export type ReviewCode = keyof typeof reviewFaults

declare module '../../http/fault-codes.js' {
  interface FaultCatalogues { rows: typeof rowFaults, scope: typeof scopeFaults, reviews: typeof reviewFaults }
}
