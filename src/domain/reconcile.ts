import { absolute, add, compare, divide, isZero, multiply, rational, subtract, ZERO, type Rational } from './decimal.js'
import { decimal } from './trajectory.js'
import type { Aggregation, Direction, Operator } from './words.js'

export const VERDICTS = ['met', 'short', 'undetermined', 'not_comparable'] as const
export type Verdict = typeof VERDICTS[number]

/** What a target demands. */
export interface Demand { readonly operator: Operator, readonly value: string }

export interface Part extends Demand {
  /** Due later than the whole. */
  readonly late: boolean
  /** The denominator it enters a ratio of sums with; undefined where none is known. */
  readonly weight?: string | undefined
}

export interface Whole extends Demand {
  readonly aggregation: Aggregation
  /** Each part must pass by itself. */
  readonly each: boolean
  readonly direction: Direction
  /** The least a figure of the indicator can be. */
  readonly minimum: string | null
}

/** Why the verdict is what it is. */
export type Cause =
  | 'meets' | 'each_meets' | 'short' | 'each_short' | 'none_meets'
  | 'no_parts' | 'not_rolled_up' | 'dropped' | 'other_direction' | 'weights_unknown' | 'members_without' | 'late_parts'

export interface Reconciliation {
  readonly verdict: Verdict
  readonly cause: Cause
  /** What the whole comes to if every part just reaches its value. */
  readonly combined: Rational | undefined
  /** Still missing to the whole, in its direction; negative beyond it. */
  readonly gap: Rational | undefined
}

const HIGHER: readonly Operator[] = ['gt', 'gte', 'eq']
const LOWER: readonly Operator[] = ['lt', 'lte', 'eq']

/**
 * Whether parts that all reach what is demanded of them make the whole reach what is demanded of it. `othersWithout`:
 * somebody in the whole's scope has no part, and may end anywhere.
 */
export function reconcile (whole: Whole, parts: readonly Part[], othersWithout: boolean): Reconciliation {
  const direction = directionOf(whole)
  const answer = (verdict: Verdict, cause: Cause, combined?: Rational): Reconciliation => {
    if (combined === undefined) return { verdict, cause, combined: undefined, gap: undefined }
    const rest = subtract(decimal(whole.value), combined)
    return { verdict, cause, combined, gap: direction === 'higher_is_better' ? rest : { n: -rest.n, d: rest.d } }
  }
  if (!whole.each && (whole.aggregation === 'direct' || whole.aggregation === 'none')) {
    return answer('not_comparable', 'not_rolled_up')
  }
  if (parts.length === 0) return answer('undetermined', 'no_parts')
  if (parts.some(part => !speaksFor(part, whole))) return answer('undetermined', 'other_direction')

  const judged = whole.each ? judgeEach(whole, parts, direction) : judgeCombined(whole, parts)
  if (judged.verdict !== 'met') return answer(judged.verdict, judged.cause, judged.combined)
  if (parts.some(({ late }) => late)) return answer('undetermined', 'late_parts', judged.combined)
  if (othersWithout && !othersCanOnlyHelp(whole)) return answer('undetermined', 'members_without', judged.combined)
  return answer('met', judged.cause, judged.combined)
}

interface Judged {
  readonly verdict: Exclude<Verdict, 'not_comparable'>, readonly cause: Cause, readonly combined: Rational | undefined
}

function judgeEach (whole: Whole, parts: readonly Part[], direction: Direction): Judged {
  const bounds = parts.map(part => decimal(part.value))
  const target = decimal(whole.value)
  const short = (value: Rational) =>
    whole.operator === 'eq'
      ? absolute(subtract(target, value))
      : direction === 'higher_is_better' ? subtract(target, value) : subtract(value, target)
  const worst = bounds.reduce((a, b) => compare(short(b), short(a)) > 0 ? b : a)
  return parts.every(part => implies(part, whole))
    ? { verdict: 'met', cause: 'each_meets', combined: worst }
    : { verdict: 'short', cause: 'each_short', combined: worst }
}

