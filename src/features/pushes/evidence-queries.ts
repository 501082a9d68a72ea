import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { RuleParams, StoredText } from '../../db/schema/index.js'
import type { CalendarRule } from '../../domain/calendar.js'
import type { RawFigure } from '../../domain/rollup.js'
import { stateOf } from '../../world/revision-state.js'
import { keyOf } from './row.js'
import { figureOf } from './store.js'
import type { Pusher } from './pusher.js'
import type { FigureKey, Kinship, Rule, Subject } from './quality-rules.js'
import { checkOf } from '../../domain/quality.js'
import type { Aggregation, Level, RuleKind, RuleSeverity, TimeBasis, ValueKind } from '../../domain/words.js'

interface RuleRow extends Record<string, unknown> {
  code: string, version: number, name: StoredText, kind: RuleKind, params: RuleParams
  severity: RuleSeverity, level: Level | null, aggregations: Record<string, Aggregation>
}

/** The rules that are switched on for any of these indicators: the one query that a push without rules pays. */
export async function listActiveRules (db: Queryable, indicators: readonly string[]): Promise<Rule[]> {
  const { rows } = await db.execute<RuleRow>(sql`
    select q.code, q.row_version as version, q.name, q.kind, q.params, q.severity, q.level, jsonb_object_agg(i.code,
      i.aggregation) as aggregations
    from quality_rules q
    join indicators i on i.code = any(${sql.param([...new Set(indicators)])}::text[])
      and case when q.indicator_codes is not null then i.code = any(q.indicator_codes) else coalesce(i.pillar_code =
        q.pillar_code, true) end
    where q.state = 'active'
    group by q.code order by q.code collate "C"`)
  return rows.map(({ kind, params, aggregations, ...rule }) =>
    ({ ...rule, check: checkOf(kind, params), aggregations: new Map(Object.entries(aggregations)) }))
}

export async function listMemberCodes (db: Queryable, dimensions: readonly string[]): Promise<Map<string, string[]>> {
  const { rows } = await db.execute<{ dimension: string, members: string[] }>(sql`
    select dimension_code as dimension, array_agg(code order by code collate "C") as members from dimension_members
    where dimension_code = any(${sql.param([...new Set(dimensions)])}::text[]) group by dimension_code`)
  return new Map(rows.map(row => [row.dimension, row.members]))
}

/**
 * The committees that ever stood directly below these agencies, or beside them below the same parent, while they
 * existed.
 */
export async function listKinships (db: Queryable, agencies: readonly string[]): Promise<Kinship[]> {
  const codes = sql`${sql.param([...new Set(agencies)])}::text[]`
  const { rows } = await db.execute<Kinship & Record<string, unknown>>(sql`
    with near (code) as (
      select unnest(${codes}) union select parent_code from agency_parents where removed_at is null and agency_code =
        any(${codes})
    )
    select p.agency_code as child, p.parent_code as parent, above.level as "parentLevel",
      greatest(p.valid_from, n.valid_from) as "from", least(p.valid_to, n.valid_to) as "to"
    from near
    join agency_parents p on p.parent_code = near.code and p.removed_at is null
    join agencies above on above.code = p.parent_code
    join agencies below on below.code = p.agency_code and below.kind in ('district_committee', 'commune_committee')
    join agency_names n on n.agency_code = p.agency_code and n.removed_at is null
      and daterange(n.valid_from, n.valid_to, '[]') && daterange(p.valid_from, p.valid_to, '[]')
    order by p.agency_code collate "C"`)
  return rows
}

interface FigureRow {
  indicator: string, period: string, agency: string, breakdownKey: string, breakdown: Record<string, string>
  level: Level, id: string, revision: number, value: string | null, numerator: string | null, denominator: string | null
}

interface StandingRow extends FigureRow {
  /** It was accepted once. */
  decided: boolean
  /** Who pushed it. */
  client: string
}

/**
 * The figure that stands under each key `k (i, p, a, b)`, pending or accepted: the newest revision that was neither
 * returned nor taken back; one that was returned after it was accepted still counts. One that was accepted and then
 * withdrawn leaves nothing; a pending one leaves what is below it. `acceptedAlone`: for whom what is pending is not
 * shown.
 */
const standing = (keys: SQL, acceptedAlone: boolean) => {
  const { events, own, decided, retracted } = stateOf('m')
  return sql`
    select k.i as indicator, k.p as period, k.a as agency, k.b as "breakdownKey", m.id, m.revision, m.breakdown,
      m.value, m.numerator, m.denominator,
      m.decided, m.client_id as client
    from ${keys} cross join lateral (
      select m.*, ${own} as state, ${decided} as decided from measurements m ${events}
      where m.indicator_code = k.i and m.period = k.p and m.agency_code = k.a and m.breakdown_key = k.b 
        and (${own} <> 'returned' or ${decided}) and not ${retracted} ${acceptedAlone ? sql`and ${decided}` : sql``}
      order by m.revision desc limit 1
    ) m where m.state <> 'withdrawn'`
}

/** One statement, an index probe a key. */
export async function findStanding (
  db: Queryable, keys: readonly FigureKey[], acceptedAlone = false
): Promise<Map<string, RawFigure>> {
  return new Map((await listUnder(db, keys, acceptedAlone)).map(row => [keyOf(row), figureIn(row)]))
}

const figureIn = ({ value, numerator, denominator }: FigureRow): RawFigure => figureOf(value, numerator, denominator)

