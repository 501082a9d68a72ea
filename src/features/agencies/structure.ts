import type { AgencyKind, Level } from '../../db/schema/agencies.js'
import type { CivilDate } from '../../domain/date.js'

export interface StructureAgency {
  code: string
  kind: AgencyKind
  level: Level
  name: { vi: string, en?: string }
  /** The agency above it on that day, alive or not. */
  parent?: string
}

export interface FormerAgency extends StructureAgency {
  /** Its last day. Name and parent are those of that day. */
  until: CivilDate
}

/** Who existed on a day, and who had existed before it. */
export interface Structure {
  on: CivilDate
  alive: ReadonlyMap<string, StructureAgency>
  former: ReadonlyMap<string, FormerAgency>
}

/** From the parent up to the top, by the links of the day. Ends at a link that leads back, should the data hold one. */
export function ancestorsOf (structure: Structure, code: string): string[] {
  const found: string[] = []
  const seen = new Set([code])
  let parent = agencyIn(structure, code)?.parent
  while (parent !== undefined && !seen.has(parent)) {
    seen.add(parent)
    found.push(parent)
    parent = agencyIn(structure, parent)?.parent
  }
  return found
}

/** The agencies alive on the day directly below, in the order of their codes. */
export function childrenOf (structure: Structure, code: string): StructureAgency[] {
  return inOrder([...structure.alive.values()].filter(agency => agency.parent === code))
}

/** The agency itself, if it is alive on the day, and all alive below it, in the order of their codes. */
export function subtreeOf (structure: Structure, code: string): StructureAgency[] {
  const children = new Map<string, StructureAgency[]>()
  for (const agency of structure.alive.values()) {
    if (agency.parent === undefined) continue
    const siblings = children.get(agency.parent)
    if (siblings === undefined) children.set(agency.parent, [agency])
    else siblings.push(agency)
  }
  const found = new Map<string, StructureAgency>()
  const pending = [code]
  const seen = new Set(pending)
  while (pending.length > 0) {
    const next = pending.pop()!
    const agency = structure.alive.get(next)
    if (agency !== undefined) found.set(next, agency)
    for (const child of children.get(next) ?? []) {
      if (seen.has(child.code)) continue
      seen.add(child.code)
      pending.push(child.code)
    }
  }
  return inOrder([...found.values()])
}

/** The agencies of a level alive on the day, and whether the level had any before. */
export function levelOf (structure: Structure, level: Level): { members: StructureAgency[], hadMembers: boolean } {
  const members = inOrder([...structure.alive.values()].filter(agency => agency.level === level))
  return { members, hadMembers: members.length > 0 || [...structure.former.values()].some(agency => agency.level === level) }
}

function agencyIn (structure: Structure, code: string): StructureAgency | undefined {
  return structure.alive.get(code) ?? structure.former.get(code)
}

function inOrder (agencies: StructureAgency[]): StructureAgency[] {
  return agencies.sort((a, b) => a.code < b.code ? -1 : 1)
}
