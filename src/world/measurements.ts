import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import { instantFromDatabase } from '../db/instant.js'
import type { StoredProblem } from '../db/schema/index.js'
import { WHOLE, isOwn, seesAll, type Sight } from './sight.js'
import { isCurrent, isSeen, isSilent, recordedBy, shownState, stateOf, standingState } from './revision-state.js'
import type { FigureState, Provenance, Quality } from '../domain/words.js'
import { recordedWithin, type RecordedSpan } from '../db/recorded.js'

export interface MeasurementRow extends Record<string, unknown> {
  id: string, revision: number, indicator: string, agency: string, period: string, breakdown: Record<string, string>
  value: string | null, numerator: string | null, denominator: string | null
  quality: Quality
  state: FigureState
  /** Whether it was ever accepted; absent where the revision has just been recorded. */
  decided?: boolean
  note: string | null, evidence: string | null, observedAt: string | null, reason: string | null
  late: boolean, warnings: StoredProblem[], client: string, submission: string, externalId: string | null
  recordedAt: string, provenance: Provenance
  /** Of the reader's own agency; absent where every reader's is. */
  own?: boolean
}

/** Of `measurements m`, and as they come from it: see `fromDatabase`. */
export const COLUMNS = sql`m.id, m.revision, m.indicator_code as indicator, m.agency_code as agency, m.period,
  m.breakdown, m.value, m.numerator, m.denominator,
  m.quality, m.note, m.evidence, m.observed_at::text as "observedAt", m.reason, m.late, m.warnings, m.client_id as
    client,
  m.submission_id as submission, m.external_id as "externalId", m.recorded_at::text as "recordedAt", m.provenance`

/**
 * What they rest on: if it is the same at two instants, so are they, whatever state, quality or source is asked for.
 * What a reader is not shown moves nothing, so that no tag and no instant tells of it. `reporting`: of what is
 * computed, where how reporting stands is shown to everybody.
 */
export async function findLastChange (
  db: Queryable, filters: MeasurementFilters, sight: Sight, at: string, of: 'figures' | 'reporting' = 'figures'
): Promise<{ knownAt: string | undefined, agencies: string[] | null }> {
  const { indicator, agencies, withSubtree } = filters
  const ofIndicator = indicator === undefined ? sql`` : sql`and e.indicator_code = ${indicator}`
  const own = isOwn(sight)
  const known = seesAll(sight)
    ? sql`true`
    : of === 'reporting'
      ? sql`not ${isSilent(sight, at)}`
      : sql`(m.initial_state = 'accepted' ${own === undefined ? sql`` : sql`or ${own}`} or exists (
        select from measurement_events a where a.indicator_code = m.indicator_code and a.measurement_id = m.id and
          a.revision = m.revision
          and a.kind = 'accepted' ${recordedBy('a', at)}))`
  const ofKnown = seesAll(sight)
    ? sql``
    : sql`and exists (
        select from measurements m where m.indicator_code = e.indicator_code and m.id = e.measurement_id and m.revision
          = e.revision
          and ${known} and (${of === 'reporting'
? sql`true`
: sql`e.kind <>
            'returned'`} ${own === undefined ? sql`` : sql`or ${own}`}))`
  const { rows: [row] } = await db.execute<{ known: string | null, agencies: string[] | null }>(sql`
    select greatest(
        (select max(m.recorded_at) from measurements m where ${sql.join([...ofFigures(filters, at), known], sql` and
          `)}),
        (select max(e.recorded_at) from measurement_events e
          where e.recorded_at <= ${at}::timestamptz ${ofIndicator} ${ofKnown}))::text as known,
      ${agencies !== undefined && withSubtree === true
        ? sql`array(${subtreeOf(agencies, at)} order by code collate "C")`
        : sql`null`} as agencies`)
  const { known: knownAt, agencies: below } = row!
  return { knownAt: knownAt === null ? undefined : instantFromDatabase(knownAt), agencies: below }
}

/** A figure at the revision that stands for it as the reader knows it, or at the one given. */
export async function findMeasurement (
  db: Queryable, id: string, { revision, at, sight = WHOLE }: {
    revision?: number | undefined, at?: string | undefined, sight?: Sight
  } = {}
): Promise<MeasurementRow | undefined> {
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${shownTo(sight, shownState(sight, at), at)} from measurements m ${stateOf('m', at).events}
    where m.id = ${id}::uuid ${recordedBy('m', at)}
      and ${revision === undefined ? isCurrent(sight, at) : sql`m.revision = ${revision} and ${isSeen(sight, at)}`}`)
  return rows.map(fromDatabase)[0]
}

/** Revisions by their numbers, in no order. */
export async function findRevisions (
  db: Queryable, revisions: readonly { id: string, revision: number }[]
): Promise<MeasurementRow[]> {
  if (revisions.length === 0) return []
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${shownTo(WHOLE, shownState(WHOLE), undefined)}
    from unnest(${sql.param(revisions.map(({ id }) => id))}::uuid[],
      ${sql.param(revisions.map(({ revision }) => revision))}::integer[]) as asked (id, revision)
    join measurements m on m.id = asked.id and m.revision = asked.revision ${stateOf('m').events}`)
  return rows.map(fromDatabase)
}

