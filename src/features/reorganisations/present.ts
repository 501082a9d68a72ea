import type { Dated } from '../agencies/rules.js'
import type { DutyChange, GrantChange } from './duties.js'
import type { ReorganisationRow } from './queries.js'
import type { Wanted } from './rules.js'
import type { Changes, Reorganisation } from './schemas.js'
import type { FactChange, StructureChanges } from './structure.js'

/** What moved, or would move, as it is stored and answered. */
export function presentChanges (
  { effectiveOn }: Wanted, structure: StructureChanges, duties: readonly (DutyChange & { newId: string })[],
  grants: readonly GrantChange[], obligations: NonNullable<Changes['obligations']>, targets: readonly string[]
): Changes {
  const facts = <T extends Dated>(list: readonly FactChange<T>[]) => list.map(one => {
    const { id, ...fact } = one.fact as T & { id?: number }
    return {
      agency: one.agency, change: one.change, ...fact, ...one.change === 'ended' ? { validTo: one.validTo } : {}
    }
  }).sort(byAgency)
  return {
    agencies: [
      ...structure.ended.map(({ code, lastDay }) => ({ agency: code, change: 'ended' as const, on: lastDay })),
      ...structure.established.map(code => ({ agency: code, change: 'established' as const, on: effectiveOn }))
    ],
    names: facts(structure.names) as Changes['names'],
    parents: facts(structure.parents) as Changes['parents'],
    identifiers: facts(structure.identifiers) as Changes['identifiers'],
    assignments: duties.map(one => {
      const { id, agency, target, task, role, validFrom, validTo } = one.duty
      const object = target === undefined ? { task: task! } : { target }
      return one.change === 'begun'
        ? {
            id: one.newId, change: one.change, agency: one.agency, ...object, role, validFrom: one.validFrom,
            ...one.validTo === undefined ? {} : { validTo: one.validTo }, succeeds: id
          }
        : {
            id, change: one.change, agency, ...object, role, validFrom,
            ...one.change === 'ended' ? { validTo: one.validTo } : validTo === undefined ? {} : { validTo }
          }
    })
      .sort((a, b) => (a.target ?? a.task ?? '') < (b.target ?? b.task ?? '')
        ? -1
        : (a.target ?? a.task) === (b.target ?? b.task) ? byAgency(a, b) : 1),
    grants: grants.map(one => {
      const { client, agency, withSubtree, indicator } = one.grant
      return one.change === 'begun'
        ? {
            change: one.change, client, agency: one.agency, from: agency, withSubtree,
            ...one.indicator === undefined ? {} : { indicator: one.indicator }, validFrom: one.validFrom,
            ...one.validTo === undefined ? {} : { validTo: one.validTo }
          }
        : {
            change: one.change, client, agency, from: agency, withSubtree, ...indicator === undefined
              ? {}
              : { indicator }
          }
    }),
    obligations,
    notApplicable: [...targets].sort()
  }
}

function byAgency (a: { agency: string }, b: { agency: string }): number {
  return a.agency === b.agency ? 0 : a.agency < b.agency ? -1 : 1
}

export function presentReorganisation (row: ReorganisationRow, dryRun = false): Reorganisation {
  const { id, kind, effectiveOn, documentId, reason, request, changes, provenance, recordedAt } = row
  const {
    id: given, kind: _kind, effectiveOn: _day, document: _document, reason: _reason, provenance: _provenance, ...parts
  } = request
  return {
    ...dryRun && given === undefined ? {} : { id },
    kind,
    effectiveOn,
    ...documentId === null ? {} : { document: documentId },
    ...reason === null ? {} : { reason },
    ...parts,
    provenance,
    dryRun,
    ...dryRun ? {} : { recordedAt },
    changes
  } as unknown as Reorganisation
}
