import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { indicators, targets, targetVersions } from '../../db/schema/index.js'
import { created } from '../../http/conditional.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import type { Table } from '../../http/export.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Code, CodeOrIdentifier, Provenance, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { readAsOf } from '../as-of.js'
import { targetLevel, type TargetLevel } from '../fields.js'
import { findIndicator } from '../indicators/queries.js'
import { asOf, readMoment } from '../moment.js'
import { loadNames } from '../names.js'
import { resolveNamed } from '../named.js'
import { NOUNS } from '../references.js'
import { lastKnown } from '../../world/figures.js'
import { createTarget } from './actions.js'
import { allocationRoutes } from './allocation-routes.js'
import { amendmentRoutes } from './amendment-routes.js'
import { targetColumns, withNames, type TargetLine } from './export-columns.js'
import {
  findTarget, findVersion, listTargets, listVersions, targetExists, versionColumns, type TargetRow,
  type TargetVersionRow
} from './queries.js'
import {
  mode, operator, quantifier, schemas, state, Target, targetExample, TargetInput, TargetList, TargetVersion,
  TargetVersionList, version
} from './schemas.js'
import { presentTarget, presentVersion } from './present.js'

const list = defineList<TargetRow, 'id' | 'plan' | 'position' | 'indicator' | 'dueDate' | 'effectiveFrom'>({
  sorts: {
    id: { column: targets.id, of: row => row.target.id },
    plan: { column: targets.planCode, of: row => row.target.planCode },
    position: { column: targets.position, of: row => row.target.position },
    indicator: { column: targets.indicatorCode, of: row => row.target.indicatorCode },
    dueDate: { column: versionColumns.dueDate, of: row => row.version.dueDate },
    effectiveFrom: { column: versionColumns.effectiveFrom, of: row => row.version.effectiveFrom }
  },
  defaultSort: 'plan,position,id',
  key: 'id',
  recorded: { column: versionColumns.recordedAt, of: row => row.version.recordedAt }
})
const versions = defineList<TargetVersionRow, 'version' | 'effectiveFrom'>({
  sorts: { version: targetVersions.version, effectiveFrom: targetVersions.effectiveFrom },
  defaultSort: 'version',
  key: 'version',
  recorded: targetVersions.recordedAt
})

const tags = ['targets']
const filters = {
  plan: Type.Optional(ref(Code)),
  level: Type.Optional(targetLevel),
  agency: Type.Optional(ref(CodeOrIdentifier, {
    description: 'Phạm vi đúng là cơ quan này. / The scope is this very agency.'
  })),
  dimension: Type.Optional(ref(Code)),
  quantifier: Type.Optional(quantifier),
  operator: Type.Optional(operator),
  mode: Type.Optional(mode),
  state: Type.Optional(state),
  provenance: Type.Optional(ref(Provenance)),
  parent: Type.Optional(ref(Code, { description: 'Các phần của mục tiêu này. / The parts of this target.' })),
  allocation: Type.Optional(Type.Boolean({
    description: 'Chỉ các phần được giao, hoặc chỉ mục tiêu của chính kế hoạch. / Only parts handed down, or only ' +
      'the plan\'s own targets.'
  })),
  on: Type.Optional(ref(CivilDate, {
    description: 'Phiên bản có hiệu lực ngày này, và chỉ các mục tiêu đã có hiệu lực. Mặc định: hôm nay, cùng các ' +
      'mục tiêu sắp có hiệu lực. / The version in force that day, and only targets in force then. When absent: ' +
      'today, and targets still to come.'
  })),
  asOf,
  ...exportQuery
}

const INDICATOR_NAME = { vi: 'Tỷ lệ hồ sơ công việc được xử lý trên môi trường mạng' }
/** Made anew for each operation: the document completes it in place. */
const foundTargets = () => ({
  description: 'Các mục tiêu. / The targets.',
  content: exportContent(ref(TargetList), {
    columns: targetColumns,
    row: { ...targetExample, indicatorName: INDICATOR_NAME, decimals: 2 },
    line: { ...targetExample, indicatorName: INDICATOR_NAME }
  })
})

