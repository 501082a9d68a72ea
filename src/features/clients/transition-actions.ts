import { and, eq, isNull, sql } from 'drizzle-orm'
import { clients, clientSecrets, clientTransitions, type ClientState } from '../../db/schema/clients.js'
import { clientKeys } from '../../db/schema/keys.js'
import { withTransaction } from '../../ledger/transaction.js'
import type { Transactor } from '../../ledger/unit.js'
import { conflict, unprocessable } from '../../http/problem.js'
import { keepingAdministrator } from './administrators.js'
import { CHANGED, holdClient } from './hold.js'
import { checkOther } from './rules.js'
import type { TransitionRow } from './transition-queries.js'

export interface Transition { to: ClientState, reason: string }

/** Undefined when there is no such client. `by`: the client that does it; null at the command line. */
export async function createTransition (
  unit: Transactor, id: string, { to, reason }: Transition, by: string | null
): Promise<TransitionRow | undefined> {
  const errors = checkOther(to, id, by)
  if (errors.length > 0) throw unprocessable(errors)
  return withTransaction(unit, tx => keepingAdministrator(tx, async () => {
    const row = await holdClient(tx, id)
    if (row === undefined) return undefined
    if (row.state === to) throw conflict({ vi: `Client này đang “${to}” rồi.`, en: `This client is ${to} already.` })
    await tx.update(clients).set({ state: to, ...CHANGED }).where(eq(clients.id, id))
    if (to === 'ended') {
      await tx.update(clientSecrets).set({ revokedAt: sql`now()`, revokedReason: reason })
        .where(and(eq(clientSecrets.clientId, id), isNull(clientSecrets.revokedAt)))
      await tx.update(clientKeys).set({ revokedAt: sql`now()`, revokedReason: reason })
        .where(and(eq(clientKeys.clientId, id), isNull(clientKeys.revokedAt)))
    }
    const [made] = await tx.insert(clientTransitions).values({
      clientId: id,
      sequence: sql`(select coalesce(max(sequence), 0) + 1 from client_transitions where client_id = ${id})`,
      to,
      reason,
      byClientId: by
    }).returning()
    return made
  }))
}
