import { addDays, type CivilDate } from '../../domain/date.js'
import { findCircle, type Succession } from '../../domain/succession.js'
import { bodyError, type FaultCode, type FieldError } from '../../http/problem.js'
import type { StoredHistory } from '../agencies/queries.js'
import {
  findCycle, holdsOn, lifetimeOf, type Dated, type DatedIdentifier, type DatedName, type DatedParent, type Link
} from '../agencies/rules.js'
import type { Wanted } from './rules.js'

/** What is known of the agencies before the reorganisation. */
export interface World {
  /** Of every agency that is named, and of the children of those that end. */
  histories: ReadonlyMap<string, StoredHistory>
  /** Every link to a parent. */
  links: readonly Link[]
  successions: readonly Succession[]
  /** Reorganisations that take effect on the day or after it. */
  later: readonly { id: string, effectiveOn: CivilDate, agencies: readonly string[], ended: readonly string[] }[]
}

type Stored<T> = T & { id: number }
/**
 * `ended`: the row `id` holds until `validTo`; `removed`: it would have begun on the day or later, and never does;
 * `begun`: a new one.
 */
export type FactChange<T extends Dated> = { agency: string } & (
  | { change: 'ended', fact: Stored<T>, validTo: CivilDate }
  | { change: 'removed', fact: Stored<T> }
  | { change: 'begun', fact: T })

export interface StructureChanges {
  established: string[]
  /** With their last day. */
  ended: { code: string, lastDay: CivilDate }[]
  names: FactChange<DatedName>[]
  parents: FactChange<DatedParent>[]
  identifiers: FactChange<DatedIdentifier>[]
}

const END = '9999-12-31'
const endOf = (one: Dated) => one.validTo ?? END

/** What the reorganisation does to the agencies themselves, and everything that is wrong with it. */
export function planStructure (wanted: Wanted, world: World): { changes: StructureChanges, errors: FieldError[] } {
  const day = wanted.effectiveOn
  const life = lifeOn(wanted, world)
  const errors = [
    ...checkLives(wanted, life, world), ...checkEstablished(wanted, world), ...checkSuccessions(wanted, world)
  ]
  const ends = wanted.close.filter(code => life.wasAlive(code))
  const changes: StructureChanges = {
    established: wanted.establish.map(one => one.code),
    ended: ends.map(code => ({ code, lastDay: addDays(day, -1) })),
    names: [], parents: [], identifiers: []
  }
  const historyOf = (code: string) => world.histories.get(code) ?? { names: [], parents: [], identifiers: [] }

  for (const code of ends) {
    const { names, parents, identifiers } = historyOf(code)
    changes.names.push(...cut(code, names, day))
    changes.parents.push(...cut(code, parents, day))
    changes.identifiers.push(...cut(code, identifiers, day))
  }
  for (const { code, name, parent, identifiers = [] } of wanted.establish) {
    changes.names.push({ agency: code, change: 'begun', fact: { name, validFrom: day } })
    if (parent !== undefined) changes.parents.push({ agency: code, change: 'begun', fact: { parent, validFrom: day } })
    changes.identifiers.push(...identifiers.map(one =>
      ({ agency: code, change: 'begun' as const, fact: { ...one, validFrom: day } })))
  }
  for (const { agency, name } of wanted.rename) {
    const now = historyOf(agency).names.find(one => holdsOn(one, day))
    if (now === undefined) continue
    changes.names.push(...cut(agency, [now], day), {
      agency, change: 'begun', fact: until({ name, validFrom: day }, now.validTo)
    })
  }
  for (const { agency, parent } of wanted.parents) {
    const { names, parents } = historyOf(agency)
    if (names.length === 0) continue
    const now = parents.find(one => holdsOn(one, day))
    const next = parents.filter(one => one.validFrom > day).map(one => addDays(one.validFrom, -1)).sort()[0]
    if (now !== undefined) changes.parents.push(...cut(agency, [now], day))
    changes.parents.push({
      agency, change: 'begun',
      fact: until({ parent, validFrom: day }, now === undefined ? next ?? lifetimeOf(names).validTo : now.validTo)
    })
  }
  for (const [i, { agency, scheme, value }] of wanted.identifiers.close.entries()) {
    const borne = historyOf(agency).identifiers.find(one =>
      one.scheme === scheme && one.value === value && holdsOn(one, addDays(day, -1)))
    if (borne === undefined) {
      errors.push(bodyError(`/identifiers/close/${i}/value`, 'identifier_not_borne',
        `“${agency}” không mang mã ${scheme}:${value} vào ngày ` +
        `${addDays(day, -1)}.`, `"${agency}" does not bear ${scheme}:${value} on ${addDays(day, -1)}.`))
    } else if (!ends.includes(agency)) changes.identifiers.push(...cut(agency, [borne], day))
  }
  for (const { agency, scheme, value } of wanted.identifiers.open) {
    const { names } = historyOf(agency)
    changes.identifiers.push({
      agency, change: 'begun',
      fact: until({ scheme, value, validFrom: day }, names.length === 0 ? undefined : lifetimeOf(names).validTo)
    })
  }
  errors.push(...checkParents(wanted, world, changes, life))
  return { changes, errors }
}

