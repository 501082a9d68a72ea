import { sql } from 'drizzle-orm'
import { arrayLiteral } from '../../db/array.js'
import type { Queryable } from '../../db/client.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import type { StoredProblem } from '../../db/schema/index.js'
import { today } from '../../http/today.js'
import { mayReport, listGrants } from '../../world/grants.js'
import { WHOLE } from '../../world/sight.js'
import { findLockedFigures } from './period-check.js'
import { findMeasurement, type MeasurementRow } from '../../world/measurements.js'
import { listReaching } from './reach.js'
import {
  duplicateReview, EVENT_OF, judgeReview, judgeWithdrawal, type Review, type StandingRevision
} from './review-rules.js'
import { isCurrent, stateOf } from '../../world/revision-state.js'
import { lockIndicators } from './store.js'
import type { EventKind, SubmissionMode } from '../../domain/words.js'

export interface ReviewOutcome {
  position: number
  id: string
  /** The revision that stands; absent where there is no such figure. */
  revision: number | undefined
  outcome: 'accepted' | 'returned' | 'rejected' | 'not_written'
  problems: StoredProblem[]
}

export interface ReviewResult {
  mode: SubmissionMode
  state: 'completed' | 'rejected'
  counts: { received: number, accepted: number, returned: number, rejected: number }
  reviews: ReviewOutcome[]
}

/** Judges and records all the reviews in one transaction, with a fixed number of statements. */
export async function reviewAll (
  unit: Transactor, reviewer: string, reviews: readonly Review[], mode: ReviewResult['mode']
): Promise<ReviewResult> {
  return withTransaction(unit, async tx => {
    const outcomes = await judge(tx, reviewer, reviews)
    const stopped = mode === 'atomic' && outcomes.some(({ outcome }) => outcome === 'rejected')
    const written = stopped
      ? outcomes.map(one => one.outcome === 'rejected' ? one : { ...one, outcome: 'not_written' as const })
      : outcomes
    await insertEvents(tx, reviewer, written.flatMap(({ id, revision, outcome, position }) =>
      revision === undefined || outcome === 'rejected' || outcome === 'not_written'
        ? []
        : [{ id, revision, kind: outcome, comment: reviews[position]!.comment }]))
    const count = (outcome: ReviewOutcome['outcome']) => written.filter(one => one.outcome === outcome).length
    return {
      mode,
      state: stopped ? 'rejected' : 'completed',
      counts: {
        received: reviews.length, accepted: count('accepted'), returned: count('returned'), rejected: count('rejected')
      },
      reviews: written
    }
  })
}

export type Changed = { problems: StoredProblem[] } | { measurement: MeasurementRow }

/** Undefined where there is no such figure. */
export async function review (unit: Transactor, reviewer: string, asked: Review): Promise<Changed | undefined> {
  return withTransaction(unit, async tx => {
    const [outcome] = await judge(tx, reviewer, [asked])
    const { revision, problems } = outcome!
    if (revision === undefined) return undefined
    if (problems.length > 0) return { problems }
    await insertEvents(tx, reviewer, [
      { id: asked.id, revision, kind: EVENT_OF[asked.decision], comment: asked.comment }
    ])
    return { measurement: (await findMeasurement(tx, asked.id, { revision }))! }
  })
}

export interface Withdrawal { id: string, revision: number, reason: string }
export interface Withdrawer { readonly clientId: string, readonly scopes: readonly string[] }

/**
 * Withdraws the revision that stands: a pending or returned one is retracted, and the accepted one below it stands
 * again; an accepted one leaves no value. `not_assigned`: neither a reviewer nor one who may report the figure.
 */
export async function withdraw (
  unit: Transactor, withdrawer: Withdrawer, { id, revision: asked, reason }: Withdrawal
): Promise<Changed | 'not_assigned' | undefined> {
  return withTransaction(unit, async tx => {
    const standing = (await holdStanding(tx, [id])).get(id)
    if (standing === undefined) return undefined
    if (!await mayWithdraw(tx, withdrawer, standing)) return 'not_assigned'
    const locked = (await findLockedFigures(tx, [standing])).has(id)
    const problems = judgeWithdrawal(asked, { standing, locked })
    if (problems.length > 0) return { problems }
    const { revision } = standing
    await insertEvents(tx, withdrawer.clientId, [{ id, revision, kind: 'withdrawn', comment: reason }])
    return { measurement: (await findMeasurement(tx, id, { revision }))! }
  })
}

