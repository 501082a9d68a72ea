import { sql, type SQL } from 'drizzle-orm'
import { arrayLiteral } from '../db/array.js'
import type { Audience } from '../domain/audience.js'

/** An agency that was below the holder of a grant from a day to another, both inclusive, and is not today. */
export interface Former { readonly code: string, readonly from: string, readonly to: string }

/** Of one indicator, or of all (null), whose figures a client may report; `agencies` null: everybody's. */
interface Part {
  readonly indicator: string | null, readonly agencies: readonly string[] | null, readonly former: readonly Former[]
}

/** What a client that reports sees beyond the public. */
export interface Reach { readonly client: string, readonly parts: readonly Part[] }

/** What a reader sees: of figures, and of what else concerns an agency. */
export interface Sight {
  readonly reader: ReadonlySet<Audience>
  /** Undefined: reports for nobody. */
  readonly reach: Reach | undefined
  /** Two readers with the same one see the same: cursors are bound to it. */
  readonly key: string
}

/**
 * The public's. What is computed of accepted figures alone is computed by it for every reader, and is the same for all.
 */
export const PUBLIC: Sight = { reader: new Set<Audience>(), reach: undefined, key: '' }

/** Of whoever sees every figure: for what the registry itself goes by. */
export const WHOLE: Sight = { reader: new Set<Audience>(['reviewer']), reach: undefined, key: 'reviewer' }

/**
 * Whether the revision `alias` of `measurements` is of the reader's own agency: pushed by the client, or one that it
 * may report (world/grants.ts, mayReport). Undefined: never.
 */
export function isOwn ({ reach }: Sight, alias = 'm'): SQL | undefined {
  if (reach === undefined) return undefined
  const m = sql.raw(alias)
  const parts = reach.parts.map(({ indicator, agencies, former }) => {
    const ofIndicator = indicator === null ? sql`true` : sql`${m}.indicator_code = ${indicator}`
    if (agencies === null) return ofIndicator
    const now = sql`${m}.agency_code = any(${sql.param(arrayLiteral(agencies, one => one))}::text[])`
    const then = former.length === 0
      ? sql`false`
      : sql`exists (
          select from unnest(${sql.param(arrayLiteral(former, one => one.code))}::text[],
            ${sql.param(arrayLiteral(former, one => one.from))}::date[],
              ${sql.param(arrayLiteral(former, one => one.to))}::date[]) f (code, since, until)
          where f.code = ${m}.agency_code and ${periodEnd(m)} between f.since and f.until)`
    return sql`(${ofIndicator} and (${now} or ${then}))`
  })
  return sql`(${m}.client_id = ${reach.client}${parts.length === 0 ? sql`` : sql` or ${sql.join(parts, sql` or `)}`})`
}

/** Whether an agency is the reader's own, of whatever indicator: for what is not a figure. */
export function isOwnAgency ({ reach }: Sight): (agency: string) => boolean {
  if (reach === undefined) return () => false
  if (reach.parts.some(({ agencies }) => agencies === null)) return () => true
  const own = new Set(reach.parts.flatMap(({ agencies, former }) => [...agencies!, ...former.map(({ code }) => code)]))
  return agency => own.has(agency)
}

/** Whether every figure is shown to the reader. */
export const seesAll = ({ reader }: Sight): boolean => reader.has('reviewer')

/**
 * The last day of the period of a revision, as `windowOf` (domain/calendar.ts) reckons it by the indicator's calendar.
 */
export const periodEnd = (m: SQL) => sql`(
  select (make_date(left(${m}.period, 4)::integer, case substr(${m}.period, 6, 1)
      when '' then 12 when 'H' then 6 * right(${m}.period, 1)::integer when '9' then 9 when 'Q' then 3 *
        right(${m}.period, 1)::integer
      else right(${m}.period, 2)::integer end, 1)
    + make_interval(months => 1 + c.month_offset) + make_interval(days => c.start_day - 2))::date
  from indicators i join calendars c on c.code = i.calendar_code where i.code = ${m}.indicator_code)`
