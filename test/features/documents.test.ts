import t from 'tap'
import { sql } from 'drizzle-orm'
import { fold } from '../../src/domain/fold.js'
import { folded } from '../../src/features/folded.js'
import { checkDocument, documentIdOf } from '../../src/features/documents/rules.js'
import { build, client } from '../helper.js'
import { codes, faults, pages, undated, writer } from './registry.js'

const document = (number: string, more: object = {}) => ({ number, type: 'Kế hoạch', issuer: 'UBND tỉnh', issuedOn: '2024-12-11', title: { vi: 'Văn bản' }, ...more })

t.test('an id from a number and a year', async t => {
  const cases: [string, string, string | undefined][] = [
    ['4677/KH-UBND', '2024-12-11', '4677-KH-UBND-2024'],
    ['10-NQ/TU', '2022-03-18', '10-NQ-TU-2022'],
    ['09/2019/NĐ-CP', '2019-01-24', '09-2019-ND-CP'],
    ['20/2020/QĐ-TTg', '2020-07-22', '20-2020-QD-TTg'],
    ['Số 5 / Ðề án', '2024-01-01', 'So-5-De-an-2024'],
    ['2024', '2024-01-01', '2024'],
    ['12024/KH', '2024-01-01', '12024-KH-2024'],
    ['///', '2024-01-01', undefined],
    ['號', '2024-01-01', undefined],
    ['9'.repeat(59), '2024-01-01', `${'9'.repeat(59)}-2024`],
    ['9'.repeat(60), '2024-01-01', undefined]
  ]
  for (const [number, day, expected] of cases) t.equal(documentIdOf(number, day), expected, number)
})

t.test('what a document may say', async t => {
  const check = (more: object) => checkDocument({ id: 'A', validFrom: null, validTo: null, relations: [], ...more }).map(error => [error.pointer, error.code])
  t.same(check({}), [])
  t.same(check({ validFrom: '2025-01-01', validTo: '2025-01-01' }), [])
  t.same(check({ validFrom: '2025-01-02', validTo: '2025-01-01' }), [['/validTo', 'dates_reversed']])
  t.same(check({ validTo: '2025-01-01' }), [])
  t.same(check({ relations: [{ kind: 'basis', document: 'B' }, { kind: 'amends', document: 'B' }] }), [])
  t.same(check({ relations: [{ kind: 'basis', document: 'B' }, { kind: 'basis', document: 'A' }, { kind: 'basis', document: 'B' }] }),
    [['/relations/1/document', 'self_reference'], ['/relations/2', 'duplicate_relation']])
})

t.test('folding in SQL is the folding of the domain', async t => {
  const { db } = await build(t)
  for (const text of ['Quý III', 'Ðà Nẵng – Đắk Lắk', 'HÒA hoà', 'tỷ, tỉ', 'Ủy ban/Uỷ ban', '4677/KH-UBND', 'điện tử(hợp đồng', 'ỨNG   DỤNG', 'Thuỷ Tạ'.normalize('NFD')]) {
    const { rows } = await db.execute<{ folded: string }>(sql`select ${folded(sql`${text}::text`)} as folded`)
    t.equal(rows[0]!.folded.trim(), fold(text), text)
  }
})

