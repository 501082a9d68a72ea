import { bigint, check, date, index, jsonb, pgTable, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { agencies } from './agencies.js'
import { oneOf, provenance, recordedAt, uniqueWithoutCase, type StoredText } from './common.js'
import { documents } from './documents.js'
import { PROVENANCES, REORGANISATION_KINDS, type ReorganisationKind, type Share, SHARES } from '../../domain/words.js'

/** What passes on, where it is less than everything. */
export interface StoredFunctions { targets?: string[], tasks?: string[], indicators?: string[] }

/**
 * Reorganisations (sắp xếp tổ chức): that which changed agencies on a day, and the document that did. Append-only: what
 * it moved lives in the dated facts of agencies, assignments and grants, and `changes` says what that was.
 */
export const reorganisations = pgTable('reorganisations', {
  id: text('id').primaryKey(),
  kind: text('kind').$type<ReorganisationKind>().notNull(),
  effectiveOn: date('effective_on', { mode: 'string' }).notNull(),
  /** The document that orders it; only `entered_in_error` has none. */
  documentId: text('document_id').references(() => documents.id),
  reason: jsonb('reason').$type<StoredText>(),
  /** What was asked for, with codes in place of identifiers. */
  request: jsonb('request').$type<Record<string, unknown>>().notNull(),
  changes: jsonb('changes').$type<Record<string, unknown>>().notNull(),
  /** Every agency that it touched, for `?agency=` and for what came after. */
  agencies: text('agencies').array().notNull(),
  provenance: provenance(),
  clientId: text('client_id'),
  recordedAt: recordedAt()
}, table => [
  uniqueWithoutCase('reorganisations', table.id),
  check('reorganisations_kind_check', oneOf(table.kind, REORGANISATION_KINDS)),
  check('reorganisations_document_check', sql`${table.documentId} is not null or ${table.kind} = 'entered_in_error'`),
  check('reorganisations_provenance_check', oneOf(table.provenance, PROVENANCES)),
  index('reorganisations_effective_index').on(table.effectiveOn),
  // what happened to an agency
  index('reorganisations_agencies_index').using('gin', table.agencies)
])

/** Who took over from whom, and how much: the edges of the graph of successors. */
export const reorganisationSuccessions = pgTable('reorganisation_successions', {
  id: bigint('id', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
  reorganisationId: text('reorganisation_id').notNull().references(() => reorganisations.id),
  fromAgency: text('from_agency').notNull().references(() => agencies.code),
  toAgency: text('to_agency').notNull().references(() => agencies.code),
  share: text('share').$type<Share>().notNull(),
  functions: jsonb('functions').$type<StoredFunctions>(),
  recordedAt: recordedAt()
}, table => [
  unique('reorganisation_successions_key').on(table.reorganisationId, table.fromAgency, table.toAgency),
  check('reorganisation_successions_share_check', oneOf(table.share, SHARES)),
  check('reorganisation_successions_self_check', sql`${table.fromAgency} <> ${table.toAgency}`),
  // whoever passes on everything names no function
  check('reorganisation_successions_functions_check', sql`${table.share} = 'part' or ${table.functions} is null`),
  // and does so once: it ends with it, and codes are not used again
  uniqueIndex('reorganisation_successions_whole').on(table.fromAgency).where(sql`${table.share} = 'whole'`),
  index('reorganisation_successions_from_index').on(table.fromAgency),
  index('reorganisation_successions_to_index').on(table.toAgency)
])
