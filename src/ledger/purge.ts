import type { Queryable } from '../db/client.js'
import { startJob, type JobLog } from '../db/job.js'
import { purgeKeys } from './idempotency-keys.js'

export interface PurgeLog extends JobLog {
  info (details: object, message: string): void
}

const HOUR_MS = 3_600_000
/** A statement of tenths of a second. */
const BATCH = 1_000
/** A million a run: what is left is taken an hour later. */
const BATCHES = 1_000

/** Deletes what is too old to answer, batch by batch, until nothing is left or `go` says stop. */
export async function purge (
  db: Queryable, { batch = BATCH, batches = BATCHES, go = (): boolean => true } = {}
): Promise<number> {
  let deleted = 0
  for (let i = 0; i < batches && go(); i++) {
    const now = await purgeKeys(db, batch)
    deleted += now
    if (now < batch) break
  }
  return deleted
}

/** Once an hour. */
export function startPurge (db: Queryable, log: PurgeLog, everyMs = HOUR_MS): { stop: () => Promise<void> } {
  return startJob({
    name: 'purge of idempotency keys',
    everyMs,
    async run (go) {
      const deleted = await purge(db, { go })
      if (deleted > 0) log.info({ deleted }, 'idempotency keys older than 30 days were deleted')
    }
  }, log)
}
