import type { Queryable } from '../../db/client.js'
import { windowOf } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { parsePeriod } from '../../domain/period.js'
import { loadTimelineOf } from '../../world/ancestors.js'
import { listRules } from '../../world/locks.js'
import { ancestorsFor } from '../../world/grants.js'

interface Named { readonly indicator: string, readonly agency: string, readonly period: string | null }

/**
 * Of each figure, in order, the agencies whose grants with all below them reach it on the day, as a push reckons. Where
 * there is no period (`null`), the day counts.
 */
export async function listReaching (db: Queryable, figures: readonly Named[], day: CivilDate): Promise<string[][]> {
  const rules = await listRules(db, figures.map(({ indicator }) => indicator))
  const timeline = await loadTimelineOf(db, figures.map(({ agency }) => agency))
  return figures.map(({ indicator, agency, period }) => {
    const end = period === null ? day : windowOf(parsePeriod(period)!, rules.get(indicator)!).to
    return ancestorsFor(on => timeline.aboveOn(agency, on), end, day)
  })
}
