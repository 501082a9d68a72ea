import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { publicHolidays } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import type { CivilDate } from '../../domain/date.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable } from '../../http/problem.js'
import { holdPeriodLife } from '../../world/period-life.js'
import type { HolidayRow } from './queries.js'
import { checkHoliday } from './rules.js'
import type { HolidayInput, HolidayPatch } from './schemas.js'

export async function createHoliday (unit: Transactor, input: HolidayInput): Promise<HolidayRow> {
  const errors = checkHoliday(input)
  if (errors.length > 0) throw unprocessable(errors)
  return withTransaction(unit, async tx => {
    await holdPeriodLife(tx, 'exclusive')
    // a day that comes back goes on counting, so that an ETag of what was removed never fits it
    const rowVersion = sql`(select coalesce(max(row_version), 0) + 1 from history.public_holidays where day =
      ${input.day}::date)`
    const [row] = await tx.insert(publicHolidays).values({ ...input, rowVersion }).returning()
    return row!
  })
}

/** Undefined when there is no such day. */
export async function changeHoliday (
  unit: Transactor, day: CivilDate, patch: HolidayPatch, expected: Precondition
): Promise<HolidayRow | undefined> {
  return withTransaction(unit, async tx => {
    const row = await lock(tx, day, expected)
    if (row === undefined) return undefined
    const errors = checkHoliday({ ...row, ...patch })
    if (errors.length > 0) throw unprocessable(errors)
    const [changed] = await tx.update(publicHolidays)
      .set({
        ...patch, rowVersion: sql`${publicHolidays.rowVersion} + 1`
      }).where(eq(publicHolidays.day, day)).returning()
    return changed
  })
}

/** Whether there was such a day. What it was stays in history. */
export async function removeHoliday (unit: Transactor, day: CivilDate, expected: Precondition): Promise<boolean> {
  return withTransaction(unit, async tx => {
    if (await lock(tx, day, expected) === undefined) return false
    await tx.delete(publicHolidays).where(eq(publicHolidays.day, day))
    return true
  })
}

/** Deadlines, and when periods lock, move with the days: the figures in flight are waited for. */
async function lock (tx: Transaction, day: CivilDate, expected: Precondition): Promise<HolidayRow | undefined> {
  await holdPeriodLife(tx, 'exclusive')
  const [row] = await tx.select().from(publicHolidays).where(eq(publicHolidays.day, day)).for('update')
  if (row !== undefined && !admits(expected, row.rowVersion)) throw stale()
  return row
}
