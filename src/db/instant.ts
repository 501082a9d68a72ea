import { customType } from 'drizzle-orm/pg-core'

/**
 * What PostgreSQL prints for a timestamptz while the session's time zone is UTC:
 * "2025-01-02 03:04:05.12+00", and inside JSON "2025-01-02T03:04:05.12+00:00".
 */
const PRINTED = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(?:\+00(?::00)?|Z)$/

/**
 * The one spelling of an instant: "YYYY-MM-DDTHH:MM:SS.ffffffZ", always six decimals, so that
 * text order is time order. Throws on "infinity", years beyond 9999 and any zone but UTC: the
 * first two are refused by the columns' checks, the third means a connection not made by
 * `openDatabase`.
 */
export function instantFromDatabase (printed: string): string {
  const match = PRINTED.exec(printed)
  if (match === null) throw new RangeError(`not an instant in UTC: ${JSON.stringify(printed)}`)
  return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(6, '0')}Z`
}

/**
 * timestamptz(6) as a string. A JS `Date` would lose the microseconds, and a cursor on it would repeat a row for ever.
 */
export const instant = customType<{ data: string, driverData: string }>({
  dataType: () => 'timestamp (6) with time zone',
  fromDriver: instantFromDatabase
})
