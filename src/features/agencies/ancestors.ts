import { sql } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'

/** Of each agency all that ever stood above it, as known now: what held a body while a period ran still holds it afterwards. */
export async function listAncestors (db: Queryable, codes: readonly string[]): Promise<Map<string, ReadonlySet<string>>> {
  const { rows } = await db.execute<{ code: string, ancestors: string[] }>(sql`
    with recursive up (code, ancestor) as (
      select agency_code, parent_code from agency_parents where removed_at is null and agency_code = any(${sql.param([...new Set(codes)])}::text[])
      union
      select up.code, p.parent_code from up join agency_parents p on p.agency_code = up.ancestor and p.removed_at is null
    )
    select code, array_agg(ancestor) as ancestors from up group by code`)
  return new Map(rows.map(({ code, ancestors }) => [code, new Set(ancestors)]))
}
