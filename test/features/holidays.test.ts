import t from 'tap'
import { build, client } from '../helper.js'
import { codes, faults, pages, undated, writer } from './registry.js'

t.test('holidays: written, read, changed, removed, and what was known before', async t => {
  const app = await build(t)
  const api = await writer(app)
  const { headers: authorization } = await client(app)
  const remove = (day: string, match?: string) => app.inject({ method: 'DELETE', url: `/v1/holidays/${day}`, headers: { ...authorization, ...match === undefined ? {} : { 'if-match': match } } })
  const deadlines = async (query = '') => (await api.get(`/v1/calendars/X/periods?year=2031&frequency=monthly&limit=1${query}`)).body['data'][0].deadline
  const everyTier = Object.fromEntries(['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly'].map(one => [one, [{ tier: 'unit', workingDays: 2 }]]))
  await api.post('/v1/calendars', { code: 'X', name: { vi: 'X' }, startDay: 15, monthOffset: -1, deadlines: everyTier })
  // 14/01/2031 is a Tuesday
  t.equal(await deadlines(), '2031-01-16')

  const given = { day: '2031-01-15', kind: 'off', name: { vi: 'Nghỉ', en: 'Off' }, provenance: 'researched' }
  const { status, body, headers } = await api.post('/v1/holidays', given)
  t.equal(status, 201)
  t.same(undated(body), given)
  t.equal(headers.location, '/v1/holidays/2031-01-15')
  const read = await api.get('/v1/holidays/2031-01-15')
  t.same(undated(read.body), given)
  t.equal(read.headers.etag, headers.etag)
  t.equal(await deadlines(), '2031-01-17', 'a day off moves the deadline')
  const before = new Date().toISOString()

  const changed = await api.change('/v1/holidays/2031-01-15', { name: { vi: 'Nghỉ bù' } })
  t.same(undated(changed.body), { ...given, name: { vi: 'Nghỉ bù' } })
  t.same(undated((await api.get(`/v1/holidays/2031-01-15?asOf=${before}`)).body), given)
  t.equal((await api.patch('/v1/holidays/2031-01-15', { kind: 'off' })).status, 428)
  t.equal((await api.patch('/v1/holidays/2031-01-15', { kind: 'off' }, { 'if-match': String(headers.etag) })).status, 412)
  t.same(faults((await api.change('/v1/holidays/2031-01-15', { kind: 'working' })).body), [['/kind', 'not_a_weekend']], 'a Wednesday')
  t.equal((await api.patch('/v1/holidays/2031-01-16', { kind: 'off' }, { 'if-match': '*' })).status, 404)

  t.equal((await api.post('/v1/holidays', { day: '2031-01-18', kind: 'working', name: { vi: 'Làm bù' } })).status, 201, 'a Saturday')
  t.same(codes((await api.get('/v1/holidays?year=2031')).body, 'day'), ['2031-01-15', '2031-01-18'])
  t.same(codes((await api.get('/v1/holidays?year=2031&kind=working')).body, 'day'), ['2031-01-18'])
  t.same(codes((await api.get('/v1/holidays?year=2031&provenance=researched&count=exact')).body, 'day'), ['2031-01-15'])
  t.equal((await api.get('/v1/holidays?year=2031&count=exact')).body['count'], 2)
  t.same(codes((await api.get(`/v1/holidays?year=2031&asOf=${before}`)).body, 'day'), ['2031-01-15'])
  t.same((await pages(api.get, '/v1/holidays?year=2031&limit=1&sort=-day', 'day')).flat(), ['2031-01-18', '2031-01-15'])

  t.equal((await remove('2031-01-15')).statusCode, 428)
  t.equal((await remove('2031-01-15', String(headers.etag))).statusCode, 412)
  const gone = await remove('2031-01-15', String(changed.headers.etag))
  t.equal(gone.statusCode, 204)
  t.equal(gone.body, '')
  t.equal((await remove('2031-01-15', '*')).statusCode, 404)
  t.equal((await api.get('/v1/holidays/2031-01-15')).status, 404)
  t.same(undated((await api.get(`/v1/holidays/2031-01-15?asOf=${before}`)).body), given, 'still known as of then')
  t.equal(await deadlines(), '2031-01-16')
  t.equal(await deadlines(`&asOf=${before}`), '2031-01-17')
  const back = await api.post('/v1/holidays', given)
  t.equal((await remove('2031-01-15', String(headers.etag))).statusCode, 412, 'an ETag of what was removed fits nothing that comes back')
  t.equal((await remove('2031-01-15', String(back.headers.etag))).statusCode, 204)
})

t.test('holidays: what is refused', async t => {
  const app = await build(t)
  const api = await writer(app)
  const given = { day: '2031-01-15', kind: 'off', name: { vi: 'Nghỉ' } }
  t.equal((await api.post('/v1/holidays', given)).status, 201)
  const twice = await api.post('/v1/holidays', given)
  t.same([twice.status, faults(twice.body)], [409, [['/day', 'already_exists']]])
  t.same(faults((await api.post('/v1/holidays', { ...given, day: '2031-01-17', kind: 'working' })).body), [['/kind', 'not_a_weekend']], 'a Friday')
  for (const more of [{ day: '2031-06-31' }, { day: '31/12/2031' }, { kind: 'half' }, { name: {} }, { name: { vi: ' ' } }, { provenance: 'quoted' }, { country: 'VN' }]) {
    t.equal((await api.post('/v1/holidays', { ...given, day: '2031-01-16', ...more })).status, 400, JSON.stringify(more))
  }
  for (const path of ['2031-06-31', 'x', '2031']) t.equal((await api.get(`/v1/holidays/${path}`)).status, 400, path)
  for (const query of ['year=0', 'kind=x', 'on=2031-01-01', 'asOf=2999-01-01T00:00:00Z']) t.equal((await api.get(`/v1/holidays?${query}`)).status, 400, query)
  t.equal((await api.change('/v1/holidays/2031-01-15', { day: '2031-01-16' })).status, 400)
  const { headers } = await client(app, { scopes: ['registry:write'] })
  for (const [method, url] of [['POST', '/v1/holidays'], ['PATCH', '/v1/holidays/2031-01-15'], ['DELETE', '/v1/holidays/2031-01-15']] as const) {
    t.equal((await app.inject({ method, url, headers: { ...headers, 'if-match': '*' }, ...method === 'DELETE' ? {} : { payload: given } })).statusCode, 403, method)
  }
})

t.test('two changes at once: one is told', async t => {
  const api = await writer(await build(t, { max: 10 }))
  const { headers: { etag } } = await api.post('/v1/holidays', { day: '2031-01-15', kind: 'off', name: { vi: 'Nghỉ' } })
  const results = await Promise.all(['a', 'b', 'c'].map(vi => api.patch('/v1/holidays/2031-01-15', { name: { vi } }, { 'if-match': String(etag) })))
  t.same(results.map(one => one.status).sort(), [200, 412, 412])
})
