import t from 'tap'
import { build } from '../helper.js'
import { agency, codes, faults, indicator, lay, pages, target, writer } from './registry.js'

/** The pool's clock: an instant after all that was answered before. */
async function start (test: Parameters<typeof build>[0]) {
  const app = await build(test)
  const api = await writer(app)
  const now = async () => (await app.pool.query<{ at: string }>("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as at")).rows[0]!.at
  const before = await now()
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/agencies', agency('SO', 'Sở', { parent: 'UBND-TINH', identifiers: [{ scheme: 'gso', value: '1' }] }))
  return { app, api, now, before }
}

t.test('targets as they were known', async t => {
  const { api, now, before } = await start(t)
  const none = await now()
  await api.post('/v1/targets', target('A'))
  await api.post('/v1/targets', target('B', { dueDate: '2025-06-30' }))
  const first = await now()
  await api.post('/v1/targets/A/amendments', { value: '90', effectiveFrom: '2025-01-01', reason: 'x', document: 'D2026' })
  const amended = await now()
  await api.post('/v1/targets/A/allocations', { method: 'equal', agencies: [{ agency: 'SO' }], effectiveFrom: '2025-02-01', document: 'D2026' })
  await api.change('/v1/indicators/CQS-01', { pillar: 'KTS' })

  const read = async (path: string, asOf: string) => (await api.get(`${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`))
  const on = 'on=2025-03-01'
  t.equal((await read('/v1/targets/A', none)).status, 404)
  t.equal((await read('/v1/targets/A/versions', none)).status, 404)
  t.match((await read(`/v1/targets/A?${on}`, first)).body, { value: '80', version: 1, pillar: 'CQS' })
  t.match((await read(`/v1/targets/A?${on}`, amended)).body, { value: '90', version: 2, pillar: 'CQS' })
  t.match((await api.get(`/v1/targets/A?${on}`)).body, { value: '90', version: 2, pillar: 'KTS' })
  t.match((await read(`/v1/targets/A?${on}`, first)).headers.etag, /^"1-/)
  t.match((await read('/v1/targets/A?on=2024-12-20', amended)).headers.etag, /^"2-/)
  t.same(codes((await read('/v1/targets/A/versions', first)).body, 'version'), [1])
  t.same(codes((await read('/v1/targets/A/versions', amended)).body, 'version'), [1, 2])
  t.equal((await read('/v1/targets/A/versions/2', first)).status, 404)
  t.equal((await read('/v1/targets/A/versions/2', amended)).status, 200)

  for (const path of [`/v1/targets?${on}`, `/v1/indicators/CQS-01/targets?${on}`]) {
    t.same(codes((await read(path, none)).body, 'id'), [], path)
    t.same(codes((await read(path, first)).body, 'id'), ['A', 'B'])
    t.same(codes((await api.get(path)).body, 'id'), ['A', 'B', 'A.SO'])
  }
  t.same(codes((await read(`/v1/targets?${on}&pillar=CQS`, amended)).body, 'id'), ['A', 'B'])
  t.same(codes((await api.get(`/v1/targets?${on}&pillar=CQS`)).body, 'id'), [])
  t.equal((await read(`/v1/targets?${on}&count=exact&limit=1`, first)).body['count'], 2)
  t.same(await pages(api.get, `/v1/targets?${on}&limit=1&asOf=${first}`, 'id'), [['A'], ['B']], 'the next page asks for the same instant')
  t.equal((await read('/v1/indicators/CQS-01/targets', before)).status, 404)
  t.equal((await read('/v1/targets/A/allocations', amended)).body['data'].length, 0)
  t.equal((await read('/v1/targets/A/allocations', none)).status, 404)
  t.same(codes((await api.get('/v1/targets/A/allocations')).body, 'id'), ['A.SO'])
  t.same((await read('/v1/targets?agency=gso:1', before)).status, 400, 'a code nobody knew then means nobody')

  const once = await read(`/v1/targets?${on}`, first)
  await api.post('/v1/targets/B/amendments', { state: 'dropped', effectiveFrom: '2025-01-01', reason: 'x', document: 'D2026' })
  const twice = await read(`/v1/targets?${on}`, first)
  t.same([twice.body, twice.headers.etag], [once.body, once.headers.etag], 'a past instant reads the same for ever')
  for (const path of ['/v1/targets', '/v1/targets/A', '/v1/targets/A/versions', '/v1/targets/A/versions/1', '/v1/targets/A/allocations', '/v1/indicators/CQS-01/targets', '/v1/tasks', '/v1/tasks/GP1.1', '/v1/tasks/GP1.1/notes', '/v1/assignments', '/v1/assignments/X']) {
    t.same(faults((await read(path, '2999-01-01T00:00:00Z')).body), [['asOf', 'as_of_in_future']], path)
    t.equal((await read(path, '2025-06-31')).status, 400)
  }
})

t.test('tasks as they were known', async t => {
  const { api, now } = await start(t)
  await api.post('/v1/tasks', { code: 'GP9', plan: 'KH-2025', kind: 'group', name: { vi: 'Nhóm' } })
  const first = await now()
  await api.change('/v1/tasks/GP1.1', { name: { vi: 'Mới' }, dueDate: '2025-06-30', parent: 'GP9', indicators: [{ indicator: 'CQS-01' }] })
  const changed = await now()
  await api.post('/v1/tasks/GP1.1/notes', { date: '2025-03-01', text: 'x', progress: '100' })
  const read = async (asOf: string) => (await api.get(`/v1/tasks/GP1.1?on=2025-07-01&asOf=${asOf}`)).body
  t.match(await read(first), { name: { vi: 'Chỉ đạo' }, indicators: [], state: 'not_started' })
  t.match(await read(changed), { name: { vi: 'Mới' }, parent: 'GP9', indicators: [{ indicator: 'CQS-01' }], state: 'overdue' })
  t.match((await api.get('/v1/tasks/GP1.1?on=2025-07-01')).body, { state: 'done', progress: '100' })
  const group = async (asOf: string) => (await api.get(`/v1/tasks/GP9?on=2025-07-01&asOf=${asOf}`)).body
  t.match(await group(first), { children: 0, state: 'not_started' })
  t.match(await group(changed), { children: 1, state: 'overdue' })
  const listed = async (query: string) => codes((await api.get(`/v1/tasks?plan=KH-2025&on=2025-07-01&${query}`)).body)
  t.same(await listed(`asOf=${first}&parent=GP9`), [])
  t.same(await listed(`asOf=${changed}&parent=GP9&state=overdue&indicator=CQS-01`), ['GP1.1'])
  t.same(await listed('parent=GP9&state=overdue'), [])
  t.equal((await api.get(`/v1/tasks?plan=KH-2025&count=exact&asOf=${first}`)).body['count'], 2)
  t.same((await api.get(`/v1/tasks/GP1.1/notes?asOf=${changed}`)).body['data'], [])
  t.equal((await api.get('/v1/tasks/GP1.1/notes')).body['data'].length, 1)
})

t.test('assignments as they were known', async t => {
  const { api, now } = await start(t)
  await api.post('/v1/targets', target('A'))
  const none = await now()
  const x = (await api.post('/v1/assignments', { target: 'A', agency: 'SO', role: 'lead', validFrom: '2025-01-01' })).body['id'] as string
  const y = (await api.post('/v1/assignments', { task: 'GP1.1', agency: 'SO', role: 'lead', validFrom: '2025-01-02' })).body['id'] as string
  const first = await now()
  t.equal((await api.change(`/v1/assignments/${x}`, { validTo: '2025-02-28', duty: 'việc' })).status, 200)
  await api.change('/v1/tasks/GP1.1', { indicators: [{ indicator: 'CQS-01' }] })
  const read = (path: string, asOf: string) => api.get(`${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`)
  t.equal((await read(`/v1/assignments/${x}`, none)).status, 404)
  const then = await read(`/v1/assignments/${x}`, first)
  t.notOk('validTo' in then.body || 'duty' in then.body)
  t.match((await api.get(`/v1/assignments/${x}`)).body, { validTo: '2025-02-28', duty: 'việc' })
  t.same(codes((await read('/v1/assignments?sort=validFrom', none)).body, 'id'), [])
  t.same(codes((await read('/v1/assignments?sort=validFrom&on=2025-03-01', first)).body, 'id'), [x, y])
  t.same(codes((await api.get('/v1/assignments?sort=validFrom&on=2025-03-01')).body, 'id'), [y])
  t.same(codes((await read('/v1/assignments?sort=validFrom&indicator=CQS-01', first)).body, 'id'), [x])
  t.same(codes((await api.get('/v1/assignments?sort=validFrom&indicator=CQS-01')).body, 'id'), [x, y])
  t.equal((await read('/v1/assignments?sort=validFrom&count=exact&limit=1', first)).body['count'], 2)
  t.same(await pages(api.get, `/v1/assignments?sort=validFrom&limit=1&asOf=${first}`, 'id'), [[x], [y]])
})
