import { monthsIn, type Frequency } from './period.js'
import type { ValueKind } from './rollup.js'

/**
 * Over which time a figure of an indicator speaks, as the three columns of every statistical report have it:
 * `end_of_period` (thời điểm) as of the period's last day · `during_period` (trong kỳ) of the period alone, so that the
 * periods of a year add up · `year_to_date` (lũy kế) since the beginning of the year.
 */
export type TimeBasis = 'end_of_period' | 'during_period' | 'year_to_date'

/**
 * SDMX's code list CL_TIME_PER_COLLECT has E (end of period) and S (summed through the period), and none for a year to
 * date.
 */
export const TIME_PER_COLLECT: Readonly<Record<TimeBasis, 'E' | 'S' | undefined>> = {
  end_of_period: 'E', during_period: 'S', year_to_date: undefined
}

/**
 * An amount that starts at 0 each year and is to have reached the target by the end of it. A share of a year so far
 * does not grow.
 */
export function isRunningTotal ({ timeBasis, valueKind }: { timeBasis: TimeBasis, valueKind: ValueKind }): boolean {
  return timeBasis !== 'end_of_period' && (valueKind === 'count' || valueKind === 'number')
}

/** The finest first, each once. */
export function inOrder (frequencies: readonly Frequency[]): Frequency[] {
  return [...new Set(frequencies)].sort((a, b) => monthsIn(a) - monthsIn(b))
}
