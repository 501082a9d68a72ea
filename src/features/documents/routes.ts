import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { documents } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { CivilDate, Code, Provenance, ref, strict } from '../../http/schema.js'
import { searchWords } from '../../http/search.js'
import { q } from '../fields.js'
import { findUnknown, NOUNS } from '../references.js'
import { stated } from '../stated.js'
import { changeDocument, createDocument } from './actions.js'
import { findDocument, listDocuments, listRelations, type DocumentRow, type Relations } from './queries.js'
import { Document, DocumentInput, DocumentList, DocumentPatch, schemas } from './schemas.js'

const list = defineList<DocumentRow, 'id' | 'number' | 'issuedOn' | 'type'>({
  sorts: { id: documents.id, number: documents.number, issuedOn: documents.issuedOn, type: documents.type },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: documents.knownFrom, of: row => row.knownFrom }
})

const tags = ['documents']
const params = strict({ id: ref(Code) })
const text = (description: string, example: string) =>
  Type.Optional(Type.String({ minLength: 1, maxLength: 300, description, examples: [example] }))

function present (row: DocumentRow, relations: Relations): Document {
  const { rowVersion, recordedAt, knownFrom, ...rest } = row
  return { ...stated(rest), ...relations, recordedAt: knownFrom }
}

const documentRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  const presentOne = async (from: Queryable, row: DocumentRow) =>
    present(row, (await listRelations(from, [row.id])).get(row.id)!)

  app.get('/v1/documents', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listDocuments',
      tags,
      summary: 'Danh sách văn bản / List the documents',
      description: '“q” tìm không dấu trong số và tên văn bản, tiếng Việt và tiếng Anh.\n\n`q` searches number and ' +
        'title, Vietnamese and English, without diacritics.',
      querystring: list.query({
        q,
        number: text('Đúng số, ký hiệu này. / Exactly this number.', '4677/KH-UBND'),
        type: text('Đúng loại này. / Exactly this kind.', 'Kế hoạch'),
        issuer: text('Đúng cơ quan ban hành này. / Exactly this issuer.', 'UBND tỉnh Bình Thuận'),
        year: Type.Optional(Type.Integer({ minimum: 1, maximum: 9999, description: 'Năm ban hành. / Year of issue.' })),
        validOn: Type.Optional(ref(CivilDate, { description: 'Còn hiệu lực trong ngày này. / In force on this day.' })),
        relatedTo: Type.Optional(ref(Code, {
          description: 'Có quan hệ với văn bản này, theo chiều nào cũng được. / Has a relation with this document, ' +
            'in either direction.'
        })),
        provenance: Type.Optional(ref(Provenance))
      }),
      response: { 200: ref(DocumentList) }
    }
  }, async (request, reply) => {
    const { q, number, type, issuer, year, validOn, relatedTo, provenance } = request.query
    const words = searchWords(q)
    const unknown = await findUnknown(db, [{ noun: 'document', value: relatedTo, parameter: 'relatedTo' }])
    if (unknown.length > 0) throw badRequest(unknown)
    const page = list.page(request)
    const { rows, count } = await listDocuments(
      db, { words, number, type, issuer, year, validOn, relatedTo, provenance }, page
    )
    const relations = await listRelations(db, rows.map(row => row.id))
    return page.send(reply, rows, row => present(row, relations.get(row.id)!), { count })
  })

  app.get('/v1/documents/:id', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getDocument',
      tags,
      summary: 'Một văn bản / A document',
      description: 'Với quan hệ theo cả hai chiều: “relations” là quan hệ của văn bản này với văn bản khác, ' +
        '“referencedBy” là chiều ngược lại.\n\nWith its relations in both directions: `relations` is what it does to ' +
        'others, `referencedBy` the reverse.',
      params,
      response: { 200: ref(Document) }
    }
  }, async (request, reply) => {
    const row = await findDocument(db, request.params.id)
    if (row === undefined) throw notFound(NOUNS.document, request.params.id)
    reply.rowVersion = row.rowVersion
    return presentOne(db, row)
  })

  app.post('/v1/documents', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createDocument',
      tags,
      summary: 'Thêm một văn bản / Create a document',
      description: 'Không gửi “id” thì lấy từ số và năm. Số chỉ là duy nhất cùng với cơ quan ban hành và ' +
        'ngày.\n\nWithout `id` it is derived from number and year. A number is unique only together with issuer and ' +
        'date.',
      body: ref(DocumentInput),
      response: { 201: ref(Document) }
    }
  }, async (request, reply) => {
    const row = await createDocument(request.unit, request.body)
    return created(reply, `/v1/documents/${row.id}`, row.rowVersion, await presentOne(request.unit.db, row))
  })

  app.patch('/v1/documents/:id', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'updateDocument',
      tags,
      summary: 'Sửa một văn bản / Change a document',
      description: '“relations” gửi lên thay toàn bộ quan hệ của văn bản này với văn bản khác. Cần ' +
        'If-Match.\n\n`relations` replaces all that this document does to others. Needs If-Match.',
      params,
      body: ref(DocumentPatch),
      response: { 200: ref(Document) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await changeDocument(pool, id, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(NOUNS.document, id)
    reply.rowVersion = row.rowVersion
    return presentOne(db, row)
  })
}

export default documentRoutes
