import { compare, ZERO } from '../decimal.js'
import { decimal } from '../trajectory.js'
import type { Assessment } from './assess.js'
import { isRounded } from './comparison.js'
import type { Findings } from './findings.js'
import { breakdownOf, dimensionOf } from './figures.js'
import { asPercentage } from './performance.js'
import { showAmong } from './show.js'
import { amount, day, demand, difference, digits, LEVELS, list, nameIn, periodName, strictly } from './wording.js'
import { parsePeriod } from '../period.js'
import type { Member, MemberOutcome, StatusInput } from './types.js'
import type { TimeBasis } from '../words.js'
import type { Language, LocalText, NameText } from '../text.js'

export function sayTarget ({ input: { target, indicator, scope } }: Findings, l: Language): string {
  const { plan, mode, operator, dueDate, quantifier } = target
  const place = target.scope.level !== undefined
    ? LEVELS[target.scope.level][l]
    : target.scope.agency === undefined
      ? undefined
      : scope.whole === undefined ? target.scope.agency : nameIn(scope.whole.name, l)
  const parts = [
    indicator.code, place,
    ...Object.entries(breakdownOf(target)).map(([dimension, member]) => `${dimension}: ${member}`)
  ]
  const subject = `“${nameIn(indicator.name, l)}” (${parts.filter(part => part !== undefined).join(', ')})`
  const must = demand(operator, amount(target.value, target.unit, l), mode === 'maintain', l)
  const dimension = dimensionOf(target)
  if (l === 'vi') {
    const each = quantifier !== 'each'
      ? ''
      : dimension === undefined ? ' ở từng đơn vị trong phạm vi' : ` ở từng thành phần của phân tổ ${dimension}`
    return `Theo kế hoạch ${plan}, chỉ tiêu ${subject} phải ${must}${each}, ` +
      `${mode === 'maintain' ? 'cho đến' : 'chậm nhất'} ${day(dueDate, l)}.`
  }
  const each = quantifier !== 'each'
    ? ''
    : dimension === undefined ? ' in each agency in scope' : ` in each member of ${dimension}`
  return `Under plan ${plan}, the indicator ${subject} must ${must}${each} ${mode === 'maintain' ? 'until' : 'by'} ` +
    `${day(dueDate, l)}.`
}

/** The figure, how it came about, how it compares, and what is not in it. */
export function sayFigures (findings: Findings, l: Language): string[] {
  const { input, status, assessment, judgement, seen } = findings
  if (judgement.reason === 'dropped' || judgement.reason === 'nobody_left') return []
  if (assessment === undefined) return sayWhoIsLeftOut(input, seen, l)
  const sentences = [...sayBasis(findings, l), sayWhence(findings, assessment, l), ...saySum(findings, assessment, l)]
  if (assessment.quantity.kind === 'amount') sentences.push(sayComparison(findings, l))
  if (status.direct !== null) {
    const { value, difference: apart } = status.direct
    const order = compare(
      assessment.beside?.value ?? ZERO, assessment.quantity.kind === 'amount' ? assessment.quantity.value : ZERO
    )
    const by = difference(apart, input.target.unit, l)
    const of = amount(value, input.target.unit, l)
    sentences.push(l === 'vi'
      ? `Số báo cáo trực tiếp cho toàn phạm vi trong cùng kỳ là ${of}, ` +
        `${order === 0 ? 'bằng số tổng hợp' : `${order > 0 ? 'cao' : 'thấp'} hơn số tổng hợp ${by}`}.`
      : `The figure reported directly for the whole in the same period is ${of}, ` +
        `${order === 0 ? 'equal to the rolled-up one' : `${by} ${order > 0 ? 'above' : 'below'} the rolled-up one`}.`)
  }
  return [...sentences, ...sayWhoIsLeftOut(input, assessment, l)]
}

/** Over which time the figures speak, where that is not a day. */
function sayBasis ({ input: { indicator } }: Findings, l: Language): string[] {
  const texts: Partial<Record<TimeBasis, LocalText>> = {
    during_period: {
      vi: 'Số liệu là của riêng từng kỳ, được cộng từ kỳ đầu tiên của năm kế hoạch.',
      en: 'Figures are of their periods alone, and added up from the first period of the plan\'s year on.'
    },
    year_to_date: {
      vi: 'Số liệu là lũy kế từ đầu năm.',
      en: 'Figures are since the beginning of the year.'
    }
  }
  const text = texts[indicator.timeBasis]
  return text === undefined ? [] : [text[l]]
}

function saySum ({ input: { target, indicator }, status }: Findings, assessment: Assessment, l: Language): string[] {
  const terms = status.accumulation?.terms ?? []
  if (terms.length < 2) return []
  const listed = terms.map(({ period, value, numerator, denominator }) => {
    const shown = indicator.valueKind === 'ratio' && numerator !== null && denominator !== null
      ? `${digits(numerator, l)}/${digits(denominator, l)}`
      : amount(value!, target.unit, l)
    return `${periodName(parsePeriod(period)!)[l]}: ${shown}`
  }).join('; ')
  const of = assessment.worst === undefined
    ? ''
    : l === 'vi' ? ` của ${nameIn(assessment.worst.member.name, l)}` : ` of ${nameIn(assessment.worst.member.name, l)}`
  return [l === 'vi' ? `Các số được cộng${of}: ${listed}.` : `Added up${of}: ${listed}.`]
}

