import { getTableName, sql, type SQL } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import type pg from 'pg'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Queryable, Transaction } from '../db/client.js'
import { withTransaction } from './transaction.js'
import { holdTransaction, type HeldTransaction } from './unit.js'

/** An instant that has not come yet: what will be known then is not known now. */
export class FutureInstant extends Error {
  override readonly name = 'FutureInstant'

  constructor (readonly now: string) { super('the instant lies in the future') }
}

/** Writers that hold the lock of `recording_time()`. */
const WRITERS = `locktype = 'advisory' AND classid = 4677 AND objid = 1 AND objsubid = 2 AND granted
  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`

export const SNAPSHOT = { isolation: 'repeatable read', readOnly: true } as const

/** From a transaction's first write to its end: a push of thousands of rows takes tenths of a second. */
const PATIENCE_MS = 10_000

/**
 * One snapshot (REPEATABLE READ) in which all is visible that the registry knew at the instant `at` = `asOf`, or now,
 * and in which, of all that was recorded by then, nothing can be added any more: a writer takes its instant under a
 * lock that it holds to its end, and this waits for those who hold it before the snapshot is taken. So the same `asOf`
 * always reads the same; and what was answered 2xx before a read began is in it, for its instant is earlier.
 * @throws FutureInstant
 */
export async function readAt<T> (
  pool: pg.Pool, asOf: string | undefined, work: (tx: Transaction, at: string) => Promise<T>
): Promise<T> {
  const at = await settle(pool, asOf)
  return withTransaction(pool, tx => work(tx, at), SNAPSHOT)
}

/** The same, open for as long as its owner needs it. @throws FutureInstant */
export async function holdAt (pool: pg.Pool, asOf: string | undefined): Promise<{ held: HeldTransaction, at: string }> {
  const at = await settle(pool, asOf)
  return { held: await holdTransaction(pool, SNAPSHOT), at }
}

/** The instant `asOf`, or now; returns when nothing more can be recorded before it. @throws FutureInstant */
export async function settle (pool: pg.Pool, asOf: string | undefined): Promise<string> {
  // the statement began before it looked at the locks: whoever takes an earlier instant holds the lock already
  const { rows: [found] } = await pool.query<{ now: string, at: string, writers: string[] }>(
    'SELECT statement_timestamp() AS now, greatest(coalesce($1::timestamptz, statement_timestamp()), ' +
    '\'1970-01-01Z\') ' +
    `AS at, array(SELECT virtualtransaction FROM pg_locks WHERE ${WRITERS}) AS writers`,
    [asOf ?? null])
  const { now, at, writers } = found!
  if (at > now) throw new FutureInstant(now)
  const end = Date.now() + PATIENCE_MS
  for (let left = writers, pause = 2; left.length > 0; pause = Math.min(pause * 2, 100)) {
    if (Date.now() > end) throw Object.assign(new Error('a writer has not ended in time'), { code: '55P03' })
    await sleep(pause)
    const { rows } = await pool.query<{ virtualtransaction: string }>(
      `SELECT virtualtransaction FROM pg_locks WHERE ${WRITERS} AND virtualtransaction = ANY ($1)`, [left]
    )
    left = rows.map(row => row.virtualtransaction)
  }
  return at
}

/**
 * Queries in which these tables have the rows that were known at the instant: `asKnown(db, at, assignments).select(…)`.
 * A CTE of a table's own name stands before the table; PostgreSQL makes it part of the query's plan.
 */
export function asKnown (db: Queryable, at: string | undefined, ...tables: PgTable[]): Pick<Queryable, 'select'> {
  if (at === undefined) return db
  return db.with(...tables.map(table => {
    const name = getTableName(table)
    return db.$with(name, {}).as(sql`select * from ${sql.identifier(`${name}_at`)}(${at}::timestamptz)`)
  }))
}

/** When the registry last learnt something of a table that is changed in place, by the instant `at`. */
export function lastChange (table: PgTable, at: string): SQL {
  const name = sql.identifier(getTableName(table))
  return sql`greatest((select max(known_from) from ${name} where known_from <= ${at}::timestamptz),
    (select max(known_from) from history.${name} where known_from <= ${at}::timestamptz),
    (select max(known_to) from history.${name} where known_to <= ${at}::timestamptz))`
}
