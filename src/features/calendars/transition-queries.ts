import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { periodTransitions } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'

export type TransitionRow = typeof periodTransitions.$inferSelect

export async function listTransitions (
  db: Queryable, of: { calendar: string, period: string }, at: string, page: Page<TransitionRow>
) {
  const where = and(
    eq(periodTransitions.calendarCode, of.calendar), eq(periodTransitions.period, of.period),
    sql`${periodTransitions.recordedAt} <= ${at}::timestamptz`, page.recorded
  )
  const rows = await db.select().from(periodTransitions)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(periodTransitions, where) : undefined }
}

export async function findTransition (
  db: Queryable, calendar: string, period: string, sequence: number
): Promise<TransitionRow | undefined> {
  const [row] = await db.select().from(periodTransitions).where(and(
    eq(
      periodTransitions.calendarCode, calendar
    ), eq(periodTransitions.period, period), eq(periodTransitions.sequence, sequence)))
  return row
}
