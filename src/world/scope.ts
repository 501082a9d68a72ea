import type { Member, StatusScope } from '../domain/status/index.js'
import { isHeadlineOn } from '../domain/target-life.js'
import { ancestorsOf, childrenOf, type Structure, type StructureAgency } from './structure.js'
import { isMemberOfLevel } from './target-scope.js'
import type { TargetInForce } from './figures.js'
import type { Level } from '../domain/words.js'

const COMMITTEES: ReadonlySet<StructureAgency['kind']> = new Set(['district_committee', 'commune_committee'])

type Names = ReadonlyMap<string, readonly Member[]>

/** Who is in a target's scope on the day of the structure (CONTRACT §4); docs/architecture.md, "Who is in a scope". */
export function scopeOf (
  { target, planAgency, life }: TargetInForce, structure: Structure, dimensions: Names
): StatusScope {
  const { level, agency, dimension, member } = target.scope
  const root = agency ?? planAgency
  const whole = structure.alive.get(root)
  if (level !== undefined) return ofLevel(structure, level, root)
  // a body that has ended leaves nobody; one that is not founded yet never had anybody
  if (whole === undefined) return { members: [], hadMembers: structure.former.has(root), reporters: [] }
  if (dimension !== undefined && member === undefined) {
    const members = dimensions.get(dimension) ?? []
    // a list of members that nobody has entered yet leaves nothing to report
    return { whole, members, hadMembers: false, reporters: members.length === 0 ? [] : [whole] }
  }
  // no roll-up of one level is the headline of several: it takes a figure for the whole
  if (isHeadlineOn(life, structure.on)) return { whole, members: [], hadMembers: false, reporters: [whole] }
  const members = childrenOf(structure, root).filter(({ kind }) => COMMITTEES.has(kind))
  return { whole, members, hadMembers: false, reporters: [whole] }
}

function ofLevel (structure: Structure, level: Level, root: string): StatusScope {
  const within = (agency: StructureAgency) =>
    isMemberOfLevel(agency, level) && ancestorsOf(structure, agency.code).includes(root)
  const members = [...structure.alive.values()].filter(within)
  return { members, hadMembers: members.length > 0 || [...structure.former.values()].some(within), reporters: members }
}
