import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { clientKeys } from '../../db/schema/keys.js'
import { created, shows } from '../../http/conditional.js'
import { toMicroseconds } from '../../http/formats.js'
import { defineList } from '../../http/list.js'
import { badRequest, notFound } from '../../http/problem.js'
import { Uuid, ref, strict } from '../../http/schema.js'
import { createKey, revokeKey } from './key-actions.js'
import { findKey, listKeys, type KeyRow } from './key-queries.js'
import { checkNotPrivate } from './key-rules.js'
import { presentKey } from './present.js'
import { findClientWithGrants } from './queries.js'
import { ClientId, ClientKey, ClientKeyInput, ClientKeyList, KeyRevocationInput } from './schemas.js'

const list = defineList<KeyRow, 'id'>({
  sorts: { id: clientKeys.id },
  defaultSort: 'id',
  key: 'id',
  recorded: { column: clientKeys.recordedAt, of: row => row.recordedAt }
})

const CLIENT = { vi: 'client', en: 'client' }
const KEY = { vi: 'khóa', en: 'key' }
const tags = ['Identity']
const params = strict({ id: ref(ClientId) })
const keyParams = strict({ id: ref(ClientId), key: ref(Uuid) })
const versionOf = (row: KeyRow): number => row.revokedAt === null ? 1 : 2

export const keyRoutes: FastifyPluginAsyncTypebox = async app => {
  const { db } = app

  app.get('/v1/clients/:id/keys', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'listClientKeys',
      tags,
      summary: 'Các khóa công khai của một client / List the public keys of a client',
      description: 'Những khóa mà client dùng để lấy token không cần mã bí mật (private_key_jwt).\n\nThose by which ' +
        'the client gets tokens without a secret (private_key_jwt).',
      params,
      querystring: list.query({
        live: Type.Optional(Type.Boolean({ description: 'Còn dùng được hay không. / Whether they are good now.' }))
      }),
      response: { 200: ref(ClientKeyList) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const page = list.page(request)
    if (await findClientWithGrants(db, id) === undefined) throw notFound(CLIENT, id)
    const { rows, count } = await listKeys(db, id, request.query.live, page)
    return page.send(reply, rows, presentKey, { count })
  })

  app.get('/v1/clients/:id/keys/:key', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'getClientKey',
      tags,
      summary: 'Một khóa công khai / A public key',
      description: 'Khi nào đăng ký, dùng lần cuối, hết hạn, bị thu hồi.\n\nWhen it was registered, last used, when ' +
        'it expires or was revoked.',
      params: keyParams,
      response: { 200: ref(ClientKey) }
    }
  }, async (request, reply) => {
    const { id, key } = request.params
    const row = await findKey(db, id, key)
    if (row === undefined) throw notFound(KEY, key)
    reply.rowVersion = versionOf(row)
    return presentKey(row)
  })

  app.post('/v1/clients/:id/keys', {
    config: {
      scope: 'registry:admin', problems: ['already_exists', 'client_ended', 'too_many_live_keys', 'unprocessable']
    },
    preValidation: async request => {
      const errors = checkNotPrivate(request.body)
      if (errors.length > 0) throw badRequest(errors)
    },
    schema: {
      operationId: 'createClientKey',
      tags,
      summary: 'Đăng ký khóa công khai cho một client / Register a public key of a client',
      description: 'Client giữ khóa riêng và tự ký client_assertion khi lấy token (private_key_jwt, RFC 7523). Nhiều ' +
        'nhất bốn khóa còn hiệu lực; khóa đã thu hồi không đăng ký lại được.\n\nThe client keeps the private part ' +
        'and signs its client_assertion by itself (private_key_jwt, RFC 7523). At most four are live; one that was ' +
        'revoked is not registered again.',
      params,
      body: ref(ClientKeyInput),
      response: { 201: ref(ClientKey) }
    }
  }, async (request, reply) => {
    const { id } = request.params
    const { jwk, expiresAt } = request.body
    const row = await createKey(request.unit, id, {
      jwk, expiresAt: expiresAt === undefined ? null : toMicroseconds(expiresAt)
    })
    if (row === undefined) throw notFound(CLIENT, id)
    return created(reply, `/v1/clients/${id}/keys/${row.id}`, versionOf(row), presentKey(row))
  })

  app.post('/v1/clients/:id/keys/:key/revocation', {
    config: { scope: 'registry:admin', problems: ['conflict', 'last_administrator'] },
    schema: {
      operationId: 'revokeClientKey',
      tags,
      summary: 'Thu hồi một khóa công khai / Revoke a public key',
      description: 'Không lấy được token nào bằng khóa này nữa; token đã lấy còn dùng được đến khi hết hạn (15 ' +
        'phút): muốn dừng ngay thì tạm dừng client.\n\nNo token is got by it any more; those that were got live ' +
        'until they expire (15 minutes): to stop at once, suspend the client.',
      params: keyParams,
      body: ref(KeyRevocationInput),
      response: { 200: ref(ClientKey) }
    }
  }, async (request, reply) => {
    const { id, key } = request.params
    const row = await revokeKey(request.unit, id, key, request.body.reason)
    if (row === undefined) throw notFound(KEY, key)
    shows(reply, `/v1/clients/${id}/keys/${key}`, versionOf(row))
    return presentKey(row)
  })
}
