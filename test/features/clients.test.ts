import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { test } from 'tap'
import { build, client, type TestClient } from '../helper.js'
import { codes, faults, pages, writer, type Body } from './registry.js'

const PROVINCE = 'UBND-BINH-THUAN'

/** What the table says of an answer: the status, then the codes, each at its place. */
const told = ({ status, body }: { status: number, body: Body }) => [status, ...faults(body).map(fault => fault.join(' '))]
const without = (body: Body): Body => {
  const { recordedAt, grants, ...rest } = body
  return { ...rest, grants: (grants as Body[]).map(({ recordedAt, ...grant }) => grant) }
}

async function start (t: Parameters<typeof build>[0]) {
  const app = await build(t, { seed: 'plan' })
  const admin = await writer(app)
  const agency = await admin.post('/v1/agencies', { code: 'SYT', name: { vi: 'Sở Y tế' }, kind: 'department', level: 'province', parent: PROVINCE, validFrom: '2022-01-01', identifiers: [{ scheme: 'qd20', value: 'H11.6', validFrom: '2022-01-01' }] })
  t.equal(agency.status, 201, JSON.stringify(agency.body))
  return { app, admin }
}

async function tokenOf (app: FastifyInstance, id: string, secret: string) {
  const answer = await app.inject({
    method: 'POST', url: '/oauth/token', headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` }, payload: 'grant_type=client_credentials'
  })
  return { status: answer.statusCode, body: answer.json<Body>() }
}

test('a client is created, shown, listed and changed', async t => {
  const { admin } = await start(t)
  const given = { id: 'bc-so-y-te', name: 'Hệ thống báo cáo của Sở Y tế', contact: { name: 'Phòng CNTT', email: 'cntt@example.vn' }, scopes: ['measurements:write'], grants: [{ agency: 'qd20:H11.6' }, { agency: PROVINCE, withSubtree: true, indicator: 'KTS-05', validFrom: '2025-01-01', validTo: '2025-12-31' }] }
  const shown = {
    id: 'bc-so-y-te',
    name: 'Hệ thống báo cáo của Sở Y tế',
    contact: { name: 'Phòng CNTT', email: 'cntt@example.vn' },
    scopes: ['measurements:write'],
    grants: [
      { agency: 'SYT', withSubtree: false, source: { kind: 'given' } },
      { agency: PROVINCE, withSubtree: true, indicator: 'KTS-05', validFrom: '2025-01-01', validTo: '2025-12-31', source: { kind: 'given' } }
    ],
    state: 'active'
  }
  const made = await admin.post('/v1/clients', given)
  t.equal(made.status, 201)
  t.equal(made.headers['location'], '/v1/clients/bc-so-y-te')
  t.strictSame(without(made.body), shown)
  const read = await admin.get('/v1/clients/bc-so-y-te')
  t.strictSame(read.body, made.body)
  t.equal(read.headers['etag'], made.headers['etag'])

  const url = '/v1/clients/bc-so-y-te'
  t.equal((await admin.patch(url, { name: 'Tên khác' })).status, 428)
  const etag = String(read.headers['etag'])
  const changed = await admin.patch(url, { name: 'Tên khác', contact: { email: null, phone: '0252 3822000' } }, { 'if-match': etag })
  t.strictSame(without(changed.body), { ...shown, name: 'Tên khác', contact: { name: 'Phòng CNTT', phone: '0252 3822000' } })
  t.equal((await admin.patch(url, { name: 'Lần nữa' }, { 'if-match': etag })).status, 412, 'it has changed since')

  const before = changed.body['grants'] as Body[]
  const narrowed = await admin.change(url, { contact: null, grants: [{ indicator: 'KTS-03' }, { agency: 'SYT' }] })
  t.strictSame(without(narrowed.body), {
    id: 'bc-so-y-te',
    name: 'Tên khác',
    scopes: ['measurements:write'],
    grants: [{ agency: 'SYT', withSubtree: false, source: { kind: 'given' } }, { withSubtree: false, indicator: 'KTS-03', source: { kind: 'given' } }],
    state: 'active'
  }, 'the list is replaced')
  t.equal(narrowed.body['grants'][0].recordedAt, before[0]!['recordedAt'], 'what stays as it was keeps its record')
  t.ok(narrowed.body['recordedAt'] > changed.body['recordedAt'])

  const named = await admin.post('/v1/clients', { name: 'Không mã', scopes: ['registry:read'] })
  t.equal(named.status, 201)
  t.match(named.body['id'], /^client-[0-9a-f]{16}$/)
  t.same(named.body['grants'], [])
})

test('what is wrong with a client is said at its place', async t => {
  const { admin } = await start(t)
  await admin.post('/v1/clients', { id: 'taken', name: 'Có rồi', scopes: ['registry:read'] })
  const body = (more: object) => ({ name: 'Thử', scopes: ['measurements:write'], ...more })
  const grants = (...grants: object[]) => body({ grants })
  const table: [name: string, body: object, ...expected: (string | number)[]][] = [
    ['no name', { scopes: ['registry:read'] }, 400, '/name required'],
    ['an unknown scope', body({ scopes: ['registry:all'] }), 400, '/scopes/0 not_one_of'],
    ['no scope', body({ scopes: [] }), 400, '/scopes too_few'],
    ['a scope twice', body({ scopes: ['registry:read', 'registry:read'] }), 400, '/scopes repeated_item'],
    ['an id with a space', body({ id: 'so y te' }), 400, '/id wrong_format'],
    ['an id with a slash', body({ id: 'a/b' }), 400, '/id wrong_format'],
    ['an id of dots', body({ id: '..' }), 400, '/id wrong_format'],
    ['a long id', body({ id: 'x'.repeat(65) }), 400, '/id wrong_format'],
    ['the reserved id', body({ id: 'me' }), 422, '/id reserved_id'],
    ['the reserved id in capitals', body({ id: 'ME' }), 422, '/id reserved_id'],
    ['a taken id', body({ id: 'taken' }), 409, '/id already_exists'],
    ['no address', body({ contact: { email: 'ai đó' } }), 400, '/contact/email not_an_email'],
    ['an unknown field', body({ secret: 'x' }), 400, '/secret unknown_field'],
    ['an unknown agency', grants({ agency: 'KHONG-CO' }), 422, '/grants/0/agency unknown_agency'],
    ['an unknown identifier', grants({}, { agency: 'qd20:H99' }), 422, '/grants/1/agency unknown_agency'],
    ['an unknown indicator', grants({ indicator: 'KHONG-CO' }), 422, '/grants/0/indicator unknown_indicator'],
    ['both, and the id', { ...grants({ agency: 'A', indicator: 'B' }), id: 'me' }, 422, '/id reserved_id', '/grants/0/agency unknown_agency', '/grants/0/indicator unknown_indicator'],
    ['one grant twice', grants({ agency: 'SYT' }, { agency: 'qd20:H11.6', withSubtree: false }), 422, '/grants/1 duplicate_grant'],
    ['a subtree of all', grants({ withSubtree: true }), 422, '/grants/0/withSubtree agency_required'],
    ['an end before the beginning', grants({ validFrom: '2025-02-01', validTo: '2025-01-31' }), 422, '/grants/0/validTo ends_before_it_begins'],
    ['a source', grants({ source: { kind: 'given' } }), 400, '/grants/0/source unknown_field']
  ]
  for (const [name, body, ...expected] of table) t.strictSame(told(await admin.post('/v1/clients', body)), expected, name)
  const { body: { errors: [fault] } } = await admin.post('/v1/clients', body({ scopes: ['registry:all'] }))
  t.match(fault.detail, 'measurements:review', 'which scopes there are')

  const patches: [name: string, body: object, ...expected: (string | number)[]][] = [
    ['nothing', {}, 400, ' too_few'],
    ['another id', { id: 'other' }, 400, '/id unknown_field'],
    ['the state', { state: 'suspended' }, 400, '/state unknown_field'],
    ['no name', { name: null }, 400, '/name wrong_type'],
    ['an unknown agency', { grants: [{ agency: 'KHONG-CO' }] }, 422, '/grants/0/agency unknown_agency']
  ]
  for (const [name, body, ...expected] of patches) t.strictSame(told(await admin.change('/v1/clients/taken', body)), expected, name)
  t.equal((await admin.get('/v1/clients/nobody')).status, 404)
  t.equal((await admin.patch('/v1/clients/nobody', { name: 'x' }, { 'if-match': '*' })).status, 404)
})

test('the list: filters, search, order, pages', async t => {
  const { app, admin } = await start(t)
  const { rows: [{ id: self }] } = await app.pool.query('select id from clients')
  const clients: [id: string, name: string, scopes: string[], grants: object[]][] = [
    ['a-pull', 'Cổng dữ liệu tỉnh', ['registry:read'], []],
    ['b-syt', 'Sở Y tế', ['measurements:write'], [{ agency: 'SYT' }]],
    ['c-tinh', 'Trục báo cáo tỉnh', ['measurements:write', 'measurements:review'], [{ agency: PROVINCE, withSubtree: true }]],
    ['d-cap', 'Riêng cấp tỉnh', ['measurements:write'], [{ agency: PROVINCE }]],
    ['e-cu', 'Hợp đồng cũ', ['measurements:write'], [{ agency: 'SYT', validTo: '2024-12-31' }]]
  ]
  for (const [id, name, scopes, grants] of clients) t.equal((await admin.post('/v1/clients', { id, name, scopes, grants })).status, 201, id)
  const list = async (query: string) => (await admin.get(`/v1/clients?${query}`)).body['data'].map((one: Body) => one['id']).filter((id: string) => id !== self)
  const table: [query: string, ...expected: string[]][] = [
    ['', 'a-pull', 'b-syt', 'c-tinh', 'd-cap', 'e-cu'],
    ['sort=-id', 'e-cu', 'd-cap', 'c-tinh', 'b-syt', 'a-pull'],
    ['sort=-recordedAt', 'e-cu', 'd-cap', 'c-tinh', 'b-syt', 'a-pull'],
    ['scope=measurements:review', 'c-tinh'],
    ['state=suspended'],
    ['q=so%20y%20te', 'b-syt'],
    ['q=tinh', 'a-pull', 'c-tinh', 'd-cap'],
    // the one above with its subtree, not the one above alone, and not one that has run out
    ['agency=SYT', 'b-syt', 'c-tinh'],
    ['agency=qd20:H11.6', 'b-syt', 'c-tinh'],
    [`agency=${PROVINCE}`, 'c-tinh', 'd-cap']
  ]
  for (const [query, ...expected] of table) t.same(await list(query), expected, query)
  t.strictSame(told(await admin.get('/v1/clients?agency=KHONG-CO')), [400, 'agency unknown_code'])
  t.strictSame(told(await admin.get('/v1/clients?scope=all')), [400, 'scope not_one_of'])
  t.equal((await admin.get('/v1/clients?count=exact&limit=1')).body['count'], 6)
  t.same((await pages(admin.get, '/v1/clients?limit=2', 'id')).map(page => page.length), [2, 2, 2])
  const { body: { data: [, second] } } = await admin.get('/v1/clients?sort=recordedAt')
  const since = await admin.get(`/v1/clients?recordedFrom=${second.recordedAt}&sort=recordedAt`)
  t.equal(codes(since.body, 'id').length, 5)
})

test('secrets: shown once, two live, replaced without an outage', async t => {
  const { app, admin } = await start(t)
  await admin.post('/v1/clients', { id: 'rotating', name: 'Thử', scopes: ['registry:read'] })
  const url = '/v1/clients/rotating/secrets'
  const first = await admin.post(url, {})
  t.equal(first.status, 201)
  t.match(first.body, { secret: /^[\w-]{43}$/ })
  t.equal(first.headers['location'], `${url}/${first.body['id']}`)
  t.equal(first.headers['cache-control'], 'no-store')
  t.equal((await tokenOf(app, 'rotating', first.body['secret'])).status, 200)
  const second = await admin.post(url, { expiresAt: '2099-01-01T00:00:00+07:00' })
  t.equal(second.body['expiresAt'], '2098-12-31T17:00:00.000000Z')
  t.equal((await tokenOf(app, 'rotating', second.body['secret'])).status, 200, 'two side by side')
  t.match(await admin.post(url, {}), { status: 409, body: { code: 'two_live_secrets' } })

  const shown = await admin.get(url)
  t.notMatch(JSON.stringify(shown.body), new RegExp(`${first.body['secret']}|${second.body['secret']}|scrypt`))
  t.same(shown.body['data'].map((one: Body) => [one['id'], one['live'], typeof one['lastUsedAt']]), [
    [first.body['id'], true, 'string'], [second.body['id'], true, 'string']
  ])
  const one = await admin.get(`${url}/${first.body['id']}`)
  t.strictSame(one.body, shown.body['data'][0])

  t.strictSame(told(await admin.post(`${url}/${first.body['id']}/revocation`, {})), [400, '/reason required'])
  const revoked = await admin.post(`${url}/${first.body['id']}/revocation`, { reason: 'Thay định kỳ' })
  t.match(revoked, { status: 200, body: { live: false, revokedReason: 'Thay định kỳ' } })
  t.equal((await tokenOf(app, 'rotating', first.body['secret'])).status, 401)
  t.equal((await tokenOf(app, 'rotating', second.body['secret'])).status, 200)
  t.equal((await admin.post(`${url}/${first.body['id']}/revocation`, { reason: 'Lần nữa' })).status, 409)
  t.equal((await admin.post(url, {})).status, 201, 'there is room again')
  t.same((await admin.get(`${url}?live=false`)).body['data'].map((one: Body) => one['id']), [first.body['id']])

  await app.pool.query("update client_secrets set expires_at = now() where client_id = 'rotating'")
  t.equal((await tokenOf(app, 'rotating', second.body['secret'])).status, 401, 'expired')
  t.equal((await admin.post(url, {})).status, 201, 'an expired one is not live')
  t.strictSame(told(await admin.post(url, { expiresAt: '2020-01-01T00:00:00Z' })), [422, '/expiresAt not_in_future'])
  t.strictSame(told(await admin.post(url, { secret: 'của tôi' })), [400, '/secret unknown_field'])
  t.equal((await admin.post('/v1/clients/nobody/secrets', {})).status, 404)
  t.equal((await admin.get('/v1/clients/nobody/secrets')).status, 404)
  t.equal((await admin.get(`/v1/clients/taken/secrets/${first.body['id']}`)).status, 404, 'another client\'s')
})

test('two secrets at once: never a third', async t => {
  const { admin } = await start(t)
  await admin.post('/v1/clients', { id: 'racing', name: 'Thử', scopes: ['registry:read'] })
  const answers = await Promise.all(Array.from({ length: 5 }, () => admin.post('/v1/clients/racing/secrets', {})))
  t.same(answers.map(({ status }) => status).sort(), [201, 201, 409, 409, 409])
})

test('a secret under an Idempotency-Key is made once, and stored nowhere', async t => {
  const { app, admin } = await start(t)
  await admin.post('/v1/clients', { id: 'keyed', name: 'Thử', scopes: ['registry:read'] })
  const { headers } = await client(app)
  const send = async (key: string) => {
    const answer = await app.inject({ method: 'POST', url: '/v1/clients/keyed/secrets', headers: { ...headers, 'idempotency-key': key }, payload: {} })
    return { status: answer.statusCode, body: answer.json<Body>(), headers: answer.headers }
  }
  const key = randomUUID()
  const first = await send(key)
  t.equal(first.status, 201)
  t.equal((await tokenOf(app, 'keyed', first.body['secret'])).status, 200)
  t.match(await send(key), { status: 409, body: { code: 'secret_shown_once', location: `/v1/clients/keyed/secrets/${first.body['id']}` } })
  const { rows: [kept] } = await app.pool.query('select body, headers::text from idempotency_keys where key = $1', [key])
  t.equal(kept.body, '')
  t.notMatch(kept.headers, first.body['secret'])
  const { rows: [{ count }] } = await app.pool.query("select count(*)::integer from client_secrets where client_id = 'keyed'")
  t.equal(count, 1)
})

test('when a secret was last used is written once a minute at most', async t => {
  const { app, admin } = await start(t)
  await admin.post('/v1/clients', { id: 'used', name: 'Thử', scopes: ['registry:read'] })
  const { body: { secret } } = await admin.post('/v1/clients/used/secrets', {})
  const stored = async () => (await app.pool.query("select last_used_at as at, xmin::text as version from client_secrets where client_id = 'used'")).rows[0]
  t.equal((await stored()).at, null)
  t.equal((await tokenOf(app, 'used', `${secret}x`)).status, 401)
  t.equal((await stored()).at, null, 'a wrong one is not used')
  await tokenOf(app, 'used', secret)
  const first = await stored()
  t.type(first.at, 'string')
  await tokenOf(app, 'used', secret)
  t.same(await stored(), first)
  await app.pool.query("update client_secrets set last_used_at = now() - interval '61 seconds' where client_id = 'used'")
  await tokenOf(app, 'used', secret)
  t.ok((await stored()).at > first.at)
})

test('a grant that came by a reorganisation says so, and its coming is another version of the client', async t => {
  const { admin } = await start(t)
  const { body: { data: [{ id: document }] } } = await admin.get('/v1/documents')
  await admin.post('/v1/agencies', { code: 'STTTT-2', name: { vi: 'Sở mới' }, kind: 'department', level: 'province', parent: PROVINCE, validFrom: '2022-01-01' })
  const made = await admin.post('/v1/clients', { id: 'follows', name: 'Thử', scopes: ['measurements:write'], grants: [{ agency: 'SYT' }] })
  const merger = await admin.post('/v1/reorganisations', {
    id: 'SAP-NHAP', kind: 'merge', effectiveOn: '2025-03-01', document, reason: { vi: 'Sáp nhập' }, from: ['SYT'], to: ['STTTT-2']
  })
  t.equal(merger.status, 201, JSON.stringify(merger.body))
  const stale = await admin.patch('/v1/clients/follows', { grants: [] }, { 'if-match': String(made.headers['etag']) })
  t.equal(stale.status, 412, 'what was read before it is not the whole list any more')
  const read = await admin.get('/v1/clients/follows')
  const came = { agency: 'STTTT-2', withSubtree: false, validFrom: '2025-03-01', source: { kind: 'reorganisation', reorganisation: 'SAP-NHAP' } }
  t.match(without(read.body)['grants'], [{ agency: 'SYT', source: { kind: 'given' } }, came])
  const kept = await admin.change('/v1/clients/follows', { grants: [{ agency: 'STTTT-2', validFrom: '2025-03-01' }] })
  t.strictSame(without(kept.body)['grants'], [came], 'named as it stands it keeps where it came from')
})

test('nobody but an administrator sees clients', async t => {
  const { app, admin } = await start(t)
  const name = 'Tên không ai được thấy'
  await admin.post('/v1/clients', { id: 'hidden', name, contact: { email: 'an@example.vn' }, scopes: ['registry:read'] })
  const others = ['registry:read', 'registry:write', 'measurements:write', 'measurements:review', 'webhooks:write'] as const
  const callers: [TestClient | undefined, number][] = [[undefined, 401], [await client(app, { scopes: others }), 403]]
  const routes: ['GET' | 'POST' | 'PATCH', string][] = [
    ['GET', '/v1/clients'], ['GET', '/v1/clients/hidden'], ['GET', '/v1/clients/nobody'], ['POST', '/v1/clients'], ['PATCH', '/v1/clients/hidden'],
    ['GET', '/v1/clients/hidden/secrets'], ['POST', '/v1/clients/hidden/secrets']
  ]
  for (const [caller, status] of callers) {
    for (const [method, url] of routes) {
      const answer = await app.inject({ method, url, headers: { ...caller?.headers }, ...method === 'GET' ? {} : { payload: {} } })
      t.equal(answer.statusCode, status, `${method} ${url}`)
      t.notMatch(answer.body, /an@example|Tên không/)
    }
  }
})
