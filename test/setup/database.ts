import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Test } from 'tap'
import type { SeedName } from '../../src/config.js'
import { openDatabase, type OpenDatabase } from '../../src/db/client.js'
import { SERVICE_ROLE } from '../../src/db/roles.js'
import { migrate } from '../../src/db/migrate.js'
import { readState, type ServerState } from './state.js'

export interface TestDatabase extends OpenDatabase {
  connectionString: string
}

export interface DatabaseOptions {
  /** What is in it: nothing but the tables and what every registry has (`none`), the plan, or the plan with illustrative figures. */
  seed?: SeedName | undefined
  /** `false`: empty, without a table. */
  migrated?: boolean | undefined
  /** Connections of its pool. */
  max?: number | undefined
  statementTimeoutMs?: number | undefined
  /** Its pool has the rights of the service, as the app has them; else those of the owner of the tables. */
  asService?: boolean | undefined
}

/** A database of the test's own, which goes when the test ends. About 30 ms. */
export async function database (t: Test, options: DatabaseOptions = {}): Promise<TestDatabase> {
  const server = await serverOfRun()
  const name = `${server.prefix}${randomUUID()}`
  const template = options.migrated === false ? 'template0' : await ensureTemplate(server, options.seed ?? 'none')
  await administer(server, createDatabase(name, template))
  const connectionString = urlOf(server, name)
  const opened = openDatabase({ connectionString, max: options.max ?? 5, statementTimeoutMs: options.statementTimeoutMs ?? 30_000, role: options.asService === true ? SERVICE_ROLE : undefined })
  t.teardown(async () => {
    await opened.close()
    await administer(server, `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`)
  })
  return { ...opened, connectionString }
}

/**
 * The database with the rights of the owner of its tables, which the pool of the service does not have: for what only a
 * test does, such as breaking it on purpose.
 */
export function owner (pool: pg.Pool): { query: (text: string, values?: unknown[]) => Promise<pg.QueryResult> } {
  return {
    async query (text, values) {
      const client = await pool.connect()
      try {
        await client.query('SET ROLE NONE')
        return await client.query(text, values)
      } finally {
        const failure = await client.query(`SET ROLE ${SERVICE_ROLE}`).then(() => undefined, (error: Error) => error)
        client.release(failure)
      }
    }
  }
}

async function serverOfRun (): Promise<ServerState> {
  const state = await readState()
  if (state === undefined) throw new Error('there is no database for the tests: run them with `npx tap run <files>`, which starts one (test/before.ts)')
  return state
}

function urlOf (server: ServerState, name: string): string {
  const url = new URL(server.connectionString)
  url.pathname = `/${name}`
  return url.href
}

/** The copy of the files is three times as fast as that through the log, which is the default since PostgreSQL 15. */
function createDatabase (name: string, template: string): string {
  return `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)} STRATEGY file_copy${template === 'template0' ? " ENCODING 'UTF8'" : ''}`
}

let administrator: pg.Pool | undefined

/** On one connection of this process, which does not keep the process from ending. */
async function administer (server: ServerState, statement: string): Promise<void> {
  administrator ??= new pg.Pool({ connectionString: server.connectionString, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true })
    .on('error', () => {})
  await administrator.query(statement)
}

async function connect (server: ServerState): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.connectionString })
  client.on('error', () => {})
  await client.connect()
  return client
}

const templates = new Map<SeedName, Promise<string>>()

function ensureTemplate (server: ServerState, seed: SeedName): Promise<string> {
  let template = templates.get(seed)
  if (template === undefined) templates.set(seed, template = makeTemplate(server, seed))
  return template
}

/** One process at a time makes it, and it has its name only when it is whole; the others wait. */
async function makeTemplate (server: ServerState, seed: SeedName): Promise<string> {
  const name = `${server.prefix}template_${seed}`
  const client = await connect(server)
  try {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 1) return name
    const draft = `${name}_${randomUUID().slice(0, 8)}`
    await client.query(createDatabase(draft, seed === 'none' ? 'template0' : await ensureTemplate(server, 'none')))
    await fill(urlOf(server, draft), seed)
    await client.query(`ALTER DATABASE ${pg.escapeIdentifier(draft)} RENAME TO ${pg.escapeIdentifier(name)}`)
    return name
  } finally {
    await client.end()
  }
}

async function fill (connectionString: string, seed: SeedName): Promise<void> {
  if (seed === 'none') {
    await migrate(connectionString)
    return
  }
  const { loadSeed } = await import('../../src/seed/load.js')
  const { pool, close } = openDatabase({ connectionString })
  try {
    await loadSeed(pool, seed)
  } finally {
    await close()
  }
}
