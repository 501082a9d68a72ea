import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { indicators, qualityOutcomes, qualityRules } from '../../db/schema/index.js'
import type { Page } from '../../http/list.js'

export type QualityRuleRow = typeof qualityRules.$inferSelect
export type QualityOutcomeRow = typeof qualityOutcomes.$inferSelect

type Filters<Row, Names extends keyof Row> = { [Name in Names]?: Row[Name] | undefined }

export type RuleFilters = Filters<QualityRuleRow, 'kind' | 'severity' | 'state'> & {
  pillar?: string | undefined, indicator?: string | undefined
}

/** `indicator`: the rules that judge it, by its code, by its pillar, or because they judge everything. */
export async function listQualityRules (db: Queryable, filters: RuleFilters, page: Page<QualityRuleRow>) {
  const { kind, severity, state, pillar, indicator } = filters
  const where = and(
    kind && eq(qualityRules.kind, kind),
    severity && eq(qualityRules.severity, severity),
    state && eq(qualityRules.state, state),
    pillar === undefined ? undefined : eq(qualityRules.pillarCode, pillar),
    indicator === undefined
      ? undefined
      : sql`case when ${qualityRules.indicatorCodes} is not null then ${indicator} = any(${qualityRules.indicatorCodes})
        else ${qualityRules.pillarCode} is null or ${qualityRules.pillarCode} = (select ${indicators.pillarCode} from
          ${indicators} where ${indicators.code} = ${indicator}) end`,
    page.recorded
  )
  const rows = await db.select().from(qualityRules)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(qualityRules, where) : undefined }
}

export async function findQualityRule (db: Queryable, code: string): Promise<QualityRuleRow | undefined> {
  const [row] = await db.select().from(qualityRules).where(eq(qualityRules.code, code))
  return row
}

const COLUMNS = sql.join(Object.values(getTableColumns(qualityRules)).map(({ name }) => sql.identifier(name)), sql`, `)

/** All versions of a rule, the present one among them. */
export async function listQualityRuleVersions (db: Queryable, code: string, page: Page<QualityRuleRow>) {
  // a CTE of the table's own name stands before the table
  const all = db.$with('quality_rules', {})
    .as(sql`select ${COLUMNS} from public.quality_rules union all select ${COLUMNS} from history.quality_rules`)
  const where = and(eq(qualityRules.code, code), page.recorded)
  const rows = await db.with(all).select().from(qualityRules)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  if (!page.counted) return { rows, count: undefined }
  const [total] = await db.with(all).select({ count: sql<number>`count(*)::int` }).from(qualityRules).where(where)
  return { rows, count: total!.count }
}

export interface OutcomeFilters {
  rule?: string | undefined, severity?: QualityOutcomeRow['severity'] | undefined, indicator?: string | undefined,
  agency?: string | undefined
  period?: string | undefined, submission?: string | undefined, measurement?: string | undefined,
  client?: string | undefined
}

export async function listQualityOutcomes (db: Queryable, filters: OutcomeFilters, page: Page<QualityOutcomeRow>) {
  const { rule, severity, indicator, agency, period, submission, measurement, client } = filters
  const where = and(
    rule === undefined ? undefined : eq(qualityOutcomes.ruleCode, rule),
    severity && eq(qualityOutcomes.severity, severity),
    indicator === undefined ? undefined : eq(qualityOutcomes.indicatorCode, indicator),
    agency === undefined ? undefined : eq(qualityOutcomes.agencyCode, agency),
    period === undefined ? undefined : eq(qualityOutcomes.period, period),
    submission === undefined ? undefined : eq(qualityOutcomes.submissionId, submission),
    measurement === undefined ? undefined : eq(qualityOutcomes.measurementId, measurement),
    client === undefined ? undefined : eq(qualityOutcomes.clientId, client),
    page.recorded
  )
  const rows = await db.select().from(qualityOutcomes)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(qualityOutcomes, where) : undefined }
}
