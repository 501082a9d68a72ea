import { bigint, check, date, index, jsonb, pgTable, text, type AnyPgColumn } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { AGENCY_KINDS, type AgencyKind, type Level, LEVELS, PROVENANCES } from '../../domain/words.js'

/**
 * Agencies (cơ quan, đơn vị). The code is the registry's own, stable and never used again for another body: codes of
 * other schemes are re-used across mergers (DOMAIN §0.10), so they live in `agency_identifiers` with their dates.
 * An agency is alive on the days on which it has a name.
 */
export const agencies = pgTable('agencies', {
  code: text('code').primaryKey(),
  kind: text('kind').$type<AgencyKind>().notNull(),
  level: text('level').$type<Level>().notNull(),
  note: jsonb('note').$type<StoredText>(),
  provenance: provenance(),
  quote: text('quote'),
  /**
   * It was entered by mistake and is this one, which nothing can undo. It has no name, parent or identifier any more.
   */
  duplicateOf: text('duplicate_of').references((): AnyPgColumn => agencies.code),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('agencies', table.code),
  check('agencies_kind_check', oneOf(table.kind, AGENCY_KINDS)),
  check('agencies_level_check', oneOf(table.level, LEVELS)),
  check('agencies_provenance_check', oneOf(table.provenance, PROVENANCES)),
  check('agencies_duplicate_check', sql`${table.duplicateOf} <> ${table.code}`),
  // the members of a scope { level } on a day
  index('agencies_level_index').on(table.level, table.kind)
])

/**
 * Facts with two times: `valid_from … valid_to` (both days inclusive, no end = still) in the world, and
 * `recorded_at … removed_at` in the registry. A correction sets `removed_at` and records another row, so that
 * "what did you know on that day" can be asked. No two facts known at once may overlap (exclusion constraints in
 * the migration, which Drizzle cannot express).
 */
const dated = () => ({
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  validFrom: date('valid_from', { mode: 'string' }).notNull(),
  validTo: date('valid_to', { mode: 'string' }),
  recordedAt: recordedAt(),
  removedAt: instant('removed_at')
})

export const agencyNames = pgTable('agency_names', {
  ...dated(),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  nameVi: text('name_vi').notNull(),
  nameEn: text('name_en'),
  /** `fold(name_vi) fold(name_en)`: what `?q=` is matched with. */
  search: text('search').notNull()
}, table => [
  check('agency_names_validity_check', sql`${table.validTo} >= ${table.validFrom}`),
  // one agency's names over time; the search column has a trigram index (migration)
  index('agency_names_agency_index').on(table.agencyCode, table.validFrom)
])

export const agencyParents = pgTable('agency_parents', {
  ...dated(),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  parentCode: text('parent_code').notNull().references((): AnyPgColumn => agencies.code)
}, table => [
  check('agency_parents_validity_check', sql`${table.validTo} >= ${table.validFrom}`),
  check('agency_parents_self_check', sql`${table.agencyCode} <> ${table.parentCode}`),
  index('agency_parents_agency_index').on(table.agencyCode, table.validFrom),
  // the children of an agency
  index('agency_parents_parent_index').on(table.parentCode)
])

/** Codes in other schemes: `qd20` (QĐ 20/2020/QĐ-TTg), `qcvn102` (QCVN 102:2016), `gso` (QĐ 124/2004, QĐ 19/2025), … */
export const agencyIdentifiers = pgTable('agency_identifiers', {
  ...dated(),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  scheme: text('scheme').notNull(),
  value: text('value').notNull(),
  provenance: provenance()
}, table => [
  check('agency_identifiers_validity_check', sql`${table.validTo} >= ${table.validFrom}`),
  check('agency_identifiers_provenance_check', oneOf(table.provenance, PROVENANCES)),
  index('agency_identifiers_agency_index').on(table.agencyCode),
  // `?identifier=scheme:value`, and every request that names an agency so
  index('agency_identifiers_value_index').on(table.scheme, table.value)
])
