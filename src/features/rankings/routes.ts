import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { RANKING_METHODS, type RankingMethod } from '../../domain/ranking.js'
import { defineList } from '../../http/list.js'
import { badRequest } from '../../http/problem.js'
import { CivilDate, Code, PeriodCode, ref } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { asOf, readMoment } from '../moment.js'
import { findUnknown } from '../references.js'
import type { Ranked } from './contest.js'
import { presentIndicators, presentRow } from './present.js'
import { loadRanking } from './queries.js'
import { level, methodCode, Ranking, RankingMethodList, schemas } from './schemas.js'

const tags = ['rankings']

type Placed = Ranked & { readonly place: number }

const list = defineList<Placed, 'place' | 'agency'>({
  sorts: { place: { of: row => row.place }, agency: { of: row => row.code } },
  defaultSort: 'place',
  key: 'agency'
})

const methods = defineList<RankingMethod, 'code' | 'version' | 'id'>({
  sorts: { code: { of: row => row.code }, version: { of: row => row.version }, id: { of: row => `${row.code}.${row.version}` } },
  defaultSort: 'code,version',
  key: 'id'
})

const rankingRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/ranking-methods', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listRankingMethods',
      tags,
      summary: 'Các cách xếp hạng / The ways of ranking',
      description: 'Mọi phiên bản của mọi cách, nói bằng lời. Một phiên bản không bao giờ thay đổi.\n\nEvery version of every way, in words. A version never changes.',
      querystring: methods.query({}),
      response: { 200: ref(RankingMethodList) }
    }
  }, async (request, reply) => {
    const page = methods.page(request)
    return page.send(reply, page.slice(RANKING_METHODS), row => row, { count: page.counted ? RANKING_METHODS.length : undefined })
  })

  app.get('/v1/rankings', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getRanking',
      tags,
      summary: 'Xếp hạng các cơ quan của một cấp / The agencies of a level, ranked',
      description: 'Các địa phương, hoặc các sở, tồn tại trong ngày “on”, cạnh nhau theo một cách tính có phiên bản, ' +
        'được nói rõ trong câu trả lời. Số liệu còn thiếu đã quá hạn tính là 0 và được nêu tên; “scoreOfMeasured” là ' +
        'điểm chỉ của những gì đã có. Với “period”, chỉ so các chỉ tiêu báo cáo theo loại kỳ đó.\n\nThe localities, ' +
        'or the departments, that exist on `on`, side by side by a stated, versioned method. A missing figure that ' +
        'is overdue counts as 0 and is named; `scoreOfMeasured` is the score of what is there alone. With `period`, ' +
        'only the indicators that are reported at its frequency are compared.',
      querystring: list.query({
        level,
        pillar: Type.Optional(ref(Code, { description: 'Chỉ chỉ tiêu của nhóm này. / Only indicators of this pillar.' })),
        plan: Type.Optional(ref(Code, { description: 'Chỉ mục tiêu của kế hoạch này. / Only targets of this plan.' })),
        period: Type.Optional(ref(PeriodCode)),
        method: Type.Optional(methodCode),
        items: Type.Optional(Type.Boolean({ description: 'true: kèm từng chỉ tiêu của mỗi cơ quan. / true: with every indicator of each agency.' })),
        on: Type.Optional(ref(CivilDate, { description: 'Mặc định hôm nay. / Today in the province when absent.' })),
        asOf
      }),
      response: { 200: ref(Ranking) }
    }
  }, async (request, reply) => {
    const { level, pillar, plan, period, method: code = 'attainment', items: withItems = false, on = today() } = request.query
    const page = list.page(request)
    return readMoment(pool, request.query, async (tx, at) => {
      const unknown = await findUnknown(tx, [{ noun: 'pillar', value: pillar, parameter: 'pillar' }, { noun: 'plan', value: plan, parameter: 'plan' }])
      if (unknown.length > 0) throw badRequest(unknown)
      const { method, ranked, asOf } = await loadRanking(tx, { method: code, level, pillar, plan, period }, { on, at })
      const placed = ranked.map((row, i): Placed => ({ ...row, place: i + 1 }))
      return {
        method,
        level,
        on,
        asOf,
        agencies: ranked.length,
        ranked: ranked.filter(({ rank }) => rank !== null).length,
        indicators: presentIndicators(ranked),
        ...page.send(reply, page.slice(placed), row => presentRow(row, withItems), { count: page.counted ? placed.length : undefined, pin: { on, asOf } })
      }
    })
  })
}

export default rankingRoutes
