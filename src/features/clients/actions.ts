import { randomBytes } from 'node:crypto'
import { eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { clientGrants, clients, type Scope } from '../../db/schema/clients.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { unprocessable, type FieldError } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { resolveAgencies } from '../../world/agencies.js'
import { findUnknown, unknownReference } from '../references.js'
import { keepingAdministrator } from './administrators.js'
import { CHANGED, holdClient } from './hold.js'
import { findClientWithGrants, type ClientRow, type ClientWithGrants } from './queries.js'
import { listGrantRows } from '../../world/grants.js'
import { checkGrants, checkId, grantKey, type GivenGrant } from './rules.js'

/** Absent is all agencies, or all indicators. */
export interface GrantInput {
  agency?: string, withSubtree?: boolean, indicator?: string, validFrom?: string, validTo?: string
}
type Optional<T> = { [K in keyof T]?: T[K] | null | undefined }
type Contact = Optional<{ name: string, email: string, phone: string }>

export interface ClientInput {
  id?: string, name: string, contact?: Contact, scopes: readonly Scope[], grants?: readonly GrantInput[]
}
export interface ClientPatch {
  name?: string, contact?: Contact | null, scopes?: readonly Scope[], grants?: readonly GrantInput[]
}

/** Without a secret: that is made by `createSecret`. */
export async function createClient (unit: Transactor, input: ClientInput): Promise<ClientWithGrants> {
  const { id = `client-${randomBytes(8).toString('hex')}`, name, contact, scopes, grants = [] } = input
  return withTransaction(unit, async tx => {
    const { given, errors } = await judgeGrants(tx, grants)
    errors.unshift(...checkId(input.id))
    if (errors.length > 0) throw unprocessable(errors)
    await tx.insert(clients).values({
      id, name, scopes: [...scopes], contactName: contact?.name ?? null, contactEmail: contact?.email ?? null,
      contactPhone: contact?.phone ?? null
    })
    await insertGrants(tx, id, given)
    return (await findClientWithGrants(tx, id))!
  })
}

/**
 * Undefined when there is no such client. `grants` are all of them; one that stays as it was keeps where it came from.
 */
export async function changeClient (
  unit: Transactor, id: string, patch: ClientPatch, expected: Precondition
): Promise<ClientWithGrants | undefined> {
  return withTransaction(unit, tx => keepingAdministrator(tx, async () => {
    // agencies before grants, as a reorganisation locks them
    const judged = patch.grants === undefined ? undefined : await judgeGrants(tx, patch.grants, id)
    const row = await holdClient(tx, id)
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    if (judged !== undefined && judged.errors.length > 0) throw unprocessable(judged.errors)
    if (judged !== undefined) await replaceGrants(tx, id, judged.given)
    const { name = row.name, scopes = row.scopes, contact } = patch
    await tx.update(clients).set({
      name, scopes: [...scopes], ...mergeContact(row, contact), ...CHANGED
    }).where(eq(clients.id, id))
    return findClientWithGrants(tx, id)
  }))
}

function mergeContact (row: ClientRow, contact: ClientPatch['contact']) {
  if (contact === null) return { contactName: null, contactEmail: null, contactPhone: null }
  const { name = row.contactName, email = row.contactEmail, phone = row.contactPhone } = contact ?? {}
  return { contactName: name, contactEmail: email, contactPhone: phone }
}

/**
 * By codes, and what is wrong with them. The agencies are held: a reorganisation that ends one now sees the grant, or
 * is seen by it.
 */
async function judgeGrants (
  tx: Transaction, grants: readonly GrantInput[], holder?: string
): Promise<{ given: GivenGrant[], errors: FieldError[] }> {
  const names = grants.flatMap(({ agency }) => agency ?? [])
  const codes = await resolveAgencies(tx, names, today())
  await tx.execute(sql`
    select from agencies where code = any(${sql.param([...codes.values()])}::text[])
      or code in (select agency_code from client_grants where client_id = ${holder ?? null}) order by code for share`)
  const given = grants.map(({ agency, withSubtree = false, indicator = null, validFrom = null, validTo = null }) => ({
    agency: agency === undefined ? null : codes.get(agency) ?? agency, withSubtree, indicator, validFrom, validTo
  }))
  const unknown = grants.flatMap(({ agency }, i) => agency === undefined || codes.has(agency)
    ? []
    : [unknownReference('agency', agency, { pointer: `/grants/${i}/agency` })])
  const indicators = await findUnknown(
    tx, grants.map(({ indicator: value }, i) => ({ noun: 'indicator', value, pointer: `/grants/${i}/indicator` }))
  )
  return { given, errors: [...unknown, ...indicators, ...checkGrants(given)] }
}

async function replaceGrants (tx: Transaction, clientId: string, given: readonly GivenGrant[]): Promise<void> {
  const rows = (await listGrantRows(tx, [clientId])).get(clientId) ?? []
  const wanted = new Set(given.map(grantKey))
  const kept = new Set<string>()
  const gone: number[] = []
  for (const { id, agencyCode: agency, indicatorCode: indicator, withSubtree, validFrom, validTo } of rows) {
    const key = grantKey({ agency, withSubtree, indicator, validFrom, validTo })
    if (wanted.has(key)) kept.add(key)
    else gone.push(id)
  }
  if (gone.length > 0) await tx.delete(clientGrants).where(inArray(clientGrants.id, gone))
  await insertGrants(tx, clientId, given.filter(grant => !kept.has(grantKey(grant))))
}

async function insertGrants (tx: Transaction, clientId: string, given: readonly GivenGrant[]): Promise<void> {
  if (given.length === 0) return
  await tx.insert(clientGrants)
    .values(given.map(({ agency, indicator, ...grant }) =>
      ({ ...grant, clientId, agencyCode: agency, indicatorCode: indicator })))
}
