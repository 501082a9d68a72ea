import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { VERSION } from '../../src/http/version.js'
import { listen, parseRaw, sendRaw, startApp } from './harness.js'

const config = { scope: 'public' as const }
const response = { 200: { type: 'object', additionalProperties: true } }

let slowIsRunning: (() => void) | undefined
const routes: FastifyPluginAsync = async app => {
  app.get('/v1/slow', { config, schema: { response } }, async () => {
    slowIsRunning?.()
    await sleep(600)
    return { done: true }
  })
  app.post('/v1/things', { config, schema: { body: { type: 'object' }, response } }, async () => ({}))
}

t.test('requests that Fastify never sees are answered with a problem', async t => {
  const app = await startApp(t, { routes: routes as never, limits: { headersTimeoutMs: 300, requestTimeoutMs: 600, connectionsCheckMs: 100 } })
  const port = await listen(app)
  const host = 'Host: x\r\n'

  const cases: [what: string, bytes: string, status: number, code: string][] = [
    ['not HTTP', 'hello there\r\n\r\n', 400, 'malformed_request'],
    ['a method nobody knows', `FROBNICATE / HTTP/1.1\r\n${host}\r\n`, 400, 'malformed_request'],
    ['a bad header', `GET / HTTP/1.1\r\n${host}Bad Header\r\n\r\n`, 400, 'malformed_request'],
    ['two lengths', `POST /v1/things HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`, 400, 'malformed_request'],
    ['no end of a length', `POST /v1/things HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: x\r\n\r\n{}`, 400, 'malformed_request'],
    ['headers too large', `GET / HTTP/1.1\r\n${host}X-Long: ${'x'.repeat(30_000)}\r\n\r\n`, 431, 'headers_too_large'],
    ['many headers too large', `GET / HTTP/1.1\r\n${host}${Array.from({ length: 300 }, (_, i) => `X-${i}: ${'x'.repeat(100)}\r\n`).join('')}\r\n`, 431, 'headers_too_large'],
    ['an address beyond the parser', `GET /v1/things?q=${'x'.repeat(40_000)} HTTP/1.1\r\n${host}\r\n`, 414, 'uri_too_long'],
    ['an address beyond the limit', `GET /v1/things?q=${'x'.repeat(10_000)} HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 414, 'uri_too_long'],
    ['headers that never end', `GET / HTTP/1.1\r\n${host}X-Slow: `, 408, 'request_timeout'],
    ['a body that never comes', `POST /v1/things HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{`, 408, 'request_timeout'],
    ['an unknown expectation', `POST /v1/things HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 2\r\nExpect: a-miracle\r\n\r\n{}`, 417, 'expectation_failed'],
    ['raw bytes in the address', `GET /v1/things?q=\u00e9 HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400, 'malformed_request'],
    ['bad percent-encoding in the path', `GET /v1/%zz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`, 400, 'malformed_request'],
    ['two hosts', `GET /v1/slow HTTP/1.1\r\n${host}Host: y\r\nConnection: close\r\n\r\n`, 400, 'malformed_request'],
    ['the same host twice', `GET /v1/slow HTTP/1.1\r\n${host}host: x\r\nConnection: close\r\n\r\n`, 400, 'malformed_request'],
    ['a body on GET', `GET /v1/slow HTTP/1.1\r\n${host}Content-Length: 2\r\n\r\n{}`, 400, 'invalid_request']
  ]
  await Promise.all(cases.map(async ([what, bytes, status, code]) => {
    const answer = parseRaw(await sendRaw(port, Buffer.from(bytes, 'latin1')))
    t.same([answer.status, answer.body.code, answer.body.type], [status, code, `/problems/${code.replaceAll('_', '-')}`], what)
    t.match(answer.headers, { 'content-type': 'application/problem+json; charset=utf-8', 'api-version': VERSION, 'x-request-id': answer.body.instance as string, 'x-content-type-options': 'nosniff', connection: 'close' }, what)
  }))

  const options = await sendRaw(port, `OPTIONS * HTTP/1.1\r\n${host}Connection: close\r\n\r\n`)
  t.match(options, /^HTTP\/1\.1 204/)
  t.match(options, /allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST/i, 'what the server takes at all')
  t.match(await sendRaw(port, `GET /health/live HTTP/1.1\r\n${host}Connection: close\r\n\r\n`), /^HTTP\/1\.1 200/, 'and it still serves')
})

t.test('a client that goes away leaves no trace but a line', async t => {
  const log: string[] = []
  const app = await startApp(t, { routes: routes as never, log })
  const port = await listen(app)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write('POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{')
  await sleep(100)
  socket.destroy()
  await sleep(100)
  t.notMatch(log.join(''), /"level":50/)
  t.equal((await app.inject('/health/live')).statusCode, 200)
})

t.test('while it closes, what runs is finished and what comes is sent away', async t => {
  const app = await startApp(t, { routes: routes as never })
  const port = await listen(app)
  const running = new Promise<void>(resolve => { slowIsRunning = resolve })
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  await once(socket, 'connect')
  socket.write('GET /v1/slow HTTP/1.1\r\nHost: x\r\n\r\n')
  await running
  const closing = app.close()
  await sleep(50)
  socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n')
  await once(socket, 'close')
  await closing
  const text = Buffer.concat(chunks).toString()
  t.match(text, /^HTTP\/1\.1 200[\s\S]*connection: close[\s\S]*\{"done":true\}/i)
})

t.test('a request that arrives on a kept connection while it closes', async t => {
  const app = await startApp(t, { routes: routes as never })
  const port = await listen(app)
  let release: () => void = () => {}
  const held = new Promise<void>(resolve => { release = resolve })
  // another connection's request keeps the server from closing this one as idle
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => { chunks.push(chunk) })
  await once(socket, 'connect')
  socket.write('GET /health/live HTTP/1.1\r\n') // begun before, finished after
  await sleep(50)
  app.server.on('close', () => { release() })
  const closing = app.close()
  await sleep(50)
  socket.write('Host: x\r\n\r\n')
  await once(socket, 'close')
  await closing
  await held
  const answer = parseRaw(Buffer.concat(chunks).toString())
  t.match(answer, { status: 503, body: { code: 'unavailable' }, headers: { 'retry-after': '5', connection: 'close', 'api-version': VERSION } })
})
