import type pg from 'pg'
import type { Transaction } from '../db/client.js'
import { repeatedly } from './repeat.js'
import { holdTransaction, type UnitOfWork, type TransactionOptions } from './unit.js'

/** Only where the server said that nothing was done; after a lost connection nobody knows whether COMMIT was. */
const RETRIED = ['40001', '40P01']

/**
 * Runs `work` in a transaction of its own and commits it; given a unit of work, as a part of that. `work` may run
 * several times (a serialization failure or a deadlock, up to `attempts`), so its only effects are in the database.
 *
 * Drizzle's own `db.transaction` on a pool loses a connection whenever BEGIN fails.
 */
export async function withTransaction<T> (
  to: pg.Pool | UnitOfWork,
  work: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {}
): Promise<T> {
  if ('within' in to) return to.within(work, options)
  return repeatedly(() => once(to, work, options), RETRIED, options.attempts)
}

async function once<T> (pool: pg.Pool, work: (tx: Transaction) => Promise<T>, options: TransactionOptions): Promise<T> {
  const held = await holdTransaction(pool, options)
  try {
    const result = await work(held.db)
    await held.commit()
    return result
  } catch (error) {
    await held.rollback(error)
    throw error
  }
}
