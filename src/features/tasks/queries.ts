import { and, count, eq, getTableColumns, gte, lte, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { taskIndicators, taskNotes, tasks } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import { today } from '../../http/today.js'
import { holdsWords } from '../folded.js'
import { progressOn, stateOn, type TaskState } from './state.js'
import type { Provenance } from '../../domain/words.js'

export type TaskRecord = typeof tasks.$inferSelect
export type TaskRow = TaskRecord & { children: number, state: TaskState, progress: string | null }
export type TaskNoteRow = typeof taskNotes.$inferSelect
export interface TaskLink { indicator: string, provenance: Provenance }

/** The day for which a task's state is asked, and the instant as of which it is known; absent: now. */
export interface TaskMoment { on: CivilDate, at?: string | undefined }

const columns = (moment: TaskMoment) => ({
  ...getTableColumns(tasks),
  // written out: Drizzle leaves the table's name off the columns of a selection, and "code" would be that of c
  children: sql<number>`(select count(*)::int from tasks c where c.parent_code = tasks.code)`,
  state: stateOn(moment).as('state'),
  progress: sql<string | null>`${progressOn('tasks', moment)}`.as('progress')
})

export interface TaskFilters {
  words: readonly string[]
  plan: string | undefined
  parent: string | undefined
  kind: TaskRecord['kind'] | undefined
  state: TaskState | undefined
  indicator: string | undefined
  dueFrom: CivilDate | undefined
  dueTo: CivilDate | undefined
  provenance: Provenance | undefined
}

export async function listTasks (db: Queryable, filters: TaskFilters, moment: TaskMoment, page: Page<TaskRow>) {
  const { words, plan, parent, kind, state, indicator, dueFrom, dueTo, provenance } = filters
  const where = and(
    holdsWords(words, sql`${tasks.name}->>'vi'`, sql`${tasks.name}->>'en'`, tasks.wording),
    plan === undefined ? undefined : eq(tasks.planCode, plan),
    parent === undefined ? undefined : eq(tasks.parentCode, parent),
    kind && eq(tasks.kind, kind),
    state && eq(stateOn(moment), state),
    indicator === undefined
      ? undefined
      : sql`exists (select from task_indicators l where l.task_code = ${tasks.code} and l.indicator_code =
        ${indicator})`,
    dueFrom === undefined ? undefined : gte(tasks.dueDate, dueFrom),
    dueTo === undefined ? undefined : lte(tasks.dueDate, dueTo),
    provenance && eq(tasks.provenance, provenance),
    page.recorded
  )
  const known = asKnown(db, moment.at, tasks, taskIndicators)
  const rows = await known.select(columns(moment)).from(tasks)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows }
  const [total] = await known.select({ count: count() }).from(tasks).where(where)
  return { rows, count: total!.count }
}

export async function findTask (
  db: Queryable, code: string, moment: TaskMoment = { on: today() }
): Promise<TaskRow | undefined> {
  const [row] = await asKnown(db, moment.at, tasks).select(columns(moment)).from(tasks).where(eq(tasks.code, code))
  return row
}

/** The indicators these tasks serve, by code. */
export async function listTaskLinks (
  db: Queryable, codes: readonly string[], at?: string
): Promise<Map<string, TaskLink[]>> {
  const links = new Map<string, TaskLink[]>(codes.map(code => [code, []]))
  if (codes.length === 0) return links
  const rows = await asKnown(db, at, taskIndicators).select().from(taskIndicators)
    .where(sql`${taskIndicators.taskCode} = any(${sql.param(codes)}::text[])`)
    .orderBy(sql`${taskIndicators.indicatorCode} collate "C"`)
  for (const { taskCode, indicatorCode, provenance } of rows) {
    links.get(taskCode)!.push({
      indicator: indicatorCode, provenance
    })
  }
  return links
}

/** Whether a task stands somewhere below another. */
export async function isBelow (db: Queryable, code: string, above: string): Promise<boolean> {
  const { rows } = await db.execute<{ below: boolean }>(sql`
    with recursive up (code) as (
      select parent_code from tasks where code = ${code}
      union
      select t.parent_code from tasks t join up on t.code = up.code
    )
    select exists (select from up where code = ${above}) as below`)
  return rows[0]!.below
}

export interface TaskNoteFilters {
  task: string
  agency: string | undefined
  from: CivilDate | undefined
  to: CivilDate | undefined
  provenance: Provenance | undefined
  /** Recorded by this instant. */
  at: string | undefined
}

export async function listTaskNotes (
  db: Queryable, { task, agency, from, to, provenance, at }: TaskNoteFilters, page: Page<TaskNoteRow>
) {
  const where = and(
    eq(taskNotes.taskCode, task),
    at === undefined ? undefined : sql`${taskNotes.recordedAt} <= ${at}::timestamptz`,
    agency === undefined ? undefined : eq(taskNotes.agencyCode, agency),
    from === undefined ? undefined : gte(taskNotes.notedOn, from),
    to === undefined ? undefined : lte(taskNotes.notedOn, to),
    provenance && eq(taskNotes.provenance, provenance),
    page.recorded
  )
  const rows = await db.select().from(taskNotes).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(taskNotes, where) : undefined }
}

export async function findTaskNote (db: Queryable, task: string, id: string): Promise<TaskNoteRow | undefined> {
  const [row] = await db.select().from(taskNotes).where(and(eq(taskNotes.taskCode, task), eq(taskNotes.id, id)))
  return row
}
