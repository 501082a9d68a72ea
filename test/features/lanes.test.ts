import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
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

test('a lane that there is not stops the start', async t => {
  const app = await build(t, { seed: 'none' })
  const config = { scope: 'read', lane: 'fast' } as unknown as { scope: 'read' }
  t.throws(() => app.get('/v1/x', { config }, async () => ({})), /^GET \/v1\/x: config\.lane is not a lane: "fast"$/)
})
