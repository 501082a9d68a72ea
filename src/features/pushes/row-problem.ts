import type { StoredProblem } from '../../db/schema/index.js'
import type { FaultCode } from '../../http/fault-codes.js'
import type { FieldError } from '../../http/problem.js'
import type { ReviewCode, RowCode, RowWarningCode } from './row-codes.js'

/** What is wrong with a row, in both languages. */
export function problem (
  pointer: string, code: RowCode | RowWarningCode | ReviewCode, vi: string, en: string
): StoredProblem {
  return { pointer, code, detail: { vi, en } }
}

/** The same as entries of `errors[]`, `at` being where the row stands in the body. */
export function fieldErrors (problems: readonly StoredProblem[], at = ''): FieldError[] {
  return problems.map(({ pointer, code, detail: { vi, en } }) =>
    ({ pointer: `${at}${pointer}`, code: code as FaultCode, detail: { vi, en: en ?? vi } }))
}
