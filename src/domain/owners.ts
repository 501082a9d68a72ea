import { windowOf } from './calendar.js'
import type { CivilDate } from './date.js'
import { dutyDeadline, type Duty, type DutyPeriod } from './period-life.js'

/** The agency that led a target on a day, if any did. */
export type LeadOn = (day: CivilDate) => string | undefined

/** What became of the bodies that had ended by the day of the question. */
export interface Heirs {
  /** The last day of an agency; undefined while it exists. */
  endOf (agency: string): CivilDate | undefined
  /** The agency that goes on with an ended agency's figures of an indicator. */
  successorOf (agency: string, indicator: string): string | undefined
}

export interface Owners {
  readonly agency: string
  /** The ended agency that owed the figure before. */
  readonly takenOverFrom?: string
  /** Whether the agency ended before the deadline and nobody goes on with its figures. */
  readonly ended: boolean
  /** The agencies that more time for the figure can be given to. */
  readonly answering: readonly string[]
}

export interface Owing {
  /** The agency that the figure is for. */
  readonly subject: string
  readonly indicator: string
  /** The day that counts: the last one of the period, or `on` while it runs. */
  readonly day: CivilDate
  readonly on: CivilDate
  /** Who led the target on a day; absent where the figure is not for the whole of a target. */
  readonly leadOn?: LeadOn | undefined
}

/**
 * Who owes a figure before anybody takes it over: for the whole the lead of the day that counts, else the agency
 * itself.
 */
export function owingAgency ({ subject, day, leadOn }: Owing): string {
  return leadOn?.(day) ?? subject
}

/**
 * Who owes a figure. A body that ended before the deadline leaves it to whoever leads at the deadline, or to whoever
 * goes on with its figures. Beside them the lead at the deadline answers for it: where the lead changed after the
 * period it is the one who reports. Whoever led at other times does not.
 */
export function ownersOf (owing: Owing, deadline: CivilDate, { endOf, successorOf }: Heirs): Owners {
  const { indicator, on, leadOn } = owing
  const first = owingAgency(owing)
  const lead = leadOn?.(deadline < on ? deadline : on)
  const answering = lead === undefined ? [first] : [first, lead]
  const endedBefore = (agency: string) => { const end = endOf(agency); return end !== undefined && end < deadline }
  if (!endedBefore(first)) return { agency: first, ended: false, answering }
  const seen = [first]
  const heirOf = (agency: string) => successorOf(agency, indicator)
  let next = lead === undefined || lead === first ? heirOf(first) : lead
  for (; next !== undefined && !seen.includes(next); next = heirOf(next)) {
    seen.push(next)
    if (!endedBefore(next)) {
      return { agency: next, takenOverFrom: first, ended: false, answering: [...answering, ...seen] }
    }
  }
  return { agency: first, ended: true, answering }
}

export interface DutyFacts extends Heirs {
  readonly subject: string
  readonly indicator: string
  readonly on: CivilDate
  /** Who led on a day, for each target that is about the subject as a whole. */
  readonly leads: readonly LeadOn[]
  /** The agencies that stood above the subject on a day, at any distance. */
  aboveOn (day: CivilDate): { has (code: string): boolean }
}

/** Who owes a figure, as extensions and excuses are looked up for it. `ended`: nobody is left who owes it. */
export function dutyIn (
  of: DutyPeriod, { subject, indicator, on, leads, aboveOn, ...heirs }: DutyFacts
): Duty & { readonly ended: boolean } {
  const { to } = windowOf(of.period, of.rule)
  const day = to < on ? to : on
  const base = { agency: subject, ancestors: aboveOn(day), indicator, period: of.period.code }
  const owners = (leads.length === 0 ? [undefined] : leads).map(leadOn => {
    const owing = { subject, indicator, day, on, leadOn }
    return ownersOf(owing, dutyDeadline(of, { ...base, owedBy: [owingAgency(owing)] }).deadline, heirs)
  })
  return { ...base, owedBy: owners.flatMap(({ answering }) => answering), ended: owners.every(({ ended }) => ended) }
}
