import { publicHolidays } from '../db/schema/index.js'
import { asKnown } from '../ledger/moment.js'
import type { Queryable } from '../db/client.js'
import type { Holidays } from '../domain/calendar.js'

/** All days off and days worked in exchange, a few dozen a decade: those known at the instant, or now. */
export async function listHolidays (db: Queryable, at?: string): Promise<Holidays> {
  const rows = await asKnown(db, at, publicHolidays)
    .select({ day: publicHolidays.day, kind: publicHolidays.kind }).from(publicHolidays)
  return {
    off: new Set(rows.filter(row => row.kind === 'off').map(row => row.day)),
    working: new Set(rows.filter(row => row.kind === 'working').map(row => row.day))
  }
}
