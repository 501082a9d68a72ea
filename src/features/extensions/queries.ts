import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { CalendarRule } from '../../domain/calendar.js'
import type { Page } from '../../http/list.js'
import type { ExtensionKind, Frequency } from '../../domain/words.js'

export interface ExtensionRow extends Record<string, unknown> {
  id: string, kind: ExtensionKind, agency: string, withSubtree: boolean, indicator: string | null
  period: string, until: string | null, reason: string, grantedBy: string | null, document: string | null
  client: string, recordedAt: string
  revokedReason: string | null, revokedBy: string | null, revokedAt: string | null
}

export interface ExtensionFilters {
  kind?: ExtensionRow['kind'] | undefined
  agency?: string | undefined
  indicator?: string | undefined
  period?: string | undefined
  year?: number | undefined
  revoked?: boolean | undefined
}

const from = (at: string | undefined): SQL => sql`
  select e.id, e.kind, e.agency_code as agency, e.with_subtree as "withSubtree", e.indicator_code as indicator,
    e.period, e.until,
    e.reason, e.granted_by as "grantedBy", e.document_id as document, e.client_id as client, e.recorded_at::text as
      "recordedAt",
    r.reason as "revokedReason", r.client_id as "revokedBy", r.recorded_at::text as "revokedAt"
  from extensions e
  left join extension_revocations r on r.extension_id = e.id ${at === undefined
? sql``
: sql`and r.recorded_at <=
    ${at}::timestamptz`}`

export async function listExtensions (db: Queryable, filters: ExtensionFilters, at: string, page: Page<ExtensionRow>) {
  const { kind, agency, indicator, period, year, revoked } = filters
  const conditions = [sql`e.recorded_at <= ${at}::timestamptz`]
  if (kind !== undefined) conditions.push(sql`e.kind = ${kind}`)
  if (agency !== undefined) conditions.push(sql`e.agency_code = ${agency}`)
  if (indicator !== undefined) conditions.push(sql`e.indicator_code = ${indicator}`)
  if (period !== undefined) conditions.push(sql`e.period = ${period}`)
  if (year !== undefined) conditions.push(sql`left(e.period, 4) = ${String(year)}`)
  if (revoked !== undefined) conditions.push(revoked ? sql`r.extension_id is not null` : sql`r.extension_id is null`)
  if (page.recorded !== undefined) conditions.push(page.recorded)
  const where = sql.join(conditions, sql` and `)
  const { rows } = await db.execute<ExtensionRow>(sql`${from(at)} where ${where}
    ${page.after === undefined ? sql`` : sql`and ${page.after}`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  if (!page.counted) return { rows: rows.map(fromDatabase), count: undefined }
  const { rows: [total] } = await db.execute<{ count: number }>(sql`select count(*)::integer as count from (${from(
    at
  )} where ${where}) counted`)
  return { rows: rows.map(fromDatabase), count: total!.count }
}

export async function findExtension (db: Queryable, id: string, at?: string): Promise<ExtensionRow | undefined> {
  const { rows: [row] } = await db.execute<ExtensionRow>(sql`${from(at)} where e.id = ${id}::uuid ${at === undefined
    ? sql``
    : sql`and e.recorded_at <= ${at}::timestamptz`}`)
  return row === undefined ? undefined : fromDatabase(row)
}

function fromDatabase (row: ExtensionRow): ExtensionRow {
  return {
    ...row, recordedAt: instantFromDatabase(row.recordedAt),
    revokedAt: row.revokedAt === null ? null : instantFromDatabase(row.revokedAt)
  }
}

/** The calendar of an indicator; of all the indicators of the frequency when none is named. */
export async function listCalendarsOf (
  db: Queryable, of: { indicator: string } | { frequency: Frequency }
): Promise<{ frequencies: Frequency[], rule: CalendarRule }[]> {
  const { rows } = await db.execute<Record<string, unknown> & CalendarRule & { frequencies: Frequency[] }>(sql`
    select distinct on (c.code) array[i.frequency] || i.coarser_frequencies as frequencies, c.code,
      c.start_day as "startDay", c.month_offset as "monthOffset", c.deadlines, c.locks
    from indicators i join calendars c on c.code = i.calendar_code
    where ${'indicator' in of
      ? sql`i.code = ${of.indicator}`
      : sql`${of.frequency} = any(array[i.frequency] || i.coarser_frequencies)`} order by c.code`)
  return rows.map(({ frequencies, ...rule }) => ({ frequencies, rule }))
}
