import { windowOf, type MonthRule } from '../../domain/calendar.js'
import { parsePeriod, type Period } from '../../domain/period.js'
import { column, type Cell, type Column, type ColumnKind } from '../../http/columns.js'
import type { NamedIndicator } from '../names.js'
import { presentValue } from '../pushes/figure.js'
import type { MeasurementRow } from '../../world/measurements.js'
import { figureOf } from '../pushes/store.js'
import type { Frequency } from '../../domain/words.js'

type Figure = MeasurementRow
type Meaning = Pick<NamedIndicator, 'unit' | 'decimals' | 'timeBasis' | 'calendar'>

/** The dataflow: two numbers in a version say that its columns may become more, with the dimensions of the registry. */
const STRUCTURE_ID = 'VN.REGISTRY:MEASUREMENTS(1.0)'
/** The code by which SDMX calls a total. */
const TOTAL = '_T'

/** CL_FREQ, which has none for nine months: `_O` is another. */
const FREQ: Record<Frequency, string> = {
  monthly: 'M', quarterly: 'Q', half_yearly: 'S', nine_months: '_O', yearly: 'A'
}
/** When within the period: at its end, summed through it, otherwise. */
const TIME_PER_COLLECT: Record<NamedIndicator['timeBasis'], string> = {
  end_of_period: 'E', during_period: 'S', year_to_date: 'V'
}
/** CL_OBS_STATUS: normal, provisional, estimated. */
const OBS_STATUS: Record<Figure['quality'], string> = { official: 'A', provisional: 'P', estimate: 'E' }
const NOT_APPLICABLE = 'M'
const NOT_VALIDATED = 'V'

function statusOf (row: Figure): string {
  if (valueOf(row) === null) return NOT_APPLICABLE
  return row.state === 'submitted' ? NOT_VALIDATED : OBS_STATUS[row.quality]
}

/** A receiver that kept a figure which was taken back must let go of it. */
function actionOf ({ state, decided }: Figure): string {
  return state === 'withdrawn' || (state === 'returned' && decided !== true) ? 'D' : 'I'
}

const valueOf = (row: Figure) => presentValue(figureOf(row.value, row.numerator, row.denominator))

/** As SDMX writes a period. It has no name for nine months, which are said by their first day and their length. */
export function timePeriod ({ code, frequency, year, index }: Period, from: string): string {
  if (frequency === 'half_yearly') return `${year}-S${index}`
  return frequency === 'nine_months' ? `${from}/P9M` : code
}

/** An id of SDMX has no point, and ours no `$`. */
const dimensionId = (code: string) => `BREAKDOWN_${code.replaceAll('.', '$')}`

/**
 * SDMX-CSV 2.0: what identifies the row, its dimensions, measures and attributes, by the ids of SDMX's cross-domain
 * concepts where there is one; then columns of our own.
 */
export function sdmxColumns (
  dimensions: readonly string[], meaningOf: (indicator: string) => Meaning | undefined, rules: readonly MonthRule[]
): Column<Figure>[] {
  const calendars = new Map(rules.map(rule => [rule.code, rule]))
  const periodOf = ({ indicator, period: code }: Figure) => {
    const period = parsePeriod(code)!
    return { period, window: windowOf(period, calendars.get(meaningOf(indicator)!.calendar)!) }
  }
  const of = (
    name: string, kind: ColumnKind, of: (row: Figure) => Cell
  ) => column<Figure>(name, kind, name, name, { of })
  return [
    of('STRUCTURE', 'code', () => 'dataflow'),
    of('STRUCTURE_ID', 'code', () => STRUCTURE_ID),
    of('ACTION', 'code', actionOf),
    of('FREQ', 'code', row => FREQ[parsePeriod(row.period)!.frequency]),
    of('INDICATOR', 'code', row => row.indicator),
    of('AGENCY', 'code', row => row.agency),
    ...dimensions.map(code => of(dimensionId(code), 'code', row => row.breakdown[code] ?? TOTAL)),
    of('TIME_PERIOD', 'code', row => {
      const { period, window } = periodOf(row)
      return timePeriod(period, window.from)
    }),
    of('OBS_VALUE', 'decimal', valueOf),
    of('NUMERATOR', 'decimal', row => row.numerator),
    of('DENOMINATOR', 'decimal', row => row.denominator),
    of('UNIT_MEASURE', 'text', row => meaningOf(row.indicator)?.unit),
    of('DECIMALS', 'integer', row => meaningOf(row.indicator)?.decimals),
    of('TIME_PER_COLLECT', 'code', row => TIME_PER_COLLECT[meaningOf(row.indicator)!.timeBasis]),
    of('OBS_STATUS', 'code', statusOf),
    of('COMMENT', 'text', row => row.note),
    of('PERIOD_START', 'date', row => periodOf(row).window.from),
    of('PERIOD_END', 'date', row => periodOf(row).window.to),
    of('STATE', 'code', row => row.state),
    of('QUALITY', 'code', row => row.quality),
    of('PROVENANCE', 'code', row => row.provenance),
    of('REVISION', 'integer', row => row.revision),
    of('MEASUREMENT_ID', 'code', row => row.id),
    of('UPDATED', 'instant', row => row.recordedAt)
  ]
}
