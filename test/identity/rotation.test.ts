import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { decodeProtectedHeader } from 'jose'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { startExpiry } from '../../src/features/identity/expiry.js'
import { createKeyRing } from '../../src/features/identity/ring.js'
import { generateSecret, hashGenerated } from '../../src/features/identity/secrets.js'
import { Tokens } from '../../src/features/identity/tokens.js'
import { LOGIN_LIMITS } from '../../src/http/limits.js'
import { generateKeyPair, loadSigningKeys, unwrapKey, wrapKey } from '../../src/features/identity/key-material.js'
import { build, client, database, type TestDatabase } from '../helper.js'
import { searchedLogger } from '../setup/logs.js'
import { post } from './assertions.js'
import { jwtFor } from './guarded-app.js'

const LEAD_MS = 1_000
/** In a registry 15 s: `KNOWN_MS=15000` measures that. */
const KNOWN_MS = Number(process.env['KNOWN_MS'] ?? 1_000)
const limits = { keyLeadMs: LEAD_MS, knownMs: KNOWN_MS, login: { ...LOGIN_LIMITS, refusalMs: 0 } }
const encryptionKey = randomBytes(32).toString('hex')

/** Two instances on one database. */
async function two (test: Test, keys = { encryptionKey, dataDir: '-' } as Parameters<typeof loadSigningKeys>[0]) {
  const given = await database(test)
  const instance = async () => build(test, { database: given, limits, signingKeys: await loadSigningKeys(keys) })
  return { given, one: await instance(), other: await instance() }
}

const kidOf = (token: string) => decodeProtectedHeader(token).kid
const kidsOf = async (app: FastifyInstance) => (await app.inject('/.well-known/jwks.json')).json<{ keys: { kid: string }[] }>().keys.map(({ kid }) => kid)
const works = async (app: FastifyInstance, token: string) => (await app.inject({ url: '/v1/clients/me', headers: { authorization: `Bearer ${token}` } })).statusCode
const statesOf = async (app: FastifyInstance, headers: Record<string, string>) =>
  (await app.inject({ url: '/v1/signing-keys', headers })).json<{ data: { kid: string, state: string }[] }>().data.map(({ kid, state }) => [kid, state])

/** Seconds until an answer of the instance is `status`; it is asked ten times a second. */
async function until (status: number, ask: () => Promise<number>): Promise<number> {
  const began = performance.now()
  while (await ask() !== status) {
    if (performance.now() - began > 20_000) throw new Error(`not ${status} after 20 s`)
    await sleep(100)
  }
  return (performance.now() - began) / 1_000
}

t.test('one after the other: no client notices', async t => {
  const { given, one, other } = await two(t)
  const admin = await client(one, { id: 'admin' })
  const old = kidOf(admin.token)
  t.equal(await works(other, admin.token), 200, 'the first key is made by whoever needs it first, and shared')
  t.equal(kidOf(await other.tokens.issue('admin', ['registry:read'])), old)
  const rotation = await one.inject({ method: 'POST', url: '/v1/signing-keys', headers: admin.headers, payload: { reason: 'Định kỳ' } })
  t.equal(rotation.statusCode, 201, rotation.body)
  const { kid: next } = rotation.json()
  t.match(rotation.json(), { state: 'upcoming', reason: 'Định kỳ', client: 'admin' })
  const read = await one.inject({ url: String(rotation.headers.location), headers: admin.headers })
  t.strictSame([read.json(), read.headers.etag], [rotation.json(), rotation.headers.etag])
  t.strictSame(await statesOf(one, admin.headers), [[old, 'signing'], [next, 'upcoming']])
  t.equal((await one.inject({ method: 'POST', url: '/v1/signing-keys', headers: admin.headers, payload: { reason: 'Nữa' } })).statusCode, 409, 'one at a time')
  t.strictSame(await kidsOf(one), [old, next], 'published before it signs')
  t.equal(kidOf(await one.tokens.issue('admin', ['registry:read'])), old)

  // the other instance has not looked since: a token of the new key is the first it hears of it
  await sleep(LEAD_MS)
  const stranger = await build(t, { database: given, limits, signingKeys: await loadSigningKeys({ encryptionKey, dataDir: '-' }) })
  const young = await stranger.tokens.issue('admin', ['registry:admin'])
  t.equal(kidOf(young), next, 'an instance that starts now signs with the new one')
  t.equal(await works(other, young), 200, 'an unknown kid is looked up at once')
  t.equal(await works(one, young), 200)
  t.equal(await works(other, admin.token), 200, 'and the old one verifies')
  t.equal(await until(200, async () => kidOf(await one.tokens.issue('admin', ['registry:read'])) === next ? 200 : 0) <= KNOWN_MS / 1_000 + 3, true, 'soon all sign with the new one')
  t.strictSame(await kidsOf(one), [old, next])

  // a quarter of an hour later
  await given.pool.query("update signing_keys set signs_from = signs_from - interval '17 minutes'")
  const later = await build(t, { database: given, limits, signingKeys: await loadSigningKeys({ encryptionKey, dataDir: '-' }) })
  t.strictSame(await kidsOf(later), [next])
  t.equal(await works(later, admin.token), 401)
  t.equal(await works(later, young), 200)
  const wrapped = async () => (await given.pool.query('select kid from signing_keys where wrapped is not null')).rows.map(({ kid }) => kid)
  t.strictSame((await wrapped()).sort(), [old, next].sort())
  const job = startExpiry(given.db, searchedLogger(), 1)
  await sleep(300)
  await job.stop()
  t.strictSame(await wrapped(), [next], 'its private part is gone')
})

