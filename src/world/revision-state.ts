import { sql, type SQL } from 'drizzle-orm'
import { isOwn, seesAll, type Sight } from './sight.js'

/** `and column <= at`: what was recorded by the instant; nothing where none is given. */
export function recordedBy (alias: string, at: string | undefined): SQL {
  return at === undefined ? sql`` : sql`and ${sql.raw(alias)}.recorded_at <= ${at}::timestamptz`
}

export interface RevisionState {
  /** To follow `from measurements <alias>`: the revision's events, as one row. */
  readonly events: SQL
  /**
   * Its last event, else the state in which it was recorded. A figure that is `returned` and `decided` counts until it
   * is corrected.
   */
  readonly own: SQL
  /** It made the value once: accepted, even if it was withdrawn later. */
  readonly decided: SQL
  /** Withdrawn before it was ever accepted: as if it had not been pushed, and what it was to correct stands. */
  readonly retracted: SQL
  /** When the last thing happened to it; null where nothing did. */
  readonly changedAt: SQL
  /** The same without its return, of which the public is not told. */
  readonly toldAt: SQL
}

/** What became of the revision `alias` by the instant `at`, or until now. */
export function stateOf (alias: string, at?: string): RevisionState {
  const [m, event] = [sql.raw(alias), sql.raw(`${alias}_event`)]
  const decided = sql`(${m}.initial_state = 'accepted' or coalesce(${event}.accepted, false))`
  return {
    events: sql`left join lateral (
      select (array_agg(e.kind order by e.sequence desc))[1] as kind, bool_or(e.kind = 'accepted') as accepted,
        max(e.recorded_at) as changed_at,
        max(e.recorded_at) filter (where e.kind <> 'returned') as told_at
      from measurement_events e
      where e.indicator_code = ${m}.indicator_code and e.measurement_id = ${m}.id and e.revision = ${m}.revision
        ${recordedBy('e', at)}
    ) ${event} on true`,
    own: sql`coalesce(${event}.kind, ${m}.initial_state)`,
    decided,
    retracted: sql`(coalesce(${event}.kind = 'withdrawn', false) and not ${decided})`,
    changedAt: sql`${event}.changed_at`,
    toldAt: sql`${event}.told_at`
  }
}

const sameFigure = sql`n.indicator_code = m.indicator_code and n.id = m.id`

/**
 * Whether the reader knows of the revision `alias`, whose events are joined: what was once accepted the public knows
 * of, even if it was withdrawn later.
 */
export function knows (sight: Sight, alias: string, at: string | undefined): SQL {
  if (seesAll(sight)) return sql`true`
  const { decided } = stateOf(alias, at)
  const own = isOwn(sight, alias)
  return own === undefined ? decided : sql`(${decided} or ${own})`
}

/** Whether the reader is shown the revision `m`, whose events are joined: the public is shown what is accepted. */
export function isSeen (sight: Sight, at?: string): SQL {
  if (seesAll(sight)) return sql`true`
  const { own: state, decided } = stateOf('m', at)
  const own = isOwn(sight)
  const accepted = sql`(${decided} and ${state} <> 'withdrawn')`
  return own === undefined ? accepted : sql`(${accepted} or ${own})`
}

/**
 * That an accepted figure was returned for correction, which makes no difference to what it counts for, is not the
 * public's.
 */
const told = (sight: Sight, state: SQL, decided: SQL): SQL => {
  if (seesAll(sight)) return state
  const own = isOwn(sight)
  const unknown = sql`${state} = 'returned' and ${decided}`
  return sql`case when ${own === undefined
? unknown
: sql`${unknown} and not
    ${own}`} then 'accepted' else ${state} end`
}

/** The state of a revision `m` that stands, as the reader is told it. */
export function standingState (sight: Sight, at?: string): SQL {
  const { own, decided } = stateOf('m', at)
  return told(sight, own, decided)
}

/**
 * Of the revisions `m` of a figure the one that stands for it, as the reader knows it, if the reader is shown it: the
 * newest that was not retracted, or the newest of all. Nearly every figure has nothing withdrawn and nothing pending,
 * and whether another revision follows is then all that is asked.
 */
export function isCurrent (sight: Sight, at?: string): SQL {
  const { events, retracted } = stateOf('n', at)
  const withdrawn = sql`exists (
      select from measurement_events w
      where w.indicator_code = m.indicator_code and w.measurement_id = m.id and w.kind = 'withdrawn'
        ${recordedBy('w', at)})`
  const following = (more: SQL) =>
    sql`exists (select from measurements n where ${sameFigure} ${recordedBy('n', at)} and ${more})`
  const newest = sql`m.revision = (
      select n.revision from measurements n ${events}
      where ${sameFigure} ${recordedBy('n', at)} and ${knows(sight, 'n', at)} order by ${retracted}, n.revision desc
        limit 1)`
  const seen = isSeen(sight, at)
  if (seesAll(sight)) {
    return sql`case when ${withdrawn} then ${newest} else not ${following(sql`n.revision = m.revision + 1`)} end`
  }
  return sql`(case
    when ${withdrawn} then ${newest}
    when not ${following(sql`n.revision = m.revision + 1`)} then true
    when ${following(sql`n.revision > m.revision and n.initial_state = 'accepted'`)} then false
    else ${newest} end and ${seen})`
}

/**
 * Superseded is not an event: an accepted revision is by a newer one that was accepted, also where it had been returned
 * for correction; a pending one by any that stands.
 */
export function shownState (sight: Sight, at?: string): SQL {
  const { own, decided: counted } = stateOf('m', at)
  const { events, decided, retracted } = stateOf('n', at)
  const later = (condition: SQL) => sql`exists (
    select from measurements n ${events} where ${sameFigure} and n.revision > m.revision ${recordedBy('n', at)} and
      ${condition})`
  return sql`case
    when (${own} = 'accepted' or (${own} = 'returned' and ${counted})) and ${later(decided)} then 'superseded'
    when ${own} = 'submitted' and ${later(sql`not ${retracted}`)} then 'superseded'
    else ${told(sight, own, counted)} end`
}

/**
 * Whether nothing that the reader is shown changed by the revision `m`: it is not accepted, and how reporting stands
 * (`submitted`) was said of the one before it already. Of all else at least the state of reporting is public.
 */
export function isSilent (sight: Sight, at?: string): SQL {
  if (seesAll(sight)) return sql`false`
  const own = isOwn(sight)
  const events = (alias: string, more: SQL) => {
    const m = sql.raw(alias)
    return sql`exists (select from measurement_events e
      where e.indicator_code = ${m}.indicator_code and e.measurement_id = ${m}.id and e.revision = ${m}.revision
        ${recordedBy('e', at)} ${more})`
  }
  return sql`(m.initial_state = 'submitted' and not ${events('m', sql`and e.kind in ('accepted', 'returned')`)}
    ${own === undefined ? sql`` : sql`and not ${own}`}
    and exists (select from measurements n where ${sameFigure} and n.revision = m.revision - 1 and n.initial_state =
      'submitted' and not ${events('n', sql``)}))`
}
