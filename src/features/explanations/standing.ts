import type { Queryable } from '../../db/client.js'
import type { GivenExplanation } from './given.js'
import { listStanding, type ExplanationRow, type StandingRange } from './queries.js'

export interface Explainable { readonly indicator: string, readonly period: string, readonly subject: string }

/** The explanations that stand, found by what they explain. */
export interface Standing {
  /**
   * Why the figure for `subject` is missing or late. An explanation stays with its figure, whoever owes it by now: that
   * of `agency` is taken before any other, else the one that was said last.
   */
  ofFigure (figure: Explainable, agency?: string): GivenExplanation | undefined
  /** Why the target is missed: the explanation of its lead, and, where it is for each, those of its members. */
  ofTarget (id: string): readonly GivenExplanation[]
}

export async function loadStanding (db: Queryable, range: StandingRange): Promise<Standing> {
  const figures = new Map<string, GivenExplanation[]>()
  const targets = new Map<string, GivenExplanation[]>()
  for (const row of await listStanding(db, range)) {
    const [map, key] = row.target === null
      ? [figures, keyOf({ indicator: row.indicator, period: row.period!, subject: row.subject! })]
      : [targets, row.target]
    const found = map.get(key) ?? []
    found.push(present(row))
    map.set(key, found)
  }
  return {
    ofFigure (figure, agency) {
      const found = figures.get(keyOf(figure)) ?? []
      return found.find(one => one.agency === agency) ?? found.at(-1)
    },
    ofTarget: id => targets.get(id) ?? []
  }
}

const keyOf = ({ indicator, period, subject }: Explainable) => `${indicator} ${period} ${subject}`

function present (row: ExplanationRow): GivenExplanation {
  const { id, version, agency, period, kind, cause, remedy, dueDate, provenance, recordedAt } = row
  return {
    id,
    version,
    agency,
    ...period === null ? {} : { period },
    kind,
    cause,
    remedy,
    ...dueDate === null ? {} : { dueDate },
    provenance,
    recordedAt
  }
}
