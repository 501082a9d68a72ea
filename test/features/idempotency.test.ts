import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import pg from 'pg'
import t, { type Test } from 'tap'
import { withTransaction } from '../../src/ledger/transaction.js'
import { sendAnswer } from '../../src/features/idempotency/answer.js'
import { claimKey, rememberAnswer, type Answer } from '../../src/ledger/idempotency-keys.js'
import { purge, startPurge } from '../../src/ledger/purge.js'
import { digestOf, fingerprintOf } from '../../src/features/idempotency/request.js'
import { Problem } from '../../src/http/problem.js'
import { build, client, database, listen, type BuildOptions } from '../helper.js'
import type { Body } from './registry.js'

const name = { vi: 'Thử' }

async function start (t: Test, options: BuildOptions = {}) {
  const given = options.database ?? await database(t, { max: options.max })
  const app = await build(t, { ...options, database: given })
  const { headers } = await client(app)
  const post = async (code: string, key: string | undefined, { by = headers, to = app, url = '/v1/dimensions' }: { by?: object, to?: FastifyInstance, url?: string } = {}) => {
    const answer = await to.inject({ method: 'POST', url, headers: { ...by, ...key === undefined ? {} : { 'idempotency-key': key } }, payload: { code, name } })
    return { status: answer.statusCode, replayed: answer.headers['idempotency-replayed'] === 'true', headers: answer.headers, text: answer.body, body: answer.json<Body>() }
  }
  const stored = async (): Promise<string[]> => (await given.pool.query('select code from dimensions order by code')).rows.map(row => row.code)
  const isIdle = () => given.pool.totalCount === given.pool.idleCount && given.pool.waitingCount === 0
  return { app, given, headers, post, stored, isIdle }
}

/** A connection of the test's own. */
async function outside (t: Test, connectionString: string): Promise<pg.Client> {
  const own = new pg.Client({ connectionString })
  await own.connect()
  t.teardown(() => own.end())
  return own
}

async function until (met: () => Promise<boolean> | boolean): Promise<void> {
  while (!await met()) await sleep(5)
}

t.test('what makes a request the same', async t => {
  t.equal(digestOf({ a: 1, b: [{ c: 'x', d: null }] }), digestOf({ b: [{ d: null, c: 'x' }], a: 1 }))
  for (const other of [{ a: 1 }, { a: '1' }, { a: [1] }, { a: { 1: 1 } }, {}, undefined, { a: 1, b: [{ d: 'x', c: null }] }]) t.not(digestOf(other), digestOf({ a: 1, b: [{ c: 'x', d: null }] }))
  const same = fingerprintOf({ method: 'POST', url: '/v1/x?b=2&a=1' }, 'd')
  t.equal(fingerprintOf({ method: 'POST', url: '/v1/x?a=1&b=2' }, 'd'), same)
  for (const [method, url, digest] of [['PUT', '/v1/x?a=1&b=2', 'd'], ['POST', '/v1/y?a=1&b=2', 'd'], ['POST', '/v1/x', 'd'], ['POST', '/v1/x?a=1&b=2', 'e'], ['POST', '/v1/x?a=2&b=1', 'd']] as const) t.not(fingerprintOf({ method, url }, digest), same)
  t.match(same, /^[0-9a-f]{64}$/)
})

