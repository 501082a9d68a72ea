import { compare, decimalPlaces, parseDecimal } from '../../domain/decimal.js'
import { inOrder } from '../../domain/time-basis.js'
import { fold } from '../../domain/fold.js'
import { bodyError, type FaultCode, type FieldError } from '../../http/problem.js'
import type { Aggregation, Frequency, TimeBasis, ValueKind } from '../../domain/words.js'

interface Text { vi: string, en?: string | undefined }

/** What a numerator or a denominator counts: decimals are 0 and bounds are none where it does not say. */
export interface Part extends Text {
  unit?: string | undefined
  decimals?: number | undefined
  minimum?: string | undefined
  maximum?: string | undefined
}

/** What the rules look at; optional members may be absent or null. */
export interface IndicatorFacts {
  valueKind: ValueKind
  decimals: number
  minimum?: string | null | undefined
  maximum?: string | null | undefined
  aggregation: Aggregation
  timeBasis?: TimeBasis | undefined
  numerator?: Part | null | undefined
  denominator?: Part | null | undefined
}

/** What `?q=` is matched with. */
export function searchTextOf (name: Text, definition?: Text | null): string {
  return [
    name.vi, name.en, definition?.vi, definition?.en
  ].map(text => fold(text ?? '')).filter(text => text !== '').join(' ')
}

/** A bound of more decimals than a value may have is malformed, as a value is; the rest are rules of the domain. */
export function checkDecimals (indicator: IndicatorFacts): FieldError[] {
  return [
    ...checkBoundsDecimals(indicator, indicator.decimals, ''),
    ...PARTS.flatMap(name => checkBoundsDecimals(indicator[name] ?? {}, indicator[name]?.decimals ?? 0, `/${name}`))
  ]
}

const PARTS = ['numerator', 'denominator'] as const

interface Bounds { minimum?: string | null | undefined, maximum?: string | null | undefined }

function checkBoundsDecimals (bounds: Bounds, decimals: number, at: string): FieldError[] {
  return (['minimum', 'maximum'] as const).flatMap(bound => {
    const text = bounds[bound]
    return text === null || text === undefined || decimalPlaces(text) <= decimals
      ? []
      : [bodyError(`${at}/${bound}`, 'too_many_decimals',
          `Tối đa ${decimals} chữ số thập phân, theo “decimals”.`,
          `At most ${decimals} decimals, as \`decimals\` says.`)]
  })
}

/** `frequency` alone is the only one; beside `frequencies` it is the finest of them. */
export function checkFrequencies (
  { frequency, frequencies }: { frequency?: Frequency | undefined, frequencies?: Frequency[] | undefined }
): FieldError[] {
  if (frequencies === undefined) {
    return frequency !== undefined
      ? []
      : [bodyError('/frequencies', 'required',
          'Cần “frequencies” hoặc “frequency”.',
          '`frequencies` or `frequency` is required.')]
  }
  const ordered = inOrder(frequencies)
  if (ordered.length < frequencies.length) {
    return [bodyError('/frequencies', 'not_unique', 'Một loại kỳ được nêu hai lần.', 'A frequency is named twice.')]
  }
  if (frequency === undefined || frequency === ordered[0]) return []
  return [bodyError('/frequency', 'not_the_finest',
    `“frequency” là loại kỳ ngắn nhất trong “frequencies”: ${ordered[0]}; có thể bỏ trống.`,
    `\`frequency\` is the finest of \`frequencies\`: ${ordered[0]}; it can be left out.`)]
}

function checkBoundsOrder ({ minimum, maximum }: Bounds, at: string): FieldError[] {
  const low = minimum === null || minimum === undefined ? undefined : parseDecimal(minimum)
  const high = maximum === null || maximum === undefined ? undefined : parseDecimal(maximum)
  return low === undefined || high === undefined || compare(low, high) <= 0
    ? []
    : [bodyError(`${at}/maximum`, 'bounds_reversed',
      `“maximum” nhỏ hơn “minimum” (${minimum}).`,
      `\`maximum\` is less than \`minimum\` (${minimum}).`)]
}

/** Only a ratio is pushed by its parts, and no denominator is negative. */
function checkPart (name: typeof PARTS[number], { valueKind, [name]: part }: IndicatorFacts): FieldError[] {
  if (part === null || part === undefined) return []
  if (valueKind !== 'ratio') {
    const given = (['unit', 'decimals', 'minimum', 'maximum'] as const).filter(field => part[field] !== undefined)
    return given.map(field => bodyError(`/${name}/${field}`, 'part_not_counted',
      'Chỉ tỷ lệ (valueKind = ratio) mới nhận tử số và mẫu số; ở đây chỉ mô tả bằng lời.',
      'Only a ratio takes a numerator and a denominator; here they are described in words alone.'))
  }
  const negative = name === 'denominator' && part.maximum?.startsWith('-') === true
  return [
    ...checkBoundsOrder(part, `/${name}`),
    ...negative
      ? [bodyError(`/${name}/maximum`, 'out_of_range',
          'Mẫu số không bao giờ âm.',
          'A denominator is never negative.')]
      : []
  ]
}

