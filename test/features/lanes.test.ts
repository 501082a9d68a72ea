import { randomUUID } from 'node:crypto'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync } from 'node:zlib'
import { test } from 'tap'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { build, client, database } from '../helper.js'
import type { Body } from './registry.js'

const DEAR = '/v1/plans/4677-KH-UBND-2024/summary'
const FEW = { atOnce: 2, each: 1, waiting: 0, waitingEach: 0 }

test('dear reads have their own places, and are sent away before any work beyond them', async t => {
  const given = await database(t, { seed: 'plan', max: 8 })
  const app = await build(t, { database: given, limits: { lanes: { dear: FEW, read: FEW } } })
  const { headers } = await client(app)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const dear = app.lanes.lane('dear')

  // whoever evaluates waits for this one
  const holder = await given.pool.connect()
  await holder.query('begin; set local role none; lock table target_versions in access exclusive mode')
  const stuck = async () => Number((await given.pool.query("select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rows[0].n)
  const until = async (isSo: () => boolean | Promise<boolean>) => { while (!await isSo()) await sleep(10) }

  const first = request(`${url}${DEAR}`, { agent: false }).on('error', () => {}).end()
  await until(async () => await stuck() === 1)
  const refused = await fetch(`${url}/v1/rankings?level=district`)
  t.match([refused.status, refused.headers.get('retry-after'), (await refused.json() as Body)['code']], [503, '5', 'unavailable'], 'one at a time from one address')
  const asExport = await fetch(`${url}/v1/measurements?format=csv`)
  t.equal(asExport.status, 503, 'an export of anything is dear')
  await asExport.text()

  const mine = fetch(`${url}${DEAR}`, { headers })
  await until(async () => await stuck() === 2)
  t.equal(dear.running, 2, 'a client that a token names has its own')
  const third = await client(app)
  t.equal((await fetch(`${url}${DEAR}`, { headers: third.headers })).status, 503, 'and in all there are two')
  for (const path of ['/health/live', '/health/ready', '/v1/pillars', '/v1/measurements?limit=1']) {
    t.equal((await fetch(`${url}${path}`)).status, 200, `${path} waits for none of them`)
  }
  t.equal((await fetch(`${url}/oauth/token`, { method: 'POST' })).status, 400, 'nor do tokens')

  first.destroy()
  await until(async () => await stuck() === 1)
  await until(() => dear.running === 1)
  t.pass('a client that goes ends its statement, and gives its place back')
  const [again] = await Promise.all([fetch(`${url}${DEAR}`), until(async () => await stuck() === 2).then(() => holder.query('commit'))])
  t.equal(again.status, 200)
  t.equal((await mine).status, 200)
  holder.release()
  await until(() => dear.running === 0)
})

test('ordinary reads leave connections to those who write', async t => {
  const given = await database(t, { seed: 'plan', max: 6 })
  const app = await build(t, { database: given })
  const { headers } = await client(app)
  const holder = await given.pool.connect()
  await holder.query('begin; set local role none; lock table pillars in access exclusive mode')
  const reads = Array.from({ length: 20 }, () => app.inject('/v1/pillars'))
  while (app.lanes.lane('read').running < 1) await sleep(5)
  const pushed = await app.inject({
    method: 'POST', url: '/v1/measurements', headers, payload: { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10' }
  })
  t.equal(pushed.statusCode, 201, 'twenty reads that wait have not taken all connections')
  await holder.query('commit')
  holder.release()
  t.same([...new Set((await Promise.all(reads)).map(({ statusCode }) => statusCode))], [200])
})

test('of long bodies a caller sends a few at once: beyond them nothing is read', async t => {
  const app = await build(t, { seed: 'plan', limits: { lanes: { body: FEW }, stream: { ...STREAM_LIMITS, bombs: 2 } } })
  const [mine, other] = [await client(app), await client(app)]
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const csv = (headers: object) => ({ ...headers, 'content-type': 'text/csv', 'idempotency-key': randomUUID() })
  const push = async (headers: Record<string, string>, body: string | Buffer) => await fetch(`${url}/v1/submissions?dryRun=true`, {
    method: 'POST', headers: { ...csv(headers), ...typeof body === 'string' ? {} : { 'content-encoding': 'br' } }, body: typeof body === 'string' ? body : new Uint8Array(body)
  })
  const FILE = 'indicator,agency,period,value\nKTS-05,UBND-BINH-THUAN,2025,10\n'
  const body = app.lanes.lane('body')

  const slow = request(`${url}/v1/submissions?dryRun=true`, { method: 'POST', agent: false, headers: csv(mine.headers) }).on('error', () => {})
  slow.write('indicator,')
  while (body.running < 1) await sleep(5)
  const refused = await push(mine.headers, FILE)
  t.match([refused.status, refused.headers.get('retry-after'), refused.headers.get('connection'), await refused.json()],
    [503, '5', 'close', { code: 'unavailable' }], 'a second one')
  const long = await fetch(`${url}/v1/measurements`, {
    method: 'POST', headers: { ...mine.headers, 'content-type': 'application/json' }, body: `{"note":"${'x'.repeat(100_000)}"}`
  })
  t.equal(long.status, 503, 'whatever it is')
  const short = await app.inject({ method: 'POST', url: '/v1/measurements', headers: mine.headers, payload: { indicator: 'KTS-05', agency: 'UBND-BINH-THUAN', period: '2025', value: '10' } })
  t.equal(short.statusCode, 201, 'short ones go on')
  t.equal((await push(other.headers, FILE)).status, 200, 'and so does everybody else')
  slow.destroy()
  while (body.running > 0) await sleep(5)
  t.equal((await push(mine.headers, FILE)).status, 200, 'who has gone has no place')

  const bomb = brotliCompressSync(Buffer.alloc(16 * 1024 * 1024, '\n'))
  for (const status of [413, 413, 429, 429]) t.equal((await push(mine.headers, bomb)).status, status, 'one bomb after the other')
  const last = await push(mine.headers, FILE)
  t.same([last.status, Number(last.headers.get('retry-after')) > 50, (await last.json() as Body)['code']], [429, true, 'too_many_requests'])
  t.equal((await push(other.headers, FILE)).status, 200, 'nobody else is meant')
  t.equal(body.running, 0)
})

test('a lane that there is not stops the start', async t => {
  const app = await build(t, { seed: 'none' })
  const config = { scope: 'read', lane: 'fast' } as unknown as { scope: 'read' }
  t.throws(() => app.get('/v1/x', { config }, async () => ({})), /^GET \/v1\/x: config\.lane is not a lane: "fast"$/)
})
