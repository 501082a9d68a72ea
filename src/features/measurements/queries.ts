import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { Provenance, StoredProblem } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import { LAST_EVENT } from './store.js'

export interface MeasurementRow extends Record<string, unknown> {
  id: string, revision: number, indicator: string, agency: string, period: string, breakdown: Record<string, string>
  value: string | null, numerator: string | null, denominator: string | null
  quality: 'estimate' | 'provisional' | 'official'
  state: 'submitted' | 'accepted' | 'returned' | 'superseded' | 'withdrawn'
  note: string | null, evidence: string | null, observedAt: string | null, reason: string | null
  late: boolean, warnings: StoredProblem[], client: string, submission: string, externalId: string | null
  recordedAt: string, provenance: Provenance
}

export interface MeasurementFilters {
  indicator?: string | undefined
  agency?: string | undefined
  period?: string | undefined
  year?: number | undefined
  state?: MeasurementRow['state'] | undefined
  quality?: string | undefined
  provenance?: string | undefined
  client?: string | undefined
  submission?: string | undefined
}

const OWN_STATE = sql`coalesce(event.kind, m.initial_state)`

/** Superseded is not an event: it follows from a newer revision that was accepted, or withdrawn later. */
const STATE = sql`case when ${OWN_STATE} = 'accepted' and exists (
  select from measurements n
  left join lateral (
    select e.kind from measurement_events e
    where e.indicator_code = n.indicator_code and e.measurement_id = n.id and e.revision = n.revision
    order by e.sequence desc limit 1
  ) later on true
  where n.indicator_code = m.indicator_code and n.id = m.id and n.revision > m.revision and coalesce(later.kind, n.initial_state) in ('accepted', 'withdrawn')
) then 'superseded' else ${OWN_STATE} end`

const COLUMNS = sql`m.id, m.revision, m.indicator_code as indicator, m.agency_code as agency, m.period, m.breakdown, m.value, m.numerator, m.denominator,
  m.quality, m.note, m.evidence, m.observed_at::text as "observedAt", m.reason, m.late, m.warnings, m.client_id as client,
  m.submission_id as submission, m.external_id as "externalId", m.recorded_at::text as "recordedAt", m.provenance`

const IS_NEWEST = sql`not exists (select from measurements n where n.indicator_code = m.indicator_code and n.id = m.id and n.revision = m.revision + 1)`

function where (filters: MeasurementFilters): SQL {
  const conditions: SQL[] = [IS_NEWEST]
  const { indicator, agency, period, year, state, quality, provenance, client, submission } = filters
  if (indicator !== undefined) conditions.push(sql`m.indicator_code = ${indicator}`)
  if (agency !== undefined) conditions.push(sql`m.agency_code = ${agency}`)
  if (period !== undefined) conditions.push(sql`m.period = ${period}`)
  if (year !== undefined) conditions.push(sql`m.period >= ${String(year)} and m.period < ${String(year + 1)}`)
  if (state !== undefined) conditions.push(sql`${OWN_STATE} = ${state}`, narrowedTo(state))
  if (quality !== undefined) conditions.push(sql`m.quality = ${quality}`)
  if (provenance !== undefined) conditions.push(sql`m.provenance = ${provenance}`)
  if (client !== undefined) conditions.push(sql`m.client_id = ${client}`)
  if (submission !== undefined) conditions.push(sql`m.submission_id = ${submission}::uuid`)
  return sql.join(conditions, sql` and `)
}

/** Implied by the state, and found without computing the state of every figure there is: the few that were returned among millions. */
function narrowedTo (state: MeasurementRow['state']): SQL {
  switch (state) {
    case 'submitted': return sql`m.initial_state = 'submitted'`
    case 'returned': case 'withdrawn': return sql`(m.indicator_code, m.id, m.revision) in (select e.indicator_code, e.measurement_id, e.revision from measurement_events e where e.kind = ${state})`
    case 'superseded': return sql`false`
    case 'accepted': return sql`true`
  }
}

/** The newest revision of each figure. */
export async function listMeasurements (db: Queryable, filters: MeasurementFilters, page: Page<MeasurementRow>) {
  const condition = where(filters)
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${COLUMNS}, ${OWN_STATE} as state from measurements m ${LAST_EVENT}
    where ${condition} ${page.after === undefined ? sql`` : sql`and ${page.after}`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  if (!page.counted) return { rows: rows.map(fromDatabase), count: undefined }
  const { rows: [total] } = await db.execute<{ count: string }>(sql`select count(*) as count from measurements m ${LAST_EVENT} where ${condition}`)
  return { rows: rows.map(fromDatabase), count: Number(total!.count) }
}

/** A figure at its newest revision, or at the one given. */
export async function findMeasurement (db: Queryable, id: string, revision?: number): Promise<MeasurementRow | undefined> {
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${COLUMNS}, ${STATE} as state from measurements m ${LAST_EVENT}
    where m.id = ${id}::uuid ${revision === undefined ? sql`` : sql`and m.revision = ${revision}`}
    order by m.revision desc limit 1`)
  return rows.map(fromDatabase)[0]
}

export async function listRevisions (db: Queryable, id: string, page: Page<MeasurementRow>) {
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${COLUMNS}, ${STATE} as state from measurements m ${LAST_EVENT}
    where m.id = ${id}::uuid ${page.after === undefined ? sql`` : sql`and ${page.after}`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  if (!page.counted) return { rows: rows.map(fromDatabase), count: undefined }
  const { rows: [total] } = await db.execute<{ count: string }>(sql`select count(*) as count from measurements where id = ${id}::uuid`)
  return { rows: rows.map(fromDatabase), count: Number(total!.count) }
}

function fromDatabase (row: MeasurementRow): MeasurementRow {
  return {
    ...row,
    observedAt: row.observedAt === null ? null : instantFromDatabase(row.observedAt),
    recordedAt: instantFromDatabase(row.recordedAt)
  }
}
