import { randomUUID } from 'node:crypto'
import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { assignments } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { badRequest, bodyError, unprocessable, type FieldError } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { listHistories } from '../agencies/queries.js'
import { resolveAgencies } from '../../world/agencies.js'
import { lifetimeOf } from '../agencies/rules.js'
import { checkQuote } from '../provenance.js'
import { findUnknown, unknownReference } from '../references.js'
import type { AssignmentRow } from './queries.js'
import { checkDates, checkObject, checkPerson } from './rules.js'
import type { AssignmentInput, AssignmentPatch } from './schemas.js'

export async function createAssignment (unit: Transactor, input: AssignmentInput): Promise<AssignmentRow> {
  const form = checkObject(input)
  if (form.length > 0) throw badRequest(form)
  const { person, validFrom = input.startDate ?? today() } = input
  return withTransaction(unit, async tx => {
    const { agency, errors } = await judgeAgency(tx, input.agency, validFrom, input.validTo)
    errors.push(...checkDates({ ...input, validFrom }), ...checkQuote(input), ...await findUnknown(tx, [
      { noun: 'target', value: input.target, pointer: '/target' },
      { noun: 'task', value: input.task, pointer: '/task' },
      { noun: 'document', value: input.document, pointer: '/document' }
    ]))
    if (errors.length > 0) throw unprocessable(errors)
    const [row] = await tx.insert(assignments).values({
      id: randomUUID(),
      targetId: input.target ?? null,
      taskCode: input.task ?? null,
      agencyCode: agency!,
      role: input.role,
      personPosition: person?.position ?? null,
      personName: person?.name ?? null,
      personContact: person?.contact ?? null,
      duty: input.duty ?? null,
      responsibility: input.responsibility ?? null,
      startDate: input.startDate ?? null,
      dueDate: input.dueDate ?? null,
      expectedResult: input.expectedResult ?? null,
      documentId: input.document ?? null,
      quote: input.quote ?? null,
      validFrom,
      validTo: input.validTo ?? null,
      provenance: input.provenance ?? 'operational'
    }).returning()
    return row!
  })
}

/**
 * The agency's code, which must be alive on the day the assignment begins, and as long as it lasts where its end is
 * known.
 */
async function judgeAgency (
  tx: Transaction, name: string, day: string, validTo: string | undefined
): Promise<{ agency?: string, errors: FieldError[] }> {
  const agency = (await resolveAgencies(tx, [name], day)).get(name)
  if (agency === undefined) return { errors: [unknownReference('agency', name, { pointer: '/agency' })] }
  const names = await listLives(tx, agency)
  const alive = names.some(one => one.validFrom <= day && (one.validTo === undefined || one.validTo >= day))
  return {
    agency,
    errors: alive
      ? checkEnd(agency, names, validTo)
      : [
          bodyError(
            '/agency', 'agency_not_alive', `Cơ quan “${agency}” không tồn tại vào ngày ${day}.`,
          `The agency "${agency}" does not exist on ${day}.`
          )
        ]
  }
}

async function listLives (tx: Transaction, agency: string) {
  // a reorganisation that ends it now must see this duty, or be seen by it
  await tx.execute(sql`select from agencies where code = ${agency} for share`)
  return (await listHistories(tx, [agency])).get(agency)!.names
}

function checkEnd (
  agency: string, names: Awaited<ReturnType<typeof listLives>>, validTo: string | undefined
): FieldError[] {
  const { validTo: last } = lifetimeOf(names)
  if (last === undefined || (validTo !== undefined && validTo <= last)) return []
  return [bodyError('/validTo', 'outlives_agency',
    `Cơ quan “${agency}” kết thúc hoạt động ngày ${last}: cần “validTo” không sau ngày ` +
    'đó.', `The agency "${agency}" ends on ${last}: \`validTo\` is no later than that.`)]
}

/** Undefined when there is no such assignment. */
export async function changeAssignment (
  unit: Transactor, id: string, patch: AssignmentPatch, expected: Precondition
): Promise<AssignmentRow | undefined> {
  return withTransaction(unit, async tx => {
    // agencies before their duties, as a reorganisation locks them
    if (patch.validTo !== undefined) {
      await tx.execute(
        sql`select from agencies where code = (select agency_code from assignments where id = ${id}) for share`
      )
    }
    const [row] = await tx.select().from(assignments)
      .where(and(eq(assignments.id, id), isNull(assignments.removedAt))).for('update')
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    const { person, document: documentId = row.documentId, ...rest } = patch
    const next = { ...row, ...rest, documentId, ...mergePerson(row, person) }
    const errors = [
      ...checkDates(next), ...checkQuote(next),
      ...checkPerson({ position: next.personPosition, name: next.personName, contact: next.personContact }),
      ...await findUnknown(tx, [{ noun: 'document', value: patch.document, pointer: '/document' }]),
      ...patch.validTo === undefined
        ? []
        : checkEnd(row.agencyCode, await listLives(tx, row.agencyCode), patch.validTo ?? undefined)
    ]
    if (errors.length > 0) throw unprocessable(errors)
    const [changed] = await tx.update(assignments)
      .set({ ...next, rowVersion: sql`${assignments.rowVersion} + 1` })
      .where(eq(assignments.id, id)).returning()
    return changed
  })
}

function mergePerson (
  row: AssignmentRow, person: AssignmentPatch['person']
): Pick<AssignmentRow, 'personPosition' | 'personName' | 'personContact'> {
  if (person === null) return { personPosition: null, personName: null, personContact: null }
  const { position = row.personPosition, name = row.personName, contact = row.personContact } = person ?? {}
  return { personPosition: position, personName: name, personContact: contact }
}
