import { test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { build, client, pushKey } from '../helper.js'

const PROVINCE = 'UBND-BINH-THUAN'
const good = { itemId: 'g', indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10' }
const other = { itemId: 'o', indicator: 'KTS-03', agency: PROVINCE, period: '2025', value: '-1.5' }
const bad = { itemId: 'b', indicator: 'KTS-05', agency: 'NOBODY', period: '2025-Q9', value: '10.123' }

async function submit (app: FastifyInstance, headers: Record<string, string>, body: object, query = '') {
  const response = await app.inject({ method: 'POST', url: `/v1/submissions${query}`, headers: { ...pushKey('/v1/submissions'), ...headers }, payload: body })
  return { status: response.statusCode, body: response.json(), headers: response.headers }
}
const stored = async (app: FastifyInstance) => Number((await app.pool.query('select count(*) from measurements')).rows[0].count)

test('partial: the good rows are written, the bad one says all that is wrong', async t => {
  const app = await build(t, { seed: 'plan' })
  const { id: own, headers } = await client(app)
  const { status, body, headers: answered } = await submit(app, { ...headers, 'accept-language': 'en' }, { mode: 'partial', rows: [good, bad, other, good] })
  t.equal(status, 200)
  t.equal(answered.location, `/v1/submissions/${body.id}`)
  t.same(body.counts, { received: 4, created: 2, revised: 0, unchanged: 0, rejected: 2, warned: 0, withdrawn: 0, leftEmpty: 0 })
  t.match(body, { client: own, mode: 'partial', dryRun: false, state: 'completed' })
  t.same(body.exceptions.map((r: { position: number, itemId: string, problems: { code: string }[] }) => [r.position, r.itemId, r.problems.map(p => p.code)]),
    [[1, 'b', ['unknown_agency', 'unknown_period', 'too_many_decimals']], [3, 'g', ['duplicate_row']]])
  t.equal(await stored(app), 2)

  const rows = (await app.inject({ url: `/v1/submissions/${body.id}/rows`, headers })).json().data
  t.same(rows.map((r: { outcome: string }) => r.outcome), ['created', 'rejected', 'created', 'rejected'])
  t.equal(rows[0].measurement.revision, 1)
  const rejected = (await app.inject({ url: `/v1/submissions/${body.id}/rows?outcome=rejected&limit=1&count=exact`, headers })).json()
  t.same([rejected.count, rejected.data[0].position], [2, 1])
  const again = await submit(app, headers, { mode: 'partial', rows: [good, other] })
  t.same(again.body.counts, { received: 2, created: 0, revised: 0, unchanged: 2, rejected: 0, warned: 0, withdrawn: 0, leftEmpty: 0 })
  t.equal(await stored(app), 2)
  t.same((await app.inject({ url: `/v1/submissions/${body.id}`, headers })).json().counts, body.counts, 'the receipt stays')
})

test('atomic: one bad row and nothing is written', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const { status, body, headers: answered } = await submit(app, headers, { mode: 'atomic', rows: [good, bad, other] })
  t.equal(status, 422)
  t.match(answered['content-type'], /^application\/problem\+json/)
  t.equal(body.type, '/problems/submission-rejected')
  t.same(body.errors.map((e: { pointer: string }) => e.pointer), ['/rows/1/agency', '/rows/1/period', '/rows/1/value'])
  t.match(body.receipt, { state: 'rejected', counts: { received: 3, created: 0, revised: 0, unchanged: 0, rejected: 1, warned: 0 } })
  t.equal(await stored(app), 0)
  const rows = (await app.inject({ url: `/v1/submissions/${body.receipt.id}/rows`, headers })).json().data
  t.same(rows.map((r: { outcome: string, measurement?: unknown }) => [r.outcome, r.measurement]), [['not_written', undefined], ['rejected', undefined], ['not_written', undefined]])
  const right = await submit(app, headers, { rows: [good, other] })
  t.equal(right.status, 201, 'atomic is what is meant when nothing is said')
  t.same(right.body.counts.created, 2)
})

test('dry run: the same answer, and nothing is written', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const { status, body } = await submit(app, headers, { rows: [good, bad] }, '?dryRun=true&mode=partial')
  t.equal(status, 200)
  t.match(body, { id: null, rows: null, recordedAt: null, dryRun: true, counts: { created: 1, rejected: 1 } })
  t.same(body.exceptions.map(({ outcome, position }: { outcome: string, position: number }) => [outcome, position]), [['rejected', 1]], 'of a dry run too those that are not plain successes')
  t.equal(await stored(app), 0)
  t.equal(Number((await app.pool.query('select count(*) from submissions')).rows[0].count), 0)
  t.equal((await submit(app, headers, { mode: 'atomic', rows: [bad] }, '?dryRun=true')).status, 422)
  t.equal(Number((await app.pool.query('select count(*) from submissions')).rows[0].count), 0)
})

