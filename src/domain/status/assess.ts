import { absolute, compare, negate, subtract, type Rational } from '../decimal.js'
import { addUp, quantityOf, rollsUp, rollUpQuantities, type Contribution, type Quantity } from '../rollup.js'
import { decimal } from '../trajectory.js'
import { breakdownOf, dimensionOf, soleReporter, type Find, type Point, type Slot } from './figures.js'
import type { Figure, Member, MemberOutcome, StatusIndicator, StatusInput, StatusTarget } from './types.js'
import type { Direction, Operator } from '../words.js'

export type Way = 'each' | 'rolled_up' | 'direct'

export interface AssessedMember {
  readonly member: Member
  readonly outcome: MemberOutcome
  readonly quantity: Quantity
  readonly figures: readonly Figure[]
}

/** What the figures up to the end of a period amount to. */
export interface Assessment {
  /** The period whose figures were taken: of those that end together the longest that anybody has reported. */
  readonly slot: Slot
  readonly point: Point
  /** `direct` for a rolled-up target too, when no part has reported but a figure for the whole is there. */
  readonly way: Way
  /** `incomplete`: for each, nobody fails, but somebody is missing. `nothing`: no figure that could be judged. */
  readonly verdict: 'met' | 'not_met' | 'incomplete' | 'not_applicable' | 'nothing'
  /** For each: of the member farthest from the target. */
  readonly quantity: Quantity
  readonly worst: AssessedMember | undefined
  /** Undefined for a target that is only reported directly. */
  readonly members: readonly AssessedMember[] | undefined
  /** Those that made the quantity, or stood aside with a denominator of 0. */
  readonly figures: readonly Figure[]
  /** How the value adds up over periods; undefined where a figure stands by itself. */
  readonly sum?: Sum | undefined
  /** For the whole, beside a rolled-up quantity. */
  readonly beside: { readonly figure: Figure, readonly value: Rational } | undefined
}

export interface Sum {
  /** The periods that cover the time, in order. */
  readonly slots: readonly Slot[]
  /** The figures that are added up: for each, those of the member whose value is shown. */
  readonly figures: readonly Figure[]
  readonly gaps: readonly Gap[]
}

/**
 * Who lacks a figure of a period before the last; `isBare`: there is one, but without the parts that could be added.
 */
export interface Gap { readonly slot: Slot, readonly members: readonly Member[], readonly isBare: boolean }

/** A group of figures is added up over time; groups stand beside each other. */
type Groups = readonly (readonly Figure[])[]

export function meets (value: Rational, operator: Operator, demanded: Rational): boolean {
  const order = compare(value, demanded)
  switch (operator) {
    case 'gt': return order > 0
    case 'gte': return order >= 0
    case 'eq': return order === 0
    case 'lte': return order <= 0
    case 'lt': return order < 0
  }
}

/** Where a target pulls. Its operator says so; "exactly" leaves it to the indicator. */
export function directionOf (target: StatusTarget, indicator: StatusIndicator): Direction {
  if (target.operator === 'eq') return indicator.direction
  return target.operator === 'gt' || target.operator === 'gte' ? 'higher_is_better' : 'lower_is_better'
}

/** Still to go: positive short of the target, negative beyond it. */
export function gapOf (value: Rational, demanded: Rational, direction: Direction): Rational {
  const difference = subtract(demanded, value)
  return direction === 'higher_is_better' ? difference : negate(difference)
}

export function wayOf ({ target, indicator, scope }: StatusInput): Way {
  if (target.quantifier === 'each') return 'each'
  return rollsUp(indicator.aggregation) && scope.members.length > 0 ? 'rolled_up' : 'direct'
}

export function assess (input: StatusInput, point: Point, find: Find): Assessment {
  switch (wayOf(input)) {
    case 'each': return assessEach(
      input, point,
      membersByCode(input).map(member => assessMember(input, member, groupsOf(member, input, point, find)))
    )
    case 'rolled_up': return assessRolledUp(input, point, find)
    case 'direct': return assessDirect(input, point, find, undefined)
  }
}

