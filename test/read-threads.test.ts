import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { build, client, database } from './helper.js'
import { up } from './setup/server.js'
import { freePort } from '../src/embedded/free-port.js'
import { loadSigningKeys } from '../src/features/identity/key-material.js'

const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const PLAN = '4677-KH-UBND-2024'
const PINNED = 'on=2025-11-20&asOf='

test('a thread answers what the process itself would, to the byte', async t => {
  const given = await database(t, { seed: 'demo' })
  const publicUrl = 'http://registry.test'
  const app = await build(t, { database: given, signingKeys: await loadSigningKeys({ pem, dataDir: '' }) })
  const { headers } = await client(app)
  const env = { DATABASE_URL: given.connectionString, SIGNING_KEY: pem, PUBLIC_URL: publicUrl, LOG_LEVEL: 'warn', DATA_DIR: 'unused' }
  const port = await freePort()
  const { stderr } = await up(t, { ...env, PORT: String(port), READ_THREADS: '1' })
  const url = `http://127.0.0.1:${port}`

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
