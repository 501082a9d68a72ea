import { randomUUID } from 'node:crypto'
import t from 'tap'
import type { Scope } from '../../src/db/schema/clients.js'
import { agency, indicator, lay, writer, type Body } from '../features/registry.js'
import { build, client, type TestGrant } from '../helper.js'

/**
 * Two clients that push for one district each, a reviewer, and one that writes the catalogue and pushes: what each may do
 * to the figures of others, to its own, and to what they are judged by. Every expectation is by hand.
 */

const app = await build(t)
const api = await writer(app)
await lay(app, api)
for (const code of ['D1', 'D2']) {
  await api.post('/v1/agencies', agency(code, code, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
}
await api.post('/v1/agencies', agency('X1', 'Xã 1', { kind: 'commune_committee', level: 'commune', parent: 'D1' }))
await api.change('/v1/agencies/D2', { identifiers: [{ scheme: 'gso', value: '600' }] })
for (const [code, reviewPolicy] of [['SO', 'automatic'], ['CHO', 'manual']]) {
  await api.post('/v1/indicators', indicator(code!, code!, {
    valueKind: 'number', frequency: 'yearly', aggregation: 'sum', minimum: undefined, maximum: undefined, reviewPolicy
  }))
}

async function as (id: string, scopes: readonly Scope[], grants: TestGrant[] = []) {
  const { headers } = await client(app, { id, scopes, grants })
  return async (method: string, url: string, payload?: object | string, more: Record<string, string> = {}) => {
    const key = method === 'POST' && url.startsWith('/v1/submissions') ? { 'idempotency-key': randomUUID() } : {}
    const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const response = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...headers, 'accept-language': 'en', ...key, ...payload === undefined ? {} : { 'content-type': type }, ...more },
      ...payload === undefined ? {} : { payload }
    })
    const body = String(response.headers['content-type']).includes('json') ? response.json<Body>() : {}
    return { status: response.statusCode, body, text: response.body, etag: String(response.headers['etag']) }
  }
}
type Caller = Awaited<ReturnType<typeof as>>

const one = await as('one', ['measurements:write'], [{ agency: 'D1', withSubtree: true }])
const two = await as('two', ['measurements:write'], [{ agency: 'D2' }])
const reviewer = await as('reviewer', ['measurements:review'])
const both = await as('both', ['measurements:write', 'measurements:review'], [{}])
const cataloguer = await as('cataloguer', ['registry:write', 'measurements:write'], [{ agency: 'D1', withSubtree: true }])
const administrator = await as('administrator', ['registry:admin', 'registry:write'])

const row = (agency: string, more: object = {}) => ({ indicator: 'SO', agency, period: '2025', value: '1', ...more })
const codes = ({ body }: { body: Body }) => {
  const { exceptions = [] } = (body['receipt'] ?? body) as Body
  return (exceptions as Body[]).flatMap(({ problems }) => problems.map((problem: Body) => problem['code']))
}
const stored = async () => (await app.pool.query<{ line: string }>(
  "select client_id || ' ' || indicator_code || ' ' || agency_code || ' ' || revision as line from measurements order by line"
)).rows.map(({ line }) => line)

