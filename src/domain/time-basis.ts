import { monthsIn } from './period.js'
import type { Frequency, TimeBasis, ValueKind } from './words.js'

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
