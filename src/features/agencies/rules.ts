import type { CivilDate } from '../../domain/date.js'
import { fold } from '../../domain/fold.js'
import { bodyError, type FieldError } from '../../http/problem.js'

/** In force from one day to another, both inclusive; without an end: still. */
export interface Dated { validFrom: CivilDate, validTo?: CivilDate | undefined }
export interface DatedName extends Dated { name: { vi: string, en?: string | undefined } }
export interface DatedParent extends Dated { parent: string }
export interface DatedIdentifier extends Dated { scheme: string, value: string }

/** All that is said of an agency with dates. It is alive on the days on which it has a name. */
export interface History {
  names: readonly DatedName[]
  parents: readonly DatedParent[]
  identifiers: readonly DatedIdentifier[]
}

const END = '9999-12-31'
const endOf = (one: Dated) => one.validTo ?? END
export const holdsOn = (one: Dated, day: CivilDate) => one.validFrom <= day && day <= endOf(one)

/** What `?q=` is matched with. */
export function searchTextOf (name: { vi: string, en?: string | undefined }): string {
  return `${fold(name.vi)} ${fold(name.en ?? '')}`.trim()
}

/** First and last day; no last day where it still lives. The names must not be empty. */
export function lifetimeOf (names: readonly Dated[]): Dated {
  const validFrom = names.reduce((first, one) => one.validFrom < first ? one.validFrom : first, END)
  const last = names.reduce((end, one) => endOf(one) > end ? endOf(one) : end, '')
  return names.some(one => one.validTo === undefined) ? { validFrom } : { validFrom, validTo: last }
}

/** The fact of a day; before the first fact the first, in a gap or after the end the last one before. */
export function nearest<T extends Dated> (facts: readonly T[], day: CivilDate): T | undefined {
  const inOrder = facts.toSorted((a, b) => a.validFrom < b.validFrom ? -1 : 1)
  return inOrder.findLast(one => one.validFrom <= day) ?? inOrder[0]
}

/** The parent on a day, or, when the agency is not alive then, on its day nearest to it. */
export function parentOn (history: Pick<History, 'names' | 'parents'>, day: CivilDate): string | undefined {
  const name = nearest(history.names, day)
  if (name === undefined) return undefined
  const alive = day < name.validFrom ? name.validFrom : day > endOf(name) ? endOf(name) : day
  return history.parents.find(one => holdsOn(one, alive))?.parent
}

function checkDates (facts: readonly Dated[], at: string): FieldError[] {
  return facts.flatMap((one, i) => one.validTo !== undefined && one.validTo < one.validFrom
    ? [
        bodyError(
        `${at}/${i}/validTo`, 'ends_before_it_begins', 'Ngày hết hiệu lực trước ngày bắt đầu.',
        '`validTo` is before `validFrom`.'
        )
      ]
    : [])
}

function checkOverlaps<T extends Dated> (
  facts: readonly T[], at: string, groupOf: (one: T) => string = () => ''
): FieldError[] {
  return facts.flatMap((one, i) => {
    const other = facts.findIndex((before, j) => j < i && groupOf(before) === groupOf(one) &&
      before.validFrom <= endOf(one) && one.validFrom <= endOf(before))
    return other === -1
      ? []
      : [
          bodyError(
          `${at}/${i}`, 'overlapping_validity', `Trùng ngày với mục ${other}.`, `Shares days with entry ${other}.`
          )
        ]
  })
}

function checkWithin (facts: readonly Dated[], life: Dated, at: string): FieldError[] {
  return facts.flatMap((one, i) => one.validFrom < life.validFrom || endOf(one) > endOf(life)
    ? [bodyError(`${at}/${i}`, 'outside_lifetime',
        `Phải nằm trong thời gian tồn tại của cơ quan: ${life.validFrom} … ${life.validTo ?? 'nay'}.`,
        `Must lie within the agency's life: ${life.validFrom} … ${life.validTo ?? 'now'}.`)]
    : [])
}

export function checkHistory (history: History): FieldError[] {
  const { names, parents, identifiers } = history
  const dates = [
    ...checkDates(names, '/names'), ...checkDates(parents, '/parents'), ...checkDates(identifiers, '/identifiers')
  ]
  if (dates.length > 0) return dates
  const life = lifetimeOf(names)
  return [
    ...checkOverlaps(names, '/names'),
    ...checkOverlaps(parents, '/parents'),
    ...checkOverlaps(identifiers, '/identifiers', one => one.scheme),
    ...checkWithin(parents, life, '/parents'),
    ...checkWithin(identifiers, life, '/identifiers')
  ]
}

