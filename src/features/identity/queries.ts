import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clients, clientSecrets, type Scope } from '../../db/schema/clients.js'
import { LIVE_SECRETS } from './secrets.js'

export interface ClientRecord {
  readonly id: string
  readonly state: 'active' | 'suspended'
  readonly scopes: readonly Scope[]
}

export async function findClient (db: Queryable, id: string): Promise<ClientRecord | undefined> {
  const [found] = await db.select({ id: clients.id, state: clients.state, scopes: clients.scopes }).from(clients).where(eq(clients.id, id))
  return found
}

/** The hashes of the secrets that are valid now by the database's clock, newest first. */
export async function listLiveSecrets (db: Queryable, clientId: string): Promise<string[]> {
  const rows = await db
    .select({ hash: clientSecrets.hash })
    .from(clientSecrets)
    .where(and(
      eq(clientSecrets.clientId, clientId),
      or(isNull(clientSecrets.revokedAt), gt(clientSecrets.revokedAt, sql`now()`)),
      or(isNull(clientSecrets.expiresAt), gt(clientSecrets.expiresAt, sql`now()`))))
    .orderBy(desc(clientSecrets.recordedAt), desc(clientSecrets.id))
    .limit(LIVE_SECRETS)
  return rows.map(row => row.hash)
}
