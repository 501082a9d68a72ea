import { and, count, eq, getTableColumns, getTableName, inArray, like, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import { asKnown } from '../../ledger/moment.js'
import { agencies, agencyIdentifiers, agencyNames, agencyParents, reorganisations } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { DatedIdentifier, DatedName, DatedParent, Link } from './rules.js'
import type { AgencyKind, Level, Provenance } from '../../domain/words.js'
import { known, inForce, nameOf } from '../../world/agencies.js'

export type AgencyRecord = typeof agencies.$inferSelect
/** `search` is that of the name of the day. */
export type AgencyRow = AgencyRecord & { search: string }

export interface AgencyFilters {
  on: CivilDate
  /** Folded words: a name holds all of them. */
  words: readonly string[]
  identifier: { scheme: string, value: string } | undefined
  kind: AgencyKind | undefined
  level: Level | undefined
  parent: string | undefined
  provenance: Provenance | undefined
  asOf?: string | undefined
}

/** The agencies alive on a day. */
export async function listAgencies (
  db: Queryable, filters: AgencyFilters, page: Page<AgencyRow>
): Promise<{ rows: AgencyRow[], count?: number | undefined }> {
  const { on, identifier, parent, asOf } = filters
  const names = inForce('agency_names', on)
  const where = and(
    ...filters.words.map(word => like(agencyNames.search, `%${word}%`)),
    filters.kind && eq(agencies.kind, filters.kind),
    filters.level && eq(agencies.level, filters.level),
    filters.provenance && eq(agencies.provenance, filters.provenance),
    parent === undefined
      ? undefined
      : sql`exists (select from agency_parents p where p.agency_code = ${agencies.code} and p.parent_code = ${parent}
        and ${known('p', asOf)} and ${inForce('p', on)})`,
    identifier && sql`exists (select from agency_identifiers i where i.agency_code = ${agencies.code}
      and i.scheme = ${identifier.scheme} and i.value = ${identifier.value} and ${known('i', asOf)}
        and ${inForce('i', on)})`,
    page.recorded
  )
  const alive = and(eq(agencyNames.agencyCode, agencies.code), known('agency_names', asOf), names)
  const rows = await asKnown(db, asOf, agencies).select({ ...getTableColumns(agencies), search: agencyNames.search })
    .from(agencies).innerJoin(agencyNames, alive)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows }
  const [total] = await asKnown(db, asOf, agencies).select({ count: count() }).from(agencies)
    .innerJoin(agencyNames, alive).where(where)
  return { rows, count: total!.count }
}

export async function findAgency (db: Queryable, code: string, asOf?: string): Promise<AgencyRecord | undefined> {
  const [row] = await findAgencies(db, [code], asOf)
  return row
}

/** In the order of their codes. */
export async function findAgencies (db: Queryable, codes: readonly string[], asOf?: string): Promise<AgencyRecord[]> {
  if (codes.length === 0) return []
  return asKnown(db, asOf, agencies).select().from(agencies).where(inArray(agencies.code, [...codes]))
    .orderBy(sql`${agencies.code} collate "C"`)
}

const range = (one: { validFrom: CivilDate, validTo: CivilDate | null }) =>
  one.validTo === null ? { validFrom: one.validFrom } : { validFrom: one.validFrom, validTo: one.validTo }

type Stored<T> = T & { id: number }
export interface StoredHistory {
  names: Stored<DatedName>[], parents: Stored<DatedParent>[], identifiers: Stored<DatedIdentifier>[]
}

/** What is known of these agencies with dates, or was known at the instant `asOf`, each in the order of time. */
export async function listHistories (
  db: Queryable, codes: readonly string[], asOf?: string
): Promise<Map<string, StoredHistory>> {
  const histories = new Map<string, StoredHistory>(codes.map(code =>
    [code, { names: [], parents: [], identifiers: [] }]))
  if (codes.length === 0) return histories
  const of = (table: typeof agencyNames | typeof agencyParents | typeof agencyIdentifiers) =>
    and(sql`${table.agencyCode} = any(${sql.param(codes)}::text[])`, known(getTableName(table), asOf))
  const names = await db.select().from(agencyNames).where(of(agencyNames)).orderBy(agencyNames.validFrom)
  const parents = await db.select().from(agencyParents).where(of(agencyParents)).orderBy(agencyParents.validFrom)
  const identifiers = await db.select().from(agencyIdentifiers).where(of(agencyIdentifiers))
    .orderBy(agencyIdentifiers.scheme, agencyIdentifiers.validFrom)
  for (const one of names) {
    histories.get(one.agencyCode)!.names.push({ id: one.id, name: nameOf(one), ...range(one) })
  }
  for (const one of parents) {
    histories.get(one.agencyCode)!.parents.push({ id: one.id, parent: one.parentCode, ...range(one) })
  }
  for (const one of identifiers) {
    histories.get(one.agencyCode)!.identifiers.push({ id: one.id, scheme: one.scheme, value: one.value, ...range(one) })
  }
  return histories
}

/** Of one that was entered by mistake: what was said of it until that was found, and which act says so. */
export async function findFormer (db: Queryable, code: string) {
  const { rows: [last] } = await db.execute<{ until: string }>(sql`
    select (max(removed_at) - interval '1 microsecond')::text as until from agency_names where agency_code = ${code}`)
  const { id, recordedAt } = reorganisations
  const [act] = await db.select({ id, recordedAt }).from(reorganisations)
    .where(and(
      eq(reorganisations.kind, 'entered_in_error'),
      sql`${reorganisations.agencies} @> array[${code}]::text[]`,
      sql`${reorganisations.request} ->> 'duplicate' = ${code}`
    ))
  return { history: (await listHistories(db, [code], instantFromDatabase(last!.until))).get(code)!, act: act! }
}

/** Every link to a parent that is known, or was known at the instant `asOf`. */
export async function listLinks (db: Queryable, asOf?: string): Promise<(Link & { id: number })[]> {
  const rows = await db.select().from(agencyParents).where(known('agency_parents', asOf))
  return rows.map(one => ({ id: one.id, agency: one.agencyCode, parent: one.parentCode, ...range(one) }))
}
