import type { CivilDate } from './date.js'
import type { TargetState } from './words.js'

/** From which day on a target stands in the plan, or no longer does, as one of its versions says. */
export interface Phase { readonly from: CivilDate, readonly state: TargetState }

/** The phases of a target, and of each of its parts that is a target by level; each in the order of time. */
export interface TargetLife {
  readonly phases: readonly Phase[]
  readonly levels: readonly (readonly Phase[])[]
}

export function standsOn (phases: readonly Phase[], day: CivilDate): boolean {
  return phases.findLast(({ from }) => from <= day)?.state === 'active'
}

/**
 * Whether a figure is owed of a period: the target stands in the plan on its last day, or, while it runs, on the day
 * of the question. So neither is one of a period that was over before the target began, nor one of a period in which
 * it was dropped; what was owed before stays owed.
 */
export function owesFigure (phases: readonly Phase[], lastDay: CivilDate, on: CivilDate): boolean {
  return standsOn(phases, lastDay < on ? lastDay : on)
}

/**
 * The headline of several levels is a target with a part by level that stands in the plan on the day. Of the days
 * before the target itself, the parts with which it began decide.
 */
export function isHeadlineOn ({ phases, levels }: TargetLife, day: CivilDate): boolean {
  const begin = phases[0]?.from
  const then = begin !== undefined && day < begin ? begin : day
  return levels.some(part => standsOn(part, then))
}
