import type pg from 'pg'
import { Type } from 'typebox'
import type { Transaction } from '../db/client.js'
import { FutureInstant, readAt } from '../db/moment.js'
import { badRequest, parameterError } from '../http/problem.js'
import { Instant, ref } from '../http/schema.js'

/** `?asOf=`: an instant in transaction time. */
export const asOf = Type.Optional(ref(Instant, { description: 'Theo những gì hệ thống đã biết lúc này (thời điểm ghi nhận); mặc định bây giờ. / What the registry knew at this instant (transaction time); now when absent.' }))

/** What was known at `asOf`, or is known now, in one snapshot that will read the same for ever (`db/moment.ts`). */
export async function readMoment<T> (pool: pg.Pool, query: { readonly asOf?: string | undefined }, work: (tx: Transaction, at: string) => Promise<T>): Promise<T> {
  try {
    return await readAt(pool, query.asOf, work)
  } catch (error) {
    if (!(error instanceof FutureInstant)) throw error
    throw badRequest([parameterError('asOf', 'as_of_in_future',
      `Thời điểm chưa tới; bây giờ là ${error.now}.`, `The instant has not come yet; it is ${error.now} now.`)])
  }
}
