import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { agencies, agencyIdentifiers, agencyNames, agencyParents } from '../../db/schema/index.js'
import type { CivilDate } from '../../domain/date.js'
import { admits, stale, type Precondition } from '../../http/conditional.js'
import { badRequest, unprocessable, type FieldError } from '../../http/problem.js'
import { hasSubtreeGrantOver } from '../clients/queries.js'
import { requireAdministrator, type Asker } from '../identity/administrator.js'
import { checkQuote } from '../provenance.js'
import { unknownReference } from '../references.js'
import { listHistories, listLinks, type AgencyRecord, type StoredHistory } from './queries.js'
import { resolveAgencies } from '../../world/agencies.js'
import { enteredInError } from '../entered-in-error.js'
import {
  checkForm, checkHistory, checkParentsAlive, cycleError, findCycle, historyOf, lifetimeOf, pointInto, searchTextOf,
  type Dated, type DatedIdentifier, type DatedName, type DatedParent, type History
} from './rules.js'
import type { AgencyInput, AgencyPatch } from './schemas.js'

const OWN_SUBTREE = {
  vi: 'Client này được báo cáo thay mọi cơ quan bên dưới, nên không tự thêm cơ quan vào đó: cần scope registry:admin.',
  en: 'This client may report for all that stands below there, and so does not add to it: that takes the scope ' +
    'registry:admin.'
}
const STRUCTURE = {
  vi: 'Cấp trên, mã định danh và thời gian tồn tại quyết định ai được báo cáo và số liệu nào được tính: chỉ client ' +
    'có scope registry:admin đổi được.',
  en: 'Parents, identifiers and the days of a life decide who may report and what counts: changing them takes the ' +
    'scope registry:admin.'
}

/** Inserts the agency and its history. Broken rules are told all together. */
export async function createAgency (unit: Transactor, input: AgencyInput, asker: Asker): Promise<AgencyRecord> {
  const form = checkForm(input)
  if (form.length > 0) throw badRequest(form)
  return withTransaction(unit, async tx => {
    const { history, errors } = await judge(tx, input.code, historyOf(input))
    errors.push(...checkQuote(input))
    if (errors.length > 0) throw unprocessable(pointInto(input, errors))
    const parents = history.parents.map(one => one.parent)
    if (await hasSubtreeGrantOver(tx, asker.clientId, parents)) {
      requireAdministrator(asker, [input.parent === undefined ? '/parents' : '/parent'], OWN_SUBTREE)
    }
    const { code, kind, level, note = null, provenance = 'operational', quote = null } = input
    const [row] = await tx.insert(agencies).values({ code, kind, level, note, provenance, quote }).returning()
    await insertHistory(tx, code, history)
    return row!
  })
}

/** Undefined when there is no such agency. */
export async function correctAgency (
  unit: Transactor, code: string, patch: AgencyPatch, expected: Precondition, asker: Asker
): Promise<AgencyRecord | undefined> {
  return withTransaction(unit, async tx => {
    await lockStructure(tx, [code])
    const [row] = await tx.select().from(agencies).where(eq(agencies.code, code))
    if (row === undefined) return undefined
    if (!admits(expected, row.rowVersion)) throw stale()
    if (row.duplicateOf !== null) throw unprocessable([enteredInError(code, row.duplicateOf, '')])
    const stored = (await listHistories(tx, [code])).get(code)!
    const first = (patch.names ?? stored.names)[0]!.validFrom
    const { history, errors } = await judge(tx, code, {
      names: patch.names ?? stored.names,
      parents: patch.parents ?? stored.parents,
      identifiers: patch.identifiers?.map(one => ({ ...one, validFrom: one.validFrom ?? first })) ?? stored.identifiers
    })
    const { note = row.note, provenance = row.provenance, quote = row.quote } = patch
    errors.push(...checkQuote({ provenance, quote }))
    if (errors.length > 0) throw unprocessable(errors)
    requireAdministrator(asker, decidingChanges(stored, history), STRUCTURE)
    await replaceHistory(tx, code, stored, history)
    const [changed] = await tx.update(agencies)
      .set({ note, provenance, quote, rowVersion: sql`${agencies.rowVersion} + 1` })
      .where(eq(agencies.code, code)).returning()
    return changed
  })
}

/**
 * Two changes of the structure at once could close a circle that neither of them sees: one at a time, and whoever gives
 * these agencies a new duty waits.
 */
