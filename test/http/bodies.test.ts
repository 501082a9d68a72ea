import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import t from 'tap'
import { Type } from 'typebox'
import { CivilDate, Code, Decimal, Instant, LocalizedText, nullable, oneOf, patchOf, ref, shared, strict, WebAddress } from '../../src/http/schema.js'
import { startApp } from './harness.js'

const fields = {
  name: ref(LocalizedText),
  value: ref(Decimal),
  on: ref(CivilDate),
  at: ref(Instant),
  link: ref(WebAddress),
  kind: oneOf(['one', 'two']),
  limit: nullable(ref(Decimal)),
  count: Type.Integer({ minimum: 0, maximum: 10 }),
  flag: Type.Boolean()
}
const ThingInput = shared('ThingInput', strict({ code: ref(Code), ...Type.Partial(Type.Object(fields)).properties, tree: Type.Optional(Type.Unknown()), rows: Type.Optional(Type.Array(strict({ value: ref(Decimal) }))) }))
const ThingPatch = shared('ThingPatch', patchOf(fields))

const routes: FastifyPluginAsyncTypebox = async app => {
  app.addSchema(ThingInput)
  app.addSchema(ThingPatch)
  const response = { 200: Type.Object({}, { additionalProperties: true }) }
  app.post('/v1/things', { config: { scope: 'public' }, schema: { body: ref(ThingInput), response } }, async request => request.body)
  app.patch('/v1/things', { config: { scope: 'public' }, schema: { body: ref(ThingPatch), response } }, async request => request.body)
  app.post('/v1/things/touch', { config: { scope: 'public' }, schema: { response } }, async () => ({}))
}

interface Fault { pointer?: string, parameter?: string, code: string, detail: string }
interface Answer { status: number, code: string, type: string, errors: Fault[], truncated?: boolean, detail?: string }