function cut<T extends Dated> (agency: string, facts: readonly Stored<T>[], day: CivilDate): FactChange<T>[] {
  return facts.flatMap((fact): FactChange<T>[] => {
    if (endOf(fact) < day) return []
    return fact.validFrom < day
      ? [{ agency, change: 'ended', fact, validTo: addDays(day, -1) }]
      : [{ agency, change: 'removed', fact }]
  })
}

function until<T extends Dated> (fact: T, validTo: CivilDate | undefined): T {
  return validTo === undefined ? fact : { ...fact, validTo }
}

interface Lives {
  /** It is there, or established here: what a name that means nobody would have to be is another question. */
  isNamed (code: string): boolean
  /** On the day before. */
  wasAlive (code: string): boolean
  /** On the day itself. */
  isAlive (code: string): boolean
  firstDay (code: string): CivilDate | undefined
}

function lifeOn ({ effectiveOn: day, establish, close }: Wanted, { histories }: World): Lives {
  const founded = new Set(establish.map(one => one.code))
  const holds = (code: string, on: CivilDate) => histories.get(code)?.names.some(one => holdsOn(one, on)) === true
  return {
    isNamed: code => founded.has(code) || histories.has(code),
    wasAlive: code => holds(code, addDays(day, -1)),
    isAlive: code => founded.has(code) || (!close.includes(code) && holds(code, day)),
    firstDay: code => histories.get(code)?.names[0]?.validFrom
  }
}

/** Who must have been there the day before, and who must be there on the day. */
function checkLives (wanted: Wanted, life: Lives, { later }: World): FieldError[] {
  const { effectiveOn: day, from, to, close, rename, parents, establish, identifiers } = wanted
  const before = addDays(day, -1)
  const founded = new Set(establish.map(one => one.code))
  const errors: FieldError[] = []
  const mustHaveBeen = (code: string, pointer: string) => {
    if (!life.isNamed(code)) return
    const done = later.find(one => one.effectiveOn === day && one.ended.includes(code))
    if (done !== undefined) {
      errors.push(bodyError(
        pointer, 'already_ended', `“${code}” đã kết thúc hoạt động ngày ${before} theo lần sắp xếp “${done.id}”.`,
        `"${code}" ended on ${before} already, by the reorganisation "${done.id}".`
      ))
    }
    if (done !== undefined || life.wasAlive(code)) return
    const first = life.firstDay(code)
    errors.push(first !== undefined && first < before
      ? bodyError(
        pointer, 'already_ended', `“${code}” đã kết thúc hoạt động trước ngày ${before}.`,
        `"${code}" had ended before ${before}.`
      )
      : bodyError(
        pointer, 'not_alive', `“${code}” chưa tồn tại vào ngày ${before}.`, `"${code}" does not exist yet on ${before}.`
      ))
  }
  const mustBe = (code: string, pointer: string, errorCode: FaultCode) => {
    if (!life.isNamed(code) || life.isAlive(code)) return
    errors.push(bodyError(
      pointer, errorCode, `“${code}” không tồn tại vào ngày ${day}.`, `"${code}" does not exist on ${day}.`
    ))
  }
  from.forEach((code, i) => mustHaveBeen(code, `/from/${i}`))
  close.forEach((code, i) => { if (!from.includes(code)) mustHaveBeen(code, `/close/${i}`) })
  to.forEach((code, i) => mustBe(code, `/to/${i}`, 'successor_not_alive'))
  rename.forEach(({ agency }, i) => {
    if (!founded.has(agency)) mustHaveBeen(agency, `/rename/${i}/agency`)
    if (founded.has(agency) || life.wasAlive(agency)) mustBe(agency, `/rename/${i}/agency`, 'agency_not_alive')
    if (founded.has(agency)) {
      errors.push(bodyError(
        `/rename/${i}/agency`, 'duplicate', `“${agency}” được thành lập ở đây, đã có tên.`,
        `"${agency}" is established here and has a name.`
      ))
    }
  })
  parents.forEach(({ agency, parent }, i) => {
    mustBe(agency, `/parents/${i}/agency`, 'agency_not_alive')
    mustBe(parent, `/parents/${i}/parent`, 'agency_not_alive')
    if (founded.has(agency)) {
      errors.push(bodyError(
        `/parents/${i}/agency`, 'duplicate', `Cấp trên của “${agency}” nêu ở “establish”.`,
        `The parent of "${agency}" is given in \`establish\`.`
      ))
    }
  })
  establish.forEach(({ parent }, i) => {
    if (parent !== undefined) {
      mustBe(parent, `/establish/${i}/parent`, 'agency_not_alive')
    }
  })
  identifiers.open.forEach(({ agency }, i) => mustBe(agency, `/identifiers/open/${i}/agency`, 'agency_not_alive'))
  return errors
}

