import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import type { ExportHead } from '../../http/export.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery, type ExportFormat } from '../../http/export-format.js'
import { defineList } from '../../http/list.js'
import { badRequest, parameterError } from '../../http/problem.js'
import { ref } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { lastLearnt } from '../learnt.js'
import { readMoment } from '../moment.js'
import { resolveNamed } from '../named.js'
import { sightOf } from '../sight.js'
import { PUBLIC, isOwnAgency, type Sight } from '../../world/sight.js'
import { completenessColumns, obligationColumns } from './export-columns.js'
import { listObligations, type NamedObligation, type ObligationFilters } from './load.js'
import { groupObligations, presentObligation } from './present.js'
import { loadTemplate, templateColumns } from './template.js'
import {
  by, COMPLETENESS_EXAMPLE, OBLIGATION_EXAMPLE, obligationQuery, ObligationCompletenessList, ObligationList, schemas,
  type Obligation,
  type ObligationCompleteness
} from './schemas.js'

const list = defineList<NamedObligation, 'id' | 'deadline' | 'agency' | 'indicator' | 'period'>({
  sorts: {
    id: { of: row => row.id },
    deadline: { of: row => row.deadline },
    agency: { of: row => row.agency },
    indicator: { of: row => row.indicator },
    period: { of: row => row.period.code }
  },
  defaultSort: 'deadline',
  key: 'id'
})

const groupList = defineList<ObligationCompleteness, 'key' | 'expected' | 'overdue' | 'completeness'>({
  sorts: {
    key: { of: row => row.key },
    expected: { of: row => row.expected },
    overdue: { of: row => row.overdue },
    completeness: { of: row => row.completeness, nullable: true }
  },
  defaultSort: 'key',
  key: 'key'
})

const template = Type.Optional(Type.Boolean({
  description: 'true, cùng format=xlsx hoặc csv và “agency”: bảng những gì cơ quan còn phải gửi (không nêu “state” ' +
    'thì là not_due, due, overdue, returned), ' +
    'với tên, đơn vị, số gần nhất và các ô trống; điền xong gửi lại cho POST /v1/submissions, dòng để trống được bỏ ' +
    'qua. / ' +
    'true, with format=xlsx or csv and `agency`: the sheet of what the agency still owes (without `state`: not_due, ' +
    'due, overdue, returned), ' +
    'with names, units, last figures and empty cells; filled in, it goes back to POST /v1/submissions, where rows ' +
    'that were left empty are passed over.'
}))

const tags = ['obligations']

/** 400 for a code that means nothing; identifiers are those of the day. */
async function named (tx: Queryable, at: string, filters: ObligationFilters): Promise<ObligationFilters> {
  const { agency, subject, indicator, pillar, plan, on } = filters
  return { ...filters, ...await resolveNamed(tx, { agency, subject }, { indicator, pillar, plan }, on, at) }
}

/** A sheet to be filled in is a table, of one agency. */
function refuseTemplate (format: ExportFormat | undefined, agency: string | undefined): void {
  const faults = [
    ...format?.type === 'csv' || format?.type === 'xlsx'
      ? []
      : [
          parameterError(
            'template', 'table_only', 'Biểu mẫu cần format=xlsx hoặc format=csv.',
            'A template needs format=xlsx or format=csv.'
          )
        ],
    ...agency === undefined
      ? [
          parameterError(
            'agency', 'agency_required', 'Biểu mẫu là của một cơ quan: cần “agency”.',
            'A template is of one agency: give `agency`.'
          )
        ]
      : []
  ]
  if (faults.length > 0) throw badRequest(faults)
}

/** What a workbook says of itself: the day, the instant, and when the registry last learnt something of it. */
async function momentOf (
  tx: Queryable, at: string, on: string, sight: Sight
): Promise<Pick<ExportHead, 'on' | 'at' | 'knownAt' | 'isLabelled'>> {
  return { on, at, knownAt: await lastLearnt(tx, at, sight, 'reporting'), isLabelled: true }
}

const obligationRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/obligations', {
    config: { scope: 'read', sighted: true, lane: 'dear', produces: EXPORT_TYPES },
    schema: {
      operationId: 'listObligations',
      tags,
      summary: 'Nghĩa vụ báo cáo / List the reporting obligations',
      description: 'Mỗi cơ quan, chỉ tiêu và kỳ một dòng, suy ra từ các mục tiêu còn hiệu lực ngày “on”, phạm vi, ' +
        'phân công, lịch, gia hạn và số liệu; không lưu ở đâu cả. Các kỳ đã bắt đầu đến ngày “on”, từ năm của kế ' +
        'hoạch. Đơn vị phải báo cáo là đơn vị thuộc phạm vi vào ngày chốt; số liệu của toàn phạm vi do cơ quan chủ ' +
        'trì gửi.\n\nOne row per agency, indicator and period, derived from the targets in force on `on`, scopes, ' +
        'assignments, calendars, extensions and figures; stored nowhere. The periods begun by `on`, from the plan\'s ' +
        'year on. Who reports is who was in scope on the cut-off; a figure for the whole scope is owed by the lead.',
      querystring: list.query({ ...obligationQuery, ...exportQuery, template }),
      response: {
        200: {
          description: 'Các nghĩa vụ báo cáo. / The reporting obligations.',
          content: exportContent(ref(ObligationList), { columns: obligationColumns, row: OBLIGATION_EXAMPLE })
        }
      }
    }
  }, async (request, reply) => {
    const { on = today(), template = false, ...filters } = request.query
    const format = exportFormat(request)
    if (template) refuseTemplate(format, filters.agency)
    const sight = await sightOf(request)
    const isOwn = isOwnAgency(sight)
    const present = (one: NamedObligation) => presentObligation(one, isOwn(one.agency))
    const page = format === undefined ? list.page(request, sight.key) : list.whole(request)
    const find = async (tx: Queryable, at: string) =>
      listObligations(tx, at, await named(tx, at, { ...filters, on }), sight)
    if (format !== undefined && template) {
      await app.exports.sendTable(request, reply, format, () => readMoment(pool, request.query, async (tx, at) => {
        const rows = await loadTemplate(tx, page.slice(await find(tx, at)), filters.state !== undefined, { on, at })
        return {
          name: 'template',
          title: { vi: 'Biểu mẫu', en: 'Template' },
          columns: templateColumns(rows),
          rows,
          ...await momentOf(tx, at, on, sight),
          // the names of the columns come first: it is pushed back
          isLabelled: false
        }
      }))
      return reply
    }
    if (format !== undefined) {
      await app.exports.sendTable(request, reply, format, () => readMoment(pool, request.query, async (tx, at) => {
        const rows = page.slice(await find(tx, at)).map(present)
        return {
          name: 'obligations',
          title: { vi: 'Nghĩa vụ', en: 'Obligations' },
          columns: obligationColumns,
          isOwn: (row: Obligation) => isOwn(row.agency.code),
          isIllustrative: (row: Obligation) => row.measurement?.provenance === 'illustrative',
          rows,
          ...await momentOf(tx, at, on, sight)
        }
      }))
      return reply
    }
    return readMoment(pool, request.query, async (tx, at) => {
      const rows = await find(tx, at)
      return page.send(reply, page.slice(rows), present, { count: page.counted ? rows.length : undefined, pin: { on } })
    })
  })

  app.get('/v1/obligations/completeness', {
    config: { scope: 'read', lane: 'dear', produces: EXPORT_TYPES },
    schema: {
      operationId: 'listObligationCompleteness',
      tags,
      summary: 'Mức đầy đủ của báo cáo / How complete the reporting is',
      description: 'Đếm nghĩa vụ theo cơ quan, kỳ, chỉ tiêu hoặc nhóm chỉ tiêu, cùng bộ lọc như ' +
        '/v1/obligations.\n\nThe obligations counted by agency, period, indicator or pillar, with the filters of ' +
        '/v1/obligations.',
      querystring: groupList.query({ by: Type.Optional(by), ...obligationQuery, ...exportQuery }),
      response: {
        200: {
          description: 'Mức đầy đủ theo nhóm. / How complete each group is.',
          content: exportContent(ref(ObligationCompletenessList), {
            columns: completenessColumns, row: COMPLETENESS_EXAMPLE
          })
        }
      }
    }
  }, async (request, reply) => {
    const { by = 'agency', on = today(), ...filters } = request.query
    const format = exportFormat(request)
    const page = format === undefined ? groupList.page(request) : groupList.whole(request)
    const find = async (tx: Queryable, at: string) =>
      groupObligations(await listObligations(tx, at, await named(tx, at, { ...filters, on }), PUBLIC), by)
    if (format !== undefined) {
      await app.exports.sendTable(request, reply, format, () => readMoment(pool, request.query, async (tx, at) => ({
        name: 'completeness',
        title: { vi: 'Đầy đủ', en: 'Completeness' },
        columns: completenessColumns,
        rows: page.slice(await find(tx, at)),
        ...await momentOf(tx, at, on, PUBLIC)
      })))
      return reply
    }
    return readMoment(pool, request.query, async (tx, at) => {
      const groups = await find(tx, at)
      return page.send(reply, page.slice(groups), one => one, {
        count: page.counted ? groups.length : undefined, pin: { on }
      })
    })
  })
}

export default obligationRoutes
