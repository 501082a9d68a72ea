import type { FastifyInstance, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { JSON_TYPE } from '../http/negotiation.js'
import { unveil, veilOf, type Veil } from '../http/sight.js'
import type { Audience } from '../domain/audience.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Which rows, filters or fields there are may depend on who asks, beyond what the schema of the answer says. */
    sighted?: boolean
  }
  interface FastifyRequest {
    /** What the reader is, whatever it reads; `own_agency` depends on the row. */
    readonly reader: ReadonlySet<Audience>
    /** Whether this very answer was made for its reader. */
    sighted: boolean
  }
}

type Json = Record<string, unknown>

/**
 * Takes out of every JSON answer what does not concern its reader, as the schema of the answer says; and says to
 * caches that it did.
 */
async function sight (app: FastifyInstance): Promise<void> {
  const veils = new WeakMap<object, Map<number, Veil | undefined>>()

  function veilFor ({ routeOptions, server }: FastifyRequest, status: number): Veil | undefined {
    const responses = routeOptions.schema?.response as Record<string, Json> | undefined
    if (responses === undefined) return undefined
    let known = veils.get(responses)
    if (known === undefined) veils.set(responses, known = new Map())
    if (!known.has(status)) {
      const declared = responses[status] ?? {}
      const schema = (declared['content'] as Record<string, { schema: Json }> | undefined)?.[JSON_TYPE]?.schema ??
        declared
      known.set(status, veilOf(schema, id => server.getSchema(id) as Json | undefined))
    }
    return known.get(status)
  }

  app.decorateRequest('sighted', false)
  app.decorateRequest('reader', {
    getter (this: FastifyRequest) {
      const scopes = this.principal?.scopes ?? []
      return new Set<Audience>([
        ...scopes.includes('measurements:review') ? ['reviewer' as const] : [],
        ...scopes.includes('registry:admin') ? ['administrator' as const] : []
      ])
    }
  })

  app.addHook('preSerialization', async (request, reply, payload) => {
    const veil = veilFor(request, reply.statusCode)
    return veil === undefined ? payload : unveil(payload, veil, request.reader)
  })

  app.addHook('onSend', async (request, reply, payload) => {
    const { scope } = request.routeOptions.config
    if (scope === undefined || scope === 'public') return payload
    const vary = String(reply.getHeader('vary') ?? 'Accept, Accept-Language')
    // what a thread for reads has answered says it already
    if (!vary.includes('Authorization')) reply.header('vary', `${vary}, Authorization`)
    const depends = scope !== 'read' || request.sighted || veilFor(request, 200) !== undefined
    if (depends && reply.getHeader('cache-control') === 'no-cache') reply.header('cache-control', 'private, no-cache')
    return payload
  })
}

export default fp(sight, { fastify: '5.x', name: 'sight', dependencies: ['auth'] })
