import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { clientSecrets } from '../../db/schema/clients.js'
import { created, shows } from '../../http/conditional.js'
import { toMicroseconds } from '../../http/formats.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { Uuid, ref, strict } from '../../http/schema.js'
import { stated } from '../stated.js'
import { presentSecret } from './present.js'
import { findClientWithGrants } from './queries.js'
import {
  ClientId, ClientSecret, ClientSecretInput, ClientSecretList, ClientSecretMade, SecretRevocationInput
} from './schemas.js'
import { createSecret, revokeSecret } from './secret-actions.js'
import { findSecret, listSecrets, type SecretRow } from './secret-queries.js'

const list = defineList<SecretRow, 'id'>({
  // in the order in which they were made: ids are UUIDs of version 7, but for those of the first start
  sorts: { id: clientSecrets.id },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: clientSecrets.recordedAt, of: row => row.recordedAt }
})

const CLIENT = { vi: 'client', en: 'client' }
const SECRET = { vi: 'mã bí mật', en: 'secret' }
const tags = ['clients']
const params = strict({ id: ref(ClientId) })
const secretParams = strict({ id: ref(ClientId), secret: ref(Uuid) })
const versionOf = (row: SecretRow): number => row.revokedAt === null ? 1 : 2

export const secretRoutes: FastifyPluginAsyncTypebox = async app => {
  const { db } = app

  app.get('/v1/clients/:id/secrets', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'listClientSecrets',
      tags,
      summary: 'Các mã bí mật của một client / List the secrets of a client',
      description: 'Không kèm giá trị: khi nào tạo, dùng lần cuối, hết hạn, bị thu hồi.\n\nWithout their values: ' +
        'when they were made, last used, when they expire or were revoked.',
      params,
      querystring: list.query({
        live: Type.Optional(Type.Boolean({ description: 'Còn dùng được hay không. / Whether they are good now.' }))
      }),
      response: { 200: ref(ClientSecretList) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const page = list.page(request)
    if (await findClientWithGrants(db, id) === undefined) throw notFound(CLIENT, id)
    const { rows, count } = await listSecrets(db, id, request.query.live, page)
    return page.send(reply, rows, presentSecret, { count })
  })

  app.get('/v1/clients/:id/secrets/:secret', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'getClientSecret',
      tags,
      summary: 'Một mã bí mật / A secret',
      description: 'Không kèm giá trị.\n\nWithout its value.',
      params: secretParams,
      response: { 200: ref(ClientSecret) }
    }
  }, async (request, reply) => {
    const { id, secret } = request.params
    const row = await findSecret(db, id, secret)
    if (row === undefined) throw notFound(SECRET, secret)
    reply.rowVersion = versionOf(row)
    return presentSecret(row)
  })

  app.post('/v1/clients/:id/secrets', {
    config: {
      scope: 'registry:admin', idempotency: { shownOnce: 'secret_shown_once' },
      problems: ['client_ended', 'two_live_secrets', 'secret_shown_once', 'unprocessable']
    },
    schema: {
      operationId: 'createClientSecret',
      tags,
      summary: 'Tạo mã bí mật cho một client / Make a secret for a client',
      description: 'Giá trị chỉ hiển thị trong phản hồi này. Nhiều nhất hai mã bí mật còn hiệu lực: tạo cái mới, ' +
        'chuyển hệ thống sang dùng, rồi thu hồi cái cũ. Gửi lại với cùng Idempotency-Key không tạo thêm và không ' +
        'hiển thị lại: 409 secret_shown_once kèm địa chỉ của mã bí mật.\n\nIts value is shown in this answer alone. ' +
        'At most two are live: make the new one, let the system use it, then revoke the old one. The same request ' +
        'again under its Idempotency-Key makes no other and shows nothing: 409 secret_shown_once with the address of ' +
        'the secret.',
      params,
      body: ref(ClientSecretInput),
      response: { 201: ref(ClientSecretMade) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const { expiresAt } = request.body
    const row = await createSecret(
      request.unit, id, expiresAt === undefined ? {} : { expiresAt: toMicroseconds(expiresAt) }
    )
    if (row === undefined) throw notFound(CLIENT, id)
    reply.header('cache-control', 'no-store')
    const { secret, recordedAt } = row
    return created(
      reply, `/v1/clients/${id}/secrets/${row.id}`, versionOf(row),
      stated({ id: row.id, expiresAt: row.expiresAt, recordedAt, secret }), presentSecret(row)
    )
  })

  app.post('/v1/clients/:id/secrets/:secret/revocation', {
    config: { scope: 'registry:admin', problems: ['conflict', 'last_administrator'] },
    schema: {
      operationId: 'revokeClientSecret',
      tags,
      summary: 'Thu hồi một mã bí mật / Revoke a secret',
      description: 'Token đã lấy còn dùng được đến khi hết hạn (15 phút): muốn dừng ngay thì tạm dừng ' +
        'client.\n\nTokens that were got live until they expire (15 minutes): to stop at once, suspend the client.',
      params: secretParams,
      body: ref(SecretRevocationInput),
      response: { 200: ref(ClientSecret) }
    }
  }, async (request, reply) => {
    const { id, secret } = request.params
    const row = await revokeSecret(request.unit, id, secret, request.body.reason)
    if (row === undefined) throw notFound(SECRET, secret)
    shows(reply, `/v1/clients/${id}/secrets/${secret}`, versionOf(row))
    return presentSecret(row)
  })
}
