import { and, desc, eq, gt, isNull, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clientGrants, clients, clientSecrets, type Scope } from '../../db/schema/clients.js'
import type { Grant } from '../clients/grants.js'
import { LIVE_SECRETS } from './secrets.js'

export interface ClientRecord {
  readonly id: string
  readonly state: 'active' | 'suspended'
  readonly scopes: readonly Scope[]
  readonly grants: readonly Grant[]
}

/** One statement, so that state, scopes and grants are of one moment. */
export async function findClient (db: Queryable, id: string): Promise<ClientRecord | undefined> {
  const rows = await db
    .select({
      id: clients.id,
      state: clients.state,
      scopes: clients.scopes,
      grant: {
        id: clientGrants.id,
        agency: clientGrants.agencyCode,
        withSubtree: clientGrants.withSubtree,
        indicator: clientGrants.indicatorCode,
        validFrom: clientGrants.validFrom,
        validTo: clientGrants.validTo
      }
    })
    .from(clients)
    .leftJoin(clientGrants, eq(clientGrants.clientId, clients.id))
    .where(eq(clients.id, id))
    .orderBy(clientGrants.id)
  const [first] = rows
  if (first === undefined) return undefined
  return {
    id: first.id,
    state: first.state,
    scopes: first.scopes,
    grants: rows.flatMap(({ grant }) => {
      if (grant === null) return []
      const { agency, withSubtree, indicator, validFrom, validTo } = grant
      return [{ agency, withSubtree, indicator, ...validFrom === null ? {} : { validFrom }, ...validTo === null ? {} : { validTo } }]
    })
  }
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
