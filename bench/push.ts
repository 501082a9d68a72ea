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
import { barChart, type Bar } from './chart.js'
import { CLIENTS, bareSingles, pushedSingles } from './push-singles.js'
import { SHAPE, baseline, fill, prepare, rowsAsCsv, rowsAsNdjson } from './push-rows.js'

/**
 * Pushing beside the bare database, in one run and on one server. Usage: npm run bench:push -- [--rows=100000] [--rounds=3]
 * [--many=1000000] [--seconds=8 of each round's single pushes] [--stored=10000000: so many figures that are there before]
 *
 * Each round does the baseline and all cases; what is shown is the median of the rounds' ratios. Prints a table, and writes
 * it as push.txt and as push.svg beside this file (push-stored.* with --stored).
 */
const option = (name: string, fallback: number) => Number(process.argv.find(argument => argument.startsWith(`--${name}=`))?.split('=')[1] ?? fallback)
const ROWS = option('rows', 100_000)
const ROUNDS = option('rounds', 3)
const SECONDS = option('seconds', 8)
const MANY = option('many', 1_000_000)
const STORED = option('stored', 0)

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
const median = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!

/** What the pushes of a case have written: rows of figures, bytes of WAL. */
async function written (): Promise<{ figures: number, wal: number }> {
  // a session that has nothing to do gives its counters after ten seconds
  await new Promise(resolve => setTimeout(resolve, 11_000))
  const { rows: [found] } = await client.query(`select (select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables where relname in ('measurements', 'measurement_events'))::float8 as figures,
    pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 as wal`)
  return found
}

interface Case { name: string, asked?: number, run (round: number): Promise<Record<string, number>> }
const CASES: Case[] = [
  { name: 'NDJSON, new', asked: 0.5, run: round => push('application/x-ndjson', rowsAsNdjson(ROWS, { year: 2001 + round })) },
  { name: 'CSV, new', run: round => push('text/csv', rowsAsCsv(ROWS, { year: 2011 + round })) },
  { name: 'NDJSON, unchanged', run: round => push('application/x-ndjson', rowsAsNdjson(ROWS, { year: 2001 + round })) },
  { name: 'NDJSON, corrections', asked: 0.4, run: round => push('application/x-ndjson', rowsAsNdjson(ROWS, { year: 2001 + round, plus: 1 })) }
]

const bars: Bar[] = []
const show = ({ name, ratio, asked, note }: Bar) => {
  bars.push({ name, ratio, asked, note: note.split(';')[0]! })
  say(`${name.padEnd(42)} ${ratio.toFixed(2).padStart(5)}${asked === undefined ? '           ' : ` (≥ ${asked.toFixed(2)})`.padEnd(11)} ${note}`)
}
const perSecond = (rows: number, seconds: number) => `${Math.round(rows / seconds)} rows/s`

try {
  const idle = await memory(child.pid!, 'VmRSS')
  if (STORED > 0) {
    const [seconds] = await timed(() => fill(client, STORED))
    say(`${STORED} figures stored before, in ${Math.round(seconds)} s`)
  }
  await baseline(client, ROWS, 'warm')
  await push('application/x-ndjson', rowsAsNdjson(5_000, { year: 1990 }))
  const baselines: number[] = []
  const results = CASES.map(() => ({ seconds: [] as number[], ratios: [] as number[], counts: {} as Record<string, number>, figures: 0, wal: 0 }))
  for (let round = 0; round < ROUNDS; round++) {
    const [bare] = await timed(() => baseline(client, ROWS, `round ${round}`))
    baselines.push(bare)
    const isLast = round === ROUNDS - 1
    let before = isLast ? await written() : undefined
    for (const [i, { run }] of CASES.entries()) {
      const [seconds, counts] = await timed(() => run(round))
      const result = results[i]!
      result.seconds.push(seconds)
      result.ratios.push(bare / seconds)
      if (before === undefined) continue
      const after = await written()
      Object.assign(result, { counts, figures: after.figures - before.figures, wal: after.wal - before.wal })
      before = after
    }
  }
  show({ name: 'baseline: unnest upsert, one bare table', ratio: 1, note: perSecond(ROWS, median(baselines)) })
  for (const [i, { name, asked }] of CASES.entries()) {
    const { seconds, ratios, counts, figures, wal } = results[i]!
    const least = name === 'NDJSON, unchanged' ? median(results[0]!.ratios) : name === 'CSV, new' ? 0.85 * median(results[0]!.ratios) : asked
    const outcomes = Object.entries(counts).filter(([, count]) => count > 0).map(([outcome, count]) => `${count} ${outcome}`).join(', ')
    show({ name, ratio: median(ratios), asked: least, note: `${perSecond(ROWS, median(seconds))}; ${outcomes}; figures written ${figures}, WAL ${Math.round(wal / ROWS)} bytes a row` })
  }
  const pairs: { bare: number, pushed: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    pairs.push({ bare: await bareSingles(database.connectionString, SECONDS, round), pushed: await pushedSingles(url, await token(), SECONDS, round) })
  }
  show({
    name: `${CLIENTS} clients, one figure each`,
    ratio: median(pairs.map(({ bare, pushed }) => pushed / bare)),
    asked: 0.6,
    note: `${Math.round(median(pairs.map(({ pushed }) => pushed)))} a second; ${CLIENTS} bare connections: ${Math.round(median(pairs.map(({ bare }) => bare)))}`
  })
  const before = await memory(child.pid!, 'VmHWM')
  // what is new to the process, at its start and at the first push of each kind, it compiles: its peak begins anew
  await writeFile(`/proc/${child.pid}/clear_refs`, '5')
  const [many] = await timed(() => push('application/x-ndjson', rowsAsNdjson(MANY, { year: 2021 })))
  const most = await memory(child.pid!, 'VmHWM')
  show({ name: `NDJSON, ${MANY} new`, ratio: median(baselines) / ROWS * MANY / many, asked: 0.8 * median(results[0]!.ratios), note: `${perSecond(MANY, many)}; resident: idle ${idle.toFixed(0)} MiB, at most ${most.toFixed(0)}: ${(most - idle).toFixed(0)} more (≤ 96); before it, from the start on, at most ${before.toFixed(0)}` })
  say(`shape: ${SHAPE}; median of ${ROUNDS} rounds of ${ROWS} rows`)
  const name = STORED > 0 ? 'push-stored' : 'push'
  await writeFile(fileURLToPath(new URL(`./${name}.txt`, import.meta.url)), `${lines.join('\n')}\n`)
  await writeFile(fileURLToPath(new URL(`./${name}.svg`, import.meta.url)), barChart(`Rows a second, beside the bare database${STORED > 0 ? `, with ${STORED} figures stored` : ''}`, bars))
} finally {
  child.kill('SIGTERM')
  await once(child, 'exit').catch(() => {})
  await client.end()
  await database.stop()
  await rm(directory, { recursive: true, force: true })
}
