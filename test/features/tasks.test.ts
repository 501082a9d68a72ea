import t from 'tap'
import { checkTask } from '../../src/features/tasks/rules.js'
import { today } from '../../src/http/today.js'
import { addDays } from '../../src/domain/date.js'
import { build, client } from '../helper.js'
import { agency, type Body, codes, faults, indicator, lay, pages, undated, writer } from './registry.js'

const vi = (text: string) => ({ vi: text })
const task = (code: string, more: object = {}) => ({ code, plan: 'KH-2025', kind: 'task', name: vi(code), ...more })

/** GP2 with two tasks, GP3 with none; lay() has GP1.1 of 2025 and GP1.2 of 2026. */
async function start (test: Parameters<typeof build>[0]) {
  const app = await build(test)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('CQS-02', 'Hai'))
  await api.post('/v1/tasks', task('GP2', { kind: 'group', position: 10, name: { vi: 'Kiện toàn tổ chức bộ máy', en: 'Strengthen the organisation' } }))
  await api.post('/v1/tasks', task('GP2.1', { parent: 'GP2', position: 11, dueDate: '2025-06-30', wording: 'nâng cao năng lực quản lý nhà nước', provenance: 'quoted', indicators: [{ indicator: 'CQS-02', provenance: 'illustrative' }, { indicator: 'CQS-01' }] }))
  await api.post('/v1/tasks', task('GP2.2', { parent: 'GP2', position: 12, dueDate: '2025-12-31', indicators: [{ indicator: 'CQS-01' }] }))
  await api.post('/v1/tasks', task('GP3', { kind: 'group', position: 13, provenance: 'illustrative' }))
  return { app, api }
}

t.test('what a task may be', async t => {
  const group = { code: 'G', planCode: 'P', kind: 'group' }
  const check = (more: object = {}, parent?: typeof group) => checkTask({ code: 'T', plan: 'P', provenance: 'operational', wording: null, indicators: [], ...more }, parent)
    .map(error => [error.pointer, error.code])
  t.same(check(), [])
  t.same(check({}, group), [])
  t.same(check({ provenance: 'quoted' }), [['/wording', 'quote_required']])
  t.same(check({ provenance: 'quoted', wording: 'x' }), [])
  t.same(check({}, { ...group, planCode: 'Q', kind: 'task' }), [['/parent', 'other_plan'], ['/parent', 'not_a_group']])
  t.same(check({ code: 'G' }, group), [['/parent', 'circle']])
  t.same(check({ indicators: [{ indicator: 'A' }, { indicator: 'B' }, { indicator: 'A' }] }), [['/indicators/2/indicator', 'duplicate_indicator']])
})

