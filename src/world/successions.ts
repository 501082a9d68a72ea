import { sql } from 'drizzle-orm'
import type { Queryable } from '../db/client.js'
import type { Succession, Functions } from '../domain/succession.js'
import type { ReorganisationKind, Share } from '../domain/words.js'
import type { CivilDate } from '../domain/date.js'

export interface StoredSuccession extends Succession {
  kind: ReorganisationKind
  functions?: Functions | undefined
}

/**
 * Every passage of functions that the registry knew of at the instant, or knows of now. Hundreds in the life of a
 * province.
 */
export async function listSuccessions (db: Queryable, at?: string): Promise<StoredSuccession[]> {
  const bodies = at === undefined ? sql`agencies` : sql`agencies_at(${at}::timestamptz)`
  const { rows } = await db.execute<SuccessionRow>(sql`
    select coalesce(f.duplicate_of, f.code) as "from", coalesce(t.duplicate_of, t.code) as "to", s.share, s.functions,
      r.effective_on as "effectiveOn", r.id as reorganisation, r.kind,
      array(
        select jsonb_array_elements_text(s.functions -> 'indicators')
        union
        select t.indicator_code from targets t where t.id in (select jsonb_array_elements_text(s.functions ->
          'targets'))
      ) as indicators
    from reorganisation_successions s join reorganisations r on r.id = s.reorganisation_id
    join ${bodies} f on f.code = s.from_agency join ${bodies} t on t.code = s.to_agency
    ${at === undefined ? sql`` : sql`where s.recorded_at <= ${at}::timestamptz`}
    order by s.id`)
  return distinctPassages(rows).map(({ functions, indicators, ...row }) => functions === null
    ? row
    : { ...row, functions, indicators })
}

export interface SuccessionRow extends Record<string, unknown> {
  from: string, to: string, share: Share, functions: Functions | null, indicators: string[]
  effectiveOn: CivilDate, reorganisation: string, kind: ReorganisationKind
}

/**
 * Where one body stood twice, each passage is told once, and none leads from a body to itself; a whole outweighs a
 * part.
 */
export function distinctPassages (rows: readonly SuccessionRow[]): SuccessionRow[] {
  const keyOf = ({ reorganisation, from, to }: SuccessionRow) => JSON.stringify([reorganisation, from, to])
  const wholes = new Set(rows.filter(one => one.share === 'whole').map(keyOf))
  const told = new Set<string>()
  return rows.filter(one => {
    const key = keyOf(one)
    if (one.from === one.to || (one.share === 'part' && wholes.has(key))) return false
    const exactly = JSON.stringify([key, one.functions])
    return !told.has(exactly) && Boolean(told.add(exactly))
  })
}
