import t from 'tap'
import { agencyNames } from '../../src/db/schema/index.js'
import { ancestorsOf, childrenOf, levelOf, subtreeOf } from '../../src/world/structure.js'
import { loadTimeline, resolveAgencies } from '../../src/world/agencies.js'
import { checkHistory, findCycle, lifetimeOf, nearest, parentOn, searchTextOf, type History, type Link } from '../../src/features/agencies/rules.js'
import { build, client, listen } from '../helper.js'
import { agency, codes, faults, pages, writer, type Writer } from './registry.js'

const history = (parts: Partial<History>): History => ({ names: [{ name: { vi: 'Sở' }, validFrom: '2020-01-01', validTo: '2024-12-31' }], parents: [], identifiers: [], ...parts })

t.test('a history is free of reversed, overlapping and stray entries', async t => {
  const cases: [string, Partial<History>, [string, string][]][] = [
    ['fine', {}, []],
    ['a day apart', { names: [{ name: { vi: 'A' }, validFrom: '2020-01-01', validTo: '2020-06-30' }, { name: { vi: 'B' }, validFrom: '2020-07-01' }] }, []],
    ['one shared day', { names: [{ name: { vi: 'A' }, validFrom: '2020-01-01', validTo: '2020-07-01' }, { name: { vi: 'B' }, validFrom: '2020-07-01' }] }, [['/names/1', 'overlapping_validity']]],
    ['open and later', { names: [{ name: { vi: 'A' }, validFrom: '2020-01-01' }, { name: { vi: 'B' }, validFrom: '2030-01-01' }] }, [['/names/1', 'overlapping_validity']]],
    ['reversed', { names: [{ name: { vi: 'A' }, validFrom: '2020-01-02', validTo: '2020-01-01' }] }, [['/names/0/validTo', 'ends_before_it_begins']]],
    ['two parents at once', { parents: [{ parent: 'X', validFrom: '2020-01-01', validTo: '2021-01-01' }, { parent: 'Y', validFrom: '2021-01-01', validTo: '2022-01-01' }] }, [['/parents/1', 'overlapping_validity']]],
    ['a parent for ever', { parents: [{ parent: 'X', validFrom: '2020-01-01' }] }, [['/parents/0', 'outside_lifetime']]],
    ['a code before birth', { identifiers: [{ scheme: 'gso', value: '1', validFrom: '2019-12-31', validTo: '2020-01-01' }] }, [['/identifiers/0', 'outside_lifetime']]],
    ['two schemes at once', { identifiers: [{ scheme: 'gso', value: '1', validFrom: '2020-01-01', validTo: '2024-12-31' }, { scheme: 'qd20', value: 'H11', validFrom: '2020-01-01', validTo: '2024-12-31' }] }, []],
    ['one scheme twice', { identifiers: [{ scheme: 'gso', value: '1', validFrom: '2020-01-01', validTo: '2024-12-31' }, { scheme: 'gso', value: '2', validFrom: '2024-12-31', validTo: '2024-12-31' }] }, [['/identifiers/1', 'overlapping_validity']]]
  ]
  for (const [name, parts, expected] of cases) {
    t.same(checkHistory(history(parts)).map(error => [error.pointer, error.code]), expected, name)
  }
})

t.test('circles of parents, on a common day only', async t => {
  const link = (agency: string, parent: string, validFrom = '2020-01-01', validTo?: string): Link => ({ agency, parent, validFrom, validTo })
  const cases: [string, Link[], string[] | undefined][] = [
    ['none', [link('A', 'B'), link('B', 'C')], undefined],
    ['itself', [link('A', 'A')], ['A', 'A']],
    ['two', [link('A', 'B'), link('B', 'A')], ['A', 'B', 'A']],
    ['three', [link('A', 'B'), link('B', 'C'), link('C', 'A')], ['A', 'B', 'C', 'A']],
    ['one after the other', [link('A', 'B', '2020-01-01', '2020-12-31'), link('B', 'A', '2021-01-01')], undefined],
    ['on one shared day', [link('A', 'B', '2020-01-01', '2021-01-01'), link('B', 'A', '2021-01-01')], ['A', 'B', 'A']],
    ['no day shared by all three', [link('A', 'B', '2020-01-01', '2020-06-30'), link('B', 'C'), link('C', 'A', '2020-07-01')], undefined],
    ['somebody else\'s', [link('A', 'B'), link('B', 'C'), link('C', 'B')], undefined]
  ]
  for (const [name, links, expected] of cases) t.same(findCycle('A', links), expected, name)
})

