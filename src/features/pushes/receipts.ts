import { eq, sql, type SQL, type SQLWrapper } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { arrayLiteral } from '../../db/array.js'
import { instantFromDatabase } from '../../db/instant.js'
import { executePrepared } from '../../db/prepared.js'
import { submissions, type StoredOutcome, type StoredProblem } from '../../db/schema/index.js'
import type { JudgedRow } from './judged-row.js'

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
  received: 0, created: 0, revised: 0, withdrawn: 0, withdrawnByRows: 0, unchanged: 0, rejected: 0, warned: 0, leftEmpty: 0
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
export type NewSubmission = Pick<Submission, 'id' | 'clientId' | 'mode' | 'state'> & Counts & { replacedScope?: Submission['replacedScope'] | undefined }

/** @returns when it was recorded: the instant of all that its transaction records. */
export async function insertSubmission (db: Queryable, { replacedScope = null, ...submission }: NewSubmission): Promise<string> {
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

/** Submissions of one figure that was written: one statement for all that were pushed at the same time. */
export async function insertSingles (db: Queryable, singles: readonly { submissionId: string, clientId: string, judged: JudgedRow }[]): Promise<void> {
  const column = (of: (single: typeof singles[number]) => string | number) => sql`${sql.param(arrayLiteral(singles, of))}`
  const counted = (outcome: JudgedRow['outcome']) => column(({ judged }) => judged.outcome === outcome ? 1 : 0)
  const warned = column(({ judged }) => judged.warnings.length > 0 ? 1 : 0)
  await executePrepared(db, 'insert_singles', sql`
    with singles (id, client, created, revised, warned, rows) as (
      select * from unnest(${column(({ submissionId }) => submissionId)}::uuid[], ${column(({ clientId }) => clientId)}::text[],
        ${counted('created')}::integer[], ${counted('revised')}::integer[], ${warned}::integer[], ${column(({ judged }) => JSON.stringify([storedOutcome(judged)]))}::jsonb[])
    ), heads as (
      insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
      select id, client, 'atomic', 'completed', 1, created, revised, 0, 0, warned, clock_timestamp() from singles
    )
    insert into submission_chunks (submission_id, first_position, received, created, revised, unchanged, rejected, not_written, warned, rows)
    select id, 0, 1, created, revised, 0, 0, 0, warned, rows from singles`)
}

/** Another chunk of a running submission. @returns whether it still ran */
export async function advanceSubmission (db: Queryable, id: string, counts: Counts, state: 'running' | 'completed'): Promise<boolean> {
  const { rowCount } = await db.execute(sql`
    update submissions set received = received + ${counts.received}, created = created + ${counts.created},
      revised = revised + ${counts.revised}, withdrawn = withdrawn + ${counts.withdrawn},
      withdrawn_by_rows = withdrawn_by_rows + ${counts.withdrawnByRows}, unchanged = unchanged + ${counts.unchanged},
      rejected = rejected + ${counts.rejected}, warned = warned + ${counts.warned},
      left_empty = left_empty + ${counts.leftEmpty}, progress_at = clock_timestamp(), state = ${state}, completed_at = ${state === 'running' ? sql`null` : sql`clock_timestamp()`}
    where id = ${id}::uuid and state = 'running'`)
  return rowCount === 1
}

/** Says so, unless it is completed all the same. @returns what is stored of it; undefined: nothing */
export async function interruptSubmission (db: Queryable, id: string, fault: StoredProblem): Promise<{ state: 'completed' | 'interrupted', recordedAt: string, counts: Counts, fault: StoredProblem | null } | undefined> {
  await db.execute(sql`
    update submissions set state = 'interrupted', fault = ${JSON.stringify(fault)}::jsonb, completed_at = clock_timestamp()
    where id = ${id}::uuid and state = 'running'`)
  const [found] = await db.select().from(submissions).where(eq(submissions.id, id))
  if (found === undefined) return undefined
  const { state, recordedAt, fault: stored, received, created, revised, withdrawn, withdrawnByRows, unchanged, rejected, warned, leftEmpty } = found
  const counts = { received, created, revised, withdrawn, withdrawnByRows, unchanged, rejected, warned, leftEmpty }
  return { state: state === 'completed' ? state : 'interrupted', recordedAt, fault: stored, counts }
}

export async function insertChunk (db: Queryable, submissionId: string, rows: readonly JudgedRow[], counts: RowCounts): Promise<void> {
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
  pointer: '', code: 'interrupted', detail: { vi: 'Tiến trình xử lý đã dừng giữa chừng; hãy gửi lại cả tệp.', en: 'The process that worked on it is gone; send the whole file again.' }
}

/** Says so of every running submission that nobody works on any more. @returns how many there were */
export async function markInterrupted (db: Queryable): Promise<number> {
  const { rowCount } = await db.execute(sql`
    with running as materialized (select id from submissions where state = 'running')
    update submissions s set state = 'interrupted', fault = ${JSON.stringify(LOST)}::jsonb, completed_at = clock_timestamp()
    from running where s.id = running.id and s.state = 'running' and pg_try_advisory_xact_lock(${runningLock(sql`s.id`)})`)
  return rowCount ?? 0
}

/** The key of the lock that whoever works on a running submission holds: without it, nobody does any more. */
export const runningLock = (id: SQLWrapper | string): SQL => sql`hashtextextended('submission ' || ${id}, 4677)`
