import { and, count, eq, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { asKnown } from '../../ledger/moment.js'
import { publicHolidays } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type HolidayRow = typeof publicHolidays.$inferSelect

export interface HolidayFilters {
  year?: number | undefined
  kind?: HolidayRow['kind'] | undefined
  provenance?: Provenance | undefined
}

export async function listHolidayRows (
  db: Queryable, { year, kind, provenance }: HolidayFilters, at: string, page: Page<HolidayRow>
) {
  const where = and(
    year === undefined ? undefined : sql`extract(year from ${publicHolidays.day}) = ${year}`,
    kind && eq(publicHolidays.kind, kind),
    provenance && eq(publicHolidays.provenance, provenance),
    page.recorded
  )
  const then = asKnown(db, at, publicHolidays)
  const rows = await then.select().from(publicHolidays)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows, count: undefined }
  const [total] = await then.select({ count: count() }).from(publicHolidays).where(where)
  return { rows, count: total!.count }
}

export async function findHoliday (db: Queryable, day: CivilDate, at: string): Promise<HolidayRow | undefined> {
  const [row] = await asKnown(db, at, publicHolidays).select().from(publicHolidays).where(eq(publicHolidays.day, day))
  return row
}