export function checkIndicator (indicator: IndicatorFacts): FieldError[] {
  const { valueKind, aggregation, decimals } = indicator
  const errors: FieldError[] = []
  const refuse = (pointer: string, code: FaultCode, vi: string, en: string) =>
    errors.push(bodyError(pointer, code, vi, en))
  errors.push(...checkBoundsOrder(indicator, ''))
  if (aggregation === 'ratio_of_sums' && valueKind !== 'ratio') {
    refuse('/aggregation', 'aggregation_mismatch',
      'Chỉ tỷ lệ (valueKind = ratio) mới có tử số và mẫu số để cộng.',
      'Only a ratio has numerators and denominators to be summed.')
  }
  if (aggregation === 'sum' && (valueKind === 'ratio' || valueKind === 'growth')) {
    refuse('/aggregation', 'aggregation_mismatch',
      'Tỷ lệ và tốc độ tăng không cộng được giữa các đơn vị.',
      'Percentages and growth rates of several agencies cannot be added.')
  }
  if (indicator.timeBasis === 'during_period' && valueKind === 'growth') {
    refuse('/timeBasis', 'time_basis_mismatch',
      'Tốc độ tăng của nhiều kỳ không cộng được: dùng year_to_date hoặc end_of_period.',
      'Growth rates of several periods do not add up: year_to_date or end_of_period.')
  }
  if (valueKind === 'count' && decimals !== 0) {
    refuse(
      '/decimals', 'count_with_decimals', 'Số đếm (valueKind = count) không có phần thập phân.',
      'A count has no decimals.'
    )
  }
  if ((indicator.numerator ?? undefined) !== undefined && (indicator.denominator ?? undefined) === undefined) {
    refuse(
      '/denominator', 'denominator_required', 'Đã mô tả tử số thì cần mô tả mẫu số.',
      'A described numerator needs a described denominator.'
    )
  }
  if ((indicator.denominator ?? undefined) !== undefined && (indicator.numerator ?? undefined) === undefined) {
    refuse(
      '/numerator', 'numerator_required', 'Đã mô tả mẫu số thì cần mô tả tử số.',
      'A described denominator needs a described numerator.'
    )
  }
  errors.push(...PARTS.flatMap(name => checkPart(name, indicator)))
  return errors
}

/** Of the figures and targets that exist these say what they mean: changed under them, they would lie. */
const FIXED_IN_USE = ['unit', 'valueKind', 'calendar', 'direction', 'aggregation'] as const
type InUse = Record<typeof FIXED_IN_USE[number], string> &
  {
    decimals: number
    frequencies: readonly Frequency[]
    timeBasis: TimeBasis
  } & Partial<Pick<IndicatorFacts, 'numerator' | 'denominator'>>

/** Frequencies may be added: the figures that are there keep their periods. */
const DECIDING = ['reviewPolicy', 'minimum', 'maximum', 'numerator', 'denominator'] as const
type Deciding = Partial<Record<typeof DECIDING[number], unknown>>

/** Where a change decides otherwise which figures are taken, or which await review. */
export function decidingChanges (before: Deciding, after: Deciding): string[] {
  return DECIDING.filter(name => JSON.stringify(before[name] ?? null) !== JSON.stringify(after[name] ?? null))
    .map(name => `/${name}`)
}

export function checkInUse (use: { targets: boolean, figures: boolean }, before: InUse, after: InUse): FieldError[] {
  if (!use.targets && !use.figures) return []
  const errors = FIXED_IN_USE.filter(name => before[name] !== after[name])
    .map(name => bodyError(`/${name}`, 'indicator_in_use',
      'Không đổi được: chỉ tiêu đã có mục tiêu hoặc số liệu. Hãy lập chỉ tiêu mới.',
      'Cannot change: the indicator has targets or measurements. Create another indicator.'))
  if (before.frequencies.some(one => !after.frequencies.includes(one))) {
    errors.push(bodyError('/frequencies', 'indicator_in_use',
      'Chỉ thêm được loại kỳ, không bỏ được: chỉ tiêu đã có mục tiêu hoặc số liệu.',
      'Frequencies can be added and not taken away: the indicator has targets or measurements.'))
  }
  if (use.figures && before.timeBasis !== after.timeBasis) {
    errors.push(bodyError('/timeBasis', 'indicator_in_use',
      'Không đổi được: số liệu đã có được lập theo “timeBasis” cũ. Hãy lập chỉ tiêu mới.',
      'Cannot change: the figures that exist were reported on the other basis. Create another indicator.'))
  }
  if (after.decimals < before.decimals) errors.push(fewerDecimals('/decimals'))
  for (const name of PARTS) {
    const [was, is] = [before[name], after[name]]
    if (was?.unit !== undefined && was.unit !== is?.unit) {
      errors.push(bodyError(`/${name}/unit`, 'indicator_in_use',
        'Không đổi được đơn vị: chỉ tiêu đã có mục tiêu hoặc số liệu. Hãy lập chỉ tiêu mới.',
        'The unit cannot change: the indicator has targets or measurements. Create another indicator.'))
    }
    if ((is?.decimals ?? 0) < (was?.decimals ?? 0)) errors.push(fewerDecimals(`/${name}/decimals`))
  }
  return errors
}

function fewerDecimals (pointer: string): FieldError {
  return bodyError(pointer, 'indicator_in_use',
    'Không giảm được số chữ số thập phân: chỉ tiêu đã có mục tiêu hoặc số liệu.',
    'Cannot become fewer: the indicator has targets or measurements.')
}
