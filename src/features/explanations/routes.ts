import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { sql } from 'drizzle-orm'
import { Type } from 'typebox'
import { FIRST_YEAR, LAST_YEAR } from '../../domain/period.js'
import { created, requirePrecondition, shows } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, PeriodCode, Provenance, Uuid, ref, strict } from '../../http/schema.js'
import { marked } from '../../http/sight.js'
import { today } from '../../http/today.js'
import { asOf, readMoment } from '../moment.js'
import { resolveNamed } from '../named.js'
import { sightOf } from '../sight.js'
import { isOwnAgency } from '../../world/sight.js'
import { stated } from '../stated.js'
import { changeExplanation, createExplanation, withdrawExplanation } from './actions.js'
import { told } from '../given-explanation.js'
import { findExplanation, listExplanations, listExplanationVersions } from './queries.js'
import type { ExplanationRow } from '../../world/explanations.js'
import {
  Explanation, ExplanationInput, ExplanationList, ExplanationPatch, ExplanationWithdrawal, kind, schemas, state
} from './schemas.js'

const list = defineList<ExplanationRow, 'id' | 'period' | 'agency' | 'indicator' | 'dueDate'>({
  sorts: {
    // in the order of the first version: ids are UUIDs of version 7
    id: { column: sql`e.id`, of: row => row.id },
    period: { column: sql`e.period`, of: row => row.period, text: true, nullable: true },
    agency: { column: sql`e.agency_code`, of: row => row.agency, text: true },
    indicator: { column: sql`e.indicator_code`, of: row => row.indicator, text: true },
    dueDate: { column: sql`v.due_date`, of: row => row.dueDate, nullable: true }
  },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: sql`v.recorded_at`, of: row => row.recordedAt }
})

const versionList = defineList<ExplanationRow, 'version'>({
  sorts: { version: { column: sql`v.version`, of: row => row.version } },
  defaultSort: '-version',
  key: 'version',
  recorded: { column: sql`v.recorded_at`, of: row => row.recordedAt }
})

const tags = ['explanations']
const params = strict({ id: ref(Uuid) })
const EXPLANATION = { vi: 'giải trình', en: 'explanation' }
const WRITERS = ['measurements:write', 'registry:write', 'registry:admin'] as const

/** Marked where it is of the reader's own agency. */
async function presentTo (request: FastifyRequest) {
  const isOwn = isOwnAgency(await sightOf(request))
  return ({ period, subject, target, withdrawalReason, client, ...row }: ExplanationRow) => marked({
    ...stated(row),
    ...target === null
      ? { obligation: { indicator: row.indicator, agency: row.agency, subject: subject!, period: period! } }
      : { target },
    state: withdrawalReason === null ? 'standing' : 'withdrawn',
    ...withdrawalReason === null ? {} : { withdrawalReason },
    client
  }, isOwn(row.agency) || client === request.principal?.clientId) as Explanation
}

const explanationRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/explanations', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'listExplanations',
      tags,
      summary: 'Danh sách giải trình / List the explanations',
      description: 'Vì sao số liệu thiếu hoặc muộn, vì sao mục tiêu không đạt: nguyên nhân, biện pháp, thời hạn ' +
        'khắc phục; mỗi giải trình ở phiên bản mới nhất.\n\nWhy figures are missing or late, and why targets are ' +
        'missed: cause, remedy, by when; each at its newest version.',
      querystring: list.query({
        target: Type.Optional(ref(Code)),
        plan: Type.Optional(ref(Code, told('Giải trình các mục tiêu của kế hoạch này.', 'Of targets of this plan.'))),
        indicator: Type.Optional(ref(Code, told('Của số liệu hoặc mục tiêu.', 'Of the figure or target.'))),
        agency: Type.Optional(ref(CodeOrIdentifier, told(
          'Cơ quan giải trình; scheme:value có hiệu lực hôm nay.', 'Who explains; a scheme:value in force today.'))),
        subject: Type.Optional(ref(CodeOrIdentifier, told(
          'Cơ quan mà số liệu phản ánh.', 'The agency that the figure is for.'))),
        period: Type.Optional(ref(PeriodCode)),
        year: Type.Optional(Type.Integer({
          minimum: FIRST_YEAR, maximum: LAST_YEAR, ...told('Năm của kỳ.', 'The year of the period.')
        })),
        kind: Type.Optional(kind),
        state: Type.Optional(state),
        dueFrom: Type.Optional(ref(CivilDate, told('Khắc phục từ ngày này.', 'To be remedied on this day or later.'))),
        dueTo: Type.Optional(ref(CivilDate, told('Khắc phục đến hết ngày này.', 'To be remedied by this day.'))),
        provenance: Type.Optional(ref(Provenance)),
        asOf
      }),
      response: { 200: ref(ExplanationList) }
    }
  }, async (request, reply) => {
    const { query } = request
    const { agency, subject, target, plan, indicator } = query
    const page = list.page(request)
    const { rows, count } = await readMoment(pool, query, async (tx, at) => {
      const bodies = await resolveNamed(tx, { agency, subject }, { target, plan, indicator }, today(), at)
      return listExplanations(tx, { ...query, ...bodies }, at, page)
    })
    return page.send(reply, rows, await presentTo(request), { count })
  })

  app.get('/v1/explanations/:id', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'getExplanation',
      tags,
      summary: 'Một giải trình / An explanation',
      description: 'Ở phiên bản mới nhất, cả khi đã rút.\n\nAt its newest version, also when it was withdrawn.',
      params,
      querystring: strict({ asOf }),
      response: { 200: ref(Explanation) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await readMoment(pool, request.query, (tx, at) => findExplanation(tx, id, at))
    if (row === undefined) throw notFound(EXPLANATION, id)
    reply.rowVersion = row.version
    return (await presentTo(request))(row)
  })

  app.get('/v1/explanations/:id/versions', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'listExplanationVersions',
      tags,
      summary: 'Các phiên bản của một giải trình / The versions of an explanation',
      description: 'Mới nhất trước; không phiên bản nào bị sửa.\n\nNewest first; none is ever edited.',
      params,
      querystring: versionList.query({ asOf }),
      response: { 200: ref(ExplanationList) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const page = versionList.page(request)
    const { rows, count } = await readMoment(pool, request.query, async (tx, at) => {
      if (await findExplanation(tx, id, at) === undefined) throw notFound(EXPLANATION, id)
      return listExplanationVersions(tx, id, at, page)
    })
    return page.send(reply, rows, await presentTo(request), { count })
  })

  app.post('/v1/explanations', {
    config: {
      scope: WRITERS, computes: true, sighted: true, problems: ['not_allowed', 'already_explained', 'unprocessable']
    },
    schema: {
      operationId: 'createExplanation',
      tags,
      summary: 'Giải trình / Explain',
      description: 'Cơ quan phải báo cáo số liệu, hoặc chủ trì mục tiêu, nêu lý do. Client giải trình cho các cơ ' +
        'quan ' +
        'mà mình được cấp quyền báo cáo; client có registry:write giải trình cho mọi cơ quan. Giải trình không miễn ' +
        'nghĩa vụ: không làm thay đổi trạng thái, thời hạn hay thứ hạng.\n\nThe agency that owes a figure, or leads ' +
        'a target, says why. A report ' +
        'system explains for the agencies it may report for; who writes the registry, for any. It excuses nothing: ' +
        'no state, deadline or ranking changes.',
      body: ref(ExplanationInput),
      response: { 201: ref(Explanation) }
    }
  }, async (request, reply) => {
    const row = await createExplanation(request.unit, request.body, request.principal!)
    return created(reply, `/v1/explanations/${row.id}`, row.version, (await presentTo(request))(row))
  })

  app.patch('/v1/explanations/:id', {
    config: {
      scope: WRITERS, computes: true, sighted: true, problems: ['not_allowed', 'explanation_withdrawn', 'unprocessable']
    },
    schema: {
      operationId: 'updateExplanation',
      tags,
      summary: 'Sửa một giải trình / Change an explanation',
      description: 'Thêm một phiên bản; phiên bản trước giữ nguyên. Cần If-Match.\n\n' +
        'Adds a version; those before it stay. Needs If-Match.',
      params,
      body: ref(ExplanationPatch),
      response: { 200: ref(Explanation) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await changeExplanation(pool, id, request.body, request.principal!, requirePrecondition(request))
    if (row === undefined) throw notFound(EXPLANATION, id)
    reply.rowVersion = row.version
    return (await presentTo(request))(row)
  })

  app.post('/v1/explanations/:id/withdrawal', {
    config: { scope: WRITERS, computes: true, sighted: true, problems: ['not_allowed', 'explanation_withdrawn'] },
    schema: {
      operationId: 'withdrawExplanation',
      tags,
      summary: 'Rút một giải trình / Withdraw an explanation',
      description: 'Từ lúc ghi nhận không còn hiệu lực; cần lại thì giải trình mới.\n\n' +
        'From its recording on it stands no more; if one is needed again, explain anew.',
      params,
      body: ref(ExplanationWithdrawal),
      response: { 200: ref(Explanation) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await withdrawExplanation(request.unit, id, request.body.reason, request.principal!)
    if (row === undefined) throw notFound(EXPLANATION, id)
    shows(reply, `/v1/explanations/${id}`, row.version)
    return (await presentTo(request))(row)
  })
}

export default explanationRoutes
