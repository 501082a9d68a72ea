import { addWorkingDays, deadlinesOf, unitDeadline, windowOf, type CalendarRule, type Holidays } from './calendar.js'
import { addDays, type CivilDate } from './date.js'
import type { Period } from './period.js'
import type { ExtensionKind, PeriodState, TransitionState } from './words.js'

/** A state set by hand from a day on; `sequence` is the order in which they were recorded. */
export interface Transition {
  readonly to: TransitionState
  readonly effectiveOn: CivilDate
  readonly sequence: number
}

export interface PeriodLife { readonly state: PeriodState, readonly by: 'calendar' | 'hand' }

/**
 * The first day on which the calendar locks the period: the working days it leaves after the last deadline of any tier
 * are over.
 */
export function lockedFrom (period: Period, rule: CalendarRule, holidays: Holidays): CivilDate | undefined {
  const lock = rule.locks?.[period.frequency]
  if (lock === undefined) return undefined
  const deadlines = [
    unitDeadline(period, rule, holidays), ...deadlinesOf(period, rule, holidays).map(({ date }) => date)
  ]
  return addDays(addWorkingDays(deadlines.sort().at(-1)!, lock.workingDays, holidays), 1)
}

/**
 * What was set by hand wins over the calendar: of what is effective by the day the latest, and of one day the one
 * recorded last.
 */
export function lifeOf (
  period: Period, rule: CalendarRule, holidays: Holidays, transitions: readonly Transition[], day: CivilDate
): PeriodLife {
  if (day < windowOf(period, rule).from) return { state: 'not_open', by: 'calendar' }
  const set = transitions.filter(({ effectiveOn }) => effectiveOn <= day)
    .reduce<Transition | undefined>((last, one) => last === undefined || isAfter(one, last) ? one : last, undefined)
  if (set !== undefined) return { state: set.to, by: 'hand' }
  const locked = lockedFrom(period, rule, holidays)
  if (locked !== undefined && day >= locked) return { state: 'locked', by: 'calendar' }
  return { state: day <= unitDeadline(period, rule, holidays) ? 'open' : 'closed', by: 'calendar' }
}

function isAfter (a: Transition, b: Transition): boolean {
  return a.effectiveOn === b.effectiveOn ? a.sequence > b.sequence : a.effectiveOn > b.effectiveOn
}

/**
 * An `extension` moves the deadline to `until`; an `excuse` takes the duty away. Without an indicator it is for all.
 */
export interface Extension {
  readonly id: string
  readonly kind: ExtensionKind
  readonly agency: string
  readonly withSubtree: boolean
  readonly indicator?: string | undefined
  readonly period: string
  /** Inclusive; of an extension only. */
  readonly until?: CivilDate | undefined
}

/**
 * A figure that is owed. `ancestors` stood above its agency, at any distance, when the period ended; `owedBy` are the
 * agencies that owe it in the agency's place.
 */
export interface Duty {
  readonly agency: string
  readonly owedBy?: readonly string[] | undefined
  readonly ancestors: { has (code: string): boolean }
  readonly indicator: string
  readonly period: string
}

function covers (extension: Extension, duty: Duty): boolean {
  return extension.period === duty.period &&
    (extension.indicator === undefined || extension.indicator === duty.indicator) &&
    (extension.agency === duty.agency || duty.owedBy?.includes(extension.agency) === true ||
      (extension.withSubtree && duty.ancestors.has(extension.agency)))
}

/** The one that reaches furthest; with a day, only if it still runs on it. */
export function findExtension (
  extensions: readonly Extension[], duty: Duty, day?: CivilDate
): Extension & { readonly until: CivilDate } | undefined {
  let found: Extension & { readonly until: CivilDate } | undefined
  for (const one of extensions) {
    if (one.kind !== 'extension' || one.until === undefined || !covers(one, duty)) continue
    if (day !== undefined && one.until < day) continue
    if (found === undefined || one.until > found.until) found = { ...one, until: one.until }
  }
  return found
}

export function findExcuse (extensions: readonly Extension[], duty: Duty): Extension | undefined {
  return extensions.find(one => one.kind === 'excuse' && covers(one, duty))
}

export interface DutyPeriod {
  readonly period: Period
  readonly rule: CalendarRule
  readonly holidays: Holidays
  readonly transitions: readonly Transition[]
  readonly extensions: readonly Extension[]
}

export interface Due { readonly deadline: CivilDate, readonly extension: ReturnType<typeof findExtension> }

/** The unit's deadline for this duty: the calendar's, or as it was extended. */
export function dutyDeadline ({ period, rule, holidays, extensions }: DutyPeriod, duty: Duty): Due {
  return extend(unitDeadline(period, rule, holidays), extensions, duty)
}

/** An extension never brings the deadline forward. */
export function extend (own: CivilDate, extensions: readonly Extension[], duty: Duty): Due {
  const extension = findExtension(extensions, duty)
  return extension === undefined || extension.until <= own
    ? { deadline: own, extension: undefined }
    : { deadline: extension.until, extension }
}

/** Whether nothing of the duty's figure may change on the day: the period is locked, and no extension still runs. */
export function isLocked (of: DutyPeriod, duty: Duty, day: CivilDate): boolean {
  return lifeOf(of.period, of.rule, of.holidays, of.transitions, day).state === 'locked' &&
    findExtension(of.extensions, duty, day) === undefined
}

/**
 * After the deadline; before it too where the period was closed or locked by hand. Reopening does not move the
 * deadline: an extension does.
 */
export function isLate (of: DutyPeriod, duty: Duty, day: CivilDate): boolean {
  return isPast(dutyDeadline(of, duty), lifeOf(of.period, of.rule, of.holidays, of.transitions, day).state, day)
}

export function isPast ({ deadline, extension }: Due, state: PeriodState, day: CivilDate): boolean {
  return day > deadline || (extension === undefined && (state === 'closed' || state === 'locked'))
}
