import { v7 as uuid } from 'uuid'
import type { Queryable, Transaction } from '../../db/client.js'
import { explainDatabaseError } from '../../db/errors.js'
import type { ReplacedScope, StoredProblem } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import type { Reporter } from '../../world/grants.js'
import { keyProblem } from '../idempotency/problem.js'
import { claimKey, rememberAnswer, type Answer, type Claim } from '../../ledger/idempotency-keys.js'
import { contextOf, reporterOf } from './context.js'
import type { Catalogue, Reading } from './facts.js'
import { judgeRows, judgeable, withdraws, type Candidate, type SeenKeys } from './judge.js'
import type { JudgedRow } from './judged-row.js'
import { insertWithdrawals, type WithdrawnRevision } from './review-actions.js'
import { pusherOf } from './pusher.js'
import { createRowJudge } from './row-judge.js'
import type { ResolvedRow } from './row.js'
import { insertRevisions, type NewRevision } from './store.js'
import type { Withdrawer } from './withdrawing.js'
import { insertOutcomes, judgesTogether, type Finding, type Rule } from './quality.js'
import type { RowOutcome } from './row-outcomes.js'
import { tellWithComma } from './comma-form.js'
import { createSeenKeys } from './seen.js'
import type { Replacement } from './replacement.js'
import { countOutcomes, insertChunk, insertSubmission, type Counts, type RowCounts } from './receipts.js'
import type { SubmissionMode } from '../../domain/words.js'

export interface Push {
  clientId: string
  mode: SubmissionMode
  dryRun: boolean
  /** Its figures are written `82,50`. */
  decimalComma?: boolean | undefined
  /** The client reviews too, and may withdraw figures beyond its grants. */
  reviews: boolean
  catalogue: Catalogue
  /** The file is the whole truth for a scope: see replace.ts. */
  replaces?: Replacement | undefined
  /** Under an Idempotency-Key: what is to be answered is written in the transaction that does the last of it. */
  once?: { readonly claim: Claim, answer (receipt: Receipt): Answer } | undefined
}

/** The push was done before under the same key, and answered so. */
export class Replay extends Error {
  constructor (readonly answer: Answer) { super('replay') }
}

/** Holds the push's key until the transaction ends. @throws Replay, Problem */
export async function claimOnce (tx: Queryable, { once }: Push): Promise<void> {
  const answer = once === undefined
    ? undefined
    : await claimKey(tx, once.claim).catch(error => { throw keyProblem(error) })
  if (answer !== undefined) throw new Replay(answer)
}

export async function rememberOnce (tx: Queryable, { once }: Push, receipt: Receipt): Promise<void> {
  if (once !== undefined) {
    await rememberAnswer(tx, once.claim, once.answer(receipt)).catch(error => { throw keyProblem(error) })
  }
}

/** What became of a push. `id` and `recordedAt` are absent where nothing was written. */
export interface Receipt {
  id?: string | undefined
  recordedAt?: string | undefined
  clientId: string
  mode: Push['mode']
  dryRun: boolean
  state: 'completed' | 'rejected' | 'interrupted'
  counts: Counts
  /** Why it ended before its last row. */
  fault?: StoredProblem | null | undefined
  /** All rows, or of a large push those that are not plain successes: as many as a receipt shows, and one more. */
  rows: readonly (JudgedRow | RowOutcome)[]
  replacedScope?: ReplacedScope | undefined
}

/** Carries a dry run's receipt out of the transaction that it rolls back. */
class DryRun extends Error {
  constructor (readonly receipt: Receipt) { super('dry run') }
}

/** The second attempt has the indicators to itself and cannot meet another push. */
const ATTEMPTS = 2
/** What refuses a revision that another push has just written: by the figure's key, and by its id. */
const REVISION_KEYS = new Set(['measurements_revision_key', 'measurements_pkey'])

/**
 * Judges every row against the catalogue, the calendar, the grants and what is stored, and writes what may be written
 * with its receipt in one transaction. A dry run is the same code with a ROLLBACK at its end. `leftEmpty`: rows of a
 * template that are not among them.
 */
export async function pushRows (
  unit: Transactor, push: Push, candidates: readonly Candidate[], seen: SeenKeys = createSeenKeys(candidates.length),
  leftEmpty = 0
): Promise<Receipt> {
  return concluded(judging(unit, push.catalogue, candidates, async (tx, held) => {
    return conclude(tx, push, await pushWithin(tx, push, candidates, held, seen, leftEmpty))
  }, { first: tx => claimOnce(tx, push) }))
}

/** The last thing of a push's transaction: of a dry run it does not come to COMMIT. */
export async function conclude (tx: Queryable, push: Push, receipt: Receipt): Promise<Receipt> {
  if (push.dryRun) throw new DryRun(receipt)
  await rememberOnce(tx, push, receipt)
  return receipt
}

export async function concluded (work: Promise<Receipt>): Promise<Receipt> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DryRun) return error.receipt
    throw error
  }
}

export interface JudgingOptions {
  /** Before the indicators are held. */
  first?: (tx: Transaction) => Promise<void>
  /** As of `Catalogue.hold`; then there is one attempt. */
  patienceMs?: number
}

/**
 * A transaction in which the rows can be judged and written: with the rules that are switched on, and the indicators
 * held.
 */
