import { check, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { PROVENANCES } from '../../domain/words.js'

/** Break-downs (phân tổ) other than the agency: sector, sex, age group, urban/rural. */
export const dimensions = pgTable('dimensions', {
  code: text('code').primaryKey(),
  name: jsonb('name').$type<StoredText>().notNull(),
  note: jsonb('note').$type<StoredText>(),
  provenance: provenance(),
  quote: text('quote'),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('dimensions', table.code),
  check('dimensions_provenance_check', oneOf(table.provenance, PROVENANCES))
])

export const dimensionMembers = pgTable('dimension_members', {
  dimensionCode: text('dimension_code').notNull().references(() => dimensions.code),
  code: text('code').notNull(),
  position: integer('position').notNull().default(0),
  name: jsonb('name').$type<StoredText>().notNull(),
  provenance: provenance(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('dimension_members', table.code, table.dimensionCode),
  primaryKey({ name: 'dimension_members_pkey', columns: [table.dimensionCode, table.code] }),
  check('dimension_members_provenance_check', oneOf(table.provenance, PROVENANCES))
])
