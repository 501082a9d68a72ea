import { Readable } from 'node:stream'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import t from 'tap'
import { Type } from 'typebox'
import { admits, created, requirePrecondition, stale } from '../../src/http/conditional.js'
import { Problem } from '../../src/http/problem.js'
import { commonProblems } from '../../src/http/problem-codes.js'
import { isWebAddress } from '../../src/http/formats.js'
import { nullable, Decimal, ref, shared, strict } from '../../src/http/schema.js'
import { PUBLIC_URL, startApp } from './harness.js'

const config = { scope: 'public' as const }
const Note = shared('Note', strict({ text: Type.String(), value: nullable(ref(Decimal)), count: Type.Optional(Type.Integer()) }))

let note = { text: 'a', version: 3 }
const routes: FastifyPluginAsyncTypebox = async app => {
  app.addSchema(Note)
  const present = () => ({ text: note.text, value: null })
  app.get('/v1/note', { config, schema: { response: { 200: ref(Note) } } }, async (_request, reply) => {
    reply.rowVersion = note.version
    return present()
  })
  app.get('/v1/other', { config, schema: { response: { 200: ref(Note) } } }, async (_request, reply) => {
    reply.rowVersion = note.version
    return present()
  })
  app.post('/v1/notes', { config, schema: { response: { 201: ref(Note) } } }, async (_request, reply) => created(reply, '/v1/note', note.version, present()))
  app.patch('/v1/note', { config, schema: { body: strict({ text: Type.String() }), response: { 200: ref(Note) } } }, async (request, reply) => {
    if (!admits(requirePrecondition(request), note.version)) throw stale()
    note = { text: request.body.text, version: note.version + 1 }
    reply.rowVersion = note.version
    return present()
  })
  for (const [name, answer] of Object.entries({
    null: { text: 'a', value: null, count: null }, float: { text: 'a', value: 1.5 }, more: { text: 'a', value: null, secret: 1 }, less: { value: null }
  })) app.get(`/v1/wrong/${name}`, { config, schema: { response: { 200: ref(Note) } } }, async () => answer as never)
  app.get('/v1/held/:what', {
    config, schema: { operationId: 'getHeld', tags: ['operations'], summary: 'x / x', params: strict({ what: Type.String() }), response: { 200: ref(Note) } }
  }, async (request, reply) => {
    switch (request.params.what) {
      case 'header': reply.header('x-colour', 'red'); break
      case 'status': throw new Problem('conflict')
      case 'member': throw new Problem('not_found', { extra: { colour: 'red', limit: 1 } })
      case 'stream': return reply.type('text/plain').send(Readable.from(['a']) as never)
    }
    return present()
  })
  app.get('/v1/wrong/status', { config, schema: { response: { 200: ref(Note) } } }, async (_request, reply) => reply.code(202 as 200).send({ text: 'a', value: null }))
}

