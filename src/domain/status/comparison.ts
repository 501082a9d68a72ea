import { compare } from '../decimal.js'
import type { Quantity } from '../rollup.js'
import { meets } from './assess.js'
import type { Findings } from './findings.js'
import { readShown } from './show.js'
import { SYMBOLS } from './wording.js'
import { decimal } from '../trajectory.js'

/**
 * "1799 / 2000 × 100 = 89.95; 89.95 ≥ 90: no"; of a target for each, that of the member farthest from it, and the
 * count.
 */
export function comparisonOf ({ input: { target, indicator }, status, assessment }: Findings): string | null {
  if (assessment === undefined) return null
  const { quantity, worst } = assessment
  if (quantity.kind !== 'amount' || status.value === null) {
    return `${status.numerator} / ${status.denominator}: not applicable`
  }
  const { coverage } = status
  const equals = isRounded(quantity, status.value) ? '≈' : '='
  const formula = quantity.parts !== undefined && indicator.valueKind === 'ratio'
    ? `${sumOf(status, 'numerator')} / ${sumOf(status, 'denominator')} × 100 ${equals} ${status.value}; `
    : (status.accumulation?.terms.length ?? 0) > 1 ? `${sumOf(status, 'value')} ${equals} ${status.value}; ` : ''
  const met = meets(quantity.value, target.operator, decimal(target.value))
  const line = `${formula}${status.value} ${SYMBOLS[target.operator]} ${target.value}: ${met ? 'yes' : 'no'}`
  if (assessment.way !== 'each' || worst === undefined) return line
  const asides = coverage.notApplicable === 0 ? '' : `, not applicable ${coverage.notApplicable}`
  return `${worst.member.code}: ${line}; of ${coverage.expected}: passed ${coverage.passed}, failed ` +
    `${coverage.failed}, missing ${coverage.missing}${asides}`
}

/** The sum over the periods written out, `300 + 250`; of a numerator or denominator in brackets. */
function sumOf ({ accumulation, ...shown }: Findings['status'], part: 'value' | 'numerator' | 'denominator'): string {
  const terms = (accumulation?.terms ?? []).flatMap(term => term[part] ?? [])
  if (terms.length < 2) return String(shown[part])
  return part === 'value' ? terms.join(' + ') : `(${terms.join(' + ')})`
}

export function isRounded (quantity: Quantity, shown: string): boolean {
  return quantity.kind === 'amount' && compare(readShown(shown), quantity.value) !== 0
}
