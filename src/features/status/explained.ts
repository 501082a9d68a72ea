import type { Status, StatusTarget } from '../../domain/status/index.js'
import type { GivenExplanation } from '../given-explanation.js'
import type { Standing } from '../../world/explanations.js'

/** What was explained of a target. It is shown beside the status, and nothing is computed from it. */
export interface Explained {
  /** How many of those that are missing in the coverage are explained. */
  readonly missing: number
  /** By the code of a member that is missing. */
  readonly members: ReadonlyMap<string, GivenExplanation>
  /** Why the target is missed. */
  readonly given: readonly GivenExplanation[]
}

/**
 * Of the period of the status, or without one of the period whose reporting is shown. `reportersIn`: those who owe the
 * target's figures of a period; of a target by members of a dimension they owe the figures of all its members.
 */
export function explainedOf (
  target: StatusTarget, status: Status, standing: Standing, reportersIn: (period: string) => readonly string[]
): Explained {
  const period = status.period ?? status.reporting.period
  const given = standing.ofTarget(target.id)
  if (period === null || status.coverage.missing === 0) return { missing: 0, members: new Map(), given }
  const explain = (subject: string) => standing.ofFigure({ indicator: target.indicator, period, subject })
  const byReporters = () => reportersIn(period).map(explain).find(one => one !== undefined)
  if (status.members === null) return { missing: byReporters() === undefined ? 0 : 1, members: new Map(), given }
  const ofDimension = target.scope.dimension !== undefined && target.scope.member === undefined
  const members = new Map(status.members.flatMap(({ code, outcome }) => {
    if (outcome !== 'missing' && outcome !== 'without_parts') return []
    const explanation = ofDimension ? byReporters() : explain(code)
    return explanation === undefined ? [] : [[code, explanation] as const]
  }))
  return { missing: members.size, members, given }
}
