import { eq, sql } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import { clientSecrets } from '../../db/schema/clients.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { bodyError, conflict, Problem, unprocessable } from '../../http/problem.js'
import { isLive } from '../identity/queries.js'
import { generateSecret, hashGenerated, LIVE_SECRETS } from '../identity/secrets.js'
import { keepingAdministrator } from './administrators.js'
import { holdClient } from './hold.js'
import { findSecret, shown, type SecretRow } from './secret-queries.js'

/** Undefined when there is no such client. The secret itself is in what is returned, and nowhere else. */
export async function createSecret (
  unit: Transactor, clientId: string, { expiresAt = null }: { expiresAt?: string | null | undefined }
): Promise<SecretRow & { secret: string } | undefined> {
  const secret = generateSecret()
  const hash = hashGenerated(secret)
  return withTransaction(unit, async tx => {
    if (await holdClient(tx, clientId) === undefined) return undefined
    const { rows: [found] } = await tx.execute<{ live: number, past: boolean }>(sql`
      select (select count(*)::integer from client_secrets where client_id = ${clientId} and ${isLive}) as live,
        coalesce(${expiresAt}::timestamptz <= now(), false) as past`)
    if (found!.past) {
      throw unprocessable([
        bodyError(
          '/expiresAt', 'not_in_future', 'Phải là một thời điểm chưa tới.', 'Must be an instant that has not come.'
        )
      ])
    }
    if (found!.live >= LIVE_SECRETS) throw new Problem('two_live_secrets')
    const [row] = await tx.insert(clientSecrets).values({ id: uuid(), clientId, hash, expiresAt }).returning(shown)
    return { ...row!, secret }
  })
}

/** Undefined when there is no such secret. Tokens that were got by it live until they expire. */
export async function revokeSecret (
  unit: Transactor, clientId: string, id: string, reason: string
): Promise<SecretRow | undefined> {
  return withTransaction(unit, tx => keepingAdministrator(tx, async () => {
    const secret = await findSecret(tx, clientId, id)
    if (secret === undefined) return undefined
    if (secret.revokedAt !== null) {
      throw conflict({ vi: 'Mã bí mật này đã được thu hồi.', en: 'This secret was revoked before.' })
    }
    const [row] = await tx.update(clientSecrets)
      .set({ revokedAt: sql`now()`, revokedReason: reason })
      .where(eq(clientSecrets.id, id)).returning(shown)
    return row
  }))
}
