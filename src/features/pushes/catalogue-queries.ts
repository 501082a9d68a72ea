import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { CalendarRule } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { loadTimelineOf } from '../../world/ancestors.js'
import { listBearings } from '../../world/bearers.js'
import { resolveAgencies } from '../../world/agencies.js'
import type { AgencyFacts, IndicatorFacts } from './row.js'
import type { TargetScope } from '../../world/target-scope.js'
import type { AgencyKind, Level } from '../../domain/words.js'

interface IndicatorRow extends Record<string, unknown>, Omit<IndicatorFacts, 'calendar' | 'scopes'> {
  calendar: string
  startDay: number
  monthOffset: 0 | -1
  deadlines: CalendarRule['deadlines']
  locks: NonNullable<CalendarRule['locks']>
  scopes: TargetScope[] | null
}

interface AgencyRow extends Record<string, unknown> {
  code: string
  kind: AgencyKind
  level: Level
  lives: { from: string, to: string | null }[]
  ancestors: string[] | null
}

export async function findIndicators (db: Queryable, codes: readonly string[]): Promise<Map<string, IndicatorFacts>> {
  const { rows } = await db.execute<IndicatorRow>(sql`
    select i.code, i.value_kind as "valueKind", i.decimals, i.minimum, i.maximum, i.numerator, i.denominator,
      i.time_basis as "timeBasis", array[i.frequency] || i.coarser_frequencies as frequencies, i.review_policy as
        "reviewPolicy",
      c.code as calendar, c.start_day as "startDay", c.month_offset as "monthOffset", c.deadlines, c.locks, s.scopes
    from indicators i
    join calendars c on c.code = i.calendar_code
    left join lateral (
      select jsonb_agg(distinct jsonb_build_object('level', t.scope_level, 'agency', t.scope_agency, 'planAgency',
        p.agency_code)) as scopes
      from targets t join plans p on p.code = t.plan_code where t.indicator_code = i.code
    ) s on true
    where i.code = any(${sql.param(codes)}::text[])`)
  return new Map(rows.map(({ calendar, startDay, monthOffset, deadlines, locks, scopes, ...facts }) =>
    [
      facts.code,
      { ...facts, calendar: { code: calendar, startDay, monthOffset, deadlines, locks }, scopes: scopes ?? [] }
    ]))
}

/**
 * By the names used: a code, or scheme:value in force on the day. `ancestors` at any time: a scope that held a body
 * while the period ran still holds it when the figure comes late.
 */
export async function findAgencies (
  db: Queryable, names: readonly string[], day: CivilDate
): Promise<Map<string, AgencyFacts>> {
  const bearings = await listBearings(db, names)
  const named = await resolveAgencies(db, names, day)
  const codes = new Map([...named, ...[...bearings.values()].flat().map(({ agency }) => [agency, agency] as const)])
  const { rows } = await db.execute<AgencyRow>(sql`
    with recursive up (code, ancestor) as (
      select agency_code, parent_code from agency_parents where removed_at is null and agency_code =
        any(${sql.param([...new Set(codes.values())])}::text[])
      union
      select up.code, p.parent_code from up join agency_parents p on p.agency_code = up.ancestor and p.removed_at is
        null
    )
    select a.code, a.kind, a.level, l.lives, u.ancestors
    from agencies a
    join lateral (
      select jsonb_agg(jsonb_build_object('from', n.valid_from, 'to', n.valid_to)) as lives
      from agency_names n where n.agency_code = a.code and n.removed_at is null
    ) l on true
    left join (select code, array_agg(ancestor) as ancestors from up group by code) u on u.code = a.code
    where a.code = any(${sql.param([...new Set(codes.values())])}::text[])`)
  const timeline = await loadTimelineOf(db, rows.map(({ code }) => code))
  const facts = new Map(rows.map(row => [row.code, {
    ...row, lives: row.lives ?? [], ancestors: new Set(row.ancestors), aboveOn: (day: CivilDate) =>
      timeline.aboveOn(row.code, day)
  }]))
  return new Map([
    ...[...codes].flatMap(([name, code]) => {
      const found = facts.get(code)
      if (found === undefined || name.includes(':')) return []
      return [[name, name === code ? found : { ...found, enteredAs: name }] as const]
    }),
    ...[...bearings].map(([name, list]) => [name, {
      ...facts.get(list.at(-1)!.agency)!, bearings: list.map(one => ({ ...one, agency: facts.get(one.agency)! }))
    }] as const)
  ])
}

/** All members of the dimensions; one that does not exist is not in it. */
export async function findMembers (
  db: Queryable, dimensions: readonly string[]
): Promise<Map<string, ReadonlySet<string>>> {
  const { rows } = await db.execute<{ dimension: string, members: string[] }>(sql`
    select d.code as dimension, coalesce(array_agg(m.code) filter (where m.code is not null), '{}') as members
    from dimensions d left join dimension_members m on m.dimension_code = d.code
    where d.code = any(${sql.param(dimensions)}::text[]) group by d.code`)
  return new Map(rows.map(row => [row.dimension, new Set(row.members)]))
}
