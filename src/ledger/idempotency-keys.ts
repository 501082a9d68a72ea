import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import { idempotencyKeys } from '../db/schema/index.js'

/** A key and the request that was sent with it. */
export interface Claim {
  readonly clientId: string
  readonly key: string
  readonly fingerprint: string
}

/** Header names in lower case; only those that belong to the answer itself. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Contract §2.9; by the clock of the database. */
const LIFE = sql.raw("interval '30 days'")
const { clientId, key, fingerprint, status, headers, body, recordedAt } = idempotencyKeys

/** `running`: the same request is being answered at this moment · `reused`: the key was used for another request. */
export class KeyTaken extends Error {
  override readonly name = 'KeyTaken'
  constructor (readonly by: 'running' | 'reused') { super(`the idempotency key is taken: ${by}`) }
}

/**
 * Holds the key until the end of the transaction. Returns what the same request was answered before; undefined where
 * it is to be done now. Never waits. In REPEATABLE READ an answer that is committed just meanwhile is met by
 * `rememberAnswer` only, as a serialization failure.
 * @throws KeyTaken
 */
export async function claimKey (tx: Queryable, claim: Claim): Promise<Answer | undefined> {
  const name = `idempotency\n${claim.clientId}\n${claim.key}`
  const { rows: [lock] } = await tx.execute<{ free: boolean }>(
    sql`select pg_try_advisory_xact_lock(hashtextextended(${name}, 0)) as free`
  )
  // by a statement of its own: what it sees is later than the lock
  const [found] = await tx.select({ fingerprint, status, headers, body }).from(idempotencyKeys)
    .where(and(eq(clientId, claim.clientId), eq(key, claim.key), sql`${recordedAt} > clock_timestamp() - ${LIFE}`))
  // whoever replays it holds it too
  if (found === undefined && !lock!.free) throw new KeyTaken('running')
  if (found === undefined) return undefined
  if (found.fingerprint !== claim.fingerprint) throw new KeyTaken('reused')
  return { status: found.status, headers: found.headers, body: found.body }
}

/** For a transaction that has claimed the key; the answer is there when, and only when, its effect is. */
export async function rememberAnswer (tx: Queryable, claim: Claim, answer: Answer): Promise<void> {
  const written = await tx.insert(idempotencyKeys).values({ ...claim, ...answer }).onConflictDoUpdate({
    target: [clientId, key],
    set: { ...answer, fingerprint: claim.fingerprint, recordedAt: sql`clock_timestamp()` },
    // one that is too old to answer, and that no purge has met yet
    setWhere: sql`${recordedAt} <= clock_timestamp() - ${LIFE}`
  }).returning({ key })
  if (written.length === 0) throw new KeyTaken('running')
}

/**
 * Deletes up to `most` keys that answer no more, the oldest first; returns how many. Several at once share the work.
 */
export async function purgeKeys (db: Queryable, most: number): Promise<number> {
  const { rowCount } = await db.execute(sql`
    delete from ${idempotencyKeys} where (client_id, key) in (
      select client_id, key from ${idempotencyKeys} where ${recordedAt} <= clock_timestamp() - ${LIFE}
      order by ${recordedAt} limit ${most} for update skip locked)`)
  return rowCount ?? 0
}
