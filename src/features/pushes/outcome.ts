import type { StoredProblem } from '../../db/schema/index.js'
import { sameFigure, type Figure } from './figure.js'
import { problem } from './row-problem.js'
import type { PushRow, ResolvedRow } from './row.js'
import type { RevisionState } from '../../domain/words.js'

/** A figure that was taken away: a push does not bring it back by saying the same again. */
export interface Withdrawn extends Figure { observedAt?: string | undefined }

/** The revision that stands under a key: the newest one that was not retracted. */
export interface StoredRevision extends Figure {
  id: string
  revision: number
  /** The highest number given, to a retracted revision too. */
  newest: number
  state: RevisionState
  /** Of a returned one: it was accepted before, and counts until it is corrected. */
  counts?: boolean | undefined
  quality: string
  note: string | undefined
  evidence: string | undefined
  reason?: string | undefined
  /**
   * The newest observation under the key, of whichever revision: one without `observedAt` does not let an older one in.
   */
  observedAt: string | undefined
  /** The figure last accepted, whether it stands, awaits a correction or was withdrawn. */
  accepted: Figure | undefined
  /**
   * The figure last accepted, where it was withdrawn, and the newest revision, where it was withdrawn before it was
   * accepted.
   */
  withdrawn?: readonly Withdrawn[] | undefined
}

export type Outcome =
  | { outcome: 'created' }
  /** `forReview`: a reviewer has to look at it, whatever the indicator's policy. */
  | { outcome: 'revised', previous: StoredRevision, forReview: boolean }
  | { outcome: 'unchanged', previous: StoredRevision }
  | { outcome: 'rejected', problems: StoredProblem[] }

/**
 * What a row means beside what is stored; the table "What counts as new" of docs/integrating.md has every case. A row
 * that says nothing new is `unchanged`, so that a file that is pushed twice writes nothing, nor does a robot that
 * writes its time into the note.
 */
export function decide (row: PushRow, resolved: ResolvedRow, stored: StoredRevision | undefined): Outcome {
  if (stored === undefined) return { outcome: 'created' }
  const isSame = sameFigure(resolved, stored) && resolved.quality === stored.quality
  const stands = stored.state === 'submitted' || stored.state === 'accepted' ||
    (stored.state === 'returned' && stored.counts === true)
  if (stands && isSame && !isNews(row, stored)) return { outcome: 'unchanged', previous: stored }
  const withdrawn = stored.withdrawn?.filter(one => sameFigure(resolved, one)) ?? []
  const problems = [...judgeObservation(row, stored, withdrawn), ...judgeReason(row, resolved, stored, withdrawn)]
  if (problems.length > 0) return { outcome: 'rejected', problems }
  return { outcome: 'revised', previous: stored, forReview: stored.state === 'returned' && isSame }
}

/**
 * Whether the row says something that the same figure does not have yet. Evidence where there was none is news. Another
 * note or other evidence is news only with a reason that is not the stored one: many systems write the time of their
 * run into one of them, and the same reason into every row. For the same cause it takes such a reason to say that an
 * accepted figure which was returned is right after all.
 */
function isNews (row: PushRow, stored: StoredRevision): boolean {
  const differs = (field: 'note' | 'evidence') => row[field] !== undefined && row[field] !== stored[field]
  if (stored.evidence === undefined && differs('evidence')) return true
  const saysWhy = row.reason !== undefined && row.reason !== stored.reason
  return saysWhy && (differs('note') || differs('evidence') || stored.state === 'returned')
}

function judgeObservation (
  { observedAt }: PushRow, stored: StoredRevision, withdrawn: readonly Withdrawn[]
): StoredProblem[] {
  if (observedAt === undefined) return []
  if (stored.observedAt !== undefined && isBefore(observedAt, stored.observedAt)) {
    return [problem('/observedAt', 'stale_observation',
      `Số liệu quan sát lúc ${observedAt} cũ hơn số liệu đã lưu (${stored.observedAt}).`,
      `An observation of ${observedAt} is older than the one stored (${stored.observedAt}).`)]
  }
  const known = withdrawn.find(one => one.observedAt !== undefined && !isBefore(one.observedAt, observedAt))
  if (known === undefined) return []
  return [problem('/observedAt', 'stale_observation',
    `Số liệu này, quan sát lúc ${known.observedAt}, đã bị rút; ${observedAt} không phải một quan sát mới hơn.`,
    `This figure, observed at ${known.observedAt}, was withdrawn; ${observedAt} is no newer observation.`)]
}

function judgeReason (
  { reason }: PushRow, resolved: ResolvedRow, { accepted }: StoredRevision, withdrawn: readonly Withdrawn[]
): StoredProblem[] {
  if (reason !== undefined) return []
  if (withdrawn.length > 0) {
    return [problem('/reason', 'reason_required',
      'Số liệu này đã bị rút; muốn báo cáo lại phải nêu lý do (“reason”).',
      'This figure was withdrawn; it is reported again only with a `reason`.')]
  }
  if (accepted === undefined || sameFigure(resolved, accepted)) return []
  return [problem('/reason', 'reason_required',
    'Sửa một số liệu đã được chấp nhận phải nêu lý do (“reason”).',
    'A figure that was accepted is changed only with a `reason`.')]
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