t.test('tasks: written, read, changed', async t => {
  const { api } = await start(t)
  t.same(undated((await api.get('/v1/tasks/GP2.1')).body), {
    code: 'GP2.1',
    plan: 'KH-2025',
    kind: 'task',
    parent: 'GP2',
    position: 11,
    name: vi('GP2.1'),
    wording: 'nâng cao năng lực quản lý nhà nước',
    dueDate: '2025-06-30',
    indicators: [{ indicator: 'CQS-01', provenance: 'operational' }, { indicator: 'CQS-02', provenance: 'illustrative' }],
    children: 0,
    state: 'overdue',
    provenance: 'quoted'
  })
  t.equal((await api.get('/v1/tasks/GP2')).body['children'], 2)
  t.equal((await api.get('/v1/tasks/NONE')).status, 404)
  const { status, body, headers } = await api.post('/v1/tasks', task('GP3.1', { parent: 'GP3', note: vi('ghi chú') }))
  t.equal(status, 201)
  t.equal(headers.location, '/v1/tasks/GP3.1')
  t.equal(body['position'], 14, 'last of its plan')
  t.equal((await api.get('/v1/tasks/GP3.1')).headers.etag, headers.etag)
  t.equal((await api.get('/v1/tasks/GP3')).body['children'], 1)

  const changed = await api.change('/v1/tasks/GP2.1', { parent: 'GP3', wording: null, provenance: 'researched', dueDate: null, indicators: [{ indicator: 'CQS-02' }], name: { vi: 'Mới', en: 'New' } })
  t.equal(changed.status, 200)
  t.same(undated(changed.body), {
    code: 'GP2.1', plan: 'KH-2025', kind: 'task', parent: 'GP3', position: 11, name: { vi: 'Mới', en: 'New' }, indicators: [{ indicator: 'CQS-02', provenance: 'operational' }], children: 0, state: 'not_started', provenance: 'researched'
  })
  t.same((await api.change('/v1/tasks/GP2.1', { position: 1 })).body['indicators'], [{ indicator: 'CQS-02', provenance: 'operational' }], 'what is not mentioned stays')
  t.notOk('parent' in (await api.change('/v1/tasks/GP2.1', { parent: null })).body)
  t.equal((await api.get('/v1/tasks/GP2')).body['children'], 1)
  t.equal((await api.patch('/v1/tasks/GP2.1', { position: 1 })).status, 428)
  t.equal((await api.patch('/v1/tasks/GP2.1', { position: 1 }, { 'if-match': String(changed.headers.etag) })).status, 412)
  t.equal((await api.patch('/v1/tasks/NONE', { position: 1 }, { 'if-match': '*' })).status, 404)
  for (const payload of [{ kind: 'group' }, { plan: 'KH-2026' }, { name: null }, { indicators: null }, { indicators: ['CQS-01'] }, { children: 3 }, { position: null }, {}]) {
    t.equal((await api.change('/v1/tasks/GP2.1', payload)).status, 400, JSON.stringify(payload))
  }
})

t.test('tasks: groups form no circle', async t => {
  const { api } = await start(t)
  await api.post('/v1/tasks', task('GP2.G', { kind: 'group', parent: 'GP2' }))
  await api.post('/v1/tasks', task('GP2.G.G', { kind: 'group', parent: 'GP2.G' }))
  for (const [code, parent] of [['GP2', 'GP2'], ['GP2', 'GP2.G'], ['GP2', 'GP2.G.G'], ['GP2.G', 'GP2.G.G']] as const) {
    const answer = await api.change(`/v1/tasks/${code}`, { parent })
    t.equal(answer.status, 422, `${code} below ${parent}`)
    t.same(faults(answer.body)[0], ['/parent', 'circle'])
  }
  t.equal((await api.change('/v1/tasks/GP2.G.G', { parent: 'GP3' })).status, 200)
  t.equal((await api.change('/v1/tasks/GP2', { parent: 'GP2.G.G' })).status, 200)
  // GP3 > GP2.G.G > GP2; and two moves at once that would close a circle together
  await api.post('/v1/tasks', task('A', { kind: 'group' }))
  await api.post('/v1/tasks', task('B', { kind: 'group' }))
  const both = await Promise.all([api.change('/v1/tasks/A', { parent: 'B' }), api.change('/v1/tasks/B', { parent: 'A' })])
  t.same(both.map(answer => answer.status).sort(), [200, 422])
})