async function listUnder (db: Queryable, keys: readonly FigureKey[], acceptedAlone: boolean): Promise<StandingRow[]> {
  if (keys.length === 0) return []
  const wanted = keys.map(({ indicator, period, agency, breakdownKey }) =>
    ({ i: indicator, p: period, a: agency, b: breakdownKey }))
  const { rows } = await db.execute<StandingRow & Record<string, unknown>>(standing(
    sql`jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as k (i text, p text, a text, b text)`, acceptedAlone
  ))
  return rows
}

/**
 * The figures that stand under the keys, as whoever pushes may see them: what awaits review only where it is of its own
 * agencies or was pushed by itself; else what was accepted before stands. One statement, and a second one where
 * something is hidden.
 */
export async function findSeen (
  db: Queryable, asked: readonly { pusher: Pusher, key: FigureKey }[]
): Promise<Map<Pusher, Map<string, RawFigure>>> {
  const found = new Map<Pusher, Map<string, RawFigure>>(asked.map(({ pusher }) => [pusher, new Map()]))
  const standing = new Map((await listUnder(db, unique(asked), false)).map(row => [keyOf(row), row]))
  const pending = new Map<Pusher, FigureKey[]>()
  for (const { pusher, key } of asked) {
    const row = standing.get(key.key)
    if (row === undefined) continue
    if (row.decided || row.client === pusher.clientId) found.get(pusher)!.set(key.key, figureIn(row))
    else if (pending.has(pusher)) pending.get(pusher)!.push(key)
    else pending.set(pusher, [key])
  }
  const hidden: typeof asked[number][] = []
  for (const [pusher, keys] of pending) {
    const own = await pusher.own(keys)
    for (const key of keys) {
      if (own.has(key.key)) found.get(pusher)!.set(key.key, figureIn(standing.get(key.key)!))
      else hidden.push({ pusher, key })
    }
  }
  const accepted = await findStanding(db, unique(hidden), true)
  for (const { pusher, key: { key } } of hidden) {
    if (accepted.has(key)) found.get(pusher)!.set(key, accepted.get(key)!)
  }
  return found
}

const unique = (asked: readonly { key: FigureKey }[]): FigureKey[] =>
  [...new Map(asked.map(({ key }) => [key.key, key])).values()]

export interface StoredSubject extends Subject { level: Level, id: string, revision: number, breakdownKey: string }
export interface Place { period: string, agency: string, breakdownKey: string }

/** An indicator's standing figures of a range of years, `limit` keys from a place on; `last` is where to go on. */
export async function listStanding (
  db: Queryable, range: {
    indicator: string, fromYear: number, toYear: number, acceptedAlone: boolean
  }, after: Place | undefined, limit: number
): Promise<{ subjects: StoredSubject[], last: Place | undefined, full: boolean }> {
  const { rows } = await db.execute<{ place: Place, found: FigureRow | null }>(sql`
    with keys (i, p, a, b) as (
      select distinct m.indicator_code, m.period, m.agency_code, m.breakdown_key from measurements m
      where m.indicator_code = ${range.indicator} and m.period >= ${String(range.fromYear)} and m.period <
        ${String(range.toYear + 1)}
      ${after === undefined
? sql``
: sql`and (m.period, m.agency_code, m.breakdown_key) > (${after.period},
        ${after.agency}, ${after.breakdownKey})`}
      order by m.period, m.agency_code, m.breakdown_key limit ${limit}
    )
    select jsonb_build_object('period', k.p, 'agency', k.a, 'breakdownKey', k.b) as place,
      case when f.id is not null then jsonb_build_object('indicator', f.indicator, 'period', f.period, 'agency',
        f.agency, 'breakdownKey', f."breakdownKey",
        'breakdown', f.breakdown, 'level', a.level, 'id', f.id, 'revision', f.revision,
        'value', f.value::text, 'numerator', f.numerator::text, 'denominator', f.denominator::text) end as found
    from keys k join agencies a on a.code = k.a
    left join lateral (${standing(sql`(select k.i, k.p, k.a, k.b) k`, range.acceptedAlone)}) f on true
    order by k.p, k.a, k.b`)
  return {
    subjects: rows.flatMap(({ found }) => {
      if (found === null) return []
      const { value, numerator, denominator, ...rest } = found
      return [{ ...rest, ...figureOf(value, numerator, denominator), key: keyOf(found) }]
    }),
    last: rows.at(-1)?.place,
    full: rows.length === limit
  }
}

export interface JudgedIndicator extends Record<string, unknown> {
  code: string, valueKind: ValueKind, aggregation: Aggregation, timeBasis: TimeBasis, calendar: CalendarRule
}

/** The indicators a rule is about, or the one asked for of them. */
export async function listJudgedIndicators (
  db: Queryable, rule: { indicators: readonly string[] | null, pillar: string | null }, only: string | undefined
): Promise<JudgedIndicator[]> {
  const { rows } = await db.execute<JudgedIndicator>(sql`
    select i.code, i.value_kind as "valueKind", i.aggregation, i.time_basis as "timeBasis",
      jsonb_build_object('code', c.code, 'startDay', c.start_day, 'monthOffset', c.month_offset, 'deadlines',
        c.deadlines) as calendar
    from indicators i join calendars c on c.code = i.calendar_code
    where true
      ${rule.indicators === null ? sql`` : sql`and i.code = any(${sql.param([...rule.indicators])}::text[])`}
      ${rule.pillar === null ? sql`` : sql`and i.pillar_code = ${rule.pillar}`}
      ${only === undefined ? sql`` : sql`and i.code = ${only}`}
    order by i.code collate "C"`)
  return rows
}
