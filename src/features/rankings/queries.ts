import type { Queryable } from '../../db/client.js'
import type { Level } from '../../db/schema/index.js'
import { breakdownOf } from '../../domain/status/index.js'
import { listHolidays } from '../calendars/holidays.js'
import { breakdownKeyOf } from '../measurements/row.js'
import { loadSetting, runningPeriods } from '../status/evaluate.js'
import { lastKnown, listFigures, listTargetsInForce, type Instant } from '../status/queries.js'
import { measuresOf, rankAgencies, type Ranked } from './contest.js'

export interface RankingFilters { level: Level, plan: string | undefined, pillar: string | undefined, period: string | undefined }

/** A fixed number of queries however many agencies and figures there are; within one snapshot. */
export async function loadRanking (db: Queryable, { level, plan, pillar, period }: RankingFilters, { on, at }: Instant): Promise<{ ranked: Ranked[], asOf: string }> {
  const { timeline } = await loadSetting(db, { on, at })
  const targets = await listTargetsInForce(db, { plan, pillar }, { on, at })
  const measures = measuresOf({ targets, on, period }).filter(({ slots }) => slots.length > 0)
  const asked = measures.flatMap(({ targets }) => targets)
  const years = measures.flatMap(({ slots }) => slots.map(slot => slot.period.year))
  const { figures, knownAt = '' } = await listFigures(db, {
    at,
    indicators: [...new Set(asked.map(({ indicator }) => indicator.code))],
    fromYear: Math.min(...years),
    toYear: Math.max(...years),
    breakdownKeys: [...new Set(asked.map(({ target }) => breakdownKeyOf({ ...breakdownOf(target) })))],
    running: { on, periods: runningPeriods(asked, on) }
  })
  const known = await lastKnown(db, at)
  const holidays = await listHolidays(db, at)
  return {
    ranked: rankAgencies({ level, on, period, targets, timeline, holidays, figures }),
    asOf: known > knownAt ? known : knownAt
  }
}
