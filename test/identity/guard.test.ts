import { request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import t from 'tap'
import { createClientDirectory } from '../../src/features/identity/directory.js'
import type { Scope } from '../../src/db/schema/clients.js'
import type { Caller } from '../../src/features/identity/queries.js'
import { codeSchemas } from '../../src/codes.js'
import { sharedSchemas } from '../../src/http/schema.js'
import auth from '../../src/plugins/auth.js'
import { guardedApp, guardWith, PUBLIC_URL, tokensFor } from './guarded-app.js'

const METADATA = `resource_metadata="${PUBLIC_URL}/.well-known/oauth-protected-resource"`

t.test('no token: 401 without an error attribute where one is needed', async t => {
  const { app } = await guardedApp(t)
  for (const [method, url, status] of [['GET', '/v1/test/open', 200], ['GET', '/v1/test/read', 200], ['POST', '/v1/test/push', 401], ['GET', '/v1/test/receipt', 401]] as const) {
    const response = await app.inject({ method, url })
    t.equal(response.statusCode, status, url)
    if (status === 200) continue
    t.equal(response.headers['www-authenticate'], `Bearer realm="indicator-registry", ${METADATA}`)
    t.match(response.json(), { type: '/problems/not-authenticated', code: 'not_authenticated' })
  }
  t.equal((await app.inject('/v1/nothing')).statusCode, 404)
})

t.test('scopes: those of the token that the client still has', async t => {
  const { app } = await guardedApp(t)
  const push = async (id: string, scopes: readonly Scope[], url = '/v1/test/push') => app.inject({
    method: url === '/v1/test/push' ? 'POST' : 'GET', url, headers: { authorization: `bEaReR ${await app.tokens.issue(id, scopes)}` }
  })
  t.match((await push('pusher', ['measurements:write'])).json(), {
    principal: { clientId: 'pusher', scopes: ['measurements:write'] }
  }, 'the scheme is not case-sensitive')
  const refused = await push('reader', ['registry:read'])
  t.equal(refused.statusCode, 403)
  t.match(refused.json(), { code: 'insufficient_scope', requiredScopes: ['measurements:write'] })
  t.match(refused.headers['www-authenticate'], /^Bearer .*error="insufficient_scope", .*scope="measurements:write"/)
  t.equal((await push('reader', ['registry:read', 'measurements:write'])).statusCode, 403, 'a scope the client no longer has')
  t.equal((await push('pusher', ['measurements:write'], '/v1/test/receipt')).statusCode, 200, 'one of several')
  t.match((await push('reader', ['registry:read'], '/v1/test/receipt')).headers['www-authenticate'], /scope="measurements:write measurements:review"/)
  t.equal((await push('reviewer', ['measurements:review'], '/v1/test/receipt')).statusCode, 200)
  t.match((await push('reader', ['registry:read'], '/v1/test/read')).json(), { principal: { clientId: 'reader' } }, 'a public read knows who asks')
  t.match((await push('reader', ['registry:read'], '/v1/test/open')).json(), { principal: null }, 'a public page does not look')
})

t.test('READ_ACCESS=token', async t => {
  const { app } = await guardedApp(t, 'token')
  const read = (token?: string) => app.inject({ url: '/v1/test/read', headers: token === undefined ? {} : { authorization: `Bearer ${token}` } })
  t.equal((await read()).statusCode, 401)
  t.equal((await read(await app.tokens.issue('reader', ['registry:read']))).statusCode, 200)
  t.match((await read(await app.tokens.issue('pusher', ['measurements:write']))).headers['www-authenticate'], /scope="registry:read"/)
  t.equal((await app.inject('/v1/test/open')).statusCode, 200)
})

t.test('a suspended client stops when the directory looks again, a removed scope too', async t => {
  let now = Date.now()
  let client: Caller = { id: 'pusher', state: 'active', scopes: ['measurements:write'], revoked: new Set() }
  const app = await guardWith(t, createClientDirectory(async () => client, { ttlMs: 15_000, now: () => now }))
  const headers = { authorization: `Bearer ${await app.tokens.issue('pusher', ['measurements:write'])}` }
  const push = async () => (await app.inject({ method: 'POST', url: '/v1/test/push', headers })).statusCode
  t.equal(await push(), 200)
  client = { ...client, state: 'suspended' }
  now += 30_000
  t.equal(await push(), 401)
  client = { ...client, state: 'active', scopes: ['registry:read'] }
  now += 30_000
  t.equal(await push(), 403)
})

t.test('a directory without its database is an error of the server, not of the token', async t => {
  const failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  const app = await guardWith(t, { find: async () => { throw failure }, forget () {} })
  const headers = { authorization: `Bearer ${await app.tokens.issue('pusher', ['measurements:write'])}` }
  const response = await app.inject({ method: 'POST', url: '/v1/test/push', headers })
  t.equal(response.statusCode, 503)
  t.ok(response.headers['retry-after'])
})

t.test('a token in another place, twice, or of another scheme', async t => {
  const { app } = await guardedApp(t)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const token = await app.tokens.issue('reader', ['registry:read'])
  const send = (path: string, headers: Record<string, string | string[]>) => new Promise<{ status: number | undefined, challenge: string | undefined }>((resolve, reject) => {
    httpRequest({ port: (app.server.address() as AddressInfo).port, path, headers, agent: false }, response => {
      response.resume()
      resolve({ status: response.statusCode, challenge: response.headers['www-authenticate'] })
    }).on('error', reject).end()
  })
  t.match(await send('/v1/test/read', { Authorization: `Bearer ${token}` }), { status: 200 })
  t.match(await send('/v1/test/read', { Authorization: [`Bearer ${token}`, `Bearer ${token}`] }), { status: 400, challenge: /error="invalid_request"/ })
  t.match(await send('/v1/test/read', { Authorization: ['Bearer x', `Bearer ${token}`] }), { status: 400 })
  t.match(await send(`/v1/test/read?access_token=${token}`, {}), { status: 400, challenge: /error="invalid_request"/ })
  t.match(await send('/v1/test/read', { Authorization: 'Basic YTpi' }), { status: 401, challenge: /^Bearer realm="indicator-registry", resource_metadata=/ })
  t.match(await send('/v1/test/read', { Authorization: 'Bearer' }), { status: 401, challenge: /error="invalid_token"/ })
  t.match(await send('/v1/test/read', { Authorization: '' }), { status: 401 })
  t.match(await send('/v1/test/read', { Authorization: `Bearer  ${token}` }), { status: 200 }, '1*SP')
})

t.test('a /v1 route that does not say who may use it does not start', async t => {
  const tokens = await tokensFor(t)
  const start = async (url: string, config?: object) => {
    const app = Fastify()
    t.teardown(() => app.close())
    for (const schema of [...sharedSchemas, ...codeSchemas]) app.addSchema(schema)
    await app.register(auth, { tokens, publicUrl: PUBLIC_URL, readAccess: 'public', directory: createClientDirectory(async () => undefined, { ttlMs: 15_000 }) })
    app.get(url, { ...(config === undefined ? {} : { config }) }, async () => '')
    await app.ready()
  }
  await t.rejects(start('/v1/forgotten'), /GET \/v1\/forgotten does not say who may use it/)
  await t.rejects(start('/v1/misspelt', { scope: 'registry:wirte' }), /not a scope/)
  await t.rejects(start('/v1/nobody', { scope: [] }), /not a scope/)
  await t.rejects(start('/v1/mixed', { scope: ['public'] }), /not a scope/)
  await t.resolves(start('/v1/fine', { scope: 'read' }))
  await t.resolves(start('/health/live'), 'outside /v1 nothing is asked')
})

t.test('the guard documents itself', async t => {
  const tokens = await tokensFor(t)
  const app = Fastify()
  t.teardown(() => app.close())
  for (const schema of [...sharedSchemas, ...codeSchemas]) app.addSchema(schema)
  await app.register(auth, { tokens, publicUrl: PUBLIC_URL, readAccess: 'public', directory: createClientDirectory(async () => undefined, { ttlMs: 15_000 }) })
  const seen: Record<string, { security: unknown, statuses: string[] }> = {}
  app.addHook('onRoute', route => {
    seen[route.url] = { security: route.schema?.security, statuses: Object.keys(route.schema?.response ?? {}) }
  })
  const handler = async () => ''
  app.get('/v1/a', { config: { scope: 'public' } }, handler)
  app.get('/v1/b', { config: { scope: 'read' } }, handler)
  app.post('/v1/c', { config: { scope: 'registry:admin' } }, handler)
  app.get('/v1/d', { config: { scope: ['measurements:write', 'measurements:review'] } }, handler)
  t.strictSame(seen, {
    '/v1/a': { security: [], statuses: [] },
    '/v1/b': { security: [{}, { oauth2: ['registry:read'] }], statuses: ['401'] },
    '/v1/c': { security: [{ oauth2: ['registry:admin'] }], statuses: ['401', '403'] },
    '/v1/d': { security: [{ oauth2: ['measurements:write'] }, { oauth2: ['measurements:review'] }], statuses: ['401', '403'] }
  })
})
