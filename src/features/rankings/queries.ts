import type { Queryable } from '../../db/client.js'
import { dayInProvince } from '../../domain/date.js'
import { dutyIn } from '../../domain/owners.js'
import { dutyDeadline, findExcuse, isPast, lifeOf } from '../../domain/period-life.js'
import { methodOn, type RankingMethod } from '../../domain/ranking.js'
import { breakdownOf } from '../../domain/status/index.js'
import { bodiesOn } from '../../domain/succession.js'
import { listHolidays } from '../../world/holidays.js'
import { dutyPeriodOf, heirsOf, loadLeads, loadLife } from '../../world/period-life.js'
import { breakdownKeyOf } from '../../domain/breakdown.js'
import { listSuccessions } from '../../world/successions.js'
import { PUBLIC } from '../../world/sight.js'
import { loadSetting } from '../status/evaluate.js'
import { runningPeriods } from '../../world/reporters.js'
import { lastKnown, listFigures, listTargetsInForce, type Instant } from '../../world/figures.js'
import { measuresOf, rankAgencies, type Contest, type Ranked } from './contest.js'
import type { Level } from '../../domain/words.js'

export interface RankingFilters {
  method: RankingMethod['code']
  level: Level
  plan: string | undefined
  pillar: string | undefined
  period: string | undefined
}

export interface Ranking { method: RankingMethod, ranked: Ranked[], asOf: string }

/** A fixed number of queries however many agencies and figures there are; within one snapshot. */
export async function loadRanking (
  db: Queryable, { method: code, level, plan, pillar, period }: RankingFilters, { on, at }: Instant
): Promise<Ranking> {
  const method = methodOn(code, dayInProvince(at))
  const { timeline } = await loadSetting(db, { on, at })
  const targets = await listTargetsInForce(db, { plan, pillar }, { on, at })
  const measures = measuresOf({ targets, on, period }).filter(({ points }) => points.length > 0)
  const asked = measures.flatMap(({ targets }) => targets)
  const years = measures.flatMap(({ points, targets }) => [
    ...points.map(({ period }) => period.year), ...targets.map(({ target }) => target.planYear)
  ])
  const { figures, knownAt = '' } = await listFigures(db, {
    sight: PUBLIC,
    of: 'figures',
    at,
    indicators: [...new Set(asked.map(({ indicator }) => indicator.code))],
    fromYear: Math.min(...years),
    toYear: Math.max(...years),
    breakdownKeys: [...new Set(asked.map(({ target }) => breakdownKeyOf({ ...breakdownOf(target) })))],
    running: { on, periods: runningPeriods(asked, on) }
  })
  const known = await lastKnown(db, at)
  const holidays = await listHolidays(db, at)
  const life = await loadLife(db, { at })
  const led = await loadLeads(db, asked.map(({ indicator }) => indicator.code), at)
  const { former } = timeline.on(on)
  const successions = await listSuccessions(db, at)
  const heirs = heirsOf(code => former.get(code)?.until, successions)
  const bodies: Contest['bodiesOn'] = (agency, indicator, day) =>
    bodiesOn(successions, agency, indicator, { from: day, to: on }, code => timeline.on(day).alive.has(code))
  const owed: Contest['owed'] = ({ target, indicator, calendar }, own, subject, period) => {
    const of = dutyPeriodOf(life, period, calendar, holidays)
    const leads = own
      ? led(indicator.code, subject).filter(one => one.target === target.id).map(({ leadOn }) => leadOn)
      : []
    const { ended, ...duty } = dutyIn(of, {
      subject, indicator: indicator.code, on, leads, aboveOn: day => timeline.aboveOn(subject, day), ...heirs
    })
    const { state } = lifeOf(period, calendar, holidays, of.transitions, on)
    return {
      excused: ended || findExcuse(of.extensions, duty) !== undefined, past: isPast(dutyDeadline(of, duty), state, on)
    }
  }
  return {
    method,
    ranked: rankAgencies({ method, owed, bodiesOn: bodies, level, on, period, targets, timeline, holidays, figures }),
    asOf: known > knownAt ? known : knownAt
  }
}
