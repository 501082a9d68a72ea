import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { statusRules } from '../../db/schema/index.js'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { CivilDate, Provenance, ref, strict } from '../../http/schema.js'
import { stated } from '../stated.js'
import { createStatusRule } from './actions.js'
import { findStatusRule, listStatusRules, type StatusRuleRow } from './queries.js'
import { schemas, StatusRule, StatusRuleInput, StatusRuleList, version } from './schemas.js'

const list = defineList<StatusRuleRow, 'version' | 'effectiveFrom'>({
  sorts: { version: statusRules.version, effectiveFrom: statusRules.effectiveFrom },
  defaultSort: 'version',
  key: 'version',
  recorded: statusRules.recordedAt
})

const tags = ['status-rules']
const present = (row: StatusRuleRow): StatusRule => stated(row)

const statusRuleRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db } = app

  app.get('/v1/status-rules', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listStatusRules',
      tags,
      summary: 'Các phiên bản ngưỡng đánh giá / List the versions of the thresholds',
      description: '“on” chỉ trả về phiên bản áp dụng cho ngày đó: “effectiveFrom” muộn nhất không sau ngày ấy, rồi ' +
        'số phiên bản lớn nhất.\n\n`on` gives only the version that applies to the day: the latest `effectiveFrom` ' +
        'not after it, then the highest version.',
      querystring: list.query({ on: Type.Optional(ref(CivilDate)), provenance: Type.Optional(ref(Provenance)) }),
      response: { 200: ref(StatusRuleList) }
    }
  }, async (request, reply) => {
    const { on, provenance } = request.query
    const page = list.page(request)
    const { rows, count } = await listStatusRules(db, { on, provenance }, page)
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/status-rules/:version', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getStatusRule',
      tags,
      summary: 'Một phiên bản ngưỡng đánh giá / A version of the thresholds',
      description: 'Không bao giờ thay đổi.\n\nIt never changes.',
      params: strict({ version }),
      response: { 200: ref(StatusRule) }
    }
  }, async (request, reply) => {
    const row = await findStatusRule(db, request.params.version)
    if (row === undefined) throw notFound({ vi: 'phiên bản', en: 'version' }, String(request.params.version))
    reply.rowVersion = row.version
    return present(row)
  })

  app.post('/v1/status-rules', {
    config: { scope: 'registry:admin', problems: ['unprocessable'] },
    schema: {
      operationId: 'createStatusRule',
      tags,
      summary: 'Ban hành ngưỡng đánh giá mới / Set new thresholds',
      description: 'Tạo phiên bản kế tiếp. Tình trạng của các ngày từ “effectiveFrom” được đánh giá theo phiên bản ' +
        'này; với “asOf” trước lúc ghi nhận thì vẫn theo phiên bản cũ.\n\nMakes the next version. The status of days ' +
        'from `effectiveFrom` on is judged by it; with an `asOf` before it was recorded, by the older one still.',
      body: ref(StatusRuleInput),
      response: { 201: ref(StatusRule) }
    }
  }, async (request, reply) => {
    const row = await createStatusRule(request.unit, request.body)
    return created(reply, `/v1/status-rules/${row.version}`, row.version, present(row))
  })
}

export default statusRuleRoutes
