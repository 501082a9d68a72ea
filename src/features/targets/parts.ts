import { ancestorsOf, type Structure, type StructureAgency } from '../../world/structure.js'
import { inScope } from '../../world/target-scope.js'
import type { TargetInForce } from '../../world/figures.js'
import { scopeOf } from '../../world/scope.js'
import type { Place } from './allocation-rules.js'

type Scoped = Pick<TargetInForce, 'target' | 'planAgency'>

/**
 * The agencies that the scope of a target is made of on the day of the structure; none where it is made of a
 * dimension's members.
 */
export function membersOf (item: TargetInForce, structure: Structure): StructureAgency[] {
  const { scope } = item.target
  if (scope.dimension !== undefined && scope.member === undefined) return []
  return scopeOf(item, structure, new Map()).members.flatMap(({ code }) => structure.alive.get(code) ?? [])
}

/**
 * Where an agency stands as a possible part: whoever may push a figure for the target may have a part of it, but the
 * whole itself.
 */
export function placesIn ({ target, planAgency }: Scoped, structure: Structure): (agency: string) => Place {
  const whole = target.scope.agency ?? planAgency
  const scope = { level: target.scope.level ?? null, agency: target.scope.agency ?? null, planAgency }
  return code => {
    const agency = structure.alive.get(code)
    const ancestors = ancestorsOf(structure, code)
    return {
      isAlive: agency !== undefined,
      inScope: agency !== undefined && code !== whole && inScope(scope, { ...agency, ancestors: new Set(ancestors) }),
      ancestors
    }
  }
}
