import { column, named, type Column } from '../../http/columns.js'
import type { Indicator } from './schemas.js'

const main = { isMain: true }

function texts (name: string, vi: string, en: string): Column<Indicator>[] {
  return named<Indicator>(name, vi, en).map(one => ({ ...one, width: 60 }))
}

function part (name: 'numerator' | 'denominator', vi: string, en: string): Column<Indicator>[] {
  return [
    ...named<Indicator>(name, vi, en),
    column(`${name}.unit`, 'text', `${vi}: đơn vị`, `${en}: unit`, { width: 14 }),
    column(`${name}.decimals`, 'integer', `${vi}: số chữ số thập phân`, `${en}: decimals`),
    column(`${name}.minimum`, 'decimal', `${vi}: nhỏ nhất`, `${en}: least`),
    column(`${name}.maximum`, 'decimal', `${vi}: lớn nhất`, `${en}: greatest`)
  ]
}

export const indicatorColumns: readonly Column<Indicator>[] = [
  column('code', 'code', 'Mã chỉ tiêu', 'Code of the indicator', main),
  ...named<Indicator>('name', 'Tên chỉ tiêu', 'Name of the indicator').map(one => ({ ...one, ...main, width: 50 })),
  column('pillar', 'code', 'Mã nhóm chỉ tiêu', 'Code of the pillar', main),
  column('unit', 'text', 'Đơn vị tính', 'Unit', { ...main, width: 15 }),
  column(
    'valueKind', 'code', 'ratio: tỷ lệ; number: số; count: số đếm; growth: tốc độ tăng',
    'ratio, number, count or growth', main
  ),
  column(
    'direction', 'code', 'Cao hơn hay thấp hơn là tốt hơn', 'Whether more or less is better', { ...main, width: 20 }
  ),
  column('frequencies', 'code', 'Các loại kỳ báo cáo', 'Frequencies at which it is reported', { ...main, width: 22 }),
  column(
    'timeBasis', 'code', 'end_of_period: cuối kỳ; during_period: trong kỳ; year_to_date: lũy kế',
    'end_of_period, during_period or year_to_date', { ...main, width: 18 }
  ),
  column('aggregation', 'code', 'Cách tổng hợp số của các đơn vị', 'How the figures of agencies roll up', main),
  column('decimals', 'integer', 'Số chữ số thập phân tối đa', 'Decimals at most'),
  column('minimum', 'decimal', 'Giá trị nhỏ nhất có thể', 'The least possible value'),
  column('maximum', 'decimal', 'Giá trị lớn nhất có thể', 'The greatest possible value'),
  column('frequency', 'code', 'Loại kỳ ngắn nhất', 'The finest frequency'),
  column('timePerCollect', 'code', 'Mã SDMX TIME_PER_COLLECT', 'SDMX code TIME_PER_COLLECT'),
  column('calendar', 'code', 'Lịch báo cáo', 'Calendar'),
  column(
    'reviewPolicy', 'code', 'automatic: chấp nhận ngay; manual: chờ duyệt', 'automatic, or manual: waits for a review'
  ),
  ...texts('definition', 'Khái niệm, phương pháp tính', 'Definition'),
  ...part('numerator', 'Tử số', 'Numerator'),
  ...part('denominator', 'Mẫu số', 'Denominator'),
  ...texts('population', 'Đối tượng', 'Population'),
  ...texts('exclusions', 'Không tính những gì', 'Exclusions'),
  ...texts('conditions', 'Điều kiện', 'Conditions'),
  ...texts('interpretation', 'Điều được suy ra', 'What was read into the text'),
  column('quote', 'text', 'Nguyên văn', 'The words of the plan', { width: 60 }),
  column('provenance', 'code', 'Nguồn gốc', 'Provenance'),
  column('recordedAt', 'instant', 'Lúc được ghi', 'When it was recorded')
]
