import type { Queryable } from '../../db/client.js'
import type { CivilDate } from '../../domain/date.js'
import { listStructure } from '../agencies/queries.js'
import { listTargetsInForce } from '../status/queries.js'
import { scopeOf } from '../status/scope.js'

/** The targets in force on `day` in whose scope, by the structure of `on`, there is anybody. */
export async function listTargetsLeft (db: Queryable, on: CivilDate, day: CivilDate): Promise<string[]> {
  const structure = await listStructure(db, on)
  const targets = await listTargetsInForce(db, {}, day)
  return targets
    .filter(item => item.target.state === 'active' && item.target.dueDate >= day)
    .filter(item => {
      const { whole, members } = scopeOf(item, structure, new Map())
      return whole !== undefined || members.length > 0
    })
    .map(item => item.target.id)
}
