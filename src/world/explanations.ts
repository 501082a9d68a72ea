import type { Queryable } from '../db/client.js'
import { sql } from 'drizzle-orm'
import { instantFromDatabase } from '../db/instant.js'
import type { CivilDate } from '../domain/date.js'
import type { ExplanationKind, Provenance } from '../domain/words.js'

/** An explanation as it is shown where it explains something; `period`: of a figure. */
export interface StandingExplanation extends Pick<ExplanationRow, 'id' | 'version' | 'agency' | 'kind' | 'cause' |
  'remedy' | 'provenance' | 'recordedAt'> {
  period?: string
  dueDate?: CivilDate
}

export interface Explainable { readonly indicator: string, readonly period: string, readonly subject: string }

/** The explanations that stand, found by what they explain. */
export interface Standing {
  /**
   * Why the figure for `subject` is missing or late. An explanation stays with its figure, whoever owes it by now: that
   * of `agency` is taken before any other, else the one that was said last.
   */
  ofFigure (figure: Explainable, agency?: string): StandingExplanation | undefined
  /** Why the target is missed: the explanation of its lead, and, where it is for each, those of its members. */
  ofTarget (id: string): readonly StandingExplanation[]
}

export async function loadStanding (db: Queryable, range: StandingRange): Promise<Standing> {
  const figures = new Map<string, StandingExplanation[]>()
  const targets = new Map<string, StandingExplanation[]>()
  for (const row of await listStanding(db, range)) {
    const [map, key] = row.target === null
      ? [figures, keyOf({ indicator: row.indicator, period: row.period!, subject: row.subject! })]
      : [targets, row.target]
    const found = map.get(key) ?? []
    found.push(present(row))
    map.set(key, found)
  }
  return {
    ofFigure (figure, agency) {
      const found = figures.get(keyOf(figure)) ?? []
      return found.find(one => one.agency === agency) ?? found.at(-1)
    },
    ofTarget: id => targets.get(id) ?? []
  }
}

const keyOf = ({ indicator, period, subject }: Explainable) => `${indicator} ${period} ${subject}`

function present (row: ExplanationRow): StandingExplanation {
  const { id, version, agency, period, kind, cause, remedy, dueDate, provenance, recordedAt } = row
  return {
    id,
    version,
    agency,
    ...period === null ? {} : { period },
    kind,
    cause,
    remedy,
    ...dueDate === null ? {} : { dueDate },
    provenance,
    recordedAt
  }
}

export interface ExplanationRow extends Record<string, unknown> {
  id: string, indicator: string, agency: string
  /** The figure that is explained; absent where a target is. */
  period: string | null, subject: string | null
  target: string | null
  version: number, kind: ExplanationKind, cause: string, remedy: string, dueDate: CivilDate | null
  provenance: Provenance, withdrawalReason: string | null, client: string, recordedAt: string
}

export const COLUMNS = sql`e.id, e.indicator_code as indicator, e.agency_code as agency,
  e.period, e.subject_agency as subject, e.target_id as target,
  v.version, v.kind, v.cause, v.remedy, v.due_date as "dueDate", v.provenance,
  v.withdrawal_reason as "withdrawalReason", v.client_id as client, v.recorded_at::text as "recordedAt"`

/** Each explanation in the version that was the newest at the instant. */
export const from = (at: string) => sql`
  from explanations e
  join lateral (
    select * from explanation_versions v where v.explanation_id = e.id and v.recorded_at <= ${at}::timestamptz
    order by v.version desc limit 1
  ) v on true`

/** Explanations of figures of these years, and of any target of the indicators. */
export interface StandingRange {
  readonly at: string
  readonly indicators: readonly string[]
  readonly fromYear: number
  readonly toYear: number
}

/** The explanations that were not withdrawn by the instant, in the order in which they were last changed. */
export async function listStanding (db: Queryable, range: StandingRange): Promise<ExplanationRow[]> {
  const { at, indicators, fromYear, toYear } = range
  const { rows } = await db.execute<ExplanationRow>(sql`
    select ${COLUMNS} ${from(at)}
    where v.withdrawal_reason is null and e.indicator_code = any(${sql.param([...new Set(indicators)])}::text[])
      and (e.target_id is not null or left(e.period, 4)::integer between ${fromYear} and ${toYear})
    order by v.recorded_at, e.id`)
  return rows.map(fromDatabase)
}

export function fromDatabase (row: ExplanationRow): ExplanationRow {
  return { ...row, recordedAt: instantFromDatabase(row.recordedAt) }
}
