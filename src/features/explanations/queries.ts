import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { ExplanationKind, Provenance } from '../../domain/words.js'

export interface ExplanationRow extends Record<string, unknown> {
  id: string, indicator: string, agency: string
  /** The figure that is explained; absent where a target is. */
  period: string | null, subject: string | null
  target: string | null
  version: number, kind: ExplanationKind, cause: string, remedy: string, dueDate: CivilDate | null
  provenance: Provenance, withdrawalReason: string | null, client: string, recordedAt: string
}

export interface ExplanationFilters {
  target?: string | undefined
  plan?: string | undefined
  indicator?: string | undefined
  /** The agency that explains. */
  agency?: string | undefined
  /** The agency that the figure is about. */
  subject?: string | undefined
  period?: string | undefined
  year?: number | undefined
  kind?: ExplanationRow['kind'] | undefined
  state?: 'standing' | 'withdrawn' | undefined
  provenance?: Provenance | undefined
  dueFrom?: CivilDate | undefined
  dueTo?: CivilDate | undefined
}

const COLUMNS = sql`e.id, e.indicator_code as indicator, e.agency_code as agency,
  e.period, e.subject_agency as subject, e.target_id as target,
  v.version, v.kind, v.cause, v.remedy, v.due_date as "dueDate", v.provenance,
  v.withdrawal_reason as "withdrawalReason", v.client_id as client, v.recorded_at::text as "recordedAt"`

/** Each explanation in the version that was the newest at the instant. */
const from = (at: string) => sql`
  from explanations e
  join lateral (
    select * from explanation_versions v where v.explanation_id = e.id and v.recorded_at <= ${at}::timestamptz
    order by v.version desc limit 1
  ) v on true`

export async function listExplanations (
  db: Queryable, filters: ExplanationFilters, at: string, page: Page<ExplanationRow>
) {
  const { target, plan, indicator, agency, subject, period, year, kind, state, provenance, dueFrom, dueTo } = filters
  const conditions = [sql`true`]
  if (target !== undefined) conditions.push(sql`e.target_id = ${target}`)
  if (plan !== undefined) conditions.push(sql`e.target_id in (select id from targets where plan_code = ${plan})`)
  if (indicator !== undefined) conditions.push(sql`e.indicator_code = ${indicator}`)
  if (agency !== undefined) conditions.push(sql`e.agency_code = ${agency}`)
  if (subject !== undefined) conditions.push(sql`e.subject_agency = ${subject}`)
  if (period !== undefined) conditions.push(sql`e.period = ${period}`)
  if (year !== undefined) conditions.push(sql`left(e.period, 4) = ${String(year)}`)
  if (kind !== undefined) conditions.push(sql`v.kind = ${kind}`)
  if (state !== undefined) conditions.push(sql`(v.withdrawal_reason is not null) = ${state === 'withdrawn'}`)
  if (provenance !== undefined) conditions.push(sql`v.provenance = ${provenance}`)
  if (dueFrom !== undefined) conditions.push(sql`v.due_date >= ${dueFrom}::date`)
  if (dueTo !== undefined) conditions.push(sql`v.due_date <= ${dueTo}::date`)
  return readPage(db, sql`${from(at)} where ${sql.join(conditions, sql` and `)}`, page)
}

async function readPage (db: Queryable, all: SQL, { after, orderBy, take, counted, recorded }: Page<ExplanationRow>) {
  const rest = recorded === undefined ? all : sql`${all} and ${recorded}`
  const { rows } = await db.execute<ExplanationRow>(sql`
    select ${COLUMNS} ${rest} ${after === undefined ? sql`` : sql`and ${after}`}
    order by ${sql.join(orderBy, sql`, `)} limit ${take}`)
  if (!counted) return { rows: rows.map(fromDatabase), count: undefined }
  const { rows: [total] } = await db.execute<{ count: number }>(sql`select count(*)::integer as count ${rest}`)
  return { rows: rows.map(fromDatabase), count: total!.count }
}

/** Explanations of figures of these years, and of any target of the indicators. */
export interface StandingRange {
  readonly at: string
  readonly indicators: readonly string[]
  readonly fromYear: number
  readonly toYear: number
}

/** The explanations that were not withdrawn by the instant, in the order in which they were last changed. */
export async function listStanding (db: Queryable, range: StandingRange): Promise<ExplanationRow[]> {
  const { at, indicators, fromYear, toYear } = range
  const { rows } = await db.execute<ExplanationRow>(sql`
    select ${COLUMNS} ${from(at)}
    where v.withdrawal_reason is null and e.indicator_code = any(${sql.param([...new Set(indicators)])}::text[])
      and (e.target_id is not null or left(e.period, 4)::integer between ${fromYear} and ${toYear})
    order by v.recorded_at, e.id`)
  return rows.map(fromDatabase)
}

export async function findExplanation (db: Queryable, id: string, at: string): Promise<ExplanationRow | undefined> {
  const { rows: [row] } = await db.execute<ExplanationRow>(sql`select ${COLUMNS} ${from(at)} where e.id = ${id}::uuid`)
  return row === undefined ? undefined : fromDatabase(row)
}

export async function listExplanationVersions (db: Queryable, id: string, at: string, page: Page<ExplanationRow>) {
  return readPage(db, sql`from explanations e join explanation_versions v on v.explanation_id = e.id
    where e.id = ${id}::uuid and v.recorded_at <= ${at}::timestamptz`, page)
}

function fromDatabase (row: ExplanationRow): ExplanationRow {
  return { ...row, recordedAt: instantFromDatabase(row.recordedAt) }
}
