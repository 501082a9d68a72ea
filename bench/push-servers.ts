import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chown, mkdir, readFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import pg from 'pg'
import { pino } from 'pino'
import { v7 as uuid } from 'uuid'
import { startEmbedded } from '../src/embedded/postgres.js'
import { freePort } from '../src/embedded/free-port.js'
import { serverEnvironment } from '../src/embedded/cluster.js'
import { spawnServer } from '../src/embedded/process.js'
import { findPlace, makeDataDirectory } from '../src/embedded/user.js'

const log = pino({ level: 'silent' })

/** A PostgreSQL that loses nothing when the machine does, as in use. */
export interface Postgres {
  /** The major version. */
  version: number
  urlOf (database: string): string
  stop (): Promise<void>
}

/** The embedded one, or the one whose programs lie in `bin`: with the settings of the embedded one. */
export async function startPostgres (directory: string, bin?: string): Promise<Postgres> {
  if (bin === undefined) {
    const { connectionString, stop } = await startEmbedded({ dataDir: directory, log, durable: true })
    return postgres(connectionString, stop)
  }
  await makeDataDirectory(directory)
  const place = await findPlace(directory, log)
  await mkdir(place.cluster, { mode: 0o700 })
  if (place.user !== undefined) await chown(place.cluster, place.user.uid, place.user.gid)
  const parameters = ['--username=registry', '--auth=trust', '--encoding=UTF8', '--locale=C', '-D', place.cluster]
  await promisify(execFile)(join(bin, 'initdb'), parameters, { ...place.user, cwd: '/', env: serverEnvironment() })
  const port = await freePort()
  const server = spawnServer({ native: dirname(bin), place, port, durable: true, maxConnections: 100, log })
  await Promise.race([server.ready, server.ended.then(said => { throw new Error(said) })])
  return postgres(`postgres://registry@127.0.0.1:${port}/postgres`, () => server.stop())
}

async function postgres (connectionString: string, stop: () => Promise<void>): Promise<Postgres> {
  const client = new pg.Client({ connectionString })
  await client.connect()
  const { rows: [found] } = await client.query<{ server_version_num: string }>('show server_version_num')
  for (const database of ['this', 'other']) await client.query(`create database ${database}`)
  await client.end()
  const urlOf = (database: string) => Object.assign(new URL(connectionString), { pathname: `/${database}` }).href
  return { version: Math.floor(Number(found!.server_version_num) / 10_000), urlOf, stop }
}

/** A server of the registry: this build, or another one that lies built in another directory. */
export interface Registry {
  child: ChildProcess
  url: string
  token (): Promise<string>
  /** @returns the receipt's counts */
  push (type: string, body: Iterable<string>): Promise<Record<string, number>>
  stop (): Promise<void>
}

const SECRET = 'bench-secret-of-the-bench'

/** `root`: of the build. */
export async function startRegistry (root: string, connectionString: string, directory: string, env: Record<string, string> = {}): Promise<Registry> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const flags = (process.env['NODE_FLAGS'] ?? '').split(' ').filter(Boolean)
  const child = spawn(process.execPath, [...flags, join(root, 'dist/server.js')], {
    cwd: root,
    env: {
      ...process.env,
      DATABASE_URL: connectionString,
      DATA_DIR: directory,
      PORT: String(port),
      SEED: 'plan',
      LOG_LEVEL: 'warn',
      BOOTSTRAP_CLIENT_ID: 'bench',
      BOOTSTRAP_CLIENT_SECRET: SECRET,
      ...env
    },
    stdio: ['ignore', 'ignore', 'inherit']
  })
  const stop = async () => {
    if (child.exitCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  for (let i = 0; !await fetch(`${url}/health/ready`).then(answer => answer.ok, () => false); i++) {
    if (i === 600) {
      await stop()
      throw new Error('the server does not answer')
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }

  async function token (): Promise<string> {
    const headers = {
      authorization: `Basic ${Buffer.from(`bench:${SECRET}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded'
    }
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: 'grant_type=client_credentials' })
    return (await answer.json() as { access_token: string }).access_token
  }

  async function push (type: string, body: Iterable<string>): Promise<Record<string, number>> {
    const headers = { authorization: `Bearer ${await token()}`, 'content-type': type, 'idempotency-key': uuid() }
    const sent = request(`${url}/v1/submissions?mode=partial`, { method: 'POST', headers })
    Readable.from(body, { objectMode: false, highWaterMark: 1024 * 1024 }).pipe(sent)
    const [answer] = await once(sent, 'response') as [IncomingMessage]
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text.slice(0, 500)}`)
    const { counts } = JSON.parse(text) as { counts: Record<string, number> }
    if (counts['rejected'] !== 0) throw new Error(`rows were rejected: ${text.slice(0, 1000)}`)
    return counts
  }
  return { child, url, token, push, stop }
}

/** MiB of a process. */
export async function memory (pid: number, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
}

/** What the build in a directory is called: its commit. */
export const nameOf = (root: string): string =>
  execFileSync('git', ['-C', root, 'rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
