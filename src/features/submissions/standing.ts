import { sql } from 'drizzle-orm'
import { arrayLiteral } from '../../db/array.js'
import type { Queryable } from '../../db/client.js'
import { isCurrent, stateOf } from '../measurements/revision-state.js'

/** What has become of the figure that a row wrote, or found to be there already. */
export const STANDINGS = ['stands', 'returned', 'withdrawn', 'replaced'] as const
export type Standing = typeof STANDINGS[number]

interface Named { measurementId?: string | undefined, revision?: number | undefined, standing?: Standing | undefined }

/**
 * Adds to the rows how their figures stand now, by one statement. A row stands while the revision that stands says the
 * same, whoever pushed that: who has answered a return with the same figure has answered it for the first push too.
 */
export async function addStandings<Row extends Named> (db: Queryable, rows: readonly Row[]): Promise<Row[]> {
  const named = rows.filter(({ measurementId, revision }) => measurementId !== undefined && revision !== undefined)
  if (named.length === 0) return [...rows]
  const [own, pushed] = [stateOf('m'), stateOf('p')]
  const column = (of: (row: Row) => string | number) => sql.param(arrayLiteral(named, of))
  const { rows: found } = await db.execute<{ id: string, revision: number, standing: Standing }>(sql`
    select p.id, p.revision, case
      when (m.value, m.numerator, m.denominator, m.quality) is not distinct from (p.value, p.numerator, p.denominator, p.quality)
        then case when ${own.own} in ('returned', 'withdrawn') then ${own.own} else 'stands' end
      when ${pushed.own} = 'withdrawn' then 'withdrawn'
      else 'replaced' end as standing
    from (
      select distinct * from unnest(${column(row => row.measurementId!)}::uuid[], ${column(row => row.revision!)}::integer[]) a (id, revision)
    ) asked
    join measurements p on p.id = asked.id and p.revision = asked.revision ${pushed.events}
    join measurements m on m.indicator_code = p.indicator_code and m.id = p.id and ${isCurrent()} ${own.events}`)
  const standings = new Map(found.map(({ id, revision, standing }) => [`${id} ${revision}`, standing]))
  return rows.map(row => ({ ...row, standing: standings.get(`${row.measurementId} ${row.revision}`) }))
}
