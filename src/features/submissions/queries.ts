import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { submissions } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'

export type SubmissionRecord = typeof submissions.$inferSelect

export interface SubmissionFilters {
  client?: string | undefined, mode?: SubmissionRecord['mode'] | undefined,
  state?: SubmissionRecord['state'] | undefined
}

export async function listSubmissions (db: Queryable, filters: SubmissionFilters, page: Page<SubmissionRecord>) {
  const condition = and(
    filters.client === undefined ? undefined : eq(submissions.clientId, filters.client),
    filters.mode === undefined ? undefined : eq(submissions.mode, filters.mode),
    filters.state === undefined ? undefined : eq(submissions.state, filters.state),
    page.recorded
  )
  // the long part of a receipt, which a list does not show
  const columns = { ...getTableColumns(submissions), replacedScope: sql<null>`null` }
  const rows = await db.select(columns).from(submissions)
    .where(and(condition, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(submissions, condition) : undefined }
}

export async function findSubmission (db: Queryable, id: string): Promise<SubmissionRecord | undefined> {
  return (await db.select().from(submissions).where(eq(submissions.id, id)))[0]
}