t.test('a key that others know is out at once, at the other instance soon', async t => {
  const { one, other } = await two(t)
  const admin = await client(one, { id: 'admin' })
  t.strictSame([await works(one, admin.token), await works(other, admin.token)], [200, 200])
  const rotation = await one.inject({ method: 'POST', url: '/v1/signing-keys', headers: admin.headers, payload: { reason: 'Lộ khóa', compromised: true } })
  t.match([rotation.statusCode, rotation.json().state], [201, 'signing'])
  t.equal(await works(one, admin.token), 401, 'also one that was verified before')
  const took = await until(401, () => works(other, admin.token))
  t.ok(took <= KNOWN_MS / 1_000 + 3)
  t.comment(`at the other instance after ${took.toFixed(1)} s`)
  const token = await one.tokens.issue('admin', ['registry:admin'])
  t.strictSame([await works(one, token), await works(other, token)], [200, 200])
  t.strictSame((await kidsOf(other)), [rotation.json().kid])
  t.strictSame((await statesOf(one, { authorization: `Bearer ${token}` })).map(([, state]) => state), ['revoked', 'signing'])
})

t.test('a token is given back: at once here, a little later there; a client is suspended', async t => {
  const { one, other } = await two(t)
  const admin = await client(one, { id: 'admin' })
  const secrets = { a: generateSecret(), b: generateSecret() }
  for (const [id, secret] of Object.entries(secrets)) {
    await client(one, { id, scopes: ['registry:read'] })
    await one.pool.query('insert into client_secrets (id, client_id, hash) values (gen_random_uuid(), $1, $2)', [id, hashGenerated(secret)])
  }
  const get = async (id: 'a' | 'b') => (await post(one, '/oauth/token', { grant_type: 'client_credentials', client_id: id, client_secret: secrets[id] })).body['access_token'] as string
  const [first, second, others] = [await get('a'), await get('a'), await get('b')]
  const revoke = (token: string, more: Record<string, string> = {}) => post(one, '/oauth/revoke', { token, client_id: 'a', client_secret: secrets.a, ...more })
  t.strictSame([await works(one, first), await works(other, first)], [200, 200])
  t.match(await revoke(first, { token_type_hint: 'refresh_token' }), { status: 200, body: {}, headers: { 'cache-control': 'no-store' } })
  t.equal(await works(one, first), 401)
  const took = await until(401, () => works(other, first))
  t.ok(took <= KNOWN_MS / 1_000 + 3)
  t.comment(`revoked: at the other instance after ${took.toFixed(1)} s`)
  t.strictSame([await works(one, second), await works(other, second), await works(one, others)], [200, 200, 200], 'no other token')
  for (const [name, token] of Object.entries({ again: first, 'a word': 'token', 'an altered one': `${second.slice(0, -2)}AA`, 'three dots': 'a.b.c' })) {
    t.match(await revoke(token), { status: 200 }, name)
  }
  t.match(await revoke(others), { status: 400, body: { error: 'invalid_request', detail: /another client/ } })
  t.equal(await works(one, others), 200)
  t.match(await post(one, '/oauth/revoke', { token: second }), { status: 401, body: { error: 'invalid_client' } })
  t.match(await revoke(second, { client_secret: 'wrong' }), { status: 401 })
  t.match(await revoke(''), { status: 400, body: { error: 'invalid_request' } })
  t.match(await post(one, `/oauth/revoke?token=${second}`, { client_id: 'a', client_secret: secrets.a, token: 'x' }), { status: 400 })
  t.equal(await works(one, second), 200)

  t.equal(await works(other, others), 200)
  const suspended = await one.inject({ method: 'POST', url: '/v1/clients/b/transitions', headers: admin.headers, payload: { to: 'suspended', reason: 'thử' } })
  t.equal(suspended.statusCode, 201)
  t.equal(await works(one, others), 401)
  const stopped = await until(401, () => works(other, others))
  t.ok(stopped <= KNOWN_MS / 1_000 + 3)
  t.comment(`suspended: at the other instance after ${stopped.toFixed(1)} s`)
})

