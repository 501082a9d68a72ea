import { compare } from '../decimal.js'
import type { Quantity } from '../rollup.js'
import { meets } from './assess.js'
import type { Findings } from './explain.js'
import { readShown } from './show.js'
import { SYMBOLS } from './wording.js'
import { decimal } from '../trajectory.js'

/** "1799 / 2000 × 100 = 89.95; 89.95 ≥ 90: no"; of a target for each, that of the member farthest from it, and the count. */
export function comparisonOf ({ input: { target, indicator }, status, assessment }: Findings): string | null {
  if (assessment === undefined) return null
  const { quantity, worst } = assessment
  if (quantity.kind !== 'amount' || status.value === null) return `${status.numerator} / ${status.denominator}: not applicable`
  const { coverage } = status
  const formula = quantity.parts !== undefined && indicator.valueKind === 'ratio'
    ? `${status.numerator} / ${status.denominator} × 100 ${isRounded(quantity, status.value) ? '≈' : '='} ${status.value}; `
    : ''
  const met = meets(quantity.value, target.operator, decimal(target.value))
  const line = `${formula}${status.value} ${SYMBOLS[target.operator]} ${target.value}: ${met ? 'yes' : 'no'}`
  if (assessment.way !== 'each' || worst === undefined) return line
  const asides = coverage.notApplicable === 0 ? '' : `, not applicable ${coverage.notApplicable}`
  return `${worst.member.code}: ${line}; of ${coverage.expected}: passed ${coverage.passed}, failed ${coverage.failed}, missing ${coverage.missing}${asides}`
}

export function isRounded (quantity: Quantity, shown: string): boolean {
  return quantity.kind === 'amount' && compare(readShown(shown), quantity.value) !== 0
}