export async function lockStructure (tx: Transaction, codes: readonly string[]): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended('agency_parents', 0))`)
  if (codes.length === 0) return
  await tx.execute(sql`select from agencies where code = any(${sql.param([
    ...codes
  ])}::text[]) order by code collate "C" for update`)
}

/** The history with its parents as codes, and everything that is wrong with it. */
async function judge (
  tx: Transaction, code: string, history: History
): Promise<{ history: History, errors: FieldError[] }> {
  const errors = checkHistory(history)
  if (history.parents.length === 0) return { history, errors }
  await lockStructure(tx, [])
  const parents: DatedParent[] = []
  const unknown: FieldError[] = []
  const codes = await resolveParents(tx, history.parents)
  for (const [i, one] of history.parents.entries()) {
    const parent = one.parent === code ? code : codes[i]
    if (parent === undefined) unknown.push(unknownReference('agency', one.parent, { pointer: `/parents/${i}/parent` }))
    parents.push({ ...one, parent: parent ?? one.parent })
  }
  errors.push(...unknown)
  if (unknown.length > 0) return { history: { ...history, parents }, errors }
  const links = (await listLinks(tx)).filter(link => link.agency !== code)
  const cycle = findCycle(code, [...links, ...parents.map(one => ({ ...one, agency: code }))])
  if (cycle !== undefined) {
    errors.push(cycleError(cycle))
  } else {
    const lives = await listHistories(tx, [...new Set(parents.map(one => one.parent))])
    errors.push(...checkParentsAlive(parents, new Map([...lives].map(([parent, { names }]) => [parent, names]))))
  }
  return { history: { ...history, parents }, errors }
}

/** One query a day named: an identifier means the agency that bore it on the day the link begins. */
async function resolveParents (tx: Transaction, parents: readonly DatedParent[]): Promise<(string | undefined)[]> {
  const days = new Map<CivilDate, Map<string, string>>()
  for (const day of new Set(parents.map(one => one.validFrom))) {
    days.set(day, await resolveAgencies(tx, parents.filter(one => one.validFrom === day).map(one => one.parent), day))
  }
  return parents.map(one => days.get(one.validFrom)!.get(one.parent))
}

async function insertHistory (
  tx: Transaction, agencyCode: string, { names, parents, identifiers }: History
): Promise<void> {
  const dates = (one: Dated) => ({ validFrom: one.validFrom, validTo: one.validTo ?? null })
  if (names.length > 0) {
    await tx.insert(agencyNames).values(names.map(one => ({
      agencyCode, nameVi: one.name.vi, nameEn: one.name.en ?? null, search: searchTextOf(one.name), ...dates(one)
    })))
  }
  if (parents.length > 0) {
    await tx.insert(agencyParents).values(parents.map(one => ({ agencyCode, parentCode: one.parent, ...dates(one) })))
  }
  if (identifiers.length > 0) {
    await tx.insert(agencyIdentifiers)
      .values(identifiers.map(one => ({ agencyCode, scheme: one.scheme, value: one.value, ...dates(one) })))
  }
}

const changedNames = (stored: StoredHistory, { names }: History) =>
  difference<DatedName, StoredHistory['names'][number]>(stored.names, names, one => [one.name.vi, one.name.en])
const changedParents = (stored: StoredHistory, { parents }: History) =>
  difference<DatedParent, StoredHistory['parents'][number]>(stored.parents, parents, one => [one.parent])
const changedIdentifiers = (stored: StoredHistory, { identifiers }: History) =>
  difference<DatedIdentifier, StoredHistory['identifiers'][number]>(
    stored.identifiers, identifiers, one => [one.scheme, one.value]
  )

/** The parts of a correction that move an agency among the others, or in time; another wording of a name does not. */
function decidingChanges (stored: StoredHistory, history: History): string[] {
  const isLong = ({ gone, added }: { gone: unknown[], added: unknown[] }) => gone.length + added.length > 0
  const [was, is] = [lifetimeOf(stored.names), lifetimeOf(history.names)]
  return [
    ...was.validFrom !== is.validFrom || (was.validTo ?? null) !== (is.validTo ?? null) ? ['/names'] : [],
    ...isLong(changedParents(stored, history)) ? ['/parents'] : [],
    ...isLong(changedIdentifiers(stored, history)) ? ['/identifiers'] : []
  ]
}

/** What was known stays on record with the time at which it was removed; what is unchanged is not touched. */
async function replaceHistory (tx: Transaction, code: string, stored: StoredHistory, history: History): Promise<void> {
  const names = changedNames(stored, history)
  const parents = changedParents(stored, history)
  const identifiers = changedIdentifiers(stored, history)
  const removed = { removedAt: sql`recording_time()` }
  if (names.gone.length > 0) {
    await tx.update(agencyNames).set(removed)
      .where(and(eq(agencyNames.agencyCode, code), inArray(agencyNames.id, names.gone)))
  }
  if (parents.gone.length > 0) {
    await tx.update(agencyParents).set(removed)
      .where(and(eq(agencyParents.agencyCode, code), inArray(agencyParents.id, parents.gone)))
  }
  if (identifiers.gone.length > 0) {
    await tx.update(agencyIdentifiers).set(removed)
      .where(and(eq(agencyIdentifiers.agencyCode, code), inArray(agencyIdentifiers.id, identifiers.gone)))
  }
  await insertHistory(tx, code, { names: names.added, parents: parents.added, identifiers: identifiers.added })
}

function difference<T extends Dated, S extends T & { id: number }> (
  stored: readonly S[], wanted: readonly T[], partsOf: (one: T) => unknown[]
): { gone: number[], added: T[] } {
  const keyOf = (one: T) => JSON.stringify([one.validFrom, one.validTo ?? null, ...partsOf(one)])
  const before = new Set(stored.map(keyOf))
  const after = new Set(wanted.map(keyOf))
  return {
    gone: stored.filter(one => !after.has(keyOf(one))).map(one => one.id),
    added: wanted.filter(one => !before.has(keyOf(one)))
  }
}
