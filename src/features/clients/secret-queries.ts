import { and, eq, getTableColumns, not, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clientSecrets } from '../../db/schema/clients.js'
import type { Page } from '../../http/list.js'
import { isLive } from '../identity/queries.js'

const { hash: _, ...withoutHash } = getTableColumns(clientSecrets)
export const shown = { ...withoutHash, live: sql<boolean>`${isLive}` }
/** Never its hash. */
export type SecretRow = Omit<typeof clientSecrets.$inferSelect, 'hash'> & { live: boolean }

export async function listSecrets (db: Queryable, clientId: string, live: boolean | undefined, page: Page<SecretRow>) {
  const where = and(
    eq(clientSecrets.clientId, clientId), live === undefined ? undefined : live ? isLive : not(isLive), page.recorded
  )
  const rows = await db.select(shown).from(clientSecrets)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(clientSecrets, where) : undefined }
}

/** For the command line: every one, in the order in which they were made. */
export async function listEverySecret (db: Queryable, clientId: string): Promise<SecretRow[]> {
  return await db.select(shown).from(clientSecrets).where(eq(clientSecrets.clientId, clientId))
    .orderBy(clientSecrets.recordedAt, clientSecrets.id)
}

export async function findSecret (db: Queryable, clientId: string, id: string): Promise<SecretRow | undefined> {
  const [row] = await db.select(shown).from(clientSecrets)
    .where(and(eq(clientSecrets.clientId, clientId), eq(clientSecrets.id, id)))
  return row
}
