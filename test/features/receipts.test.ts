import t, { type Test } from 'tap'
import type pg from 'pg'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { markInterrupted } from '../../src/features/pushes/receipts.js'
import { NDJSON, PROVINCE, cells, problems, world, written, type PushedRow } from './pushing.js'
import { owner } from '../helper.js'
import { pages, type Body } from './registry.js'

/** As few as tell what there is to tell; pushes.test.ts has chunks as they are. */
const CHUNK = 250
const REST = 50
const ALL = 2 * CHUNK + REST
const limits = { stream: { ...STREAM_LIMITS, chunkRows: CHUNK } }
/** The connections that hold the key and the lock of a push that runs. */
const GUARDS = "from pg_stat_activity where datname = current_database() and state = 'idle in transaction' and query like '%''submission ''%'"

t.test('while a push of several chunks runs', async t => {
  const made = await world(t, { limits })
  const { app, push, fresh, rowsOf, get, stored, session, hold, release, waiting, running, one, post } = made

  /** Three chunks, each with an indicator of its own, so that each can be held up by itself. */
  async function three () {
    const indicators = [await fresh(), await fresh(), await fresh()] as const
    const rows = indicators.flatMap((indicator, i) => cells(indicator, i === 2 ? REST : CHUNK))
    return { indicators, rows, file: written(rows, NDJSON) }
  }
  /** What the receipt says is what is stored. */
  async function isTrue (t: Test, receipt: Body, expected: object) {
    t.match(await get(`/v1/submissions/${receipt['id']}`), expected)
    const rows = await rowsOf(receipt)
    t.same(rows.map(row => row['position']), rows.map((_, i) => i))
    const { counts } = await get(`/v1/submissions/${receipt['id']}`)
    t.equal(counts.received, rows.length)
    for (const outcome of ['created', 'revised', 'unchanged', 'rejected']) t.equal(rows.filter(row => row['outcome'] === outcome).length, counts[outcome], outcome)
    t.equal(Number(await one('select count(*) from measurements where submission_id = $1', [receipt['id']])), counts.created + counts.revised)
  }

  await t.test('others see it run, chunk by chunk, and the same key is told to wait', async t => {
    const { indicators, file, rows } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file, { key: 'progress' })
    const first = await running(CHUNK)
    t.match(first, { state: 'running', mode: 'partial', counts: { received: CHUNK, created: CHUNK, revised: 0, unchanged: 0, rejected: 0, warned: 0 } })
    await isTrue(t, first, { state: 'running', exceptions: [] })
    t.equal(await stored(indicators[1]), 0)
    t.equal((await get(`${first['rows']}?count=exact&limit=1&sort=-position`))['data'][0].position, CHUNK - 1)
    t.equal(await markInterrupted(app.db), 0, 'somebody works on it')
    for (const body of [file, rows.slice(0, 1)]) {
      const told = await push(body, { key: 'progress' })
      t.same([told.status, told.body['code'], told.headers['retry-after']], [409, 'idempotency_in_progress', '1'])
    }
    t.equal((await app.inject({ url: '/v1/status', headers: made.pusher.headers })).statusCode, 200)
    t.equal((await push(cells(indicators[2], 1, { period: '2024-Q1' }))).status, 200, 'a short push has not to wait')

    await hold(own, indicators[2])
    await own.query('select pg_advisory_unlock(hashtextextended($1, 4677))', [indicators[1]])
    t.equal((await running(2 * CHUNK))['id'], first['id'])
    await release(own)
    const done = await pushed
    t.match(done.body, { id: first['id'], state: 'completed', recordedAt: first['recordedAt'], counts: { received: ALL, created: ALL } })
    await isTrue(t, done.body, { state: 'completed' })
    t.same(await pages(async url => ({ status: 200, headers: {}, body: await get(url) }), '/v1/submissions?state=running', 'id'), [[]])
    const again = await push(file, { key: 'progress' })
    t.same([again.replayed, again.body], [true, done.body])
  })

  await t.test('its client is suspended meanwhile: what is stored stays, and nothing follows', async t => {
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file)
    const { id } = await running(CHUNK)
    await app.pool.query("update clients set state = 'suspended' where id = $1", [made.pusher.id])
    await release(own)
    const told = await pushed
    t.match(told.body, { status: 401, code: 'invalid_token', receipt: { id, state: 'interrupted', counts: { created: CHUNK } } })
    await app.pool.query("update clients set state = 'active' where id = $1", [made.pusher.id])
    const receipt = await get(`/v1/submissions/${id}`)
    t.match(receipt, { state: 'interrupted', fault: { code: 'invalid_token' } })
    await isTrue(t, receipt, { counts: { created: CHUNK } })
    t.equal(await stored(indicators[1]) + await stored(indicators[2]), 0)
  })

  await t.test('the first of two rows with one key counts, whichever chunk could go first', async t => {
    const [a, b] = [await fresh(), await fresh()]
    const rows = cells(b, 2 * CHUNK + 1)
    rows[0] = { indicator: a, agency: PROVINCE, period: '2025-Q1', value: '1' }
    rows[CHUNK + 5] = { ...rows[5]!, value: '999' }
    const own = await session()
    await hold(own, a)
    const pushed = push(rows)
    await waiting()
    await mayOvertake()
    await release(own)
    const { body } = await pushed
    t.same(body['exceptions'].map((row: Body) => [row['position'], problems(row)]), [[CHUNK + 5, 'duplicate_row']])
    t.equal(body['counts'].created, 2 * CHUNK)
  })

  await t.test('chunks of one push do not wait for each other in a circle', async t => {
    // with rules that look at other figures a push has its indicators to itself
    const [a, b] = await inLockOrder(made)
    t.equal((await post('/v1/quality-rules', { code: 'CUNG', name: { vi: 'x' }, kind: 'monotone', params: { within: 'year' }, severity: 'block', state: 'active', indicators: [b] })).status, 201)
    const rows = [...cells(a, CHUNK - 1), ...cells(b, CHUNK + 1)]
    const own = await session()
    await hold(own, a)
    const pushed = push(rows)
    await waiting()
    await mayOvertake()
    await release(own)
    const { status, body } = await pushed
    t.match([status, body['state'], body['counts']?.created], [200, 'completed', 2 * CHUNK])
  })

  for (const [name, lost] of [['first', 0], ['second', 1], ['last', 2]] as const) {
    await t.test(`the ${name} chunk loses a revision to another push: it is tried again`, async t => {
      const { indicators, file } = await three()
      const own = await session()
      const submission = randomUUID()
      await own.query('begin')
      await own.query("insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at) values ($1, $2, 'atomic', 'completed', 2, 2, 0, 0, 0, 0, now())", [submission, made.pusher.id])
      // one as the push has it, one that it revises
      await own.query(`insert into measurements (id, revision, indicator_code, period, agency_code, breakdown, breakdown_key, value, quality, initial_state, client_id, submission_id, late)
        select gen_random_uuid(), 1, $1, '2025-Q1', $2, jsonb_build_object('cell', 'c' || i), 'cell=c' || i, v, 'official', 'submitted', $3, $4, false from (values (7, 7), (8, 1000)) x (i, v)`, [indicators[lost], PROVINCE, made.pusher.id, submission])
      const pushed = push(file, { key: `lost ${name}` })
      await waiting()
      await own.query('commit')
      const { status, body } = await pushed
      t.equal(status, 200)
      t.match(body, { state: 'completed', counts: { received: ALL, created: ALL - 2, revised: 1, unchanged: 1, rejected: 0 } })
      await isTrue(t, body, { state: 'completed' })
      t.same((await rowsOf(body, '&outcome=revised')).map(row => [row['position'], row['measurement'].revision]), [[CHUNK * lost + 8, 2]])
      t.equal((await push(file, { key: `lost ${name}` })).replayed, true)
    })
  }

  await t.test('its connection is cut in the second chunk: 503 with a receipt that is true, and the same file completes it', async t => {
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file, { key: 'cut' })
    await running(CHUNK)
    const [pid] = await waiting()
    await owner(app.pool).query('select pg_terminate_backend($1)', [pid])
    const cut = await pushed
    await release(own)
    t.same([cut.status, cut.body['code'], cut.headers['retry-after']], [503, 'unavailable', '5'])
    t.match(cut.body['receipt'], { state: 'interrupted', mode: 'partial', counts: { received: CHUNK, created: CHUNK, rejected: 0 }, exceptions: [], fault: { code: 'unavailable' } })
    t.equal(cut.body['submission'], `http://registry.test/v1/submissions/${cut.body['receipt'].id}`)
    t.same(await get(cut.body['submission']), cut.body['receipt'])
    t.match(cut.body['detail'], /ended before its last row.*same key/)
    await isTrue(t, cut.body['receipt'], { state: 'interrupted' })
    t.match((await get('/v1/submissions?state=interrupted'))['data'].map((one: Body) => one['id']), [cut.body['receipt'].id])
    t.same(await Promise.all(indicators.map(stored)), [CHUNK, 0, 0])
    const rest = await push(file, { key: 'cut' })
    t.match([rest.status, rest.replayed, rest.body], [200, false, { state: 'completed', counts: { received: ALL, created: CHUNK + REST, unchanged: CHUNK } }])
    t.not(rest.body['id'], cut.body['receipt'].id)
    await isTrue(t, rest.body, { state: 'completed' })
    await isTrue(t, cut.body['receipt'], { state: 'interrupted' })
    t.equal((await push(file, { key: 'cut' })).replayed, true)
  })

  await t.test('what is stored cannot be read: 503 with the address of the receipt, and no guess', async t => {
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file, { key: 'unreadable' })
    const { id } = await running(CHUNK)
    const [pid] = await waiting()
    const query = app.pool.query.bind(app.pool) as (...args: any[]) => any
    app.pool.query = ((...args: any[]) => String(args[0]?.text ?? args[0]).includes("state = 'interrupted'") ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })) : query(...args)) as typeof app.pool.query
    await own.query('select pg_terminate_backend($1)', [pid])
    const cut = await pushed
    delete (app.pool as { query?: unknown }).query
    await release(own)
    t.match(cut, { status: 503, headers: { 'retry-after': '5' }, body: { code: 'unavailable', submission: `http://registry.test/v1/submissions/${id}`, receipt: undefined } })
    t.equal(await markInterrupted(app.db), 1)
    t.match(await get(cut.body['submission']), { state: 'interrupted', counts: { received: CHUNK, created: CHUNK }, fault: { code: 'interrupted' } })
    t.match((await push(file, { key: 'unreadable' })).body, { state: 'completed', counts: { created: CHUNK + REST, unchanged: CHUNK } })
  })

  await t.test('a fault of ours in the second chunk: 500 with the receipt, and nothing of the inside', async t => {
    const { indicators, file } = await three()
    await owner(app.pool).query(`create function fault() returns trigger language plpgsql as $$ begin raise exception 'the inside'; end $$;
      create trigger fault before insert on measurements for each row when (new.indicator_code = '${indicators[1]}') execute function fault()`)
    const cut = await push(file, { key: 'fault' })
    await owner(app.pool).query('drop function fault cascade')
    t.match(cut, { status: 500, body: { code: 'internal_error', receipt: { state: 'interrupted', counts: { received: CHUNK }, fault: { code: 'internal_error' } } } })
    t.same(await get(cut.body['submission']), cut.body['receipt'])
    t.notMatch(JSON.stringify(cut.body), /the inside/)
    await isTrue(t, cut.body['receipt'], { state: 'interrupted' })
    t.match((await push(file, { key: 'fault' })).body, { state: 'completed', counts: { created: CHUNK + REST, unchanged: CHUNK } })
  })

  await t.test('its connection is cut in the first chunk: 503, and nothing is stored', async t => {
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[0])
    const pushed = push(file, { key: 'cut at once' })
    const [pid] = await waiting()
    await owner(app.pool).query('select pg_terminate_backend($1)', [pid])
    const cut = await pushed
    await release(own)
    t.same([cut.status, cut.body['receipt'], cut.body['submission'], cut.headers['retry-after'] !== undefined], [503, undefined, undefined, true])
    t.same(await Promise.all(indicators.map(stored)), [0, 0, 0])
    t.match((await push(file, { key: 'cut at once' })).body, { state: 'completed', counts: { created: ALL } })
  })

  const cutGuard = async (t: Test) => {
    t.equal((await owner(app.pool).query(`select pg_terminate_backend(pid) ${GUARDS}`)).rowCount, 1)
    while (Number(await one(`select count(*) ${GUARDS}`)) > 0) await sleep(5)
  }

  await t.test('the connection that holds its key is cut: it goes on', async t => {
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file, { key: 'unguarded' })
    await running(CHUNK)
    await cutGuard(t)
    await release(own)
    const done = await pushed
    t.match([done.status, done.body], [200, { state: 'completed', counts: { created: ALL } }])
    await isTrue(t, done.body, { state: 'completed' })
    t.equal((await push(file, { key: 'unguarded' })).replayed, true)
  })

  await t.test('… unless it was taken for lost meanwhile: 503 with the receipt', async t => {
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file, { key: 'taken for lost' })
    const receipt = await running(CHUNK)
    await cutGuard(t)
    t.equal(await markInterrupted(app.db), 1)
    await release(own)
    const lost = await pushed
    t.same([lost.status, lost.body['code'], lost.body['receipt']?.id, lost.body['receipt']?.state], [503, 'unavailable', receipt['id'], 'interrupted'])
    await isTrue(t, receipt, { state: 'interrupted', counts: { received: CHUNK }, fault: { code: 'interrupted' } })
    t.same(await get(lost.body['submission']), lost.body['receipt'])
    t.match((await push(file, { key: 'taken for lost' })).body, { state: 'completed', counts: { created: CHUNK + REST, unchanged: CHUNK } })
  })

  for (const [name, position, state] of [['first', 0, 'interrupted'], ['second', CHUNK, 'interrupted'], ['last', 2 * CHUNK, 'completed']] as const) {
    await t.test(`nobody hears of the COMMIT of the ${name} chunk: the receipt says what is stored`, async t => {
      const { rows } = await three()
      for (const i of [1, position + 1, ALL - 1]) rows[i]!.agency = 'NONE'
      const file = written(rows, NDJSON)
      const unhear = deafen(app.pool, position)
      const cut = await push(file, { key: `unheard ${name}` })
      t.ok(unhear(), 'it happened')
      t.equal(cut.status, 503)
      t.match(cut.body['receipt'], { state, counts: { received: Math.min(position + CHUNK, ALL) } })
      await isTrue(t, cut.body['receipt'], { state, counts: cut.body['receipt'].counts })
      t.same(await get(cut.body['submission']), cut.body['receipt'], 'with the rows of the chunk that nobody heard of')
      t.equal(cut.body['receipt'].fault?.code, state === 'completed' ? undefined : 'unavailable')
      const again = await push(file, { key: `unheard ${name}` })
      t.same([again.status, again.replayed], [200, state === 'completed'])
      t.equal(again.body['counts'].received, ALL)
      if (state === 'interrupted') t.match(again.body['counts'], { unchanged: cut.body['receipt'].counts.created, created: ALL - again.body['counts'].rejected - cut.body['receipt'].counts.created })
    })
  }

  await t.test('what no process works on is marked, and nothing else', async t => {
    const [left, done] = [randomUUID(), randomUUID()]
    for (const [id, state] of [[left, 'running'], [done, 'completed']]) {
      await app.pool.query(`insert into submissions (id, client_id, mode, state, received, created, revised, unchanged, rejected, warned, completed_at)
        values ($1, $2, 'partial', $3, 0, 0, 0, 0, 0, 0, case when $3 = 'running' then null else now() end)`, [id, made.pusher.id, state])
    }
    const { indicators, file } = await three()
    const own = await session()
    await hold(own, indicators[1])
    const pushed = push(file)
    await running(CHUNK)
    t.same((await Promise.all([markInterrupted(app.db), markInterrupted(app.db)])).reduce((a, b) => a + b), 1, 'once')
    t.match(await get(`/v1/submissions/${left}`), { state: 'interrupted', fault: { code: 'interrupted', detail: 'The process that worked on it is gone; send the whole file again.' } })
    t.match(await get(`/v1/submissions/${done}`), { state: 'completed', fault: undefined })
    await release(own)
    t.match((await pushed).body, { state: 'completed' })
    t.equal(await markInterrupted(app.db), 0)
  })

  await t.test('many long pushes take turns; whoever reads the status is answered', async t => {
    const files: PushedRow[][] = []
    for (let i = 0; i < 3; i++) files.push(cells(await fresh(), CHUNK + REST))
    const over = new AbortController()
    const read = (async () => {
      const statuses = new Set<number>()
      do statuses.add((await app.inject({ url: '/v1/status', headers: made.pusher.headers })).statusCode)
      while (!over.signal.aborted)
      return statuses
    })()
    const answers = await Promise.all(files.map(file => push(file)))
    over.abort()
    t.same(answers.map(({ status, body }) => [status, body['state'], body['counts'].created]), files.map(() => [200, 'completed', CHUNK + REST]))
    t.same([...await read], [200])
  })

  await t.test('more than may wait are sent away, and nothing was done', async t => {
    // rows that say nothing are held up like those of an indicator without a name
    const own = await session()
    await hold(own, '')
    const file = '{}\n'.repeat(CHUNK + 1)
    const running = [push(file), push(file)]
    await waiting(2)
    const queued = Array.from({ length: 16 }, () => push(file))
    const away = await push(file, { key: 'sent away' })
    t.same([away.status, away.body['code'], away.headers['retry-after']], [503, 'unavailable', '30'])
    await release(own)
    for (const { status, body } of await Promise.all([...running, ...queued])) t.match([status, body['counts']], [200, { received: CHUNK + 1, rejected: CHUNK + 1 }])
    t.match(await push(file, { key: 'sent away' }), { status: 200, replayed: false })
  })

  await t.test('in the smallest pool two long pushes end, too', async t => {
    const small = await world(t, { max: 2, limits })
    const files = [cells(await small.fresh(), CHUNK + 1), cells(await small.fresh(), CHUNK + 1)]
    for (const { status, body } of await Promise.all(files.map(file => small.push(file)))) t.match([status, body['counts']?.created], [200, CHUNK + 1])
  })

  await t.test('all connections came back', async t => {
    t.same([app.pool.totalCount - app.pool.idleCount, app.pool.waitingCount], [0, 0])
    t.equal(Number(await one("select count(*) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) and pid <> pg_backend_pid()")), 0)
    t.equal(Number(await one("select count(*) from submissions where state = 'running'")), 0)
  })
})

