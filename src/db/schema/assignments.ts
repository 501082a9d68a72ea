import { check, date, index, pgTable, text } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import { instant } from '../instant.js'
import { agencies } from './agencies.js'
import { knownFrom, oneOf, provenance, recordedAt, rowVersion, uniqueWithoutCase } from './common.js'
import { documents } from './documents.js'
import { targets } from './targets.js'
import { tasks } from './tasks.js'
import { PROVENANCES, type Role, ROLES } from '../../domain/words.js'

/**
 * Assignments (phân công): an agency's duty for a target or a task, with the six clears. At most one lead per target
 * or task on any day: an exclusion constraint in the migration refuses a second.
 */
export const assignments = pgTable('assignments', {
  id: text('id').primaryKey(),
  targetId: text('target_id').references(() => targets.id),
  taskCode: text('task_code').references(() => tasks.code),
  agencyCode: text('agency_code').notNull().references(() => agencies.code),
  role: text('role').$type<Role>().notNull(),
  personPosition: text('person_position'),
  personName: text('person_name'),
  personContact: text('person_contact'),
  duty: text('duty'),
  responsibility: text('responsibility'),
  startDate: date('start_date', { mode: 'string' }),
  dueDate: date('due_date', { mode: 'string' }),
  expectedResult: text('expected_result'),
  documentId: text('document_id').references(() => documents.id),
  quote: text('quote'),
  validFrom: date('valid_from', { mode: 'string' }).notNull(),
  validTo: date('valid_to', { mode: 'string' }),
  provenance: provenance(),
  rowVersion: rowVersion(),
  recordedAt: recordedAt(),
  knownFrom: knownFrom(),
  removedAt: instant('removed_at')
}, table => [
  uniqueWithoutCase('assignments', table.id),
  check('assignments_object_check', sql`(${table.targetId} is null) <> (${table.taskCode} is null)`),
  check('assignments_role_check', oneOf(table.role, ROLES)),
  check('assignments_dates_check', sql`${table.dueDate} >= ${table.startDate}`),
  check('assignments_validity_check', sql`${table.validTo} >= ${table.validFrom}`),
  check('assignments_provenance_check', oneOf(table.provenance, PROVENANCES)),
  // who answers for a target or a task; what an agency answers for
  index('assignments_target_index').on(table.targetId),
  index('assignments_task_index').on(table.taskCode),
  index('assignments_agency_index').on(table.agencyCode)
])
