import { compare, ONE, parseDecimal, ZERO } from '../../domain/decimal.js'
import { bodyError, type FieldError } from '../../http/problem.js'

/** 0 < atRisk ≤ onTrack ≤ 1. */
export function checkThresholds (input: { onTrack: string, atRisk: string }): FieldError[] {
  const onTrack = parseDecimal(input.onTrack)!
  const atRisk = parseDecimal(input.atRisk)!
  const errors: FieldError[] = []
  for (const [name, value] of [['onTrack', onTrack], ['atRisk', atRisk]] as const) {
    if (compare(value, ZERO) <= 0 || compare(value, ONE) > 0) {
      errors.push(bodyError(
        `/${name}`, 'value_out_of_range', 'Phải lớn hơn 0 và không quá 1.', 'Must be above 0 and at most 1.'
      ))
    }
  }
  if (compare(atRisk, onTrack) > 0) {
    errors.push(bodyError(
      '/atRisk', 'thresholds_reversed', '“atRisk” không được lớn hơn “onTrack”.', '`atRisk` must not exceed `onTrack`.'
    ))
  }
  return errors
}
