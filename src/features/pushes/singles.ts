import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import type { Transaction } from '../../db/client.js'
import { explainDatabaseError } from '../../db/errors.js'
import { executePrepared } from '../../db/prepared.js'
import type { Transactor } from '../../ledger/unit.js'
import { Problem } from '../../http/problem.js'
import { contextOf, reportersOf } from './context.js'
import type { Catalogue } from './facts.js'
import { judgeRows } from './judge.js'
import type { JudgedRow } from './judged-row.js'
import { findRevisions, type MeasurementRow } from '../../world/measurements.js'
import { createRowJudge } from './row-judge.js'
import { keyOf, type PushRow } from './row.js'
import { insertShownRevisions } from './store.js'
import { insertOutcomes, judgesTogether } from './quality.js'
import { helpedAlone, isWritten, judging, NotAlone, type Held } from './actions.js'
import { insertSingles } from './receipts.js'

/** One figure of one client, pushed by itself: a submission of one row. */
export interface Single { clientId: string, row: PushRow }

/** `measurement`: the revision that was written, or that says the same already; undefined where the row was rejected. */
export interface SingleOutcome { judged: JudgedRow, measurement: MeasurementRow | undefined }

/** Rules compare figures with each other: then each push is judged by itself. */
class Apart extends Error {}

/** For a revision that another connection is writing: afterwards each half is tried by itself, and the next ones go on. */
const LOCK_MS = 250

/** Somebody else has these indicators to himself: those who push figures of them wait, and nobody else. */
class HeldUp extends Error {
  constructor (readonly indicators: ReadonlySet<string>) { super('an indicator is held') }
}

/** What is being written, and what of a batch is left for the next. */
interface Flight {
  /** Of figures whose revisions may not be committed yet, by `keyOf`. */
  readonly figures: ReadonlySet<string>
  /** Before the database hears of them. */
  take (names: readonly string[]): void
  /** Before COMMIT. */
  written (): void
}

const candidatesOf = (singles: readonly Single[]) => singles.map(({ row }) => ({ position: 0, row }))

/**
 * Figures that were pushed at the same time, each as its own submission, in one transaction. In place of an outcome stands the
 * name of a figure that is being written already: who pushes it under another name is judged when that is done.
 * @throws Apart where there is more than one and a rule is on; HeldUp; once what `helpedAlone` knows
 */
async function pushSingles (unit: Transactor, catalogue: Catalogue, singles: readonly Single[], flight: Flight): Promise<(SingleOutcome | string)[]> {
  const indicators = [...new Set(singles.map(({ row }) => row.indicator))]
  return judging(unit, catalogue, candidatesOf(singles), async (tx, held) => {
    if (singles.length > 1 && held.rules.length > 0) throw new Apart('quality rules are on')
    // what was under way before anything was read may be committed by now, unseen
    const before = new Set(flight.figures)
    const judged = await judgeSingles(tx, singles, held)
    const taken = new Set<string>()
    /** The name of the figure that is under way, where it is. */
    const left = judged.map(one => {
      if (one.figure === undefined || !isWritten(one)) return undefined
      const name = keyOf(one.figure)
      if (taken.has(name) || before.has(name) || flight.figures.has(name)) return name
      taken.add(name)
      return undefined
    })
    flight.take([...taken])
    const isKept = (_: unknown, i: number) => left[i] === undefined
    const outcomes = await writtenOf(tx, singles.filter(isKept), judged.filter(isKept))
    flight.written()
    let next = 0
    return left.map(name => name ?? outcomes[next++]!)
  }, tx => refuseHeld(tx, indicators, judgesTogether(catalogue.lastRules(indicators))), 1)
}

/** Takes the locks of the indicators (hold_push), as far as nobody else has them, and waits for others but a moment. @throws HeldUp */
async function refuseHeld (tx: Transaction, indicators: readonly string[], alone: boolean): Promise<void> {
  const held = await executePrepared<{ code: string }>(tx, alone ? 'try_indicators_alone' : 'try_indicators', sql`
    select code from unnest(${sql.param([...indicators])}::text[]) code, (select set_config('lock_timeout', ${`${LOCK_MS}ms`}, true)) patience
    where not ${alone ? sql`pg_try_advisory_xact_lock` : sql`pg_try_advisory_xact_lock_shared`}(hashtextextended(code, 4677))`)
  if (held.length > 0) throw new HeldUp(new Set(held.map(({ code }) => code)))
}

async function pushWithin (tx: Transaction, singles: readonly Single[], held: Held): Promise<SingleOutcome[]> {
  return writtenOf(tx, singles, await judgeSingles(tx, singles, held))
}

async function writtenOf (tx: Transaction, singles: readonly Single[], judged: readonly JudgedRow[]): Promise<SingleOutcome[]> {
  const news = await writeSingles(tx, singles, judged)
  const stored = await findRevisions(tx, judged.flatMap(({ outcome, measurementId: id, revision }) => outcome === 'unchanged' ? [{ id: id!, revision: revision! }] : []))
  const found = new Map([...news, ...stored].map(row => [`${row.id} ${row.revision}`, row]))
  return judged.map(one => ({ judged: one, measurement: found.get(`${one.measurementId} ${one.revision}`) }))
}

