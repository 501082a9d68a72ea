import { windowOf, type CalendarRule } from '../../domain/calendar.js'
import { endingWith, partsOf } from '../../domain/derive.js'
import { comparePeriods, parsePeriod, periodsOfYear, type Period } from '../../domain/period.js'
import { addUp, quantityOf, type Quantity } from '../../domain/rollup.js'
import { coverOf } from '../../domain/status/cover.js'
import { showFull } from '../../domain/status/show.js'
import { worstQuality } from '../../domain/status/figures.js'
import type { IndicatorSeries } from './schemas.js'
import type { Frequency, Provenance, TimeBasis, ValueKind } from '../../domain/words.js'

type Point = IndicatorSeries['series'][number]['points'][number]

export interface SummedIndicator {
  readonly frequencies: readonly Frequency[]
  readonly timeBasis: TimeBasis
  readonly valueKind: ValueKind
}

/** What the counted figures of a period amount to: their sum, where the line is made of several bodies. */
interface Known { readonly period: Period, readonly quantity: Quantity, readonly points: readonly Point[] }

/**
 * In order of time: the points, those of longer periods that follow from shorter ones, and, where figures are of their
 * periods alone, the running sum of the year beside each.
 */
export function completePoints (
  points: readonly Point[], { indicator, calendar }: { indicator: SummedIndicator, calendar: CalendarRule }
): Point[] {
  const known = knownOf(points, indicator)
  const derived = periodsIn(points, indicator.frequencies).flatMap(
    period => points.some(one => one.period === period.code) ? [] : derive(period, known, indicator, calendar) ?? []
  )
  const all = [...points, ...derived].sort((a, b) => comparePeriods(parsePeriod(a.period)!, parsePeriod(b.period)!))
  if (indicator.timeBasis !== 'during_period') return all
  return all.map(point => ({ ...point, runningSum: sumUpTo(parsePeriod(point.period)!, known, indicator, calendar) }))
}

function knownOf (points: readonly Point[], { valueKind }: SummedIndicator): Map<string, Known> {
  const groups = new Map<string, Point[]>()
  for (const point of points) {
    if (point.counts === true) groups.set(point.period, [...groups.get(point.period) ?? [], point])
  }
  return new Map([...groups].map(([code, own]) => [code, {
    period: parsePeriod(code)!, points: own,
    quantity: addUp(own.map(point => quantityOfPoint(point, valueKind)), valueKind)
  }]))
}

function quantityOfPoint ({ value, numerator, denominator }: Point, valueKind: ValueKind): Quantity {
  return quantityOf({ value: value ?? undefined, numerator, denominator }, valueKind)
}

function periodsIn (points: readonly Point[], frequencies: readonly Frequency[]): Period[] {
  const years = [...new Set(points.map(({ period }) => parsePeriod(period)!.year))]
  return years.flatMap(year => frequencies.flatMap(frequency => periodsOfYear(year, frequency)))
}

function derive (
  period: Period, known: ReadonlyMap<string, Known>, { frequencies, timeBasis, valueKind }: SummedIndicator,
  calendar: CalendarRule
): Point | undefined {
  const isFlow = timeBasis === 'during_period'
  const has = ({ code }: Period) => known.has(code) && (!isFlow || isSummable(known.get(code)!.quantity, valueKind))
  const last = isFlow ? undefined : endingWith(period, frequencies, has)
  const parts = isFlow ? partsOf(period, frequencies, has) : last && [last]
  if (parts === undefined) return undefined
  const from = parts.flatMap(({ code }) => known.get(code)!.points)
  return {
    period: period.code,
    ...windowOf(period, calendar),
    ...showAmount(addUp(parts.map(({ code }) => known.get(code)!.quantity), valueKind)),
    quality: worstQuality(from.map(({ quality }) => ({ quality: quality! })))!,
    state: 'accepted',
    counts: true,
    provenance: weakestOf(from.map(({ provenance }) => provenance!)),
    derived: from.map(({ period, measurement }) => ({ period, ...measurement }))
  }
}

function sumUpTo (
  period: Period, known: ReadonlyMap<string, Known>, { frequencies, valueKind }: SummedIndicator, calendar: CalendarRule
): NonNullable<Point['runningSum']> {
  const slots = frequencies.flatMap(frequency => periodsOfYear(period.year, frequency)).map(one => ({
    period: one, window: windowOf(one, calendar)
  }))
  const legs = coverOf(slots, { period, window: windowOf(period, calendar) }, period.year, (slot, alone) => {
    const found = known.get(slot.period.code)
    const usable = found !== undefined && (alone || isSummable(found.quantity, valueKind))
    return { missing: usable ? 0 : 1, unsure: false, quantity: usable ? found.quantity : { kind: 'nothing' } as const }
  })
  return {
    ...showAmount(addUp(legs.map(({ cell }) => cell.quantity), valueKind)),
    missing: legs.flatMap(({ slot, cell }) => cell.missing === 0 ? [] : [slot.period.code])
  }
}

const FROM_WEAKEST: readonly Provenance[] = ['illustrative', 'researched', 'quoted', 'operational']

export function weakestOf (provenances: readonly Provenance[]): Provenance {
  return FROM_WEAKEST.find(provenance => provenances.includes(provenance)) ?? 'operational'
}

/** A percentage without its numerator and denominator cannot be added to another. */
function isSummable (quantity: Quantity, valueKind: ValueKind): boolean {
  return valueKind !== 'ratio' || (quantity.kind !== 'nothing' && quantity.parts !== undefined)
}

export function showAmount (quantity: Quantity): { value: string | null, numerator?: string, denominator?: string } {
  if (quantity.kind === 'nothing') return { value: null }
  const { parts } = quantity
  return {
    value: quantity.kind === 'amount' ? showFull(quantity.value) : null,
    ...parts === undefined ? {} : { numerator: showFull(parts.numerator), denominator: showFull(parts.denominator) }
  }
}
