import { column, type Column } from '../../http/columns.js'
import type { Names } from '../names.js'
import { presentValue } from '../pushes/figure.js'
import { optional } from './present.js'
import type { MeasurementRow } from '../../world/measurements.js'
import { figureOf } from '../pushes/store.js'

type Figure = MeasurementRow

/** Undefined where they do not concern the reader. */
const codesOf = (row: Partial<Pick<Figure, 'warnings'>>) => row.warnings?.map(({ code }) => code)
const valueOf = (row: Figure) => presentValue(figureOf(row.value, row.numerator, row.denominator))

/** A break-down, whose code may have points in it. */
export function breakdownColumn<Row extends {
  breakdown: Readonly<Record<string, string>>
}> (code: string): Column<Row> {
  return column(`breakdown.${code}`, 'text', `Thành phần của phân tổ “${code}”; trống: toàn bộ`,
    `Member of the dimension "${code}"; empty: the whole`, { of: row => row.breakdown[code], width: 18 })
}

/**
 * A column for every field of a push, and what a push passes over. The reason of a revision has another name than in a
 * push: whoever changes a figure in a spreadsheet must not repeat the reason of the change before it. In a workbook,
 * which people read, the names stand beside the codes: columns with `#` are passed over by a push.
 */
export function columnsOf (dimensions: readonly string[], names?: Names): Column<Figure>[] {
  const places = (row: Figure) => names?.indicator(row.indicator)?.decimals ?? 0
  return [
    column(
      'id', 'code', 'Định danh của số liệu, không đổi qua các lần sửa',
      'Id of the measurement, the same through all revisions', { width: 38 }
    ),
    column('indicator', 'code', 'Mã chỉ tiêu', 'Code of the indicator'),
    ...names === undefined ? [] : nameOfIndicator(names),
    column('agency', 'code', 'Mã cơ quan mà số liệu phản ánh', 'Code of the agency the figure is for', { width: 22 }),
    ...names === undefined ? [] : nameOfAgency(names),
    column(
      'period', 'code', 'Kỳ báo cáo: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06',
      'Period: 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06'
    ),
    ...dimensions.map(code => breakdownColumn<Figure>(code)),
    column(
      'value', 'decimal', 'Giá trị; của tỷ lệ: tính từ tử số và mẫu số; trống: không áp dụng',
      'The value; of a ratio it is computed from numerator and denominator; empty: not applicable',
      { of: valueOf, places }
    ),
    column('numerator', 'decimal', 'Tử số', 'The numerator'),
    column('denominator', 'decimal', 'Mẫu số', 'The denominator'),
    column(
      'quality', 'code', 'Chất lượng: estimate (ước tính), provisional (sơ bộ), official (chính thức)',
      'Quality: estimate, provisional, official'
    ),
    column('note', 'text', 'Ghi chú', 'Note'),
    column('evidence', 'text', 'Địa chỉ tài liệu minh chứng', 'Address of the evidence'),
    column('observedAt', 'instant', 'Lúc quan sát', 'When it was observed'),
    column(
      'state', 'code',
      'Trạng thái: submitted (chờ duyệt), accepted (đã chấp nhận), returned (bị trả lại), withdrawn (đã rút)',
      'State: submitted, accepted, returned, withdrawn'
    ),
    column('revision', 'integer', 'Lần sửa', 'Revision'),
    column(
      'revisionReason', 'text', 'Lý do của lần sửa này; muốn sửa tiếp phải thêm cột reason',
      'Reason of this revision; a further change needs a column `reason`', { of: row => row.reason }
    ),
    column('late', 'boolean', 'Gửi sau hạn', 'Pushed after the deadline'),
    column('client', 'text', 'Hệ thống đã gửi (client)', 'The client that pushed it', { visibleTo: 'origin' }),
    column('submission', 'code', 'Lần gửi', 'The submission', { width: 38, visibleTo: 'origin' }),
    column('externalId', 'text', 'Mã dòng của bên gửi', 'The pusher\'s own id of the row', { visibleTo: 'origin' }),
    column('recordedAt', 'instant', 'Lúc được ghi', 'When it was recorded'),
    column('warnings', 'code', 'Mã các cảnh báo', 'Codes of the warnings', {
      of: row => codesOf(row)?.join(' '), visibleTo: 'advice'
    }),
    column(
      'provenance', 'code', 'Nguồn gốc; illustrative: minh họa, không phải số liệu chính thức',
      'Provenance; illustrative: a demonstration, not official'
    )
  ]
}

export function nameOfIndicator<Row extends { indicator: string }> (names: Names): Column<Row>[] {
  const of = (row: Row) => names.indicator(row.indicator)
  return [
    column(
      '#indicatorName.vi', 'text', 'Tên chỉ tiêu (tiếng Việt)', 'Name of the indicator (Vietnamese)',
      { of: row => of(row)?.name.vi, width: 45 }
    ),
    column(
      '#indicatorName.en', 'text', 'Tên chỉ tiêu (tiếng Anh)', 'Name of the indicator (English)',
      { of: row => of(row)?.name.en, width: 30 }
    ),
    column('#unit', 'text', 'Đơn vị tính', 'The unit', { of: row => of(row)?.unit, width: 12 })
  ]
}

export function nameOfAgency<Row extends { agency: string }> (names: Names): Column<Row>[] {
  const of = (row: Row) => names.agency(row.agency)
  return [
    column(
      '#agencyName.vi', 'text', 'Tên cơ quan (tiếng Việt)', 'Name of the agency (Vietnamese)',
      { of: row => of(row)?.vi, width: 35 }
    ),
    column(
      '#agencyName.en', 'text', 'Tên cơ quan (tiếng Anh)', 'Name of the agency (English)', { of: row => of(row)?.en }
    )
  ]
}

/** The same fields; what is not there is left out. */
export function toLine (row: Figure): object {
  return {
    id: row.id,
    indicator: row.indicator,
    agency: row.agency,
    period: row.period,
    breakdown: row.breakdown,
    ...optional('value', valueOf(row)),
    ...optional('numerator', row.numerator),
    ...optional('denominator', row.denominator),
    quality: row.quality,
    ...optional('note', row.note),
    ...optional('evidence', row.evidence),
    ...optional('observedAt', row.observedAt),
    state: row.state,
    revision: row.revision,
    ...optional('revisionReason', row.reason),
    late: row.late,
    client: row.client,
    submission: row.submission,
    ...optional('externalId', row.externalId),
    recordedAt: row.recordedAt,
    ...optional('warnings', codesOf(row)),
    provenance: row.provenance
  }
}