/** Time for a chunk that does not wait for the one before it to get ahead; a right one passes however long this is. */
const mayOvertake = () => sleep(50)

/** Two indicators, of which the first is locked before the second. */
async function inLockOrder ({ fresh, app }: Awaited<ReturnType<typeof world>>): Promise<[string, string]> {
  const codes = [await fresh(), await fresh()]
  const { rows } = await app.pool.query('select code from unnest($1::text[]) code order by hashtextextended(code, 4677)', [codes])
  return [rows[0].code, rows[1].code]
}

/** The transaction that writes the chunk from this position on is committed, and its connection lost before it says so. @returns ends it, and says whether it happened */
function deafen (pool: pg.Pool, position: number): () => boolean {
  let happened = false
  const patched = new Set<pg.PoolClient & { query: any }>()
  const onAcquire = (client: pg.PoolClient) => {
    let writes = false
    const query = client.query.bind(client) as (...args: any[]) => any
    patched.add(client)
    client.query = (async (...args: any[]) => {
      const text: string = typeof args[0] === 'string' ? args[0] : args[0]?.text ?? ''
      if (text.includes('insert into submission_chunks') && args[1]?.[1] === position) writes = true
      const result = await query(...args)
      if (text !== 'COMMIT' || !writes || happened) return result
      happened = true
      throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
    }) as typeof client.query
  }
  const onRelease = (_error: Error | undefined, client: pg.PoolClient) => {
    delete (client as { query?: unknown }).query
    patched.delete(client)
  }
  pool.on('acquire', onAcquire)
  pool.on('release', onRelease)
  return () => {
    pool.off('acquire', onAcquire)
    pool.off('release', onRelease)
    return happened
  }
}
