import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { clients, clientSecrets, SCOPES, type Scope } from '../../src/db/schema/clients.js'
import { bootstrapFault, ensureBootstrapClient } from '../../src/features/clients/bootstrap.js'
import { listGrants } from '../../src/world/grants.js'
import { findClient } from '../../src/features/identity/queries.js'
import { generateSecret, hashChosen, hashGenerated } from '../../src/features/identity/secrets.js'
import { LOGIN_LIMITS } from '../../src/http/limits.js'
import { build, database, listen } from '../helper.js'
import { cheapHash } from './cheap-secret.js'

const ISSUER = 'http://registry.test'
const SECRET = 'kG7-a+b c%:ü/&='
const form = (fields: Record<string, string> | string) => new URLSearchParams(fields).toString()
const formEncode = (text: string) => form({ x: text }).slice(2)
const basic = (id: string, secret: string, encode = formEncode) => `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`

async function addClient (app: FastifyInstance, id: string, scopes: Scope[], secret = SECRET): Promise<void> {
  await app.db.insert(clients).values({ id, name: id, scopes })
  // two, so that none is compared at full cost
  await app.db.insert(clientSecrets).values([secret, 'another'].map(one => ({ id: randomUUID(), clientId: id, hash: cheapHash(one) })))
}

function ask (app: FastifyInstance, body: Record<string, string> | string | Buffer, headers: Record<string, string> = {}, url = '/oauth/token') {
  return app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : form(body)
  })
}

const grant = { grant_type: 'client_credentials' }
/** Refusals that nobody has to wait for. */
const AT_ONCE = { login: { ...LOGIN_LIMITS, refusalMs: 0 } }

t.test('a token by both ways of authenticating, verified by another library', async t => {
  const app = await build(t)
  await addClient(app, 'bc-stttt', ['measurements:write', 'registry:read'])
  for (const [name, response] of Object.entries({
    client_secret_basic: await ask(app, grant, { authorization: basic('bc-stttt', SECRET) }),
    'basic in lower case, id in the body as well': await ask(app, { ...grant, client_id: 'bc-stttt' }, { authorization: basic('bc-stttt', SECRET).replace('Basic', 'basic') }),
    client_secret_post: await ask(app, { ...grant, client_id: 'bc-stttt', client_secret: SECRET, audience: 'ignored' }),
    resource: await ask(app, { ...grant, resource: ISSUER }, { authorization: basic('bc-stttt', SECRET) })
  })) {
    t.equal(response.statusCode, 200, name)
    t.match(response.headers, { 'cache-control': 'no-store', pragma: 'no-cache', 'content-type': /^application\/json/ })
    const { access_token: token, ...rest } = response.json()
    t.strictSame(rest, { token_type: 'Bearer', expires_in: 900, scope: 'measurements:write registry:read' })
    const jwks = (await app.inject('/.well-known/jwks.json')).json<JSONWebKeySet>()
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(jwks), {
      issuer: ISSUER, audience: ISSUER, typ: 'at+jwt', algorithms: ['ES256'], requiredClaims: ['exp', 'iat', 'sub', 'jti', 'client_id', 'scope']
    })
    t.equal(protectedHeader.kid, jwks.keys[0]!.kid)
    t.match(payload, { sub: 'bc-stttt', client_id: 'bc-stttt', scope: 'measurements:write registry:read', aud: ISSUER })
    t.equal(payload.exp! - payload.iat!, 900)
  }
})

t.test('a subset of the scopes', async t => {
  const app = await build(t)
  await addClient(app, 'c', ['measurements:write', 'registry:read'])
  await addClient(app, 'none', [])
  const scoped = async (scope: string, id = 'c') => (await ask(app, { ...grant, scope }, { authorization: basic(id, SECRET) })).json()
  t.match(await scoped('registry:read'), { scope: 'registry:read' })
  t.match(await scoped('registry:read registry:read'), { scope: 'registry:read' })
  t.match(await scoped(''), { scope: 'measurements:write registry:read' }, 'empty is left out')
  for (const scope of ['registry:admin', 'registry:read registry:admin', 'openid', 'registry:read  measurements:write', ' registry:read', 'REGISTRY:READ', '"']) {
    t.match(await scoped(scope), { status: 400, error: 'invalid_scope', code: 'invalid_scope' }, JSON.stringify(scope))
  }
  t.match(await scoped('', 'none'), { error: 'invalid_scope' })
})

