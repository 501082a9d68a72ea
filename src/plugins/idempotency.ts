import type { FastifyContextConfig, FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { type TransactionOptions, holdTransaction } from '../ledger/unit.js'
import { answerOf, sendAnswer } from '../features/idempotency/answer.js'
import { claimKey, rememberAnswer, type Claim } from '../ledger/idempotency-keys.js'
import { digestOf, fingerprintOf, keyOf, keyRequired } from '../features/idempotency/request.js'
import { Problem, type ProblemCode } from '../http/problem.js'

export interface IdempotencyConfig {
  /**
   * The handler claims the key in a transaction of its own (ledger/idempotency-keys.ts); nothing is done here but to
   * read it.
   */
  own?: boolean
  required?: boolean
  /**
   * What it answers is a secret: nothing of the body is stored, and the same request again is told so by this problem.
   */
  shownOnce?: ProblemCode
  /** What the handler's transaction asks for, beyond READ COMMITTED. */
  isolation?: NonNullable<TransactionOptions['isolation']>
}

declare module 'fastify' {
  interface FastifyContextConfig {
    idempotency?: IdempotencyConfig
  }
  interface FastifyRequest {
    idempotencyKey: string | undefined
    /** Set while the answer to this request is to be remembered in `held`. */
    claim: Claim | undefined
  }
}

/** Every POST of the API; a key belongs to a client, so not one that anybody may send. */
function isKeyed (method: string | string[], url: string, { scope }: FastifyContextConfig = {}): boolean {
  return (method === 'POST' || method.includes('POST')) && url.startsWith('/v1/') && scope !== 'public' &&
    scope !== 'read'
}

/** The document says so for each (openapi-complete.ts). */
function document (route: RouteOptions): void {
  if (!isKeyed(route.method, route.url, route.config)) return
  route.schema = {
    ...route.schema, 'x-idempotency-key': route.config?.idempotency?.required === true ? 'required' : 'optional'
  } as typeof route.schema & object
}

/**
 * `Idempotency-Key` on every POST (contract §2.9, docs/decisions/idempotency.md): with a key the handler's
 * `request.unit` is one transaction, begun here. The key is claimed in it, the handler writes in it, and when the
 * answer is known that is written in it too, before it is committed and sent.
 */
async function idempotency (app: FastifyInstance): Promise<void> {
  app.decorateRequest('idempotencyKey', undefined)
  app.decorateRequest('claim', undefined)
  app.addHook('onRoute', document)

  const configOf = (request: FastifyRequest) => request.routeOptions.config.idempotency ?? {}

  app.addHook('onRequest', async request => {
    const { url = '', config } = request.routeOptions
    if (request.method !== 'POST' || request.is404 || !isKeyed(request.method, url, config)) return
    request.idempotencyKey = keyOf(request)
    if (request.idempotencyKey === undefined && configOf(request).required === true) throw keyRequired()
  })

  app.addHook('preHandler', async (request, reply) => {
    const { idempotencyKey: key, principal } = request
    // a dry run does nothing, so that nothing is kept under its key: the real request may follow with the same one
    if (key === undefined || configOf(request).own === true ||
      (request.query as { dryRun?: boolean }).dryRun === true) {
      return
    }
    const claim = { clientId: principal!.clientId, key, fingerprint: fingerprintOf(request, digestOf(request.body)) }
    const held = await holdTransaction(app.pool, configOf(request))
    try {
      const answer = await claimKey(held.db, claim)
      if (answer !== undefined) {
        await held.rollback()
        const { shownOnce } = configOf(request)
        if (shownOnce !== undefined) throw new Problem(shownOnce, { extra: { location: answer.headers['location'] } })
        return sendAnswer(reply, answer, { replayed: true })
      }
    } catch (error) {
      await held.rollback(error)
      throw error
    }
    request.held = held
    request.claim = claim
  })

  // its locks go before the problem is written
  app.addHook('onError', async (request, _reply, error) => { await request.held?.rollback(error) })

  app.addHook('onSend', async (request, reply, payload) => {
    const { held, claim } = request
    if (held === undefined || claim === undefined) return payload
    // a problem that this hook throws comes here too
    request.claim = undefined
    if (reply.statusCode >= 300) {
      await held.rollback()
      return payload
    }
    try {
      const answer = answerOf(reply, payload)
      await rememberAnswer(held.db, claim, configOf(request).shownOnce === undefined ? answer : { ...answer, body: '' })
      await held.commit()
    } catch (error) {
      await held.rollback(error)
      throw error
    }
    return payload
  })

  // what was answered without onSend
  app.addHook('onResponse', async request => { await request.held?.rollback() })
}

// after `conditional`: the ETag is part of the answer
export default fp(idempotency, {
  fastify: '5.x', name: 'idempotency', dependencies: ['auth', 'conditional', 'database']
})
