import type { FastifyInstance } from 'fastify'
import fp from 'fastify-plugin'
import type pg from 'pg'
import { FutureInstant, settle } from '../ledger/moment.js'
import { badRequest, parameterError } from '../http/problem.js'
import { checkSpan } from '../http/recorded.js'
import type { RecordedSpan } from '../db/recorded.js'

/**
 * A list of what was recorded within a span is whole: nothing can join it any more. Transactions commit out of the
 * order of their instants, so the read begins when those have ended that may still record something in it
 * (ledger/moment.ts).
 */
async function recorded (app: FastifyInstance, { pool }: { pool: pg.Pool }): Promise<void> {
  app.addHook('preHandler', async request => {
    const { recordedFrom, recordedTo } = request.query as RecordedSpan
    if (recordedFrom === undefined && recordedTo === undefined) return
    checkSpan({ recordedFrom, recordedTo })
    await settle(pool, recordedTo).catch((error: unknown) => {
      if (!(error instanceof FutureInstant)) throw error
      throw badRequest([parameterError('recordedTo', 'recorded_to_in_future',
        `Thời điểm chưa tới, nên còn có thể ghi thêm; bây giờ là ${error.now}.`,
        `The instant has not come yet, so that more can be recorded before it; it is ${error.now} now.`)])
    })
  })
}

export default fp(recorded, { fastify: '5.x', name: 'recorded' })
