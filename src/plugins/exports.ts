import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import { Exports } from '../http/export.js'
import type { ExportLimits } from '../http/limits.js'

declare module 'fastify' {
  interface FastifyInstance {
    readonly exports: Exports
  }
}

async function exporting (app: FastifyInstance, { limits }: { limits: ExportLimits }): Promise<void> {
  app.decorate('exports', new Exports(limits))
}

export default fp(exporting, { fastify: '5.x', name: 'exports' })
