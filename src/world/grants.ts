import { inArray } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import { clientGrants, clients, type Scope } from '../db/schema/clients.js'
import type { CivilDate } from '../domain/date.js'

export type GrantRow = typeof clientGrants.$inferSelect

/** Who pushes, as its push is judged: what the client may do now, whatever its token says. */
export interface Reporter {
  readonly isActive: boolean
  readonly scopes: readonly Scope[]
  readonly grants: readonly Grant[]
}

/** By client; one that does not exist is not in it. */
export async function listReporters (db: Queryable, clientIds: readonly string[]): Promise<Map<string, Reporter>> {
  const rows = await db.select({ id: clients.id, state: clients.state, scopes: clients.scopes }).from(clients)
    .where(inArray(clients.id, [...clientIds]))
  const grants = await listGrantsOf(db, clientIds)
  return new Map(rows.map(({ id, state, scopes }) => [
    id, { isActive: state === 'active', scopes, grants: grants.get(id) ?? [] }
  ]))
}

/**
 * Read in the transaction that judges by them: a grant that a reorganisation has just moved holds at once, through
 * every instance.
 */
export async function listGrants (db: Queryable, clientId: string): Promise<Grant[]> {
  return (await listGrantsOf(db, [clientId])).get(clientId) ?? []
}

/** By client; one that has none is not in it. */
export async function listGrantsOf (db: Queryable, clientIds: readonly string[]): Promise<Map<string, Grant[]>> {
  const grants = new Map<string, Grant[]>()
  for (const [clientId, rows] of await listGrantRows(db, clientIds)) {
    grants.set(clientId, rows.map((
      { agencyCode: agency, withSubtree, indicatorCode: indicator, validFrom, validTo }
    ) => ({
      agency, withSubtree, indicator, ...validFrom === null ? {} : { validFrom }, ...validTo === null ? {} : { validTo }
    })))
  }
  return grants
}

/** By client, with where they came from. */
export async function listGrantRows (db: Queryable, clientIds: readonly string[]): Promise<Map<string, GrantRow[]>> {
  const rows = await db.select().from(clientGrants)
    .where(inArray(clientGrants.clientId, [...clientIds])).orderBy(clientGrants.id)
  const grants = new Map<string, GrantRow[]>()
  for (const row of rows) {
    const own = grants.get(row.clientId)
    if (own === undefined) grants.set(row.clientId, [row])
    else own.push(row)
  }
  return grants
}

/**
 * Whose figures a client may push: an agency (null = every agency), alone or with all below it × an indicator (null =
 * every one).
 */
export interface Grant {
  readonly agency: string | null
  readonly withSubtree: boolean
  readonly indicator: string | null
  /** The days on which figures may be pushed by it, both inclusive; without: always. */
  readonly validFrom?: CivilDate
  readonly validTo?: CivilDate
}

export interface ReportedFigure {
  readonly agency: string
  /**
   * The agencies above it whose grants with subtree reach this figure, in any order; asked for by such a grant alone.
   */
  ancestors (): readonly string[]
  readonly indicator: string
}

/**
 * Whose grants with all below them reach a figure: whoever stood above its agency at the end of the period, also when
 * the figure comes late, and whoever stands above it on the day of the push. Whoever it had left before reaches it no
 * longer.
 */
export function ancestorsFor (aboveOn: (day: CivilDate) => Iterable<string>, end: CivilDate, day: CivilDate): string[] {
  return end < day ? [...aboveOn(end), ...aboveOn(day)] : [...aboveOn(day)]
}

/**
 * On the day of the push. False is the row's problem `not_assigned`. A grant covers a row alone: agency and indicator
 * are never taken from two grants.
 */
export function mayReport (
  principal: { readonly grants: readonly Grant[] } | undefined, figure: ReportedFigure, day: CivilDate
): boolean {
  return principal?.grants.some(grant =>
    (grant.validFrom ?? day) <= day && day <= (grant.validTo ?? day) &&
    (grant.indicator === null || grant.indicator === figure.indicator) &&
    (grant.agency === null || grant.agency === figure.agency ||
      (grant.withSubtree && figure.ancestors().includes(grant.agency)))) === true
}
