import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { test } from 'tap'
import { build, client, database } from '../helper.js'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import type { Body } from './registry.js'

test('so many requests a minute of one client, and of one address', async t => {
  const given = await database(t, { seed: 'plan' })
  const app = await build(t, { database: given, config: { rateLimitClient: 5, rateLimitAddress: 3 } })
  const { headers } = await client(app)
  const ask = (remoteAddress: string, more: Record<string, string> = {}, url = '/v1/pillars') => app.inject({ url, remoteAddress, headers: more })
  const told = ({ statusCode, headers }: Awaited<ReturnType<typeof ask>>) =>
    [statusCode, headers['ratelimit-policy'], String(headers['ratelimit']).replace(/;t=(60|59|58|57|56|55)$/, ';t=…'), 'retry-after' in headers]

  for (const left of [2, 1, 0]) t.same(told(await ask('192.0.2.1')), [200, '"address";q=3;w=60', `"address";r=${left};t=…`, false])
  const refused = await ask('192.0.2.1')
  t.same(told(refused), [429, '"address";q=3;w=60', '"address";r=0;t=…', true])
  t.match(refused.json<Body>(), { code: 'too_many_requests', type: '/problems/too-many-requests' })
  t.ok(Number(refused.headers['retry-after']) > 50)
  t.equal((await ask('192.0.2.2')).statusCode, 200, 'another address')
  t.equal((await ask('192.0.2.1', {}, '/health/live')).statusCode, 200, 'a probe is not counted')
  t.notOk('ratelimit' in (await ask('192.0.2.1', {}, '/health/live')).headers)

  for (const i of [1, 2, 3]) t.equal((await ask(`2001:db8:0:1::${i}`)).statusCode, 200)
  t.equal((await ask('2001:db8:0:1:ffff::4')).statusCode, 429, 'of IPv6 a network of 64 bits is one address')
  t.equal((await ask('2001:db8:0:2::1')).statusCode, 200)

  for (const left of [4, 3, 2, 1, 0]) t.same(told(await ask('192.0.2.1', headers)), [200, '"client";q=5;w=60', `"client";r=${left};t=…`, false], 'a client has its own, wherever it sends from')
  t.equal((await ask('192.0.2.3', headers)).statusCode, 429)
  t.equal((await ask('192.0.2.3', (await client(app)).headers)).statusCode, 200)

  const wrong = { authorization: 'Bearer nothing' }
  for (const left of [2, 1, 0]) t.same(told(await ask('192.0.2.4', wrong)), [401, '"address";q=3;w=60', `"address";r=${left};t=…`, false], 'a token that is not taken counts for the address')
  t.same(told(await ask('192.0.2.4', wrong)), [429, '"address";q=3;w=60', '"address";r=0;t=…', true])
  t.same(told(await ask('192.0.2.5', {}, '/v1/nothing')).slice(0, 2), [404, '"address";q=3;w=60'], 'and so does what there is not')
})

test('without limits nothing is counted', async t => {
  const app = await build(t, { seed: 'plan', config: { rateLimitClient: 0, rateLimitAddress: 0 } })
  t.notOk('ratelimit' in (await app.inject('/v1/pillars')).headers)
})

test('a body that drips is cut', async t => {
  const slow = { patienceMs: 300, bytesPerSecond: 10_000 }
  const given = await database(t, { seed: 'none' })
  const app = await build(t, { database: given, limits: { ...slow, stream: { ...STREAM_LIMITS, ...slow } } })
  const { headers: { authorization } } = await client(app)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  for (const [method, path, type] of [
    ['POST', '/v1/measurements', 'application/json'], ['POST', '/v1/submissions', 'text/csv'], ['PATCH', '/v1/plans/X', 'application/merge-patch+json']
  ] as const) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let said = ''
    const ended = new Promise<void>(resolve => { socket.on('close', () => { resolve() }) })
    socket.on('data', chunk => { said += String(chunk) }).on('error', () => {})
    socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nIdempotency-Key: drip\r\nIf-Match: *\r\nContent-Type: ${type}\r\nContent-Length: 1000000\r\n\r\n`)
    while (!said.includes('\r\n\r\n') && !socket.destroyed) {
      socket.write('{')
      await sleep(20)
    }
    socket.destroy()
    await ended
    t.match(said, /^HTTP\/1\.1 408 [^]*connection: close[^]*request_timeout/i, `${method} ${path}`)
  }
})
