import type { CivilDate } from './date.js'
import { carries, lineageOf, wholeSuccessor, type Succession } from './succession.js'
import type { LocalText } from './text.js'

/** A body as it reported; as today's structure has it; with what it was made of added to it. */
export const VIEWS = ['as_reported', 'current', 'restated'] as const
export type View = typeof VIEWS[number]

export const VIEW_OBSTACLES = ['no_whole_successor', 'passed_on_in_part', 'gave_away_part'] as const
export type ViewObstacleCode = typeof VIEW_OBSTACLES[number]
export interface ViewObstacle {
  readonly possible: false, readonly code: ViewObstacleCode, readonly agencies: readonly string[],
  readonly reason: LocalText
}
export interface ViewPossible { readonly possible: true, readonly agencies: readonly string[] }

export interface BodyView {
  /** Who answers: the body asked for, or whoever took over all of it. */
  readonly body: string
  /** Those beside the body whose duties of the indicator are shown with its own, or added to them. */
  predecessorsFor (indicator: string): ReadonlySet<string>
  /** Whether what the predecessors owed is added up as the body's own. */
  readonly adds: boolean
  /** What of a restatement was done, or why it was not. */
  readonly restatement: ViewObstacle | ViewPossible | undefined
}

const NOBODY: ReadonlySet<string> = new Set()

/** `hasEnded`: on the day `on`. Reorganisations after it are not looked at. */
export function viewBody (
  view: View, code: string, successions: readonly Succession[], on: CivilDate, hasEnded: (code: string) => boolean
): BodyView {
  const alone = (body: string, restatement: BodyView['restatement']): BodyView =>
    ({ body, predecessorsFor: () => NOBODY, adds: false, restatement })
  if (view === 'as_reported') return alone(code, undefined)
  const successor = wholeSuccessor(successions, code, on)
  if (successor === undefined && hasEnded(code)) return alone(code, obstacle('no_whole_successor', [code]))
  const body = successor ?? code
  const line = lineageOf(successions, body, 'predecessors', { on, depth: Infinity })
  if (view === 'current') {
    const known = new Map<string, ReadonlySet<string>>()
    const predecessorsFor = (indicator: string) => {
      const found = known.get(indicator) ?? new Set(lineageOf(
        line.filter(one => carries(one, successions, indicator)), body, 'predecessors', { on, depth: Infinity }
      )
        .map(({ from }) => from).filter(from => from !== body && hasEnded(from)))
      known.set(indicator, found)
      return found
    }
    return { body, predecessorsFor, adds: false, restatement: undefined }
  }
  const predecessors = distinct(line.map(({ from }) => from)).filter(from => from !== body)
  const partial = distinct(line.filter(({ share }) => share === 'part').map(({ from }) => from))
  if (partial.length > 0) return alone(body, obstacle('passed_on_in_part', partial))
  const smaller = distinct(successions.filter(one =>
    one.share === 'part' && one.effectiveOn <= on && [body, ...predecessors].includes(one.from))
    .map(({ from }) => from))
  if (smaller.length > 0) return alone(body, obstacle('gave_away_part', smaller))
  const added = new Set(predecessors)
  return { body, predecessorsFor: () => added, adds: true, restatement: { possible: true, agencies: predecessors } }
}

const REASONS: Readonly<Record<ViewObstacleCode, (agencies: string) => LocalText>> = {
  no_whole_successor: agencies => ({
    vi: `${agencies} đã kết thúc hoạt động và không có cơ quan nào tiếp nhận toàn bộ.`,
    en: `${agencies} has ended, and no one body took over all of it.`
  }),
  passed_on_in_part: agencies => ({
    vi: `${agencies} chỉ chuyển một phần: các nghĩa vụ cũ không tách được theo phần đó.`,
    en: `${agencies} passed on a part only: the old duties cannot be divided by it.`
  }),
  gave_away_part: agencies => ({
    vi: `${agencies} đã chuyển một phần cho cơ quan khác: các nghĩa vụ cũ gồm cả phần đó.`,
    en: `${agencies} gave a part away: the old duties hold that part too.`
  })
}

function obstacle (code: ViewObstacleCode, agencies: readonly string[]): ViewObstacle {
  return { possible: false, code, agencies, reason: REASONS[code](agencies.join(', ')) }
}

function distinct (codes: readonly string[]): string[] {
  return [...new Set(codes)].sort()
}
