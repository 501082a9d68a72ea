import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { indicators } from '../../db/schema/index.js'
import { windowOf } from '../../domain/calendar.js'
import { partsOf, type CivilDate } from '../../domain/date.js'
import { comparePeriods, parsePeriod, type Period } from '../../domain/period.js'
import { explainReconciliation } from '../../domain/reconcile-sentences.js'
import { reconcile, type Reconciliation, type Whole } from '../../domain/reconcile.js'
import { isCounted, type Figure } from '../../domain/status/index.js'
import { showAmong, showDifference } from '../../domain/status/show.js'
import { decimal } from '../../domain/trajectory.js'
import type { Structure, StructureAgency } from '../../world/structure.js'
import { loadTimeline } from '../../world/agencies.js'
import { findIndicator } from '../indicators/queries.js'
import { breakdownKeyOf } from '../../domain/breakdown.js'
import { PUBLIC } from '../../world/sight.js'
import { lastKnown, listFigures, listTargetsInForce, type Instant, type TargetInForce } from '../../world/figures.js'
import type { TargetReconciliation } from './allocation-schemas.js'
import { membersOf } from './parts.js'
import { findTarget } from './queries.js'

/** Whether the parts of a target make up the whole; undefined when there was no such target. */
export async function loadReconciliation (
  tx: Queryable, id: string, { on: asked, at }: Instant
): Promise<TargetReconciliation | undefined> {
  const found = await findTarget(tx, id, asked, at)
  if (found === undefined) return undefined
  const on = found.version.effectiveFrom > asked ? found.version.effectiveFrom : asked
  const [item] = await listTargetsInForce(tx, { target: id }, { on, at }) as [TargetInForce]
  const inForce = await listTargetsInForce(tx, { parent: id, allocation: true }, { on, at })
  const structure = (await loadTimeline(tx, at)).on(on)
  const { weights, knownAt } = await loadWeights(tx, item, { on, at })
  const known = await lastKnown(tx, at)

  const { target, indicator } = item
  const { minimum } = (await findIndicator(asKnown(tx, at, indicators), indicator.code))!
  const whole = wholeOf(item, minimum)
  const parts = inForce.map(part => partOf(part, structure, weights))
    .sort((a, b) => a.agency.code < b.agency.code ? -1 : 1)
  const counted = parts.filter(part => part.counted)
  const missing = membersOf(item, structure).map(nameOf)
    .filter(({ code }) => counted.every(part => part.agency.code !== code))
  const isLate = ({ dueDate }: { dueDate: CivilDate }) => dueDate > target.dueDate
  const result: Reconciliation = target.state === 'dropped'
    ? { verdict: 'not_comparable', cause: 'dropped', combined: undefined, gap: undefined }
    : reconcile(
      whole,
      counted.map(part =>
        ({ operator: part.operator, value: part.value, late: isLate(part), weight: part.weight?.denominator })),
      missing.length > 0
    )
  const combined = result.combined === undefined
    ? null
    : showAmong(result.combined, indicator.decimals, [decimal(target.value)])
  const gap = result.gap === undefined ? null : showDifference(result.gap, indicator.decimals)
  return {
    target: id,
    on,
    asOf: knownAt !== undefined && knownAt > known ? knownAt : known,
    aggregation: indicator.aggregation,
    quantifier: target.quantifier,
    verdict: result.verdict,
    whole: {
      version: target.version, operator: target.operator, value: target.value, unit: target.unit,
      dueDate: target.dueDate, state: target.state
    },
    parts,
    combined,
    gap,
    missing,
    reason: explainReconciliation(whole, result, {
      unit: target.unit,
      combined,
      gap,
      missing: missing.map(({ name }) => name),
      late: counted.filter(isLate).map(({ agency }) => agency.name),
      unweighted: counted.filter(({ weight }) => weight === undefined).map(({ agency }) => agency.name)
    })
  }
}

/** Parts of one agency each say nothing of a target for each member of a dimension. */
function wholeOf ({ target, indicator }: TargetInForce, minimum: string | null): Whole {
  const overMembers = target.quantifier === 'each' && target.scope.dimension !== undefined &&
    target.scope.member === undefined
  return {
    operator: target.operator,
    value: target.value,
    aggregation: overMembers ? 'none' : indicator.aggregation,
    each: target.quantifier === 'each' && !overMembers,
    direction: indicator.direction,
    minimum
  }
}

const nameOf = ({ code, name }: StructureAgency) => ({ code, name })

function partOf (
  { target }: TargetInForce, structure: Structure, weights: ReadonlyMap<string, Figure>
): TargetReconciliation['parts'][number] {
  const code = target.scope.agency!
  const alive = structure.alive.get(code)
  const weight = weights.get(code)
  return {
    target: target.id,
    version: target.version,
    agency: { code, name: (alive ?? structure.former.get(code))?.name ?? { vi: code } },
    operator: target.operator,
    value: target.value,
    dueDate: target.dueDate,
    state: target.state,
    counted: alive !== undefined && target.state === 'active',
    ...(weight === undefined
      ? {}
      : {
          weight: {
            denominator: weight.denominator!, measurement: weight.id, revision: weight.revision, period: weight.period
          }
        })
  }
}

/** Of each agency the figure of its newest period that is over: its denominator says how much it weighs. */
async function loadWeights (
  tx: Queryable, { target, indicator, calendar }: TargetInForce, { on, at }: Instant
): Promise<{ weights: Map<string, Figure>, knownAt: string | undefined }> {
  const weights = new Map<string, Figure>()
  if (indicator.aggregation !== 'ratio_of_sums') return { weights, knownAt: undefined }
  const { dimension, member } = target.scope
  const breakdown = dimension === undefined || member === undefined ? {} : { [dimension]: member }
  const { figures, knownAt } = await listFigures(tx, {
    sight: PUBLIC, of: 'figures', at, indicators: [indicator.code], fromYear: target.planYear - 1,
    toYear: partsOf(on).year, breakdownKeys: [
      breakdownKeyOf(breakdown)
    ]
  })
  const newest = new Map<string, Period>()
  for (const figure of figures.get(indicator.code) ?? []) {
    const period = parsePeriod(figure.period)!
    if (!isCounted(figure) || figure.denominator === undefined || windowOf(period, calendar).to > on) continue
    const before = newest.get(figure.agency)
    if (before !== undefined && comparePeriods(before, period) >= 0) continue
    newest.set(figure.agency, period)
    weights.set(figure.agency, figure)
  }
  return { weights, knownAt }
}
