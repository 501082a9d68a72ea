import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { calendars } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'
import type { CalendarRow } from '../../world/calendars.js'

export async function listCalendars (db: Queryable, provenance: Provenance | undefined, page: Page<CalendarRow>) {
  const where = and(provenance && eq(calendars.provenance, provenance), page.recorded)
  const rows = await db.select().from(calendars).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(calendars, where) : undefined }
}

export async function findCalendar (db: Queryable, code: string, at?: string): Promise<CalendarRow | undefined> {
  const [row] = await asKnown(db, at, calendars).select().from(calendars).where(eq(calendars.code, code))
  return row
}

export async function isCalendarInUse (db: Queryable, code: string): Promise<boolean> {
  const { rows } = await db.execute<{ used: boolean }>(
    sql`select exists (select from indicators where calendar_code = ${code}) as used`
  )
  return rows[0]!.used
}
