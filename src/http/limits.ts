/** What a request may weigh and how long it may take. Tests shorten the times. */
export interface Limits {
  /** Bytes of a body that is read whole; streams have their own (contract §6). */
  bodyBytes: number
  /** Bytes of the request line's address. */
  urlBytes: number
  /** Bytes of the address and all headers together, counted by Node's parser. */
  headerBytes: number
  /** Time for all headers to arrive, and how often that is looked at: without both a slow client is never cut. */
  headersTimeoutMs: number
  connectionsCheckMs: number
  /** Time for the whole request to arrive: 16 MiB at 1 Mbit/s take 134 s. */
  requestTimeoutMs: number
}

export const LIMITS: Limits = {
  bodyBytes: 16 * 1024 * 1024,
  urlBytes: 8 * 1024,
  headerBytes: 24 * 1024,
  headersTimeoutMs: 15_000,
  connectionsCheckMs: 2_000,
  requestTimeoutMs: 180_000
}
