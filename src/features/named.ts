import type { Queryable } from '../db/client.js'
import type { CivilDate } from '../domain/date.js'
import { badRequest } from '../http/problem.js'
import { resolveAgencies } from '../world/agencies.js'
import { findUnknown, unknownReference, type Noun, type Reference } from './references.js'

type Names<Parameter extends string> = Partial<Record<Parameter, string | undefined>>

/**
 * The codes of the agencies that these parameters name, as the day has it. `others`: parameters that name something by
 * its code, each called as what it names, and `more` those that are called otherwise.
 * @throws Problem 400 with every parameter that names nothing: an empty list would mislead
 */
export async function resolveNamed<Parameter extends string> (
  db: Queryable, agencies: Names<Parameter>, others: Names<Noun>, day: CivilDate, at?: string,
  more: readonly Reference[] = []
): Promise<Names<Parameter>> {
  const named = Object.entries<string | undefined>(agencies)
    .filter((one): one is [string, string] => one[1] !== undefined)
  const found = await resolveAgencies(db, named.map(([, name]) => name), day, at)
  const unknown = [
    ...await findUnknown(db, [
      ...Object.entries(others).map(([noun, value]) => ({ noun: noun as Noun, value, parameter: noun })), ...more
    ]),
    ...named.flatMap(([parameter, name]) => found.has(name) ? [] : [unknownReference('agency', name, { parameter })])
  ]
  if (unknown.length > 0) throw badRequest(unknown)
  return Object.fromEntries(named.map(([parameter, name]) => [parameter, found.get(name)])) as Names<Parameter>
}
