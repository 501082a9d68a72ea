import { sql, type SQL } from 'drizzle-orm'
import { arrayLiteral } from '../../db/array.js'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { StoredProblem } from '../../db/schema/index.js'
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
  if (rows.length === 0) return new Map()
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
    from unnest(${column(rows, row => row.indicator)}::text[], ${column(rows, row => row.period)}::text[],
      ${column(rows, row => row.agency)}::text[], ${column(rows, row => row.breakdownKey)}::text[]) as k (i, p, a, b)
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
  key: string
  indicator: string, id: string, period: string, agency: string, breakdownKey: string, breakdown: Record<string, string>, revision: number
  value?: string | undefined, numerator?: string | undefined, denominator?: string | undefined
  quality: string, initialState: string, note?: string | undefined, evidence?: string | undefined
  observedAt?: string | undefined, reason?: string | undefined, externalId?: string | undefined
  late: boolean, warnings: readonly StoredProblem[]
}

/**
 * Recorded at the time of the first INSERT and not of BEGIN: a push that waited for another must not seem to be the earlier one.
 * In the order of their keys, so that two pushes of the same keys wait for each other instead of deadlocking. A
 * parameter for each column: a statement has at most 65,535.
 */
export async function insertRevisions (db: Queryable, clientId: string, submissionId: string, revisions: readonly NewRevision[]): Promise<void> {
  if (revisions.length === 0) return
  const rows = [...revisions].sort((a, b) => a.key < b.key ? -1 : 1)
  await db.execute(sql`
    insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, numerator, denominator,
      quality, initial_state, note, evidence, observed_at, reason, external_id, late, warnings, client_id, submission_id, recorded_at)
    select r.*, ${clientId}, ${submissionId}::uuid, (select recording_time())
    from unnest(${column(rows, row => row.indicator)}::text[], ${column(rows, row => row.id)}::uuid[], ${column(rows, row => row.period)}::text[],
      ${column(rows, row => row.agency)}::text[], ${column(rows, row => row.breakdownKey)}::text[], ${column(rows, row => jsonOf(row.breakdown))}::jsonb[],
      ${column(rows, row => row.revision)}::integer[], ${column(rows, row => row.value)}::numeric[], ${column(rows, row => row.numerator)}::numeric[],
      ${column(rows, row => row.denominator)}::numeric[], ${column(rows, row => row.quality)}::text[], ${column(rows, row => row.initialState)}::text[],
      ${column(rows, row => row.note)}::text[], ${column(rows, row => row.evidence)}::text[], ${column(rows, row => row.observedAt)}::timestamptz[],
      ${column(rows, row => row.reason)}::text[], ${column(rows, row => row.externalId)}::text[], ${column(rows, row => row.late)}::boolean[],
      ${column(rows, row => jsonOf(row.warnings))}::jsonb[]) r`)
}

function column<T> (rows: readonly T[], of: (row: T) => string | number | boolean | undefined): SQL {
  return sql`${sql.param(arrayLiteral(rows.map(of)))}`
}

/** Nearly every figure is of the whole, and without a warning. */
function jsonOf (value: Record<string, string> | readonly StoredProblem[]): string {
  return Array.isArray(value) && value.length === 0 ? '[]' : JSON.stringify(value)
}
