import type { Transaction } from '../../db/client.js'
import { windowOf } from '../../domain/calendar.js'
import type { CivilDate } from '../../domain/date.js'
import { parsePeriod } from '../../domain/period.js'
import { bodyError, unprocessable, type FieldError } from '../../http/problem.js'
import { resolveAgencies } from '../../world/agencies.js'
import { loadHeirs } from '../../world/period-life.js'
import { mayReport, listGrants } from '../../world/grants.js'
import { listCalendarsOf } from '../extensions/queries.js'
import { listReaching } from '../pushes/reach.js'
import { listObligations, type NamedObligation } from '../obligations/load.js'
import { findUnknown, unknownReference } from '../references.js'
import { WHOLE } from '../../world/sight.js'
import { loadSetting } from '../status/evaluate.js'
import { reportersOf } from '../../world/reporters.js'
import { listRoles, listTargetsInForce } from '../../world/figures.js'
import { chooseAnswering, chooseOwed } from './rules.js'

/** Reads all that has been recorded, what this transaction recorded too. */
const EVERYTHING = 'infinity'

/** What is explained, and by which agency. `bodies`: a grant for one of these agencies allows to explain it. */
export interface Subject {
  readonly indicator: string
  readonly agency: string
  readonly bodies: readonly string[]
  readonly target?: string
  readonly obligation?: NamedObligation
}

export interface OwedFigure {
  readonly indicator: string
  readonly agency: string
  readonly period: string
  readonly subject?: string | undefined
}

/** The obligation of that agency, as things stand on the day. 422 where nobody owes it so. */
export async function findOwed (tx: Transaction, wanted: OwedFigure, day: CivilDate): Promise<Subject> {
  const { indicator, period: code } = wanted
  const unknown = await findUnknown(tx, [{ noun: 'indicator', value: indicator, pointer: '/obligation/indicator' }])
  const names = { '/obligation/agency': wanted.agency, '/obligation/subject': wanted.subject }
  const { agency, subject } = await resolve(tx, names, day, unknown)
  const owed = await listObligations(tx, EVERYTHING, { on: day, indicator, period: code }, WHOLE)
  const period = parsePeriod(code)!
  const [calendar] = await listCalendarsOf(tx, { indicator })
  const { from } = windowOf(period, calendar!.rule)
  const chosen = chooseOwed(owed, { indicator, period: code, agency: agency!, subject }, from > day ? from : undefined)
  if (!('id' in chosen)) throw unprocessable(chosen)
  return { indicator, agency: agency!, bodies: [agency!, chosen.subject], obligation: chosen }
}

/** The target, and who answers for it on the day. 422 where the agency does not. */
export async function findAnswering (
  tx: Transaction, { target: id, agency: name }: { target: string, agency?: string | undefined }, day: CivilDate
): Promise<Subject> {
  const unknown = await findUnknown(tx, [{ noun: 'target', value: id, pointer: '/target' }])
  const { agency: named } = await resolve(tx, { '/agency': name }, day, unknown)
  const [item] = await listTargetsInForce(tx, { target: id }, { on: day, at: EVERYTHING })
  if (item === undefined) throw unprocessable([notInForce(id, day)])
  const { target, planAgency } = item
  const whole = target.scope.level === undefined ? target.scope.agency ?? planAgency : undefined
  const setting = await loadSetting(tx, { on: day, at: EVERYTHING })
  const end = target.dueDate < day ? target.dueDate : day
  const roles = [...setting.roles, ...await listRoles(tx, { on: end, at: EVERYTHING })]
  const leads = roles.filter(one => one.target === id && one.role === 'lead').map(one => one.agency)
  const agency = chooseAnswering(id, {
    leads: leads.length > 0 || whole === undefined ? leads : [whole],
    members: target.quantifier === 'each' ? reportersOf(item, setting.timeline.on(end)).map(({ code }) => code) : []
  }, named)
  if (typeof agency !== 'string') throw unprocessable(agency)
  const bodies = leads.includes(agency) && whole !== undefined ? [agency, whole] : [agency]
  return { indicator: target.indicator, agency, bodies, target: id }
}

function notInForce (id: string, day: CivilDate): FieldError {
  return bodyError('/target', 'target_not_in_force',
    `Mục tiêu “${id}” chưa có hiệu lực vào ngày ${day}.`, `The target "${id}" is not in force on ${day} yet.`)
}

/** The codes of the agencies that the body names, by the last part of their pointers; 422 with all that is unknown. */
async function resolve (
  tx: Transaction, names: Record<string, string | undefined>, day: CivilDate, unknown: FieldError[]
): Promise<{ agency?: string | undefined, subject?: string | undefined }> {
  const given = Object.entries(names).flatMap(([pointer, name]) => name === undefined ? [] : [{ pointer, name }])
  const found = await resolveAgencies(tx, given.map(({ name }) => name), day)
  const missing = given.filter(({ name }) => !found.has(name))
  const errors = [...unknown, ...missing.map(({ pointer, name }) => unknownReference('agency', name, { pointer }))]
  if (errors.length > 0) throw unprocessable(errors)
  return Object.fromEntries(given.map(({ pointer, name }) => [pointer.split('/').at(-1), found.get(name)]))
}

export interface Writer { readonly clientId: string, readonly scopes: readonly string[] }

/** `period` is that of the figure, or null where a target is explained. */
type Explained = Pick<Subject, 'indicator' | 'bodies'> & { readonly period: string | null }

/**
 * Whoever writes the registry may explain for anybody; a report system for those for whom it may report the indicator,
 * and for a body that has ended where it may report for the one that goes on with its figures.
 */
export async function mayExplain (
  tx: Transaction, { clientId, scopes }: Writer, { indicator, bodies, period }: Explained, day: CivilDate
): Promise<boolean> {
  if (scopes.includes('registry:write') || scopes.includes('registry:admin')) return true
  const answering = [...bodies, ...await listHeirs(tx, bodies[0]!, indicator, day)]
  const grants = await listGrants(tx, clientId)
  const reaching = await listReaching(tx, answering.map(agency => ({ indicator, agency, period })), day)
  const figures = answering.map((agency, i) => ({ agency, ancestors: () => reaching[i]!, indicator }))
  return figures.some(figure => mayReport({ grants }, figure, day))
}

/**
 * Who goes on with the body's figures by the day, through any number of reorganisations; nobody where it has not ended.
 */
async function listHeirs (tx: Transaction, body: string, indicator: string, day: CivilDate): Promise<string[]> {
  const { successorOf } = await loadHeirs(tx, day)
  const heirs: string[] = []
  let next = successorOf(body, indicator)
  for (; next !== undefined && !heirs.includes(next); next = successorOf(next, indicator)) heirs.push(next)
  return heirs
}
