import { addDays, type CivilDate } from '../domain/date.js'
import type { AgencyKind, Level } from '../domain/words.js'

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

/** A name of an agency, or its parent, from a day to a day, both inclusive; without an end: still. */
interface DatedFact { validFrom: CivilDate, validTo: CivilDate | null }
export interface NameFact extends DatedFact {
  code: string, kind: AgencyKind, level: Level, nameVi: string, nameEn: string | null
}
export interface ParentFact extends DatedFact { code: string, parent: string }

/** The structure over time. Between two changes every day has the same one. */
export interface Timeline {
  on (day: CivilDate): Structure
  /** The days after `from` and up to `to` on which the structure changed. */
  changesWithin (from: CivilDate, to: CivilDate): CivilDate[]
  /** The agencies that stood above an agency on the day, or, if it had ended by then, on its last day. */
  aboveOn (code: string, day: CivilDate): ReadonlySet<string>
}

const LAST_DAY = '9999-12-31'

export function timelineOf (names: readonly NameFact[], parents: readonly ParentFact[]): Timeline {
  const changes = [...new Set([...names, ...parents].flatMap(({ validFrom, validTo }) =>
    validTo === null || validTo === LAST_DAY ? [validFrom] : [validFrom, addDays(validTo, 1)]))].sort()
  const namesOf = byCode(names.toSorted(byBeginning))
  const parentsOf = byCode(parents)
  const made = new Map<CivilDate | undefined, Structure>()
  const above = new Map<Structure['alive'], Map<string, ReadonlySet<string>>>()
  const on = (day: CivilDate): Structure => {
    const since = changes.findLast(change => change <= day)
    const known = made.get(since) ?? structureOn(day, namesOf, parentsOf)
    made.set(since, known)
    return known.on === day ? known : { ...known, on: day }
  }
  return {
    on,
    changesWithin: (from, to) => changes.filter(day => day > from && day <= to),
    aboveOn (code, day) {
      const structure = on(day)
      let known = above.get(structure.alive)
      if (known === undefined) above.set(structure.alive, known = new Map())
      let found = known.get(code)
      if (found === undefined) known.set(code, found = new Set(ancestorsOf(structure, code)))
      return found
    }
  }
}

function structureOn (
  on: CivilDate, names: ReadonlyMap<string, readonly NameFact[]>, parents: ReadonlyMap<string, readonly ParentFact[]>
): Structure {
  const alive = new Map<string, StructureAgency>()
  const former = new Map<string, FormerAgency>()
  for (const [code, facts] of names) {
    const name = facts.findLast(({ validFrom }) => validFrom <= on)
    if (name === undefined) continue
    const until = name.validTo !== null && name.validTo < on ? name.validTo : undefined
    const day = until ?? on
    const parent = parents.get(code)?.find(({ validFrom, validTo }) =>
      validFrom <= day && (validTo === null || validTo >= day))?.parent
    const agency: StructureAgency = {
      code,
      kind: name.kind,
      level: name.level,
      name: name.nameEn === null ? { vi: name.nameVi } : { vi: name.nameVi, en: name.nameEn },
      ...parent === undefined ? {} : { parent }
    }
    if (until === undefined) alive.set(code, agency)
    else former.set(code, { ...agency, until })
  }
  return { on, alive, former }
}

function byCode<Fact extends { code: string }> (facts: readonly Fact[]): Map<string, Fact[]> {
  const found = new Map<string, Fact[]>()
  for (const fact of facts) {
    const own = found.get(fact.code)
    if (own === undefined) found.set(fact.code, [fact])
    else own.push(fact)
  }
  return found
}

function byBeginning (a: DatedFact, b: DatedFact): number {
  return a.validFrom < b.validFrom ? -1 : a.validFrom > b.validFrom ? 1 : 0
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
  return {
    members, hadMembers: members.length > 0 || [...structure.former.values()].some(agency => agency.level === level)
  }
}

function agencyIn (structure: Structure, code: string): StructureAgency | undefined {
  return structure.alive.get(code) ?? structure.former.get(code)
}

function inOrder (agencies: StructureAgency[]): StructureAgency[] {
  return agencies.sort((a, b) => a.code < b.code ? -1 : 1)
}
