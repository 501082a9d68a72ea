import { fileURLToPath } from 'node:url'
import { readMigrationFiles, type MigrationMeta } from 'drizzle-orm/migrator'
import pg from 'pg'
import { provisionRoles } from './roles.js'
import { setSession } from './session.js'

/** The same from src/db and from dist/db. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url))

/** PostgreSQL 15: `UNIQUE NULLS NOT DISTINCT`. */
const OLDEST_SERVER = 150_000
/** "registry" as eight bytes: the key of the lock under which one process at a time migrates. */
const LOCK = BigInt(`0x${Buffer.from('registry').toString('hex')}`).toString()

export interface MigrateOptions {
  folder?: string
  /** Told how many migrations there are to apply, before they are, where there are any. */
  onPending?: (count: number) => void
  /** Users besides the one that migrates who must be able to become the roles of the service. */
  logins?: readonly string[]
}

/** The database is not one this release can work with; the message says why and what to do. */
export class UnfitDatabase extends Error {
  override readonly name = 'UnfitDatabase'
}

/**
 * Brings the database up to this release, and its roles. Two processes may call it at once: one waits.
 * @returns whether there are the roles of the service: not where the user may make none
 * @throws UnfitDatabase for a server before 15, another encoding than UTF8, an edited or skipped migration, a database
 * newer than this release, and what a migration itself says is wrong (RAISE EXCEPTION).
 */
export async function migrate (target: string | pg.Pool, options: MigrateOptions = {}): Promise<boolean> {
  const connectionString = typeof target === 'string' ? target : target.options.connectionString
  if (connectionString === undefined) throw new TypeError('a pool without a connection string')
  // A connection of its own: a long migration has no time limit, and its lock goes when it goes.
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  // Without a listener a connection cut half-way would end the process before its query could fail.
  client.on('error', () => {})
  await client.connect()
  try {
    await setSession(client)
    return await migrateOn(client, options)
  } finally {
    await client.end()
  }
}

async function migrateOn (
  client: pg.ClientBase, { folder = MIGRATIONS_FOLDER, onPending, logins }: MigrateOptions
): Promise<boolean> {
  await checkServer(client)
  await client.query('SELECT pg_advisory_lock($1)', [LOCK])
  try {
    const pending = await pendingMigrations(client, folder)
    if (pending.length > 0) {
      onPending?.(pending.length)
      await apply(client, pending)
    }
    await forgetForeignChanges(client)
    return await provisionRoles(client, logins)
  } finally {
    // On a connection that broke the lock is gone already, and the first error is the one to hear of.
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => {})
  }
}

/**
 * Changes of the catalogue are noted by the number of their transaction (migrations/0014). A dump that is restored into
 * another server brings numbers that this one has not reached: every push would take them for news, and read all that
 * it is judged by anew, for years. What is committed and seen here has a lower number, so those are not from here.
 */
async function forgetForeignChanges (client: pg.ClientBase): Promise<void> {
  const { rows: [found] } = await client.query("SELECT to_regclass('public.catalogue_changes') AS name")
  if (found.name === null) return
  await client.query('DELETE FROM catalogue_changes WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())')
}

async function checkServer (client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ number: number, version: string, encoding: string }>(
    "SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version, " +
    "current_setting('server_encoding') AS encoding")
  const { number, version, encoding } = rows[0]!
  if (number < OLDEST_SERVER) {
    throw new UnfitDatabase(`The server is PostgreSQL ${version}; this needs PostgreSQL 15 or newer.`)
  }
  if (encoding !== 'UTF8') {
    throw new UnfitDatabase(`The database's encoding is ${encoding}; Vietnamese text needs UTF8: CREATE DATABASE … ` +
      'ENCODING \'UTF8\' TEMPLATE template0.')
  }
}

/** Those that have not been applied yet, in their order. */
async function pendingMigrations (client: pg.ClientBase, folder: string): Promise<MigrationMeta[]> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const { rows: [found] } = await client.query("SELECT to_regclass('drizzle.__drizzle_migrations') AS name")
  if (found.name === null) return migrations
  const { rows: applied } = await client.query<{ hash: string, created_at: string }>(
    'SELECT hash, created_at::text FROM drizzle.__drizzle_migrations ORDER BY created_at')
  const files = new Map(migrations.map(file => [String(file.folderMillis), file.hash]))
  for (const { hash, created_at: when } of applied) {
    const file = files.get(when)
    if (file === undefined) {
      throw new UnfitDatabase(`The database is newer than this release: it has a migration (${when}) that this ` +
        'release does not know. Start the newer release.')
    }
    if (file !== hash) {
      throw new UnfitDatabase(`The migration ${when} was edited after it had been applied to this database. Restore ` +
        'its text and write the change as a new migration.')
    }
  }
  const done = new Set(applied.map(one => one.created_at))
  const newest = Number(applied.at(-1)?.created_at ?? -1)
  const skipped = [...files.keys()].filter(when => Number(when) <= newest && !done.has(when))
  if (skipped.length > 0) {
    throw new UnfitDatabase(`The migration ${skipped[0]} is older than the newest one applied and would be skipped. ` +
      'Generate it anew.')
  }
  return migrations.filter(({ folderMillis }) => !done.has(String(folderMillis)))
}

/** As Drizzle's migrator keeps it: `drizzle-kit` and older releases read it. */
const APPLIED = `
  CREATE SCHEMA IF NOT EXISTS drizzle;
  CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
    id serial PRIMARY KEY, hash text NOT NULL, created_at bigint
  )`
/** raise_exception: what a migration refuses in words of its own. */
const RAISED = 'P0001'

/** All of them or none: what the histories of the tables need to follow them is a part of the same transaction. */
async function apply (client: pg.ClientBase, migrations: MigrationMeta[]): Promise<void> {
  let statement = 'BEGIN'
  const run = async (text: string, values?: unknown[]) => {
    statement = text
    return await client.query(text, values)
  }
  await run('BEGIN')
  try {
    await run(APPLIED)
    for (const { sql, hash, folderMillis } of migrations) {
      for (const text of sql) await run(text)
      await run('INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ($1, $2)', [hash, folderMillis])
    }
    // not there yet where a test stops at an earlier migration
    const { rows: [found] } = await run("SELECT to_regprocedure('public.keep_histories()') AS name")
    if (found.name !== null) await run('SELECT keep_histories()')
    await run('COMMIT')
  } catch (cause) {
    await client.query('ROLLBACK').catch(() => {})
    const { message, code } = cause as Error & { code?: string }
    if (code === RAISED) throw new UnfitDatabase(message, { cause })
    throw new Error(`${message}, in: ${statement.trim().slice(0, 500)}`, { cause })
  }
}
