import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type { Metrics } from './metrics.js'
import { LANES } from './lanes.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly metrics: Metrics
  }
}

/** Notes how long every answer took, and who waits for what. */
async function measuring (app: FastifyInstance, { metrics }: { metrics: Metrics }): Promise<void> {
  app.decorate('metrics', metrics)
  metrics.watchPool(app.pool)
  const names = LANES.filter(name => name !== 'none')
  metrics.watchLanes(Object.fromEntries(names.map(name => [name, () => app.lanes.lane(name)])))
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.method, request.routeOptions.url, reply.statusCode, reply.elapsedTime / 1000)
  })
}

export default fp(measuring, { fastify: '5.x', name: 'measuring', dependencies: ['lanes', 'database'] })
