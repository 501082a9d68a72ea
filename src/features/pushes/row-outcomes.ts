import { and, asc, eq, gte, lte, sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { submissionChunks, type StoredOutcome, type StoredProblem } from '../../db/schema/index.js'
import { type Standing, addStandings } from './standing.js'

/** What became of a row, as it is stored. */
export interface RowOutcome {
  position: number
  line?: number | undefined
  outcome: StoredOutcome[0]
  row: {
    action?: 'withdraw' | undefined, itemId?: string | undefined, indicator: string, agency: string, period: string
  }
  measurementId?: string | undefined
  revision?: number | undefined
  problems: readonly StoredProblem[]
  warnings: readonly StoredProblem[]
  /** How the figure stands now, where it was asked for. */
  standing?: Standing | undefined
}

export interface RowFilters {
  outcome?: StoredOutcome[0] | undefined, warned?: boolean | undefined, standing?: boolean | undefined
}

/** The rows of a submission in order, chunk by chunk: from a position on, or down from it. */
export async function * readRows (
  db: Queryable, id: string, filters: RowFilters,
  { from, to, descending = false }: { from?: number, to?: number, descending?: boolean } = {}
): AsyncGenerator<RowOutcome[]> {
  const { submissionId, firstPosition, received } = submissionChunks
  for (let edge: SQL | undefined; ;) {
    const [chunk] = await db.select({ firstPosition, rows: submissionChunks.rows }).from(submissionChunks)
      .where(and(eq(submissionId, id), edge, chunksWith(filters),
        from === undefined ? undefined : sql`${firstPosition} + ${received} > ${from}`,
        to === undefined ? undefined : lte(firstPosition, to)))
      .orderBy(descending ? sql`${firstPosition} desc` : asc(firstPosition)).limit(1)
    if (chunk === undefined) return
    edge = descending
      ? sql`${firstPosition} < ${chunk.firstPosition}`
      : gte(firstPosition, chunk.firstPosition + chunk.rows.length)
    const rows = chunk.rows.map((stored, i) => rowOf(chunk.firstPosition + i, stored))
      .filter(row => row.position >= (from ?? 0) && row.position <= (to ?? row.position)).filter(meets(filters))
    const shown = filters.standing === undefined ? rows : await standingAs(filters.standing, db, rows)
    yield descending ? shown.reverse() : shown
  }
}

/** Chunks are only added, and never changed. */
export async function countChunks (db: Queryable, id: string): Promise<number> {
  return db.$count(submissionChunks, eq(submissionChunks.submissionId, id))
}

/** The first `limit` of them. */
export async function firstRows (rows: AsyncIterable<readonly RowOutcome[]>, limit: number): Promise<RowOutcome[]> {
  const found: RowOutcome[] = []
  for await (const chunk of rows) {
    found.push(...chunk.slice(0, limit - found.length))
    if (found.length >= limit) break
  }
  return found
}

/** How many rows meet the filters. */
export async function countRows (db: Queryable, id: string, filters: RowFilters): Promise<number> {
  const { outcome, warned, standing } = filters
  if (standing !== undefined || (outcome !== undefined && warned !== undefined)) {
    let count = 0
    for await (const chunk of readRows(db, id, filters)) count += chunk.length
    return count
  }
  const { received } = submissionChunks
  const counted = outcome !== undefined
    ? COUNTERS[outcome]
    : warned === undefined ? received : warned ? submissionChunks.warned : sql`${received} - ${submissionChunks.warned}`
  const [found] = await db.select({
    count: sql<string>`coalesce(sum(${counted}), 0)`
  }).from(submissionChunks).where(eq(submissionChunks.submissionId, id))
  return Number(found!.count)
}

/** The first rows that are not plain successes. */
export async function listExceptions (db: Queryable, id: string, limit: number): Promise<RowOutcome[]> {
  const found: RowOutcome[] = []
  const [rejected, warned] = await Promise.all([
    firstRows(readRows(db, id, { outcome: 'rejected' }), limit),
    firstRows(readRows(db, id, { warned: true }), limit)
  ])
  found.push(...rejected, ...warned.filter(({ outcome }) => outcome !== 'rejected'))
  return found.sort((a, b) => a.position - b.position).slice(0, limit)
}

/** How many rows of each outcome a chunk has. */
export const COUNTERS = {
  created: submissionChunks.created,
  revised: submissionChunks.revised,
  withdrawn: submissionChunks.withdrawn,
  unchanged: submissionChunks.unchanged,
  rejected: submissionChunks.rejected,
  not_written: submissionChunks.notWritten
} as const satisfies Record<StoredOutcome[0], unknown>

/** Chunks that hold none of what is asked for are not opened. */
export function chunksWith ({ outcome, warned }: RowFilters): SQL | undefined {
  const column = outcome === undefined ? undefined : COUNTERS[outcome]
  return and(
    column === undefined ? undefined : sql`${column} > 0`,
    warned === undefined
      ? undefined
      : warned ? sql`${submissionChunks.warned} > 0` : sql`${submissionChunks.warned} < ${submissionChunks.received}`
  )
}

export const meets = ({ outcome, warned }: RowFilters) => (row: RowOutcome): boolean =>
  (outcome === undefined || row.outcome === outcome) && (warned === undefined || (row.warnings.length > 0) === warned)

/** Of the rows that have a figure those that still stand, or those that do not: one statement for a chunk. */
export async function standingAs (stands: boolean, db: Queryable, rows: readonly RowOutcome[]): Promise<RowOutcome[]> {
  return (await addStandings(db, rows)).filter(({ standing }) =>
    standing !== undefined && (standing === 'stands') === stands)
}

export function rowOf (position: number, stored: StoredOutcome): RowOutcome {
  const [outcome, itemId, indicator, agency, period, measurementId, revision, problems, warnings, line, action] = stored
  return {
    position,
    outcome,
    row: {
      action, itemId: itemId ?? undefined, indicator: indicator ?? '', agency: agency ?? '', period: period ?? ''
    },
    measurementId: measurementId ?? undefined,
    revision: revision ?? undefined,
    problems: problems ?? [],
    warnings: warnings ?? [],
    line: line ?? undefined
  }
}
