import type { CivilDate } from '../date.js'
import { addUp, quantityOf, rollUpQuantities, type Quantity } from '../rollup.js'
import { isRunningTotal } from '../time-basis.js'
import {
  assess, assessEach, assessMember, besideOf, groupsOf, membersByCode, slotOf, verdictOn, wayOf, wholeFigures,
  type AssessedMember, type Assessment, type Gap, type Sum
} from './assess.js'
import { coverOf, type Known, type Leg } from './cover.js'
import { dimensionOf, type Find, type Point, type Slot } from './figures.js'
import type { Figure, Member, StatusInput } from './types.js'

/** What is known of one period: of a member, or of all the scope. */
interface Cell extends Known {
  readonly quantity: Quantity
  readonly figures: readonly Figure[]
  readonly absent: readonly Member[]
  /** There is a percentage, but without the numerator and denominator that could be added. */
  readonly isBare: boolean
}

export interface Flow {
  readonly find: Find
  readonly slots: readonly Slot[]
  /** The input as it concerns a period. */
  at (slot: Slot): StatusInput
}

/**
 * Where figures are of their periods alone, the value at a point is the sum of those from the beginning of the plan's
 * year on: for the whole by the bodies that were in scope when each period ended, for each member with whatever it
 * took over since. Only a point of whose last period there is a figure can be judged.
 */
export function assessFlow (input: StatusInput, point: Point, flow: Flow): Assessment {
  const lines = wayOf(input) === 'direct' ? [] : membersByCode(input).map(member => lineOf(input, member, point, flow))
  if (wayOf(input) === 'each') {
    const made = assessEach(input, point, lines.map(({ member }) => member))
    const line = lines.find(({ member }) => member.member === made.worst?.member) ?? lines[0]
    const gaps = lines.flatMap(({ legs }) => gapsOf(legs))
    return {
      ...made,
      sum: { slots: slotsOf(lines.flatMap(({ legs }) => legs)), figures: line?.member.figures ?? [], gaps: merge(gaps) }
    }
  }
  const legs = coverOf(flow.slots, point, input.target.planYear, (slot, alone) => cellOfScope(slot, alone, input, flow))
  const { slot: lastSlot, cell: lastCell } = legs.at(-1)!
  const last = assess(input, pointOf(lastSlot), flow.find)
  const isMean = input.indicator.aggregation === 'mean' && last.way === 'rolled_up'
  const members = last.members === undefined ? undefined : lines.map(({ member }) => member)
  const quantity = isMean
    ? rollUpQuantities(lines.map(({ member }) => member.quantity), 'mean', input.indicator.valueKind).total
    : addUp(legs.map(({ cell }) => cell.quantity), input.indicator.valueKind)
  const figures = isMean ? lines.flatMap(({ member }) => member.figures) : legs.flatMap(({ cell }) => cell.figures)
  const gaps = gapsOf(legs)
  const hasGaps = gaps.length > 0
  return {
    ...last,
    slot: slotOf(point, figures),
    point,
    verdict: lastCell.figures.length === 0 || (quantity.kind === 'not_applicable' && (hasGaps || lastCell.missing > 0))
      ? 'nothing'
      : verdictOf(quantity, hasGaps, input),
    quantity,
    members,
    figures,
    sum: { slots: legs.map(({ slot }) => slot), figures: isMean ? [] : figures, gaps },
    beside: last.way === 'rolled_up'
      ? besideOf(input, lines.map(({ member }) => member), wholeLine(input, point, flow))
      : undefined
  }
}

/** With a period missing nobody can tell whether a bound from above was kept. */
function verdictOf (quantity: Quantity, hasGaps: boolean, { target, indicator }: StatusInput): Assessment['verdict'] {
  if (quantity.kind !== 'amount') return quantity.kind
  const verdict = verdictOn(quantity.value, target)
  const isFloor = target.operator === 'gt' || target.operator === 'gte'
  return verdict === 'met' && hasGaps && isRunningTotal(indicator) && !isFloor ? 'incomplete' : verdict
}