t.test('the first answer again; another request is refused; another client is another', async t => {
  const { app, post, stored, headers, isIdle } = await start(t)
  const first = await post('ONE', 'k')
  t.match(first, { status: 201, replayed: false })
  const again = await post('ONE', 'k')
  t.match(again, { status: 201, replayed: true, text: first.text })
  for (const header of ['location', 'etag', 'content-type']) t.equal(again.headers[header], first.headers[header])
  t.not(again.headers['x-request-id'], first.headers['x-request-id'])
  const shuffled = await app.inject({ method: 'POST', url: '/v1/dimensions', headers: { ...headers, 'idempotency-key': 'k', 'content-type': 'application/json' }, payload: '{ "name": {"vi":"Thử"},\n "code":"ONE" }' })
  t.equal(shuffled.headers['idempotency-replayed'], 'true')
  t.match(await post('TWO', 'k'), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.match(await post('ONE', undefined), { status: 409, body: { code: 'already_exists' } })
  const other = await client(app)
  t.match(await post('THREE', 'k', { by: other.headers }), { status: 201, replayed: false })
  t.match(await post('ONE', 'k'), { status: 201, replayed: true })
  t.same(await stored(), ['ONE', 'THREE'])
  t.ok(isIdle())
})

t.test('a key that is none', async t => {
  const { app, url } = await listen(t)
  const { token, headers } = await client(app)
  const send = (key: string | string[]) => app.inject({ method: 'POST', url: '/v1/dimensions', headers: { ...headers, 'idempotency-key': key as string }, payload: { code: 'X', name } })
  for (const key of ['', 'x'.repeat(256), 'khoá', 'a\u007fb', 'a\tb']) {
    t.match((await send(key)).json(), { status: 400, code: 'invalid_request', errors: [{ parameter: 'idempotency-key', code: 'wrong_format' }] }, JSON.stringify(key.slice(0, 9)))
  }
  for (const key of ['x'.repeat(255), '"8e03978e-40d5-43dd-bc93-6894a57f9324"', '~ !']) t.not((await send(key)).statusCode, 400)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  const body = JSON.stringify({ code: 'Y', name })
  socket.write(`POST /v1/dimensions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nIdempotency-Key: a\r\nidempotency-key: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
  const answer = Buffer.concat(await socket.toArray()).toString()
  t.match(answer, /^HTTP\/1\.1 400 [^]*"parameter":"idempotency-key","code":"repeated"/)
  t.equal((await app.inject({ url: '/v1/dimensions', headers: { ...headers, 'idempotency-key': '' } })).statusCode, 200, 'a read does not look')
  t.match((await app.inject({ method: 'POST', url: '/v1/dimensions', headers: { 'idempotency-key': '' }, payload: {} })).json(), { status: 401 }, 'first who, then what')
})

t.test('what was refused is not remembered, and left nothing', async t => {
  const { app, post, stored, headers } = await start(t, { max: 1 })
  await post('TAKEN', undefined)
  t.match(await post('not a code', 'k'), { status: 400 })
  t.match(await post('TAKEN', 'k'), { status: 409, body: { code: 'already_exists' } })
  t.match(await post('NOBODY', 'k', { url: '/v1/dimensions/NONE/members' }), { status: 404 })
  const plan = await app.inject({ method: 'POST', url: '/v1/tasks', headers: { ...headers, 'idempotency-key': 'k' }, payload: { code: 'T', plan: 'NONE', kind: 'task', name } })
  t.match(plan.json(), { status: 422, code: 'unprocessable' })
  t.match(await post('FREE', 'k'), { status: 201, replayed: false }, 'the key is free for what is right')
  t.same(await stored(), ['FREE', 'TAKEN'])
  t.equal((await app.pool.query('select from idempotency_keys')).rowCount, 1)
})

t.test('twenty at once through two instances: done once', async t => {
  const given = await database(t, { max: 6 })
  const { post, stored, isIdle } = await start(t, { database: given })
  const second = await build(t, { database: given })
  for (let round = 0; round < 5; round++) {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => post(`R${round}`, `k${round}`, i % 2 === 0 ? {} : { to: second })))
    const [done, ...others] = answers.sort((a, b) => a.status - b.status || Number(a.replayed) - Number(b.replayed))
    t.match(done, { status: 201, replayed: false })
    for (const one of others) {
      if (one.status === 201) t.match(one, { replayed: true, text: done!.text })
      else t.match(one, { status: 409, body: { code: 'idempotency_in_progress' }, headers: { 'retry-after': '1' } })
    }
    t.match(await post(`R${round}`, `k${round}`, { to: second }), { status: 201, replayed: true, text: done!.text })
  }
  t.same(await stored(), ['R0', 'R1', 'R2', 'R3', 'R4'])
  t.ok(isIdle())
})

t.test('one that is still running: the others are told at once', async t => {
  const given = await database(t, { max: 4 })
  const { app, headers } = await start(t, { database: given })
  const second = await build(t, { database: given })
  const own = await outside(t, given.connectionString)
  await own.query("begin; select pg_advisory_xact_lock(hashtextextended('status_rules', 0))")
  const send = (to: FastifyInstance, onTrack = '0.9') => to.inject({ method: 'POST', url: '/v1/status-rules', headers: { ...headers, 'idempotency-key': 'k' }, payload: { effectiveFrom: '2027-01-01', onTrack, atRisk: '0.7' } })
  const first = send(app)
  await until(async () => (await own.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount === 1)
  for (const to of [app, second]) t.match((await send(to)).json(), { status: 409, code: 'idempotency_in_progress' })
  t.match((await send(app, '0.8')).json(), { status: 409, code: 'idempotency_in_progress' })
  await own.query('commit')
  const done = await first
  t.equal(done.statusCode, 201)
  const again = await send(second)
  t.match({ status: again.statusCode, body: again.body, replayed: again.headers['idempotency-replayed'] }, { status: 201, body: done.body, replayed: 'true' })
})

t.test('forty keys over two connections: none waits for a second one', async t => {
  const { post, stored, isIdle } = await start(t, { max: 2 })
  const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => post(`C${i}`, `k${i}`)))
  t.same(new Set(answers.map(one => one.status)), new Set([201]))
  t.equal((await stored()).length, 40)
  t.ok(isIdle())
})

t.test('the connection is lost between the effect and COMMIT: nothing was done, and the key is free', async t => {
  const { given, post, stored, isIdle } = await start(t, { max: 2 })
  await given.pool.query(`create function die () returns trigger language plpgsql as $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
    create function fail () returns trigger language plpgsql as $$ begin raise exception 'no'; end $$`)
  const places: [string, string, number][] = [
    ['with the effect', 'create trigger die after insert on dimensions for each row execute function die()', 503],
    ['with the answer', 'create trigger die after insert on idempotency_keys for each row execute function die()', 503],
    ['at COMMIT', 'create constraint trigger die after insert on idempotency_keys deferrable initially deferred for each row execute function die()', 503],
    ['COMMIT fails', 'create constraint trigger die after insert on idempotency_keys deferrable initially deferred for each row execute function fail()', 500]
  ]
  for (const [i, [place, trigger, status]] of places.entries()) {
    await given.pool.query(trigger)
    const answer = await post(`C${i}`, `k${i}`)
    t.equal(answer.status, status, place)
    if (status === 503) t.ok(answer.headers['retry-after'])
    for (const header of ['etag', 'location']) t.equal(answer.headers[header], undefined)
    t.same(await stored(), Array.from({ length: i }, (_, j) => `C${j}`), place)
    t.ok(isIdle(), place)
    await given.pool.query(`drop trigger die on ${trigger.includes('on dimensions') ? 'dimensions' : 'idempotency_keys'}`)
    t.match(await post(`C${i}`, `k${i}`), { status: 201, replayed: false }, place)
    t.match(await post(`C${i}`, `k${i}`), { status: 201, replayed: true }, place)
  }
})

t.test('handlers that go wrong leave nothing, and give the connection back', async t => {
  const given = await database(t, { max: 1 })
  const app = await build(t, { database: given, validateResponses: false })
  const add = (code: string) => sql`insert into dimensions (code, name) values (${code}, '{"vi":"x"}')`
  let runs = 0
  const config = { scope: 'registry:write' } as const
  app.post('/v1/test/throws', { config }, async ({ unit }) => {
    runs++
    await withTransaction(unit, async tx => tx.execute(add('THROWS')))
    throw new Error('inside')
  })
  app.post('/v1/test/serializes', { config }, async ({ unit }) => {
    await withTransaction(unit, async tx => tx.execute(add('SERIALIZES')))
    return { n: 1n }
  })
  app.post('/v1/test/bytes', { config }, async ({ unit }) => {
    await withTransaction(unit, async tx => tx.execute(add('BYTES')))
    return Buffer.from('x')
  })
  app.post('/v1/test/swallows', { config }, async ({ unit }) => {
    await withTransaction(unit, async tx => {
      await tx.execute(sql`select recording_time()`)
      await tx.execute(add('INNER'))
      await tx.execute(add('INNER'))
    }).catch(() => {})
    const { rows } = await unit.db.execute(sql`select current_setting('registry.recording_time', true) as stamp, (select count(*)::int from pg_locks where locktype = 'advisory' and classid = 4677 and pid = pg_backend_pid()) as locks`)
    await withTransaction(unit, async tx => tx.execute(add('OUTER')))
    return rows[0]
  })
  app.post('/v1/test/aborts', { config }, async ({ unit }) => {
    await unit.db.execute(sql`select nonsense`).catch(() => {})
    return {}
  })
  app.post('/v1/test/isolation', { config }, async ({ unit }) => withTransaction(unit, async () => ({}), { isolation: 'serializable' }))
  app.post('/v1/test/read-only', { config }, async ({ unit }) => {
    const { rows } = await withTransaction(unit, async tx => tx.execute(sql`show transaction_read_only`), { readOnly: true })
    await withTransaction(unit, async tx => tx.execute(add('WRITE')))
    return rows[0]
  })
  app.post('/v1/test/hijacks', { config }, async (_request, reply) => {
    reply.hijack()
    reply.raw.end('{}')
  })
  app.post('/v1/test/empty', { config }, async (_request, reply) => reply.code(204).send())
  const { headers } = await client(app)
  const send = async (what: string, key = what) => {
    const answer = await app.inject({ method: 'POST', url: `/v1/test/${what}`, headers: { ...headers, 'idempotency-key': key } })
    // what was answered past Fastify gives it back a moment later
    await until(() => what !== 'hijacks' || given.pool.totalCount === given.pool.idleCount)
    t.ok(given.pool.totalCount === given.pool.idleCount && given.pool.waitingCount === 0, what)
    return answer
  }
  for (const what of ['throws', 'throws', 'serializes', 'bytes', 'aborts', 'isolation']) t.equal((await send(what)).statusCode, 500, what)
  t.equal(runs, 2, 'a failure is not remembered')
  t.match((await send('swallows')).json(), { stamp: '', locks: 0 }, 'locks and settings of a part that failed are gone')
  t.match((await send('read-only')).json(), { transaction_read_only: 'on' })
  t.equal((await send('hijacks')).body, '{}')
  t.equal((await send('empty')).statusCode, 204)
  const again = await send('empty')
  t.match({ status: again.statusCode, body: again.body, replayed: again.headers['idempotency-replayed'] }, { status: 204, body: '', replayed: 'true' })
  t.same((await given.pool.query('select code from dimensions order by code')).rows.map(row => row.code), ['OUTER', 'WRITE'])
  t.same((await given.pool.query('select key from idempotency_keys order by key')).rows.map(row => row.key), ['empty', 'read-only', 'swallows'])
})

t.test('a deadlock is tried again within the one transaction', async t => {
  const given = await database(t, { max: 3 })
  const app = await build(t, { database: given, validateResponses: false })
  await given.pool.query('create table counter (id int primary key, n int not null); insert into counter values (1, 0), (2, 0)')
  let met = 0
  let runs = 0
  app.post('/v1/test/:first/:second', { config: { scope: 'registry:write' } }, async ({ unit, params }) => withTransaction(unit, async tx => {
    const { first, second } = params as Record<string, string>
    runs++
    await tx.execute(sql`update counter set n = n + 1 where id = ${first}`)
    met++
    await until(() => met >= 2)
    await tx.execute(sql`update counter set n = n + 1 where id = ${second}`)
    return {}
  }))
  const { headers } = await client(app)
  const answers = await Promise.all(['1/2', '2/1'].map(path => app.inject({ method: 'POST', url: `/v1/test/${path}`, headers: { ...headers, 'idempotency-key': path } })))
  t.same(answers.map(one => one.statusCode), [200, 200])
  t.equal(runs, 3)
  t.same((await given.pool.query('select n from counter order by id')).rows, [{ n: 2 }, { n: 2 }])
})

t.test('a client that went away: done all the same, and the answer waits for it', async t => {
  const given = await database(t, { max: 2 })
  const { app, url } = await listen(t, { database: given })
  const { token, headers } = await client(app)
  const own = await outside(t, given.connectionString)
  await own.query("begin; select pg_advisory_xact_lock(hashtextextended('status_rules', 0))")
  const payload = { effectiveFrom: '2027-01-01', onTrack: '0.9', atRisk: '0.7' }
  const body = JSON.stringify(payload)
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  socket.write(`POST /v1/status-rules HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  await until(async () => (await own.query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount === 1)
  socket.destroy()
  await once(socket, 'close')
  await until(() => new Promise(resolve => { app.server.getConnections((_error, count) => { resolve(count === 0) }) }))
  await own.query('commit')
  await until(() => given.pool.totalCount === given.pool.idleCount)
  const answer = await app.inject({ method: 'POST', url: '/v1/status-rules', headers: { ...headers, 'idempotency-key': 'k' }, payload })
  t.match({ status: answer.statusCode, replayed: answer.headers['idempotency-replayed'] }, { status: 201, replayed: 'true' })
})

t.test('no replay for whom may not do it any more', async t => {
  const { app, given, headers, post } = await start(t)
  t.equal((await post('ONE', 'k')).status, 201)
  // an instance that has not looked at the client yet
  await app.pool.query("update clients set scopes = array_remove(scopes, 'registry:write')")
  const narrowed = await build(t, { database: given })
  t.match(await post('ONE', 'k', { to: narrowed }), { status: 403, replayed: false, body: { code: 'insufficient_scope' } })
  await app.pool.query("update clients set state = 'suspended'")
  const suspended = await build(t, { database: given })
  t.match(await post('ONE', 'k', { to: suspended }), { status: 401, replayed: false })
  t.match(await post('ONE', 'k', { by: { authorization: `${headers.authorization}x` } }), { status: 401 })
})

t.test('thirty days, by the clock of the database', async t => {
  const { given, app, post, stored } = await start(t)
  const age = (key: string, days: string) => given.pool.query('update idempotency_keys set recorded_at = clock_timestamp() - $2::interval where key = $1', [key, days])
  await post('OLD', 'k')
  await age('k', '29 days 23 hours')
  t.match(await post('OLD', 'k'), { status: 201, replayed: true })
  await age('k', '30 days')
  t.match(await post('NEW', 'k'), { status: 201, replayed: false }, 'the key is free again, for any request')
  t.match(await post('NEW', 'k'), { status: 201, replayed: true })
  t.same(await stored(), ['NEW', 'OLD'])

  await given.pool.query(`insert into idempotency_keys (client_id, key, fingerprint, status, headers, body, recorded_at)
    select client_id, 'old ' || i, fingerprint, 201, '{}', '', clock_timestamp() - interval '31 days' from idempotency_keys, generate_series(1, 25) i`)
  t.equal(await purge(app.db, { batch: 10, batches: 1 }), 10, 'bounded')
  t.same((await Promise.all([purge(app.db, { batch: 4 }), purge(app.db, { batch: 4 })])).reduce((a, b) => a + b), 15, 'two at once share the work')
  t.equal(await purge(app.db), 0)
  t.match(await post('NEW', 'k'), { replayed: true }, 'the young stay')
})

t.test('the job runs by itself, and stops', async t => {
  const { given, app, post } = await start(t)
  await post('OLD', 'k')
  await given.pool.query("update idempotency_keys set recorded_at = clock_timestamp() - interval '31 days'")
  const said: string[] = []
  const log = { info: (_details: object, message: string) => { said.push(message) }, warn: (_details: object, message: string) => { said.push(message) } }
  const job = startPurge(app.db, log, 1)
  await until(async () => (await given.pool.query('select from idempotency_keys')).rowCount === 0)
  await until(() => said.length > 0)
  await job.stop()
  t.same(said, ['idempotency keys older than 30 days were deleted'])
  await given.pool.query('alter table idempotency_keys rename to elsewhere')
  const failing = startPurge(app.db, log, 1)
  await until(() => said.length > 2)
  await failing.stop()
  t.match(said.at(-1), /a job failed/, 'and goes on')
})

t.test('a route that claims the key itself, and remembers a refusal that left something', async t => {
  const given = await database(t, { max: 1 })
  const app = await build(t, { database: given, validateResponses: false })
  app.post('/v1/test/own', { config: { scope: 'registry:write', idempotency: { own: true, required: true } } }, async (request, reply) => {
    const claim = { clientId: request.principal!.clientId, key: request.idempotencyKey!, fingerprint: fingerprintOf(request, digestOf(request.body)) }
    const { answer, replayed } = await withTransaction(app.pool, async (tx): Promise<{ answer: Answer, replayed: boolean }> => {
      const found = await claimKey(tx, claim)
      if (found !== undefined) return { answer: found, replayed: true }
      await tx.execute(sql`insert into dimensions (code, name) values ('RECEIPT', '{"vi":"x"}')`)
      const answer = app.renderProblem(new Problem('submission_rejected', { extra: { receipt: 1 } }), request)
      await rememberAnswer(tx, claim, answer)
      return { answer, replayed: false }
    })
    return sendAnswer(reply, answer, { replayed })
  })
  const { headers } = await client(app)
  const send = (key?: string) => app.inject({ method: 'POST', url: '/v1/test/own', headers: { ...headers, ...key === undefined ? {} : { 'idempotency-key': key } } })
  t.match((await send()).json(), { status: 400, code: 'idempotency_key_required', errors: [{ parameter: 'idempotency-key', code: 'required' }] })
  const first = await send('k')
  t.match(first.json(), { status: 422, code: 'submission_rejected', receipt: 1 })
  t.equal(first.headers['idempotency-replayed'], undefined)
  const second = await send('k')
  t.match({ status: second.statusCode, body: second.body, replayed: second.headers['idempotency-replayed'] }, { status: 422, body: first.body, replayed: 'true' })
  t.equal(second.headers['content-type'], first.headers['content-type'])
})

t.test('without a key nothing is added', async t => {
  const { given, post } = await start(t, { max: 1 })
  await post('WARM', undefined)
  const texts: string[] = []
  const connection = await given.pool.connect()
  const query = connection.query.bind(connection) as (...args: unknown[]) => unknown
  const noted = (...args: [{ text?: string } | string]) => {
    texts.push((typeof args[0] === 'string' ? args[0] : args[0].text ?? '').split(/[ ;]/)[0]!.toUpperCase())
    return query(...args)
  }
  Object.assign(connection, { query: noted })
  connection.release()
  await post('PLAIN', undefined)
  t.same(texts, ['BEGIN', 'INSERT', 'COMMIT'])
  texts.length = 0
  await post('KEYED', randomUUID())
  t.same(texts, ['BEGIN', 'SELECT', 'SELECT', 'SAVEPOINT', 'INSERT', 'RELEASE', 'INSERT', 'COMMIT'])
})
