import { and, sql, type Column, type SQL } from 'drizzle-orm'
import { Type } from 'typebox'
import { badRequest, parameterError } from './problem.js'
import { KnownInstant, ref } from './schema.js'

/** A span of transaction time, half-open: spans that adjoin have no row in common and leave none out. */
export interface RecordedSpan { recordedFrom?: string | undefined, recordedTo?: string | undefined }

const instant = (description: string) => Type.Optional(ref(KnownInstant, { description }))

export const recordedFilters = {
  recordedFrom: instant('Có recordedAt từ thời điểm này trở đi. / With a recordedAt at this instant or later.'),
  recordedTo: instant('Có recordedAt trước thời điểm này; thời điểm phải đã tới. / ' +
    'With a recordedAt before this instant, which must have come.')
}

/** Undefined where the span has no bounds. */
export function recordedWithin (column: Column | SQL, { recordedFrom, recordedTo }: RecordedSpan): SQL | undefined {
  return and(
    recordedFrom === undefined ? undefined : sql`${column} >= ${recordedFrom}::timestamptz`,
    recordedTo === undefined ? undefined : sql`${column} < ${recordedTo}::timestamptz`)
}

/** Whole milliseconds, and the microseconds beyond: a `Date` alone would lose those. */
function partsOf (instant: string): [number, number] {
  const [, micros = '000'] = /\.\d{3}(\d{1,3})/.exec(instant) ?? []
  return [Date.parse(instant), Number(micros.padEnd(3, '0'))]
}

export function checkSpan ({ recordedFrom, recordedTo }: RecordedSpan): void {
  if (recordedFrom === undefined || recordedTo === undefined) return
  const [from, to] = [partsOf(recordedFrom), partsOf(recordedTo)]
  if (from[0] < to[0] || (from[0] === to[0] && from[1] <= to[1])) return
  throw badRequest([parameterError('recordedFrom', 'bad_range',
    'Cần recordedFrom ≤ recordedTo.',
    'recordedFrom ≤ recordedTo.')])
}
