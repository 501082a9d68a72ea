import type { Window } from './calendar.js'
import { addDays, daysBetween, type CivilDate } from './date.js'

/**
 * Where the day of an observation lies beside the period that the figure is for. `before`: the period had not begun, so
 * that nothing of it could be observed · `early`: in its first tenth · `long_after`: when the period after it was over
 * too.
 */
export type ObservationPlace = 'before' | 'early' | 'within_reach' | 'long_after'

/** `telling`: of the window, for who places many of one period. */
export function placeObservation (
  day: CivilDate, window: Window, following: Window | undefined, telling = tellingFrom(window)
): ObservationPlace {
  if (day < window.from) return 'before'
  if (day < telling) return 'early'
  return following !== undefined && day > following.to ? 'long_after' : 'within_reach'
}

/**
 * From this day on an observation says something of the period as a whole. Before it nothing counts while the period
 * runs: a yearly figure dated 10 January is a slip (of the year, or of the period) or a guess, whether the figure is
 * one of a day, of the period, or since the beginning of the year. A tenth, rounded down: 36 days of a year, 9 of a
 * quarter, 3 of a month.
 */
export function tellingFrom ({ from, to }: Window): CivilDate {
  return addDays(from, Math.floor((daysBetween(from, to) + 1) / 10))
}
