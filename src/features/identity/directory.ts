import type { Caller } from './queries.js'

/** More clients than a province has; a bound all the same. */
const MAX_CLIENTS = 2_000

/** A cache of clients in this process: an entry is read again from the database once it is older than `ttlMs`. */
export interface ClientDirectory {
  find (id: string): Promise<Caller | undefined>
  /** After a change made by this very process. */
  forget (id: string): void
}

export interface DirectoryOptions { ttlMs: number, now?: () => number }

export function createClientDirectory (
  load: (id: string) => Promise<Caller | undefined>,
  { ttlMs, now = Date.now }: DirectoryOptions
): ClientDirectory {
  const known = new Map<string, { since: number, client: Promise<Caller | undefined> }>()
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
