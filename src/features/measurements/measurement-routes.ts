import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { created, shows } from '../../http/conditional.js'
import {
  SDMX_EXPORT_TYPES, csvContent, exportContent, exportFormat, sdmxExportQuery
} from '../../http/export-format.js'
import { defineList } from '../../http/list.js'
import { SDMX_CSV_TYPE } from '../../http/negotiation.js'
import { Problem, badRequest, notFound, parameterError } from '../../http/problem.js'
import { Uuid, ref, strict } from '../../http/schema.js'
import { dayInProvince } from '../../domain/date.js'
import { today } from '../../http/today.js'
import { findBearers } from '../../world/bearers.js'
import { listRules, spanOf } from '../../world/calendars.js'
import { asOf } from '../moment.js'
import { findUnknown, unknownReference } from '../references.js'
import { requireSight, sightOf } from '../sight.js'
import { createSinglePushes } from '../pushes/single-queue.js'
import { pushSingle, trySingle } from '../pushes/singles.js'
import { readAsOf } from '../as-of.js'
import { sendMeasurements } from './export.js'
import { columnsOf, toLine } from './export-columns.js'
import type { Catalogue } from '../pushes/facts.js'
import { presentMeasurement } from './present.js'
import { listMeasurements, listRevisions } from './queries.js'
import { type MeasurementFilters, findMeasurement, type MeasurementRow } from '../../world/measurements.js'
import { fieldErrors } from '../pushes/row-problem.js'
import { received } from '../pushes/row.js'
import { MeasurementInput } from '../pushes/row-schema.js'
import { sdmxColumns } from './sdmx-columns.js'
import {
  EXPORT_ROW_CALENDAR, EXPORT_ROW_EXAMPLE, EXPORT_ROW_MEANING, Measurement, MeasurementList, PushedMeasurement,
  measurementQuery
} from './schemas.js'

const MEASUREMENT = { vi: 'số liệu', en: 'measurement' }
const tags = ['measurements']

const recorded = { column: sql`m.recorded_at`, of: (row: MeasurementRow) => row.recordedAt }

const list = defineList<MeasurementRow, 'id' | 'period' | 'agency' | 'indicator'>({
  sorts: {
    // in the order of first recording: ids are UUIDs of version 7
    id: { column: sql`m.id`, of: row => row.id },
    period: { column: sql`m.period`, of: row => row.period, text: true },
    agency: { column: sql`m.agency_code`, of: row => row.agency, text: true },
    indicator: { column: sql`m.indicator_code`, of: row => row.indicator, text: true }
  },
  defaultSort: 'id',
  key: 'id',
  recorded
})

const revisionList = defineList<MeasurementRow, 'revision'>({
  sorts: { revision: { column: sql`m.revision`, of: row => row.revision } },
  defaultSort: '-revision',
  key: 'revision',
  recorded
})

const ALL_SEE: readonly unknown[] = [undefined, 'accepted', 'superseded']

/** What the public is not shown, nobody is told of by a filter. */
function requireSightOf (
  request: FastifyRequest<{ Querystring: { state?: string, client?: string, submission?: string } }>
): void {
  const { state, client, submission } = request.query
  if (!ALL_SEE.includes(state)) requireSight(request, 'state', ['measurements:write', 'measurements:review'])
  if (client !== undefined) {
    requireSight(request, 'client', ['measurements:write', 'measurements:review', 'registry:admin'])
  }
  if (submission !== undefined) {
    requireSight(request, 'submission', ['measurements:write', 'measurements:review', 'registry:admin'])
  }
}

