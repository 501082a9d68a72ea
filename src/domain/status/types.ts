import type { CalendarRule, Holidays } from '../calendar.js'
import type { CivilDate } from '../date.js'
import type { Phase } from '../target-life.js'
import type {
  Aggregation, Basis, Direction, FigureState, Frequency, Level, Operator, Provenance, Quality, Quantifier, TargetMode,
  TargetState, TimeBasis, ValueKind
} from '../words.js'
import type { LocalText, NameText } from '../text.js'

export const PERFORMANCES = [
  'achieved', 'on_track', 'at_risk', 'off_track', 'in_progress', 'regressed', 'missed', 'dropped', 'no_data',
  'not_applicable'
] as const
export type Performance = typeof PERFORMANCES[number]

/** From the worst to the best: what several reporters amount to is the first one present. */
export const REPORTING_STATES = ['overdue', 'returned', 'due', 'submitted', 'accepted', 'not_due'] as const
export type ReportingState = typeof REPORTING_STATES[number]

export interface StatusIndicator {
  readonly code: string
  readonly name: NameText
  readonly unit: string
  readonly valueKind: ValueKind
  readonly decimals: number
  readonly direction: Direction
  readonly aggregation: Aggregation
  /** The finest first. */
  readonly frequencies: readonly Frequency[]
  readonly timeBasis: TimeBasis
}

export interface Baseline {
  readonly value?: string | undefined
  readonly date: CivilDate
  /** The plan itself says "(đã đạt)". */
  readonly claim: boolean
  readonly source?: string | undefined
}

export interface Milestone { readonly period: string, readonly value: string }

/** A target as its version in force has it. */
export interface StatusTarget {
  readonly id: string
  readonly version: number
  readonly plan: string
  readonly planYear: number
  readonly indicator: string
  readonly pillar: string
  readonly scope: {
    readonly level?: Level | undefined
    readonly agency?: string | undefined
    readonly dimension?: string | undefined
    readonly member?: string | undefined
  }
  readonly quantifier: Quantifier
  readonly operator: Operator
  readonly value: string
  readonly unit: string
  readonly dueDate: CivilDate
  readonly mode: TargetMode
  readonly baseline?: Baseline | undefined
  readonly milestones: readonly Milestone[]
  readonly state: TargetState
  readonly provenance: Provenance
}

/** One revision of a measurement. `numerator` and `denominator` come together; instants are RFC 3339. */
export interface Figure {
  readonly id: string
  readonly revision: number
  readonly agency: string
  readonly period: string
  readonly breakdown: Readonly<Record<string, string>>
  readonly value?: string | undefined
  readonly numerator?: string | undefined
  readonly denominator?: string | undefined
  readonly quality: Quality
  readonly state: FigureState
  /** Of a returned one: it was accepted before, and counts until it is corrected. */
  readonly counts?: boolean | undefined
  readonly observedAt?: string | undefined
  readonly recordedAt: string
  readonly provenance: Provenance
  /**
   * What of it the reader is shown: `as_accepted`: not that it was returned · `state_alone`: nothing but how reporting
   * stands. All of it where absent.
   */
  readonly shown?: 'as_accepted' | 'state_alone' | undefined
}

export interface Member { readonly code: string, readonly name: NameText }

/**
 * Who is in the scope of a target on the day. A scope with a `dimension` and no `member` has the dimension's members;
 * their figures are those of `whole` (or else of the reporters) broken down by it. Every other scope has agencies.
 */
export interface StatusScope {
  /** The agency a figure for the whole scope is reported for. */
  readonly whole?: Member | undefined
  /** In scope on the day; empty for a target that is only reported directly. */
  readonly members: readonly Member[]
  /**
   * Somebody was in scope on an earlier day: with no `members`, nobody is left. False for a target that is only
   * reported directly.
   */
  readonly hadMembers: boolean
  /** The agencies that owe the figure. */
  readonly reporters: readonly Member[]
}

/** Shares of the way to the expected value, between 0 and 1, as decimals: `onTrack` "0.95", `atRisk` "0.80". */
export interface StatusRules {
  readonly version: number
  readonly pace: 'linear'
  readonly onTrack: string
  readonly atRisk: string
}

/** `until`: its own deadline, where that is later than the unit's. `closed`: by hand, whatever the deadline. */
export interface Leave { readonly until?: CivilDate | undefined, readonly excused: boolean, readonly closed?: boolean }

