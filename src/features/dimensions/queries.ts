import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { dimensionMembers, dimensions } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type DimensionRow = typeof dimensions.$inferSelect
export type MemberRow = typeof dimensionMembers.$inferSelect

export async function listDimensions (db: Queryable, provenance: Provenance | undefined, page: Page<DimensionRow>) {
  const where = and(provenance && eq(dimensions.provenance, provenance), page.recorded)
  const rows = await db.select().from(dimensions)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(dimensions, where) : undefined }
}

export async function findDimension (db: Queryable, code: string): Promise<DimensionRow | undefined> {
  const [row] = await db.select().from(dimensions).where(eq(dimensions.code, code))
  return row
}

export async function listMembers (
  db: Queryable, dimension: string, provenance: Provenance | undefined, page: Page<MemberRow>
) {
  const where = and(
    eq(dimensionMembers.dimensionCode, dimension),
    provenance && eq(dimensionMembers.provenance, provenance),
    page.recorded
  )
  const rows = await db.select().from(dimensionMembers)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(dimensionMembers, where) : undefined }
}

export async function findMember (db: Queryable, dimension: string, code: string): Promise<MemberRow | undefined> {
  const [row] = await db.select().from(dimensionMembers)
    .where(and(eq(dimensionMembers.dimensionCode, dimension), eq(dimensionMembers.code, code)))
  return row
}

/** Of all that were known at the instant. */
export async function listDimensionCodes (db: Queryable, at: string): Promise<string[]> {
  const rows = await db.select({ code: dimensions.code }).from(dimensions)
    .where(sql`${dimensions.recordedAt} <= ${at}::timestamptz`).orderBy(sql`${dimensions.code} collate "C"`)
  return rows.map(({ code }) => code)
}
