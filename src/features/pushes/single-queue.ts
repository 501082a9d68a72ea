import type pg from 'pg'
import { explainDatabaseError } from '../../db/errors.js'
import { Problem } from '../../http/problem.js'
import { helpedAlone, NotAlone } from './actions.js'
import { HeldUp, type Catalogue } from './facts.js'
import { Apart, pushSingle, pushSingles, type Single, type SingleOutcome } from './singles.js'

interface Waiting extends Single {
  /** The figure, by the names it was pushed under. */
  key: string
  /** The same by the registry's own names, once it was found to be under way. */
  figure: string | undefined
  /**
   * Not before that, in milliseconds of `performance.now()`: somebody else had its indicator to himself a moment ago.
   */
  notBefore: number
  pauseMs: number
  deadline: number
  resolve: (outcome: SingleOutcome) => void
  reject: (error: unknown) => void
}

/** Transactions that wait for the disk, beside the one that is judged and written. */
const COMMITTING = 4
/** Figures of one transaction: it takes hundredths of a second. */
const TOGETHER = 100
/** How long a figure waits for its turn at most. */
const WAIT_MS = 10_000
/** How soon an indicator that was held is asked for again, the first time and at most. */
const FIRST_PAUSE_MS = 5
const LONGEST_PAUSE_MS = 160

const HELD = {
  vi: 'Chỉ tiêu này đang được một lần gửi hay duyệt khác giữ riêng. Chưa có gì được ghi; hãy gửi lại.',
  en: 'Another push or review has this indicator to itself. Nothing was written; send it again.'
}

/**
 * Gathers single figures: those that come while others are being written are pushed together in one transaction, as a
 * database does with commits. Thirty clients at once wait for one COMMIT and not for thirty; an answer says that it is
 * done.
 *
 * Nobody waits for what is another's: a figure whose indicator is held, or that is being written already, is left for
 * later; of a transaction that failed each half is tried by itself, beside the next one; and whoever pushes thousands
 * at once has as many in a transaction as whoever pushes a few.
 */
