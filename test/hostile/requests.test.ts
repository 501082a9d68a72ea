import { randomUUID } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import fc from 'fast-check'
import t from 'tap'
import { build, client, listen } from '../helper.js'
import { parseRaw, sendRaw } from '../http/harness.js'
import { ADDRESSES, type Expected } from './addresses.js'
import { REQUESTS, type HostileRequest } from './bodies.js'

const { app, url } = await listen(t, { seed: 'plan' })
const { headers: { authorization } } = await client(app)
// as the server does before it listens
app.compileSchemas()
const port = Number(new URL(url).port)

/** How many rows there are of everything but receipts and answers under a key. */
async function stored (): Promise<Record<string, string>> {
  const { rows: tables } = await app.pool.query<{ name: string }>(`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and c.relname not in ('idempotency_keys', 'catalogue_changes', 'submissions', 'submission_chunks') order by 1`)
  const { rows: [counts] } = await app.pool.query<Record<string, string>>(
    `select ${tables.map(({ name }) => `(select count(*) from "${name}") as "${name}"`).join(', ')}`)
  return counts!
}

function bytesOf ({ method, target, headers, body = '', stranger }: HostileRequest): Buffer {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body, 'utf8')
  const framed = headers.some(one => /^(content-length|transfer-encoding):/i.test(one)) || (content.length === 0 && method === 'GET')
  const lines = [
    `${method} ${target} HTTP/1.1`, 'Host: registry.test', 'Connection: close', 'Accept-Language: en',
    ...stranger === true ? [] : [`Authorization: ${authorization}`], ...framed ? [] : [`Content-Length: ${content.length}`], ...headers
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content])
}

async function answerTo (request: HostileRequest): Promise<{ status: number, code: unknown, type: unknown }> {
  const { status, headers, body } = parseRaw(await sendRaw(port, bytesOf(request)))
  return { status, code: body['code'], type: headers['content-type'] }
}

const fits = ({ status, code, type }: { status: number, code: unknown, type: unknown }, [wanted, ...codes]: Expected) =>
  status === wanted && codes.includes(String(code)) && String(type).startsWith('application/problem+json')

t.test(`${Object.keys(ADDRESSES).length} addresses and ${Object.keys(REQUESTS).length} requests, each with its documented answer`, async t => {
  const before = await stored()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const held: [name: string, ms: number][] = []
  const gets = Object.entries(ADDRESSES).map(([name, [target, expected]]): [string, HostileRequest] =>
    [`address: ${name}`, { method: 'GET', target, headers: [], expected, stranger: true }])
  for (const [name, request] of [...gets, ...Object.entries(REQUESTS)]) {
    delay.reset()
    const answer = await answerTo(request).catch((error: unknown) => ({ status: 0, code: String(error), type: '' }))
    held.push([name, delay.max / 1e6])
    t.ok(fits(answer, request.expected), `${name}: ${JSON.stringify(answer)} for ${JSON.stringify(request.expected)}`)
  }
  delay.disable()
  const longest = held.toSorted(([, a], [, b]) => b - a).slice(0, 5).map(([name, ms]) => `${name} ${Math.round(ms)}`)
  t.ok(held.every(([, ms]) => ms < 1_000), 'nothing holds up the process for a second')
  t.comment(`the event loop, with the sender in it, was held longest (ms) by: ${longest.join(', ')}`)
  t.same(await stored(), before, 'nothing was stored')
  const receipts = await app.pool.query('select distinct state, created + revised + withdrawn as written from submissions')
  t.same(receipts.rows, [{ state: 'rejected', written: 0 }], 'but the receipts of pushes that were rejected')
  t.equal((await fetch(`${url}/health/ready`)).status, 200)
})

interface Parameter { name: string, in: string, required?: boolean }
interface Operation { operationId: string, parameters?: Parameter[], requestBody?: { content: Record<string, unknown> }, responses: Record<string, unknown> }
interface Document { paths: Record<string, Record<string, Operation>>, components: { parameters: Record<string, Parameter> } }

