import { asc, eq, sql } from 'drizzle-orm'
import { targets, targetVersions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { badRequest, Problem, unprocessable } from '../../http/problem.js'
import { findUnknown } from '../references.js'
import type { AmendmentInput } from './amendment-schemas.js'
import { checkAmendment, checkSupersedes, onlyDrops } from './amendment-rules.js'
import { findIndicatorFacts, type TargetVersionRow } from './queries.js'
import { checkDates, checkDecimals, checkDemand, inOrder, type TargetDemand } from './rules.js'

/**
 * Adds a version to a target; undefined when there is no such target. Two at once wait for each other: the second is
 * judged beside the first, and its version is the next one.
 */
export async function amendTarget (
  unit: Transactor, id: string, input: AmendmentInput, clientId: string | undefined
): Promise<TargetVersionRow | undefined> {
  return withTransaction(unit, async tx => {
    const [target] = await tx.select().from(targets).where(eq(targets.id, id)).for('no key update')
    if (target === undefined) return undefined
    const versions = await tx.select().from(targetVersions)
      .where(eq(targetVersions.targetId, id)).orderBy(asc(targetVersions.version))
    const [first, newest] = [versions[0]!, versions.at(-1)!]
    if (newest.state === 'dropped') throw new Problem('target_dropped')
    const indicator = (await findIndicatorFacts(tx, target.indicatorCode))!

    const demand: TargetDemand = {
      scope: {
        level: target.scopeLevel ?? undefined, agency: target.scopeAgency ?? undefined,
        dimension: target.scopeDimension ?? undefined, member: target.scopeMember ?? undefined
      },
      quantifier: target.quantifier,
      operator: input.operator ?? newest.operator,
      value: input.value ?? newest.value,
      unit: newest.unit,
      effectiveFrom: input.effectiveFrom,
      dueDate: input.dueDate ?? newest.dueDate,
      milestones: input.milestones ?? newest.milestones,
      baseline: newest.baselineDate === null
        ? undefined
        : { value: newest.baselineValue ?? undefined, date: newest.baselineDate, claim: newest.baselineClaim === true }
    }
    const only = onlyDrops(input)
    const malformed = only ? [] : checkDecimals(demand, indicator)
    const errors = [
      ...malformed,
      ...checkAmendment(input, newest, first),
      ...(only ? checkDates(demand) : checkDemand(demand, indicator)),
      ...await findUnknown(tx, [{ noun: 'document', value: input.document, pointer: '/document' }])
    ]
    if (malformed.length > 0) throw badRequest(errors)
    if (errors.length > 0) throw unprocessable(errors)
    const overlooked = checkSupersedes(input, newest)
    if (overlooked !== undefined) throw new Problem('already_amended', { detail: overlooked })

    const { recordedAt, recordedXid, ...kept } = newest
    const [row] = await tx.insert(targetVersions).values({
      ...kept,
      version: newest.version + 1,
      effectiveFrom: input.effectiveFrom,
      operator: demand.operator,
      value: demand.value,
      dueDate: demand.dueDate,
      milestones: inOrder(demand.milestones),
      state: input.state ?? newest.state,
      // the words and what was read into them belong together, and a clause to its document
      wording: input.wording ?? newest.wording,
      interpretation: input.interpretation ?? (input.wording === undefined ? newest.interpretation : null),
      documentId: input.document,
      clause: input.clause ?? null,
      reason: input.reason,
      provenance: input.provenance ?? (newest.provenance === 'illustrative' ? 'illustrative' : 'operational'),
      clientId: clientId ?? null
    }).returning()
    await tx.update(targets).set({ rowVersion: sql`${targets.rowVersion} + 1` }).where(eq(targets.id, id))
    return row
  })
}
