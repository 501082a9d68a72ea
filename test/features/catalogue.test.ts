import t from 'tap'
import { build, client, listen } from '../helper.js'
import { agency, codes, faults, lay, pages, undated, writer, type Body } from './registry.js'

const vi = (text: string) => ({ vi: text })
const plan = (code: string, more: object = {}) => ({ code, document: 'D2025', year: 2025, name: vi('Kế hoạch'), issuedOn: '2024-12-11', agency: 'UBND-TINH', ...more })

async function start (test: Parameters<typeof build>[0]) {
  const app = await build(test)
  const api = await writer(app)
  await lay(app, api)
  return { app, api }
}

t.test('plans: one is written, read and changed', async t => {
  const { api } = await start(t)
  const rest = plan('KH-X', { document: 'D2026', name: { vi: 'Kế hoạch chuyển đổi số', en: 'Digital plan' }, provenance: 'quoted' })
  const quoted = { ...rest, quote: 'kế hoạch số 4677/KH-UBND' }
  const { status, body, headers } = await api.post('/v1/plans', quoted)
  t.equal(status, 201)
  t.equal(headers.location, '/v1/plans/KH-X')
  t.same(undated(body), quoted)
  const read = await api.get('/v1/plans/KH-X')
  t.same(undated(read.body), quoted)
  t.equal(read.headers.etag, headers.etag, 'one representation, one tag')
  t.same(undated((await api.get('/v1/plans/KH-2025')).body), plan('KH-2025', { name: vi('Kế hoạch 2025'), provenance: 'operational' }))

  const changed = await api.change('/v1/plans/KH-X', { name: vi('Tên mới'), quote: null, provenance: 'researched' })
  t.equal(changed.status, 200)
  t.same(undated(changed.body), { ...rest, name: vi('Tên mới'), provenance: 'researched' })
  t.equal((await api.patch('/v1/plans/KH-X', { name: vi('x') })).status, 428)
  t.equal((await api.patch('/v1/plans/KH-X', { name: vi('x') }, { 'if-match': String(headers.etag) })).status, 412)
  t.equal((await api.patch('/v1/plans/KH-X', { name: vi('x') }, { 'if-match': `W/${String(changed.headers.etag)}` })).status, 412)
  t.equal((await api.patch('/v1/plans/NONE', { name: vi('x') }, { 'if-match': '*' })).status, 404)
  t.equal((await api.get('/v1/plans/NONE')).status, 404)
  for (const payload of [{ year: 2026 }, { code: 'KH-Y' }, { name: null }, { document: null }, {}, { nme: vi('x') }]) {
    t.equal((await api.change('/v1/plans/KH-X', payload)).status, 400, JSON.stringify(payload))
  }
  const wrong = await api.change('/v1/plans/KH-X', { document: 'NONE', agency: 'NONE', provenance: 'quoted' })
  t.equal(wrong.status, 422)
  t.same(faults(wrong.body), [['/quote', 'quote_required'], ['/document', 'unknown_document'], ['/agency', 'unknown_agency']])
  t.same((await api.get('/v1/plans/KH-X')).body, changed.body, 'a refused change leaves no trace')
})

t.test('plans: two writers with one tag, one of them wins', async t => {
  const { api } = await start(t)
  const { headers: { etag } } = await api.get('/v1/plans/KH-2025')
  const answers = await Promise.all(['A', 'B', 'C'].map(name => api.patch('/v1/plans/KH-2025', { name: vi(name) }, { 'if-match': String(etag) })))
  t.same(answers.map(answer => answer.status).sort(), [200, 412, 412])
})

t.test('plans: an agency by its identifier of the day of issue', async t => {
  const { api } = await start(t)
  await api.post('/v1/agencies', agency('CU', 'Sở cũ', { validTo: '2024-12-31', identifiers: [{ scheme: 'qd20', value: 'H11.7', validTo: '2024-12-31' }] }))
  await api.post('/v1/agencies', agency('MOI', 'Sở mới', { validFrom: '2025-01-01', identifiers: [{ scheme: 'qd20', value: 'H11.7', validFrom: '2025-01-01' }] }))
  t.equal((await api.post('/v1/plans', plan('A', { agency: 'qd20:H11.7' }))).body['agency'], 'CU')
  t.equal((await api.post('/v1/plans', plan('B', { agency: 'qd20:H11.7', issuedOn: '2025-01-01' }))).body['agency'], 'MOI')
  t.same(faults((await api.post('/v1/plans', plan('C', { agency: 'qd20:H99' }))).body), [['/agency', 'unknown_agency']])
  t.same(codes((await api.get('/v1/plans?agency=qd20:H11.7')).body), ['B'], 'a filter asks for today')
  t.same(codes((await api.get('/v1/plans?agency=CU')).body), ['A'])
})

