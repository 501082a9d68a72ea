import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request, type IncomingMessage } from 'node:http'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Flood, FloodName } from './fair-flood.js'
import { startPostgres, startRegistry, type Registry } from './push-servers.js'
import { fillCommunes } from './world.js'

/**
 * What client B feels while client A floods the registry, each in a process of its own, beside the same build left in peace.
 * A prober of its own asks for /health/live every 5 ms. And as a control the same while nobody asks for anything else, but a
 * foreign program uses a core: what is not worse than that is the machine's doing.
 * Usage: npm run bench:fair -- [--seconds=5 of a flood] [--worlds=demo,communes] [--floods=rankings,bombs] [--controls=1,2: cores
 * that a foreign program uses] [--check=3: exits with 1
 * where a p99 is more times that of the quiet run] [--out=fair; empty: nothing is written]
 */
function option (name: string, fallback: string): string {
  return process.argv.find(argument => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback
}
const SECONDS = Number(option('seconds', '5'))
const WORLDS = option('worlds', 'demo,communes').split(',')
const ALL: readonly FloodName[] = ['rankings', 'scorecards', 'exports', 'slow readers', 'bombs', 'wrong secrets', 'locked indicators', 'two names']
const FLOODS = option('floods', ALL.join(',')).split(',') as FloodName[]
const CHECK = Number(option('check', 'Infinity'))
const CONTROLS = option('controls', '1').split(',').filter(Boolean).map(Number)
const OUT = option('out', 'fair')
const HERE = fileURLToPath(new URL('..', import.meta.url))
const COMMUNES = 1_000
const FIGURES = 46_000
/** B asks again so long after an answer, and gives up after so long. */
const PAUSE_MS = 15
const PATIENCE_MS = 20_000

const PROBES = ['push', 'file', 'read', 'status', 'login', 'health'] as const
type Probe = typeof PROBES[number]
interface Felt { times: number[], failures: Map<string, number> }

const lines: string[] = []
const say = (line: string) => { lines.push(line); console.log(line) }

async function login (url: string, id: string, secret: string): Promise<string> {
  const headers = { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers, body: 'grant_type=client_credentials' })
  return (await answer.json() as { access_token: string }).access_token
}

/** A client of its own. */
async function createClient (url: string, admin: string, id: string): Promise<{ secret: string, token: string }> {
  const send = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as { secret: string }
  }
  await send('/v1/clients', { id, name: id, contact: { name: id, email: `${id}@example.vn` }, scopes: ['measurements:write'], grants: [{}] })
  const { secret } = await send(`/v1/clients/${id}/secrets`, {})
  return { secret, token: await login(url, id, secret) }
}

/** What B asks, one after the other of each kind, for so long. */
async function probe (url: string, { token, secret }: { token: string, secret: string }, seconds: number, agency: string): Promise<Record<Probe, Felt>> {
  const agent = new Agent({ keepAlive: true })
  const { port } = new URL(url)
  const end = performance.now() + seconds * 1_000
  const bearer = { authorization: `Bearer ${token}` }
  const ask = (method: string, path: string, body?: string, more: Record<string, string> = {}) => new Promise<string>(resolve => {
    const headers = { ...bearer, ...more, ...body === undefined ? {} : { 'content-length': Buffer.byteLength(body) } }
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers })
    const timer = setTimeout(() => { sent.destroy() }, PATIENCE_MS)
    const over = (what: string) => { clearTimeout(timer); resolve(what) }
    sent.on('error', () => { over('none') })
    sent.on('response', (answer: IncomingMessage) => { answer.resume().on('end', () => { over(String(answer.statusCode)) }).on('error', () => { over('none') }) })
    sent.end(body)
  })
  const asks: Record<Probe, (i: number) => Promise<string>> = {
    push: i => ask('POST', '/v1/measurements', JSON.stringify({ indicator: 'FAIR-B', agency, period: '2025-01', value: String(i % 100), reason: 'đếm lại', breakdown: { fair: `m${i % 1000}` } }), { 'content-type': 'application/json' }),
    file: i => ask('POST', '/v1/submissions?mode=partial', [
      'indicator,agency,period,value,reason,breakdown.fair',
      ...Array.from({ length: 10 }, (_, n) => `FAIR-B,${agency},2025-02,${i % 100},đếm lại,m${(10 * i + n) % 1000}`)
    ].join('\n'), { 'content-type': 'text/csv', 'idempotency-key': randomUUID() }),
    read: i => ask('GET', ['/v1/indicators?limit=50', '/v1/measurements?limit=50', '/v1/targets?limit=50'][i % 3]!),
    status: () => ask('GET', '/v1/status?limit=5'),
    login: () => ask('POST', '/oauth/token', 'grant_type=client_credentials', {
      authorization: `Basic ${Buffer.from(`still:${secret}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded'
    }),
    health: () => ask('GET', '/health/live')
  }
  const felt = Object.fromEntries(PROBES.map(name => [name, { times: [], failures: new Map() }])) as unknown as Record<Probe, Felt>
  await Promise.all(PROBES.map(async name => {
    for (let i = 0; performance.now() < end; i++) {
      const began = performance.now()
      const status = await asks[name](i)
      felt[name].times.push(performance.now() - began)
      if (!status.startsWith('2')) felt[name].failures.set(status, (felt[name].failures.get(status) ?? 0) + 1)
      await sleep(PAUSE_MS)
    }
  }))
  agent.destroy()
  return felt
}

