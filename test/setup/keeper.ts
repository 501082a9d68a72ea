import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../../src/embedded/postgres.js'
import type { ServerState } from './state.js'

/**
 * Keeps the database server of one test run: an embedded PostgreSQL, or the one TEST_DATABASE_URL
 * names. A process of its own, so that everything is put away even when the run is killed.
 * Usage: keeper.ts <pid of the run> <file for its state>
 */
const run = Number(process.argv[2])
const given = process.env['TEST_DATABASE_URL']
const prefix = `test_${createHash('sha256').update(hostname()).digest('hex').slice(0, 6)}_${run}_`

async function embedded () {
  const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-test-'))
  await chmod(directory, 0o711) // as root the server runs as another user, who must get in
  const log = { debug () {}, info () {}, warn: (details: object, message: string) => console.error(message, details) }
  const server = await startEmbedded({ dataDir: join(directory, 'data'), log, durable: false, maxConnections: 300 })
  return {
    connectionString: server.connectionString,
    async end () {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

function external (connectionString: string) {
  return {
    connectionString,
    async end () {
      const client = new pg.Client({ connectionString })
      await client.connect()
      const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)', [prefix])
      for (const { name } of rows) {
        await client.query(`ALTER DATABASE ${client.escapeIdentifier(name)} IS_TEMPLATE false`)
        await client.query(`DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`)
      }
      await client.end()
    }
  }
}

function isRunning (pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

const server = given === undefined || given === '' ? await embedded() : external(given)
const state: ServerState = { connectionString: server.connectionString, prefix, keeper: process.pid }
const file = process.argv[3]!
await mkdir(dirname(file), { recursive: true })
await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
await rename(`${file}.new`, file)

let ending = false
async function end () {
  if (ending) return
  ending = true
  await rm(file, { force: true })
  await server.end()
  process.exit(0)
}
process.on('SIGTERM', end)
process.on('SIGINT', end)
setInterval(() => { if (!isRunning(run)) end() }, 300)
