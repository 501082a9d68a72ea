import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Config } from '../config.js'
import type { DatabaseLog } from '../db/client.js'
import { startEmbedded, type EmbeddedDatabase } from '../embedded/postgres.js'
import { explainDatabaseError } from '../db/errors.js'
import { migrate, UnfitDatabase, type MigrateOptions } from '../db/migrate.js'
import { SERVICE_ROLE } from '../db/roles.js'

/** The database of DATABASE_URL does not take us; the message names it, without the password. */
export class DatabaseUnreachable extends Error {
  override readonly name = 'DatabaseUnreachable'
}

/** The database to work on: the operator's, once it answers, or an embedded one that is stopped with us. */
export async function findDatabase (
  config: Config, log: DatabaseLog, onExit: (reason: string) => void
): Promise<Pick<EmbeddedDatabase, 'connectionString' | 'stop'>> {
  if (config.databaseUrl === undefined) {
    return await startEmbedded({ dataDir: config.dataDir, log, onExit, maxConnections: config.databasePoolMax + 20 })
  }
  await untilReachable(config.databaseUrl, config.connectionTimeoutMs, log)
  return { connectionString: config.databaseUrl, stop: async () => {} }
}

/**
 * Brings the database up to this release, as whoever owns its tables.
 * @throws DatabaseUnreachable where it is lost meanwhile
 * @returns what the connections of the service work as; undefined where the owner may make no roles: then as the owner
 */
export async function prepareDatabase (
  { databaseUrl, databaseOwnerUrl }: Config, connectionString: string, options: Pick<MigrateOptions, 'onPending'> = {}
): Promise<string | undefined> {
  const logins = databaseUrl === undefined || databaseOwnerUrl === undefined
    ? []
    : [decodeURIComponent(new URL(databaseUrl).username)]
  try {
    return await migrate(databaseOwnerUrl ?? connectionString, { ...options, logins }) ? SERVICE_ROLE : undefined
  } catch (cause) {
    const failure = explainDatabaseError(cause)
    if (failure?.kind !== 'unavailable') throw cause
    throw new DatabaseUnreachable(
      `The database was lost while it was brought up to this release (${REASONS[failure.code] ?? failure.code}). ` +
      'What was begun of it is undone; start again when it answers.',
      { cause }
    )
  }
}

/** Started together, as by docker compose, the database may need a moment more than we do. */
async function untilReachable (connectionString: string, patienceMs: number, log: DatabaseLog): Promise<void> {
  for (const end = Date.now() + patienceMs; ; await sleep(250)) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: patienceMs })
    client.on('error', () => {})
    try {
      await client.connect()
      await checkSessions(client, connectionString, patienceMs)
      await client.end()
      return
    } catch (cause) {
      if (cause instanceof UnfitDatabase) throw cause
      await client.end().catch(() => {})
      const code = explainDatabaseError(cause)?.code ?? ''
      const mayCome = ['ECONNREFUSED', 'ECONNRESET', '57P03', 'connection'].includes(code)
      if (!mayCome || Date.now() >= end) throw unreachable(connectionString, code, cause as Error)
      log.debug({ code }, 'waiting for the database')
    }
  }
}

/**
 * Two connections at once are two sessions, unless a pooler lends one session to both. Our settings, the lock of the
 * migration and prepared statements belong to a session.
 * @throws UnfitDatabase behind such a pooler. A busy one may happen to lend two and pass.
 */
async function checkSessions (first: pg.Client, connectionString: string, patienceMs: number): Promise<void> {
  const session = async (client: pg.Client) =>
    (await client.query('SELECT pg_backend_pid() AS pid')).rows[0].pid as number
  const second = new pg.Client({ connectionString, connectionTimeoutMillis: patienceMs })
  second.on('error', () => {})
  try {
    const one = await session(first)
    await second.connect()
    if (await session(second) !== one) return
  } finally {
    await second.end().catch(() => {})
  }
  throw new UnfitDatabase('DATABASE_URL leads to a pooler that lends one session of the database to several clients ' +
    '(pool_mode transaction or statement in PgBouncer). The registry needs sessions of its own: set pool_mode = ' +
    'session for its database, or let DATABASE_URL name the database server itself.')
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name cannot be looked up',
  '28P01': 'it refuses the user or the password',
  28000: 'it refuses the user',
  '3D000': 'it has no database of that name',
  '57P03': 'it is still starting',
  53300: 'all its connections are taken',
  connection: 'it does not answer'
}

function unreachable (connectionString: string, code: string, cause: Error): DatabaseUnreachable {
  const { hostname, port, pathname, searchParams } = new URL(connectionString)
  const host = searchParams.get('host') ?? `${hostname || 'localhost'}:${port || '5432'}`
  const reason = REASONS[code] ?? (cause.message || code)
  return new DatabaseUnreachable(
    `The database ${host}${pathname} of DATABASE_URL cannot be reached: ${reason}. Start it or correct DATABASE_URL; ` +
    'without DATABASE_URL an embedded database is used.',
    { cause }
  )
}
