import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import type { CalendarRule } from '../domain/calendar.js'
import type { CivilDate } from '../domain/date.js'
import { dutyIn } from '../domain/owners.js'
import { parsePeriod } from '../domain/period.js'
import { isLocked } from '../domain/period-life.js'
import { loadTimelineOf } from './ancestors.js'
import { listHolidays } from './holidays.js'
import { dutyPeriodOf, holdPeriodLife, loadHeirs, loadLeads, loadLife, lockedDetail } from './period-life.js'
import type { LocalText } from '../domain/text.js'

export interface NamedFigure { readonly indicator: string, readonly agency: string, readonly period: string }

/**
 * Of each figure, in order, why nothing of it may change on the day (`period_locked`), or undefined where it may. For
 * reviews and withdrawals: to be called before anything is written; decisions about periods wait until the transaction
 * ends.
 */
export async function findLocked (
  db: Queryable, figures: readonly NamedFigure[], day: CivilDate
): Promise<(LocalText | undefined)[]> {
  if (figures.length === 0) return []
  await holdPeriodLife(db, 'shared')
  const life = await loadLife(db, { periods: figures.map(({ period }) => period) })
  const holidays = await listHolidays(db)
  const rules = await listRules(db, figures.map(({ indicator }) => indicator))
  const leads = await loadLeads(db, figures.map(({ indicator }) => indicator))
  const heirs = await loadHeirs(db, day)
  const timeline = await loadTimelineOf(db, figures.map(({ agency }) => agency))
  return figures.map(({ indicator, agency, period: code }) => {
    const period = parsePeriod(code)
    const rule = rules.get(indicator)
    if (period === undefined || rule === undefined) return undefined
    const of = dutyPeriodOf(life, period, rule, holidays)
    const duty = dutyIn(of, {
      subject: agency, indicator, on: day, leads: leads(indicator, agency).map(({ leadOn }) => leadOn),
      aboveOn: day => timeline.aboveOn(agency, day), ...heirs
    })
    return isLocked(of, duty, day) ? lockedDetail(code) : undefined
  })
}

/** The calendar of each indicator, by the indicator's code. */
export async function listRules (db: Queryable, indicators: readonly string[]): Promise<Map<string, CalendarRule>> {
  const { rows } = await db.execute<Record<string, unknown> & CalendarRule & { indicator: string }>(sql`
    select i.code as indicator, c.code, c.start_day as "startDay", c.month_offset as "monthOffset", c.deadlines, c.locks
    from indicators i join calendars c on c.code = i.calendar_code where i.code =
      any(${sql.param([...new Set(indicators)])}::text[])`)
  return new Map(rows.map(({ indicator, ...rule }) => [indicator, rule]))
}
