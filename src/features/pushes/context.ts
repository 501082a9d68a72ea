import { dayInProvince } from '../../domain/date.js'
import { Problem } from '../../http/problem.js'
import { insufficientScope } from '../identity/administrator.js'
import { INACTIVE_CLIENT } from '../identity/problems.js'
import { ancestorsFor, mayReport, type Grant, type Reporter } from '../../world/grants.js'
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

const PUSHING = 'measurements:write'

/**
 * Those who push, as they are in the transaction that judges their rows: whoever was suspended or lost the scope pushes
 * nothing from then on, through any instance and whatever its token says.
 * @throws Problem invalid_token, insufficient_scope
 */
export async function reportersOf (
  reading: Reading, clientIds: readonly string[]
): Promise<ReadonlyMap<string, Reporter>> {
  const reporters = await reading.reporters(clientIds)
  for (const id of clientIds) checkReporter(reporters.get(id)!)
  return reporters
}

export async function reporterOf (reading: Reading, clientId: string): Promise<Reporter> {
  return (await reportersOf(reading, [clientId])).get(clientId)!
}

function checkReporter ({ isActive, scopes }: Reporter): void {
  if (!isActive) {
    throw new Problem('invalid_token', {
      detail: INACTIVE_CLIENT,
      challenge: { error: 'invalid_token', description: INACTIVE_CLIENT.en }
    })
  }
  if (!scopes.includes(PUSHING)) throw insufficientScope([PUSHING])
}
