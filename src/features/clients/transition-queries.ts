import { and, eq } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clientTransitions } from '../../db/schema/clients.js'
import type { Page } from '../../http/list.js'

export type TransitionRow = typeof clientTransitions.$inferSelect

export async function listTransitions (db: Queryable, clientId: string, page: Page<TransitionRow>) {
  const where = and(eq(clientTransitions.clientId, clientId), page.recorded)
  const rows = await db.select().from(clientTransitions)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(clientTransitions, where) : undefined }
}

export async function findTransition (
  db: Queryable, clientId: string, sequence: number
): Promise<TransitionRow | undefined> {
  const [row] = await db.select().from(clientTransitions)
    .where(and(eq(clientTransitions.clientId, clientId), eq(clientTransitions.sequence, sequence)))
  return row
}
