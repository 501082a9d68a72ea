import type pg from 'pg'
import type { Queryable } from '../db/client.js'
import { readMoment } from './moment.js'

/**
 * As of an instant: one snapshot that reads the same for ever. Now: the database as it is, with no bound and no
 * waiting.
 */
export async function readAsOf<T> (
  { db, pool }: { db: Queryable, pool: pg.Pool }, asOf: string | undefined,
  work: (db: Queryable, at: string | undefined) => Promise<T>
): Promise<T> {
  return asOf === undefined ? work(db, undefined) : readMoment(pool, { asOf }, work)
}