/** Of a target for each. */
export function assessMember ({ target, indicator }: StatusInput, member: Member, groups: Groups): AssessedMember {
  const quantity = quantityOfGroups(groups, indicator)
  const figures = groups.flat()
  if (quantity.kind === 'nothing') return { member, outcome: 'missing', quantity, figures: [] }
  if (quantity.kind === 'not_applicable') return { member, outcome: 'not_applicable', quantity, figures }
  return { member, outcome: verdictOn(quantity.value, target) === 'met' ? 'passed' : 'failed', quantity, figures }
}

export function assessEach (
  { target, indicator }: StatusInput, point: Point, members: readonly AssessedMember[]
): Assessment {
  const worst = farthest(members, target, directionOf(target, indicator))
  const asides = members.filter(({ outcome }) => outcome === 'not_applicable')
  const figures = members.flatMap(({ figures }) => figures)
  return {
    slot: slotOf(point, figures),
    point,
    way: 'each',
    verdict: verdictOnEach(members),
    quantity: worst?.quantity ?? asides[0]?.quantity ?? { kind: 'nothing' },
    worst,
    members,
    figures,
    beside: undefined
  }
}

/** The longest of the periods that end there of which there is a figure. */
export function slotOf ({ slots, period, window }: Point, figures: readonly Figure[]): Slot {
  return slots.find(slot => figures.some(figure => figure.period === slot.period.code)) ?? slots.at(-1) ??
    { period, window }
}

function verdictOnEach (members: readonly AssessedMember[]): Assessment['verdict'] {
  const has = (outcome: MemberOutcome): boolean => members.some(member => member.outcome === outcome)
  const lacks = has('missing') || has('without_parts')
  if (has('failed')) return 'not_met'
  if (has('passed')) return lacks ? 'incomplete' : 'met'
  return has('not_applicable') && !lacks ? 'not_applicable' : 'nothing'
}

/** One that fails before one that passes; then by what is missing to the target. Ties stay with the first code. */
function farthest (
  members: readonly AssessedMember[], target: StatusTarget, direction: Direction
): AssessedMember | undefined {
  let worst: { readonly member: AssessedMember, readonly short: Rational } | undefined
  for (const member of members) {
    if (member.quantity.kind !== 'amount') continue
    const gap = gapOf(member.quantity.value, decimal(target.value), direction)
    const short = target.operator === 'eq' ? absolute(gap) : gap
    const isWorse = worst === undefined || (member.outcome === worst.member.outcome
      ? compare(short, worst.short) > 0
      : member.outcome === 'failed')
    if (isWorse) worst = { member, short }
  }
  return worst?.member
}

function quantityOfGroups (groups: Groups, { aggregation, valueKind }: StatusIndicator): Quantity {
  const quantities = quantitiesOf(groups, valueKind)
  return quantities.length === 1 ? quantities[0]! : rollUpQuantities(quantities, aggregation, valueKind).total
}

function quantitiesOf (groups: Groups, valueKind: StatusIndicator['valueKind']): Quantity[] {
  return groups.map(figures => addUp(figures.map(figure => quantityOf(figure, valueKind)), valueKind))
}

export function assessRolledUp (input: StatusInput, point: Point, find: Find): Assessment {
  const { aggregation, valueKind } = input.indicator
  const found = membersByCode(input).map(member => ({ member, groups: groupsOf(member, input, point, find) }))
  const groups = found.flatMap(one => one.groups)
  const { total, contributions } = rollUpQuantities(quantitiesOf(groups, valueKind), aggregation, valueKind)
  let next = 0
  const members = found.map(({ member, groups }): AssessedMember => {
    const own = contributions.slice(next, next += groups.length)
    return {
      member, outcome: outcomeOf(own), quantity: quantityOfGroups(groups, input.indicator), figures: groups.flat()
    }
  })
  const counted = groups.filter((_, i) => contributions[i] !== 'without_parts').flat()
  const missing = members.some(({ outcome }) => outcome === 'missing' || outcome === 'without_parts')
  if (total.kind !== 'amount') {
    const instead = assessDirect(input, point, find, members)
    // parts with nothing to measure do not hide what the whole has reported, and alone decide only if none is missing
    if (total.kind === 'nothing' || missing || instead.quantity.kind === 'amount') return instead
  }
  return {
    slot: slotOf(point, counted),
    point,
    way: 'rolled_up',
    verdict: total.kind === 'amount' ? verdictOn(total.value, input.target) : 'not_applicable',
    quantity: total,
    worst: undefined,
    members,
    figures: counted,
    beside: besideOf(input, members, wholeFigures(input, point, find))
  }
}

