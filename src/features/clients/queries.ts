import { inArray } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clientGrants } from '../../db/schema/clients.js'
import type { Grant } from './grants.js'

/** Read in the transaction that judges by them: a grant that a reorganisation has just moved holds at once, through every instance. */
export async function listGrants (db: Queryable, clientId: string): Promise<Grant[]> {
  return (await listGrantsOf(db, [clientId])).get(clientId) ?? []
}

/** By client; one that has none is not in it. */
export async function listGrantsOf (db: Queryable, clientIds: readonly string[]): Promise<Map<string, Grant[]>> {
  const rows = await db.select({
    clientId: clientGrants.clientId, agency: clientGrants.agencyCode, withSubtree: clientGrants.withSubtree, indicator: clientGrants.indicatorCode, validFrom: clientGrants.validFrom, validTo: clientGrants.validTo
  }).from(clientGrants).where(inArray(clientGrants.clientId, [...clientIds])).orderBy(clientGrants.id)
  const grants = new Map<string, Grant[]>()
  for (const { clientId, validFrom, validTo, ...grant } of rows) {
    const own = grants.get(clientId) ?? []
    own.push({ ...grant, ...validFrom === null ? {} : { validFrom }, ...validTo === null ? {} : { validTo } })
    grants.set(clientId, own)
  }
  return grants
}
