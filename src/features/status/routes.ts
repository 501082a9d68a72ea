import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { asc, eq, inArray } from 'drizzle-orm'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { pillars, planPillars, plans } from '../../db/schema/index.js'
import { PERFORMANCES, REPORTING_STATES } from '../../domain/status/index.js'
import { EXPORT_TYPES, exportContent, exportFormat, exportQuery } from '../../http/export-format.js'
import type { Table } from '../../http/export.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { Code, Provenance, oneOf, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { TARGET_LEVELS, targetLevel, type TargetLevel } from '../fields.js'
import { asOf, readMoment } from '../moment.js'
import { resolveNamed } from '../named.js'
import { NOUNS, findUnknown } from '../references.js'
import { requireSight, sightOf } from '../sight.js'
import { PUBLIC, type Sight } from '../../world/sight.js'
import { evaluateTargets, loadSetting, type EvaluatedTarget, type Setting } from './evaluate.js'
import { reportersOf } from '../../world/reporters.js'
import { presentStatus, tally } from './present.js'
import { STATUS_EXAMPLE } from './examples.js'
import { statusColumns, type StatusRow } from './export-columns.js'
import { on } from './fields.js'
import { lastKnown, listTargetsInForce, type TargetFilters, type TargetInForce } from '../../world/figures.js'
import { PlanSummary, StatusList, schemas, type Status } from './schemas.js'
import seriesRoutes from './series-routes.js'
import { BASES, type Basis } from '../../domain/words.js'

const tags = ['status']

const counted = Type.Optional(oneOf(BASES, {
  description: 'submitted: tính cả số liệu chờ duyệt mà người đọc được xem: với measurements:write là của cơ quan ' +
    'mình, với measurements:review là tất cả, còn lại 401 hoặc 403; mặc định accepted. / Pending figures that the ' +
    'reader is shown count too: with measurements:write those of the own agency, with measurements:review all; else ' +
    '401 or 403. accepted when absent.'
}))
const computedFilters = {
  performance: Type.Optional(oneOf(PERFORMANCES, { description: 'Tình trạng thực hiện. / How the target stands.' })),
  reporting: Type.Optional(oneOf(REPORTING_STATES, { description: 'Tình trạng báo cáo. / How its reporting stands.' })),
  provenance: Type.Optional(ref(Provenance, {
    description: 'illustrative: có dữ liệu đầu vào minh họa. / illustrative: any input is.'
  }))
}

const list = defineList<TargetInForce, 'target' | 'plan' | 'indicator' | 'position' | 'dueDate'>({
  sorts: {
    target: { of: row => row.target.id },
    plan: { of: row => row.target.plan },
    indicator: { of: row => row.indicator.code },
    position: { of: row => row.position },
    dueDate: { of: row => row.target.dueDate }
  },
  defaultSort: 'plan,position,target',
  key: 'target'
})

interface Query {
  on?: string, asOf?: string, basis?: Basis
  performance?: string, reporting?: string, provenance?: string
}

type Filters = TargetFilters & { agency?: string | undefined, level?: TargetLevel | undefined }

/** Made anew for each operation: the document completes it in place. */
const statuses = () => ({
  description: 'Tình trạng các mục tiêu. / How the targets stand.',
  content: exportContent(ref(StatusList), {
    columns: statusColumns,
    row: { ...STATUS_EXAMPLE as unknown as Status, decimals: 2 },
    line: STATUS_EXAMPLE
  })
})

/** The level that the target's scope names, by which `/v1/targets` filters and the summary counts too. */
function levelOf ({ target }: TargetInForce): TargetLevel {
  return target.scope.level ?? 'whole'
}

/**
 * What an agency answers for: it has a role in the target, is the whole of its scope, or one of those who owe its
 * figure.
 */
function concerns (item: TargetInForce, agency: string, { structure, roles }: Setting): boolean {
  const { target, planAgency } = item
  const whole = target.scope.level === undefined ? target.scope.agency ?? planAgency : undefined
  return whole === agency || roles.some(role => role.target === target.id && role.agency === agency) ||
    reportersOf(item, structure).some(({ code }) => code === agency)
}

/** By who answers for the target: its lead on the day, else the one agency it is set for. */
function byAgency (items: readonly EvaluatedTarget[], { structure }: Setting) {
  const responsible = (item: EvaluatedTarget) => item.lead?.code ?? item.target.scope.agency
  const codes = [...new Set(items.flatMap(item => responsible(item) ?? []))].sort()
  return {
    agencies: codes.map(code => ({
      agency: code,
      name: (structure.alive.get(code) ?? structure.former.get(code))?.name ?? { vi: code },
      tally: tally(items.filter(item => responsible(item) === code))
    })),
    unassigned: tally(items.filter(item => responsible(item) === undefined))
  }
}