t.test('plans: lists', async t => {
  const { api } = await start(t)
  await api.post('/v1/agencies', agency('STTTT', 'Sở'))
  await api.post('/v1/plans', plan('A', { agency: 'STTTT', year: 2026, issuedOn: '2025-06-01', provenance: 'illustrative' }))
  const cases: [string, string[]][] = [
    ['', ['A', 'KH-2025', 'KH-2026']],
    ['year=2026', ['A', 'KH-2026']],
    ['agency=UBND-TINH', ['KH-2025', 'KH-2026']],
    ['document=D2025', ['A', 'KH-2025']],
    ['document=D2025&year=2026', ['A']],
    ['provenance=illustrative', ['A']],
    ['provenance=quoted', []],
    ['sort=-code', ['KH-2026', 'KH-2025', 'A']],
    ['sort=year', ['KH-2025', 'A', 'KH-2026']],
    ['sort=-issuedOn', ['KH-2026', 'A', 'KH-2025']]
  ]
  for (const [query, expected] of cases) t.same(codes((await api.get(`/v1/plans?${query}`)).body), expected, query)
  t.same(await pages(api.get, '/v1/plans?limit=1&sort=-year'), [['KH-2026'], ['A'], ['KH-2025']])
  t.equal((await api.get('/v1/plans?count=exact&limit=1&year=2026')).body['count'], 2)
  t.same(faults((await api.get('/v1/plans?document=NONE&agency=NONE')).body), [['document', 'unknown_code'], ['agency', 'unknown_code']])
  const { body: { next } } = await api.get('/v1/plans?limit=1')
  const cursor = new URL(next).searchParams.get('cursor')!
  for (const query of ['year=abc', 'year=1899', 'year=2e3', 'year=2025&year=2026', 'colour=red', 'limit=0', 'limit=501', 'sort=mood', 'agency=a%20b',
    `cursor=${cursor}&year=2025`, `cursor=${cursor}&sort=-code`, `cursor=${cursor}x`]) {
    t.equal((await api.get(`/v1/plans?${query}`)).status, 400, query)
  }
  t.equal((await api.get(`/v1/pillars?cursor=${cursor}`)).status, 400, 'the cursor of another list')
})

t.test('plans: what is refused', async t => {
  const { app, api } = await start(t)
  t.same(faults((await api.post('/v1/plans', plan('KH-2025'))).body), [['/code', 'already_exists']])
  t.equal((await api.post('/v1/plans', plan('KH-2025'))).status, 409)
  const unknown = await api.post('/v1/plans', plan('A', { document: 'NONE', agency: 'NONE', provenance: 'quoted' }))
  t.equal(unknown.status, 422)
  t.same(faults(unknown.body), [['/quote', 'quote_required'], ['/document', 'unknown_document'], ['/agency', 'unknown_agency']])
  const { name, ...nameless } = plan('A')
  for (const payload of [
    nameless, plan('A', { year: '2025' }), plan('A', { year: 2025.5 }), plan('A', { year: 1899 }), plan('A', { name: null }), plan('A', { name: { en: 'only' } }),
    plan('A', { issuedOn: '2025-02-29' }), plan('A', { issuedOn: '11/12/2024' }), plan('A', { extra: 1 }), plan('A b'), plan(''), plan('A', { quote: ' ' }), plan('A', { provenance: 'official' }), []
  ]) t.equal((await api.post('/v1/plans', payload)).status, 400, JSON.stringify(payload))
  t.equal((await app.inject({ method: 'POST', url: '/v1/plans', payload: plan('A') })).statusCode, 401)
  const { headers } = await client(app, { scopes: ['registry:read', 'measurements:write'] })
  for (const [method, url, payload] of [
    ['POST', '/v1/plans', plan('A')], ['POST', '/v1/pillars', { code: 'A', name: vi('a') }], ['POST', '/v1/dimensions', { code: 'A', name: vi('a') }],
    ['POST', '/v1/dimensions/NGANH/members', { code: 'A', name: vi('a') }], ['PATCH', '/v1/plans/KH-2025', { name: vi('a') }]
  ] as const) t.equal((await app.inject({ method, url, headers, payload })).statusCode, 403, url)
  t.same(codes((await api.get('/v1/plans')).body), ['KH-2025', 'KH-2026'])
})

