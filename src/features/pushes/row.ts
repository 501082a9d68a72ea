import type { StoredProblem } from '../../db/schema/index.js'
import type { CalendarRule, Holidays, Window } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import type { Heirs } from '../../domain/owners.js'
import type { Period } from '../../domain/period.js'
import { toMicroseconds } from '../../http/formats.js'
import type { Bearing } from '../../world/bearers.js'
import type { Leads, LifeRecords } from '../../world/period-life.js'
import type { Uses } from './count-notices.js'
import type { Figure } from './figure.js'
import type { PlacedAgency, TargetScope } from '../../world/target-scope.js'
import type { Frequency, Quality, ReviewPolicy, TimeBasis, ValueKind } from '../../domain/words.js'

/** A row of a submission as it was sent; its shape is checked already (row-schema.ts). */
export interface PushRow extends Figure {
  /** Absent: the row reports its figure. */
  action?: 'withdraw' | undefined
  itemId?: string | undefined
  indicator: string
  agency: string
  period: string
  breakdown?: Record<string, string> | undefined
  quality?: Quality | undefined
  note?: string | undefined
  evidence?: string | undefined
  observedAt?: string | undefined
  reason?: string | undefined
}

/** A row as it goes on: what the database cannot hold of its instant is cut. */
export function received<Row extends Pick<PushRow, 'observedAt'>> (row: Row): Row {
  const observedAt = row.observedAt && toMicroseconds(row.observedAt)
  return observedAt === row.observedAt ? row : { ...row, observedAt }
}

/** What the catalogue says of a numerator or a denominator: without decimals 0, without bounds none. */
export interface PartFacts { decimals?: number | undefined, minimum?: string | undefined, maximum?: string | undefined }

export interface IndicatorFacts {
  code: string
  valueKind: ValueKind
  decimals: number
  minimum: string | null
  maximum: string | null
  numerator: PartFacts | null
  denominator: PartFacts | null
  timeBasis: TimeBasis
  /** The finest first. */
  frequencies: readonly Frequency[]
  reviewPolicy: ReviewPolicy
  calendar: CalendarRule
  scopes: readonly TargetScope[]
}

export interface AgencyFacts extends PlacedAgency {
  /** The days on which it exists, both inclusive. */
  lives: readonly { from: CivilDate, to: CivilDate | null }[]
  /** All that stood above it on a day. */
  aboveOn (day: CivilDate): ReadonlySet<string>
  /** The code of one that was entered by mistake, and is this one: no figure is taken under it. */
  enteredAs?: string | undefined
  /** Of a name that is an identifier: everybody that bears it at any time. */
  bearings?: readonly Bearing<AgencyFacts>[] | undefined
}

/** What a row is judged against, loaded for all rows of a push at once. */
export interface PushFacts {
  now: string
  indicators: ReadonlyMap<string, IndicatorFacts>
  /** By the name the row used: a code, or scheme:value. */
  agencies: ReadonlyMap<string, AgencyFacts>
  members: ReadonlyMap<string, ReadonlySet<string>>
  holidays: Holidays
  /** What was decided by hand of the periods that the rows name. */
  life: LifeRecords
  leads: Leads
  heirs: Heirs
  /** For which targets an agency's figure counts; undefined where no target of any indicator is known. */
  usesIn (
    indicator: string, period: Period, window: Window, today: CivilDate
  ): ((agency: string) => Uses) | undefined
}

export interface PushContext extends PushFacts {
  /** A figure of a period that ends on this day. */
  mayReport (agency: AgencyFacts, indicator: string, end: CivilDate): boolean
}

/** A row without faults of its own, under its natural key. */
export interface ResolvedRow extends Figure {
  key: string
  indicator: string
  agency: string
  period: string
  breakdown: Record<string, string>
  breakdownKey: string
  quality: Quality
  late: boolean
  /** `submitted` also where a warning says that it must be looked at, whatever the review policy. */
  initialState: 'submitted' | 'accepted'
  /** What is said of it if it is written. */
  warnings: readonly StoredProblem[]
  /** Nothing of its period may change any more: the row may only say again what is stored. */
  locked?: StoredProblem | undefined
  /** Those of its indicator, of a row that withdraws. */
  decimals?: number
}

/** What names a figure. */
export type FigureName = Pick<ResolvedRow, 'indicator' | 'period' | 'agency' | 'breakdownKey'>

/** One text for each key: no code has a space in it. */
export function keyOf ({ indicator, period, agency, breakdownKey }: FigureName): string {
  return `${indicator} ${period} ${agency} ${breakdownKey}`
}

/**
 * What can be judged of a row with faults of form: the fields that have none, with empty names where they do, and the
 * names of those that do.
 */
export interface SoundPart { row: PushRow, faulty: ReadonlySet<string> }

/** What is wrong with a row by itself; without a fault, what it is. */
export interface Resolved { problems: readonly StoredProblem[], resolved?: ResolvedRow }
