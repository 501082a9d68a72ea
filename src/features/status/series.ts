import type { Queryable } from '../../db/client.js'
import { windowOf, type CalendarRule } from '../../domain/calendar.js'
import { compareDates } from '../../domain/date.js'
import { toExactDecimal, decimalPlaces, type Rational } from '../../domain/decimal.js'
import { comparePeriods, isPeriodYear, parsePeriod, periodsOfYear, type Period } from '../../domain/period.js'
import { directionOf, eligibleSlots, isCounted, type Figure } from '../../domain/status/index.js'
import { showAmong } from '../../domain/status/show.js'
import { decimal, expectedAt, originOf, trajectoryOf } from '../../domain/trajectory.js'
import { presentValue } from '../pushes/figure.js'
import type { Sight } from '../../world/sight.js'
import { listFigures, type TargetInForce } from '../../world/figures.js'
import { completePoints, type SummedIndicator } from './series-sums.js'
import type { StandingState } from '../../domain/words.js'

export interface SeriesRequest {
  sight: Sight
  at: string
  indicator: SummedIndicator & { code: string, decimals: number }
  calendar: CalendarRule
  agency: string
  fromYear: number
  toYear: number
}

/** The newest figures of an agency by breakdown and period; the newest revision that counts where there is one. */
export async function loadSeries (db: Queryable, request: SeriesRequest) {
  const lines = await listLines(db, { ...request, agencies: [request.agency] })
  return lines.map(({ breakdown, figures }) => ({
    breakdown,
    points: completePoints(
      figures.map(figure => presentPoint(figure, parsePeriod(figure.period)!, request.calendar)), request
    )
  }))
}

/** By breakdown, of each agency and period the figure that stands. */
export async function listLines (
  db: Queryable,
  {
    sight, at, indicator, agencies, fromYear, toYear
  }: Omit<SeriesRequest, 'agency' | 'calendar'> & { agencies: readonly string[] }
) {
  const { figures } = await listFigures(db, {
    sight, of: 'figures', at, indicators: [indicator.code], fromYear, toYear, agencies
  })
  const lines = new Map<string, { breakdown: Record<string, string>, figures: Map<string, Figure> }>()
  for (const figure of figures.get(indicator.code) ?? []) {
    if (figure.state === 'withdrawn' || figure.state === 'superseded') continue
    const key = JSON.stringify(Object.entries(figure.breakdown).sort())
    const line = lines.get(key) ?? { breakdown: { ...figure.breakdown }, figures: new Map<string, Figure>() }
    const place = `${figure.agency} ${figure.period}`
    const known = line.figures.get(place)
    if (known === undefined || ranks(figure, known)) line.figures.set(place, figure)
    lines.set(key, line)
  }
  return [...lines].sort(([a], [b]) => a < b ? -1 : 1)
    .map(([, { breakdown, figures }]) => ({ breakdown, figures: [...figures.values()] }))
}

export function presentPoint (figure: Figure, period: Period, calendar: CalendarRule) {
  const { numerator, denominator } = figure
  return {
    period: period.code,
    ...windowOf(period, calendar),
    value: presentValue(figure),
    ...numerator === undefined || denominator === undefined ? {} : { numerator, denominator },
    quality: figure.quality,
    state: figure.state as StandingState,
    counts: isCounted(figure),
    measurement: { id: figure.id, revision: figure.revision },
    provenance: figure.provenance
  }
}

/** A figure that counts stands until a newer one is accepted. */
function ranks (a: Figure, b: Figure): boolean {
  return isCounted(a) === isCounted(b) ? a.revision > b.revision : isCounted(a)
}

/**
 * Where the target's pace expects the value at the end of each period up to its due date. Years that have no periods,
 * asked for by a far `on`, have no points.
 */
export function targetLine ({ target, indicator, calendar }: TargetInForce, fromYear: number, toYear: number) {
  const lastEnd = eligibleSlots(target, indicator, calendar).at(-1)?.window.to
  const trajectory = trajectoryOf(target, directionOf(target, indicator), calendar, {
    lastEnd, origin: originOf(target, indicator, calendar)
  })
  const years = Array.from({ length: toYear - fromYear + 1 }, (_, i) => fromYear + i)
    .filter(year => year >= target.planYear && isPeriodYear(year))
  return {
    target: target.id,
    plan: target.plan,
    operator: target.operator,
    value: target.value,
    dueDate: target.dueDate,
    points: years.flatMap(year => indicator.frequencies.flatMap(frequency => periodsOfYear(year, frequency))
      .sort(comparePeriods)).flatMap(period => {
      const { from, to } = windowOf(period, calendar)
      if (compareDates(from, target.dueDate) > 0) return []
      const expected = expectedAt(to, trajectory)
      return [{
        period: period.code, to,
        expectedValue: expected === undefined ? null : show(expected.value, indicator.decimals, decimal(target.value))
      }]
    })
  }
}

/** Rounded, but never to where the target is. */
function show (value: Rational, decimals: number, demanded: Rational): string {
  const exact = toExactDecimal(value)
  return exact !== undefined && decimalPlaces(exact) <= decimals ? exact : showAmong(value, decimals, [demanded])
}
