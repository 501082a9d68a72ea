import type { Queryable } from '../../db/client.js'
import { windowOf } from '../../domain/calendar.js'
import { dayInProvince } from '../../domain/date.js'
import { parsePeriod } from '../../domain/period.js'
import { findAgencies } from './catalogue-queries.js'
import type { FigureKey } from './quality-rules.js'
import type { AgencyFacts, PushContext, PushRow } from './row.js'

/** Who pushes, and is told in sentences what its figures are held against. */
export interface Pusher {
  clientId: string
  /** Of these keys those of figures that it may report, by their texts. */
  own (keys: readonly FigureKey[]): Promise<ReadonlySet<string>>
}

/** By its row. Where quality rules are on, all rows are of one. */
export type PusherOf = (row: PushRow) => Pusher

/**
 * Its own figures are those that the client may report (world/grants.ts). Of an agency that no row names, such as the
 * districts of a province, what is needed is read when it is asked for.
 */
export function pusherOf (db: Queryable, clientId: string, context: PushContext): Pusher {
  const named = (code: string): AgencyFacts | undefined => {
    const agency = context.agencies.get(code)
    return agency?.code === code ? agency : undefined
  }
  return {
    clientId,
    async own (keys) {
      const unknown = [...new Set(keys.map(({ agency }) => agency))].filter(code => named(code) === undefined)
      const others = unknown.length === 0
        ? new Map<string, AgencyFacts>()
        : await findAgencies(db, unknown, dayInProvince(context.now))
      const own = keys.filter(({ indicator, agency: code, period }) => {
        const agency = named(code) ?? others.get(code)
        if (agency === undefined) return false
        const { to } = windowOf(parsePeriod(period)!, context.indicators.get(indicator)!.calendar)
        return context.mayReport(agency, indicator, to)
      })
      return new Set(own.map(({ key }) => key))
    }
  }
}
