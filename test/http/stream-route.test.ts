import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { FastifyPluginAsync } from 'fastify'
import t from 'tap'
import { Type } from 'typebox'
import { MeasurementInput } from '../../src/features/pushes/row-schema.js'
import { STREAM_LIMITS } from '../../src/http/limits.js'
import { createRowChecker } from '../../src/http/row-checker.js'
import { Decimal, ref, sharedSchemas, shared, strict } from '../../src/http/schema.js'
import { contentCoding } from '../../src/http/stream/coding.js'
import { openNdjson } from '../../src/http/stream/ndjson.js'
import { spool } from '../../src/http/stream/spool.js'
import { listen, parseRaw, sendRaw, startApp } from './harness.js'

const NDJSON = 'application/x-ndjson'
const limits = { ...STREAM_LIMITS, bytes: 1024 * 1024, idleMs: 700 }

let handled = 0
const routes: FastifyPluginAsync = async app => {
  app.addContentTypeParser(NDJSON, (_request, _payload, done) => { done(null) })
  const response = { 200: { type: 'object', additionalProperties: true } }
  app.post('/v1/rows', { config: { scope: 'public', spools: true }, schema: { consumes: [NDJSON], response } }, async request => {
    const kept = await spool(request.raw, { limits, coding: contentCoding(request.headers['content-encoding']), announced: Number(request.headers['content-length'] ?? 0) })
    try {
      const file = await openNdjson(kept, limits)
      handled++
      return { count: file.count, bytes: kept.bytes }
    } finally {
      await kept.close()
    }
  })
  app.post('/v1/things', { config: { scope: 'public' }, schema: { body: { type: 'object' }, response } }, async () => ({}))
}

t.test('a body that is spooled, through the app', async t => {
  const app = await startApp(t, { routes: routes as never })
  const send = async (payload: string | Buffer, headers: Record<string, string> = {}) => await app.inject({ method: 'POST', url: '/v1/rows', headers: { 'content-type': NDJSON, ...headers }, payload })
  t.same((await send('{}\n{}\n')).json(), { count: 2, bytes: 6 })
  t.same((await send(gzipSync('{}\n{}\n'), { 'content-encoding': 'gzip' })).json(), { count: 2, bytes: 6 })
  t.same((await send(brotliCompressSync('{}\n{}\n'), { 'content-encoding': 'BR' })).json(), { count: 2, bytes: 6 })
  for (const coding of ['deflate', 'zstd', 'gzip, br']) {
    const answer = await send('{}', { 'content-encoding': coding })
    t.match([answer.statusCode, answer.json().code, answer.headers['accept-encoding']], [415, 'unsupported_media_type', 'gzip, br'], coding)
  }
  const damaged = await send(gzipSync('{}\n{}\n').subarray(0, 15), { 'content-encoding': 'gzip' })
  t.match([damaged.statusCode, damaged.json().errors[0]], [400, { parameter: 'Content-Encoding', code: 'damaged_coding' }])
  const large = await send('{}\n'.repeat(400_000))
  t.match([large.statusCode, large.json()], [413, { code: 'content_too_large', limit: limits.bytes }])
  const bomb = await send(gzipSync(Buffer.alloc(5 * limits.bytes)), { 'content-encoding': 'gzip' })
  t.match([bomb.statusCode, bomb.json()], [413, { code: 'content_too_large', limit: limits.bytes }])
  t.match((await send('')).json(), { status: 400 }, 'nothing')
  const other = await app.inject({ method: 'POST', url: '/v1/things', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, payload: gzipSync('{}') })
  t.equal(other.statusCode, 415, 'other routes take nothing compressed')
})

t.test('a long body on a slow line, and one that stops', async t => {
  const app = await startApp(t, { routes: routes as never, limits: { headersTimeoutMs: 200, requestTimeoutMs: 300, connectionsCheckMs: 50 } })
  const port = await listen(app)
  const begin = async (headers: string) => {
    const socket = connect(port, '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', chunk => { chunks.push(chunk) }).on('error', () => {})
    await once(socket, 'connect')
    socket.write(`POST /v1/rows HTTP/1.1\r\nHost: x\r\nContent-Type: ${NDJSON}\r\n${headers}\r\n`)
    return { socket, answer: async () => { await once(socket, 'close'); return parseRaw(Buffer.concat(chunks).toString()) } }
  }
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

  const slow = await begin('Transfer-Encoding: chunked\r\nConnection: close\r\n')
  for (let i = 0; i < 8; i++) {
    slow.socket.write(chunk('{}\n'))
    await sleep(100) // in all, longer than a request may take
  }
  const closed = slow.answer()
  slow.socket.write('0\r\n\r\n')
  t.match(await closed, { status: 200 }, 'it is not cut')

  const stopping = await begin('Content-Length: 100\r\n')
  stopping.socket.write('{}\n')
  t.match(await stopping.answer(), { status: 408, headers: { connection: 'close' }, body: { code: 'request_timeout', limit: 1 } }, 'it has its own limit')

  const before = handled
  const leaving = await begin('Content-Length: 100\r\n')
  leaving.socket.write('{}\n')
  await sleep(50)
  leaving.socket.destroy()
  const cut = await begin('Transfer-Encoding: chunked\r\n')
  cut.socket.write(chunk('{}\n'))
  await sleep(50)
  cut.socket.end()
  await sleep(100)
  t.equal(handled, before, 'half a body does nothing')
  t.match(parseRaw(await sendRaw(port, 'POST /v1/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{')), { status: 408 }, 'a body that is read whole is cut as ever')

  const large = await begin('Transfer-Encoding: chunked\r\n')
  const refused = large.answer()
  const answered = once(large.socket, 'data')
  const piece = chunk('x'.repeat(60_000))
  for (let i = 0; i < 20; i++) large.socket.write(piece) // somewhat more than there may be; a client stops when it is answered
  await answered
  t.match(await refused, { status: 413, body: { code: 'content_too_large', limit: limits.bytes } }, 'too much is answered while it is still being sent')

  const announced = await begin('Content-Length: 100000000\r\n')
  t.match(await announced.answer(), { status: 413, headers: { connection: 'close' }, body: { limit: limits.bytes } }, 'announced, and not waited for')
  t.match(await sendRaw(port, 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'), /^HTTP\/1\.1 200/, 'and it still serves')
})

t.test('a row held to its schema', async t => {
  const Thing = shared('Thing', strict({ code: Type.String({ minLength: 1 }), value: Type.Optional(ref(Decimal)), many: Type.Optional(Type.Array(Type.Integer())) }))
  const check = createRowChecker(ref(Thing), [...sharedSchemas, Thing])
  const faults = (row: unknown) => check(row)?.map(({ pointer, code, detail }) => [pointer, code, detail.vi !== '' && detail.en !== ''])
  t.equal(check({ code: 'a', value: '1.5' }), undefined)
  t.same(faults({ value: 1.5, 'a/b': 1 }), [['/code', 'required', true], ['/a~1b', 'unknown_field', true], ['/value', 'wrong_type', true]], 'all of them')
  t.equal(faults({ code: 'a', many: Array.from({ length: 500 }, () => 'x') })!.length, 100, 'at most a hundred')
  t.equal(check({ code: 'a' }), undefined, 'nothing is kept of the row before')
  const measurement = createRowChecker(MeasurementInput, sharedSchemas)
  t.equal(measurement((MeasurementInput as unknown as { examples: unknown[] }).examples[0]), undefined)
  t.same(measurement({ indicator: 'A', agency: 'B', period: '2025', value: '1e3' })?.map(({ pointer, code }) => [pointer, code]), [['/value', 'not_a_decimal']])
})
