import { and, eq } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { plans } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type PlanRow = typeof plans.$inferSelect

export interface PlanFilters {
  year: number | undefined
  agency: string | undefined
  document: string | undefined
  provenance: Provenance | undefined
}

export async function listPlans (
  db: Queryable, { year, agency, document, provenance }: PlanFilters, page: Page<PlanRow>
) {
  const where = and(
    year === undefined ? undefined : eq(plans.year, year),
    agency === undefined ? undefined : eq(plans.agencyCode, agency),
    document === undefined ? undefined : eq(plans.documentId, document),
    provenance && eq(plans.provenance, provenance),
    page.recorded
  )
  const rows = await db.select().from(plans).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(plans, where) : undefined }
}

export async function findPlan (db: Queryable, code: string): Promise<PlanRow | undefined> {
  const [row] = await db.select().from(plans).where(eq(plans.code, code))
  return row
}
