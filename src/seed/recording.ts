import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'

/** When the demonstration's registry learnt the plan: the day after it was issued. */
export const PLAN_RECORDED = '2024-12-12T02:00:00.000000Z'

/**
 * What this transaction records from here on has this instant. Only for illustrative rows of a registry that is new:
 * elsewhere somebody may have read what was known at that instant already.
 */
export async function recordAt (tx: Queryable, instant: string): Promise<void> {
  // taking the transaction's own instant first also takes the lock that writers hold
  await tx.execute(sql`select recording_time(), set_config('registry.recording_time', ${instant}, true)`)
}