export async function judging<T> (
  unit: Transactor, catalogue: Catalogue, candidates: readonly Candidate[],
  work: (tx: Transaction, held: Held) => Promise<T>, { first, patienceMs }: JudgingOptions = {}
): Promise<T> {
  const attempts = patienceMs === undefined ? ATTEMPTS : 1
  const codes = indicatorsOf(candidates)
  for (let attempt = 1; ; attempt++) {
    try {
      return await withTransaction(unit, async tx => {
        await first?.(tx)
        return await work(tx, await hold(tx, catalogue, codes, attempt > 1 || candidates.some(withdraws), patienceMs))
      })
    } catch (error) {
      if (attempt >= attempts || !helpedAlone(error)) throw error
    }
  }
}

/** A rule that was switched on a moment ago needs the indicators alone. */
export class NotAlone extends Error {}

/**
 * Whether it would go well with the indicators to itself: another push has just written the revision, or a rule asks
 * for it.
 */
export function helpedAlone (error: unknown): boolean {
  return error instanceof NotAlone || REVISION_KEYS.has(explainDatabaseError(error)?.constraint ?? '')
}

export function indicatorsOf (candidates: readonly Candidate[]): string[] {
  return [...new Set(candidates.map(({ row }) => row.indicator))]
}

/** What rows are judged by: the rules are those that are switched on for the indicators. */
export interface Held { readonly reading: Reading, readonly rules: readonly Rule[] }

/** The indicators, alone, or beside other pushes where that does no harm. @throws HeldUp; what `helpedAlone` knows */
export async function hold (
  tx: Transaction, catalogue: Catalogue, indicators: readonly string[], alone: boolean, patienceMs?: number
): Promise<Held> {
  // the rules are read behind the lock whose kind hangs on them
  const isAlone = alone || judgesTogether(catalogue.lastRules(indicators))
  const reading = await catalogue.hold(tx, indicators, isAlone, patienceMs)
  const rules = await reading.rules(indicators)
  if (!isAlone && judgesTogether(rules)) throw new NotAlone()
  return { reading, rules }
}

async function pushWithin (
  tx: Transaction, push: Push, candidates: readonly Candidate[], held: Held, seen: SeenKeys, leftEmpty: number
): Promise<Receipt> {
  const id = uuid()
  const judged = await judge(tx, push, candidates, held, seen)
  const stopped = push.mode === 'atomic' && judged.some(row => row.outcome === 'rejected')
  const rows = stopped ? judged.map(notWritten) : judged
  const all = { ...countOutcomes(rows), leftEmpty }
  const { notWritten: _, ...counts } = all
  const { clientId, mode, dryRun } = push
  const head = { clientId, mode, state: stopped ? 'rejected' as const : 'completed' as const }
  const receipt: Receipt = { ...head, dryRun, counts, rows }
  const recordedAt = await insertSubmission(tx, { id, ...head, ...counts })
  await writeRows(tx, push, id, rows, all)
  return dryRun ? receipt : { ...receipt, id, recordedAt }
}

/** Whoever has lost the scope of a reviewer meanwhile withdraws as its grants say. */
export function withdrawerOf (push: Push, { grants, scopes }: Reporter): Withdrawer {
  return { grants, reviews: push.reviews && scopes.includes('measurements:review') }
}

/** `beside`: what earlier rows of the push have come to that may not be committed yet. */
export async function judge (
  tx: Transaction, push: Push, candidates: readonly Candidate[], { reading, rules }: Held, seen: SeenKeys,
  beside?: readonly JudgedRow[]
): Promise<JudgedRow[]> {
  const reporter = await reporterOf(reading, push.clientId)
  const context = contextOf(await reading.facts(judgeable(candidates)), reporter.grants)
  const withdrawer = withdrawerOf(push, reporter)
  const pusher = pusherOf(tx, push.clientId, context)
  const rows = await judgeRows(
    tx, candidates, rules, context, createRowJudge(context), () => pusher, seen, withdrawer, beside
  )
  if (push.decimalComma === true) tellWithComma(rows, candidates)
  return rows
}

/** The figures, the outcome of every row, and what the quality rules said. */
export async function writeRows (
  tx: Transaction, { clientId }: Pick<Push, 'clientId'>, id: string, rows: readonly JudgedRow[], counts: RowCounts
): Promise<void> {
  await insertChunk(tx, id, rows, counts)
  await insertRevisions(tx, rows.filter(isWritten), { clientId, submissionId: id })
  await insertWithdrawals(tx, clientId, rows.flatMap(withdrawnBy))
  await insertOutcomes(tx, clientId, id, rows.filter(hasFindings))
}

export const isWritten = (row: JudgedRow): row is JudgedRow & NewRevision =>
  row.outcome === 'created' || row.outcome === 'revised'
const withdrawnBy = ({ row, withdrawal }: JudgedRow): WithdrawnRevision[] =>
  withdrawal?.revisions.map(revision => ({ ...revision, reason: row.reason! })) ?? []
const hasFindings = (row: JudgedRow): row is JudgedRow & {
  figure: ResolvedRow, found: readonly Finding[]
} => row.found !== undefined

export function notWritten (row: JudgedRow): JudgedRow {
  if (row.outcome === 'rejected') return row
  return { ...row, outcome: 'not_written', measurementId: undefined, revision: undefined, withdrawal: undefined }
}
