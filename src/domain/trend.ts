import type { Window } from './calendar.js'
import { completenessOf, type Completeness, type Counted } from './completeness.js'
import { comparePeriods, type Period } from './period.js'

/** A duty to report, as a trend counts it. `agency`: under whose name. */
export interface Dated extends Counted {
  readonly agency: string, readonly calendar: string, readonly period: Period, readonly window: Window
}

export interface TrendPoint {
  readonly agency: string
  /** Two calendars have periods of one name and other days. */
  readonly calendar: string
  readonly period: Period
  readonly window: Window
  readonly counts: Completeness
}

/** By agency, calendar and period; in the order of time: by the last day, then the shorter first. */
export function trendOf (duties: readonly Dated[]): TrendPoint[] {
  const groups = new Map<string, Dated[]>()
  for (const duty of duties) {
    const key = `${duty.period.code} ${duty.calendar} ${duty.agency}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [duty])
    else group.push(duty)
  }
  return [...groups.values()]
    .map(group => {
      const { agency, calendar, period, window } = group[0]!
      return { agency, calendar, period, window, counts: completenessOf(group) }
    })
    .sort((a, b) => order(a.window.to, b.window.to) || comparePeriods(a.period, b.period) ||
      order(a.calendar, b.calendar) || order(a.agency, b.agency))
}

function order (a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
