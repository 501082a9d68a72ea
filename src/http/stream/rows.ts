import type { FieldError } from '../problem.js'

/**
 * One row of a file: what it says, or why it cannot be read; both where only some of its fields cannot. Pointers lead
 * into the row.
 */
export interface Row {
  /** Where it begins in the file, from 1; of an item of a JSON list nobody asks for its line. */
  line: number | undefined
  value: Record<string, unknown> | undefined
  problems: FieldError[] | undefined
}

/** A file that has been gone through once: nothing but single rows can still be wrong with it. */
export interface RowFile {
  /** Rows that can and that cannot be read, with those of a template that are left out. */
  readonly count: number
  /** Rows of a template into which nothing was filled, of those that have been gone through. */
  leftEmpty? (): number
  /** All rows in their order, at most BATCH at a time; from the first one every time. */
  batches (): AsyncGenerator<Row[]>
}

/** What rows are read from: a Spool. */
export interface Chunks { chunks (): AsyncIterable<Buffer> }

export const BATCH = 1000

export const readable = (
  line: number | undefined, value: Record<string, unknown>
): Row => ({ line, value, problems: undefined })
export const partlyReadable = (
  line: number | undefined, value: Record<string, unknown>, problems: FieldError[]
): Row => ({ line, value, problems })
export const unreadable = (
  line: number | undefined, problems: FieldError[]
): Row => ({ line, value: undefined, problems })