export function createSinglePushes (
  pool: pg.Pool, catalogue: Catalogue, waitMs = WAIT_MS
): (single: Single) => Promise<SingleOutcome> {
  let waiting: Waiting[] = []
  let isWriting = false
  let committing = 0
  /** Set as soon as one has come: those that come in the same turn of the event loop go together. */
  let isStarting = false
  let timer: NodeJS.Timeout | undefined
  /** When it ends, in milliseconds of `performance.now()`. */
  let wakeAt = Infinity
  /** Those that need their indicator to themselves, which they wait for one after the other. */
  let alone = Promise.resolve()
  /** How many are under way, by `key` and by `figure`. */
  const keys = new Set<string>()
  const figures = new Set<string>()

  /**
   * One at a time, so that each takes all who wait: what a transaction costs is shared by many, and COMMIT holds up
   * nobody.
   */
  function start (): void {
    if (isWriting || committing >= COMMITTING || waiting.length === 0) return
    const batch = take()
    if (batch.length > 0) begin(batch)
  }

  function begin (batch: Waiting[]): void {
    isWriting = true
    let isWritten = false
    const written = () => {
      if (isWritten) return
      isWritten = true
      isWriting = false
      committing++
      start()
    }
    for (const { key } of batch) keys.add(key)
    run(batch, written).finally(() => {
      for (const { key } of batch) keys.delete(key)
      written()
      committing--
      start()
    })
  }

  /** The first ones of each client in turns, each figure once: what is pushed twice comes one after the other. */
  function take (): Waiting[] {
    const now = performance.now()
    const named = new Set<string>()
    const clients = new Map<string, Waiting[]>()
    for (const one of waiting) {
      const isUnderWay = keys.has(one.key) || named.has(one.key) ||
        (one.figure !== undefined && figures.has(one.figure))
      named.add(one.key)
      if (isUnderWay || one.notBefore > now) continue
      const own = clients.get(one.clientId)
      if (own === undefined) clients.set(one.clientId, [one])
      else if (own.length < TOGETHER) own.push(one)
    }
    const batch: Waiting[] = []
    for (let round = 0; round < TOGETHER && batch.length < TOGETHER; round++) {
      const found = [...clients.values()].flatMap(own => own[round] ?? [])
      if (found.length === 0) break
      batch.push(...found.slice(0, TOGETHER - batch.length))
    }
    const taken = new Set(batch)
    waiting = waiting.filter(one => !taken.has(one))
    return batch
  }

  function sendAway (): void {
    const now = performance.now()
    const late = waiting.filter(({ deadline }) => deadline <= now)
    if (late.length === 0) return
    waiting = waiting.filter(({ deadline }) => deadline > now)
    for (const { reject } of late) reject(new Problem('unavailable', { detail: HELD, headers: { 'retry-after': '1' } }))
  }

  /**
   * For those who may not be taken yet, or not any more: nobody sets the clock for each who comes, as it ends sooner.
   */
  function wakeBy (at: number): void {
    if (at >= wakeAt) return
    clearTimeout(timer)
    wakeAt = at
    timer = setTimeout(() => {
      wakeAt = Infinity
      sendAway()
      start()
      const now = performance.now()
      for (const { notBefore, deadline } of waiting) wakeBy(notBefore > now ? Math.min(notBefore, deadline) : deadline)
    }, Math.max(1, at - performance.now())).unref()
  }

  function leave (one: Waiting, figure: string): void {
    one.figure = figure
    waiting.push(one)
    wakeBy(one.deadline)
  }

  function pause (one: Waiting): void {
    one.notBefore = performance.now() + one.pauseMs
    one.pauseMs = Math.min(2 * one.pauseMs, LONGEST_PAUSE_MS)
    waiting.push(one)
    wakeBy(Math.min(one.notBefore, one.deadline))
  }

  async function run (batch: readonly Waiting[], written: () => void): Promise<void> {
    const taken: string[] = []
    const take = (names: readonly string[]) => {
      taken.push(...names)
      for (const name of names) figures.add(name)
    }
    const land = () => { for (const name of taken.splice(0)) figures.delete(name) }
    try {
      const outcomes = await pushSingles(pool, catalogue, batch, { figures, take, written })
      land()
      batch.forEach((one, i) => {
        const outcome = outcomes[i]!
        if (typeof outcome === 'string') leave(one, outcome)
        else one.resolve(outcome)
      })
    } catch (error) {
      land()
      await runAgain(batch, error, written)
    }
  }

  /** Nothing was written. */
  async function runAgain (batch: readonly Waiting[], error: unknown, written: () => void): Promise<void> {
    if (error instanceof HeldUp) {
      const isHeld = ({ row }: Waiting) => error.indicators.has(row.indicator)
      batch.filter(isHeld).forEach(pause)
      const others = batch.filter(one => !isHeld(one))
      if (others.length > 0) await run(others, written)
      return
    }
    if (batch.length === 1 && explainDatabaseError(error)?.code === '55P03') {
      pause(batch[0]!)
      return
    }
    if (batch.length === 1 && helpedAlone(error)) {
      alone = alone.then(() => pushSingle(pool, catalogue, batch[0]!).then(batch[0]!.resolve, batch[0]!.reject))
      return
    }
    if (batch.length === 1 || explainDatabaseError(error)?.kind === 'unavailable') {
      for (const { reject } of batch) reject(error)
      return
    }
    // the next ones do not wait for whoever is to blame to be found
    written()
    const size = error instanceof Apart || error instanceof NotAlone ? 1 : Math.ceil(batch.length / 2)
    for (let from = 0; from < batch.length; from += size) await run(batch.slice(from, from + size), () => {})
  }

  return single => new Promise((resolve, reject) => {
    const { indicator, agency, period, breakdown = {} } = single.row
    const deadline = performance.now() + waitMs
    waiting.push({
      ...single,
      key: JSON.stringify([indicator, agency, period, Object.entries(breakdown).sort()]),
      figure: undefined,
      notBefore: 0,
      pauseMs: FIRST_PAUSE_MS,
      deadline,
      resolve,
      reject
    })
    wakeBy(deadline)
    if (isStarting) return
    isStarting = true
    setImmediate(() => {
      isStarting = false
      start()
    })
  })
}
