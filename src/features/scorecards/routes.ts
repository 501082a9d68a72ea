import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { badRequest, notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../agencies/queries.js'
import { asOf, readMoment } from '../moment.js'
import { findUnknown, NOUNS } from '../references.js'
import { loadScorecard } from './load.js'
import { presentScorecard } from './present.js'
import { schemas, Scorecard, view } from './schemas.js'

const scorecardRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/agencies/:code/scorecard', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getScorecard',
      tags: ['rankings'],
      summary: 'Phiếu điểm của một cơ quan / The scorecard of an agency',
      description: 'Phân công và “sáu rõ”, mục tiêu cơ quan chịu trách nhiệm, nghĩa vụ báo cáo đúng hạn và trễ hạn, nhiệm vụ chủ trì, và xu hướng qua các kỳ; của ngày “on”. “view” nói cơ quan được hiểu thế nào qua các lần sắp xếp.\n\nAssignments and their six clears, the targets it answers for, reporting on time and late, the tasks it leads, and the trend over periods; of the day `on`. `view` says what the body is taken to be across reorganisations.',
      params: strict({ code: ref(CodeOrIdentifier) }),
      querystring: strict({
        plan: Type.Optional(ref(Code, { description: 'Chỉ của kế hoạch này. / Of this plan only.' })),
        view: Type.Optional(view),
        on: Type.Optional(ref(CivilDate, { description: 'Mặc định hôm nay. / Today in the province when absent.' })),
        asOf
      }),
      response: { 200: ref(Scorecard) }
    }
  }, async request => {
    const { code: name } = request.params
    const { plan, view = 'as_reported', on = today() } = request.query
    return readMoment(pool, request.query, async (tx, at) => {
      const code = (await resolveAgencies(tx, [name], on, at)).get(name)
      if (code === undefined) throw notFound(NOUNS.agency, name)
      const unknown = await findUnknown(tx, [{ noun: 'plan', value: plan, parameter: 'plan' }])
      if (unknown.length > 0) throw badRequest(unknown)
      const card = await loadScorecard(tx, code, { plan, view }, { on, at })
      if (card === undefined) throw notFound(NOUNS.agency, name)
      return presentScorecard(card, { on, view, plan })
    })
  })
}

export default scorecardRoutes
