import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { targets } from '../../db/schema/index.js'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Code, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { readAsOf } from '../as-of.js'
import { asOf, readMoment } from '../moment.js'
import { NOUNS } from '../references.js'
import { allocateTarget } from './allocations.js'
import {
  allocationSchemas, TargetAllocation, TargetAllocationInput, TargetReconciliation
} from './allocation-schemas.js'
import { presentAllocation, presentTarget } from './present.js'
import { listTargets, targetExists, versionColumns, type TargetRow } from './queries.js'
import { loadReconciliation } from './reconciliation.js'
import { state, TargetList } from './schemas.js'

const list = defineList<TargetRow, 'position' | 'agency' | 'id'>({
  sorts: {
    position: { column: targets.position, of: row => row.target.position },
    agency: { column: targets.scopeAgency, of: row => row.target.scopeAgency },
    id: { column: targets.id, of: row => row.target.id }
  },
  defaultSort: 'agency',
  key: 'id',
  recorded: { column: versionColumns.recordedAt, of: row => row.version.recordedAt }
})

const tags = ['targets']
const params = strict({ id: ref(Code) })

export const allocationRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of allocationSchemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/targets/:id/allocations', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listTargetAllocations',
      tags,
      summary: 'Các phần đã giao của một mục tiêu / The parts of a target that were handed down',
      description: 'Với phiên bản có hiệu lực ngày “on”. Như /v1/targets?parent=…&allocation=true.\n\nIn the version ' +
        'in force on `on`. The same as /v1/targets?parent=…&allocation=true.',
      params,
      querystring: list.query({
        state: Type.Optional(state),
        on: Type.Optional(ref(CivilDate, {
          description: 'Chỉ các phần có hiệu lực ngày này; mặc định hôm nay, cùng các phần sắp có hiệu lực. / Only ' +
            'parts in force that day; when absent today, and parts still to come.'
        })),
        asOf
      }),
      response: { 200: ref(TargetList) }
    }
  }, async (request, reply) => {
    const { params: { id }, query: { on, asOf, state } } = request
    const page = list.page(request)
    return readAsOf(app, asOf, async (db, at) => {
      if (!await targetExists(db, id, at)) throw notFound(NOUNS.target, id)
      const { rows, count } = await listTargets(
        db, { day: on ?? today(), strictly: on !== undefined }, { parent: id, allocation: true, state }, page, at
      )
      return page.send(reply, rows, presentTarget, { count })
    })
  })

  app.get('/v1/targets/:id/reconciliation', {
    config: { scope: 'read' },
    schema: {
      operationId: 'reconcileTarget',
      tags,
      summary: 'Các phần đã giao có đủ không / Whether the parts make up the whole',
      description: 'Nếu mỗi cơ quan chỉ vừa đạt phần của mình thì mục tiêu chung có đạt không, theo cách tổng hợp ' +
        'của chỉ tiêu: tổng (sum), bình quân (mean), gộp theo mẫu số được chấp nhận mới nhất (ratio_of_sums). Còn ' +
        'thiếu bao nhiêu, cơ quan nào chưa có phần.\n\nIf every agency just reaches its part, does the whole reach ' +
        'its value, by the indicator\'s aggregation: the sum, the mean, or weighted by the newest accepted ' +
        'denominators (ratio_of_sums). Where the gap is, and who has no part.',
      params,
      querystring: strict({
        on: Type.Optional(ref(CivilDate, {
          description: 'Phiên bản, cơ cấu và phần của ngày này; mặc định hôm nay. / Which versions, structure and ' +
            'parts; today when absent.'
        })),
        asOf
      }),
      response: { 200: ref(TargetReconciliation) }
    }
  }, async request => {
    const { params: { id }, query: { on = today() } } = request
    const found = await readMoment(pool, request.query, (tx, at) => loadReconciliation(tx, id, { on, at }))
    if (found === undefined) throw notFound(NOUNS.target, id)
    return found
  })

  app.post('/v1/targets/:id/allocations', {
    config: {
      scope: 'registry:write', computes: true, problems: ['already_allocated', 'target_dropped', 'unprocessable']
    },
    schema: {
      operationId: 'allocateTarget',
      tags,
      summary: 'Giao mục tiêu cho nhiều cơ quan / Hand a target down to many agencies',
      description: 'Mỗi cơ quan một mục tiêu con (phạm vi là cơ quan ấy, “parent” là mục tiêu này), giao tất cả hoặc ' +
        'không giao cơ quan nào. Các mốc và mức xuất phát của mục tiêu chung không được giao theo.\n\nA child target ' +
        'for each agency (its scope is the agency, its `parent` this target), all of them or none. Milestones and ' +
        'the baseline of the whole are not handed down.',
      params,
      body: ref(TargetAllocationInput),
      response: { 201: ref(TargetAllocation) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const allocated = await allocateTarget(request.unit, id, request.body, request.principal?.clientId)
    if (allocated === undefined) throw notFound(NOUNS.target, id)
    const location = `/v1/targets/${id}/allocations`
    const first = list.page({ query: {}, reached: undefined, server: app, url: location })
    const { rows } = await listTargets(
      request.unit.db, { day: today(), strictly: false }, { parent: id, allocation: true }, first
    )
    return created(reply, location, undefined, presentAllocation(allocated), first.envelope(rows, presentTarget))
  })
}