export function fromDatabase (row: MeasurementRow): MeasurementRow {
  return {
    ...row,
    observedAt: row.observedAt === null ? null : instantFromDatabase(row.observedAt),
    recordedAt: instantFromDatabase(row.recordedAt)
  }
}

export interface MeasurementFilters extends RecordedSpan {
  indicator?: string | undefined
  /** The figures of any of these agencies. */
  agencies?: readonly string[] | undefined
  /** With all that ever stood below it. */
  withSubtree?: boolean | undefined
  period?: string | undefined
  year?: number | undefined
  state?: MeasurementRow['state'] | undefined
  quality?: string | undefined
  provenance?: string | undefined
  client?: string | undefined
  submission?: string | undefined
}

/** What a row has besides its columns; to follow `from measurements m` with its events. */
export const shownTo = (sight: Sight, state: SQL, at: string | undefined): SQL =>
  sql`${COLUMNS}, ${state} as state, ${stateOf('m', at).decided} as decided, ${isOwn(sight) ?? sql`false`} as own`

export function where (filters: MeasurementFilters, sight: Sight, at: string | undefined): SQL {
  const conditions: SQL[] = [isCurrent(sight, at), ...ofFigures(filters, at)]
  const { state, quality, provenance, client, submission } = filters
  if (state !== undefined) conditions.push(sql`${standingState(sight, at)} = ${state}`, narrowedTo(state))
  if (client !== undefined || submission !== undefined) conditions.push(seesOrigin(sight))
  if (quality !== undefined) conditions.push(sql`m.quality = ${quality}`)
  if (provenance !== undefined) conditions.push(sql`m.provenance = ${provenance}`)
  if (client !== undefined) conditions.push(sql`m.client_id = ${client}`)
  if (submission !== undefined) conditions.push(writtenBy(submission))
  const recorded = recordedWithin(sql`m.recorded_at`, filters)
  if (recorded !== undefined) conditions.push(recorded)
  return sql.join(conditions, sql` and `)
}

/** Of a row whose origin is not shown it is not told by a filter either. */
function seesOrigin (sight: Sight): SQL {
  return seesAll(sight) || sight.reader.has('administrator') ? sql`true` : isOwn(sight) ?? sql`false`
}

/**
 * What a submission wrote, and the copies of it that the repair of an agency entered twice made: by the instants at
 * which that can have been, since the index has these.
 */
function writtenBy (submission: string): SQL {
  return sql`m.submission_id = ${submission}::uuid and m.recorded_at = any (array(
    select recorded_at from submission_chunks where submission_id = ${submission}::uuid
    union select recorded_at from reorganisations where kind = 'entered_in_error'))`
}

/** What holds for all revisions of a figure alike. */
export function ofFigures (
  { indicator, agencies, withSubtree, period, year }: MeasurementFilters, at: string | undefined
): SQL[] {
  const conditions: SQL[] = []
  if (at !== undefined) conditions.push(sql`m.recorded_at <= ${at}::timestamptz`)
  if (indicator !== undefined) conditions.push(sql`m.indicator_code = ${indicator}`)
  if (agencies !== undefined) {
    // nearly always one, whose figures the index has in the list's order
    conditions.push(withSubtree === true
      ? sql`m.agency_code in (${subtreeOf(agencies, at)})`
      : agencies.length === 1
        ? sql`m.agency_code = ${agencies[0]}`
        : sql`m.agency_code = any(${sql.param(agencies)}::text[])`)
  }
  if (period !== undefined) conditions.push(sql`m.period = ${period}`)
  if (year !== undefined) conditions.push(sql`m.period >= ${String(year)} and m.period < ${String(year + 1)}`)
  return conditions
}

/**
 * The agencies and all that ever stood below them: the late figure of a body that has ended still awaits the review of
 * those above.
 */
export function subtreeOf (agencies: readonly string[], at: string | undefined): SQL {
  const known = at === undefined
    ? sql`p.removed_at is null`
    : sql`p.recorded_at <= ${at}::timestamptz and (p.removed_at is null or p.removed_at > ${at}::timestamptz)`
  return sql`with recursive down (code) as (
    select unnest(${sql.param(agencies)}::text[]) union select p.agency_code from agency_parents p
      join down on p.parent_code = down.code where ${known}
  ) select code from down`
}

/**
 * Implied by the state, and found without computing the state of every figure there is: the few that were returned
 * among millions.
 */
function narrowedTo (state: MeasurementRow['state']): SQL {
  switch (state) {
    case 'submitted': return sql`m.initial_state = 'submitted'`
    case 'returned': case 'withdrawn': return sql`(m.indicator_code, m.id, m.revision) in (select e.indicator_code,
      e.measurement_id, e.revision from measurement_events e where e.kind = ${state})`
    case 'superseded': return sql`false`
    case 'accepted': return sql`true`
  }
}
