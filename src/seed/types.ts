import type { CalendarRule } from '../domain/calendar.js'
import type { CivilDate } from '../domain/date.js'
import type {
  AgencyKind, Aggregation, Direction, Frequency, HolidayKind, Level, Operator, Provenance, Quantifier, RelationKind,
  ReviewPolicy, Role, TargetMode, TargetState, TaskKind, TimeBasis, ValueKind
} from '../domain/words.js'
import type { LocalText } from '../domain/text.js'

/*
 * The seed as data: what the contract calls the resources, with its field names. Where the order matters (pillars,
 * targets, tasks) the order of the array is the order of the text. A `quote` or `wording` stands verbatim in the
 * source, typing errors included; only its line breaks are folded into spaces.
 */

export interface DocumentSeed {
  readonly id: string
  readonly number: string
  readonly type: string
  readonly issuer: string
  readonly issuedOn: CivilDate
  readonly title: LocalText
  readonly validFrom?: CivilDate
  readonly url?: string
  readonly relations: ReadonlyArray<{ readonly kind: RelationKind, readonly to: string }>
  readonly provenance: Provenance
  readonly quote?: string
}

export interface DocumentedPlanSeed {
  readonly code: string
  /** Id of the document that the plan is. */
  readonly document: string
  readonly year: number
  readonly name: LocalText
  readonly issuedOn: CivilDate
  readonly ownerAgency: string
  readonly provenance: Provenance
  readonly quote: string
}

export interface PillarSeed {
  readonly code: string
  readonly name: LocalText
  /** The heading in the plan. */
  readonly wording: string
  readonly provenance: Provenance
}

export interface IdentifierSeed {
  /** `gso` is the code of the administrative unit that the committee governs, not of the committee. */
  readonly scheme: 'qd20' | 'qcvn102' | 'gso'
  readonly value: string
  readonly validFrom: CivilDate
  readonly validTo?: CivilDate
  readonly provenance: Provenance
}

export interface AgencySeed {
  readonly code: string
  readonly name: LocalText
  readonly kind: AgencyKind
  readonly level: Level
  readonly parent?: string
  readonly identifiers: readonly IdentifierSeed[]
  readonly validFrom: CivilDate
  readonly validTo?: CivilDate
  readonly note?: LocalText
  readonly provenance: Provenance
  readonly quote?: string
}

export interface MemberSeed { readonly code: string, readonly name: LocalText, readonly provenance: Provenance }

export interface DimensionSeed {
  readonly code: string
  readonly name: LocalText
  readonly note?: LocalText
  readonly members: readonly MemberSeed[]
  readonly provenance: Provenance
  readonly quote?: string
}

/** What a numerator or denominator counts, and how it is written. */
export interface PartSeed extends LocalText {
  readonly unit?: string
  readonly decimals?: number
  readonly minimum?: string
}

/** Texts about an indicator; null where the source says nothing and nothing may be supposed. */
export interface IndicatorTexts {
  readonly definition: LocalText | null
  readonly numerator: PartSeed | null
  readonly denominator: PartSeed | null
  readonly population: LocalText | null
  readonly exclusions: LocalText | null
  readonly conditions: LocalText | null
}

export interface IndicatorSettings {
  readonly unit: string
  readonly valueKind: ValueKind
  readonly decimals: number
  /** Bounds as decimal strings; null = unbounded. */
  readonly minimum: string | null
  readonly maximum: string | null
  readonly direction: Direction
  readonly aggregation: Aggregation
  readonly frequency: Frequency
  readonly timeBasis: TimeBasis
  readonly calendar: string
  readonly reviewPolicy: ReviewPolicy
}

/** `parts` says in which unit and with how many decimals the numerator and the denominator are written. */
export type IndicatorField = 'code' | 'name' | 'parts' | keyof IndicatorTexts | keyof IndicatorSettings

export interface IndicatorSeed extends IndicatorTexts, IndicatorSettings {
  readonly code: string
  readonly pillar: string
  readonly name: LocalText
  readonly provenance: Provenance
  readonly quote: string
  /** Fields that do not stand in the source but were read in: never official, whatever the row's provenance. */
  readonly researched: readonly IndicatorField[]
  /** The same in words, with what the text leaves open. */
  readonly interpretation: LocalText
}

