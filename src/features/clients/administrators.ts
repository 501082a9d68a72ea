import { sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { Problem } from '../../http/problem.js'
import { isLive, isLiveKey } from '../identity/queries.js'

/** An administrator who can get a token. */
async function hasAdministrator (tx: Transaction): Promise<boolean> {
  const { rows: [row] } = await tx.execute<{ has: boolean }>(sql`
    select exists (
      select from clients where state = 'active' and 'registry:admin' = any(scopes)
        and (exists (select from client_secrets where client_secrets.client_id = clients.id and ${isLive})
          or exists (select from client_keys where client_keys.client_id = clients.id and ${isLiveKey}))
    ) as has`)
  return row!.has
}

/**
 * Does what may take an administrator away, and refuses it where nobody who can log in is left. One such change at a
 * time: two administrators who suspend each other do not both succeed.
 */
export async function keepingAdministrator<T> (tx: Transaction, change: () => Promise<T>): Promise<T> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('administrators', 4677))`)
  const before = await hasAdministrator(tx)
  const result = await change()
  if (before && !await hasAdministrator(tx)) throw new Problem('last_administrator')
  return result
}
