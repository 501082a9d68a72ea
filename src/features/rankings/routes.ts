import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { RANKING_METHODS, type RankingMethod } from '../../domain/ranking.js'
import type { Table } from '../../http/export.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import { defineList } from '../../http/list.js'
import { badRequest } from '../../http/problem.js'
import { CivilDate, Code, PeriodCode, ref } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { asOf, readMoment } from '../moment.js'
import { findUnknown } from '../references.js'
import type { Ranked } from './contest.js'
import { itemColumns, itemLines, rankingColumns, type RankingLine } from './export-columns.js'
import { presentIndicators, presentRow } from './present.js'
import { loadRanking } from './queries.js'
import { level, methodCode, Ranking, RANKING_EXAMPLE, RankingMethodList, schemas } from './schemas.js'

const tags = ['rankings']

const { method, level: LEVEL, on: ON, asOf: AS_OF, data: [ROW] } = RANKING_EXAMPLE
const LINE_EXAMPLE: RankingLine = {
  ...ROW!, level: LEVEL, method: { code: method.code, version: method.version }, on: ON, asOf: AS_OF
}

type Placed = Ranked & { readonly place: number }

const list = defineList<Placed, 'place' | 'agency'>({
  sorts: { place: { of: row => row.place }, agency: { of: row => row.code } },
  defaultSort: 'place',
  key: 'agency'
})

const methods = defineList<RankingMethod, 'code' | 'version' | 'id'>({
  sorts: {
    code: { of: row => row.code }, version: { of: row => row.version }, id: { of: row => `${row.code}.${row.version}` }
  },
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
      description: 'Mọi phiên bản của mọi cách, mô tả bằng lời. Một phiên bản không bao giờ thay đổi.\n\nEvery ' +
        'version of every way, in words. A version never changes.',
      querystring: methods.query({}),
      response: { 200: ref(RankingMethodList) }
    }
  }, async (request, reply) => {
    const page = methods.page(request)
    return page.send(reply, page.slice(RANKING_METHODS), row => row, {
      count: page.counted ? RANKING_METHODS.length : undefined
    })
  })

  app.get('/v1/rankings', {
    config: { scope: 'read', lane: 'dear', produces: EXPORT_TYPES },
    schema: {
      operationId: 'getRanking',
      tags,
      summary: 'Xếp hạng các cơ quan của một cấp / The agencies of a level, ranked',
      description: 'Các địa phương, hoặc các sở, tồn tại trong ngày “on”, so với nhau theo một cách tính có phiên ' +
        'bản, ' +
        'được nêu rõ trong phản hồi. Số liệu còn thiếu đã quá hạn tính là 0 và được nêu tên; “scoreOfMeasured” là ' +
        'điểm tính riêng trên các số liệu đã có. Với “period”, chỉ so các chỉ tiêu báo cáo theo loại kỳ đó.\n\nThe ' +
        'localities, ' +
        'or the departments, that exist on `on`, side by side by a stated, versioned method. A missing figure that ' +
        'is overdue counts as 0 and is named; `scoreOfMeasured` is the score of what is there alone. With `period`, ' +
        'only the indicators that are reported at its frequency are compared.',
      querystring: list.query({
        level,
        pillar: Type.Optional(ref(Code, {
          description: 'Chỉ các chỉ tiêu thuộc nhóm này. / Only indicators of this pillar.'
        })),
        plan: Type.Optional(ref(Code, { description: 'Chỉ mục tiêu của kế hoạch này. / Only targets of this plan.' })),
        period: Type.Optional(ref(PeriodCode)),
        method: Type.Optional(methodCode),
        items: Type.Optional(Type.Boolean({
          description: 'true: kèm từng chỉ tiêu của mỗi cơ quan. / true: with every indicator of each agency.'
        })),
        on: Type.Optional(ref(CivilDate, { description: 'Mặc định hôm nay. / Today in the province when absent.' })),
        asOf,
        ...exportQuery
      }),
      response: {
        200: {
          description: 'Bảng xếp hạng; với items=true một tệp csv hay xlsx có một dòng cho mỗi chỉ tiêu của mỗi cơ ' +
            'quan, và các cột item.…. / ' +
            'The ranking; with items=true a csv or xlsx has a row for every indicator of each agency, and columns ' +
            'item.….',
          content: exportContent(ref(Ranking), { columns: rankingColumns, row: LINE_EXAMPLE })
        }
      }
    }
  }, async (request, reply) => {
    const {
      level, pillar, plan, period, method: code = 'attainment', items: withItems = false, on = today()
    } = request.query
    const format = exportFormat(request)
    const page = format === undefined ? list.page(request) : list.whole(request)
    const find = async (tx: Queryable, at: string) => {
      const unknown = await findUnknown(tx, [
        { noun: 'pillar', value: pillar, parameter: 'pillar' }, { noun: 'plan', value: plan, parameter: 'plan' }
      ])
      if (unknown.length > 0) throw badRequest(unknown)
      return loadRanking(tx, { method: code, level, pillar, plan, period }, { on, at })
    }
    const placed = (ranked: readonly Ranked[]) => page.slice(ranked.map((row, i): Placed => ({ ...row, place: i + 1 })))
    if (format !== undefined) {
      await app.exports.sendTable(request, reply, format, () =>
        readMoment(pool, request.query, async (tx, at): Promise<Table<RankingLine>> => {
          const { method: { code, version }, ranked, asOf } = await find(tx, at)
          const lines = placed(ranked).map((row): RankingLine => ({
            ...presentRow(row, withItems), level, method: { code, version }, on, asOf
          }))
          return {
            name: `ranking-${level}`,
            title: { vi: 'Xếp hạng', en: 'Ranking' },
            on,
            at,
            knownAt: asOf,
            columns: withItems ? itemColumns : rankingColumns,
            isIllustrative: row => row.illustrative,
            isLabelled: true,
            rows: withItems && format.type !== 'ndjson' ? lines.flatMap(itemLines) : lines
          }
        }))
      return reply
    }
    return readMoment(pool, request.query, async (tx, at) => {
      const { method, ranked, asOf } = await find(tx, at)
      return {
        method,
        level,
        on,
        asOf,
        agencies: ranked.length,
        ranked: ranked.filter(({ rank }) => rank !== null).length,
        indicators: presentIndicators(ranked),
        ...page.send(reply, placed(ranked), row => presentRow(row, withItems), {
          count: page.counted ? ranked.length : undefined, pin: { on, asOf }
        })
      }
    })
  })
}

export default rankingRoutes
