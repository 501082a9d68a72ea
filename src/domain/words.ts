/**
 * The words of the field: each list once, in the order in which the document shows it, and the type of one of its
 * words. Tables, schemas, rules and texts take them from here. What a word means is said to people in
 * plugins/openapi-enum-texts.ts; the Vietnamese terms are in docs/decisions/vietnamese.md.
 */

/** A code: anchored, without a nested quantifier, and no longer than the columns take. */
export const CODE_PATTERN = '^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$'

/** Where a row comes from; only `quoted` and `operational` rows may pass for official ones. */
export const PROVENANCES = ['quoted', 'researched', 'illustrative', 'operational'] as const
export type Provenance = typeof PROVENANCES[number]

// Indicators

export const VALUE_KINDS = ['ratio', 'number', 'count', 'growth'] as const
export type ValueKind = typeof VALUE_KINDS[number]
export const DIRECTIONS = ['higher_is_better', 'lower_is_better'] as const
export type Direction = typeof DIRECTIONS[number]
export const AGGREGATIONS = ['direct', 'sum', 'ratio_of_sums', 'mean', 'none'] as const
export type Aggregation = typeof AGGREGATIONS[number]
/**
 * Over which time a figure of an indicator speaks, as the three columns of every statistical report have it:
 * `end_of_period` (thời điểm) as of the period's last day · `during_period` (trong kỳ) of the period alone, so that the
 * periods of a year add up · `year_to_date` (lũy kế) since the beginning of the year.
 */
export const TIME_BASES = ['end_of_period', 'during_period', 'year_to_date'] as const
export type TimeBasis = typeof TIME_BASES[number]
export const FREQUENCIES = ['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly'] as const
export type Frequency = typeof FREQUENCIES[number]
export const REVIEW_POLICIES = ['automatic', 'manual'] as const
export type ReviewPolicy = typeof REVIEW_POLICIES[number]

// Targets

export const QUANTIFIERS = ['aggregate', 'each'] as const
export type Quantifier = typeof QUANTIFIERS[number]
export const OPERATORS = ['gt', 'gte', 'eq', 'lte', 'lt'] as const
export type Operator = typeof OPERATORS[number]
export const MODES = ['reach', 'maintain'] as const
export type TargetMode = typeof MODES[number]
export const TARGET_STATES = ['active', 'dropped'] as const
export type TargetState = typeof TARGET_STATES[number]

// Agencies and what they have to do

export const AGENCY_KINDS = [
  'provincial_committee', 'department', 'district_committee', 'commune_committee', 'central_body', 'steering_body',
  'other'
] as const
export type AgencyKind = typeof AGENCY_KINDS[number]
export const LEVELS = ['province', 'district', 'commune'] as const
export type Level = typeof LEVELS[number]
export const ROLES = ['lead', 'cooperate', 'monitor'] as const
export type Role = typeof ROLES[number]
export const TASK_KINDS = ['group', 'task'] as const
export type TaskKind = typeof TASK_KINDS[number]
/**
 * NQ 190/2025/QH15 lists them: sáp nhập and hợp nhất are `merge`, chia and tách `split`, điều chỉnh chức năng
 * `transfer`.
 */
export const LEGAL_KINDS = ['rename', 'merge', 'split', 'transfer', 'establish', 'dissolve'] as const
export type LegalKind = typeof LEGAL_KINDS[number]
/** `entered_in_error` is no reorganisation: an agency had been entered twice, and the two are one. */
export const REORGANISATION_KINDS = [...LEGAL_KINDS, 'entered_in_error'] as const
export type ReorganisationKind = typeof REORGANISATION_KINDS[number]
/** How much of an agency another one takes over. */
export const SHARES = ['whole', 'part'] as const
export type Share = typeof SHARES[number]
export const RELATION_KINDS = ['basis', 'implements', 'amends', 'replaces', 'repeals'] as const
export type RelationKind = typeof RELATION_KINDS[number]

// Calendars and periods

export const HOLIDAY_KINDS = ['off', 'working'] as const
export type HolidayKind = typeof HOLIDAY_KINDS[number]
/** What a period can be set to by hand. */
export const TRANSITION_STATES = ['open', 'closed', 'locked'] as const
export type TransitionState = typeof TRANSITION_STATES[number]
/**
 * `not_open` before its window · `open` up to the unit's deadline · `closed` after it: late figures are taken and
 * marked so · `locked`: nothing of it changes any more.
 */
export const PERIOD_STATES = ['not_open', ...TRANSITION_STATES] as const
export type PeriodState = typeof PERIOD_STATES[number]
export const EXTENSION_KINDS = ['extension', 'excuse'] as const
export type ExtensionKind = typeof EXTENSION_KINDS[number]
export const EXPLANATION_KINDS = ['not_collected', 'not_available', 'late', 'off_target', 'other'] as const
export type ExplanationKind = typeof EXPLANATION_KINDS[number]

// Figures and how they are pushed

/** From the least sure to the surest. */
export const QUALITIES = ['estimate', 'provisional', 'official'] as const
export type Quality = typeof QUALITIES[number]
/** A quality rule looks at a figure's value, or at one of these. */
export const FIGURE_PARTS = ['numerator', 'denominator'] as const
export type FigurePart = typeof FIGURE_PARTS[number]
/** The state in which a revision is recorded. Later states are events, or follow from a newer revision. */
export const INITIAL_STATES = ['submitted', 'accepted'] as const
export type InitialState = typeof INITIAL_STATES[number]
export const EVENT_KINDS = ['accepted', 'returned', 'withdrawn'] as const
export type EventKind = typeof EVENT_KINDS[number]
/** Of a revision that stands: nothing that was withdrawn or superseded does. */
export const STANDING_STATES = ['submitted', 'accepted', 'returned'] as const
export type StandingState = typeof STANDING_STATES[number]
/** Of a revision by itself: what it was recorded as, or what was decided of it. */
export const REVISION_STATES = [...STANDING_STATES, 'withdrawn'] as const
export type RevisionState = typeof REVISION_STATES[number]
/** Of a revision among those of its figure. */
export const FIGURE_STATES = [...STANDING_STATES, 'superseded', 'withdrawn'] as const
export type FigureState = typeof FIGURE_STATES[number]
/** Which figures count: accepted ones, or those too that await review. */
export const BASES = ['accepted', 'submitted'] as const
export type Basis = typeof BASES[number]
export const SUBMISSION_MODES = ['atomic', 'partial'] as const
export type SubmissionMode = typeof SUBMISSION_MODES[number]
/**
 * `running`: chunks of it are still to come, and somebody holds its lock. `interrupted`: it ended before its last row,
 * and what is stored is what its counts and rows say.
 */
export const SUBMISSION_STATES = ['running', 'completed', 'rejected', 'interrupted'] as const
export type SubmissionState = typeof SUBMISSION_STATES[number]
/** `not_written`: a row without fault in an atomic submission that another row stopped. */
export const OUTCOMES = ['created', 'revised', 'withdrawn', 'unchanged', 'rejected', 'not_written'] as const
export type PushOutcome = typeof OUTCOMES[number]

// Quality rules

export const RULE_KINDS = ['range', 'change', 'parts', 'monotone', 'ratio'] as const
export type RuleKind = typeof RULE_KINDS[number]
export const RULE_SEVERITIES = ['warn', 'block'] as const
export type RuleSeverity = typeof RULE_SEVERITIES[number]
/** Only `active` rules are run in a push. */
export const RULE_STATES = ['draft', 'active', 'retired'] as const
export type RuleState = typeof RULE_STATES[number]
