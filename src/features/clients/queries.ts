import { eq } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { clientGrants } from '../../db/schema/clients.js'
import type { Grant } from './grants.js'

/** Read in the transaction that judges by them: a grant that a reorganisation has just moved holds at once, through every instance. */
export async function listGrants (db: Queryable, clientId: string): Promise<Grant[]> {
  const rows = await db.select({
    agency: clientGrants.agencyCode, withSubtree: clientGrants.withSubtree, indicator: clientGrants.indicatorCode, validFrom: clientGrants.validFrom, validTo: clientGrants.validTo
  }).from(clientGrants).where(eq(clientGrants.clientId, clientId)).orderBy(clientGrants.id)
  return rows.map(({ validFrom, validTo, ...grant }) => ({ ...grant, ...validFrom === null ? {} : { validFrom }, ...validTo === null ? {} : { validTo } }))
}
