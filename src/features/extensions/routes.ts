import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'drizzle-orm'
import type { FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { FIRST_YEAR, LAST_YEAR } from '../../domain/period.js'
import { created, shows } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { Code, CodeOrIdentifier, PeriodCode, Uuid, ref, strict } from '../../http/schema.js'
import { marked } from '../../http/sight.js'
import { today } from '../../http/today.js'
import { asOf, readMoment } from '../moment.js'
import { resolveNamed } from '../named.js'
import { sightOf } from '../sight.js'
import { isOwnAgency } from '../../world/sight.js'
import { stated } from '../stated.js'
import { createExtension, revokeExtension } from './actions.js'
import { findExtension, listExtensions, type ExtensionRow } from './queries.js'
import { Extension, ExtensionInput, ExtensionList, RevocationInput, kind, schemas } from './schemas.js'

const list = defineList<ExtensionRow, 'id' | 'period' | 'agency'>({
  sorts: {
    // in the order of recording: ids are UUIDs of version 7
    id: { column: sql`e.id`, of: row => row.id },
    period: { column: sql`e.period`, of: row => row.period, text: true },
    agency: { column: sql`e.agency_code`, of: row => row.agency, text: true }
  },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: sql`e.recorded_at`, of: row => row.recordedAt }
})

const tags = ['extensions']
const params = strict({ id: ref(Uuid) })
const EXTENSION = { vi: 'lần gia hạn', en: 'extension' }

/** Marked where it is of the reader's own agency. */
async function presentTo (request: FastifyRequest): Promise<(row: ExtensionRow) => Extension> {
  const isOwn = isOwnAgency(await sightOf(request))
  return row => marked(present(row), isOwn(row.agency))
}

function present ({ revokedReason, revokedBy, revokedAt, ...row }: ExtensionRow): Extension {
  return {
    ...stated(row),
    ...revokedAt === null ? {} : { revocation: { reason: revokedReason!, client: revokedBy!, recordedAt: revokedAt } }
  } as Extension
}

/** It changes once, when it is revoked. */
const versionOf = (row: ExtensionRow): number => row.revokedAt === null ? 1 : 2

const extensionRoutes: FastifyPluginAsyncTypebox = async app => {
  for (const schema of schemas) app.addSchema(schema)
  const { pool } = app

  app.get('/v1/extensions', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'listExtensions',
      tags,
      summary: 'Danh sách gia hạn và miễn báo cáo / List the extensions and excuses',
      description: 'Cơ quan nào, đến khi nào; vì sao chỉ có với những ai liên quan. “agency” là cơ quan được ghi, ' +
        'chưa kể cơ quan bên dưới.\n\nWho, until when; why, for those whom it concerns. `agency` is the one named, ' +
        'not those below it.',
      querystring: list.query({
        kind: Type.Optional(kind),
        agency: Type.Optional(ref(CodeOrIdentifier, {
          description: 'scheme:value có hiệu lực hôm nay. / A scheme:value in force today.'
        })),
        indicator: Type.Optional(ref(Code)),
        period: Type.Optional(ref(PeriodCode)),
        year: Type.Optional(Type.Integer({
          minimum: FIRST_YEAR, maximum: LAST_YEAR, description: 'Năm của kỳ. / The year of the period.'
        })),
        revoked: Type.Optional(Type.Boolean({ description: 'Đã thu hồi hay chưa. / Whether it was revoked.' })),
        asOf
      }),
      response: { 200: ref(ExtensionList) }
    }
  }, async (request, reply) => {
    const { kind, agency: name, indicator, period, year, revoked } = request.query
    const page = list.page(request)
    const { rows, count } = await readMoment(pool, request.query, async (tx, at) => {
      const { agency } = await resolveNamed(tx, { agency: name }, { indicator }, today(), at)
      return listExtensions(tx, { kind, agency, indicator, period, year, revoked }, at, page)
    })
    return page.send(reply, rows, await presentTo(request), { count })
  })

  app.get('/v1/extensions/:id', {
    config: { scope: 'read', sighted: true },
    schema: {
      operationId: 'getExtension',
      tags,
      summary: 'Một lần gia hạn hoặc miễn báo cáo / An extension or excuse',
      description: 'Chỉ thay đổi một lần, khi bị thu hồi.\n\nIt changes once, when it is revoked.',
      params,
      querystring: strict({ asOf }),
      response: { 200: ref(Extension) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await readMoment(pool, request.query, (tx, at) => findExtension(tx, id, at))
    if (row === undefined) throw notFound(EXTENSION, id)
    reply.rowVersion = versionOf(row)
    return (await presentTo(request))(row)
  })

  app.post('/v1/extensions', {
    config: { scope: 'registry:admin', sighted: true, problems: ['unprocessable'] },
    schema: {
      operationId: 'createExtension',
      tags,
      summary: 'Gia hạn hoặc miễn báo cáo / Grant an extension or an excuse',
      description: 'Gia hạn dời hạn của đơn vị đến “until”: số liệu gửi đến hết ngày đó không bị ghi là muộn và được ' +
        'nhận cả khi kỳ đã khóa. Miễn báo cáo thì không còn nghĩa vụ nào. Không sửa, không xóa; chỉ thu hồi.\n\nAn ' +
        'extension moves the unit\'s deadline to `until`: figures up to that day are not late, and are taken even ' +
        'when the period is locked. An excuse takes the obligation away. Neither edited nor removed; only revoked.',
      body: ref(ExtensionInput),
      response: { 201: ref(Extension) }
    }
  }, async (request, reply) => {
    const row = await createExtension(request.unit, request.body, request.principal!.clientId)
    return created(reply, `/v1/extensions/${row.id}`, versionOf(row), (await presentTo(request))(row))
  })

  app.post('/v1/extensions/:id/revocation', {
    config: { scope: 'registry:admin', sighted: true, problems: ['already_revoked'] },
    schema: {
      operationId: 'revokeExtension',
      tags,
      summary: 'Thu hồi một lần gia hạn hoặc miễn báo cáo / Revoke an extension or an excuse',
      description: 'Từ lúc ghi nhận coi như không có; số liệu đã nhận thì giữ nguyên.\n\nFrom its recording on as if ' +
        'it had not been; figures already taken stay as they are.',
      params,
      body: ref(RevocationInput),
      response: { 200: ref(Extension) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const row = await revokeExtension(request.unit, id, request.body.reason, request.principal!.clientId)
    if (row === undefined) throw notFound(EXTENSION, id)
    shows(reply, `/v1/extensions/${id}`, versionOf(row))
    return (await presentTo(request))(row)
  })
}

export default extensionRoutes
