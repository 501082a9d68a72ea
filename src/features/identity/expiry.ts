import type { Queryable } from '../../db/client.js'
import { startJob, type JobLog } from '../../db/job.js'
import { forgetRetiredKeys } from './key-queries.js'
import { forgetExpired } from './queries.js'

const EVERY_MS = 3_600_000

/**
 * Once an hour: ids of assertions and of revoked tokens that have expired, and private parts of keys that sign no more.
 */
export function startExpiry (db: Queryable, log: JobLog, everyMs = EVERY_MS): { stop: () => Promise<void> } {
  return startJob({
    name: 'removal of what has expired',
    everyMs,
    async run () {
      await forgetExpired(db)
      await forgetRetiredKeys(db)
    }
  }, log)
}