function judgeCombined (whole: Whole, parts: readonly Part[]): Judged {
  const weights = weightsOf(whole, parts)
  if (weights === undefined) {
    if (parts.every(part => implies(part, whole))) return { verdict: 'met', cause: 'each_meets', combined: undefined }
    // whatever the weights, the whole lies among its parts
    if (parts.every(part => !implies(part, whole)) && sameSide(whole, parts)) {
      return { verdict: 'short', cause: 'none_meets', combined: undefined }
    }
    return { verdict: 'undetermined', cause: 'weights_unknown', combined: undefined }
  }
  const sum = parts.reduce((total, part, i) => add(total, multiply(weights[i]!, decimal(part.value))), ZERO)
  const combined = whole.aggregation === 'sum' ? sum : divide(sum, weights.reduce(add))
  const strict = parts.some((part, i) => isStrict(part.operator) && !isZero(weights[i]!))
  const reached = implies(
    {
      operator: whole.operator === 'eq' ? 'eq' : strict ? strictly(whole.operator) : loosely(whole.operator),
      value: combined
    },
    whole
  )
  return reached ? { verdict: 'met', cause: 'meets', combined } : { verdict: 'short', cause: 'short', combined }
}

/** Undefined where a ratio's denominators are not all known, or are all 0. */
function weightsOf ({ aggregation }: Whole, parts: readonly Part[]): Rational[] | undefined {
  if (aggregation !== 'ratio_of_sums') return parts.map(() => rational(1n))
  const weights = parts.map(({ weight }) => weight === undefined ? undefined : decimal(weight))
  if (weights.includes(undefined)) return undefined
  const known = weights as Rational[]
  return known.every(isZero) ? undefined : known
}

function directionOf ({ operator, direction }: Whole): Direction {
  return operator === 'eq' ? direction : HIGHER.includes(operator) ? 'higher_is_better' : 'lower_is_better'
}

/** A part that says "at most" bounds nothing from below, and only "exactly" bounds from both sides. */
function speaksFor (part: Demand, whole: Demand): boolean {
  if (whole.operator === 'eq') return part.operator === 'eq'
  return (HIGHER.includes(whole.operator) ? HIGHER : LOWER).includes(part.operator)
}

/** Whatever reaches the part's demand reaches the whole's. */
function implies (part: { operator: Operator, value: string | Rational }, whole: Demand): boolean {
  if (!speaksFor({ operator: part.operator, value: '0' }, whole)) return false
  const value = typeof part.value === 'string' ? decimal(part.value) : part.value
  const order = compare(value, decimal(whole.value))
  switch (whole.operator) {
    case 'eq': return order === 0
    case 'gte': return order >= 0
    case 'gt': return order > 0 || (order === 0 && part.operator === 'gt')
    case 'lte': return order <= 0
    case 'lt': return order < 0 || (order === 0 && part.operator === 'lt')
  }
}

/** Exact demands on both sides of an exact whole may balance. */
function sameSide (whole: Demand, parts: readonly Demand[]): boolean {
  if (whole.operator !== 'eq') return true
  const orders = parts.map(part => compare(decimal(part.value), decimal(whole.value)))
  return orders.every(order => order > 0) || orders.every(order => order < 0)
}

/** Added to a sum that is to be at least something, a figure that cannot be negative does no harm. */
function othersCanOnlyHelp ({ aggregation, each, operator, minimum }: Whole): boolean {
  return !each && aggregation === 'sum' && (operator === 'gt' || operator === 'gte') && minimum !== null &&
    compare(decimal(minimum), ZERO) >= 0
}

const isStrict = (operator: Operator) => operator === 'gt' || operator === 'lt'
const strictly = (operator: Operator): Operator => HIGHER.includes(operator) ? 'gt' : 'lt'
const loosely = (operator: Operator): Operator => HIGHER.includes(operator) ? 'gte' : 'lte'
