import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { notFound } from '../../http/problem.js'
import { Code, ref, strict } from '../../http/schema.js'
import { NOUNS } from '../references.js'
import { allocateTarget } from './allocations.js'
import { allocationSchemas, TargetAllocation, TargetAllocationInput } from './allocation-schemas.js'
import { presentAllocation } from './present.js'

export const allocationRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of allocationSchemas) app.addSchema(schema)
  const { pool } = app

  app.post('/v1/targets/:id/allocations', {
    config: { scope: 'registry:write' },
    schema: {
      operationId: 'allocateTarget',
      tags: ['targets'],
      summary: 'Giao mục tiêu cho nhiều cơ quan / Hand a target down to many agencies',
      description: 'Mỗi cơ quan một mục tiêu con (phạm vi là cơ quan ấy, “parent” là mục tiêu này), tất cả hoặc không có gì. Mốc và mức gốc của mục tiêu chung không được giao theo.\n\nA child target for each agency (its scope is the agency, its `parent` this target), all of them or none. Milestones and the baseline of the whole are not handed down.',
      params: strict({ id: ref(Code) }),
      body: ref(TargetAllocationInput),
      response: { 201: ref(TargetAllocation) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const allocated = await allocateTarget(pool, id, request.body, request.principal?.clientId)
    if (allocated === undefined) throw notFound(NOUNS.target, id)
    reply.code(201).header('location', `/v1/targets/${id}/allocations`)
    return presentAllocation(allocated)
  })
}