/** Two of one figure do not see each other: the second is left for the next batch. */
const NEVER_SEEN = { first: () => undefined }

async function judgeSingles (tx: Transaction, singles: readonly Single[], { reading, rules }: Held): Promise<JudgedRow[]> {
  const facts = await reading.facts(singles.map(({ row }) => row))
  const clients = [...new Set(singles.map(({ clientId }) => clientId))]
  const reporters = await reportersOf(reading, clients)
  const judges = new Map(clients.map(clientId => [clientId, createRowJudge(contextOf(facts, reporters.get(clientId)!.grants))]))
  return judgeRows(tx, singles.map(({ row }) => ({ position: 0, row })), rules, facts, (row, _, i) => judges.get(singles[i]!.clientId)!(row), NEVER_SEEN)
}

async function writeSingles (tx: Transaction, singles: readonly Single[], judged: readonly JudgedRow[]): Promise<MeasurementRow[]> {
  const written = judged.flatMap((row, i) => isWritten(row) ? [{ submissionId: uuid(), clientId: singles[i]!.clientId, judged: row, ...row }] : [])
  if (written.length === 0) return []
  await insertSingles(tx, written)
  const rows = await insertShownRevisions(tx, written, ({ clientId, submissionId }) => ({ clientId, submissionId }))
  for (const { clientId, submissionId, found, figure, position, measurementId, revision } of written) {
    if (found !== undefined) await insertOutcomes(tx, clientId, submissionId, [{ figure, found, position, measurementId, revision }])
  }
  return rows
}

/** One figure, in a transaction of its own or in the unit's. */
export async function pushSingle (unit: Transactor, catalogue: Catalogue, single: Single): Promise<SingleOutcome> {
  return judging(unit, catalogue, candidatesOf([single]), async (tx, held) => (await pushWithin(tx, [single], held))[0]!)
}

/** Carries what a dry run has come to out of the transaction that it rolls back. */
class Tried extends Error {
  constructor (readonly outcome: SingleOutcome) { super('dry run') }
}

/** What a push of this figure would come to: the same code, with a ROLLBACK at its end. */
export async function trySingle (pool: pg.Pool, catalogue: Catalogue, single: Single): Promise<SingleOutcome> {
  try {
    return await judging(pool, catalogue, candidatesOf([single]), async (tx, held) => {
      throw new Tried((await pushWithin(tx, [single], held))[0]!)
    })
  } catch (error) {
    if (error instanceof Tried) return error.outcome
    throw error
  }
}

interface Waiting extends Single {
  /** The figure, by the names it was pushed under. */
  key: string
  /** The same by the registry's own names, once it was found to be under way. */
  figure: string | undefined
  /** Not before that, in milliseconds of `performance.now()`: somebody else had its indicator to himself a moment ago. */
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
 * Pushes single figures, those that come while others are being written together in one transaction, as a database
 * does with commits: thirty clients at once wait for one COMMIT and not for thirty. An answer says that it is done.
 *
 * Nobody waits for what is another's: a figure whose indicator is held, or that is being written already, is left for later;
 * of a transaction that failed each half is tried by itself, beside the next one; and whoever pushes thousands at once has
 * as many in a transaction as whoever pushes a few.
 */
export function createSinglePushes (pool: pg.Pool, catalogue: Catalogue, waitMs = WAIT_MS): (single: Single) => Promise<SingleOutcome> {
  let waiting: Waiting[] = []
  let isWriting = false
  let committing = 0
  let timer: NodeJS.Timeout | undefined
  /** Those that need their indicator to themselves, which they wait for one after the other. */
  let alone = Promise.resolve()
  /** How many are under way, by `key` and by `figure`. */
  const keys = new Set<string>()
  const figures = new Set<string>()

  /** One at a time, so that each takes all who wait: what a transaction costs is shared by many, and COMMIT holds up nobody. */
  function start (): void {
    sendAway()
    if (!isWriting && committing < COMMITTING) {
      const batch = take()
      if (batch.length > 0) begin(batch)
    }
    wakeLater()
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
      const isUnderWay = keys.has(one.key) || named.has(one.key) || (one.figure !== undefined && figures.has(one.figure))
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

  /** For those who may not be taken yet, or not any more. */
  function wakeLater (): void {
    clearTimeout(timer)
    if (waiting.length === 0) return
    const now = performance.now()
    const next = Math.min(...waiting.map(({ notBefore, deadline }) => notBefore > now ? Math.min(notBefore, deadline) : deadline))
    timer = setTimeout(start, Math.max(1, next - now))
  }

  function leave (one: Waiting, change: Partial<Waiting>): void {
    waiting.push(Object.assign(one, change))
  }

  function pause (one: Waiting): void {
    leave(one, { notBefore: performance.now() + one.pauseMs, pauseMs: Math.min(2 * one.pauseMs, LONGEST_PAUSE_MS) })
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
        if (typeof outcome === 'string') leave(one, { figure: outcome })
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
    waiting.push({
      ...single,
      key: JSON.stringify([indicator, agency, period, Object.entries(breakdown).sort()]),
      figure: undefined,
      notBefore: 0,
      pauseMs: FIRST_PAUSE_MS,
      deadline: performance.now() + waitMs,
      resolve,
      reject
    })
    start()
  })
}
