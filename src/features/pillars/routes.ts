import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { pillars, planPillars } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList, type Page } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { Code, Provenance, ref, strict } from '../../http/schema.js'
import { findUnknown, NOUNS } from '../references.js'
import { stated } from '../stated.js'
import { changePillar, createPillar } from './actions.js'
import {
  findPillar, firstPlace, listPillars, listPillarsOfPlan, listPlaces, type PillarRow, type Place, type PlacedPillarRow
} from './queries.js'
import { Pillar, PillarInput, PillarList, PillarPatch, schemas } from './schemas.js'

const recorded = { column: pillars.knownFrom, of: (row: PillarRow) => row.knownFrom }
const all = defineList<PlacedPillarRow, 'position' | 'code'>({
  sorts: { position: { column: firstPlace, of: row => row.position, nullable: true }, code: pillars.code },
  defaultSort: 'position',
  key: 'code',
  recorded
})
const ofPlan = defineList<PlacedPillarRow, 'position' | 'code'>({
  sorts: { position: { column: planPillars.position, of: row => row.position }, code: pillars.code },
  defaultSort: 'position',
  key: 'code',
  recorded
})

const tags = ['pillars']
const params = strict({ code: ref(Code) })

function present (row: PillarRow, plans: Place[]): Pillar {
  const { code, name, provenance, quote, knownFrom } = row
  return { ...stated({ code, name, provenance, quote }), plans, recordedAt: knownFrom }
}

const pillarRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  const presentOne = async (from: Queryable, row: PillarRow) =>
    present(row, (await listPlaces(from, [row.code])).get(row.code)!)

  app.get('/v1/pillars', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listPillars',
      tags,
      summary: 'Danh sách nhóm chỉ tiêu / List the pillars',
      description: 'Theo thứ tự trong kế hoạch (position): với “plan” là các nhóm của kế hoạch đó, nếu không là vị ' +
        'trí đầu tiên của nhóm trong các kế hoạch, nhóm không thuộc kế hoạch nào đứng cuối.\n\nIn the order of the ' +
        'plan (`position`): with `plan` the pillars of that plan, else by the first place that a pillar has in any ' +
        'plan; those in no plan come last.',
      querystring: ofPlan.query({ plan: Type.Optional(ref(Code)), provenance: Type.Optional(ref(Provenance)) }),
      response: { 200: ref(PillarList) }
    }
  }, async (request, reply) => {
    const { plan, provenance } = request.query
    const send = async (
      page: Page<PlacedPillarRow>, { rows, count }: { rows: PlacedPillarRow[], count: number | undefined }
    ) => {
      const places = await listPlaces(db, rows.map(row => row.code))
      return page.send(reply, rows, row => present(row, places.get(row.code)!), { count })
    }
    if (plan === undefined) {
      const page = all.page(request)
      return send(page, await listPillars(db, provenance, page))
    }
    const unknown = await findUnknown(db, [{ noun: 'plan', value: plan, parameter: 'plan' }])
    if (unknown.length > 0) throw badRequest(unknown)
    const page = ofPlan.page(request)
    return send(page, await listPillarsOfPlan(db, plan, provenance, page))
  })

  app.get('/v1/pillars/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getPillar',
      tags,
      summary: 'Một nhóm chỉ tiêu / A pillar',
      description: 'Với vị trí trong từng kế hoạch.\n\nWith its position in every plan.',
      params,
      response: { 200: ref(Pillar) }
    }
  }, async (request, reply) => {
    const row = await findPillar(db, request.params.code)
    if (row === undefined) throw notFound(NOUNS.pillar, request.params.code)
    reply.rowVersion = row.rowVersion
    return presentOne(db, row)
  })

  app.post('/v1/pillars', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createPillar',
      tags,
      summary: 'Thêm một nhóm chỉ tiêu / Create a pillar',
      description: 'Mỗi vị trí của một kế hoạch chỉ có một nhóm.\n\nA plan has one pillar at a position.',
      body: ref(PillarInput),
      response: { 201: ref(Pillar) }
    }
  }, async (request, reply) => {
    const row = await createPillar(request.unit, request.body)
    return created(reply, `/v1/pillars/${row.code}`, row.rowVersion, await presentOne(request.unit.db, row))
  })

  app.patch('/v1/pillars/:code', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'updatePillar',
      tags,
      summary: 'Sửa một nhóm chỉ tiêu / Change a pillar',
      description: '“plans” gửi lên thay toàn bộ. Cần If-Match.\n\n`plans` replaces all of them. Needs If-Match.',
      params,
      body: ref(PillarPatch),
      response: { 200: ref(Pillar) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changePillar(pool, code, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(NOUNS.pillar, code)
    reply.rowVersion = row.rowVersion
    return presentOne(db, row)
  })
}

export default pillarRoutes
