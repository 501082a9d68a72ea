import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { columnsOf } from '../../db/columns.js'
import { executePrepared } from '../../db/prepared.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { FigureKey } from './quality-rules.js'
import type { Figure } from './figure.js'
import type { StoredRevision } from './outcome.js'
import { COLUMNS, fromDatabase, type MeasurementRow } from '../../world/measurements.js'
import { stateOf } from '../../world/revision-state.js'
import type { PushRow, ResolvedRow } from './row.js'

/**
 * Pushes run side by side (shared) and the unique key tells two that write the same revision apart; the one that lost
 * tries again alone (exclusive). In the order of their hashes, before anything is written, so that none waits in a circle.
 */
export async function lockIndicators (db: Queryable, codes: readonly string[], mode: 'shared' | 'exclusive'): Promise<void> {
  await db.execute(sql`
    select ${sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')}(hash) from (
      select distinct hashtextextended(code, 4677) as hash from unnest(${sql.param([...new Set(codes)])}::text[]) code order by hash
    ) hashes`)
}

interface NewestRow extends Record<string, unknown> {
  position: string
  id: string, revision: number, state: StoredRevision['state'], quality: string
  value: string | null, numerator: string | null, denominator: string | null
  note: string | null, evidence: string | null, observedAt: string | null, reason: string | null
  touched: boolean
}

/** A figure as it comes in JSON: decimals and the instant as text. */
interface ColumnsOfFigure { value: string | null, numerator: string | null, denominator: string | null, observedAt: string | null }

interface StandingRow extends NewestRow {
  newest: number
  decided: boolean
  accepted: ColumnsOfFigure | null
  withdrawn: ColumnsOfFigure[]
}

/**
 * The revision that stands under each key, the figure last accepted under it and its newest observation. Nearly always
 * all of that is the newest revision, an index probe a key; only for the other keys the older ones are asked for too.
 */
export async function findNewestRevisions (db: Queryable, rows: readonly FigureKey[]): Promise<Map<string, StoredRevision>> {
  const found = new Map<string, StoredRevision>()
  if (rows.length === 0) return found
  const harder: FigureKey[] = []
  for (const newest of await listNewest(db, rows)) {
    const row = rows[Number(newest.position) - 1]!
    const { touched, revision, state, observedAt } = newest
    if (touched || (revision > 1 && (state !== 'accepted' || observedAt === null))) harder.push(row)
    else found.set(row.key, storedRevision(newest, revision, state === 'accepted' ? figureOf(newest.value, newest.numerator, newest.denominator) : undefined))
  }
  for (const standing of await listStanding(db, harder)) {
    const { newest, accepted, withdrawn, decided } = standing
    found.set(harder[Number(standing.position) - 1]!.key, {
      ...storedRevision(standing, newest, accepted === null ? undefined : figureOf(accepted.value, accepted.numerator, accepted.denominator)),
      counts: standing.state === 'returned' && decided,
      withdrawn: withdrawn.map(({ value, numerator, denominator, observedAt }) => ({
        ...figureOf(value, numerator, denominator), observedAt: observedAt === null ? undefined : instantFromDatabase(observedAt)
      }))
    })
  }
  return found
}

function storedRevision (row: NewestRow, newest: number, accepted: StoredRevision['accepted']): StoredRevision {
  return {
    id: row.id,
    revision: row.revision,
    newest,
    state: row.state,
    quality: row.quality,
    ...figureOf(row.value, row.numerator, row.denominator),
    note: row.note ?? undefined,
    evidence: row.evidence ?? undefined,
    reason: row.reason ?? undefined,
    observedAt: row.observedAt === null ? undefined : instantFromDatabase(row.observedAt),
    accepted
  }
}

/** A statement of so few rows is prepared: planning it costs as much as running it. */
const FEW = 100

export const keysOf = (rows: readonly FigureKey[], { isFixed = false } = {}) => {
  const { from, values: [i, p, a, b] } = columnsOf(rows, 'k', [['text', row => row.indicator], ['text', row => row.period], ['text', row => row.agency], ['text', row => row.breakdownKey]], { position: true, isFixed })
  return sql`(select ${i} as i, ${p} as p, ${a} as a, ${b} as b, position from ${from}) k`
}

/** Equalities, not a comparison of rows: before PostgreSQL 18 that walks the index backwards over all figures of the indicator. */
export const underKey = (alias: string) => {
  const m = sql.raw(alias)
  return sql`${m}.indicator_code = k.i and ${m}.period = k.p and ${m}.agency_code = k.a and ${m}.breakdown_key = k.b`
}

