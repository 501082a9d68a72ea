import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { publicHolidays } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Provenance, ref, strict } from '../../http/schema.js'
import { asOf, readMoment } from '../moment.js'
import { changeHoliday, createHoliday, removeHoliday } from './actions.js'
import { findHoliday, listHolidayRows, type HolidayRow } from './queries.js'
import { Holiday, HolidayInput, HolidayList, HolidayPatch, kind, schemas } from './schemas.js'

const list = defineList<HolidayRow, 'day'>({
  sorts: { day: publicHolidays.day },
  defaultSort: 'day',
  key: 'day',
  recorded: { column: publicHolidays.knownFrom, of: row => row.knownFrom }
})

const tags = ['calendars']
const params = strict({ day: ref(CivilDate) })
const HOLIDAY = { vi: 'ngày nghỉ hay làm bù', en: 'holiday' }

const present = ({ day, kind, name, provenance, knownFrom }: HolidayRow): Holiday => ({
  day, kind, name, provenance, recordedAt: knownFrom
})

const holidayRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/holidays', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listHolidays',
      tags,
      summary: 'Ngày nghỉ và ngày làm bù / List the days off and the days worked in exchange',
      description: 'Hạn tính theo ngày làm việc trừ thứ Bảy, Chủ nhật và những ngày này; sửa bảng là đổi hạn của mọi ' +
        'kỳ có ngày đó, còn số liệu đã ghi là muộn vẫn là muộn.\n\nDeadlines count working days, without weekends ' +
        'and these. A change of the table moves the deadlines it concerns; a figure recorded as late stays so.',
      querystring: list.query({
        year: Type.Optional(Type.Integer({
          minimum: 1, maximum: 9999, description: 'Năm dương lịch. / The calendar year.'
        })),
        kind: Type.Optional(kind),
        provenance: Type.Optional(ref(Provenance)),
        asOf
      }),
      response: { 200: ref(HolidayList) }
    }
  }, async (request, reply) => {
    const { year, kind, provenance } = request.query
    const page = list.page(request)
    const { rows, count } = await readMoment(pool, request.query, (tx, at) =>
      listHolidayRows(tx, { year, kind, provenance }, at, page))
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/holidays/:day', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getHoliday',
      tags,
      summary: 'Một ngày nghỉ hay làm bù / A day off, or worked in exchange',
      description: 'Ngày không có trong bảng là 404: ngày làm việc hay cuối tuần bình thường.\n\nA day that is not ' +
        'in the table is 404: an ordinary working day or weekend.',
      params,
      querystring: strict({ asOf }),
      response: { 200: ref(Holiday) }
    }
  }, async (request, reply) => {
    const { day } = request.params
    const row = await readMoment(pool, request.query, (tx, at) => findHoliday(tx, day, at))
    if (row === undefined) throw notFound(HOLIDAY, day)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.post('/v1/holidays', {
    config: { scope: 'registry:admin', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createHoliday',
      tags,
      summary: 'Thêm ngày nghỉ hay làm bù / Add a day off, or one worked in exchange',
      description: 'Ngày làm bù phải là thứ Bảy hay Chủ nhật.\n\nA day worked in exchange is a Saturday or a Sunday.',
      body: ref(HolidayInput),
      response: { 201: ref(Holiday) }
    }
  }, async (request, reply) => {
    const row = await createHoliday(request.unit, request.body)
    return created(reply, `/v1/holidays/${row.day}`, row.rowVersion, present(row))
  })

  app.patch('/v1/holidays/:day', {
    config: { scope: 'registry:admin', problems: ['unprocessable'] },
    schema: {
      operationId: 'updateHoliday',
      tags,
      summary: 'Sửa ngày nghỉ hay làm bù / Change a day off, or worked in exchange',
      description: 'Những gì đã ghi nhận trước đó vẫn đọc được bằng “asOf”. Cần If-Match.\n\nWhat was known before ' +
        'can still be read with `asOf`. Needs If-Match.',
      params,
      body: ref(HolidayPatch),
      response: { 200: ref(Holiday) }
    }
  }, async (request, reply) => {
    const { day } = request.params
    const row = await changeHoliday(pool, day, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(HOLIDAY, day)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.delete('/v1/holidays/:day', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'deleteHoliday',
      tags,
      summary: 'Bỏ ngày nghỉ hay làm bù / Remove a day off, or one worked in exchange',
      description: 'Đọc lại được bằng “asOf”. Cần If-Match.\n\nIt can still be read with `asOf`. Needs If-Match.',
      params,
      response: { 204: Type.Null({ description: 'Đã bỏ. / Removed.' }) }
    }
  }, async (request, reply) => {
    const { day } = request.params
    if (!await removeHoliday(pool, day, requirePrecondition(request))) throw notFound(HOLIDAY, day)
    return reply.code(204).send(null)
  })
}

export default holidayRoutes
