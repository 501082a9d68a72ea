import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { indicators } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import { defineList } from '../../http/list.js'
import { TIME_PER_COLLECT } from '../../domain/time-basis.js'
import { badRequest, notFound } from '../../http/problem.js'
import { Code, oneOf, Provenance, ref, strict } from '../../http/schema.js'
import { searchWords } from '../../http/search.js'
import { q } from '../fields.js'
import { findUnknown, NOUNS } from '../references.js'
import { changeIndicator, createIndicator } from './actions.js'
import { indicatorColumns } from './export-columns.js'
import { findIndicator, listIndicators, type IndicatorRow } from './queries.js'
import {
  aggregation, direction, Indicator, INDICATOR_EXAMPLE, IndicatorInput, IndicatorList, IndicatorPatch, reviewPolicy,
  schemas, timeBasis,
  valueKind
} from './schemas.js'
import { FREQUENCIES } from '../../domain/words.js'

const list = defineList<IndicatorRow, 'code' | 'name' | 'pillar'>({
  sorts: {
    code: indicators.code,
    // folded: Vietnamese letters beside their bases, as in a telephone book
    name: { column: indicators.search, of: row => row.search },
    pillar: { column: indicators.pillarCode, of: row => row.pillarCode }
  },
  defaultSort: 'code',
  key: 'code',
  recorded: { column: indicators.knownFrom, of: row => row.knownFrom }
})

const tags = ['indicators']
const params = strict({ code: ref(Code) })

/** A row without its inner columns; what is null is left out. */
function present (row: IndicatorRow): Indicator {
  const {
    code, pillarCode, calendarCode, nameVi, nameEn, coarserFrequencies, search, rowVersion, recordedAt, knownFrom,
    ...rest
  } = row
  const stated = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== null)) as
    Omit<Indicator, 'code' | 'pillar' | 'calendar' | 'name' | 'frequencies' | 'timePerCollect' | 'recordedAt'>
  const timePerCollect = TIME_PER_COLLECT[row.timeBasis]
  return {
    code,
    pillar: pillarCode,
    name: nameEn === null ? { vi: nameVi } : { vi: nameVi, en: nameEn },
    ...stated,
    frequencies: [row.frequency, ...coarserFrequencies],
    ...timePerCollect === undefined ? {} : { timePerCollect },
    calendar: calendarCode,
    recordedAt: knownFrom
  }
}

const indicatorRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  app.get('/v1/indicators', {
    config: { scope: 'read', produces: EXPORT_TYPES },
    schema: {
      operationId: 'listIndicators',
      tags,
      summary: 'Danh mục chỉ tiêu / List the indicators',
      description: '“q” tìm không dấu (“dien tu” thấy “điện tử”, “qui” thấy “quý”) trong tên và định nghĩa, tiếng ' +
        'Việt và tiếng Anh.\n\n`q` searches names and definitions, Vietnamese and English, without diacritics ("dien ' +
        'tu" finds "điện tử", "qui" finds "quý").',
      querystring: list.query({
        q,
        pillar: Type.Optional(ref(Code)),
        plan: Type.Optional(ref(Code, { description: 'Có mục tiêu trong kế hoạch này. / Has a target in this plan.' })),
        frequency: Type.Optional(oneOf(FREQUENCIES, {
          description: 'Có báo cáo theo loại kỳ này. / Is reported at this frequency, beside others or not.'
        })),
        timeBasis: Type.Optional(timeBasis),
        valueKind: Type.Optional(valueKind),
        calendar: Type.Optional(ref(Code)),
        direction: Type.Optional(direction),
        aggregation: Type.Optional(aggregation),
        reviewPolicy: Type.Optional(reviewPolicy),
        provenance: Type.Optional(ref(Provenance)),
        ...exportQuery
      }),
      response: {
        200: {
          description: 'Danh mục chỉ tiêu. / The indicators.',
          content: exportContent(ref(IndicatorList), { columns: indicatorColumns, row: INDICATOR_EXAMPLE })
        }
      }
    }
  }, async (request, reply) => {
    const { query } = request
    const { pillar, plan, calendar } = query
    const format = exportFormat(request)
    const page = format === undefined ? list.page(request) : list.whole(request)
    const find = async (db: Queryable) => {
      const unknown = await findUnknown(db, [
        { noun: 'pillar', value: pillar, parameter: 'pillar' },
        { noun: 'plan', value: plan, parameter: 'plan' },
        { noun: 'calendar', value: calendar, parameter: 'calendar' }
      ])
      if (unknown.length > 0) throw badRequest(unknown)
      return listIndicators(db, { ...query, words: searchWords(query.q) }, page)
    }
    if (format !== undefined) {
      await app.exports.sendTable(request, reply, format, async () => ({
        name: 'indicators',
        title: { vi: 'Chỉ tiêu', en: 'Indicators' },
        columns: indicatorColumns,
        isIllustrative: row => row.provenance === 'illustrative',
        isLabelled: true,
        rows: (await find(db)).rows.map(present)
      }))
      return reply
    }
    const { rows, count } = await find(db)
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/indicators/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getIndicator',
      tags,
      summary: 'Một chỉ tiêu / An indicator',
      description: 'Định nghĩa, đơn vị, cách tính, cách tổng hợp và kỳ báo cáo.\n\nIts definition, unit, formula, ' +
        'how it rolls up, and when it is reported.',
      params,
      response: { 200: ref(Indicator) }
    }
  }, async (request, reply) => {
    const row = await findIndicator(db, request.params.code)
    if (row === undefined) throw notFound(NOUNS.indicator, request.params.code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.post('/v1/indicators', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createIndicator',
      tags,
      summary: 'Thêm một chỉ tiêu / Create an indicator',
      description: 'Mã phải chưa dùng; nhóm chỉ tiêu và lịch báo cáo phải có sẵn. reviewPolicy “automatic” cần ' +
        'registry:admin.\n\nThe code must be free; the pillar and the calendar must exist. A `reviewPolicy` of ' +
        '`automatic` takes registry:admin.',
      body: ref(IndicatorInput),
      response: { 201: ref(Indicator) }
    }
  }, async (request, reply) => {
    const row = await createIndicator(request.unit, request.body, request.principal!)
    return created(reply, `/v1/indicators/${row.code}`, row.rowVersion, present(row))
  })

  app.patch('/v1/indicators/:code', {
    config: { scope: 'registry:write', problems: ['unprocessable'] },
    schema: {
      operationId: 'updateIndicator',
      tags,
      summary: 'Sửa một chỉ tiêu / Change an indicator',
      description: 'Khi đã có mục tiêu hoặc số liệu thì đơn vị, loại giá trị, lịch và chiều không đổi được, số chữ ' +
        'số thập phân không giảm được, loại kỳ chỉ thêm được; “timeBasis” không đổi được khi đã có số liệu. Đổi ' +
        'reviewPolicy, minimum, maximum, numerator, denominator cần registry:admin. Cần If-Match.\n\n' +
        'Once there are targets or measurements, unit, valueKind, calendar and direction stay, decimals cannot ' +
        'become fewer, and frequencies can only be added; ' +
        'once there are measurements, `timeBasis` stays. To change reviewPolicy, minimum, maximum, ' +
        'numerator or denominator takes registry:admin. Needs If-Match.',
      params,
      body: ref(IndicatorPatch),
      response: { 200: ref(Indicator) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changeIndicator(pool, code, request.body, requirePrecondition(request), request.principal!)
    if (row === undefined) throw notFound(NOUNS.indicator, code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })
}

export default indicatorRoutes
