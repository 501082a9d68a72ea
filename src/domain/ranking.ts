import { add, compare, divide, HUNDRED, multiply, ONE, rational, ZERO, type Rational } from './decimal.js'
import type { Quantity } from './rollup.js'
import { meets } from './status/assess.js'
import { decimal } from './trajectory.js'
import type { Aggregation, Direction, Operator, Quantifier } from './words.js'
import type { LocalText } from './text.js'

/** How agencies are put in an order. A version never changes: another way of reckoning is another version. */
export interface RankingMethod {
  readonly code: 'attainment'
  readonly version: number
  /** In the province: what is asked as of an earlier day is reckoned by the version before. */
  readonly since: string
  readonly name: LocalText
  readonly text: LocalText
}

export const RANKING_CODES = ['attainment'] as const

export const RANKING_METHODS: readonly RankingMethod[] = [{
  code: 'attainment',
  version: 1,
  since: '2024-01-01',
  name: { vi: 'Mức độ đạt mục tiêu', en: 'Attainment of the targets' },
  text: {
    vi: 'Điểm = trung bình cộng mức đạt của mọi chỉ tiêu mà cơ quan phải báo cáo × 100. ' +
      'Mức đạt là 1 nếu số liệu đạt mục tiêu (phần được giao riêng cho cơ quan nếu có, nếu không thì mục tiêu ' +
      'chung); nếu chưa đạt là phần đường đã đi, từ 0 đến 1: ' +
      'càng cao càng tốt thì giá trị ÷ mục tiêu, càng thấp càng tốt thì mục tiêu ÷ giá trị, “bằng” thì số nhỏ ÷ số ' +
      'lớn; mục tiêu bằng 0 hoặc âm mà chưa đạt là 0. ' +
      'Chỉ tính số liệu đã chấp nhận. Thiếu số liệu tính là 0 và được nêu tên; mẫu số bằng 0 thì chỉ tiêu không áp ' +
      'dụng và không tính. ' +
      'Kỳ: kỳ được hỏi; nếu không, với từng chỉ tiêu, kỳ mới nhất đã kết thúc mà đã quá hạn báo cáo hoặc mọi cơ quan ' +
      'đã có số liệu. ' +
      'Xếp hạng theo số đúng, không theo số đã làm tròn; bằng điểm thì cùng hạng (1, 2, 2, 4), xếp theo mã; cơ quan ' +
      'chưa có số liệu nào không được xếp hạng.',
    en: 'Score = the mean attainment over every indicator of which the agency owes a figure × 100. ' +
      'Attainment is 1 where the figure meets the demand (the part handed down to the agency if there is one, else ' +
      'the common target); short of it the share of the way, from 0 to 1: ' +
      'value ÷ target where higher is better, target ÷ value where lower is, the smaller ÷ the larger for "exactly"; ' +
      'a target of 0 or below that is not met is 0. ' +
      'Only accepted figures count. A missing figure counts as 0 and is named; a denominator of 0 makes the ' +
      'indicator not applicable, and it is left out. ' +
      'Period: the one asked for; else, for each indicator, the newest that is over and is past its deadline or ' +
      'reported by all. ' +
      'Ranked on the exact number, never the rounded one; equal scores share a rank (1, 2, 2, 4), in the order of ' +
      'codes; an agency without any figure is not ranked.'
  }
}, {
  code: 'attainment',
  version: 2,
  since: '2026-11-29',
  name: { vi: 'Mức độ đạt mục tiêu', en: 'Attainment of the targets' },
  text: {
    vi: 'Điểm = trung bình cộng mức đạt của mọi chỉ tiêu được tính × 100. ' +
      'Mức đạt là 1 nếu số liệu đạt mục tiêu (phần được giao riêng cho cơ quan nếu có, nếu không thì mục ' +
      'tiêu chung); ' +
      'nếu chưa đạt là phần đường đã đi, từ 0 đến 1: càng cao càng tốt thì giá trị ÷ mục tiêu, càng thấp càng tốt ' +
      'thì mục tiêu ÷ giá trị, ' +
      '“bằng” thì số nhỏ ÷ số lớn; mục tiêu bằng 0 hoặc âm mà chưa đạt là 0. ' +
      'Chỉ tính số liệu đã chấp nhận. Thiếu số liệu tính là 0 khi đã quá hạn, và được nêu tên. ' +
      'Không tính: chỉ tiêu không áp dụng (mẫu số bằng 0); số liệu được miễn; số liệu chưa đến hạn, kể cả ' +
      'do gia hạn; ' +
      'và mục tiêu cho tổng của cả phạm vi mà cơ quan không được giao phần riêng: không một cơ quan nào tự mình đạt ' +
      'được tổng. ' +
      'Kỳ: kỳ được hỏi; nếu không, với từng chỉ tiêu, kỳ mới nhất đã kết thúc mà đã quá hạn báo cáo hoặc không còn ' +
      'ai phải báo cáo. ' +
      'Xếp hạng theo số đúng, không theo số đã làm tròn; bằng điểm thì cùng hạng (1, 2, 2, 4), xếp theo mã; cơ quan ' +
      'chưa có số liệu nào được tính thì không được xếp hạng.',
    en: 'Score = the mean attainment over every indicator that counts × 100. ' +
      'Attainment is 1 where the figure meets the demand (the part handed down to the agency if there is one, else ' +
      'the common target); ' +
      'short of it the share of the way, from 0 to 1: value ÷ target where higher is better, target ÷ value where ' +
      'lower is, ' +
      'the smaller ÷ the larger for "exactly"; a target of 0 or below that is not met is 0. ' +
      'Only accepted figures count. A missing figure counts as 0 once its deadline is past, and is named. ' +
      'Left out are: what is not applicable (a denominator of 0); a figure that the agency is excused from; one that ' +
      'is not due yet, by an extension too; ' +
      'and a target for the sum of the whole scope of which the agency has no part of its own: no agency could meet ' +
      'the sum alone. ' +
      'Period: the one asked for; else, for each indicator, the newest that is over and is past its deadline or ' +
      'still to be reported by nobody. ' +
      'Ranked on the exact number, never the rounded one; equal scores share a rank (1, 2, 2, 4), in the order of ' +
      'codes; an agency without any figure that counts is not ranked.'
  }
}]

