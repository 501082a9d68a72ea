import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { documentRelations, documents } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { badRequest, bodyError, unprocessable } from '../../http/problem.js'
import { checkQuote } from '../provenance.js'
import { findUnknown } from '../references.js'
import { listRelations, type DocumentRow, type Relation } from './queries.js'
import { checkDocument, documentIdOf } from './rules.js'
import type { DocumentInput, DocumentPatch } from './schemas.js'

type Whole = Omit<typeof documents.$inferInsert, 'rowVersion' | 'recordedAt'> & Parameters<typeof checkDocument>[0]

export async function createDocument (unit: Transactor, input: DocumentInput): Promise<DocumentRow> {
  const {
    id = documentIdOf(input.number, input.issuedOn), relations = [], validFrom = null, validTo = null, url = null,
    quote = null, provenance = 'operational', ...rest
  } = input
  if (id === undefined) {
    throw badRequest([
      bodyError(
        '/id', 'id_required', 'Không lập được id từ số này; hãy gửi id.',
        'No id can be derived from this number; give one.'
      )
    ])
  }
  const whole = { ...rest, id, validFrom, validTo, url, quote, provenance }
  return withTransaction(unit, async tx => {
    await judge(tx, { ...whole, relations })
    const [row] = await tx.insert(documents).values(whole).returning()
    await insertRelations(tx, id, relations)
    return row!
  })
}

/** Undefined when there is no such document. */
export async function changeDocument (
  unit: Transactor, id: string, patch: DocumentPatch, expected: Precondition
): Promise<DocumentRow | undefined> {
  const { relations, ...columns } = patch
  return withTransaction(unit, async tx => {
    const [row] = await tx.select().from(documents).where(eq(documents.id, id)).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const stored = relations ?? (await listRelations(tx, [id])).get(id)!.relations
    await judge(tx, { ...row, ...columns, relations: stored } as Whole)
    if (relations !== undefined) {
      await tx.delete(documentRelations).where(eq(documentRelations.fromId, id))
      await insertRelations(tx, id, relations)
    }
    const [changed] = await tx.update(documents).set({ ...columns, rowVersion: sql`${documents.rowVersion} + 1` })
      .where(eq(documents.id, id)).returning()
    return changed
  })
}

async function judge (tx: Transaction, whole: Whole): Promise<void> {
  const errors = [
    ...checkDocument(whole),
    ...checkQuote(whole),
    ...await findUnknown(tx, whole.relations
      .map(({ document }, i) => ({ noun: 'document' as const, value: document, pointer: `/relations/${i}/document` }))
      .filter(({ value }) => value !== whole.id))
  ]
  if (errors.length > 0) throw unprocessable(errors)
}

async function insertRelations (tx: Transaction, id: string, relations: readonly Relation[]): Promise<void> {
  if (relations.length === 0) return
  await tx.insert(documentRelations)
    .values(relations.map(({ kind, document }) => ({ fromId: id, toId: document, kind })))
}