async function judge (tx: Queryable, reviewer: string, reviews: readonly Review[]): Promise<ReviewOutcome[]> {
  const held = await holdStanding(tx, reviews.map(({ id }) => id))
  const locked = await findLockedFigures(tx, [...held.values()])
  const positions = new Map<string, number>()
  return reviews.map((one, position): ReviewOutcome => {
    const standing = held.get(one.id)
    const first = positions.get(one.id)
    positions.set(one.id, first ?? position)
    const problems = first === undefined
      ? judgeReview(one, { standing, locked: locked.has(one.id) }, reviewer)
      : [duplicateReview(first)]
    return {
      position, id: one.id, revision: standing?.revision,
      outcome: problems.length > 0 ? 'rejected' : EVENT_OF[one.decision], problems
    }
  })
}

/** Whoever may still report a body's late figure may withdraw it. */
async function mayWithdraw (
  tx: Queryable, { scopes, clientId }: Withdrawer, standing: StandingRevision
): Promise<boolean> {
  if (scopes.includes('measurements:review')) return true
  const { agency, indicator } = standing
  const [ancestors] = await listReaching(tx, [standing], today())
  return mayReport(
    { grants: await listGrants(tx, clientId) }, { agency, ancestors: () => ancestors!, indicator }, today()
  )
}

/**
 * The revisions that stand for the figures. Their indicators are held exclusively until the end of the transaction: a
 * push of them, another review and another withdrawal wait, and then see what was done.
 */
async function holdStanding (tx: Queryable, ids: readonly string[]): Promise<Map<string, StandingRevision>> {
  const wanted = sql`${sql.param([...new Set(ids)])}::uuid[]`
  const { rows: indicators } = await tx.execute<{ code: string }>(
    sql`select distinct indicator_code as code from measurements where id = any(${wanted})`
  )
  await lockIndicators(tx, indicators.map(({ code }) => code), 'exclusive')
  const { events, own } = stateOf('m')
  const { rows } = await tx.execute<StandingRevision & Record<string, unknown>>(sql`
    select m.id, m.indicator_code as indicator, m.agency_code as agency, m.period, m.revision, ${own} as state,
      m.client_id as client
    from measurements m ${events} where m.id = any(${wanted}) and ${isCurrent(WHOLE)}`)
  return new Map(rows.map(row => [row.id, row]))
}

interface NewEvent { id: string, revision: number, kind: EventKind, comment: string | undefined }

async function insertEvents (tx: Queryable, clientId: string, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.execute(sql`
    insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, comment, counts,
      client_id)
    select m.indicator_code, m.id, m.revision, coalesce(last.sequence, 0) + 1, r.kind, r.comment,
      r.kind = 'returned' and (m.initial_state = 'accepted' or coalesce(last.accepted, false)), ${clientId}
    from jsonb_to_recordset(${JSON.stringify(events)}::jsonb) as r (id uuid, revision integer, kind text, comment text)
    join measurements m on m.id = r.id and m.revision = r.revision
    cross join lateral (
      select max(e.sequence) as sequence, bool_or(e.kind = 'accepted') as accepted from measurement_events e
      where e.indicator_code = m.indicator_code and e.measurement_id = m.id and e.revision = m.revision
    ) last
    order by m.indicator_code, m.id`)
}

/** A revision of the figure `id`. */
export interface NamedRevision { indicator: string, id: string, revision: number }

/** A revision that is withdrawn, and why. */
export interface WithdrawnRevision extends NamedRevision { reason: string }

/** Of indicators that are held exclusively. */
export async function insertWithdrawals (
  tx: Queryable, clientId: string, revisions: readonly WithdrawnRevision[]
): Promise<void> {
  if (revisions.length === 0) return
  const column = (of: (one: WithdrawnRevision) => string | number) => sql.param(arrayLiteral(revisions, of))
  await tx.execute(sql`
    insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, comment, client_id)
    select r.indicator, r.id, r.revision, coalesce(last.sequence, 0) + 1, 'withdrawn', r.reason, ${clientId}
    from unnest(${column(one => one.indicator)}::text[], ${column(one => one.id)}::uuid[],
      ${column(one => one.revision)}::integer[], ${column(one => one.reason)}::text[]) r (indicator, id, revision,
        reason)
    cross join lateral (
      select max(e.sequence) as sequence from measurement_events e
      where e.indicator_code = r.indicator and e.measurement_id = r.id and e.revision = r.revision
    ) last
    order by r.indicator, r.id, r.revision`)
}
