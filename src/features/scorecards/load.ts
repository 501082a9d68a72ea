import type { Queryable } from '../../db/client.js'
import { viewBody, type BodyView, type View } from '../../domain/body-view.js'
import { completenessOf, type Completeness } from '../../domain/completeness.js'
import { partsOf, type CivilDate } from '../../domain/date.js'
import { LAST_YEAR } from '../../domain/period.js'
import { trendOf, type TrendPoint } from '../../domain/trend.js'
import type { FormerAgency, Structure, StructureAgency } from '../../world/structure.js'
import { listObligations } from '../obligations/load.js'
import { countedOf } from '../obligations/present.js'
import { listSuccessions } from '../../world/successions.js'
import { PUBLIC } from '../../world/sight.js'
import { evaluateTargets, loadSetting, type EvaluatedTarget, type Setting } from '../status/evaluate.js'
import { listTargetsInForce, type Instant, type TargetInForce } from '../../world/figures.js'
import { lastLearnt, listDuties, type Duty, type FigureYears } from './queries.js'

export const TARGET_ROLES = ['lead', 'whole', 'allocated'] as const
export type TargetRole = typeof TARGET_ROLES[number]

export interface Scorecard {
  /** Who was asked for, where another answers. */
  readonly asked: StructureAgency | undefined
  readonly agency: StructureAgency | FormerAgency
  readonly asOf: string
  readonly duties: readonly Duty[]
  readonly targets: readonly { readonly role: TargetRole, readonly item: EvaluatedTarget }[]
  readonly obligations: Completeness
  readonly trend: readonly TrendPoint[]
  readonly restatement: BodyView['restatement']
}

/** Undefined where no such agency has ever been, by the day. A fixed number of queries; within one snapshot. */
export async function loadScorecard (
  db: Queryable, code: string, { plan, view }: { plan: string | undefined, view: View }, instant: Instant
): Promise<Scorecard | undefined> {
  const { on, at } = instant
  const setting = await loadSetting(db, instant)
  const { structure } = setting
  const asked = agencyIn(structure, code)
  if (asked === undefined) return undefined
  const seen = viewBody(view, code, await listSuccessions(db, at), on, other => structure.former.has(other))
  const agency = agencyIn(structure, seen.body) ?? asked

  const inForce = await listTargetsInForce(db, { plan }, instant)
  const answered = inForce.flatMap(item => {
    const role = roleIn(item, agency.code, setting)
    return role === undefined ? [] : [{ role, item }]
  })
  const evaluated = await evaluateTargets(db, answered.map(({ item }) => item), setting, {
    on, at, basis: 'accepted', sight: PUBLIC
  })
  const obligations = await listObligations(db, at, { on, plan }, PUBLIC)
  const dated = obligations.flatMap(one => {
    const own = one.agency === agency.code
    if (!own && !seen.predecessorsFor(one.indicator).has(one.agency)) return []
    return [{ ...one, ...countedOf(one), own, agency: seen.adds ? agency.code : one.agency }]
  })
  return {
    asked: asked === agency ? undefined : asked,
    agency,
    asOf: await lastLearnt(db, yearsOf(inForce, on), at),
    duties: await listDuties(db, agency.code, plan, instant),
    targets: evaluated.map((item, i) => ({ role: answered[i]!.role, item })),
    obligations: completenessOf(dated.filter(({ own }) => own || seen.adds)),
    trend: trendOf(dated),
    restatement: seen.restatement
  }
}

/** From the first plan to the last due date, or to what has begun by the day. */
function yearsOf (items: readonly TargetInForce[], on: CivilDate): FigureYears {
  return {
    indicators: [...new Set(items.map(({ indicator }) => indicator.code))],
    fromYear: Math.min(LAST_YEAR, ...items.map(({ target }) => target.planYear)),
    toYear: Math.min(
      LAST_YEAR, Math.max(partsOf(on).year + 1, ...items.map(({ target }) => partsOf(target.dueDate).year))
    )
  }
}

/** What it answers for: it leads the target on the day, is the whole of its scope, or was allocated it. */
function roleIn (
  { target, planAgency, allocation }: TargetInForce, agency: string, { roles }: Setting
): TargetRole | undefined {
  if (roles.some(role => role.role === 'lead' && role.target === target.id && role.agency === agency)) return 'lead'
  if (target.scope.level !== undefined || (target.scope.agency ?? planAgency) !== agency) return undefined
  return allocation ? 'allocated' : 'whole'
}

function agencyIn ({ alive, former }: Structure, code: string): StructureAgency | FormerAgency | undefined {
  return alive.get(code) ?? former.get(code)
}