function sayWhence ({ input, status }: Findings, assessment: Assessment, l: Language): string {
  const { coverage } = status
  const through = status.accumulation === null || status.accumulation.terms.length < 2
    ? { vi: '', en: '' }
    : { vi: 'từ đầu năm kế hoạch đến hết ', en: 'the plan\'s year up to the end of ' }
  const period = through[l] + periodName(assessment.slot.period)[l]
  const amounts = sayAmount(status, assessment, input.target.unit, l)
  if (assessment.way === 'each') {
    const counted = `${coverage.passed}/${coverage.expected}`
    const worst = assessment.worst
    const name = worst === undefined ? '' : nameIn(worst.member.name, l)
    const last = worst === undefined
      ? ''
      : l === 'vi'
        ? ` ${worst.outcome === 'failed' ? 'Xa mục tiêu nhất' : 'Sát mức yêu cầu nhất'} là ${name}: ${amounts}.`
        : ` ${worst.outcome === 'failed' ? 'Farthest from the target' : 'Closest to the bound'} is ${name}: ${amounts}.`
    return (l === 'vi'
      ? `Số liệu ${period}: ${counted} ${noun(input, l)} đạt, ${coverage.failed} chưa đạt, ${coverage.missing} chưa ` +
        'có số liệu.'
      : `Figures of ${period}: ${counted} pass, ${coverage.failed} fail, ${coverage.missing} missing.`) + last
  }
  if (assessment.way === 'rolled_up') {
    const of = `${coverage.reported - coverage.notApplicable}/${coverage.expected} ${noun(input, l)}`
    const how = {
      vi: { ratio_of_sums: 'cộng tử số và mẫu số của', sum: 'tổng của', mean: 'trung bình cộng của' },
      en: { ratio_of_sums: 'numerators and denominators summed over', sum: 'summed over', mean: 'averaged over' }
    }[l]
    const { aggregation } = input.indicator
    const made = aggregation === 'direct' || aggregation === 'none' ? how.sum : how[aggregation]
    return l === 'vi'
      ? `Số liệu ${period}, ${made} ${of}: ${amounts}.`
      : `Figures of ${period}, ${made} ${of}: ${amounts}.`
  }
  const reporter = nameOfAgency(input, assessment.figures[0]?.agency)
  const own = l === 'vi'
    ? `Số liệu ${period} của ${nameIn(reporter, l)}: ${amounts}.`
    : `Figure of ${nameIn(reporter, l)} for ${period}: ${amounts}.`
  if (assessment.members === undefined) return own
  return (l === 'vi'
    ? 'Chưa có số liệu nào của các phần để tổng hợp, nên dùng số báo cáo trực tiếp cho toàn phạm vi. '
    : 'No part has a figure that can be rolled up, so the one reported directly for the whole is used. ') + own
}

function sayAmount (status: Findings['status'], { quantity }: Assessment, unit: string, l: Language): string {
  const fraction = status.numerator === null || status.denominator === null
    ? undefined
    : `${digits(status.numerator, l)}/${digits(status.denominator, l)}`
  if (quantity.kind !== 'amount' || status.value === null) {
    return l === 'vi' ? `${fraction}, mẫu số bằng 0` : `${fraction}, a denominator of 0`
  }
  const value = amount(status.value, unit, l)
  const about = isRounded(quantity, status.value) ? (l === 'vi' ? 'khoảng ' : 'about ') : ''
  return fraction === undefined ? about + value : `${fraction}, ${l === 'vi' ? 'tức' : 'that is'} ${about}${value}`
}

function sayComparison ({ input: { target }, status, assessment }: Findings, l: Language): string {
  if (status.value === null || assessment?.quantity.kind !== 'amount') return ''
  const value = amount(status.value, target.unit, l)
  const bound = amount(target.value, target.unit, l)
  const order = compare(assessment.quantity.value, decimal(target.value))
  const { operator } = target
  if (order === 0 && (operator === 'gt' || operator === 'lt')) {
    return strictly(operator, bound, digits(target.value, l), digits(status.value, l), l)
  }
  const met = order === 0
    ? operator !== 'gt' && operator !== 'lt'
    : order > 0 ? operator === 'gt' || operator === 'gte' : operator === 'lt' || operator === 'lte'
  if (l === 'en') {
    return `${value} is ${order === 0 ? 'equal to' : order > 0 ? 'above' : 'below'} ${bound}: ` +
      `${met ? 'met' : 'not met'}.`
  }
  return `${value} ${order === 0 ? 'đúng bằng' : order > 0 ? 'cao hơn' : 'thấp hơn'} ${bound} nên ` +
    `${met ? 'đạt' : 'chưa đạt'}.`
}