/** The newest version that was in use on the day; the first one for the days before it. */
export function methodOn (
  code: RankingMethod['code'], day: string, methods: readonly RankingMethod[] = RANKING_METHODS
): RankingMethod {
  const versions = methods.filter(method => method.code === code).sort((a, b) => a.version - b.version)
  const method = versions.findLast(({ since }) => since <= day) ?? versions[0]
  if (method === undefined) throw new RangeError(`no ranking method ${code}`)
  return method
}

export interface Demand { readonly operator: Operator, readonly value: string, readonly direction: Direction }

export type Mark =
  | { readonly kind: 'measured', readonly attainment: Rational, readonly met: boolean }
  | { readonly kind: 'missing' | 'not_applicable' | Aside }

/** Why a demand is not held against an agency. Version 1 of the method knew none of these reasons. */
export type Aside = 'excused' | 'not_due' | 'not_comparable'

export function markOf (quantity: Quantity, demand: Demand): Mark {
  if (quantity.kind === 'nothing') return { kind: 'missing' }
  if (quantity.kind === 'not_applicable') return { kind: 'not_applicable' }
  const demanded = decimal(demand.value)
  if (meets(quantity.value, demand.operator, demanded)) return { kind: 'measured', attainment: ONE, met: true }
  return { kind: 'measured', attainment: shareOfWay(quantity.value, demanded, demand), met: false }
}

/**
 * Whether an agency's figure can be held against a demand. A target for the sum of a whole is no measure for one of its
 * members: it could not be met alone, or where less is better not be missed.
 */
export function isComparable (
  { version }: RankingMethod, demand: { own: boolean, quantifier: Quantifier, aggregation: Aggregation }
): boolean {
  return version === 1 || demand.own || demand.quantifier === 'each' || demand.aggregation !== 'sum'
}

/** `past`: the deadline of the figure, with its extensions, is over. */
export interface Owed { readonly excused: boolean, readonly past: boolean }

/**
 * The mark as it counts in the ranking. Who owes the figure, and until when, is asked only where the mark is missing.
 */
export function setAside ({ version }: RankingMethod, mark: Mark, comparable: boolean, owed: () => Owed): Mark {
  if (!comparable) return { kind: 'not_comparable' }
  if (version === 1 || mark.kind !== 'missing') return mark
  const { excused, past } = owed()
  if (excused) return { kind: 'excused' }
  return past ? mark : { kind: 'not_due' }
}

/** Whether the mark says that the figure may still come. */
export function isAwaited ({ version }: RankingMethod, { kind }: Mark): boolean {
  return kind === (version === 1 ? 'missing' : 'not_due')
}

/** Of a figure that does not meet the demand. */
function shareOfWay (value: Rational, demanded: Rational, { operator, direction }: Demand): Rational {
  if (compare(demanded, ZERO) <= 0 || compare(value, ZERO) <= 0) return ZERO
  const beyond = compare(value, demanded) > 0
  if (operator === 'eq') return beyond ? divide(demanded, value) : divide(value, demanded)
  const share = direction === 'higher_is_better' ? divide(value, demanded) : divide(demanded, value)
  return compare(share, ONE) > 0 ? ONE : share
}

export interface Score {
  /** Indicators that count: measured or missing. */
  readonly expected: number
  readonly measured: number
  readonly met: number
  readonly notApplicable: number
  readonly excused: number
  readonly notDue: number
  readonly notComparable: number
  /** 0…100; undefined without any figure. */
  readonly score: Rational | undefined
  /** The mean over what was measured alone. */
  readonly scoreOfMeasured: Rational | undefined
}

export function scoreOf (marks: readonly Mark[]): Score {
  const measured = marks.filter(mark => mark.kind === 'measured')
  const count = (kind: Mark['kind']) => marks.filter(mark => mark.kind === kind).length
  const expected = measured.length + count('missing')
  const total = multiply(measured.reduce((sum, { attainment }) => add(sum, attainment), ZERO), HUNDRED)
  const over = (count: number) => measured.length === 0 ? undefined : divide(total, rational(BigInt(count)))
  return {
    expected,
    measured: measured.length,
    met: measured.filter(({ met }) => met).length,
    notApplicable: count('not_applicable'),
    excused: count('excused'),
    notDue: count('not_due'),
    notComparable: count('not_comparable'),
    score: over(expected),
    scoreOfMeasured: over(measured.length)
  }
}

export interface Scored { readonly code: string, readonly score: Rational | undefined }

/** Best first; equal scores share a rank and stand in the order of their codes; without a score last, and unranked. */
export function rank<T extends Scored> (entries: readonly T[]): (T & { rank: number | null, tied: boolean })[] {
  const ordered = [...entries].sort((a, b) =>
    byScore(a.score, b.score) || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0))
  return ordered.map(entry => {
    if (entry.score === undefined) return { ...entry, rank: null, tied: false }
    const equal = (other: T) => byScore(other.score, entry.score) === 0
    return { ...entry, rank: ordered.findIndex(equal) + 1, tied: ordered.filter(equal).length > 1 }
  })
}

function byScore (a: Rational | undefined, b: Rational | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return compare(b, a)
}
