import { addDays, type CivilDate } from '../../domain/date.js'
import type { Succession } from '../../domain/succession.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { findCycle, lifetimeOf, type Dated, type History, type Link } from '../agencies/rules.js'
import type { RevisionState } from '../../domain/words.js'

/** A body that was entered by mistake, and the one that it is. */
export interface Pair { duplicate: string, right: string }

const END = '9999-12-31'
const endOf = (one: Dated) => one.validTo ?? END

/** What the record of both, and the links of all, have against their being one. */
export function checkPair (
  pair: Pair, histories: { duplicate: History, right: History }, links: readonly Link[]
): FieldError[] {
  return [
    ...checkLives(pair, histories.duplicate, histories.right),
    ...checkIdentifiers(pair, histories.duplicate, histories.right),
    ...checkParents(pair, links)
  ]
}

/** The days of `lives` that are not within `by`. */
export function uncovered (lives: readonly Dated[], by: readonly Dated[]): Dated[] {
  return lives.flatMap((life): Dated[] => {
    const gaps: Dated[] = []
    let from: CivilDate | undefined = life.validFrom
    for (const one of by.toSorted((a, b) => a.validFrom < b.validFrom ? -1 : 1)) {
      if (from === undefined || endOf(one) < from || one.validFrom > endOf(life)) continue
      if (one.validFrom > from) gaps.push({ validFrom: from, validTo: addDays(one.validFrom, -1) })
      from = endOf(one) >= endOf(life) ? undefined : addDays(endOf(one), 1)
    }
    if (from !== undefined) {
      gaps.push(life.validTo === undefined ? { validFrom: from } : { validFrom: from, validTo: life.validTo })
    }
    return gaps
  })
}

const span = ({ validFrom, validTo }: Dated) => `${validFrom} … ${validTo ?? ''}`.trimEnd()

/** On every day on which the duplicate did, owed or reported something, the right body must have existed. */
function checkLives ({ duplicate, right }: Pair, wrong: History, { names }: History): FieldError[] {
  return uncovered([lifetimeOf(wrong.names)], names).map(gap => bodyError('/duplicateOf', 'not_alive_then',
    `“${right}” không tồn tại trong ${span(gap)}, còn “${duplicate}” thì có; hãy đính chính hồ sơ của một trong ` +
      'hai trước.',
    `"${right}" does not exist in ${span(gap)}, and "${duplicate}" does: correct the record of one of them first.`))
}

/** A body has one code of a scheme on a day: which of two is right, nobody can guess. */
function checkIdentifiers ({ duplicate, right }: Pair, wrong: History, { identifiers }: History): FieldError[] {
  return wrong.identifiers.flatMap(one => {
    const other = identifiers.find(own => own.scheme === one.scheme && own.validFrom <= endOf(one) &&
      one.validFrom <= endOf(own))
    return other === undefined
      ? []
      : [bodyError('/duplicateOf', 'identifiers_disagree',
          `“${duplicate}” mang mã ${one.scheme}:${one.value}, “${right}” mang ${other.scheme}:${other.value} trong ` +
            'cùng thời gian; hãy đính chính mã sai trước.',
          `"${duplicate}" bears ${one.scheme}:${one.value} and "${right}" ${other.scheme}:${other.value} on the same ` +
            'days: correct the wrong one first.')]
  })
}

/** Those below the duplicate come below the right one, which must not come to stand below itself. */
function checkParents ({ duplicate, right }: Pair, links: readonly Link[]): FieldError[] {
  const after = links.filter(link => link.agency !== duplicate).map(link => link.parent === duplicate
    ? { ...link, parent: right }
    : link)
  const cycle = findCycle(right, after)
  if (cycle === undefined) return []
  const way = cycle.join(' → ')
  return [bodyError('/duplicateOf', 'cyclic_parents',
    `Quan hệ cấp trên sẽ tạo thành vòng: ${way}.`, `The parents would lead back to the agency itself: ${way}.`)]
}

/** Two bodies that are one cannot have passed everything on twice. */
export function checkPassages ({ duplicate, right }: Pair, successions: readonly Succession[]): FieldError[] {
  const bodies = [duplicate, right]
  const wholes = successions.filter(one => one.share === 'whole' && bodies.includes(one.from) &&
    !bodies.includes(one.to))
  const [first, ...more] = wholes
  const other = more.find(one => one.to !== first!.to || one.effectiveOn !== first!.effectiveOn)
  return other === undefined
    ? []
    : [bodyError('/duplicateOf', 'two_successors',
        `Hai cơ quan đã chuyển toàn bộ cho “${first!.to}” (${first!.effectiveOn}) và “${other.to}” ` +
        `(${other.effectiveOn}): không thể là một.`,
        `They passed everything on to "${first!.to}" (${first!.effectiveOn}) and to "${other.to}" ` +
        `(${other.effectiveOn}): they cannot be one.`)]
}

/** A figure of the duplicate and, where there is one, that of the right body under the same key. */
export interface Meeting {
  indicator: string
  period: string
  breakdownKey: string
  state: RevisionState
  figure: string
  other: { state: Meeting['state'], figure: string, same: boolean } | undefined
}

export type FigureOutcome = 'moved' | 'same' | 'disagrees' | 'none'

/**
 * `moved`: only the duplicate has it, so the right body takes it over. `same`: both have it, and that of the right body
 * stands. `none`: it does not stand any more. What is accepted for the one does not wait for review of the other.
 */
export function outcomeOf ({ state, other }: Meeting): FigureOutcome {
  if (state === 'withdrawn') return 'none'
  if (other === undefined) return 'moved'
  return other.same && other.state !== 'withdrawn' && (other.state === 'accepted' || state !== 'accepted')
    ? 'same'
    : 'disagrees'
}

export function disagreement (
  { duplicate, right }: Pair, { indicator, period, breakdownKey, state, figure, other }: Meeting
): FieldError {
  const key = `${indicator} ${period}${breakdownKey === '' ? '' : ` ${breakdownKey}`}`
  return bodyError('/disagreements', 'figures_disagree',
    `${key}: “${duplicate}” có ${figure} (${state}), “${right}” có ${other!.figure} (${other!.state}). Hãy sửa số ` +
      'liệu sai trước, hoặc gửi disagreements = keep_right.',
    `${key}: "${duplicate}" has ${figure} (${state}), "${right}" has ${other!.figure} (${other!.state}). Correct the ` +
      'wrong figure first, or send disagreements = keep_right.')
}
