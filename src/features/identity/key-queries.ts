import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { PublicJwk } from '../../db/schema/keys.js'
import { TOKEN_LIFETIME } from './jws.js'

export const KEY_STATES = ['upcoming', 'signing', 'verifying', 'retired', 'revoked'] as const
export type KeyState = typeof KEY_STATES[number]

export interface SigningKeyRow {
  readonly kid: string
  readonly publicJwk: PublicJwk
  readonly wrapped: string | null
  readonly state: KeyState
  readonly signsFrom: string
  /** When the last token that it signed has expired; null until another signs. */
  readonly verifiesUntil: string | null
  readonly revokedAt: string | null
  readonly reason: string | null
  readonly client: string | null
  readonly recordedAt: string
}

/** Beyond the life of a token: another instance learns of the next key a little later, and clocks differ. */
const VERIFIES = sql.raw(`interval '${TOKEN_LIFETIME + 60} seconds'`)

/** All there have been, or those recorded in a span, in the order in which they sign. */
export async function listSigningKeys (db: Queryable, recorded: SQL = sql`true`): Promise<SigningKeyRow[]> {
  const { rows } = await db.execute<Record<string, unknown>>(sql`
    select kid, public_jwk, wrapped, signs_from::text, revoked_at::text, reason, by_client_id, recorded_at::text, (next
      + ${VERIFIES})::text as until,
      case when revoked_at is not null then 'revoked' when signs_from > now() then 'upcoming'
        when next is null or next > now() then 'signing' when next + ${VERIFIES} > now() then 'verifying' else
          'retired' end as state
    from (select *, case when revoked_at is null
      then lead(signs_from) over (partition by revoked_at is null order by signs_from, recorded_at, kid) end as next
        from signing_keys) k
    where ${recorded}
    order by signs_from, recorded_at, kid`)
  const instant = (value: unknown) => typeof value === 'string' ? instantFromDatabase(value) : null
  return rows.map(row => ({
    kid: row['kid'] as string,
    publicJwk: row['public_jwk'] as PublicJwk,
    wrapped: row['wrapped'] as string | null,
    state: row['state'] as KeyState,
    signsFrom: instant(row['signs_from'])!,
    verifiesUntil: instant(row['until']),
    revokedAt: instant(row['revoked_at']),
    reason: row['reason'] as string | null,
    client: row['by_client_id'] as string | null,
    recordedAt: instant(row['recorded_at'])!
  }))
}

/** The private parts of keys whose tokens have all expired are of use to nobody but a thief. */
export async function forgetRetiredKeys (db: Queryable): Promise<void> {
  const gone = (await listSigningKeys(db)).filter(({ state, wrapped }) =>
    wrapped !== null && ['retired', 'revoked'].includes(state))
  if (gone.length === 0) return
  await db.execute(sql`update signing_keys set wrapped = null where kid = any(${sql.param(
    gone.map(({ kid }) => kid)
  )}::text[])`)
}
