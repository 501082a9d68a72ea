import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type pg from 'pg'
import type { Database } from '../db/client.js'
import { withTransaction } from '../ledger/transaction.js'
import type { HeldTransaction, UnitOfWork } from '../ledger/unit.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whoever opened them closes them: an app never connects or ends them by itself. */
    readonly pool: pg.Pool
    readonly db: Database
  }
  interface FastifyRequest {
    /** Where a POST writes, and reads what it has written: the pool, or the one transaction that `held` is. */
    readonly unit: UnitOfWork
    /** Set where the answer is written in the transaction of the effect (plugins/idempotency.ts). */
    held: HeldTransaction | undefined
  }
}

async function database (app: FastifyInstance, { pool, db }: { pool: pg.Pool, db: Database }): Promise<void> {
  const whole: UnitOfWork = { db, within: (work, options) => withTransaction(pool, work, options) }
  app.decorate('pool', pool)
  app.decorate('db', db)
  app.decorateRequest('held', undefined)
  app.decorateRequest('unit', { getter () { return this.held ?? whole } })
}

export default fp(database, { fastify: '5.x', name: 'database' })