t.test('pillars: places in plans', async t => {
  const { api } = await start(t)
  const places = [{ plan: 'KH-2025', position: 2 }, { plan: 'KH-2026', position: 1 }]
  const xhs = { code: 'XHS', name: { vi: 'Xã hội số', en: 'Digital society' }, provenance: 'quoted', quote: 'Phát triển xã hội số' }
  const { status, body, headers } = await api.post('/v1/pillars', { ...xhs, plans: places.toReversed() })
  t.equal(status, 201)
  t.equal(headers.location, '/v1/pillars/XHS')
  t.same(undated(body), { ...xhs, plans: places })
  t.same((await api.get('/v1/pillars/XHS')).body, body)
  t.same(undated((await api.get('/v1/pillars/CQS')).body), { code: 'CQS', name: vi('Chính quyền số'), plans: [], provenance: 'operational' })
  t.equal((await api.get('/v1/pillars/NONE')).status, 404)

  t.equal((await api.change('/v1/pillars/KTS', { plans: [{ plan: 'KH-2025', position: 3 }] })).status, 200)
  t.same(undated((await api.change('/v1/pillars/CQS', { plans: [{ plan: 'KH-2025', position: 1 }], name: vi('Chính quyền') })).body),
    { code: 'CQS', name: vi('Chính quyền'), plans: [{ plan: 'KH-2025', position: 1 }], provenance: 'operational' })
  const cases: [string, string[]][] = [
    // by the first place in any plan: 1, 1, 3
    ['', ['CQS', 'XHS', 'KTS']],
    ['sort=position', ['CQS', 'XHS', 'KTS']],
    ['sort=-position', ['KTS', 'XHS', 'CQS']],
    ['sort=code', ['CQS', 'KTS', 'XHS']],
    ['plan=KH-2025', ['CQS', 'XHS', 'KTS']],
    ['plan=KH-2025&sort=-position', ['KTS', 'XHS', 'CQS']],
    ['plan=KH-2025&sort=code', ['CQS', 'KTS', 'XHS']],
    ['plan=KH-2025&provenance=quoted', ['XHS']],
    ['plan=KH-2026', ['XHS']],
    ['provenance=quoted', ['XHS']],
    ['sort=-code', ['XHS', 'KTS', 'CQS']]
  ]
  for (const [query, expected] of cases) t.same(codes((await api.get(`/v1/pillars?${query}`)).body), expected, query)
  t.same(await pages(api.get, '/v1/pillars?limit=1&plan=KH-2025'), [['CQS'], ['XHS'], ['KTS']])
  t.same(await pages(api.get, '/v1/pillars?limit=2'), [['CQS', 'XHS'], ['KTS']])
  t.equal((await api.get('/v1/pillars?plan=KH-2025&count=exact&limit=1')).body['count'], 3)
  t.equal((await api.get('/v1/pillars?count=exact')).body['count'], 3)
  t.same(faults((await api.get('/v1/pillars?plan=NONE')).body), [['plan', 'unknown_code']])
  await api.post('/v1/pillars', { code: 'AAA', name: vi('a') })
  for (const sort of ['position', '-position']) {
    t.same((await pages(api.get, `/v1/pillars?sort=${sort}&limit=1`)).at(-1), ['AAA'], `${sort}: one that stands in no plan comes last`)
  }

  const taken = await api.change('/v1/pillars/KTS', { plans: [{ plan: 'KH-2025', position: 1 }] })
  t.equal(taken.status, 409)
  t.same(faults(taken.body), [['/plans', 'already_exists']])
  t.same((await api.get('/v1/pillars/KTS')).body['plans'], [{ plan: 'KH-2025', position: 3 }], 'nothing of it was done')
  const wrong = await api.post('/v1/pillars', { code: 'Z', name: vi('z'), provenance: 'quoted', plans: [{ plan: 'NONE', position: 1 }, { plan: 'KH-2025', position: 8 }, { plan: 'KH-2025', position: 9 }] })
  t.equal(wrong.status, 422)
  t.same(faults(wrong.body), [['/plans/2/plan', 'duplicate_plan'], ['/quote', 'quote_required'], ['/plans/0/plan', 'unknown_plan']])
  t.same(faults((await api.post('/v1/pillars', { code: 'CQS', name: vi('z') })).body), [['/code', 'already_exists']])
  for (const position of [0, -1, 1.5, '1', null, 2147483648]) {
    t.equal((await api.post('/v1/pillars', { code: 'Z', name: vi('z'), plans: [{ plan: 'KH-2025', position }] })).status, 400, String(position))
  }
  t.equal((await api.change('/v1/pillars/CQS', { plans: null })).status, 400)
  t.same((await api.change('/v1/pillars/XHS', { plans: [] })).body['plans'], [])
})

