import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { parseJsonObject } from '../http/body.js'
import type { Limits, StreamLimits } from '../http/limits.js'
import {
  JSON_TYPE, MERGE_PATCH_TYPE, checkContentType, chooseType, consumedBy, formatAsked
} from '../http/negotiation.js'
import { Problem, type FieldError } from '../http/problem.js'
import { purifyParams, QUERY_FAULTS } from '../http/query.js'
import { readSmallBody } from '../http/small-body.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly streamLimits: StreamLimits
  }
}

interface Documentation {
  hide?: boolean, body?: unknown, querystring?: Record<string, unknown>, consumes?: readonly string[],
  produces?: readonly string[]
}

/**
 * One declaration for the guard and for the document: what a route takes and gives. Hidden routes (the pages of /docs)
 * see to themselves.
 */
function completeRoute (route: RouteOptions): void {
  const schema = (route.schema ?? {}) as Documentation
  const config = route.config ?? {}
  const method = [route.method].flat()[0] ?? 'GET'
  const produces = config.produces ?? schema.produces ?? (schema.hide === true ? [] : [JSON_TYPE])
  const consumes = consumedBy(method, schema.body !== undefined, config.consumes ?? schema.consumes)
  const querystring = schema.querystring ??
    (schema.hide === true ? undefined : { type: 'object', properties: {}, additionalProperties: false })
  if (querystring !== undefined && querystring.additionalProperties !== false) {
    throw new Error(`${method} ${route.url}: the querystring schema must refuse unknown parameters (strict)`)
  }
  route.config = { ...config, produces, consumes }
  route.schema = {
    ...schema,
    ...(querystring === undefined ? {} : { querystring }),
    ...(consumes.length > 0 ? { consumes: [...consumes] } : {}),
    ...(produces.length > 0 ? { produces: [...produces] } : {})
  } as typeof route.schema & object
}

/** Everything that can be refused before a handler runs: address, Accept, Content-Type, text, JSON. */
async function intake (app: FastifyInstance, { limits }: { limits: Limits }): Promise<void> {
  app.addHook('onRoute', completeRoute)
  app.decorateRequest('responseType', JSON_TYPE)
  app.decorate('streamLimits', limits.stream)

  app.addHook('onRequest', async request => {
    const { config } = request.routeOptions
    // the router gets the query string in its parser, outside of any handler
    const faults = (request.query as { [QUERY_FAULTS]?: FieldError[] } | null)?.[QUERY_FAULTS]
    if (faults !== undefined) throw new Problem('invalid_request', { errors: faults })
    if (/[^\x21-\x7e]/.test(request.url)) {
      throw new Problem('malformed_request', {
        detail: {
          vi: 'Ký tự ngoài ASCII trong địa chỉ phải viết dưới dạng %XX.',
          en: 'Write characters beyond ASCII in the address as %XX.'
        }
      })
    }
    const { produces = [] } = config
    if (produces.length > 0) {
      request.responseType = formatAsked(request.query, produces) ?? chooseType(request.headers.accept, produces)
    }
    checkContentType({ method: request.method, headers: request.headers }, config.consumes ?? [], config.spools)
    if (typeof request.params === 'object' && request.params !== null) {
      const errors = purifyParams(request.params as Record<string, string>)
      if (errors.length > 0) throw new Problem('invalid_request', { errors })
    }
  })

  app.removeAllContentTypeParsers()
  const { bodyBytes: bytes, patienceMs, bytesPerSecond } = limits
  app.addContentTypeParser([JSON_TYPE, MERGE_PATCH_TYPE], async (request: FastifyRequest, payload: IncomingMessage) => {
    const body = await readSmallBody(payload, { bytes, patienceMs, bytesPerSecond })
    // an absent body is the schema's business
    return body.length === 0 ? undefined : parseJsonObject(body, request.headers['user-agent'])
  })
}

export default fp(intake, { fastify: '5.x', name: 'intake', dependencies: ['methods'] })
