import { AsyncLocalStorage } from 'node:async_hooks'

/**
 * The signal of the request that is being answered, where nobody is served any more once its client has gone: a read.
 * Read-only transactions end at it, with the statement that runs in them (ledger/unit.ts).
 */
const reading = new AsyncLocalStorage<AbortSignal>()

export const whileWanted = <T>(signal: AbortSignal, work: () => T): T => reading.run(signal, work)

export const wanted = (): AbortSignal | undefined => reading.getStore()

/** In the words of a lost connection: what was begun for the client is given up without a word. */
export const abandoned = (): Error => Object.assign(new Error('the client went away'), { code: 'ECONNRESET' })
