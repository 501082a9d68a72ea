import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import type { StoredPart } from '../db/schema/indicators.js'
import type { StoredText } from '../db/schema/index.js'
import { dayInProvince } from '../domain/date.js'
import { loadTimeline } from '../world/agencies.js'
import type { TimeBasis, ValueKind } from '../domain/words.js'

/** What an indicator is called, and how its figures are written. */
export interface NamedIndicator {
  readonly name: StoredText
  readonly unit: string
  readonly decimals: number
  readonly valueKind: ValueKind
  readonly numerator: StoredPart | null
  readonly denominator: StoredPart | null
  readonly timeBasis: TimeBasis
  readonly calendar: string
}

/** The names behind the codes, for sheets that people read. */
export interface Names {
  indicator (code: string): NamedIndicator | undefined
  agency (code: string): StoredText | undefined
}

/** As known at the instant: of an agency the name of that day, or its last one. A fixed number of queries. */
export async function loadNames (db: Queryable, at: string): Promise<Names> {
  const { rows } = await db.execute<{
    code: string, nameVi: string, nameEn: string | null
  } & Omit<NamedIndicator, 'name'>>(sql`
    select code, name_vi as "nameVi", name_en as "nameEn", unit, decimals, value_kind as "valueKind", numerator,
      denominator,
      time_basis as "timeBasis", calendar_code as calendar
    from indicators_at(${at}::timestamptz)`)
  const indicators = new Map(rows.map(({ code, nameVi, nameEn, ...rest }): [string, NamedIndicator] =>
    [code, { name: nameEn === null ? { vi: nameVi } : { vi: nameVi, en: nameEn }, ...rest }]))
  const { alive, former } = (await loadTimeline(db, at)).on(dayInProvince(at))
  return { indicator: code => indicators.get(code), agency: code => (alive.get(code) ?? former.get(code))?.name }
}