/** `touched`: something happened to one of its revisions after it was recorded. */
async function listNewest (db: Queryable, rows: readonly FigureKey[]): Promise<NewestRow[]> {
  const isFixed = rows.length <= FEW
  const query = sql`
    select k.position, m.id, m.revision, m.initial_state as state, m.quality, m.value, m.numerator, m.denominator, m.note, m.evidence, m.reason, m.observed_at::text as "observedAt",
      exists (select from measurement_events e where e.indicator_code = m.indicator_code and e.measurement_id = m.id) as touched
    from ${keysOf(rows, { isFixed })}
    cross join lateral (
      select * from measurements m
      where ${underKey('m')} order by m.revision desc limit 1
    ) m`
  return isFixed ? executePrepared<NewestRow>(db, 'newest_revisions', query) : (await db.execute<NewestRow>(query)).rows
}

/** A number, or a numerator and denominator, to be held against the newest revision under a key. */
export interface HeldFigure { key: FigureKey, figure: Figure }

/**
 * Which of them, by their places, are `factor` times those of the newest revision or more, or that part of them or less, where
 * the larger is at least `from`. Compared by the database: hardly ever is there one, and nothing else comes back.
 */
export async function findLeaping (
  db: Queryable, rows: readonly HeldFigure[], { factor, from: least }: { factor: number, from: number }
): Promise<Set<number>> {
  if (rows.length === 0) return new Set()
  const isFixed = rows.length <= FEW
  const { from, values: [i, p, a, b, n, d] } = columnsOf(rows, 'k', [
    ['text', ({ key }) => key.indicator], ['text', ({ key }) => key.period], ['text', ({ key }) => key.agency],
    ['text', ({ key }) => key.breakdownKey], ['numeric', ({ figure }) => figure.numerator ?? figure.value],
    ['numeric', ({ figure }) => figure.denominator]
  ], { position: true, isFixed })
  const leaps = (x: SQL, y: SQL) => sql`(greatest(abs(${x}), abs(${y})) >= ${least}::numeric
    and greatest(abs(${x}), abs(${y})) >= ${factor}::numeric * least(abs(${x}), abs(${y})) and least(abs(${x}), abs(${y})) > 0)`
  const query = sql`
    select k.position from (select ${i} as i, ${p} as p, ${a} as a, ${b} as b, ${n} as n, ${d} as d, position from ${from}) k
    cross join lateral (select * from measurements m where ${underKey('m')} order by m.revision desc limit 1) m
    where ${leaps(sql`k.n`, sql`coalesce(m.numerator, m.value)`)} or ${leaps(sql`k.d`, sql`m.denominator`)}`
  const found = isFixed
    ? await executePrepared<{ position: string }>(db, 'leaping_figures', query)
    : (await db.execute<{ position: string }>(query)).rows
  return new Set(found.map(({ position }) => Number(position) - 1))
}

/**
 * A few probes a key. What was retracted (withdrawn before it was accepted) counts for its number, and, as long as
 * nothing newer was pushed, as a figure that was taken away.
 */
async function listStanding (db: Queryable, rows: readonly FigureKey[]): Promise<StandingRow[]> {
  if (rows.length === 0) return []
  const [own, other, last] = [stateOf('m'), stateOf('o'), stateOf('n')]
  const newestOther = (condition: SQL) => sql`select o.*, ${other.own} as state from measurements o ${other.events}
    where ${underKey('o')} and ${condition} order by o.revision desc limit 1`
  return (await db.execute<StandingRow>(sql`
    select k.position, newest.revision as newest,
      m.id, m.revision, ${own.own} as state, ${own.decided} as decided, m.quality, m.value, m.numerator, m.denominator,
      m.note, m.evidence, m.reason, observed.observed_at::text as "observedAt", true as touched,
      case when accepted.id is not null then ${figureIn('accepted')} end as accepted,
      (select coalesce(jsonb_agg(figure), '[]') from (values
        (case when accepted.state = 'withdrawn' then ${figureIn('accepted')} end),
        (case when newest.retracted then ${figureIn('newest')} end)) gone (figure) where figure is not null) as withdrawn
    from ${keysOf(rows)}
    cross join lateral (
      select n.*, ${last.retracted} as retracted from measurements n ${last.events} where ${underKey('n')} order by n.revision desc limit 1
    ) newest
    left join lateral (${newestOther(sql`not ${other.retracted}`)}) standing on true
    join measurements m on ${underKey('m')} and m.revision = coalesce(standing.revision, newest.revision)
    ${own.events}
    left join lateral (${newestOther(sql`o.observed_at is not null and not ${other.retracted}`)}) observed on true
    left join lateral (${newestOther(other.decided)}) accepted on true`)).rows
}

