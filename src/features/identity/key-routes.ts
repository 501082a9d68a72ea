import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sql } from 'drizzle-orm'
import { created } from '../../http/conditional.js'
import { defineList } from '../../http/list.js'
import { notFound } from '../../http/problem.js'
import { ref, strict } from '../../http/schema.js'
import type { SigningKeys } from './key-material.js'
import { stated } from '../stated.js'
import { rotateKey } from './key-actions.js'
import { listSigningKeys, type SigningKeyRow } from './key-queries.js'
import type { KeyRing } from './ring.js'
import { KeyId, SigningKey, SigningKeyInput, SigningKeyList } from './schemas.js'

export interface KeyOptions {
  keys: SigningKeys
  ring: KeyRing
  /** Until a new key signs. */
  keyLeadMs: number
}

// there are few: one a rotation
const list = defineList<SigningKeyRow, 'signsFrom' | 'kid'>({
  sorts: { signsFrom: { of: row => row.signsFrom }, kid: { of: row => row.kid } },
  defaultSort: 'signsFrom,kid',
  key: 'kid',
  recorded: { column: sql`recorded_at`, of: row => row.recordedAt }
})

const KEY = { vi: 'khóa ký', en: 'signing key' }
const tags = ['Identity']
const present = ({ publicJwk, wrapped, ...row }: SigningKeyRow) => stated(row)

export const keyRoutes: FastifyPluginAsyncTypebox<KeyOptions> = async (app, { keys, ring, keyLeadMs }) => {
  const { db } = app

  // after the answer's transaction: this process signs and verifies by what it has changed
  app.addHook('onSend', async request => {
    if (request.method === 'POST') ring.forget()
  })

  app.get('/v1/signing-keys', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'listSigningKeys',
      tags,
      summary: 'Các khóa ký access token / List the keys that sign access tokens',
      description: 'Theo thứ tự ký, cả những khóa đã hết dùng; không kèm khóa riêng.\n\nIn the order in which they ' +
        'sign, those that are retired too; without their private parts.',
      querystring: list.query({}),
      response: { 200: ref(SigningKeyList) }
    }
  }, async (request, reply) => {
    const page = list.page(request)
    await ring.fresh()
    const rows = await listSigningKeys(db, page.recorded)
    return page.send(reply, page.slice(rows), present, { count: rows.length })
  })

  app.get('/v1/signing-keys/:kid', {
    config: { scope: 'registry:admin' },
    schema: {
      operationId: 'getSigningKey',
      tags,
      summary: 'Một khóa ký access token / A key that signs access tokens',
      description: 'Không kèm khóa riêng.\n\nWithout its private part.',
      params: strict({ kid: ref(KeyId) }),
      response: { 200: ref(SigningKey) }
    }
  }, async request => {
    const { kid } = request.params
    await ring.fresh()
    const row = (await listSigningKeys(db)).find(one => one.kid === kid)
    if (row === undefined) throw notFound(KEY, kid)
    return present(row)
  })

  app.post('/v1/signing-keys', {
    config: { scope: 'registry:admin', problems: ['conflict'] },
    schema: {
      operationId: 'rotateSigningKey',
      tags,
      summary: 'Đổi khóa ký / Rotate the signing key',
      description: 'Khóa mới được công bố ngay và ký sau 5 phút; khóa đang ký vẫn kiểm tra token của nó cho đến khi ' +
        'chúng hết hạn: không client nào phải làm gì. Khi khóa có thể đã bị lộ: compromised=true.\n\nThe new key is ' +
        'published at once and signs after 5 minutes; the one that signs now verifies its tokens until they have ' +
        'expired: no client has to do anything. Where a key may be known to others: compromised=true.',
      body: ref(SigningKeyInput),
      response: { 201: ref(SigningKey) }
    }
  }, async (request, reply) => {
    const { reason, compromised = false } = request.body
    await ring.fresh()
    const row = await rotateKey(request.unit, keys, {
      reason, compromised, by: request.principal!.clientId, leadMs: keyLeadMs
    })
    return created(reply, `/v1/signing-keys/${row.kid}`, undefined, present(row))
  })
}
