import {
  deadlinesOf, periodOn, unitDeadline, windowOf, type CalendarRule, type Holidays, type Window
} from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { lifeOf, lockedFrom, type Transition } from '../../domain/period-life.js'
import { periodsOfYear, type Period } from '../../domain/period.js'
import { bodyError, type FieldError } from '../../http/problem.js'
import { FREQUENCIES, type Frequency, type PeriodState } from '../../domain/words.js'

interface Tier { tier: string, workingDays?: number | undefined, dayOfMonth?: number | undefined }
type Deadlines = { [F in Frequency]?: readonly Tier[] | undefined }

export function checkTiers (deadlines: Deadlines): FieldError[] {
  return FREQUENCIES.flatMap(frequency =>
    (deadlines[frequency] ?? []).flatMap(({ tier }, i, all) => all.findIndex(other => other.tier === tier) === i
      ? []
      : [
          bodyError(
        `/deadlines/${frequency}/${i}/tier`, 'duplicate_tier', 'Cấp này đã nêu ở trên.',
        'This tier stands above already.'
          )
        ]))
}

/**
 * What a figure's period meant, and when it was late, must not change after the fact. Other tiers' deadlines make no
 * figure late.
 */
export function checkInUse (before: CalendarRule, after: CalendarRule): FieldError[] {
  const unitsOf = ({ deadlines }: CalendarRule) =>
    FREQUENCIES.map(frequency => deadlines[frequency].find(({ tier }) => tier === 'unit')?.rule ?? null)
  const changed = [
    ...(['startDay', 'monthOffset'] as const).filter(name => before[name] !== after[name]),
    ...same(unitsOf(before), unitsOf(after)) ? [] : ['deadlines']
  ]
  return changed.map(name => bodyError(`/${name}`, 'calendar_in_use',
    'Không đổi được: đã có chỉ tiêu theo lịch này. Chỉ hạn của các cấp khác “unit” là đổi được; hoặc hãy lập lịch mới.',
    'Cannot change: indicators follow this calendar. Only the deadlines of other tiers than `unit` can; or create ' +
    'another calendar.'))
}

/** jsonb does not keep the order of keys. */
function same (a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length &&
    keys.every(key => same((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
}

export interface PeriodOfCalendar {
  period: string
  calendar: string
  frequency: Frequency
  year: number
  window: { from: CivilDate, to: CivilDate }
  cutOff: CivilDate
  deadline: CivilDate
  deadlines: { tier: string, date: CivilDate }[]
  lockedFrom?: CivilDate
  state: PeriodState
  stateBy: 'calendar' | 'hand'
}

/** The day on which the state is asked for, and what was set by hand. */
export interface LifeAsked { day: CivilDate, transitionsOf (calendar: string, period: string): readonly Transition[] }

function describe (period: Period, rule: CalendarRule, holidays: Holidays, life: LifeAsked): PeriodOfCalendar {
  const window = windowOf(period, rule)
  const locked = lockedFrom(period, rule, holidays)
  const { state, by } = lifeOf(period, rule, holidays, life.transitionsOf(rule.code, period.code), life.day)
  return {
    period: period.code,
    calendar: rule.code,
    frequency: period.frequency,
    year: period.year,
    window,
    cutOff: window.to,
    deadline: unitDeadline(period, rule, holidays),
    deadlines: deadlinesOf(period, rule, holidays),
    ...locked === undefined ? {} : { lockedFrom: locked },
    state,
    stateBy: by
  }
}

/** The periods of a year, or those whose window holds a day; of both, those that are both. */
export function periodsOf (
  rule: CalendarRule, holidays: Holidays, life: LifeAsked,
  wanted: { year?: number | undefined, on?: CivilDate | undefined, frequency?: Frequency | undefined }
): PeriodOfCalendar[] {
  const { year, on, frequency } = wanted
  const frequencies = frequency === undefined ? FREQUENCIES : [frequency]
  const periods = on === undefined
    ? frequencies.flatMap(one => periodsOfYear(year!, one))
    : frequencies.flatMap(one => periodOn(on, one, rule) ?? [])
      .filter(period => year === undefined || period.year === year)
  return periods.map(period => describe(period, rule, holidays, life))
}

/** Nobody opens, closes or locks what has not begun. */
export function checkEffectiveOn (effectiveOn: CivilDate, window: Window, period: string): FieldError[] {
  if (effectiveOn >= window.from) return []
  return [bodyError('/effectiveOn', 'effective_before_period',
    `Kỳ ${period} bắt đầu ngày ${window.from}; không thể đặt trạng thái từ ngày ${effectiveOn}.`,
    `The period ${period} begins on ${window.from}; its state cannot be set from ${effectiveOn} on.`)]
}
