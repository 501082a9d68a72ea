import type { Queryable } from '../../db/client.js'
import { startJob, type JobLog } from '../../db/job.js'
import { markInterrupted } from '../pushes/receipts.js'

/** For so long a receipt may say `running` after the process that worked on it is gone. */
const EVERY_MS = 15_000

/** At the start, for what the process before this one left, and from then on for what others leave. */
export function startInterruptions (db: Queryable, log: JobLog): { stop: () => Promise<void> } {
  return startJob({
    name: 'interrupted submissions',
    everyMs: EVERY_MS,
    firstMs: 0,
    async run () {
      const interrupted = await markInterrupted(db)
      if (interrupted > 0) log.warn({ interrupted }, 'submissions had been left by the process that worked on them')
    }
  }, log)
}
