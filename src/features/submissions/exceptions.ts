import type { StoredProblem } from '../../db/schema/index.js'

/** A receipt shows this many of its rows that are not plain successes; all of them are at its `rows` URL. */
export const MAX_EXCEPTIONS = 1000

export function isException (row: { outcome: string, warnings: readonly StoredProblem[] }): boolean {
  return row.outcome === 'rejected' || row.warnings.length > 0
}
