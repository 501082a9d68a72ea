import { column, named, type Cell, type Column } from '../../http/columns.js'
import type { Scorecard } from './schemas.js'

/** One number or word of a scorecard: what of, and which. */
export interface ScorecardLine {
  readonly agency: Scorecard['agency']
  readonly view: Scorecard['view']
  readonly on: string
  readonly asOf: string
  /**
   * A part of the scorecard: `assignments`, `targets`, `targets.items`, `obligations`, `tasks`, `trend`, `restatement`.
   */
  readonly part: string
  /** The target of `targets.items`, the agency of `trend`. */
  readonly item?: string
  readonly period?: string
  /** The path within the part: `performance.achieved`. */
  readonly measure: string
  readonly value: Cell
}

/** The scorecard as a list: each number on a line of its own, in the order of the JSON. */
export function scorecardLines (
  { agency, view, on, asOf, assignments, targets, obligations, tasks, trend, restatement }: Scorecard
): ScorecardLine[] {
  const frame = { agency, view, on, asOf }
  const part = (name: string, of: object, more: { item?: string, period?: string } = {}): ScorecardLine[] =>
    leavesOf(of).map(([measure, value]) => ({ ...frame, part: name, ...more, measure, value }))
  const { items, more, ...counts } = targets
  return [
    ...part('assignments', assignments),
    ...part('targets', { ...counts, more }),
    ...items.flatMap(({ target, period, ...item }) => part('targets.items', item, {
      item: target, ...period === null ? {} : { period }
    })),
    ...part('obligations', obligations),
    ...part('tasks', tasks),
    ...trend.flatMap(({ agency: whose, period, ...point }) => part('trend', point, { item: whose, period })),
    ...restatement === undefined ? [] : part('restatement', restatement)
  ]
}

function leavesOf (of: object, above = ''): [string, Cell][] {
  return Object.entries(of).flatMap(([name, value]: [string, unknown]): [string, Cell][] => {
    const path = `${above}${name}`
    if (Array.isArray(value)) return [[path, value.join(' ')]]
    return typeof value === 'object' && value !== null ? leavesOf(value, `${path}.`) : [[path, value as Cell]]
  })
}

const main = { isMain: true }

export const scorecardColumns: readonly Column<ScorecardLine>[] = [
  column('agency.code', 'code', 'Mã cơ quan', 'Code of the agency', { ...main, width: 22 }),
  ...named<ScorecardLine>('agency.name', 'Tên cơ quan', 'Name of the agency').map(one => ({ ...one, ...main })),
  column('part', 'code', 'Phần của phiếu điểm', 'Part of the scorecard', main),
  column(
    'item', 'code', 'Mục tiêu của targets.items; cơ quan của trend', 'Target of targets.items; agency of trend',
    { ...main, width: 22 }
  ),
  column('period', 'code', 'Kỳ', 'Period', main),
  column('measure', 'code', 'Điều được đếm hay nêu', 'What is counted or said', { ...main, width: 30 }),
  column('value', 'decimal', 'Giá trị', 'Value', { ...main, width: 20 }),
  column(
    'view', 'code', 'Cơ quan được hiểu thế nào qua các lần sắp xếp',
    'What the body is taken to be across reorganisations'
  ),
  column('on', 'date', 'Vào ngày', 'On the day'),
  column('asOf', 'instant', 'Theo dữ liệu ghi nhận đến', 'As known at')
]
