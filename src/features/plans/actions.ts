import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { plans } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable } from '../../http/problem.js'
import { resolveAgencies } from '../../world/agencies.js'
import { checkQuote } from '../provenance.js'
import { findUnknown, unknownReference } from '../references.js'
import type { PlanRow } from './queries.js'
import type { PlanInput, PlanPatch } from './schemas.js'

export async function createPlan (unit: Transactor, input: PlanInput): Promise<PlanRow> {
  const { code, year, agency, document, name, issuedOn, provenance = 'operational', quote = null } = input
  return withTransaction(unit, async tx => {
    const agencyCode = await judge(tx, { document, agency, issuedOn, provenance, quote })
    const [row] = await tx.insert(plans)
      .values({ code, year, name, issuedOn, documentId: document, agencyCode, provenance, quote }).returning()
    return row!
  })
}

/** Undefined when there is no such plan. */
export async function changePlan (
  unit: Transactor, code: string, patch: PlanPatch, expected: Precondition
): Promise<PlanRow | undefined> {
  return withTransaction(unit, async tx => {
    const [row] = await tx.select().from(plans).where(eq(plans.code, code)).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const {
      document = row.documentId, agency = row.agencyCode, name = row.name, issuedOn = row.issuedOn,
      provenance = row.provenance, quote = row.quote
    } = patch
    const agencyCode = await judge(tx, { document, agency, issuedOn, provenance, quote })
    const [changed] = await tx.update(plans)
      .set({
        documentId: document, agencyCode, name, issuedOn, provenance, quote, rowVersion: sql`${plans.rowVersion} + 1`
      })
      .where(eq(plans.code, code)).returning()
    return changed
  })
}

interface Facts { document: string, agency: string, issuedOn: string, provenance: string, quote: string | null }

/** The code of the agency; throws everything that is wrong. */
async function judge (tx: Transaction, { document, agency, issuedOn, ...source }: Facts): Promise<string> {
  const errors = [
    ...checkQuote(source), ...await findUnknown(tx, [{ noun: 'document', value: document, pointer: '/document' }])
  ]
  const code = (await resolveAgencies(tx, [agency], issuedOn)).get(agency)
  if (code === undefined) errors.push(unknownReference('agency', agency, { pointer: '/agency' }))
  if (errors.length > 0) throw unprocessable(errors)
  return code!
}