t.test('conditional requests', async t => {
  const app = await startApp(t, { routes: routes as never })
  const get = (headers: Record<string, string> = {}) => app.inject({ url: '/v1/note', headers })
  const patch = (headers: Record<string, string> = {}) => app.inject({ method: 'PATCH', url: '/v1/note', headers, payload: { text: 'b' } })

  const first = await get()
  const etag = first.headers.etag!
  t.match(etag, /^"3-[\w-]{22}\.[\w-]{11}"$/, 'strong')
  for (const header of [etag, `W/${etag}`, '*', `"x", ${etag}`, `"x",W/${etag} , "y"`]) {
    const again = await get({ 'if-none-match': header })
    t.same([again.statusCode, again.body, again.headers.etag, again.headers['content-type']], [304, '', etag, undefined], header)
  }
  for (const header of ['"x"', etag.slice(1, -1), '"3-"', '']) t.equal((await get({ 'if-none-match': header })).statusCode, 200, header)
  t.equal((await app.inject({ method: 'HEAD', url: '/v1/note', headers: { 'if-none-match': etag } })).statusCode, 304)
  for (const header of [etag, '*', `"x", ${etag}`]) t.equal((await get({ 'if-match': header })).statusCode, 200, `If-Match: ${header}`)
  for (const header of ['"x"', `W/${etag}`, 'nonsense', '']) {
    const refused = await get({ 'if-match': header, 'if-none-match': etag })
    t.match(refused, { statusCode: 412, headers: { etag, 'content-type': /problem\+json/ } }, `If-Match comes before If-None-Match: ${header}`)
  }
  t.equal((await app.inject({ method: 'HEAD', url: '/v1/note', headers: { 'if-match': '"x"' } })).statusCode, 412)

  const post = await app.inject({ method: 'POST', url: '/v1/notes', headers: { 'if-none-match': '*' } })
  t.same([post.statusCode, post.headers.etag, post.headers.location], [201, etag, '/v1/note'], 'a write is never 304')
  t.equal((await app.inject({ url: '/v1/nothing', headers: { 'if-none-match': '*' } })).statusCode, 404, 'nor is a 404')

  t.match((await patch()).json(), { code: 'precondition_required', detail: /If-Match/ })
  t.equal((await patch()).statusCode, 428)
  const other = (await app.inject('/v1/other')).headers.etag!
  t.match(other, /^"3-/)
  t.not(other, etag, 'another resource with the same content')
  const [, hash = '', seal = ''] = /-(.*)\.(.*)"/.exec(etag)!
  for (const header of ['"2-x"', `W/${etag}`, '"x"', '"3-x"', other, `"3-${hash}"`, `"3-${hash}.${seal}x"`, `"03-${hash}.${seal}"`, `"2-${hash}.${seal}"`, `"3-${hash.slice(1)}A.${seal}"`, 'nonsense', '', '**']) {
    const refused = await patch({ 'if-match': header })
    t.match(refused, { statusCode: 412, headers: { etag } }, `${header}: and the tag that it has now`)
    t.ok(refused.json().detail)
  }
  const changed = await patch({ 'if-match': `"x", ${etag}` })
  t.equal(changed.statusCode, 200)
  t.match(changed.headers.etag, /^"4-/)
  t.equal(changed.headers['cache-control'], 'no-store')
  t.equal((await patch({ 'if-match': etag })).statusCode, 412, 'stale now')
  t.equal((await get()).headers.etag, changed.headers.etag, 'what the write said is what the read says')
  t.equal((await patch({ 'if-match': '*' })).statusCode, 200)
})

t.test('an answer that its schema does not promise is found', async t => {
  const found: string[] = []
  const app = await startApp(t, { routes: routes as never, validateResponses: mismatch => { found.push(mismatch.message) } })
  for (const name of ['null', 'float', 'more', 'less', 'status']) {
    found.length = 0
    await app.inject(`/v1/wrong/${name}`)
    t.match(found, [new RegExp(`GET /v1/wrong/${name} → 20[02]`)], name)
  }
  for (const [what, ...expected] of [
    ['header', /getHeld → 200: .* the header x-colour$/], ['status', /getHeld → 409: .* the status 409$/],
    ['member', /GET \/v1\/held\/:what → 404: .* the member colour$/], ['stream', /getHeld → 200: .* the type text\/plain$/], ['nothing']
  ] as const) {
    found.length = 0
    await app.inject(`/v1/held/${what}`)
    t.match(found, expected, what)
    t.equal(found.length, expected.length)
  }
  found.length = 0
  await app.inject('/v1/note')
  await app.inject('/v1/nothing')
  await app.inject('/problems')
  t.same(found, [])
})

t.test('answers are written as they are', async t => {
  const app = await startApp(t, { routes: routes as never, validateResponses: false })
  t.same((await app.inject('/v1/wrong/null')).json(), { text: 'a', value: null, count: null })
  t.same((await app.inject('/v1/wrong/float')).json(), { text: 'a', value: 1.5 })
})

t.test('pages', async t => {
  const app = await startApp(t)
  const browser = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }

  await t.test('every problem has a page', async t => {
    const { data } = (await app.inject('/problems')).json<{ data: { type: string, code: string }[] }>()
    for (const code of Object.keys(commonProblems)) t.ok(data.some(one => one.code === code), code)
    for (const { type, code } of data) {
      const [json, html] = await Promise.all([app.inject(type), app.inject({ url: type, headers: { ...browser, 'accept-language': 'en' } })])
      t.match(json.json(), { type, code, title: { vi: String, en: String }, about: { vi: String, en: String } })
      t.match(html.headers, { 'content-type': 'text/html; charset=utf-8', 'content-language': 'en', 'content-security-policy': /default-src 'none'/ })
      t.ok(html.body.startsWith('<!doctype html>\n<html lang="en">'))
    }
    t.equal((await app.inject('/problems/no-such')).statusCode, 404)
    t.equal((await app.inject('/problems/constructor')).statusCode, 404)
  })

  await t.test('the front door', async t => {
    const person = await app.inject({ url: '/', headers: browser })
    t.same([person.statusCode, person.headers.location], [303, '/docs'])
    const machine = await app.inject('/')
    t.ok(Object.values(machine.json<{ links: Record<string, string> }>().links).every(isWebAddress))
    t.match(machine.json().links.openapi, /\/v1\/openapi\.json$/)
    const { links } = (await app.inject('/v1')).json<{ links: Record<string, string> }>()
    const { paths } = (await app.inject('/v1/openapi.json')).json<{ paths: object }>()
    for (const [name, link] of Object.entries(links)) {
      t.ok(link === `${PUBLIC_URL}/docs` || link.slice(PUBLIC_URL.length) in paths, `${name}: ${link}`)
    }
  })

  await t.test('Swagger UI loads nothing from elsewhere', async t => {
    const page = await app.inject({ url: '/docs', headers: browser })
    t.equal(page.statusCode, 200)
    t.match(page.headers['content-security-policy'], /default-src 'none'.*connect-src 'self'/)
    t.notMatch(page.headers['content-security-policy'], /https?:|unsafe-eval|upgrade-insecure/)
    const resources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(m => m[1]!)
      .filter(address => !address.startsWith('http://localhost:80/'))
    t.ok(resources.length >= 4)
    for (const resource of resources) {
      t.notMatch(resource, /^(?:[a-z]+:)?\/\//)
      const url = new URL(resource, 'http://x/docs').pathname
      t.equal((await app.inject(url)).statusCode, 200, url)
    }
    t.notMatch(page.body, /<script(?![^>]*src=)[^>]*>\s*\S/, 'no inline script')
    const elsewhere = await app.inject({ url: '/docs', headers: { ...browser, host: 'localhost:4000' } })
    t.match(elsewhere.body, 'curl -s &#39;http://localhost:4000/v1/status', 'to paste: the address it was opened at')
    t.notMatch((await app.inject({ url: '/docs', headers: { host: '<script>' } })).body, '<script>//')
    t.same((await app.inject('/v1/openapi.json')).json().servers, [{ url: 'https://registry.example' }])
    const slash = await app.inject('/docs/')
    t.same([slash.statusCode, slash.headers.location], [308, '../docs'])
    t.equal((await app.inject('/docs/assets/none.js')).statusCode, 404)
  })

  await t.test('Swagger UI speaks the language that is asked for, or preferred', async t => {
    const languageOf = async (url: string, preferred?: string) => {
      const page = await app.inject({ url, headers: preferred === undefined ? {} : { 'accept-language': preferred } })
      t.match(page.body, `<html lang="${page.headers['content-language']}">`)
      t.match(page.body, `data-document="v1/openapi.json?lang=${page.headers['content-language']}"`)
      return page.headers['content-language']
    }
    t.equal(await languageOf('/docs'), 'vi')
    t.equal(await languageOf('/docs', 'en-GB,en;q=0.9'), 'en')
    t.equal(await languageOf('/docs?lang=en', 'vi'), 'en')
    t.equal(await languageOf('/docs?lang=fr', 'en'), 'en', 'what there is not is passed over')
  })

  await t.test('what is large is compressed, and has an ETag for each coding', async t => {
    for (const url of ['/v1/openapi.json', '/v1/openapi.json?lang=vi', '/v1/openapi.yaml?lang=en', '/docs/guide']) {
      const tags = new Set<unknown>()
      for (const [accepted, coding] of [[undefined, undefined], ['gzip, deflate, br', 'br'], ['gzip', 'gzip'], ['br;q=0, gzip', 'gzip'], ['zstd', undefined]] as const) {
        const headers = accepted === undefined ? {} : { 'accept-encoding': accepted }
        const { headers: answered, rawPayload, statusCode } = await app.inject({ url, headers })
        t.same([statusCode, answered['content-encoding']], [200, coding], `${url} ${accepted}`)
        t.match(answered.vary, /Accept-Encoding/)
        tags.add(answered.etag)
        const plain = coding === 'br' ? brotliDecompressSync(rawPayload) : coding === 'gzip' ? gunzipSync(rawPayload) : rawPayload
        t.equal(plain.toString(), (await app.inject(url)).body)
        const again = await app.inject({ url, headers: { ...headers, 'if-none-match': String(answered.etag) } })
        t.same([again.statusCode, again.body, again.headers.etag], [304, '', answered.etag])
      }
      t.equal(tags.size, 3, 'as it is, br, gzip')
    }
    const [name] = /swagger-ui\.[\w-]+\.js/.exec((await app.inject('/docs')).body)!
    const head = await app.inject({ method: 'HEAD', url: `/docs/assets/${name}`, headers: { 'accept-encoding': 'br' } })
    t.match(head.headers, { 'cache-control': 'public, max-age=31536000, immutable', 'content-encoding': 'br', 'content-type': 'text/javascript; charset=utf-8' })
  })

  await t.test('the guide is a page', async t => {
    const page = await app.inject({ url: '/docs/guide', headers: browser })
    t.match(page.headers, { 'content-type': 'text/html; charset=utf-8', 'content-language': 'en', 'content-security-policy': /default-src 'none'/ })
    const ids = new Set([...page.body.matchAll(/ id="([^"]+)"/g)].map(m => m[1]))
    const links = [...page.body.matchAll(/ href="([^"]+)"/g)].map(m => m[1]!)
    t.same(links.filter(link => link.startsWith('#') && !ids.has(link.slice(1))), [], 'every anchor is there')
    t.same(links.filter(link => !/^(#|https?:|\.\.\/docs)/.test(link)), [], 'no link to a file that is not served')
    t.match(page.body, '<h2 id="push-one-figure">')
    const { externalDocs } = (await app.inject('/v1/openapi.json')).json()
    t.equal(externalDocs.url, 'https://registry.example/docs/guide')
  })

  await t.test('the document', async t => {
    const json = await app.inject('/v1/openapi.json')
    const yaml = await app.inject('/v1/openapi.yaml')
    t.equal(json.json().info.version, json.headers['api-version'])
    t.equal(yaml.headers['content-type'], 'application/yaml; charset=utf-8')
    t.match(yaml.body, /^openapi: 3\.1\.0\n/)
    for (const [lang, title] of [['vi', 'Hệ thống quản lý chỉ tiêu chuyển đổi số cấp tỉnh'], ['en', 'Provincial Indicator Registry']] as const) {
      const one = await app.inject(`/v1/openapi.json?lang=${lang}`)
      t.equal(one.headers['content-language'], lang)
      t.equal(one.json().info.title, title)
      t.match((await app.inject(`/v1/openapi.yaml?lang=${lang}`)).body, `title: ${title}\n`)
    }
    t.equal((await app.inject('/v1/openapi.json?lang=fr')).statusCode, 400)
    t.equal((await app.inject({ url: '/v1/openapi.yaml', headers: { 'if-none-match': String(yaml.headers.etag) } })).statusCode, 304)
  })
})
