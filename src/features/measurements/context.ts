import { dayInProvince } from '../../domain/date.js'
import { ancestorsFor, mayReport, type Grant } from '../clients/grants.js'
import type { Reading } from './facts.js'
import type { PushContext, PushFacts } from './row.js'

/** What the rows of a client with these grants are judged against. */
export function contextOf (facts: PushFacts, grants: readonly Grant[]): PushContext {
  const day = dayInProvince(facts.now)
  return {
    ...facts,
    mayReport: (agency, indicator, end) => mayReport({ grants }, {
      agency: agency.code,
      indicator,
      ancestors: () => ancestorsFor(day => agency.aboveOn(day), end, day)
    }, day)
  }
}

export async function grantsOf (reading: Reading, clientId: string): Promise<readonly Grant[]> {
  return (await reading.grants([clientId])).get(clientId) ?? []
}
