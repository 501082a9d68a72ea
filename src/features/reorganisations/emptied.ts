import type { Queryable } from '../../db/client.js'
import { addDays, type CivilDate } from '../../domain/date.js'
import type { Structure } from '../../world/structure.js'
import { loadTimeline } from '../../world/agencies.js'
import { listTargetsInForce, type TargetInForce } from '../../world/figures.js'
import { scopeOf } from '../../world/scope.js'
import { EVERYTHING } from './obligations.js'

/** The targets, open on the day, in whose scope there was somebody the day before, and nobody is left on the day. */
export async function listEmptied (db: Queryable, day: CivilDate): Promise<string[]> {
  const timeline = await loadTimeline(db, EVERYTHING)
  const [before, after] = [timeline.on(addDays(day, -1)), timeline.on(day)]
  const anybody = (item: TargetInForce, structure: Structure) => {
    const { whole, members } = scopeOf(item, structure, new Map())
    return whole !== undefined || members.length > 0
  }
  return (await listTargetsInForce(db, {}, { on: day, at: EVERYTHING }))
    .filter(({ target }) => target.state === 'active' && target.dueDate >= day)
    .filter(item => anybody(item, before) && !anybody(item, after))
    .map(item => item.target.id)
}
