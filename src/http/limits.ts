import type { LaneLimits } from './lane.js'

/** What a request may weigh and how long it may take. Tests shorten the times. */
export interface Limits {
  /** Bytes of a body that is read whole; streams have their own (contract §6). */
  bodyBytes: number
  /** It must come at such a rate, after such a patience. */
  patienceMs: number
  bytesPerSecond: number
  /** Bytes of the request line's address. */
  urlBytes: number
  /** Bytes of the address and all headers together, counted by Node's parser. */
  headerBytes: number
  /** Time for all headers to arrive, and how often that is looked at: without both a slow client is never cut. */
  headersTimeoutMs: number
  connectionsCheckMs: number
  /** Time for the whole request to arrive: 4 MiB at 200 kbit/s take 168 s. */
  requestTimeoutMs: number
  stream: StreamLimits
  exports: ExportLimits
  login: LoginLimits
  /**
   * Of lanes (plugins/lanes.ts): the shares of the connections and of their callers, where they are not the usual ones.
   */
  lanes?: Partial<Record<'read' | 'dear' | 'write' | 'push' | 'single' | 'body', Partial<LaneLimits>>> | undefined
  /**
   * How long an instance goes by what it knows of clients, revoked tokens and signing keys, which another may have
   * changed. Tokens of a suspended client must stop within 60 s.
   */
  knownMs: number
  /** From the making of a signing key to its first signature: whoever has cached the public keys asks again within. */
  keyLeadMs: number
}

/**
 * What a body that is read as a stream may weigh (contract §6): the server's parsers know no such body, so every part
 * has a limit of its own.
 */
export interface StreamLimits {
  /** Bytes of the whole, decoded; as they are sent there may be no more either. */
  bytes: number
  /** Bytes of one row as it is written: a line of NDJSON, a record of CSV, an item of a JSON list. */
  lineBytes: number
  /** Bytes that are unpacked whatever they were packed into; beyond them, at most so many for each that was sent. */
  unpacked: number
  ratio: number
  /** Bodies of one client in a minute that unpack to more, after which no other is looked at for the rest of it. */
  bombs: number
  rows: number
  /**
   * Rows of one transaction of a `partial` push: 2,500 take tenths of a second, during which whoever reads the status
   * waits.
   */
  chunkRows: number
  /**
   * Columns of a CSV file, beside those of break-downs: of these a file has as many as there are dimensions, and the
   * header is but one line.
   */
  columns: number
  /** Bytes that stay in memory; what is beyond goes to a temporary file. */
  memoryBytes: number
  /** Time without a single byte. There is no limit on the whole: a slow line is no fault, but who drips is cut. */
  idleMs: number
  patienceMs: number
  bytesPerSecond: number
}

/** Of the endpoints at which a client proves who it is. */
export interface LoginLimits {
  /** Bytes of the form: the longest that makes sense, with an assertion of 4 KiB. */
  bytes: number
  /** Time until its first byte, and the rate at which it comes from then on. */
  patienceMs: number
  bytesPerSecond: number
  /**
   * A refusal takes so long, or up to twice, whatever was wrong, and 429 four times that: so that the time does not
   * tell which clients exist. A chosen secret is checked within.
   */
  refusalMs: number
  /** Refusals in `windowMs` of one client from one address, and of one address, after which 429 is the answer. */
  refusalsOfClient: number
  refusalsOfAddress: number
  windowMs: number
}

export interface ExportLimits {
  /**
   * Time in which a client must take 64 Ki characters: whoever reads less than about 1 KB a second does not hold a
   * file on the disk.
   */
  stallMs: number
  /** Answers of dear reads that are on their way at the same time, in all and to one caller. */
  sending: { atOnce: number, each: number }
}

export const EXPORT_LIMITS: ExportLimits = { stallMs: 60_000, sending: { atOnce: 64, each: 8 } }

export const LOGIN_LIMITS: LoginLimits = {
  bytes: 8 * 1024,
  patienceMs: 5_000,
  bytesPerSecond: 1024,
  refusalMs: 300,
  refusalsOfClient: 20,
  refusalsOfAddress: 200,
  windowMs: 60_000
}

export const STREAM_LIMITS: StreamLimits = {
  bytes: 1024 * 1024 * 1024,
  lineBytes: 64 * 1024,
  // 100,000 rows are 4 to 15 MB. Real ones pack 6 to 12 times, with the same long note in each 50 (gzip) to 130 times
  // (br).
  unpacked: 4 * 1024 * 1024,
  ratio: 200,
  bombs: 4,
  rows: 5_000_000,
  chunkRows: 2_500,
  columns: 64,
  memoryBytes: 256 * 1024,
  idleMs: 30_000,
  patienceMs: 30_000,
  bytesPerSecond: 512
}

export const LIMITS: Limits = {
  // read at one stretch, in which nobody else is answered: some hundredths of a second
  bodyBytes: 4 * 1024 * 1024,
  patienceMs: 10_000,
  bytesPerSecond: 512,
  urlBytes: 8 * 1024,
  headerBytes: 24 * 1024,
  headersTimeoutMs: 15_000,
  connectionsCheckMs: 2_000,
  requestTimeoutMs: 180_000,
  stream: STREAM_LIMITS,
  exports: EXPORT_LIMITS,
  login: LOGIN_LIMITS,
  knownMs: 15_000,
  keyLeadMs: 300_000
}
