import type { FastifyRequest } from 'fastify'
import { networkOf } from './rate.js'

/**
 * Who a request is counted for: the client that its token names, wherever that sends from; else where it comes from.
 */
export function callerOf (request: FastifyRequest): string {
  return request.principal === undefined ? `address ${networkOf(request.ip)}` : `client ${request.principal.clientId}`
}