/** A parent must exist on the day on which it becomes one. `lives`: the names over time of the parents, by code. */
export function checkParentsAlive (
  parents: readonly DatedParent[], lives: ReadonlyMap<string, readonly Dated[]>
): FieldError[] {
  return parents.flatMap((one, i) => lives.get(one.parent)?.some(life => holdsOn(life, one.validFrom)) === true
    ? []
    : [bodyError(`/parents/${i}/parent`, 'agency_not_alive',
        `Cơ quan “${one.parent}” không tồn tại vào ngày ${one.validFrom}.`,
        `The agency "${one.parent}" does not exist on ${one.validFrom}.`)])
}

/**
 * What a new agency is described by: `name`, `validFrom` and `parent` for its whole life, or `names` and `parents`
 * over time.
 */
export interface HistoryInput {
  name?: DatedName['name'] | undefined
  validFrom?: CivilDate | undefined
  validTo?: CivilDate | undefined
  parent?: string | undefined
  names?: readonly DatedName[] | undefined
  parents?: readonly DatedParent[] | undefined
  identifiers?: readonly (Omit<DatedIdentifier, 'validFrom'> & { validFrom?: CivilDate | undefined })[] | undefined
}

export function checkForm (input: HistoryInput): FieldError[] {
  const errors: FieldError[] = []
  const either = (pointer: string, vi: string, en: string) => errors.push(bodyError(pointer, 'one_form_only', vi, en))
  const single = input.name !== undefined || input.validFrom !== undefined || input.validTo !== undefined
  if (single === (input.names !== undefined) ||
    (single && (input.name === undefined || input.validFrom === undefined))) {
    either(input.names === undefined ? (input.name === undefined ? '/name' : '/validFrom') : '/names',
      'Cần “name” và “validFrom” (một tên), hoặc “names” (các tên theo thời gian), không cả hai.',
      'Give `name` and `validFrom` (one name), or `names` (over time), not both.')
  }
  if (input.parent !== undefined && input.parents !== undefined) {
    either('/parents', 'Cần “parent” hoặc “parents”, không cả hai.', 'Give `parent` or `parents`, not both.')
  }
  return errors
}

/** Of an input whose form is right. */
export function historyOf (input: HistoryInput): History {
  const names = input.names ?? [{ name: input.name!, validFrom: input.validFrom!, validTo: input.validTo }]
  const life = lifetimeOf(names)
  return {
    names,
    parents: input.parents ?? (input.parent === undefined ? [] : [{ ...life, parent: input.parent }]),
    identifiers: (input.identifiers ?? []).map(one => ({ ...one, validFrom: one.validFrom ?? life.validFrom }))
  }
}

/** The rules point into `names` and `parents`; a client that sent the short form finds the error where it wrote. */
export function pointInto (input: HistoryInput, errors: readonly FieldError[]): FieldError[] {
  return errors.map(error => {
    if (input.parent !== undefined && error.pointer?.startsWith('/parents')) return { ...error, pointer: '/parent' }
    if (input.name !== undefined && error.pointer?.startsWith('/names/0')) {
      return { ...error, pointer: error.pointer.slice('/names/0'.length) }
    }
    return error
  })
}

export interface Link extends DatedParent { agency: string }

/** The way up from an agency back to itself that is open on some one day, e.g. [A, B, A]. */
export function findCycle (code: string, links: readonly Link[]): string[] | undefined {
  const climb = (path: readonly string[], from: CivilDate, to: CivilDate): string[] | undefined => {
    for (const link of links.filter(one => one.agency === path.at(-1))) {
      const first = link.validFrom > from ? link.validFrom : from
      const last = endOf(link) < to ? endOf(link) : to
      if (first > last) continue
      if (link.parent === code) return [...path, code]
      const found = path.includes(link.parent) ? undefined : climb([...path, link.parent], first, last)
      if (found !== undefined) return found
    }
  }
  return climb([code], '', END)
}

export function cycleError (cycle: readonly string[]): FieldError {
  const way = cycle.join(' → ')
  return bodyError('/parents', 'cyclic_parents',
    `Quan hệ cấp trên tạo thành vòng: ${way}.`, `The parents lead back to the agency itself: ${way}.`)
}
