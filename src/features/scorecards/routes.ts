import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import type { Column } from '../../http/columns.js'
import type { Table } from '../../http/export.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import { badRequest, notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { asOf, readMoment } from '../moment.js'
import { findUnknown, NOUNS } from '../references.js'
import { scorecardColumns, scorecardLines, type ScorecardLine } from './export-columns.js'
import { loadScorecard } from './load.js'
import { presentScorecard } from './present.js'
import { schemas, Scorecard, SCORECARD_EXAMPLE, view } from './schemas.js'

const [LINE_EXAMPLE] = scorecardLines(SCORECARD_EXAMPLE as unknown as Scorecard)

const scorecardRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/agencies/:code/scorecard', {
    config: { scope: 'read', lane: 'dear', produces: EXPORT_TYPES },
    schema: {
      operationId: 'getScorecard',
      tags: ['rankings'],
      summary: 'Phiếu điểm của một cơ quan / The scorecard of an agency',
      description: 'Phân công và “sáu rõ”, mục tiêu cơ quan chịu trách nhiệm, nghĩa vụ báo cáo đúng hạn và sau hạn, ' +
        'nhiệm vụ chủ trì, và xu hướng qua các kỳ; của ngày “on”. “view” cho biết cơ quan được hiểu thế nào qua các ' +
        'lần sắp xếp.\n\nAssignments and their six clears, the targets it answers for, reporting on time and late, ' +
        'the tasks it leads, and the trend over periods; of the day `on`. `view` says what the body is taken to be ' +
        'across reorganisations.',
      params: strict({ code: ref(CodeOrIdentifier) }),
      querystring: strict({
        plan: Type.Optional(ref(Code, { description: 'Chỉ của kế hoạch này. / Of this plan only.' })),
        view: Type.Optional(view),
        on: Type.Optional(ref(CivilDate, { description: 'Mặc định hôm nay. / Today in the province when absent.' })),
        asOf,
        ...exportQuery
      }),
      response: {
        200: {
          description: 'Phiếu điểm; csv và xlsx có mỗi con số một dòng, ndjson cả phiếu trên một dòng. / ' +
            'The scorecard; csv and xlsx have each number on a row, ndjson the whole on one line.',
          content: exportContent(ref(Scorecard), {
            columns: scorecardColumns, row: LINE_EXAMPLE!, line: SCORECARD_EXAMPLE
          })
        }
      }
    }
  }, async (request, reply) => {
    const { code: name } = request.params
    const { plan, view = 'as_reported', on = today() } = request.query
    const format = exportFormat(request)
    const find = async (tx: Queryable, at: string) => {
      const code = (await resolveAgencies(tx, [name], on, at)).get(name)
      if (code === undefined) throw notFound(NOUNS.agency, name)
      const unknown = await findUnknown(tx, [{ noun: 'plan', value: plan, parameter: 'plan' }])
      if (unknown.length > 0) throw badRequest(unknown)
      const card = await loadScorecard(tx, code, { plan, view }, { on, at })
      if (card === undefined) throw notFound(NOUNS.agency, name)
      return presentScorecard(card, { on, view, plan })
    }
    if (format === undefined) return readMoment(pool, request.query, find)
    await app.exports.sendTable(request, reply, format, () =>
      readMoment(pool, request.query, async (tx, at): Promise<Table<Scorecard | ScorecardLine>> => {
        const card = await find(tx, at)
        return {
          name: `scorecard-${card.agency.code}`,
          title: { vi: 'Phiếu điểm', en: 'Scorecard' },
          on,
          at,
          knownAt: card.asOf,
          columns: scorecardColumns as Column<Scorecard | ScorecardLine>[],
          isIllustrative: () => card.assignments.illustrative || card.targets.illustrative > 0,
          isLabelled: true,
          rows: format.type === 'ndjson' ? [card] : scorecardLines(card)
        }
      }))
    return reply
  })
}

export default scorecardRoutes
