import type { Queryable } from '../../db/client.js'
import { compare, parseDecimal } from '../../domain/decimal.js'
import { leaps, looksGrouped, MAGNITUDE, ungrouped } from '../../domain/magnitude.js'
import { parsePeriod, periodAt, isPeriodYear, type Period } from '../../domain/period.js'
import { adjacentPeriod } from '../../domain/quality.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { Rule } from '../quality/push.js'
import type { JudgedRow } from './judge.js'
import type { StoredRevision } from './outcome.js'
import { problem } from './row-problem.js'
import { keyOf, type IndicatorFacts, type PushFacts, type ResolvedRow } from './row.js'
import { findNewestRevisions, type StoredKey } from './store.js'

type Field = 'value' | 'numerator' | 'denominator'
type Figure = Pick<ResolvedRow, Field>

interface Subject { row: JudgedRow & { figure: ResolvedRow }, indicator: IndicatorFacts, fields: readonly Field[], before: StoredKey | undefined }

const WORDS = {
  value: { vi: 'Giá trị', en: 'The value' },
  numerator: { vi: 'Tử số', en: 'The numerator' },
  denominator: { vi: 'Mẫu số', en: 'The denominator' }
} satisfies Record<Field, { vi: string, en: string }>

/**
 * What is counted is held to its order of magnitude (domain/magnitude.ts), and a number that may be a count with a mark at its
 * thousands to there being a figure before it that says otherwise. Either makes the figure wait for a review. Two more probes of an
 * index a row, and none where no numerator is pushed and nothing looks like it. `entered`: a rule about the change of a part is in its place.
 */
export async function heedMagnitudes (
  db: Queryable, rows: readonly JudgedRow[], stored: ReadonlyMap<string, StoredRevision>, entered: readonly Rule[], facts: PushFacts
): Promise<void> {
  const subjects = rows.flatMap((row): Subject[] => {
    const { figure } = row
    if (figure === undefined || (row.outcome !== 'created' && row.outcome !== 'revised')) return []
    const indicator = facts.indicators.get(figure.indicator)!
    const fields = fieldsOf(figure, indicator).filter(field => !isRuled(entered, figure.indicator, field))
    return fields.length === 0 ? [] : [{ row: row as Subject['row'], indicator, fields, before: periodBefore(figure, indicator) }]
  })
  if (subjects.length === 0) return
  const pushed = new Map(rows.flatMap(({ figure, outcome }) => figure !== undefined && (outcome === 'created' || outcome === 'revised') ? [[figure.key, figure]] : []))
  const asked = subjects.flatMap(({ before }) => before === undefined || pushed.has(before.key) ? [] : [before])
  const earlier = await findNewestRevisions(db, asked)
  for (const { row, indicator, fields, before } of subjects) {
    const { figure } = row
    const neighbour: Figure | undefined = before === undefined ? undefined : pushed.get(before.key) ?? standing(earlier.get(before.key))
    const said = fields.flatMap(field => judgeField(field, figure, indicator, [
      { figure: neighbour, vi: `của kỳ ${before?.period}`, en: `of ${before?.period}` },
      { figure: standing(stored.get(figure.key)), vi: 'đã lưu của chính kỳ này', en: 'stored for this very period' }
    ]))
    if (said.length === 0) continue
    row.warnings = [...row.warnings, ...said]
    row.initialState = 'submitted'
  }
}

/** A part always; a value where it looks like a count with a point at its thousands, and could be one. */
function fieldsOf (figure: Figure, indicator: IndicatorFacts): readonly Field[] {
  if (figure.numerator !== undefined) return ['numerator', 'denominator']
  return looksGrouped(figure.value!) && mayBe(ungrouped(figure.value!), indicator) ? ['value'] : []
}

function judgeField (field: Field, figure: Figure, indicator: IndicatorFacts, others: readonly { figure: Figure | undefined, vi: string, en: string }[]): StoredProblem[] {
  const text = figure[field]!
  const words = WORDS[field]
  const known = others.filter(other => other.figure?.[field] !== undefined)
  const other = known.find(({ figure }) => leaps(text, figure![field]!))
  if (other !== undefined) {
    const before = other.figure![field]!
    return [problem(`/${field}`, 'magnitude_changed',
      `${words.vi} ${text} khác cỡ so với ${before} ${other.vi}: gấp ${MAGNITUDE.factor} lần trở lên, hoặc chỉ bằng một phần ${MAGNITUDE.factor} trở xuống. Hãy kiểm tra dấu ngăn cách hàng nghìn và đơn vị; số liệu chờ duyệt.`,
      `${words.en} ${text} is of another magnitude than the ${before} ${other.en}: ${MAGNITUDE.factor} times as much or more, or a ${MAGNITUDE.factor}th or less. Check thousands marks and the unit; the figure awaits review.`)]
  }
  if (known.length > 0 || !looksGrouped(text) || !mayBe(ungrouped(text), field === 'value' ? indicator : indicator[field] ?? {})) return []
  return [problem(`/${field}`, 'thousands_mark',
    `${words.vi} ${text} có thể là ${ungrouped(text)} viết với dấu ngăn cách hàng nghìn, và chưa có số liệu trước để so. Nếu đúng vậy, hãy gửi ${ungrouped(text)}; số liệu chờ duyệt.`,
    `${words.en} ${text} may be ${ungrouped(text)} written with a mark at the thousands, and there is no figure before it to tell. If so, send ${ungrouped(text)}; the figure awaits review.`)]
}

function mayBe (text: string, { minimum, maximum }: { minimum?: string | null | undefined, maximum?: string | null | undefined }): boolean {
  const exact = parseDecimal(text)!
  return !(minimum != null && compare(exact, parseDecimal(minimum)!) < 0) && !(maximum != null && compare(exact, parseDecimal(maximum)!) > 0)
}

function isRuled (entered: readonly Rule[], indicator: string, field: Field): boolean {
  return entered.some(({ check, aggregations }) => check.kind === 'change' && (check.part ?? 'value') === field && aggregations.has(indicator))
}

/** Counted from the beginning of the year, a year's first figure is like the first of the year before, and not like its last. */
function periodBefore (figure: ResolvedRow, { timeBasis }: IndicatorFacts): StoredKey | undefined {
  const period = parsePeriod(figure.period)!
  const before = timeBasis === 'year_to_date' && period.index === 1 ? yearBefore(period) : adjacentPeriod(period, -1)
  if (before === undefined) return undefined
  const { indicator, agency, breakdownKey } = figure
  const named = { indicator, agency, breakdownKey, period: before.code }
  return { ...named, key: keyOf(named) }
}

function yearBefore ({ frequency, year, index }: Period): Period | undefined {
  return isPeriodYear(year - 1) ? periodAt(frequency, year - 1, index) : undefined
}

/** What was returned or withdrawn was found wrong, and is no measure. */
function standing (revision: StoredRevision | undefined): Figure | undefined {
  return revision?.state === 'accepted' || revision?.state === 'submitted' ? revision as Figure : undefined
}
