import { absolute, compare, negate, subtract, type Rational } from '../decimal.js'
import { quantityOf, rollsUp, rollUp, type Contribution, type Quantity } from '../rollup.js'
import { decimal, type Direction } from '../trajectory.js'
import { breakdownOf, dimensionOf, soleReporter, type FigureIndex, type Slot } from './figures.js'
import type { Figure, Member, MemberOutcome, Operator, StatusIndicator, StatusInput, StatusTarget } from './types.js'

export type Way = 'each' | 'rolled_up' | 'direct'

export interface AssessedMember {
  readonly member: Member
  readonly outcome: MemberOutcome
  readonly quantity: Quantity
  readonly figures: readonly Figure[]
}

/** What the figures of one period amount to. */
export interface Assessment {
  readonly slot: Slot
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
  /** For the whole, beside a rolled-up quantity. */
  readonly beside: { readonly figure: Figure, readonly value: Rational } | undefined
}

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

export function assess (input: StatusInput, slot: Slot, index: FigureIndex): Assessment {
  switch (wayOf(input)) {
    case 'each': return assessEach(input, slot, index)
    case 'rolled_up': return assessRolledUp(input, slot, index)
    case 'direct': return assessDirect(input, slot, index, undefined)
  }
}

function assessEach (input: StatusInput, slot: Slot, index: FigureIndex): Assessment {
  const { target, indicator } = input
  const members = membersByCode(input).map((member): AssessedMember => {
    const figures = figuresOf(member, input, slot, index)
    const quantity = quantityOfMember(figures, indicator)
    if (quantity.kind === 'nothing') return { member, outcome: 'missing', quantity, figures: [] }
    if (quantity.kind === 'not_applicable') return { member, outcome: 'not_applicable', quantity, figures }
    return { member, outcome: verdictOn(quantity.value, target) === 'met' ? 'passed' : 'failed', quantity, figures }
  })
  const worst = farthest(members, target, directionOf(target, indicator))
  const asides = members.filter(({ outcome }) => outcome === 'not_applicable')
  return {
    slot,
    way: 'each',
    verdict: verdictOnEach(members),
    quantity: worst?.quantity ?? asides[0]?.quantity ?? { kind: 'nothing' },
    worst,
    members,
    figures: members.flatMap(({ figures }) => figures),
    beside: undefined
  }
}

function verdictOnEach (members: readonly AssessedMember[]): Assessment['verdict'] {
  const has = (outcome: MemberOutcome): boolean => members.some(member => member.outcome === outcome)
  if (has('failed')) return 'not_met'
  if (has('passed')) return has('missing') ? 'incomplete' : 'met'
  return has('not_applicable') && !has('missing') ? 'not_applicable' : 'nothing'
}

/** One that fails before one that passes; then by what is missing to the target. Ties stay with the first code. */
function farthest (members: readonly AssessedMember[], target: StatusTarget, direction: Direction): AssessedMember | undefined {
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

function quantityOfMember (figures: readonly Figure[], { aggregation, valueKind }: StatusIndicator): Quantity {
  const [only] = figures
  return only !== undefined && figures.length === 1 ? quantityOf(only, valueKind) : rollUp(figures, aggregation, valueKind).total
}

function assessRolledUp (input: StatusInput, slot: Slot, index: FigureIndex): Assessment {
  const { aggregation, valueKind } = input.indicator
  const found = membersByCode(input).map(member => ({ member, figures: figuresOf(member, input, slot, index) }))
  const { total, contributions } = rollUp(found.flatMap(({ figures }) => figures), aggregation, valueKind)
  let next = 0
  const members = found.map(({ member, figures }): AssessedMember => {
    const own = contributions.slice(next, next += figures.length)
    const quantity = quantityOfMember(figures, input.indicator)
    return { member, outcome: outcomeOf(own), quantity, figures }
  })
  const counted = found.flatMap(({ figures }) => figures).filter((_, i) => contributions[i] !== 'without_parts')
  const missing = members.some(({ outcome }) => outcome === 'missing' || outcome === 'without_parts')
  if (total.kind !== 'amount') {
    const instead = assessDirect(input, slot, index, members)
    // parts with nothing to measure do not hide what the whole has reported, and alone decide only if none is missing
    if (total.kind === 'nothing' || missing || instead.quantity.kind === 'amount') return instead
  }
  const whole = wholeFigure(input, slot, index)
  const direct = whole === undefined ? undefined : quantityOf(whole, valueKind)
  const isPart = members.some(({ member }) => member.code === whole?.agency) && dimensionOf(input.target) === undefined
  return {
    slot,
    way: 'rolled_up',
    verdict: total.kind === 'amount' ? verdictOn(total.value, input.target) : 'not_applicable',
    quantity: total,
    worst: undefined,
    members,
    figures: counted,
    beside: whole !== undefined && direct?.kind === 'amount' && !isPart ? { figure: whole, value: direct.value } : undefined
  }
}

function assessDirect (
  input: StatusInput, slot: Slot, index: FigureIndex, members: readonly AssessedMember[] | undefined
): Assessment {
  const figure = wholeFigure(input, slot, index)
  const quantity: Quantity = figure === undefined ? { kind: 'nothing' } : quantityOf(figure, input.indicator.valueKind)
  return {
    slot,
    way: 'direct',
    verdict: quantity.kind === 'amount' ? verdictOn(quantity.value, input.target) : quantity.kind,
    quantity,
    worst: undefined,
    members,
    figures: figure === undefined ? [] : [figure],
    beside: undefined
  }
}

function verdictOn (value: Rational, { operator, value: demanded }: StatusTarget): 'met' | 'not_met' {
  return meets(value, operator, decimal(demanded)) ? 'met' : 'not_met'
}

function outcomeOf (contributions: readonly Contribution[]): MemberOutcome {
  if (contributions.length === 0) return 'missing'
  if (contributions.includes('reported')) return 'reported'
  return contributions.includes('without_parts') ? 'without_parts' : 'not_applicable'
}

function membersByCode ({ scope }: StatusInput): Member[] {
  return [...scope.members].sort((a, b) => a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
}

/** An agency's one figure; of a dimension's member that of the whole, or else those of the reporters. */
function figuresOf (member: Member, { target, scope, indicator }: StatusInput, slot: Slot, index: FigureIndex): Figure[] {
  const dimension = dimensionOf(target)
  const period = slot.period.code
  if (dimension === undefined) return present([index.usable(period, member.code, breakdownOf(target))])
  const breakdown = { [dimension]: member.code }
  const ofWhole = scope.whole === undefined ? undefined : index.usable(period, scope.whole.code, breakdown)
  if (ofWhole !== undefined) return [ofWhole]
  const agencies = [...new Set(scope.reporters.map(({ code }) => code))].sort()
  const figures = present(agencies.map(agency => index.usable(period, agency, breakdown)))
  return rollsUp(indicator.aggregation) ? figures : figures.sort(byRecording).slice(-1)
}

function wholeFigure ({ target, scope }: StatusInput, slot: Slot, index: FigureIndex): Figure | undefined {
  const candidates = [scope.whole, soleReporter(scope)]
  return present(candidates.map(agency => agency && index.usable(slot.period.code, agency.code, breakdownOf(target))))[0]
}

function byRecording (a: Figure, b: Figure): number {
  return a.recordedAt < b.recordedAt ? -1 : a.recordedAt > b.recordedAt ? 1 : a.agency < b.agency ? -1 : 1
}

function present (figures: readonly (Figure | undefined)[]): Figure[] {
  return figures.filter(figure => figure !== undefined)
}
