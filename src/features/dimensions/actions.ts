import { and, eq, sql } from 'drizzle-orm'
import { dimensionMembers, dimensions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable } from '../../http/problem.js'
import { checkQuote } from '../provenance.js'
import type { DimensionRow, MemberRow } from './queries.js'
import type { DimensionInput, DimensionMemberInput, DimensionMemberPatch, DimensionPatch } from './schemas.js'

export async function createDimension (unit: Transactor, input: DimensionInput): Promise<DimensionRow> {
  const { code, name, note = null, provenance = 'operational', quote = null } = input
  const errors = checkQuote({ provenance, quote })
  if (errors.length > 0) throw unprocessable(errors)
  return withTransaction(unit, async tx => {
    const [row] = await tx.insert(dimensions).values({ code, name, note, provenance, quote }).returning()
    return row!
  })
}

/** Undefined when there is no such dimension. */
export async function changeDimension (
  unit: Transactor, code: string, patch: DimensionPatch, expected: Precondition
): Promise<DimensionRow | undefined> {
  return withTransaction(unit, async tx => {
    const [row] = await tx.select().from(dimensions).where(eq(dimensions.code, code)).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const errors = checkQuote({ ...row, ...patch })
    if (errors.length > 0) throw unprocessable(errors)
    const [changed] = await tx.update(dimensions).set({ ...patch, rowVersion: sql`${dimensions.rowVersion} + 1` })
      .where(eq(dimensions.code, code)).returning()
    return changed
  })
}

/** Undefined when there is no such dimension. */
export async function createMember (
  unit: Transactor, dimension: string, input: DimensionMemberInput
): Promise<MemberRow | undefined> {
  const { code, name, provenance = 'operational' } = input
  return withTransaction(unit, async tx => {
    // two members that are both to be last wait for each other here
    const [found] = await tx.select().from(dimensions).where(eq(dimensions.code, dimension)).for('no key update')
    if (found === undefined) return undefined
    const position = input.position ??
      sql`(select coalesce(max(${dimensionMembers.position}), 0) + 1 from ${dimensionMembers} where
        ${eq(dimensionMembers.dimensionCode, dimension)})`
    const [row] = await tx.insert(dimensionMembers)
      .values({ dimensionCode: dimension, code, name, position, provenance }).returning()
    return row
  })
}

/** Undefined when there is no such member. */
export async function changeMember (
  unit: Transactor, dimension: string, code: string, patch: DimensionMemberPatch, expected: Precondition
): Promise<MemberRow | undefined> {
  const one = and(eq(dimensionMembers.dimensionCode, dimension), eq(dimensionMembers.code, code))
  return withTransaction(unit, async tx => {
    const [row] = await tx.select().from(dimensionMembers).where(one).for('no key update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const [changed] = await tx.update(dimensionMembers)
      .set({ ...patch, rowVersion: sql`${dimensionMembers.rowVersion} + 1` }).where(one).returning()
    return changed
  })
}
