import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clients, clientSecrets, type ClientState, type Scope } from '../../db/schema/clients.js'
import { LIVE_SECRETS } from './secrets.js'

export interface ClientRecord {
  readonly id: string
  readonly state: ClientState
  readonly scopes: readonly Scope[]
}

export async function findClient (db: Queryable, id: string): Promise<ClientRecord | undefined> {
  const [found] = await db.select({ id: clients.id, state: clients.state, scopes: clients.scopes }).from(clients).where(eq(clients.id, id))
  return found
}

/** A secret is live while the database's clock has reached neither its revocation nor its expiry. */
export const isLive = and(
  or(isNull(clientSecrets.revokedAt), gt(clientSecrets.revokedAt, sql`now()`)),
  or(isNull(clientSecrets.expiresAt), gt(clientSecrets.expiresAt, sql`now()`)))!

export interface LiveSecret {
  readonly id: string
  readonly hash: string
  /** Used so shortly ago that it need not be written again. */
  readonly isFresh: boolean
}

/** How exactly it is known when a secret was last used. */
const FRESH = sql.raw("interval '1 minute'")
const isFresh = sql<boolean>`coalesce(${clientSecrets.lastUsedAt} > now() - ${FRESH}, false)`

/** The secrets that are valid now by the database's clock, newest first. */
export async function listLiveSecrets (db: Queryable, clientId: string): Promise<LiveSecret[]> {
  return await db
    .select({ id: clientSecrets.id, hash: clientSecrets.hash, isFresh })
    .from(clientSecrets)
    .where(and(eq(clientSecrets.clientId, clientId), isLive))
    .orderBy(desc(clientSecrets.recordedAt), desc(clientSecrets.id))
    .limit(LIVE_SECRETS)
}

/** Once a minute at most, and never where another request is writing it: a token does not wait for that. */
export async function noteUse (db: Queryable, { id, isFresh }: LiveSecret): Promise<void> {
  if (isFresh) return
  await db.execute(sql`
    update client_secrets set last_used_at = now() where id = (
      select id from client_secrets where id = ${id}::uuid and coalesce(last_used_at <= now() - ${FRESH}, true) for no key update skip locked
    )`)
}
