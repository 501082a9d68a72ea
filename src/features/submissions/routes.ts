import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { readAs } from '../../ledger/reader.js'
import { submissions } from '../../db/schema/index.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import { defineList } from '../../http/list.js'
import { Problem, badRequest, notFound, parameterError } from '../../http/problem.js'
import { Uuid, oneOf, ref, strict } from '../../http/schema.js'
import { EXCEPTIONS_KEPT } from '../pushes/exceptions.js'
import { columnsOf, REJECTED_EXAMPLE, sendRows } from './export.js'
import { presentExceptions, presentReplaced, presentSubmission, presentSubmissionRow } from './present.js'
import pushRoute from './push-route.js'
import { addStandings } from '../pushes/standing.js'
import { findSubmission, listSubmissions, type SubmissionRecord } from './queries.js'
import { countRows, firstRows, listExceptions, readRows, type RowOutcome } from '../pushes/row-outcomes.js'
import type { Catalogue } from '../pushes/facts.js'
import { MeasurementInput, RowInput, RowProblem, RowWarning } from '../pushes/row-schema.js'
import { SubmissionList, SubmissionReceipt, SubmissionRowList, Mode, submissionSchemas } from './schemas.js'
import { OUTCOMES, SUBMISSION_STATES } from '../../domain/words.js'

const SUBMISSION = { vi: 'lần gửi', en: 'submission' }
const tags = ['push']
/** A receipt is for the client that pushed and for those who review. */
const READERS = ['measurements:write', 'measurements:review'] as const

const list = defineList<SubmissionRecord, 'id'>({
  sorts: { id: submissions.id },
  defaultSort: '-recordedAt',
  key: 'id',
  recorded: submissions.recordedAt
})

const rowList = defineList<RowOutcome, 'position'>({
  sorts: { position: { of: row => row.position } },
  defaultSort: 'position',
  key: 'position'
})

const reviews = (request: FastifyRequest) => request.principal!.scopes.includes('measurements:review')