const onDay = Type.Optional(ref(CivilDate, {
  description: 'Phiên bản có hiệu lực ngày này; mặc định hôm nay. / The version in force that day; today when absent.'
}))

const targetRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)

  type Query = Partial<Pick<Target, 'plan' | 'indicator' | 'pillar' | 'quantifier' | 'operator' | 'mode' | 'state' |
    'provenance' | 'parent' | 'allocation'> &
    Pick<Target['scope'], 'agency' | 'dimension'>> & { level?: TargetLevel }

  /** The filters with codes for names; codes that do not exist are refused, since an empty list would mislead. */
  async function resolveFilters (db: Queryable, query: Query, day: string, at: string | undefined) {
    const {
      plan, indicator, pillar, level, agency: name, dimension, quantifier, operator, mode, state, provenance, parent,
      allocation
    } = query
    const { agency } = await resolveNamed(db, { agency: name }, { plan, indicator, pillar, dimension }, day, at, [
      { noun: 'target', value: parent, parameter: 'parent' }
    ])
    return {
      plan, indicator, pillar, level, agency, dimension, quantifier, operator, mode, state, provenance, parent,
      allocation
    }
  }

  /** A page, or all of them as a file. `askedFor`: the filters, by names. Throws a problem. */
  async function answer (
    request: FastifyRequest<{ Querystring: Query & { on?: string, asOf?: string } }>, reply: FastifyReply,
    askedFor: (db: Queryable, at: string | undefined) => Promise<Query>
  ) {
    const { on, asOf } = request.query
    const day = on ?? today()
    const format = exportFormat(request)
    const page = format === undefined ? list.page(request) : list.whole(request)
    const find = async (db: Queryable, at: string | undefined) => {
      const resolved = await resolveFilters(db, await askedFor(db, at), day, at)
      return listTargets(db, { day, strictly: on !== undefined }, resolved, page, at)
    }
    if (format === undefined) {
      return readAsOf(app, asOf, async (db, at) => {
        const { rows, count } = await find(db, at)
        return page.send(reply, rows, presentTarget, { count })
      })
    }
    await app.exports.sendTable(request, reply, format, () =>
      readMoment(app.pool, { asOf }, async (tx, at): Promise<Table<TargetLine>> => {
        const { rows } = await find(tx, at)
        const names = await loadNames(tx, at)
        return {
          name: 'targets',
          title: { vi: 'Mục tiêu', en: 'Targets' },
          on,
          at,
          knownAt: await lastKnown(tx, at),
          columns: targetColumns,
          object: ({ decimals: _decimals, ...target }) => target,
          isIllustrative: row => row.provenance === 'illustrative',
          isLabelled: true,
          rows: rows.map(row => withNames(presentTarget(row), names))
        }
      }))
    return reply
  }

  app.get('/v1/targets', {
    config: { scope: 'read', produces: EXPORT_TYPES },
    schema: {
      operationId: 'listTargets',
      tags,
      summary: 'Các mục tiêu / List the targets',
      description: 'Mỗi mục tiêu một lần, với phiên bản có hiệu lực trong ngày “on”.\n\nEach target once, in the ' +
        'version in force on the day `on`.',
      querystring: list.query({ indicator: Type.Optional(ref(Code)), pillar: Type.Optional(ref(Code)), ...filters }),
      response: { 200: foundTargets() }
    }
  }, (request, reply) => answer(request, reply, async () => request.query))

  app.get('/v1/indicators/:code/targets', {
    config: { scope: 'read', produces: EXPORT_TYPES },
    schema: {
      operationId: 'listIndicatorTargets',
      tags,
      summary: 'Mục tiêu của một chỉ tiêu / The targets of an indicator',
      description: 'Trong mọi kế hoạch. Như /v1/targets?indicator=….\n\nIn every plan. The same as ' +
        '/v1/targets?indicator=….',
      params: strict({ code: ref(Code) }),
      querystring: list.query(filters),
      response: { 200: foundTargets() }
    }
  }, (request, reply) => answer(request, reply, async (db, at) => {
    const { query, params: { code } } = request
    if (await findIndicator(asKnown(db, at, indicators), code) === undefined) throw notFound(NOUNS.indicator, code)
    return { ...query, indicator: code }
  }))

  app.get('/v1/targets/:id', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getTarget',
      tags,
      summary: 'Một mục tiêu / A target',
      description: 'Với phiên bản có hiệu lực trong ngày “on”; trước ngày hiệu lực đầu tiên là phiên bản đầu.\n\nIn ' +
        'the version in force on the day `on`; before the first is in force, the first.',
      params: strict({ id: ref(Code) }),
      querystring: strict({ on: onDay, asOf }),
      response: { 200: ref(Target) }
    }
  }, async (request, reply) => {
    const { on, asOf } = request.query
    const row = await readAsOf(app, asOf, (db, at) => findTarget(db, request.params.id, on ?? today(), at))
    if (row === undefined) throw notFound(NOUNS.target, request.params.id)
    reply.rowVersion = row.newest
    return presentTarget(row)
  })

  app.get('/v1/targets/:id/versions', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listTargetVersions',
      tags,
      summary: 'Các phiên bản của một mục tiêu / The versions of a target',
      description: 'Phiên bản đã ghi không bao giờ bị sửa; điều chỉnh thêm phiên bản mới.\n\nA recorded version is ' +
        'never edited; an amendment adds one.',
      params: strict({ id: ref(Code) }),
      querystring: versions.query({ asOf }),
      response: { 200: ref(TargetVersionList) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const page = versions.page(request)
    return readAsOf(app, request.query.asOf, async (db, at) => {
      if (!await targetExists(db, id, at)) throw notFound(NOUNS.target, id)
      const { rows, count } = await listVersions(db, id, page, at)
      return page.send(reply, rows, presentVersion, { count })
    })
  })

  app.get('/v1/targets/:id/versions/:version', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getTargetVersion',
      tags,
      summary: 'Một phiên bản của mục tiêu / A version of a target',
      description: 'Không bao giờ thay đổi.\n\nIt never changes.',
      params: strict({ id: ref(Code), version }),
      querystring: strict({ asOf }),
      response: { 200: ref(TargetVersion) }
    }
  }, async (request, reply) => {
    const { id, version } = request.params
    const row = await readAsOf(app, request.query.asOf, (db, at) => findVersion(db, id, version, at))
    if (row === undefined) throw notFound({ vi: 'phiên bản', en: 'version' }, String(version))
    reply.rowVersion = row.version
    return presentVersion(row)
  })

  app.post('/v1/targets', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createTarget',
      tags,
      summary: 'Thêm một mục tiêu / Create a target',
      description: 'Tạo mục tiêu cùng phiên bản 1. Giá trị không được có nhiều chữ số thập phân hơn chỉ tiêu cho ' +
        'phép; kỳ của các mốc phải thuộc loại kỳ báo cáo của chỉ tiêu.\n\nCreates the target and its version 1. ' +
        'Values must not have more decimals than the indicator allows; milestones name periods in which the ' +
        'indicator is reported.',
      body: ref(TargetInput),
      response: { 201: ref(Target) }
    }
  }, async (request, reply) => {
    const id = await createTarget(request.unit, request.body, request.principal?.clientId)
    const row = (await findTarget(request.unit.db, id, today()))!
    return created(reply, `/v1/targets/${id}`, row.newest, presentTarget(row))
  })

  await app.register(amendmentRoutes)
  await app.register(allocationRoutes)
}

export default targetRoutes
