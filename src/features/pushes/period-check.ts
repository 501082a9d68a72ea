import type { Queryable } from '../../db/client.js'
import { today } from '../../http/today.js'
import { findLocked } from '../../world/locks.js'
import type { StandingRevision } from './review-rules.js'

/**
 * Which of these figures (by id) may not be reviewed or withdrawn: their period is locked today, and no extension
 * covers them.
 */
export async function findLockedFigures (
  db: Queryable, figures: readonly StandingRevision[]
): Promise<ReadonlySet<string>> {
  const reasons = await findLocked(db, figures, today())
  return new Set(figures.filter((_, i) => reasons[i] !== undefined).map(({ id }) => id))
}