t.test('rows of others, by every way in', async t => {
  t.equal((await two('POST', '/v1/measurements', row('D2'))).status, 201)
  const others = (await two('POST', '/v1/measurements', row('D2', { indicator: 'CHO' }))).body['id'] as string
  const before = await stored()
  const csv = 'indicator,agency,period,value\nSO,D2,2025,7\n'
  const bulk = (query: string, payload: object | string, type = 'application/json') =>
    one('POST', `/v1/submissions?${query}`, payload, { 'content-type': type })
  const ways: [name: string, answer: { status: number, body: Body }, status: number, codes: string[]][] = [
    ['a list, partial', await bulk('', { mode: 'partial', rows: [row('D2', { value: '7' })] }), 200, ['not_assigned']],
    ['a list, atomic', await bulk('', { mode: 'atomic', rows: [row('D2', { value: '7' })] }), 422, ['not_assigned']],
    ['a dry run', await bulk('dryRun=true', { mode: 'partial', rows: [row('D2', { value: '7' })] }), 200, ['not_assigned']],
    ['lines', await bulk('mode=partial', `${JSON.stringify(row('D2', { value: '7' }))}\n`, 'application/x-ndjson'), 200, ['not_assigned']],
    ['CSV', await bulk('mode=partial', csv, 'text/csv'), 200, ['not_assigned']],
    ['an identifier of the other', await bulk('', { mode: 'partial', rows: [row('gso:600', { value: '7' })] }), 200, ['not_assigned']],
    ['a row that withdraws', await bulk('', { mode: 'partial', rows: [{ ...row('D2'), action: 'withdraw', reason: 'x' }] }), 200, ['not_assigned']],
    ['the body above its own', await bulk('', { mode: 'partial', rows: [row('UBND-TINH')] }), 200, ['not_assigned']]
  ]
  for (const [name, answer, status, expected] of ways) {
    t.equal(answer.status, status, name)
    t.same(codes(answer), expected, name)
  }
  const single = await one('POST', '/v1/measurements', row('D2', { value: '7' }))
  t.match(single, { status: 422, body: { errors: [{ code: 'not_assigned' }] } })
  const replaced = await bulk('replaceScope=true&reason=x&mode=atomic&scopeIndicator=SO&scopeAgency=D1&scopeAgency=D2&scopePeriod=2025', {
    mode: 'atomic', rows: [row('D1')]
  })
  t.equal(replaced.status, 422, 'a file that is the whole truth for both')
  t.match(await one('POST', `/v1/measurements/${others}/withdrawal`, { reason: 'x', revision: 1 }), { status: /^40[34]$/ })
  t.equal((await one('POST', `/v1/measurements/${others}/review`, { decision: 'accept', revision: 1 })).status, 403)
  t.same(await stored(), before, 'nothing was written')
  t.equal((await app.pool.query('select from measurement_events')).rowCount, 0)
})

t.test('what is one\'s own, and what is below it with the grant that says so', async t => {
  t.same(codes(await one('POST', '/v1/submissions', { mode: 'atomic', rows: [row('D1'), row('X1')] })), [])
  t.match(await two('POST', '/v1/measurements', row('X1', { value: '2' })), { status: 422, body: { errors: [{ code: 'not_assigned' }] } })
})

t.test('a key, a receipt and a cursor of another', async t => {
  const key = { 'idempotency-key': 'the-same-key' }
  const pushed = { mode: 'partial', rows: [row('D2', { period: '2024' })] }
  const first = await two('POST', '/v1/submissions', pushed, key)
  const again = await one('POST', '/v1/submissions', pushed, key)
  t.same([first.status, codes(first), again.status, codes(again)], [200, [], 200, ['not_assigned']], 'a key belongs to its client')
  const receipt = `/v1/submissions/${first.body['id']}`
  for (const url of [receipt, `${receipt}/rows`, `${receipt}/rows?format=csv`, `${receipt}/rows?format=xlsx`, `${receipt}/rows?format=ndjson`]) {
    t.equal((await one('GET', url)).status, 404, url)
    t.equal((await reviewer('GET', url)).status, 200, `${url} for a reviewer`)
    t.equal((await two('GET', url)).status, 200, `${url} for its own client`)
  }
  await two('POST', '/v1/submissions', { ...pushed, rows: [row('D2', { period: '2023' })] })
  const page = (await two('GET', '/v1/submissions?limit=1')).body
  t.equal(page['data'].length, 1)
  const carried = await one('GET', String(page['next']).replace('http://registry.test', ''))
  t.ok(carried.status === 400 || carried.body['data'].every((one: Body) => one['client'] === 'one'), 'a cursor opens nothing')
  const own = (await one('GET', '/v1/submissions?limit=100')).body['data'] as Body[]
  t.same([...new Set(own.map(({ client }) => client))], ['one'])
  t.match(await one('GET', '/v1/submissions?client=two'), { status: /^(200|40[03])$/ })
  t.notMatch((await one('GET', '/v1/submissions?client=two')).text, /"client":"two"/)
})

