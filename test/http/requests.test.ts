import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import t from 'tap'
import { Type } from 'typebox'
import { Problem } from '../../src/http/problem.js'
import { Code, CivilDate, oneOf, ref, strict } from '../../src/http/schema.js'
import { VERSION } from '../../src/http/version.js'
import { startApp } from './harness.js'

const response = { 200: Type.Object({}, { additionalProperties: true }) }
const PROBLEM = 'application/problem+json; charset=utf-8'
const config = { scope: 'public' as const }

const routes: FastifyPluginAsyncTypebox = async app => {
  const querystring = strict({
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    share: Type.Optional(Type.Number()),
    dryRun: Type.Optional(Type.Boolean()),
    on: Type.Optional(ref(CivilDate)),
    code: Type.Optional(ref(Code)),
    q: Type.Optional(Type.String({ maxLength: 20 })),
    state: Type.Optional(oneOf(['due', 'overdue']))
  })
  app.get('/v1/things', { config, schema: { querystring, response } }, async request => ({ query: request.query }))
  app.get('/v1/things/:code', { config, schema: { params: strict({ code: Type.String({ maxLength: 100 }) }), response } }, async request => ({ params: request.params }))
  app.delete('/v1/things/:code', { config, schema: { response: { 204: Type.Null({ description: 'Gone' }) } } }, async (_request, reply) => reply.code(204).send(null))
  app.get('/v1/things/special', { config, schema: { response } }, async () => ({}))
  app.get('/v1/sheet', { config: { ...config, produces: ['application/json', 'text/csv'] }, schema: { response: { 200: { content: { 'application/json': { schema: response[200] }, 'text/csv': { schema: { type: 'string' } } } } } } }, async (request, reply) => {
    return request.responseType === 'text/csv' ? reply.type('text/csv; charset=utf-8').send('a,b\r\n' as never) : {}
  })
  app.get('/v1/broken', { config, schema: { response } }, async () => { throw new Error('secret: password=hunter2') })
  app.get('/v1/undefined-code', { config, schema: { response } }, async () => { throw new Problem('no_such_code' as 'not_found') })
  app.get('/v1/limited', { config, schema: { response } }, async () => { throw new Problem('too_many_requests', { headers: { 'retry-after': '7' } }) })
  app.get('/v1/database', { config, schema: { response } }, async () => app.db.execute('select 1') as never)
  app.get('/v1/taken', { config, schema: { response } }, async () => { throw Object.assign(new Error('insert into x …'), { code: '23505', constraint: 'nobody_named_it' }) })
}

interface Fault { parameter?: string, code: string, detail: string }

