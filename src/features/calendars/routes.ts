import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { calendars } from '../../db/schema/index.js'
import { periodOn } from '../../domain/calendar.js'
import { FIRST_YEAR, LAST_YEAR } from '../../domain/period.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Code, Provenance, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { readAsOf } from '../as-of.js'
import { asOf } from '../moment.js'
import { NOUNS } from '../references.js'
import { stated } from '../stated.js'
import { changeCalendar, createCalendar } from './actions.js'
import { listHolidays } from '../../world/holidays.js'
import { loadLife } from '../../world/period-life.js'
import { findCalendar, listCalendars } from './queries.js'
import { ruleOf, type CalendarRow } from '../../world/calendars.js'
import { periodsOf, type PeriodOfCalendar } from './rules.js'
import {
  Calendar, CalendarInput, CalendarList, CalendarPatch, CalendarPeriodList, frequency, schemas
} from './schemas.js'
import { transitionSchemas } from './transition-schemas.js'
import { transitionRoutes } from './transitions.js'
import { FREQUENCIES } from '../../domain/words.js'

const list = defineList<CalendarRow, 'code'>({
  sorts: { code: calendars.code },
  defaultSort: 'code',
  key: 'code',
  recorded: { column: calendars.knownFrom, of: row => row.knownFrom }
})
const periodList = defineList<PeriodOfCalendar, 'cutOff' | 'deadline' | 'period'>({
  sorts: {
    cutOff: { of: row => row.cutOff }, deadline: { of: row => row.deadline }, period: { of: row => row.period }
  },
  defaultSort: 'cutOff',
  key: 'period'
})

const tags = ['calendars']
const params = strict({ code: ref(Code) })

function present (row: CalendarRow): Calendar {
  const { rowVersion, recordedAt, knownFrom, deadlines, locks, ...rest } = row
  const flat = Object.fromEntries(FREQUENCIES.map(one =>
    [one, (deadlines[one] ?? []).map(({ tier, rule }) => ({ tier, ...rule }))])) as Calendar['deadlines']
  const locked = Object.keys(locks).length === 0 ? {} : { locks: locks as NonNullable<Calendar['locks']> }
  return { ...stated(rest), deadlines: flat, ...locked, recordedAt: knownFrom }
}

const calendarRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of [...schemas, ...transitionSchemas]) app.addSchema(schema)
  const { db, pool } = app

  app.get('/v1/calendars', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listCalendars',
      tags,
      summary: 'Danh sách lịch báo cáo / List the reporting calendars',
      description: 'administrative: tháng m là 15/(m−1) … 14/m (NĐ 09/2019/NĐ-CP); statistical: theo tháng dương ' +
        'lịch.\n\nadministrative: month m is 15/(m−1) … 14/m; statistical: calendar months.',
      querystring: list.query({ provenance: Type.Optional(ref(Provenance)) }),
      response: { 200: ref(CalendarList) }
    }
  }, async (request, reply) => {
    const page = list.page(request)
    const { rows, count } = await listCalendars(db, request.query.provenance, page)
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/calendars/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getCalendar',
      tags,
      summary: 'Một lịch báo cáo / A reporting calendar',
      description: 'Các kỳ đã tính ra ngày ở /periods.\n\nThe periods with their days are at /periods.',
      params,
      response: { 200: ref(Calendar) }
    }
  }, async (request, reply) => {
    const row = await findCalendar(db, request.params.code)
    if (row === undefined) throw notFound(NOUNS.calendar, request.params.code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.get('/v1/calendars/:code/periods', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listCalendarPeriods',
      tags,
      summary: 'Ngày đầu, ngày cuối, ngày chốt và hạn của các kỳ / Windows, cut-offs and deadlines of the periods',
      description: '“on” tìm kỳ của mỗi loại chứa ngày đó (sau chín tháng thì không có kỳ chín tháng). Không có ' +
        '“year” và “on” thì là năm báo cáo hiện tại. Hạn tính theo ngày làm việc, trừ cuối tuần và ngày nghỉ ' +
        'lễ.\n\n`on` finds the period of each frequency that holds the day (after its end there is no nine-month ' +
        'period). Without `year` and `on`: the present reporting year. Deadlines count working days, without ' +
        'weekends and public holidays.',
      params,
      querystring: periodList.query({
        year: Type.Optional(Type.Integer({
          minimum: FIRST_YEAR, maximum: LAST_YEAR,
          description: 'Năm của kỳ, không phải năm dương lịch của ngày. / The year of the period, not that of a day.'
        })),
        frequency: Type.Optional(frequency),
        on: Type.Optional(ref(CivilDate, {
          description: 'Chỉ các kỳ gồm ngày này. / Only periods whose window holds this day.'
        })),
        stateOn: Type.Optional(ref(CivilDate, {
          description: 'Trạng thái kỳ vào ngày này; mặc định “on”, rồi hôm nay. / The state of the period on this ' +
            'day; `on` when absent, then today.'
        })),
        asOf
      }),
      response: { 200: ref(CalendarPeriodList) }
    }
  }, async (request, reply) => {
    const { frequency, on, year: asked, stateOn: day = on ?? today() } = request.query
    const { code } = request.params
    const { row, holidays, life } = await readAsOf(app, request.query.asOf, async (tx, at) => ({
      row: await findCalendar(tx, code, at), holidays: await listHolidays(tx, at), life: await loadLife(tx, { at })
    }))
    if (row === undefined) throw notFound(NOUNS.calendar, code)
    const rule = ruleOf(row)
    const year = asked ?? (on === undefined ? periodOn(today(), 'yearly', rule)!.year : undefined)
    const periods = periodsOf(rule, holidays, { day, ...life }, { year, on, frequency })
    const page = periodList.page(request)
    return page.send(reply, page.slice(periods), one => one, {
      ...(page.counted ? { count: periods.length } : {}),
      pin: { stateOn: day, ...(year === undefined ? {} : { year: String(year) }) }
    })
  })

  app.post('/v1/calendars', {
    config: { scope: 'registry:admin', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createCalendar',
      tags,
      summary: 'Thêm một lịch báo cáo / Create a reporting calendar',
      description: 'Tháng m bắt đầu ngày “startDay” của tháng m + “monthOffset” và kết thúc trước ngày bắt đầu của ' +
        'tháng m+1.\n\nMonth m begins on `startDay` of month m + `monthOffset` and ends the day before month m+1 ' +
        'begins.',
      body: ref(CalendarInput),
      response: { 201: ref(Calendar) }
    }
  }, async (request, reply) => {
    const row = await createCalendar(request.unit, request.body)
    return created(reply, `/v1/calendars/${row.code}`, row.rowVersion, present(row))
  })

  app.patch('/v1/calendars/:code', {
    config: { scope: 'registry:admin', problems: ['unprocessable'] },
    schema: {
      operationId: 'updateCalendar',
      tags,
      summary: 'Sửa một lịch báo cáo / Change a reporting calendar',
      description: 'Khi đã có chỉ tiêu theo lịch này thì ngày đầu, ngày cuối của kỳ và hạn của “unit” không đổi ' +
        'được; hạn của cấp khác và “locks” thì được. Cần If-Match.\n\nOnce indicators follow the calendar, its ' +
        'windows and the deadlines of `unit` stay; those of other tiers and `locks` may change. Needs If-Match.',
      params,
      body: ref(CalendarPatch),
      response: { 200: ref(Calendar) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changeCalendar(pool, code, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(NOUNS.calendar, code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  await app.register(transitionRoutes)
}

export default calendarRoutes