const routes: FastifyPluginAsyncTypebox<{ catalogue: Catalogue }> = async (app, { catalogue }) => {
  for (const schema of [MeasurementInput, RowInput, RowProblem, RowWarning, ...submissionSchemas]) app.addSchema(schema)
  const { pool } = app
  const { publicUrl } = app.paging

  /** Another client's submission does not exist for one that only pushes. */
  async function findReadable (db: Queryable, request: FastifyRequest, id: string): Promise<SubmissionRecord> {
    const found = await findSubmission(db, id)
    if (found === undefined || (found.clientId !== request.principal!.clientId && !reviews(request))) {
      throw notFound(SUBMISSION, id)
    }
    return found
  }

  await app.register(pushRoute, { catalogue })

  app.get('/v1/submissions', {
    config: { scope: READERS, problems: ['not_allowed'] },
    schema: {
      operationId: 'listSubmissions',
      tags,
      summary: 'Danh sách lần gửi / List the submissions',
      description: 'Lần gửi của chính mình; người duyệt thấy của mọi client.\n\nOne\'s own; those who review see ' +
        'every client\'s.',
      querystring: list.query({
        client: Type.Optional(Type.String({
          minLength: 1, maxLength: 64, description: 'Client đã gửi. / The client that pushed.'
        })),
        mode: Type.Optional(Mode),
        state: Type.Optional(oneOf(SUBMISSION_STATES, {
          description: 'Trạng thái của lần gửi. / State of the submission.'
        }))
      }),
      response: { 200: ref(SubmissionList) }
    }
  }, async (request, reply) => {
    const { client, mode, state } = request.query
    const own = request.principal!.clientId
    if (client !== undefined && client !== own && !reviews(request)) {
      throw new Problem('not_allowed', {
        detail: {
          vi: 'Chỉ người duyệt được xem lần gửi của client khác.',
          en: 'Only those who review see another client\'s submissions.'
        }
      })
    }
    const page = list.page(request, own)
    const { rows, count } = await readAs(pool, own, db =>
      listSubmissions(db, { client: reviews(request) ? client : own, mode, state }, page))
    return page.send(reply, rows, row => presentSubmission(row, publicUrl, request.language), { count })
  })

  app.get('/v1/submissions/:id', {
    config: { scope: READERS, problems: ['not_allowed'] },
    schema: {
      operationId: 'getSubmission',
      tags,
      summary: 'Biên nhận của một lần gửi / The receipt of a submission',
      description: 'Dành cho client đã gửi và người duyệt, chừng nào dữ liệu còn được lưu.\n\nFor the client that ' +
        'pushed it and for those who review, for as long as the data lives.',
      params: strict({ id: ref(Uuid) }),
      response: { 200: ref(SubmissionReceipt) }
    }
  }, async request => {
    const { found, exceptions } = await readAs(pool, request.principal!.clientId, async db => {
      const found = await findReadable(db, request, request.params.id)
      return { found, exceptions: await listExceptions(db, found.id, EXCEPTIONS_KEPT) }
    })
    return {
      ...presentSubmission(found, publicUrl, request.language), ...presentReplaced(found, request.language),
      ...presentExceptions(exceptions, request.language)
    }
  })

  app.get('/v1/submissions/:id/rows', {
    config: { scope: READERS, produces: EXPORT_TYPES, problems: ['not_allowed'] },
    schema: {
      operationId: 'listSubmissionRows',
      tags,
      summary: 'Kết quả của mọi dòng / The outcome of every row',
      description: 'Theo thứ tự trong lần gửi. format=csv, ndjson hoặc xlsx (hoặc tiêu đề Accept) xuất toàn bộ kết ' +
        'quả lọc thành một luồng, ví dụ ?outcome=rejected để sửa và gửi lại đúng các dòng ấy (itemId, line và ' +
        'position cho biết dòng nào); NDJSON: mỗi dòng như một phần tử của data; CSV: các lỗi của một dòng nối bằng ' +
        '“ | ”, mỗi lỗi là “mã vị-trí: chi tiết”.\n\nIn the order of the push. format=csv, ndjson or xlsx (or the ' +
        'Accept header) exports the whole filtered result as a stream, such as ?outcome=rejected to correct and ' +
        'resend just those rows (itemId, line and position say which); NDJSON: each line like an item of data; CSV: ' +
        'the problems of a row joined by " | ", each as `code pointer: detail`.',
      params: strict({ id: ref(Uuid) }),
      querystring: rowList.query({
        outcome: Type.Optional(oneOf(OUTCOMES, {
          description: 'Chỉ các dòng có kết quả này. / Only rows of this outcome.'
        })),
        warned: Type.Optional(Type.Boolean({ description: 'Có hay không có cảnh báo. / With or without warnings.' })),
        standing: Type.Optional(Type.Boolean({
          description: 'false: chỉ các dòng mà số liệu nay không còn như đã gửi (bị trả lại, bị rút, hay đã có số ' +
            'khác); true: chỉ các dòng còn nguyên. Không dùng khi xuất tệp. / false: only rows whose figure no ' +
            'longer stands as it was sent (returned, withdrawn, or replaced); true: only those that do. Not with an ' +
            'export.'
        })),
        ...exportQuery
      }),
      response: {
        200: {
          description: 'Kết quả của các dòng. / The outcome of rows.',
          content: exportContent(ref(SubmissionRowList), {
            columns: columnsOf('en'), row: REJECTED_EXAMPLE, line: presentSubmissionRow(REJECTED_EXAMPLE, 'en')
          })
        }
      }
    }
  }, async (request, reply) => {
    const format = exportFormat(request)
    const { id } = request.params
    const reader = request.principal!.clientId
    await readAs(pool, reader, db => findReadable(db, request, id))
    const { outcome, warned, standing } = request.query
    const filters = { outcome, warned, standing }
    if (format !== undefined) {
      if (standing !== undefined) {
        throw badRequest([
          parameterError(
            'standing', 'json_only', '“standing” không dùng khi xuất tệp.', '`standing` does not go with an export.'
          )
        ])
      }
      await sendRows(app, request, reply, format, { id, reader, filters })
      return reply
    }
    const page = rowList.page(request)
    const { descending } = page.keys[0]!
    const reached = page.reached === undefined ? undefined : Number(page.reached[0])
    const edge = reached === undefined ? {} : descending ? { to: reached - 1 } : { from: reached + 1 }
    const { shown, count } = await readAs(pool, reader, async db => {
      const rows = await firstRows(readRows(db, id, filters, { ...edge, descending }), page.take)
      return {
        shown: standing === undefined ? await addStandings(db, rows) : rows,
        count: page.counted ? await countRows(db, id, filters) : undefined
      }
    })
    return page.send(reply, shown, row => presentSubmissionRow(row, request.language), { count })
  })
}

export default routes
