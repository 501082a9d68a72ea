import { sql, type SQL } from 'drizzle-orm'
import type { Queryable } from '../../db/client.js'
import { arraysOf, columnsOf, placesOf, type Column, type Columns } from '../../db/columns.js'
import { executePrepared, prepared } from '../../db/prepared.js'
import { instantFromDatabase } from '../../db/instant.js'
import type { StoredProblem } from '../../db/schema/index.js'
import type { FigureKey } from './quality-rules.js'
import type { Figure } from './figure.js'
import type { StoredRevision } from './outcome.js'
import { COLUMNS } from '../../world/measurements.js'
import { stateOf } from '../../world/revision-state.js'
import type { PushRow, ResolvedRow } from './row.js'

/**
 * Pushes run side by side (shared) and the unique key tells two that write the same revision apart; the one that lost
 * tries again alone (exclusive). In the order of their hashes, before anything is written, so that none waits in a
 * circle.
 */
export async function lockIndicators (
  db: Queryable, codes: readonly string[], mode: 'shared' | 'exclusive'
): Promise<void> {
  await db.execute(sql`
    select ${sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')}(hash) from (
      select distinct hashtextextended(code, 4677) as hash from unnest(${sql.param([...new Set(codes)])}::text[]) code
        order by hash
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
interface ColumnsOfFigure {
  value: string | null, numerator: string | null, denominator: string | null, observedAt: string | null
}

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
export async function findNewestRevisions (
  db: Queryable, rows: readonly FigureKey[]
): Promise<Map<string, StoredRevision>> {
  const found = new Map<string, StoredRevision>()
  if (rows.length === 0) return found
  const harder: FigureKey[] = []
  for (const newest of await listNewest(db, rows)) {
    const row = rows[Number(newest.position) - 1]!
    const { touched, revision, state, observedAt } = newest
    if (touched || (revision > 1 && (state !== 'accepted' || observedAt === null))) harder.push(row)
    else {
      found.set(
        row.key,
        storedRevision(
          newest, revision,
          state === 'accepted' ? figureOf(newest.value, newest.numerator, newest.denominator) : undefined
        )
      )
    }
  }
  for (const standing of await listStanding(db, harder)) {
    const { newest, accepted, withdrawn, decided } = standing
    found.set(harder[Number(standing.position) - 1]!.key, {
      ...storedRevision(
        standing, newest,
        accepted === null ? undefined : figureOf(accepted.value, accepted.numerator, accepted.denominator)
      ),
      counts: standing.state === 'returned' && decided,
      withdrawn: withdrawn.map(({ value, numerator, denominator, observedAt }) => ({
        ...figureOf(value, numerator, denominator), observedAt: observedAt === null
          ? undefined
          : instantFromDatabase(observedAt)
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

const KEY_COLUMNS: readonly Column<FigureKey>[] = [
  ['text', row => row.indicator], ['text', row => row.period], ['text', row => row.agency], [
    'text', row => row.breakdownKey
  ]
]
const typesOf = <Row>(columns: readonly Column<Row>[]) => columns.map(([type]) => type)

export const keysOf = (rows: readonly FigureKey[]): SQL =>
  keysFrom(columnsOf(rows, 'k', KEY_COLUMNS, { position: true }))

const keysFrom = ({ from, values: [i, p, a, b] }: Columns): SQL =>
  sql`(select ${i} as i, ${p} as p, ${a} as a, ${b} as b, position from ${from}) k`

/**
 * Equalities, not a comparison of rows: before PostgreSQL 18 that walks the index backwards over all figures of the
 * indicator.
 */
export const underKey = (alias: string) => {
  const m = sql.raw(alias)
  return sql`${m}.indicator_code = k.i and ${m}.period = k.p and ${m}.agency_code = k.a and ${m}.breakdown_key = k.b`
}

/** `touched`: something happened to one of its revisions after it was recorded. */
async function listNewest (db: Queryable, rows: readonly FigureKey[]): Promise<NewestRow[]> {
  return rows.length <= FEW
    ? executePrepared<NewestRow>(db, NEWEST, arraysOf(rows, KEY_COLUMNS))
    : (await db.execute<NewestRow>(newestUnder(keysOf(rows)))).rows
}

const newestUnder = (keys: SQL): SQL => sql`
    select k.position, m.id, m.revision, m.initial_state as state, m.quality, m.value, m.numerator, m.denominator,
      m.note, m.evidence, m.reason, m.observed_at::text as "observedAt",
      exists (select from measurement_events e where e.indicator_code = m.indicator_code and e.measurement_id = m.id)
        as touched
    from ${keys}
    cross join lateral (
      select * from measurements m
      where ${underKey('m')} order by m.revision desc limit 1
    ) m`
const NEWEST = prepared('newest_revisions', () =>
  newestUnder(keysFrom(placesOf(typesOf(KEY_COLUMNS), 'k', { position: true }))))

/** A number, or a numerator and denominator, to be held against the newest revision under a key. */
export interface HeldFigure { key: FigureKey, figure: Figure }

/**
 * Which of them, by their places, are `factor` times those of the newest revision or more, or that part of them or
 * less, where the larger is at least `from`. Compared by the database: hardly ever is there one, and nothing else
 * comes back.
 */
export async function findLeaping (
  db: Queryable, rows: readonly HeldFigure[], { factor, from: least }: { factor: number, from: number }
): Promise<Set<number>> {
  if (rows.length === 0) return new Set()
  const found = rows.length <= FEW
    ? await executePrepared<{ position: string }>(db, LEAPING, { factor, least, ...arraysOf(rows, HELD_COLUMNS) })
    : (await db.execute<{ position: string }>(
        leapingOf(columnsOf(rows, 'k', HELD_COLUMNS, { position: true }), sql`${least}`, sql`${factor}`))).rows
  return new Set(found.map(({ position }) => Number(position) - 1))
}

const HELD_COLUMNS: readonly Column<HeldFigure>[] = [
  ...KEY_COLUMNS.map(([type, of]): Column<HeldFigure> => [type, ({ key }) => of(key)]),
  ['numeric', ({ figure }) => figure.numerator ?? figure.value], ['numeric', ({ figure }) => figure.denominator]
]

function leapingOf ({ from, values: [i, p, a, b, n, d] }: Columns, least: SQL, factor: SQL): SQL {
  const leaps = (x: SQL, y: SQL) => sql`(greatest(abs(${x}), abs(${y})) >= ${least}::numeric
    and greatest(abs(${x}), abs(${y})) >= ${factor}::numeric * least(abs(${x}), abs(${y})) and least(abs(${x}),
      abs(${y})) > 0)`
  return sql`
    select k.position from (select ${i} as i, ${p} as p, ${a} as a, ${b} as b, ${n} as n, ${d} as d, position from
      ${from}) k
    cross join lateral (select * from measurements m where ${underKey('m')} order by m.revision desc limit 1) m
    where ${leaps(sql`k.n`, sql`coalesce(m.numerator, m.value)`)} or ${leaps(sql`k.d`, sql`m.denominator`)}`
}
const LEAPING = prepared('leaping_figures', () => leapingOf(
  placesOf(
    typesOf(HELD_COLUMNS), 'k', { position: true }
  ), sql`${sql.placeholder('least')}`, sql`${sql.placeholder('factor')}`))

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
        (case when newest.retracted then ${figureIn('newest')} end)) gone (figure) where figure is not null) as
          withdrawn
    from ${keysOf(rows)}
    cross join lateral (
      select n.*, ${last.retracted} as retracted from measurements n ${last.events} where ${underKey('n')} order by
        n.revision desc limit 1
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
  return sql`jsonb_build_object('value', ${m}.value::text, 'numerator', ${m}.numerator::text, 'denominator',
    ${m}.denominator::text, 'observedAt', ${m}.observed_at::text)`
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

/** A revision with who pushed it. */
interface Sourced { revision: NewRevision, source: Source }

const REVISION_COLUMNS: readonly Column<Sourced>[] = [
  ['text', ({ revision: { figure } }) => figure.indicator],
  ['uuid', ({ revision }) => revision.measurementId],
  ['text', ({ revision: { figure } }) => figure.period],
  ['text', ({ revision: { figure } }) => figure.agency],
  ['text', ({ revision: { figure } }) => figure.breakdownKey],
  ['jsonb', ({ revision: { figure } }) => breakdownOf(figure)],
  ['integer', ({ revision }) => revision.revision],
  ['numeric', ({ revision: { figure } }) => figure.value],
  ['numeric', ({ revision: { figure } }) => figure.numerator],
  ['numeric', ({ revision: { figure } }) => figure.denominator],
  ['text', ({ revision: { figure } }) => figure.quality],
  ['text', ({ revision }) => revision.initialState],
  ['text', ({ revision: { row } }) => row.note],
  ['text', ({ revision: { row } }) => row.evidence],
  ['timestamptz', ({ revision: { row } }) => row.observedAt],
  ['text', ({ revision: { row } }) => row.reason],
  ['text', ({ revision: { row } }) => row.itemId],
  ['boolean', ({ revision: { figure } }) => figure.late],
  ['jsonb', ({ revision: { warnings } }) => warnings.length === 0 ? '[]' : JSON.stringify(warnings)],
  ['text', ({ source }) => source.clientId],
  ['uuid', ({ source }) => source.submissionId]
]

/**
 * Recorded at the time of the first INSERT and not of BEGIN: a push that waited for another must not seem to be the
 * earlier one. In the order of their keys, so that two pushes of the same keys wait for each other instead of
 * deadlocking.
 */
export async function insertRevisions (
  db: Queryable, revisions: readonly NewRevision[], source: Source
): Promise<void> {
  if (revisions.length === 0) return
  const rows = inOrder(revisions.map(revision => ({ revision, source })))
  if (rows.length <= FEW) await executePrepared(db, INSERT, arraysOf(rows, REVISION_COLUMNS))
  else await db.execute(insertion(columnsOf(rows, 'r', REVISION_COLUMNS)))
}

const inOrder = (rows: Sourced[]) => rows.sort((a, b) => a.revision.figure.key < b.revision.figure.key ? -1 : 1)

function insertion ({ from, values }: Columns): SQL {
  return sql`
    insert into measurements as m (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value,
      numerator, denominator,
      quality, initial_state, note, evidence, observed_at, reason, external_id, late, warnings, client_id,
        submission_id, recorded_at)
    select ${sql.join(values, sql`, `)}, (select recording_time()) from ${from}`
}
const placed = () => insertion(placesOf(typesOf(REVISION_COLUMNS), 'r'))
const INSERT = prepared('insert_revisions', placed)

/** The columns of the figures for `insertionOfSingles`. */
export const arraysOfRevisions = (rows: readonly Sourced[]) => arraysOf(inOrder([...rows]), REVISION_COLUMNS)

/**
 * Of few, as part of a statement that is prepared: its rows are those of `findRevisions`, but for `fromDatabase`, in
 * no order.
 */
export const shownInsertion = (): SQL => sql`${placed()} returning ${COLUMNS}, m.initial_state as state`

/** Nearly every figure is of the whole. */
function breakdownOf ({ breakdown, breakdownKey }: ResolvedRow): string {
  return breakdownKey === '' ? '{}' : JSON.stringify(breakdown)
}