t.test('dimensions and their members', async t => {
  const { api } = await start(t)
  const age = { code: 'TUOI', name: { vi: 'Nhóm tuổi', en: 'Age group' }, note: vi('theo năm tròn'), provenance: 'researched' }
  const { status, body, headers } = await api.post('/v1/dimensions', age)
  t.equal(status, 201)
  t.equal(headers.location, '/v1/dimensions/TUOI')
  t.same(undated(body), age)
  t.same(undated((await api.get('/v1/dimensions/TUOI')).body), age)
  t.same(undated((await api.change('/v1/dimensions/TUOI', { note: null, provenance: 'quoted', quote: 'từ 14 tuổi trở lên' })).body),
    { code: 'TUOI', name: age.name, provenance: 'quoted', quote: 'từ 14 tuổi trở lên' })
  t.same(faults((await api.change('/v1/dimensions/TUOI', { quote: null })).body), [['/quote', 'quote_required']])
  t.same(codes((await api.get('/v1/dimensions')).body), ['NGANH', 'TUOI'])
  t.same(codes((await api.get('/v1/dimensions?provenance=quoted')).body), ['TUOI'])
  t.same(await pages(api.get, '/v1/dimensions?limit=1&sort=-code'), [['TUOI'], ['NGANH']])
  t.same(faults((await api.post('/v1/dimensions', { code: 'TUOI', name: vi('x') })).body), [['/code', 'already_exists']])
  t.equal((await api.get('/v1/dimensions/NONE')).status, 404)

  const add = (code: string, more: object = {}) => api.post('/v1/dimensions/TUOI/members', { code, name: vi(code), ...more })
  const first = await add('14-17', { provenance: 'illustrative' })
  t.equal(first.status, 201)
  t.equal(first.headers.location, '/v1/dimensions/TUOI/members/14-17')
  t.same(undated(first.body), { dimension: 'TUOI', code: '14-17', name: vi('14-17'), position: 1, provenance: 'illustrative' })
  t.same((await api.get('/v1/dimensions/TUOI/members/14-17')).body, first.body)
  t.equal((await add('18-24')).body['position'], 2)
  t.equal((await add('0-13', { position: 0 })).body['position'], 0)
  await Promise.all(['A', 'B', 'C'].map(code => add(code)))
  const { body: { data } } = await api.get('/v1/dimensions/TUOI/members')
  t.same((data as Body[]).map(one => one['position']), [0, 1, 2, 3, 4, 5], 'whoever adds at once stands one behind the other')
  t.same(codes((await api.get('/v1/dimensions/TUOI/members?limit=3')).body), ['0-13', '14-17', '18-24'])
  t.same(codes((await api.get('/v1/dimensions/TUOI/members?provenance=illustrative&count=exact')).body), ['14-17'])
  t.same(codes((await api.get('/v1/dimensions/NGANH/members?count=exact')).body), ['Y-TE'])
  t.same(await pages(api.get, '/v1/dimensions/TUOI/members?limit=5&sort=code'), [['0-13', '14-17', '18-24', 'A', 'B'], ['C']])
  t.same(undated((await api.change('/v1/dimensions/TUOI/members/0-13', { position: 9, name: { vi: 'Dưới 14', en: 'Below 14' } })).body),
    { dimension: 'TUOI', code: '0-13', name: { vi: 'Dưới 14', en: 'Below 14' }, position: 9, provenance: 'operational' })
  t.same(faults((await add('14-17')).body), [['/code', 'already_exists']])
  t.equal((await add('14-17')).status, 409)
  t.equal((await api.post('/v1/dimensions/NGANH/members', { code: '14-17', name: vi('x') })).status, 201, 'a code is unique within its dimension')
  for (const [method, url] of [['get', '/v1/dimensions/NONE/members'], ['get', '/v1/dimensions/NONE/members/A'], ['get', '/v1/dimensions/TUOI/members/NONE']] as const) {
    t.equal((await api[method](url)).status, 404, url)
  }
  t.equal((await api.post('/v1/dimensions/NONE/members', { code: 'A', name: vi('a') })).status, 404)
  t.equal((await api.patch('/v1/dimensions/TUOI/members/NONE', { position: 1 }, { 'if-match': '*' })).status, 404)
  t.equal((await api.patch('/v1/dimensions/TUOI/members/A', { position: 1 })).status, 428)
  for (const payload of [{ position: -1 }, { provenance: 'quoted' }, { name: 'A' }, { dimension: 'TUOI' }, { position: '1' }]) {
    t.equal((await add('Z', payload)).status, 400, JSON.stringify(payload))
  }
})

t.test('over a socket', async t => {
  const { app, url } = await listen(t)
  const api = await writer(app)
  await lay(app, api)
  const page = await fetch(`${url}/v1/plans?limit=1`)
  t.equal(page.status, 200)
  t.match(page.headers.get('link'), /^<http:\/\/registry\.test\/v1\/plans\?.*cursor=.+>; rel="next"$/)
  const one = await fetch(`${url}/v1/plans/KH-2025`)
  const etag = one.headers.get('etag')!
  t.match(etag, /^"1-/)
  t.equal((await fetch(`${url}/v1/plans/KH-2025`, { headers: { 'if-none-match': etag } })).status, 304)
  t.equal((await fetch(`${url}/v1/plans`, { method: 'DELETE' })).status, 405)
})
