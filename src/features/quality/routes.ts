import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { qualityOutcomes, qualityRules } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import { FIRST_YEAR, LAST_YEAR } from '../../domain/period.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { Problem, badRequest, bodyError, notFound, parameterError } from '../../http/problem.js'
import { Code, PeriodCode, Uuid, ref, strict } from '../../http/schema.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { findUnknown, unknownReference } from '../references.js'
import { changeQualityRule, createQualityRule, judgeRule, toColumns } from './actions.js'
import { presentOutcome, presentRule, presentTrial } from './present.js'
import {
  findQualityRule, listQualityOutcomes, listQualityRuleVersions, listQualityRules, type QualityOutcomeRow,
  type QualityRuleRow
} from './queries.js'
import {
  QualityOutcomeList, QualityRule, QualityRuleInput, QualityRuleList, QualityRulePatch, QualityTrial, QualityTrialInput,
  kind, schemas, severity, state
} from './schemas.js'
import { tryRule } from './trial.js'

const RULE = { vi: 'quy tắc chất lượng', en: 'quality rule' }
const tags = ['quality']
const params = strict({ code: ref(Code) })

const recorded = { column: qualityRules.knownFrom, of: (row: QualityRuleRow) => row.knownFrom }
const list = defineList<QualityRuleRow, 'code'>({
  sorts: { code: qualityRules.code }, defaultSort: 'code', key: 'code', recorded
})
const versions = defineList<QualityRuleRow, 'version'>({
  sorts: { version: { column: qualityRules.rowVersion, of: row => row.rowVersion } },
  defaultSort: '-version',
  key: 'version',
  recorded
})
const outcomes = defineList<QualityOutcomeRow, 'id'>({
  sorts: { id: qualityOutcomes.id }, defaultSort: '-id', key: 'id', recorded: qualityOutcomes.recordedAt
})

/** As of receipts: a client's own, or all for those who review figures. */
const READERS = ['measurements:write', 'measurements:review'] as const
const reviews = (request: FastifyRequest) => request.principal!.scopes.includes('measurements:review')

const year = (description: string) =>
  Type.Optional(Type.Integer({ minimum: FIRST_YEAR, maximum: LAST_YEAR, description }))

const qualityRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  app.get('/v1/quality-rules', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listQualityRules',
      tags,
      summary: 'Danh sách quy tắc chất lượng / List the quality rules',
      description: 'Quy tắc được chạy khi gửi số liệu và khi gửi thử; “indicator”: các quy tắc xét chỉ tiêu ' +
        'ấy.\n\nThe rules run in a push and in a dry run; `indicator`: those that judge it.',
      querystring: list.query({
        kind: Type.Optional(kind),
        severity: Type.Optional(severity),
        state: Type.Optional(state),
        indicator: Type.Optional(ref(Code, {
          description: 'Xét chỉ tiêu này: theo mã, theo nhóm, hoặc xét mọi chỉ tiêu. / Judges this indicator: by its ' +
            'code, its pillar, or as it judges all.'
        })),
        pillar: Type.Optional(ref(Code, { description: 'Xét nhóm chỉ tiêu này. / Is about this pillar.' }))
      }),
      response: { 200: ref(QualityRuleList) }
    }
  }, async (request, reply) => {
    const { kind, severity, state, indicator, pillar } = request.query
    const unknown = await findUnknown(db, [
      { noun: 'indicator', value: indicator, parameter: 'indicator' },
      { noun: 'pillar', value: pillar, parameter: 'pillar' }
    ])
    if (unknown.length > 0) throw badRequest(unknown)
    const page = list.page(request)
    const { rows, count } = await listQualityRules(db, { kind, severity, state, indicator, pillar }, page)
    return page.send(reply, rows, presentRule, { count })
  })

  app.get('/v1/quality-rules/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getQualityRule',
      tags,
      summary: 'Một quy tắc chất lượng / A quality rule',
      description: 'Ở phiên bản hiện tại.\n\nIn its present version.',
      params,
      response: { 200: ref(QualityRule) }
    }
  }, async (request, reply) => {
    const row = await findQualityRule(db, request.params.code)
    if (row === undefined) throw notFound(RULE, request.params.code)
    reply.rowVersion = row.rowVersion
    return presentRule(row)
  })

  app.get('/v1/quality-rules/:code/versions', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listQualityRuleVersions',
      tags,
      summary: 'Các phiên bản của một quy tắc / The versions of a quality rule',
      description: 'Mới nhất trước; kết quả kiểm tra nêu phiên bản đã dùng.\n\nNewest first; an outcome names the ' +
        'version that said it.',
      params,
      querystring: versions.query({}),
      response: { 200: ref(QualityRuleList) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    if (await findQualityRule(db, code) === undefined) throw notFound(RULE, code)
    const page = versions.page(request)
    const { rows, count } = await listQualityRuleVersions(db, code, page)
    return page.send(reply, rows, presentRule, { count })
  })

  app.post('/v1/quality-rules', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createQualityRule',
      tags,
      summary: 'Thêm một quy tắc chất lượng / Create a quality rule',
      description: 'Ở trạng thái draft nếu không nêu khác; thử trước ở /v1/quality-rules/trial, rồi quản trị viên ' +
        '(registry:admin) đổi thành active. Quy tắc không bị xóa mà chuyển thành retired.\n\nA draft unless said ' +
        'otherwise: try it at /v1/quality-rules/trial, then an administrator (registry:admin) makes it active. A ' +
        'rule is not deleted but retired.',
      body: ref(QualityRuleInput),
      response: { 201: ref(QualityRule) }
    }
  }, async (request, reply) => {
    const row = await createQualityRule(request.unit, request.body, request.principal!)
    return created(reply, `/v1/quality-rules/${row.code}`, row.rowVersion, presentRule(row))
  })

  app.patch('/v1/quality-rules/:code', {
    config: { scope: 'registry:write', problems: ['unprocessable'] },
    schema: {
      operationId: 'updateQualityRule',
      tags,
      summary: 'Sửa một quy tắc chất lượng / Change a quality rule',
      description: 'Mỗi lần sửa là một phiên bản mới; số liệu đã nhận không bị xét lại. Quy tắc active, và việc đổi ' +
        'thành active, cần registry:admin. Cần If-Match.\n\nEvery change is a new version; figures that are stored ' +
        'are not judged again. A rule that is active, or is to be, takes registry:admin. Needs If-Match.',
      params,
      body: ref(QualityRulePatch),
      response: { 200: ref(QualityRule) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changeQualityRule(pool, code, request.body, requirePrecondition(request), request.principal!)
    if (row === undefined) throw notFound(RULE, code)
    reply.rowVersion = row.rowVersion
    return presentRule(row)
  })

  app.post('/v1/quality-rules/trial', {
    config: {
      scope: ['registry:write', 'measurements:review'], computes: true, idempotency: { isolation: 'repeatable read' },
      problems: ['unprocessable']
    },
    schema: {
      operationId: 'tryQualityRule',
      tags,
      summary: 'Thử một quy tắc với số liệu đã lưu / Try a rule against stored data',
      description: 'Chạy một quy tắc chưa lưu (“rule”) hoặc đã lưu (“code”) với số liệu mới nhất, với người duyệt kể ' +
        'cả đang chờ duyệt; tối đa 100.000 số liệu. Không ghi gì.\n\nRuns a rule that is not stored (`rule`) or one ' +
        'that is (`code`) over the newest figures, for reviewers pending ones too; 100,000 at most. Nothing is ' +
        'written.',
      querystring: strict({
        indicator: Type.Optional(ref(Code, {
          description: 'Chỉ xét số liệu của chỉ tiêu này. / Figures of this indicator only.'
        })),
        from: year('Năm đầu của kỳ. / First year of the periods.'),
        to: year('Năm cuối của kỳ. / Last year of the periods.')
      }),
      body: ref(QualityTrialInput),
      response: { 200: ref(QualityTrial) }
    }
  }, async request => withTransaction(request.unit, async tx => {
    const { indicator, from = FIRST_YEAR, to = LAST_YEAR } = request.query
    const { rule, code } = request.body
    const unknown = await findUnknown(tx, [{ noun: 'indicator', value: indicator, parameter: 'indicator' }])
    if (from > to) unknown.push(parameterError('from', 'bad_range', 'Cần from ≤ to.', 'from ≤ to.'))
    if ((rule === undefined) === (code === undefined)) {
      unknown.push(bodyError(
        '', 'rule_or_code', 'Cần đúng một trong hai: “rule” hoặc “code”.', 'Give either `rule` or `code`.'
      ))
    }
    if (unknown.length > 0) throw badRequest(unknown)
    const tried = rule === undefined ? await findQualityRule(tx, code!) : toColumns(rule)
    if (tried === undefined) {
      throw new Problem('unprocessable', {
        errors: [
          bodyError(
            '/code', 'unknown_rule', `Không có quy tắc chất lượng “${code}”.`, `There is no quality rule "${code}".`
          )
        ]
      })
    }
    if (rule !== undefined) await judgeRule(tx, tried, '/rule')
    const whole = { ...tried, params: tried.params ?? {}, indicatorCodes: tried.indicatorCodes ?? null }
    return presentTrial(
      whole,
      await tryRule(tx, whole, {
        indicator, fromYear: from, toYear: to, today: today(), acceptedAlone: !reviews(request)
      }),
      request.language
    )
  }, { isolation: 'repeatable read', readOnly: true }))

  app.get('/v1/quality-outcomes', {
    config: { scope: READERS },
    schema: {
      operationId: 'listQualityOutcomes',
      tags,
      summary: 'Kết quả kiểm tra chất lượng / What the quality rules said',
      description: 'Của các lần gửi đã lưu, mới nhất trước: của chính mình; người duyệt thấy của mọi client.\n\nOf ' +
        'stored submissions, newest first: one\'s own; those who review see every client\'s.',
      querystring: outcomes.query({
        rule: Type.Optional(ref(Code, { description: 'Mã quy tắc. / Code of the rule.' })),
        severity: Type.Optional(severity),
        indicator: Type.Optional(ref(Code, { description: 'Mã chỉ tiêu. / Code of the indicator.' })),
        agency: Type.Optional(Type.String({
          minLength: 1, maxLength: 200, description: 'Mã, hoặc scheme:value. / Code, or scheme:value.'
        })),
        period: Type.Optional(ref(PeriodCode)),
        submission: Type.Optional(ref(Uuid, { description: 'Lần gửi. / The submission.' })),
        measurement: Type.Optional(ref(Uuid, { description: 'Số liệu đã ghi. / The measurement that was written.' }))
      }),
      response: { 200: ref(QualityOutcomeList) }
    }
  }, async (request, reply) => {
    const { rule, severity, indicator, agency: name, period, submission, measurement } = request.query
    const agency = name === undefined ? undefined : (await resolveAgencies(db, [name], today())).get(name)
    const unknown = [
      ...await findUnknown(db, [{ noun: 'indicator', value: indicator, parameter: 'indicator' }]),
      ...name !== undefined && agency === undefined ? [unknownReference('agency', name, { parameter: 'agency' })] : [],
      ...rule !== undefined && await findQualityRule(db, rule) === undefined
        ? [
            parameterError(
              'rule', 'unknown_code', `Không có quy tắc chất lượng “${rule}”.`, `There is no quality rule "${rule}".`
            )
          ]
        : []
    ]
    if (unknown.length > 0) throw badRequest(unknown)
    const own = request.principal!.clientId
    const page = outcomes.page(request, own)
    const { rows, count } = await listQualityOutcomes(
      db,
      {
        rule, severity, indicator, agency, period, submission, measurement, client: reviews(request) ? undefined : own
      },
      page
    )
    return page.send(reply, rows, row => presentOutcome(row, request.language), { count })
  })
}

export default qualityRoutes
