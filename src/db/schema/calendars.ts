import { check, date, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { type Frequency, type HolidayKind, PROVENANCES } from '../../domain/words.js'

/** A deadline by tier: working days after the cut-off, or a day of the month of the cut-off. */
export interface StoredDeadline { tier: string, rule: { workingDays?: number, dayOfMonth?: number } }
/** How many working days after the last deadline of any tier a period still takes late figures. */
export interface StoredLock { workingDays: number }

/** Reporting calendars: how a period code becomes a window (`domain/calendar.ts`). */
export const calendars = pgTable('calendars', {
  code: text('code').primaryKey(),
  name: jsonb('name').$type<StoredText>().notNull(),
  /** The law or decision that the windows follow. */
  basis: jsonb('basis').$type<StoredText>(),
  startDay: integer('start_day').notNull(),
  monthOffset: integer('month_offset').notNull(),
  deadlines: jsonb('deadlines').$type<Record<Frequency, StoredDeadline[]>>().notNull(),
  /** By frequency; one that is absent never locks by itself. */
  locks: jsonb('locks').$type<Partial<Record<Frequency, StoredLock>>>().notNull().default({}),
  provenance: provenance(),
  quote: text('quote'),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('calendars', table.code),
  check('calendars_start_day_check', sql`${table.startDay} between 1 and 28`),
  check('calendars_month_offset_check', sql`${table.monthOffset} in (-1, 0)`),
  check('calendars_provenance_check', oneOf(table.provenance, PROVENANCES))
])

/** Days that deadlines count out (`off`), and weekend days worked in exchange (`working`). */
export const publicHolidays = pgTable('public_holidays', {
  day: date('day', { mode: 'string' }).primaryKey(),
  kind: text('kind').$type<HolidayKind>().notNull(),
  name: jsonb('name').$type<StoredText>().notNull(),
  provenance: provenance(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  check('public_holidays_kind_check', oneOf(table.kind, ['off', 'working'])),
  check('public_holidays_provenance_check', oneOf(table.provenance, PROVENANCES))
])
