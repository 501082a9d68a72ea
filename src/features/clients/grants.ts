import type { CivilDate } from '../../domain/date.js'

/** Whose figures a client may push: an agency (null = every agency), alone or with all below it × an indicator (null = every one). */
export interface Grant {
  readonly agency: string | null
  readonly withSubtree: boolean
  readonly indicator: string | null
  /** The days on which figures may be pushed by it, both inclusive; without: always. */
  readonly validFrom?: CivilDate
  readonly validTo?: CivilDate
}

export interface ReportedFigure {
  readonly agency: string
  /** The agencies above it whose grants with subtree reach this figure, in any order; asked for by such a grant alone. */
  ancestors (): readonly string[]
  readonly indicator: string
}

/**
 * Whose grants with all below them reach a figure: whoever stood above its agency at the end of the period, also when
 * the figure comes late, and whoever stands above it on the day of the push. Whoever it had left before reaches it no
 * longer.
 */
export function ancestorsFor (aboveOn: (day: CivilDate) => Iterable<string>, end: CivilDate, day: CivilDate): string[] {
  return end < day ? [...aboveOn(end), ...aboveOn(day)] : [...aboveOn(day)]
}

/** On the day of the push. False is the row's problem `not_assigned`. A grant covers a row alone: agency and indicator are never taken from two grants. */
export function mayReport (principal: { readonly grants: readonly Grant[] } | undefined, figure: ReportedFigure, day: CivilDate): boolean {
  return principal?.grants.some(grant =>
    (grant.validFrom ?? day) <= day && day <= (grant.validTo ?? day) &&
    (grant.indicator === null || grant.indicator === figure.indicator) &&
    (grant.agency === null || grant.agency === figure.agency ||
      (grant.withSubtree && figure.ancestors().includes(grant.agency)))) === true
}