export interface ScopeSeed {
  readonly level?: Level
  readonly agency?: string
  readonly dimension?: string
  readonly member?: string
}

export interface BaselineSeed {
  readonly value?: string
  readonly date: CivilDate
  /** Said to have been reached, without a figure. */
  readonly claim: boolean
  readonly source: string
}

export interface TargetSeed {
  /** URL-safe and stable: `4677-2025.CQS-02.T`. */
  readonly id: string
  readonly plan: string
  readonly indicator: string
  readonly parent?: string
  readonly scope: ScopeSeed
  readonly quantifier: Quantifier
  readonly operator: Operator
  readonly value: string
  readonly unit: string
  readonly dueDate: CivilDate
  readonly mode: TargetMode
  readonly baseline?: BaselineSeed
  readonly milestones: ReadonlyArray<{ readonly period: string, readonly value: string }>
  readonly wording: string
  /** Everything that was read into the wording, saying that it was. */
  readonly interpretation: LocalText
  readonly document: string
  readonly clause: string
  readonly version: number
  readonly effectiveFrom: CivilDate
  readonly state: TargetState
  readonly provenance: Provenance
}

export interface TaskSeed {
  readonly code: string
  readonly plan: string
  readonly kind: TaskKind
  readonly parent?: string
  readonly name: LocalText
  readonly wording: string
  readonly note?: LocalText
  readonly dueDate?: CivilDate
  readonly provenance: Provenance
}

export interface AssignmentSeed {
  readonly id: string
  /** Exactly one of `target` and `task`. */
  readonly target?: string
  readonly task?: string
  readonly agency: string
  readonly role: Role
  readonly person?: { readonly position?: string, readonly name?: string, readonly contact?: string }
  readonly duty?: string
  readonly responsibility?: string
  readonly startDate?: CivilDate
  readonly dueDate?: CivilDate
  readonly expectedResult?: string
  readonly document: string
  readonly validFrom: CivilDate
  readonly validTo?: CivilDate
  readonly provenance: Provenance
  readonly quote?: string
}

export interface CalendarSeed extends CalendarRule {
  readonly name: LocalText
  /** The law or decision that the windows and deadlines follow, and what was set by analogy. */
  readonly basis: LocalText
  readonly provenance: Provenance
}

export interface HolidaySeed {
  readonly day: CivilDate
  /** `working`: a weekend day worked in exchange for another. */
  readonly kind: HolidayKind
  readonly name: LocalText
  readonly provenance: Provenance
}

export interface StatusRuleSeed {
  readonly version: number
  readonly effectiveFrom: CivilDate
  readonly pace: 'linear'
  /** Attainment at or above which a target is on track, and at risk, as decimal strings in 0…1. */
  readonly onTrack: string
  readonly atRisk: string
  readonly note: LocalText
  readonly provenance: Provenance
}

/** A passage of the source that no row holds, and why. */
export interface SetAsideSeed { readonly quote: string, readonly reason: LocalText }

export interface SourceSeed {
  /** Beside this module's folder: `source/<file>`. */
  readonly file: string
  readonly title: string
  readonly publisher: string
  readonly url: string
  readonly note: LocalText
}

export interface PlanSeed {
  readonly source: SourceSeed
  readonly documents: readonly DocumentSeed[]
  readonly agencies: readonly AgencySeed[]
  readonly calendars: readonly CalendarSeed[]
  readonly holidays: readonly HolidaySeed[]
  readonly statusRules: readonly StatusRuleSeed[]
  readonly plan: DocumentedPlanSeed
  readonly pillars: readonly PillarSeed[]
  readonly dimensions: readonly DimensionSeed[]
  readonly indicators: readonly IndicatorSeed[]
  readonly targets: readonly TargetSeed[]
  readonly tasks: readonly TaskSeed[]
  readonly assignments: readonly AssignmentSeed[]
  readonly setAside: readonly SetAsideSeed[]
}
