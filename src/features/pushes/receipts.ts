import { eq, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { arrayLiteral } from '../../db/array.js'
import { instantFromDatabase } from '../../db/instant.js'
import { executePrepared, prepared } from '../../db/prepared.js'
import { submissions, type StoredOutcome, type StoredProblem } from '../../db/schema/index.js'
import { fromDatabase, type MeasurementRow } from '../../world/measurements.js'
import type { JudgedRow } from './judged-row.js'
import { arraysOfRevisions, shownInsertion, type NewRevision } from './store.js'

/** Of rows; but `withdrawn` counts figures: of rows that withdraw, and those of a replaced scope that no row names. */
export interface Counts {
  received: number
  created: number
  revised: number
  withdrawn: number
  withdrawnByRows: number
  unchanged: number
  rejected: number
  warned: number
  /** Rows of a template into which nothing was filled: they are not among those received. */
  leftEmpty: number
}

export const NO_COUNTS: Counts = {
  received: 0, created: 0, revised: 0, withdrawn: 0, withdrawnByRows: 0, unchanged: 0, rejected: 0, warned: 0,
  leftEmpty: 0
}

export function addCounts (a: Counts, b: Counts): Counts {
  const sum = { ...a }
  for (const name of Object.keys(NO_COUNTS) as (keyof Counts)[]) sum[name] += b[name]
  return sum
}

export type RowCounts = Counts & { notWritten: number }

/** Of these rows; those not written are in `received` alone. */
export function countOutcomes (rows: readonly JudgedRow[]): RowCounts {
  const counts = { ...NO_COUNTS, received: rows.length, notWritten: 0 }
  for (const { outcome, warnings } of rows) {
    counts[outcome === 'not_written' ? 'notWritten' : outcome]++
    if (warnings.length > 0) counts.warned++
  }
  return { ...counts, withdrawnByRows: counts.withdrawn }
}

type Submission = typeof submissions.$inferSelect
export type NewSubmission = Pick<Submission, 'id' | 'clientId' | 'mode' | 'state'> & Counts & {
  replacedScope?: Submission['replacedScope'] | undefined
}

/** @returns when it was recorded: the instant of all that its transaction records. */
export async function insertSubmission (
  db: Queryable, { replacedScope = null, ...submission }: NewSubmission
): Promise<string> {
  const inserted = await db.execute<{ recordedAt: string }>(sql`
    insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned,
      withdrawn, withdrawn_by_rows, left_empty, replaced_scope, completed_at)
    values (${submission.id}::uuid, ${submission.clientId}, ${submission.mode}, ${submission.state},
      ${submission.received}, ${submission.created}, ${submission.revised}, ${submission.unchanged},
      ${submission.rejected}, ${submission.warned}, ${submission.withdrawn}, ${submission.withdrawnByRows},
      ${submission.leftEmpty}, ${replacedScope === null ? null : JSON.stringify(replacedScope)}::jsonb,
      ${submission.state === 'running' ? sql`null` : sql`clock_timestamp()`})
    returning recorded_at::text as "recordedAt"`)
  return instantFromDatabase(inserted.rows[0]!.recordedAt)
}

/** A figure that is to be written, with the submission that has it alone. */
export interface NewSingle { submissionId: string, clientId: string, judged: JudgedRow & NewRevision }

const SINGLE_COLUMNS: readonly [name: string, type: string, of: (single: NewSingle) => string | number][] = [
  ['id', 'uuid', ({ submissionId }) => submissionId],
  ['client', 'text', ({ clientId }) => clientId],
  ['created', 'integer', ({ judged }) => judged.outcome === 'created' ? 1 : 0],
  ['revised', 'integer', ({ judged }) => judged.outcome === 'revised' ? 1 : 0],
  ['warned', 'integer', ({ judged }) => judged.warnings.length > 0 ? 1 : 0],
  ['rows', 'jsonb', ({ judged }) => JSON.stringify([storedOutcome(judged)])]
]

const INSERT_SINGLES = prepared('insert_singles', () => sql`
  with singles (${sql.raw(SINGLE_COLUMNS.map(([name]) => name).join(', '))}) as (
    select * from unnest(${sql.join(
      SINGLE_COLUMNS.map(([name, type]) => sql`${sql.placeholder(name)}::${sql.raw(type)}[]`), sql`, `
    )})
  ), heads as (
    insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned,
      completed_at)
    select id, client, 'atomic', 'completed', 1, created, revised, 0, 0, warned, clock_timestamp() from singles
  ), chunks as (
    insert into submission_chunks (submission_id, first_position, received, created, revised, unchanged, rejected,
      not_written, warned, rows)
    select id, 0, 1, created, revised, 0, 0, 0, warned, rows from singles
  )
  ${shownInsertion()}`)

/**
 * Figures that were pushed at the same time, each with its submission: one statement for all.
 * @returns them as they would be read, in no order
 */
export async function insertSingles (db: Queryable, singles: readonly NewSingle[]): Promise<MeasurementRow[]> {
  if (singles.length === 0) return []
  const rows = await executePrepared<MeasurementRow>(db, INSERT_SINGLES, {
    ...Object.fromEntries(SINGLE_COLUMNS.map(([name, , of]) => [name, arrayLiteral(singles, of)])),
    ...arraysOfRevisions(singles.map(({ judged, ...source }) => ({ revision: judged, source })))
  })
  return rows.map(fromDatabase)
}

/** Another chunk of a running submission. @returns whether it still ran */
export async function advanceSubmission (
  db: Queryable, id: string, counts: Counts, state: 'running' | 'completed'
): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update submissions set received = received + ${counts.received}, created = created + ${counts.created},
      revised = revised + ${counts.revised}, withdrawn = withdrawn + ${counts.withdrawn},
      withdrawn_by_rows = withdrawn_by_rows + ${counts.withdrawnByRows}, unchanged = unchanged + ${counts.unchanged},
      rejected = rejected + ${counts.rejected}, warned = warned + ${counts.warned},
      left_empty = left_empty + ${counts.leftEmpty}, progress_at = clock_timestamp(), state = ${state}, completed_at =
        ${state === 'running' ? sql`null` : sql`clock_timestamp()`}
    where id = ${id}::uuid and state = 'running'`)
  return rowCount === 1
}

/** Says so, unless it is completed all the same. @returns what is stored of it; undefined: nothing */
export async function interruptSubmission (db: Queryable, id: string, fault: StoredProblem): Promise<
  { state: 'completed' | 'interrupted', recordedAt: string, counts: Counts, fault: StoredProblem | null } | undefined> {
  await db.execute(sql`
    update submissions set state = 'interrupted', fault = ${JSON.stringify(fault)}::jsonb, completed_at =
      clock_timestamp()
    where id = ${id}::uuid and state = 'running'`)
  const [found] = await db.select().from(submissions).where(eq(submissions.id, id))
  if (found === undefined) return undefined
  const {
    state, recordedAt, fault: stored, received, created, revised, withdrawn, withdrawnByRows, unchanged, rejected,
    warned, leftEmpty
  } = found
  const counts = { received, created, revised, withdrawn, withdrawnByRows, unchanged, rejected, warned, leftEmpty }
  return { state: state === 'completed' ? state : 'interrupted', recordedAt, fault: stored, counts }
}

export async function insertChunk (
  db: Queryable, submissionId: string, rows: readonly JudgedRow[], counts: RowCounts
): Promise<void> {
  if (rows.length === 0) return
  const { received, created, revised, withdrawnByRows, unchanged, rejected, notWritten, warned } = counts
  await db.execute(sql`
    insert into submission_chunks (submission_id, first_position, received, created, revised, withdrawn, unchanged,
      rejected, not_written, warned, rows)
    values (${submissionId}::uuid, ${rows[0]!.position}, ${received}, ${created}, ${revised}, ${withdrawnByRows},
      ${unchanged}, ${rejected}, ${notWritten}, ${warned}, ${JSON.stringify(rows.map(storedOutcome))}::jsonb)`)
}

function storedOutcome ({ outcome, row, measurementId, revision, problems, warnings, line }: JudgedRow): StoredOutcome {
  const stored: StoredOutcome = [outcome, row.itemId ?? null, row.indicator, row.agency, row.period]
  const withdraws = row.action === 'withdraw'
  const hasPlace = line !== undefined || withdraws
  const isMore = problems.length > 0 || warnings.length > 0 || hasPlace
  if (measurementId !== undefined || isMore) stored.push(measurementId ?? null, revision ?? null)
  if (isMore) stored.push(problems.length > 0 ? [...problems] : null, warnings.length > 0 ? [...warnings] : null)
  if (hasPlace) stored.push(line ?? null)
  if (withdraws) stored.push('withdraw')
  return stored
}

const LOST: StoredProblem = {
  pointer: '', code: 'interrupted', detail: {
    vi: 'Tiến trình xử lý đã dừng giữa chừng; hãy gửi lại cả tệp.',
    en: 'The process that worked on it is gone; send the whole file again.'
  }
}

/** Says so of every running submission that nobody works on any more. @returns how many there were */
export async function markInterrupted (db: Queryable): Promise<number> {
  const { rowCount } = await db.execute(sql`
    with running as materialized (select id from submissions where state = 'running')
    update submissions s set state = 'interrupted', fault = ${JSON.stringify(LOST)}::jsonb, completed_at =
      clock_timestamp()
    from running where s.id = running.id and s.state = 'running' and
      pg_try_advisory_xact_lock(${runningLock(sql`s.id`)})`)
  return rowCount ?? 0
}

/** The key of the lock that whoever works on a running submission holds: without it, nobody does any more. */
export const runningLock = (id: SQLWrapper | string): SQL => sql`hashtextextended('submission ' || ${id}, 4677)`
