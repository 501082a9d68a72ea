import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import { timelineOf, type NameFact, type ParentFact, type Timeline } from './structure.js'

/** Of these agencies and all that ever stood above them, as known now: who was where on which day. */
export async function loadTimelineOf (db: Queryable, codes: readonly string[]): Promise<Timeline> {
  const upwards = sql`with recursive up (code) as (
    select unnest(${sql.param([...new Set(codes)])}::text[])
    union
    select p.parent_code from up join agency_parents p on p.agency_code = up.code and p.removed_at is null
  )`
  const { rows: names } = await db.execute<NameFact & Record<string, unknown>>(sql`
    ${upwards} select a.code, a.kind, a.level, n.name_vi as "nameVi", n.name_en as "nameEn",
      n.valid_from as "validFrom", n.valid_to as "validTo"
    from up join agencies a on a.code = up.code join agency_names n on n.agency_code = a.code and n.removed_at is null`)
  const { rows: parents } = await db.execute<ParentFact & Record<string, unknown>>(sql`
    ${upwards} select p.agency_code as code, p.parent_code as parent, p.valid_from as "validFrom",
      p.valid_to as "validTo"
    from up join agency_parents p on p.agency_code = up.code and p.removed_at is null`)
  return timelineOf(names, parents)
}