const measurementRoutes: FastifyPluginAsyncTypebox<{ catalogue: Catalogue }> = async (app, { catalogue }) => {
  const pushTogether = createSinglePushes(app.pool, catalogue)

  app.get('/v1/measurements', {
    config: { scope: 'read', sighted: true, produces: SDMX_EXPORT_TYPES, problems: ['insufficient_scope'] },
    schema: {
      operationId: 'listMeasurements',
      tags,
      summary: 'Danh sách số liệu / List the measurements',
      description: 'Mỗi số liệu ở lần sửa mới nhất chưa bị rút; các lần khác ở /revisions. Số liệu chờ duyệt, bị trả ' +
        'lại hay đã rút chỉ có với client được cấp quyền báo cáo cho cơ quan ấy (measurements:write) và người duyệt ' +
        '(measurements:review): ?state=submitted là hàng chờ duyệt.\n\nformat=csv, ndjson, xlsx hoặc sdmx-csv (hoặc ' +
        'tiêu đề Accept) xuất toàn bộ kết quả lọc thành một luồng, theo một thời điểm duy nhất (Content-Location cho ' +
        'địa chỉ để đọc lại đúng bản ấy); không kèm limit, cursor, count, sort. Bản xuất csv, ndjson hay xlsx gửi ' +
        'lại cho POST /v1/submissions thì mọi dòng “unchanged”: vì thế, khi không nêu state, bản xuất không có số ' +
        'liệu đã rút hay bị trả lại. Cột và trường như khi gửi; phân tổ của CSV và xlsx ở cột breakdown.<phân tổ>, ' +
        'mọi phân tổ của hệ thống; xlsx thêm các cột tên, bắt đầu bằng “#”; revisionReason là lý do của lần sửa đã ' +
        'lưu, muốn sửa tiếp phải nêu reason mới. Ô văn bản có thể bị bảng tính hiểu là công thức được thêm dấu \' ở ' +
        'trước. sdmx-csv là SDMX-CSV 2.0, để hệ thống thống kê đọc: mã của SDMX, dấu chấm thập phân, ô trống là ' +
        'không có; nó không gửi lại được.\n\nEach measurement at its newest revision that was not retracted; the ' +
        'others are at /revisions. Figures that await review, were returned or withdrawn are there for a client that ' +
        'may report for the agency (measurements:write) and for reviewers (measurements:review): ?state=submitted is ' +
        'their queue.\n\nformat=csv, ndjson, xlsx or sdmx-csv (or the Accept header) exports the whole filtered ' +
        'result as a stream, as of one instant (Content-Location is where the same can be read again); limit, ' +
        'cursor, count and sort do not go with it. An export as csv, ndjson or xlsx pushed back to POST ' +
        '/v1/submissions is all `unchanged`: so, where no state is asked for, it has no figures that were withdrawn ' +
        'or returned. Columns and fields are those of a push; break-downs of CSV and xlsx in columns ' +
        'breakdown.<dimension>, all dimensions of the registry; xlsx has columns of names too, which begin with `#`; ' +
        'revisionReason is the reason of the stored revision, and another change needs a `reason` of its own. Cells ' +
        'of text that a spreadsheet could take for a formula have a \' in front. sdmx-csv is SDMX-CSV 2.0, for ' +
        'statistical systems: codes of SDMX, a decimal point, empty where there is nothing; it cannot be pushed back.',
      querystring: list.query({ ...measurementQuery, asOf, ...sdmxExportQuery }),
      response: {
        200: {
          description: 'Các số liệu. / The measurements.',
          content: {
            ...exportContent(ref(MeasurementList), {
              columns: columnsOf(['sector']), row: EXPORT_ROW_EXAMPLE, line: toLine(EXPORT_ROW_EXAMPLE)
            }),
            [SDMX_CSV_TYPE]: csvContent(
              'SDMX-CSV 2.0', sdmxColumns(['sector'], () => EXPORT_ROW_MEANING, [EXPORT_ROW_CALENDAR]),
              EXPORT_ROW_EXAMPLE
            )
          }
        }
      }
    }
  }, async (request, reply) => {
    const {
      agency: agencyName, indicator, asOf, limit, cursor, sort, count, format: _format, bom, delimiter, decimalComma,
      ...filters
    } = request.query
    requireSightOf(request)
    const sight = await sightOf(request)
    const resolve = async (db: Queryable, at: string | undefined): Promise<MeasurementFilters> => {
      const day = at === undefined ? today() : dayInProvince(at)
      const asked = filters.period ?? (filters.year === undefined ? undefined : String(filters.year))
      const span = asked === undefined ? undefined : spanOf(asked, await listRules(db, at))
      const agencies = agencyName === undefined ? undefined : await findBearers(db, agencyName, span, day, at)
      const unknown = [
        ...await findUnknown(db, [{ noun: 'indicator', value: indicator, parameter: 'indicator' }]),
        ...agencyName !== undefined && agencies!.length === 0
          ? [unknownReference('agency', agencyName, { parameter: 'agency' })]
          : [],
        ...filters.withSubtree === true && agencyName === undefined
          ? [
              parameterError(
                'withSubtree', 'agency_required', '“withSubtree” đi cùng “agency”.', '`withSubtree` goes with `agency`.'
              )
            ]
          : []
      ]
      if (unknown.length > 0) throw badRequest(unknown)
      return { ...filters, indicator, agencies }
    }
    const format = exportFormat(request)
    if (format !== undefined) {
      await sendMeasurements(app, request, reply, format, { asOf, sight, filters: resolve })
      return reply
    }
    const page = list.page(request, sight.key)
    return readAsOf(app, asOf, async (db, at) => {
      const { rows, count } = await listMeasurements(db, await resolve(db, at), page, sight, at)
      return page.send(reply, rows, row => presentMeasurement(row, request.language), { count })
    })
  })

  app.post('/v1/measurements', {
    config: {
      scope: 'measurements:write', lane: 'single', problems: ['measurement_rejected', 'not_allowed', 'unprocessable']
    },
    schema: {
      operationId: 'pushMeasurement',
      tags: ['push'],
      summary: 'Gửi một số liệu / Push one measurement',
      description: 'Một lần gửi gồm một dòng. 201: số liệu mới hoặc lần sửa mới; 200: không có gì mới so với số ' +
        'liệu đã lưu, không ghi gì. Gửi lại cùng nội dung là an toàn. dryRun=true kiểm tra như thật, không ghi gì: ' +
        '200 ' +
        'với số liệu sẽ được ghi, hoặc đúng lỗi mà lần gửi thật sẽ có.\n\nA submission of one row. 201: a new ' +
        'measurement or a new revision; 200: it says nothing new beside what is stored, and nothing was written. ' +
        'Sending the same again is safe. dryRun=true runs the same code and writes nothing: 200 with the measurement ' +
        'that would be written, or the very problem that the push would have.',
      querystring: strict({
        dryRun: Type.Optional(Type.Boolean({ description: 'true: không ghi gì. / true: nothing is written.' }))
      }),
      body: ref(MeasurementInput),
      response: { 200: ref(PushedMeasurement), 201: ref(Measurement) }
    }
  }, async (request, reply) => {
    const single = { clientId: request.principal!.clientId, row: received(request.body) }
    const dryRun = request.query.dryRun === true
    const push = () => request.held === undefined ? pushTogether(single) : pushSingle(request.held, catalogue, single)
    const { judged, measurement } = await (dryRun ? trySingle(app.pool, catalogue, single) : push())
    const { outcome } = judged
    if (!dryRun && outcome !== 'not_written') app.metrics.pushed({ [outcome]: 1 })
    if (measurement === undefined) {
      throw new Problem('measurement_rejected', { errors: fieldErrors(judged.problems) })
    }
    const shown = presentMeasurement(measurement, request.language, true)
    if (dryRun) return { ...shown, dryRun, outcome: judged.outcome as PushedMeasurement['outcome'] }
    const location = `/v1/measurements/${measurement.id}`
    if (judged.outcome !== 'unchanged') return created(reply, location, measurement.revision, shown)
    shows(reply, location, measurement.revision)
    return shown
  })

  app.get('/v1/measurements/:id', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'getMeasurement',
      tags,
      summary: 'Một số liệu, ở lần sửa mới nhất / A measurement, at its newest revision',
      description: 'Lần sửa mới nhất; công khai là lần được chấp nhận mới nhất, và 404 khi không có lần nào. Lần sửa ' +
        'bị rút trước khi được chấp nhận không tính: lần trước đó lại có hiệu lực.\n\nThe newest revision; for the ' +
        'public the newest that was accepted, and 404 where there is none. One withdrawn before it was accepted does ' +
        'not count: the one before it stands again.',
      params: strict({ id: ref(Uuid) }),
      querystring: strict({ asOf }),
      response: { 200: ref(Measurement) }
    }
  }, async (request, reply) => {
    const sight = await sightOf(request)
    const row = await readAsOf(app, request.query.asOf, (db, at) =>
      findMeasurement(db, request.params.id, { at, sight }))
    if (row === undefined) throw notFound(MEASUREMENT, request.params.id)
    reply.rowVersion = row.revision
    return presentMeasurement(row, request.language)
  })

  app.get('/v1/measurements/:id/revisions', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'listMeasurementRevisions',
      tags,
      summary: 'Mọi lần sửa của một số liệu / Every revision of a measurement',
      description: 'Mới nhất trước. Không lần sửa nào bị ghi đè hay xóa.\n\nNewest first. No revision is ever ' +
        'overwritten or deleted.',
      params: strict({ id: ref(Uuid) }),
      querystring: revisionList.query({ asOf }),
      response: { 200: ref(MeasurementList) }
    }
  }, async (request, reply) => {
    const sight = await sightOf(request)
    const page = revisionList.page(request, sight.key)
    const { id } = request.params
    const { rows, count } = await readAsOf(app, request.query.asOf, async (db, at) => {
      if (await findMeasurement(db, id, { at, sight }) === undefined) throw notFound(MEASUREMENT, id)
      return listRevisions(db, id, page, sight, at)
    })
    return page.send(reply, rows, row => presentMeasurement(row, request.language), { count })
  })
}

export default measurementRoutes
