import { sql, type SQL } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { signingKeys } from '../../db/schema/keys.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { conflict } from '../../http/problem.js'
import { generateKeyPair, wrapKey, type KeyPair, type SigningKeys } from './key-material.js'
import { listSigningKeys, type SigningKeyRow } from './key-queries.js'

/** One change of the keys at a time. */
async function hold (tx: Transaction): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('signing keys', 4677))`)
}

interface Made { signsFrom: SQL<string>, reason?: string, byClientId?: string }

async function insert (tx: Transaction, pair: KeyPair, wrapping: Buffer, made: Made): Promise<void> {
  await tx.insert(signingKeys)
    .values({ ...made, kid: pair.kid, publicJwk: pair.publicJwk, wrapped: wrapKey(pair, wrapping) })
}

/** The key that a process was started with signs from now on, unless it has been among the keys before. */
export async function introduceKey (unit: Transactor, keys: SigningKeys): Promise<void> {
  await withTransaction(unit, async tx => {
    await hold(tx)
    const rows = await listSigningKeys(tx)
    if (keys.given ? rows.some(({ kid }) => kid === keys.kid) : rows.some(({ state }) => state === 'signing')) return
    await insert(tx, keys, keys.wrappingKeys[0], { signsFrom: sql<string>`clock_timestamp()` })
  })
}

export interface Rotation {
  reason: string
  /** The present ones may be known to others: they verify nothing from now on. */
  compromised: boolean
  by: string
  /** Until the new one signs, so that all have it by then. */
  leadMs: number
}

/** @throws Problem conflict where another is about to sign */
export async function rotateKey (
  unit: Transactor, keys: SigningKeys, { reason, compromised, by, leadMs }: Rotation
): Promise<SigningKeyRow> {
  const pair = generateKeyPair()
  return withTransaction(unit, async tx => {
    await hold(tx)
    if (compromised) {
      await tx.execute(sql`update signing_keys set revoked_at = now(), wrapped = null where revoked_at is null`)
    } else if ((await listSigningKeys(tx)).some(({ state }) => state === 'upcoming')) {
      throw conflict({
        vi: 'Đã có một khóa mới sắp ký; hãy đợi khóa ấy ký rồi mới đổi tiếp.',
        en: 'Another key is about to sign: wait until it does before the next rotation.'
      })
    }
    await insert(tx, pair, keys.wrappingKeys[0], {
      signsFrom: sql<string>`now() + ${compromised ? 0 : leadMs} * interval '1 millisecond'`, reason, byClientId: by
    })
    return (await listSigningKeys(tx)).find(({ kid }) => kid === pair.kid)!
  })
}