t.test('the facts of a day', async t => {
  const names = [{ validFrom: '2020-01-01', validTo: '2020-12-31', name: { vi: 'cũ' } }, { validFrom: '2022-01-01', validTo: '2022-12-31', name: { vi: 'mới' } }]
  t.same(lifetimeOf(names), { validFrom: '2020-01-01', validTo: '2022-12-31' })
  t.same(lifetimeOf([...names, { validFrom: '2024-01-01' }]), { validFrom: '2020-01-01' })
  for (const [day, expected] of [['2019-01-01', 'cũ'], ['2020-12-31', 'cũ'], ['2021-06-01', 'cũ'], ['2022-01-01', 'mới'], ['2030-01-01', 'mới']] as const) {
    t.equal(nearest(names, day)?.name.vi, expected, day)
  }
  const parents = [{ parent: 'P', validFrom: '2020-01-01', validTo: '2020-12-31' }, { parent: 'Q', validFrom: '2022-01-01', validTo: '2022-12-31' }]
  for (const [day, expected] of [['2019-01-01', 'P'], ['2021-06-01', 'P'], ['2022-05-05', 'Q'], ['2030-01-01', 'Q']] as const) {
    t.equal(parentOn({ names, parents }, day), expected, day)
  }
  t.equal(searchTextOf({ vi: 'Sở Thông tin và Truyền thông', en: 'Department' }), 'so thong tin va truien thong department')
})

/** The province until the end of June 2025, two districts, and a department that is renamed. */
async function province ({ post }: Writer): Promise<void> {
  const until = { validTo: '2025-06-30' }
  await post('/v1/agencies', agency('UBND-TINH', 'Ủy ban nhân dân tỉnh', { kind: 'provincial_committee', ...until }))
  await post('/v1/agencies', agency('PHAN-THIET', 'Ủy ban nhân dân thành phố Phan Thiết', {
    kind: 'district_committee', level: 'district', parent: 'UBND-TINH', identifiers: [{ scheme: 'gso', value: '593', ...until }], ...until, provenance: 'researched'
  }))
  await post('/v1/agencies', agency('PHU-QUY', 'Ủy ban nhân dân huyện Phú Quý', { kind: 'district_committee', level: 'district', parent: 'UBND-TINH', ...until }))
  await post('/v1/agencies', {
    code: 'SO-KHCN',
    kind: 'department',
    level: 'province',
    names: [
      { name: { vi: 'Sở Khoa học', en: 'Department of Science' }, validFrom: '2020-01-01', validTo: '2025-02-28' },
      { name: { vi: 'Sở Khoa học và Công nghệ', en: 'Department of Science and Technology' }, validFrom: '2025-03-01' }
    ],
    parents: [{ parent: 'UBND-TINH', ...until, validFrom: '2020-01-01' }]
  })
  await post('/v1/agencies', agency('XA-MOI', 'Ủy ban nhân dân đặc khu Phú Quí', {
    kind: 'commune_committee', level: 'commune', validFrom: '2025-07-01', identifiers: [{ scheme: 'gso', value: '593' }], provenance: 'illustrative'
  }))
}

