import { Type } from 'typebox'
import { badRequest, parameterError } from './problem.js'
import { KnownInstant, ref } from './schema.js'
import type { RecordedSpan } from '../db/recorded.js'

const instant = (description: string) => Type.Optional(ref(KnownInstant, { description }))

export const recordedFilters = {
  recordedFrom: instant('Có recordedAt từ thời điểm này trở đi. / With a recordedAt at this instant or later.'),
  recordedTo: instant('Có recordedAt trước thời điểm này; thời điểm phải đã tới. / ' +
    'With a recordedAt before this instant, which must have come.')
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
