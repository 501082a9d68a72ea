import t from 'tap'
import { createCatalogue } from '../../src/features/pushes/facts.js'
import { createSinglePushes } from '../../src/features/pushes/single-queue.js'
import { client } from '../helper.js'
import { PROVINCE, world } from './pushing.js'

t.test('single figures wait for nothing that is another\'s', async t => {
  const { app, given, fresh, pusher, session, hold, release, stored } = await world(t)
  const codes: string[] = []
  for (let i = 0; i < 4; i++) codes.push(await fresh())
  const [held, free, twice, busy] = codes as [string, string, string, string]
  const push = (indicator: string, value: string, more: object = {}) => app.inject({
    method: 'POST', url: '/v1/measurements', headers: pusher.headers, payload: { indicator, agency: PROVINCE, period: '2025-Q1', value, ...more }
  })
  const statuses = async (all: readonly ReturnType<typeof push>[]) => (await Promise.all(all)).map(({ statusCode }) => statusCode)
  const cell = (i: number) => ({ breakdown: { cell: `c${i}` } })
  /** Transactions that were begun. */
  let begun = 0
  const { connect } = given.pool
  given.pool.connect = ((...args: unknown[]) => {
    begun++
    return (connect as (...args: unknown[]) => unknown).apply(given.pool, args)
  }) as typeof connect

  await t.test('an indicator that somebody has to himself', async t => {
    const own = await session()
    await hold(own, held)
    let isAnswered = false
    const waits = push(held, '1').then(answer => { isAnswered = true; return answer })
    t.same(await statuses(Array.from({ length: 20 }, (_, i) => push(i % 2 === 0 ? free : busy, '1', cell(i)))), Array(20).fill(201))
    t.notOk(isAnswered, 'twenty others were answered while it waited')
    const none = (await app.pool.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount
    t.equal(none, 0, 'and no connection waits with it')
    await release(own)
    t.equal((await waits).statusCode, 201)
  })

  await t.test('it does not wait for ever', async t => {
    const own = await session()
    await hold(own, held)
    const single = createSinglePushes(app.pool, createCatalogue(), 40)
    const row = { indicator: held, agency: PROVINCE, period: '2024-Q1', value: '1' }
    await t.rejects(single({ clientId: pusher.id, row }), { code: 'unavailable', headers: { 'retry-after': '1' } })
    await release(own)
    t.equal((await single({ clientId: pusher.id, row })).judged.outcome, 'created')
  })

  await t.test('one figure under two names, again and again', async t => {
    await app.pool.query(`insert into agency_identifiers (agency_code, scheme, value, valid_from) values ('${PROVINCE}', 'qd20', 'H11', '2020-01-01')`)
    begun = 0
    const pushed: ReturnType<typeof push>[] = []
    for (let i = 0; i < 10; i++) pushed.push(push(twice, '5'), push(twice, '5', { agency: 'qd20:H11' }), push(free, '2', cell(100 + i)), push(busy, '2', cell(100 + i)))
    const answers = await statuses(pushed)
    t.equal(answers.filter(status => status === 201).length, 21, 'it is written once, and all its neighbours are')
    t.equal(answers.filter(status => status === 200).length, 19)
    t.equal(await stored(twice), 1)
    // in turns: ten rounds of one name and of the other at most, where each of forty had its own before
    t.ok(begun <= 24, `${begun} transactions for forty pushes`)
  })

  await t.test('a figure that another connection is writing', async t => {
    const own = await session()
    const { rows: [known] } = await app.pool.query('select * from measurements where indicator_code = $1 limit 1', [free])
    await own.query('begin')
    await own.query(`insert into measurements select (jsonb_populate_record(m, jsonb_build_object('period', '2023-Q1', 'id', gen_random_uuid(), 'value', 9))).*
      from measurements m where m.id = $1 and m.revision = 1`, [known.id])
    const same = push(free, '9', { period: '2023-Q1', breakdown: known.breakdown })
    const others = Array.from({ length: 31 }, (_, i) => push(busy, '3', cell(200 + i)))
    t.same(await statuses(others), Array(31).fill(201), 'those that came with it do not wait for it')
    await own.query('commit')
    t.equal((await same).statusCode, 200, 'nothing new')
  })

  await t.test('who pushes hundreds has no more of a transaction than who pushes one', async t => {
    const { createSinglePushes: create } = await import('../../src/features/pushes/single-queue.js')
    const single = create(app.pool, createCatalogue())
    const rowOf = (i: number) => ({ indicator: busy, agency: PROVINCE, period: '2024-Q1', value: '1', breakdown: { cell: `c${i}` } })
    const order: string[] = []
    const other = await client(app)
    const many = Array.from({ length: 450 }, (_, i) => single({ clientId: pusher.id, row: rowOf(i) }).then(() => { order.push('many') }))
    const few = single({ clientId: other.id, row: rowOf(500) }).then(() => { order.push('few') })
    await Promise.all([...many, few])
    t.ok(order.indexOf('few') < 250, `${order.indexOf('few')} of 450 were answered before`)
  })
})