/** A figure for the whole, of an agency that is none of its parts. */
export function besideOf (
  { target, indicator }: StatusInput, members: readonly AssessedMember[], whole: readonly Figure[]
): Assessment['beside'] {
  const figure = whole.at(-1)
  const direct = addUp(whole.map(one => quantityOf(one, indicator.valueKind)), indicator.valueKind)
  const isPart = members.some(({ member }) => member.code === figure?.agency) && dimensionOf(target) === undefined
  return figure !== undefined && direct.kind === 'amount' && !isPart ? { figure, value: direct.value } : undefined
}

function assessDirect (
  input: StatusInput, point: Point, find: Find, members: readonly AssessedMember[] | undefined
): Assessment {
  const { valueKind } = input.indicator
  const figures = wholeFigures(input, point, find)
  const quantity = addUp(figures.map(figure => quantityOf(figure, valueKind)), valueKind)
  return {
    slot: slotOf(point, figures),
    point,
    way: 'direct',
    verdict: quantity.kind === 'amount' ? verdictOn(quantity.value, input.target) : quantity.kind,
    quantity,
    worst: undefined,
    members,
    figures,
    beside: undefined
  }
}

export function verdictOn (value: Rational, { operator, value: demanded }: StatusTarget): 'met' | 'not_met' {
  return meets(value, operator, decimal(demanded)) ? 'met' : 'not_met'
}

function outcomeOf (contributions: readonly Contribution[]): MemberOutcome {
  if (contributions.length === 0) return 'missing'
  if (contributions.includes('reported')) return 'reported'
  return contributions.includes('without_parts') ? 'without_parts' : 'not_applicable'
}

export function membersByCode ({ scope }: StatusInput): Member[] {
  return [...scope.members].sort((a, b) => a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
}

/** An agency's one group; of a dimension's member that of the whole, or else those of the reporters. */
export function groupsOf (member: Member, { target, scope, indicator }: StatusInput, point: Point, find: Find): Groups {
  const dimension = dimensionOf(target)
  if (dimension === undefined) return present([find(point, member.code, breakdownOf(target))])
  const breakdown = { [dimension]: member.code }
  const ofWhole = scope.whole === undefined ? [] : find(point, scope.whole.code, breakdown)
  if (ofWhole.length > 0) return [ofWhole]
  const agencies = [...new Set(scope.reporters.map(({ code }) => code))].sort()
  const groups = present(agencies.map(agency => find(point, agency, breakdown)))
  return rollsUp(indicator.aggregation) ? groups : groups.sort(byRecording).slice(-1)
}

export function wholeFigures ({ target, scope }: StatusInput, point: Point, find: Find): Figure[] {
  const candidates = [scope.whole, soleReporter(scope)]
  return present(candidates.map(agency =>
    agency === undefined ? [] : find(point, agency.code, breakdownOf(target))))[0] ?? []
}

function byRecording (a: readonly Figure[], b: readonly Figure[]): number {
  const [one, other] = [a.at(-1)!, b.at(-1)!]
  return one.recordedAt < other.recordedAt
    ? -1
    : one.recordedAt > other.recordedAt ? 1 : one.agency < other.agency ? -1 : 1
}

function present (groups: readonly Figure[][]): Figure[][] {
  return groups.filter(figures => figures.length > 0)
}
