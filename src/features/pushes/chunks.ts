import { sql } from 'drizzle-orm'
import type pg from 'pg'
import { v7 as uuid } from 'uuid'
import { drizzle } from 'drizzle-orm/node-postgres'
import type { Queryable } from '../../db/client.js'
import { explainDatabaseError } from '../../db/errors.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import { holdTransaction } from '../../ledger/unit.js'
import { Problem } from '../../http/problem.js'
import { withdraws, type Candidate, type SeenKeys } from './judge.js'
import type { JudgedRow } from './judged-row.js'
import {
  claimOnce, helpedAlone, hold, indicatorsOf, judge, judging, pushRows, rememberOnce, writeRows, type Push, type Receipt
} from './actions.js'
import { EXCEPTIONS_KEPT, isException } from './exceptions.js'
import { replaceRows } from './replace.js'
import { listExceptions } from './row-outcomes.js'
import { createSeenKeys } from './seen.js'
import {
  NO_COUNTS, addCounts, advanceSubmission, countOutcomes, insertSubmission, interruptSubmission, runningLock,
  type Counts
} from './receipts.js'

/** Rows of an `atomic` push: all are one transaction, and held in memory until it is known that none is rejected. */
export const ATOMIC_ROWS = 20_000

/**
 * A push that ended before its last row: `receipt` says what is stored, if that could be read, and `cause` why it
 * ended.
 */
export class Interrupted extends Error {
  constructor (
    readonly id: string, readonly receipt: Receipt | undefined, cause: unknown
  ) { super('the push was interrupted', { cause }) }
}

/** A push of any length. Up to a chunk of rows, and all that is atomic, is one transaction. @throws Interrupted */
export async function pushFile (pool: pg.Pool, push: Push, file: CandidateFile, chunkRows: number): Promise<Receipt> {
  const { count, lineOf } = file
  const chunks = inChunks(file, push.mode === 'atomic' ? ATOMIC_ROWS : chunkRows)
  const seen: SeenKeys = { ...createSeenKeys(count), ...lineOf === undefined ? {} : { lineOf } }
  const { value: first } = await chunks.next() as IteratorYieldResult<Chunk>
  if (first.last) {
    return push.replaces === undefined
      ? pushRows(pool, push, first.rows, seen, first.leftEmpty)
      : replaceRows(pool, push, push.replaces, first.rows, seen)
  }
  if (push.mode === 'atomic') throw tooManyForAtomic()
  const all = withFirst(first, chunks)
  return push.dryRun ? tryChunks(pool, push, all, seen) : pushChunks(pool, push, all, seen)
}

export interface CandidateFile {
  /** How many candidates there are at most. */
  count: number
  candidates (): AsyncIterable<readonly Candidate[]>
  /** How many rows were left out of those read so far. */
  leftEmpty? (): number
  /** The line on which the row at that position began, of those read so far; absent where the file has no lines. */
  lineOf?: ((position: number) => number) | undefined
}

/** `leftEmpty`: how many rows were left out on the way to its end. */
interface Chunk { rows: Candidate[], last: boolean, leftEmpty: number }

/**
 * Full chunks, and the rest, which may be empty if it is all there is. The last is known as such before it is worked
 * on.
 */
async function * inChunks (file: CandidateFile, size: number): AsyncGenerator<Chunk> {
  let rows: Candidate[] = []
  let counted = 0
  const chunk = (last: boolean): Chunk => {
    const all = file.leftEmpty?.() ?? 0
    const leftEmpty = all - counted
    counted = all
    return { rows, last, leftEmpty }
  }
  for await (const batch of file.candidates()) {
    for (const candidate of batch) {
      if (rows.length === size) {
        yield chunk(false)
        rows = []
      }
      rows.push(candidate)
    }
  }
  yield chunk(true)
}

async function * withFirst (first: Chunk, others: AsyncIterable<Chunk>): AsyncGenerator<Chunk> {
  yield first
  yield * others
}

function tooManyForAtomic (): Problem {
  return new Problem('content_too_large', {
    detail: {
      vi: `Một lần gửi atomic có nhiều nhất ${ATOMIC_ROWS} dòng; hãy chia nhỏ, hoặc gửi với mode=partial.`,
      en: `An atomic push has at most ${ATOMIC_ROWS} rows; divide it, or send it with mode=partial.`
    },
    extra: { limit: ATOMIC_ROWS }
  })
}

/** Counts, and as many rows as a receipt shows. */
class Tally {
  counts: Counts = NO_COUNTS
  readonly exceptions: Receipt['rows'][number][] = []

