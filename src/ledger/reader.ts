import { sql } from 'drizzle-orm'
import type pg from 'pg'
import type { Queryable } from '../db/client.js'
import { READER_ROLE } from '../db/roles.js'
import { holdTransaction, type HeldTransaction } from './unit.js'

/**
 * A transaction in which the database itself shows only the receipts that the client may read: its own, or all where it
 * reviews. Where the server has no such role, it reads as before.
 */
export async function holdReader (pool: pg.Pool, clientId: string): Promise<HeldTransaction> {
  const held = await holdTransaction(pool, { isolation: 'repeatable read', readOnly: true })
  try {
    await held.db.execute(sql`
      select set_config('registry.client', ${clientId}, true), set_config('role', rolname, true)
      from pg_roles where rolname = ${READER_ROLE} and pg_has_role(session_user, oid, 'member')`)
    return held
  } catch (error) {
    await held.rollback(error)
    throw error
  }
}

/** The same, for the time of some work. */
export async function readAs<T> (pool: pg.Pool, clientId: string, work: (db: Queryable) => Promise<T>): Promise<T> {
  const held = await holdReader(pool, clientId)
  try {
    return await work(held.db)
  } finally {
    await held.rollback()
  }
}
