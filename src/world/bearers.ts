import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import type { CivilDate } from '../domain/date.js'

/**
 * Whom `scheme:value` means where it has changed hands. Everything that looks at one day asks for the bearer of that
 * day (`resolveAgencies`); what looks at a period or a span of time asks here.
 */

/** Days on which an agency bears an identifier, both inclusive; no end: still. */
export interface Bearing<Agency = string> { agency: Agency, from: CivilDate, to: CivilDate | null }
/** From the first day to the last, both included. */
export interface DaySpan { from: CivilDate, to: CivilDate }

const END = '9999-12-31'
const holds = (one: Bearing<unknown>, day: CivilDate) => one.from <= day && day <= (one.to ?? END)
const meets = (one: Bearing<unknown>, { from, to }: DaySpan) => one.from <= to && from <= (one.to ?? END)

/**
 * Whose figure a row of a period names: of whoever bears the identifier on the period's last day, as its figures are
 * made of those who were there then (today, while it still runs); else of the last that bore it within the period;
 * else, as an agency reports of a time before it had that code, of whoever bears it today.
 */
export function bearerIn<Agency> (
  bearings: readonly Bearing<Agency>[], window: DaySpan | undefined, today: CivilDate
): Agency | undefined {
  const on = (day: CivilDate) => bearings.find(one => holds(one, day))?.agency
  if (window === undefined) return on(today)
  const within = bearings.filter(one => meets(one, window)).toSorted((a, b) => a.from < b.from ? -1 : 1).at(-1)
  return on(window.to < today ? window.to : today) ?? within?.agency ?? on(today)
}

/** Everybody that bears one of these identifiers at any time, as known now or at the instant `asOf`. */
export async function listBearings (
  db: Queryable, names: readonly string[], asOf?: string
): Promise<Map<string, Bearing[]>> {
  const found = new Map<string, Bearing[]>()
  const distinct = [...new Set(names.filter(name => name.includes(':')))]
  if (distinct.length === 0) return found
  const table = asOf === undefined
    ? sql`(select * from agency_identifiers where removed_at is null)`
    : sql`agency_identifiers_at(${asOf}::timestamptz)`
  const { rows } = await db.execute<Bearing & { name: string } & Record<string, unknown>>(sql`
    select wanted.name, i.agency_code as agency, i.valid_from as "from", i.valid_to as "to"
    from unnest(${sql.param(distinct)}::text[]) as wanted (name)
    join ${table} i on i.scheme = split_part(wanted.name, ':', 1)
      and i.value = substr(wanted.name, strpos(wanted.name, ':') + 1)
    order by i.valid_from`)
  for (const { name, ...bearing } of rows) found.set(name, [...found.get(name) ?? [], bearing])
  return found
}

/**
 * Whose records a list over a span of time is asked for, without a span over all time: everybody that bore the
 * identifier within it, else whoever bears it today. The code of one that was entered by mistake means both. Empty: a
 * name that means nobody.
 */
export async function findBearers (
  db: Queryable, name: string, span: DaySpan | undefined, today: CivilDate, asOf?: string
): Promise<string[]> {
  if (!name.includes(':')) {
    const table = asOf === undefined ? sql`agencies` : sql`agencies_at(${asOf}::timestamptz)`
    const { rows: [row] } = await db.execute<{ right: string | null }>(sql`
      select duplicate_of as "right" from ${table} a where code = ${name}`)
    return row === undefined ? [] : row.right === null ? [name] : [name, row.right].sort()
  }
  const bearings = (await listBearings(db, [name], asOf)).get(name) ?? []
  const within = span === undefined ? bearings : bearings.filter(one => meets(one, span))
  const meant = within.length > 0 ? within : bearings.filter(one => holds(one, today))
  return [...new Set(meant.map(one => one.agency))].sort()
}
