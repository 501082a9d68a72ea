import { sql, type SQL } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { arrayLiteral } from '../db/array.js'
import type { Queryable } from '../db/client.js'
import type { CivilDate } from '../domain/date.js'
import { Problem } from '../http/problem.js'
import type { Audience } from '../http/sight.js'
import { today } from '../http/today.js'
import { listGrants } from './clients/queries.js'

/** An agency that was below the holder of a grant from a day to another, both inclusive, and is not today. */
interface Former { readonly code: string, readonly from: string, readonly to: string }

/** Of one indicator, or of all (null), whose figures a client may report; `agencies` null: everybody's. */
interface Part { readonly indicator: string | null, readonly agencies: readonly string[] | null, readonly former: readonly Former[] }

/** What a client that reports sees beyond the public. */
interface Reach { readonly client: string, readonly parts: readonly Part[] }

/** What a reader sees: of figures, and of what else concerns an agency. */
export interface Sight {
  readonly reader: ReadonlySet<Audience>
  /** Undefined: reports for nobody. */
  readonly reach: Reach | undefined
  /** Two readers with the same one see the same: cursors are bound to it. */
  readonly key: string
}

/** The public's. What is computed of accepted figures alone is computed by it for every reader, and is the same for all. */
export const PUBLIC: Sight = { reader: new Set<Audience>(), reach: undefined, key: '' }

/** Of whoever sees every figure: for what the registry itself goes by. */
export const WHOLE: Sight = { reader: new Set<Audience>(['reviewer']), reach: undefined, key: 'reviewer' }

const known = new WeakMap<FastifyRequest, Promise<Sight>>()

/** By the grants as they are now: what somebody may no longer report they no longer see. */
export function sightOf (request: FastifyRequest): Promise<Sight> {
  if (request.routeOptions.config.sighted !== true) {
    throw new Error(`${request.method} ${String(request.routeOptions.url)} depends on who asks, and does not say so: set config.sighted`)
  }
  request.sighted = true
  let found = known.get(request)
  if (found === undefined) known.set(request, found = loadSight(request))
  return found
}

async function loadSight ({ principal, reader, unit: { db } }: FastifyRequest): Promise<Sight> {
  const words = [...reader].sort()
  if (principal === undefined || !principal.scopes.includes('measurements:write')) {
    return { reader, reach: undefined, key: words.join() }
  }
  // a reviewer sees every figure, and has no need of grants but for what is not a figure
  const reach = await loadReach(db, principal.clientId, today())
  return { reader, reach, key: [...words, reader.has('reviewer') ? '' : `client:${principal.clientId}`].join() }
}

async function loadReach (db: Queryable, client: string, day: CivilDate): Promise<Reach> {
  const grants = (await listGrants(db, client)).filter(one => (one.validFrom ?? day) <= day && day <= (one.validTo ?? day))
  const roots = [...new Set(grants.flatMap(one => one.withSubtree && one.agency !== null ? [one.agency] : []))]
  const below = await listBelow(db, roots, day)
  const indicators = [...new Set(grants.map(({ indicator }) => indicator))]
  return {
    client,
    parts: indicators.map(indicator => {
      const own = grants.filter(one => one.indicator === indicator)
      const found = own.flatMap(one => one.withSubtree ? below.get(one.agency ?? '') ?? [] : [])
      return {
        indicator,
        agencies: own.some(({ agency }) => agency === null)
          ? null
          : [...new Set([...own.map(({ agency }) => agency!), ...found.filter(({ now }) => now).map(({ code }) => code)])],
        former: found.filter(({ now }) => !now)
      }
    })
  }
}

/** By root, everybody who ever stood below it, as known now: from when to when, and whether that holds on the day. */
async function listBelow (db: Queryable, roots: readonly string[], day: CivilDate): Promise<Map<string, (Former & { now: boolean })[]>> {
  const found = new Map<string, (Former & { now: boolean })[]>()
  if (roots.length === 0) return found
  const { rows } = await db.execute<{ root: string, now: boolean, code: string, from: string, to: string }>(sql`
    with recursive below (root, code, since, until) as (
      select root, root, '-infinity'::date, 'infinity'::date from unnest(${sql.param(roots)}::text[]) root
      union
      select b.root, p.agency_code, greatest(b.since, p.valid_from), least(b.until, coalesce(p.valid_to, 'infinity'))
      from below b join agency_parents p on p.parent_code = b.code and p.removed_at is null
        and p.valid_from <= b.until and coalesce(p.valid_to, 'infinity') >= b.since
    )
    select root, code, since::text as "from", until::text as "to", ${day}::date between since and until as now from below`)
  for (const { root, ...row } of rows) found.set(root, [...found.get(root) ?? [], row])
  return found
}

/** The last day of the period of a revision, as `windowOf` (domain/calendar.ts) reckons it by the indicator's calendar. */
const periodEnd = (m: SQL) => sql`(
  select (make_date(left(${m}.period, 4)::integer, case substr(${m}.period, 6, 1)
      when '' then 12 when 'H' then 6 * right(${m}.period, 1)::integer when '9' then 9 when 'Q' then 3 * right(${m}.period, 1)::integer
      else right(${m}.period, 2)::integer end, 1)
    + make_interval(months => 1 + c.month_offset) + make_interval(days => c.start_day - 2))::date
  from indicators i join calendars c on c.code = i.calendar_code where i.code = ${m}.indicator_code)`

/**
 * Whether the revision `alias` of `measurements` is of the reader's own agency: pushed by the client, or one that it may
 * report (clients/grants.ts, mayReport). Undefined: never.
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
            ${sql.param(arrayLiteral(former, one => one.from))}::date[], ${sql.param(arrayLiteral(former, one => one.to))}::date[]) f (code, since, until)
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
 * To ask for what one does not see is refused, since an empty answer would look like the truth.
 * @throws Problem not_authenticated without a token, else insufficient_scope
 */
export function requireSight (request: FastifyRequest, parameter: string, scopes: readonly ('measurements:write' | 'measurements:review' | 'registry:admin')[]): void {
  if (request.principal?.scopes.some(one => scopes.includes(one as typeof scopes[number])) === true) return
  const named = scopes.join(' hoặc '); const inEnglish = scopes.join(' or ')
  const detail = {
    vi: `“${parameter}” hỏi về số liệu chưa được chấp nhận hoặc về client đã gửi: cần token có scope ${named}.`,
    en: `\`${parameter}\` asks for figures that are not accepted, or for who pushed them: it needs a token with the scope ${inEnglish}.`
  }
  if (request.principal === undefined) throw new Problem('not_authenticated', { detail, challenge: {} })
  throw new Problem('insufficient_scope', {
    detail, challenge: { error: 'insufficient_scope', description: detail.en, scope: scopes.join(' ') }, extra: { requiredScopes: scopes }
  })
}
