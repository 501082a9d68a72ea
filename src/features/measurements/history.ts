import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import { recordedBy } from './revision-state.js'

export const STEPS = ['pushed', 'accepted', 'returned', 'withdrawn'] as const

/** A step in the life of a figure. What only a push has is null in the others. */
export interface StepRow extends Record<string, unknown> {
  position: number
  step: typeof STEPS[number]
  revision: number
  /** Of the revision, after the step. */
  state: 'submitted' | 'accepted' | 'returned' | 'withdrawn'
  client: string
  recordedAt: string
  comment: string | null
  reason: string | null
  value: string | null, numerator: string | null, denominator: string | null
  quality: 'estimate' | 'provisional' | 'official' | null
  submission: string | null, externalId: string | null, late: boolean | null, warnings: StoredProblem[] | null
}

/**
 * Everything that happened to a figure, in the order in which it was recorded. Steps are only ever added at the end, so
 * that a step's position never changes; where several revisions were withdrawn at once, the newest was the first. `known` is whether there is (or was, at the instant) such a figure.
 */
export async function listSteps (db: Queryable, id: string, page: Page<StepRow>, at?: string): Promise<{ rows: StepRow[], known: boolean, count: number | undefined }> {
  const steps = sql`
    select m.revision, 0 as sequence, 'pushed' as step, m.initial_state as state, m.client_id as client, m.recorded_at,
      null as comment, m.reason, m.value, m.numerator, m.denominator, m.quality, m.submission_id as submission,
      m.external_id as "externalId", m.late, m.warnings
    from measurements m where m.id = ${id}::uuid ${recordedBy('m', at)}
    union all
    select e.revision, e.sequence, e.kind, e.kind, e.client_id, e.recorded_at,
      case when e.kind <> 'withdrawn' then e.comment end, case when e.kind = 'withdrawn' then e.comment end,
      null, null, null, null, null, null, null, null
    from measurement_events e
    where e.indicator_code = (select m.indicator_code from measurements m where m.id = ${id}::uuid limit 1) and e.measurement_id = ${id}::uuid ${recordedBy('e', at)}`
  const { rows } = await db.execute<StepRow>(sql`
    select position, step, revision, state, client, recorded_at::text as "recordedAt", comment, reason, value, numerator, denominator,
      quality, submission, "externalId", late, warnings
    from (select (row_number() over (order by recorded_at, case step when 'withdrawn' then -revision else revision end, sequence))::integer as position, * from (${steps}) step) step
    where ${page.after ?? sql`true`} and ${page.recorded ?? sql`true`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  const { rows: [total] } = await db.execute<{ known: string, count: string }>(sql`
    select count(*) as known, count(*) filter (where ${page.recorded ?? sql`true`}) as count from (${steps}) step`)
  const count = Number(total!.count)
  return {
    rows: rows.map(row => ({ ...row, recordedAt: instantFromDatabase(row.recordedAt) })),
    known: Number(total!.known) > 0, count: page.counted ? count : undefined
  }
}
