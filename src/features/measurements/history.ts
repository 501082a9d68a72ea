import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import { isOwn, seesAll, type Sight } from '../../world/sight.js'
import { isSeen, recordedBy, stateOf } from '../../world/revision-state.js'
import { EVENT_KINDS, type Quality, type RevisionState } from '../../domain/words.js'

export const STEPS = ['pushed', ...EVENT_KINDS] as const

/** A step in the life of a figure. What only a push has is null in the others. */
export interface StepRow extends Record<string, unknown> {
  position: number
  step: typeof STEPS[number]
  revision: number
  /** Of the revision, after the step. */
  state: RevisionState
  client: string
  recordedAt: string
  comment: string | null
  reason: string | null
  value: string | null, numerator: string | null, denominator: string | null
  quality: Quality | null
  submission: string | null, externalId: string | null, late: boolean | null, warnings: StoredProblem[] | null
  /** Of the reader's own agency. */
  own: boolean
}

/**
 * Everything that happened to a figure, in the order in which it was recorded, as far as the reader is shown it: to the
 * public, how revisions that are accepted came and were accepted. Steps are only ever added at the end, so that a
 * step's position never changes; where several revisions were withdrawn at once, the newest was the first.
 */
export async function listSteps (
  db: Queryable, id: string, page: Page<StepRow>, sight: Sight, at?: string
): Promise<{ rows: StepRow[], count: number | undefined }> {
  const { events } = stateOf('m', at)
  const own = isOwn(sight) ?? sql`false`
  const seen = isSeen(sight, at)
  const ofEvent = seesAll(sight) ? sql`true` : sql`(${own} or (${seen} and e.kind = 'accepted'))`
  const steps = sql`
    select m.revision, 0 as sequence, 'pushed' as step, m.initial_state as state, m.client_id as client, m.recorded_at,
      null as comment, m.reason, m.value, m.numerator, m.denominator, m.quality, m.submission_id as submission,
      m.external_id as "externalId", m.late, m.warnings, ${own} as own, ${seen} as seen
    from measurements m ${events} where m.id = ${id}::uuid ${recordedBy('m', at)}
    union all
    select e.revision, e.sequence, e.kind, e.kind, e.client_id, e.recorded_at,
      case when e.kind <> 'withdrawn' then e.comment end, case when e.kind = 'withdrawn' then e.comment end,
      null, null, null, null, null, null, null, null, ${own}, ${ofEvent}
    from measurement_events e
    join measurements m on m.indicator_code = e.indicator_code and m.id = e.measurement_id and m.revision = e.revision
      ${events}
    where e.indicator_code = (select m.indicator_code from measurements m where m.id = ${id}::uuid limit 1) and
      e.measurement_id = ${id}::uuid ${recordedBy('e', at)}`
  const numbered = sql`(
    select (row_number() over (order by recorded_at, case step when 'withdrawn' then -revision else revision end,
      sequence))::integer as position, *
    from (${steps}) step) step where seen`
  const { rows } = await db.execute<StepRow>(sql`
    select position, step, revision, state, client, recorded_at::text as "recordedAt", comment, reason, value,
      numerator, denominator,
      quality, submission, "externalId", late, warnings, own
    from ${numbered} and ${page.after ?? sql`true`} and ${page.recorded ?? sql`true`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  const shown = rows.map(row => ({ ...row, recordedAt: instantFromDatabase(row.recordedAt) }))
  if (!page.counted) return { rows: shown, count: undefined }
  const { rows: [total] } = await db.execute<{ count: string }>(sql`
    select count(*) as count from ${numbered} and ${page.recorded ?? sql`true`}`)
  return { rows: shown, count: Number(total!.count) }
}