t.test('tasks: lists', async t => {
  const { api } = await start(t)
  const cases: [string, string[]][] = [
    ['', ['GP1.1', 'GP2', 'GP2.1', 'GP2.2', 'GP3', 'GP1.2']],
    ['plan=KH-2026', ['GP1.2']],
    ['parent=GP2', ['GP2.1', 'GP2.2']],
    ['parent=GP3', []],
    ['kind=group', ['GP2', 'GP3']],
    ['kind=task&plan=KH-2025', ['GP1.1', 'GP2.1', 'GP2.2']],
    ['indicator=CQS-01', ['GP2.1', 'GP2.2']],
    ['indicator=CQS-02', ['GP2.1']],
    ['dueTo=2025-06-30', ['GP2.1']],
    ['dueFrom=2025-07-01', ['GP2.2']],
    ['dueFrom=2025-06-30&dueTo=2025-12-31', ['GP2.1', 'GP2.2']],
    ['provenance=quoted', ['GP2.1']],
    ['q=kien+toan', ['GP2']],
    ['q=organisation', ['GP2']],
    ['q=QUAN LY', ['GP2.1']],
    ['q=quan lí nha nuoc', ['GP2.1']],
    ['q=gp2 1', ['GP2.1']],
    ['sort=code', ['GP1.1', 'GP1.2', 'GP2', 'GP2.1', 'GP2.2', 'GP3']],
    ['sort=-position', ['GP3', 'GP2.2', 'GP2.1', 'GP2', 'GP1.2', 'GP1.1']],
    ['sort=dueDate', ['GP2.1', 'GP2.2', 'GP1.1', 'GP1.2', 'GP2', 'GP3']],
    ['sort=-dueDate,code', ['GP2.2', 'GP2.1', 'GP1.1', 'GP1.2', 'GP2', 'GP3']]
  ]
  for (const [query, expected] of cases) t.same(codes((await api.get(`/v1/tasks?${query}`)).body), expected, query)
  t.same(await pages(api.get, '/v1/tasks?limit=1'), [['GP1.1'], ['GP2'], ['GP2.1'], ['GP2.2'], ['GP3'], ['GP1.2']])
  t.same(await pages(api.get, '/v1/tasks?limit=1&sort=dueDate'), [['GP2.1'], ['GP2.2'], ['GP1.1'], ['GP1.2'], ['GP2'], ['GP3']], 'across rows without a date')
  t.equal((await api.get('/v1/tasks?kind=task&count=exact&limit=1')).body['count'], 4)
  t.equal((await api.get('/v1/tasks?indicator=CQS-01&q=gp2&count=exact&limit=1')).body['count'], 2)
  t.same((await api.get('/v1/tasks?kind=group')).body['data'].map((one: Body) => one['children']), [2, 0])
  t.same(faults((await api.get('/v1/tasks?plan=NONE&parent=NONE&indicator=NONE')).body), [['plan', 'unknown_code'], ['parent', 'unknown_code'], ['indicator', 'unknown_code']])
  for (const query of ['kind=goal', 'dueTo=2025-06-31', 'q=', 'q=%2C', 'parent=', 'colour=red', 'sort=name', 'plan=KH-2025&plan=KH-2026']) {
    t.equal((await api.get(`/v1/tasks?${query}`)).status, 400, query)
  }
})

