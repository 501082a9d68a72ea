import type {
  agencies, agencyIdentifiers, agencyNames, agencyParents, assignments, calendars, documents, indicators, targets,
  targetVersions, tasks
} from '../db/schema/index.js'
import { searchTextOf as agencySearch } from '../features/agencies/rules.js'
import { searchTextOf as indicatorSearch } from '../features/indicators/rules.js'
import type {
  AgencySeed, AssignmentSeed, CalendarSeed, DocumentSeed, IndicatorSeed, TargetSeed, TaskSeed
} from './types.js'

/** A seed's rows as the tables take them: absent is null, and the order of the text is a position from 1. */

export const documentRow = (
  { relations, validFrom, url, quote, ...seed }: DocumentSeed
): typeof documents.$inferInsert =>
  ({ ...seed, validFrom: validFrom ?? null, url: url ?? null, quote: quote ?? null })

export const calendarRow = ({ deadlines, ...seed }: CalendarSeed): typeof calendars.$inferInsert =>
  ({ ...seed, deadlines: deadlines as typeof calendars.$inferInsert['deadlines'] })

export const agencyRow = ({ code, kind, level, note, provenance, quote }: AgencySeed): typeof agencies.$inferInsert =>
  ({ code, kind, level, note: note ?? null, provenance, quote: quote ?? null })

export const agencyNameRow = ({ code, name, validFrom, validTo }: AgencySeed): typeof agencyNames.$inferInsert =>
  ({
    agencyCode: code, nameVi: name.vi, nameEn: name.en, search: agencySearch(name), validFrom, validTo: validTo ?? null
  })

export const agencyParentRows = (
  { code, parent, validFrom, validTo }: AgencySeed
): (typeof agencyParents.$inferInsert)[] =>
  parent === undefined ? [] : [{ agencyCode: code, parentCode: parent, validFrom, validTo: validTo ?? null }]

export const agencyIdentifierRows = ({ code, identifiers }: AgencySeed): (typeof agencyIdentifiers.$inferInsert)[] =>
  identifiers.map(({ validTo, ...identifier }) => ({ ...identifier, agencyCode: code, validTo: validTo ?? null }))

export const indicatorRow = (
  { pillar, name, calendar, researched, ...seed }: IndicatorSeed
): typeof indicators.$inferInsert =>
  ({
    ...seed, pillarCode: pillar, nameVi: name.vi, nameEn: name.en, calendarCode: calendar,
    search: indicatorSearch(name, seed.definition)
  })

export const targetRow = (
  { id, plan, indicator, parent, scope, quantifier, provenance }: TargetSeed, position: number
): typeof targets.$inferInsert => ({
  id, planCode: plan, indicatorCode: indicator, parentId: parent ?? null, position, quantifier, provenance,
  scopeLevel: scope.level ?? null, scopeAgency: scope.agency ?? null, scopeDimension: scope.dimension ?? null,
  scopeMember: scope.member ?? null
})

export const targetVersionRow = (seed: TargetSeed): typeof targetVersions.$inferInsert => {
  const { baseline } = seed
  return {
    targetId: seed.id, version: seed.version, effectiveFrom: seed.effectiveFrom, operator: seed.operator,
    value: seed.value, unit: seed.unit,
    dueDate: seed.dueDate, mode: seed.mode,
    baselineValue: baseline?.value ?? null, baselineDate: baseline?.date ?? null,
    baselineClaim: baseline?.claim ?? null, baselineSource: baseline?.source ?? null,
    milestones: [...seed.milestones], state: seed.state, wording: seed.wording, interpretation: seed.interpretation,
    documentId: seed.document, clause: seed.clause, provenance: seed.provenance
  }
}

export const taskRow = (
  { code, plan, parent, kind, name, wording, note, dueDate, provenance }: TaskSeed, position: number
): typeof tasks.$inferInsert =>
  ({
    code, planCode: plan, parentCode: parent ?? null, kind, position, name, wording, note: note ?? null,
    dueDate: dueDate ?? null, provenance
  })

export const assignmentRow = (
  seed: Omit<AssignmentSeed, 'document'> & { readonly document?: string }
): typeof assignments.$inferInsert => ({
  id: seed.id, targetId: seed.target ?? null, taskCode: seed.task ?? null, agencyCode: seed.agency, role: seed.role,
  personPosition: seed.person?.position ?? null, personName: seed.person?.name ?? null,
  personContact: seed.person?.contact ?? null,
  duty: seed.duty ?? null, responsibility: seed.responsibility ?? null, startDate: seed.startDate ?? null,
  dueDate: seed.dueDate ?? null,
  expectedResult: seed.expectedResult ?? null, documentId: seed.document ?? null, quote: seed.quote ?? null,
  validFrom: seed.validFrom, validTo: seed.validTo ?? null, provenance: seed.provenance
})
