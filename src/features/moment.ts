import type pg from 'pg'
import { Type } from 'typebox'
import type { Transaction } from '../db/client.js'
import { FutureInstant, holdAt, readAt } from '../ledger/moment.js'
import type { HeldTransaction } from '../ledger/unit.js'
import { badRequest, parameterError } from '../http/problem.js'
import { KnownInstant, ref } from '../http/schema.js'

/** `?asOf=`: an instant in transaction time. */
export const asOf = Type.Optional(ref(KnownInstant, {
  description: 'Theo những gì hệ thống đã ghi nhận đến thời điểm này; mặc định: hiện tại. / ' +
    'What the registry knew at this instant (transaction time); now when absent.'
}))

/** What was known at `asOf`, or is known now, in one snapshot that will read the same for ever (`ledger/moment.ts`). */
export async function readMoment<T> (
  pool: pg.Pool, query: { readonly asOf?: string | undefined }, work: (tx: Transaction, at: string) => Promise<T>
): Promise<T> {
  return await readAt(pool, query.asOf, work).catch(refuseFuture)
}

/** The same snapshot, for what is read at somebody else's pace; whoever asked for it gives it back. */
export async function holdMoment (
  pool: pg.Pool, asOf: string | undefined
): Promise<{ held: HeldTransaction, at: string }> {
  return await holdAt(pool, asOf).catch(refuseFuture)
}

function refuseFuture (error: unknown): never {
  if (!(error instanceof FutureInstant)) throw error
  throw badRequest([parameterError('asOf', 'as_of_in_future',
    `Thời điểm chưa tới; bây giờ là ${error.now}.`, `The instant has not come yet; it is ${error.now} now.`)])
}