/** What is wrong, in both vocabularies. */
function refusal (t: Test, response: { statusCode: number, headers: Record<string, unknown>, json (): unknown }, status: number, error: string, name: string, code = error): void {
  t.equal(response.statusCode, status, name)
  t.match(response.json(), { status, code, error, instance: /./, type: `/problems/${code.replaceAll('_', '-')}` })
  t.match(response.headers, { 'content-type': /^application\/problem\+json/, 'cache-control': 'no-store' })
  t.equal(response.headers['www-authenticate'], status === 401 ? 'Basic realm="indicator-registry", charset="UTF-8"' : undefined)
}

t.test('invalid_client, the same for whoever is not there', async t => {
  const app = await build(t, { limits: AT_ONCE })
  await addClient(app, 'c', ['registry:read'])
  await addClient(app, 'suspended', ['registry:read'])
  await app.db.update(clients).set({ state: 'suspended' }).where(sql`id = 'suspended'`)
  const headers: Record<string, string> = {
    'wrong secret': basic('c', 'wrong'),
    'unknown client': basic('nobody', SECRET),
    'not an id': basic("c' or 1=1 --", SECRET),
    'empty secret': basic('c', ''),
    'empty id': basic('', SECRET),
    suspended: basic('suspended', SECRET),
    'not form-encoded': basic('c', SECRET, text => text),
    'broken percent': basic('c', '%zz', text => text),
    'no colon': `Basic ${Buffer.from('c').toString('base64')}`,
    'not base64': 'Basic ***',
    'not UTF-8': `Basic ${Buffer.from([0x63, 0x3a, 0xff]).toString('base64')}`,
    NUL: basic('c\0', SECRET),
    nothing: 'Basic',
    Bearer: 'Bearer abc',
    Digest: 'Digest username="c"'
  }
  for (const [name, authorization] of Object.entries(headers)) {
    refusal(t, await ask(app, grant, { authorization }), 401, 'invalid_client', name)
  }
  const bodies: Record<string, string>[] = [grant, { ...grant, client_id: 'c' }, { ...grant, client_secret: SECRET }, { ...grant, client_id: 'c', client_secret: '' },
    { ...grant, client_assertion: 'x', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }]
  for (const body of bodies) refusal(t, await ask(app, body), 401, 'invalid_client', form(body))
  const [unknown, wrong] = [await ask(app, grant, { authorization: headers['unknown client']! }), await ask(app, grant, { authorization: headers['wrong secret']! })]
  t.equal(unknown.json().detail, wrong.json().detail)
  t.match((await ask(app, grant, { authorization: headers['wrong secret']!, 'accept-language': 'en' })).json(), {
    title: 'The client is not valid', error_description: 'The client id and the secret do not belong together.'
  })
})