t.test('written, related, read, changed', async t => {
  const api = await writer(await build(t))
  const { status, body, headers } = await api.post('/v1/documents', document('10-NQ/TU', { issuer: 'Tỉnh ủy', type: 'Nghị quyết', issuedOn: '2022-03-18', validFrom: '2022-03-18', url: 'https://example.org/nq10', provenance: 'quoted', quote: 'Nghị quyết số 10-NQ/TU ngày 18/3/2022' }))
  t.equal(status, 201)
  t.equal(headers.location, '/v1/documents/10-NQ-TU-2022')
  t.same(undated(body), {
    id: '10-NQ-TU-2022', number: '10-NQ/TU', type: 'Nghị quyết', issuer: 'Tỉnh ủy', issuedOn: '2022-03-18', title: { vi: 'Văn bản' }, validFrom: '2022-03-18', url: 'https://example.org/nq10', relations: [], referencedBy: [], provenance: 'quoted', quote: 'Nghị quyết số 10-NQ/TU ngày 18/3/2022'
  })
  t.equal((await api.get('/v1/documents/10-NQ-TU-2022')).headers.etag, headers.etag)
  const first = await api.post('/v1/documents', document('1282/KH-UBND', { issuedOn: '2022-05-04', relations: [{ kind: 'implements', document: '10-NQ-TU-2022' }] }))
  t.same(first.body['relations'], [{ kind: 'implements', document: '10-NQ-TU-2022' }])
  const second = await api.post('/v1/documents', document('4677/KH-UBND', {
    id: 'KH4677', relations: [{ kind: 'implements', document: '1282-KH-UBND-2022' }, { kind: 'implements', document: '10-NQ-TU-2022' }, { kind: 'basis', document: '10-NQ-TU-2022' }]
  }))
  t.equal(second.headers.location, '/v1/documents/KH4677')
  t.same(second.body['relations'], [
    { kind: 'basis', document: '10-NQ-TU-2022' }, { kind: 'implements', document: '10-NQ-TU-2022' }, { kind: 'implements', document: '1282-KH-UBND-2022' }
  ], 'in a stable order')
  const seen = (await api.get('/v1/documents/10-NQ-TU-2022')).body
  t.same(seen['relations'], [])
  t.same(seen['referencedBy'], [{ kind: 'basis', document: 'KH4677' }, { kind: 'implements', document: '1282-KH-UBND-2022' }, { kind: 'implements', document: 'KH4677' }])

  const changed = await api.change('/v1/documents/KH4677', { relations: [{ kind: 'replaces', document: '1282-KH-UBND-2022' }], validFrom: '2024-12-11', validTo: '2025-12-31' })
  t.equal(changed.status, 200)
  t.same(changed.body['relations'], [{ kind: 'replaces', document: '1282-KH-UBND-2022' }])
  t.same((await api.get('/v1/documents/1282-KH-UBND-2022')).body['referencedBy'], [{ kind: 'replaces', document: 'KH4677' }])
  const kept = await api.change('/v1/documents/KH4677', { validTo: null, title: { vi: 'Kế hoạch', en: 'Plan' } })
  t.same(kept.body['relations'], [{ kind: 'replaces', document: '1282-KH-UBND-2022' }], 'relations that are not mentioned stay')
  t.notOk('validTo' in kept.body)
  t.same(faults((await api.change('/v1/documents/KH4677', { validTo: '2024-12-10' })).body), [['/validTo', 'dates_reversed']], 'against what is stored')
  t.equal((await api.patch('/v1/documents/KH4677', { type: 'x' })).status, 428)
  t.equal((await api.patch('/v1/documents/KH4677', { type: 'x' }, { 'if-match': String(changed.headers.etag) })).status, 412)
  t.equal((await api.patch('/v1/documents/NONE', { type: 'x' }, { 'if-match': '*' })).status, 404)
  t.same(faults((await api.change('/v1/documents/1282-KH-UBND-2022', { number: '4677/KH-UBND', issuedOn: '2024-12-11' })).body), [['/number', 'already_exists']])
  for (const payload of [{ id: 'X' }, { number: null }, { relations: null }, { relations: [{ kind: 'cites', document: 'KH4677' }] }, {}]) {
    t.equal((await api.change('/v1/documents/KH4677', payload)).status, 400, JSON.stringify(payload))
  }
})

