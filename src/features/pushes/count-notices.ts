import type { StoredProblem } from '../../db/schema/index.js'
import type { Window } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import type { Period } from '../../domain/period.js'
import { problem } from './row-problem.js'
import type { Quantifier } from '../../domain/words.js'

/** What a figure for the agency and the period counts for. */
export interface Uses {
  /** Why it counts for nothing at all, whatever its figure is. */
  readonly nothing?: StoredProblem
  /** One for each target that takes it. */
  readonly uses: readonly Use[]
}

export interface Use {
  readonly target: string
  /** The breakdown that the target takes, by `breakdownKeyOf`; of a dimension with all its members, the dimension. */
  readonly breakdownKey?: string
  readonly dimension?: string
  readonly quantifier: Quantifier
  /** Over what numerators and denominators are added up, so that a bare share is left out. */
  readonly addsParts?: 'members' | 'periods' | undefined
}

/**
 * What is said of a row with this breakdown and figure; a breakdown that no target asks for is detail, and nobody
 * expects it to count.
 */
export function noticeOf (
  { nothing, uses }: Uses, breakdownKey: string, hasParts: boolean, indicator: string
): StoredProblem | undefined {
  if (breakdownKey === '' && nothing !== undefined) return nothing
  if (uses.length === 0) return undefined
  const taking = uses.filter(({ breakdownKey: key, dimension, quantifier }) => dimension === undefined
    ? key === breakdownKey
    : (breakdownKey === ''
        ? quantifier === 'aggregate'
        : breakdownKey.startsWith(`${dimension}=`) && !breakdownKey.includes(';')))
  if (taking.length === 0) return breakdownKey === '' ? breakdownMissing(uses, indicator) : undefined
  if (hasParts) return undefined
  const lost = taking.filter(({ addsParts, dimension }) =>
    addsParts !== undefined && (dimension === undefined || breakdownKey !== ''))
  if (lost.length === 0) return undefined
  return lost.some(({ addsParts }) => addsParts === 'members')
    ? withoutParts(indicator, lost)
    : withoutPartsOverTime(indicator, lost)
}

const namesOf = (uses: readonly Use[]) => uses.map(({ target }) => target).join(', ')

function withoutParts (indicator: string, lost: readonly Use[]): StoredProblem {
  return problem('/value', 'without_parts',
    `Số liệu được nhận nhưng không được cộng vào ${namesOf(lost)}: ${indicator} cộng tử số và mẫu số của các đơn vị. ` +
    'Hãy gửi “numerator” và “denominator”; chừng nào chưa gửi, đơn vị bị tính là còn thiếu số liệu.',
    `The figure is kept, but is not added up in ${namesOf(lost)}: ${indicator} adds numerators and denominators of ` +
    'its members. Send `numerator` and `denominator`; until then the member counts as missing.')
}

function withoutPartsOverTime (indicator: string, lost: readonly Use[]): StoredProblem {
  return problem('/value', 'without_parts',
    `Số liệu được nhận nhưng không cộng được với các kỳ khác trong ${namesOf(lost)}: ${indicator} là tỷ lệ trong kỳ, ` +
    'cộng tử số và mẫu số qua các kỳ. Hãy gửi “numerator” và “denominator”; chừng nào chưa gửi, kỳ này bị tính là ' +
    'còn thiếu trong tổng.',
    `The figure is kept, but cannot be added to those of other periods in ${namesOf(lost)}: of ${indicator} the ` +
    'numerators and denominators of the periods are added. Send `numerator` and `denominator`; until then the ' +
    'period counts as missing in the sum.')
}

function breakdownMissing (uses: readonly Use[], indicator: string): StoredProblem {
  const keys = [
    ...new Set(uses.map(({ dimension, breakdownKey }) => dimension ?? breakdownKey?.split('=')[0]))
  ].join(', ')
  return problem('/breakdown', 'breakdown_missing',
    `Mục tiêu (${namesOf(uses)}) của ${indicator} cần số liệu theo phân tổ ${keys}: số liệu chung được lưu nhưng ` +
    'không được tính vào tình trạng của mục tiêu nào. Hãy gửi kèm “breakdown”.',
    `The targets (${namesOf(uses)}) of ${indicator} ask for figures by ${keys}: one for the whole is kept and enters ` +
    'no status. Send it with its `breakdown`.')
}

/**
 * `early` makes the figure wait for a review; one long after may be a recount, and is only pointed out, where a target
 * takes it.
 */
export function doubtOf (
  place: 'early' | 'long_after', observedAt: string | undefined,
  { period: { code }, window, following }: {
    period: Period, window: Window, following: Window | undefined
  }, today: CivilDate
): StoredProblem {
  if (place === 'early') {
    const when = observedAt === undefined
      ? {
          vi: `Không có “observedAt” nên lấy ngày gửi, ${today}: đó`,
          en: `Without \`observedAt\` it is of the day of the push, ${today}, which`
        }
      : { vi: `“observedAt” ${observedAt}`, en: `\`observedAt\` ${observedAt}` }
    return problem('/observedAt', 'observed_early',
      `${when.vi} là những ngày đầu của kỳ ${code} (từ ${window.from}), chưa phản ánh được cả kỳ: số liệu chờ duyệt ` +
      'và không được tính trước khi hết kỳ. Hãy kiểm tra kỳ và năm.',
      `${when.en} lies in the first days of ${code} (from ${window.from}) and says nothing yet of all of it: the ` +
      'figure awaits review, and does not count before the period is over. Check the period and the year.')
  }
  return problem('/observedAt', 'observed_long_after',
    `“observedAt” ${observedAt} nằm sau cả kỳ tiếp theo kỳ ${code} (hết ngày ${following!.to}). Nếu không phải số ` +
    'liệu rà soát lại, hãy kiểm tra kỳ và năm.',
    `\`observedAt\` ${observedAt} lies after the period that follows ${code} was over too (${following!.to}). Unless ` +
    'it is a recount, check the period and the year.')
}
