import { column, named, type Column } from '../../http/columns.js'
import type { NamedIndicator } from '../names.js'
import type { Status } from './schemas.js'

/** A status and what a sheet needs beside it. */
export type StatusRow = Status & { readonly decimals: NamedIndicator['decimals'] }

const main = { isMain: true }
const places = (row: StatusRow) => row.decimals

/** What is looked at first, then how it came about; the names are the paths of the fields in the JSON. */
export const statusColumns: readonly Column<StatusRow>[] = [
  column('target.id', 'code', 'Mã mục tiêu', 'Code of the target', { ...main, width: 22 }),
  column('indicator.code', 'code', 'Mã chỉ tiêu', 'Code of the indicator', { ...main, width: 15 }),
  ...named<StatusRow>('indicator.name', 'Tên chỉ tiêu', 'Name of the indicator')
    .map(one => one.name.endsWith('vi') ? { ...one, ...main, width: 60 } : one),
  column(
    'target.operator', 'code', 'Phép so sánh: gt (trên), gte (từ … trở lên), eq (đúng), lte (không quá), lt (dưới)',
    'Comparison: gt (above), gte (at least), eq (exactly), lte (at most), lt (below)', main
  ),
  column('target.value', 'decimal', 'Giá trị mục tiêu', 'Value that the target demands', { ...main, places }),
  column(
    'value', 'decimal', 'Giá trị hiện nay; làm tròn để hiển thị, không bao giờ vượt qua mục tiêu',
    'Value as it stands; rounded to be shown, never across the target', { ...main, places }
  ),
  column('indicator.unit', 'text', 'Đơn vị tính', 'Unit', { ...main, width: 15 }),
  column('period', 'code', 'Kỳ của số liệu', 'Period of the figure', { ...main, width: 12 }),
  column(
    'performance', 'code',
    'Tình trạng thực hiện: achieved (đạt), on_track (đúng tiến độ), at_risk (có nguy cơ), off_track (chậm), ' +
    'in_progress (đang thực hiện), regressed (không còn đạt), missed (không đạt), dropped (đã bỏ), no_data (chưa có ' +
    'số liệu), not_applicable (không áp dụng)',
    'How the target stands', main
  ),
  column(
    'reporting.state', 'code',
    'Tình trạng báo cáo: not_due (chưa chốt kỳ), due (phải gửi), submitted (chờ duyệt), returned (bị trả lại), ' +
    'accepted (đã chấp nhận), overdue (quá hạn)',
    'How its reporting stands', main
  ),
  column('target.dueDate', 'date', 'Hạn của mục tiêu', 'Due date of the target', main),
  column('provisional', 'boolean', 'Tạm tính', 'Provisional', main),
  column('illustrative', 'boolean', 'Minh họa: không phải số liệu chính thức', 'Illustrative: not official', main),
  column(
    'explanation.text.vi', 'text', 'Vì sao, và kết luận', 'Why, and the conclusion (in Vietnamese)', { width: 80 }
  ),
  column('explanation.text.en', 'text', 'Vì sao, và kết luận (tiếng Anh)', 'Why, and the conclusion', { width: 80 }),
  column('explanation.comparison', 'text', 'Phép so sánh bằng số', 'The comparison in digits', { width: 40 }),
  column('numerator', 'decimal', 'Tử số', 'Numerator'),
  column('denominator', 'decimal', 'Mẫu số', 'Denominator'),
  column(
    'gap', 'decimal', 'Còn thiếu, theo chiều của mục tiêu; âm: đã vượt',
    'Still to go, in the direction of the target; negative when surpassed', { places }
  ),
  column(
    'expectedValue', 'decimal', 'Giá trị lẽ ra phải có vào cuối kỳ',
    'Where the value should be at the end of the period', { places }
  ),
  column(
    'attainment', 'decimal', '(giá trị − mức xuất phát) ÷ (giá trị kỳ vọng − mức xuất phát)',
    '(value − baseline) ÷ (expected − baseline)'
  ),
  column(
    'basis', 'code', 'Căn cứ: measurement (số liệu), claim (khẳng định của kế hoạch), none (chưa có)',
    'Rests on: measurement, claim (of the plan), none'
  ),
  column('reporting.period', 'code', 'Kỳ phải báo cáo', 'Period to be reported'),
  column('reporting.deadline', 'date', 'Hạn báo cáo', 'Deadline of reporting'),
  column('coverage.expected', 'integer', 'Số đơn vị phải báo cáo', 'Figures that are expected'),
  column('coverage.reported', 'integer', 'Đã báo cáo', 'Reported'),
  column('coverage.missing', 'integer', 'Còn thiếu', 'Missing'),
  column('coverage.passed', 'integer', 'Số đơn vị đạt; chỉ với “each”', 'Members that pass; for `each` alone'),
  column('coverage.failed', 'integer', 'Số đơn vị không đạt; chỉ với “each”', 'Members that fail; for `each` alone'),
  column('coverage.notApplicable', 'integer', 'Không áp dụng', 'Not applicable'),
  column('coverage.explained', 'integer', 'Thiếu mà đã giải trình', 'Missing and explained'),
  column('lead.code', 'code', 'Mã cơ quan chủ trì', 'Code of the lead agency', { width: 22 }),
  ...named<StatusRow>('lead.name', 'Cơ quan chủ trì', 'Lead agency'),
  column('pillar', 'code', 'Mã nhóm chỉ tiêu', 'Code of the pillar'),
  column('target.plan', 'code', 'Mã kế hoạch', 'Code of the plan', { width: 22 }),
  column('target.parent', 'code', 'Mã mục tiêu cấp trên', 'Code of the target it is a part of', { width: 22 }),
  column('target.allocation', 'boolean', 'Được giao từ mục tiêu cấp trên', 'Handed down from its parent'),
  column('target.scope.level', 'code', 'Phạm vi: cấp', 'Scope: level'),
  column('target.scope.agency', 'code', 'Phạm vi: cơ quan', 'Scope: agency', { width: 22 }),
  column('target.scope.dimension', 'code', 'Phạm vi: phân tổ', 'Scope: dimension'),
  column('target.scope.member', 'code', 'Phạm vi: thành phần của phân tổ', 'Scope: member of the dimension'),
  column(
    'target.quantifier', 'code', 'aggregate: số tổng hợp; each: từng thành phần phải đạt',
    'aggregate: the figure of the whole; each: every member must pass'
  ),
  column('target.mode', 'code', 'reach: phấn đấu đạt; maintain: giữ vững', 'reach, or maintain'),
  column('target.state', 'code', 'active, hoặc dropped: đã đưa ra khỏi kế hoạch', 'active, or dropped from the plan'),
  column('target.wording', 'text', 'Nguyên văn của kế hoạch', 'The words of the plan', { width: 60 }),
  column('target.version', 'integer', 'Phiên bản của mục tiêu', 'Version of the target'),
  column('target.effectiveFrom', 'date', 'Phiên bản có hiệu lực từ', 'The version is in force from'),
  column(
    'direct.value', 'decimal', 'Số báo cáo trực tiếp cho toàn phạm vi', 'Figure reported directly for the whole',
    { places }
  ),
  column(
    'direct.difference', 'decimal', 'Chênh lệch với số tổng hợp', 'Its difference from the rolled-up one', { places }
  ),
  column('accumulation.from', 'date', 'Cộng dồn từ ngày', 'Added up from'),
  column('accumulation.to', 'date', 'Cộng dồn đến ngày', 'Added up to'),
  column('freshness.ageDays', 'integer', 'Số ngày từ cuối kỳ', 'Days since the end of the period'),
  column('freshness.stale', 'boolean', 'Lẽ ra đã phải có kỳ mới hơn', 'A newer period should be there'),
  column('provenance', 'code', 'Nguồn gốc', 'Provenance'),
  column(
    'counted', 'code', 'Số liệu được tính: accepted, hoặc submitted (cả đang chờ duyệt)',
    'Figures that count: accepted, or submitted ones too'
  ),
  column('on', 'date', 'Vào ngày', 'On the day'),
  column('asOf', 'instant', 'Theo dữ liệu ghi nhận đến', 'As known at')
]
