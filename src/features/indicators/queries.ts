import { and, arrayContains, eq, like, or, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { indicators } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'
import type { Frequency, Provenance } from '../../domain/words.js'

export type IndicatorRow = typeof indicators.$inferSelect

export interface IndicatorFilters {
  /** Folded words: names or definition hold all of them. */
  words: readonly string[]
  pillar?: string | undefined
  /** Has a target in this plan. */
  plan?: string | undefined
  calendar?: string | undefined
  frequency?: Frequency | undefined
  timeBasis?: IndicatorRow['timeBasis'] | undefined
  valueKind?: IndicatorRow['valueKind'] | undefined
  direction?: IndicatorRow['direction'] | undefined
  aggregation?: IndicatorRow['aggregation'] | undefined
  reviewPolicy?: IndicatorRow['reviewPolicy'] | undefined
  provenance?: Provenance | undefined
}

export async function listIndicators (db: Queryable, filters: IndicatorFilters, page: Page<IndicatorRow>) {
  const { words, plan, pillar, calendar, ...columns } = filters
  const where = and(
    ...words.map(word => like(indicators.search, `%${word}%`)),
    pillar === undefined ? undefined : eq(indicators.pillarCode, pillar),
    calendar === undefined ? undefined : eq(indicators.calendarCode, calendar),
    plan === undefined
      ? undefined
      : sql`exists (select from targets t where t.indicator_code = ${indicators.code} and t.plan_code = ${plan})`,
    columns.frequency && or(
      eq(indicators.frequency, columns.frequency),
      arrayContains(indicators.coarserFrequencies, [columns.frequency])
    ),
    columns.timeBasis && eq(indicators.timeBasis, columns.timeBasis),
    columns.valueKind && eq(indicators.valueKind, columns.valueKind),
    columns.direction && eq(indicators.direction, columns.direction),
    columns.aggregation && eq(indicators.aggregation, columns.aggregation),
    columns.reviewPolicy && eq(indicators.reviewPolicy, columns.reviewPolicy),
    columns.provenance && eq(indicators.provenance, columns.provenance),
    page.recorded
  )
  const rows = await db.select().from(indicators)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(indicators, where) : undefined }
}

export async function findIndicator (db: Pick<Queryable, 'select'>, code: string): Promise<IndicatorRow | undefined> {
  const [row] = await db.select().from(indicators).where(eq(indicators.code, code))
  return row
}

export interface IndicatorUse { readonly targets: boolean, readonly figures: boolean }

/** Whether there are targets or figures of the indicator. */
export async function findUse (db: Queryable, code: string): Promise<IndicatorUse> {
  const { rows } = await db.execute<IndicatorUse & Record<string, unknown>>(sql`select
    exists (select from targets where indicator_code = ${code}) as targets,
    exists (select from measurements where indicator_code = ${code}) as figures`)
  return rows[0]!
}
