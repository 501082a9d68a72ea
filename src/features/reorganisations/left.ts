import type { Queryable } from '../../db/client.js'
import { addDays, type CivilDate } from '../../domain/date.js'
import { loadTimeline } from '../agencies/queries.js'
import { listTargetsInForce } from '../status/queries.js'
import { scopeOf } from '../status/scope.js'

/** All that has been recorded, by this transaction too. */
const EVERYTHING = 'infinity'

/** The targets that are open on the day, and in whose scope there is somebody on the day and the day before. */
export async function listTargetsLeft (db: Queryable, day: CivilDate): Promise<{ on: Set<string>, before: Set<string> }> {
  const timeline = await loadTimeline(db, EVERYTHING)
  const targets = (await listTargetsInForce(db, {}, { on: day, at: EVERYTHING })).filter(({ target }) => target.state === 'active' && target.dueDate >= day)
  const left = (on: CivilDate) => new Set(targets.filter(item => {
    const { whole, members } = scopeOf(item, timeline.on(on), new Map())
    return whole !== undefined || members.length > 0
  }).map(item => item.target.id))
  return { on: left(day), before: left(addDays(day, -1)) }
}