function checkEstablished ({ establish }: Wanted, { histories }: World): FieldError[] {
  return establish.flatMap(({ code }, i) => histories.has(code)
    ? [
        bodyError(
        `/establish/${i}/code`, 'already_exists', `Mã “${code}” đã có, hoặc đã từng được dùng.`,
        `The code "${code}" is taken, or was once.`
        )
      ]
    : [])
}

/** A body that ends takes no part in what comes later, and nobody follows himself. */
function checkSuccessions (
  { mapping, close, from, effectiveOn, establish, kind }: Wanted, { successions, later }: World
): FieldError[] {
  const errors: FieldError[] = []
  // one that goes on may pass a function on and receive another
  const ending = [
    ...successions.filter(one => one.share === 'whole'),
    ...mapping.filter(one => one.from !== one.to && close.includes(one.from))
  ]
  const circle = findCircle(ending)
  if (circle !== undefined) {
    const way = circle.join(' → ')
    errors.push(bodyError(
      '/mapping', 'cyclic_successors', `Quan hệ kế thừa tạo thành vòng: ${way}.`,
      `The successors lead back to the body itself: ${way}.`
    ))
  }
  const founded = new Set(establish.map(one => one.code))
  const touched = kind === 'rename' || kind === 'establish'
    ? []
    : [...new Set([...from, ...close])].filter(code => !founded.has(code))
  for (const code of touched) {
    const next = later.find(one => one.effectiveOn > effectiveOn && one.agencies.includes(code))
    if (next === undefined) continue
    errors.push(bodyError(close.includes(code) ? '/close' : '/from', 'later_reorganisation',
      `“${code}” còn nằm trong lần sắp xếp “${next.id}” có hiệu lực ngày ${next.effectiveOn}.`,
      `"${code}" takes part in the reorganisation "${next.id}", effective on ${next.effectiveOn}.`))
  }
  return errors
}

/** Nobody is left under a body that ended, and nobody stands above itself. */
function checkParents (wanted: Wanted, { links }: World, changes: StructureChanges, life: Lives): FieldError[] {
  const day = wanted.effectiveOn
  const errors: FieldError[] = []
  const after = linksAfter(links, changes, day)
  const ends = new Set(changes.ended.map(one => one.code))
  const orphans = new Set<string>()
  for (const link of links) {
    if (!ends.has(link.parent) || !life.isAlive(link.agency)) continue
    const left = after.some(one => one.agency === link.agency && holdsOn(one, day))
    if (holdsOn(link, addDays(day, -1)) && !left) orphans.add(link.agency)
  }
  for (const link of after) {
    if (ends.has(link.parent) && endOf(link) >= day && !ends.has(link.agency)) {
      orphans.add(link.agency)
    }
  }
  for (const code of [...orphans].sort()) {
    errors.push(bodyError('/parents', 'orphaned_agency',
      `“${code}” trực thuộc cơ quan kết thúc hoạt động; cần cấp trên mới trong ` +
      '“parents”.', `"${code}" stands under a body that ends: give its new parent in \`parents\`.`))
  }
  const moved = new Set([...wanted.parents.map(one => one.agency), ...wanted.establish.map(one => one.code)])
  const told = new Set<string>()
  for (const code of moved) {
    const cycle = findCycle(code, after)
    if (cycle === undefined || told.has(setOf(cycle))) continue
    told.add(setOf(cycle))
    const way = cycle.join(' → ')
    errors.push(bodyError(
      '/parents', 'cyclic_parents', `Quan hệ cấp trên tạo thành vòng: ${way}.`,
      `The parents lead back to the agency itself: ${way}.`
    ))
  }
  return errors
}

function linksAfter (links: readonly Link[], changes: StructureChanges, day: CivilDate): Link[] {
  const gone = new Set(changes.parents.flatMap(one =>
    one.change === 'begun' ? [] : [linkKey({ agency: one.agency, ...one.fact })]))
  return [
    ...links.flatMap(link => {
      if (!gone.has(linkKey(link))) return [link]
      return link.validFrom < day ? [{ ...link, validTo: addDays(day, -1) }] : []
    }),
    ...changes.parents.flatMap(one => one.change === 'begun' ? [{ agency: one.agency, ...one.fact }] : [])
  ]
}

function linkKey (link: Link): string {
  return `${link.agency} ${link.validFrom}`
}

function setOf (cycle: readonly string[]): string {
  return [...new Set(cycle)].sort().join(' ')
}