function cellOfScope (slot: Slot, alone: boolean, input: StatusInput, { at, find }: Flow): Cell {
  const then = at(slot)
  const made = assess(then, pointOf(slot), find)
  const isBare = !alone && made.way === 'direct' && hasBare(made.figures, input)
  const silent = made.way === 'direct'
    ? made.figures.length > 0 && !isBare
      ? []
      : made.members?.map(({ member }) => member) ?? [then.scope.whole].filter(one => one !== undefined)
    : made.members!.filter(({ outcome }) =>
      outcome === 'missing' || outcome === 'without_parts').map(({ member }) => member)
  return {
    quantity: isBare ? { kind: 'nothing' } : made.quantity,
    figures: isBare ? [] : made.figures,
    absent: silent,
    isBare,
    missing: silent.length,
    unsure: dimensionOf(input.target) === undefined && changes(then, input.scopeOn?.(slot.window.from))
  }
}

/** A member of the point, with what it has reported since the beginning, or those that it was made of. */
function lineOf (
  input: StatusInput, member: Member, point: Point, { find, slots, at }: Flow
): { member: AssessedMember, legs: Leg<Cell>[] } {
  const legs = coverOf(slots, point, input.target.planYear, (slot, alone): Cell => {
    const bodies = bodiesOf(input, member, slot.window.to)
    const found = bodies.map(body => ({ body, groups: groupsOf(body, at(slot), pointOf(slot), find) }))
    const figures = found.flatMap(({ groups }) => groups.flat())
    const isBare = !alone && hasBare(figures, input)
    const absent = isBare ? [member] : found.filter(({ groups }) => groups.length === 0).map(({ body }) => body)
    const usable = isBare ? [] : found.flatMap(({ groups }) => groups)
    return {
      quantity: bodies.length === 1
        ? assessMember(input, member, usable).quantity
        : addUp(found.map(({ body, groups }) => assessMember(input, body, groups).quantity), input.indicator.valueKind),
      figures: usable.flat(),
      absent,
      isBare,
      missing: absent.length,
      unsure: bodies.length !== bodiesOf(input, member, slot.window.from).length
    }
  })
  const { valueKind } = input.indicator
  const quantity = addUp(legs.map(({ cell }) => cell.quantity), valueKind)
  const last = legs.at(-1)?.cell
  const gaps = gapsOf(legs)
  return {
    legs,
    member: {
      member, outcome: outcomeOf(quantity, last, gaps.length > 0, input), quantity,
      figures: legs.flatMap(({ cell }) => cell.figures)
    }
  }
}

function outcomeOf (
  quantity: Quantity, last: Cell | undefined, hasGaps: boolean, input: StatusInput
): AssessedMember['outcome'] {
  if (last === undefined || last.figures.length === 0) return last?.isBare === true ? 'without_parts' : 'missing'
  if (quantity.kind === 'nothing') return 'without_parts'
  if (quantity.kind === 'not_applicable') return 'not_applicable'
  if (wayOf(input) !== 'each') return 'reported'
  const verdict = verdictOf(quantity, hasGaps, input)
  // of a share a missing period may turn the verdict: it is no pass
  if (verdict === 'incomplete' || (verdict === 'met' && hasGaps && !isRunningTotal(input.indicator))) return 'missing'
  return verdict === 'met' ? 'passed' : 'failed'
}

function bodiesOf ({ madeOf, target }: StatusInput, member: Member, day: CivilDate): Member[] {
  if (madeOf === undefined || dimensionOf(target) !== undefined) return [member]
  return madeOf(member.code, day).map(code => code === member.code ? member : { code, name: { vi: code } })
}

/**
 * What one agency's figures, with those of the bodies that it took over, add up to from the beginning of a year to a
 * point; nothing without a figure of the point's own last period.
 */