function fits ({ performance, reporting, provenance }: Query): (item: EvaluatedTarget) => boolean {
  return ({ status, target }) =>
    (performance === undefined || status.performance === performance) &&
    (reporting === undefined || status.reporting.state === reporting) &&
    (provenance === undefined || (status.illustrative ? 'illustrative' : target.provenance) === provenance)
}

/** Where accepted figures alone count, every reader has the same answer. */
async function sightFor (request: FastifyRequest): Promise<Sight> {
  if ((request.query as Query).basis !== 'submitted') return PUBLIC
  requireSight(request, 'basis', ['measurements:write', 'measurements:review'])
  return sightOf(request)
}

const statusRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  async function findStatuses (
    tx: Queryable, at: string,
    filters: Filters, query: Query,
    sight: Sight,
    cut: <T extends TargetInForce>(items: T[]) => T[]
  ) {
    const moment = { on: query.on ?? today(), at, basis: query.basis ?? 'accepted', sight } as const
    const setting = await loadSetting(tx, moment)
    const { agency, level, ...stored } = filters
    const found = (await listTargetsInForce(tx, stored, moment))
      .filter(item => (agency === undefined || concerns(item, agency, setting)) &&
        (level === undefined || levelOf(item) === level))
    const computed = query.performance !== undefined || query.reporting !== undefined || query.provenance !== undefined
    if (!computed) {
      return { items: await evaluateTargets(tx, cut(found), setting, moment), total: found.length, setting, moment }
    }
    const evaluated = (await evaluateTargets(tx, found, setting, moment)).filter(fits(query))
    return { items: cut(evaluated), total: evaluated.length, setting, moment }
  }

  /** A page, or all of it as a file. `filtersIn`: what the request names, known to exist. Throws a problem. */
  async function answer (
    request: FastifyRequest<{ Querystring: Query }>, reply: FastifyReply,
    filtersIn: (tx: Queryable, at: string) => Promise<Filters>
  ) {
    const { query } = request
    const format = exportFormat(request)
    const sight = await sightFor(request)
    const page = format === undefined ? list.page(request, sight.key) : list.whole(request)
    const find = async (tx: Queryable, at: string) =>
      findStatuses(tx, at, await filtersIn(tx, at), query, sight, items => page.slice(items) as typeof items)
    if (format === undefined) {
      return readMoment(pool, query, async (tx, at) => {
        const { items, total, moment } = await find(tx, at)
        return page.send(reply, items, row => presentStatus(row as EvaluatedTarget), {
          count: page.counted ? total : undefined, pin: { on: moment.on }
        })
      })
    }
    await app.exports.sendTable(request, reply, format, () =>
      readMoment(pool, query, async (tx, at): Promise<Table<StatusRow>> => {
        const { items, moment } = await find(tx, at)
        return {
          name: 'status',
          title: { vi: 'Tình trạng', en: 'Status' },
          on: moment.on,
          at,
          knownAt: items[0]?.asOf ?? await lastKnown(tx, at),
          columns: statusColumns,
          object: ({ decimals: _decimals, ...status }) => status,
          isIllustrative: row => row.illustrative,
          isLabelled: true,
          rows: items.map(item => ({ ...presentStatus(item), decimals: item.indicator.decimals }))
        }
      }))
    return reply
  }

  app.get('/v1/status', {
    config: { scope: 'read', sighted: true, lane: 'dear', produces: EXPORT_TYPES, problems: ['insufficient_scope'] },
    schema: {
      operationId: 'listStatus',
      tags,
      summary: 'Tình trạng các mục tiêu / How the targets stand',
      description: 'Một dòng cho mỗi mục tiêu có hiệu lực trong ngày “on”, được tính khi đọc từ số liệu đã ghi, kèm ' +
        'giải thích.\n\nOne row per target in force on `on`, computed at read from what is committed, and explained.',
      querystring: list.query({
        plan: Type.Optional(ref(Code, { description: 'Mã kế hoạch. / Code of the plan.' })),
        pillar: Type.Optional(ref(Code, { description: 'Mã nhóm chỉ tiêu. / Code of the pillar.' })),
        indicator: Type.Optional(ref(Code, { description: 'Mã chỉ tiêu. / Code of the indicator.' })),
        agency: Type.Optional(Type.String({
          minLength: 1, maxLength: 200,
          description: 'Cơ quan được giao, hoặc thuộc phạm vi; mã hoặc scheme:value. / An agency with a role in the ' +
            'target, or in its scope; code or scheme:value.'
        })),
        level: Type.Optional(targetLevel),
        allocation: Type.Optional(Type.Boolean({
          description: 'Chỉ các phần được giao, hoặc chỉ mục tiêu của chính kế hoạch. / Only parts handed down, or ' +
            'only the plan\'s own targets.'
        })),
        ...computedFilters,
        on,
        asOf,
        basis: counted,
        ...exportQuery
      }),
      response: { 200: statuses() }
    }
  }, (request, reply) => answer(request, reply, async (tx, at) => {
    const { plan, pillar, indicator, agency: name, level, allocation, on = today() } = request.query
    const { agency } = await resolveNamed(tx, { agency: name }, { plan, pillar, indicator }, on, at)
    return { plan, pillar, indicator, agency, level, allocation }
  }))

  app.get('/v1/indicators/:code/status', {
    config: { scope: 'read', sighted: true, lane: 'dear', produces: EXPORT_TYPES, problems: ['insufficient_scope'] },
    schema: {
      operationId: 'listIndicatorStatus',
      tags,
      summary: 'Tình trạng các mục tiêu của một chỉ tiêu / How the targets of an indicator stand',
      description: 'Như /v1/status?indicator=…\n\nAs /v1/status?indicator=…',
      params: strict({ code: ref(Code) }),
      querystring: list.query({
        plan: Type.Optional(ref(Code, { description: 'Mã kế hoạch. / Code of the plan.' })), ...computedFilters, on,
        asOf, basis: counted, ...exportQuery
      }),
      response: { 200: statuses() }
    }
  }, (request, reply) => answer(request, reply, async tx => {
    const { params: { code }, query: { plan } } = request
    if ((await findUnknown(tx, [{ noun: 'indicator', value: code, parameter: 'code' }])).length > 0) {
      throw notFound(NOUNS.indicator, code)
    }
    const unknown = await findUnknown(tx, [{ noun: 'plan', value: plan, parameter: 'plan' }])
    if (unknown.length > 0) throw badRequest(unknown)
    return { indicator: code, plan }
  }))

  app.get('/v1/plans/:code/summary', {
    config: { scope: 'read', sighted: true, lane: 'dear', problems: ['insufficient_scope'] },
    schema: {
      operationId: 'getPlanSummary',
      tags,
      summary: 'Tổng hợp một kế hoạch / The summary of a plan',
      description: 'Số mục tiêu theo tình trạng và theo báo cáo, chung, từng nhóm chỉ tiêu, từng cấp và từng cơ quan ' +
        'chịu trách nhiệm.\n\nCounts of targets by performance and by reporting: in all, per pillar, per level, per ' +
        'responsible agency.',
      params: strict({ code: ref(Code) }),
      querystring: strict({ on, asOf, basis: counted }),
      response: { 200: ref(PlanSummary) }
    }
  }, async request => {
    const sight = await sightFor(request)
    return readMoment(pool, request.query, async (tx, at) =>
      summarise(tx, at, request.params.code, request.query, sight))
  })

  async function summarise (tx: Queryable, at: string, code: string, query: Query, sight: Sight) {
    const then = asKnown(tx, at, plans, pillars, planPillars)
    const [plan] = await then.select().from(plans).where(eq(plans.code, code))
    if (plan === undefined) throw notFound(NOUNS.plan, code)
    const ordered = await then.select({ code: pillars.code, name: pillars.name }).from(planPillars)
      .innerJoin(
        pillars, eq(pillars.code, planPillars.pillarCode)
      ).where(eq(planPillars.planCode, code)).orderBy(asc(planPillars.position))
    const { items: all, moment, setting } = await findStatuses(tx, at, { plan: code }, query, sight, all => all)
    // what was handed down is counted apart: the plan has as many targets as it states
    const items = all.filter(({ allocation }) => !allocation)
    // an indicator may stand in a pillar that the plan does not list: without it the pillars would not add up to the
    // total
    const unlisted = [...new Set(items.map(item => item.target.pillar))].filter(pillar =>
      !ordered.some(one => one.code === pillar))
    if (unlisted.length > 0) {
      ordered.push(...await then.select({
        code: pillars.code, name: pillars.name
      }).from(pillars).where(inArray(pillars.code, unlisted)).orderBy(asc(pillars.code)))
    }
    return {
      plan: code,
      on: moment.on,
      asOf: all[0]?.asOf ?? await lastKnown(tx, at),
      counted: moment.basis,
      total: tally(items),
      allocated: tally(all.filter(({ allocation }) => allocation)),
      pillars: ordered.map(({ code: pillar, name }) =>
        ({ pillar, name, tally: tally(items.filter(item => item.target.pillar === pillar)) })),
      levels: TARGET_LEVELS.flatMap(level => {
        const own = items.filter(item => levelOf(item) === level)
        return own.length === 0 ? [] : [{ level, tally: tally(own) }]
      }),
      ...byAgency(items, setting)
    }
  }

  await app.register(seriesRoutes)
}

export default statusRoutes
