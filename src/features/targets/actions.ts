import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { targets, targetVersions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { badRequest, bodyError, unprocessable } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { findUnknown, unknownReference } from '../references.js'
import { findIndicatorFacts, findIndicatorOf, findPlanFacts, memberExists } from './queries.js'
import { checkDecimals, checkDemand, checkParent, checkScope, inOrder, type TargetDemand } from './rules.js'
import type { TargetInput } from './schemas.js'

/** Creates a target and its first version; returns its id. Everything that is wrong is told at once. */
export async function createTarget (
  unit: Transactor, input: TargetInput, clientId: string | undefined
): Promise<string> {
  const {
    scope = {}, milestones = [], quantifier = 'aggregate', mode = 'reach', provenance = 'operational', baseline
  } = input
  return withTransaction(unit, async tx => {
    const plan = await findPlanFacts(tx, input.plan)
    const indicator = await findIndicatorFacts(tx, input.indicator)
    const effectiveFrom = input.effectiveFrom ?? plan?.issuedOn ?? today()
    const demand: TargetDemand = {
      scope, quantifier, milestones, effectiveFrom, operator: input.operator, value: input.value,
      dueDate: input.dueDate, baseline, unit: input.unit ?? indicator?.unit ?? ''
    }

    const malformed = indicator === undefined ? [] : checkDecimals(demand, indicator)
    const errors = [
      ...malformed, ...checkScope(scope, quantifier), ...(indicator === undefined ? [] : checkDemand(demand, indicator))
    ]
    errors.push(...await findUnknown(tx, [
      { noun: 'plan', value: input.plan, pointer: '/plan' },
      { noun: 'indicator', value: input.indicator, pointer: '/indicator' },
      { noun: 'target', value: input.parent, pointer: '/parent' },
      { noun: 'document', value: input.document, pointer: '/document' },
      { noun: 'dimension', value: scope.dimension, pointer: '/scope/dimension' }
    ]))
    if (input.parent !== undefined && indicator !== undefined) {
      errors.push(...checkParent(input.parent, await findIndicatorOf(tx, input.parent), input.indicator))
    }
    if (scope.dimension !== undefined && scope.member !== undefined && !errors.some(error =>
      error.pointer === '/scope/dimension') &&
      !await memberExists(tx, scope.dimension, scope.member)) {
      errors.push(bodyError('/scope/member', 'unknown_member',
        `Phân tổ “${scope.dimension}” không có thành phần ` +
        `“${scope.member}”.`, `The dimension "${scope.dimension}" has no member "${scope.member}".`))
    }
    const agency = scope.agency === undefined
      ? undefined
      : (await resolveAgencies(tx, [scope.agency], effectiveFrom)).get(scope.agency)
    if (scope.agency !== undefined && agency === undefined) {
      errors.push(unknownReference('agency', scope.agency, { pointer: '/scope/agency' }))
    }
    if (malformed.length > 0) throw badRequest(errors)
    if (errors.length > 0) throw unprocessable(errors)

    const id = input.id ?? randomUUID()
    await tx.insert(targets).values({
      id,
      planCode: input.plan,
      indicatorCode: input.indicator,
      parentId: input.parent ?? null,
      position: input.position ??
        sql`(select coalesce(max(${targets.position}), 0) + 1 from ${targets} where
          ${eq(targets.planCode, input.plan)})`,
      scopeLevel: scope.level ?? null,
      scopeAgency: agency ?? null,
      scopeDimension: scope.dimension ?? null,
      scopeMember: scope.member ?? null,
      quantifier,
      provenance
    })
    await tx.insert(targetVersions).values({
      targetId: id,
      version: 1,
      effectiveFrom,
      operator: demand.operator,
      value: demand.value,
      unit: demand.unit,
      dueDate: demand.dueDate,
      mode,
      baselineValue: baseline?.value ?? null,
      baselineDate: baseline?.date ?? null,
      baselineClaim: baseline?.claim ?? null,
      baselineSource: baseline?.source ?? null,
      milestones: inOrder(milestones),
      wording: input.wording,
      interpretation: input.interpretation ?? null,
      documentId: input.document ?? plan!.documentId,
      clause: input.clause ?? null,
      provenance,
      clientId: clientId ?? null
    })
    return id
  })
}
