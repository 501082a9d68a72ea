import { createHash } from 'node:crypto'
import { v7 } from 'uuid'

/** The same id in every registry: of the instant, and of a name that no other row of it has. */
export function stableId (instant: string, name: string): string {
  return v7({ msecs: Date.parse(instant), random: createHash('sha256').update(name).digest().subarray(0, 16) })
}