t.test('tasks: what is refused', async t => {
  const { app, api } = await start(t)
  const cases: [string, object, number, [string, string][]][] = [
    ['taken', task('GP2'), 409, [['/code', 'already_exists']]],
    ['a parent that is no group', task('A', { parent: 'GP2.1' }), 422, [['/parent', 'not_a_group']]],
    ['a parent of another plan', task('A', { plan: 'KH-2026', parent: 'GP2' }), 422, [['/parent', 'other_plan']]],
    ['all that is wrong', task('A', { plan: 'NONE', parent: 'NONE', provenance: 'quoted', indicators: [{ indicator: 'CQS-01' }, { indicator: 'NONE' }, { indicator: 'CQS-01' }] }), 422,
      [['/wording', 'quote_required'], ['/indicators/2/indicator', 'duplicate_indicator'], ['/plan', 'unknown_plan'], ['/parent', 'unknown_task'], ['/indicators/1/indicator', 'unknown_indicator']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/tasks', payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
  }
  const { kind, ...kindless } = task('A')
  for (const payload of [kindless, task('A', { kind: 'goal' }), task('A', { dueDate: null }), task('A', { position: '1' }), task('A', { position: -1 }), task('A', { wording: '' }), task('A', { indicators: [{ indicator: 'CQS-01', provenance: 'quoted' }] }), task('A', { due: '2025-01-01' })]) {
    t.equal((await api.post('/v1/tasks', payload)).status, 400, JSON.stringify(payload))
  }
  const { headers } = await client(app, { scopes: ['measurements:write'] })
  for (const [url, payload] of [['/v1/tasks', task('A')], ['/v1/tasks/GP2/notes', { text: 'x' }]] as const) {
    t.equal((await app.inject({ method: 'POST', url, payload })).statusCode, 401, url)
    t.equal((await app.inject({ method: 'POST', url, headers, payload })).statusCode, 403, url)
  }
})

t.test('notes', async t => {
  const { app, api } = await start(t)
  await api.post('/v1/agencies', agency('CU', 'Sở cũ', { validTo: '2024-12-31', identifiers: [{ scheme: 'qd20', value: 'H11.7', validTo: '2024-12-31' }] }))
  await api.post('/v1/agencies', agency('MOI', 'Sở mới', { validFrom: '2025-01-01', identifiers: [{ scheme: 'qd20', value: 'H11.7', validFrom: '2025-01-01' }] }))
  const writerOf = await client(app, { id: 'he-thong-bao-cao' })
  const answer = await app.inject({
    method: 'POST', url: '/v1/tasks/GP2.1/notes', headers: writerOf.headers, payload: { text: 'Đã ban hành', progress: '62.50', evidence: 'https://example.org/qd.pdf', date: '2025-03-10', agency: 'qd20:H11.7' }
  })
  t.equal(answer.statusCode, 201)
  const { id, recordedAt, ...rest } = answer.json<Body>()
  t.same(rest, { task: 'GP2.1', agency: 'MOI', date: '2025-03-10', text: 'Đã ban hành', progress: '62.50', evidence: 'https://example.org/qd.pdf', provenance: 'operational', client: 'he-thong-bao-cao' })
  t.match(recordedAt, /\.\d{6}Z$/)
  t.equal(answer.headers.location, `/v1/tasks/GP2.1/notes/${id}`)
  const read = await api.get(answer.headers.location!)
  t.same(read.body, answer.json())
  t.equal(read.headers.etag, answer.headers.etag)
  t.equal((await api.get(`/v1/tasks/GP2.2/notes/${id}`)).status, 404, 'a note of another task')

  const add = (payload: object, code = 'GP2.1') => api.post(`/v1/tasks/${code}/notes`, { text: 'x', ...payload })
  t.equal((await add({ agency: 'qd20:H11.7', date: '2024-12-31' })).body['agency'], 'CU')
  t.equal((await add({ provenance: 'illustrative' })).body['date'], today())
  await add({ date: '2025-03-10', text: 'cùng ngày, ghi sau' })
  await add({ date: '2025-01-01' }, 'GP2.2')
  const dates = async (query: string) => codes((await api.get(`/v1/tasks/GP2.1/notes?${query}`)).body, 'date')
  t.same(await dates(''), [today(), '2025-03-10', '2025-03-10', '2024-12-31'])
  t.equal((await api.get('/v1/tasks/GP2.1/notes')).body['data'][1].text, 'cùng ngày, ghi sau')
  t.same(await dates('sort=date'), ['2024-12-31', '2025-03-10', '2025-03-10', today()])
  t.same(await dates('sort=-recordedAt'), ['2025-03-10', today(), '2024-12-31', '2025-03-10'])
  t.same(await dates('agency=CU'), ['2024-12-31'])
  t.same(await dates('agency=qd20:H11.7'), ['2025-03-10'], 'whom the identifier names today')
  t.same(await dates('from=2025-03-10&to=2025-03-10'), ['2025-03-10', '2025-03-10'])
  t.same(await dates('provenance=illustrative'), [today()])
  t.equal((await pages(api.get, '/v1/tasks/GP2.1/notes?limit=1', 'id')).flat().length, 4)
  t.equal((await api.get('/v1/tasks/GP2.1/notes?count=exact&limit=1')).body['count'], 4)
  t.same(faults((await api.get('/v1/tasks/GP2.1/notes?agency=NONE')).body), [['agency', 'unknown_code']])

  for (const progress of ['0', '100', '100.000', '0.5', '99.999999999999', '7']) t.equal((await add({ progress })).body['progress'], progress)
  for (const progress of ['100.01', '101', '-1', '-0', '05', '1e1', 'NaN', '', '50.', '.5', '1,5', ' 5', 50, null]) {
    t.equal((await add({ progress })).status, 400, String(progress))
  }
  const wrong = await add({ date: addDays(today(), 1), agency: 'NONE' })
  t.equal(wrong.status, 422)
  t.same(faults(wrong.body), [['/date', 'date_in_future'], ['/agency', 'unknown_agency']])
  for (const payload of [{ text: ' ' }, { text: null }, { evidence: 'file:///etc/passwd' }, { evidence: 'báo cáo' }, { date: '2025-13-01' }, { provenance: 'quoted' }, { client: 'x' }, { id }]) {
    t.equal((await add(payload)).status, 400, JSON.stringify(payload))
  }
  t.equal((await add({}, 'NONE')).status, 404)
  t.equal((await api.get('/v1/tasks/NONE/notes')).status, 404)
  t.equal((await api.get('/v1/tasks/GP2.1/notes/abc')).status, 400)
  t.equal((await api.patch(`/v1/tasks/GP2.1/notes/${id}`, { text: 'y' }, { 'if-match': '*' })).status, 405)
})

t.test('the state of a task on a day', async t => {
  const { api } = await start(t)
  const note = (code: string, date: string, progress?: string) => api.post(`/v1/tasks/${code}/notes`, { date, text: 'x', ...(progress === undefined ? {} : { progress }) })
  // GP2.1 is due 30/06, GP2.2 on 31/12; GP2 is their group
  await note('GP2.1', '2025-03-01')
  await note('GP2.1', '2025-04-01', '40')
  await note('GP2.1', '2025-05-01')
  await note('GP2.2', '2025-05-01', '0')
  await note('GP2.1', '2025-07-10', '100')
  await note('GP2.1', '2025-08-01')
  await note('GP2.2', '2025-09-01', '100')
  await note('GP2.2', '2025-10-01', '60')
  const cases: [string, string, string, string | undefined][] = [
    ['GP2.1', '2025-02-28', 'not_started', undefined],
    ['GP2.1', '2025-03-01', 'in_progress', undefined],
    ['GP2.1', '2025-04-01', 'in_progress', '40'],
    ['GP2.1', '2025-06-30', 'in_progress', '40'],
    ['GP2.1', '2025-07-01', 'overdue', '40'],
    ['GP2.1', '2025-07-10', 'done', '100'],
    ['GP2.1', '2025-12-31', 'done', '100'],
    ['GP2.2', '2025-05-01', 'not_started', '0'],
    ['GP2.2', '2025-09-01', 'done', '100'],
    ['GP2.2', '2025-10-01', 'in_progress', '60'],
    ['GP2.2', '2026-01-01', 'overdue', '60'],
    ['GP2', '2025-02-28', 'not_started', undefined],
    ['GP2', '2025-03-01', 'in_progress', undefined],
    ['GP2', '2025-07-01', 'overdue', undefined],
    ['GP2', '2025-08-01', 'in_progress', undefined],
    ['GP2', '2025-09-01', 'done', undefined],
    ['GP2', '2026-01-01', 'overdue', undefined],
    ['GP3', '2026-01-01', 'not_started', undefined]
  ]
  for (const [code, on, state, progress] of cases) {
    const { body } = await api.get(`/v1/tasks/${code}?on=${on}`)
    t.same([body['state'], body['progress']], [state, progress], `${code} on ${on}`)
  }
  const listed = async (query: string) => codes((await api.get(`/v1/tasks?plan=KH-2025&${query}`)).body)
  t.same(await listed('on=2025-07-01&state=overdue'), ['GP2', 'GP2.1'])
  t.same(await listed('on=2025-07-01&state=not_started'), ['GP1.1', 'GP2.2', 'GP3'])
  t.same(await listed('on=2025-09-01&state=done&kind=task'), ['GP2.1', 'GP2.2'])
  t.equal((await api.get('/v1/tasks?on=2025-09-01&state=done&count=exact')).body['count'], 3)
  t.equal((await api.get('/v1/tasks?state=late')).status, 400)
  t.same((await pages(api.get, '/v1/tasks?on=2025-07-01&state=not_started&plan=KH-2025&limit=1')).flat(), ['GP1.1', 'GP2.2', 'GP3'])
  // of one day the note recorded last counts
  await note('GP2.2', '2025-10-01', '100')
  t.equal((await api.get('/v1/tasks/GP2.2?on=2025-10-01')).body['state'], 'done')
})
