import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { CivilDate } from '../../domain/date.js'
import { stateOf } from '../../world/revision-state.js'
import { ROLES, type Role } from '../../domain/words.js'

export interface DutyAssignment {
  id: string
  target: string
  agency: string
  role: Role
  personPosition: string | null
  personName: string | null
  validFrom: CivilDate
  validTo: CivilDate | null
}

/** Who has which role in these targets, over time; the strongest role first. */
export async function listDutyAssignments (
  db: Queryable, targets: readonly string[], at: string
): Promise<DutyAssignment[]> {
  const { rows } = await db.execute<DutyAssignment & Record<string, unknown>>(sql`
    select id, target_id as target, agency_code as agency, role, person_position as "personPosition", person_name as
      "personName",
      valid_from as "validFrom", valid_to as "validTo"
    from assignments_at(${at}::timestamptz)
    where target_id = any(${sql.param([...targets])}::text[]) and (removed_at is null or removed_at >
      ${at}::timestamptz)
    order by array_position(${sql.param([...ROLES])}::text[], role), valid_from, id`)
  return rows
}

/** The province's day on which a figure came, if that was after the deadline of that time; else null. */
export type CameLate = CivilDate | null

/** The same for each revision of a figure in their order, and for its first report that was not retracted. */
export interface Lateness { readonly revisions: readonly CameLate[], readonly first: CameLate }

export async function listLateness (
  db: Queryable,
  of: { indicators: readonly string[], fromYear: number, toYear: number, breakdownKeys: readonly string[], at: string }
): Promise<Map<string, Lateness>> {
  const { events, retracted } = stateOf('m', of.at)
  // as text: an array of dates would be read as instants
  const cameLate = sql`
    case when m.late then to_char(m.recorded_at at time zone 'UTC' + interval '7 hours', 'YYYY-MM-DD') end`
  const { rows } = await db.execute<{ id: string, revisions: CameLate[], first: CameLate }>(sql`
    select m.id, array_agg(${cameLate} order by m.revision) as revisions,
      (array_agg(${cameLate} order by m.revision) filter (where not ${retracted}))[1] as first
    from measurements m ${events}
    where m.recorded_at <= ${of.at}::timestamptz and m.indicator_code = any(${sql.param([...of.indicators])}::text[])
      and m.period >= ${String(of.fromYear)} and m.period < ${String(of.toYear + 1)} and m.breakdown_key =
        any(${sql.param([...of.breakdownKeys])}::text[])
    group by m.indicator_code, m.id`)
  return new Map(rows.map(({ id, revisions, first }) => [id, { revisions, first }]))
}
