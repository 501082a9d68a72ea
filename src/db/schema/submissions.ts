import { boolean, check, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { clients } from './clients.js'
import { oneOf, recordedAt, type StoredText } from './common.js'

export const SUBMISSION_MODES = ['atomic', 'partial'] as const
export const SUBMISSION_STATES = ['completed', 'rejected'] as const
/** `not_written`: a row without fault in an atomic submission that another row stopped. */
export const OUTCOMES = ['created', 'revised', 'unchanged', 'rejected', 'not_written'] as const
/** `rule`: the quality rule that said it, in the version that did. */
export interface StoredProblem { code: string, pointer: string, detail: StoredText, rule?: { code: string, version: number } }

/** Submissions (lần gửi báo cáo): one push of 1…n measurements, and its durable receipt. */
export const submissions = pgTable('submissions', {
  id: uuid('id').primaryKey(),
  clientId: text('client_id').notNull().references(() => clients.id),
  mode: text('mode').$type<typeof SUBMISSION_MODES[number]>().notNull(),
  state: text('state').$type<typeof SUBMISSION_STATES[number]>().notNull(),
  received: integer('received').notNull(),
  created: integer('created').notNull(),
  revised: integer('revised').notNull(),
  unchanged: integer('unchanged').notNull(),
  rejected: integer('rejected').notNull(),
  warned: integer('warned').notNull(),
  recordedAt: recordedAt(),
  completedAt: instant('completed_at')
}, table => [
  check('submissions_mode_check', oneOf(table.mode, SUBMISSION_MODES)),
  check('submissions_state_check', oneOf(table.state, SUBMISSION_STATES)),
  check('submissions_counts_check', sql`${table.state} = 'rejected' or ${table.received} = ${table.created} + ${table.revised} + ${table.unchanged} + ${table.rejected}`),
  // a client's own submissions, newest first
  index('submissions_client_index').on(table.clientId, table.recordedAt, table.id)
])

/** What became of every row, in order. */
export const submissionRows = pgTable('submission_rows', {
  submissionId: uuid('submission_id').notNull().references(() => submissions.id),
  /** Place in the file, from 0. */
  position: integer('position').notNull(),
  itemId: text('item_id'),
  outcome: text('outcome').$type<typeof OUTCOMES[number]>().notNull(),
  /** What the row said it was about, as it was sent. */
  indicator: text('indicator'),
  agency: text('agency'),
  period: text('period'),
  measurementId: uuid('measurement_id'),
  revision: integer('revision'),
  problems: jsonb('problems').$type<StoredProblem[]>().notNull().default([]),
  warned: boolean('warned').notNull().default(false),
  warnings: jsonb('warnings').$type<StoredProblem[]>().notNull().default([])
}, table => [
  primaryKey({ name: 'submission_rows_pkey', columns: [table.submissionId, table.position] }),
  check('submission_rows_outcome_check', oneOf(table.outcome, OUTCOMES))
])
