import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { request, type IncomingMessage } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { test, type Test } from 'tap'
import { build, client, database } from './helper.js'
import { up } from './setup/server.js'
import { freePort } from '../src/embedded/free-port.js'
import { loadSigningKeys } from '../src/features/identity/key-material.js'

const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const PLAN = '4677-KH-UBND-2024'
const PINNED = 'on=2025-11-20&asOf='

const served = async (t: Test, connectionString: string, more: Record<string, string> = {}, file?: string) => {
  const port = await freePort()
  const env = { DATABASE_URL: connectionString, SIGNING_KEY: pem, PUBLIC_URL: 'http://registry.test', LOG_LEVEL: 'warn', DATA_DIR: 'unused' }
  const { stderr } = await up(t, { ...env, PORT: String(port), READ_THREADS: '1', ...more }, file)
  return { url: `http://127.0.0.1:${port}`, port, stderr }
}

test('a thread answers what the process itself would, to the byte', async t => {
  const given = await database(t, { seed: 'demo' })
  const app = await build(t, { database: given, signingKeys: await loadSigningKeys({ pem, dataDir: '' }) })
  const { headers } = await client(app)
  const { url, stderr } = await served(t, given.connectionString)

  const at = encodeURIComponent((await app.inject(`/v1/plans/${PLAN}/summary`)).json<{ asOf: string }>().asOf)
  const paths = [
    `/v1/status?limit=3&${PINNED}${at}`, `/v1/plans/${PLAN}/summary?${PINNED}${at}`, `/v1/rankings?level=district&${PINNED}${at}`,
    `/v1/agencies/UBND-PHAN-THIET/scorecard?${PINNED}${at}`, `/v1/obligations?limit=5&year=2025&${PINNED}${at}`,
    `/v1/indicators/CQS-02/series?${PINNED}${at}`, `/v1/measurements?format=csv&asOf=${at}`, `/v1/measurements?format=ndjson&asOf=${at}`,
    `/v1/status?format=xlsx&${PINNED}${at}`, '/v1/rankings?level=moon', '/v1/agencies/NOBODY/scorecard', '/v1/status?limit=0'
  ]
  // of the connection, of the moment, or of the request
  const passing = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'ratelimit', 'x-request-id', 'content-length'])
  const lasting = (all: Iterable<[string, unknown]>) => Object.fromEntries([...all].filter(([name]) => !passing.has(name)).map(([name, value]) => [name, String(value)]).sort())
  for (const path of paths) {
    const requestId = 'the-same-request'
    const here = await app.inject({ url: path, headers: { ...headers, 'x-request-id': requestId } })
    const there = await fetch(`${url}${path}`, { headers: { ...headers, 'x-request-id': requestId } })
    t.equal(there.status, here.statusCode, path)
    t.ok(Buffer.from(await there.arrayBuffer()).equals(here.rawPayload), `${path}: the same bytes`)
    t.same(lasting(there.headers.entries()), lasting(Object.entries(here.headers)), `${path}: the same headers`)
    t.equal(there.headers.get('x-request-id'), requestId)
    t.match(there.headers.get('ratelimit'), /^"client";r=\d+;t=\d+$/)
    if (here.statusCode !== 200) continue
    const known = await fetch(`${url}${path}`, { headers: { ...headers, 'if-none-match': String(here.headers.etag) } })
    t.equal(known.status, 304, `${path}: known already`)
    const head = await fetch(`${url}${path}`, { method: 'HEAD', headers })
    t.same([head.status, head.headers.get('etag'), await head.text()], [200, here.headers.etag, ''], `${path}: HEAD`)
  }
  t.equal((await fetch(`${url}/v1/status`, { headers: { authorization: 'Bearer nothing' } })).status, 401)
  t.equal(stderr(), '', 'and nothing was worth a warning')

  // whoever evaluates waits for this one
  const holder = await given.pool.connect()
  await holder.query('begin; lock table target_versions in access exclusive mode')
  const stuck = async () => Number((await given.pool.query("select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rows[0].n)
  const until = async (count: number) => { while (await stuck() !== count) await sleep(10) }
  const leaving = new AbortController()
  const left = fetch(`${url}/v1/plans/${PLAN}/summary`, { signal: leaving.signal }).catch((error: Error) => error.name)
  await until(1)
  t.equal((await fetch(`${url}/health/live`)).status, 200, 'the only thread is taken, and that is nobody else\'s concern')
  leaving.abort()
  t.equal(await left, 'AbortError')
  await until(0)
  t.pass('who leaves ends the statement in the thread')
  const waiting = fetch(`${url}/v1/plans/${PLAN}/summary`)
  await until(1)
  await holder.query('commit')
  holder.release()
  t.equal((await waiting).status, 200, 'and the thread is free for the next')
})

const CSV = 'indicator,agency,period,value\nKTS-05,UBND-BINH-THUAN,2025,10\nKTS-05,NOBODY,2025,10\nKTS-05,UBND-BINH-THUAN,2025-13,10\n'

test('what writes and has a long body, or computes for long, is done in a thread as the process itself would do it', async t => {
  const given = await database(t, { seed: 'demo' })
  const app = await build(t, { database: given, signingKeys: await loadSigningKeys({ pem, dataDir: '' }) })
  const { id, headers } = await client(app)
  const { url, port } = await served(t, given.connectionString)
  const many = `{"indicator":"KTS-05","note":"${'x'.repeat(80_000)}"}`
  const cases: [string, string, Record<string, string>, string | Buffer][] = [
    ['a file', '/v1/submissions?dryRun=true&mode=partial', { 'content-type': 'text/csv' }, CSV],
    ['atomic', '/v1/submissions?dryRun=true', { 'content-type': 'text/csv' }, CSV],
    ['gzip', '/v1/submissions?dryRun=true&mode=partial', { 'content-type': 'text/csv', 'content-encoding': 'gzip' }, gzipSync(CSV)],
    ['br that is none', '/v1/submissions?dryRun=true', { 'content-type': 'text/csv', 'content-encoding': 'br' }, gzipSync(CSV)],
    ['a bomb', '/v1/submissions', { 'content-type': 'text/csv', 'content-encoding': 'br' }, brotliCompressSync(Buffer.alloc(16 * 1024 * 1024, '\n'))],
    ['another type', '/v1/submissions', { 'content-type': 'text/html' }, CSV],
    ['JSON of 80 kB', '/v1/measurements', { 'content-type': 'application/json' }, many],
    ['an explanation', '/v1/explanations', { 'content-type': 'application/json' }, '{"kind":"moon"}'],
    ['a trial', '/v1/quality-rules/trial', { 'content-type': 'application/json' }, '{"code":"XHS-09-BIEN-DONG"}'],
    ['a reorganisation', '/v1/reorganisations?dryRun=true', { 'content-type': 'application/json' }, '{}']
  ]
  for (const [what, path, more, body] of cases) {
    // a failure names its request; a key belongs to one of the two
    const sent = () => ({ ...headers, ...more, 'x-request-id': 'the-same-request', ...path.startsWith('/v1/submissions') ? { 'idempotency-key': randomUUID() } : {} })
    const here = await app.inject({ method: 'POST', url: path, headers: sent(), payload: body })
    const there = await fetch(`${url}${path}`, { method: 'POST', headers: sent(), body: typeof body === 'string' ? body : new Uint8Array(body) })
    t.equal(there.status, here.statusCode, what)
    t.equal(await there.text(), here.payload, `${what}: the same bytes`)
    for (const name of ['content-type', 'api-version', 'x-request-id', 'connection', 'retry-after']) {
      if (name === 'connection' && here.headers[name] !== 'close') continue
      t.equal(there.headers.get(name) ?? undefined, here.headers[name], `${what}: ${name}`)
    }
  }

  const key = randomUUID()
  const once = async (body = CSV) => await fetch(`${url}/v1/submissions?mode=partial`, {
    method: 'POST', headers: { ...headers, 'content-type': 'text/csv', 'idempotency-key': key }, body
  })
  const first = await once()
  t.match(await first.json(), { counts: { received: 3, rejected: 2 } })
  const again = await once()
  t.same([again.status, again.headers.get('idempotency-replayed')], [200, 'true'])
  t.equal((await once(`${CSV}\n`)).status, 422, 'another file under that key')
  const { rows: [stored] } = await given.pool.query('select count(*)::int as n from submissions where client_id = $1', [id])
  t.equal(stored.n, 1, 'stored once')

  // as long as nobody knows how long it is, and whatever was answered before its end
  const slow = request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/submissions', headers: { ...headers, 'content-type': 'text/csv', 'idempotency-key': randomUUID() } })
  slow.on('error', () => {})
  const answered = new Promise<IncomingMessage>(resolve => { slow.on('response', resolve) })
  slow.write('indicator,agency\n')
  await sleep(50)
  slow.end('KTS-05,UBND-BINH-THUAN\n')
  const answer = await answered
  answer.resume()
  t.equal(answer.statusCode, 400, 'a body in pieces: its header has no column `period`')
})

test('a thread that fails is started anew; what it had in hand is told so, and nobody else sees anything', async t => {
  const given = await database(t, { seed: 'demo' })
  const app = await build(t, { database: given, signingKeys: await loadSigningKeys({ pem, dataDir: '' }) })
  const { headers } = await client(app)
  const { url, stderr } = await served(t, given.connectionString, { READ_THREADS: '2' }, 'test/setup/faulty-server.ts')
  const dear = `${url}/v1/plans/${PLAN}/summary`
  const push = async (more: Record<string, string> = {}) => await fetch(`${url}/v1/submissions?mode=partial`, {
    method: 'POST', headers: { ...headers, 'content-type': 'text/csv', 'idempotency-key': randomUUID(), ...more }, body: CSV
  })
  t.equal((await fetch(dear)).status, 200)
  t.equal((await push()).status, 200)

  // others meanwhile, one after the other
  const over = new AbortController()
  const seen = new Map<string, number>()
  const others = [`${url}/health/live`, `${url}/v1/pillars`, dear].map(async path => {
    while (!over.signal.aborted) {
      const { status } = await fetch(path, { headers })
      seen.set(`${path} ${status}`, (seen.get(`${path} ${status}`) ?? 0) + 1)
    }
  })
  const told = async (answer: Response) => [answer.status, answer.headers.get('retry-after'), (await answer.json() as { code: string }).code]
  t.same(await told(await fetch(dear, { headers: { 'x-fault': '0' } })), [503, '1', 'unavailable'], 'a read')
  const cut = await push({ 'x-fault': '0' })
  t.match([cut.status, cut.headers.get('retry-after'), await cut.json()], [503, '1', { detail: /Idempotency-Key/ }], 'a push')
  t.equal((await push()).status, 200, 'the next one waits for the thread to be there again')
  const failures = () => stderr().match(/a fault of ours/g)?.length ?? 0
  const before = failures()
  const [lost, other] = await Promise.all([push({ 'x-fault': 'cut' }), push()])
  t.same([lost.status, other.status], [503, 200], 'a connection that is lost is no reason to end a thread that lives')
  t.equal((await push()).status, 200)
  t.equal(failures(), before)
  over.abort()
  await Promise.all(others)
  t.same([...seen.keys()].map(key => key.split(' ')[1]).filter(status => status !== '200'), [], 'nobody else saw anything')
  t.equal([...seen.values()].length, 3)
  t.equal(failures(), 4, 'each failure stands in the log, with its stack')
})
