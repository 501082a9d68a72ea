import { randomUUID } from 'node:crypto'
import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { targets, targetVersions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import type { CivilDate } from '../../domain/date.js'
import { badRequest, bodyError, Problem, unprocessable, type FieldError } from '../../http/problem.js'
import { today } from '../../http/today.js'
import type { Structure } from '../../world/structure.js'
import { loadTimeline, resolveAgencies } from '../../world/agencies.js'
import { findUnknown, unknownReference } from '../references.js'
import { listTargetsInForce, type TargetInForce } from '../../world/figures.js'
import {
  checkMethod, checkRecipients, checkShareDecimals, checkShares, shareOut, type Recipient, type Remainder
} from './allocation-rules.js'
import type { TargetAllocationInput } from './allocation-schemas.js'
import { findIndicatorFacts, findTarget, findTargets, type TargetRow } from './queries.js'
import { membersOf, placesIn } from './parts.js'
import { checkDates, type TargetDemand } from './rules.js'

/** The longest code there is (http/schema.ts). */
const MAX_ID = 64
/** A write is judged by all that is known, not by what was known when it began. */
const NOW = 'infinity'

export interface Allocated { rows: TargetRow[], remainder: Remainder | undefined }

/** Hands a target down; undefined when there is no such target. All parts are written, or none. */
export async function allocateTarget (
  unit: Transactor, id: string, input: TargetAllocationInput, clientId: string | undefined
): Promise<Allocated | undefined> {
  return withTransaction(unit, async tx => {
    // the structure stands still while it is judged by; agencies/actions.ts locks it for itself
    await tx.execute(sql`select pg_advisory_xact_lock_shared(hashtextextended('agency_parents', 0))`)
    const [target] = await tx.select().from(targets).where(eq(targets.id, id)).for('no key update')
    if (target === undefined) return undefined
    const effectiveFrom = input.effectiveFrom ?? await defaultDay(tx, id)
    const { version } = (await findTarget(tx, id, effectiveFrom))!
    if (version.state === 'dropped') throw new Problem('target_dropped')
    const indicator = (await findIndicatorFacts(tx, target.indicatorCode))!
    const demand: TargetDemand = {
      scope: {}, quantifier: target.quantifier, milestones: [], unit: version.unit, effectiveFrom,
      operator: input.operator ?? version.operator, value: version.value, dueDate: input.dueDate ?? version.dueDate
    }
    const errors = [
      ...checkMethod(input), ...checkDates(demand),
      ...await findUnknown(tx, [{ noun: 'document', value: input.document, pointer: '/document' }])
    ]
    const [item] = await listTargetsInForce(tx, { target: id }, { on: effectiveFrom, at: NOW })
    if (item === undefined) throw unprocessable([...errors, tooEarly(version.effectiveFrom)])

    const structure = (await loadTimeline(tx, NOW)).on(effectiveFrom)
    const { recipients, unknown } = await findRecipients(tx, item, input, structure)
    const allocated = await listAllocated(tx, id)
    const malformed = checkShareDecimals(recipients, indicator)
    errors.push(...unknown, ...malformed, ...checkRecipients(recipients, placesIn(item, structure), allocated))
    if (malformed.length > 0) throw badRequest(errors)
    if (errors.length > 0) throw unprocessable(errors)
    refuseAllocated(recipients, allocated)

    const { shares, remainder } = shareOut(
      input.method, recipients, version.value, item.indicator.aggregation, indicator.decimals
    )
    const outside = checkShares(input.method, recipients, shares, demand, indicator)
    if (outside.length > 0) throw unprocessable(outside)

    const ids = await namesOf(tx, id, shares.map(({ agency }) => agency))
    const [{ position }] = await tx.select({
      position: sql<number>`coalesce(max(${targets.position}), 0)`
    }).from(targets).where(eq(targets.planCode, target.planCode)) as [{ position: number }]
    const provenance = input.provenance ?? (version.provenance === 'illustrative' ? 'illustrative' : 'operational')
    await tx.insert(targets).values(shares.map(({ agency }, i) => ({
      id: ids[i]!,
      planCode: target.planCode,
      indicatorCode: target.indicatorCode,
      parentId: id,
      position: position + i + 1,
      scopeAgency: agency,
      scopeDimension: target.scopeDimension,
      scopeMember: target.scopeMember,
      // of one agency only the members of a dimension are left to range over
      quantifier: target.scopeDimension !== null && target.scopeMember === null
        ? target.quantifier
        : 'aggregate' as const,
      allocation: true,
      provenance
    })))
    await tx.insert(targetVersions).values(shares.map(({ value }, i) => ({
      targetId: ids[i]!,
      version: 1,
      effectiveFrom,
      operator: demand.operator,
      value,
      unit: demand.unit,
      dueDate: demand.dueDate,
      mode: version.mode,
      wording: input.wording ?? version.wording,
      interpretation: input.wording === undefined ? version.interpretation : null,
      documentId: input.document,
      clause: input.clause ?? null,
      provenance,
      clientId: clientId ?? null
    })))
    return { rows: await findTargets(tx, ids, effectiveFrom), remainder }
  })
}

/** Today; of a target that is not in force yet, the day from which it is. */
async function defaultDay (tx: Transaction, id: string): Promise<CivilDate> {
  const day = today()
  const { version } = (await findTarget(tx, id, day))!
  return version.effectiveFrom > day ? version.effectiveFrom : day
}

function tooEarly (day: CivilDate): FieldError {
  return bodyError('/effectiveFrom', 'effective_before_target',
    `Mục tiêu có hiệu lực từ ${day}; phần được giao không thể có hiệu lực trước đó.`,
    `The target is in force from ${day}: a part of it cannot be in force before it.`)
}

async function findRecipients (
  tx: Transaction, item: TargetInForce, { agencies }: TargetAllocationInput, structure: Structure
): Promise<{ recipients: Recipient[], unknown: FieldError[] }> {
  if (agencies === 'all_in_scope') {
    const members = membersOf(item, structure)
    return members.length > 0
      ? { recipients: members.map(({ code }) => ({ agency: code, pointer: '/agencies' })), unknown: [] }
      : {
          recipients: [],
          unknown: [
            bodyError(
              '/agencies', 'nobody_in_scope', 'Phạm vi không gồm cơ quan nào vào ngày có hiệu lực; hãy nêu từng cơ ' +
                'quan.',
              'The scope is made of no agencies on the day of effect; name them.'
            )
          ]
        }
  }
  const codes = await resolveAgencies(tx, agencies.map(({ agency }) => agency), structure.on)
  const unknown: FieldError[] = []
  const recipients = agencies.flatMap(({ agency: name, value }, i) => {
    const agency = codes.get(name)
    if (agency !== undefined) return [{ agency, value, pointer: `/agencies/${i}` }]
    unknown.push(unknownReference('agency', name, { pointer: `/agencies/${i}/agency` }))
    return []
  })
  return { recipients, unknown }
}

async function listAllocated (tx: Transaction, id: string): Promise<string[]> {
  const rows = await tx.select({ agency: targets.scopeAgency }).from(targets)
    .where(and(eq(targets.parentId, id), eq(targets.allocation, true)))
  return rows.map(({ agency }) => agency!)
}

function refuseAllocated (recipients: readonly Recipient[], allocated: readonly string[]): void {
  const taken = recipients.filter(({ agency }) => allocated.includes(agency))
  if (taken.length === 0) return
  throw new Problem('already_allocated', {
    errors: taken.map(({ agency, pointer }) => bodyError(
      pointer, 'already_allocated', `“${agency}” đã có phần của mục tiêu này.`,
      `"${agency}" has its part of this target already.`
    ))
  })
}

/** `<parent>.<agency>`; where that is too long or taken, an id of the registry's own. */
async function namesOf (tx: Transaction, id: string, agencies: readonly string[]): Promise<string[]> {
  const names = agencies.map(agency => `${id}.${agency}`)
  const rows = await tx.select({ id: targets.id }).from(targets).where(inArray(targets.id, names))
  const taken = new Set(rows.map(row => row.id))
  return names.map(name => name.length > MAX_ID || taken.has(name) ? randomUUID() : name)
}
