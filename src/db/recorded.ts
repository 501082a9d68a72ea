import { and, sql, type Column, type SQL } from 'drizzle-orm'

/** A span of transaction time, half-open: spans that adjoin have no row in common and leave none out. */
export interface RecordedSpan { recordedFrom?: string | undefined, recordedTo?: string | undefined }

/** Undefined where the span has no bounds. */
export function recordedWithin (column: Column | SQL, { recordedFrom, recordedTo }: RecordedSpan): SQL | undefined {
  return and(
    recordedFrom === undefined ? undefined : sql`${column} >= ${recordedFrom}::timestamptz`,
    recordedTo === undefined ? undefined : sql`${column} < ${recordedTo}::timestamptz`)
}
