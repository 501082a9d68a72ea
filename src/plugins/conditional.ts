import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { EntityTags, matchesNone, matchesStrongly } from '../http/conditional.js'
import { Problem } from '../http/problem.js'

const isRead = (method: string) => method === 'GET' || method === 'HEAD'

/** The address of what is shown: that of the request, unless the answer names another. */
function addressOf (request: FastifyRequest, reply: FastifyReply): string {
  const named = reply.getHeader('content-location') ??
    (reply.statusCode === 201 ? reply.getHeader('location') : undefined)
  return typeof named === 'string' ? named : request.url
}

/**
 * A POST changes what its address does not show, so no tag can be of it: If-Match is not passed over, it does not
 * match. What a review or an amendment goes by stands in its body.
 */
function refuseTagOfPost ({ method, headers, routeOptions: { config: { scope } } }: FastifyRequest): void {
  const header = headers['if-match']
  if (method !== 'POST' || scope === undefined || scope === 'public' || header === undefined || header.trim() === '*') {
    return
  }
  throw new Problem('precondition_failed', {
    detail: {
      vi: 'Địa chỉ của một POST không có ETag nào để so với If-Match; hãy bỏ tiêu đề này. Duyệt và rút nêu ' +
        '“revision”, điều chỉnh mục tiêu nêu “supersedes”.',
      en: 'The address of a POST has no ETag that If-Match could name: leave the header out. Reviews and withdrawals ' +
        'name a `revision`, amendments what they supersede.'
    }
  })
}

/** A read asked for only as it was then: 412 when it is not so any more, also for an export, which has no tag. */
function requireSameTag (
  { headers: { 'if-match': header } }: FastifyRequest, etag: string | undefined, payload: unknown
): void {
  if (header === undefined || matchesStrongly(header, etag)) return
  if (payload instanceof Readable) payload.destroy()
  throw new Problem('precondition_failed', {
    detail: {
      vi: 'Nội dung ở địa chỉ này không mang ETag nêu trong If-Match. Hãy bỏ tiêu đề này để đọc nội dung hiện có, ' +
        'hoặc dùng If-None-Match để chỉ nhận khi đã đổi.',
      en: 'What stands at this address does not have the tag of If-Match. Leave the header out to read what is there ' +
        'now, or send If-None-Match to get it only when it has changed.'
    }
  })
}

/**
 * A strong ETag on every successful JSON or text answer, 304 for a read that has it already, and 412 for one that wants
 * another; never a tag for another method or status.
 */
async function conditional (app: FastifyInstance, { key }: { key: Buffer }): Promise<void> {
  app.decorate('entityTags', new EntityTags(key))
  app.decorateReply('rowVersion', undefined)
  app.decorateReply('represented', undefined)
  app.decorateReply('refusedTag', undefined)

  /** As a GET by the same client has it now. */
  async function currentTag ({ id, url, headers: { authorization } }: FastifyRequest): Promise<string | undefined> {
    const headers = { 'x-request-id': id, ...authorization === undefined ? {} : { authorization } }
    const { statusCode, headers: { etag } } = await app.inject({ method: 'HEAD', url, headers })
    return statusCode === 200 ? etag : undefined
  }

  app.addHook('preHandler', async request => { refuseTagOfPost(request) })
  app.addHook('onSend', async (request, reply, payload) => {
    const read = isRead(request.method)
    if (reply.statusCode === 412 && request.method !== 'POST') {
      const etag = read ? reply.refusedTag : await currentTag(request)
      if (etag !== undefined) reply.header('etag', etag)
      return payload
    }
    const successful = reply.statusCode === 200 || reply.statusCode === 201
    if (!successful) return payload
    if (typeof payload !== 'string' || reply.hasHeader('etag')) {
      if (read) requireSameTag(request, reply.getHeader('etag')?.toString(), payload)
      return payload
    }
    // the answer to another write has an ETag only where it shows the row itself
    if (!read && reply.statusCode !== 201 && reply.rowVersion === undefined) return payload
    const etag = app.entityTags.of(addressOf(request, reply), reply.represented ?? payload, reply.rowVersion)
    reply.header('etag', etag)
    reply.refusedTag = etag
    if (read) requireSameTag(request, etag, payload)
    if (!read || !matchesNone(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    // Fastify measures the body of a HEAD and drops it
    return request.method === 'HEAD' ? payload : null
  })
}

export default fp(conditional, { fastify: '5.x', name: 'conditional' })
