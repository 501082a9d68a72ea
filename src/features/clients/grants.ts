/** Whose figures a client may push: an agency (null = every agency), alone or with all below it × an indicator (null = every one). */
export interface Grant {
  readonly agency: string | null
  readonly withSubtree: boolean
  readonly indicator: string | null
}

export interface ReportedFigure {
  readonly agency: string
  /** The agencies above it on the day that counts, in any order. */
  readonly ancestors: readonly string[]
  readonly indicator: string
}

/** False is the row's problem `not_assigned`. A grant covers a row alone: agency and indicator are never taken from two grants. */
export function mayReport (principal: { readonly grants: readonly Grant[] } | undefined, figure: ReportedFigure): boolean {
  return principal?.grants.some(grant =>
    (grant.indicator === null || grant.indicator === figure.indicator) &&
    (grant.agency === null || grant.agency === figure.agency ||
      (grant.withSubtree && figure.ancestors.includes(grant.agency)))) === true
}
