import { setTimeout as sleep } from 'node:timers/promises'
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import type { Transaction } from './client.js'
import { explainDatabaseError } from './errors.js'
import * as schema from './schema/index.js'

export interface TransactionOptions {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readOnly?: boolean
  /** How often the work is begun at most, when the database asks for it to be tried again. */
  attempts?: number
}

/** Doubled with each attempt, and jittered: two transactions that collided must not meet again. */
const FIRST_PAUSE_MS = 20

/**
 * Runs `work` in a transaction of its own and commits it. `work` may run several times (a
 * serialization failure or a deadlock, up to `attempts`), so its only effects are in the database.
 *
 * Drizzle's own `db.transaction` on a pool loses a connection whenever BEGIN fails.
 */
export async function withTransaction<T> (
  pool: pg.Pool,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {}
): Promise<T> {
  const attempts = options.attempts ?? 4
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(pool, work, options)
    } catch (error) {
      if (attempt >= attempts || !mayBeRetried(error)) throw error
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt)
    }
  }
}

/** Only where the server said that nothing was done; after a lost connection nobody knows whether COMMIT was. */
function mayBeRetried (error: unknown): boolean {
  const code = explainDatabaseError(error)?.code
  return code === '40001' || code === '40P01'
}

async function once<T> (pool: pg.Pool, work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  const note = (error: Error) => { broken = error }
  client.on('error', note)
  try {
    await client.query(begin(options))
    const result = await work(drizzle(client, { schema }))
    const { command } = await client.query('COMMIT')
    // COMMIT of a transaction in which a statement failed answers ROLLBACK, and no error.
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: an error inside it was swallowed')
    return result
  } catch (error) {
    const failure = explainDatabaseError(error)
    // On a connection that no longer answers, ROLLBACK would only wait for another time-out.
    if (failure?.kind === 'unavailable' && failure.code !== '57014') broken = error as Error
    else await client.query('ROLLBACK').catch(note)
    throw error
  } finally {
    client.off('error', note)
    client.release(broken)
  }
}

function begin ({ isolation, readOnly }: TransactionOptions): string {
  return ['BEGIN', isolation && `ISOLATION LEVEL ${isolation.toUpperCase()}`, readOnly && 'READ ONLY'].filter(Boolean).join(' ')
}