test('receipts are for the one who pushed and for those who review', async t => {
  const app = await build(t, { seed: 'plan' })
  const pusher = await client(app, { scopes: ['measurements:write'] })
  const stranger = await client(app, { scopes: ['measurements:write'] })
  const reviewer = await client(app, { scopes: ['measurements:review'] })
  const { body } = await submit(app, pusher.headers, { rows: [good] })
  const read = async (path: string, headers: Record<string, string>) => (await app.inject({ url: path, headers })).statusCode
  for (const path of [`/v1/submissions/${body.id}`, `/v1/submissions/${body.id}/rows`]) {
    t.same([await read(path, pusher.headers), await read(path, reviewer.headers), await read(path, stranger.headers), await read(path, {})], [200, 200, 404, 401], path)
  }
  t.equal((await app.inject({ url: '/v1/submissions', headers: stranger.headers })).json().data.length, 0)
  t.equal((await app.inject({ url: '/v1/submissions', headers: reviewer.headers })).json().data.length, 1)
  t.equal(await read(`/v1/submissions?client=${pusher.id}`, stranger.headers), 403)
  t.equal((await app.inject({ url: `/v1/submissions?client=${pusher.id}&mode=atomic&state=completed`, headers: reviewer.headers })).json().data.length, 1)
})

test('five thousand rows in one push', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  await app.pool.query('insert into dimensions (code, name) values (\'cell\', \'{"vi":"ô"}\')')
  await app.pool.query('insert into dimension_members (dimension_code, code, name) select \'cell\', \'c\' || i, \'{"vi":"ô"}\' from generate_series(1, 5001) i')
  const rows = Array.from({ length: 5000 }, (_, i) => ({ ...good, itemId: `${i}`, breakdown: { cell: `c${i + 1}` } }))
  const first = await submit(app, headers, { mode: 'partial', rows })
  t.same([first.status, first.body.counts?.created], [200, 5000])
  const second = await submit(app, headers, { mode: 'partial', rows: rows.map((r, i) => i % 2 === 0 ? r : { ...r, value: '10.01', reason: 'đếm lại' }) })
  t.same([second.body.counts.unchanged, second.body.counts.revised], [2500, 2500])
  t.equal((await submit(app, headers, { rows: [] })).status, 400)
  const broken = await submit(app, headers, { mode: 'partial', rows: rows.map(r => ({ ...r, value: 1 })) })
  t.same([broken.status, broken.body.errors.length, broken.body.truncated], [400, 100, true])
  const rejected = await submit(app, headers, { mode: 'partial', rows: rows.map(r => ({ ...r, value: '1000' })) })
  t.equal(rejected.body.exceptions.length, 1000)
  t.equal(rejected.body.counts.rejected, 5000)
})

test('bad requests', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  t.equal((await submit(app, headers, { mode: 'partial', rows: [good] }, '?mode=atomic')).status, 400, 'contradiction')
  t.equal((await submit(app, headers, { rows: [good] }, '?dryRun=yes')).status, 400)
  t.equal((await submit(app, headers, { rows: [good], dryRun: true })).status, 400)
  const where = (await submit(app, headers, { rows: [good, { ...good, value: 1 }] })).body.errors
  t.equal(where[0].pointer, '/rows/1/value')
  t.equal((await app.inject({ method: 'POST', url: '/v1/submissions', headers: { ...headers, ...pushKey('/v1/submissions'), 'content-type': 'text/plain' }, payload: 'x' })).statusCode, 415)
  t.equal(await stored(app), 0)
})
