import fc from 'fast-check'
import { test, type Test } from 'tap'
import { client, listen, standing } from '../helper.js'
import { FigureModel } from './figure-model.js'
import type { Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'
const AGENCIES = [PROVINCE, 'UBND-LA-GI', 'UBND-PHAN-THIET', 'UBND-PHU-QUI'] as const
const row = { indicator: 'KTS-05', agency: PROVINCE, period: '2025' }

/** A client that pushes and several that review, over real sockets. */
async function start (t: Test) {
  const { app, url } = await listen(t, { seed: 'plan', max: 10 })
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  const names = new Map<string, Record<string, string>>()
  for (const id of ['pusher', 'r1', 'r2', 'r3']) names.set(id, (await client(app, { id })).headers)
  const call = async (who: string, method: string, path: string, payload?: object) => {
    const response = await fetch(url + path, { method, headers: { ...names.get(who)!, 'content-type': 'application/json' }, ...payload === undefined ? {} : { body: JSON.stringify(payload) } })
    return { status: response.status, body: await response.json() as Body }
  }
  const get = async (path: string) => (await call('pusher', 'GET', path)).body
  return {
    app,
    get,
    push: (more: object) => call('pusher', 'POST', '/v1/measurements', { ...row, reason: 'sửa', ...more }),
    /** Of what stands at the time of asking, unless a revision is named; by the time of the answer it may be another. */
    review: async (who: string, id: string, payload: object) =>
      call(who, 'POST', `/v1/measurements/${id}/review`, { revision: await standing(app, id), ...payload }),
    reviewAll: (who: string, reviews: object[]) => call(who, 'POST', '/v1/reviews', { mode: 'partial', reviews }),
    withdraw: async (who: string, id: string, payload: object = {}) =>
      call(who, 'POST', `/v1/measurements/${id}/withdrawal`, { reason: 'nhầm', revision: await standing(app, id), ...payload })
  }
}

/** Every step was allowed when it happened, in the order in which the registry says that they happened. */
async function replay (t: Test, get: (path: string) => Promise<Body>, id: string): Promise<FigureModel> {
  const { data } = await get(`/v1/measurements/${id}/history?limit=500`)
  const model = new FigureModel()
  for (const step of data as Body[]) {
    if (step['step'] === 'pushed') t.equal(step['revision'], model.push(step['value'], step['state']), 'a chain without a gap')
    else t.ok(model.happen(step['step'], step['revision']), `${step['position']}: ${step['step']} of revision ${step['revision']}`)
  }
  const revisions = (await get(`/v1/measurements/${id}/revisions?sort=revision&limit=500`))['data'] as Body[]
  t.same(revisions.map(m => `${m['revision']} ${m['value']} ${m['state']}`), model.shown)
  const one = await get(`/v1/measurements/${id}`)
  t.match(one, { revision: model.standing!.number, value: model.standing!.value, state: model.standing!.state })
  return model
}

test('many decide on one figure at once: it is accepted once and returned once, in that order, or returned alone', async t => {
  const { push, review, get } = await start(t)
  const { body: { id } } = await push({ value: '11' })
  const answers = await Promise.all(Array.from({ length: 18 }, (_, i) =>
    review(`r${i % 3 + 1}`, id, { revision: 1, ...i % 2 === 0 ? { decision: 'accept' } : { decision: 'return', comment: `${i}` } })))
  const done = answers.filter(({ status }) => status === 200)
  t.equal(new Set(done.map(({ body }) => body['state'])).size, done.length, 'nothing is decided twice')
  t.ok(answers.every(({ status, body }) => status === 200 || (status === 422 && body['code'] === 'not_pending')), JSON.stringify(answers.map(({ status, body }) => [status, body['code']])))
  const model = await replay(t, get, id)
  t.equal(model.standing!.state, 'returned', 'an accepted figure can still be returned, a returned one not accepted')
})

test('lists of reviews that cross: each figure is decided once, and nobody waits in a circle', async t => {
  const { app, push, reviewAll, get } = await start(t)
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-07'")
  const ids: string[] = []
  for (const agency of AGENCIES) for (const indicator of ['KTS-05', 'KTS-07']) ids.push((await push({ agency, indicator, value: '11' })).body['id'])
  const orders = [ids, ids.toReversed(), [...ids.slice(4), ...ids.slice(0, 4)]]
  const answers = await Promise.all(Array.from({ length: 9 }, (_, i) =>
    reviewAll(`r${i % 3 + 1}`, orders[i % 3]!.map(id => ({ id, revision: 1, decision: 'accept' })))))
  t.same(answers.map(({ status }) => status), answers.map(() => 200), JSON.stringify(answers.find(({ status }) => status !== 200)))
  const accepted = answers.flatMap(({ body }) => (body['reviews'] as Body[]).filter(one => one['outcome'] === 'accepted').map(one => one['id'] as string))
  t.same(accepted.sort(), ids.toSorted())
  for (const id of ids) await replay(t, get, id)
})

test('pushes, reviews and withdrawals of the same figures at once: every history is one that could have been, step by step', async t => {
  const { app, push, review, reviewAll, withdraw, get } = await start(t)
  const ids: string[] = []
  for (const agency of AGENCIES.slice(0, 2)) ids.push((await push({ agency, value: '10' })).body['id'])
  const answers: { status: number, body: Body }[] = []
  const seen = async () => new Set((await app.pool.query('select distinct kind from measurement_events')).rows.map(row => row.kind as string))
  // who comes first is chance: it is done again until each kind of step was allowed once
  for (let round = 0; round < 20 && (round === 0 || (await seen()).size < 3); round++) {
    answers.push(...await Promise.all(Array.from({ length: 48 }, async (_, i) => {
      const id = ids[i % 2]!
      // in every third round nobody pushes, so that what is pending is not always replaced before it is reviewed
      switch (round % 3 === 2 && i % 6 < 2 ? 2 : i % 6) {
        case 0: case 1: return push({ agency: AGENCIES[i % 2], value: `${11 + i}` })
        case 2: return review('r1', id, { decision: 'accept' })
        case 3: return review('r2', id, { decision: 'return', comment: 'xem lại' })
        case 4: return reviewAll('r3', await Promise.all(ids.map(async one =>
          ({ id: one, revision: await standing(app, one), decision: i % 4 === 0 ? 'accept' : 'return', comment: 'c' }))))
        default: return withdraw(i % 4 === 1 ? 'pusher' : 'r1', id)
      }
    })))
  }
  const strange = answers.filter(({ status, body }) => ![200, 201, 422].includes(status) && body['code'] !== 'revision_changed')
  t.same(strange, [])
  t.same([...await seen()].sort(), ['accepted', 'returned', 'withdrawn'], 'some of each got through')
  for (const id of ids) await replay(t, get, id)
  const { rows: gaps } = await app.pool.query('select from (select revision, sequence, row_number() over (partition by measurement_id, revision order by sequence) as n from measurement_events) e where sequence <> n')
  t.equal(gaps.length, 0)
  const written = answers.filter(({ status }) => status === 201).length + 2
  t.equal((await app.pool.query('select from measurements')).rowCount, written, 'what was answered 201 is there')
})

test('an instant that was passed says the same for ever, while others write', async t => {
  const { app, push, review, withdraw, get } = await start(t)
  const { body: { id } } = await push({ value: '10' })
  const busy = { yes: true }
  const writers = Promise.all([
    (async () => { for (let i = 0; busy.yes; i++) await push({ value: `${11 + i % 7}` }) })(),
    (async () => { while (busy.yes) await review('r1', id, { decision: 'accept' }) })(),
    (async () => { while (busy.yes) await withdraw('r2', id) })()
  ])
  const seen: { at: string, page: string }[] = []
  for (let i = 0; i < 12; i++) {
    const at = (await app.pool.query('select clock_timestamp() as at')).rows[0].at as string
    seen.push({ at, page: JSON.stringify(await get(`/v1/measurements/${id}/history?limit=500&asOf=${encodeURIComponent(at)}`)) })
  }
  busy.yes = false
  await writers
  for (const { at, page } of seen) t.equal(JSON.stringify(await get(`/v1/measurements/${id}/history?limit=500&asOf=${encodeURIComponent(at)}`)), page, at)
  await replay(t, get, id)
})

test('any sequence of pushes, reviews and withdrawals: what stands, what counts, and what was known', async t => {
  const { app, push, review, withdraw, get } = await start(t)
  // a figure of its own for each run
  await app.pool.query("insert into dimensions (code, name) values ('LAN', '{\"vi\":\"Lần\"}')")
  await app.pool.query("insert into dimension_members (dimension_code, code, name) select 'LAN', i::text, '{\"vi\":\"Lần\"}' from generate_series(1, 200) i")
  let run = 0
  const command = fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), value: fc.integer({ min: 1, max: 3 }).map(String) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('accepted' as const, 'returned' as const), of: fc.integer({ min: 0, max: 2 }) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('withdrawn' as const), of: fc.integer({ min: 0, max: 2 }) }) }
  )
  await fc.assert(fc.asyncProperty(fc.array(command, { minLength: 4, maxLength: 14 }), async commands => {
    const breakdown = { LAN: String(++run) }
    const model = new FigureModel()
    const moments: { at: string, states: string[] }[] = []
    let id = ''
    for (const one of commands) {
      if (one.do === 'push') {
        const { standing } = model
        const same = standing !== undefined && standing.value === one.value && standing.state !== 'withdrawn' && (standing.state !== 'returned' || standing.accepted)
        const { status, body } = await push({ breakdown, value: one.value })
        t.equal(status, same ? 200 : 201)
        if (!same) t.equal(body['revision'], model.push(one.value, 'submitted'))
        id = body['id']
      } else if (id !== '') {
        // 0: whatever stands; 1, 2: the newest but so many
        const revision = one.of === 0 ? model.standing!.number : Math.max(1, model.revisions.length + 1 - one.of)
        const allowed = model.happen(one.do, revision)
        const { status } = one.do === 'withdrawn'
          ? await withdraw('pusher', id, { revision })
          : await review('r1', id, { revision, ...one.do === 'accepted' ? { decision: 'accept' } : { decision: 'return', comment: 'c' } })
        t.equal(status === 200, allowed, `${one.do} ${revision}: ${status}`)
      }
      moments.push({ at: (await app.pool.query('select clock_timestamp() as at')).rows[0].at, states: model.shown })
    }
    if (id === '') return
    await replay(t, get, id)
    const series = await get(`/v1/indicators/KTS-05/series?agency=${PROVINCE}&from=2025&to=2025`)
    const counted = (series['series'] as Body[]).filter(line => line['breakdown'].LAN === breakdown.LAN).flatMap(line => line['points'] as Body[]).filter(point => point['counts']).map(point => point['value'])
    t.same(counted, model.value === null ? [] : [model.value], 'what counts')
    for (const { at, states } of moments) {
      const { data } = await get(`/v1/measurements/${id}/revisions?sort=revision&asOf=${encodeURIComponent(at)}`)
      t.same((data as Body[] | undefined ?? []).map(m => `${m['revision']} ${m['value']} ${m['state']}`), states)
    }
  }), { numRuns: 10 }) // test/long/life-cycle.long.ts has more
})
