import { and, eq, getTableColumns, not, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clientKeys } from '../../db/schema/keys.js'
import type { Page } from '../../http/list.js'
import { isLiveKey } from '../identity/queries.js'

export const shownKey = { ...getTableColumns(clientKeys), live: sql<boolean>`${isLiveKey}` }
export type KeyRow = typeof clientKeys.$inferSelect & { live: boolean }

export async function listKeys (db: Queryable, clientId: string, live: boolean | undefined, page: Page<KeyRow>) {
  const where = and(
    eq(clientKeys.clientId, clientId), live === undefined ? undefined : live ? isLiveKey : not(isLiveKey), page.recorded
  )
  const rows = await db.select(shownKey).from(clientKeys)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(clientKeys, where) : undefined }
}

export async function findKey (db: Queryable, clientId: string, id: string): Promise<KeyRow | undefined> {
  const [row] = await db.select(shownKey).from(clientKeys)
    .where(and(eq(clientKeys.clientId, clientId), eq(clientKeys.id, id)))
  return row
}
