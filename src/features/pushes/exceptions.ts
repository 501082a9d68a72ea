import type { StoredProblem } from '../../db/schema/index.js'

/** A receipt shows this many of its rows that are not plain successes; all of them are at its `rows` URL. */
export const MAX_EXCEPTIONS = 1000
/** One more, which tells that there are more. */
export const EXCEPTIONS_KEPT = MAX_EXCEPTIONS + 1

interface Outcome { outcome: string, warnings: readonly StoredProblem[] }

/** A row that is merely not written, since another one stopped the push, is none: nothing is to be done about it. */
export function isException (row: Outcome): boolean {
  return row.outcome === 'rejected' || row.warnings.length > 0
}

/** Of all rows of a push, or of those of its exceptions that were kept. */
export function shownExceptions<Row extends Outcome> (rows: Iterable<Row>): { shown: Row[], truncated: boolean } {
  const shown: Row[] = []
  for (const row of rows) {
    if (!isException(row)) continue
    if (shown.length === MAX_EXCEPTIONS) return { shown, truncated: true }
    shown.push(row)
  }
  return { shown, truncated: false }
}
