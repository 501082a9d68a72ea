import { and, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../db/moment.js'
import { calendars } from '../../db/schema/index.js'
import { windowOf, type CalendarRule } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { parsePeriod } from '../../domain/period.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type CalendarRow = typeof calendars.$inferSelect

export async function listCalendars (db: Queryable, provenance: Provenance | undefined, page: Page<CalendarRow>) {
  const where = and(provenance && eq(calendars.provenance, provenance), page.recorded)
  const rows = await db.select().from(calendars).where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(calendars, where) : undefined }
}

export async function findCalendar (db: Queryable, code: string, at?: string): Promise<CalendarRow | undefined> {
  const [row] = await asKnown(db, at, calendars).select().from(calendars).where(eq(calendars.code, code))
  return row
}

export function ruleOf (row: CalendarRow): CalendarRule {
  return { code: row.code, startDay: row.startDay, monthOffset: row.monthOffset as 0 | -1, deadlines: row.deadlines, locks: row.locks }
}

/** The rules of every calendar, as known now or at the instant `at`. */
export async function listRules (db: Queryable, at?: string): Promise<CalendarRule[]> {
  return (await asKnown(db, at, calendars).select().from(calendars)).map(ruleOf)
}

/** From the first day that the period has in any of the calendars to the last. */
export function spanOf (code: string, rules: readonly CalendarRule[]): { from: CivilDate, to: CivilDate } | undefined {
  const period = parsePeriod(code)
  if (period === undefined || rules.length === 0) return undefined
  const windows = rules.map(rule => windowOf(period, rule))
  return { from: windows.map(({ from }) => from).sort()[0]!, to: windows.map(({ to }) => to).sort().at(-1)! }
}

export async function isCalendarInUse (db: Queryable, code: string): Promise<boolean> {
  const { rows } = await db.execute<{ used: boolean }>(sql`select exists (select from indicators where calendar_code = ${code}) as used`)
  return rows[0]!.used
}
