import type { Queryable } from '../../db/client.js'
import type { StoredText } from '../../db/schema/index.js'
import { comparePeriods, parsePeriod, type Period } from '../../domain/period.js'
import { isCounted, type Figure } from '../../domain/status/index.js'
import { column, named, type Column } from '../../http/columns.js'
import { breakdownColumn } from '../measurements/export-columns.js'
import { presentValue } from '../pushes/figure.js'
import { breakdownKeyOf } from '../../domain/breakdown.js'
import { loadNames, type Names } from '../names.js'
import { PUBLIC } from '../../world/sight.js'
import { listDimensionMembers, listFigures, listTargetsInForce } from '../../world/figures.js'
import type { NamedObligation } from './load.js'
import { QUALITIES } from '../../domain/words.js'

/** What an agency still has to send: the states of an obligation whose figure is missing or was sent back. */
const OWED: ReadonlySet<NamedObligation['state']> = new Set(['not_due', 'due', 'overdue', 'returned'])
/** How far back the last figure is looked for. */
const YEARS_BACK = 2

/** A row to be filled in: what it is about, in the columns of a push, and what helps to fill it. */
export interface TemplateRow {
  readonly indicator: string
  readonly agency: string
  readonly period: string
  readonly breakdown: Readonly<Record<string, string>>
  readonly names: {
    readonly indicator: StoredText, readonly agency: StoredText, readonly numerator?: StoredText,
    readonly denominator?: StoredText
  }
  readonly units: {
    readonly value: string, readonly numerator?: string | undefined, readonly denominator?: string | undefined
  }
  readonly decimals: { readonly value: number, readonly numerator: number, readonly denominator: number }
  /** A share is sent as its parts, which alone can be added up. */
  readonly byParts: boolean
  readonly deadline: string
  readonly state: string
  readonly last: {
    readonly period: string, readonly value: string | null, readonly numerator?: string | undefined,
    readonly denominator?: string | undefined
  } |
    undefined
  readonly obligation: string
}

/** The rows that answer these obligations: of one that is owed for each member of a dimension, a row for each. */
export async function loadTemplate (
  db: Queryable, obligations: readonly NamedObligation[], isStateAsked: boolean, { on, at }: { on: string, at: string }
): Promise<TemplateRow[]> {
  const owed = isStateAsked ? obligations : obligations.filter(({ state }) => OWED.has(state))
  if (owed.length === 0) return []
  const indicators = [...new Set(owed.map(({ indicator }) => indicator))]
  const targets = await listTargetsInForce(db, { indicators }, { on, at })
  const dimensions = await listDimensionMembers(
    db, [...new Set(targets.flatMap(({ target }) => target.scope.dimension ?? []))], at
  )
  const scopes = new Map(targets.map(({ target: { id, scope, quantifier } }) =>
    [id, breakdownsOf(scope, quantifier, dimensions)]))
  const wanted = owed.map(one => ({ one, breakdowns: distinct(one.targets.flatMap(id => scopes.get(id) ?? [{}])) }))
  const years = owed.map(({ period }) => period.year)
  const { figures } = await listFigures(db, {
    sight: PUBLIC,
    of: 'figures',
    at,
    indicators,
    fromYear: Math.min(...years) - YEARS_BACK,
    toYear: Math.max(...years),
    agencies: [...new Set(owed.map(({ subject }) => subject))],
    breakdownKeys: [...new Set(wanted.flatMap(({ breakdowns }) => breakdowns.map(breakdownKeyOf)))]
  })
  const lastOf = indexLast(figures)
  const names = await loadNames(db, at)
  return wanted.flatMap(({ one, breakdowns }) =>
    breakdowns.map(breakdown => rowOf(one, breakdown, names, lastOf(one, breakdownKeyOf(breakdown)))))
}

type Breakdown = Record<string, string>
interface Scope { readonly dimension?: string | undefined, readonly member?: string | undefined }

/** The break-downs that a target's figure is owed in: the whole, one member, or, where each must pass, all of them. */
function breakdownsOf (
  { dimension, member }: Scope, quantifier: string, members: ReadonlyMap<string, readonly { code: string }[]>
): Breakdown[] {
  if (dimension === undefined) return [{}]
  if (member !== undefined) return [{ [dimension]: member }]
  return quantifier === 'each' ? (members.get(dimension) ?? []).map(({ code }) => ({ [dimension]: code })) : [{}]
}

function distinct (breakdowns: readonly Breakdown[]): Breakdown[] {
  return [...new Map(breakdowns.map(one => [breakdownKeyOf(one), one])).values()]
}

/** Of an obligation the newest figure that counts, of a period of the same length up to its own. */
function indexLast (figures: ReadonlyMap<string, readonly Figure[]>) {
  const lines = new Map<string, { period: Period, figure: Figure }[]>()
  for (const [indicator, all] of figures) {
    for (const figure of all) {
      const period = parsePeriod(figure.period)
      if (period === undefined || !isCounted(figure)) continue
      const key = [indicator, figure.agency, breakdownKeyOf({ ...figure.breakdown })].join(' ')
      const line = lines.get(key)
      if (line === undefined) lines.set(key, [{ period, figure }])
      else line.push({ period, figure })
    }
  }
  for (const line of lines.values()) line.sort((a, b) => comparePeriods(b.period, a.period))
  return ({ indicator, subject, period }: NamedObligation, breakdownKey: string): Figure | undefined =>
    lines.get([indicator, subject, breakdownKey].join(' '))
      ?.find(one => one.period.frequency === period.frequency && comparePeriods(one.period, period) <= 0)?.figure
}

