import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres'
import pg from 'pg'
import { instantFromDatabase } from './instant.js'
import { setSession } from './session.js'

/** Without Drizzle's relational queries: it would work out their tables anew for every transaction. */
type Drizzle = NodePgDatabase<Record<string, never>>

/** What a query function takes: the database or a transaction. Transactions are begun by `withTransaction` alone. */
export type Queryable = Omit<Drizzle, 'transaction'> & { readonly $client: pg.Pool | pg.PoolClient }
export type Database = Queryable & { readonly $client: pg.Pool }
export type Transaction = Queryable & { readonly $client: pg.PoolClient }

/** The part of a logger this layer uses; pino and Fastify's own both have it. */
export interface DatabaseLog {
  debug (details: object, message: string): void
  info (details: object, message: string): void
  warn (details: object, message: string): void
}

export interface DatabaseOptions {
  connectionString: string
  /** Connections at most. Ten keep two cores busy; PostgreSQL allows 100 to all its clients together. */
  max?: number
  /** A statement that runs longer is cancelled (57014, answered 503). */
  statementTimeoutMs?: number
  /** How long a request may wait for a free connection, or for a new one, before it is answered 503. */
  connectionTimeoutMs?: number
  log?: DatabaseLog
  /** The role that every connection takes on; without one it keeps the rights of the user that it logged in as. */
  role?: string | undefined
}

export interface OpenDatabase {
  pool: pg.Pool
  db: Database
  close (): Promise<void>
}

/** 5 s more than the server's own limit: this one only fires when the server, or the way to it, is dead. */
const DEAD_SERVER_MARGIN_MS = 5_000

const asPrinted = (text: string) => text

/** Dates, timestamps and numerics stay text: a JS Date loses microseconds and shifts days, a float loses digits. */
const PARSERS = new Map<number, (text: string) => unknown>([
  [pg.types.builtins.DATE, asPrinted],
  [pg.types.builtins.TIMESTAMP, asPrinted],
  [pg.types.builtins.TIMESTAMPTZ, instantFromDatabase],
  [pg.types.builtins.INTERVAL, asPrinted],
  [pg.types.builtins.NUMERIC, asPrinted],
  [pg.types.builtins.INT8, asPrinted]
])

const types = {
  getTypeParser (oid: number, format?: 'text' | 'binary') {
    return (format === 'binary' ? undefined : PARSERS.get(oid)) ?? pg.types.getTypeParser(oid, format as 'text')
  }
} as pg.CustomTypesConfig

export function openDatabase (options: DatabaseOptions): OpenDatabase {
  const { max = 10, statementTimeoutMs = 30_000, connectionTimeoutMs = 5_000, log, role } = options
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    application_name: 'indicator-registry',
    max,
    types,
    connectionTimeoutMillis: connectionTimeoutMs,
    query_timeout: statementTimeoutMs + DEAD_SERVER_MARGIN_MS,
    onConnect: client => setSession(client, {
      statement_timeout: `${statementTimeoutMs}ms`,
      // Who waits for what another holds is told so; nobody's lock is held longer in ordinary work.
      lock_timeout: '10s',
      // A transaction whose process hangs must not hold its locks for ever.
      idle_in_transaction_session_timeout: '60s',
      ...role === undefined ? {} : { role }
    }, connectionTimeoutMs),
    idleTimeoutMillis: 30_000,
    // Connections are renewed so that a fail-over or a changed password is noticed within the hour.
    maxLifetimeSeconds: 3_600,
    keepAlive: true
  })
  // An 'error' event nobody listens to ends the process: both an idle and a lent connection may be cut at any time.
  pool.on('error', error => log?.warn({ err: error }, 'an idle database connection was lost'))
  pool.on('connect', client => {
    client.on('error', error => log?.warn({ err: error }, 'a database connection was lost'))
  })
  let closing: Promise<void> | undefined
  return {
    pool,
    db: drizzle(pool),
    close: () => (closing ??= pool.end())
  }
}
