import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { dimensionMembers, dimensions } from '../../db/schema/index.js'
import { created, requirePrecondition } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { Code, Provenance, ref, strict } from '../../http/schema.js'
import { NOUNS } from '../references.js'
import { stated } from '../stated.js'
import { changeDimension, changeMember, createDimension, createMember } from './actions.js'
import { findDimension, findMember, listDimensions, listMembers, type DimensionRow, type MemberRow } from './queries.js'
import {
  Dimension, DimensionInput, DimensionList, DimensionMember, DimensionMemberInput, DimensionMemberList,
  DimensionMemberPatch, DimensionPatch, schemas
} from './schemas.js'

const list = defineList<DimensionRow, 'code'>({
  sorts: { code: dimensions.code },
  defaultSort: 'code',
  key: 'code',
  recorded: { column: dimensions.knownFrom, of: row => row.knownFrom }
})
const memberList = defineList<MemberRow, 'position' | 'code'>({
  sorts: { position: dimensionMembers.position, code: dimensionMembers.code },
  defaultSort: 'position',
  key: 'code',
  recorded: { column: dimensionMembers.knownFrom, of: row => row.knownFrom }
})

const tags = ['dimensions']
const params = strict({ code: ref(Code) })
const memberParams = strict({ code: ref(Code), member: ref(Code) })
const MEMBER = { vi: 'thành phần', en: 'member' }

function present (row: DimensionRow): Dimension {
  const { rowVersion, recordedAt, knownFrom, ...rest } = row
  return stated({ ...rest, recordedAt: knownFrom })
}

function presentMember (row: MemberRow): DimensionMember {
  const { dimensionCode, code, name, position, provenance, knownFrom } = row
  return { dimension: dimensionCode, code, name, position, provenance, recordedAt: knownFrom }
}

const dimensionRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { db, pool } = app

  app.get('/v1/dimensions', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listDimensions',
      tags,
      summary: 'Danh sách phân tổ / List the dimensions',
      description: 'Các cách chia số liệu, ngoài chia theo cơ quan: ngành, giới tính, độ tuổi …\n\nHow figures are ' +
        'broken down other than by agency: sector, sex, age group …',
      querystring: list.query({ provenance: Type.Optional(ref(Provenance)) }),
      response: { 200: ref(DimensionList) }
    }
  }, async (request, reply) => {
    const page = list.page(request)
    const { rows, count } = await listDimensions(db, request.query.provenance, page)
    return page.send(reply, rows, present, { count })
  })

  app.get('/v1/dimensions/:code', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getDimension',
      tags,
      summary: 'Một phân tổ / A dimension',
      description: 'Các thành phần ở /members.\n\nIts members are at /members.',
      params,
      response: { 200: ref(Dimension) }
    }
  }, async (request, reply) => {
    const row = await findDimension(db, request.params.code)
    if (row === undefined) throw notFound(NOUNS.dimension, request.params.code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.post('/v1/dimensions', {
    config: { scope: 'registry:write', problems: ['already_exists', 'unprocessable'] },
    schema: {
      operationId: 'createDimension',
      tags,
      summary: 'Thêm một phân tổ / Create a dimension',
      description: 'Mã phải chưa dùng.\n\nThe code must be free.',
      body: ref(DimensionInput),
      response: { 201: ref(Dimension) }
    }
  }, async (request, reply) => {
    const row = await createDimension(request.unit, request.body)
    return created(reply, `/v1/dimensions/${row.code}`, row.rowVersion, present(row))
  })

  app.patch('/v1/dimensions/:code', {
    config: { scope: 'registry:write', problems: ['unprocessable'] },
    schema: {
      operationId: 'updateDimension',
      tags,
      summary: 'Sửa một phân tổ / Change a dimension',
      description: 'Cần If-Match.\n\nNeeds If-Match.',
      params,
      body: ref(DimensionPatch),
      response: { 200: ref(Dimension) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await changeDimension(pool, code, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(NOUNS.dimension, code)
    reply.rowVersion = row.rowVersion
    return present(row)
  })

  app.get('/v1/dimensions/:code/members', {
    config: { scope: 'read' },
    schema: {
      operationId: 'listDimensionMembers',
      tags,
      summary: 'Các thành phần của một phân tổ / List the members of a dimension',
      description: 'Theo thứ tự của phân tổ.\n\nIn the order of the dimension.',
      params,
      querystring: memberList.query({ provenance: Type.Optional(ref(Provenance)) }),
      response: { 200: ref(DimensionMemberList) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    if (await findDimension(db, code) === undefined) throw notFound(NOUNS.dimension, code)
    const page = memberList.page(request)
    const { rows, count } = await listMembers(db, code, request.query.provenance, page)
    return page.send(reply, rows, presentMember, { count })
  })

  app.get('/v1/dimensions/:code/members/:member', {
    config: { scope: 'read' },
    schema: {
      operationId: 'getDimensionMember',
      tags,
      summary: 'Một thành phần / A member of a dimension',
      description: 'Mã chỉ là duy nhất trong phân tổ.\n\nIts code is unique within the dimension.',
      params: memberParams,
      response: { 200: ref(DimensionMember) }
    }
  }, async (request, reply) => {
    const { code, member } = request.params
    const row = await findMember(db, code, member)
    if (row === undefined) throw notFound(MEMBER, member)
    reply.rowVersion = row.rowVersion
    return presentMember(row)
  })

  app.post('/v1/dimensions/:code/members', {
    config: { scope: 'registry:write', problems: ['already_exists'] },
    schema: {
      operationId: 'createDimensionMember',
      tags,
      summary: 'Thêm một thành phần / Add a member to a dimension',
      description: 'Mục tiêu “từng …” (each) theo phân tổ này từ nay yêu cầu cả thành phần mới.\n\nA target for ' +
        '"each" of this dimension now asks for the new member too.',
      params,
      body: ref(DimensionMemberInput),
      response: { 201: ref(DimensionMember) }
    }
  }, async (request, reply) => {
    const { code } = request.params
    const row = await createMember(request.unit, code, request.body)
    if (row === undefined) throw notFound(NOUNS.dimension, code)
    return created(reply, `/v1/dimensions/${code}/members/${row.code}`, row.rowVersion, presentMember(row))
  })

  app.patch('/v1/dimensions/:code/members/:member', {
    config: { scope: 'registry:write' },
    schema: {
      operationId: 'updateDimensionMember',
      tags,
      summary: 'Sửa một thành phần / Change a member of a dimension',
      description: 'Cần If-Match.\n\nNeeds If-Match.',
      params: memberParams,
      body: ref(DimensionMemberPatch),
      response: { 200: ref(DimensionMember) }
    }
  }, async (request, reply) => {
    const { code, member } = request.params
    const row = await changeMember(pool, code, member, request.body, requirePrecondition(request))
    if (row === undefined) throw notFound(MEMBER, member)
    reply.rowVersion = row.rowVersion
    return presentMember(row)
  })
}

export default dimensionRoutes
