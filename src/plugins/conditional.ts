import { createHash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { entityTag, matchesNone } from '../http/conditional.js'

/** 132 bits of SHA-256 in base64url. */
const HASH_LENGTH = 22

/** A strong ETag on every successful JSON or text answer under /v1, and 304 for a read that has it already; never for another method or status. */
async function conditional (app: FastifyInstance): Promise<void> {
  app.decorateReply('rowVersion', undefined)

  app.addHook('onSend', async (request, reply, payload) => {
    const successful = reply.statusCode === 200 || reply.statusCode === 201
    if (!successful || typeof payload !== 'string' || reply.hasHeader('etag')) return payload
    const read = request.method === 'GET' || request.method === 'HEAD'
    // the answer to a write has an ETag only where it shows the row itself
    if (!read && reply.rowVersion === undefined) return payload
    const hash = createHash('sha256').update(payload).digest('base64url').slice(0, HASH_LENGTH)
    const etag = entityTag(hash, reply.rowVersion)
    reply.header('etag', etag)
    if (!read || !matchesNone(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    // Fastify measures the body of a HEAD and drops it
    return request.method === 'HEAD' ? payload : null
  })
}

export default fp(conditional, { fastify: '5.x', name: 'conditional' })