t.test('create, read, and the structure of a day', async t => {
  const app = await build(t)
  const api = await writer(app)
  const first = await api.post('/v1/agencies', agency('UBND-TINH', 'Ủy ban nhân dân tỉnh', {
    kind: 'provincial_committee', validTo: '2025-06-30', identifiers: [{ scheme: 'gso', value: '60' }]
  }))
  t.match(faults(first.body), [['/identifiers/0', 'outside_lifetime']], 'a code outlives its bearer')
  await api.post('/v1/agencies', agency('UBND-TINH', 'Ủy ban nhân dân tỉnh', {
    kind: 'provincial_committee', validTo: '2025-06-30', identifiers: [{ scheme: 'gso', value: '60', validTo: '2025-06-30' }]
  }))
  await province(api)
  const { body: { recordedAt, ...body }, headers } = await api.get('/v1/agencies/PHAN-THIET?on=2025-01-01')
  t.match(recordedAt, /Z$/)
  t.same(body, {
    code: 'PHAN-THIET',
    name: { vi: 'Ủy ban nhân dân thành phố Phan Thiết' },
    kind: 'district_committee',
    level: 'district',
    parent: 'UBND-TINH',
    identifiers: [{ scheme: 'gso', value: '593', validFrom: '2020-01-01', validTo: '2025-06-30' }],
    validFrom: '2020-01-01',
    validTo: '2025-06-30',
    names: [{ name: { vi: 'Ủy ban nhân dân thành phố Phan Thiết' }, validFrom: '2020-01-01', validTo: '2025-06-30' }],
    parents: [{ parent: 'UBND-TINH', validFrom: '2020-01-01', validTo: '2025-06-30' }],
    provenance: 'researched'
  })
  t.match(headers.etag, /^"1-/)
  t.match((await api.get('/v1/agencies/PHAN-THIET')).body, { code: 'PHAN-THIET', parent: 'UBND-TINH' }, 'a dissolved agency can be read')

  t.equal((await api.get('/v1/agencies/SO-KHCN?on=2025-02-28')).body['name'].vi, 'Sở Khoa học')
  t.match((await api.get('/v1/agencies/SO-KHCN?on=2025-03-01')).body, { name: { vi: 'Sở Khoa học và Công nghệ' }, parent: 'UBND-TINH' })
  t.notOk('parent' in (await api.get('/v1/agencies/SO-KHCN?on=2025-07-01')).body, 'its parent is no more')

  t.equal((await api.get('/v1/agencies/gso:593?on=2025-06-30')).body['code'], 'PHAN-THIET', 'a code of another scheme means whoever bore it that day')
  t.equal((await api.get('/v1/agencies/gso:593?on=2025-07-01')).body['code'], 'XA-MOI')
  t.equal((await api.get('/v1/agencies/gso:593?on=2019-01-01')).status, 404)
  t.equal((await api.get('/v1/agencies/NOBODY')).status, 404)

  const listed = async (query: string) => codes((await api.get(`/v1/agencies?${query}`)).body)
  t.same(await listed('on=2025-06-30'), ['PHAN-THIET', 'PHU-QUY', 'SO-KHCN', 'UBND-TINH'])
  t.same(await listed('on=2025-07-01'), ['SO-KHCN', 'XA-MOI'])
  t.same(await listed(''), ['SO-KHCN', 'XA-MOI'], 'today when no day is named')
  t.same(await listed('on=2025-06-30&q=phu+qui'), ['PHU-QUY'], 'without diacritics, i for y')
  t.same(await listed('on=2025-06-30&q=PHÚ quý'), ['PHU-QUY'])
  t.same(await listed('on=2025-07-01&q=technology'), ['SO-KHCN'], 'in English')
  t.same(await listed('on=2025-02-28&q=technology'), [], 'by the name of the day')
  t.same(await listed('on=2025-07-01&q=dac+khu'), ['XA-MOI'], 'đ as d')
  t.same(await listed('on=2025-06-30&identifier=gso:593'), ['PHAN-THIET'])
  t.same(await listed('on=2025-07-01&identifier=gso:593'), ['XA-MOI'])
  t.same(await listed('on=2025-07-01&identifier=gso:999'), [])
  t.same(await listed('on=2025-06-30&kind=department'), ['SO-KHCN'])
  t.same(await listed('on=2025-06-30&level=district'), ['PHAN-THIET', 'PHU-QUY'])
  t.same(await listed('on=2025-06-30&parent=gso:60&level=province'), ['SO-KHCN'])
  t.same(await listed('on=2025-06-30&provenance=researched'), ['PHAN-THIET'])
  t.same(await listed('on=2025-06-30&sort=-code'), ['UBND-TINH', 'SO-KHCN', 'PHU-QUY', 'PHAN-THIET'])
  t.same(await listed('on=2025-06-30&sort=name'), ['SO-KHCN', 'PHU-QUY', 'PHAN-THIET', 'UBND-TINH'], 'so…, uy ban … huyen, thanh pho, tinh')
  t.same(await listed('on=2025-06-30&sort=-level,code'), ['PHAN-THIET', 'PHU-QUY', 'SO-KHCN', 'UBND-TINH'])
  t.equal((await api.get('/v1/agencies?on=2025-06-30&limit=1&count=exact')).body['count'], 4)
  for (const sort of ['code', '-name', 'level']) {
    const whole = await listed(`on=2025-06-30&sort=${sort}`)
    t.same(await pages(api.get, `/v1/agencies?on=2025-06-30&limit=1&sort=${sort}`), whole.map(code => [code]), `page by page by ${sort}`)
  }

  const { next } = (await api.get('/v1/agencies?on=2025-06-30&limit=1')).body
  t.equal((await api.get(next.replace('http://registry.test', '').replace('2025-06-30', '2025-07-01'))).body['code'], 'invalid_cursor', 'a cursor belongs to its day')
  for (const [query, place, code] of [
    ['parent=NOBODY', 'parent', 'unknown_code'],
    ['parent=gso:999', 'parent', 'unknown_code'],
    ['q=%25%25', 'q', 'nothing_to_search']
  ] as const) {
    const { status, body } = await api.get(`/v1/agencies?${query}`)
    t.equal(status, 400, query)
    t.same(faults(body), [[place, code]])
  }
  for (const query of ['colour=red', 'kind=ministry', 'level=1', 'on=2025-02-30', 'on=30/06/2025', 'on=', 'identifier=593', 'limit=0', 'limit=501', 'limit=1e1', 'sort=mood', 'q=', 'level=district&level=commune', 'cursor=abc', 'provenance=rumour']) {
    t.equal((await api.get(`/v1/agencies?${query}`)).status, 400, query)
  }

  const timeline = await loadTimeline(app.db, '2999-01-01T00:00:00Z')
  const structure = timeline.on('2025-07-01')
  t.same([...structure.alive.keys()], ['SO-KHCN', 'XA-MOI'])
  t.same([...structure.former.keys()].sort(), ['PHAN-THIET', 'PHU-QUY', 'UBND-TINH'])
  t.match(structure.former.get('PHU-QUY'), { until: '2025-06-30', parent: 'UBND-TINH' })
  t.same(levelOf(structure, 'district'), { members: [], hadMembers: true })
  t.same(levelOf(timeline.on('2019-12-31'), 'district'), { members: [], hadMembers: false })
  const before = timeline.on('2025-06-30')
  t.same(ancestorsOf(before, 'PHU-QUY'), ['UBND-TINH'])
  t.same(childrenOf(before, 'UBND-TINH').map(one => one.code), ['PHAN-THIET', 'PHU-QUY', 'SO-KHCN'])
  t.same(subtreeOf(before, 'UBND-TINH').length, 4)
  t.same(subtreeOf(structure, 'UBND-TINH'), [])
  t.same(await resolveAgencies(app.db, ['gso:593', 'PHU-QUY', 'NOBODY', 'gso:593'], '2025-06-30'), new Map([['PHU-QUY', 'PHU-QUY'], ['gso:593', 'PHAN-THIET']]))
  t.same(await resolveAgencies(app.db, [], '2025-06-30'), new Map())
})

t.test('what a new agency is refused for', async t => {
  const app = await build(t)
  const api = await writer(app)
  await api.post('/v1/agencies', agency('UBND-TINH', 'Ủy ban', { identifiers: [{ scheme: 'gso', value: '60' }] }))
  const cases: [string, object, number, [string, string][]][] = [
    ['taken code', agency('UBND-TINH', 'Khác'), 409, [['/code', 'already_exists']]],
    ['taken identifier', agency('A', 'A', { identifiers: [{ scheme: 'gso', value: '60', validFrom: '2024-01-01' }] }), 409, [['/identifiers', 'conflict']]],
    ['unknown parent', agency('A', 'A', { parent: 'NOBODY' }), 422, [['/parent', 'unknown_agency']]],
    ['itself as parent', agency('A', 'A', { parent: 'A' }), 422, [['/parent', 'cyclic_parents']]],
    ['a parent not yet born', agency('A', 'A', { validFrom: '2019-01-01', parent: 'UBND-TINH' }), 422, [['/parent', 'agency_not_alive']]],
    ['reversed', agency('A', 'A', { validTo: '2019-12-31' }), 422, [['/validTo', 'ends_before_it_begins']]],
    ['quoted without words', agency('A', 'A', { provenance: 'quoted' }), 422, [['/quote', 'quote_required']]],
    ['all at once', agency('A', 'A', { parent: 'NOBODY', provenance: 'quoted', identifiers: [{ scheme: 'gso', value: '1', validFrom: '2010-01-01' }] }), 422,
      [['/identifiers/0', 'outside_lifetime'], ['/parent', 'unknown_agency'], ['/quote', 'quote_required']]],
    ['both forms', agency('A', 'A', { names: [{ name: { vi: 'A' }, validFrom: '2020-01-01' }] }), 400, [['/names', 'one_form_only']]],
    ['neither form', { code: 'A', kind: 'other', level: 'province' }, 400, [['/name', 'one_form_only']]],
    ['parent and parents', agency('A', 'A', { parent: 'UBND-TINH', parents: [] }), 400, [['/parents', 'one_form_only']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/agencies', payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
    t.match(answer.headers['content-type'], /^application\/problem\+json/)
  }
  for (const payload of [
    agency('A', 'A', { colour: 'red' }), agency('A', 'A', { kind: 'ministry' }), agency('A', 'A', { level: null }), agency('a b', 'A'),
    agency('A', ''), agency('A', 'A', { validFrom: '2025-02-29' }), agency('A', 'A', { identifiers: [{ scheme: 'GSO!', value: '1' }] }),
    { ...agency('A', 'A'), name: 'A' }, { ...agency('A', 'A'), code: 7 }
  ]) t.equal((await api.post('/v1/agencies', payload)).status, 400, JSON.stringify(payload))
  t.same(codes((await api.get('/v1/agencies')).body), ['UBND-TINH'], 'nothing of it was written')
})

t.test('corrections', async t => {
  const app = await build(t)
  const api = await writer(app)
  for (const code of ['A', 'B', 'C']) await api.post('/v1/agencies', agency(code, `Cơ quan ${code}`))
  const made = await api.post('/v1/agencies', agency('D', 'Cơ quan D', { parent: 'A', identifiers: [{ scheme: 'gso', value: '4' }] }))
  t.equal(made.headers.location, '/v1/agencies/D')

  const link = (parent: string) => ({ parents: [{ parent, validFrom: '2020-01-01' }] })
  t.equal((await api.change('/v1/agencies/A', link('B'))).status, 200)
  t.equal((await api.change('/v1/agencies/B', link('C'))).status, 200)
  const cycle = await api.change('/v1/agencies/C', link('A'))
  t.equal(cycle.status, 422)
  t.same(faults(cycle.body), [['/parents', 'cyclic_parents']])

  const both = await Promise.all([api.change('/v1/agencies/C', { parents: [] }), api.change('/v1/agencies/D', { note: { vi: 'Ghi chú' } })])
  t.same(both.map(answer => answer.status), [200, 200])

  const { headers: { etag } } = await api.get('/v1/agencies/D')
  const changed = await api.patch('/v1/agencies/D', { names: [{ name: { vi: 'Cơ quan Đê' }, validFrom: '2020-01-01' }], identifiers: [] }, { 'if-match': String(etag) })
  t.match(changed.body, { name: { vi: 'Cơ quan Đê' }, identifiers: [], parent: 'A', note: { vi: 'Ghi chú' } })
  t.match(changed.headers.etag, /^"3-/)
  t.equal((await api.patch('/v1/agencies/D', { note: null }, { 'if-match': String(etag) })).status, 412)
  t.equal((await api.patch('/v1/agencies/D', { note: null })).status, 428)
  t.notOk('note' in (await api.change('/v1/agencies/D', { note: null })).body)
  t.same(codes((await api.get('/v1/agencies?q=de')).body), ['D'], 'found by the corrected name')
  t.equal((await app.db.$count(agencyNames)), 5, 'what was known before stays on record')

  for (const patch of [{ code: 'E' }, { kind: 'other' }, { names: [] }, { names: null }, {}]) {
    t.equal((await api.change('/v1/agencies/D', patch)).status, 400, JSON.stringify(patch))
  }
  t.equal((await api.patch('/v1/agencies/NOBODY', { note: null }, { 'if-match': '*' })).status, 404)
})

t.test('two changes at once cannot close a circle', async t => {
  const app = await build(t)
  const api = await writer(app)
  for (const code of ['A', 'B']) await api.post('/v1/agencies', agency(code, code))
  const answers = await Promise.all([['A', 'B'], ['B', 'A']].map(([code, parent]) =>
    api.patch(`/v1/agencies/${code}`, { parents: [{ parent, validFrom: '2020-01-01' }] }, { 'if-match': '*' })))
  t.same(answers.map(answer => answer.status).sort(), [200, 422])
})

t.test('over HTTP, and who may write', async t => {
  const { app, url } = await listen(t)
  const { headers } = await client(app)
  const post = (more: Record<string, string>) => fetch(`${url}/v1/agencies`, { method: 'POST', headers: { 'content-type': 'application/json', ...more }, body: JSON.stringify(agency('A', 'Cơ quan')) })
  const anonymous = await post({})
  t.equal(anonymous.status, 401)
  t.ok(anonymous.headers.get('www-authenticate'))
  const reader = await client(app, { scopes: ['registry:read'] })
  t.equal((await post(reader.headers)).status, 403)
  const made = await post(headers)
  t.equal(made.status, 201)
  const read = await fetch(`${url}${made.headers.get('location')}`)
  t.match(await read.json(), { code: 'A' })
  t.equal((await fetch(`${url}/v1/agencies/A`, { headers: { 'if-none-match': String(read.headers.get('etag')) } })).status, 304)
})
