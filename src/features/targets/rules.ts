import { windowOf, type CalendarRule } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { compare, decimalPlaces, parseDecimal } from '../../domain/decimal.js'
import { comparePeriods, parsePeriod } from '../../domain/period.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import type { Frequency, Operator, Quantifier } from '../../domain/words.js'

export interface TargetScope {
  level?: string | undefined, agency?: string | undefined, dimension?: string | undefined, member?: string | undefined
}
export interface Milestone { period: string, value: string }

export interface TargetDemand {
  scope: TargetScope
  quantifier: Quantifier
  operator: Operator
  value: string
  unit: string
  effectiveFrom: CivilDate
  dueDate: CivilDate
  baseline?: { value?: string | undefined, date: CivilDate, claim: boolean } | undefined
  milestones: readonly Milestone[]
}

export interface TargetIndicator {
  unit: string
  decimals: number
  minimum: string | null
  maximum: string | null
  frequencies: readonly Frequency[]
  calendar: CalendarRule
}

/** Every figure of a demand, with its place in the body. */
function figuresOf (
  demand: Pick<TargetDemand, 'value' | 'baseline' | 'milestones'>
): { pointer: string, text: string }[] {
  return [
    { pointer: '/value', text: demand.value },
    ...(demand.baseline?.value === undefined ? [] : [{ pointer: '/baseline/value', text: demand.baseline.value }]),
    ...demand.milestones.map(({ value }, i) => ({ pointer: `/milestones/${i}/value`, text: value }))
  ]
}

/** Malformed (400), as a measurement of too many decimals is: a target that no figure could hit would be the result. */
export function checkDecimals (demand: TargetDemand, { decimals }: TargetIndicator): FieldError[] {
  return figuresOf(demand).filter(figure => decimalPlaces(figure.text) > decimals)
    .map(figure => bodyError(figure.pointer, 'too_many_decimals',
    `Tối đa ${decimals} chữ số thập phân, theo quy định của chỉ ` +
    'tiêu.', `At most ${decimals} decimals, as the indicator says.`))
}

/** Level and agency exclude each other; a member belongs to a dimension; `each` needs something to range over. */
export function checkScope (scope: TargetScope, quantifier: TargetDemand['quantifier']): FieldError[] {
  const errors: FieldError[] = []
  if (scope.level !== undefined && scope.agency !== undefined) {
    errors.push(bodyError('/scope', 'level_or_agency',
      'Phạm vi là một cấp (mọi cơ quan của cấp) hoặc một cơ quan, không phải cả hai.',
      'The scope is a level (every agency of it) or one agency, not both.'))
  }
  if (scope.member !== undefined && scope.dimension === undefined) {
    errors.push(bodyError(
      '/scope/member', 'dimension_required', '“member” cần “dimension”.', '`member` needs `dimension`.'
    ))
  }
  if (scope.level !== undefined && scope.dimension !== undefined && scope.member === undefined) {
    errors.push(bodyError('/scope', 'level_or_dimension',
      'Phạm vi gồm các cơ quan của một cấp, hoặc các thành phần của một phân tổ, không phải cả hai; có thể nêu một ' +
      '“member”.',
      'The scope has the agencies of a level, or the members of a dimension, not both; one `member` may be named.'))
  }
  if (quantifier === 'each' && scope.level === undefined &&
    (scope.dimension === undefined || scope.member !== undefined)) {
    errors.push(bodyError('/quantifier', 'each_of_nothing',
      '“each” cần một cấp, hoặc một phân tổ không nêu “member”: từng thành phần phải đạt.',
      '`each` needs a level, or a dimension without `member`: it is their members that must each pass.'))
  }
  return errors
}

/**
 * A part of a whole is measured by what the whole is: parts by level of another indicator would take its roll-up from
 * it.
 */
export function checkParent (parent: string, parentsIndicator: string | undefined, indicator: string): FieldError[] {
  return parentsIndicator === undefined || parentsIndicator === indicator
    ? []
    : [bodyError('/parent', 'other_indicator',
        `Mục tiêu “${parent}” thuộc chỉ tiêu ${parentsIndicator}, không phải ${indicator}.`,
        `The target "${parent}" is of the indicator ${parentsIndicator}, not of ${indicator}.`)]
}

