import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { periodTransitions } from '../../db/schema/index.js'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { Code, PeriodCode, ref, strict } from '../../http/schema.js'
import { asOf, readMoment } from '../moment.js'
import { NOUNS } from '../references.js'
import { stated } from '../stated.js'
import { findCalendar } from './queries.js'
import { findTransition, listTransitions, type TransitionRow } from './transition-queries.js'
import { createTransition } from './transition-actions.js'
import { PeriodTransition, PeriodTransitionInput, PeriodTransitionList, sequence } from './transition-schemas.js'

const list = defineList<TransitionRow, 'sequence' | 'effectiveOn'>({
  sorts: { sequence: periodTransitions.sequence, effectiveOn: periodTransitions.effectiveOn },
  defaultSort: 'sequence',
  key: 'sequence',
  recorded: periodTransitions.recordedAt
})

const tags = ['calendars']
const params = strict({ code: ref(Code), period: ref(PeriodCode) })
const TRANSITION = { vi: 'lần chuyển trạng thái', en: 'transition' }
/** A transition never changes. */
const VERSION = 1

function present ({ calendarCode, documentId, clientId, ...row }: TransitionRow): PeriodTransition {
  return stated({ calendar: calendarCode, ...row, document: documentId, client: clientId })
}

/** Periods opened, closed and locked by hand. */
export const transitionRoutes: FastifyPluginAsyncTypebox = async app => {
  const { pool } = app

  app.get('/v1/calendars/:code/periods/:period/transitions', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listPeriodTransitions',
      tags,
      summary: 'Các lần mở, đóng, khóa kỳ thủ công / List the openings, closings and lockings by hand',
      description: 'Theo thứ tự ghi nhận; không có thì kỳ theo lịch.\n\nIn the order of recording; without any the ' +
        'calendar decides.',
      params,
      querystring: list.query({ asOf }),
      response: { 200: ref(PeriodTransitionList) }
    }
  }, async (request, reply) => {
    const { code, period } = request.params
    const page = list.page(request)
    const { rows, count } = await readMoment(pool, request.query, async (tx, at) => {
      if (await findCalendar(tx, code, at) === undefined) throw notFound(NOUNS.calendar, code)
      return listTransitions(tx, { calendar: code, period }, at, page)
    })
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/calendars/:code/periods/:period/transitions/:sequence', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getPeriodTransition',
      tags,
      summary: 'Một lần mở, đóng, khóa kỳ / An opening, closing or locking',
      description: 'Không bao giờ thay đổi.\n\nIt never changes.',
      params: strict({ code: ref(Code), period: ref(PeriodCode), sequence }),
      response: { 200: ref(PeriodTransition) }
    }
  }, async (request, reply) => {
    const { code, period, sequence } = request.params
    const row = await findTransition(app.db, code, period, sequence)
    if (row === undefined) throw notFound(TRANSITION, `${code}/${period}/${sequence}`)
    reply.rowVersion = VERSION
    return present(row)
  })

  app.post('/v1/calendars/:code/periods/:period/transitions', {
    config: { scope: 'registry:admin', problems: ['unprocessable'] },
    schema: {
      operationId: 'createPeriodTransition',
      tags,
      summary: 'Mở lại, đóng hoặc khóa một kỳ thủ công / Reopen, close or lock a period by hand',
      description: 'Được ưu tiên hơn lịch từ ngày “effectiveOn” (mặc định hôm nay, không trước ngày kỳ bắt đầu): lần ' +
        'có ngày muộn nhất, rồi lần ghi sau cùng. Khóa thì không nhận số liệu, duyệt hay rút, trừ đơn vị được gia ' +
        'hạn (/v1/extensions). Mở lại không dời hạn: số liệu vẫn bị ghi là muộn.\n\nWins over the calendar from ' +
        '`effectiveOn` on (today when absent, not before the period begins): the latest day, then the one recorded ' +
        'last. A locked period takes no figure, review or withdrawal, but of agencies with an extension ' +
        '(/v1/extensions). Reopening does not move the deadline: figures are late still.',
      params,
      body: ref(PeriodTransitionInput),
      response: { 201: ref(PeriodTransition) }
    }
  }, async (request, reply) => {
    const { code, period } = request.params
    const row = await createTransition(request.unit, code, period, request.body, request.principal!.clientId)
    if (row === undefined) throw notFound(NOUNS.calendar, code)
    return created(reply, `/v1/calendars/${code}/periods/${period}/transitions/${row.sequence}`, VERSION, present(row))
  })
}
