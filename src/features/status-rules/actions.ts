import { sql } from 'drizzle-orm'
import { statusRules } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { unprocessable } from '../../http/problem.js'
import type { StatusRuleRow } from './queries.js'
import { checkThresholds } from './rules.js'
import type { StatusRuleInput } from './schemas.js'

export async function createStatusRule (unit: Transactor, input: StatusRuleInput): Promise<StatusRuleRow> {
  const errors = checkThresholds(input)
  if (errors.length > 0) throw unprocessable(errors)
  const { effectiveFrom, onTrack, atRisk, note = null, pace = 'linear', provenance = 'operational' } = input
  return withTransaction(unit, async tx => {
    // versions are counted: two new ones wait for each other
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('status_rules', 0))`)
    const version = sql`(select coalesce(max(${statusRules.version}), 0) + 1 from ${statusRules})`
    const [row] = await tx.insert(statusRules)
      .values({ version, effectiveFrom, onTrack, atRisk, note, pace, provenance }).returning()
    return row!
  })
}
