import type { Queryable } from '../../db/client.js'
import { compare, parseDecimal } from '../../domain/decimal.js'
import { leaps, looksGrouped, MAGNITUDE, ungrouped } from '../../domain/magnitude.js'
import { parsePeriod } from '../../domain/period.js'
import { periodBefore } from '../../domain/quality.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { FigureKey } from './quality-rules.js'
import type { Pusher, PusherOf } from './pusher.js'
import type { Rule } from './quality.js'
import type { Figure } from './figure.js'
import { writtenFigure, type JudgedRow, type Unstored } from './judged-row.js'
import { problem, warn } from './row-problem.js'
import { keyOf, type IndicatorFacts, type PushFacts, type ResolvedRow } from './row.js'
import { findLeaping, findNewestRevisions } from './store.js'
import type { TimeBasis } from '../../domain/words.js'

type Field = 'value' | 'numerator' | 'denominator'

interface Subject {
  row: JudgedRow
  figure: ResolvedRow
  indicator: IndicatorFacts
  fields: readonly Field[]
  before: FigureKey | undefined
  pusher: Pusher
}

/** What a number is held against, and what that is called. */
interface Measure { figure: Figure, vi: string, en: string }

const WORDS = {
  value: { vi: 'Giá trị', en: 'The value' },
  numerator: { vi: 'Tử số', en: 'The numerator' },
  denominator: { vi: 'Mẫu số', en: 'The denominator' }
} satisfies Record<Field, { vi: string, en: string }>

/**
 * Warns of numbers that lie in another order of magnitude than the figure of the period before, or, without one, than
 * the figure that is corrected (domain/magnitude.ts); and, with neither, of those that may be counts with a mark at
 * their thousands. Either makes the figure await review. One statement, an index probe for each row with a number to
 * hold against one that is not of this push, and none where there is no such row; a second one for those that leap. A
 * rule about the change of a field takes the place of all this.
 */
export async function heedMagnitudes (
  db: Queryable, rows: readonly JudgedRow[], rules: readonly Rule[], facts: PushFacts, pusherOf: PusherOf,
  { left, beside }: Unstored
): Promise<void> {
  const subjects: Subject[] = []
  for (const row of rows) {
    const figure = writtenFigure(row)
    if (figure === undefined) continue
    const indicator = facts.indicators.get(figure.indicator)!
    const fields = withoutRuled(fieldsOf(figure, indicator), rules, figure.indicator)
    if (fields.length > 0) {
      subjects.push({ row, figure, indicator, fields, before: keyBefore(figure, indicator), pusher: pusherOf(row.row) })
    }
  }
  if (subjects.length === 0) return
  const pushed = new Map<string, { figure: ResolvedRow, pusher: Pusher }>()
  for (const list of [beside, rows]) {
    for (const row of list) {
      const figure = writtenFigure(row)
      if (figure !== undefined) pushed.set(figure.key, { figure, pusher: pusherOf(row.row) })
    }
  }
  /** What another has pushed in the same transaction is not there yet. */
  const besideIt = ({ pusher }: Subject, key: string): Figure | undefined => {
    const other = pushed.get(key)
    return other?.pusher === pusher ? other.figure : undefined
  }
  const asked: { subject: Subject, key: FigureKey, figure: Figure }[] = []
  for (const subject of subjects) {
    const { before: key, figure } = subject
    if (key !== undefined && besideIt(subject, key.key) === undefined && !left.has(key.key)) {
      asked.push({ subject, key, figure })
    }
  }
  const isGrouped = groupedFields(subjects)
  const leaping = await findLeaping(db, asked, MAGNITUDE)
  // of the others what is stored decides nothing
  const closer = asked.filter((
    { subject: { row, figure, indicator, fields } }, i
  ) => leaping.has(i) || fields.some(field =>
    isGrouped(indicator.code, field) ||
      (row.replaces?.[field] !== undefined && leaps(figure[field]!, row.replaces[field]))))
  const stored = await findNewestRevisions(db, closer.map(({ key }) => key))
  const hidden = await listHidden(closer, stored)
  const standing = (subject: Subject, key: string): Figure | undefined => {
    if (left.has(key)) return left.get(key)
    const revision = stored.get(key)
    if (hidden.has(subject)) return revision?.accepted
    // what was returned or withdrawn was found wrong, and is no measure
    return revision?.state === 'accepted' || revision?.state === 'submitted' ? revision : undefined
  }
  for (const subject of subjects) {
    const { row, figure, indicator, fields, before } = subject
    const earlier = before && (besideIt(subject, before.key) ?? standing(subject, before.key))
    const measures: Measure[] = [
      ...earlier === undefined ? [] : [{ figure: earlier, vi: `của kỳ ${before!.period}`, en: `of ${before!.period}` }],
      ...row.replaces === undefined
        ? []
        : [{ figure: row.replaces, vi: 'đã lưu của chính kỳ này', en: 'stored for this very period' }]
    ]
    const said = fields.flatMap(field =>
      judgeField(field, figure, indicator, measures, isGrouped(indicator.code, field)) ?? [])
    if (said.length === 0) continue
    warn(row, said)
  }
}

