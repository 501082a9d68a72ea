import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { isRepeated } from '../http/headers.js'
import { Problem } from '../http/problem.js'
import { commonHeaders, languageOf } from '../http/render.js'
import type { Language } from '../domain/text.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** For texts in an answer; problems are localised by themselves. */
    readonly language: Language
  }
  interface FastifyInstance {
    /** It is being stopped: what is answered from now on is the last on its connection. */
    readonly isDraining: boolean
  }
}

/** What a page of another origin may read (contract §2). */
const EXPOSED = 'API-Version, Content-Disposition, Content-Language, Content-Location, ETag, Idempotency-Replayed, ' +
  'Link, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id'
const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * The headers of every answer, and what is refused whatever it asks for: an address too long, and anything while the
 * process drains.
 */
async function headers (
  app: FastifyInstance, { version, urlBytes, publicUrl }: { version: string, urlBytes: number, publicUrl: string }
): Promise<void> {
  let draining = false
  app.addHook('preClose', async () => { draining = true })
  app.decorate('isDraining', { getter: () => draining })

  app.decorateRequest('language', { getter () { return languageOf(this.headers) } })

  app.addHook('onRequest', async (request, reply) => {
    reply.headers(commonHeaders(version, request.id, publicUrl))
    if (READS.has(request.method)) {
      reply.headers({ 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED })
    }
    if (draining) throw new Problem('unavailable', { headers: { connection: 'close', 'retry-after': '5' } })
    // RFC 9112 §3.2: without one, or with two, a proxy in front may have meant another server
    if (isRepeated(request, 'host') || (request.raw.httpVersion === '1.1' && request.headers.host === undefined)) {
      throw new Problem('malformed_request', {
        detail: { vi: 'Yêu cầu phải có đúng một tiêu đề Host.', en: 'A request needs the Host header exactly once.' }
      })
    }
    // Node takes the first and drops the other, by which a program in front may have read the body
    if (request.headers['content-type'] !== undefined && isRepeated(request, 'content-type')) {
      throw new Problem('malformed_request', {
        detail: { vi: 'Tiêu đề Content-Type chỉ được gửi một lần.', en: 'Send the header Content-Type once.' }
      })
    }
    if (request.url.length > urlBytes) {
      throw new Problem('uri_too_long', {
        detail: { vi: `Địa chỉ không quá ${urlBytes} byte.`, en: `An address has at most ${urlBytes} bytes.` },
        extra: { limit: urlBytes }
      })
    }
  })

  app.addHook('onSend', async (request, reply, payload) => {
    if (draining) reply.header('connection', 'close')
    if (!reply.hasHeader('vary')) reply.header('vary', 'Accept, Accept-Language')
    if (!reply.hasHeader('cache-control')) {
      reply.header('cache-control', READS.has(request.method) ? 'no-cache' : 'no-store')
    }
    return payload
  })
}

export default fp(headers, { fastify: '5.x', name: 'headers' })
