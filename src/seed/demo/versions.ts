import { planSeed } from '../plan/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { TargetSeed } from '../types.js'

export interface VersionSeed extends TargetSeed { readonly reason: string }

type Change = Pick<TargetSeed, 'baseline' | 'milestones' | 'state' | 'effectiveFrom'>

const FROM: CivilDate = '2024-12-15'
const PACE = 'Minh họa: thêm mức nền hoặc mốc theo kỳ, không có trong kế hoạch, để trình diễn cách đánh giá tiến độ. ' +
  '/ Demonstration: a baseline or milestones that the plan does not have, so that a pace can be judged.'
const DROPPED = 'Minh họa: thôi thực hiện mục tiêu để trình diễn trạng thái này; kế hoạch không thôi mục tiêu nào. / ' +
  'Demonstration of a target that is dropped; the plan drops none.'

/** The second version of a target of the plan: what it demands stays. */
function second (id: string, change: Partial<Change>, reason: string): VersionSeed {
  const target = planSeed.targets.find(target => target.id === `4677-2025.${id}`)
  if (target === undefined) throw new Error(`the plan has no target ${id}`)
  return { ...target, effectiveFrom: FROM, ...change, version: 2, provenance: 'illustrative', reason }
}

const baseline = (id: string, value: string, date: CivilDate): VersionSeed =>
  second(id, { baseline: { value, date, claim: false, source: 'Số liệu minh họa / Illustrative' } }, PACE)

const milestones = (id: string, values: Readonly<Record<string, string>>): VersionSeed =>
  second(id, { milestones: Object.entries(values).map(([period, value]) => ({ period, value })) }, PACE)

/** The last day of 2024 in the administrative calendar, and in the statistical one. */
const REPORTED: CivilDate = '2024-12-14'
const COUNTED: CivilDate = '2024-12-31'

export const versions: readonly VersionSeed[] = [
  milestones('CQS-01', { '2025-Q1': '88', '2025-Q2': '92', '2025-Q3': '96', '2025-Q4': '100' }),
  baseline('CQS-02.T', '78', REPORTED),
  milestones('CQS-03', { '2025-H1': '60', '2025-H2': '70' }),
  baseline('KTS-01', '12.5', COUNTED),
  baseline('KTS-03', '5', COUNTED),
  baseline('KTS-04', '58', REPORTED),
  milestones('KTS-06', { '2025-H1': '36', '2025-H2': '50' }),
  second('KTS-07', { state: 'dropped', effectiveFrom: '2025-10-01' }, DROPPED),
  milestones('XHS-04', { '2025-Q1': '70', '2025-Q2': '82', '2025-Q3': '92', '2025-Q4': '100' }),
  baseline('XHS-08', '48', REPORTED),
  milestones('XHS-09', { '2025-H1': '60', '2025-H2': '70' }),
  milestones('XHS-12', { '2025-Q1': '75', '2025-Q2': '82', '2025-Q3': '86', '2025-Q4': '90' }),
  baseline('XHS-13', '40', REPORTED),
  baseline('XHS-14', '45', REPORTED)
]
