import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import type { Transaction } from '../../db/client.js'
import { explainDatabaseError } from '../../db/errors.js'
import type { Transactor } from '../../db/unit.js'
import { Problem } from '../../http/problem.js'
import { contextOf, reportersOf } from '../measurements/context.js'
import type { Catalogue } from '../measurements/facts.js'
import { judgeRows, type JudgedRow } from '../measurements/judge.js'
import { findRevisions, type MeasurementRow } from '../measurements/queries.js'
import { createRowJudge } from '../measurements/row-judge.js'
import type { PushRow } from '../measurements/row.js'
import { insertShownRevisions } from '../measurements/store.js'
import { insertOutcomes } from '../quality/push.js'
import { isWritten, judging, type Held } from './actions.js'
import { insertSingles } from './store.js'

/** One figure of one client, pushed by itself: a submission of one row. */
export interface Single { clientId: string, row: PushRow }

/** `measurement`: the revision that was written, or that says the same already; undefined where the row was rejected. */
export interface SingleOutcome { judged: JudgedRow, measurement: MeasurementRow | undefined }

/** Rules compare figures with each other: then each push is judged by itself. */
class Apart extends Error {}

const candidatesOf = (singles: readonly Single[]) => singles.map(({ row }) => ({ position: 0, row }))

/** Figures that were pushed at the same time, each as its own submission, in one transaction; `written` hears of it before COMMIT. @throws Apart where there is more than one and a rule is on */
async function pushSingles (unit: Transactor, catalogue: Catalogue, singles: readonly Single[], written?: () => void): Promise<SingleOutcome[]> {
  return judging(unit, catalogue, candidatesOf(singles), async (tx, held) => {
    if (singles.length > 1 && held.rules.length > 0) throw new Apart('quality rules are on')
    const outcomes = await pushWithin(tx, singles, held)
    written?.()
    return outcomes
  })
}

async function pushWithin (tx: Transaction, singles: readonly Single[], held: Held): Promise<SingleOutcome[]> {
  const judged = await judgeSingles(tx, singles, held)
  const news = await writeSingles(tx, singles, judged)
  const stored = await findRevisions(tx, judged.flatMap(({ outcome, measurementId: id, revision }) => outcome === 'unchanged' ? [{ id: id!, revision: revision! }] : []))
  // two names of one agency: a figure may be in it twice, at two revisions
  const found = new Map([...news, ...stored].map(row => [`${row.id} ${row.revision}`, row]))
  return judged.map(one => ({ judged: one, measurement: found.get(`${one.measurementId} ${one.revision}`) }))
}

/** Two of one figure do not see each other: the database refuses the second, and both are then pushed one after the other. */
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
  return (await pushSingles(unit, catalogue, [single]))[0]!
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
  key: string
  resolve: (outcome: SingleOutcome) => void
  reject: (error: unknown) => void
}

/** Transactions that wait for the disk, beside the one that is judged and written. */
const COMMITTING = 4
/** Figures of one transaction: it takes hundredths of a second. */
const TOGETHER = 100
/** More than these would wait for longer than a client does. */
const MOST_WAITING = 2_000

/**
 * Pushes single figures, those that come while others are being written together in one transaction, as a database
 * does with commits: thirty clients at once wait for one COMMIT and not for thirty. An answer says that it is done.
 */
export function createSinglePushes (pool: pg.Pool, catalogue: Catalogue): (single: Single) => Promise<SingleOutcome> {
  let waiting: Waiting[] = []
  let isWriting = false
  let committing = 0

  /** One at a time, so that each takes all who wait: what a transaction costs is shared by many, and COMMIT holds up nobody. */
  function start (): void {
    if (isWriting || committing >= COMMITTING || waiting.length === 0) return
    isWriting = true
    let isWritten = false
    const written = () => {
      if (isWritten) return
      isWritten = true
      isWriting = false
      committing++
      start()
    }
    run(take(), written).finally(() => {
      written()
      committing--
      start()
    })
  }

  /** The first ones, each figure once: what is pushed twice comes one after the other. */
  function take (): Waiting[] {
    const [batch, keys, later] = [[] as Waiting[], new Set<string>(), [] as Waiting[]]
    for (const one of waiting) {
      if (batch.length < TOGETHER && !keys.has(one.key)) batch.push(one)
      else later.push(one)
      keys.add(one.key)
    }
    waiting = later
    return batch
  }

  async function run (batch: readonly Waiting[], written: () => void): Promise<void> {
    try {
      const outcomes = await pushSingles(pool, catalogue, batch, written)
      batch.forEach(({ resolve }, i) => { resolve(outcomes[i]!) })
    } catch (error) {
      // nothing was written: who is to blame shows when each is pushed by itself
      const alone = batch.length === 1 || explainDatabaseError(error)?.kind === 'unavailable'
      if (alone) for (const { reject } of batch) reject(error)
      else for (const one of batch) await pushSingle(pool, catalogue, one).then(one.resolve, one.reject)
    }
  }

  return single => new Promise((resolve, reject) => {
    if (waiting.length >= MOST_WAITING) {
      reject(new Problem('unavailable', { headers: { 'retry-after': '1' } }))
      return
    }
    const { indicator, agency, period, breakdown = {} } = single.row
    waiting.push({ ...single, key: JSON.stringify([indicator, agency, period, Object.entries(breakdown).sort()]), resolve, reject })
    start()
  })
}
