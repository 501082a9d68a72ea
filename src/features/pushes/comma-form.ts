import type { StoredProblem } from '../../db/schema/index.js'
import type { Candidate } from './judge.js'
import type { JudgedRow } from './judged-row.js'

/** A decimal in a sentence: no part of a code or an instant, and nothing that is quoted as it was read. */
const WITH_POINT = /(?<![\w.:"“-])(-?\d+)\.(\d+)(?!\w|\.\d|[+-]\d)/g

const withComma = (text: string) => text.replace(WITH_POINT, '$1,$2')

const told = (problem: StoredProblem): StoredProblem => {
  const { vi, en } = problem.detail
  return { ...problem, detail: { vi: withComma(vi), ...en === undefined ? {} : { en: withComma(en) } } }
}

/** Who wrote `82,50` is told of figures in that form. What is wrong with the form of a row says so itself. */
export function tellWithComma (rows: readonly JudgedRow[], candidates: readonly Candidate[]): void {
  for (const [i, row] of rows.entries()) {
    const own = candidates[i]!.faults
    if (row.problems.length > 0) {
      row.problems = row.problems.map(problem => own?.includes(problem) === true ? problem : told(problem))
    }
    if (row.warnings.length > 0) row.warnings = row.warnings.map(told)
  }
}
