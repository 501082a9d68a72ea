import { and, eq, lte, sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { statusRules } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import type { Page } from '../../http/list.js'
import type { Provenance } from '../../domain/words.js'

export type StatusRuleRow = typeof statusRules.$inferSelect

/** `on`: only the version in force on that day, the highest of the latest effectiveFrom not after it. */
export async function listStatusRules (
  db: Queryable, filters: { on: CivilDate | undefined, provenance: Provenance | undefined }, page: Page<StatusRuleRow>
) {
  const { on, provenance } = filters
  const where = and(
    on === undefined
      ? undefined
      : eq(
        statusRules.version,
        sql`(select r.version from status_rules r where r.effective_from <= ${on}::date order by r.effective_from desc,
          r.version desc limit 1)`
      ),
    provenance && eq(statusRules.provenance, provenance),
    page.recorded
  )
  const rows = await db.select().from(statusRules)
    .where(and(where, page.after)).orderBy(...page.orderBy).limit(page.take)
  return { rows, count: page.counted ? await db.$count(statusRules, where) : undefined }
}

export async function findStatusRule (db: Queryable, version: number): Promise<StatusRuleRow | undefined> {
  const [row] = await db.select().from(statusRules).where(eq(statusRules.version, version))
  return row
}

/** The rule set by which a status of `on` is judged, as the registry knew it at `asOf` (now when absent). */
export async function findStatusRuleOn (
  db: Queryable, on: CivilDate, asOf?: string
): Promise<StatusRuleRow | undefined> {
  const [row] = await db.select().from(statusRules)
    .where(and(lte(statusRules.effectiveFrom, on), asOf === undefined ? undefined : lte(statusRules.recordedAt, asOf)))
    .orderBy(sql`${statusRules.effectiveFrom} desc, ${statusRules.version} desc`).limit(1)
  return row
}
