import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { plans } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { Code, CodeOrIdentifier, Provenance, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveNamed } from '../named.js'
import { NOUNS } from '../references.js'
import { stated } from '../stated.js'
import { changePlan, createPlan } from './actions.js'
import { findPlan, listPlans, type PlanRow } from './queries.js'
import { Plan, PlanInput, PlanList, PlanPatch, schemas, year } from './schemas.js'

const list = defineList<PlanRow, 'code' | 'year' | 'issuedOn'>({
  sorts: { code: plans.code, year: plans.year, issuedOn: plans.issuedOn },
  defaultSort: 'code',
  key: 'code',
  recorded: { column: plans.knownFrom, of: row => row.knownFrom }
})

const tags = ['plans']
const params = strict({ code: ref(Code) })

function present (row: PlanRow): Plan {
  const { documentId, agencyCode, rowVersion, recordedAt, knownFrom, ...rest } = row
  return stated({ ...rest, document: documentId, agency: agencyCode, recordedAt: knownFrom })
}

const planRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  app.get('/v1/plans', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listPlans',
      tags,
      summary: 'Danh sách kế hoạch / List the plans',
      description: 'Các kế hoạch có mục tiêu trong hệ thống.\n\nThe plans whose targets are kept here.',
      querystring: list.query({
        year: Type.Optional(year),
        agency: Type.Optional(ref(CodeOrIdentifier, {
          description: 'Cơ quan ban hành; scheme:value có hiệu lực hôm nay. / Who issued it; a scheme:value in force ' +
            'today.'
        })),
        document: Type.Optional(ref(Code)),
        provenance: Type.Optional(ref(Provenance))
      }),
      response: { 200: ref(PlanList) }
    }
  }, async (request, reply) => {
    const { agency: name, year, document, provenance } = request.query
    const { agency } = await resolveNamed(db, { agency: name }, { document }, today())
    const page = list.page(request)
    const { rows, count } = await listPlans(db, { year, agency, document, provenance }, page)
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/plans/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getPlan',
      tags,
      summary: 'Một kế hoạch / A plan',
      description: 'Năm, văn bản ban hành và cơ quan ban hành.\n\nIts year, its document and who issued it.',
      params,
      response: { 200: ref(Plan) }
    }
  }, async (request, reply) => {
    const row = await findPlan(db, request.params.code)
    if (row === undefined) throw notFound(NOUNS.plan, request.params.code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.post('/v1/plans', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createPlan',
      tags,
      summary: 'Thêm một kế hoạch / Create a plan',
      description: 'Văn bản và cơ quan ban hành phải có sẵn.\n\nIts document and the agency that issued it must exist.',
      body: ref(PlanInput),
      response: { 201: ref(Plan) }
    }
  }, async (request, reply) => {
    const row = await createPlan(request.unit, request.body)
    return created(reply, `/v1/plans/${row.code}`, row.rowVersion, present(row))
  })

  app.patch('/v1/plans/:code', {
    config: { scope: 'registry:write', problems: ['unprocessable'] },
    schema: {
      operationId: 'updatePlan',
      tags,
      summary: 'Sửa một kế hoạch / Change a plan',
      description: 'Mã và năm không đổi được: mục tiêu và kỳ báo cáo dựa vào đó. Cần If-Match.\n\nCode and year ' +
        'stay: targets and periods rest on them. Needs If-Match.',
      params,
      body: ref(PlanPatch),
      response: { 200: ref(Plan) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changePlan(pool, code, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(NOUNS.plan, code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })
}

export default planRoutes