/**
 * Subjects that are not held against a figure that awaits review, since it is of an agency that is not their pusher's
 * own.
 */
async function listHidden (
  asked: readonly { subject: Subject, key: FigureKey }[], stored: ReadonlyMap<string, { state: string }>
): Promise<ReadonlySet<Subject>> {
  const pending = asked.filter(({ key }) => stored.get(key.key)?.state === 'submitted')
  const hidden = new Set<Subject>()
  for (const pusher of new Set(pending.map(({ subject }) => subject.pusher))) {
    const of = pending.filter(({ subject }) => subject.pusher === pusher)
    const own = await pusher.own(of.map(({ key }) => key))
    for (const { subject, key } of of) if (!own.has(key.key)) hidden.add(subject)
  }
  return hidden
}

const PARTS: readonly Field[] = ['numerator', 'denominator']
const VALUE: readonly Field[] = ['value']
const NONE: readonly Field[] = []

/**
 * A part always; a count or number where nothing bounds it from above, or where it looks like a count with a point at
 * its thousands.
 */
function fieldsOf (figure: Figure, indicator: IndicatorFacts): readonly Field[] {
  if (figure.numerator !== undefined) return PARTS
  if (indicator.valueKind !== 'count' && indicator.valueKind !== 'number') return NONE
  return indicator.maximum === null || mayBeGrouped(figure.value!, indicator) ? VALUE : NONE
}

function judgeField (
  field: Field, figure: Figure, indicator: IndicatorFacts, measures: readonly Measure[], isGrouped: boolean
): StoredProblem | undefined {
  const text = figure[field]!
  const words = WORDS[field]
  const measure = measures.find(({ figure }) => figure[field] !== undefined)
  if (measure !== undefined) {
    const before = measure.figure[field]!
    if (!leaps(text, before)) return undefined
    return problem(`/${field}`, 'magnitude_changed',
      `${words.vi} ${text} chênh lệch quá lớn so với ${before} ${measure.vi}: gấp ${MAGNITUDE.factor} lần trở lên, ` +
      `hoặc chỉ bằng một phần ${MAGNITUDE.factor} trở xuống. Hãy kiểm tra dấu ngăn cách hàng nghìn và đơn vị; số ` +
      'liệu chờ duyệt.',
      `${words.en} ${text} is of another magnitude than the ${before} ${measure.en}: ${MAGNITUDE.factor} times as ` +
      `much or more, or a ${MAGNITUDE.factor}rd or less. Check thousands marks and the unit; the figure awaits review.`)
  }
  if (!isGrouped || !mayBeGrouped(text, field === 'value' ? indicator : indicator[field] ?? {})) return undefined
  return problem(`/${field}`, 'thousands_mark',
    `${words.vi} ${text} có thể là ${ungrouped(text)} viết với dấu ngăn cách hàng nghìn, và chưa có số liệu trước để ` +
    `so. Nếu đúng vậy, hãy gửi ${ungrouped(text)}; số liệu chờ duyệt.`,
    `${words.en} ${text} may be ${ungrouped(text)} written with a mark at the thousands, and there is no figure ` +
    `before it to tell. If so, send ${ungrouped(text)}; the figure awaits review.`)
}

/**
 * Of which indicators all numbers of the push look like counts with a point at their thousands: "0.450" among them
 * says that they are none.
 */
function groupedFields (subjects: readonly Subject[]): (indicator: string, field: Field) => boolean {
  const others = new Set<string>()
  for (const { figure, fields } of subjects) {
    for (const field of fields) if (!looksGrouped(figure[field]!)) others.add(`${figure.indicator} ${field}`)
  }
  return (indicator, field) => !others.has(`${indicator} ${field}`)
}

/** Without its point it would be within the bounds. */
function mayBeGrouped (text: string, { minimum, maximum }: Bounds): boolean {
  if (!looksGrouped(text)) return false
  const exact = parseDecimal(ungrouped(text))!
  if (minimum != null && compare(exact, parseDecimal(minimum)!) < 0) return false
  return maximum == null || compare(exact, parseDecimal(maximum)!) <= 0
}

interface Bounds { minimum?: string | null | undefined, maximum?: string | null | undefined }

function withoutRuled (fields: readonly Field[], rules: readonly Rule[], indicator: string): readonly Field[] {
  if (rules.length === 0) return fields
  return fields.filter(field => !rules.some(({ check, aggregations }) =>
    check.kind === 'change' && (check.part ?? 'value') === field && aggregations.has(indicator)))
}

/** Codes of periods before, by time basis and code. */
const BEFORE: Record<TimeBasis, Map<string, string | undefined>> = {
  end_of_period: new Map(), during_period: new Map(), year_to_date: new Map()
}

function keyBefore (
  { indicator, agency, breakdownKey, period: code }: ResolvedRow, { timeBasis }: IndicatorFacts
): FigureKey | undefined {
  const known = BEFORE[timeBasis]
  if (!known.has(code)) known.set(code, periodBefore(parsePeriod(code)!, timeBasis)?.code)
  const period = known.get(code)
  if (period === undefined) return undefined
  return { indicator, agency, breakdownKey, period, key: keyOf({ indicator, agency, breakdownKey, period }) }
}
