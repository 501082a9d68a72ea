import { sql, type SQL } from 'drizzle-orm'
import { v7 as uuid } from 'uuid'
import { arrayLiteral } from '../../db/array.js'
import type { Queryable } from '../../db/client.js'
import { touchClients } from '../clients/hold.js'
import { WHOLE } from '../../world/sight.js'
import { presentValue } from '../pushes/figure.js'
import { isCurrent, stateOf } from '../../world/revision-state.js'
import { figureOf, lockIndicators } from '../pushes/store.js'
import type { Meeting, Pair } from './duplicate-rules.js'

/** A figure of the duplicate beside the right body's, with the id of each. */
export interface MeetingFigure extends Meeting { id: string, otherId: string | undefined }

interface MeetingRow extends Record<string, unknown> {
  id: string, indicator: string, period: string, breakdownKey: string, state: Meeting['state']
  value: string | null, numerator: string | null, denominator: string | null
  otherId: string | null, otherState: Meeting['state'] | null
  otherValue: string | null, otherNumerator: string | null, otherDenominator: string | null, same: boolean
}

/** Nobody pushes, reviews or withdraws a figure until the end of the transaction. */
export async function lockFigures (db: Queryable): Promise<void> {
  const { rows } = await db.execute<{ code: string }>(sql`select code from indicators`)
  await lockIndicators(db, rows.map(({ code }) => code), 'exclusive')
}

/** Every figure of the duplicate at the revision that stands for it, beside that of the right body. */
export async function listMeetings (db: Queryable, { duplicate, right }: Pair): Promise<MeetingFigure[]> {
  const { events, own } = stateOf('m')
  const standingOf = (agency: string) => sql`select m.id, m.indicator_code, m.period, m.breakdown_key, m.value,
    m.numerator, m.denominator, ${own} as state
    from measurements m ${events} where m.agency_code = ${agency} and ${isCurrent(WHOLE)}`
  const { rows } = await db.execute<MeetingRow>(sql`
    with mine as (${standingOf(duplicate)}), other as (${standingOf(right)})
    select mine.id, mine.indicator_code as indicator, mine.period, mine.breakdown_key as "breakdownKey", mine.state,
      mine.value, mine.numerator, mine.denominator,
      other.id as "otherId", other.state as "otherState", other.value as "otherValue",
      other.numerator as "otherNumerator", other.denominator as "otherDenominator",
      (mine.value, mine.numerator, mine.denominator) is not distinct from
        (other.value, other.numerator, other.denominator) as same
    from mine left join other using (indicator_code, period, breakdown_key)
    order by mine.indicator_code collate "C", mine.period collate "C", mine.breakdown_key collate "C"`)
  return rows.map(({ id, indicator, period, breakdownKey, state, same, otherId, otherState, ...row }) => ({
    id, indicator, period, breakdownKey, state,
    figure: written(row.value, row.numerator, row.denominator),
    otherId: otherId ?? undefined,
    other: otherState === null
      ? undefined
      : { state: otherState, figure: written(row.otherValue, row.otherNumerator, row.otherDenominator), same }
  }))
}

function written (value: string | null, numerator: string | null, denominator: string | null): string {
  return numerator === null ? presentValue(figureOf(value, numerator, denominator))! : `${numerator}/${denominator}`
}

/**
 * The figures become those of the right body, with all their revisions and what became of each, under ids of their own:
 * figures are never rewritten. A figure without an observation counts from the day on which it was first recorded, as
 * before.
 * @returns the new ids by the old ones
 */
export async function copyFigures (
  db: Queryable, { right }: Pair, ids: readonly string[], reason: string
): Promise<Map<string, string>> {
  const copies = ids.map(id => [id, uuid()] as const)
  if (copies.length === 0) return new Map()
  const moved = unnested(copies)
  await db.execute(sql`
    insert into measurements
    select (jsonb_populate_record(m, jsonb_build_object(
      'id', moved.new_id, 'agency_code', ${right}::text, 'observed_at', coalesce(m.observed_at, m.recorded_at),
      'reason', concat_ws(' · ', m.reason, ${reason}::text), 'recorded_at', recording_time(), 'recorded_xid',
        pg_current_xact_id()::text))).*
    from ${moved} join measurements m on m.id = moved.id order by moved.new_id, m.revision`)
  await db.execute(sql`
    insert into measurement_events
    select (jsonb_populate_record(e, jsonb_build_object(
      'measurement_id', moved.new_id, 'recorded_at', recording_time(), 'recorded_xid', pg_current_xact_id()::text))).*
    from ${moved} join measurements m on m.id = moved.id
    join measurement_events e on e.indicator_code = m.indicator_code and e.measurement_id = m.id
      and e.revision = m.revision
    order by e.indicator_code, moved.new_id, e.revision, e.sequence`)
  return new Map(copies)
}

