import { eq, sql } from 'drizzle-orm'
import { calendars, periodTransitions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { windowOf } from '../../domain/calendar.js'
import { parsePeriod } from '../../domain/period.js'
import { unprocessable } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { findUnknown } from '../references.js'
import { holdPeriodLife } from '../../world/period-life.js'
import { ruleOf } from '../../world/calendars.js'
import { checkEffectiveOn } from './rules.js'
import type { TransitionRow } from './transition-queries.js'
import type { PeriodTransitionInput } from './transition-schemas.js'

/** Undefined when there is no such calendar. */
export async function createTransition (
  unit: Transactor, calendar: string, code: string, input: PeriodTransitionInput, clientId: string
): Promise<TransitionRow | undefined> {
  const { to, reason, document: documentId = null, effectiveOn = today() } = input
  const period = parsePeriod(code)!
  return withTransaction(unit, async tx => {
    await holdPeriodLife(tx, 'exclusive')
    const [row] = await tx.select().from(calendars).where(eq(calendars.code, calendar)).for('key share')
    if (row === undefined) return undefined
    const errors = [
      ...checkEffectiveOn(effectiveOn, windowOf(period, ruleOf(row)), code),
      ...await findUnknown(tx, [{ noun: 'document', value: documentId, pointer: '/document' }])
    ]
    if (errors.length > 0) throw unprocessable(errors)
    const sequence = sql`(select coalesce(max(sequence), 0) + 1 from period_transitions where calendar_code =
      ${calendar} and period = ${code})`
    const [made] = await tx.insert(periodTransitions)
      .values({
        calendarCode: calendar, period: code, sequence, to, effectiveOn, reason, documentId, clientId
      }).returning()
    return made
  })
}
