import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { documentRelations, documents } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import { holdsWords } from '../folded.js'
import type { Provenance, RelationKind } from '../../domain/words.js'

export type DocumentRow = typeof documents.$inferSelect
export interface Relation { kind: RelationKind, document: string }
export interface Relations { relations: Relation[], referencedBy: Relation[] }

export interface DocumentFilters {
  words: readonly string[]
  number: string | undefined
  type: string | undefined
  issuer: string | undefined
  /** Of issue. */
  year: number | undefined
  /** In force on this day; a document without validFrom is since its issue. */
  validOn: CivilDate | undefined
  /** Has a relation with this document, in either direction. */
  relatedTo: string | undefined
  provenance: Provenance | undefined
}

export async function listDocuments (db: Queryable, filters: DocumentFilters, page: Page<DocumentRow>) {
  const { words, number, type, issuer, year, validOn, relatedTo, provenance } = filters
  const { id, issuedOn, validFrom, validTo } = documents
  const where = and(
    holdsWords(words, documents.number, sql`${documents.title}->>'vi'`, sql`${documents.title}->>'en'`),
    number === undefined ? undefined : eq(documents.number, number),
    type === undefined ? undefined : eq(documents.type, type),
    issuer === undefined ? undefined : eq(documents.issuer, issuer),
    year === undefined ? undefined : sql`${issuedOn} between make_date(${year}, 1, 1) and make_date(${year}, 12, 31)`,
    validOn === undefined
      ? undefined
      : sql`coalesce(${validFrom}, ${issuedOn}) <= ${validOn}::date and (${validTo} is null or ${validTo} >=
        ${validOn}::date)`,
    relatedTo === undefined
      ? undefined
      : sql`(exists (select from document_relations r where r.from_id = ${id} and r.to_id = ${relatedTo})
          or exists (select from document_relations r where r.to_id = ${id} and r.from_id = ${relatedTo}))`,
    provenance && eq(documents.provenance, provenance),
    page.recorded
  )
  const rows = await db.select().from(documents).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(documents, where) : undefined }
}

export async function findDocument (db: Queryable, id: string): Promise<DocumentRow | undefined> {
  const [row] = await db.select().from(documents).where(eq(documents.id, id))
  return row
}

/** In both directions, of all these documents, in a stable order. */
export async function listRelations (db: Queryable, ids: readonly string[]): Promise<Map<string, Relations>> {
  const found = new Map<string, Relations>(ids.map(id => [id, { relations: [], referencedBy: [] }]))
  if (ids.length === 0) return found
  const these = sql`any(${sql.param(ids)}::text[])`
  const rows = await db.select().from(documentRelations)
    .where(sql`${documentRelations.fromId} = ${these} or ${documentRelations.toId} = ${these}`)
    .orderBy(
      sql`${documentRelations.kind} collate "C"`, sql`${documentRelations.fromId} collate "C"`,
      sql`${documentRelations.toId} collate "C"`
    )
  for (const { fromId, toId, kind } of rows) {
    found.get(fromId)?.relations.push({ kind, document: toId })
    found.get(toId)?.referencedBy.push({ kind, document: fromId })
  }
  return found
}
