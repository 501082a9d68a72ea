import { periodOn, windowOf } from '../domain/calendar.js'
import type { CivilDate } from '../domain/date.js'
import { rollsUp } from '../domain/rollup.js'
import type { Member, StatusScope } from '../domain/status/index.js'
import type { Structure } from './structure.js'
import { breakdownKeyOf } from '../domain/breakdown.js'
import { type TargetInForce, listDimensionMembers } from './figures.js'
import { scopeOf } from './scope.js'

/** Of the whole, and of the members that the scopes name. */
export function breakdownKeysOf (targets: readonly TargetInForce[], dimensions: Dimensions): string[] {
  return [...new Set(targets.flatMap(({ target: { scope: { dimension, member } } }) => {
    if (dimension === undefined) return ['']
    const members = member === undefined ? (dimensions.get(dimension) ?? []).map(({ code }) => code) : [member]
    return ['', ...members.map(code => breakdownKeyOf({ [dimension]: code }))]
  }))]
}

/** On its last day a period is over: its figures count however late they were observed. */
export function runningPeriods (
  targets: readonly TargetInForce[], on: CivilDate
): { indicator: string, period: string }[] {
  const indicators = new Map(targets.map(({ indicator, calendar }) => [indicator.code, { indicator, calendar }]))
  return [...indicators.values()].flatMap(({ indicator, calendar }) => indicator.frequencies.flatMap(frequency => {
    const period = periodOn(on, frequency, calendar)
    return period === undefined || windowOf(period, calendar).to <= on
      ? []
      : [{ indicator: indicator.code, period: period.code }]
  }))
}

/**
 * The agencies that owe a figure of the target; the members of a dimension, whose names they need not know, owe none.
 */
export function reportersOf (item: TargetInForce, structure: Structure): readonly Member[] {
  return reported(item, scopeOf(item, structure, new Map())).reporters
}

/** Committees below the whole owe a figure only where the indicator can be rolled up from theirs, or each must pass. */
export function reported ({ target, indicator }: TargetInForce, scope: StatusScope): StatusScope {
  const byMembers = target.scope.dimension !== undefined && target.scope.member === undefined
  if (byMembers || target.scope.level !== undefined || scope.whole === undefined) return scope
  if (target.quantifier === 'each' || rollsUp(indicator.aggregation)) {
    return scope.members.length === 0 ? scope : { ...scope, reporters: scope.members }
  }
  return { ...scope, members: [] }
}

export type Dimensions = Awaited<ReturnType<typeof listDimensionMembers>>