t.test('requests', async t => {
  const log: string[] = []
  const app = await startApp(t, { routes: routes as never, log })
  const get = async (url: string, headers: Record<string, string> = {}) => app.inject({ url, headers })
  const faults = async (url: string) => {
    const answer = await get(url)
    return [answer.statusCode, ...(answer.json<{ errors?: Fault[] }>().errors ?? []).map(e => `${e.parameter} ${e.code}`)]
  }

  await t.test('parameters are read in one way only', async t => {
    const right = '/v1/things?limit=10&share=0.5&dryRun=true&on=2025-06-30&code=CQS-01&q=%C4%91i%E1%BB%87n+t%E1%BB%AD&state=due'
    t.same((await get(right)).json().query, { limit: 10, share: 0.5, dryRun: true, on: '2025-06-30', code: 'CQS-01', q: 'điện tử', state: 'due' })
    t.equal((await get(`/v1/things?q=${encodeURIComponent('Việt'.normalize('NFD'))}`)).json().query.q, 'Việt')
    for (const limit of ['1e1', '%2010', '+5', '%2B5', '010', '10.0', '', '0x10', 'ten', '10%20', '-']) {
      t.same(await faults(`/v1/things?limit=${limit}`), [400, 'limit wrong_type'], `limit=${limit}`)
    }
    for (const limit of ['0', '501', '-1']) t.same(await faults(`/v1/things?limit=${limit}`), [400, 'limit out_of_range'], limit)
    for (const flag of ['TRUE', '1', 'yes', '']) t.same(await faults(`/v1/things?dryRun=${flag}`), [400, 'dryRun wrong_type'], flag)
    t.same(await faults('/v1/things?limit=1&limit=2'), [400, 'limit repeated_parameter'])
    t.same(await faults('/v1/things?q=a&q=a'), [400, 'q repeated_parameter'])
    t.same(await faults('/v1/things?limits=1'), [400, 'limits unknown_parameter'])
    t.same(await faults('/v1/things?__proto__=1'), [400, '__proto__ unknown_parameter'])
    t.same(await faults('/v1/things/special?x=1'), [400, 'x unknown_parameter'], 'a route that takes none')
    t.same(await faults('/v1/things?on=2025-06-31&state=x&limit=0'), [400, 'limit out_of_range', 'on not_a_date', 'state not_one_of'])
    t.same(await faults('/v1/things?q=%00'), [400, 'q nul_character'])
    t.same(await faults('/v1/things?q=%1B%5B31m'), [400, 'q control_character'])
    t.same(await faults('/v1/things?q=a%E2%80%AE'), [400, 'q bidi_control'])
    t.same(await faults('/v1/things?q=a%09b'), [200], 'a tab')
    t.same(await faults('/v1/things?q=%ED%A0%80'), [400, 'q bad_percent_encoding'])
    t.same(await faults('/v1/things?q=%'), [400, 'q bad_percent_encoding'])
    t.same(await faults('/v1/things?%ff=1'), [400, '%ff bad_percent_encoding'])
  })

  await t.test('paths', async t => {
    t.equal((await get('/v1/things/a%2Fb')).json().params.code, 'a/b')
    t.equal((await get(`/v1/things/${encodeURIComponent('é'.normalize('NFD'))}`)).json().params.code, 'é')
    t.same(await faults('/v1/things/a%00'), [400, 'code nul_character'])
    t.same(await faults('/v1/things/a%07'), [400, 'code control_character'])
    t.same(await faults('/v1/things/%E2%81%A6a'), [400, 'code bidi_control'])
    t.same((await get('/v1/things/%zz')).json().code, 'malformed_request')
    t.same((await get('/v1/things/%ff')).json().code, 'malformed_request')
    for (const url of ['/v1/things/', '/v1/things/A/', '/v1/thing', '/V1/things', '/v1//things', '/v2', '/problems/', '//']) {
      const answer = await get(url)
      t.same([answer.statusCode, answer.json().code, answer.headers['content-type']], [404, 'not_found', PROBLEM], url)
    }
    t.same((await get(`/v1/things/${'x'.repeat(600)}`)).statusCode, 414)
    const long = await get(`/v1/things?q=${'x'.repeat(8192)}`)
    t.same([long.statusCode, long.json().code, long.json().limit], [414, 'uri_too_long', 8192])
  })

  await t.test('methods', async t => {
    const cases: [method: string, url: string, status: number, allow: string | undefined][] = [
      ['POST', '/v1/things', 405, 'GET, HEAD, OPTIONS'],
      ['PUT', '/v1/things/A', 405, 'DELETE, GET, HEAD, OPTIONS'],
      ['TRACE', '/v1/things/A', 405, 'DELETE, GET, HEAD, OPTIONS'],
      ['PROPFIND', '/v1/things', 405, 'GET, HEAD, OPTIONS'],
      ['POST', '/docs', 405, 'GET, HEAD, OPTIONS'],
      ['POST', '/', 405, 'GET, HEAD, OPTIONS'],
      ['GET', '/oauth/token', 405, 'OPTIONS, POST'],
      ['POST', '/v1/nothing', 404, undefined],
      ['OPTIONS', '/v1/nothing', 404, undefined],
      ['OPTIONS', '/v1/things/', 404, undefined],
      ['OPTIONS', '/v1/things/A', 204, 'DELETE, GET, HEAD, OPTIONS'],
      ['HEAD', '/v1/things', 200, undefined],
      ['DELETE', '/v1/things/A', 204, undefined]
    ]
    for (const [method, url, status, allow] of cases) {
      const body = method === 'POST' ? { payload: 'x', headers: { 'content-type': 'text/strange' } } : {}
      const answer = await app.inject({ method: method as 'GET', url, ...body })
      t.same([answer.statusCode, answer.headers.allow], [status, allow], `${method} ${url}`)
      if (status >= 400) t.equal(answer.headers['content-type'], PROBLEM)
      t.equal(answer.headers['api-version'], VERSION)
    }
    const head = await app.inject({ method: 'HEAD', url: '/v1/things' })
    const read = await get('/v1/things')
    t.same([head.body, head.headers.etag, head.headers['content-length']], ['', read.headers.etag, String(Buffer.byteLength(read.body))])
  })

  await t.test('CORS is open for reads', async t => {
    const read = await get('/v1/things', { origin: 'https://elsewhere.example' })
    t.equal(read.headers['access-control-allow-origin'], '*')
    for (const name of ['ETag', 'Link', 'Location', 'X-Request-Id', 'API-Version', 'Retry-After', 'WWW-Authenticate']) {
      t.ok(String(read.headers['access-control-expose-headers']).split(', ').includes(name), name)
    }
    t.equal((await get('/v1/nothing')).headers['access-control-allow-origin'], '*', 'errors too')
    const preflight = await app.inject({ method: 'OPTIONS', url: '/v1/things/A', headers: { origin: 'https://elsewhere.example', 'access-control-request-method': 'DELETE' } })
    t.match(preflight.headers, { 'access-control-allow-methods': 'GET, HEAD, OPTIONS', 'access-control-allow-headers': /Authorization/ })
    const write = await app.inject({ method: 'DELETE', url: '/v1/things/A' })
    t.equal(write.headers['access-control-allow-origin'], undefined)
  })

  await t.test('Accept', async t => {
    const status = async (url: string, accept: string) => (await get(url, { accept })).statusCode
    for (const accept of ['', '*/*', 'application/*', 'application/json', 'text/html, application/json;q=0.1', 'application/json; charset=utf-8', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8']) {
      t.equal(await status('/v1/things', accept), 200, accept)
    }
    for (const accept of ['text/html', 'application/xml', 'application/json;q=0', 'text/*', 'application/problem+json', 'nonsense']) {
      t.equal(await status('/v1/things', accept), 406, accept)
    }
    const refused = await get('/v1/things', { accept: 'text/csv' })
    t.same([refused.headers['content-type'], refused.json().produces], [PROBLEM, ['application/json']])
    t.equal((await get('/v1/sheet', { accept: 'text/csv' })).headers['content-type'], 'text/csv; charset=utf-8')
    t.equal((await get('/v1/sheet', { accept: 'text/csv;q=0.5, application/json;q=0.4' })).headers['content-type'], 'text/csv; charset=utf-8')
    t.equal((await get('/v1/sheet')).headers['content-type'], 'application/json; charset=utf-8')
    t.equal((await get('/v1/nothing', { accept: 'text/html' })).headers['content-type'], PROBLEM, 'problems are what they are')
  })

  await t.test('every answer has its headers', async t => {
    const answers = await Promise.all(['/v1/things', '/v1/nothing', '/v1/things?x=1', '/v1/things/%zz', '/v1/broken', '/', '/docs', '/problems'].map(url => get(url)))
    for (const answer of answers) {
      t.equal(answer.headers['api-version'], VERSION)
      t.match(answer.headers['x-request-id'], /^[0-9a-f-]{36}$/)
      t.match(answer.headers, {
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        // PUBLIC_URL is https here
        'strict-transport-security': 'max-age=31536000'
      })
      if (answer.statusCode >= 400) {
        t.equal(answer.json().instance, answer.headers['x-request-id'])
        t.equal(answer.headers['cache-control'], 'no-store')
      }
    }
    t.match(answers[0]!.headers, { 'cache-control': 'no-cache', vary: 'Accept, Accept-Language', 'content-type': 'application/json; charset=utf-8' })
    for (const [given, kept] of [['abc-1.2_3', true], ['a'.repeat(64), true], ['a'.repeat(65), false], ['a b', false], ['<script>', false], ['', false]] as const) {
      t.equal((await get('/v1/things', { 'x-request-id': given })).headers['x-request-id'] === given, kept, given)
    }
  })

  await t.test('what goes wrong inside stays inside', async t => {
    log.length = 0
    const broken = await get('/v1/broken')
    t.same([broken.statusCode, broken.json()], [500, { type: '/problems/internal-error', title: 'Lỗi nội bộ', status: 500, code: 'internal_error', instance: broken.headers['x-request-id'] }])
    t.match(log.join(''), /hunter2/, 'the log has it')
    t.equal((await get('/v1/undefined-code')).statusCode, 500)
    t.match(log.join(''), /no_such_code/)
    const limited = await get('/v1/limited')
    t.same([limited.statusCode, limited.headers['retry-after']], [429, '7'])
    const taken = await get('/v1/taken')
    t.same([taken.statusCode, taken.json().code], [409, 'already_exists'])
    t.notMatch(taken.body, /insert|nobody/)
  })

  await t.test('without a database', async t => {
    const answer = await get('/v1/database')
    t.same([answer.statusCode, answer.json().code, answer.headers['retry-after']], [503, 'unavailable', '5'])
    t.equal((await get('/health/live')).statusCode, 200)
    const ready = await get('/health/ready', { 'accept-language': 'en' })
    t.same([ready.statusCode, ready.json().detail], [503, 'The database cannot be reached.'])
  })
})

t.test('routes are held to the rules at start', async t => {
  const start = (routes: FastifyPluginAsyncTypebox) => startApp(t, { routes: routes as never })
  await t.rejects(start(async app => { app.get('/v1/loose', { config, schema: { querystring: Type.Object({}) } }, async () => ({})) }), /must refuse unknown parameters/)
  await t.rejects(start(async app => { app.get('/v1/unguarded', async () => ({})) }), /scope/)
})

t.test('schemas', async t => {
  const Thing = (maximum: number) => Type.Object({ size: Type.Integer({ maximum }) }, { $id: 'Thing', additionalProperties: false })
  const feature = (path: string, thing: ReturnType<typeof Thing>): FastifyPluginAsyncTypebox => async app => {
    app.addSchema(thing)
    app.post(path, { config, schema: { body: Type.Ref('Thing#'), response } }, async () => ({}))
  }
  const post = async (app: Awaited<ReturnType<typeof startApp>>, size: number) => (await app.inject({ method: 'POST', url: '/v1/one', payload: { size } })).statusCode

  await t.test('those of every route can be compiled', async t => {
    const app = await startApp(t, { routes: routes as never })
    t.doesNotThrow(() => { app.compileSchemas() })
  })

  await t.test('one that cannot be compiled is named, in production before the process listens', async t => {
    const broken = await startApp(t, {
      routes: (async app => {
        app.post('/v1/one', { config, schema: { body: Type.Ref('Nowhere#'), response } }, async () => ({}))
      }) as FastifyPluginAsyncTypebox as never
    })
    t.throws(() => { broken.compileSchemas() }, /POST \/v1\/one \(body\).*Nowhere/)
    t.equal(await post(broken, 1), 500)
  })

  await t.test('a name means one schema in an app', async t => {
    const both = (other: number) => startApp(t, {
      routes: async app => {
        await app.register(feature('/v1/one', Thing(5)) as never)
        await app.register(feature('/v1/two', Thing(other)) as never)
      }
    })
    await t.resolves(both(5))
    await t.rejects(both(6), /two schemas are called Thing/)
  })

  await t.test('and another in another app of the same process, also the next time', async t => {
    const five = await startApp(t, { routes: feature('/v1/one', Thing(5)) as never })
    const six = await startApp(t, { routes: feature('/v1/one', Thing(6)) as never })
    t.same([await post(five, 6), await post(six, 6), await post(five, 6), await post(six, 7), await post(five, 5)], [400, 200, 400, 400, 200])
    const again = await startApp(t, { routes: feature('/v1/one', Thing(5)) as never })
    t.same([await post(again, 6), await post(again, 5)], [400, 200])
  })

  await t.test('what only another app has is not found', async t => {
    const without = await startApp(t, {
      routes: (async app => {
        app.post('/v1/one', { config, schema: { body: Type.Ref('Thing#'), response } }, async () => ({}))
      }) as FastifyPluginAsyncTypebox as never
    })
    t.throws(() => { without.compileSchemas() }, /Thing/)
  })
})
