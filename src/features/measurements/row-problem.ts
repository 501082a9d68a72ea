import type { StoredProblem } from '../../db/schema/index.js'

/** What is wrong with a row, in both languages. */
export function problem (pointer: string, code: string, vi: string, en: string): StoredProblem {
  return { pointer, code, detail: { vi, en } }
}
