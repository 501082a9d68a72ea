import { setTimeout as sleep } from 'node:timers/promises'
import { explainDatabaseError } from '../db/errors.js'

/** Doubled with each attempt, and jittered: two transactions that collided must not meet again. */
const FIRST_PAUSE_MS = 20

/** Runs it again when it fails with one of these codes, `attempts` times at most. */
export async function repeatedly<T> (run: () => Promise<T>, codes: readonly string[], attempts = 4): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      if (attempt >= attempts || !codes.includes(explainDatabaseError(error)?.code ?? '')) throw error
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt)
    }
  }
}
