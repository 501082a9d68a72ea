import { PERFORMANCES, REPORTING_STATES } from '../../domain/status/index.js'
import type { EvaluatedTarget } from './evaluate.js'
import type { Status } from './schemas.js'

/** Absent values are `undefined` here and left out of the JSON. */
export function presentStatus (item: EvaluatedTarget): Status {
  const { target, indicator, status, lead, explained } = item
  const { performanceBasis, explanation, coverage, members, ...rest } = status
  return {
    target: {
      id: target.id, version: target.version, plan: target.plan, ...item.parent === null ? {} : { parent: item.parent },
      allocation: item.allocation, scope: target.scope, quantifier: target.quantifier, operator: target.operator,
      value: target.value, unit: target.unit,
      dueDate: target.dueDate, mode: target.mode, state: target.state, wording: item.wording,
      effectiveFrom: item.effectiveFrom
    },
    indicator: {
      code: indicator.code,
      name: indicator.name,
      unit: indicator.unit,
      direction: indicator.direction,
      frequency: indicator.frequencies[0],
      frequencies: indicator.frequencies,
      timeBasis: indicator.timeBasis
    },
    pillar: target.pillar,
    ...lead === undefined ? {} : { lead: { code: lead.code, name: lead.name } },
    on: item.on,
    asOf: item.asOf,
    counted: item.counted,
    ...rest,
    coverage: { ...coverage, explained: explained.missing },
    members: members === null
      ? null
      : members.map(member => ({ ...member, explanation: explained.members.get(member.code) })),
    basis: performanceBasis,
    provenance: status.illustrative ? 'illustrative' : target.provenance,
    explanationsGiven: [...explained.given],
    explanation
  } as Status
}

export function tally (items: readonly EvaluatedTarget[]) {
  const count = (fits: (item: EvaluatedTarget) => boolean) => items.filter(fits).length
  return {
    targets: items.length,
    performance: Object.fromEntries(PERFORMANCES.map(state =>
      [state, count(({ status }) => status.performance === state)])),
    reporting: Object.fromEntries(REPORTING_STATES.map(state =>
      [state, count(({ status }) => status.reporting.state === state)])),
    provisional: count(({ status }) => status.provisional),
    illustrative: count(({ status }) => status.illustrative)
  }
}