  add (rows: Receipt['rows'], counts: Counts): void {
    this.counts = addCounts(this.counts, counts)
    for (const row of rows) if (this.exceptions.length < EXCEPTIONS_KEPT && isException(row)) this.exceptions.push(row)
  }

  /** As it will be once these are committed. */
  with (rows: readonly JudgedRow[], counts: Counts): Tally {
    const tally = new Tally()
    tally.counts = this.counts
    tally.exceptions.push(...this.exceptions)
    tally.add(rows, counts)
    return tally
  }

  receipt (
    { clientId, mode, dryRun }: Push, state: Receipt['state'], of: { id?: string, recordedAt?: string } = {}
  ): Receipt {
    return { ...of, clientId, mode, dryRun, state, counts: this.counts, rows: this.exceptions }
  }
}

/** Each chunk is tried by itself: what a quality rule says of rows of two chunks together only the real push finds. */
async function tryChunks (pool: pg.Pool, push: Push, chunks: AsyncIterable<Chunk>, seen: SeenKeys): Promise<Receipt> {
  const tally = new Tally()
  for await (const { rows, leftEmpty } of chunks) {
    const tried = await pushRows(pool, push, rows, seen, leftEmpty)
    tally.add(tried.rows, tried.counts)
  }
  return tally.receipt(push, 'completed')
}

/** A chunk on its way: `judged` when it has its locks and its rows their outcomes, `done` when it is committed. */
interface Running { chunk: Chunk, judged: Promise<readonly JudgedRow[]>, done: Promise<void> }

/** The chunk before this one was rolled back, and this one with it. */
class Abandoned extends Error {}

async function pushChunks (pool: pg.Pool, push: Push, chunks: AsyncIterable<Chunk>, seen: SeenKeys): Promise<Receipt> {
  const id = uuid()
  const tally = new Tally()
  const work: Work = { id, push, tally, seen, recordedAt: '' }
  return guarded(pool, work, async () => {
    /** The last two. */
    const begun: Running[] = []
    const start = (chunk: Chunk, before?: Running) => {
      const running = begin(pool, work, chunk, before)
      begun.splice(0, begun.length - 1)
      begun.push(running)
      return running
    }
    try {
      let previous: Running | undefined
      for await (const chunk of chunks) {
        let current = start(chunk, previous)
        if (previous !== undefined && !await settle(pool, work, previous, current)) current = start(chunk)
        previous = current
      }
      await settle(pool, work, previous!)
      return completed(work)
    } catch (error) {
      await Promise.allSettled(begun.map(({ done }) => done))
      throw await interrupted(pool, work, error)
    }
  })
}

/**
 * What a push that was ended by `cause` comes to. Nobody may have heard of its last COMMIT: what is stored says how
 * far it came.
 */
async function interrupted (
  pool: pg.Pool, { id, push: { clientId, mode, dryRun } }: Work, cause: unknown
): Promise<unknown> {
  try {
    const db: Queryable = drizzle(pool)
    const stored = await interruptSubmission(db, id, faultOf(cause))
    if (stored === undefined) return cause
    return new Interrupted(
      id, { id, clientId, mode, dryRun, ...stored, rows: await listExceptions(db, id, EXCEPTIONS_KEPT) }, cause
    )
  } catch {
    return new Interrupted(id, undefined, cause)
  }
}

/**
 * Runs `work` while a transaction of its own, which writes nothing, holds the push's key and says that the submission
 * is being worked on: its locks go when this process goes.
 */
async function guarded<T> (pool: pg.Pool, { id, push }: Work, work: () => Promise<T>): Promise<T> {
  const guard = await holdTransaction(pool)
  try {
    // it has nothing to do for as long as the push takes
    await guard.db.execute(sql`set local idle_in_transaction_session_timeout = 0`)
    await claimOnce(guard.db, push)
    await guard.db.execute(sql`select pg_advisory_xact_lock(${runningLock(id)})`)
    return await work()
  } finally {
    await guard.rollback()
  }
}

const completed = ({ id, push, tally, recordedAt }: Work) => tally.receipt(push, 'completed', { id, recordedAt })

interface Work {
  readonly id: string, readonly push: Push, readonly tally: Tally, readonly seen: SeenKeys, recordedAt: string
}

/**
 * A chunk is judged while the one before it is written, so that this process and the database work at the same time.
 * Not earlier: the first of two rows with one key is the one that counts, and a chunk with locks that the one before
 * it still waits for would wait for it without end, here, where the database does not see it. It is written after the
 * other was committed; were that one rolled back, so is this one, for it may stand in its way.
 */