t.test('what is given at the start', async t => {
  const { given, one } = await two(t, { pem: generateKeyPair().privatePem, dataDir: '-' })
  const token = (await client(one, { id: 'admin' })).token
  const start = async (settings: Parameters<typeof loadSigningKeys>[0]) => build(t, { database: given, limits, signingKeys: await loadSigningKeys(settings) })
  const replacing = await start({ pem: generateKeyPair().privatePem, dataDir: '-' })
  const young = await replacing.tokens.issue('admin', ['registry:read'])
  t.not(kidOf(young), kidOf(token))
  t.strictSame([await works(replacing, young), await works(replacing, token)], [200, 200], 'another SIGNING_KEY signs, and that before it verifies')
  t.strictSame(await works(one, young), 200)
  const back = await start({ pem: generateKeyPair().privatePem, encryptionKey, dataDir: '-' })
  t.equal(await works(back, await back.tokens.issue('admin', ['registry:read'])), 200)

  await t.test('a key-encryption key that is not that of before', async t => {
    const given = await database(t)
    const start = async (settings: Parameters<typeof loadSigningKeys>[0]) => build(t, { database: given, limits, signingKeys: await loadSigningKeys(settings) })
    const first = await start({ encryptionKey, dataDir: '-' })
    const token = (await client(first, { id: 'admin' })).token
    const lost = randomBytes(32).toString('hex')

    // one is added where there was none: what was encrypted before is opened with the key that is still given
    const older = await database(t)
    const pem = generateKeyPair().privatePem
    const begin = async (more: object) => build(t, { database: older, limits: { ...limits, keyLeadMs: 0 }, signingKeys: await loadSigningKeys({ pem, dataDir: '-', ...more }) })
    const without = await begin({})
    const { headers } = await client(without, { id: 'admin' })
    const { kid } = (await without.inject({ method: 'POST', url: '/v1/signing-keys', headers, payload: { reason: 'Định kỳ' } })).json()
    t.equal(kidOf(await (await begin({ encryptionKey })).tokens.issue('admin', ['registry:read'])), kid)

    await t.rejects((await start({ encryptionKey: lost, dataDir: '-' })).tokens.check(), { name: 'LockedKeys', message: /another KEY_ENCRYPTION_KEY/ })
    const repaired = await start({ encryptionKey: lost, pem: generateKeyPair().privatePem, dataDir: '-' })
    await t.resolves(repaired.tokens.check())
    t.strictSame([await works(repaired, await repaired.tokens.issue('admin', ['registry:read'])), await works(repaired, token)], [200, 200])
  })

  await t.test('no wrapped key is opened by another key, nor under another name', async t => {
    const pair = generateKeyPair()
    const [key, wrong] = [randomBytes(32), randomBytes(32)]
    const wrapped = wrapKey(pair, key)
    t.notMatch(wrapped, pair.privatePem.split('\n')[1]!.slice(0, 20))
    t.equal(unwrapKey(pair.kid, wrapped, [wrong, key])?.privatePem, pair.privatePem)
    t.not(wrapKey(pair, key), wrapped, 'never twice the same')
    t.equal(unwrapKey(pair.kid, wrapped, [wrong]), undefined)
    t.equal(unwrapKey(generateKeyPair().kid, wrapped, [key]), undefined)
    const bytes = Buffer.from(wrapped, 'base64')
    bytes[40]! ^= 1
    t.equal(unwrapKey(pair.kid, bytes.toString('base64'), [key]), undefined)
    t.equal(unwrapKey(pair.kid, '', [key]), undefined)
  })
})

t.test('the clock is looked at every time', async t => {
  const given: TestDatabase = await database(t)
  const keys = await loadSigningKeys({ encryptionKey, dataDir: '-' })
  const tokens = new Tokens({ jwt: await jwtFor(t, keys, 'http://registry.test'), ring: createKeyRing({ ...given, keys, log: searchedLogger(), knownMs: 15_000 }), publicUrl: 'http://registry.test' })
  const token = await tokens.issue('admin', ['registry:read'])
  t.equal((await tokens.verify(token)).clientId, 'admin')
  const { now } = Date
  t.teardown(() => { Date.now = now })
  for (const [seconds, right] of [[899, true], [904, true], [906, false], [-4, true], [-10, false], [-3_600, false], [0, true]] as const) {
    Date.now = () => now() + seconds * 1_000
    if (right) await t.resolves(tokens.verify(token), `${seconds} s`)
    else await t.rejects(tokens.verify(token), { name: 'InvalidToken' }, `${seconds} s`)
  }
})

t.test('while the database is away the known keys go on', async t => {
  const given = await database(t)
  let now = 0
  const log = searchedLogger()
  const keys = await loadSigningKeys({ encryptionKey, dataDir: '-' })
  const ring = createKeyRing({ ...given, keys, log, knownMs: 15_000, now: () => now })
  const tokens = new Tokens({ jwt: await jwtFor(t, keys, 'http://registry.test'), ring, publicUrl: 'http://registry.test' })
  const token = await tokens.issue('admin', ['registry:read'])
  await given.pool.query('alter table signing_keys rename to away')
  now += 60_000
  t.equal((await tokens.verify(token)).clientId, 'admin')
  t.equal((await tokens.verify(await tokens.issue('admin', ['registry:read']))).clientId, 'admin')
  t.equal((await ring.published()).length, 1)
  await t.rejects(createKeyRing({ ...given, keys, log, knownMs: 15_000 }).published(), 'nobody begins without them')
  await given.pool.query('alter table away rename to signing_keys')
})