t.test('lists', async t => {
  const api = await writer(await build(t))
  await api.post('/v1/documents', document('1/NQ', { id: 'A', type: 'Nghị quyết', issuer: 'Tỉnh ủy', issuedOn: '2022-12-31', title: { vi: 'Về chuyển đổi số', en: 'On digital transformation' }, validTo: '2024-06-30' }))
  await api.post('/v1/documents', document('2/KH', { id: 'B', issuedOn: '2023-01-01', validFrom: '2023-03-01', title: { vi: 'Quý I' }, relations: [{ kind: 'basis', document: 'A' }] }))
  await api.post('/v1/documents', document('2/KH', { id: 'C', issuer: 'UBND huyện', issuedOn: '2023-01-01', provenance: 'illustrative', relations: [{ kind: 'amends', document: 'B' }] }))
  const cases: [string, string[]][] = [
    ['', ['A', 'B', 'C']],
    ['number=2/KH', ['B', 'C']],
    ['number=2', []],
    [`type=${encodeURIComponent('Nghị quyết')}`, ['A']],
    [`issuer=${encodeURIComponent('UBND huyện')}`, ['C']],
    ['year=2022', ['A']],
    ['year=2023', ['B', 'C']],
    ['validOn=2022-12-30', []],
    ['validOn=2022-12-31', ['A']],
    ['validOn=2023-02-28', ['A', 'C']],
    ['validOn=2023-03-01', ['A', 'B', 'C']],
    ['validOn=2024-06-30', ['A', 'B', 'C']],
    ['validOn=2024-07-01', ['B', 'C']],
    ['relatedTo=B', ['A', 'C']],
    ['relatedTo=A', ['B']],
    ['provenance=illustrative', ['C']],
    ['q=chuyen+doi', ['A']],
    ['q=DIGITAL', ['A']],
    ['q=qui', ['B']],
    ['q=2+kh', ['B', 'C']],
    ['q=100%25', []],
    ['sort=-issuedOn', ['C', 'B', 'A']],
    ['sort=-issuedOn,id', ['B', 'C', 'A']],
    ['sort=-number', ['C', 'B', 'A']],
    ['sort=type', ['B', 'C', 'A']]
  ]
  for (const [query, expected] of cases) t.same(codes((await api.get(`/v1/documents?${query}`)).body, 'id'), expected, query)
  t.same(await pages(api.get, '/v1/documents?limit=1&sort=-issuedOn', 'id'), [['C'], ['B'], ['A']])
  t.same(await pages(api.get, '/v1/documents?limit=1&q=i', 'id'), [['A'], ['B']], 'paging keeps the filter')
  t.equal((await api.get('/v1/documents?year=2023&count=exact&limit=1')).body['count'], 2)
  t.equal((await api.get('/v1/documents?relatedTo=B&count=exact&limit=1')).body['count'], 2)
  t.same((await api.get('/v1/documents?relatedTo=A')).body['data'][0].referencedBy, [{ kind: 'amends', document: 'C' }])
  t.same(faults((await api.get('/v1/documents?relatedTo=NONE')).body), [['relatedTo', 'unknown_code']])
  t.same(faults((await api.get('/v1/documents?q=...')).body), [['q', 'nothing_to_search']])
  for (const query of ['validOn=2023-02-29', 'year=x', 'year=0', 'id=A', 'number=', 'provenance=none', 'number=a&number=b']) {
    t.equal((await api.get(`/v1/documents?${query}`)).status, 400, query)
  }
})

t.test('what is refused', async t => {
  const app = await build(t)
  const api = await writer(app)
  await api.post('/v1/documents', document('1/KH'))
  const cases: [string, object, number, [string, string][]][] = [
    ['the same document', document('1/KH', { id: 'OTHER' }), 409, [['/number', 'already_exists']]],
    ['the same id', document('1/KH', { issuer: 'UBND huyện' }), 409, [['/id', 'already_exists']]],
    ['no id to be had', document('///'), 400, [['/id', 'id_required']]],
    ['all that is wrong', document('2/KH', { provenance: 'quoted', validFrom: '2025-01-02', validTo: '2025-01-01', relations: [{ kind: 'basis', document: 'NONE' }, { kind: 'basis', document: '2-KH-2024' }] }), 422,
      [['/validTo', 'dates_reversed'], ['/relations/1/document', 'self_reference'], ['/quote', 'quote_required'], ['/relations/0/document', 'unknown_document']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/documents', payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
  }
  t.equal((await api.post('/v1/documents', document('1/KH', { id: 'HUYEN', issuer: 'UBND huyện' }))).status, 201, 'a number is unique with its issuer')
  const { title, ...untitled } = document('3/KH')
  for (const payload of [
    untitled, document(' 3/KH'), document('3/KH', { type: ' ' }), document('3/KH', { url: 'javascript:alert(1)' }), document('3/KH', { url: 'ftp://a.b/c' }), document('3/KH', { issuedOn: '2024-2-1' }),
    document('3/KH', { validTo: null }), document('3/KH', { relations: [{ kind: 'basis' }] }), document('3/KH', { relation: [] }), document('3/KH', { title: 'x' }), document('3/KH', { id: '-x' })
  ]) t.equal((await api.post('/v1/documents', payload)).status, 400, JSON.stringify(payload))
  t.equal((await app.inject({ method: 'POST', url: '/v1/documents', payload: document('3/KH') })).statusCode, 401)
  const { headers } = await client(app, { scopes: ['registry:admin'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/documents', headers, payload: document('3/KH') })).statusCode, 403)
  t.same(codes((await api.get('/v1/documents')).body, 'id'), ['1-KH-2024', 'HUYEN'])
})
