import { createHmac, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { LOGIN_LIMITS } from '../../src/http/limits.js'
import { build, client, database } from '../helper.js'
import { ask, assertionOf, byAssertion, ISSUER, pairs, post } from './assertions.js'

const AT_ONCE = { login: { ...LOGIN_LIMITS, refusalMs: 0, refusalsOfClient: 1_000, refusalsOfAddress: 1_000 } }
const given = await database(t)
const app = await build(t, { database: given, limits: AT_ONCE })
const other = await build(t, { database: given, limits: AT_ONCE })
const admin = await client(app, { id: 'admin' })

const jwkOf = (key: KeyObject) => key.export({ format: 'jwk' }) as Record<string, string>
async function call (method: 'GET' | 'POST', url: string, payload?: object, headers: Record<string, string> = {}, from: FastifyInstance = app) {
  const answer = await from.inject({ method, url, headers: { ...admin.headers, 'accept-language': 'en', ...headers }, ...payload === undefined ? {} : { payload } })
  return { status: answer.statusCode, headers: answer.headers, body: answer.json<Record<string, any>>() }
}
const told = ({ status, body }: { status: number, body: Record<string, any> }) =>
  [status, body['code'], ...(body['errors'] ?? []).map((one: Record<string, string>) => `${one['pointer']} ${one['code']}`)].join(' ')

await client(app, { id: 'system', scopes: ['measurements:write', 'registry:read'] })
const mine = pairs['ES256']!()
const registered = await call('POST', '/v1/clients/system/keys', { jwk: { ...jwkOf(mine.publicKey), kid: 'k1' } })

t.test('a public key is registered, read, listed', async t => {
  t.equal(registered.status, 201, JSON.stringify(registered.body))
  t.match(registered.body, { id: /^[0-9a-f-]{36}$/, kid: 'k1', jwk: { kty: 'EC', crv: 'P-256', kid: 'k1' }, live: true, recordedAt: /Z$/ })
  const url = String(registered.headers['location'])
  t.equal(url, `/v1/clients/system/keys/${registered.body['id']}`)
  const read = await call('GET', url)
  t.strictSame(read.body, registered.body)
  t.equal(read.headers['etag'], registered.headers['etag'])
  t.equal((await app.inject({ url, headers: { ...admin.headers, 'if-none-match': String(read.headers['etag']) } })).statusCode, 304)
  t.strictSame((await call('GET', '/v1/clients/system/keys?live=true&count=exact')).body, { data: [read.body], count: 1 })
  t.strictSame((await call('GET', '/v1/clients/system/keys?live=false')).body['data'], [])
  t.equal((await call('GET', '/v1/clients/nobody/keys')).status, 404)
  t.equal((await call('GET', `/v1/clients/admin/keys/${registered.body['id']}`)).status, 404, 'of another client')
  t.equal((await call('POST', '/v1/clients/nobody/keys', { jwk: jwkOf(pairs['ES256']!().publicKey) })).status, 404)
  const key = randomUUID()
  const jwk = jwkOf(pairs['ES256']!().publicKey)
  const [first, again] = [
    await call('POST', '/v1/clients/admin/keys', { jwk }, { 'idempotency-key': key }),
    await call('POST', '/v1/clients/admin/keys', { jwk }, { 'idempotency-key': key })
  ]
  t.strictSame([first.status, again.status, again.headers['idempotency-replayed'], again.body], [201, 201, 'true', first.body])
  t.match(first.body['kid'], /^[\w-]{43}$/, 'its thumbprint where it names none')
})

t.test('what is no key for us', async t => {
  const rsa = (modulusLength: number) => jwkOf(generateKeyPairSync('rsa', { modulusLength }).publicKey)
  const ec = jwkOf(mine.publicKey)
  const table: [string, object, string][] = [
    ['a private key', jwkOf(mine.privateKey), '400 invalid_request /jwk/d private_key'],
    ['a private RSA key', jwkOf(pairs['RS256']!().privateKey), '400 invalid_request /jwk/d private_key /jwk/p private_key /jwk/q private_key /jwk/dp private_key /jwk/dq private_key /jwk/qi private_key'],
    ['a shared secret', { kty: 'oct', k: 'c2VjcmV0' }, '400 invalid_request /jwk/k private_key'],
    ['nothing', {}, '400 invalid_request /jwk/kty required'],
    ['another kind', { kty: 'AKP', pub: 'x' }, '400 invalid_request'],
    ['P-521', jwkOf(generateKeyPairSync('ec', { namedCurve: 'P-521' }).publicKey), '400 invalid_request'],
    ['X25519', { kty: 'OKP', crv: 'X25519', x: 'x' }, '400 invalid_request'],
    ['RSA of 1024 bits', rsa(1024), '422 unprocessable /jwk/n out_of_range'],
    ['half of a point', { kty: 'EC', crv: 'P-256', x: ec['x'] }, '422 unprocessable /jwk/y required'],
    ['a point beside the curve', { ...ec, x: ec['y'] }, '422 unprocessable /jwk not_a_key'],
    ['a curve of another kind', { kty: 'OKP', crv: 'P-256', x: ec['x'] }, '422 unprocessable /jwk/crv not_one_of'],
    ['members of another kind', { ...rsa(2048), crv: 'P-256' }, '422 unprocessable /jwk/crv unknown_field'],
    ['another algorithm', { ...ec, alg: 'RS256' }, '422 unprocessable /jwk/alg not_one_of'],
    ['a symmetric algorithm', { ...ec, alg: 'HS256' }, '400 invalid_request /jwk/alg not_one_of'],
    ['for encryption', { ...ec, use: 'enc' }, '400 invalid_request /jwk/use not_one_of'],
    ['one that is there', ec, '409 already_exists /jwk already_exists']
  ]
  for (const [name, jwk, expected] of table) t.match(told(await call('POST', '/v1/clients/system/keys', { jwk })), new RegExp(`^${expected}`), name)
  t.equal(told(await call('POST', '/v1/clients/system/keys', { jwk: jwkOf(pairs['ES256']!().publicKey), expiresAt: '2020-01-01T00:00:00Z' })), '422 unprocessable /expiresAt not_in_future')
  await t.rejects(given.pool.query('update client_keys set jwk = jwk || \'{"d":"x"}\''), /client_keys_public_check/, 'nor does the database take a private one')
})

t.test('a token by an assertion of every kind of key', async t => {
  for (const alg of Object.keys(pairs)) {
    const id = `by-${alg.toLowerCase()}`
    await client(app, { id, scopes: ['measurements:write'] })
    const { privateKey, publicKey } = pairs[alg]!()
    t.equal((await call('POST', `/v1/clients/${id}/keys`, { jwk: { ...jwkOf(publicKey), kid: alg, ...alg === 'PS256' ? { alg } : {} } })).status, 201)
    for (const header of [{}, { kid: alg }, { typ: 'JWT' }, { typ: 'client-authentication+jwt', kid: alg }]) {
      const got = await ask(app, await assertionOf(id, privateKey, { alg, header }))
      t.match(got, { status: 200, body: { token_type: 'Bearer', scope: 'measurements:write' } }, `${alg} ${JSON.stringify(header)}`)
      t.equal((await app.inject({ url: '/v1/clients/me', headers: { authorization: `Bearer ${got.body['access_token']}` } })).json().id, id)
    }
    if (alg === 'PS256') t.equal((await ask(app, await assertionOf(id, privateKey, { alg: 'RS256' }))).status, 401, 'a key of one algorithm')
  }
  const used = (await call('GET', `/v1/clients/system/keys/${registered.body['id']}`)).body
  t.notOk('lastUsedAt' in used)
  t.equal((await ask(app, await assertionOf('system', mine.privateKey), { client_id: 'system', scope: 'registry:read' })).body['scope'], 'registry:read')
  t.ok('lastUsedAt' in (await call('GET', `/v1/clients/system/keys/${registered.body['id']}`)).body)
  const metadata = (await app.inject('/.well-known/oauth-authorization-server')).json()
  t.strictSame(metadata.token_endpoint_auth_methods_supported, ['client_secret_basic', 'client_secret_post', 'private_key_jwt'])
  t.strictSame(metadata.token_endpoint_auth_signing_alg_values_supported, ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'])
})

t.test('what is refused', async t => {
  const now = Math.floor(Date.now() / 1_000)
  const stranger = pairs['ES256']!()
  const of = (options: Parameters<typeof assertionOf>[2], key = mine.privateKey, id = 'system') => assertionOf(id, key, options)
  const raw = (header: object, claims: object, sign: (input: string) => string) => {
    const input = [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${input}.${sign(input)}`
  }
  const claims = { iss: 'system', sub: 'system', aud: ISSUER, jti: randomUUID(), iat: now, exp: now + 60 }
  const spki = mine.publicKey.export({ type: 'spki', format: 'pem' }) as string
  const good = await of({})
  const accessToken = (await ask(app, await of({}))).body['access_token'] as string
  const table: [string, string | Promise<string>][] = [
    ['the token endpoint as audience', of({ claims: { aud: `${ISSUER}/oauth/token` } })],
    ['the issuer with a slash', of({ claims: { aud: `${ISSUER}/` } })],
    ['the issuer and another', of({ claims: { aud: [ISSUER, 'https://other.example'] } })],
    ['another server', of({ claims: { aud: 'https://other.example' } })],
    ['no audience', of({ claims: { aud: undefined } })],
    ['an empty audience', of({ claims: { aud: [] } })],
    ['no exp', of({ claims: { exp: undefined } })],
    ['exp passed', of({ claims: { exp: now - 10, iat: now - 60 } })],
    ['exp in an hour', of({ claims: { exp: now + 3_600 } })],
    ['exp as text', of({ claims: { exp: String(now + 60) as never } })],
    ['iat in the future', of({ claims: { iat: now + 60, exp: now + 120 } })],
    ['nbf in the future', of({ claims: { nbf: now + 60 } })],
    ['no jti', of({ claims: { jti: undefined } })],
    ['an empty jti', of({ claims: { jti: '' } })],
    ['a jti of 200 characters', of({ claims: { jti: 'x'.repeat(200) } })],
    ['no iss', of({ claims: { iss: undefined } })],
    ['another iss', of({ claims: { iss: 'admin' } })],
    ['another sub', of({ claims: { sub: 'admin' } })],
    ['no sub', of({ claims: { sub: undefined } })],
    ['sub and iss of another client, our key', of({ claims: { iss: 'admin', sub: 'admin' } })],
    ['a client that is not there', of({ claims: { iss: 'nobody', sub: 'nobody' } })],
    ['a client that cannot be', of({ claims: { iss: "' or 1=1 --", sub: "' or 1=1 --" } })],
    ['a stranger\'s key', of({}, stranger.privateKey)],
    ['a stranger\'s key in its header', of({ header: { jwk: jwkOf(stranger.publicKey) } }, stranger.privateKey)],
    ['jku', of({ header: { jku: 'http://127.0.0.1:1/jwks.json' } }, stranger.privateKey)],
    ['a kid that is not there', of({ header: { kid: 'k2' } })],
    ['typ of an access token', of({ header: { typ: 'at+jwt' } })],
    ['crit', of({ header: { crit: ['exp'], exp: 1 } }).catch(() => raw({ alg: 'ES256', crit: ['x'], x: 1 }, claims, () => 'AA'))],
    ['no algorithm', raw({ alg: 'none' }, claims, () => '')],
    ['HS256 with the public key', raw({ alg: 'HS256' }, claims, input => createHmac('sha256', spki).update(input).digest('base64url'))],
    ['ES256 by name only', raw({ alg: 'ES256' }, claims, () => Buffer.alloc(64).toString('base64url'))],
    ['an access token of its own', accessToken],
    ['two segments', good.split('.').slice(0, 2).join('.')],
    ['a segment more', `${good}.x`],
    ['padded', `${good}=`],
    ['5 KB', of({ claims: { x: 'x'.repeat(4_000) } })],
    ['a word', 'assertion']
  ]
  for (const [name, made] of table) {
    const { status, headers, body } = await ask(app, await made)
    t.match([status, body['error'], body['code'], headers['cache-control']], [401, 'invalid_client', 'invalid_client', 'no-store'], name)
  }
  t.match((await ask(app, await of({ claims: { aud: `${ISSUER}/oauth/token` } }))).body['detail'], 'not the address of the token endpoint')
  const unknown = (await ask(app, await of({ claims: { iss: 'nobody', sub: 'nobody' } }))).body['detail']
  t.equal(unknown, (await ask(app, await of({}, stranger.privateKey))).body['detail'], 'nobody learns who is there')

  const fields: [string, Record<string, string>, number, string][] = [
    ['another client_id', { client_id: 'admin' }, 401, 'invalid_client'],
    ['a secret as well', { client_secret: 'x' }, 400, 'invalid_request'],
    ['another type', { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer' }, 400, 'invalid_request'],
    ['no type', { client_assertion_type: '' }, 400, 'invalid_request'],
    ['no assertion', { client_assertion: '' }, 400, 'invalid_request']
  ]
  for (const [name, more, status, error] of fields) t.match(await ask(app, await of({}), more), { status, body: { error } }, name)
  t.match(await post(app, '/oauth/token', { grant_type: 'client_credentials', ...byAssertion(await of({})) }, { authorization: 'Basic YTpi' }), { status: 400 }, 'Basic as well')
  t.equal((await ask(app, good)).status, 200, 'the yardstick')
})

t.test('an assertion is good once, through whichever instance', async t => {
  const one = await assertionOf('system', mine.privateKey)
  t.equal((await ask(app, one)).status, 200)
  t.match(await ask(app, one), { status: 401, body: { detail: /used before/ } })
  t.equal((await ask(other, one)).status, 401, 'at the other')
  const raced = await assertionOf('system', mine.privateKey)
  const statuses = (await Promise.all(Array.from({ length: 12 }, (_, i) => ask(i % 2 === 0 ? app : other, raced)))).map(({ status }) => status)
  t.strictSame(statuses.sort(), [200, ...Array(11).fill(401)], 'of twelve at once one')
  const jti = randomUUID()
  await client(app, { id: 'second', scopes: ['registry:read'] })
  const second = pairs['ES256']!()
  await call('POST', '/v1/clients/second/keys', { jwk: jwkOf(second.publicKey) })
  t.equal((await ask(app, await assertionOf('system', mine.privateKey, { claims: { jti } }))).status, 200)
  t.equal((await ask(app, await assertionOf('second', second.privateKey, { claims: { jti } }))).status, 200, 'each client has ids of its own')
  const wrong = await assertionOf('system', second.privateKey, { claims: { jti: 'burnt' } })
  t.equal((await ask(app, wrong)).status, 401)
  t.equal((await ask(app, await assertionOf('system', mine.privateKey, { claims: { jti: 'burnt' } }))).status, 200, 'a stranger uses nobody\'s ids up')
})

t.test('four are live; a revoked one is none, and never again; nor is one of who has ended', async t => {
  await client(app, { id: 'many', scopes: ['registry:read'] })
  const keys = Array.from({ length: 5 }, () => pairs['ES256']!())
  const made = []
  for (const { publicKey } of keys.slice(0, 4)) made.push(await call('POST', '/v1/clients/many/keys', { jwk: jwkOf(publicKey) }))
  t.strictSame(made.map(({ status }) => status), [201, 201, 201, 201])
  t.equal(told(await call('POST', '/v1/clients/many/keys', { jwk: jwkOf(keys[4]!.publicKey) })), '409 too_many_live_keys')
  const get = async (i: number, from = app) => (await ask(from, await assertionOf('many', keys[i]!.privateKey))).status
  t.strictSame([await get(0), await get(3)], [200, 200])
  const url = String(made[0]!.headers['location'])
  const revoked = await call('POST', `${url}/revocation`, { reason: 'thay' })
  t.match([revoked.status, revoked.body, revoked.headers['content-location']], [200, { live: false, revokedReason: 'thay' }, url])
  t.strictSame([await get(0), await get(0, other)], [401, 401], 'at once, through every instance')
  t.equal(told(await call('POST', `${url}/revocation`, { reason: 'thay' })), '409 conflict')
  t.equal(told(await call('POST', '/v1/clients/many/keys', { jwk: jwkOf(keys[0]!.publicKey) })), '409 already_exists /jwk already_exists')
  t.equal((await call('POST', '/v1/clients/many/keys', { jwk: jwkOf(keys[4]!.publicKey), expiresAt: new Date(Date.now() + 1_000).toISOString() })).status, 201)
  t.equal(await get(4), 200)
  await given.pool.query("update client_keys set expires_at = now() where client_id = 'many' and expires_at is not null")
  t.equal(await get(4), 401, 'expired')
  t.equal((await call('POST', '/v1/clients/many/transitions', { to: 'suspended', reason: 'thử' })).status, 201)
  t.match(await ask(app, await assertionOf('many', keys[1]!.privateKey)), { status: 401, body: { detail: /suspended/ } })
  t.equal((await call('POST', '/v1/clients/many/transitions', { to: 'ended', reason: 'thử' })).status, 201)
  t.strictSame((await call('GET', '/v1/clients/many/keys?live=true')).body['data'], [])
  t.equal(told(await call('POST', '/v1/clients/many/keys', { jwk: jwkOf(pairs['ES256']!().publicKey) })), '409 client_ended')
})

t.test('the last administrator may have a key in place of a secret', async t => {
  const [key] = (await call('GET', '/v1/clients/admin/keys')).body['data']
  t.equal(told(await call('POST', `/v1/clients/admin/keys/${key.id}/revocation`, { reason: 'thử' })), '422 last_administrator')
})
