import type { Queryable } from '../../db/client.js'
import { purgeKeys } from './keys.js'

export interface PurgeLog {
  info (details: object, message: string): void
  warn (details: object, message: string): void
}

const HOUR_MS = 3_600_000
/** A statement of tenths of a second. */
const BATCH = 1_000
/** A million a run: what is left is taken an hour later. */
const BATCHES = 1_000

/** Deletes what is too old to answer, batch by batch, until nothing is left or `go` says stop. */
export async function purge (db: Queryable, { batch = BATCH, batches = BATCHES, go = (): boolean => true } = {}): Promise<number> {
  let deleted = 0
  for (let i = 0; i < batches && go(); i++) {
    const now = await purgeKeys(db, batch)
    deleted += now
    if (now < batch) break
  }
  return deleted
}

/** Once an hour; instances that were started together do not purge together. */
export function startPurge (db: Queryable, log: PurgeLog, everyMs = HOUR_MS): { stop: () => Promise<void> } {
  let stopped = false
  let running = Promise.resolve()
  let timer: NodeJS.Timeout

  async function run (): Promise<void> {
    try {
      const deleted = await purge(db, { go: () => !stopped })
      if (deleted > 0) log.info({ deleted }, 'idempotency keys older than 30 days were deleted')
    } catch (error) {
      log.warn({ err: error }, 'idempotency keys could not be purged; the next run will')
    }
    if (!stopped) wait(everyMs)
  }
  function wait (ms: number): void {
    timer = setTimeout(() => { running = run() }, ms)
    // it alone does not keep the process
    timer.unref()
  }
  wait(everyMs * Math.random())
  return {
    async stop () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
