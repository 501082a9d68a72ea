import type { Queryable } from '../db/client.js'
import { asKnown } from '../ledger/moment.js'
import { calendars } from '../db/schema/index.js'
import { windowOf, type CalendarRule } from '../domain/calendar.js'
import type { CivilDate } from '../domain/date.js'
import { parsePeriod } from '../domain/period.js'

export type CalendarRow = typeof calendars.$inferSelect

export function ruleOf (row: CalendarRow): CalendarRule {
  return {
    code: row.code, startDay: row.startDay, monthOffset: row.monthOffset as 0 | -1, deadlines: row.deadlines,
    locks: row.locks
  }
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
