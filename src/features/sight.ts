import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import type { Queryable } from '../db/client.js'
import type { CivilDate } from '../domain/date.js'
import { Problem } from '../http/problem.js'
import { today } from '../http/today.js'
import { listGrants } from '../world/grants.js'
import type { Former, Reach, Sight } from '../world/sight.js'

const known = new WeakMap<FastifyRequest, Promise<Sight>>()

/** By the grants as they are now: what somebody may no longer report they no longer see. */
export function sightOf (request: FastifyRequest): Promise<Sight> {
  if (request.routeOptions.config.sighted !== true) {
    throw new Error(`${request.method} ${String(request.routeOptions.url)} depends on who asks, and does not say so: ` +
      'set config.sighted')
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
  const grants = (await listGrants(db, client)).filter(one =>
    (one.validFrom ?? day) <= day && day <= (one.validTo ?? day))
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
          : [
              ...new Set([
                ...own.map(({ agency }) => agency!), ...found.filter(({ now }) => now).map(({ code }) => code)
              ])
            ],
        former: found.filter(({ now }) => !now)
      }
    })
  }
}

/** By root, everybody who ever stood below it, as known now: from when to when, and whether that holds on the day. */
async function listBelow (
  db: Queryable, roots: readonly string[], day: CivilDate
): Promise<Map<string, (Former & { now: boolean })[]>> {
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
    select root, code, since::text as "from", until::text as "to", ${day}::date between since and until as now from
      below`)
  for (const { root, ...row } of rows) found.set(root, [...found.get(root) ?? [], row])
  return found
}

/**
 * To ask for what one does not see is refused, since an empty answer would look like the truth.
 * @throws Problem not_authenticated without a token, else insufficient_scope
 */
export function requireSight (
  request: FastifyRequest, parameter: string,
  scopes: readonly ('measurements:write' | 'measurements:review' | 'registry:admin')[]
): void {
  if (request.principal?.scopes.some(one => scopes.includes(one as typeof scopes[number])) === true) return
  const named = scopes.join(' hoặc '); const inEnglish = scopes.join(' or ')
  const detail = {
    vi: `“${parameter}” hỏi về số liệu chưa được chấp nhận hoặc về client đã gửi: cần token có scope ${named}.`,
    en: `\`${parameter}\` asks for figures that are not accepted, or for who pushed them: it needs a token with the ` +
      `scope ${inEnglish}.`
  }
  if (request.principal === undefined) throw new Problem('not_authenticated', { detail, challenge: {} })
  throw new Problem('insufficient_scope', {
    detail, challenge: {
      error: 'insufficient_scope', description: detail.en, scope: scopes.join(' ')
    }, extra: { requiredScopes: scopes }
  })
}
