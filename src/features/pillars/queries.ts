import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { pillars, planPillars } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type PillarRow = typeof pillars.$inferSelect
/** Where it stands in the plan asked for; without one, its first place in any plan, null where it stands in none. */
export type PlacedPillarRow = PillarRow & { position: number | null }
export interface Place { plan: string, position: number }

export const firstPlace = sql<number | null>`(select min(${planPillars.position}) from ${planPillars} where
  ${planPillars.pillarCode} = ${pillars.code})`

export async function listPillars (db: Queryable, provenance: Provenance | undefined, page: Page<PlacedPillarRow>) {
  const where = and(provenance && eq(pillars.provenance, provenance), page.recorded)
  const rows = await db.select({
    ...getTableColumns(pillars), position: firstPlace
  }).from(pillars).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(pillars, where) : undefined }
}

export async function listPillarsOfPlan (
  db: Queryable, plan: string, provenance: Provenance | undefined, page: Page<PlacedPillarRow>
) {
  const placed = and(eq(planPillars.pillarCode, pillars.code), eq(planPillars.planCode, plan))
  const where = and(provenance && eq(pillars.provenance, provenance), page.recorded)
  const rows = await db.select({ ...getTableColumns(pillars), position: planPillars.position })
    .from(pillars).innerJoin(planPillars, placed)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows, count: undefined }
  const [total] = await db.select({
    count: sql<number>`count(*)::int`
  }).from(pillars).innerJoin(planPillars, placed).where(where)
  return { rows, count: total!.count }
}

export async function findPillar (db: Queryable, code: string): Promise<PillarRow | undefined> {
  const [row] = await db.select().from(pillars).where(eq(pillars.code, code))
  return row
}

/** In which plans these pillars stand, by the plans' codes. */
export async function listPlaces (db: Queryable, codes: readonly string[]): Promise<Map<string, Place[]>> {
  const places = new Map<string, Place[]>(codes.map(code => [code, []]))
  if (codes.length === 0) return places
  const rows = await db.select().from(planPillars)
    .where(sql`${planPillars.pillarCode} = any(${sql.param(codes)}::text[])`)
    .orderBy(sql`${planPillars.planCode} collate "C"`)
  for (const { pillarCode, planCode, position } of rows) places.get(pillarCode)!.push({ plan: planCode, position })
  return places
}
