import type { StoredProblem } from '../../db/schema/index.js'
import { lockedDetail } from '../../world/period-life.js'
import { problem } from './row-problem.js'
import type { RevisionState } from '../../domain/words.js'

export const DECISIONS = ['accept', 'return'] as const
export type Decision = typeof DECISIONS[number]
/** The event that a decision is recorded as. */
export const EVENT_OF = { accept: 'accepted', return: 'returned' } as const satisfies Record<Decision, string>

export interface Review {
  id: string
  /** The revision that was looked at. */
  revision: number
  decision: Decision
  comment?: string | undefined
}

/** The revision that stands for a figure, held so that nothing can happen to it meanwhile. */
export interface StandingRevision {
  id: string
  indicator: string
  agency: string
  period: string
  revision: number
  state: RevisionState
  /** Who pushed it. */
  client: string
}

export interface Judgement {
  standing: StandingRevision | undefined
  /** The period of the figure is locked, and no extension covers it. */
  locked: boolean
}

/**
 * Refusals come before conflicts, conflicts before broken rules: the first of a list names the answer to a single
 * request.
 */
const ORDER = [
  'unknown_measurement', 'own_measurement', 'revision_changed', 'not_pending', 'already_withdrawn', 'period_locked',
  'comment_required'
]

/** Everything that speaks against a review; `reviewer` is the client that asks. */
export function judgeReview (review: Review, { standing, locked }: Judgement, reviewer: string): StoredProblem[] {
  const problems: StoredProblem[] = []
  if (standing === undefined) problems.push(unknownMeasurement(review.id))
  else if (review.revision !== standing.revision) problems.push(revisionChanged(review.revision, standing.revision))
  else {
    if (standing.client === reviewer) {
      problems.push(problem('', 'own_measurement',
        `Lần sửa ${standing.revision} do chính client này gửi; phải do client khác duyệt.`,
        `Revision ${standing.revision} was pushed by this very client; another has to review it.`))
    }
    // an accepted figure is sent back for correction, and counts until it is corrected
    const isOpen = standing.state === 'submitted' || (standing.state === 'accepted' && review.decision === 'return')
    if (!isOpen) {
      problems.push(problem('', 'not_pending',
        `Lần sửa ${standing.revision} không chờ duyệt: trạng thái là “${standing.state}”.`,
        `Revision ${standing.revision} does not await review: its state is "${standing.state}".`))
    }
    if (locked) problems.push(periodLocked(standing.period))
  }
  if (review.decision === 'return' && review.comment === undefined) {
    problems.push(problem(
      '/comment', 'comment_required', 'Trả lại số liệu phải nêu lý do (“comment”).',
      'A figure is returned only with a `comment`.'
    ))
  }
  return ranked(problems)
}

export function judgeWithdrawal (
  asked: number, { standing, locked }: Judgement & { standing: StandingRevision }
): StoredProblem[] {
  if (asked !== standing.revision) return [revisionChanged(asked, standing.revision)]
  const problems: StoredProblem[] = []
  if (standing.state === 'withdrawn') {
    problems.push(problem(
      '', 'already_withdrawn', `Lần sửa ${standing.revision} đã được rút.`,
      `Revision ${standing.revision} has been withdrawn already.`
    ))
  }
  if (locked) problems.push(periodLocked(standing.period))
  return ranked(problems)
}

/** A figure is reviewed once in a list: what the second would be judged by depends on the first. */
export function duplicateReview (first: number): StoredProblem {
  return problem('/id', 'duplicate_review',
    `Trùng số liệu với mục ${first} (đếm từ 0); chỉ mục đầu được xét.`,
    `The same measurement as item ${first} (counted from 0); only the first is considered.`)
}

function unknownMeasurement (id: string): StoredProblem {
  return problem('/id', 'unknown_measurement', `Không có số liệu “${id}”.`, `There is no measurement "${id}".`)
}

function revisionChanged (asked: number, standing: number): StoredProblem {
  return problem('/revision', 'revision_changed',
    `Lần sửa hiện hành là ${standing}, không phải ${asked}; hãy đọc lại.`,
    `The revision that stands is ${standing}, not ${asked}; read it again.`)
}

function periodLocked (period: string): StoredProblem {
  const { vi, en } = lockedDetail(period)
  return problem('', 'period_locked', vi, en)
}

function ranked (problems: StoredProblem[]): StoredProblem[] {
  return problems.toSorted((a, b) => ORDER.indexOf(a.code) - ORDER.indexOf(b.code))
}
