import { eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { pillars, planPillars } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable } from '../../http/problem.js'
import { checkQuote } from '../provenance.js'
import { findUnknown } from '../references.js'
import type { PillarRow, Place } from './queries.js'
import { checkPlaces } from './rules.js'
import type { PillarInput, PillarPatch } from './schemas.js'

export async function createPillar (unit: Transactor, input: PillarInput): Promise<PillarRow> {
  const { code, name, plans = [], provenance = 'operational', quote = null } = input
  return withTransaction(unit, async tx => {
    await judge(tx, plans, { provenance, quote })
    const [row] = await tx.insert(pillars).values({ code, name, provenance, quote }).returning()
    await insertPlaces(tx, code, plans)
    return row!
  })
}

/** Undefined when there is no such pillar. */
export async function changePillar (
  unit: Transactor, code: string, patch: PillarPatch, expected: Precondition
): Promise<PillarRow | undefined> {
  const { plans, ...columns } = patch
  return withTransaction(unit, async tx => {
    const [row] = await tx.select().from(pillars).where(eq(pillars.code, code)).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    await judge(tx, plans ?? [], { ...row, ...columns })
    if (plans !== undefined) {
      await tx.delete(planPillars).where(eq(planPillars.pillarCode, code))
      await insertPlaces(tx, code, plans)
    }
    const [changed] = await tx.update(pillars).set({ ...columns, rowVersion: sql`${pillars.rowVersion} + 1` })
      .where(eq(pillars.code, code)).returning()
    return changed
  })
}

async function judge (
  tx: Transaction, places: readonly Place[], source: Parameters<typeof checkQuote>[0]
): Promise<void> {
  const errors = [
    ...checkPlaces(places),
    ...checkQuote(source),
    ...await findUnknown(tx, places.map(({ plan }, i) => ({ noun: 'plan', value: plan, pointer: `/plans/${i}/plan` })))
  ]
  if (errors.length > 0) throw unprocessable(errors)
}

async function insertPlaces (tx: Transaction, code: string, places: readonly Place[]): Promise<void> {
  if (places.length === 0) return
  await tx.insert(planPillars)
    .values(places.map(({ plan, position }) => ({ planCode: plan, pillarCode: code, position })))
}