t.test('nobody reviews what the same client pushed', async t => {
  const { body: { id } } = await both('POST', '/v1/measurements', row('D1', { indicator: 'CHO' }))
  t.match(await both('POST', `/v1/measurements/${id}/review`, { decision: 'accept', revision: 1 }), { status: 403, body: { code: 'own_measurement' } })
  t.equal((await reviewer('POST', `/v1/measurements/${id}/review`, { decision: 'accept', revision: 1 })).status, 200)
})

t.test('what figures are judged by is not for whoever pushes them', async t => {
  const change = async (who: Caller, url: string, payload: object) => {
    const { etag } = await who('GET', url)
    return who('PATCH', url, payload, { 'if-match': etag })
  }
  const rule = { code: 'q', kind: 'range', severity: 'block', params: { minimum: '0' }, indicators: ['SO'], name: { vi: 'Quy tắc' } }
  const made = async (who: Caller, url: string, payload: object) => who('POST', url, payload)
  const draft = await made(cataloguer, '/v1/quality-rules', rule)
  t.equal(draft.status, 201, draft.text)
  const plain = indicator('MOI', 'Mới', { valueKind: 'number', frequency: 'yearly', aggregation: 'sum', minimum: undefined, maximum: undefined })

  // what it is · by whom · the field that is named where it is refused
  const cases: [string, (who: Caller) => Promise<{ status: number, body: Body, text: string }>, string][] = [
    ['a review policy', who => change(who, '/v1/indicators/CHO', { reviewPolicy: 'automatic' }), '/reviewPolicy'],
    ['a stricter review policy', who => change(who, '/v1/indicators/SO', { reviewPolicy: 'manual' }), '/reviewPolicy'],
    ['bounds', who => change(who, '/v1/indicators/SO', { maximum: '1000000' }), '/maximum'],
    ['an indicator that nobody reviews', who => made(who, '/v1/indicators', plain), '/reviewPolicy'],
    ['an agency below one\'s own', who => made(who, '/v1/agencies', agency('X2', 'Xã 2', { kind: 'commune_committee', level: 'commune', parent: 'X1' })), '/parent'],
    ['a parent', who => change(who, '/v1/agencies/D2', { parents: [{ parent: 'D1', validFrom: '2020-01-01' }] }), '/parents'],
    ['an identifier', who => change(who, '/v1/agencies/D2', { identifiers: [] }), '/identifiers'],
    ['the days of a life', who => change(who, '/v1/agencies/X1', { names: [{ name: { vi: 'Xã 1' }, validFrom: '2019-01-01' }] }), '/names'],
    ['a rule in force', who => made(who, '/v1/quality-rules', { ...rule, code: 'q2', state: 'active' }), '/state'],
    ['a draft that comes into force', who => change(who, '/v1/quality-rules/q', { state: 'active' }), '/state'],
    ['a rule that is in force', who => change(who, '/v1/quality-rules/q', { severity: 'warn' }), '/severity']
  ]
  for (const [name, act, pointer] of cases) {
    const refused = await act(cataloguer)
    t.match(refused, { status: 403, body: { code: 'insufficient_scope', requiredScopes: ['registry:admin'], errors: [{ pointer, code: 'administrator_required' }] } }, `${name}: ${refused.text}`)
    const done = await act(administrator)
    t.ok(done.status === 200 || done.status === 201, `${name}, by an administrator: ${done.text}`)
  }

  t.equal((await change(cataloguer, '/v1/indicators/CHO', { definition: { vi: 'Định nghĩa' }, reviewPolicy: 'automatic' })).status, 200, 'what stays as it is, is no change')
  t.equal((await change(cataloguer, '/v1/agencies/D1', { names: [{ name: { vi: 'Huyện Một' }, validFrom: '2020-01-01' }] })).status, 200, 'another wording of a name')
  t.equal((await cataloguer('POST', '/v1/agencies', agency('SO-KHAC', 'Sở khác', { parent: 'UBND-TINH' }))).status, 201, 'an agency elsewhere')
})
