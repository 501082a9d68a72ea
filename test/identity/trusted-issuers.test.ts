import { createHmac, randomUUID, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SignJWT } from 'jose'
import t, { type Test } from 'tap'
import { createRemoteKeys } from '../../src/features/identity/remote-keys.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { createKeyRing } from '../../src/features/identity/ring.js'
import { loadSigningKeys } from '../../src/features/identity/key-material.js'
import { readTrustedIssuers, type TrustedIssuer } from '../../src/features/identity/trusted-issuers.js'
import { build, client, database } from '../helper.js'
import { searchedLogger } from '../setup/logs.js'
import { pairs } from './assertions.js'
import { jwtFor } from './guarded-app.js'

const PUBLIC_URL = 'http://registry.test'
const ISSUER = 'https://id.example.gov.vn/realms/tinh'

/** The JWKS of another issuer, on this machine. */
async function jwksServer (t: Test, answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = []
  const server = createServer((request, response) => { asked.push(request.url!); answer(request, response) })
  server.listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/certs`, asked }
}

const jwkOf = (key: KeyObject, kid: string, alg?: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig', ...alg === undefined ? {} : { alg } })
const json = (body: unknown) => (_request: IncomingMessage, response: ServerResponse) => { response.setHeader('content-type', 'application/json').end(JSON.stringify(body)) }

const trusted = (jwksUri: string, more: object = {}): TrustedIssuer => readTrustedIssuers(JSON.stringify([{
  issuer: ISSUER,
  jwksUri,
  clientClaim: 'azp',
  clients: { 'bao-cao': 'reporter', 'quan-tri': 'nobody-here', khoa: 'suspended' },
  scopeClaim: '/resource_access/registry/roles',
  scopes: { reporter: ['measurements:write', 'registry:read'], admin: ['registry:admin'] },
  ...more
}]))[0]!

interface Given { claims?: Record<string, unknown>, header?: Record<string, unknown>, alg?: string }
function tokenOf (key: KeyObject, { claims = {}, header = {}, alg = 'RS256' }: Given = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const all = {
    iss: ISSUER, aud: [PUBLIC_URL, 'account'], sub: randomUUID(), azp: 'bao-cao', typ: 'Bearer', iat: now, exp: now + 300, jti: randomUUID(),
    resource_access: { registry: { roles: ['reporter', 'admin', 'unknown'] } }, ...claims
  }
  return new SignJWT(JSON.parse(JSON.stringify(all))).setProtectedHeader({ alg, typ: 'JWT', kid: 'k1', ...header }).sign(key)
}

t.test('a token of another issuer acts as a client of the registry, and never as more', async t => {
  const { privateKey, publicKey } = pairs['RS256']!()
  const elliptic = pairs['ES256']!()
  const { url, asked } = await jwksServer(t, json({ keys: [jwkOf(publicKey, 'k1', 'RS256'), jwkOf(elliptic.publicKey, 'k2')] }))
  const app = await build(t, { config: { trustedIssuers: [trusted(url)] } })
  await client(app, { id: 'reporter', scopes: ['measurements:write'] })
  await client(app, { id: 'suspended', scopes: ['measurements:write'] })
  await app.pool.query("update clients set state = 'suspended' where id = 'suspended'")
  const me = async (token: string) => {
    const answer = await app.inject({ url: '/v1/clients/me', headers: { authorization: `Bearer ${token}` } })
    return { status: answer.statusCode, body: answer.json() }
  }
  t.strictSame(asked, [], 'nobody asks before there is a token')
  t.match(await me(await tokenOf(privateKey)), { status: 200, body: { id: 'reporter', tokenScopes: ['measurements:write'] } }, 'its words in our meaning, of what the client has')
  t.match(await me(await tokenOf(elliptic.privateKey, { alg: 'ES256', header: { kid: 'k2', typ: 'at+jwt' } })), { status: 200 })
  t.equal((await app.inject({ url: '/v1/clients', headers: { authorization: `Bearer ${await tokenOf(privateKey)}` } })).statusCode, 403, 'never as more')
  const now = Math.floor(Date.now() / 1_000)
  const other = pairs['RS256']!()
  const hmac = (alg: string, secret: string) => {
    const input = [{ alg, kid: 'k1' }, { iss: ISSUER, aud: PUBLIC_URL, azp: 'bao-cao', iat: now, exp: now + 60 }].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const refused: Record<string, string | Promise<string>> = {
    'another issuer': tokenOf(privateKey, { claims: { iss: `${ISSUER}/` } }),
    'the registry as issuer': tokenOf(privateKey, { claims: { iss: PUBLIC_URL } }),
    'no issuer': tokenOf(privateKey, { claims: { iss: undefined } }),
    'another audience': tokenOf(privateKey, { claims: { aud: 'account' } }),
    'no audience': tokenOf(privateKey, { claims: { aud: undefined } }),
    'a client that is not named': tokenOf(privateKey, { claims: { azp: 'reporter' } }),
    'a client of the prototype': tokenOf(privateKey, { claims: { azp: 'constructor' } }),
    'no client': tokenOf(privateKey, { claims: { azp: undefined } }),
    'a client that the registry has not': tokenOf(privateKey, { claims: { azp: 'quan-tri' } }),
    'a suspended client': tokenOf(privateKey, { claims: { azp: 'khoa' } }),
    expired: tokenOf(privateKey, { claims: { iat: now - 600, exp: now - 300 } }),
    'no exp': tokenOf(privateKey, { claims: { exp: undefined } }),
    'no iat': tokenOf(privateKey, { claims: { iat: undefined } }),
    'iat in the future': tokenOf(privateKey, { claims: { iat: now + 60, exp: now + 120 } }),
    'nbf in the future': tokenOf(privateKey, { claims: { nbf: now + 60 } }),
    'a day long': tokenOf(privateKey, { claims: { exp: now + 86_400 } }),
    'a typ of something else': tokenOf(privateKey, { header: { typ: 'secevent+jwt' } }),
    'roles that are none': tokenOf(privateKey, { claims: { resource_access: { registry: { roles: [1] } } } }),
    'another key': tokenOf(other.privateKey),
    'another key, in its header': tokenOf(other.privateKey, { header: { jwk: other.publicKey.export({ format: 'jwk' }) } }),
    'another key, and where it is': tokenOf(other.privateKey, { header: { jku: 'http://127.0.0.1:1/', x5u: 'http://127.0.0.1:1/' } }),
    'another algorithm than the key\'s': tokenOf(privateKey, { alg: 'PS256' }),
    none: `${[{ alg: 'none' }, { iss: ISSUER, aud: PUBLIC_URL, azp: 'bao-cao', iat: now, exp: now + 60 }].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`,
    'HS256 with the public key': hmac('HS256', publicKey.export({ type: 'spki', format: 'pem' }) as string)
  }
  for (const [name, made] of Object.entries(refused)) t.match(await me(await made), { status: 401, body: { code: 'invalid_token' } }, name)
  t.match(await me(await tokenOf(privateKey, { claims: { resource_access: undefined } })), { status: 403 }, 'without a scope')
  t.ok(asked.length <= 2, `asked ${asked.length} times`)
  t.strictSame([...new Set(asked)], ['/certs'])
  const { authorization_servers: servers } = (await app.inject('/.well-known/oauth-protected-resource')).json()
  t.strictSame(servers, [PUBLIC_URL, ISSUER])
})

/** Verified without HTTP, so that the clock can be moved. */
async function verifier (t: Test, issuer: TrustedIssuer, timeoutMs = 200) {
  const clock = { now: 0 }
  const given = await database(t)
  const own = await loadSigningKeys({ dataDir: '-', encryptionKey: '00'.repeat(32) })
  const ring = createKeyRing({ ...given, keys: own, log: searchedLogger(), knownMs: 15_000 })
  const keys = createRemoteKeys(issuer, { log: searchedLogger(), now: () => clock.now, timeoutMs })
  const tokens = new Tokens({ jwt: await jwtFor(t, own, PUBLIC_URL), ring, publicUrl: PUBLIC_URL, trusted: [{ issuer, keys }] })
  return { clock, right: async (token: string) => tokens.verify(token).then(() => true, () => false) }
}

t.test('keys come, go, and are asked for now and then', async t => {
  const [first, second] = [pairs['RS256']!(), pairs['RS256']!()]
  let keys = [jwkOf(first.publicKey, 'k1')]
  let down = false
  const { url, asked } = await jwksServer(t, (request, response) => {
    if (down) response.writeHead(503).end()
    else json({ keys })(request, response)
  })
  const { clock, right } = await verifier(t, trusted(url))
  const old = await tokenOf(first.privateKey)
  const young = await tokenOf(second.privateKey, { header: { kid: 'k2' } })
  t.equal(await right(old), true)
  t.equal(await right(young), false)
  for (let i = 0; i < 50; i++) await right(await tokenOf(second.privateKey, { header: { kid: `x${i}` } }))
  t.equal(asked.length, 1, 'unknown kids ask nobody within half a minute')
  keys = [jwkOf(first.publicKey, 'k1'), jwkOf(second.publicKey, 'k2')]
  clock.now += 30_000
  t.equal(await right(young), true, 'then a new key is found')
  t.equal(asked.length, 2)
  down = true
  clock.now += 700_000
  t.strictSame([await right(old), await right(await tokenOf(first.privateKey)), await right(young)], [true, true, true], 'while nobody answers the known keys go on')
  t.equal(await right(await tokenOf(second.privateKey, { header: { kid: 'k3' } })), false)
  await sleep(50)
  const before = asked.length
  for (let i = 0; i < 20; i++) await right(await tokenOf(first.privateKey))
  t.equal(asked.length, before, 'and nobody is asked again and again')
  down = false
  keys = [jwkOf(second.publicKey, 'k2')]
  clock.now += 30_000
  await right(old)
  await sleep(100)
  t.strictSame([await right(old), await right(young)], [false, true], 'a key that is gone is gone, also for what was verified before')
})

t.test('what an address answers that is no key set', async t => {
  const { privateKey, publicKey } = pairs['RS256']!()
  const set = JSON.stringify({ keys: [jwkOf(publicKey, 'k1')] })
  const elsewhere = await jwksServer(t, json({ keys: [jwkOf(publicKey, 'k1')] }))
  const answers: Record<string, (request: IncomingMessage, response: ServerResponse) => void> = {
    'a redirect': (_request, response) => { response.writeHead(302, { location: elsewhere.url }).end() },
    'a page': (_request, response) => { response.end('<html>') },
    null: (_request, response) => { response.end('null') },
    'a set of nothing': (_request, response) => { response.end('{}') },
    'another status': (_request, response) => { response.writeHead(404).end(set) },
    'without end': (_request, response) => {
      const more = () => { while (response.write(' '.repeat(65_536))); }
      response.on('drain', more)
      more()
    },
    'half a megabyte': (_request, response) => { response.end(`${' '.repeat(524_288)}${set}`) },
    never: () => {},
    'a byte now and then': (_request, response) => {
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    },
    'a private key': json({ keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig' }] }),
    'a shared secret': json({ keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'k1', alg: 'HS256' }] }),
    'an RSA key of 1024 bits': json({ keys: [jwkOf((await import('node:crypto')).generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey, 'k1')] })
  }
  const token = await tokenOf(privateKey)
  for (const [name, answer] of Object.entries(answers)) {
    const { url, asked } = await jwksServer(t, answer)
    const { right } = await verifier(t, trusted(url))
    const began = performance.now()
    t.equal(await right(token), false, name)
    t.ok(performance.now() - began < 3_000, `${name}: in time`)
    t.ok(asked.length >= 1, name)
  }
  t.strictSame(elsewhere.asked, [], 'nobody was led elsewhere')
  const { url } = await jwksServer(t, json({ keys: [jwkOf(publicKey, 'k1')] }))
  t.equal(await (await verifier(t, trusted(url))).right(token), true, 'the yardstick')
})
