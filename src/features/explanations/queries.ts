import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'
import { type ExplanationRow, COLUMNS, from, fromDatabase } from '../../world/explanations.js'

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

export async function findExplanation (db: Queryable, id: string, at: string): Promise<ExplanationRow | undefined> {
  const { rows: [row] } = await db.execute<ExplanationRow>(sql`select ${COLUMNS} ${from(at)} where e.id = ${id}::uuid`)
  return row === undefined ? undefined : fromDatabase(row)
}

export async function listExplanationVersions (db: Queryable, id: string, at: string, page: Page<ExplanationRow>) {
  return readPage(db, sql`from explanations e join explanation_versions v on v.explanation_id = e.id
    where e.id = ${id}::uuid and v.recorded_at <= ${at}::timestamptz`, page)
}
