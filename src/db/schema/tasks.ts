import {
  check, date, index, integer, jsonb, numeric, pgTable, primaryKey, text, uuid, type AnyPgColumn
} from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { agencies } from './agencies.js'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase, type StoredText } from './common.js'
import { indicators } from './indicators.js'
import { plans } from './plans.js'
import { PROVENANCES, TASK_KINDS, type TaskKind } from '../../domain/words.js'

/** Tasks (nhiệm vụ, giải pháp): a plan's qualitative duties, in groups. */
export const tasks = pgTable('tasks', {
  code: text('code').primaryKey(),
  planCode: text('plan_code').notNull().references(() => plans.code),
  parentCode: text('parent_code').references((): AnyPgColumn => tasks.code),
  kind: text('kind').$type<TaskKind>().notNull(),
  position: integer('position').notNull().default(0),
  name: jsonb('name').$type<StoredText>().notNull(),
  wording: text('wording'),
  note: jsonb('note').$type<StoredText>(),
  dueDate: date('due_date', { mode: 'string' }),
  provenance: provenance(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom()
}, table => [
  uniqueWithoutCase('tasks', table.code),
  check('tasks_kind_check', oneOf(table.kind, TASK_KINDS)),
  check('tasks_parent_check', sql`${table.parentCode} <> ${table.code}`),
  check('tasks_provenance_check', oneOf(table.provenance, PROVENANCES)),
  index('tasks_plan_index').on(table.planCode, table.position),
  index('tasks_parent_index').on(table.parentCode)
])

/** Which indicators a task serves: n to n, and not stated in the plan's text (DOMAIN §11.18). */
export const taskIndicators = pgTable('task_indicators', {
  taskCode: text('task_code').notNull().references(() => tasks.code),
  indicatorCode: text('indicator_code').notNull().references(() => indicators.code),
  provenance: provenance(),
  knownFrom: knownFrom()
}, table => [
  primaryKey({ name: 'task_indicators_pkey', columns: [table.taskCode, table.indicatorCode] }),
  index('task_indicators_indicator_index').on(table.indicatorCode)
])

/** Progress notes: appended, never edited. */
export const taskNotes = pgTable('task_notes', {
  id: uuid('id').primaryKey(),
  taskCode: text('task_code').notNull().references(() => tasks.code),
  agencyCode: text('agency_code').references(() => agencies.code),
  notedOn: date('noted_on', { mode: 'string' }).notNull(),
  text: text('text').notNull(),
  /** Percent done, 0…100. */
  progress: numeric('progress'),
  evidence: text('evidence'),
  provenance: provenance(),
  clientId: text('client_id'),
  recordedAt: recordedAt()
}, table => [
  check('task_notes_progress_check', sql`${table.progress} between 0 and 100`),
  index('task_notes_task_index').on(table.taskCode, table.notedOn)
])
