import { completenessOf } from '../../domain/completeness.js'
import { marked } from '../../http/sight.js'
import { isCounted } from '../../domain/status/index.js'
import type { NamedObligation } from './load.js'
import type { Obligation, ObligationCompleteness } from './schemas.js'
import type { StandingState } from '../../domain/words.js'

const indicatorOf = ({ indicator, indicatorName: { vi, en } }: NamedObligation) =>
  ({ code: indicator, name: en === undefined ? { vi } : { vi, en } })

/**
 * `isOwn`: whether it is the reader's own agency that owes it. Of a figure that is not accepted the public has the
 * state alone.
 */
export function presentObligation (one: NamedObligation, isOwn: boolean): Obligation {
  const {
    assignment, explanation, figure, leftOut, takenOverFrom, takenOverFromName, extension, excuse, daysLeft, daysLate
  } = one
  return {
    id: one.id,
    agency: { code: one.agency, name: one.agencyName },
    ...takenOverFrom === undefined ? {} : { takenOverFrom: { code: takenOverFrom, name: takenOverFromName! } },
    subject: { code: one.subject, name: one.subjectName },
    indicator: indicatorOf(one),
    pillar: one.pillar,
    calendar: one.calendar,
    period: one.period.code,
    window: one.window,
    cutOff: one.window.to,
    deadline: one.deadline,
    deadlines: [...one.deadlines],
    ...extension === undefined ? {} : { extension },
    ...excuse === undefined ? {} : { excuse },
    state: one.state,
    ...daysLeft === undefined ? {} : { daysLeft },
    ...daysLate === undefined ? {} : { daysLate },
    targets: [...one.targets],
    ...assignment === undefined
      ? {}
      : { assignment: marked({ id: assignment.id, role: assignment.role, ...personOf(assignment) }, isOwn) },
    ...explanation === undefined ? {} : { explanation },
    ...leftOut === undefined || leftOut.shown === 'state_alone'
      ? {}
      : { notCounted: { code: 'without_parts' as const, measurement: { id: leftOut.id, revision: leftOut.revision } } },
    ...figure === undefined || figure.shown === 'state_alone'
      ? {}
      : {
          measurement: {
            id: figure.id,
            revision: figure.revision,
            state: figure.shown === 'as_accepted' ? 'accepted' : figure.state as StandingState,
            counts: isCounted(figure),
            late: one.revisionLate === true,
            reportedLate: one.reportedLate === true,
            recordedAt: figure.recordedAt,
            provenance: figure.provenance
          }
        }
  }
}

function personOf (
  { personPosition, personName }: NonNullable<NamedObligation['assignment']>
): { person?: { position: string, name?: string } } {
  if (personPosition === null) return {}
  return { person: { position: personPosition, ...personName === null ? {} : { name: personName } } }
}

/** In the order in which the groups appear. */
export function groupObligations (
  obligations: readonly NamedObligation[], by: ObligationCompleteness['by']
): ObligationCompleteness[] {
  const groups = new Map<string, { name?: NonNullable<ObligationCompleteness['name']>, members: NamedObligation[] }>()
  for (const one of obligations) {
    const { key, name } = groupOf(one, by)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { ...name === undefined ? {} : { name }, members: [one] })
    else group.members.push(one)
  }
  return [...groups].map(([key, { members, ...named }]) => ({
    by, key, ...named, ...completenessOf(members.map(countedOf))
  }))
}

/** The obligation in the terms in which completeness counts. */
export const countedOf = ({ state, reportedLate, explanation }: NamedObligation) =>
  ({ state, reportedLate, explained: explanation !== undefined })

function groupOf (one: NamedObligation, by: ObligationCompleteness['by']): {
  key: string, name?: NonNullable<ObligationCompleteness['name']>
} {
  switch (by) {
    case 'agency': return { key: one.agency, name: one.agencyName }
    case 'indicator': return { key: one.indicator, name: indicatorOf(one).name }
    case 'period': return { key: one.period.code }
    case 'pillar': return { key: one.pillar }
  }
}
