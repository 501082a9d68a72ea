import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { pino } from 'pino'
import { v7 as uuid } from 'uuid'
import { freePort, startEmbedded } from '../src/db/embedded.js'
import { CLIENTS, bareSingles, pushedSingles } from './push-singles.js'
import { SHAPE, baseline, prepare, rowsAsCsv, rowsAsNdjson } from './push-rows.js'

/**
 * Pushing beside the bare database, in one run and on one server. Usage: npm run bench:push -- [name …] [--rows=100000]
 */
const names = process.argv.slice(2).filter(argument => !argument.startsWith('--'))
const option = (name: string, fallback: number) => Number(process.argv.find(argument => argument.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const ROWS = option('rows', 100_000)
const SECONDS = option('seconds', 8)
const MANY = option('many', 1_000_000)

const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-bench-'))
await chmod(directory, 0o711)
const database = await startEmbedded({ dataDir: join(directory, 'data'), log: pino({ level: 'silent' }), durable: true })
const client = new pg.Client({ connectionString: database.connectionString })
await client.connect()

async function startServer (): Promise<{ child: ChildProcess, url: string }> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, [...(process.env['NODE_FLAGS'] ?? '').split(' ').filter(Boolean), fileURLToPath(new URL('../dist/server.js', import.meta.url))], {
    env: { ...process.env, DATABASE_URL: database.connectionString, DATA_DIR: join(directory, 'server'), PORT: String(port), SEED: 'plan', LOG_LEVEL: 'warn', BOOTSTRAP_CLIENT_ID: 'bench', BOOTSTRAP_CLIENT_SECRET: 'bench-secret-of-the-bench' },
    stdio: ['ignore', 'inherit', 'inherit']
  })
  for (let i = 0; i < 200; i++) {
    if (await fetch(`${url}/health/ready`).then(answer => answer.ok, () => false)) return { child, url }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new Error('the server does not answer')
}

const memory = async (pid: number, field: 'VmRSS' | 'VmHWM') => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(await readFile(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

const { child, url } = await startServer()
await prepare(client)

async function token (): Promise<string> {
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from('bench:bench-secret-of-the-bench').toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials' })
  return (await answer.json() as { access_token: string }).access_token
}

async function push (type: string, body: Iterable<string>): Promise<Record<string, number>> {
  const sent = request(`${url}/v1/submissions?mode=partial`, { method: 'POST', headers: { authorization: `Bearer ${await token()}`, 'content-type': type, 'idempotency-key': uuid() } })
  Readable.from(body, { objectMode: false, highWaterMark: 1024 * 1024 }).pipe(sent)
  const [answer] = await once(sent, 'response') as [import('node:http').IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of answer) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text.slice(0, 500)}`)
  const { counts } = JSON.parse(text) as { counts: Record<string, number> }
  return counts
}

const timed = async <T> (work: () => Promise<T>): Promise<[seconds: number, result: T]> => {
  const begun = performance.now()
  const result = await work()
  return [(performance.now() - begun) / 1000, result]
}

const lines: string[] = []
const say = (line: string) => { lines.push(line); console.log(line) }
const rate = (rows: number, seconds: number) => rows / seconds
let reference = 0
const report = (name: string, rows: number, seconds: number, more = '') => {
  const own = rate(rows, seconds)
  say(`${name.padEnd(44)} ${Math.round(own).toString().padStart(8)} rows/s ${(own / reference).toFixed(2).padStart(6)} of the baseline  ${more}`)
  return own
}

try {
  await baseline(client, ROWS, 'warm')
  const [seconds] = await timed(() => baseline(client, ROWS, 'once'))
  reference = rate(ROWS, seconds)
  report('baseline: unnest upsert, one bare table', ROWS, seconds)
  await push('application/x-ndjson', rowsAsNdjson(5_000, { year: 1990 }))
  const [created, counts] = await timed(() => push('application/x-ndjson', rowsAsNdjson(ROWS, { year: 2001 })))
  report('NDJSON, new', ROWS, created, JSON.stringify(counts))
  const [csv, csvCounts] = await timed(() => push('text/csv', rowsAsCsv(ROWS, { year: 2002 })))
  report('CSV, new', ROWS, csv, JSON.stringify(csvCounts))
  const [unchanged, unchangedCounts] = await timed(() => push('application/x-ndjson', rowsAsNdjson(ROWS, { year: 2001 })))
  report('NDJSON, unchanged', ROWS, unchanged, JSON.stringify(unchangedCounts))
  const [revised, revisedCounts] = await timed(() => push('application/x-ndjson', rowsAsNdjson(ROWS, { year: 2001, plus: 1 })))
  report('NDJSON, corrections', ROWS, revised, JSON.stringify(revisedCounts))
  const bare = await bareSingles(database.connectionString, SECONDS)
  const singles = await pushedSingles(url, await token(), SECONDS)
  say(`${`${CLIENTS} clients, one figure each`.padEnd(44)} ${Math.round(singles).toString().padStart(8)} rows/s ${(singles / bare).toFixed(2).padStart(6)} of ${CLIENTS} bare connections (${Math.round(bare)})`)
  if (names.includes('million')) {
    const idle = await memory(child.pid!, 'VmRSS')
    const [many, manyCounts] = await timed(() => push('application/x-ndjson', rowsAsNdjson(MANY, { year: 2010 })))
    report(`NDJSON, ${MANY} new`, MANY, many, `${JSON.stringify(manyCounts)}; resident ${idle.toFixed(0)} MiB before, ${(await memory(child.pid!, 'VmHWM')).toFixed(0)} MiB at most`)
  }
  say(`shape: ${SHAPE}`)
  await writeFile(fileURLToPath(new URL('./push.txt', import.meta.url)), `${lines.join('\n')}\n`)
} finally {
  child.kill('SIGTERM')
  await once(child, 'exit').catch(() => {})
  await client.end()
  await database.stop()
  await rm(directory, { recursive: true, force: true })
}
