import { sql, type SQL } from 'drizzle-orm'
import type { Transaction } from './client.js'

/** Rows of one FETCH. */
export const BATCH_ROWS = 1_000

/**
 * The rows of a query of any length, some at a time as they are asked for: a cursor, which lives in its transaction.
 * One at a time in each.
 */
export async function * inBatches<Row extends Record<string, unknown>> (
  tx: Transaction, query: SQL
): AsyncGenerator<Row[], undefined> {
  await tx.execute(sql`declare batches no scroll cursor for ${query}`)
  for (;;) {
    const { rows } = await tx.execute<Row>(sql`fetch forward ${sql.raw(String(BATCH_ROWS))} from batches`)
    if (rows.length > 0) yield rows as Row[]
    if (rows.length < BATCH_ROWS) return
  }
}
