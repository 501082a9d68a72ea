import type { Queryable } from '../../db/client.js'
import { windowOf } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { comparePeriods, parsePeriod, type Period } from '../../domain/period.js'
import { constituentsOf, restate, type Lineage } from '../../domain/restate.js'
import { isCounted, worstQuality } from '../../domain/status/figures.js'
import type { Figure } from '../../domain/status/index.js'
import { lineageOf, wholeSuccessor } from '../../domain/succession.js'
import { listHistories, listLinks } from '../agencies/queries.js'
import { holdsOn, lifetimeOf } from '../agencies/rules.js'
import { listSuccessions } from '../../world/successions.js'
import type { IndicatorSeries } from './schemas.js'
import { completePoints, showAmount, weakestOf } from './series-sums.js'
import { listLines, presentPoint, type SeriesRequest } from './series.js'
import type { Aggregation } from '../../domain/words.js'
import type { View } from '../../domain/body-view.js'

type Point = IndicatorSeries['series'][number]['points'][number]

export interface LineRequest extends SeriesRequest {
  indicator: SeriesRequest['indicator'] & { aggregation: Aggregation }
  on: CivilDate
  view: Exclude<View, 'as_reported'>
}

/** The body that answers on the day: itself, or whoever took over all of it. */
export async function loadLine (db: Queryable, request: LineRequest) {
  const { agency, on, at, indicator } = request
  const successions = await listSuccessions(db, at)
  const body = wholeSuccessor(successions, agency, on) ?? agency
  const codes = [
    ...new Set([
      body, ...lineageOf(successions, body, 'predecessors', { on, depth: Infinity }).flatMap(one => [one.from, one.to])
    ])
  ]
  const histories = await listHistories(db, codes, at)
  const links = await listLinks(db, at)
  const above = (code: string, day: CivilDate, seen: ReadonlySet<string> = new Set()): string[] => {
    const parent = links.find(link => link.agency === code && holdsOn(link, day))?.parent
    return parent === undefined || seen.has(parent) ? [] : [parent, ...above(parent, day, new Set([...seen, parent]))]
  }
  const bodies = new Map(codes.map(code => {
    const { validFrom, validTo } = lifetimeOf(histories.get(code)!.names)
    return [
      code,
      {
        from: validFrom, to: validTo, above: new Set(above(code, validTo !== undefined && validTo < on ? validTo : on))
      }
    ]
  }))
  const lineage: Lineage = { successions, bodies, on, indicator: indicator.code }
  const lines = await listLines(db, { ...request, agencies: codes })
  const pointsOf = request.view === 'current' ? currentPoints : restatedPoints
  return {
    agency: body, series: lines.map(({ breakdown, figures }) => ({
      breakdown, points: completePoints(pointsOf(body, figures, lineage, request), request)
    }))
  }
}

/** As they were reported: its own, and for periods before it existed those of the bodies that it was made of. */
function currentPoints (body: string, figures: readonly Figure[], lineage: Lineage, request: LineRequest): Point[] {
  return periodsOf(figures).flatMap(period => {
    const window = windowOf(period, request.calendar)
    const own = lineage.bodies.get(body)!.from <= window.to
    const codes = own ? [body] : constituentsOf(body, window.to, lineage).map(one => one.code)
    return codes.flatMap(code => figures.filter(one => one.agency === code && one.period === period.code)
      .map(figure => ({ ...presentPoint(figure, period, request.calendar), agency: code })))
  })
}

function restatedPoints (body: string, figures: readonly Figure[], lineage: Lineage, request: LineRequest): Point[] {
  const { indicator, calendar } = request
  return periodsOf(figures).flatMap((period): Point[] => {
    const window = windowOf(period, calendar)
    const codes = constituentsOf(body, window.to, lineage).map(one => one.code)
    const reported = figures.filter(one => one.period === period.code)
    const of = reported.filter(one => codes.includes(one.agency))
    if (of.length === 0) return []
    const base = { period: period.code, ...window }
    const found = restate(body, window, lineage, indicator, code => reported.find(one => one.agency === code &&
      isCounted(one)))
    if (codes.length === 1 && codes[0] === body &&
      (found.possible || (found.code !== 'gave_away_part' && found.code !== 'merged_within_period'))) {
      return [presentPoint(of[0]!, period, calendar)]
    }
    if (!found.possible) {
      return [
        {
          ...base, value: null,
          restatement: { possible: false, code: found.code, agencies: [...found.agencies], reason: found.reason }
        }
      ]
    }
    return [{
      ...base,
      ...showAmount(found.quantity),
      quality: worstQuality(found.figures)!,
      state: 'accepted' as const,
      counts: true,
      provenance: weakestOf(found.figures.map(({ provenance }) => provenance)),
      restatement: {
        possible: true, figures: found.figures.map(({ agency, id, revision }) => ({ agency, id, revision }))
      }
    }]
  })
}

function periodsOf (figures: readonly Figure[]): Period[] {
  return [...new Set(figures.map(one => one.period))].map(code => parsePeriod(code)!).sort(comparePeriods)
}
