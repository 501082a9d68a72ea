import type { PushRow } from '../../features/pushes/row.js'
import { PROVINCE } from '../plan/conventions.js'
import { planSeed } from '../plan/index.js'
import type { CivilDate } from '../../domain/date.js'

/**
 * A row as a report system would push it, and what became of it where figures are reviewed: accepted unless said
 * otherwise.
 */
export interface DemoFigure extends PushRow {
  readonly observedAt: string
  readonly review?: 'pending' | { readonly returned: string }
}

/**
 * When the figures of a period were read off: on the first working day after its cut-off, within the unit's deadline.
 * The year's figures are estimates from while it runs; without an instant of before they would not count before it
 * ends.
 */
const OBSERVED: Readonly<Record<string, CivilDate>> = {
  '2025-Q1': '2025-03-17',
  '2025-Q2': '2025-06-16',
  '2025-H1': '2025-06-16',
  '2025-Q3': '2025-09-15',
  '2025-Q4': '2025-12-15',
  '2025-H2': '2025-12-15',
  2025: '2025-10-20'
}

interface Common extends Pick<DemoFigure, 'quality' | 'note' | 'review'> {
  /** Instead of the period's usual day. */
  readonly observedOn?: CivilDate
}

type Amount = { readonly value: string } | { readonly numerator: string, readonly denominator: string }

function figure (
  indicator: string, agency: string, period: string, amount: Amount, { observedOn, ...more }: Common = {}
): DemoFigure {
  const day = observedOn ?? OBSERVED[period]
  if (day === undefined) throw new Error(`no day on which ${period} was observed`)
  return { indicator, agency, period, ...amount, ...more, observedAt: `${day}T09:00:00+07:00` }
}

/** `'84.6'` is a value, `'1102/1140'` a numerator over a denominator. */
function amountOf (text: string): Amount {
  const [first = '', denominator] = text.split('/')
  return denominator === undefined ? { value: first } : { numerator: first, denominator }
}

/** Of the province as a whole, by period. */
export function province (indicator: string, amounts: Readonly<Record<string, string>>, more?: Common): DemoFigure[] {
  return Object.entries(amounts).map(([period, amount]) => figure(indicator, PROVINCE, period, amountOf(amount), more))
}

/** Of the province, by sector. */
export function sectors (
  indicator: string, period: string, values: Readonly<Record<string, string>>, more?: Common
): DemoFigure[] {
  return Object.entries(values)
    .map(([sector, value]) => ({ ...figure(indicator, PROVINCE, period, { value }, more), breakdown: { sector } }))
}

/** One number an agency; null is an agency that does not report. */
interface Row extends Common {
  readonly count: readonly (number | null)[]
  readonly of: readonly number[]
}

const codesOf = (kind: string): readonly string[] =>
  planSeed.agencies.filter(agency => agency.kind === kind).map(({ code }) => code)

/**
 * In the order of the plan's seed: Phan Thiết, La Gi, Tuy Phong, Bắc Bình, Hàm Thuận Bắc, Hàm Thuận Nam, Tánh Linh,
 * Đức Linh, Hàm Tân, Phú Quí.
 */
export const districts = (indicator: string, rows: Readonly<Record<string, Row>>): DemoFigure[] =>
  byAgency(indicator, codesOf('district_committee'), rows)

/** In the order of the plan's seed: TTTT, KHCN, CT, KHDT, TNMT, XD, GTVT, NNPTNT, TC. */
export const departments = (
  indicator: string, rows: Readonly<Record<string, Row>>
): DemoFigure[] => byAgency(indicator, codesOf('department'), rows)

function byAgency (indicator: string, agencies: readonly string[], rows: Readonly<Record<string, Row>>): DemoFigure[] {
  return Object.entries(rows).flatMap(([period, { count, of, ...more }]) => {
    if (count.length !== agencies.length || of.length !== agencies.length) {
      throw new Error(`${indicator} ${period}: not one number for each of ${agencies.length} agencies`)
    }
    return agencies.flatMap((agency, i) => {
      const numerator = count[i]
      return numerator === null
        ? []
        : [figure(indicator, agency, period, { numerator: String(numerator), denominator: String(of[i]) }, more)]
    })
  })
}
