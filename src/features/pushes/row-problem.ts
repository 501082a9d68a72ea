import type { StoredProblem } from '../../db/schema/index.js'
import type { FaultCode } from '../../http/fault-codes.js'
import type { FieldError } from '../../http/problem.js'
import type { InitialState } from '../../domain/words.js'
import { awaitsReview, type ReviewCode, type RowCode, type RowWarningCode } from './row-codes.js'

/** What is wrong with a row, in both languages. */
export function problem (
  pointer: string, code: RowCode | RowWarningCode | ReviewCode, vi: string, en: string
): StoredProblem {
  return { pointer, code, detail: { vi, en } }
}

interface Told { warnings: readonly StoredProblem[], initialState: InitialState | undefined }

/** Tells of a row that is let in what is to be known of it; by some of these codes it awaits review. */
export function warn (row: Told, said: readonly StoredProblem[]): void {
  row.warnings = [...row.warnings, ...said]
  if (said.some(awaitsReview)) row.initialState = 'submitted'
}

/** The same as entries of `errors[]`, `at` being where the row stands in the body. */
export function fieldErrors (problems: readonly StoredProblem[], at = ''): FieldError[] {
  return problems.map(({ pointer, code, detail: { vi, en } }) =>
    ({ pointer: `${at}${pointer}`, code: code as FaultCode, detail: { vi, en: en ?? vi } }))
}
