import type { Queryable } from '../db/client.js'
import { findLastChange } from './measurements/queries.js'
import { lastKnown } from './status/queries.js'

/** When the registry last learnt, by the instant, something that a status, an obligation or a series may rest on. */
export async function lastLearnt (db: Queryable, at: string, indicator?: string): Promise<string> {
  const known = await lastKnown(db, at)
  const { knownAt = known } = await findLastChange(db, { indicator }, at)
  return known > knownAt ? known : knownAt
}
