import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Problem } from '../http/problem.js'

/** Headers a page of another origin may send with a read. */
const PREFLIGHT_HEADERS = 'Accept, Accept-Language, Authorization, If-None-Match, Prefer, X-Request-Id'

interface Known { readonly pattern: RegExp, readonly methods: Set<string> }

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function patternOf (url: string): RegExp {
  const segments = url.split('/')
    .map(segment => segment === '*' ? '.*' : segment.startsWith(':') ? '[^/]+' : escape(segment))
  return new RegExp(`^${segments.join('/')}$`)
}

/**
 * 405 and OPTIONS for every url: Fastify answers 404 to a known url in another method. A request without a route is
 * answered here, before its body is looked at, from the methods of all urls that fit it.
 */
async function methods (app: FastifyInstance): Promise<void> {
  const known = new Map<string, Known>()

  app.addHook('onRoute', ({ url, method }) => {
    const entry = known.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() }
    for (const one of [method].flat()) entry.methods.add(one)
    known.set(url, entry)
  })

  /**
   * An address of its own (`/v1/things/trial`) stands before one with a parameter that it would fit
   * (`/v1/things/:code`).
   */
  function allowedAt (path: string): string[] {
    const found = new Set<string>(known.get(path)?.methods)
    for (const { pattern, methods } of found.size > 0 ? [] : known.values()) {
      if (path === '*' || pattern.test(path)) for (const method of methods) found.add(method)
    }
    return found.size === 0 ? [] : [...found, 'OPTIONS'].sort()
  }

  const notAllowed = (allow: string) => new Problem('method_not_allowed', {
    detail: { vi: `Địa chỉ này nhận: ${allow}.`, en: `This address takes: ${allow}.` },
    headers: { allow }
  })

  app.addHook('onRequest', async (request, reply) => {
    const path = request.url.split('?')[0]!
    if (!request.is404) {
      // the router fits an empty last segment to a parameter
      const { url = '', schema } = request.routeOptions
      if (path.endsWith('/') && !url.endsWith('/') && schema?.hide !== true) throw new Problem('not_found')
      if (url !== path && known.get(path)?.methods.has(request.method) === false) {
        throw notAllowed(allowedAt(path).join(', '))
      }
      return
    }
    const allowed = path.length > 1 && path.endsWith('/') ? [] : allowedAt(path)
    if (allowed.length === 0) throw new Problem('not_found')
    const allow = allowed.join(', ')
    if (request.method !== 'OPTIONS') throw notAllowed(allow)
    reply.header('allow', allow)
    if (request.headers['access-control-request-method'] !== undefined) {
      reply.headers({
        'access-control-allow-methods': 'GET, HEAD, OPTIONS',
        'access-control-allow-headers': PREFLIGHT_HEADERS,
        'access-control-max-age': '86400'
      })
    }
    return reply.code(204).send()
  })
}

export default fp(methods, { fastify: '5.x', name: 'methods', dependencies: ['headers'] })
