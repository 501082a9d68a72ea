import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { submissionRows, submissions } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'

export type SubmissionRecord = typeof submissions.$inferSelect
export type SubmissionRowRecord = typeof submissionRows.$inferSelect

export interface SubmissionFilters { client?: string | undefined, mode?: SubmissionRecord['mode'] | undefined, state?: SubmissionRecord['state'] | undefined }

export async function listSubmissions (db: Queryable, filters: SubmissionFilters, page: Page<SubmissionRecord>) {
  const condition = and(
    filters.client === undefined ? undefined : eq(submissions.clientId, filters.client),
    filters.mode === undefined ? undefined : eq(submissions.mode, filters.mode),
    filters.state === undefined ? undefined : eq(submissions.state, filters.state)
  )
  const rows = await db.select().from(submissions).where(and(condition, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(submissions, condition) : undefined }
}

export async function findSubmission (db: Queryable, id: string): Promise<SubmissionRecord | undefined> {
  return (await db.select().from(submissions).where(eq(submissions.id, id)))[0]
}

export interface SubmissionRowFilters { outcome?: SubmissionRowRecord['outcome'] | undefined, warned?: boolean | undefined }

export async function listSubmissionRows (db: Queryable, id: string, filters: SubmissionRowFilters, page: Page<SubmissionRowRecord>) {
  const condition = and(
    eq(submissionRows.submissionId, id),
    filters.outcome === undefined ? undefined : eq(submissionRows.outcome, filters.outcome),
    filters.warned === undefined ? undefined : eq(submissionRows.warned, filters.warned)
  )
  const rows = await db.select().from(submissionRows).where(and(condition, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(submissionRows, condition) : undefined }
}

/** The first rows that are not plain successes. */
export async function listExceptions (db: Queryable, id: string, limit: number): Promise<SubmissionRowRecord[]> {
  return db.select().from(submissionRows)
    .where(and(eq(submissionRows.submissionId, id), sql`(${submissionRows.outcome} = 'rejected' or ${submissionRows.warned})`))
    .orderBy(submissionRows.position).limit(limit)
}
