import type { ClientRecord } from './queries.js'

/** Of the 60 s within which a suspended client's tokens must stop; a lookup every 15 s and client costs nothing. */
const TTL_MS = 15_000
/** More clients than a province has; a bound all the same. */
const MAX_CLIENTS = 2_000

/** What this process knows of the clients, never older than TTL_MS. */
export interface ClientDirectory {
  find (id: string): Promise<ClientRecord | undefined>
  /** After a change made by this very process. */
  forget (id: string): void
}

export interface DirectoryOptions { ttlMs?: number, now?: () => number }

export function createClientDirectory (
  load: (id: string) => Promise<ClientRecord | undefined>,
  { ttlMs = TTL_MS, now = Date.now }: DirectoryOptions = {}
): ClientDirectory {
  const known = new Map<string, { since: number, client: Promise<ClientRecord | undefined> }>()
  return {
    find (id) {
      const entry = known.get(id)
      // a clock set back must not keep an entry alive
      if (entry !== undefined && Math.abs(now() - entry.since) < ttlMs) return entry.client
      known.delete(id)
      const [oldest] = known.keys()
      if (known.size >= MAX_CLIENTS && oldest !== undefined) known.delete(oldest)
      // the age counts from the question, not from the answer
      const fresh = { since: now(), client: load(id) }
      known.set(id, fresh)
      fresh.client.catch(() => { if (known.get(id) === fresh) known.delete(id) })
      return fresh.client
    },
    forget (id) {
      known.delete(id)
    }
  }
}