export interface StatusInput {
  readonly target: StatusTarget
  readonly indicator: StatusIndicator
  readonly calendar: CalendarRule
  readonly holidays: Holidays
  /** On the day `on`. */
  readonly scope: StatusScope
  /**
   * On earlier days: a period that is over is that of those who were in scope on its last day. The same scope
   * throughout when absent.
   */
  readonly scopeOn?: ((day: CivilDate) => StatusScope) | undefined
  /**
   * The days on which the scope may have changed: somebody may have been in it within a period alone. None when absent.
   */
  readonly changesWithin?: ((from: CivilDate, to: CivilDate) => readonly CivilDate[]) | undefined
  /**
   * Of this indicator, in any order. Of a key (agency, period, breakdown) the newest revision as it stands, and below
   * it the newest accepted one where that is another. Superseded and withdrawn ones, and others' figures, are ignored.
   */
  readonly figures: readonly Figure[]
  /**
   * The bodies that were, on an earlier day, what the member is now: itself if it existed, and whoever it took over as
   * a whole since. Itself throughout when absent.
   */
  readonly madeOf?: ((member: string, day: CivilDate) => readonly string[]) | undefined
  readonly rules: StatusRules
  /** What was granted to a reporter for a period: more time, or that it owes no figure. Nothing when absent. */
  readonly leaveOf?: ((reporter: string, period: string) => Leave | undefined) | undefined
  /** Since when the target stands in the plan, and until when: of periods that ended meanwhile it owes figures. */
  readonly phases?: readonly Phase[] | undefined
  readonly on: CivilDate
  /** `accepted`: only accepted figures make the value. `submitted`: those that await review do too. */
  readonly basis: Basis
}

export interface MeasurementRef {
  readonly id: string
  readonly revision: number
  readonly agency: string
  readonly period: string
}

/**
 * `passed`, `failed`: of a target for each. `reported`: is in the roll-up. `not_applicable`: its denominator is 0.
 * `without_parts`: reported, but a percentage alone cannot be rolled up; counts as missing.
 */
export const MEMBER_OUTCOMES = ['passed', 'failed', 'reported', 'missing', 'not_applicable', 'without_parts'] as const
export type MemberOutcome = typeof MEMBER_OUTCOMES[number]
/** What a performance rests on. */
export const PERFORMANCE_BASES = ['measurement', 'claim', 'none'] as const
export type PerformanceBasis = typeof PERFORMANCE_BASES[number]

export interface MemberStatus {
  readonly code: string
  readonly name: NameText
  readonly outcome: MemberOutcome
  readonly value: string | null
  readonly numerator: string | null
  readonly denominator: string | null
  readonly measurement: MeasurementRef | null
}

export interface Reporting {
  readonly state: ReportingState
  readonly period: string | null
  /** The reporting unit's own. */
  readonly deadline: CivilDate | null
  readonly counts: Readonly<Record<ReportingState, number>>
}

/**
 * `expected` = `reported` + `missing`; `notApplicable` ⊆ `reported`; for each: `passed` + `failed` + `notApplicable` =
 * `reported`.
 */
export interface Coverage {
  readonly expected: number
  readonly reported: number
  readonly passed: number | null
  readonly failed: number | null
  readonly missing: number
  readonly notApplicable: number
}

/** `stale`: a newer period should have been reported by now. `ageDays` since the period's end, 0 while it runs. */
export interface Freshness {
  readonly period: string
  readonly periodEnd: CivilDate
  readonly ageDays: number
  readonly stale: boolean
}

/** `difference`: this figure less the rolled-up one. */
export interface DirectFigure {
  readonly value: string
  readonly difference: string
  readonly measurement: MeasurementRef
}

/** One period's part of a sum over the year. */
export interface Term {
  readonly period: string
  readonly value: string | null
  readonly numerator: string | null
  readonly denominator: string | null
}

/** Of an indicator whose figures are of their periods alone: how those from the plan year's beginning on add up. */
export interface Accumulation {
  readonly from: CivilDate
  readonly to: CivilDate
  /**
   * In order of time; for each: of the member whose value is shown. Empty for a mean, which is no sum of its periods.
   */
  readonly terms: readonly Term[]
  /** Periods before the last of which a figure is not there, so that the sum is provisional. */
  readonly missing: readonly { readonly period: string, readonly agencies: readonly string[] }[]
}

export interface Explanation {
  readonly rule: 'status'
  readonly ruleVersion: number
  readonly basis: Basis
  readonly inputs: {
    readonly target: { readonly id: string, readonly version: number }
    readonly baseline: Baseline | null
    /** At most 100, by agency; `more` says how many are left out. */
    readonly measurements: readonly MeasurementRef[]
    readonly more: number
    /** The worst among them. */
    readonly quality: Quality | null
  }
  /** In digits, as "1799 / 2000 × 100 = 89.95; 89.95 ≥ 90: no". */
  readonly comparison: string | null
  readonly text: LocalText
}

export interface Status {
  /** For each: of the member farthest from the target. Rounded, but never across the target. */
  readonly value: string | null
  readonly numerator: string | null
  readonly denominator: string | null
  readonly period: string | null
  readonly performance: Performance
  readonly performanceBasis: PerformanceBasis
  readonly reporting: Reporting
  readonly coverage: Coverage
  /** Still to go, in the direction of the target: negative when it is surpassed. */
  readonly gap: string | null
  /** Where the value should be at the end of `period`; null for a target to maintain. */
  readonly expectedValue: string | null
  readonly attainment: string | null
  readonly freshness: Freshness | null
  readonly provisional: boolean
  /** A figure for the whole, shown beside a rolled-up value. */
  readonly direct: DirectFigure | null
  /** For each, and rolled up: by code. Null where the value is one figure reported directly. */
  readonly members: readonly MemberStatus[] | null
  /** Null unless the value is a sum over periods. */
  readonly accumulation: Accumulation | null
  /** The target or a figure that went in is illustrative: must not pass for official. */
  readonly illustrative: boolean
  readonly explanation: Explanation
}
