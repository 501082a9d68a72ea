import type { Queryable } from '../db/client.js'
import { findLastChange } from '../world/measurements.js'
import type { Sight } from '../world/sight.js'
import { lastKnown } from '../world/figures.js'

/**
 * When the registry last learnt, by the instant, something that a reader's series or (`reporting`) obligations may
 * rest on.
 */
export async function lastLearnt (
  db: Queryable, at: string, sight: Sight, of: 'figures' | 'reporting', indicator?: string
): Promise<string> {
  const known = await lastKnown(db, at)
  const { knownAt = known } = await findLastChange(db, { indicator }, sight, at, of)
  return known > knownAt ? known : knownAt
}
