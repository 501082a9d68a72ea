import { sql, type SQL } from 'drizzle-orm'
import { inBatches } from '../../db/batches.js'
import type { Queryable, Transaction } from '../../db/client.js'
import type { Page } from '../../http/list.js'
import type { Sight } from '../../world/sight.js'
import { isSeen, recordedBy, shownState, standingState, stateOf } from '../../world/revision-state.js'
import {
  type MeasurementRow, fromDatabase, type MeasurementFilters, shownTo, where, ofFigures
} from '../../world/measurements.js'

/** Each figure at the revision that stands for it, now or at the instant `at`, as the reader knows it. */
export async function listMeasurements (
  db: Queryable, filters: MeasurementFilters, page: Page<MeasurementRow>, sight: Sight, at?: string
) {
  const condition = where(filters, sight, at)
  const { events } = stateOf('m', at)
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${shownTo(sight, standingState(sight, at), at)} from measurements m ${events}
    where ${condition} ${page.after === undefined ? sql`` : sql`and ${page.after}`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  if (!page.counted) return { rows: rows.map(fromDatabase), count: undefined }
  const { rows: [total] } = await db.execute<{ count: string }>(
    sql`select count(*) as count from measurements m ${events} where ${condition}`
  )
  return { rows: rows.map(fromDatabase), count: Number(total!.count) }
}

/**
 * What an export has, as of an instant. Where no state is asked for, only those that a push of the same would leave
 * `unchanged`: to push a figure again that was withdrawn, or returned before it was accepted, is to report it anew.
 */
function exported (filters: MeasurementFilters, sight: Sight, at: string): SQL {
  const { events, own, decided } = stateOf('m', at)
  const standing = filters.state === undefined
    ? sql`and (${own} in ('submitted', 'accepted') or (${own} = 'returned' and ${decided}))`
    : sql``
  return sql`from measurements m ${events} where ${where(filters, sight, at)} ${standing}`
}

/** All of them, in the order of their first recording. */
export async function * readMeasurements (
  tx: Transaction, filters: MeasurementFilters, sight: Sight, at: string
): AsyncGenerator<MeasurementRow[], undefined> {
  const rows = inBatches<MeasurementRow>(
    tx, sql`select ${shownTo(sight, standingState(sight, at), at)} ${exported(filters, sight, at)} order by m.id`)
  for await (const batch of rows) yield batch.map(fromDatabase)
}

/**
 * Whether they are more than `most`. Mostly there are not even so many revisions, which are counted in a fraction of
 * the time that it takes to find out which of them stand (1 million: 8 s).
 */
export async function isMoreThan (
  tx: Transaction, filters: MeasurementFilters, sight: Sight, at: string, most: number
): Promise<boolean> {
  const isMore = async (from: SQL): Promise<boolean> => {
    const { rows: [row] } = await tx.execute<{ count: string }>(
      sql`select count(*) as count from (select ${from} limit ${most + 1}) as counted`)
    return Number(row!.count) > most
  }
  const revisions = sql`from measurements m where ${sql.join(ofFigures(filters, at), sql` and `)}`
  return await isMore(revisions) && await isMore(exported(filters, sight, at))
}

export async function listRevisions (db: Queryable, id: string, page: Page<MeasurementRow>, sight: Sight, at?: string) {
  const condition = sql`m.id = ${id}::uuid ${recordedBy('m', at)} and ${isSeen(sight, at)} ${page.recorded === undefined
    ? sql``
    : sql`and ${page.recorded}`}`
  const { rows } = await db.execute<MeasurementRow>(sql`
    select ${shownTo(sight, shownState(sight, at), at)} from measurements m ${stateOf('m', at).events}
    where ${condition} ${page.after === undefined ? sql`` : sql`and ${page.after}`}
    order by ${sql.join(page.orderBy, sql`, `)} limit ${page.take}`)
  if (!page.counted) return { rows: rows.map(fromDatabase), count: undefined }
  const { rows: [total] } = await db.execute<{ count: string }>(sql`
    select count(*) as count from measurements m ${stateOf('m', at).events} where ${condition}`)
  return { rows: rows.map(fromDatabase), count: Number(total!.count) }
}
