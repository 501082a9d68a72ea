import { monthsOf } from '../period.js'
import type { Slot } from './figures.js'

/** What is known of a period. `missing`: how many have no figure of it; `unsure`: whose it is changed while it ran. */
export interface Known { readonly missing: number, readonly unsure: boolean }

export interface Leg<C> { readonly slot: Slot, readonly cell: C }

interface Way<C> {
  readonly cost: readonly [missing: number, unsure: number, legs: number], readonly legs: readonly Leg<C>[]
}

/**
 * The periods, one after the other and without overlap, that cover the time from the beginning of the first year to
 * the end of `last`. Of all ways to do so it is the one in which the least is missing (months, for each who has no
 * figure), then the one with the fewest periods in which bodies came or went, then the one of the longest periods.
 * `know` is asked once for each period; `alone`: it covers all of the time by itself.
 */
export function coverOf<C extends Known> (
  slots: readonly Slot[], last: Slot, firstYear: number, know: (slot: Slot, alone: boolean) => C
): Leg<C>[] {
  const spans = slots.map(slot => ({ slot, ...spanOf(slot, firstYear) }))
  const end = spanOf(last, firstYear).end
  const best: (Way<C> | undefined)[] = [{ cost: [0, 0, 0], legs: [] }]
  for (let month = 1; month <= end; month++) {
    const isHeld = spans.some(span => span.start < month && month <= span.end && span.end <= end)
    // a month that no period holds, as the last three of a year beside nine months, is passed over
    let way = isHeld ? undefined : best[month - 1]
    for (const span of spans) {
      const before = span.end === month ? best[span.start] : undefined
      if (before === undefined) continue
      const cell = know(span.slot, span.start === 0 && span.end === end)
      const [missing, unsure, legs] = before.cost
      const cost = [missing + cell.missing * (span.end - span.start), unsure + (cell.unsure ? 1 : 0), legs + 1] as const
      if (way === undefined || isLess(cost, way.cost)) way = { cost, legs: [...before.legs, { slot: span.slot, cell }] }
    }
    best[month] = way
  }
  return [...best[end]?.legs ?? []]
}

/** In months since the beginning of the first year. */
function spanOf ({ period }: Slot, firstYear: number): { start: number, end: number } {
  const { first, last } = monthsOf(period)
  const before = (period.year - firstYear) * 12
  return { start: before + first - 1, end: before + last }
}

function isLess (a: readonly number[], b: readonly number[]): boolean {
  const i = a.findIndex((number, at) => number !== b[at])
  return i !== -1 && a[i]! < b[i]!
}
