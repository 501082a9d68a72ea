import { sql, type SQL } from 'drizzle-orm'

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
}

/** What became of the revision `alias` by the instant `at`, or until now. */
export function stateOf (alias: string, at?: string): RevisionState {
  const [m, event] = [sql.raw(alias), sql.raw(`${alias}_event`)]
  const decided = sql`(${m}.initial_state = 'accepted' or coalesce(${event}.accepted, false))`
  return {
    events: sql`left join lateral (
      select (array_agg(e.kind order by e.sequence desc))[1] as kind, bool_or(e.kind = 'accepted') as accepted, max(e.recorded_at) as changed_at
      from measurement_events e
      where e.indicator_code = ${m}.indicator_code and e.measurement_id = ${m}.id and e.revision = ${m}.revision ${recordedBy('e', at)}
    ) ${event} on true`,
    own: sql`coalesce(${event}.kind, ${m}.initial_state)`,
    decided,
    retracted: sql`(coalesce(${event}.kind = 'withdrawn', false) and not ${decided})`,
    changedAt: sql`${event}.changed_at`
  }
}

const sameFigure = sql`n.indicator_code = m.indicator_code and n.id = m.id`

/**
 * Of the revisions `m` of a figure the one that stands for it: the newest that was not retracted, or the newest of all.
 * Nearly every figure has nothing withdrawn, and whether another revision follows is then all that is asked.
 */
export function isCurrent (at?: string): SQL {
  const { events, retracted } = stateOf('n', at)
  return sql`case when exists (
      select from measurement_events w
      where w.indicator_code = m.indicator_code and w.measurement_id = m.id and w.kind = 'withdrawn' ${recordedBy('w', at)})
    then m.revision = (
      select n.revision from measurements n ${events}
      where ${sameFigure} ${recordedBy('n', at)} order by ${retracted}, n.revision desc limit 1)
    else not exists (select from measurements n where ${sameFigure} and n.revision = m.revision + 1 ${recordedBy('n', at)}) end`
}

/**
 * Superseded is not an event: an accepted revision is by a newer one that was accepted, also where it had been returned
 * for correction; a pending one by any that stands.
 */
export function shownState (at?: string): SQL {
  const { own, decided: counted } = stateOf('m', at)
  const { events, decided, retracted } = stateOf('n', at)
  const later = (condition: SQL) => sql`exists (
    select from measurements n ${events} where ${sameFigure} and n.revision > m.revision ${recordedBy('n', at)} and ${condition})`
  return sql`case
    when (${own} = 'accepted' or (${own} = 'returned' and ${counted})) and ${later(decided)} then 'superseded'
    when ${own} = 'submitted' and ${later(sql`not ${retracted}`)} then 'superseded'
    else ${own} end`
}
