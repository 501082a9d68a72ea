import { mkdir, mkdtemp, chmod, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { v7 as uuid } from 'uuid'
import { startPostgres, startRegistry, type Registry } from './push-servers.js'
import { fillCommunes } from './world.js'

/**
 * For how long each operation holds up the one thread that answers everybody, with 1,000 communes and 46,000 figures: the
 * longest delay of its event loop (perf_hooks) while one request after the other is answered, and how long it was busy for each.
 * Usage: npm run bench:stalls -- [--only=text in the name] [--times=4] [--above=20 ms: what is less is not listed]
 * [--check=100: exits with 1 where one takes more ms] [--out=stalls; empty: nothing is written]
 */
function option (name: string, fallback: string): string {
  return process.argv.find(argument => argument.startsWith(`--${name}=`))?.slice(name.length + 3) ?? fallback
}
const ONLY = option('only', '')
const TIMES = Number(option('times', '4'))
const ABOVE = Number(option('above', '20'))
const CHECK = Number(option('check', 'Infinity'))
const OUT = option('out', 'stalls')
const HERE = fileURLToPath(new URL('..', import.meta.url))

/** Runs in the server before anything else; answers what has been since it was asked last. */
const observer = (path: string) => `
import { createServer } from 'node:http'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'
if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  let before = performance.eventLoopUtilization()
  createServer((_request, response) => {
    response.end(JSON.stringify({ longest: delay.max / 1e6, busy: performance.eventLoopUtilization(before).active }))
    delay.reset()
    before = performance.eventLoopUtilization()
  }).listen(${JSON.stringify(path)}).unref()
}`

interface Seen { longest: number, busy: number }
interface Wanted { method?: string, path: string, body?: string | Buffer | undefined, headers?: Record<string, string> }

const send = (options: object, { method = 'GET', path, body, headers = {} }: Wanted) => new Promise<{ status: number, text: string }>((resolve, reject) => {
  const sent = request({ ...options, agent: false, method, path, headers }, (answer: IncomingMessage) => {
    const chunks: Buffer[] = []
    answer.on('data', chunk => { if (chunks.length < 200) chunks.push(chunk) }).on('error', reject)
      .on('end', () => { resolve({ status: answer.statusCode!, text: Buffer.concat(chunks).toString() }) })
  })
  sent.on('error', reject)
  sent.end(body)
})

const lines: string[] = []
const say = (line: string) => { lines.push(line); console.log(line) }
let worst = 0

async function measure (registry: Registry, socketPath: string, client: pg.Client): Promise<void> {
  const { port } = new URL(registry.url)
  const authorization = `Bearer ${await registry.token()}`
  const json = (value: object): Pick<Wanted, 'body' | 'headers'> => ({ body: JSON.stringify(value), headers: { 'content-type': 'application/json' } })
  const look = async () => JSON.parse((await send({ socketPath }, { path: '/' })).text) as Seen

  async function operation (name: string, wanted: (i: number) => Wanted): Promise<void> {
    if (!name.includes(ONLY)) return
    const seen: Seen[] = []
    let status = 0
    for (let i = 0; i < TIMES; i++) {
      const { headers, ...rest } = wanted(i)
      await look()
      const answer = await send({ host: '127.0.0.1', port }, { ...rest, headers: { authorization, ...headers } })
      status = answer.status
      if (status === 503 || status === 429) await new Promise(resolve => setTimeout(resolve, 1_000))
      if (process.env['SAY'] !== undefined && i === 0) console.log(name, status, answer.text.slice(0, 300))
      seen.push(await look())
    }
    const [first, ...others] = seen as [Seen, ...Seen[]]
    const longest = Math.max(...others.map(one => one.longest))
    worst = Math.max(worst, first.longest, longest)
    const shown = [first.longest, longest, first.busy, Math.max(...others.map(({ busy }) => busy))].map(ms => ms.toFixed(0).padStart(7)).join('')
    if (Math.max(first.longest, longest) >= ABOVE) say(`${shown}   ${status}  ${name}`)
  }

  const document = JSON.parse((await send({ host: '127.0.0.1', port }, { path: '/v1/openapi.json' })).text) as { paths: Record<string, Record<string, { parameters?: { name: string, in: string }[] }>> }
  const id = async (path: string, name = 'id') => {
    const { text } = await send({ host: '127.0.0.1', port }, { path, headers: { authorization } })
    return String((JSON.parse(text) as { data?: Record<string, unknown>[] }).data?.[0]?.[name] ?? 'none')
  }
  const holes: Record<string, string> = {
    '/v1/plans': '4677-KH-UBND-2024', '/v1/indicators': 'CQS-02', '/v1/agencies': 'UBND-PHAN-THIET', '/v1/calendars': 'administrative', '/problems': 'not-found'
  }
  for (const path of Object.keys(document.paths)) {
    if (document.paths[path]!['get'] === undefined) continue
    let filled = path
    for (let at = filled.indexOf('/{'); at >= 0; at = filled.indexOf('/{')) {
      const hole = /^\/\{(\w+)\}/.exec(filled.slice(at))!
      const base = filled.slice(0, at)
      const known = holes[base] ?? await id(`${base}${base.startsWith('/v1/calendars') ? '?year=2025' : ''}`, hole[1]!)
      filled = `${base}/${encodeURIComponent(known)}${filled.slice(at + hole[0].length)}`
    }
    const names = new Set(document.paths[path]!['get'].parameters?.filter(one => one.in === 'query').map(one => one.name))
    const query = [
      ...names.has('limit') ? ['limit=500'] : [], ...path === '/v1/rankings' ? ['level=commune'] : [], ...path.includes('obligations') ? ['year=2025'] : [],
      ...path.endsWith('/periods') ? ['year=2025'] : [], ...names.has('count') ? ['count=exact'] : []
    ].join('&')
    await operation(`GET ${path}${query === '' ? '' : `?${query}`}`, () => ({ path: `${filled}${query === '' ? '' : `?${query}`}` }))
    for (const format of names.has('format') ? ['csv', 'xlsx'] : []) {
      const level = path === '/v1/rankings' ? '&level=commune' : path.includes('obligations') ? '&year=2025' : ''
      await operation(`GET ${path}?format=${format}`, () => ({ path: `${filled}?format=${format}${level}` }))
    }
  }
  await operation('GET /v1/agencies?q=xa', () => ({ path: '/v1/agencies?q=xa&limit=500' }))
  await operation('GET /docs', () => ({ path: '/docs' }))
  await operation('GET /docs/guide', () => ({ path: '/docs/guide' }))

  // what writes: first what is tried and rolled back, so that all see the same world
  const communes = Array.from({ length: 1_000 }, (_, i) => `XA-${i + 1}`)
  const merge = (from: readonly string[], to: string) => ({
    kind: 'merge', effectiveOn: '2026-12-31', document: '4677-KH-UBND-2024', reason: { vi: 'Sắp xếp' }, from: [...from, to], to: [to],
    mapping: from.map(one => ({ from: one, to, share: 'whole' })), provenance: 'illustrative'
  })
  for (const size of [1, 50]) {
    await operation(`POST /v1/reorganisations?dryRun=true: ${size + 1} communes into one`, () => ({
      method: 'POST', path: '/v1/reorganisations?dryRun=true', ...json(merge(communes.slice(0, size), 'XA-1000'))
    }))
  }
  await operation('POST /v1/reorganisations?dryRun=true: a district renamed', () => ({
    method: 'POST', path: '/v1/reorganisations?dryRun=true', ...json({
      kind: 'rename', effectiveOn: '2026-12-31', document: '4677-KH-UBND-2024', reason: { vi: 'Đổi tên' },
      rename: [{ agency: 'UBND-PHAN-THIET', name: { vi: 'UBND Phan Thiết mới' } }], provenance: 'illustrative'
    })
  }))
  await operation('POST /v1/quality-rules/trial', () => ({
    method: 'POST', path: '/v1/quality-rules/trial', ...json({
      rule: {
        code: 'THU-BIEN-DONG', name: { vi: 'Biến động' }, kind: 'change', params: { against: 'previous_period', relative: '0.2' },
        indicators: ['XHS-07'], severity: 'warn', state: 'draft'
      }
    })
  }))
  const { rows: indicators } = await client.query<{ code: string, commune: boolean }>(`
    select i.code, exists (select from measurements m where m.indicator_code = i.code and m.agency_code = 'XA-1') as commune from indicators i order by 2 desc, 1`)
  const measured = indicators[0]!.code
  const { rows: [figure] } = await client.query<{ period: string, ratio: boolean }>(`
    select m.period, m.numerator is not null as ratio from measurements m where indicator_code = $1 and agency_code = 'XA-1' order by period desc limit 1`, [measured])
  const row = (agency: string, i: number) => ({
    indicator: measured, agency, period: figure!.period, reason: 'đếm lại',
    ...figure!.ratio ? { numerator: String(700 + i % 200), denominator: '1000' } : { value: String(10 + i % 5) }
  })
  const { data: owed } = JSON.parse((await send({ host: '127.0.0.1', port }, { path: '/v1/obligations?year=2025&state=overdue&limit=50', headers: { authorization } })).text) as { data: Record<'indicator' | 'agency' | 'period', string>[] }
  await operation('POST /v1/explanations: of an obligation', i => ({
    method: 'POST', path: '/v1/explanations', ...json({
      obligation: { indicator: owed[i]!.indicator, agency: owed[i]!.agency, period: owed[i]!.period }, kind: 'not_collected', cause: 'Máy chủ ngừng', remedy: 'Gửi bổ sung', dueDate: '2099-12-31'
    })
  }))
  await operation('POST /v1/explanations: of a target', () => ({
    method: 'POST', path: '/v1/explanations', ...json({
      target: '4677-2025.KTS-04', agency: 'SO-CT', kind: 'off_target', cause: 'Chưa dùng', remedy: 'Tập huấn', dueDate: '2099-12-31'
    })
  }))
  await operation('POST /v1/targets/{id}/allocations: to 1,000 communes', () => ({
    method: 'POST', path: '/v1/targets/4677-2025.CQS-02/allocations', ...json({
      method: 'own', agencies: communes.map(agency => ({ agency, value: '60' })), effectiveFrom: '2025-01-01', document: '4677-KH-UBND-2024'
    })
  }))
  await operation('POST /v1/targets/{id}/amendments', i => ({
    method: 'POST', path: '/v1/targets/4677-2025.CQS-02/amendments', ...json({
      value: String(80 + i), effectiveFrom: `2025-0${i + 6}-01`, reason: 'Điều chỉnh', document: '4677-KH-UBND-2024'
    })
  }))
  await operation('POST /v1/agencies', i => ({
    method: 'POST', path: '/v1/agencies', ...json({ code: `TO-${i}`, kind: 'other', level: 'province', name: { vi: `Tổ ${i}` }, validFrom: '2025-03-01', parent: 'UBND-BINH-THUAN' })
  }))
  await operation('POST /v1/extensions', i => ({
    method: 'POST', path: '/v1/extensions', ...json({
      kind: 'extension', agency: `XA-${i + 1}`, indicator: measured, period: '2025-Q4', until: '2099-01-31', reason: 'Mất kết nối', grantedBy: 'Phó Chủ tịch'
    })
  }))
  await operation('POST /v1/measurements', i => ({ method: 'POST', path: '/v1/measurements', ...json(row(`XA-${i + 1}`, i)) }))
  const nothing = Buffer.from(`{"indicator":[${'"x",'.repeat(240_000)}"x"]}`)
  await operation(`POST /v1/measurements: 240,000 values that are none (${(nothing.length / 1024).toFixed(0)} KiB)`, () => ({ method: 'POST', path: '/v1/measurements', body: nothing, headers: { 'content-type': 'application/json' } }))
  const wordy = Buffer.from(`{"note":"${'ệ'.normalize('NFD').repeat(800_000)}"}`)
  await operation(`POST /v1/measurements: a note of ${(wordy.length / 1024 / 1024).toFixed(1)} MiB`, () => ({ method: 'POST', path: '/v1/measurements', body: wordy, headers: { 'content-type': 'application/json' } }))
  const members = Buffer.from(`{${Array.from({ length: 200_000 }, (_, i) => `"k${i}":1`).join()}}`)
  await operation(`POST /v1/measurements: 200,000 fields that there are not (${(members.length / 1024 / 1024).toFixed(1)} MiB)`, () => ({ method: 'POST', path: '/v1/measurements', body: members, headers: { 'content-type': 'application/json' } }))

  const push = (query: string, type: string, body: string | Buffer): Wanted => ({
    method: 'POST', path: `/v1/submissions?${query}`, body, headers: { 'content-type': type, 'idempotency-key': uuid() }
  })
  const listed = (count: number) => Array.from({ length: count }, (_, i) => row(communes[i % 1_000]!, i))
  const columns = Object.keys(row('', 0))
  const csv = (count: number, seed: number) => [columns.join(), ...Array.from({ length: count }, (_, i) => Object.values(row(communes[(i * 7) % 1_000]!, i + seed)).join())].join('\n')
  await operation('POST /v1/submissions: 1,000 rows of JSON', i => push('mode=atomic', 'application/json', JSON.stringify({ rows: listed(1_000).map(one => ({ ...one, reason: `lần ${i}` })) })))
  await operation('POST /v1/submissions?mode=atomic: 20,000 rows of CSV', i => push('mode=atomic', 'text/csv', csv(20_000, i)))
  await operation('POST /v1/submissions?mode=partial: 50,000 rows of CSV', i => push('mode=partial', 'text/csv', csv(50_000, i)))
  await operation('POST /v1/submissions?mode=partial&dryRun=true: 50,000 rows that are not right', i => push('mode=partial&dryRun=true', 'text/csv', csv(50_000, i).replaceAll('XA-', 'XB-')))
  await operation('POST /v1/submissions?mode=atomic&dryRun=true: 20,000 rows that are not right', i => push('mode=atomic&dryRun=true', 'text/csv', csv(20_000, i).replaceAll('XA-', 'XB-')))
  const { rows: figures } = await client.query<{ id: string, revision: number }>(`
    select id, max(revision) as revision from measurements where client_id = 'bench' and agency_code like 'XA-%' group by id order by id limit 500`)
  await operation('POST /v1/reviews: 500 figures', () => ({
    method: 'POST', path: '/v1/reviews', ...json({ mode: 'partial', reviews: figures.map(({ id, revision }) => ({ id, revision, decision: 'accept' })) })
  }))
}

const directory = await mkdtemp(join(tmpdir(), 'indicator-registry-stalls-'))
await chmod(directory, 0o711)
try {
  const postgres = await startPostgres(directory)
  await mkdir(join(directory, 'socket'))
  const socketPath = join(directory, 'socket', 'look')
  process.env['NODE_FLAGS'] = `--import data:text/javascript,${encodeURIComponent(observer(socketPath))}`
  const registry = await startRegistry(HERE, postgres.urlOf('this'), join(directory, 'data'), { SEED: 'demo' })
  const client = new pg.Client({ connectionString: postgres.urlOf('this') })
  try {
    await client.connect()
    say(`1,000 communes, ${await fillCommunes(client, 1_000, 46_000)} figures, READ_THREADS=${process.env['READ_THREADS'] ?? 'as usual'}`)
    await client.query('analyze')
    say('longest delay  busy, ms\n  first others  first others')
    await measure(registry, socketPath, client)
    say(`\nthe longest delay: ${worst.toFixed(0)} ms; what is not listed took less than ${ABOVE} ms`)
  } finally {
    await client.end()
    await registry.stop()
    await postgres.stop()
  }
  if (OUT !== '') await writeFile(fileURLToPath(new URL(`./${OUT}.txt`, import.meta.url)), `${lines.join('\n').trim()}\n`)
} finally {
  await rm(directory, { recursive: true, force: true })
}
if (worst > CHECK) process.exitCode = 1
