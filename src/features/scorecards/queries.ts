import { and, eq, getTableColumns, gte, isNull, lte, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import { asKnown, lastChange } from '../../ledger/moment.js'
import { assignments, targets, tasks } from '../../db/schema/index.js'
import { isSilent } from '../../world/revision-state.js'
import { PUBLIC } from '../../world/sight.js'
import { lastKnown, type Instant } from '../../world/figures.js'
import { stateOn, type TaskState } from '../tasks/state.js'

export type Duty = typeof assignments.$inferSelect & { taskState: TaskState }

/** What an agency is assigned on the day; of a task, how it stands. */
export async function listDuties (
  db: Queryable, agency: string, plan: string | undefined, { on, at }: Instant
): Promise<Duty[]> {
  return asKnown(db, at, assignments, tasks)
    .select({ ...getTableColumns(assignments), taskState: stateOn({ on, at }).as('task_state') }).from(assignments)
    .leftJoin(targets, eq(targets.id, assignments.targetId)).leftJoin(tasks, eq(tasks.code, assignments.taskCode))
    .where(and(
      eq(assignments.agencyCode, agency), isNull(assignments.removedAt), lte(assignments.validFrom, on), or(
        isNull(assignments.validTo), gte(assignments.validTo, on)
      ),
      plan === undefined ? undefined : or(eq(targets.planCode, plan), eq(tasks.planCode, plan))))
    .orderBy(assignments.id)
}

/** The figures that a scorecard may rest on: those of these indicators and years. */
export interface FigureYears {
  readonly indicators: readonly string[], readonly fromYear: number, readonly toYear: number
}

/** When the registry last learnt, by the instant, something that a scorecard may rest on. */
export async function lastLearnt (
  db: Queryable, { indicators, fromYear, toYear }: FigureYears, at: string
): Promise<string> {
  const recorded = (table: string) =>
    sql`(select max(recorded_at) from ${sql.identifier(table)} where recorded_at <= ${at}::timestamptz)`
  // by the years: of an indicator's whole history the table that grows would be read
  const figures = sql`(select max(greatest(m.recorded_at, e.recorded_at)) from measurements m
    left join measurement_events e on e.indicator_code = m.indicator_code and e.measurement_id = m.id and e.revision =
      m.revision and e.recorded_at <= ${at}::timestamptz
    where m.recorded_at <= ${at}::timestamptz and not ${isSilent(PUBLIC, at)} and m.indicator_code =
      any(${sql.param([...indicators])}::text[])
      and m.period >= ${String(fromYear)} and m.period < ${String(toYear + 1)})`
  const learnt = [
    figures,
    ...[
      'task_notes', 'reorganisation_successions', 'extensions', 'extension_revocations', 'period_transitions'
    ].map(recorded),
    lastChange(tasks, at)
  ]
  const { rows: [row] } = await db.execute<{ learnt: string }>(sql`select greatest(${sql.join(
    learnt, sql`, `
  )}, timestamptz '1970-01-01')::text as learnt`)
  const [known, own] = [await lastKnown(db, at), instantFromDatabase(row!.learnt)]
  return known > own ? known : own
}
