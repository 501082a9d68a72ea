import type { FastifyInstance } from 'fastify'
import { test } from 'tap'
import { build, client, database, type TestClient } from '../helper.js'
import { faults, writer, type Body } from './registry.js'

/** Clients that are suspended, resumed and ended, and what they may do. Two instances serve one database. */

const PROVINCE = 'UBND-BINH-THUAN'

async function tokenOf (app: FastifyInstance, id: string, secret: string) {
  const answer = await app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`
    },
    payload: 'grant_type=client_credentials'
  })
  return { status: answer.statusCode, body: answer.json<Body>() }
}

let value = 0
/** Each time another figure. */
async function push (app: FastifyInstance, { headers }: TestClient, many = false) {
  const row = { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: `${++value % 90}`, reason: 'đếm lại' }
  const answer = await app.inject({
    method: 'POST',
    url: many ? '/v1/submissions' : '/v1/measurements',
    headers: { ...headers, ...many ? { 'idempotency-key': `${value}` } : {} },
    payload: many ? { mode: 'partial', rows: [row] } : row
  })
  return { status: answer.statusCode, body: answer.json<Body>(), challenge: answer.headers['www-authenticate'] }
}

test('suspended, resumed, ended: at once for pushes and tokens, through every instance', async t => {
  const given = await database(t, { seed: 'plan', max: 8 })
  const app = await build(t, { database: given })
  const other = await build(t, { database: given })
  const admin = await writer(app)
  const pusher = await client(app, { scopes: ['measurements:write', 'registry:read'] })
  const { body: { secret } } = await admin.post(`/v1/clients/${pusher.id}/secrets`, {})
  const url = `/v1/clients/${pusher.id}/transitions`
  const move = (to: string) => admin.post(url, { to, reason: `Thử ${to}` })

  // both instances know it as active
  for (const one of [app, other]) t.equal((await push(one, pusher)).status < 300, true)
  t.equal((await tokenOf(other, pusher.id, secret)).status, 200)

  const made = await move('suspended')
  t.match(made, { status: 201, headers: { location: `${url}/1` }, body: { sequence: 1, to: 'suspended', reason: 'Thử suspended' } })
  t.strictSame((await admin.get(`${url}/1`)).body, made.body)
  for (const many of [false, true]) {
    t.match(await push(other, pusher, many), { status: 401, body: { code: 'invalid_token' }, challenge: /^Bearer .*error="invalid_token".*resource_metadata="http:\/\/registry\.test\/\.well-known\/oauth-protected-resource"/ }, 'the other instance')
    t.match(await push(app, pusher, many), { status: 401, body: { code: 'invalid_token' } })
  }
  for (const one of [app, other]) t.match(await tokenOf(one, pusher.id, secret), { status: 401, body: { error: 'invalid_client' } })
  t.equal((await app.inject({ url: '/v1/clients/me', headers: pusher.headers })).statusCode, 401, 'everything else: at once where it was done')
  t.equal((await admin.get(`/v1/clients/${pusher.id}`)).body['state'], 'suspended')
  t.equal((await move('suspended')).status, 409, 'it is already')

  t.equal((await move('active')).status, 201)
  t.equal((await push(other, pusher)).status < 300, true)
  t.equal((await tokenOf(other, pusher.id, secret)).status, 200)

  t.equal((await move('ended')).status, 201)
  t.equal((await push(other, pusher)).status, 401)
  t.equal((await tokenOf(other, pusher.id, secret)).status, 401)
  t.match((await admin.get(`/v1/clients/${pusher.id}/secrets`)).body['data'], [{ live: false, revokedReason: 'Thử ended' }])
  const refused: [name: string, answer: { status: number, body: Body }][] = [
    ['it does not come back', await move('active')],
    ['it does not end twice', await move('ended')],
    ['it is not changed', await admin.change(`/v1/clients/${pusher.id}`, { name: 'Khác' })],
    ['it gets no secret', await admin.post(`/v1/clients/${pusher.id}/secrets`, {})]
  ]
  for (const [name, answer] of refused) t.match(answer, { status: 409, body: { code: 'client_ended' } }, name)
  t.match(await admin.post('/v1/clients', { id: pusher.id, name: 'Khác', scopes: ['registry:read'] }), { status: 409, body: { code: 'already_exists' } })
  const { rows: [{ figures }] } = await app.pool.query('select count(*)::integer as figures from measurements where client_id = $1', [pusher.id])
  t.equal(figures, 3, 'what it pushed stays')
  const { body: { data } } = await admin.get(url)
  t.same(data.map((one: Body) => [one['sequence'], one['to'], one['reason']]), [
    [1, 'suspended', 'Thử suspended'], [2, 'active', 'Thử active'], [3, 'ended', 'Thử ended']
  ])
})

test('changed scopes and grants hold for the next push, through every instance', async t => {
  const given = await database(t, { seed: 'plan', max: 8 })
  const app = await build(t, { database: given })
  const other = await build(t, { database: given })
  const admin = await writer(app)
  const pusher = await client(app, { scopes: ['measurements:write', 'registry:read'] })
  const change = async (patch: object) => t.equal((await admin.change(`/v1/clients/${pusher.id}`, patch)).status, 200)
  t.equal((await push(other, pusher)).status < 300, true)
  await change({ grants: [{ indicator: 'KTS-03' }] })
  t.same(faults((await push(other, pusher)).body).map(([, code]) => code), ['not_assigned'])
  await change({ grants: [{ agency: PROVINCE, indicator: 'KTS-05' }] })
  t.equal((await push(other, pusher)).status < 300, true)
  await change({ scopes: ['registry:read'] })
  t.match(await push(other, pusher), { status: 403, body: { code: 'insufficient_scope', requiredScopes: ['measurements:write'] } })
  t.match(await push(other, pusher, true), { status: 403, body: { code: 'insufficient_scope' } })
  await change({ scopes: ['measurements:write'] })
  t.equal((await push(other, pusher)).status < 300, true)
})

test('pushes of several clients at once: the suspended one alone is refused', async t => {
  const given = await database(t, { seed: 'plan', max: 8 })
  const app = await build(t, { database: given })
  const clients = await Promise.all(Array.from({ length: 4 }, () => client(app)))
  for (const { headers } of clients) t.equal((await app.inject({ url: '/v1/clients/me', headers })).statusCode, 200)
  // behind the back of the instance, as another would do it
  await app.pool.query("update clients set state = 'suspended' where id = $1", [clients[2]!.id])
  const pushed = await Promise.all(clients.map((one, i) => app.inject({
    method: 'POST', url: '/v1/measurements', headers: one.headers, payload: { indicator: 'KTS-05', agency: PROVINCE, period: `${2022 + i}`, value: '1' }
  })))
  t.same(pushed.map(({ statusCode }) => statusCode), [201, 201, 401, 201])
})

test('nobody suspends or ends itself, and the last administrator stays', async t => {
  const app = await build(t)
  const first = await writer(app)
  const own = (await first.get('/v1/clients/me')).body['id']
  for (const to of ['suspended', 'ended']) {
    const answer = await first.post(`/v1/clients/${own}/transitions`, { to, reason: 'Thử' })
    t.same([answer.status, faults(answer.body)], [422, [['/to', 'own_client']]], to)
  }
  const made = await first.post(`/v1/clients/${own}/secrets`, {})
  const last = { status: 422, body: { code: 'last_administrator' } }
  const revoke = () => first.post(`/v1/clients/${own}/secrets/${made.body['id']}/revocation`, { reason: 'Thử' })
  t.match(await first.change(`/v1/clients/${own}`, { scopes: ['registry:read'] }), last, 'its scope')
  t.match(await revoke(), last, 'its secret')
  t.equal((await first.change(`/v1/clients/${own}`, { name: 'Vẫn sửa được' })).status, 200)

  await first.post('/v1/clients', { id: 'second', name: 'Thử', scopes: ['registry:admin'] })
  t.match(await revoke(), last, 'another without a secret cannot log in')
  await first.post('/v1/clients/second/secrets', {})
  await first.post('/v1/clients/second/transitions', { to: 'suspended', reason: 'Thử' })
  t.match(await revoke(), last, 'nor can a suspended one')
  await first.post('/v1/clients/second/transitions', { to: 'active', reason: 'Thử' })
  t.equal((await revoke()).status, 200)
})

test('two administrators who suspend each other: one does', async t => {
  const given = await database(t, { max: 8 })
  const app = await build(t, { database: given })
  const other = await build(t, { database: given })
  for (let round = 0; round < 3; round++) {
    const [one, two] = [await client(app), await client(app)]
    for (const { id } of [one, two]) {
      await app.inject({ method: 'POST', url: `/v1/clients/${id}/secrets`, headers: one.headers, payload: {} })
    }
    await app.pool.query('update clients set state = \'suspended\' where id <> all($1)', [[one.id, two.id]])
    const suspend = (at: FastifyInstance, by: TestClient, whom: TestClient) => at.inject({
      method: 'POST', url: `/v1/clients/${whom.id}/transitions`, headers: by.headers, payload: { to: 'suspended', reason: 'Thử' }
    })
    const answers = await Promise.all([suspend(app, one, two), suspend(other, two, one)])
    t.same(answers.map(({ statusCode }) => statusCode).sort(), [201, 422])
    const { rowCount } = await app.pool.query("select from clients where state = 'active'")
    t.equal(rowCount, 1)
  }
})

test('a client reads what it may do, and of no other', async t => {
  const app = await build(t, { seed: 'plan' })
  const admin = await writer(app)
  await admin.post('/v1/clients', {
    id: 'own', name: 'Hệ thống của tôi', contact: { email: 'toi@example.vn' }, scopes: ['measurements:write', 'registry:read'], grants: [{ agency: PROVINCE, withSubtree: true }]
  })
  const { body: { secret } } = await admin.post('/v1/clients/own/secrets', {})
  const asked = await app.inject({
    method: 'POST',
    url: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: `grant_type=client_credentials&client_id=own&client_secret=${secret}&scope=registry%3Aread`
  })
  const headers = { authorization: `Bearer ${asked.json<Body>()['access_token']}` }
  const answer = await app.inject({ url: '/v1/clients/me', headers })
  t.equal(answer.statusCode, 200)
  const { tokenExpiresAt, grants: [{ recordedAt, ...grant }], ...self } = answer.json<Body>()
  t.strictSame({ ...self, grant }, {
    id: 'own',
    name: 'Hệ thống của tôi',
    contact: { email: 'toi@example.vn' },
    scopes: ['measurements:write', 'registry:read'],
    grant: { agency: PROVINCE, withSubtree: true, source: { kind: 'given' } },
    tokenScopes: ['registry:read']
  })
  const left = Date.parse(tokenExpiresAt) - Date.now()
  t.ok(left > 890_000 && left <= 900_000, `${left} ms`)
  t.equal((await app.inject('/v1/clients/me')).statusCode, 401)
  for (const url of ['/v1/clients', '/v1/clients/own', '/v1/clients/own/secrets', '/v1/clients/own/transitions']) {
    t.equal((await app.inject({ url, headers })).statusCode, 403, url)
  }
  t.equal((await app.inject({ method: 'PATCH', url: '/v1/clients/me', headers, payload: {} })).statusCode, 405)
})
