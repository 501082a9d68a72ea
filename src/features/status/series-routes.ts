import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { eq } from 'drizzle-orm'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { calendars, indicators } from '../../db/schema/index.js'
import type { Table } from '../../http/export.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import { badRequest, notFound, parameterError } from '../../http/problem.js'
import { Code, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { listDimensionCodes } from '../dimensions/queries.js'
import { lastLearnt } from '../learnt.js'
import { asOf, readMoment } from '../moment.js'
import { NOUNS, unknownReference } from '../references.js'
import { sightOf } from '../sight.js'
import type { Sight } from '../../world/sight.js'
import { SERIES_EXAMPLE } from './examples.js'
import { on } from './fields.js'
import { loadLine } from './lineage.js'
import { listTargetsInForce } from '../../world/figures.js'
import { IndicatorSeries, view as seriesView } from './schemas.js'
import { seriesColumns, seriesRows, type SeriesRow } from './series-export.js'
import { loadSeries, targetLine } from './series.js'

/** What a series may span: a page of charts, not an export. */
const MAX_SERIES_YEARS = 20

interface Query { agency?: string, from?: number, to?: number, view?: IndicatorSeries['view'], on?: string }

const [FIRST_ROW] = seriesRows(SERIES_EXAMPLE as unknown as IndicatorSeries, {
  vi: 'Tỷ lệ dân số trưởng thành có chữ ký số'
})

const seriesRoutes: FastifyPluginAsyncTypebox = async app => {
  const { pool } = app

  async function load (tx: Queryable, code: string, query: Query, at: string, sight: Sight) {
    const day = query.on ?? today()
    const [found] = await asKnown(tx, at, indicators, calendars).select().from(indicators)
      .innerJoin(calendars, eq(calendars.code, indicators.calendarCode)).where(eq(indicators.code, code))
    if (found === undefined) throw notFound(NOUNS.indicator, code)
    const { to = Number(day.slice(0, 4)), from = to - 5, agency: name, view = 'as_reported' } = query
    if (from > to || to - from >= MAX_SERIES_YEARS) {
      throw badRequest([
        parameterError(
          'from', 'bad_range', `Cần from ≤ to và tối đa ${MAX_SERIES_YEARS} năm.`,
          `from ≤ to, and ${MAX_SERIES_YEARS} years at most.`
        )
      ])
    }
    const targets = await listTargetsInForce(tx, { indicator: code }, { on: day, at })
    const own = targets.toSorted((a, b) => b.target.planYear - a.target.planYear)[0]?.planAgency
    const agency = name === undefined ? own : (await resolveAgencies(tx, [name], day, at)).get(name)
    if (agency === undefined) {
      throw badRequest([name === undefined
        ? parameterError(
          'agency', 'agency_required', 'Chỉ tiêu chưa có kế hoạch nào: cần “agency”.',
          'No plan has a target for this indicator yet: give `agency`.'
        )
        : unknownReference('agency', name, { parameter: 'agency' })])
    }
    const { code: calendar, startDay, monthOffset, deadlines } = found.calendars
    const rule = { code: calendar, startDay, monthOffset: monthOffset as 0 | -1, deadlines }
    const {
      nameVi, nameEn, frequency, coarserFrequencies, timeBasis, decimals, unit, aggregation, valueKind
    } = found.indicators
    const frequencies = [frequency, ...coarserFrequencies]
    const wanted = {
      sight, at, indicator: { code, frequencies, timeBasis, decimals, aggregation, valueKind }, calendar: rule, agency,
      fromYear: from, toYear: to
    }
    const series: IndicatorSeries = {
      indicator: code,
      view,
      ...view === 'as_reported'
        ? { agency, series: await loadSeries(tx, wanted) }
        : await loadLine(tx, { ...wanted, on: day, view }),
      unit,
      frequency,
      frequencies,
      timeBasis,
      calendar,
      targets: targets.map(target => targetLine(target, from, to))
    }
    return { series, name: nameEn === null ? { vi: nameVi } : { vi: nameVi, en: nameEn }, decimals, day }
  }

  app.get('/v1/indicators/:code/series', {
    config: { scope: 'read', sighted: true, lane: 'dear', produces: EXPORT_TYPES },
    schema: {
      operationId: 'getIndicatorSeries',
      tags: ['series'],
      summary: 'Chuỗi số liệu của một chỉ tiêu / The series of an indicator',
      description: `Số liệu của một cơ quan qua các kỳ, kèm đường mục tiêu; tối đa ${MAX_SERIES_YEARS} năm. “view” ` +
        'cho biết cách nối chuỗi số liệu qua các lần sắp xếp tổ chức. Số liệu chưa được chấp nhận chỉ có với client ' +
        'được cấp quyền báo cáo và người duyệt.\n\nAn agency\'s measurements over periods, beside the target line; ' +
        `${MAX_SERIES_YEARS} years at most. \`view\` says how the line passes through reorganisations. Figures that ` +
        'are not accepted are there for a client that may report them and for reviewers alone.',
      params: strict({ code: ref(Code) }),
      querystring: strict({
        agency: Type.Optional(Type.String({
          minLength: 1, maxLength: 200,
          description: 'Mã hoặc scheme:value; mặc định cơ quan của kế hoạch mới nhất có chỉ tiêu này. / Code or ' +
            'scheme:value; that of the newest plan with this indicator when absent.'
        })),
        from: Type.Optional(Type.Integer({
          minimum: 1900, maximum: 2199,
          description: 'Năm đầu; mặc định 5 năm trước “to”. / First year; 5 before `to` when absent.'
        })),
        to: Type.Optional(Type.Integer({
          minimum: 1900, maximum: 2199, description: 'Năm cuối; mặc định năm nay. / Last year; this year when absent.'
        })),
        view: Type.Optional(seriesView),
        on,
        asOf,
        ...exportQuery
      }),
      response: {
        200: {
          description: 'Số liệu qua các kỳ. / Measurements over periods.',
          content: exportContent(ref(IndicatorSeries), { columns: seriesColumns(['sector'], 2), row: FIRST_ROW! })
        }
      }
    }
  }, async (request, reply) => {
    const { params: { code }, query } = request
    const format = exportFormat(request)
    const sight = await sightOf(request)
    if (format === undefined) {
      return readMoment(pool, query, async (tx, at) => (await load(tx, code, query, at, sight)).series)
    }
    await app.exports.sendTable(request, reply, format, () =>
      readMoment(pool, query, async (tx, at): Promise<Table<SeriesRow>> => {
        const { series, name, decimals, day } = await load(tx, code, query, at, sight)
        return {
          name: `series-${code}`,
          title: { vi: 'Chuỗi số liệu', en: 'Series' },
          on: day,
          at,
          knownAt: await lastLearnt(tx, at, sight, 'figures', code),
          columns: seriesColumns(await listDimensionCodes(tx, at), decimals),
          isIllustrative: row => row['provenance'] === 'illustrative',
          isLabelled: true,
          rows: seriesRows(series, name)
        }
      }))
    return reply
  })
}

export default seriesRoutes