function begin (pool: pg.Pool, work: Work, chunk: Chunk, before?: Running): Running {
  const after = <T>(step: Promise<T> | undefined) =>
    step?.catch(error => { throw new Abandoned('the chunk before it failed', { cause: error }) })
  let done!: Promise<void>
  const judged = new Promise<readonly JudgedRow[]>((resolve, reject) => {
    done = (async () => {
      const beside = await after(before?.judged)
      record(work, await withTransaction(pool, async tx => {
        const held = await hold(tx, work.push.catalogue, indicatorsOf(chunk.rows), chunk.rows.some(withdraws))
        // rules compare figures with those of earlier chunks
        if (held.rules.length > 0) await after(before?.done)
        const rows = await judge(tx, work.push, chunk.rows, held, work.seen, beside)
        resolve(rows)
        await after(before?.done)
        return await writeChunk(tx, work, rows, chunk)
      }, { attempts: 1 }))
    })()
    done.catch(reject)
  })
  judged.catch(() => {}) // whoever waits for them hears of it
  return { chunk, judged, done }
}

interface Written { rows: readonly JudgedRow[], counts: Counts, recordedAt: string }

async function writeChunk (
  tx: Parameters<typeof writeRows>[0], work: Work, rows: readonly JudgedRow[], { last, leftEmpty }: Chunk
): Promise<Written> {
  const { id, push, recordedAt } = work
  const all = { ...countOutcomes(rows), leftEmpty }
  const { notWritten: _, ...counts } = all
  if (recordedAt === '') {
    const at = await insertSubmission(tx, { id, clientId: push.clientId, mode: push.mode, state: 'running', ...counts })
    await writeRows(tx, push, id, rows, all)
    return { rows, counts, recordedAt: at }
  }
  await writeRows(tx, push, id, rows, all)
  if (!await advanceSubmission(tx, id, counts, last ? 'completed' : 'running')) throw takenForLost()
  if (last) await rememberOnce(tx, push, completed({ ...work, tally: work.tally.with(rows, counts) }))
  return { rows, counts, recordedAt }
}

/** The connection that held its lock was cut, and then somebody marked it. */
function takenForLost (): Problem {
  return new Problem('unavailable', { headers: { 'retry-after': '5' } })
}

function record (work: Work, { rows, counts, recordedAt }: Written): void {
  work.recordedAt = recordedAt
  work.tally.add(rows, counts)
}

/**
 * Waits for a chunk, and tries it again where that may help: alone, after the one behind it was rolled back. @returns
 * whether the one behind it still runs
 */
async function settle (pool: pg.Pool, work: Work, { chunk, done }: Running, behind?: Running): Promise<boolean> {
  try {
    await done
    return true
  } catch (error) {
    if (!helpedAlone(error) && explainDatabaseError(error)?.kind !== 'conflict') throw error
    await behind?.done.catch(() => {})
    record(work, await judging(pool, work.push.catalogue, chunk.rows, async (tx, held) => {
      return await writeChunk(tx, work, await judge(tx, work.push, chunk.rows, held, work.seen), chunk)
    }))
    return false
  }
}

/** Whether what ended a push passes by itself: the same file will go through. */
export function passes (error: unknown): boolean {
  if (error instanceof Problem) return error.code === 'unavailable'
  const kind = explainDatabaseError(error)?.kind
  return kind === 'unavailable' || kind === 'conflict' || helpedAlone(error)
}

const STOPPED = { vi: 'Lần gửi bị dừng giữa chừng.', en: 'The push was stopped.' }

/** For the receipt: nothing of the inside. */
function faultOf (error: unknown): StoredProblem {
  if (error instanceof Problem && !passes(error)) {
    return { pointer: '', code: error.code, detail: error.detail ?? STOPPED }
  }
  return passes(error)
    ? {
        pointer: '', code: 'unavailable',
        detail: {
          vi: 'Hệ thống bị gián đoạn; hãy gửi lại cả tệp.', en: 'The registry was interrupted; send the whole file ' +
            'again.'
        }
      }
    : {
        pointer: '', code: 'internal_error',
        detail: {
          vi: 'Hệ thống gặp lỗi ngoài dự kiến; hãy gửi lại cả tệp, và nếu vẫn vậy thì báo lỗi.',
          en: 'The registry met an unexpected error; send the whole file again, and report it if that does not help.'
        }
      }
}
