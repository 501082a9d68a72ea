import { spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent, request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { Flood, FloodName } from './fair-flood.js'
import { startPostgres, startRegistry, type Registry } from './push-servers.js'
import { fillCommunes } from './world.js'

/**
 * What client B feels while client A floods the registry, each in a process of its own, beside the same build left in peace.
 * Usage: npm run bench:fair -- [--seconds=5 of a flood] [--worlds=demo,communes] [--floods=rankings,bombs] [--check=3: exits with 1
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
const OUT = option('out', 'fair')
const HERE = fileURLToPath(new URL('..', import.meta.url))
const COMMUNES = 1_000
const FIGURES = 46_000
/** B asks again so long after an answer, and gives up after so long. */
const PAUSE_MS = 15
const PATIENCE_MS = 20_000

const PROBES = ['push', 'read', 'status', 'health'] as const
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
async function createClient (url: string, admin: string, id: string): Promise<string> {
  const send = async (path: string, body: object) => {
    const answer = await fetch(`${url}${path}`, { method: 'POST', headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return await answer.json() as { secret: string }
  }
  await send('/v1/clients', { id, name: id, contact: { name: id, email: `${id}@example.vn` }, scopes: ['measurements:write'], grants: [{}] })
  return login(url, id, (await send(`/v1/clients/${id}/secrets`, {})).secret)
}

/** What B asks, one after the other of each kind, for so long. */
async function probe (url: string, token: string, seconds: number, agency: string): Promise<Record<Probe, Felt>> {
  const agent = new Agent({ keepAlive: true })
  const { port } = new URL(url)
  const end = performance.now() + seconds * 1_000
  const ask = (method: string, path: string, body?: string) => new Promise<string>(resolve => {
    const headers = body === undefined ? { authorization: `Bearer ${token}` } : { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
    const sent = request({ host: '127.0.0.1', port, agent, method, path, headers })
    const timer = setTimeout(() => { sent.destroy() }, PATIENCE_MS)
    const over = (what: string) => { clearTimeout(timer); resolve(what) }
    sent.on('error', () => { over('none') })
    sent.on('response', (answer: IncomingMessage) => { answer.resume().on('end', () => { over(String(answer.statusCode)) }).on('error', () => { over('none') }) })
    sent.end(body)
  })
  const asks: Record<Probe, (i: number) => Promise<string>> = {
    push: i => ask('POST', '/v1/measurements', JSON.stringify({ indicator: 'FAIR-B', agency, period: '2025-01', value: String(i % 100), reason: 'đếm lại', breakdown: { fair: `m${i % 1000}` } })),
    read: i => ask('GET', ['/v1/indicators?limit=50', '/v1/measurements?limit=50', '/v1/targets?limit=50'][i % 3]!),
    status: () => ask('GET', '/v1/status?limit=5'),
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

/** Once it has begun. @returns what A was answered, when it has ended */
async function flood (of: Flood): Promise<{ ended: Promise<string> }> {
  const child = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('./fair-flood.ts', import.meta.url)), JSON.stringify(of)], { cwd: HERE, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  const ended = new Promise<string>(resolve => { child.on('close', () => { resolve(said.replace('begun', '').trim()) }) })
  await new Promise<void>(resolve => {
    child.stdout.on('data', text => {
      said += text
      resolve()
    })
    child.on('close', () => { resolve() })
  })
  return { ended }
}

const quantile = (times: readonly number[], q: number) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? NaN
const ms = (value: number) => value < 10 ? value.toFixed(1) : value.toFixed(0)
let worst = 0

function show (name: string, felt: Record<Probe, Felt>, quiet?: Record<Probe, Felt>): void {
  const cells = PROBES.map(probe => {
    const { times, failures } = felt[probe]
    const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)]
    const ratio = quiet === undefined ? undefined : p99 / quantile(quiet[probe].times, 0.99)
    if (ratio !== undefined) worst = Math.max(worst, ratio)
    const failed = [...failures].map(([status, n]) => ` ${n}×${status}`).join('')
    return `${`${ms(p50)} / ${ms(p99)}${ratio === undefined ? '' : ` (${ratio.toFixed(1)})`}${failed}`.padEnd(24)}`
  })
  say(`${name.padEnd(20)}${cells.join('')}`)
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
  say(`${''.padEnd(20)}${PROBES.map(probe => `${probe}, p50 / p99 ms`.padEnd(24)).join('')}`)
  await probe(url, b, 2, agency)
  const quiet = await probe(url, b, 2 * SECONDS, agency)
  show('in peace', quiet)
  for (const flooding of FLOODS) {
    if (flooding === 'locked indicators') await client.query("select pg_advisory_lock(hashtextextended('FAIR-LOCKED', 4677))")
    const { ended } = await flood({ name: flooding, url, token: a, seconds: SECONDS + 1, agency, identifier, communes })
    await sleep(500)
    const felt = await probe(url, b, SECONDS, agency)
    show(flooding, felt, quiet)
    say(`${''.padEnd(20)}A: ${await ended}`)
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
  say(`\nthe worst p99: ${worst.toFixed(1)} times that in peace`)
  if (OUT !== '') await writeFile(fileURLToPath(new URL(`./${OUT}.txt`, import.meta.url)), `${lines.join('\n').trim()}\n`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
if (worst > CHECK) process.exitCode = 1
