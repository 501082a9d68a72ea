import { sql, type SQL } from 'drizzle-orm'
import type { CivilDate } from '../../domain/date.js'

export const TASK_STATES = ['not_started', 'in_progress', 'done', 'overdue'] as const
export type TaskState = typeof TASK_STATES[number]

interface Moment { on: CivilDate, at?: string | undefined }

/** The notes of a task that were there on the day. */
function notes (task: string, { on, at }: Moment): SQL {
  return sql`from task_notes n where n.task_code = ${sql.raw(task)}.code and n.noted_on <= ${on}::date
    ${at === undefined ? sql`` : sql`and n.recorded_at <= ${at}::timestamptz`}`
}

/** The percentage last stated: a note without one leaves it as it was. */
export function progressOn (task: string, moment: Moment): SQL {
  return sql`(select n.progress ${notes(task, moment)} and n.progress is not null order by n.noted_on desc,
    n.recorded_at desc, n.id desc limit 1)`
}

/** Of one task by itself. On its due date it is not overdue yet. */
function ownState (task: string, moment: Moment): SQL {
  const progress = progressOn(task, moment)
  return sql`case
    when ${progress} >= 100 then 'done'
    when ${sql.raw(task)}.due_date < ${moment.on}::date then 'overdue'
    when exists (select ${notes(task, moment)}) and coalesce(${progress}, 1) > 0 then 'in_progress'
    else 'not_started' end`
}

/**
 * The state of a row of `tasks`. A group is what the tasks below it are: overdue as soon as one is, done when all are;
 * without any, what its own notes say.
 */
export function stateOn (moment: Moment): SQL<TaskState> {
  return sql<TaskState>`(case when tasks.kind <> 'group' then ${ownState('tasks', moment)} else coalesce((
    with recursive below (code, kind) as (
      select c.code, c.kind from tasks c where c.parent_code = tasks.code
      union
      select c.code, c.kind from tasks c join below on c.parent_code = below.code
    )
    select case
      when bool_and(leaf.state = 'done') then 'done'
      when bool_or(leaf.state = 'overdue') or tasks.due_date < ${moment.on}::date then 'overdue'
      when bool_and(leaf.state = 'not_started') then 'not_started'
      else 'in_progress' end
    from (select ${ownState('t', moment)} as state from tasks t join below on below.code = t.code and below.kind =
      'task') leaf
    having count(*) > 0
  ), ${ownState('tasks', moment)}) end)`
}
