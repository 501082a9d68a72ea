import type { Queryable } from '../../db/client.js'
import type { StandingRevision } from './review-rules.js'

/**
 * Which of these figures (by id) may not be reviewed or withdrawn, because their period is locked today and no extension
 * covers them. The one place where reviews and withdrawals meet the life of periods (domain/period-life.ts).
 */
export async function findLockedFigures (_db: Queryable, _figures: readonly StandingRevision[]): Promise<ReadonlySet<string>> {
  return new Set()
}