/** A process of this bench, and what it has written when it has ended. */
function run (file: string, parameters: readonly string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL(file, import.meta.url)), ...parameters], { cwd: HERE, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const began = new Promise<void>(resolve => {
    child.stdout.on('data', text => { said += text; resolve() })
    child.on('close', () => { resolve() })
  })
  return { began, ended: new Promise<string>(resolve => { child.on('close', () => { resolve(said) }) }) }
}

/** How much of the processors everybody has used, in seconds. */
const used = () => cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1_000

/** Once it has begun. @returns what A was answered, when it has ended */
async function flood (of: Flood): Promise<{ ended: Promise<string> }> {
  const { began, ended } = run('./fair-flood.ts', [JSON.stringify(of)])
  await began
  return { ended: ended.then(said => `A: ${said.replace('begun', '').trim()}`) }
}

/** Another program, which uses so many cores and asks nobody for anything. */
function foreign (cores: number): { ended: Promise<string> } {
  const children = Array.from({ length: cores }, () => spawn(process.execPath, ['-e', `const end = Date.now() + ${(SECONDS + 2) * 1_000}; while (Date.now() < end);`]))
  return { ended: Promise.all(children.map(child => new Promise(resolve => { child.on('close', resolve) }))).then(() => '') }
}

const quantile = (times: readonly number[], q: number) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? NaN
const ms = (value: number) => value < 10 ? value.toFixed(1) : value.toFixed(0)
let [worst, longest] = [0, 0]

interface Seen { felt: Record<Probe, Felt>, health: readonly number[], cores: number }

/** What B feels, what the prober sees, and how many cores are busy. */
async function look (url: string, client: { token: string, secret: string }, seconds: number, agency: string): Promise<Seen> {
  const prober = run('./fair-prober.ts', [url, String(seconds)])
  // it takes a while to begin, and then asks for as long as the rest of this
  await sleep(700)
  const [before, began] = [used(), performance.now()]
  const felt = await probe(url, client, seconds, agency)
  const cores = (used() - before) / (performance.now() - began) * 1_000
  return { felt, health: JSON.parse(await prober.ended) as number[], cores }
}

function show (name: string, { felt, health, cores }: Seen, quiet?: Record<Probe, Felt>, isControl = false): void {
  const cells = PROBES.map(probe => {
    const { times, failures } = felt[probe]
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)]
    const ratio = quiet === undefined ? undefined : p99 / quantile(quiet[probe].times, 0.99)
    if (ratio !== undefined && !isControl) worst = Math.max(worst, ratio)
    const failed = [...failures].map(([status, n]) => ` ${n}×${status}`).join('')
    return `${`${ms(p50)} / ${ms(p99)}${ratio === undefined ? '' : ` (${ratio.toFixed(1)})`}${failed}`.padEnd(22)}`
  })
  if (!isControl) longest = Math.max(longest, ...health)
  const live = [quantile(health, 0.99), quantile(health, 0.999), Math.max(...health)].map(ms).join(' / ')
  say(`${name.padEnd(20)}${cells.join('')}${live.padEnd(20)}${cores.toFixed(1)}`)
}

