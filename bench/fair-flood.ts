import { randomBytes } from 'node:crypto'
import { Agent, request, type IncomingMessage } from 'node:http'
import { brotliCompressSync, constants } from 'node:zlib'

/** Client A of bench/fair.ts, a process of its own: says that it begins, floods for so long, and says what it was answered. */

export const FLOODS = ['rankings', 'scorecards', 'exports', 'slow readers', 'bombs', 'wrong secrets', 'locked indicators', 'two names'] as const
export type FloodName = typeof FLOODS[number]
export interface Flood { name: FloodName, url: string, token: string, seconds: number, agency: string, identifier: string, communes: boolean }

interface Wanted { method?: string, path: string, headers?: Record<string, string>, body?: Buffer | string | undefined, paused?: boolean, breaksOff?: boolean }

const CONNECTIONS: Record<FloodName, number> = {
  rankings: 16, scorecards: 32, exports: 16, 'slow readers': 64, bombs: 16, 'wrong secrets': 64, 'locked indicators': 64, 'two names': 32
}

async function run ({ name, url, token, seconds, agency, identifier, communes }: Flood): Promise<void> {
  const { port } = new URL(url)
  const agent = new Agent({ keepAlive: true })
  let end = 0
  const statuses = new Map<string, number>()
  const count = (what: string) => { statuses.set(what, (statuses.get(what) ?? 0) + 1) }

  /** Another address of this machine than B has, where it is Linux. */
  const localAddress = process.platform === 'linux' ? '127.0.0.2' : undefined
  const ask = ({ method = 'GET', path, headers = {}, body, paused = false, breaksOff = false }: Wanted) => new Promise<void>(resolve => {
    const sent = request({
      host: '127.0.0.1', port, localAddress, agent, method, path,
      headers: { ...headers, ...body === undefined ? {} : { 'content-length': Buffer.byteLength(body) } }
    })
    const over = (what: string) => { clearTimeout(timer); count(what); resolve() }
    const timer = setTimeout(() => { sent.destroy() }, Math.max(1, end - performance.now()))
    sent.on('error', () => { over('cut') })
    sent.on('response', (answer: IncomingMessage) => {
      const status = String(answer.statusCode)
      answer.on('error', () => {}).on('close', () => { over(status) })
      if (paused && status === '200') answer.pause()
      else answer.resume()
    })
    sent.end(body)
    if (breaksOff) setTimeout(() => { sent.destroy() }, 20)
  })

  const bearer = { authorization: `Bearer ${token}` }
  const bomb = name !== 'bombs'
    ? undefined
    : brotliCompressSync(Buffer.concat([Buffer.from('indicator,agency,period,value\n'), Buffer.alloc(1024 * 1024 * 1024 - 64, '\n')]), { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } })
  const push = (row: object): Wanted => ({
    method: 'POST', path: '/v1/measurements', headers: { ...bearer, 'content-type': 'application/json' }, body: JSON.stringify(row)
  })
  let next = 0
  const level = communes ? 'commune' : 'district'
  const wanted: Record<FloodName, () => Wanted> = {
    rankings: () => ({ path: `/v1/rankings?level=${level}&limit=500` }),
    scorecards: () => ({ path: `/v1/agencies/${agency}/scorecard` }),
    exports: () => ({ path: `/v1/measurements?format=${next++ % 2 === 0 ? 'csv' : 'xlsx'}` }),
    'slow readers': () => ({ path: '/v1/measurements?format=ndjson', paused: true }),
    bombs: () => ({
      method: 'POST', path: '/v1/submissions?mode=partial', body: bomb, breaksOff: next++ % 4 === 0,
      headers: { ...bearer, 'content-type': 'text/csv', 'content-encoding': 'br', 'idempotency-key': randomBytes(8).toString('hex') }
    }),
    'wrong secrets': () => ({
      method: 'POST', path: '/oauth/token', body: 'grant_type=client_credentials',
      headers: { authorization: `Basic ${Buffer.from(`flood:${randomBytes(24).toString('base64url')}`).toString('base64')}`, 'content-type': 'application/x-www-form-urlencoded' }
    }),
    'locked indicators': () => push({ indicator: 'FAIR-LOCKED', agency, period: '2025-01', value: '1', breakdown: { fair: `m${next++ % 1000}` } }),
    'two names': () => push({ indicator: 'FAIR-A', agency: next++ % 2 === 0 ? agency : identifier, period: '2025-01', value: String(next % 100), reason: 'đếm lại' })
  }
  end = performance.now() + seconds * 1_000
  process.stdout.write('begun\n')
  await Promise.all(Array.from({ length: CONNECTIONS[name] }, async () => {
    while (performance.now() < end) await ask(wanted[name]())
  }))
  agent.destroy()
  process.stdout.write(`${[...statuses].sort().map(([what, n]) => `${n} × ${what}`).join(', ')}\n`)
}

await run(JSON.parse(process.argv[2]!) as Flood)
