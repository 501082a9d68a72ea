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

export interface Credentials {
  readonly client: ClientRecord
  /** Those that are valid now by the database's clock, newest first. */
  readonly secrets: readonly LiveSecret[]
}

/** In one question, whether there is such a client or not. */
export async function findCredentials (db: Queryable, clientId: string): Promise<Credentials | undefined> {
  const rows = await db
    .select({
      client: { id: clients.id, state: clients.state, scopes: clients.scopes },
      id: clientSecrets.id, hash: clientSecrets.hash, isFresh
    })
    .from(clients)
    .leftJoin(clientSecrets, and(eq(clientSecrets.clientId, clients.id), isLive))
    .where(eq(clients.id, clientId))
    .orderBy(desc(clientSecrets.recordedAt), desc(clientSecrets.id))
    .limit(LIVE_SECRETS)
  const [first] = rows
  if (first === undefined) return undefined
  const secrets = rows.flatMap(({ id, hash, isFresh }) => id === null ? [] : [{ id, hash: hash!, isFresh }])
  return { client: first.client, secrets }
}

/** Once a minute at most, and never where another request is writing it: a token does not wait for that. */
export async function noteUse (db: Queryable, { id, isFresh }: LiveSecret): Promise<void> {
  if (isFresh) return
  await db.execute(sql`
    update client_secrets set last_used_at = now() where id = (
      select id from client_secrets where id = ${id}::uuid and coalesce(last_used_at <= now() - ${FRESH}, true) for no key update skip locked
    )`)
}

/** In place of a hash that costs much to check: of a secret that was made here and that was stored by an older release. */
export async function replaceHash (db: Queryable, { id, hash }: LiveSecret, better: string): Promise<void> {
  await db.update(clientSecrets).set({ hash: better }).where(and(eq(clientSecrets.id, id), eq(clientSecrets.hash, hash)))
}