export function runningTotal (
  point: Point, slots: readonly Slot[], firstYear: number, indicator: StatusInput['indicator'],
  figuresOf: (leg: Point, day: CivilDate) => readonly (readonly Figure[])[]
): { quantity: Quantity, figures: readonly Figure[] } {
  const legs = coverOf(slots, point, firstYear, (slot, alone) => {
    const found = figuresOf(pointOf(slot), slot.window.to)
    const isBare = !alone && hasBare(found.flat(), { indicator })
    return {
      figures: isBare ? [] : found.flat(),
      missing: isBare ? 1 : found.filter(own => own.length === 0).length,
      unsure: figuresOf(pointOf(slot), slot.window.from).length !== found.length
    }
  })
  const figures = legs.flatMap(({ cell }) => cell.figures)
  if (legs.at(-1)?.cell.figures.length === 0) return { quantity: { kind: 'nothing' }, figures: [] }
  return {
    quantity: addUp(figures.map(figure => quantityOf(figure, indicator.valueKind)), indicator.valueKind), figures
  }
}

/** The figures for the whole, where they cover all of the time. */
function wholeLine (input: StatusInput, point: Point, { find, slots, at }: Flow): Figure[] {
  const legs = coverOf(slots, point, input.target.planYear, (slot, alone) => {
    const figures = wholeFigures(at(slot), pointOf(slot), find)
    return { figures, missing: figures.length === 0 || (!alone && hasBare(figures, input)) ? 1 : 0, unsure: false }
  })
  return legs.some(({ cell }) => cell.missing > 0) ? [] : legs.flatMap(({ cell }) => cell.figures)
}

function hasBare (figures: readonly Figure[], { indicator }: Pick<StatusInput, 'indicator'>): boolean {
  return indicator.valueKind === 'ratio' && figures.some(({ denominator }) => denominator === undefined)
}

function pointOf (slot: Slot): Point {
  return { ...slot, slots: [slot] }
}

/** Whether others are in scope at the end of a period than at its beginning. */
function changes ({ scope: { members } }: StatusInput, before: StatusInput['scope'] | undefined): boolean {
  return before !== undefined &&
    (before.members.length !== members.length ||
      before.members.some(({ code }) => !members.some(one => one.code === code)))
}

/** Before the last period; that one is in the coverage. */
function gapsOf (legs: readonly Leg<Cell>[]): Gap[] {
  return legs.slice(0, -1)
    .flatMap(({ slot, cell }) => cell.absent.length === 0 ? [] : [{ slot, members: cell.absent, isBare: cell.isBare }])
}

function slotsOf (legs: readonly Leg<Cell>[]): Slot[] {
  return [
    ...new Map(legs.map(({ slot }) => [slot.period.code, slot])).values()
  ].sort((a, b) => a.window.to < b.window.to ? -1 : 1)
}

/** Each period once, with all who have no figure of it. */
function merge (gaps: readonly Gap[]): Gap[] {
  const merged = new Map<string, Gap>()
  for (const gap of gaps) {
    const key = `${gap.slot.period.code} ${gap.isBare}`
    merged.set(key, { ...gap, members: [...merged.get(key)?.members ?? [], ...gap.members] })
  }
  return [...merged.values()].sort((a, b) => a.slot.window.to < b.slot.window.to ? -1 : 1)
}

/** The figures that were added up, by period in order of time. */
export function termsOf (
  { figures }: Sum, { indicator: { valueKind } }: StatusInput, order: (a: string, b: string) => number
): { period: string, quantity: Quantity }[] {
  return [...new Set(figures.map(({ period }) => period))].sort(order).map(period => {
    const quantities = figures.filter(figure => figure.period === period).map(figure => quantityOf(figure, valueKind))
    return { period, quantity: addUp(quantities, valueKind) }
  })
}