async function runWorld (name: string, registry: Registry, client: pg.Client): Promise<void> {
  const { url } = registry
  const communes = name === 'communes'
  if (communes) say(`\n${COMMUNES} communes, ${await fillCommunes(client, COMMUNES, FIGURES)} figures`)
  else say('\nthe demonstration')
  await client.query(`
    insert into dimensions (code, name) values ('fair', '{"vi":"ô"}');
    insert into dimension_members (dimension_code, code, name) select 'fair', 'm' || i, '{"vi":"ô"}' from generate_series(0, 999) i;
    insert into indicators (code, pillar_code, name_vi, search, unit, value_kind, decimals, minimum, maximum, direction, aggregation, frequency, calendar_code, review_policy)
      select code, pillar_code, 'Số đo', 'so do', '%', 'number', 2, 0, 100, 'higher_is_better', 'mean', 'monthly', calendar_code, 'automatic'
      from (select pillar_code, calendar_code from indicators limit 1) one, (values ('FAIR-A'), ('FAIR-B'), ('FAIR-LOCKED')) codes (code);
    analyze`)
  const { rows: [place] } = await client.query<{ agency: string, identifier: string }>(`
    select agency_code as agency, scheme || ':' || value as identifier from agency_identifiers
    where agency_code in (select code from agencies where kind = 'district_committee') order by agency_code limit 1`)
  const { agency, identifier } = place!
  const admin = await registry.token()
  const [a, b] = [await createClient(url, admin, 'flood'), await createClient(url, admin, 'still')]
  say(`${''.padEnd(20)}${PROBES.map(probe => `${probe}, p50 / p99 ms`.padEnd(22)).join('')}live, p99 / p99.9 / most   cores`)
  await probe(url, b, 5, agency)
  const peace = [await look(url, b, 2 * SECONDS, agency), await look(url, b, 2 * SECONDS, agency)] as const
  for (const one of peace) show('in peace', one)
  // of the two the better, or else what disturbed the machine meanwhile would excuse a flood
  const p99 = ({ felt }: Seen, name: Probe) => quantile(felt[name].times, 0.99)
  const quiet = Object.fromEntries(PROBES.map(name => [name, peace.toSorted((one, other) => p99(one, name) - p99(other, name))[0]!.felt[name]])) as Record<Probe, Felt>
  for (const cores of CONTROLS) {
    const { ended } = foreign(cores)
    await sleep(200)
    show(`a foreign program${cores === 1 ? '' : ` × ${cores}`}`, await look(url, b, SECONDS, agency), quiet, true)
    await ended
  }
  for (const flooding of FLOODS) {
    if (flooding === 'locked indicators') await client.query("select pg_advisory_lock(hashtextextended('FAIR-LOCKED', 4677))")
    // wrong secrets do most harm at once
    const isSudden = flooding === 'wrong secrets'
    const begin = () => flood({ name: flooding, url, token: a.token, seconds: SECONDS + 2, agency, identifier, communes })
    const early = isSudden ? undefined : await begin()
    const [seen, late] = await Promise.all([look(url, b, SECONDS, agency), isSudden ? sleep(500).then(begin) : early!])
    show(flooding, seen, quiet)
    say(`${''.padEnd(20)}${await late.ended}`)
    if (flooding === 'locked indicators') await client.query('select pg_advisory_unlock_all()')
    await sleep(500)
  }
}

const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-fair-'))
await chmod(directory, 0o711)
try {
  for (const [i, world] of WORLDS.entries()) {
    const place = join(directory, String(i))
    await mkdir(place, { mode: 0o711 })
    const postgres = await startPostgres(place)
    const registry = await startRegistry(HERE, postgres.urlOf('this'), join(place, 'data'), { SEED: 'demo' })
    const client = new pg.Client({ connectionString: postgres.urlOf('this') })
    try {
      await client.connect()
      await runWorld(world, registry, client)
    } finally {
      await client.end()
      await registry.stop()
      await postgres.stop()
    }
  }
  say(`\nthe worst p99: ${worst.toFixed(1)} times that in peace; /health/live took ${longest.toFixed(0)} ms at most`)
  if (OUT !== '') await writeFile(fileURLToPath(new URL(`./${OUT}.txt`, import.meta.url)), `${lines.join('\n').trim()}\n`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
if (worst > CHECK) process.exitCode = 1
