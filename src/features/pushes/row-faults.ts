import type { StoredProblem } from '../../db/schema/index.js'
import { windowOf, type Window } from '../../domain/calendar.js'
import { compareDates, type CivilDate } from '../../domain/date.js'
import { parsePeriod, type Period } from '../../domain/period.js'
import { meantCode, visibleCode } from '../../http/misread.js'
import { pointerToken } from '../../http/text.js'
import { enteredInError } from '../entered-in-error.js'
import { lockedDetail } from '../../world/period-life.js'
import { problem } from './row-problem.js'
import type { AgencyFacts, IndicatorFacts, PushContext, PushRow } from './row.js'
import { inScope } from '../../world/target-scope.js'

export function lockedProblem (period: string): StoredProblem {
  const { vi, en } = lockedDetail(period)
  return problem('/period', 'period_locked', vi, en)
}

export function unknownIndicator ({ indicator }: PushRow, { indicators }: PushContext): StoredProblem {
  const { vi, en } = quoted(indicator, code => indicators.has(code))
  return problem('/indicator', 'unknown_indicator', `Không có chỉ tiêu ${vi}`, `There is no indicator ${en}`)
}

export function unknownAgency ({ agency }: PushRow, { agencies }: PushContext): StoredProblem {
  const { vi, en } = quoted(agency, code => agencies.has(code))
  return problem('/agency', 'unknown_agency', `Không có cơ quan ${vi}`, `There is no agency ${en}`)
}

export function unknownPeriod ({ period }: PushRow): StoredProblem {
  const { vi, en } = quoted(period, code => parsePeriod(code) !== undefined)
  return problem('/period', 'unknown_period',
    `Mã kỳ báo cáo viết như 2025, 2025-H1, 2025-9M, 2025-Q3, 2025-06; đọc được ${vi}`,
    `The code of a period is written as 2025, 2025-H1, 2025-9M, 2025-Q3 or 2025-06; read was ${en}`)
}

export function judgeBreakdown (breakdown: Record<string, string>, members: PushContext['members']): StoredProblem[] {
  const problems: StoredProblem[] = []
  for (const dimension of Object.keys(breakdown)) {
    const member = breakdown[dimension]!
    const known = members.get(dimension)
    if (known?.has(member) === true) continue
    const pointer = `/breakdown${pointerToken(dimension)}`
    problems.push(known === undefined
      ? unknownDimension(pointer, dimension)
      : unknownMember(pointer, dimension, member, known))
  }
  return problems
}

export function enteredByMistake (code: string, duplicateOf: string): StoredProblem {
  const { detail } = enteredInError(code, duplicateOf, '/agency')
  return problem('/agency', 'agency_entered_in_error', detail.vi, detail.en)
}

function unknownDimension (pointer: string, dimension: string): StoredProblem {
  const shown = visibleCode(dimension)
  return problem(pointer, 'unknown_dimension', `Không có phân tổ “${shown}”.`, `There is no dimension "${shown}".`)
}

function unknownMember (pointer: string, dimension: string, member: string, known: ReadonlySet<string>): StoredProblem {
  const { vi, en } = quoted(member, code => known.has(code))
  return problem(pointer, 'unknown_member',
    `Phân tổ “${dimension}” không có ${vi}`, `The dimension "${dimension}" has no member ${en}`)
}

/** A name as it was read, at the end of a sentence, and the one that was meant where there is such a one. */
function quoted (name: string, exists: (name: string) => boolean): { vi: string, en: string } {
  const [shown, meant] = [visibleCode(name), meantCode(name, exists)]
  if (meant === undefined) return { vi: `“${shown}”.`, en: `"${shown}".` }
  return { vi: `“${shown}”; có phải là “${meant}”?`, en: `"${shown}"; did you mean "${meant}"?` }
}

export function judgePeriod (period: Period, indicator: IndicatorFacts, day: CivilDate): StoredProblem[] {
  if (!indicator.frequencies.includes(period.frequency)) {
    const named = indicator.frequencies.join(', ')
    return [problem('/period', 'period_mismatch',
      `${indicator.code} được báo cáo theo kỳ “${named}”; ${period.code} là kỳ “${period.frequency}”.`,
      `${indicator.code} is reported ${named}; ${period.code} is ${period.frequency}.`)]
  }
  const { from } = windowOf(period, indicator.calendar)
  if (compareDates(from, day) <= 0) return []
  return [problem('/period', 'period_not_open',
    `Kỳ ${period.code} chưa bắt đầu: mở từ ngày ${from}.`,
    `The period ${period.code} has not begun: it opens on ${from}.`)]
}

export function judgePlace (
  agency: AgencyFacts, indicator: IndicatorFacts, end: CivilDate, context: PushContext
): StoredProblem[] {
  const problems: StoredProblem[] = []
  if (!context.mayReport(agency, indicator.code, end)) {
    problems.push(problem('/agency', 'not_assigned',
      `Client này không được cấp quyền báo cáo ${indicator.code} cho ${agency.code}.`,
      `This client may not report ${indicator.code} for ${agency.code}.`))
  }
  if (indicator.scopes.length > 0 && !indicator.scopes.some(scope => inScope(scope, agency))) {
    problems.push(problem('/agency', 'agency_not_in_scope',
      `${agency.code} không thuộc phạm vi của mục tiêu nào của ${indicator.code}.`,
      `${agency.code} is in the scope of no target of ${indicator.code}.`))
  }
  return problems
}

export function judgeLife (agency: AgencyFacts, period: Period, window: Window): StoredProblem[] {
  const alive = agency.lives.some(life =>
    compareDates(life.from, window.to) <= 0 && (life.to === null || compareDates(life.to, window.from) >= 0))
  if (alive) return []
  const time = `${period.code} (${window.from} … ${window.to})`
  return [problem('/agency', 'agency_not_valid_in_period',
    `${agency.code} không tồn tại trong kỳ ${time}.`, `${agency.code} did not exist in ${time}.`)]
}

export function observedBefore (observedAt: string, { code }: Period, { from }: Window): StoredProblem {
  return problem('/observedAt', 'observed_before_period',
    `“observedAt” ${observedAt} nằm trước ngày bắt đầu kỳ ${code} (${from}): ` +
      'khi đó chưa thể có số liệu của kỳ. Hãy kiểm tra kỳ và năm.',
    `\`observedAt\` ${observedAt} lies before ${code} began (${from}): ` +
      'nothing of it could be observed. Check the period and the year.')
}

export function observedInFuture (observedAt: string): StoredProblem {
  return problem('/observedAt', 'observed_in_future',
    `“observedAt” ${observedAt} nằm trong tương lai.`, `\`observedAt\` ${observedAt} lies in the future.`)
}
