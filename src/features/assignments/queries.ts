import { and, count, eq, getTableColumns, gte, isNull, lte, not, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { assignments, targets, taskIndicators, tasks } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type AssignmentRow = typeof assignments.$inferSelect

export interface AssignmentFilters {
  target: string | undefined
  task: string | undefined
  agency: string | undefined
  role: AssignmentRow['role'] | undefined
  /** Of the target assigned, or served by the task assigned. */
  indicator: string | undefined
  plan: string | undefined
  document: string | undefined
  /** In force on this day. */
  on: CivilDate | undefined
  complete: boolean | undefined
  provenance: Provenance | undefined
}

/** The six clears, as rules.ts evaluates them. The object and the role are never absent (constraints). */
const complete = sql`coalesce(
  ${assignments.personPosition} ~ '\\S' and ${assignments.duty} ~ '\\S' and ${assignments.responsibility} ~ '\\S'
  and ${assignments.startDate} is not null and ${assignments.dueDate} is not null and ${assignments.expectedResult} ~
    '\\S', false)`

export async function listAssignments (
  db: Queryable, filters: AssignmentFilters, page: Page<AssignmentRow>, at?: string
): Promise<{ rows: AssignmentRow[], count?: number | undefined }> {
  const { target, task, agency, role, indicator, plan, document, on, provenance } = filters
  const where = and(
    isNull(assignments.removedAt),
    target === undefined ? undefined : eq(assignments.targetId, target),
    task === undefined ? undefined : eq(assignments.taskCode, task),
    agency === undefined ? undefined : eq(assignments.agencyCode, agency),
    role && eq(assignments.role, role),
    indicator === undefined
      ? undefined
      : or(
        eq(targets.indicatorCode, indicator),
        sql`exists (select from task_indicators s where s.task_code = ${assignments.taskCode} and s.indicator_code =
          ${indicator})`
      ),
    plan === undefined ? undefined : or(eq(targets.planCode, plan), eq(tasks.planCode, plan)),
    document === undefined ? undefined : eq(assignments.documentId, document),
    on === undefined
      ? undefined
      : and(lte(assignments.validFrom, on), or(isNull(assignments.validTo), gte(assignments.validTo, on))),
    filters.complete === undefined ? undefined : filters.complete ? complete : not(complete),
    provenance && eq(assignments.provenance, provenance),
    page.recorded
  )
  const known = asKnown(db, at, assignments, tasks, taskIndicators)
  const rows = await known.select(getTableColumns(assignments)).from(assignments)
    .leftJoin(targets, eq(targets.id, assignments.targetId)).leftJoin(tasks, eq(tasks.code, assignments.taskCode))
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows }
  const [total] = await known.select({ count: count() }).from(assignments)
    .leftJoin(targets, eq(targets.id, assignments.targetId))
    .leftJoin(tasks, eq(tasks.code, assignments.taskCode)).where(where)
  return { rows, count: total!.count }
}

/** As known at the instant `at`, or now. A row that was removed later was not removed then. */
export async function findAssignment (db: Queryable, id: string, at?: string): Promise<AssignmentRow | undefined> {
  const [row] = await asKnown(db, at, assignments).select().from(assignments)
    .where(and(eq(assignments.id, id), isNull(assignments.removedAt)))
  return row
}
