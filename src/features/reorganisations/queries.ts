import { and, count, eq, gte, lte, ne, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { assignments, clientGrants, reorganisations, targets } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import { listHistories, listLinks } from '../agencies/queries.js'
import type { Duty, HeldGrant } from './duties.js'
import type { Changes } from './schemas.js'
import type { World } from './structure.js'
import type { ReorganisationKind } from '../../domain/words.js'
import { listSuccessions } from '../../world/successions.js'

export type ReorganisationRow = typeof reorganisations.$inferSelect

export interface ReorganisationFilters {
  kind?: ReorganisationKind | undefined
  agency?: string | undefined
  document?: string | undefined
  from?: CivilDate | undefined
  to?: CivilDate | undefined
}

export async function listReorganisations (
  db: Queryable, at: string, filters: ReorganisationFilters, page: Page<ReorganisationRow>
) {
  const { kind, agency, document, from, to } = filters
  const where = and(
    lte(reorganisations.recordedAt, at),
    kind && eq(reorganisations.kind, kind),
    agency === undefined ? undefined : sql`${reorganisations.agencies} @> array[${agency}]::text[]`,
    document === undefined ? undefined : eq(reorganisations.documentId, document),
    from === undefined ? undefined : gte(reorganisations.effectiveOn, from),
    to === undefined ? undefined : lte(reorganisations.effectiveOn, to),
    page.recorded
  )
  const rows = await db.select().from(reorganisations)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows }
  const [total] = await db.select({ count: count() }).from(reorganisations).where(where)
  return { rows, count: total!.count }
}

export async function findReorganisation (
  db: Queryable, id: string, at: string
): Promise<ReorganisationRow | undefined> {
  const [row] = await db.select().from(reorganisations)
    .where(and(eq(reorganisations.id, id), lte(reorganisations.recordedAt, at)))
  return row
}

/** What a reorganisation is judged by. The agencies must be locked. */
export async function loadWorld (
  db: Queryable, codes: readonly string[], closed: readonly string[], day: CivilDate
): Promise<World> {
  const links = await listLinks(db)
  const children = links.filter(link => closed.includes(link.parent)).map(link => link.agency)
  const known = await listKnown(db, [...new Set([...codes, ...children])])
  const later = await db.select({
    id: reorganisations.id, effectiveOn: reorganisations.effectiveOn, agencies: reorganisations.agencies,
    changes: reorganisations.changes
  })
    .from(reorganisations).where(and(
      gte(reorganisations.effectiveOn, day), ne(reorganisations.kind, 'entered_in_error')
    )).orderBy(reorganisations.effectiveOn, reorganisations.id)
  return {
    histories: await listHistories(db, known),
    links,
    successions: await listSuccessions(db),
    later: later.map(({ changes, ...one }) => ({
      ...one,
      ended: (changes as Changes).agencies.filter(({ change }) => change === 'ended').map(({ agency }) => agency)
    }))
  }
}

async function listKnown (db: Queryable, codes: readonly string[]): Promise<string[]> {
  const { rows } = await db.execute<{ code: string }>(sql`select code from agencies where code = any(${sql.param(
    [...codes]
  )}::text[]) order by code collate "C"`)
  return rows.map(row => row.code)
}

/** The assignments of these agencies that hold on the day or later, locked in the order of their ids. */
export async function lockDuties (db: Queryable, agencies: readonly string[], day: CivilDate): Promise<Duty[]> {
  const rows = await db.select().from(assignments)
    .where(and(
      sql`${assignments.agencyCode} = any(${sql.param([...agencies])}::text[])`, sql`${assignments.removedAt} is null`,
      sql`coalesce(${assignments.validTo}, 'infinity') >= ${day}::date`))
    .orderBy(assignments.id).for('update')
  const indicatorOf = await listIndicators(db, rows.flatMap(row => row.targetId ?? []))
  return rows.map(({ id, agencyCode: agency, targetId, taskCode, role, validFrom, validTo }) => ({
    id, agency, role, validFrom,
    target: targetId ?? undefined, task: taskCode ?? undefined, validTo: validTo ?? undefined,
    indicator: targetId === null ? undefined : indicatorOf.get(targetId)
  }))
}

/** Of targets. */
export async function listIndicators (db: Queryable, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map()
  const rows = await db.select({ id: targets.id, indicator: targets.indicatorCode }).from(targets)
    .where(sql`${targets.id} = any(${sql.param([...ids])}::text[])`)
  return new Map(rows.map(row => [row.id, row.indicator]))
}

export async function lockGrants (db: Queryable, agencies: readonly string[]): Promise<HeldGrant[]> {
  const rows = await db.select().from(clientGrants)
    .where(sql`${clientGrants.agencyCode} = any(${sql.param([...agencies])}::text[])`)
    .orderBy(clientGrants.id).for('update')
  return rows.map(row => ({
    id: String(row.id), client: row.clientId, agency: row.agencyCode!, withSubtree: row.withSubtree,
    indicator: row.indicatorCode ?? undefined, validFrom: row.validFrom ?? undefined, validTo: row.validTo ?? undefined
  }))
}
