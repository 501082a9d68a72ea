import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { created } from '../../http/conditional.js'
import { notFound } from '../../http/problem.js'
import { Code, ref, strict } from '../../http/schema.js'
import { NOUNS } from '../references.js'
import { amendTarget } from './amendments.js'
import { amendmentSchemas, TargetAmendment } from './amendment-schemas.js'
import { presentVersion } from './present.js'
import { TargetVersion } from './schemas.js'

export const amendmentRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of amendmentSchemas) app.addSchema(schema)
  app.post('/v1/targets/:id/amendments', {
    config: {
      scope: 'registry:write', computes: true, problems: ['already_amended', 'target_dropped', 'unprocessable']
    },
    schema: {
      operationId: 'amendTarget',
      tags: ['targets'],
      summary: 'Điều chỉnh một mục tiêu / Amend a target',
      description: 'Thêm một phiên bản; các phiên bản trước không đổi, và tình trạng của một ngày trước ' +
        '“effectiveFrom” vẫn theo phiên bản có hiệu lực khi đó. Điều chỉnh thứ hai của cùng một ngày nêu phiên bản ' +
        'mà nó thay (“supersedes”). Các phần đã giao cho cơ quan khác không đổi theo: xem /reconciliation.\n\nAdds a ' +
        'version: those before it stay, and the status of a day before `effectiveFrom` is still judged by the ' +
        'version in force then. A second amendment for one day names the version that it takes the place of ' +
        '(`supersedes`). Parts handed down to others do not follow: see /reconciliation.',
      params: strict({ id: ref(Code) }),
      body: ref(TargetAmendment),
      response: { 201: ref(TargetVersion) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await amendTarget(request.unit, id, request.body, request.principal?.clientId)
    if (row === undefined) throw notFound(NOUNS.target, id)
    return created(reply, `/v1/targets/${id}/versions/${row.version}`, row.version, presentVersion(row))
  })
}