function rowOf (one: NamedObligation, breakdown: Breakdown, names: Names, last: Figure | undefined): TemplateRow {
  const { numerator, denominator, ...indicator } = names.indicator(one.indicator)!
  return {
    indicator: one.indicator,
    agency: one.subject,
    period: one.period.code,
    breakdown,
    names: {
      indicator: indicator.name, agency: one.subjectName, ...numerator === null
        ? {}
        : { numerator }, ...denominator === null
        ? {}
        : { denominator }
    },
    units: { value: indicator.unit, numerator: numerator?.unit, denominator: denominator?.unit },
    decimals: {
      value: indicator.decimals, numerator: numerator?.decimals ?? 0, denominator: denominator?.decimals ?? 0
    },
    byParts: indicator.valueKind === 'ratio',
    deadline: one.deadline,
    state: one.state,
    last: last === undefined
      ? undefined
      : { period: last.period, value: presentValue(last), numerator: last.numerator, denominator: last.denominator },
    obligation: one.id
  }
}

const nothing = () => undefined

/** What is to be filled in is open and empty; what helps has a `#`, and is passed over by a push. */
export function templateColumns (rows: readonly TemplateRow[]): Column<TemplateRow>[] {
  const dimensions = [...new Set(rows.flatMap(({ breakdown }) => Object.keys(breakdown)))].sort()
  const open = { of: nothing, isOpen: () => true }
  const part = (name: 'numerator' | 'denominator') => ({
    of: nothing, isOpen: (row: TemplateRow) => row.byParts, places: (row: TemplateRow) => row.decimals[name], width: 16
  })
  const value = (row: TemplateRow) => row.decimals.value
  const helping = (name: 'indicator' | 'agency', vi: string, en: string) => named<TemplateRow>(`names.${name}`, vi, en)
    .map(one => ({ ...one, name: one.name.replace(`names.${name}`, `#${name}Name`), isMain: one.name.endsWith('.vi') }))
  const main = { isMain: true }
  return [
    column('indicator', 'code', 'Mã chỉ tiêu; giữ nguyên', 'Code of the indicator; leave it', main),
    ...helping('indicator', 'Tên chỉ tiêu', 'Name of the indicator'),
    column(
      'agency', 'code', 'Mã cơ quan mà số liệu phản ánh; giữ nguyên', 'Code of the agency the figure is for; leave it',
      { ...main, width: 22 }
    ),
    ...helping('agency', 'Tên cơ quan', 'Name of the agency'),
    column('period', 'code', 'Kỳ báo cáo; giữ nguyên', 'Period; leave it', main),
    ...dimensions.map(code => breakdownColumn<TemplateRow>(code)),
    column('#deadline', 'date', 'Hạn gửi', 'Deadline', { ...main, of: row => row.deadline }),
    column(
      'value', 'decimal', 'Giá trị: điền ô này nếu chỉ tiêu không phải là tỷ lệ; của tỷ lệ hãy điền tử số và mẫu số',
      'The value: fill this in unless the indicator is a ratio; of a ratio fill in numerator and denominator',
      { of: nothing, isOpen: row => !row.byParts, places: value, isMain: true, width: 16 }
    ),
    column('#unit', 'text', 'Đơn vị của giá trị', 'Unit of the value', {
      ...main, of: row => row.units.value, width: 12
    }),
    column(
      'numerator', 'decimal', 'Tử số; tỷ lệ do hệ thống tính', 'Numerator; the registry computes the ratio',
      { ...part('numerator'), ...main }
    ),
    column('denominator', 'decimal', 'Mẫu số; 0: không áp dụng', 'Denominator; 0: not applicable', {
      ...part('denominator'), ...main
    }),
    column('#numerator', 'text', 'Tử số đếm gì', 'What the numerator counts', {
      of: row => row.names.numerator?.vi, width: 40
    }),
    column('#denominator', 'text', 'Mẫu số đếm gì', 'What the denominator counts', {
      of: row => row.names.denominator?.vi, width: 40
    }),
    column('#numeratorUnit', 'text', 'Đơn vị của tử số', 'Unit of the numerator', {
      of: row => row.units.numerator, width: 14
    }),
    column('#denominatorUnit', 'text', 'Đơn vị của mẫu số', 'Unit of the denominator', {
      of: row => row.units.denominator, width: 14
    }),
    column('#lastPeriod', 'code', 'Kỳ gần nhất đã có số liệu', 'The newest period with a figure', {
      ...main, of: row => row.last?.period
    }),
    column('#lastValue', 'decimal', 'Giá trị gần nhất', 'The last value', {
      ...main, of: row => row.last?.value, places: value
    }),
    column('#lastNumerator', 'decimal', 'Tử số gần nhất', 'The last numerator', { of: row => row.last?.numerator }),
    column('#lastDenominator', 'decimal', 'Mẫu số gần nhất', 'The last denominator', {
      of: row => row.last?.denominator
    }),
    column('quality', 'code', 'Chất lượng; trống: chính thức', 'Quality; empty: official', {
      ...open, choices: QUALITIES
    }),
    column('note', 'text', 'Ghi chú', 'Note', open),
    column('evidence', 'text', 'Địa chỉ tài liệu minh chứng', 'Address of the evidence', open),
    column('reason', 'text', 'Lý do, khi sửa số liệu đã được chấp nhận', 'Why, where an accepted figure changes', open),
    column('#state', 'code', 'Trạng thái của nghĩa vụ', 'State of the obligation', { of: row => row.state }),
    column(
      '#obligation', 'code', 'Nghĩa vụ mà dòng này đáp ứng; giữ nguyên',
      'The obligation that this row answers; leave it', { of: row => row.obligation, width: 60 }
    )
  ]
}
