import { check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { clients } from './clients.js'
import { oneOf, recordedAt, type StoredText } from './common.js'
import {
  type PushOutcome, SUBMISSION_MODES, SUBMISSION_STATES, type SubmissionMode, type SubmissionState
} from '../../domain/words.js'

/** `rule`: the quality rule that said it, in the version that did. */
export interface StoredProblem {
  code: string, pointer: string, detail: StoredText, rule?: { code: string, version: number }
}
/**
 * Of what the file was the whole truth, and what became of figures that it did not name: the first of them, and of
 * what spoke against it.
 */
export interface ReplacedScope {
  indicators: string[], agencies: string[], periods: string[], reason: string, withdrawn: string[],
  problems: StoredProblem[]
}

/** Submissions (lần gửi báo cáo): one push of 1…n measurements, and its durable receipt. */
export const submissions = pgTable('submissions', {
  id: uuid('id').primaryKey(),
  clientId: text('client_id').notNull().references(() => clients.id),
  mode: text('mode').$type<SubmissionMode>().notNull(),
  state: text('state').$type<SubmissionState>().notNull(),
  received: integer('received').notNull(),
  created: integer('created').notNull(),
  revised: integer('revised').notNull(),
  unchanged: integer('unchanged').notNull(),
  rejected: integer('rejected').notNull(),
  warned: integer('warned').notNull(),
  /** Figures withdrawn: by rows that say so, and those of a replaced scope that no row names. */
  withdrawn: integer('withdrawn').notNull().default(0),
  /** How many of the withdrawn figures were named by rows that withdraw. */
  withdrawnByRows: integer('withdrawn_by_rows').notNull().default(0),
  /** Rows of a template into which nothing was filled; they are not among those received. */
  leftEmpty: integer('left_empty').notNull().default(0),
  replacedScope: jsonb('replaced_scope').$type<ReplacedScope>(),
  /** Why it ended before its last row. */
  fault: jsonb('fault').$type<StoredProblem>(),
  recordedAt: recordedAt(),
  /** When the last chunk was written. */
  progressAt: instant('progress_at').notNull().default(sql`clock_timestamp()`),
  completedAt: instant('completed_at')
}, table => [
  check('submissions_mode_check', oneOf(table.mode, SUBMISSION_MODES)),
  check('submissions_state_check', oneOf(table.state, SUBMISSION_STATES)),
  check('submissions_counts_check', sql`${table.state} = 'rejected'
    or ${table.received} = ${table.created} + ${table.revised} + ${table.withdrawnByRows} + ${table.unchanged} + ${table.rejected}`),
  check('submissions_withdrawn_check', sql`${table.withdrawnByRows} between 0 and ${table.withdrawn}`),
  check('submissions_completed_check', sql`(${table.state} = 'running') = (${table.completedAt} is null)`),
  // those whose process may be gone: few of all there ever were
  index('submissions_running_index').on(table.id).where(sql`${table.state} = 'running'`),
  // a client's own submissions, newest first
  index('submissions_client_index').on(table.clientId, table.recordedAt, table.id),
  // the list of all clients' submissions in the order of recording
  index('submissions_recorded_index').on(table.recordedAt, table.id)
])

/**
 * What became of a row, by place: outcome, itemId, indicator, agency, period, measurement, revision, problems,
 * warnings, line, action (where it is not `report`). What is absent is null, and absent at the end.
 */
export type StoredOutcome = [
  outcome: PushOutcome, itemId: string | null, indicator: string | null, agency: string | null, period: string | null,
  measurementId?: string | null, revision?: number | null, problems?: StoredProblem[] | null,
  warnings?: StoredProblem[] | null, line?: number | null, action?: 'withdraw'
]

/**
 * What became of every row, in order: thousands in one row of this table, for they are written once and read in order,
 * and a row of its own for each would cost as much as the figure.
 */
export const submissionChunks = pgTable('submission_chunks', {
  submissionId: uuid('submission_id').notNull().references(() => submissions.id),
  /** Place of the first of its rows in the file, from 0. */
  firstPosition: integer('first_position').notNull(),
  /** How many there are, and of which outcome: chunks that hold none of what is asked for are not opened. */
  received: integer('received').notNull(),
  created: integer('created').notNull(),
  revised: integer('revised').notNull(),
  withdrawn: integer('withdrawn').notNull().default(0),
  unchanged: integer('unchanged').notNull(),
  rejected: integer('rejected').notNull(),
  notWritten: integer('not_written').notNull(),
  warned: integer('warned').notNull(),
  /** That of every figure that it wrote. */
  recordedAt: recordedAt(),
  rows: jsonb('rows').$type<StoredOutcome[]>().notNull()
}, table => [
  primaryKey({ name: 'submission_chunks_pkey', columns: [table.submissionId, table.firstPosition] }),
  check('submission_chunks_counts_check', sql`${table.received} =
    ${table.created} + ${table.revised} + ${table.withdrawn} + ${table.unchanged} + ${table.rejected} + ${table.notWritten}`),
  check('submission_chunks_rows_check', sql`jsonb_array_length(${table.rows}) = ${table.received}`)
])
