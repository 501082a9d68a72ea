import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import type { CalendarRule, Holidays } from '../domain/calendar.js'
import { addDays, type CivilDate } from '../domain/date.js'
import type { Heirs, LeadOn } from '../domain/owners.js'
import type { Period } from '../domain/period.js'
import type { DutyPeriod, Extension, Transition } from '../domain/period-life.js'
import { heirOf, type Succession } from '../domain/succession.js'
import { listSuccessions } from './successions.js'
import type { LocalText } from '../domain/text.js'

/** What was decided of periods by hand: their transitions, and the extensions and excuses that stand. */
export interface LifeRecords {
  transitionsOf (calendar: string, period: string): readonly Transition[]
  extensionsOf (period: string): readonly Extension[]
}

/** Who led when, for each target of the indicator that is about the agency as a whole. */
export type Leads = (indicator: string, whole: string) => readonly Lead[]
export interface Lead { readonly target: string, readonly leadOn: LeadOn }

/** Of these periods, or of all; as known at the instant, or now. */
export async function loadLife (
  db: Queryable, { periods, at }: { periods?: readonly string[] | undefined, at?: string | undefined }
): Promise<LifeRecords> {
  const among = (column: string) =>
    periods === undefined ? sql`` : sql`and ${sql.raw(column)} = any(${sql.param([...new Set(periods)])}::text[])`
  const by = (column: string) => at === undefined ? sql`` : sql`and ${sql.raw(column)} <= ${at}::timestamptz`
  const transitions = await db.execute<Record<string, unknown> & Transition & { calendar: string, period: string }>(sql`
    select t.calendar_code as calendar, t.period, t.to_state as "to", t.effective_on as "effectiveOn", t.sequence
    from period_transitions t where true ${among('t.period')} ${by('t.recorded_at')}`)
  const extensions = await db.execute<Record<string, unknown> & Omit<Extension, 'indicator' | 'until'> & {
    indicator: string | null, until: string | null
  }>(sql`
    select e.id, e.kind, e.agency_code as agency, e.with_subtree as "withSubtree", e.indicator_code as indicator,
      e.period, e.until
    from extensions e
    where not exists (select from extension_revocations r where r.extension_id = e.id ${by('r.recorded_at')})
      ${among('e.period')} ${by('e.recorded_at')}
    order by e.id`)
  const set = groupBy(transitions.rows, ({ calendar, period }) => keyOf(calendar, period))
  const given = groupBy(extensions.rows.map(({ indicator, until, ...rest }): Extension =>
    ({ ...rest, indicator: indicator ?? undefined, until: until ?? undefined })), ({ period }) => period)
  return {
    transitionsOf: (calendar, period) => set.get(keyOf(calendar, period)) ?? [],
    extensionsOf: period => given.get(period) ?? []
  }
}

interface LeadRow extends Record<string, unknown> {
  target: string, indicator: string, whole: string, lead: string, from: CivilDate, to: CivilDate | null
}

/** As known at the instant, or now. */
export async function loadLeads (db: Queryable, indicators: readonly string[], at?: string): Promise<Leads> {
  const [assigned, planned] = at === undefined
    ? [sql`assignments a`, sql`plans p`]
    : [sql`assignments_at(${at}::timestamptz) a`, sql`plans_at(${at}::timestamptz) p`]
  const removed = at === undefined
    ? sql`a.removed_at is null`
    : sql`(a.removed_at is null or a.removed_at > ${at}::timestamptz)`
  const { rows } = await db.execute<LeadRow>(sql`
    select t.id as target, t.indicator_code as indicator, coalesce(t.scope_agency, p.agency_code) as whole,
      a.agency_code as lead, a.valid_from as "from", a.valid_to as "to"
    from ${assigned} join targets t on t.id = a.target_id join ${planned} on p.code = t.plan_code
    where a.role = 'lead' and ${removed} and t.scope_level is null
      and t.indicator_code = any(${sql.param([...new Set(indicators)])}::text[])
    order by t.id, a.valid_from`)
  const leads = new Map([...groupBy(rows, ({ indicator, whole }) => keyOf(indicator, whole))].map(([key, led]) =>
    [key, [...groupBy(led, ({ target }) => target)].map(([target, spells]) => ({ target, leadOn: leadOnOf(spells) }))]))
  return (indicator, whole) => leads.get(keyOf(indicator, whole)) ?? []
}

function leadOnOf (spells: readonly LeadRow[]): LeadOn {
  return day => spells.find(({ from, to }) => from <= day && (to === null || to >= day))?.lead
}

/** Who goes on, as known now, with the figures of the bodies that had ended by the day. */
export async function loadHeirs (db: Queryable, day: CivilDate): Promise<Heirs> {
  const { rows } = await db.execute<{ code: string, end: CivilDate }>(sql`
    select agency_code as code, max(valid_to) as "end" from agency_names where removed_at is null
    group by agency_code having bool_and(valid_to < ${day}::date)`)
  const ends = new Map(rows.map(({ code, end }) => [code, end]))
  return heirsOf(code => ends.get(code), ends.size === 0 ? [] : await listSuccessions(db))
}

export function heirsOf (endOf: Heirs['endOf'], successions: readonly Succession[]): Heirs {
  return {
    endOf,
    successorOf (code, indicator) {
      const end = endOf(code)
      return end === undefined ? undefined : heirOf(successions, code, indicator, addDays(end, 1))
    }
  }
}

export function dutyPeriodOf (life: LifeRecords, period: Period, rule: CalendarRule, holidays: Holidays): DutyPeriod {
  return {
    period, rule, holidays, transitions: life.transitionsOf(rule.code, period.code),
    extensions: life.extensionsOf(period.code)
  }
}

export function lockedDetail (period: string): LocalText {
  return {
    vi: `Kỳ ${period} đã khóa; chỉ cơ quan được gia hạn (/v1/extensions) mới gửi, sửa, duyệt hay rút số liệu được.`,
    en: `The period ${period} is locked; only an agency with an extension (/v1/extensions) can still report, and its ` +
      'figures be changed, reviewed or withdrawn.'
  }
}

/**
 * A decision about a period waits for the writes of figures in flight and those after it wait for it, so that nothing
 * is written into a period that was locked meanwhile. To be taken before it is read and before anything is written.
 */
export async function holdPeriodLife (db: Queryable, mode: 'shared' | 'exclusive'): Promise<void> {
  await db.execute(sql`select ${sql.raw(mode === 'shared'
    ? 'pg_advisory_xact_lock_shared'
    : 'pg_advisory_xact_lock')}(hashtextextended('period_life', 4677))`)
}

const keyOf = (calendar: string, period: string) => `${calendar} ${period}`

function groupBy<T> (rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group === undefined) groups.set(key(row), [row])
    else group.push(row)
  }
  return groups
}
