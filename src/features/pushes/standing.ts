import { sql } from 'drizzle-orm'
import { arrayLiteral } from '../../db/array.js'
import type { Queryable } from '../../db/client.js'
import { WHOLE } from '../../world/sight.js'
import { isCurrent, stateOf } from '../../world/revision-state.js'

/** What has become of the figure that a row wrote, or found to be there already. */
export const STANDINGS = ['stands', 'returned', 'withdrawn', 'replaced'] as const
export type Standing = typeof STANDINGS[number]

interface Named {
  row: { action?: 'withdraw' | undefined }
  measurementId?: string | undefined
  revision?: number | undefined
  standing?: Standing | undefined
}

/**
 * Adds to the rows how their figures stand now, by one statement. A row stands while the revision that stands says the
 * same, whoever pushed that: who has answered a return with the same figure has answered it for the first push too. A
 * row that withdraws stands until its figure is reported again.
 */
export async function addStandings<Row extends Named> (db: Queryable, rows: readonly Row[]): Promise<Row[]> {
  const named = rows.filter(({ measurementId, revision }) => measurementId !== undefined && revision !== undefined)
  if (named.length === 0) return [...rows]
  const [own, pushed] = [stateOf('m'), stateOf('p')]
  const column = (of: (row: Row) => string | number) => sql.param(arrayLiteral(named, of))
  const { rows: found } = await db.execute<{
    id: string, revision: number, withdraws: boolean, standing: Standing
  }>(sql`
    select p.id, p.revision, asked.withdraws, case
      when asked.withdraws then case
        when ${own.own} = 'withdrawn' or (${pushed.own} = 'withdrawn' and m.revision <= p.revision) then 'stands'
        else 'replaced' end
      when (m.value, m.numerator, m.denominator, m.quality) is not distinct from (p.value, p.numerator, p.denominator,
        p.quality)
        then case when ${own.own} in ('returned', 'withdrawn') then ${own.own} else 'stands' end
      when ${pushed.own} = 'withdrawn' then 'withdrawn'
      else 'replaced' end as standing
    from (
      select distinct * from unnest(${column(row => row.measurementId!)}::uuid[],
        ${column(row => row.revision!)}::integer[],
        ${column(row => row.row.action === undefined ? 'f' : 't')}::boolean[]) a (id, revision, withdraws)
    ) asked
    join measurements p on p.id = asked.id and p.revision = asked.revision ${pushed.events}
    join measurements m on m.indicator_code = p.indicator_code and m.id = p.id and ${isCurrent(WHOLE)} ${own.events}`)
  const nameOf = (
    id: string | undefined, revision: number | undefined, withdraws: boolean
  ) => `${id} ${revision} ${withdraws}`
  const standings = new Map(found.map(({ id, revision, withdraws, standing }) =>
    [nameOf(id, revision, withdraws), standing]))
  return rows.map(row =>
    ({ ...row, standing: standings.get(nameOf(row.measurementId, row.revision, row.row.action !== undefined)) }))
}
