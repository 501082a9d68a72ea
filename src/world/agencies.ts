import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import type { CivilDate } from '../domain/date.js'
import { timelineOf, type NameFact, type ParentFact, type Timeline } from './structure.js'

/** Rows known at the instant `asOf`, or known now. */
export function known (alias: string, asOf?: string): SQL {
  const removed = sql.raw(`${alias}.removed_at`)
  return asOf === undefined
    ? sql`${removed} is null`
    : sql`${sql.raw(`${alias}.recorded_at`)} <= ${asOf}::timestamptz and (${removed} is null or ${removed} >
      ${asOf}::timestamptz)`
}

/** Agencies as they were known at the instant, or are known now. */
function agenciesAt (asOf?: string): SQL {
  return asOf === undefined ? sql`agencies` : sql`agencies_at(${asOf}::timestamptz)`
}

/** Rows in force on a day. */
export function inForce (alias: string, on: CivilDate): SQL {
  return sql`${sql.raw(`${alias}.valid_from`)} <= ${on}::date and (${sql.raw(`${alias}.valid_to`)} is null or
    ${sql.raw(`${alias}.valid_to`)} >= ${on}::date)`
}

/**
 * The codes of agencies as requests name them: by the registry's code (of an agency alive or not), or by `scheme:value`
 * of an identifier that was in force on the day, as known now or at the instant `asOf`. A name that means nobody is not
 * in the map. The code of one that was entered by mistake leads to the one that it is.
 */
export async function resolveAgencies (
  db: Queryable, names: readonly string[], on: CivilDate, asOf?: string
): Promise<Map<string, string>> {
  const distinct = [...new Set(names)]
  if (distinct.length === 0) return new Map()
  const { rows } = await db.execute<{ name: string, code: string }>(sql`
    select a.code as name, coalesce(a.duplicate_of, a.code) as code from ${agenciesAt(asOf)} a
      where a.code = any(${sql.param(distinct.filter(name => !name.includes(':')))}::text[])
    union all
    select wanted.name, i.agency_code
    from unnest(${sql.param(distinct.filter(name => name.includes(':')))}::text[]) as wanted (name)
    join agency_identifiers i
      on i.scheme = split_part(wanted.name, ':', 1) and i.value = substr(wanted.name, strpos(wanted.name, ':') + 1)
    where ${known('i', asOf)} and ${inForce('i', on)}`)
  return new Map(rows.map(row => [row.name, row.code]))
}

export const nameOf = (row: { nameVi: string, nameEn: string | null }) =>
  row.nameEn === null ? { vi: row.nameVi } : { vi: row.nameVi, en: row.nameEn }

/** The structure over time as the registry knew it at the instant `at`, in two queries. */
export async function loadTimeline (db: Queryable, at: string): Promise<Timeline> {
  const { rows: names } = await db.execute<NameFact & Record<string, unknown>>(sql`
    select a.code, a.kind, a.level, n.name_vi as "nameVi", n.name_en as "nameEn", n.valid_from as "validFrom",
      n.valid_to as "validTo"
    from agency_names_at(${at}::timestamptz) n join agencies a on a.code = n.agency_code order by a.code collate "C"`)
  const { rows: parents } = await db.execute<ParentFact & Record<string, unknown>>(sql`
    select agency_code as code, parent_code as parent, valid_from as "validFrom", valid_to as "validTo" from
      agency_parents_at(${at}::timestamptz)`)
  return timelineOf(names, parents)
}
