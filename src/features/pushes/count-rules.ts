import type { StoredProblem } from '../../db/schema/index.js'
import { addDays, type CivilDate } from '../../domain/date.js'
import type { Period } from '../../domain/period.js'
import { rollsUp } from '../../domain/rollup.js'
import { heirOf, type Succession } from '../../domain/succession.js'
import { addsPeriodsByParts, breakdownOf, eligibleSlots, isRolledUpByParts } from '../../domain/status/index.js'
import type { Timeline } from '../../world/structure.js'
import { reported } from '../../world/reporters.js'
import type { TargetInForce } from '../../world/figures.js'
import { scopeOf } from '../../world/scope.js'
import type { Use, Uses } from './count-notices.js'
import { problem } from './row-problem.js'

/** What is looked at to tell whether a figure will count: as a status looks at it, so that the two cannot disagree. */
export interface Standing {
  /** The targets of the indicator that are in force. */
  targets: readonly TargetInForce[]
  timeline: Timeline
  successions: readonly Succession[]
}

const ANYTHING: Uses = { uses: [] }

/**
 * Which targets take an agency's figure for the period, on the day that a status looks at the period's structure: its
 * last day, or today while it runs. An indicator without targets, and a period before any plan, are pushed for the
 * series: nothing is said. What does not hang on the agency is found once.
 */
export function usesIn (
  period: Period, window: { to: CivilDate }, today: CivilDate, { targets, timeline, successions }: Standing
): (agency: string) => Uses {
  if (targets.length === 0 || targets.every(({ target }) => period.year < target.planYear)) return () => ANYTHING
  const { indicator } = targets[0]!
  const asking = targets.filter(item => asksFor(item, period, window))
  if (asking.length === 0) {
    const nobodyAsks: Uses = { nothing: notAsked(indicator.code, period.code), uses: [] }
    return () => nobodyAsks
  }
  const day = window.to < today ? window.to : today
  const structure = timeline.on(day)
  const takers = asking.map(item => takerOf(item, period, scopeOf(item, structure, new Map())))
  return agency => {
    const uses = takers.flatMap(useFor => useFor(agency) ?? [])
    if (uses.length > 0) return { uses }
    const until = structure.former.get(agency)?.until
    if (until === undefined) return { nothing: agencyNotCounted(agency, day, asking, indicator.code), uses }
    const heir = heirOf(successions, agency, indicator.code, addDays(until, 1))
    return { nothing: agencyEnded(agency, until, period, indicator.code, heir), uses }
  }
}

/** What a target in force does with the figure of an agency; undefined where it does not take it. */
function takerOf (
  item: TargetInForce, period: Period, inScope: ReturnType<typeof scopeOf>
): (agency: string) => Use | undefined {
  const { target, indicator, calendar } = item
  const { dimension, member } = target.scope
  const scope = reported(item, inScope)
  const members = new Set(scope.members.map(({ code }) => code))
  const common = { target: target.id, quantifier: target.quantifier }
  const isOverTime = addsPeriodsByParts(period, indicator, eligibleSlots(target, indicator, calendar))
  const overTime = isOverTime ? 'periods' as const : undefined
  const byMembers = isRolledUpByParts(target, indicator) ? 'members' as const : undefined
  const ofMember: Use = dimension !== undefined && member === undefined
    ? { ...common, dimension, addsParts: byMembers ?? overTime }
    : { ...common, breakdownKey: keyOf(breakdownOf(target)), addsParts: byMembers ?? overTime }
  // beside figures of members one of the whole is only shown
  const isBeside = target.quantifier === 'aggregate' && rollsUp(indicator.aggregation) && members.size > 0
  const ofWhole: Use = ofMember.dimension === undefined
    ? { ...ofMember, addsParts: isBeside ? undefined : overTime }
    : ofMember
  return agency => scope.whole?.code === agency ? ofWhole : members.has(agency) ? ofMember : undefined
}

function asksFor (
  { target, indicator, calendar, effectiveFrom }: TargetInForce, period: Period, window: { to: CivilDate }
): boolean {
  if (target.state === 'dropped' && window.to >= effectiveFrom) return false
  return eligibleSlots(target, indicator, calendar).some(slot => slot.period.code === period.code)
}

function keyOf (breakdown: Readonly<Record<string, string>>): string {
  return Object.entries(breakdown).map(([dimension, member]) => `${dimension}=${member}`).join(';')
}

function notAsked (indicator: string, period: string): StoredProblem {
  return problem('/period', 'period_not_asked',
    `Không mục tiêu nào của ${indicator} đang hiệu lực cần số liệu kỳ ${period} (đã qua hạn, hoặc đã bỏ): số liệu ` +
    'được lưu nhưng không được tính vào tình trạng của mục tiêu nào. Hãy kiểm tra kỳ.',
    `No target of ${indicator} in force asks for ${period} (past its due date, or dropped): the figure is kept and ` +
    'enters no status. Check the period.')
}

function agencyEnded (
  agency: string, until: CivilDate, { code }: Period, indicator: string, heir: string | undefined
): StoredProblem {
  const next = heir === undefined
    ? {
        vi: 'Chưa rõ cơ quan nào tiếp nhận: hãy hỏi người quản lý danh mục.',
        en: 'Nobody clearly goes on with it: ask those who keep the registry.'
      }
    : { vi: `Hãy báo cáo cho ${heir}, cơ quan tiếp nhận.`, en: `Report for ${heir}, which goes on with it.` }
  return problem('/agency', 'agency_ended',
    `${agency} kết thúc hoạt động ngày ${until}, trước khi hết kỳ ${code}: số liệu ${indicator} được lưu cho riêng ` +
    `cơ quan này và không được tính vào tình trạng của mục tiêu nào. ${next.vi}`,
    `${agency} ended on ${until}, before ${code} did: its figure of ${indicator} is kept as its own and enters no ` +
    `status. ${next.en}`)
}

function agencyNotCounted (
  agency: string, day: CivilDate, asking: readonly TargetInForce[], indicator: string
): StoredProblem {
  const targets = asking.map(({ target }) => target.id).join(', ')
  return problem('/agency', 'agency_not_counted',
    `Ngày ${day}, ${agency} không phải là cơ quan mà mục tiêu (${targets}) của ${indicator} lấy số liệu: số liệu ` +
    'được lưu nhưng không được tính vào tình trạng của mục tiêu nào. Cơ quan phải báo cáo: ' +
    `/v1/obligations?indicator=${indicator}.`,
    `On ${day}, ${agency} is none of those from whom the targets (${targets}) of ${indicator} take their figures: ` +
    `the figure is kept and enters no status. Who owes one: /v1/obligations?indicator=${indicator}.`)
}
