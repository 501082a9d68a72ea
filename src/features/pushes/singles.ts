import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import type { Transaction } from '../../db/client.js'
import type { Transactor } from '../../ledger/unit.js'
import { findRevisions, type MeasurementRow } from '../../world/measurements.js'
import { isWritten, judging, type Held } from './actions.js'
import { contextOf, reportersOf } from './context.js'
import type { Catalogue } from './facts.js'
import { judgeRows } from './judge.js'
import type { JudgedRow } from './judged-row.js'
import { insertOutcomes } from './quality.js'
import { insertSingles } from './receipts.js'
import { pusherOf } from './pusher.js'
import { createRowJudge } from './row-judge.js'
import { keyOf, type PushRow } from './row.js'

/** One figure of one client, pushed by itself: a submission of one row. */
export interface Single { clientId: string, row: PushRow }

/**
 * `measurement`: the revision that was written, or that says the same already; undefined where the row was rejected.
 */
export interface SingleOutcome { judged: JudgedRow, measurement: MeasurementRow | undefined }

/** Rules compare figures with each other: then each push is judged by itself. */
export class Apart extends Error {}

/**
 * For a revision that another connection is writing: afterwards each half is tried by itself, and the next ones go on.
 */
const PATIENCE_MS = 250

/** What is being written, and what of a batch is left for the next. */
export interface Flight {
  /** Of figures whose revisions may not be committed yet, by `keyOf`. */
  readonly figures: ReadonlySet<string>
  /** Before the database hears of them. */
  take (names: readonly string[]): void
  /** Before COMMIT. */
  written (): void
}

const candidatesOf = (singles: readonly Single[]) => singles.map(({ row }) => ({ position: 0, row }))

/**
 * Figures that were pushed at the same time, each as its own submission, in one transaction. In place of an outcome
 * stands the name of a figure that is being written already: who pushes it under another name is judged when that is
 * done.
 * @throws Apart where there is more than one and a rule is on; HeldUp; once what `helpedAlone` knows
 */
export async function pushSingles (
  unit: Transactor, catalogue: Catalogue, singles: readonly Single[], flight: Flight
): Promise<(SingleOutcome | string)[]> {
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
  }, { patienceMs: PATIENCE_MS })
}

async function pushWithin (tx: Transaction, singles: readonly Single[], held: Held): Promise<SingleOutcome[]> {
  return writtenOf(tx, singles, await judgeSingles(tx, singles, held))
}

async function writtenOf (
  tx: Transaction, singles: readonly Single[], judged: readonly JudgedRow[]
): Promise<SingleOutcome[]> {
  const news = await writeSingles(tx, singles, judged)
  const stored = await findRevisions(tx, judged.flatMap(({ outcome, measurementId: id, revision }) =>
    outcome === 'unchanged' ? [{ id: id!, revision: revision! }] : []))
  const found = new Map([...news, ...stored].map(row => [`${row.id} ${row.revision}`, row]))
  return judged.map(one => ({ judged: one, measurement: found.get(`${one.measurementId} ${one.revision}`) }))
}

/** Two of one figure do not see each other: the second is left for the next batch. */
const NEVER_SEEN = { first: () => undefined }

async function judgeSingles (
  tx: Transaction, singles: readonly Single[], { reading, rules }: Held
): Promise<JudgedRow[]> {
  const facts = await reading.facts(singles.map(({ row }) => row))
  const clients = [...new Set(singles.map(({ clientId }) => clientId))]
  const reporters = await reportersOf(reading, clients)
  const judges = new Map(clients.map(clientId => {
    const context = contextOf(facts, reporters.get(clientId)!.grants)
    return [clientId, { judge: createRowJudge(context), pusher: pusherOf(tx, clientId, context) }]
  }))
  const own = new Map(singles.map(({ clientId, row }) => [row, judges.get(clientId)!]))
  const of = (row: PushRow) => own.get(row)!
  return judgeRows(
    tx, candidatesOf(singles), rules, facts, row => of(row).judge(row), row => of(row).pusher, NEVER_SEEN
  )
}

async function writeSingles (
  tx: Transaction, singles: readonly Single[], judged: readonly JudgedRow[]
): Promise<MeasurementRow[]> {
  const written = judged.flatMap((row, i) =>
    isWritten(row) ? [{ submissionId: uuid(), clientId: singles[i]!.clientId, judged: row }] : [])
  const rows = await insertSingles(tx, written)
  for (const { clientId, submissionId, judged: { found, figure, position, measurementId, revision } } of written) {
    if (found === undefined) continue
    await insertOutcomes(tx, clientId, submissionId, [{ figure, found, position, measurementId, revision }])
  }
  return rows
}

/** One figure, in a transaction of its own or in the unit's. */
export async function pushSingle (unit: Transactor, catalogue: Catalogue, single: Single): Promise<SingleOutcome> {
  return judging(unit, catalogue, candidatesOf([single]), async (tx, held) =>
    (await pushWithin(tx, [single], held))[0]!)
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