t.test('bodies', async t => {
  const app = await startApp(t, { routes: routes as never, limits: { bodyBytes: 4 * 1024 * 1024 } })

  const send = async (payload: string | Buffer, contentType = 'application/json', method: 'POST' | 'PATCH' = 'POST') => {
    const response = await app.inject({ method, url: '/v1/things', headers: { 'content-type': contentType }, payload })
    return { response, body: response.json<Answer>() }
  }
  const faults = async (payload: string | Buffer) => {
    const { response, body } = await send(payload)
    return [response.statusCode, body.code, ...(body.errors ?? []).map(e => `${e.pointer} ${e.code}`)]
  }

  await t.test('what is right passes as it is', async t => {
    const thing = { code: 'A-1', name: { vi: 'Điện tử' }, value: '82.50', on: '2024-02-29', at: '2025-06-30T16:15:00.123456+07:00', link: 'https://example.org/a?b=%C3%A9', kind: 'one', limit: null, count: 0, flag: false }
    t.same((await send(JSON.stringify(thing))).body, thing)
    const nfd = 'Việt Nam'.normalize('NFD')
    t.equal((await send(JSON.stringify({ code: 'A', name: { vi: nfd } }))).response.json().name.vi, 'Việt Nam', 'text is stored NFC')
    t.equal((await send('{"flag":true}', 'application/merge-patch+json', 'PATCH')).response.statusCode, 200)
    t.equal((await send('{"flag":true}', 'application/json; charset=UTF-8', 'PATCH')).response.statusCode, 200)
  })

  await t.test('nothing is coerced, dropped or filled in', async t => {
    const cases: [string, ...string[]][] = [
      ['{"code":"A","count":"3"}', '/count wrong_type'],
      ['{"code":"A","count":null}', '/count wrong_type'],
      ['{"code":"A","count":true}', '/count wrong_type'],
      ['{"code":"A","count":[5]}', '/count wrong_type'],
      ['{"code":"A","count":11}', '/count out_of_range'],
      ['{"code":"A","flag":"false"}', '/flag wrong_type'],
      ['{"code":"A","value":90}', '/value wrong_type'],
      ['{"code":"A","value":"NaN"}', '/value not_a_decimal'],
      ['{"code":"A","value":"1e3"}', '/value not_a_decimal'],
      ['{"code":"A","value":"-0"}', '/value not_a_decimal'],
      ['{"code":"A","value":"0x10"}', '/value not_a_decimal'],
      ['{"code":"A","limit":90}', '/limit wrong_type'],
      ['{"code":"A","kind":"three"}', '/kind not_one_of'],
      ['{"code":"A","nmae":{}}', '/nmae unknown_field'],
      ['{"code":"A","name":{"en":"x"}}', '/name/vi required'],
      ['{"code":"A","name":{"vi":""}}', '/name/vi too_short', '/name/vi wrong_format'],
      ['{}', '/code required'],
      ['{"code":"có dấu"}', '/code wrong_format'],
      ['{"code":"A","a/b~c":1}', '/a~1b~0c unknown_field'],
      ['{"code":"A","count":11,"kind":"x","flag":1}', '/count out_of_range', '/kind not_one_of', '/flag wrong_type']
    ]
    for (const [payload, ...expected] of cases) {
      const [status, code, ...found] = await faults(payload)
      t.same([status, code, ...found.sort()], [400, 'invalid_request', ...expected.sort()], payload)
    }
  })

  await t.test('dates and instants are real', async t => {
    for (const on of ['2025-06-31', '2025-02-29', '2025-13-01', '2025-6-1', '0000-01-01', '2025-06-30T00:00:00Z', '30/06/2025']) {
      t.same(await faults(JSON.stringify({ code: 'A', on })), [400, 'invalid_request', '/on not_a_date'], on)
    }
    for (const at of ['2025-06-30T10:00:00', '2025-06-30 10:00:00Z', '2025-06-31T10:00:00Z', '2025-06-30T24:00:00Z', '2025-06-30T23:59:60Z', '2025-06-30T10:00:00+0700', '2025-06-30T10:00:00.Z', '2025-06-30T10:00Z']) {
      t.same(await faults(JSON.stringify({ code: 'A', at })), [400, 'invalid_request', '/at not_an_instant'], at)
    }
    for (const link of ['ftp://example.org', 'javascript:alert(1)', '/relative', 'https://user:pw@example.org', 'https://ex ample.org', 'https://example.org/%zz', 'http:', 'https://example.org/é']) {
      t.same(await faults(JSON.stringify({ code: 'A', link })), [400, 'invalid_request', '/link not_a_web_address'], link)
    }
  })

  await t.test('JSON is strict', async t => {
    const cases: [string, string | Buffer, ...string[]][] = [
      ['a duplicate key', '{"code":"A","code":"B"}', '/code duplicate_key'],
      ['a duplicate key inside', '{"code":"A","rows":[{"value":"1"},{"value":"1","value":"2"}]}', '/rows/1/value duplicate_key'],
      ['a duplicate key written otherwise', '{"code":"A","\\u0063ode":"B"}', '/code duplicate_key'],
      ['keys equal in NFC', `{"${'é'.normalize('NFC')}":1,"${'é'.normalize('NFD')}":2}`, `/${'é'.normalize('NFD')} duplicate_key`],
      ['__proto__', '{"code":"A","__proto__":{"admin":true}}', '/__proto__ forbidden_key'],
      ['constructor.prototype', '{"code":"A","tree":{"constructor":{"prototype":{}}}}', '/tree/constructor forbidden_key'],
      ['NUL', '{"code":"A","name":{"vi":"a\\u0000"}}', '/name/vi nul_character'],
      ['NUL in a key', '{"code":"A","a\\u0000":1}', '/a\ufffd nul_character'],
      ['a control character', '{"code":"A","name":{"vi":"a\\u001b[31m"}}', '/name/vi control_character'],
      ['one of C1', '{"code":"A","name":{"vi":"a\u0085b"}}', '/name/vi control_character'],
      ['one in a key', '{"code":"A","a\\u0008":1}', '/a\ufffd control_character'],
      ['an override of the direction', '{"code":"A","name":{"vi":"\u202ea"}}', '/name/vi bidi_control'],
      ['a mark of the direction', '{"code":"A","name":{"vi":"a\\u200f"}}', '/name/vi bidi_control'],
      ['a lone surrogate', '{"code":"A","name":{"vi":"\\ud800"}}', '/name/vi lone_surrogate'],
      ['a lone surrogate in a key', '{"code":"A","tree":{"\\udc00":1}}', '/tree/\ufffd lone_surrogate'],
      ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), ' invalid_utf8'],
      ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from('{"code":"A"}')]), ' byte_order_mark'],
      ['an array', '[]', ' not_an_object'],
      ['null', 'null', ' not_an_object'],
      ['a string', JSON.stringify('{"code":"A"}'), ' json_string'],
      ['a comment', '{"code":"A"/**/}', ' not_json'],
      ['a trailing comma', '{"code":"A",}', ' not_json'],
      ['single quotes', "{'code':'A'}", ' not_json'],
      ['cut short', '{"code":"A', ' not_json'],
      ['too deep', `{"code":"A","tree":${'['.repeat(32)}${']'.repeat(32)}}`, ' too_deep'],
      ['far too deep', `{"code":"A","tree":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, ' too_deep'],
      ['spaces', '   ', ' empty_body'],
      ['an integer beyond 2^53', '{"code":"A","tree":9007199254740993}', '/tree number_out_of_range'],
      ['infinite', '{"code":"A","tree":1e999}', '/tree number_out_of_range']
    ]
    for (const [what, payload, ...expected] of cases) {
      t.same(await faults(payload), [400, 'malformed_json', ...expected], what)
    }
    t.equal((await send(`{"code":"A","tree":${'['.repeat(31)}${']'.repeat(31)}}`)).response.statusCode, 200, '32 deep is fine')
    t.equal((await send('{"code":"A","tree":{"constructor":"x","a:b":"{\\"[\\\\"}}')).response.statusCode, 200, 'braces and colons in text are text')
  })

  await t.test('nothing at all is a missing body', async t => {
    const response = await app.inject({ method: 'POST', url: '/v1/things' })
    t.equal(response.statusCode, 400)
    t.match(response.json<Answer>().errors, [{ pointer: '', code: 'required' }])
    t.equal((await app.inject({ method: 'POST', url: '/v1/things/touch' })).statusCode, 200)
    t.equal((await app.inject({ method: 'POST', url: '/v1/things/touch', headers: { 'content-type': 'application/json' } })).statusCode, 200)
    const refused = await app.inject({ method: 'POST', url: '/v1/things/touch', headers: { 'content-type': 'application/json' }, payload: '{}' })
    t.match([refused.statusCode, refused.json<Answer>().errors[0]!.code], [400, 'body_not_allowed'])
    const get = await app.inject({ method: 'GET', url: '/health/live', headers: { 'content-type': 'application/json' }, payload: '{}' })
    t.match([get.statusCode, get.json<Answer>().errors[0]!.code], [400, 'body_not_allowed'], 'a GET has no body')
  })

  await t.test('errors come together, a hundred at most', async t => {
    const { body, response } = await send(JSON.stringify({ code: 'A', rows: Array.from({ length: 20_000 }, () => ({ value: 1 })) }))
    t.equal(body.errors.length, 100)
    t.equal(body.truncated, true)
    t.ok(response.body.length < 40_000)
    t.equal(body.errors[99]!.pointer, '/rows/99/value')
  })

  await t.test('errors speak the language asked for', async t => {
    const ask = async (language?: string) => (await app.inject({
      method: 'POST', url: '/v1/things', payload: {}, headers: language === undefined ? {} : { 'accept-language': language }
    }))
    const [none, vi, en, other] = await Promise.all([ask(), ask('vi-VN,vi;q=0.9,en;q=0.8'), ask('en-GB'), ask('fr')])
    for (const response of [none, vi, other]) {
      t.equal(response!.headers['content-language'], 'vi')
      t.equal(response!.json().errors[0].detail, 'Cần có trường này.')
    }
    t.equal(en!.headers['content-language'], 'en')
    t.equal(en!.json().title, 'The request is not valid')
    t.equal(en!.json().errors[0].detail, 'This field is required.')
    t.equal(en!.json().code, none!.json().code)
  })

  await t.test('media types', async t => {
    for (const type of ['text/plain', 'text/json', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', 'application/merge-patch+json', 'application/jsonp', 'multipart/form-data; boundary=x', 'garbage']) {
      const { response, body } = await send('{"code":"A"}', type)
      t.same([response.statusCode, body.code, response.headers['accept-post']], [415, 'unsupported_media_type', 'application/json'], type)
    }
    const patch = await send('{"flag":true}', 'text/plain', 'PATCH')
    t.same([patch.response.statusCode, patch.response.headers['accept-patch']], [415, 'application/merge-patch+json, application/json'])
    const none = await app.inject({ method: 'POST', url: '/v1/things', payload: Buffer.from('{}'), headers: { 'content-type': '' } })
    t.equal(none.statusCode, 415, 'no content type')
    const zipped = await app.inject({ method: 'POST', url: '/v1/things', payload: '{}', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } })
    t.equal(zipped.statusCode, 415, 'compressed')
    t.equal((await send('{"code":"A"}', 'APPLICATION/JSON ; charset="utf-8"')).response.statusCode, 200)
  })

  await t.test('a body has a limit', async t => {
    const { response, body } = await send(JSON.stringify({ code: 'A', name: { vi: 'x'.repeat(4 * 1024 * 1024) } }))
    t.same([response.statusCode, body.code, (body as unknown as { limit: number }).limit], [413, 'content_too_large', 4 * 1024 * 1024])
    t.match(body.detail, /4194304/)
    const many = await send(`{"code":"A","rows":[${'1,'.repeat(250_001)}1]}`)
    t.same([many.response.statusCode, many.body.code], [413, 'content_too_large'], 'however small its values are')
  })
})
