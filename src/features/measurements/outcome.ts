import type { StoredProblem } from '../../db/schema/index.js'
import { sameFigure, type Figure } from './figure.js'
import { problem } from './row-problem.js'
import type { PushRow, ResolvedRow } from './row.js'

/** The revision that stands under a key: the newest one that was not retracted. */
export interface StoredRevision extends Figure {
  id: string
  revision: number
  /** The highest number given, to a retracted revision too. */
  newest: number
  state: 'submitted' | 'accepted' | 'returned' | 'withdrawn'
  quality: string
  note: string | undefined
  evidence: string | undefined
  /** The newest observation under the key, of whichever revision: one without `observedAt` does not let an older one in. */
  observedAt: string | undefined
  /** The figure last accepted, whether it stands, awaits a correction or was withdrawn. */
  accepted: Figure | undefined
}

export type Outcome =
  | { outcome: 'created' }
  | { outcome: 'revised', previous: StoredRevision }
  | { outcome: 'unchanged', previous: StoredRevision }
  | { outcome: 'rejected', problems: StoredProblem[] }

/**
 * What a row means beside what is stored. `unchanged` is a row that says nothing new: the same figure, quality, note
 * and evidence as the revision that stands. When it was observed again and why do not make a revision by themselves, so that
 * a file that is pushed twice writes nothing.
 */
export function decide (row: PushRow, resolved: ResolvedRow, stored: StoredRevision | undefined): Outcome {
  if (stored === undefined) return { outcome: 'created' }
  const figureIsSame = sameFigure(resolved, stored)
  if (stored.state !== 'withdrawn' && stored.state !== 'returned' && figureIsSame && resolved.quality === stored.quality &&
    row.note === stored.note && row.evidence === stored.evidence) {
    return { outcome: 'unchanged', previous: stored }
  }
  const problems: StoredProblem[] = []
  if (row.observedAt !== undefined && stored.observedAt !== undefined && isBefore(row.observedAt, stored.observedAt)) {
    problems.push(problem('/observedAt', 'stale_observation',
      `Số liệu quan sát lúc ${row.observedAt} cũ hơn số liệu đã lưu (${stored.observedAt}).`,
      `An observation of ${row.observedAt} is older than the one stored (${stored.observedAt}).`))
  }
  if (row.reason === undefined && stored.accepted !== undefined && !sameFigure(resolved, stored.accepted)) {
    problems.push(problem('/reason', 'reason_required',
      'Sửa một số liệu đã được chấp nhận phải nêu lý do (“reason”).',
      'A figure that was accepted is changed only with a `reason`.'))
  }
  return problems.length > 0 ? { outcome: 'rejected', problems } : { outcome: 'revised', previous: stored }
}

/** RFC 3339 instants of any offset, compared to the microsecond. */
function isBefore (a: string, b: string): boolean {
  const [msA, restA] = split(a)
  const [msB, restB] = split(b)
  return msA === msB ? restA < restB : msA < msB
}

function split (instant: string): [number, string] {
  const fraction = /\.(\d+)/.exec(instant)?.[1] ?? ''
  return [Date.parse(instant.replace(/\.\d+/, '')), fraction.padEnd(9, '0')]
}
