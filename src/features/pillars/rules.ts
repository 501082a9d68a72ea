import { bodyError, type FieldError } from '../../http/problem.js'

export function checkPlaces (places: readonly { plan: string }[]): FieldError[] {
  return places.flatMap(({ plan }, i) => places.findIndex(other => other.plan === plan) === i
    ? []
    : [
        bodyError(
          `/plans/${i}/plan`, 'duplicate_plan', 'Kế hoạch này đã nêu ở trên.', 'This plan stands above already.'
        )
      ])
}
