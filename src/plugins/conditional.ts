import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { EntityTags, matchesNone } from '../http/conditional.js'
import { Problem } from '../http/problem.js'

const isRead = (method: string) => method === 'GET' || method === 'HEAD'

/** The address of what is shown: that of the request, unless the answer names another. */
function addressOf (request: FastifyRequest, reply: FastifyReply): string {
  const named = reply.getHeader('content-location') ?? (reply.statusCode === 201 ? reply.getHeader('location') : undefined)
  return typeof named === 'string' ? named : request.url
}

/** A strong ETag on every successful JSON or text answer under /v1, and 304 for a read that has it already; never for another method or status. */
/**
 * A POST changes what its address does not show, so no tag can be of it: If-Match is not passed over, it does not match.
 * What a review or an amendment goes by stands in its body.
 */
function refuseTagOfPost ({ method, headers, routeOptions: { config: { scope } } }: FastifyRequest): void {
  const header = headers['if-match']
  if (method !== 'POST' || scope === undefined || scope === 'public' || header === undefined || header.trim() === '*') return
  throw new Problem('precondition_failed', {
    detail: {
      vi: 'Địa chỉ của một POST không có ETag nào để so với If-Match; hãy bỏ tiêu đề này. Duyệt và rút nêu “revision”, điều chỉnh mục tiêu nêu “supersedes”.',
      en: 'The address of a POST has no ETag that If-Match could name: leave the header out. Reviews and withdrawals name a `revision`, amendments what they supersede.'
    }
  })
}

async function conditional (app: FastifyInstance, { key }: { key: Buffer }): Promise<void> {
  app.decorate('entityTags', new EntityTags(key))
  app.decorateReply('rowVersion', undefined)
  app.decorateReply('represented', undefined)

  /** As a GET by the same client has it now. */
  async function currentTag ({ id, url, headers: { authorization } }: FastifyRequest): Promise<string | undefined> {
    const headers = { 'x-request-id': id, ...authorization === undefined ? {} : { authorization } }
    const { statusCode, headers: { etag } } = await app.inject({ method: 'HEAD', url, headers })
    return statusCode === 200 ? etag : undefined
  }

  app.addHook('preHandler', async request => { refuseTagOfPost(request) })
  app.addHook('onSend', async (request, reply, payload) => {
    if (reply.statusCode === 412 && request.method !== 'POST') {
      const etag = await currentTag(request)
      if (etag !== undefined) reply.header('etag', etag)
      return payload
    }
    const successful = reply.statusCode === 200 || reply.statusCode === 201
    if (!successful || typeof payload !== 'string' || reply.hasHeader('etag')) return payload
    const read = isRead(request.method)
    // the answer to another write has an ETag only where it shows the row itself
    if (!read && reply.statusCode !== 201 && reply.rowVersion === undefined) return payload
    const etag = app.entityTags.of(addressOf(request, reply), reply.represented ?? payload, reply.rowVersion)
    reply.header('etag', etag)
    if (!read || !matchesNone(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    // Fastify measures the body of a HEAD and drops it
    return request.method === 'HEAD' ? payload : null
  })
}

export default fp(conditional, { fastify: '5.x', name: 'conditional' })
