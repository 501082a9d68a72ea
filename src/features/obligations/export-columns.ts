import { column, named, type Column } from '../../http/columns.js'
import type { Obligation, ObligationCompleteness } from './schemas.js'

const main = { isMain: true }
const vietnamese = (columns: Column<Obligation>[]) =>
  columns.map(one => one.name.endsWith('.vi') ? { ...one, ...main } : one)
const deadlines = ({ deadlines }: Obligation) => deadlines.map(({ tier, date }) => `${tier}=${date}`).join(' ')

export const obligationColumns: readonly Column<Obligation>[] = [
  column('agency.code', 'code', 'Mã cơ quan có nghĩa vụ', 'Code of the agency that owes it', { ...main, width: 22 }),
  ...vietnamese(named('agency.name', 'Cơ quan có nghĩa vụ', 'Agency that owes it')),
  column('indicator.code', 'code', 'Mã chỉ tiêu', 'Code of the indicator', { ...main, width: 15 }),
  ...vietnamese(named('indicator.name', 'Tên chỉ tiêu', 'Name of the indicator')),
  column('period', 'code', 'Kỳ', 'Period', main),
  column('deadline', 'date', 'Hạn của đơn vị, đã tính gia hạn', 'Deadline of the unit, as extended', main),
  column(
    'state', 'code',
    'not_due (chưa chốt kỳ), due (phải gửi), submitted (chờ duyệt), returned (bị trả lại), accepted (đã chấp nhận), ' +
    'overdue (quá hạn), excused (được miễn)',
    'not_due, due, submitted, returned, accepted, overdue or excused', main
  ),
  column('daysLeft', 'integer', 'Số ngày còn lại', 'Days left', main),
  column('daysLate', 'integer', 'Số ngày quá hạn', 'Days late', main),
  column(
    'subject.code', 'code', 'Mã cơ quan mà số liệu phản ánh', 'Code of the agency the figure is for',
    { ...main, width: 22 }
  ),
  ...named<Obligation>('subject.name', 'Cơ quan mà số liệu phản ánh', 'Agency the figure is for'),
  column('takenOverFrom.code', 'code', 'Tiếp nhận từ cơ quan', 'Taken over from', { width: 22 }),
  ...named<Obligation>('takenOverFrom.name', 'Tiếp nhận từ', 'Taken over from'),
  column('pillar', 'code', 'Mã nhóm chỉ tiêu', 'Code of the pillar'),
  column('targets', 'code', 'Các mục tiêu cần số liệu này', 'Targets that need it', { width: 30 }),
  column('calendar', 'code', 'Lịch báo cáo', 'Calendar'),
  column('window.from', 'date', 'Ngày đầu của kỳ', 'First day of the period'),
  column('window.to', 'date', 'Ngày cuối của kỳ', 'Last day of the period'),
  column('cutOff', 'date', 'Ngày chốt', 'Cut-off'),
  column(
    'deadlines', 'code', 'Hạn từng cấp: cấp=ngày', 'Deadline of every tier: tier=date', { of: deadlines, width: 40 }
  ),
  column('extension.until', 'date', 'Gia hạn đến', 'Extended until'),
  column('assignment.role', 'code', 'Vai trò trong phân công', 'Role in the assignment'),
  column('assignment.person.position', 'text', 'Người chịu trách nhiệm: chức vụ', 'Responsible person: position'),
  column(
    'assignment.person.name', 'text', 'Người chịu trách nhiệm: họ tên', 'Responsible person: name',
    { visibleTo: 'person' }
  ),
  column('explanation.kind', 'code', 'Loại giải trình', 'Kind of explanation'),
  column('explanation.cause', 'text', 'Nguyên nhân', 'Cause', { width: 50 }),
  column('explanation.remedy', 'text', 'Biện pháp khắc phục', 'Remedy', { width: 50 }),
  column('explanation.dueDate', 'date', 'Khắc phục xong chậm nhất ngày', 'Remedied by'),
  column(
    'notCounted.code', 'code', 'without_parts: có số liệu nhưng thiếu tử số và mẫu số để cộng',
    'without_parts: there is a figure, without the parts that are added up'
  ),
  column('measurement.id', 'code', 'Định danh của số liệu', 'Id of the measurement', { width: 38 }),
  column('measurement.revision', 'integer', 'Lần sửa', 'Revision'),
  column('measurement.state', 'code', 'Trạng thái của số liệu', 'State of the measurement'),
  column(
    'measurement.counts', 'boolean', 'Có được tính vào tình trạng của mục tiêu',
    'Whether it makes the value of a status'
  ),
  column('measurement.late', 'boolean', 'Lần sửa này gửi sau hạn', 'This revision came after the deadline'),
  column('measurement.reportedLate', 'boolean', 'Lần gửi đầu tiên đã sau hạn', 'So did the first report'),
  column('measurement.recordedAt', 'instant', 'Lúc được ghi', 'When it was recorded'),
  column(
    'measurement.provenance', 'code', 'Nguồn gốc; illustrative: minh họa', 'Provenance; illustrative: not official'
  ),
  column('id', 'code', 'Cơ quan:chỉ tiêu:cơ quan của số liệu:kỳ', 'Agency:indicator:subject:period', { width: 60 })
]

export const completenessColumns: readonly Column<ObligationCompleteness>[] = [
  column('by', 'code', 'Nhóm theo', 'Grouped by', main),
  column('key', 'code', 'Mã của nhóm', 'Code of the group', { ...main, width: 22 }),
  ...named<ObligationCompleteness>('name', 'Tên của nhóm', 'Name of the group').map(one => ({ ...one, ...main })),
  column('expected', 'integer', 'Tổng số nghĩa vụ', 'All obligations', main),
  column('notDue', 'integer', 'Chưa chốt kỳ', 'The cut-off has not passed', main),
  column('due', 'integer', 'Phải gửi', 'Due', main),
  column('submitted', 'integer', 'Chờ duyệt', 'Awaiting review', main),
  column('returned', 'integer', 'Bị trả lại', 'Returned', main),
  column('accepted', 'integer', 'Đã chấp nhận', 'Accepted', main),
  column('overdue', 'integer', 'Quá hạn', 'Overdue', main),
  column('overdueUnexplained', 'integer', 'Quá hạn mà chưa giải trình', 'Overdue without an explanation', main),
  column('excused', 'integer', 'Được miễn', 'Excused', main),
  column('onTime', 'integer', 'Lần gửi đầu đúng hạn', 'Reported by the deadline', main),
  column('late', 'integer', 'Lần gửi đầu sau hạn', 'Reported after it', main),
  column(
    'completeness', 'decimal', 'accepted ÷ (expected − excused − notDue); trống: chưa có số liệu nào phải có',
    'accepted ÷ (expected − excused − notDue); empty: nothing should be there yet', main
  )
]
