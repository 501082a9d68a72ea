import { randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { DatabaseLog } from '../db/client.js'
import { usableBinaries } from './binaries.js'
import { clearLeftovers, ensureCluster } from './cluster.js'
import { spawnServer, type ServerProcess } from './process.js'
import { freePort } from './free-port.js'
import { EmbeddedDatabaseError, findPlace, makeDataDirectory } from './user.js'
import { lockDirectory, type DirectoryLock } from './lock.js'

/** What the server says of a start that another try may mend. */
const PASSING = /Address already in use|could not create any TCP\/IP sockets|pre-existing shared memory block/

export interface EmbeddedOptions {
  dataDir: string
  log: DatabaseLog
  /** Off in tests only: a crash of the machine may then lose what was committed. */
  durable?: boolean
  maxConnections?: number
  /** The server ended though nobody asked it to. */
  onExit?: (reason: string) => void
}

export interface EmbeddedDatabase {
  connectionString: string
  pid: number
  /** Stops the server and lets the directory go. Twice is once. */
  stop (): Promise<void>
}

const USER = 'registry'
const DATABASE = 'registry'
const PASSWORD_FILE = 'postgres-password'
/** Crash recovery replays at most `max_wal_size` (1 GB): minutes on a slow disk. */
const START_TIMEOUT_MS = 180_000
/** Backends of a server that was killed notice within seconds, and until then hold its shared memory. */
const TRIES = 20

/**
 * A PostgreSQL of our own under `dataDir`, for a first look and for small provinces: reachable from
 * this machine only, with a password, and gone when this process is gone, however that ends.
 * @throws DirectoryInUse, EmbeddedDatabaseError
 */
export async function startEmbedded (options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const { log, durable = true } = options
  const dataDir = resolve(options.dataDir)
  await makeDataDirectory(dataDir)
  const lock = await lockWritable(dataDir)
  let server: ServerProcess | undefined
  try {
    const place = await findPlace(dataDir, log)
    const native = await usableBinaries(join(place.cluster, '..'), place.user)
    await clearLeftovers(place.cluster, log)
    const password = await ensurePassword(dataDir, place.cluster)
    await ensureCluster(place, native, password, { user: USER, durable })
    const start = (port: number) => spawnServer({
      native, place, log, port, durable, maxConnections: options.maxConnections ?? 100
    })
    const { process: started, port } = await startOnFreePort(start)
    server = started
    const connectionString = (database: string) => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`
    await ensureDatabase(connectionString('postgres'), dataDir)
    let stopping: Promise<void> | undefined
    started.ended.then(reason => { if (stopping === undefined) options.onExit?.(reason) }, () => {})
    return {
      connectionString: connectionString(DATABASE),
      pid: started.pid,
      stop: () => (stopping ??= started.stop().then(() => lock.release()))
    }
  } catch (error) {
    await server?.stop()
    await lock.release()
    throw error
  }
}

async function lockWritable (dataDir: string): Promise<DirectoryLock> {
  try {
    return await lockDirectory(dataDir)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === undefined) throw cause
    throw new EmbeddedDatabaseError(
      `${dataDir} cannot be written to (${code}). Set DATA_DIR to a directory this user may write to.`, { cause }
    )
  }
}

/** The port may be taken between the look and the start, and a killed server's memory takes a moment to go. */
async function startOnFreePort (
  start: (port: number) => ServerProcess
): Promise<{ process: ServerProcess, port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort()
    const process = start(port)
    const timeout = new AbortController()
    const outcome = await Promise.race([
      process.ready, process.ended, sleep(START_TIMEOUT_MS, 'it does not become ready', timeout)
    ]).finally(() => timeout.abort())
    if (outcome === true) return { process, port }
    await process.stop()
    const passing = PASSING.test(outcome)
    if (!passing || attempt === TRIES) {
      throw new EmbeddedDatabaseError(`The embedded PostgreSQL did not start: ${outcome}`)
    }
    await sleep(500)
  }
}

/** Made before the cluster that will ask for it, so that no cluster is ever without. */
async function ensurePassword (dataDir: string, cluster: string): Promise<string> {
  const path = join(dataDir, PASSWORD_FILE)
  try {
    const password = (await readFile(path, 'utf8')).trim()
    if (password !== '') return password
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    if (await readFile(join(cluster, 'PG_VERSION')).then(() => true, () => false)) {
      throw new EmbeddedDatabaseError(`${path}, the password of the database in ${cluster}, is missing. Put it back ` +
        'from the backup, or set DATA_DIR to another directory.')
    }
  }
  const password = randomBytes(24).toString('base64url')
  await writeFile(path, `${password}\n`, { mode: 0o600, flush: true })
  return password
}

async function ensureDatabase (connectionString: string, dataDir: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE} TEMPLATE template0`)
  } catch (cause) {
    const wrongPassword = (cause as { code?: string }).code === '28P01'
    throw new EmbeddedDatabaseError(wrongPassword
      ? `The embedded PostgreSQL refuses the password in ${join(dataDir, PASSWORD_FILE)}. Put that file back from ` +
        'the backup the database came from.'
      : `The embedded PostgreSQL does not answer: ${(cause as Error).message}`, { cause })
  } finally {
    await client.end().catch(() => {})
  }
}

/** The server that another process runs under `dataDir`, for a command beside it; undefined where none runs. */
export async function findEmbedded (dataDir: string): Promise<string | undefined> {
  const read = (...names: string[]) => readFile(join(resolve(dataDir), ...names), 'utf8').catch(() => undefined)
  // pid, directory, start, port, … a line each
  const port = (await read('postgres', 'postmaster.pid'))?.split('\n')[3]
  const password = (await read(PASSWORD_FILE))?.trim()
  if (port === undefined || !/^\d+$/.test(port) || !password) return undefined
  return `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`
}
