import { test, type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { build, client, owner, standing, type TestClient } from '../helper.js'
import { faults, type Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'
const NOWHERE = '0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'
/** A direct indicator of yearly, statistical periods: "trên 10%". */
const row = { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10' }

export function caller (app: FastifyInstance, { headers }: TestClient) {
  const call = async (method: 'GET' | 'POST', url: string, payload?: object) => {
    const response = await app.inject({ method, url, headers, ...payload === undefined ? {} : { payload } })
    return { status: response.statusCode, body: response.json<Body>(), headers: response.headers }
  }
  return {
    get: (url: string) => call('GET', url),
    post: (url: string, payload: object) => call('POST', url, payload),
    push: (more: object = {}) => call('POST', '/v1/measurements', { ...row, ...more }),
    /** Of the revision that stands, unless another is named. */
    review: async (id: string, payload: object) =>
      call('POST', `/v1/measurements/${id}/review`, { revision: await standing(app, id), ...payload }),
    reviewAll: async (reviews: { id: string, revision?: number, decision: string, comment?: string }[], mode?: string) => call('POST', '/v1/reviews', {
      reviews: await Promise.all(reviews.map(async one => ({ revision: await standing(app, one.id), ...one }))),
      ...mode === undefined ? {} : { mode }
    }),
    withdraw: async (id: string, payload: object = { reason: 'nhầm' }) =>
      call('POST', `/v1/measurements/${id}/withdrawal`, { revision: await standing(app, id), ...payload })
  }
}

/** A client that pushes what another has to review, and one that reviews. */
async function start (t: Test) {
  const app = await build(t, { seed: 'plan' })
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  const pusher = caller(app, await client(app, { id: 'so-ct', scopes: ['measurements:write', 'measurements:review'] }))
  const reviewer = caller(app, await client(app, { id: 'van-phong', scopes: ['measurements:review'] }))
  const events = async () => (await app.pool.query('select revision, sequence, kind, comment, client_id from measurement_events order by indicator_code, measurement_id, revision, sequence')).rows
  const steps = async (id: string) => (await pusher.get(`/v1/measurements/${id}/history`)).body['data'].map((s: Body) => `${s['revision']} ${s['step']} ${s['state']} ${s['client']} ${s['comment'] ?? s['reason'] ?? '–'}`)
  const revisions = async (id: string) => (await pusher.get(`/v1/measurements/${id}/revisions?sort=revision`)).body['data'].map((m: Body) => `${m['revision']} ${m['value']} ${m['state']}`)
  return { app, pusher, reviewer, events, steps, revisions }
}

test('returned with a comment, answered by a new revision, accepted; every step in the history', async t => {
  const { pusher, reviewer, steps, revisions } = await start(t)
  const { body: { id }, ...pushed } = await pusher.push({ itemId: 'a-1' })
  t.equal(pushed.status, 201)
  const returned = await reviewer.review(id, { decision: 'return', comment: 'Thiếu huyện Phú Quí', revision: 1 })
  t.match(returned, { status: 200, body: { id, revision: 1, state: 'returned', value: '10' } })
  t.match((await pusher.get(`/v1/measurements/${id}`)).body, { state: 'returned', revision: 1 })

  const again = await pusher.push({ itemId: 'a-1' })
  t.match(again, { status: 201, body: { id, revision: 2, state: 'submitted' } }, 'the answer may be the same figure, and awaits review again')
  const accepted = await reviewer.review(id, { decision: 'accept' })
  t.match(accepted, { status: 200, body: { id, revision: 2, state: 'accepted' } })
  t.equal(accepted.headers['etag'], undefined, 'what is answered is a revision, not the resource of the address')

  t.same((await pusher.push({ value: '11' })).body['errors'].map((e: Body) => e['code']), ['reason_required'])
  t.match(await pusher.push({ value: '11', reason: 'Kiểm kê lại' }), { status: 201, body: { revision: 3, state: 'submitted' } })
  t.same(await revisions(id), ['1 10 returned', '2 10 accepted', '3 11 submitted'])
  t.match(await reviewer.review(id, { decision: 'accept', comment: 'đã đối chiếu' }), { status: 200 })
  t.same(await revisions(id), ['1 10 returned', '2 10 superseded', '3 11 accepted'])
  t.same(await steps(id), [
    '1 pushed submitted so-ct –', '1 returned returned van-phong Thiếu huyện Phú Quí',
    '2 pushed submitted so-ct –', '2 accepted accepted van-phong –',
    '3 pushed submitted so-ct Kiểm kê lại', '3 accepted accepted van-phong đã đối chiếu'
  ])

  const { body: { data: [first] } } = await pusher.get(`/v1/measurements/${id}/history?limit=1&count=exact`)
  t.match(first, { position: 1, step: 'pushed', value: '10', quality: 'official', externalId: 'a-1', late: true, warnings: [], submission: String })
  const back = (await pusher.get(`/v1/measurements/${id}/history?limit=2&sort=-position&count=exact`)).body
  t.same([back['count'], back['data'].map((s: Body) => s['position'])], [6, [6, 5]])
  const next = (await pusher.get(String(back['next']).replace('http://registry.test', ''))).body
  t.same(next['data'].map((s: Body) => s['position']), [4, 3])
  t.equal((await pusher.get(`/v1/measurements/${NOWHERE}/history`)).status, 404)
})

test('a pending revision that another follows is superseded, and cannot be reviewed any more', async t => {
  const { pusher, reviewer, revisions, events } = await start(t)
  const { body: { id } } = await pusher.push()
  await pusher.push({ value: '12' })
  t.same(await revisions(id), ['1 10 superseded', '2 12 submitted'])
  const late = await reviewer.review(id, { decision: 'accept', revision: 1 })
  t.match(late, { status: 409, body: { code: 'revision_changed', errors: [{ pointer: '/revision', code: 'revision_changed' }] } })
  t.same(await events(), [])
  t.match(await reviewer.review(id, { decision: 'accept', revision: 2 }), { status: 200, body: { value: '12' } })
})

test('what a single review is refused for, and nothing is stored', async t => {
  const { app, pusher, reviewer, events } = await start(t)
  const { body: { id } } = await pusher.push()
  t.match(await pusher.review(id, { decision: 'accept' }), { status: 403, body: { code: 'own_measurement', type: '/problems/own-measurement' } }, 'nobody reviews what the same client pushed')
  t.match(await reviewer.review(id, { decision: 'return' }), { status: 422, body: { code: 'comment_required', errors: [{ pointer: '/comment' }] } })
  t.equal((await reviewer.review(NOWHERE, { decision: 'accept' })).status, 404)
  const unnamed = await reviewer.post(`/v1/measurements/${id}/review`, { decision: 'accept' })
  t.match(unnamed, { status: 400, body: { errors: [{ pointer: '/revision', code: 'required' }] } }, 'what was looked at has to be named')
  for (const bad of [{}, { decision: 'reject' }, { decision: 'return', comment: '' }, { decision: 'return', comment: ' ' }, { decision: 'accept', revision: 0 }, { decision: 'accept', revision: '1' }, { decision: 'accept', who: 'me' }]) {
    t.equal((await reviewer.review(id, bad)).status, 400, JSON.stringify(bad))
  }
  const writer = caller(app, await client(app, { scopes: ['measurements:write'] }))
  t.match(await writer.review(id, { decision: 'accept' }), { status: 403, body: { code: 'insufficient_scope' } })
  t.equal((await writer.reviewAll([{ id, decision: 'accept' }])).status, 403)
  t.equal((await app.inject({ method: 'POST', url: `/v1/measurements/${id}/review`, payload: { decision: 'accept', revision: 1 } })).statusCode, 401)
  t.same(await events(), [])

  await reviewer.review(id, { decision: 'accept' })
  t.match(await reviewer.review(id, { decision: 'accept' }), { status: 422, body: { code: 'not_pending', detail: /accepted/ } })
  t.same(faults((await pusher.review(id, { decision: 'return' })).body), [['', 'own_measurement'], ['/comment', 'comment_required']], 'all that is wrong at once')
  t.equal((await events()).length, 1)
  const { headers } = await client(app, { scopes: ['measurements:review'] })
  const english = await app.inject({ method: 'POST', url: `/v1/measurements/${id}/review`, headers: { ...headers, 'accept-language': 'en' }, payload: { decision: 'accept', revision: 1 } })
  t.match(english.json(), { title: 'The measurement does not await review', detail: /Revision 1 does not await review/ })
})

test('in bulk: an outcome for each, in order', async t => {
  const { app, pusher, reviewer, events } = await start(t)
  const ids: string[] = []
  for (const agency of [PROVINCE, 'UBND-LA-GI', 'UBND-PHAN-THIET']) ids.push((await pusher.push({ agency })).body['id'])
  const own = (await caller(app, await client(app, { id: 'khac' })).push({ agency: 'UBND-PHU-QUI' })).body['id']
  const [a, b, c] = ids as [string, string, string]
  const asked = [
    { id: a, decision: 'accept' },
    { id: NOWHERE, decision: 'return' },
    { id: b, decision: 'return', comment: 'xem lại' },
    { id: c, decision: 'accept', revision: 7 },
    { id: a, decision: 'return', comment: 'hai lần' },
    { id: own, decision: 'accept' }
  ]
  const expected = (good: Record<number, string>) => asked.map(({ id }, position) => ({ position, id, outcome: good[position] ?? 'rejected' }))

  const atomic = await reviewer.reviewAll(asked)
  t.match(atomic, { status: 422, body: { code: 'reviews_rejected', result: { mode: 'atomic', state: 'rejected', counts: { received: 6, accepted: 0, returned: 0, rejected: 3 } } } })
  t.same(faults(atomic.body), [['/reviews/1/id', 'unknown_measurement'], ['/reviews/1/comment', 'comment_required'], ['/reviews/3/revision', 'revision_changed'], ['/reviews/4/id', 'duplicate_review']])
  t.match(atomic.body['result'].reviews, expected({ 0: 'not_written', 2: 'not_written', 5: 'not_written' }))
  t.same(await events(), [], 'one is refused, and nothing is recorded')

  const partial = await reviewer.reviewAll(asked, 'partial')
  t.match(partial, { status: 200, body: { mode: 'partial', state: 'completed', counts: { received: 6, accepted: 2, returned: 1, rejected: 3 } } })
  t.match(partial.body['reviews'], expected({ 0: 'accepted', 2: 'returned', 5: 'accepted' }))
  t.same(partial.body['reviews'].map((r: Body) => r['revision']), [1, undefined, 1, 1, 1, 1])
  t.same(partial.body['reviews'].map((r: Body) => r['problems'].map((p: Body) => p['code'])), [[], ['unknown_measurement', 'comment_required'], [], ['revision_changed'], ['duplicate_review'], []])
  t.equal((await events()).length, 3)
  t.same((await pusher.get('/v1/measurements?state=submitted')).body['data'].map((m: Body) => m['id']), [c])

  const repeated = await reviewer.reviewAll(asked, 'partial')
  t.same(repeated.body['reviews'].map((r: Body) => r['outcome']), asked.map(() => 'rejected'), 'sent again: decided already')
  t.equal((await events()).length, 3)
  t.match(await pusher.reviewAll([{ id: c, decision: 'accept' }], 'partial'), { status: 200, body: { reviews: [{ outcome: 'rejected', problems: [{ code: 'own_measurement' }] }] } })
  t.match(await reviewer.reviewAll([{ id: c, decision: 'accept' }]), { status: 200, body: { mode: 'atomic', state: 'completed' } })
  for (const bad of [{ reviews: [] }, {}, { reviews: [{ id: a, revision: 1 }] }, { reviews: [{ id: a, decision: 'accept' }] }, { mode: 'some', reviews: [{ id: a, revision: 1, decision: 'accept' }] }, { reviews: Array.from({ length: 1001 }, () => ({ id: a, revision: 1, decision: 'accept' })) }]) {
    t.equal((await reviewer.post('/v1/reviews', bad)).status, 400)
  }
})

test('a withdrawal of a correction retracts it: the accepted figure stands again', async t => {
  const { pusher, reviewer, steps, revisions } = await start(t)
  const value = async () => (await pusher.get('/v1/status?indicator=KTS-05&on=2025-12-31')).body['data'][0].value
  const { body: { id } } = await pusher.push({ value: '11' })
  await reviewer.review(id, { decision: 'accept' })
  await pusher.push({ value: '12', reason: 'Bổ sung' })
  const withdrawn = await pusher.withdraw(id, { reason: 'Bổ sung nhầm', revision: 2 })
  t.match(withdrawn, { status: 200, body: { id, revision: 2, value: '12', state: 'withdrawn' } })
  t.match((await pusher.get(`/v1/measurements/${id}`)).body, { revision: 1, value: '11', state: 'accepted' }, 'what was accepted stands again')
  t.same((await pusher.get('/v1/measurements?state=accepted')).body['data'].map((m: Body) => m['revision']), [1])
  t.same((await pusher.get('/v1/measurements?state=withdrawn')).body['data'], [])
  t.same(await revisions(id), ['1 11 accepted', '2 12 withdrawn'])
  t.equal(await value(), '11.00')
  t.match(await pusher.push({ value: '11' }), { status: 200, body: { revision: 1 } }, 'nothing new beside what stands')

  t.match(await pusher.push({ value: '13', reason: 'Bổ sung đúng' }), { status: 201, body: { id, revision: 3 } }, 'a number is never given twice')
  await reviewer.review(id, { decision: 'return', comment: 'sai' })
  t.equal((await reviewer.withdraw(id)).status, 200, 'one that was returned can be given up as well')
  t.equal(await value(), '11.00')

  t.match(await pusher.withdraw(id, { reason: 'Không có thật', revision: 1 }), { status: 200, body: { revision: 1, state: 'withdrawn' } })
  t.equal(await value(), null, 'an accepted figure leaves no value')
  t.match((await pusher.get(`/v1/measurements/${id}`)).body, { revision: 1, state: 'withdrawn' })
  t.match(await pusher.withdraw(id), { status: 422, body: { code: 'already_withdrawn' } })
  t.same(await revisions(id), ['1 11 withdrawn', '2 12 withdrawn', '3 13 withdrawn'])
  t.same((await pusher.push({ value: '14' })).body['errors'].map((e: Body) => e['code']), ['reason_required'], 'it was accepted once')
  t.match(await pusher.push({ value: '14', reason: 'Số thật' }), { status: 201, body: { revision: 4, state: 'submitted' } })
  t.same(await steps(id), [
    '1 pushed submitted so-ct –', '1 accepted accepted van-phong –',
    '2 pushed submitted so-ct Bổ sung', '2 withdrawn withdrawn so-ct Bổ sung nhầm',
    '3 pushed submitted so-ct Bổ sung đúng', '3 returned returned van-phong sai', '3 withdrawn withdrawn van-phong nhầm',
    '1 withdrawn withdrawn so-ct Không có thật',
    '4 pushed submitted so-ct Số thật'
  ])
})

test('a corrected figure that is withdrawn leaves no value: the one it replaced does not come back', async t => {
  const { pusher, reviewer, revisions } = await start(t)
  const { body: { id } } = await pusher.push({ value: '11' })
  await reviewer.review(id, { decision: 'accept' })
  await pusher.push({ value: '12', reason: 'Bổ sung' })
  await reviewer.review(id, { decision: 'accept' })
  t.equal((await pusher.withdraw(id)).status, 200)
  t.same(await revisions(id), ['1 11 superseded', '2 12 withdrawn'])
  t.equal((await pusher.get('/v1/status?indicator=KTS-05&on=2025-12-31')).body['data'][0].value, null)
})

test('never accepted, and withdrawn: as if it had not been pushed', async t => {
  const { pusher, reviewer, revisions } = await start(t)
  const { body: { id } } = await pusher.push({ value: '11' })
  await pusher.push({ value: '12' })
  await pusher.withdraw(id)
  t.same(await revisions(id), ['1 11 submitted', '2 12 withdrawn'], 'what it replaced awaits review again')
  t.match(await reviewer.review(id, { decision: 'accept', revision: 2 }), { status: 409 })
  await pusher.withdraw(id)
  t.match((await pusher.get(`/v1/measurements/${id}`)).body, { revision: 2, state: 'withdrawn' }, 'nothing stands: the newest')
  t.match(await pusher.push({ value: '11' }), { status: 201, body: { revision: 3, state: 'submitted' } }, 'no reason needed')
})

test('who may withdraw, and with what', async t => {
  const { app, pusher, events } = await start(t)
  const { body: { id } } = await pusher.push({ agency: 'UBND-LA-GI' })
  const as = async (options: Parameters<typeof client>[1]) => caller(app, await client(app, options))
  const writes = ['measurements:write'] as const
  const strangers = [
    await as({ scopes: writes, grants: [] }),
    await as({ scopes: writes, grants: [{ agency: PROVINCE }] }),
    await as({ scopes: writes, grants: [{ agency: 'UBND-LA-GI', indicator: 'XHS-12' }] })
  ]
  for (const stranger of strangers) t.match(await stranger.withdraw(id), { status: 404, body: { code: 'not_found' } }, 'as if there were none')
  t.match(await (await as({ scopes: ['registry:write'] })).withdraw(id), { status: 403, body: { code: 'insufficient_scope' } })
  t.match(await pusher.post(`/v1/measurements/${id}/withdrawal`, { reason: 'x' }), { status: 400, body: { errors: [{ pointer: '/revision', code: 'required' }] } })
  for (const bad of [{}, { reason: '' }, { reason: ' ' }, { reason: 'x', revision: 0 }, { reason: 'x', because: 'y' }]) t.equal((await pusher.withdraw(id, bad)).status, 400, JSON.stringify(bad))
  t.equal((await pusher.withdraw(NOWHERE)).status, 404)
  t.match(await pusher.withdraw(id, { reason: 'x', revision: 2 }), { status: 409, body: { code: 'revision_changed' } })
  t.same(await events(), [])

  t.equal((await (await as({ scopes: writes, grants: [{ agency: PROVINCE, withSubtree: true, indicator: 'KTS-05' }] })).withdraw(id)).status, 200, 'one that reports for the whole province')
  await pusher.push({ agency: 'UBND-LA-GI', value: '11' })
  t.equal((await (await as({ scopes: ['measurements:review'], grants: [] })).withdraw(id)).status, 200, 'one that reviews')
})

test('an older observation overwrites no newer one, whatever became of the revisions between', async t => {
  const { pusher, reviewer } = await start(t)
  const at = (hour: string) => `2025-12-20T${hour}:00:00Z`
  const codes = async (more: object) => {
    const { status, body } = await pusher.push({ reason: 'sửa', ...more })
    return status === 422 ? body['errors'].map((e: Body) => e['code']) : status
  }
  const { body: { id } } = await pusher.push({ value: '1', observedAt: at('10') })
  await reviewer.review(id, { decision: 'accept' })
  t.same(await codes({ value: '2', observedAt: at('09') }), ['stale_observation'], 'than the accepted one')
  t.equal(await codes({ value: '3' }), 201, 'not said when')
  t.same(await codes({ value: '4', observedAt: at('09') }), ['stale_observation'], 'one that does not say when opens no door')
  await reviewer.review(id, { decision: 'return', comment: 'x' })
  t.same(await codes({ value: '4', observedAt: at('09') }), ['stale_observation'], 'below a returned one the accepted one stands')
  t.equal(await codes({ value: '5', observedAt: at('12') }), 201)
  t.same(await codes({ value: '6', observedAt: at('11') }), ['stale_observation'])
  await pusher.withdraw(id)
  t.equal(await codes({ value: '6', observedAt: at('11') }), 201, 'what was retracted is in nobody\'s way')
  await pusher.withdraw(id)
  t.same(await codes({ value: '4', observedAt: at('09') }), ['stale_observation'], 'below a retracted one the accepted one stands')
})

test('the queue of those who review: an agency with all below it', async t => {
  const { pusher } = await start(t)
  for (const agency of [PROVINCE, 'UBND-LA-GI', 'UBND-PHAN-THIET']) await pusher.push({ agency })
  const queue = async (query: string) => (await pusher.get(`/v1/measurements?state=submitted&sort=agency&${query}`)).body['data'].map((m: Body) => m['agency'])
  t.same(await queue(`agency=${PROVINCE}`), [PROVINCE])
  t.same(await queue(`agency=${PROVINCE}&withSubtree=true`), [PROVINCE, 'UBND-LA-GI', 'UBND-PHAN-THIET'])
  t.same(await queue('agency=gso:593&withSubtree=true'), ['UBND-PHAN-THIET'])
  t.same(await queue(`agency=${PROVINCE}&withSubtree=false`), [PROVINCE])
  t.match(await pusher.get('/v1/measurements?withSubtree=true'), { status: 400, body: { errors: [{ parameter: 'withSubtree' }] } })
})

test('a figure that was accepted automatically can be withdrawn, and the history says how it was accepted', async t => {
  const { app, pusher, steps } = await start(t)
  await app.pool.query("update indicators set review_policy = 'automatic' where code = 'KTS-05'")
  const { body: { id } } = await pusher.push({ value: '11' })
  await pusher.push({ value: '12', reason: 'sửa' })
  t.equal((await pusher.withdraw(id, { reason: 'nhầm', revision: 2 })).status, 200)
  t.same(await steps(id), ['1 pushed accepted so-ct –', '2 pushed accepted so-ct sửa', '2 withdrawn withdrawn so-ct nhầm'])
  t.match((await pusher.get(`/v1/measurements/${id}`)).body, { revision: 2, state: 'withdrawn' })
})

test('as of an instant: what the registry knew then, for ever', async t => {
  const { app, pusher, reviewer } = await start(t)
  const { body: { id } } = await pusher.push({ value: '11' })
  const moments: string[] = []
  const clock = async () => { moments.push((await app.pool.query('select clock_timestamp() as at')).rows[0].at) }
  const before = (await pusher.get(`/v1/measurements/${id}`)).body['recordedAt']
  await clock()
  await reviewer.review(id, { decision: 'accept' })
  await clock()
  await pusher.push({ value: '12', reason: 'sửa' })
  await clock()
  await pusher.withdraw(id)
  await clock()
  await pusher.withdraw(id)
  await clock()
  await pusher.push({ value: '13', reason: 'lại' })

  // by hand, after: the first push · its acceptance · the correction · its retraction · the withdrawal
  const expected = [
    { one: '1 11 submitted', revisions: ['1 11 submitted'], steps: 1, queue: 1 },
    { one: '1 11 accepted', revisions: ['1 11 accepted'], steps: 2, queue: 0 },
    { one: '2 12 submitted', revisions: ['1 11 accepted', '2 12 submitted'], steps: 3, queue: 1 },
    { one: '1 11 accepted', revisions: ['1 11 accepted', '2 12 withdrawn'], steps: 4, queue: 0 },
    { one: '1 11 withdrawn', revisions: ['1 11 withdrawn', '2 12 withdrawn'], steps: 5, queue: 0 }
  ]
  const line = (m: Body) => `${m['revision']} ${m['value']} ${m['state']}`
  for (const [i, at] of moments.entries()) {
    const query = `asOf=${encodeURIComponent(at)}`
    t.equal(line((await pusher.get(`/v1/measurements/${id}?${query}`)).body), expected[i]!.one)
    t.same((await pusher.get(`/v1/measurements?${query}`)).body['data'].map(line), [expected[i]!.one])
    t.same((await pusher.get(`/v1/measurements/${id}/revisions?sort=revision&count=exact&${query}`)).body['data'].map(line), expected[i]!.revisions)
    t.equal((await pusher.get(`/v1/measurements/${id}/history?count=exact&${query}`)).body['count'], expected[i]!.steps)
    t.equal((await pusher.get(`/v1/measurements?state=submitted&count=exact&agency=${PROVINCE}&withSubtree=true&${query}`)).body['count'], expected[i]!.queue)
  }
  t.match((await pusher.get(`/v1/measurements/${id}?asOf=${before}`)).body, { state: 'submitted' }, 'the very instant of the recording')
  const shifted = `${before.slice(0, -1)}+00:00`
  t.match((await pusher.get(`/v1/measurements/${id}?asOf=${encodeURIComponent(shifted)}`)).body, { state: 'submitted' }, 'of any offset')

  for (const path of [`/v1/measurements/${id}`, `/v1/measurements/${id}/revisions`, `/v1/measurements/${id}/history`]) {
    t.equal((await pusher.get(`${path}?asOf=2025-01-01T00:00:00Z`)).status, 404, 'before it was known')
    t.match(await pusher.get(`${path}?asOf=2199-01-01T00:00:00Z`), { status: 400, body: { errors: [{ parameter: 'asOf', code: 'as_of_in_future' }] } })
    t.equal((await pusher.get(`${path}?asOf=2025-06-31T00:00:00Z`)).status, 400)
  }
  t.same((await pusher.get('/v1/measurements?asOf=2025-01-01T00:00:00Z')).body['data'], [])
})

test('the pages of a list as of an instant stay at the instant', async t => {
  const { app, pusher } = await start(t)
  for (const agency of [PROVINCE, 'UBND-LA-GI', 'UBND-PHAN-THIET']) await pusher.push({ agency })
  const at = (await app.pool.query('select clock_timestamp() as at')).rows[0].at
  const first = (await pusher.get(`/v1/measurements?limit=2&asOf=${encodeURIComponent(at)}`)).body
  await pusher.push({ agency: 'UBND-PHAN-THIET', value: '99' })
  await pusher.push({ agency: 'UBND-PHU-QUI' })
  const second = (await pusher.get(String(first['next']).replace('http://registry.test', ''))).body
  t.match(second['data'], [{ agency: 'UBND-PHAN-THIET', value: '10', revision: 1 }])
  t.equal(second['data'].length, 1)
})

test('the database itself takes one decision and one withdrawal of a revision', async t => {
  const { app, pusher, reviewer, events } = await start(t)
  const { body: { id } } = await pusher.push()
  await reviewer.review(id, { decision: 'accept' })
  await pusher.withdraw(id)
  const insert = (kind: string, sequence: number) => owner(app.pool).query(
    "insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id) values ('KTS-05', $1, 1, $2, $3, 'van-phong')", [id, sequence, kind])
  await t.rejects(insert('returned', 3), { code: '23505', constraint: 'measurement_events_decision_key' })
  await t.rejects(insert('accepted', 3), { code: '23505', constraint: 'measurement_events_decision_key' })
  await t.rejects(insert('withdrawn', 3), { code: '23505', constraint: 'measurement_events_withdrawal_key' })
  for (const statement of ["update measurement_events set kind = 'returned'", 'delete from measurement_events', 'truncate measurement_events']) await t.rejects(owner(app.pool).query(statement), { code: /^23/ }, statement)
  t.same((await events()).map(({ kind }) => kind), ['accepted', 'withdrawn'])
})

test('nothing of a locked period is reviewed or withdrawn, except under an extension', async t => {
  const { app, pusher, reviewer, events } = await start(t)
  const admin = caller(app, await client(app))
  const { body: { id } } = await pusher.push({ agency: 'UBND-LA-GI' })
  const { body: { id: other } } = await pusher.push()
  const { calendar } = (await pusher.get('/v1/indicators/KTS-05')).body
  const locked = await admin.post(`/v1/calendars/${calendar}/periods/2025/transitions`, { to: 'locked', reason: 'Chốt số liệu năm' })
  t.equal(locked.status, 201, JSON.stringify(locked.body))
  t.match(await reviewer.review(id, { decision: 'accept' }), { status: 422, body: { code: 'period_locked' } })
  t.match(await pusher.withdraw(id), { status: 422, body: { code: 'period_locked' } })
  t.match(await reviewer.reviewAll([{ id, decision: 'accept' }, { id: other, decision: 'accept' }], 'partial'), { body: { counts: { rejected: 2 }, reviews: [{ problems: [{ code: 'period_locked' }] }, {}] } })
  t.same(await events(), [])

  const extension = await admin.post('/v1/extensions', { kind: 'extension', agency: 'UBND-LA-GI', period: '2025', until: '2199-12-31', reason: 'Bão lũ' })
  t.equal(extension.status, 201, JSON.stringify(extension.body))
  t.match(await reviewer.reviewAll([{ id, decision: 'accept' }, { id: other, decision: 'accept' }], 'partial'), { body: { counts: { accepted: 1, rejected: 1 } } })
  t.equal((await pusher.withdraw(id)).status, 200)
  t.same((await events()).map(({ kind }) => kind), ['accepted', 'withdrawn'])
})
