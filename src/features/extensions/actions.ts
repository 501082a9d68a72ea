import { v7 as uuid } from 'uuid'
import { extensionRevocations, extensions } from '../../db/schema/index.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { parsePeriod } from '../../domain/period.js'
import { unprocessable } from '../../http/problem.js'
import { today } from '../../http/today.js'
import { loadTimelineOf } from '../../world/ancestors.js'
import { resolveAgencies } from '../../world/agencies.js'
import { listHolidays } from '../../world/holidays.js'
import { holdPeriodLife, loadLife } from '../../world/period-life.js'
import { findUnknown, unknownReference } from '../references.js'
import { findExtension, listCalendarsOf, type ExtensionRow } from './queries.js'
import { checkFrequency, checkLater, checkUntil } from './rules.js'
import type { ExtensionInput } from './schemas.js'

export async function createExtension (
  unit: Transactor, input: ExtensionInput, clientId: string
): Promise<ExtensionRow> {
  const { kind, indicator, until, reason, grantedBy = null, document: documentId = null, withSubtree = false } = input
  const period = parsePeriod(input.period)!
  const id = uuid()
  return withTransaction(unit, async tx => {
    await holdPeriodLife(tx, 'exclusive')
    const agency = (await resolveAgencies(tx, [input.agency], today())).get(input.agency)
    const calendars = await listCalendarsOf(
      tx, indicator === undefined ? { frequency: period.frequency } : { indicator }
    )
    const mismatch = checkFrequency(period, indicator === undefined || calendars[0] === undefined
      ? undefined
      : { code: indicator, frequencies: calendars[0].frequencies })
    const errors = [
      ...agency === undefined ? [unknownReference('agency', input.agency, { pointer: '/agency' })] : [],
      ...await findUnknown(tx, [
        { noun: 'indicator', value: indicator, pointer: '/indicator' },
        { noun: 'document', value: documentId, pointer: '/document' }
      ]),
      ...checkUntil({ kind, until }),
      ...mismatch
    ]
    if (agency !== undefined && mismatch.length === 0) {
      const life = await loadLife(tx, { periods: [period.code] })
      const timeline = await loadTimelineOf(tx, [agency])
      errors.push(...checkLater({ kind, until, indicator }, period, {
        rules: calendars.map(({ rule }) => rule),
        holidays: await listHolidays(tx),
        extensions: life.extensionsOf(period.code),
        agency,
        on: today(),
        aboveOn: day => timeline.aboveOn(agency, day)
      }))
    }
    if (errors.length > 0) throw unprocessable(errors)
    await tx.insert(extensions).values({
      id, kind, agencyCode: agency!, withSubtree, indicatorCode: indicator ?? null, period: period.code,
      until: until ?? null, reason, grantedBy, documentId, clientId
    })
    return (await findExtension(tx, id))!
  })
}

/** Undefined when there is no such extension; a second revocation is refused by its key. */
export async function revokeExtension (
  unit: Transactor, id: string, reason: string, clientId: string
): Promise<ExtensionRow | undefined> {
  return withTransaction(unit, async tx => {
    await holdPeriodLife(tx, 'exclusive')
    if (await findExtension(tx, id) === undefined) return undefined
    await tx.insert(extensionRevocations).values({ extensionId: id, reason, clientId })
    return findExtension(tx, id)
  })
}
