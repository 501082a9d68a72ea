import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type pg from 'pg'
import { Exports } from '../http/export.js'
import type { ExportLimits } from '../http/limits.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly exports: Exports
  }
}

async function exporting (app: FastifyInstance, { limits, pool }: { limits: ExportLimits, pool: pg.Pool }): Promise<void> {
  const { stallMs, atOnce = Math.max(1, Math.floor(pool.options.max / 3)) } = limits
  app.decorate('exports', new Exports({ stallMs, atOnce }))
}

export default fp(exporting, { fastify: '5.x', name: 'exports' })
