import { check, date, index, integer, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { agencies } from './agencies.js'
import { documents } from './documents.js'
import { sql } from 'drizzle-orm'
import { PROVENANCES } from '../../domain/words.js'

/** Plans (kế hoạch): a document of a province with a year and targets. */
export const plans = pgTable('plans', {
  code: text('code').primaryKey(),
  documentId: text('document_id').notNull().references(() => documents.id),
  year: integer('year').notNull(),
  name: jsonb('name').$type<StoredText>().notNull(),
  issuedOn: date('issued_on', { mode: 'string' }).notNull(),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  provenance: provenance(),
  quote: text('quote'),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('plans', table.code),
  check('plans_year_check', sql`${table.year} between 1900 and 2199`),
  check('plans_provenance_check', oneOf(table.provenance, PROVENANCES)),
  index('plans_agency_index').on(table.agencyCode)
])

/** Pillars (nhóm chỉ tiêu) outlive a plan, as indicators do. */
export const pillars = pgTable('pillars', {
  code: text('code').primaryKey(),
  name: jsonb('name').$type<StoredText>().notNull(),
  provenance: provenance(),
  quote: text('quote'),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('pillars', table.code),
  check('pillars_provenance_check', oneOf(table.provenance, PROVENANCES))
])

/** The order in which a plan sets out its pillars. */
export const planPillars = pgTable('plan_pillars', {
  planCode: text('plan_code').notNull().references(() => plans.code),
  pillarCode: text('pillar_code').notNull().references(() => pillars.code),
  position: integer('position').notNull(),
  knownFrom: knownFrom()
}, table => [
  primaryKey({ name: 'plan_pillars_pkey', columns: [table.planCode, table.pillarCode] }),
  unique('plan_pillars_position_key').on(table.planCode, table.position),
  check('plan_pillars_position_check', sql`${table.position} > 0`)
])