function sayWhoIsLeftOut (input: StatusInput, assessment: Assessment | undefined, l: Language): string[] {
  const having = (outcome: MemberOutcome): NameText[] =>
    assessment?.members?.filter(member => member.outcome === outcome).map(({ member }) => member.name) ?? []
  const [missing, partless, aside] = [having('missing'), having('without_parts'), having('not_applicable')]
  const sentences: string[] = []
  if (missing.length > 0) {
    sentences.push(l === 'vi'
      ? `Chưa có số liệu của ${missing.length} ${noun(input, l)}: ${list(missing, l)}.`
      : `No figure from ${missing.length} ${noun(input, l, missing.length)}: ${list(missing, l)}.`)
  }
  if (partless.length > 0) {
    sentences.push(l === 'vi'
      ? `Có số liệu nhưng không kèm tử số và mẫu số nên không tổng hợp được: ${list(partless, l)}.`
      : `Reported without numerator and denominator, so it cannot be rolled up: ${list(partless, l)}.`)
  }
  if (aside.length > 0) {
    sentences.push(l === 'vi'
      ? `Không tính vì mẫu số bằng 0: ${list(aside, l)}.`
      : `Left aside, with a denominator of 0: ${list(aside, l)}.`)
  }
  return sentences
}

export function sayPace (
  { input: { target, rules, indicator }, status, judgement, progress }: Findings, l: Language
): string[] {
  if (judgement.reason !== 'pace' || progress === undefined || status.expectedValue === null ||
    status.freshness === null) {
    return []
  }
  const { expectation, pace: { attainment, verdict }, trajectory: { baseline, milestones } } = progress
  const by = day(status.freshness.periodEnd, l)
  const expected = amount(status.expectedValue, target.unit, l)
  const starts = {
    target: {
      vi: 'Đây là kỳ cuối cùng nên so với chính mục tiêu', en: 'This is the last period, so by the target itself'
    },
    year_start: { vi: 'Tính đều từ 0 vào đầu năm', en: 'At an even pace from 0 at the beginning of the year' }
  }
  const from = expectation.by === 'target' || expectation.by === 'year_start'
    ? starts[expectation.by][l]
    : expectation.by === 'milestone' || baseline === undefined || target.baseline?.value === undefined
      ? { vi: 'Theo mốc trung gian của mục tiêu', en: 'By the target\'s milestone' }[l]
      : l === 'vi'
        ? `Theo tiến độ đều từ ${amount(target.baseline.value, target.unit, l)} (${day(baseline.date, l)})`
        : `At an even pace from ${amount(target.baseline.value, target.unit, l)} (${day(baseline.date, l)})`
  const final = amount(target.value, target.unit, l)
  const isLastMilestone = expectation.by === 'milestone' &&
    milestones.every(({ end }) => end < status.freshness!.periodEnd)
  const ahead = isLastMilestone
    ? {
        vi: ` Mốc này là mốc cuối; kỳ cuối cùng sẽ so với chính mục tiêu, ${final}.`,
        en: ` This is the last milestone; the last period will be measured against the target itself, ${final}.`
      }[l]
    : ''
  const needed = (l === 'vi'
    ? `${from}, đến ${by} cần ở mức ${expected}.`
    : `${from}, it should be at ${expected} by ${by}.`) +
    ahead
  const share = (decimals: string): string =>
    `${digits(showAmong(asPercentage(decimal(decimals)), 0, [asPercentage(decimal(decimals))]), l)}%`
  if (attainment === null) {
    const there = verdict === 'on_track'
    return [needed, l === 'vi'
      ? `Số liệu ${there ? 'đã bằng hoặc tốt hơn' : 'kém hơn'} mức đó.`
      : `The figure is ${there ? 'at that or better' : 'worse than that'}.`]
  }
  if (compare(attainment, ZERO) < 0) {
    return [needed, l === 'vi' ? 'Số liệu còn kém hơn mức xuất phát.' : 'The figure is worse than at the start.']
  }
  const done = digits(showAmong(asPercentage(attainment), Math.min(indicator.decimals, 2),
    [asPercentage(decimal(rules.onTrack)), asPercentage(decimal(rules.atRisk))]), l)
  return [needed, l === 'vi'
    ? `Mức thực hiện bằng ${done}% yêu cầu đến ngày đó (từ ${share(rules.onTrack)} là đúng tiến độ, từ ` +
      `${share(rules.atRisk)} là có nguy cơ chậm).`
    : `That is ${done}% of what is required by then (${share(rules.onTrack)} or more is on track, ` +
      `${share(rules.atRisk)} or more is at risk).`]
}

/** What is counted: agencies, or members of a dimension. */
function noun ({ target }: StatusInput, l: Language, count = 2): string {
  if (dimensionOf(target) !== undefined) return l === 'vi' ? 'thành phần' : count === 1 ? 'member' : 'members'
  return l === 'vi' ? 'đơn vị' : count === 1 ? 'agency' : 'agencies'
}

function nameOfAgency ({ scope }: StatusInput, code: string | undefined): Member['name'] {
  const known = [scope.whole, ...scope.reporters].find(agency => agency?.code === code)
  return known?.name ?? { vi: code ?? '' }
}
