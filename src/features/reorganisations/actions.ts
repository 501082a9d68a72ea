import { randomUUID } from 'node:crypto'
import { inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import {
  agencies, agencyIdentifiers, agencyNames, agencyParents, clientGrants, reorganisations, reorganisationSuccessions
} from '../../db/schema/index.js'
import { addDays } from '../../domain/date.js'
import { badRequest, Problem, unprocessable, type FieldError } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { lockStructure } from '../agencies/actions.js'
import { loadTimeline, resolveAgencies } from '../../world/agencies.js'
import { searchTextOf, type Dated } from '../agencies/rules.js'
import { touchClients } from '../clients/hold.js'
import { checkQuote } from '../provenance.js'
import { findUnknown, unknownReference } from '../references.js'
import { planDuties, planGrants, type DutyChange, type GrantChange } from './duties.js'
import { listEmptied } from './emptied.js'
import { EVERYTHING, findLeft, listMoved, listUnreported, passagesOf, type Reach } from './obligations.js'
import { listIndicators, loadWorld, lockDuties, lockGrants, type ReorganisationRow } from './queries.js'
import { agenciesNamed, checkRequest, complete, withCodes, type Wanted } from './rules.js'
import type { ReorganisationInput } from './schemas.js'
import { planStructure, type FactChange, type StructureChanges } from './structure.js'
import { presentChanges } from './present.js'

/** Carries a dry run's answer out of the transaction that it rolls back. */
class DryRun extends Error {
  constructor (readonly row: ReorganisationRow) { super('dry run') }
}

/** Applies it on its day, in one transaction. A dry run is the same code with a ROLLBACK at its end. */
export async function reorganise (
  unit: Transactor, input: ReorganisationInput, client: string, dryRun: boolean
): Promise<ReorganisationRow> {
  const form = checkRequest(input, complete(input))
  const malformed = form.filter(error => error.code === 'out_of_range')
  if (malformed.length > 0) throw badRequest(malformed)
  return attempt(unit, dryRun, tx => apply(tx, input, client))
}

/** Does the work in one transaction, which a dry run rolls back at its end. */
export async function attempt (
  unit: Transactor, dryRun: boolean, work: (tx: Transaction) => Promise<ReorganisationRow>
): Promise<ReorganisationRow> {
  try {
    return await withTransaction(unit, async tx => {
      const row = await work(tx)
      if (dryRun) throw new DryRun(row)
      return row
    })
  } catch (error) {
    if (error instanceof DryRun) return error.row
    throw error
  }
}

async function apply (tx: Transaction, input: ReorganisationInput, client: string): Promise<ReorganisationRow> {
  // whom an identifier means must not change any more
  await lockStructure(tx, [])
  const { codes, unknown } = await resolve(tx, input)
  const request = withCodes(input, codes)
  const wanted = complete(request)
  const touched = touchedBy(wanted)
  await lockStructure(tx, [
    ...touched, ...wanted.parents.map(one => one.parent), ...wanted.establish.flatMap(one => one.parent ?? [])
  ])
  const day = wanted.effectiveOn
  const world = await loadWorld(tx, [...codes.values(), ...wanted.establish.map(one => one.code)], wanted.close, day)
  const bodies = [...new Set([...wanted.from, ...wanted.close, ...wanted.to])]
  const { changes, errors: broken } = planStructure(wanted, world)
  const duties = planDuties(wanted, await lockDuties(tx, bodies, day))
  const named = wanted.mapping.flatMap(one => one.functions?.targets ?? [])
  const indicatorOf = await listIndicators(tx, named)
  const grants = planGrants(wanted, await lockGrants(tx, bodies), indicatorOf)
  const eve = addDays(day, -1)
  const { former } = (await loadTimeline(tx, EVERYTHING)).on(eve)
  const reach: Reach = {
    ended: changes.ended.map(one => one.code),
    effectiveOn: day,
    today: today(),
    endOf: code => former.get(code)?.until,
    known: world.successions,
    passages: passagesOf(wanted, indicatorOf)
  }
  const unreported = reach.ended.length === 0 ? [] : await listUnreported(tx, eve)
  const errors = [
    ...unknown, ...checkRequest(request, wanted), ...await checkReferences(tx, input), ...checkQuoted(input),
    ...broken, ...duties.errors, ...findLeft(unreported, reach)
  ]
  if (errors.some(error => error.code === 'already_exists')) throw new Problem('already_exists', { errors })
  if (errors.length > 0) throw unprocessable(errors)

  await writeStructure(tx, input.establish ?? [], changes)
  const emptied = await listEmptied(tx, day)
  const begun = duties.changes.map(one => ({ ...one, newId: randomUUID() as string }))
  await writeDuties(tx, begun)
  const moved = await listMoved(tx, unreported, reach)
  const [row] = await tx.insert(reorganisations).values({
    id: input.id ?? randomUUID(),
    kind: input.kind,
    effectiveOn: day,
    documentId: input.document,
    reason: input.reason ?? null,
    request: { ...request },
    changes: { ...presentChanges(wanted, changes, begun, grants, moved, emptied) },
    agencies: touched,
    provenance: input.provenance ?? 'operational',
    clientId: client
  }).returning()
  const passages = wanted.mapping
  if (passages.length > 0) {
    await tx.insert(reorganisationSuccessions).values(passages.map(({ from, to, share, functions }) => ({
      reorganisationId: row!.id, fromAgency: from, toAgency: to, share, functions: functions === undefined
        ? null
        : { ...functions } as never
    })))
  }
  await writeGrants(tx, row!.id, grants)
  return row!
}

/** Whatever happens to them on the day: not those that only get children. */
function touchedBy ({ establish, rename, from, to, close, mapping, parents, identifiers }: Wanted): string[] {
  return [...new Set([
    ...establish.map(one => one.code), ...rename.map(one => one.agency), ...from, ...to, ...close,
    ...mapping.flatMap(one => [one.from, one.to]), ...parents.map(one => one.agency), ...[
      ...identifiers.close, ...identifiers.open
    ].map(one => one.agency)
  ])].sort()
}

/** By code, or by an identifier of the day before, or of the day itself where it was nobody's before. */
async function resolve (tx: Transaction, input: ReorganisationInput): Promise<{
  codes: Map<string, string>, unknown: FieldError[]
}> {
  const named = agenciesNamed(input)
  const names = named.map(one => one.name)
  const codes = new Map([
    ...await resolveAgencies(tx, names, input.effectiveOn),
    ...await resolveAgencies(tx, names, addDays(input.effectiveOn, -1))
  ])
  return {
    codes,
    unknown: named.filter(({ name }) => !codes.has(name))
      .map(({ name, pointer }) => unknownReference('agency', name, { pointer }))
  }
}

async function checkReferences (tx: Transaction, input: ReorganisationInput): Promise<FieldError[]> {
  const functions = (input.mapping ?? []).flatMap(({ functions = {} }, i) =>
    (['targets', 'tasks', 'indicators'] as const).flatMap(noun =>
      (functions[noun] ?? []).map((value, j) => ({
        noun: noun.slice(0, -1) as 'target' | 'task' | 'indicator', value,
        pointer: `/mapping/${i}/functions/${noun}/${j}`
      }))))
  return findUnknown(tx, [{ noun: 'document', value: input.document, pointer: '/document' }, ...functions])
}

function checkQuoted (input: ReorganisationInput): FieldError[] {
  return (input.establish ?? []).flatMap((one, i) =>
    checkQuote(one).map(error => ({ ...error, pointer: `/establish/${i}${error.pointer}` })))
}

export async function writeStructure (
  tx: Transaction, establish: NonNullable<ReorganisationInput['establish']>, changes: StructureChanges
): Promise<void> {
  for (const { code, kind, level, note = null, provenance = 'operational', quote = null } of establish) {
    await tx.insert(agencies).values({ code, kind, level, note, provenance, quote })
  }
  // a row that ends is replaced by one that is the same in all but its end
  for (const [name, list, copied] of [
    ['agency_names', changes.names, 'agency_code, name_vi, name_en, search'],
    ['agency_parents', changes.parents, 'agency_code, parent_code'],
    ['agency_identifiers', changes.identifiers, 'agency_code, scheme, value, provenance']
  ] as [string, FactChange<Dated>[], string][]) {
    const gone = list.flatMap(one => one.change === 'begun' ? [] : [one.fact.id])
    const ended = list.flatMap(one => one.change === 'ended' ? [{ id: one.fact.id, to: one.validTo }] : [])
    if (gone.length === 0) continue
    const table = sql.identifier(name)
    await tx.execute(sql`update ${table} set removed_at = recording_time() where id = any(${sql.param(
      gone
    )}::bigint[])`)
    await tx.execute(sql`
      insert into ${table} (${sql.raw(copied)}, valid_from, valid_to)
      select ${sql.raw(copied)}, valid_from, ended.valid_to from ${table}
      join unnest(${sql.param(ended.map(one => one.id))}::bigint[], ${sql.param(ended.map(one => one.to))}::date[]) as
        ended (id, valid_to) using (id)`)
  }
  const begun = <T extends Dated>(list: FactChange<T>[]) => list.flatMap(one => one.change === 'begun'
    ? [{ agencyCode: one.agency, fact: one.fact, validFrom: one.fact.validFrom, validTo: one.fact.validTo ?? null }]
    : [])
  const names = begun(changes.names)
    .map(({ fact: { name }, ...row }) =>
      ({ ...row, nameVi: name.vi, nameEn: name.en ?? null, search: searchTextOf(name) }))
  const parents = begun(changes.parents).map(({ fact, ...row }) => ({ ...row, parentCode: fact.parent }))
  const identifiers = begun(changes.identifiers)
    .map(({ fact: { scheme, value }, ...row }) => ({ ...row, scheme, value }))
  if (names.length > 0) await tx.insert(agencyNames).values(names)
  if (parents.length > 0) await tx.insert(agencyParents).values(parents)
  if (identifiers.length > 0) await tx.insert(agencyIdentifiers).values(identifiers)
  const known = [
    ...new Set([...changes.names, ...changes.parents, ...changes.identifiers].map(one => one.agency))
  ].filter(code => !changes.established.includes(code))
  if (known.length > 0) {
    await tx.update(agencies).set({ rowVersion: sql`${agencies.rowVersion} + 1` }).where(inArray(agencies.code, known))
  }
}

/**
 * The copy keeps the duty, not the person: who answers for it in the new body has to be said anew. `sameBody`: the
 * person too, since it is the body that it always was, under its right code.
 */
export async function writeDuties (
  tx: Transaction, changes: readonly (DutyChange & { newId: string })[], { sameBody = false } = {}
): Promise<void> {
  for (const one of changes) {
    if (one.change === 'begun') continue
    const end = one.change === 'ended' ? sql`valid_to = ${one.validTo}::date` : sql`removed_at = recording_time()`
    await tx.execute(sql`update assignments set ${end}, row_version = row_version + 1 where id = ${one.duty.id}`)
  }
  for (const one of changes) {
    if (one.change !== 'begun') continue
    const same = sameBody || one.agency === one.duty.agency
    const person = (column: string) => same ? sql.raw(column) : sql`null`
    await tx.execute(sql`
      insert into assignments (id, target_id, task_code, agency_code, role, person_position, person_name,
        person_contact, duty, responsibility,
        start_date, due_date, expected_result, document_id, quote, valid_from, valid_to, provenance)
      select ${one.newId}, target_id, task_code, ${one.agency}, role, ${person('person_position')},
        ${person('person_name')}, ${person('person_contact')}, duty, responsibility,
        start_date, due_date, expected_result, document_id, quote, ${one.validFrom}::date,
          ${one.validTo ?? null}::date, provenance
      from assignments where id = ${one.duty.id}`)
  }
}

async function writeGrants (tx: Transaction, reorganisationId: string, changes: readonly GrantChange[]): Promise<void> {
  const begun = changes.flatMap(one => one.change === 'begun' ? [one] : [])
  if (begun.length === 0) return
  await tx.insert(clientGrants).values(begun.map(({ grant, agency, indicator, validFrom, validTo }) => ({
    clientId: grant.client, agencyCode: agency, withSubtree: grant.withSubtree, indicatorCode: indicator ?? null,
    validFrom, validTo: validTo ?? null, reorganisationId
  })))
  await touchClients(tx, begun.map(({ grant }) => grant.client))
}