/** Pairs of an id and the id of its copy, as the rows of `moved`. */
function unnested (copies: readonly (readonly [id: string, copy: string])[]): SQL {
  const [ids, news] = [arrayLiteral(copies, ([id]) => id), arrayLiteral(copies, ([, copy]) => copy)]
  return sql`unnest(${sql.param(ids)}::uuid[], ${sql.param(news)}::uuid[]) as moved (id, new_id)`
}

/** Every revision that could still stand for one of the figures: the last accepted and all after it. */
export async function listStandingRevisions (
  db: Queryable, ids: readonly string[]
): Promise<{ indicator: string, id: string, revision: number }[]> {
  if (ids.length === 0) return []
  const { events, own, decided } = stateOf('m')
  const { rows } = await db.execute<{ indicator: string, id: string, revision: number, stands: boolean }>(sql`
    select indicator, id, revision from (
      select m.indicator_code as indicator, m.id, m.revision, ${own} as state,
        max(case when ${decided} then m.revision end) over (partition by m.id) as accepted
      from measurements m ${events} where m.id = any(${sql.param(arrayLiteral([...ids], id => id))}::uuid[])
    ) revisions
    where state <> 'withdrawn' and revision >= coalesce(accepted, 0)
    order by indicator, id, revision`)
  return rows
}

/** More time and excuses hold for the right body too, where it has not the same: @returns how many. */
export async function copyExtensions (db: Queryable, { duplicate, right }: Pair): Promise<number> {
  const { rows } = await db.execute<{ id: string }>(sql`
    select e.id from extensions e
    where e.agency_code = ${duplicate} and not exists (select from extension_revocations r where r.extension_id = e.id)
      and not exists (
        select from extensions own where own.agency_code = ${right} and own.kind = e.kind and own.period = e.period
          and (own.indicator_code, own.until) is not distinct from (e.indicator_code, e.until)
            and own.with_subtree = e.with_subtree
          and not exists (select from extension_revocations r where r.extension_id = own.id))
    order by e.id`)
  if (rows.length === 0) return 0
  const copies = rows.map(({ id }) => [id, uuid()] as const)
  await db.execute(sql`
    insert into extensions
    select (jsonb_populate_record(e, jsonb_build_object('id', moved.new_id, 'agency_code', ${right}::text,
      'recorded_at', recording_time()))).*
    from ${unnested(copies)}
    join extensions e on e.id = moved.id order by moved.new_id`)
  return copies.length
}

/** Grants for the duplicate become grants for the right body. */
export async function moveGrants (db: Queryable, { duplicate, right }: Pair): Promise<void> {
  const { rows } = await db.execute<{ client: string }>(sql`
    update client_grants set agency_code = ${right} where agency_code = ${duplicate} returning client_id as client`)
  await touchClients(db, rows.map(({ client }) => client))
}

/** Targets that ask the duplicate by its name and are active on some day, and plans that are its own. */
export async function listOwn (db: Queryable, duplicate: string): Promise<{ targets: string[], plans: string[] }> {
  const { rows: [own] } = await db.execute<{ targets: string[], plans: string[] }>(sql`
    select
      array(select t.id from targets t where t.scope_agency = ${duplicate} and exists (
        select from target_versions v where v.target_id = t.id and v.state = 'active' and not exists (
          select from target_versions n where n.target_id = t.id and n.version > v.version
            and n.effective_from <= v.effective_from))
        order by t.id collate "C") as targets,
      array(select code from plans where agency_code = ${duplicate} order by code collate "C") as plans`)
  return own!
}

/** The row of the duplicate, and those of what was a duplicate of it, lead to the right one from now on. */
export async function markDuplicate (db: Queryable, { duplicate, right }: Pair): Promise<void> {
  await db.execute(sql`
    update agencies set duplicate_of = ${right}, row_version = row_version + 1
    where code = ${duplicate} or duplicate_of = ${duplicate}`)
}
