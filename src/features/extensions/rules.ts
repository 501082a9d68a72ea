import { unitDeadline, windowOf, type CalendarRule, type Holidays } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import type { Period } from '../../domain/period.js'
import { findExtension, type Extension } from '../../domain/period-life.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import type { ExtensionKind, Frequency } from '../../domain/words.js'

export interface Granted { kind: ExtensionKind, until?: CivilDate | undefined, indicator?: string | undefined }

export function checkUntil ({ kind, until }: Granted): FieldError[] {
  if ((kind === 'extension') === (until !== undefined)) return []
  return kind === 'extension'
    ? [bodyError('/until', 'until_required', 'Gia hạn phải nêu ngày cuối.', 'An extension says until when.')]
    : [bodyError('/until', 'until_not_allowed', 'Miễn báo cáo không có ngày hết hạn.', 'An excuse has no last day.')]
}

export function checkFrequency (
  period: Period, indicator: { code: string, frequencies: readonly Frequency[] } | undefined
): FieldError[] {
  if (indicator === undefined || indicator.frequencies.includes(period.frequency)) return []
  return [bodyError('/period', 'period_mismatch',
    `${indicator.code} được báo cáo theo kỳ “${indicator.frequencies.join(', ')}”; ${period.code} là kỳ ` +
    `“${period.frequency}”.`,
    `${indicator.code} is reported ${indicator.frequencies.join(', ')}; ${period.code} is ${period.frequency}.`)]
}

interface Standing {
  rules: readonly CalendarRule[]
  holidays: Holidays
  extensions: readonly Extension[]
  agency: string
  on: CivilDate
  /** The agencies that stood above the agency on a day, at any distance. */
  aboveOn (day: CivilDate): ReadonlySet<string>
}

/** After the latest of the deadlines that it would move, those moved before by an extension that covers it all. */
export function checkLater (
  granted: Granted, period: Period, { rules, holidays, extensions, agency, on, aboveOn }: Standing
): FieldError[] {
  const { kind, until, indicator = '' } = granted
  if (kind === 'excuse' || until === undefined) return []
  const deadlines = rules.flatMap(rule => {
    const { to } = windowOf(period, rule)
    const standing = findExtension(extensions, {
      agency, ancestors: aboveOn(to < on ? to : on), indicator, period: period.code
    })
    return [unitDeadline(period, rule, holidays), ...standing === undefined ? [] : [standing.until]]
  })
  const present = deadlines.sort().at(-1)
  if (present === undefined || until > present) return []
  return [bodyError('/until', 'until_not_after_deadline',
    `Hạn hiện tại là ${present}; gia hạn phải đến một ngày sau đó. Muốn rút ngắn thì thu hồi lần gia hạn cũ.`,
    `The present deadline is ${present}; an extension goes beyond it. To shorten one, revoke it.`)]
}
