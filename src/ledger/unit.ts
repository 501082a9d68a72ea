import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { abandoned, wanted } from '../db/abandon.js'
import type { Queryable, Transaction } from '../db/client.js'
import { explainDatabaseError } from '../db/errors.js'
import { repeatedly } from './repeat.js'

/** Where a request does its work. Its handler does not know whether the unit is one transaction. */
export interface UnitOfWork {
  /** For reads: all that the unit has written is seen. */
  readonly db: Queryable
  /**
   * Through `withTransaction`: a transaction of its own, or a part of the unit's that leaves nothing behind when it
   * fails.
   */
  within<T> (work: (tx: Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>
}

/** What an action takes to open its transaction in. */
export type Transactor = pg.Pool | UnitOfWork

/** A transaction that stays open between the steps of its owner, with the one connection it has. */
export interface HeldTransaction extends UnitOfWork {
  readonly db: Transaction
  /** Gives the connection back in any case. */
  commit (): Promise<void>
  /** Gives the connection back; throws nothing, and does nothing where it has gone back already. `cause`: why. */
  rollback (cause?: unknown): Promise<void>
}

const STRENGTH = ['read committed', 'repeatable read', 'serializable'] as const

export async function holdTransaction (
  pool: pg.Pool, options: Omit<TransactionOptions, 'attempts'> = {}
): Promise<HeldTransaction> {
  // nobody is served by a read whose client has gone
  const signal = options.readOnly === true ? wanted() : undefined
  if (signal?.aborted === true) throw abandoned()
  const connection = await pool.connect()
  let ended = false
  let broken: Error | undefined
  // the connection is somebody else's by then; where it was lost, that is the cause
  const query = (...args: Parameters<typeof connection.query>) =>
    ended ? Promise.reject(new Error('the transaction has ended', { cause: broken })) : connection.query(...args)
  const client: pg.PoolClient = Object.create(connection, { query: { value: query } })
  const db = drizzle(client)

  /** The pool drops a connection that comes back with an error; its transaction is rolled back by the server. */
  function release (): void {
    if (ended) return
    ended = true
    connection.off('error', lost)
    signal?.removeEventListener('abort', abandon)
    connection.release(broken)
  }
  /**
   * Also after 60 s without a statement (idle_in_transaction_session_timeout): whatever its owner forgets, the
   * connection goes back.
   */
  function lost (error: Error): void {
    broken = error
    release()
  }
  /** Also in the middle of a statement: the server ends that when its connection is gone (client.ts). */
  function abandon (): void { lost(abandoned()) }
  const doubt = (error: unknown) => {
    const failure = explainDatabaseError(error)
    // on a connection that no longer answers, ROLLBACK would only wait for another time-out
    if (failure?.kind === 'unavailable' && failure.code !== '57014') broken = error as Error
  }
  const undo = async (statement: string) => {
    if (!ended && broken === undefined) await client.query(statement).catch((error: Error) => { broken = error })
  }

  async function rollback (cause?: unknown): Promise<void> {
    if (ended) return
    doubt(cause)
    await undo('ROLLBACK')
    release()
  }

  async function commit (): Promise<void> {
    try {
      const { command } = await client.query('COMMIT')
      // COMMIT of a transaction in which a statement failed answers ROLLBACK, and no error.
      if (command !== 'COMMIT') throw new Error('the transaction was rolled back: an error inside it was swallowed')
    } catch (error) {
      await rollback(error)
      throw error
    }
    release()
  }

  async function part<T> (work: (tx: Transaction) => Promise<T>, readOnly: boolean): Promise<T> {
    await client.query(readOnly ? 'SAVEPOINT part; SET TRANSACTION READ ONLY' : 'SAVEPOINT part')
    try {
      const result = await work(db)
      // fails where a statement in it failed; READ ONLY ends with it
      await client.query('RELEASE SAVEPOINT part')
      return result
    } catch (error) {
      doubt(error)
      // locks and settings that were taken within it go too
      await undo('ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part')
      throw error
    }
  }

  async function within<T> (
    work: (tx: Transaction) => Promise<T>,
    { isolation = 'read committed', readOnly = false, attempts }: TransactionOptions = {}
  ): Promise<T> {
    if (STRENGTH.indexOf(isolation) > STRENGTH.indexOf(options.isolation ?? 'read committed')) {
      throw new Error(`a transaction that is open already cannot become ${isolation}: begin it so`)
    }
    // a serialization failure is of the whole transaction: only its owner can begin that again
    return repeatedly(() => part(work, readOnly), ['40P01'], attempts)
  }

  connection.on('error', lost)
  signal?.addEventListener('abort', abandon)
  try {
    await client.query(begin(options))
  } catch (error) {
    await rollback(error)
    throw error
  }
  return { db, within, commit, rollback }
}

function begin ({ isolation, readOnly }: TransactionOptions): string {
  return [
    'BEGIN', isolation && `ISOLATION LEVEL ${isolation.toUpperCase()}`, readOnly && 'READ ONLY'
  ].filter(Boolean).join(' ')
}

export interface TransactionOptions {
  isolation?: 'read committed' | 'repeatable read' | 'serializable'
  readOnly?: boolean
  /** How often the work is begun at most, when the database asks for it to be tried again. */
  attempts?: number
}
