import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/node-postgres'
import type pg from 'pg'
import { clientGrants, clients, clientSecrets, SCOPES, type Scope } from '../../db/schema/clients.js'
import { withTransaction } from '../../ledger/transaction.js'
import { hashChosen, hashGenerated } from '../identity/secrets.js'
import { CLIENT_ID_PATTERN } from '../identity/tokens.js'

const CLIENT_ID = new RegExp(CLIENT_ID_PATTERN)
/** A person may have thought of it, and it opens everything. */
const SECRET_LENGTH = { minimum: 16, maximum: 512 }

export interface BootstrapClient {
  id: string
  secret: string
  /** Made by `generateSecret`, not by a person. */
  generated?: boolean
}

/** A client that the first start makes, with its scopes; one that `reports` may report for every agency. */
export interface BootstrapRole { name: string, scopes: readonly Scope[], reports: boolean }

/** Every scope, every agency, every indicator. */
const ADMINISTRATOR: BootstrapRole = {
  name: 'Quản trị viên đầu tiên / First administrator', scopes: SCOPES, reports: true
}
/** Beside the first client, so that what that pushes can be reviewed: nobody reviews its own. */
export const REVIEWER: BootstrapRole = {
  name: 'Người duyệt minh họa / Reviewer of the demonstration', scopes: [
    'registry:read', 'measurements:review'
  ], reports: false
}

/** What is wrong with the pair, for the message that stops the start; undefined when nothing is. */
export function bootstrapFault ({ id, secret }: BootstrapClient): string | undefined {
  if (!CLIENT_ID.test(id)) {
    return 'BOOTSTRAP_CLIENT_ID must be 1 to 64 letters, digits, dots, underscores or hyphens, and begin with a ' +
      'letter or digit'
  }
  if (secret.length < SECRET_LENGTH.minimum || secret.length > SECRET_LENGTH.maximum ||
    /[\p{Cc}\p{Cs}]/u.test(secret)) {
    return `BOOTSTRAP_CLIENT_SECRET must have ${SECRET_LENGTH.minimum} to ${SECRET_LENGTH.maximum} characters and no ` +
      'control character'
  }
  return undefined
}

/**
 * The first administrator, or whom `role` says. A client of that id that is already there is left
 * as it is, its secrets too: a restart must not undo what an administrator changed. Two instances may start at once.
 */
export async function ensureBootstrapClient (
  pool: pg.Pool, {
    id, secret, generated = false
  }: BootstrapClient, { name, scopes, reports }: BootstrapRole = ADMINISTRATOR
): Promise<'created' | 'exists'> {
  const fault = bootstrapFault({ id, secret })
  if (fault !== undefined) throw new Error(fault)
  const known = await drizzle(pool).select({ id: clients.id }).from(clients).where(eq(clients.id, id))
  if (known.length > 0) return 'exists'
  const hash = generated ? hashGenerated(secret) : await hashChosen(secret)
  return await withTransaction(pool, async tx => {
    const inserted = await tx
      .insert(clients)
      .values({ id, name, scopes: [...scopes] })
      .onConflictDoNothing()
      .returning({ id: clients.id })
    if (inserted.length === 0) return 'exists'
    await tx.insert(clientSecrets).values({ id: randomUUID(), clientId: id, hash })
    if (reports) {
      await tx.insert(clientGrants).values({ clientId: id, agencyCode: null, withSubtree: false, indicatorCode: null })
    }
    return 'created'
  })
}
