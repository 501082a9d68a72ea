import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { AgencyKind, Level } from '../../db/schema/agencies.js'
import type { CivilDate } from '../../domain/date.js'
import type { FormerAgency, Structure, StructureAgency } from './structure.js'

export * from './structure.js'

/** Rows known at the instant `asOf`, or known now. */
function known (alias: string, asOf?: string): SQL {
  const removed = sql.raw(`${alias}.removed_at`)
  return asOf === undefined
    ? sql`${removed} is null`
    : sql`${sql.raw(`${alias}.recorded_at`)} <= ${asOf}::timestamptz and (${removed} is null or ${removed} > ${asOf}::timestamptz)`
}

/** Rows in force on a day. */
function inForce (alias: string, on: CivilDate): SQL {
  return sql`${sql.raw(`${alias}.valid_from`)} <= ${on}::date and (${sql.raw(`${alias}.valid_to`)} is null or ${sql.raw(`${alias}.valid_to`)} >= ${on}::date)`
}

/**
 * The codes of agencies as requests name them: by the registry's code (of an agency alive or not), or by
 * `scheme:value` of an identifier that was in force on the day. A name that means nobody is not in the map.
 */
export async function resolveAgencies (db: Queryable, names: readonly string[], on: CivilDate): Promise<Map<string, string>> {
  const distinct = [...new Set(names)]
  if (distinct.length === 0) return new Map()
  const { rows } = await db.execute<{ name: string, code: string }>(sql`
    select a.code as name, a.code from agencies a where a.code = any(${sql.param(distinct.filter(name => !name.includes(':')))}::text[])
    union all
    select wanted.name, i.agency_code
    from unnest(${sql.param(distinct.filter(name => name.includes(':')))}::text[]) as wanted (name)
    join agency_identifiers i
      on i.scheme = split_part(wanted.name, ':', 1) and i.value = substr(wanted.name, strpos(wanted.name, ':') + 1)
    where ${known('i')} and ${inForce('i', on)}`)
  return new Map(rows.map(row => [row.name, row.code]))
}

interface StructureRow extends Record<string, unknown> {
  code: string
  kind: AgencyKind
  level: Level
  nameVi: string
  nameEn: string | null
  validTo: CivilDate | null
  parent: string | null
}

/** The structure of a day, as the registry knows it now or knew it at the instant `asOf`. */
export async function listStructure (db: Queryable, on: CivilDate, asOf?: string): Promise<Structure> {
  const { rows } = await db.execute<StructureRow>(sql`
    select distinct on (n.agency_code) a.code, a.kind, a.level, n.name_vi as "nameVi", n.name_en as "nameEn",
      n.valid_to as "validTo", p.parent_code as parent
    from agency_names n
    join agencies a on a.code = n.agency_code
    left join agency_parents p on p.agency_code = n.agency_code and ${known('p', asOf)}
      and daterange(p.valid_from, p.valid_to, '[]') @> least(n.valid_to, ${on}::date)
    where n.valid_from <= ${on}::date and ${known('n', asOf)}
    order by n.agency_code, n.valid_from desc`)
  const alive = new Map<string, StructureAgency>()
  const former = new Map<string, FormerAgency>()
  for (const row of rows) {
    const agency: StructureAgency = {
      code: row.code,
      kind: row.kind,
      level: row.level,
      name: row.nameEn === null ? { vi: row.nameVi } : { vi: row.nameVi, en: row.nameEn },
      ...(row.parent === null ? {} : { parent: row.parent })
    }
    if (row.validTo === null || row.validTo >= on) alive.set(agency.code, agency)
    else former.set(agency.code, { ...agency, until: row.validTo })
  }
  return { on, alive, former }
}
