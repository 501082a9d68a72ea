import type { Queryable } from '../../db/client.js'
import { dayInProvince } from '../../domain/date.js'
import { holdPeriodLife } from '../calendars/life.js'
import { mayReport, type Grant } from '../clients/grants.js'
import { holdIndicators } from './catalogue-queries.js'
import type { Catalogue, Reading } from './facts.js'
import type { PushContext, PushFacts, PushRow } from './row.js'

/** Everything that the rows are judged against, which decisions about indicators and periods leave as it is until the transaction ends. */
export async function loadPushFacts (db: Queryable, catalogue: Catalogue, rows: readonly PushRow[]): Promise<{ facts: PushFacts, reading: Reading }> {
  await holdIndicators(db, rows.map(row => row.indicator))
  await holdPeriodLife(db, 'shared')
  const reading = await catalogue.read(db)
  return { facts: await reading.facts(rows), reading }
}

/** What the rows of a client with these grants are judged against. */
export function contextOf (facts: PushFacts, grants: readonly Grant[]): PushContext {
  const day = dayInProvince(facts.now)
  return {
    ...facts,
    mayReport: (agency, indicator) => mayReport({ grants }, { agency: agency.code, ancestors: [...agency.ancestors], indicator }, day)
  }
}

export async function loadPushContext (db: Queryable, catalogue: Catalogue, rows: readonly PushRow[], clientId: string): Promise<PushContext> {
  const { facts, reading } = await loadPushFacts(db, catalogue, rows)
  return contextOf(facts, (await reading.grants([clientId])).get(clientId) ?? [])
}
