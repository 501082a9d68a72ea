import { check, index, integer, jsonb, numeric, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { calendars } from './calendars.js'
import {
  finite, knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText
} from './common.js'
import { pillars } from './plans.js'
import {
  type Aggregation, AGGREGATIONS, type Direction, DIRECTIONS, FREQUENCIES, type Frequency, PROVENANCES,
  REVIEW_POLICIES, type ReviewPolicy, TIME_BASES, type TimeBasis, VALUE_KINDS, type ValueKind
} from '../../domain/words.js'

/** What a numerator or a denominator counts, and how it is written. Absent decimals are 0, absent bounds none. */
export interface StoredPart extends StoredText { unit?: string, decimals?: number, minimum?: string, maximum?: string }

/** Indicators (chỉ tiêu): what is measured. Lives longer than any plan. */
export const indicators = pgTable('indicators', {
  code: text('code').primaryKey(),
  pillarCode: text('pillar_code').notNull().references(() => pillars.code),
  nameVi: text('name_vi').notNull(),
  nameEn: text('name_en'),
  definition: jsonb('definition').$type<StoredText>(),
  unit: text('unit').notNull(),
  valueKind: text('value_kind').$type<ValueKind>().notNull(),
  decimals: integer('decimals').notNull(),
  minimum: numeric('minimum'),
  maximum: numeric('maximum'),
  direction: text('direction').$type<Direction>().notNull(),
  aggregation: text('aggregation').$type<Aggregation>().notNull(),
  numerator: jsonb('numerator').$type<StoredPart>(),
  denominator: jsonb('denominator').$type<StoredPart>(),
  population: jsonb('population').$type<StoredText>(),
  exclusions: jsonb('exclusions').$type<StoredText>(),
  conditions: jsonb('conditions').$type<StoredText>(),
  /** The finest of its frequencies. */
  frequency: text('frequency').$type<Frequency>().notNull(),
  /** The others it is reported at besides, each coarser than the one before. */
  coarserFrequencies: text('coarser_frequencies').array().$type<Frequency[]>().notNull().default([]),
  timeBasis: text('time_basis').$type<TimeBasis>().notNull().default('end_of_period'),
  calendarCode: text('calendar_code').notNull().references(() => calendars.code),
  reviewPolicy: text('review_policy').$type<ReviewPolicy>().notNull(),
  /** What was read into the text and does not stand in it. */
  interpretation: jsonb('interpretation').$type<StoredText>(),
  provenance: provenance(),
  quote: text('quote'),
  /** `fold()` of the names and the definition: what `?q=` is matched with (trigram index in the migration). */
  search: text('search').notNull(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('indicators', table.code),
  check('indicators_value_kind_check', oneOf(table.valueKind, VALUE_KINDS)),
  check('indicators_decimals_check', sql`${table.decimals} between 0 and 12`),
  check('indicators_bounds_check', sql`${table.minimum} <= ${table.maximum}`),
  check('indicators_minimum_check', finite(table.minimum)),
  check('indicators_maximum_check', finite(table.maximum)),
  check('indicators_direction_check', oneOf(table.direction, DIRECTIONS)),
  check('indicators_aggregation_check', oneOf(table.aggregation, AGGREGATIONS)),
  // sums of numerators and denominators exist only where there are numerators and denominators
  check('indicators_ratio_check', sql`${table.aggregation} <> 'ratio_of_sums' or ${table.valueKind} = 'ratio'`),
  check('indicators_frequency_check', oneOf(table.frequency, FREQUENCIES)),
  check(
    'indicators_coarser_frequencies_check',
    sql`${table.coarserFrequencies} <@ array[${sql.raw(FREQUENCIES.map(one => `'${one}'`).join(', '))}]`
  ),
  check('indicators_time_basis_check', oneOf(table.timeBasis, TIME_BASES)),
  // growth rates of several periods do not add up
  check('indicators_flow_check', sql`${table.timeBasis} <> 'during_period' or ${table.valueKind} <> 'growth'`),
  check('indicators_review_policy_check', oneOf(table.reviewPolicy, REVIEW_POLICIES)),
  check('indicators_provenance_check', oneOf(table.provenance, PROVENANCES)),
  index('indicators_pillar_index').on(table.pillarCode)
])
