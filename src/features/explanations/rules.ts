import type { CivilDate } from '../../domain/date.js'
import type { ObligationState } from '../../domain/obligations.js'
import { bodyError, type FieldError } from '../../http/problem.js'

/**
 * The kinds of reason for a figure that is missing or late, and those for a target that is missed; `other` is for both.
 */
const OF_OBLIGATION: readonly string[] = ['not_collected', 'not_available', 'late', 'other']
const OF_TARGET: readonly string[] = ['off_target', 'other']

/** What is explained: a figure that is owed, or a target. */
export interface Wanted {
  readonly obligation?: object | undefined
  readonly target?: string | undefined
  readonly agency?: string | undefined
}

/** Faults of form: the body names one thing to explain. */
export function checkObject ({ obligation, target, agency }: Wanted): FieldError[] {
  if ((obligation === undefined) === (target === undefined)) {
    return [bodyError('', 'one_object',
      'Cần đúng một trong “obligation” và “target”.',
      'Exactly one of `obligation` and `target` is needed.')]
  }
  if (target !== undefined || agency === undefined) return []
  return [bodyError('/agency', 'not_allowed',
    '“agency” đi cùng “target”; của số liệu thì nêu trong “obligation”.',
    '`agency` goes with `target`; of a figure it stands in `obligation`.')]
}

export function checkKind (kind: string, of: 'obligation' | 'target'): FieldError[] {
  const allowed = of === 'target' ? OF_TARGET : OF_OBLIGATION
  if (allowed.includes(kind)) return []
  const [vi, en] = of === 'target' ? ['một mục tiêu', 'a target'] : ['một nghĩa vụ báo cáo', 'an obligation']
  return [bodyError('/kind', 'kind_mismatch',
    `“${kind}” không giải trình ${vi}: ${allowed.join(', ')}.`,
    `\`${kind}\` does not explain ${en}: ${allowed.join(', ')}.`)]
}

/** The due date must not lie before the day of the request in the province. */
export function checkDueDate (dueDate: CivilDate | null | undefined, day: CivilDate): FieldError[] {
  if (dueDate === undefined || dueDate === null || dueDate >= day) return []
  return [bodyError('/dueDate', 'due_date_past',
    `Hạn khắc phục ${dueDate} đã qua: từ ${day} trở đi.`,
    `The due date ${dueDate} has passed: ${day} or later.`)]
}

export interface Owed {
  readonly agency: string
  readonly subject: string
  readonly state: ObligationState
  readonly reportedLate?: boolean | undefined
}

const REPORTED: ReadonlySet<ObligationState> = new Set(['submitted', 'accepted'])

/** Whether the kind of reason fits a figure that is there, or one that is missing. */
export function checkReported (kind: string, { state, reportedLate }: Owed): FieldError[] {
  if (!REPORTED.has(state)) return []
  if (kind === 'not_collected' || kind === 'not_available') {
    return [bodyError('/kind', 'already_reported',
      `Số liệu đã gửi (“${state}”): không giải trình là “${kind}” được.`,
      `The figure was reported (${state}), so \`${kind}\` does not explain it.`)]
  }
  if (kind !== 'late' || reportedLate === true) return []
  return [bodyError('/kind', 'not_late', 'Số liệu đã gửi đúng hạn.', 'The figure was reported in time.')]
}

const list = (codes: readonly string[]) => [...new Set(codes)].sort().slice(0, 5).map(code => `“${code}”`).join(', ')

/**
 * The obligation that is meant, of all that are owed of the indicator and period. `begins`: the first day of the
 * period, where it has not begun.
 */
export function chooseOwed<One extends Owed> (owed: readonly One[], { indicator, period, agency, subject }: {
  indicator: string, period: string, agency: string, subject: string | undefined
}, begins: CivilDate | undefined): One | FieldError[] {
  if (begins !== undefined) {
    return [bodyError('/obligation/period', 'period_not_open',
      `Kỳ ${period} chưa bắt đầu: mở từ ngày ${begins}.`,
      `The period ${period} has not begun: it opens on ${begins}.`)]
  }
  const due = owed.filter(({ state }) => state !== 'excused')
  const own = due.filter(one => one.agency === agency && (subject === undefined || one.subject === subject))
  if (own.length === 1) return own[0]!
  if (own.length > 1) {
    const subjects = list(own.map(one => one.subject))
    return [bodyError('/obligation/subject', 'subject_required',
      `“${agency}” phải báo cáo nhiều số liệu ${indicator} kỳ ${period}: nêu “subject”, một trong ${subjects}.`,
      `"${agency}" owes several figures of ${indicator} for ${period}: give \`subject\`, one of ${subjects}.`)]
  }
  const [vi, en] = due.length === 0
    ? ['không cơ quan nào phải báo cáo số liệu này', 'nobody owes it']
    : [
      `cơ quan phải báo cáo là ${list(due.map(one => one.agency))}`, `it is owed by ${list(due.map(one => one.agency))}`
      ]
  const [whose, of] = subject === undefined ? ['', ''] : [` của “${subject}”`, ` of "${subject}"`]
  return [bodyError('/obligation', 'nothing_owed',
    `“${agency}” không phải báo cáo số liệu ${indicator} kỳ ${period}${whose}: ${vi} (/v1/obligations).`,
    `"${agency}" does not owe ${indicator} for ${period}${of}: ${en} (/v1/obligations).`)]
}

/** Who may explain why a target is missed. */
export interface Answering {
  /** The agencies that lead the target today and on its due date; without a lead, the agency that it is set for. */
  readonly leads: readonly string[]
  /** The agencies that each have to meet the target, where it is for each. */
  readonly members: readonly string[]
}

/** The agency that explains: the one named, or the lead. */
export function chooseAnswering (
  target: string, { leads, members }: Answering, named: string | undefined
): string | FieldError[] {
  if (named === undefined) {
    return leads[0] ?? [bodyError('/agency', 'agency_required',
      `Mục tiêu “${target}” không có cơ quan chủ trì: nêu “agency”.`,
      `The target "${target}" has no lead: give \`agency\`.`)]
  }
  if (leads.includes(named) || members.includes(named)) return named
  const [vi, en] = leads.length === 0
    ? ['mục tiêu không có cơ quan chủ trì', 'it has no lead']
    : [`chủ trì là ${list(leads)}`, `its lead is ${list(leads)}`]
  return [bodyError('/agency', 'not_the_lead',
    `“${named}” không chịu trách nhiệm về mục tiêu “${target}”: ${vi}.`,
    `"${named}" does not answer for the target "${target}": ${en}.`)]
}
