import { column, named, type Column } from '../../http/columns.js'
import { breakdownColumn } from '../measurements/export-columns.js'
import type { IndicatorSeries } from './schemas.js'

type Point = IndicatorSeries['series'][number]['points'][number]

interface SeriesHead {
  readonly indicator: string
  readonly name: { readonly vi: string, readonly en?: string | undefined }
  readonly unit: string
  readonly view: IndicatorSeries['view']
}

/** A figure of a period, or where a target's line is at the end of one: both in one table, for a chart. */
export interface SeriesRow extends SeriesHead {
  readonly line: 'figures' | 'target'
  readonly breakdown: Readonly<Record<string, string>>
  readonly period: string
  readonly from?: string
  readonly to: string
  readonly [field: string]: unknown
}

/** The series as a table: first the figures of each break-down, then the line of each target, in the order of time. */
export function seriesRows (
  { indicator, view, unit, agency, series, targets }: IndicatorSeries, name: SeriesHead['name']
): SeriesRow[] {
  const head = { indicator, name, unit, view }
  return [
    ...series.flatMap(({ breakdown, points }) => points.map((point: Point): SeriesRow => (
      { line: 'figures', ...head, breakdown, ...point, agency: point.agency ?? agency }))),
    ...targets.flatMap(({ points, value, ...target }) => points.map((point): SeriesRow => (
      { line: 'target', ...head, breakdown: {}, ...target, demanded: value, ...point })))
  ]
}

type Of<Value> = (row: SeriesRow) => Value

const periodsIn = (value: unknown) => (value as { period: string }[] | undefined)?.map(({ period }) => period).join(' ')
const derived: Of<string | undefined> = row => periodsIn(row['derived'])

/** `decimals`: of the indicator. */
export function seriesColumns (dimensions: readonly string[], decimals: number): Column<SeriesRow>[] {
  const main = { isMain: true }
  const places = () => decimals
  return [
    column(
      'line', 'code', 'figures: số liệu của một kỳ; target: đường mục tiêu vào cuối kỳ',
      'figures: the figure of a period; target: where a target\'s line is at its end', main
    ),
    column('indicator', 'code', 'Mã chỉ tiêu', 'Code of the indicator', main),
    ...named<SeriesRow>('name', 'Tên chỉ tiêu', 'Name of the indicator'),
    column('agency', 'code', 'Cơ quan của số liệu', 'Whose figure it is', { ...main, width: 22 }),
    ...dimensions.map(code => breakdownColumn<SeriesRow>(code)),
    column('period', 'code', 'Kỳ', 'Period', main),
    column('from', 'date', 'Ngày đầu của kỳ', 'First day of the period', main),
    column('to', 'date', 'Ngày cuối của kỳ', 'Last day of the period', main),
    column('value', 'decimal', 'Giá trị', 'Value', { ...main, places }),
    column('unit', 'text', 'Đơn vị tính', 'Unit', { ...main, width: 12 }),
    column(
      'expectedValue', 'decimal', 'Đường mục tiêu: giá trị lẽ ra phải có vào cuối kỳ',
      'Target line: where the value should be at the end of the period', { ...main, places }
    ),
    column('target', 'code', 'Mã mục tiêu', 'Code of the target', { ...main, width: 22 }),
    column('plan', 'code', 'Mã kế hoạch', 'Code of the plan', { width: 22 }),
    column('operator', 'code', 'Phép so sánh', 'Comparison'),
    column('demanded', 'decimal', 'Giá trị mục tiêu', 'Value that the target demands', { places }),
    column('dueDate', 'date', 'Hạn của mục tiêu', 'Due date of the target'),
    column('numerator', 'decimal', 'Tử số', 'Numerator'),
    column('denominator', 'decimal', 'Mẫu số', 'Denominator'),
    column('quality', 'code', 'Chất lượng', 'Quality'),
    column('state', 'code', 'Trạng thái', 'State'),
    column('counts', 'boolean', 'Có được tính vào tình trạng của mục tiêu', 'Whether it makes the value of a status'),
    column('runningSum.value', 'decimal', 'Cộng dồn từ đầu năm', 'Sum since the beginning of the year', { places }),
    column('runningSum.numerator', 'decimal', 'Cộng dồn tử số', 'Sum of the numerators'),
    column('runningSum.denominator', 'decimal', 'Cộng dồn mẫu số', 'Sum of the denominators'),
    column('runningSum.missing', 'code', 'Kỳ còn thiếu trong phần cộng dồn', 'Periods that the sum lacks'),
    column(
      'derived', 'code', 'Tính từ các kỳ này, không lưu', 'Follows from these periods, and is not stored',
      { of: derived }
    ),
    column(
      'restatement.possible', 'boolean', 'Gộp được theo cơ cấu hiện nay', 'Could be restated for today\'s structure'
    ),
    column('restatement.code', 'code', 'Vì sao không gộp được', 'Why it could not be'),
    column('restatement.reason.vi', 'text', 'Vì sao không gộp được, bằng lời', 'Why it could not be, in Vietnamese'),
    column('restatement.reason.en', 'text', 'Vì sao không gộp được, bằng tiếng Anh', 'Why it could not be, in words'),
    column('measurement.id', 'code', 'Định danh của số liệu', 'Id of the measurement', { width: 38 }),
    column('measurement.revision', 'integer', 'Lần sửa', 'Revision'),
    column('provenance', 'code', 'Nguồn gốc; illustrative: minh họa', 'Provenance; illustrative: not official'),
    column(
      'view', 'code', 'Cách nối chuỗi số liệu qua các lần sắp xếp tổ chức',
      'How the line passes through reorganisations'
    )
  ]
}
