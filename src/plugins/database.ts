import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type pg from 'pg'
import type { Database } from '../db/client.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whoever opened them closes them: an app never connects or ends them by itself. */
    readonly pool: pg.Pool
    readonly db: Database
  }
}

async function database (app: FastifyInstance, { pool, db }: { pool: pg.Pool, db: Database }): Promise<void> {
  app.decorate('pool', pool)
  app.decorate('db', db)
}

export default fp(database, { fastify: '5.x', name: 'database' })
