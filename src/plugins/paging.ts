import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { contradiction, invalidCursor, openCursor, type Reached } from '../http/cursor.js'
import { JSON_TYPE } from '../http/negotiation.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly paging: PagingOptions
  }
  interface FastifyRequest {
    /** Where the page before ended; undefined on the first page. */
    reached: Reached | undefined
  }
}

export interface PagingOptions { readonly key: Buffer, readonly publicUrl: string }

/**
 * What belongs to the page and not to the list. The sort is compared by its list (http/list.ts), which knows the
 * default.
 */
const OF_THE_PAGE = new Set(['cursor', 'limit', 'count', 'sort', 'format'])
const LONGEST_CURSOR = 4096

/**
 * `cursor` alone is enough on every list: what else the first page was asked for is taken from it, before the query is
 * validated. A parameter that says something else is refused, so that nobody gets half of one list and half of another.
 */
async function paging (app: FastifyInstance, options: PagingOptions): Promise<void> {
  app.decorate('paging', options)
  app.decorateRequest('reached', undefined)

  app.addHook('preValidation', async request => {
    const { properties } = (request.routeOptions.schema?.querystring ?? {}) as { properties?: Record<string, unknown> }
    if (properties?.['cursor'] === undefined) return
    const query = request.query as Record<string, string | string[] | undefined>
    const { cursor } = query
    // the schema says what is wrong with any other; an export has no pages, and says so
    if (request.responseType !== JSON_TYPE || typeof cursor !== 'string' || cursor === '' ||
      cursor.length > LONGEST_CURSOR) {
      return
    }
    const reached = openCursor(options.key, request.url.split('?')[0]!, cursor)
    const { filters } = reached
    const contradicting = Object.keys(query)
      .filter(name => !OF_THE_PAGE.has(name) && properties[name] !== undefined && query[name] !== filters[name])
    if (contradicting.length > 0) throw invalidCursor(contradicting.map(name => contradiction(name, filters[name])))
    Object.assign(query, filters)
    request.reached = reached
  })
}

export default fp(paging, { fastify: '5.x', name: 'paging', dependencies: ['auth', 'intake'] })