t.test('any request to any operation of the document is answered as the document says', async t => {
  const given = await build(t, { seed: 'plan' })
  const { headers } = await client(given)
  const document = (await given.inject('/v1/openapi.json')).json<Document>()
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).filter(([method]) => ['get', 'post', 'patch', 'delete'].includes(method)).map(([method, operation]) => ({ path, method, operation })))
  const parametersOf = ({ parameters = [] }: Operation) => parameters.map(one => {
    const { $ref } = one as { $ref?: string }
    return $ref === undefined ? one : document.components.parameters[$ref.split('/').at(-1)!]!
  })

  const word = fc.oneof(
    fc.constantFrom('KTS-05', 'UBND-BINH-THUAN', '4677-KH-UBND-2024', '2025', '2025-Q1', '1', '0', '-1', 'true', 'null', '__proto__', '..', '%00', "'", '*', ''),
    fc.string({ unit: 'binary', maxLength: 12 }), fc.uuid()
  )
  const body = fc.oneof(fc.json({ maxDepth: 4 }), fc.string({ unit: 'binary', maxLength: 60 }), fc.constant('{}'), fc.constant(''))
  const header = fc.constantFrom('if-match', 'if-none-match', 'accept', 'accept-language', 'content-encoding', 'idempotency-key', 'x-request-id', 'origin', 'range')
  const safe = fc.oneof(fc.constantFrom('*', '"1"', 'W/"1"', 'text/csv', 'gzip', 'en', 'bytes=0-1', 'null'), fc.string({ unit: 'grapheme-ascii', maxLength: 12 }).map(text => text.replace(/[^\x20-\x7e]/g, '')))
  const request = fc.record({
    at: fc.nat({ max: operations.length - 1 }), words: fc.array(word, { minLength: 3, maxLength: 3 }),
    query: fc.array(fc.tuple(fc.nat({ max: 40 }), word), { maxLength: 3 }), unknown: fc.option(fc.tuple(word, word), { nil: undefined, freq: 6 }),
    body, type: fc.integer({ min: 0, max: 5 }), headers: fc.array(fc.tuple(header, safe), { maxLength: 2 }), stranger: fc.boolean()
  })
  const statuses = new Map<number, number>()
  const began = Date.now()
  await fc.assert(fc.asyncProperty(request, async ({ at, words, query, unknown, body, type, headers: extra, stranger }) => {
    const { path, method, operation } = operations[at]!
    // what ends the client that asks, or makes secrets, is for other tests
    if (['transitionClient', 'rotateSigningKey', 'updateClient'].includes(operation.operationId)) return
    let next = 0
    const target = path.replaceAll(/\{[^}]+\}/g, () => encodeURIComponent((words[next++ % 3] ?? 'x')) || 'x')
    const named = parametersOf(operation).filter(one => one.in === 'query')
    const pairs = [...query.map(([i, value]) => [named[i % Math.max(1, named.length)]?.name ?? 'x', value]), ...unknown === undefined ? [] : [unknown]]
    const search = pairs.map(([name, value]) => `${encodeURIComponent(name!)}=${encodeURIComponent(value!)}`).join('&')
    const types = Object.keys(operation.requestBody?.content ?? {})
    const response = await given.inject({
      method: method.toUpperCase() as 'GET',
      url: search === '' ? target : `${target}?${search}`,
      headers: {
        ...stranger ? {} : headers,
        ...types.length === 0 ? {} : { 'content-type': types[type % types.length]!, 'idempotency-key': randomUUID() },
        ...Object.fromEntries(extra)
      },
      ...types.length === 0 ? {} : { payload: body }
    })
    const { statusCode } = response
    statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1)
    const documented = String(statusCode) in operation.responses || (statusCode === 200 && method === 'get')
    if (statusCode >= 500 || !documented) throw new Error(`${method} ${target}?${search}: ${statusCode} ${response.body.slice(0, 300)}`)
    if (statusCode >= 400 && !String(response.headers['content-type']).startsWith('application/problem+json')) throw new Error(`no problem: ${response.body.slice(0, 200)}`)
  }), { numRuns: Number(process.env['FUZZ_RUNS'] ?? 1_500), interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false })
  t.comment(`${[...statuses.values()].reduce((a, b) => a + b, 0)} requests in ${Date.now() - began} ms: ${[...statuses].sort().map(([status, n]) => `${status} × ${n}`).join(', ')}`)
  t.ok(statuses.size > 4)
})
