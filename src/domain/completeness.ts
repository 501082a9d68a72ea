import { parseDecimal, rational, toDecimal, ZERO, ONE, compare } from './decimal.js'
import type { ObligationState } from './obligations.js'

export interface Counted {
  readonly state: ObligationState
  readonly reportedLate: boolean | undefined
  /** Whether somebody has said why its figure is missing or late. */
  readonly explained: boolean
}

export interface Completeness {
  expected: number
  notDue: number
  due: number
  submitted: number
  returned: number
  accepted: number
  overdue: number
  /** How many of the overdue figures nobody has explained. */
  overdueUnexplained: number
  excused: number
  /** Of what was reported, by whether its first report came by the deadline. */
  onTime: number
  late: number
  /** Accepted of what should have been by now, four decimals; null when nothing should. */
  completeness: string | null
}

export function completenessOf (obligations: readonly Counted[]): Completeness {
  const count = (wanted: ObligationState) => obligations.filter(({ state }) => state === wanted).length
  const [notDue, excused, accepted] = [count('not_due'), count('excused'), count('accepted')]
  return {
    expected: obligations.length,
    notDue,
    due: count('due'),
    submitted: count('submitted'),
    returned: count('returned'),
    accepted,
    overdue: count('overdue'),
    overdueUnexplained: obligations.filter(({ state, explained }) => state === 'overdue' && !explained).length,
    excused,
    onTime: obligations.filter(({ reportedLate }) => reportedLate === false).length,
    late: obligations.filter(({ reportedLate }) => reportedLate === true).length,
    completeness: shareOf(accepted, obligations.length - excused - notDue)
  }
}

const PLACES = 4
const STEP = rational(1n, 10_000n)

/** Rounded half away from zero, but only what is all is shown as 1.0000, and only what is nothing as 0.0000. */
function shareOf (part: number, whole: number): string | null {
  if (whole === 0) return null
  const share = rational(BigInt(part), BigInt(whole))
  const shown = toDecimal(share, PLACES)
  const rounded = parseDecimal(shown)!
  if (compare(rounded, ONE) === 0 && part < whole) return toDecimal(rational(STEP.d - STEP.n, STEP.d), PLACES)
  if (compare(rounded, ZERO) === 0 && part > 0) return toDecimal(STEP, PLACES)
  return shown
}
