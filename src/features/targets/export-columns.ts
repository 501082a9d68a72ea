import { column, named, type Column } from '../../http/columns.js'
import type { NamedIndicator, Names } from '../names.js'
import type { Target } from './schemas.js'

/** A target with the names behind its codes. */
export interface TargetLine extends Target {
  readonly indicatorName?: NamedIndicator['name']
  readonly agencyName?: NamedIndicator['name']
  readonly decimals: number
}

export function withNames (target: Target, names: Names): TargetLine {
  const indicator = names.indicator(target.indicator)
  const agencyName = target.scope.agency === undefined ? undefined : names.agency(target.scope.agency)
  return {
    ...target,
    ...indicator === undefined ? {} : { indicatorName: indicator.name },
    ...agencyName === undefined ? {} : { agencyName },
    decimals: indicator?.decimals ?? 0
  }
}

const main = { isMain: true }
const places = ({ decimals }: TargetLine) => decimals
const milestones = ({ milestones }: TargetLine) => milestones.map(({ period, value }) => `${period}=${value}`).join(' ')

export const targetColumns: readonly Column<TargetLine>[] = [
  column('id', 'code', 'Mã mục tiêu', 'Code of the target', { ...main, width: 22 }),
  column('indicator', 'code', 'Mã chỉ tiêu', 'Code of the indicator', main),
  ...named<TargetLine>('indicatorName', 'Tên chỉ tiêu', 'Name of the indicator').map(one => ({ ...one, ...main })),
  column(
    'operator', 'code', 'Phép so sánh: gt (trên), gte (từ … trở lên), eq (đúng), lte (không quá), lt (dưới)',
    'Comparison: gt (above), gte (at least), eq (exactly), lte (at most), lt (below)', main
  ),
  column('value', 'decimal', 'Giá trị mục tiêu', 'Value that is demanded', { ...main, places }),
  column('unit', 'text', 'Đơn vị tính', 'Unit', { ...main, width: 15 }),
  column('dueDate', 'date', 'Hạn', 'Due date', main),
  column('mode', 'code', 'reach: phấn đấu đạt; maintain: giữ vững', 'reach, or maintain', main),
  column('wording', 'text', 'Nguyên văn của kế hoạch', 'The words of the plan', { ...main, width: 60 }),
  column('plan', 'code', 'Mã kế hoạch', 'Code of the plan', { width: 22 }),
  column('pillar', 'code', 'Mã nhóm chỉ tiêu', 'Code of the pillar'),
  column('scope.level', 'code', 'Phạm vi: cấp', 'Scope: level'),
  column('scope.agency', 'code', 'Phạm vi: cơ quan', 'Scope: agency', { width: 22 }),
  ...named<TargetLine>('agencyName', 'Tên cơ quan của phạm vi', 'Name of the scope\'s agency'),
  column('scope.dimension', 'code', 'Phạm vi: phân tổ', 'Scope: dimension'),
  column('scope.member', 'code', 'Phạm vi: thành phần của phân tổ', 'Scope: member of the dimension'),
  column(
    'quantifier', 'code', 'aggregate: số tổng hợp; each: từng thành phần phải đạt',
    'aggregate: the figure of the whole; each: every member must pass'
  ),
  column('parent', 'code', 'Mã mục tiêu cấp trên', 'Code of the target it is a part of', { width: 22 }),
  column('allocation', 'boolean', 'Được giao từ mục tiêu cấp trên', 'Handed down from its parent'),
  column('position', 'integer', 'Thứ tự trong kế hoạch', 'Place in the plan'),
  column('baseline.value', 'decimal', 'Mức xuất phát: giá trị', 'Baseline: value', { places }),
  column('baseline.date', 'date', 'Mức xuất phát: ngày', 'Baseline: date'),
  column(
    'baseline.claim', 'boolean', 'Mức xuất phát: kế hoạch ghi “(đã đạt)”', 'Baseline: the plan claims it is reached'
  ),
  column('baseline.source', 'text', 'Mức xuất phát: nguồn', 'Baseline: source'),
  column('milestones', 'code', 'Các mốc: kỳ=giá trị', 'Milestones: period=value', { of: milestones, width: 30 }),
  ...named<TargetLine>(
    'interpretation', 'Điều được suy ra từ một câu chưa rõ', 'What was read into an ambiguous phrase'
  ),
  column('document', 'code', 'Mã văn bản', 'Code of the document', { width: 22 }),
  column('clause', 'text', 'Mục, điểm trong văn bản', 'Clause of the document'),
  column('version', 'integer', 'Phiên bản', 'Version'),
  column('effectiveFrom', 'date', 'Có hiệu lực từ', 'In force from'),
  column('state', 'code', 'active, hoặc dropped: không thực hiện nữa', 'active, or dropped'),
  column('provenance', 'code', 'Nguồn gốc', 'Provenance'),
  column('recordedAt', 'instant', 'Lúc phiên bản được ghi', 'When the version was recorded')
]
