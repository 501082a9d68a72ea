import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clients, clientSecrets, type ClientState, type Scope } from '../../db/schema/clients.js'
import { clientAssertions, clientKeys, revokedTokens, type PublicJwk } from '../../db/schema/keys.js'
import { LIVE_SECRETS } from './secrets.js'

export interface ClientRecord {
  readonly id: string
  readonly state: ClientState
  readonly scopes: readonly Scope[]
}

/** A client as the guard needs it: whoever sends a request with one of its tokens. */
export interface Caller extends ClientRecord {
  /** Ids of its tokens that were given back and would still be good. */
  readonly revoked: ReadonlySet<string>
}

export async function findCaller (db: Queryable, id: string): Promise<Caller | undefined> {
  const [found] = await db.select({
    id: clients.id,
    state: clients.state,
    scopes: clients.scopes,
    revoked: sql<string[]>`array(select jti from revoked_tokens r where r.client_id = ${clients.id} and r.expires_at >
      now())`
  }).from(clients).where(eq(clients.id, id))
  return found === undefined ? undefined : { ...found, revoked: new Set(found.revoked) }
}

export async function findClient (db: Queryable, id: string): Promise<ClientRecord | undefined> {
  const [found] = await db.select({
    id: clients.id, state: clients.state, scopes: clients.scopes
  }).from(clients).where(eq(clients.id, id))
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
export async function noteUse (
  db: Queryable, { id, isFresh }: Pick<LiveSecret, 'id' | 'isFresh'>,
  table: 'client_secrets' | 'client_keys' = 'client_secrets'
): Promise<void> {
  if (isFresh) return
  const name = sql.raw(table)
  await db.execute(sql`
    update ${name} set last_used_at = now() where id = (
      select id from ${name} where id = ${id}::uuid and coalesce(last_used_at <= now() - ${FRESH}, true) for no key
        update skip locked
    )`)
}

/**
 * In place of a hash that costs much to check: of a secret that was made here and that was stored by an older release.
 */
export async function replaceHash (db: Queryable, { id, hash }: LiveSecret, better: string): Promise<void> {
  await db.update(clientSecrets).set({ hash: better })
    .where(and(eq(clientSecrets.id, id), eq(clientSecrets.hash, hash)))
}

/** Public keys that may be live side by side: two systems of a client, and for each one more while it is replaced. */
export const LIVE_KEYS = 4

export const isLiveKey = and(
  or(isNull(clientKeys.revokedAt), gt(clientKeys.revokedAt, sql`now()`)),
  or(isNull(clientKeys.expiresAt), gt(clientKeys.expiresAt, sql`now()`)))!

export interface LiveKey {
  readonly id: string
  readonly kid: string
  readonly jwk: PublicJwk
  readonly isFresh: boolean
}

/** The client and its public keys that are valid now, in one question, whether there is such a client or not. */
export async function findKeys (db: Queryable, clientId: string): Promise<
  { client: ClientRecord, keys: readonly LiveKey[] } | undefined> {
  const rows = await db
    .select({
      client: { id: clients.id, state: clients.state, scopes: clients.scopes },
      id: clientKeys.id, kid: clientKeys.kid, jwk: clientKeys.jwk,
      isFresh: sql<boolean>`coalesce(${clientKeys.lastUsedAt} > now() - ${FRESH}, false)`
    })
    .from(clients)
    .leftJoin(clientKeys, and(eq(clientKeys.clientId, clients.id), isLiveKey))
    .where(eq(clients.id, clientId))
    .orderBy(desc(clientKeys.recordedAt), desc(clientKeys.id))
    .limit(LIVE_KEYS)
  const [first] = rows
  if (first === undefined) return undefined
  const keys = rows.flatMap(({ id, kid, jwk, isFresh }) => id === null ? [] : [{ id, kid: kid!, jwk: jwk!, isFresh }])
  return { client: first.client, keys }
}

const instantOf = (seconds: number) => sql<string>`to_timestamp(${seconds})`

/** Whether this is the first time, through any instance. `until`: seconds since 1970. */
export async function takeAssertion (db: Queryable, clientId: string, jti: string, until: number): Promise<boolean> {
  const taken = await db.insert(clientAssertions).values({ clientId, jti, expiresAt: instantOf(until) })
    .onConflictDoNothing().returning({ jti: clientAssertions.jti })
  return taken.length > 0
}

/** Again and again as well as once. */
export async function revokeToken (db: Queryable, clientId: string, jti: string, until: number): Promise<void> {
  await db.insert(revokedTokens).values({ clientId, jti, expiresAt: instantOf(until) }).onConflictDoNothing()
}

/** What has expired by itself. */
export async function forgetExpired (db: Queryable): Promise<void> {
  for (const table of [clientAssertions, revokedTokens]) {
    await db.delete(table)
      .where(sql`expires_at < now() - interval '1 minute'`)
  }
}
