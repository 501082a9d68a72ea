import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { callerOf } from '../http/caller.js'
import { Problem } from '../http/problem.js'
import { networkOf, Rate } from '../http/rate.js'

export interface RatesOptions {
  /** Requests a minute of one client, and of one address without a token that is taken; 0: as many as may come. */
  client: number
  address: number
}

const WINDOW_SECONDS = 60
/**
 * A probe and whoever fetches a token are never sent away for what others do; tokens have limits of their own
 * (features/identity/login.ts).
 */
const UNCOUNTED = /^\/(health|oauth)\//

/**
 * `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-11) on every answer that was counted, and
 * 429 beyond what may come in a minute. In this process alone. Runs behind the guard: a token that is not taken counts
 * for the address.
 */
async function rates (app: FastifyInstance, { client, address }: RatesOptions): Promise<void> {
  const policies = {
    client: { limit: client, rate: new Rate({ limit: client, windowMs: WINDOW_SECONDS * 1_000 }) },
    address: { limit: address, rate: new Rate({ limit: address, windowMs: WINDOW_SECONDS * 1_000 }) }
  }
  const counted = new WeakSet<FastifyRequest>()

  /** @returns the refusal, beyond the limit */
  function count (request: FastifyRequest, reply: FastifyReply): Problem | undefined {
    counted.add(request)
    const name = request.principal === undefined ? 'address' : 'client'
    const { limit, rate } = policies[name]
    if (limit === 0) return undefined
    const caller = name === 'client' ? callerOf(request) : networkOf(request.ip)
    const wait = rate.wait(caller)
    if (wait === 0) rate.add(caller)
    const { count, seconds } = rate.state(caller)
    reply.header('ratelimit-policy', `"${name}";q=${limit};w=${WINDOW_SECONDS}`)
    reply.header('ratelimit', `"${name}";r=${Math.max(0, limit - count)};t=${seconds}`)
    if (wait === 0) return undefined
    return new Problem('too_many_requests', {
      detail: {
        vi: `Không quá ${limit} yêu cầu một phút; hãy thử lại sau ${wait} giây.`,
        en: `At most ${limit} requests a minute; try again in ${wait} s.`
      },
      headers: { 'retry-after': String(wait) }
    })
  }

  app.addHook('onRequest', async (request, reply) => {
    const refusal = UNCOUNTED.test(request.url) ? undefined : count(request, reply)
    if (refusal !== undefined) throw refusal
  })

  // refused before it came so far: nothing is there, or the guard did not let it in
  app.addHook('onSend', async (request, reply, payload) => {
    if (counted.has(request) || UNCOUNTED.test(request.url)) return payload
    const refusal = count(request, reply)
    if (refusal === undefined) return payload
    const { status, headers, body } = app.renderProblem(refusal, request)
    reply.removeHeader('www-authenticate')
    reply.code(status).headers(headers)
    return body
  })
}

export default fp(rates, { fastify: '5.x', name: 'rates', dependencies: ['auth'] })