/** Figures within what the indicator can be, and a demand that it can meet: more than 100 of at most 100 it cannot. */
export function checkRange (demand: TargetDemand, { minimum, maximum }: TargetIndicator): FieldError[] {
  const low = minimum === null ? undefined : parseDecimal(minimum)
  const high = maximum === null ? undefined : parseDecimal(maximum)
  const errors = figuresOf(demand).flatMap(({ pointer, text }) => {
    const value = parseDecimal(text)
    return value !== undefined &&
      ((low !== undefined && compare(value, low) < 0) || (high !== undefined && compare(value, high) > 0))
      ? [bodyError(pointer, 'value_out_of_range',
          `Phải trong khoảng ${minimum ?? '−∞'} … ${maximum ?? '+∞'} của chỉ tiêu.`,
          `Must lie within the indicator's ${minimum ?? '−∞'} … ${maximum ?? '+∞'}.`)]
      : []
  })
  const value = parseDecimal(demand.value)
  const beyond = value !== undefined && (
    (demand.operator === 'gt' && high !== undefined && compare(value, high) === 0) ||
    (demand.operator === 'lt' && low !== undefined && compare(value, low) === 0))
  if (beyond) {
    errors.push(bodyError('/operator', 'target_unreachable',
      'Không số liệu nào có thể đạt: giá trị bằng giới hạn của chỉ tiêu mà phép so sánh không gồm dấu bằng.',
      'No figure can meet it: the value is the indicator\'s bound and the comparison is strict.'))
  }
  return errors
}

export function checkUnit (demand: TargetDemand, indicator: TargetIndicator): FieldError[] {
  return demand.unit === indicator.unit
    ? []
    : [
        bodyError(
          '/unit', 'unit_mismatch', `Đơn vị của chỉ tiêu là “${indicator.unit}”.`,
        `The indicator's unit is "${indicator.unit}".`
        )
      ]
}

export function checkDates (demand: TargetDemand): FieldError[] {
  const { effectiveFrom, dueDate, baseline } = demand
  const errors: FieldError[] = []
  if (dueDate < effectiveFrom) {
    errors.push(bodyError('/dueDate', 'due_before_effective',
      'Hạn trước ngày mục tiêu có hiệu lực ' +
      `(${effectiveFrom}).`, `Due before the target is in force (${effectiveFrom}).`))
  }
  if (baseline !== undefined && baseline.date > dueDate) {
    errors.push(bodyError(
      '/baseline/date', 'baseline_after_due', 'Ngày của mức xuất phát sau hạn.', 'The baseline is after the due date.'
    ))
  }
  if (baseline !== undefined && !baseline.claim && baseline.value === undefined) {
    errors.push(bodyError('/baseline/value', 'baseline_value_required',
      'Mức xuất phát không phải là khẳng định “đã đạt” thì cần giá trị.', 'A baseline that is not a claim needs a ' +
        'value.'))
  }
  return errors
}

/** A milestone's period is one in which the indicator is reported, named once, and begun by the due date. */
export function checkMilestones (demand: TargetDemand, { frequencies, calendar }: TargetIndicator): FieldError[] {
  const seen = new Set<string>()
  return demand.milestones.flatMap((milestone, i) => {
    const pointer = `/milestones/${i}/period`
    const period = parsePeriod(milestone.period)
    if (period === undefined || !frequencies.includes(period.frequency)) {
      return [bodyError(pointer, 'period_mismatch',
        `Kỳ này không thuộc loại kỳ báo cáo của chỉ tiêu (${frequencies.join(', ')}).`,
        `Not a period in which the indicator is reported (${frequencies.join(', ')}).`)]
    }
    if (seen.has(period.code)) {
      return [bodyError(pointer, 'duplicate_period', 'Kỳ này đã nêu ở trên.', 'This period is named before.')]
    }
    seen.add(period.code)
    return windowOf(period, calendar).from > demand.dueDate
      ? [
          bodyError(
            pointer, 'milestone_after_due', 'Kỳ này bắt đầu sau hạn của mục tiêu.',
            'This period begins after the due date.'
          )
        ]
      : []
  })
}

export function checkDemand (demand: TargetDemand, indicator: TargetIndicator): FieldError[] {
  return [
    ...checkUnit(demand, indicator), ...checkRange(demand, indicator),
    ...checkDates(demand), ...checkMilestones(demand, indicator)
  ]
}

/** In the order of time. The periods must be periods. */
export function inOrder (milestones: readonly Milestone[]): Milestone[] {
  return milestones.toSorted((a, b) => comparePeriods(parsePeriod(a.period)!, parsePeriod(b.period)!))
}
