import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { lineageOf, type Side } from '../../domain/succession.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, CodeOrIdentifier, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { findAgencies, listHistories } from '../agencies/queries.js'
import { resolveAgencies } from '../../world/agencies.js'
import { holdsOn, lifetimeOf, nearest } from '../agencies/rules.js'
import { asOf, readMoment } from '../moment.js'
import { lastKnown } from '../../world/figures.js'
import { NOUNS } from '../references.js'
import { listSuccessions } from '../../world/successions.js'
import { SuccessionGraph } from './schemas.js'

const MAX_DEPTH = 20

const SIDES: readonly { side: Side, operationId: string, summary: string, description: string }[] = [
  {
    side: 'successors',
    operationId: 'getAgencySuccessors',
    summary: 'Các cơ quan tiếp nhận / Who took over from an agency',
    description: 'Những cơ quan đã tiếp nhận từ cơ quan này, qua mọi lần sắp xếp có hiệu lực đến ngày “on”.\n\nWho ' +
      'took over from it, through every reorganisation effective by the day `on`.'
  },
  {
    side: 'predecessors',
    operationId: 'getAgencyPredecessors',
    summary: 'Các cơ quan tiền thân / Whom an agency took over from',
    description: 'Những cơ quan mà cơ quan này đã tiếp nhận, qua mọi lần sắp xếp có hiệu lực đến ngày “on”.\n\nWhom ' +
      'it took over from, through every reorganisation effective by the day `on`.'
  }
]

const graphRoutes: FastifyPluginAsyncTypebox = async app => {
  const { pool } = app
  for (const { side, operationId, summary, description } of SIDES) {
    app.get(`/v1/agencies/:code/${side}`, {
      config: { scope: 'read' },
      schema: {
        operationId,
        tags: ['agencies'],
        summary,
        description,
        params: strict({ code: ref(CodeOrIdentifier) }),
        querystring: strict({
          on: Type.Optional(ref(CivilDate, {
            description: 'Các lần sắp xếp có hiệu lực đến ngày này; mặc định hôm nay. / Reorganisations effective by ' +
              'this day; today when absent.'
          })),
          depth: Type.Optional(Type.Integer({
            minimum: 1, maximum: MAX_DEPTH,
            description: `Số bước nhiều nhất, mặc định ${MAX_DEPTH}. / Steps at most, ${MAX_DEPTH} when absent.`
          })),
          asOf
        }),
        response: { 200: ref(SuccessionGraph) }
      }
    }, async request => readMoment(pool, request.query, async (tx, at) => {
      const name = request.params.code
      const { on = today(), depth = MAX_DEPTH } = request.query
      const code = (await resolveAgencies(tx, [name], on, at)).get(name)
      if (code === undefined) throw notFound(NOUNS.agency, name)
      const edges = lineageOf(await listSuccessions(tx, at), code, side, { on, depth })
      const codes = [...new Set([code, ...edges.flatMap(one => [one.from, one.to])])].sort()
      const records = await findAgencies(tx, codes, at)
      const histories = await listHistories(tx, codes, at)
      return {
        agency: code,
        direction: side,
        on,
        asOf: await lastKnown(tx, at),
        nodes: records.map(({ code, kind, level }) => {
          const { names } = histories.get(code)!
          return {
            code, name: nearest(names, on)!.name, kind, level, ...lifetimeOf(names),
            alive: names.some(one => holdsOn(one, on))
          }
        }),
        edges: edges.map(({ from, to, share, functions, effectiveOn, reorganisation, kind }) =>
          ({ from, to, share, ...functions === undefined ? {} : { functions }, effectiveOn, reorganisation, kind }))
      } as SuccessionGraph
    }))
  }
}

export default graphRoutes
