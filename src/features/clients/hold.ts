import { eq, inArray, sql } from 'drizzle-orm'
import type { Queryable, Transaction } from '../../db/client.js'
import { clients } from '../../db/schema/clients.js'
import { Problem } from '../../http/problem.js'

/** Locks the client's row until the transaction ends. @throws Problem client_ended */
export async function holdClient (tx: Transaction, id: string): Promise<typeof clients.$inferSelect | undefined> {
  const [row] = await tx.select().from(clients).where(eq(clients.id, id)).for('no key update')
  if (row?.state === 'ended') throw new Problem('client_ended')
  return row
}

/** Another version of the row, known from now on. */
export const CHANGED = { rowVersion: sql`${clients.rowVersion} + 1`, changedAt: sql`recording_time()` }

/**
 * Says that the clients, their grants or their states, have changed: whoever read them before has to read them again.
 */
export async function touchClients (db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await db.update(clients).set(CHANGED).where(inArray(clients.id, [...new Set(ids)]))
}