t.test('invalid requests', async t => {
  const app = await build(t)
  await addClient(app, 'c', ['registry:read'])
  const authorization = basic('c', SECRET)
  const cases: Record<string, Parameters<typeof ask>[1]> = {
    empty: '',
    'no grant_type': 'scope=registry%3Aread',
    'empty grant_type': 'grant_type=',
    'grant_type twice': 'grant_type=client_credentials&grant_type=client_credentials',
    'scope twice': 'grant_type=client_credentials&scope=a&scope=b',
    'the same name, spelt twice': 'grant_type=client_credentials&sc%6fpe=a&scope=b',
    'an unknown name twice': 'grant_type=client_credentials&x=1&x=2',
    'a name alone': 'grant_type=client_credentials&scope',
    'no name': 'grant_type=client_credentials&=x',
    'a broken percent': 'grant_type=client_credentials&scope=%zz',
    'overlong UTF-8': 'grant_type=client_credentials&scope=%c0%af',
    'raw bytes that are not UTF-8': Buffer.from([0x61, 0x3d, 0xff]),
    NUL: 'grant_type=client_credentials&scope=%00',
    'secret in the body and in the header': { ...grant, client_id: 'c', client_secret: SECRET },
    'another id in the body': { ...grant, client_id: 'd' }
  }
  for (const [name, body] of Object.entries(cases)) refusal(t, await ask(app, body, { authorization }), 400, 'invalid_request', name)
  refusal(t, await ask(app, grant, { authorization }, '/oauth/token?grant_type=client_credentials'), 400, 'invalid_request', 'query')
  refusal(t, await ask(app, { grant_type: 'password' }, { authorization }), 400, 'unsupported_grant_type', 'password')
  refusal(t, await ask(app, { grant_type: '__proto__' }, { authorization }), 400, 'unsupported_grant_type', '__proto__')
  refusal(t, await ask(app, { ...grant, resource: 'https://other.example' }, { authorization }), 400, 'invalid_target', 'resource')
  refusal(t, await ask(app, { ...grant, x: 'x'.repeat(9_000) }, { authorization }), 413, 'invalid_request', 'too large', 'content_too_large')
  refusal(t, await ask(app, JSON.stringify(grant), { authorization, 'content-type': 'application/json' }), 415, 'invalid_request', 'JSON', 'unsupported_media_type')
  refusal(t, await ask(app, grant, { authorization, accept: 'text/html' }), 406, 'invalid_request', 'Accept', 'not_acceptable')
  t.match(await app.inject({ method: 'GET', url: '/oauth/token' }), { statusCode: 405, headers: { allow: 'OPTIONS, POST' } })
  t.equal((await ask(app, grant, { authorization, 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' })).statusCode, 200, 'the yardstick')
})

t.test('over a socket: Authorization twice, no body at all', async t => {
  const { app, url } = await listen(t)
  await addClient(app, 'c', ['registry:read'])
  const authorization = basic('c', SECRET)
  const send = (headers: Record<string, string | string[]>, body: string) => new Promise<number | undefined>((resolve, reject) => {
    httpRequest(`${url}/oauth/token`, { method: 'POST', headers, agent: false }, response => {
      response.resume()
      resolve(response.statusCode)
    }).on('error', reject).end(body)
  })
  const type = 'application/x-www-form-urlencoded'
  t.equal(await send({ 'content-type': type, authorization: [authorization, authorization] }, form(grant)), 400)
  t.equal(await send({ 'content-type': type, authorization }, form(grant)), 200)
  t.equal(await send({ authorization }, ''), 400)
})

t.test('two secrets live side by side; one revoked or expired is none', async t => {
  const app = await build(t)
  await app.db.insert(clients).values({ id: 'c', name: 'c', scopes: ['registry:read'] })
  const secrets = { old: generateSecret(), new: generateSecret(), revoked: generateSecret(), expired: generateSecret() }
  const add = async (secret: string, rest: { revokedAt?: string, expiresAt?: string } = {}) => {
    await app.db.insert(clientSecrets).values({ id: randomUUID(), clientId: 'c', hash: cheapHash(secret), ...rest })
  }
  await add(secrets.old, { expiresAt: '2199-01-01T00:00:00.000000Z' })
  await add(secrets.new)
  await add(secrets.revoked, { revokedAt: '2020-01-01T00:00:00.000000Z' })
  await add(secrets.expired, { expiresAt: '2020-01-01T00:00:00.000000Z' })
  const status = async (secret: string) => (await ask(app, grant, { authorization: basic('c', secret) })).statusCode
  t.equal(await status(secrets.old), 200)
  t.equal(await status(secrets.new), 200)
  t.equal(await status(secrets.revoked), 401)
  t.equal(await status(secrets.expired), 401)
  const stored = await app.db.select({ hash: clientSecrets.hash }).from(clientSecrets)
  for (const secret of Object.values(secrets)) t.notMatch(JSON.stringify(stored), secret, 'never stored as it is')
})

t.test('many wrong secrets do not hold up a right one', async t => {
  const { app, url } = await listen(t, { limits: { login: { ...LOGIN_LIMITS, refusalsOfClient: 5, refusalsOfAddress: 30, refusalMs: 100 } } })
  const chosen = 'chosen by the province'
  const made = generateSecret()
  await app.db.insert(clients).values(['chosen', 'made'].map(id => ({ id, name: id, scopes: ['registry:read' as const] })))
  await app.db.insert(clientSecrets).values([
    { id: randomUUID(), clientId: 'chosen', hash: await hashChosen(chosen) },
    { id: randomUUID(), clientId: 'made', hash: hashGenerated(made) }
  ])
  const send = async (id: string, secret: string) => {
    const began = performance.now()
    const answer = await fetch(`${url}/oauth/token`, { method: 'POST', headers: { authorization: basic(id, secret) }, body: new URLSearchParams(grant) })
    const { error, code } = await answer.json() as { error?: string, code?: string }
    return { status: answer.status, error, code, after: answer.headers.get('retry-after'), ms: performance.now() - began }
  }
  t.equal((await send('chosen', chosen)).status, 200)
  const wrong: Awaited<ReturnType<typeof send>>[] = []
  const flooding = { goesOn: true }
  const flood = Array.from({ length: 64 }, async (_, i) => {
    while (flooding.goesOn) wrong.push(await send(['chosen', 'made', `nobody-${i}`][i % 3]!, generateSecret()))
  })
  const right = []
  for (let i = 0; i < 12; i++) right.push(await send(i % 2 === 0 ? 'chosen' : 'made', i % 2 === 0 ? chosen : made))
  flooding.goesOn = false
  await Promise.all(flood)
  t.strictSame(right.map(({ status }) => status), Array(12).fill(200))
  t.comment(`right ones took ${right.map(({ ms }) => Math.round(ms)).join(', ')} ms beside ${wrong.length} wrong ones`)
  t.strictSame([...new Set(wrong.map(({ status, code }) => `${status} ${code}`))].sort(), ['401 invalid_client', '429 too_many_requests'])
  for (const { status, after, error, ms } of wrong) {
    if (status === 429 && !(Number(after) > 0 && Number(after) <= 60 && error === 'invalid_request')) t.fail(`${after} ${error}`)
    if (ms < 99) t.fail(`refused after ${ms} ms`)
  }
})

t.test('a secret made here whose hash an older release stored gets the other one', async t => {
  const app = await build(t, { limits: AT_ONCE })
  const made = generateSecret()
  await addClient(app, 'old', ['registry:read'], made)
  await addClient(app, 'chosen', ['registry:read'])
  const hashes = async (id: string) => (await app.db.select({ hash: clientSecrets.hash }).from(clientSecrets).where(sql`client_id = ${id}`)).map(({ hash }) => hash)
  t.equal((await ask(app, grant, { authorization: basic('old', generateSecret()) })).statusCode, 401)
  t.notOk((await hashes('old')).includes(hashGenerated(made)))
  t.equal((await ask(app, grant, { authorization: basic('old', made) })).statusCode, 200)
  t.ok((await hashes('old')).includes(hashGenerated(made)))
  t.equal((await ask(app, grant, { authorization: basic('old', made) })).statusCode, 200)
  t.equal((await ask(app, grant, { authorization: basic('chosen', SECRET) })).statusCode, 200)
  t.ok((await hashes('chosen')).every(hash => hash.startsWith('$scrypt$')), 'a chosen one keeps its cost')
})

t.test('a body that hardly comes is cut, and so is one that is too long', async t => {
  const { app, url } = await listen(t, { limits: { login: { ...LOGIN_LIMITS, patienceMs: 150, bytesPerSecond: 200 } } })
  await addClient(app, 'c', ['registry:read'])
  const { port } = new URL(url)
  const drip = async (pieces: readonly string[], everyMs: number, length: number) => {
    const socket = connect(Number(port), '127.0.0.1')
    let answer = ''
    socket.on('data', chunk => { answer += chunk }).on('error', () => {})
    const closed = once(socket, 'close')
    const began = performance.now()
    socket.write(`POST /oauth/token HTTP/1.1\r\nhost: registry.test\r\nauthorization: ${basic('c', SECRET)}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n`)
    for (const piece of pieces) {
      if (socket.destroyed) break
      socket.write(piece)
      await sleep(everyMs)
    }
    await closed
    return { status: Number(answer.split(' ')[1]), body: answer.split('\r\n\r\n')[1] ?? '', ms: performance.now() - began }
  }
  const form = 'grant_type=client_credentials'
  t.match(await drip([form.slice(0, 10)], 1, 29), { status: 408, body: /"error":"invalid_request"/ })
  const slow = await drip([...form].map(letter => letter), 60, 29)
  t.match(slow, { status: 408, body: /"code":"request_timeout"/ }, `one byte in 60 ms, cut after ${Math.round(slow.ms)} ms`)
  t.ok(slow.ms < 1_500)
  t.match(await drip([form.slice(0, 15), form.slice(15)], 60, 29), { status: 200 }, 'in two pieces')
  t.match(await drip([`${form}&x=${'x'.repeat(9_000)}`], 1, 9_032), { status: 413, body: /"limit":8192/ })
  t.match(await drip([`${form}&x=${'x'.repeat(9_000)}`], 1, 90_000_000), { status: 413 }, 'not waited for')
})

t.test('the first administrator', async t => {
  const { pool, db, ...rest } = await database(t)
  const pair = { id: 'admin', secret: 'a secret of the province' }
  const results = await Promise.all(Array.from({ length: 4 }, () => ensureBootstrapClient(pool, pair)))
  t.strictSame(results.sort(), ['created', 'exists', 'exists', 'exists'], 'two instances may start at once')
  t.equal(await ensureBootstrapClient(pool, { ...pair, secret: 'another secret altogether' }), 'exists')
  const found = await findClient(db, 'admin')
  t.strictSame(found, { id: 'admin', state: 'active', scopes: [...SCOPES] })
  t.strictSame(await listGrants(db, 'admin'), [{ agency: null, withSubtree: false, indicator: null }], 'and may report everything')
  t.equal(await db.$count(clientSecrets), 1)
  const app = await build(t, { database: { pool, db, ...rest } })
  t.equal((await ask(app, grant, { authorization: basic(pair.id, pair.secret) })).json().scope, SCOPES.join(' '))
  t.equal((await ask(app, grant, { authorization: basic(pair.id, 'another secret altogether') })).statusCode, 401, 'a restart changes nothing')
  for (const wrong of [{ id: 'a b' }, { id: '' }, { secret: 'short' }, { secret: 'x'.repeat(600) }, { secret: 'with a line\nbreak in it' }]) {
    t.ok(bootstrapFault({ ...pair, ...wrong }), JSON.stringify(wrong).slice(0, 40))
    await t.rejects(ensureBootstrapClient(pool, { ...pair, ...wrong }), /BOOTSTRAP_CLIENT_/)
  }
})

t.test('discovery', async t => {
  const app = await build(t)
  const read = async (path: string) => {
    const response = await app.inject(path)
    t.equal(response.statusCode, 200, path)
    t.match(response.headers, { 'cache-control': /^public, max-age=\d+$/, 'access-control-allow-origin': '*' })
    t.equal((await app.inject({ url: path, headers: { 'if-none-match': String(response.headers.etag) } })).statusCode, 304)
    return response.json()
  }
  t.match(await read('/.well-known/oauth-authorization-server'), {
    issuer: ISSUER, token_endpoint: `${ISSUER}/oauth/token`, jwks_uri: `${ISSUER}/.well-known/jwks.json`, response_types_supported: [], scopes_supported: SCOPES
  })
  t.match(await read('/.well-known/oauth-protected-resource'), { resource: ISSUER, authorization_servers: [ISSUER], bearer_methods_supported: ['header'] })
  const { keys } = await read('/.well-known/jwks.json')
  t.strictSame(Object.keys(keys[0]).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'], 'nothing private')
})

t.test('a fault of ours says nothing of the inside, and discovery goes on', async t => {
  const given = await database(t)
  const app = await build(t, { database: given })
  await given.pool.query('DROP TABLE client_secrets, client_grants CASCADE')
  t.equal((await ask(app, grant, { authorization: basic('c', SECRET) })).statusCode, 500)
  t.equal((await app.inject('/.well-known/jwks.json')).statusCode, 200)
})

t.test('the document says how', async t => {
  const app = await build(t)
  const document = (await app.inject('/v1/openapi.json')).json()
  const operation = document.paths['/oauth/token'].post
  t.strictSame(Object.keys(operation.requestBody.content), ['application/x-www-form-urlencoded'])
  t.strictSame(operation.security, [{ clientSecretBasic: [] }, {}])
  t.strictSame(Object.keys(document.components.securitySchemes.oauth2.flows.clientCredentials.scopes), [...SCOPES])
  t.equal(operation.responses['401'].content['application/problem+json'].schema.allOf[0].$ref, '#/components/schemas/OAuthProblem')
  t.strictSame(operation.tags, ['identity'])
})

t.test('many wrong secrets are looked up one after the other, and a right one beside them', async t => {
  const app = await build(t, { limits: AT_ONCE })
  for (const id of ['guessed', 'right']) await addClient(app, id, ['registry:read'])
  let [lent, most] = [0, 0]
  app.pool.on('acquire', () => { most = Math.max(most, ++lent) }).on('release', () => { lent-- })
  const order: string[] = []
  const wrong = Array.from({ length: 64 }, async (_, i) => {
    const { statusCode } = await ask(app, grant, { authorization: basic('guessed', `wrong ${i}`) })
    order.push(String(statusCode))
  })
  const right = ask(app, grant, { authorization: basic('right', SECRET) }).then(({ statusCode }) => { order.push(`right ${statusCode}`) })
  await Promise.all([...wrong, right])
  t.ok(order.indexOf('right 200') >= 0 && order.indexOf('right 200') < 10, `the last one sent is among the first that are answered: ${order.indexOf('right 200')}`)
  t.ok(most <= 3, `${most} connections at once: one for each client, one that notes a use`)
  t.equal(lent, 0)
})
