import { check, date, index, jsonb, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { PROVENANCES, RELATION_KINDS, type RelationKind } from '../../domain/words.js'

/** Legal texts (văn bản). A number is unique only together with its issuer and date. */
export const documents = pgTable('documents', {
  id: text('id').primaryKey(),
  number: text('number').notNull(),
  type: text('type').notNull(),
  issuer: text('issuer').notNull(),
  issuedOn: date('issued_on', { mode: 'string' }).notNull(),
  title: jsonb('title').$type<StoredText>().notNull(),
  validFrom: date('valid_from', { mode: 'string' }),
  validTo: date('valid_to', { mode: 'string' }),
  url: text('url'),
  provenance: provenance(),
  quote: text('quote'),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('documents', table.id),
  unique('documents_number_key').on(table.issuer, table.number, table.issuedOn),
  check('documents_provenance_check', oneOf(table.provenance, PROVENANCES)),
  check('documents_validity_check', sql`${table.validTo} >= ${table.validFrom}`)
])

/** "from `kind` to": 1282/KH-UBND `implements` 10-NQ/TU. */
export const documentRelations = pgTable('document_relations', {
  fromId: text('from_id').notNull().references(() => documents.id),
  toId: text('to_id').notNull().references(() => documents.id),
  kind: text('kind').$type<RelationKind>().notNull()
}, table => [
  primaryKey({ name: 'document_relations_pkey', columns: [table.fromId, table.toId, table.kind] }),
  check('document_relations_kind_check', oneOf(table.kind, RELATION_KINDS)),
  check('document_relations_self_check', sql`${table.fromId} <> ${table.toId}`),
  // "what refers to this document" reads the other way round
  index('document_relations_to_index').on(table.toId)
])
