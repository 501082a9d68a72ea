import type { StoredProblem } from '../../db/schema/index.js'
import type { Finding } from './quality.js'
import type { Figure } from './figure.js'
import type { PushRow, ResolvedRow } from './row.js'
import type { Withdrawal } from './withdrawing.js'
import type { PushOutcome } from '../../domain/words.js'

export interface JudgedRow {
  position: number
  line: number | undefined
  row: PushRow
  outcome: PushOutcome
  /** Under its key; undefined where it is about nothing that could be judged. */
  figure: ResolvedRow | undefined
  measurementId: string | undefined
  revision: number | undefined
  /** The revisions that the row withdraws, where it withdraws. */
  withdrawal: Withdrawal | undefined
  /** The stored figure that the row corrects; undefined where that was returned or withdrawn. */
  replaces: Figure | undefined
  /** Of a revision that is to be written. */
  initialState: ResolvedRow['initialState'] | undefined
  problems: readonly StoredProblem[]
  warnings: readonly StoredProblem[]
  /** What quality rules said. */
  found: readonly Finding[] | undefined
}

/**
 * What is other than stored: what the push leaves under keys of which it withdraws something, and earlier rows that
 * may not be committed yet.
 */
export interface Unstored {
  readonly left: ReadonlyMap<string, Figure | undefined>, readonly beside: readonly JudgedRow[]
}

/** Of a row that is about to be written. */
export function writtenFigure ({ figure, outcome }: JudgedRow): ResolvedRow | undefined {
  return outcome === 'created' || outcome === 'revised' ? figure : undefined
}
