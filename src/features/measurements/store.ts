import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { OUTCOMES, StoredProblem, submissions } from '../../db/schema/index.js'
import type { StoredRevision } from './outcome.js'
import { stateOf } from './revision-state.js'
import { keyOf, type ResolvedRow } from './row.js'

/**
 * Pushes run side by side (shared) and the unique key tells two that write the same revision apart; the one that lost
 * tries again alone (exclusive). In the order of their hashes, before anything is written, so that none waits in a circle.
 */
export async function lockIndicators (db: Queryable, codes: readonly string[], mode: 'shared' | 'exclusive'): Promise<void> {
  await db.execute(sql`
    select ${sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')}(hash) from (
      select distinct hashtextextended(code, 4677) as hash from unnest(${sql.param([...new Set(codes)])}::text[]) code order by hash
    ) hashes`)
}

interface RevisionRow extends Record<string, unknown> {
  indicator: string, period: string, agency: string, breakdownKey: string
  id: string, revision: number, newest: number, state: StoredRevision['state'], quality: string
  value: string | null, numerator: string | null, denominator: string | null
  note: string | null, evidence: string | null, observedAt: string | null
  accepted: boolean, acceptedValue: string | null, acceptedNumerator: string | null, acceptedDenominator: string | null
}

/**
 * The revision that stands under each key, the figure last accepted under it and its newest observation: a few index
 * probes a key, one statement. What was retracted (withdrawn before it was accepted) counts for its number only.
 */
export async function findNewestRevisions (db: Queryable, rows: readonly ResolvedRow[]): Promise<Map<string, StoredRevision>> {
  const keys = rows.map(row => ({ i: row.indicator, p: row.period, a: row.agency, b: row.breakdownKey }))
  const [own, other] = [stateOf('m'), stateOf('o')]
  const underKey = (alias: string) => {
    const m = sql.raw(alias)
    return sql`${m}.indicator_code = k.i and ${m}.period = k.p and ${m}.agency_code = k.a and ${m}.breakdown_key = k.b`
  }
  const newestOther = (condition: SQL) => sql`select o.* from measurements o ${other.events}
    where ${underKey('o')} and ${condition} order by o.revision desc limit 1`
  const found = await db.execute<RevisionRow>(sql`
    select k.i as indicator, k.p as period, k.a as agency, k.b as "breakdownKey", newest.revision as newest,
      m.id, m.revision, ${own.own} as state, m.quality, m.value, m.numerator, m.denominator,
      m.note, m.evidence, observed.observed_at::text as "observedAt",
      accepted.id is not null as accepted, accepted.value as "acceptedValue",
      accepted.numerator as "acceptedNumerator", accepted.denominator as "acceptedDenominator"
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k (i text, p text, a text, b text)
    cross join lateral (
      select n.revision from measurements n where ${underKey('n')} order by n.revision desc limit 1
    ) newest
    left join lateral (${newestOther(sql`not ${other.retracted}`)}) standing on true
    join measurements m on ${underKey('m')} and m.revision = coalesce(standing.revision, newest.revision)
    ${own.events}
    left join lateral (${newestOther(sql`o.observed_at is not null and not ${other.retracted}`)}) observed on true
    left join lateral (${newestOther(other.decided)}) accepted on true`)
  return new Map(found.rows.map(row => [keyOf(row), {
    id: row.id,
    revision: row.revision,
    newest: row.newest,
    state: row.state,
    quality: row.quality,
    ...figureOf(row.value, row.numerator, row.denominator),
    note: row.note ?? undefined,
    evidence: row.evidence ?? undefined,
    observedAt: row.observedAt === null ? undefined : instantFromDatabase(row.observedAt),
    accepted: row.accepted ? figureOf(row.acceptedValue, row.acceptedNumerator, row.acceptedDenominator) : undefined
  }]))
}

export function figureOf (value: string | null, numerator: string | null, denominator: string | null) {
  return {
    ...value === null ? {} : { value },
    ...numerator === null ? {} : { numerator },
    ...denominator === null ? {} : { denominator }
  }
}

export interface NewRevision {
  indicator: string, id: string, period: string, agency: string, breakdownKey: string, breakdown: Record<string, string>, revision: number
  value?: string | undefined, numerator?: string | undefined, denominator?: string | undefined
  quality: string, initialState: string, note?: string | undefined, evidence?: string | undefined
  observedAt?: string | undefined, reason?: string | undefined, externalId?: string | undefined
  late: boolean, warnings: StoredProblem[]
}

export type NewSubmission = Omit<typeof submissions.$inferSelect, 'recordedAt' | 'completedAt'>

export interface NewSubmissionRow {
  position: number, itemId?: string | undefined, outcome: typeof OUTCOMES[number]
  indicator: string, agency: string, period: string
  measurementId?: string | undefined, revision?: number | undefined
  problems: StoredProblem[], warnings: StoredProblem[]
}

/**
 * Recorded at the time of the first INSERT and not of BEGIN: a push that waited for another must not seem to be the earlier one.
 * In the order of their keys, so that two pushes of the same keys wait for each other instead of deadlocking. One
 * parameter for all rows: a statement has at most 65,535.
 */
export async function insertRevisions (db: Queryable, clientId: string, submissionId: string, revisions: readonly NewRevision[]): Promise<void> {
  if (revisions.length === 0) return
  const sorted = revisions.map(row => ({ key: keyOf(row), row })).sort((a, b) => a.key < b.key ? -1 : 1).map(({ row }) => row)
  await db.execute(sql`
    insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, numerator, denominator,
      quality, initial_state, note, evidence, observed_at, reason, external_id, late, warnings, client_id, submission_id, recorded_at)
    select r.indicator, r.id, r.period, r.agency, r."breakdownKey", r.breakdown, r.revision, r.value, r.numerator, r.denominator,
      r.quality, r."initialState", r.note, r.evidence, r."observedAt", r.reason, r."externalId", r.late, r.warnings, ${clientId}, ${submissionId}::uuid, (select recording_time())
    from jsonb_to_recordset(${JSON.stringify(sorted)}::jsonb) as r (indicator text, id uuid, period text, agency text, "breakdownKey" text,
      breakdown jsonb, revision integer, value numeric, numerator numeric, denominator numeric, quality text, "initialState" text,
      note text, evidence text, "observedAt" timestamptz, reason text, "externalId" text, late boolean, warnings jsonb)`)
}

export async function insertSubmission (db: Queryable, submission: NewSubmission, rows: readonly NewSubmissionRow[]): Promise<string> {
  const inserted = await db.execute<{ recordedAt: string }>(sql`
    insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
    values (${submission.id}::uuid, ${submission.clientId}, ${submission.mode}, ${submission.state}, ${submission.received}, ${submission.created},
      ${submission.revised}, ${submission.unchanged}, ${submission.rejected}, ${submission.warned}, clock_timestamp())
    returning recorded_at::text as "recordedAt"`)
  await db.execute(sql`
    insert into submission_rows (submission_id, position, item_id, outcome, indicator, agency, period, measurement_id, revision, problems, warned, warnings)
    select ${submission.id}::uuid, r.position, r."itemId", r.outcome, r.indicator, r.agency, r.period, r."measurementId", r.revision,
      r.problems, jsonb_array_length(r.warnings) > 0, r.warnings
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (position integer, "itemId" text, outcome text, indicator text, agency text,
      period text, "measurementId" uuid, revision integer, problems jsonb, warnings jsonb)`)
  return instantFromDatabase(inserted.rows[0]!.recordedAt)
}
