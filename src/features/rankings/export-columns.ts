import { column, named, type Column } from '../../http/columns.js'
import type { RankingRow } from './schemas.js'

type Item = NonNullable<RankingRow['items']>[number]

/** A row with what it is a row of: a file has no envelope. */
export interface RankingLine extends RankingRow {
  readonly level: string
  readonly method: { readonly code: string, readonly version: number }
  readonly on: string
  readonly asOf: string
  /** The indicator that this line is about, where the table has a line for each of them (`items=true`). */
  readonly item?: Item
}

/** A row for each of its items; an agency without any keeps its row. */
export function itemLines ({ items = [], ...row }: RankingLine): RankingLine[] {
  return items.length === 0 ? [row] : items.map(item => ({ ...row, item }))
}

const main = { isMain: true }

const agencies: readonly Column<RankingLine>[] = [
  column('rank', 'integer', 'Hạng; trống: chưa xếp hạng', 'Rank; empty: not ranked', main),
  column('tied', 'boolean', 'Cùng hạng với cơ quan khác', 'Shares its rank', main),
  column('agency.code', 'code', 'Mã cơ quan', 'Code of the agency', { ...main, width: 22 }),
  ...named<RankingLine>('agency.name', 'Tên cơ quan', 'Name of the agency').map(one => ({ ...one, ...main })),
  column(
    'score', 'decimal', 'Điểm, 0…100; xếp hạng theo số chính xác', 'Score, 0…100; ranked on the exact number', main
  ),
  column(
    'scoreOfMeasured', 'decimal', 'Điểm tính riêng trên các chỉ tiêu đã có số liệu',
    'Score over what was measured alone', main
  ),
  column('expected', 'integer', 'Số chỉ tiêu được tính', 'Indicators that count', main),
  column('measured', 'integer', 'Đã có số liệu', 'With a figure', main),
  column('met', 'integer', 'Đạt mục tiêu', 'Meeting the demand', main),
  column('notApplicable', 'integer', 'Không áp dụng', 'Not applicable'),
  column('excused', 'integer', 'Được miễn', 'Excused'),
  column('notDue', 'integer', 'Chưa đến hạn', 'Not due yet'),
  column('notComparable', 'integer', 'Không có phần riêng', 'No part of its own'),
  column(
    'missing', 'code', 'Chỉ tiêu thiếu số liệu đã quá hạn, tính là 0',
    'Indicators overdue without a figure, counted as 0', { ...main, width: 40 }
  ),
  column(
    'illustrative', 'boolean', 'Minh họa: không phải kết quả chính thức', 'Illustrative: not an official result', main
  )
]

const items: readonly Column<RankingLine>[] = [
  column('item.indicator', 'code', 'Mã chỉ tiêu', 'Code of the indicator', main),
  column('item.member', 'code', 'Thành phần của phân tổ', 'Member of a dimension', main),
  column('item.target', 'code', 'Mục tiêu được so với', 'Target it is held against', { ...main, width: 22 }),
  column('item.own', 'boolean', 'Mục tiêu của riêng cơ quan', 'The agency\'s own part'),
  column('item.period', 'code', 'Kỳ', 'Period', main),
  column('item.operator', 'code', 'Phép so sánh', 'Comparison'),
  column('item.demanded', 'decimal', 'Giá trị phải đạt', 'Value that is demanded', main),
  column(
    'item.state', 'code', 'measured, missing, not_applicable, excused, not_due, not_comparable',
    'measured, missing, not_applicable, excused, not_due, not_comparable', main
  ),
  column('item.value', 'decimal', 'Giá trị', 'Value', main),
  column('item.attainment', 'decimal', 'Mức đạt, 0…1', 'Attainment, 0…1', main),
  column('item.met', 'boolean', 'Đạt', 'Met', main),
  column('item.measurement.id', 'code', 'Định danh của số liệu', 'Id of the measurement', { width: 38 }),
  column('item.measurement.revision', 'integer', 'Lần sửa', 'Revision'),
  column('item.illustrative', 'boolean', 'Chỉ tiêu này minh họa', 'This one is illustrative')
]

const frame: readonly Column<RankingLine>[] = [
  column('level', 'code', 'Cấp', 'Level'),
  column('method.code', 'code', 'Cách xếp hạng', 'Method'),
  column('method.version', 'integer', 'Phiên bản của cách xếp hạng', 'Version of the method'),
  column('on', 'date', 'Vào ngày', 'On the day'),
  column('asOf', 'instant', 'Theo dữ liệu ghi nhận đến', 'As known at')
]

export const rankingColumns = [...agencies, ...frame]
/** With `items=true`. */
export const itemColumns = [...agencies, ...items, ...frame]
