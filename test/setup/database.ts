import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Test } from 'tap'
import type { SeedName } from '../../src/config.js'
import { openDatabase, type OpenDatabase } from '../../src/db/client.js'
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
}

/** A database of the test's own, which goes when the test ends. About 30 ms. */
export async function database (t: Test, options: DatabaseOptions = {}): Promise<TestDatabase> {
  const server = await serverOfRun()
  const name = `${server.prefix}${randomUUID()}`
  const template = options.migrated === false ? 'template0' : await ensureTemplate(server, options.seed ?? 'none')
  await administer(server, async client => {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)} TEMPLATE ${client.escapeIdentifier(template)}${template === 'template0' ? " ENCODING 'UTF8'" : ''}`)
  })
  const connectionString = urlOf(server, name)
  const opened = openDatabase({ connectionString, max: options.max ?? 5, statementTimeoutMs: options.statementTimeoutMs ?? 30_000 })
  t.teardown(async () => {
    await opened.close()
    await administer(server, client => client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`))
  })
  return { ...opened, connectionString }
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

async function administer<T> (server: ServerState, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: server.connectionString })
  client.on('error', () => {})
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** One at a time makes it, and it has its name only when it is whole; the others wait. */
async function ensureTemplate (server: ServerState, seed: SeedName): Promise<string> {
  const name = `${server.prefix}template_${seed}`
  await administer(server, async client => {
    await client.query('SELECT pg_advisory_lock(hashtext($1))', [name])
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
    if (rowCount === 1) return
    const draft = `${name}_${randomUUID().slice(0, 8)}`
    const from = seed === 'none' ? 'template0' : await ensureTemplate(server, 'none')
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(draft)} TEMPLATE ${client.escapeIdentifier(from)}${from === 'template0' ? " ENCODING 'UTF8'" : ''}`)
    await fill(urlOf(server, draft), seed)
    await client.query(`ALTER DATABASE ${client.escapeIdentifier(draft)} RENAME TO ${client.escapeIdentifier(name)}`)
  })
  return name
}

async function fill (connectionString: string, seed: SeedName): Promise<void> {
  if (seed === 'none') return await migrate(connectionString)
  const { loadSeed } = await import('../../src/seed/load.js')
  const { pool, close } = openDatabase({ connectionString })
  try {
    await loadSeed(pool, seed)
  } finally {
    await close()
  }
}
