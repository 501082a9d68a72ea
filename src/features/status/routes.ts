import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { asc, eq, inArray } from 'drizzle-orm'
import { Type } from 'typebox'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../db/moment.js'
import { calendars, indicators, pillars, planPillars, plans } from '../../db/schema/index.js'
import { PERFORMANCES, REPORTING_STATES } from '../../domain/status/index.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound, parameterError } from '../../http/problem.js'
import { CivilDate, Code, Provenance, oneOf, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../agencies/queries.js'
import { TARGET_LEVELS, targetLevel, type TargetLevel } from '../fields.js'
import { asOf, readMoment } from '../moment.js'
import { resolveNamed } from '../named.js'
import { NOUNS, findUnknown, unknownReference } from '../references.js'
import { evaluateTargets, loadSetting, reportersOf, type EvaluatedTarget, type Setting } from './evaluate.js'
import { presentStatus, tally } from './present.js'
import { lastKnown, listTargetsInForce, type TargetFilters, type TargetInForce } from './queries.js'
import { loadLine } from './lineage.js'
import { IndicatorSeries, PlanSummary, StatusList, schemas, view as seriesView } from './schemas.js'
import { loadSeries, targetLine } from './series.js'

const tags = ['status']
/** What a series may span: a page of charts, not an export. */
const MAX_SERIES_YEARS = 20

const on = Type.Optional(ref(CivilDate, { description: 'Phiên bản mục tiêu, cơ cấu tổ chức và kỳ của ngày này; mặc định hôm nay (Asia/Ho_Chi_Minh). / Which target version, structure and periods apply; today in the province when absent.' }))
const counted = Type.Optional(oneOf(['accepted', 'submitted'], { description: 'submitted: tính cả số liệu chờ duyệt; mặc định accepted. / Pending figures count too; accepted when absent.' }))
const computedFilters = {
  performance: Type.Optional(oneOf(PERFORMANCES, { description: 'Tình trạng thực hiện. / How the target stands.' })),
  reporting: Type.Optional(oneOf(REPORTING_STATES, { description: 'Tình trạng báo cáo. / How its reporting stands.' })),
  provenance: Type.Optional(ref(Provenance, { description: 'illustrative: có đầu vào minh hoạ. / illustrative: any input is.' }))
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
  on?: string, asOf?: string, basis?: 'accepted' | 'submitted'
  performance?: string, reporting?: string, provenance?: string
}

/** The level that the target's scope names, by which `/v1/targets` filters and the summary counts too. */
function levelOf ({ target }: TargetInForce): TargetLevel {
  return target.scope.level ?? 'whole'
}

/** What an agency answers for: it has a role in the target, is the whole of its scope, or one of those who owe its figure. */
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

const statusRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  async function findStatuses (
    tx: Queryable, at: string,
    filters: TargetFilters & { agency?: string | undefined, level?: TargetLevel | undefined }, query: Query,
    cut: <T extends TargetInForce>(items: T[]) => T[]
  ) {
    const moment = { on: query.on ?? today(), at, basis: query.basis ?? 'accepted' } as const
    const setting = await loadSetting(tx, moment)
    const { agency, level, ...stored } = filters
    const found = (await listTargetsInForce(tx, stored, moment))
      .filter(item => (agency === undefined || concerns(item, agency, setting)) &&
        (level === undefined || levelOf(item) === level))
    const computed = query.performance !== undefined || query.reporting !== undefined || query.provenance !== undefined
    if (!computed) return { items: await evaluateTargets(tx, cut(found), setting, moment), total: found.length, setting, moment }
    const evaluated = (await evaluateTargets(tx, found, setting, moment)).filter(fits(query))
    return { items: cut(evaluated), total: evaluated.length, setting, moment }
  }

  app.get('/v1/status', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listStatus',
      tags,
      summary: 'Tình trạng các mục tiêu / How the targets stand',
      description: 'Một dòng cho mỗi mục tiêu có hiệu lực trong ngày “on”, được tính khi đọc từ số liệu đã ghi, kèm giải thích.\n\nOne row per target in force on `on`, computed at read from what is committed, and explained.',
      querystring: list.query({
        plan: Type.Optional(ref(Code, { description: 'Mã kế hoạch. / Code of the plan.' })),
        pillar: Type.Optional(ref(Code, { description: 'Mã nhóm chỉ tiêu. / Code of the pillar.' })),
        indicator: Type.Optional(ref(Code, { description: 'Mã chỉ tiêu. / Code of the indicator.' })),
        agency: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Cơ quan được giao, hoặc thuộc phạm vi; mã hoặc scheme:value. / An agency with a role in the target, or in its scope; code or scheme:value.' })),
        level: Type.Optional(targetLevel),
        allocation: Type.Optional(Type.Boolean({ description: 'Chỉ các phần được giao, hoặc chỉ mục tiêu của chính kế hoạch. / Only parts handed down, or only the plan\'s own targets.' })),
        ...computedFilters,
        on,
        asOf,
        basis: counted
      }),
      response: { 200: ref(StatusList) }
    }
  }, async (request, reply) => {
    const { plan, pillar, indicator, agency: name, level, allocation } = request.query
    const page = list.page(request)
    return readMoment(pool, request.query, async (tx, at) => {
      const day = request.query.on ?? today()
      const { agency } = await resolveNamed(tx, { agency: name }, { plan, pillar, indicator }, day, at)
      const { items, total, moment } = await findStatuses(tx, at, { plan, pillar, indicator, agency, level, allocation }, request.query, items => page.slice(items) as typeof items)
      return page.send(reply, items, row => presentStatus(row as EvaluatedTarget), { count: page.counted ? total : undefined, pin: { on: moment.on } })
    })
  })

  app.get('/v1/indicators/:code/status', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listIndicatorStatus',
      tags,
      summary: 'Tình trạng các mục tiêu của một chỉ tiêu / How the targets of an indicator stand',
      description: 'Như /v1/status?indicator=…\n\nAs /v1/status?indicator=…',
      params: strict({ code: ref(Code) }),
      querystring: list.query({ plan: Type.Optional(ref(Code, { description: 'Mã kế hoạch. / Code of the plan.' })), ...computedFilters, on, asOf, basis: counted }),
      response: { 200: ref(StatusList) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const page = list.page(request)
    return readMoment(pool, request.query, async (tx, at) => {
      if ((await findUnknown(tx, [{ noun: 'indicator', value: code, parameter: 'code' }])).length > 0) throw notFound(NOUNS.indicator, code)
      const unknown = await findUnknown(tx, [{ noun: 'plan', value: request.query.plan, parameter: 'plan' }])
      if (unknown.length > 0) throw badRequest(unknown)
      const { items, total, moment } = await findStatuses(tx, at, { indicator: code, plan: request.query.plan }, request.query, items => page.slice(items) as typeof items)
      return page.send(reply, items, row => presentStatus(row as EvaluatedTarget), { count: page.counted ? total : undefined, pin: { on: moment.on } })
    })
  })

  app.get('/v1/plans/:code/summary', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getPlanSummary',
      tags,
      summary: 'Tổng hợp một kế hoạch / The summary of a plan',
      description: 'Số mục tiêu theo tình trạng và theo báo cáo, chung, từng nhóm chỉ tiêu, từng cấp và từng cơ quan chịu trách nhiệm.\n\nCounts of targets by performance and by reporting: in all, per pillar, per level, per responsible agency.',
      params: strict({ code: ref(Code) }),
      querystring: strict({ on, asOf, basis: counted }),
      response: { 200: ref(PlanSummary) }
    }
  }, async request => readMoment(pool, request.query, async (tx, at) => {
    const { code } = request.params
    const then = asKnown(tx, at, plans, pillars, planPillars)
    const [plan] = await then.select().from(plans).where(eq(plans.code, code))
    if (plan === undefined) throw notFound(NOUNS.plan, code)
    const ordered = await then.select({ code: pillars.code, name: pillars.name }).from(planPillars)
      .innerJoin(pillars, eq(pillars.code, planPillars.pillarCode)).where(eq(planPillars.planCode, code)).orderBy(asc(planPillars.position))
    const { items: all, moment, setting } = await findStatuses(tx, at, { plan: code }, request.query, all => all)
    // what was handed down is counted apart: the plan has as many targets as it states
    const items = all.filter(({ allocation }) => !allocation)
    // an indicator may stand in a pillar that the plan does not list: without it the pillars would not add up to the total
    const unlisted = [...new Set(items.map(item => item.target.pillar))].filter(pillar => !ordered.some(one => one.code === pillar))
    if (unlisted.length > 0) ordered.push(...await then.select({ code: pillars.code, name: pillars.name }).from(pillars).where(inArray(pillars.code, unlisted)).orderBy(asc(pillars.code)))
    return {
      plan: code,
      on: moment.on,
      asOf: all[0]?.asOf ?? await lastKnown(tx, at),
      counted: moment.basis,
      total: tally(items),
      allocated: tally(all.filter(({ allocation }) => allocation)),
      pillars: ordered.map(({ code: pillar, name }) => ({ pillar, name, tally: tally(items.filter(item => item.target.pillar === pillar)) })),
      levels: TARGET_LEVELS.flatMap(level => {
        const own = items.filter(item => levelOf(item) === level)
        return own.length === 0 ? [] : [{ level, tally: tally(own) }]
      }),
      ...byAgency(items, setting)
    }
  }))

  app.get('/v1/indicators/:code/series', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getIndicatorSeries',
      tags: ['series'],
      summary: 'Chuỗi số liệu của một chỉ tiêu / The series of an indicator',
      description: `Số liệu của một cơ quan qua các kỳ, cạnh đường mục tiêu; tối đa ${MAX_SERIES_YEARS} năm. “view” cho biết dòng số liệu đi qua các lần sắp xếp tổ chức như thế nào.\n\nAn agency's measurements over periods, beside the target line; ${MAX_SERIES_YEARS} years at most. \`view\` says how the line passes through reorganisations.`,
      params: strict({ code: ref(Code) }),
      querystring: strict({
        agency: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Mã hoặc scheme:value; mặc định cơ quan của kế hoạch mới nhất có chỉ tiêu này. / Code or scheme:value; that of the newest plan with this indicator when absent.' })),
        from: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2199, description: 'Năm đầu; mặc định 5 năm trước “to”. / First year; 5 before `to` when absent.' })),
        to: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2199, description: 'Năm cuối; mặc định năm nay. / Last year; this year when absent.' })),
        view: Type.Optional(seriesView),
        on,
        asOf
      }),
      response: { 200: ref(IndicatorSeries) }
    }
  }, async request => readMoment(pool, request.query, async (tx, at) => {
    const { code } = request.params
    const day = request.query.on ?? today()
    const [found] = await asKnown(tx, at, indicators, calendars).select().from(indicators).innerJoin(calendars, eq(calendars.code, indicators.calendarCode)).where(eq(indicators.code, code))
    if (found === undefined) throw notFound(NOUNS.indicator, code)
    const { to = Number(day.slice(0, 4)), from = to - 5, agency: name, view = 'as_reported' } = request.query
    if (from > to || to - from >= MAX_SERIES_YEARS) {
      throw badRequest([parameterError('from', 'bad_range', `Cần from ≤ to và tối đa ${MAX_SERIES_YEARS} năm.`, `from ≤ to, and ${MAX_SERIES_YEARS} years at most.`)])
    }
    const targets = await listTargetsInForce(tx, { indicator: code }, { on: day, at })
    const own = targets.toSorted((a, b) => b.target.planYear - a.target.planYear)[0]?.planAgency
    const agency = name === undefined ? own : (await resolveAgencies(tx, [name], day, at)).get(name)
    if (agency === undefined) {
      throw badRequest([name === undefined
        ? parameterError('agency', 'agency_required', 'Chỉ tiêu chưa có kế hoạch nào: cần “agency”.', 'No plan has a target for this indicator yet: give `agency`.')
        : unknownReference('agency', name, { parameter: 'agency' })])
    }
    const { code: calendar, startDay, monthOffset, deadlines } = found.calendars
    const rule = { code: calendar, startDay, monthOffset: monthOffset as 0 | -1, deadlines }
    const { frequency, coarserFrequencies, timeBasis, decimals, unit, aggregation, valueKind } = found.indicators
    const frequencies = [frequency, ...coarserFrequencies]
    const wanted = {
      at, indicator: { code, frequencies, timeBasis, decimals, aggregation, valueKind }, calendar: rule, agency,
      fromYear: from, toYear: to
    }
    return {
      indicator: code,
      view,
      ...view === 'as_reported' ? { agency, series: await loadSeries(tx, wanted) } : await loadLine(tx, { ...wanted, on: day, view }),
      unit,
      frequency,
      frequencies,
      timeBasis,
      calendar,
      targets: targets.map(target => targetLine(target, from, to))
    }
  }))
}

export default statusRoutes
