import { eq, sql } from 'drizzle-orm'
import { calendars, type StoredDeadline } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable } from '../../http/problem.js'
import { checkQuote } from '../provenance.js'
import { holdPeriodLife } from '../../world/period-life.js'
import { isCalendarInUse } from './queries.js'
import { ruleOf, type CalendarRow } from '../../world/calendars.js'
import { checkInUse, checkTiers } from './rules.js'
import type { CalendarInput, CalendarPatch } from './schemas.js'
import { FREQUENCIES, type Frequency } from '../../domain/words.js'

export async function createCalendar (unit: Transactor, input: CalendarInput): Promise<CalendarRow> {
  const {
    code, name, basis = null, startDay, monthOffset, deadlines, locks = {}, provenance = 'operational', quote = null
  } = input
  const errors = [...checkTiers(deadlines), ...checkQuote({ provenance, quote })]
  if (errors.length > 0) throw unprocessable(errors)
  return withTransaction(unit, async tx => {
    const [row] = await tx.insert(calendars)
      .values({
        code, name, basis, startDay, monthOffset, deadlines: stored(deadlines), locks: locks as CalendarRow['locks'],
        provenance, quote
      }).returning()
    return row!
  })
}

/** Undefined when there is no such calendar. */
export async function changeCalendar (
  unit: Transactor, code: string, patch: CalendarPatch, expected: Precondition
): Promise<CalendarRow | undefined> {
  const { deadlines, locks, ...columns } = patch
  return withTransaction(unit, async tx => {
    // when periods lock, or their deadlines are, is decided as by hand: no figure gets into a period that was locked
    // meanwhile
    await holdPeriodLife(tx, 'exclusive')
    // This lock waits for an indicator that is just being written, so that "in use" cannot be missed.
    const [row] = await tx.select().from(calendars).where(eq(calendars.code, code)).for('update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const whole = { ...row, ...columns, deadlines: deadlines === undefined ? row.deadlines : stored(deadlines) }
    const errors = [
      ...checkTiers(deadlines ?? {}),
      ...checkQuote(whole),
      ...await isCalendarInUse(tx, code) ? checkInUse(ruleOf(row), ruleOf(whole)) : []
    ]
    if (errors.length > 0) throw unprocessable(errors)
    const [changed] = await tx.update(calendars)
      .set({
        ...columns, deadlines: whole.deadlines, ...locks === undefined ? {} : { locks: locks as CalendarRow['locks'] },
        rowVersion: sql`${calendars.rowVersion} + 1`
      })
      .where(eq(calendars.code, code)).returning()
    return changed
  })
}

function stored (deadlines: CalendarInput['deadlines']): Record<Frequency, StoredDeadline[]> {
  return Object.fromEntries(FREQUENCIES.map(frequency =>
    [
      frequency,
      (deadlines[frequency] ?? []).map(({ tier, ...rule }) => ({ tier, rule: rule as StoredDeadline['rule'] }))
    ])) as Record<Frequency, StoredDeadline[]>
}