/** See `ColumnsOfFigure`. */
function figureIn (alias: string): SQL {
  const m = sql.raw(alias)
  return sql`jsonb_build_object('value', ${m}.value::text, 'numerator', ${m}.numerator::text, 'denominator', ${m}.denominator::text, 'observedAt', ${m}.observed_at::text)`
}

export function figureOf (value: string | null, numerator: string | null, denominator: string | null) {
  return {
    ...value === null ? {} : { value },
    ...numerator === null ? {} : { numerator },
    ...denominator === null ? {} : { denominator }
  }
}

/** A figure at its place among its revisions. */
export interface NewRevision {
  row: Pick<PushRow, 'itemId' | 'note' | 'evidence' | 'observedAt' | 'reason'>
  figure: ResolvedRow
  measurementId: string
  revision: number
  initialState: string
  warnings: readonly StoredProblem[]
}

/** Who pushed it, with what. */
export interface Source { clientId: string, submissionId: string }

/**
 * Recorded at the time of the first INSERT and not of BEGIN: a push that waited for another must not seem to be the earlier one.
 * In the order of their keys, so that two pushes of the same keys wait for each other instead of deadlocking.
 */
export async function insertRevisions<Row extends NewRevision> (db: Queryable, revisions: readonly Row[], source: Source | ((row: Row) => Source)): Promise<void> {
  if (revisions.length === 0) return
  if (revisions.length <= FEW) await executePrepared(db, 'insert_revisions', insertion(revisions, source, { isFixed: true }))
  else await db.execute(insertion(revisions, source))
}

/** The same, of few: @returns them as they would be read, in no order. */
export async function insertShownRevisions<Row extends NewRevision> (db: Queryable, revisions: readonly Row[], source: (row: Row) => Source): Promise<MeasurementRow[]> {
  if (revisions.length === 0) return []
  const query = sql`${insertion(revisions, source, { isFixed: true })} returning ${COLUMNS}, m.initial_state as state`
  return (await executePrepared<MeasurementRow>(db, 'insert_shown_revisions', query)).map(fromDatabase)
}

function insertion<Row extends NewRevision> (revisions: readonly Row[], source: Source | ((row: Row) => Source), { isFixed = false } = {}): SQL {
  const rows = [...revisions].sort((a, b) => a.figure.key < b.figure.key ? -1 : 1)
  const sourceOf = typeof source === 'function' ? source : () => source
  const { from, values } = columnsOf(rows, 'r', [
    ['text', ({ figure }) => figure.indicator], ['uuid', row => row.measurementId], ['text', ({ figure }) => figure.period], ['text', ({ figure }) => figure.agency],
    ['text', ({ figure }) => figure.breakdownKey], ['jsonb', ({ figure }) => breakdownOf(figure)], ['integer', row => row.revision],
    ['numeric', ({ figure }) => figure.value], ['numeric', ({ figure }) => figure.numerator], ['numeric', ({ figure }) => figure.denominator],
    ['text', ({ figure }) => figure.quality], ['text', row => row.initialState], ['text', ({ row }) => row.note], ['text', ({ row }) => row.evidence],
    ['timestamptz', ({ row }) => row.observedAt], ['text', ({ row }) => row.reason], ['text', ({ row }) => row.itemId], ['boolean', ({ figure }) => figure.late],
    ['jsonb', row => row.warnings.length === 0 ? '[]' : JSON.stringify(row.warnings)], ['text', row => sourceOf(row).clientId], ['uuid', row => sourceOf(row).submissionId]
  ], { isFixed })
  return sql`
    insert into measurements as m (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, numerator, denominator,
      quality, initial_state, note, evidence, observed_at, reason, external_id, late, warnings, client_id, submission_id, recorded_at)
    select ${sql.join(values, sql`, `)}, (select recording_time()) from ${from}`
}

/** Nearly every figure is of the whole. */
function breakdownOf ({ breakdown, breakdownKey }: ResolvedRow): string {
  return breakdownKey === '' ? '{}' : JSON.stringify(breakdown)
}
