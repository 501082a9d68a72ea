import { createHash } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import { clientKeys, type PublicJwk } from '../../db/schema/keys.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { bodyError, conflict, Problem, unprocessable } from '../../http/problem.js'
import { isLiveKey, LIVE_KEYS } from '../identity/queries.js'
import { keepingAdministrator } from './administrators.js'
import { holdClient } from './hold.js'
import { findKey, shownKey, type KeyRow } from './key-queries.js'
import { checkKey } from './key-rules.js'

/** RFC 7638: the members that a key of its kind needs, in the order of their names. */
function thumbprintOf ({ kty, crv, x, y, n, e }: PublicJwk): string {
  const members = kty === 'RSA' ? { e, kty, n } : { crv, kty, x, y }
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url')
}

export interface KeyInput { jwk: PublicJwk, expiresAt?: string | null | undefined }

/** Undefined when there is no such client. */
export async function createKey (
  unit: Transactor, clientId: string, { jwk, expiresAt = null }: KeyInput
): Promise<KeyRow | undefined> {
  const errors = checkKey(jwk)
  if (errors.length > 0) throw unprocessable(errors)
  const thumbprint = thumbprintOf(jwk)
  return withTransaction(unit, async tx => {
    if (await holdClient(tx, clientId) === undefined) return undefined
    const { rows: [found] } = await tx.execute<{ live: number, past: boolean }>(sql`
      select (select count(*)::integer from client_keys where client_id = ${clientId} and ${isLiveKey}) as live,
        coalesce(${expiresAt}::timestamptz <= now(), false) as past`)
    if (found!.past) {
      throw unprocessable([
        bodyError(
          '/expiresAt', 'not_in_future', 'Phải là một thời điểm chưa tới.', 'Must be an instant that has not come.'
        )
      ])
    }
    if (found!.live >= LIVE_KEYS) throw new Problem('too_many_live_keys')
    const [row] = await tx.insert(clientKeys)
      .values({ id: uuid(), clientId, kid: jwk.kid ?? thumbprint, thumbprint, jwk, expiresAt }).returning(shownKey)
    return row!
  })
}

/** Undefined when there is no such key. Tokens that were got by it live until they expire. */
export async function revokeKey (
  unit: Transactor, clientId: string, id: string, reason: string
): Promise<KeyRow | undefined> {
  return withTransaction(unit, tx => keepingAdministrator(tx, async () => {
    const key = await findKey(tx, clientId, id)
    if (key === undefined) return undefined
    if (key.revokedAt !== null) throw conflict({ vi: 'Khóa này đã được thu hồi.', en: 'This key was revoked before.' })
    const [row] = await tx.update(clientKeys)
      .set({ revokedAt: sql`now()`, revokedReason: reason }).where(eq(clientKeys.id, id)).returning(shownKey)
    return row
  }))
}
