import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { checkMethod, checkRecipients } from '../../src/features/targets/allocation-rules.js'
import { build } from '../helper.js'
import { agency, codes, faults, indicator, lay, target, writer, type Body, type Writer } from './registry.js'

t.test('what an allocation must name', async t => {
  const said = (errors: { pointer?: string, code: string }[]) => errors.map(error => [error.pointer, error.code])
  t.same(said(checkMethod({ method: 'equal', agencies: 'all_in_scope' })), [])
  t.same(said(checkMethod({ method: 'own', agencies: 'all_in_scope' })), [['/agencies', 'value_required']])
  t.same(said(checkMethod({ method: 'own', agencies: [{ agency: 'A', value: '1' }, { agency: 'B' }] })), [['/agencies/1/value', 'value_required']])
  t.same(said(checkMethod({ method: 'equal', agencies: [{ agency: 'A', value: '1' }] })), [['/agencies/0/value', 'value_not_allowed']])
  const places: Record<string, Parameters<typeof checkRecipients>[1] extends (agency: string) => infer P ? P : never> = {
    A: { isAlive: true, inScope: true, ancestors: ['T'] },
    A1: { isAlive: true, inScope: true, ancestors: ['A', 'T'] },
    X: { isAlive: true, inScope: false, ancestors: [] },
    OLD: { isAlive: false, inScope: false, ancestors: [] }
  }
  const check = (named: string[], allocated: string[] = []) => said(checkRecipients(named.map((agency, i) => ({ agency, pointer: `/${i}` })), code => places[code]!, allocated))
  t.same(check(['A']), [])
  t.same(check(['A', 'X', 'OLD', 'A']), [['/1', 'outside_scope'], ['/2', 'agency_not_valid'], ['/3', 'duplicate_agency']])
  t.same(check(['A', 'A1']), [['/1', 'part_of_another']])
  t.same(check(['A1'], ['A']), [['/0', 'part_of_another']])
})

/** Three districts, a commune below the first, a department; A is a ratio, S a sum, D is reported directly. */
async function start (test: Parameters<typeof build>[0]): Promise<{ app: FastifyInstance, api: Writer }> {
  const app = await build(test)
  const api = await writer(app)
  await lay(app, api)
  for (const code of ['H-A', 'H-B', 'H-C']) await api.post('/v1/agencies', agency(code, `Huyện ${code.at(-1)}`, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
  await api.post('/v1/agencies', agency('X-A1', 'Xã A1', { kind: 'commune_committee', level: 'commune', parent: 'H-A' }))
  await api.post('/v1/agencies', agency('SO', 'Sở', { parent: 'UBND-TINH' }))
  await api.post('/v1/agencies', agency('KHAC', 'Cơ quan khác'))
  await api.post('/v1/indicators', indicator('CQS-01', 'Tỷ lệ'))
  await api.post('/v1/indicators', indicator('CQS-02', 'Số máy', { unit: 'máy', valueKind: 'count', decimals: 0, aggregation: 'sum', maximum: undefined }))
  await api.post('/v1/indicators', indicator('CQS-03', 'Riêng', { aggregation: 'direct' }))
  await api.post('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })
  for (const made of [
    target('A', { milestones: [{ period: '2025-Q2', value: '70' }], baseline: { value: '60', date: '2024-12-11', claim: false, source: 'x' } }),
    target('S', { indicator: 'CQS-02', value: '100', scope: { level: 'district' } }),
    target('D', { indicator: 'CQS-03' })
  ]) test.equal((await api.post('/v1/targets', made)).status, 201)
  return { app, api }
}
const down = (more: object = {}) => ({ method: 'equal', agencies: 'all_in_scope', document: 'D2026', effectiveFrom: '2025-01-01', ...more })
const own = (values: Record<string, string>, more: object = {}) => down({ method: 'own', agencies: Object.entries(values).map(([agency, value]) => ({ agency, value })), ...more })
const values = (body: Body) => (body['data'] as Body[]).map(one => [one['id'], one['scope'].agency, one['value']])

t.test('a target handed down', async t => {
  const { app, api } = await start(t)
  const made = await api.post('/v1/targets/A/allocations', down())
  t.equal(made.status, 201)
  t.equal(made.headers.location, '/v1/targets/A/allocations')
  t.same(values(made.body), [['A.H-A', 'H-A', '80'], ['A.H-B', 'H-B', '80'], ['A.H-C', 'H-C', '80']], 'a ratio: each the value of the whole')
  t.notOk('remainder' in made.body)
  const { recordedAt, ...part } = (await api.get('/v1/targets/A.H-A')).body
  t.match(recordedAt, /Z$/)
  t.same(part, {
    id: 'A.H-A',
    plan: 'KH-2025',
    indicator: 'CQS-01',
    pillar: 'CQS',
    scope: { agency: 'H-A' },
    quantifier: 'aggregate',
    parent: 'A',
    allocation: true,
    position: 4,
    operator: 'gte',
    value: '80',
    unit: '%',
    dueDate: '2025-12-31',
    mode: 'reach',
    milestones: [],
    wording: 'đạt 80%',
    document: 'D2026',
    version: 1,
    effectiveFrom: '2025-01-01',
    state: 'active',
    provenance: 'operational'
  })
  t.same(codes((await api.get('/v1/targets/A/allocations')).body, 'id'), ['A.H-A', 'A.H-B', 'A.H-C'])
  t.same(codes((await api.get('/v1/targets/A/allocations?on=2024-12-31')).body, 'id'), [])
  t.same(codes((await api.get('/v1/targets/A/allocations?sort=-agency&limit=1')).body, 'id'), ['A.H-C'])
  t.same(codes((await api.get('/v1/targets?allocation=false')).body, 'id'), ['A', 'S', 'D'])
  t.same(codes((await api.get('/v1/targets?allocation=true&agency=H-B')).body, 'id'), ['A.H-B'])
  t.same((await api.get('/v1/status?on=2025-02-01&allocation=true')).body['data'].map((row: Body) => [row['target'].id, row['target'].parent, row['target'].allocation]), [['A.H-A', 'A', true], ['A.H-B', 'A', true], ['A.H-C', 'A', true]])
  t.same((await api.get('/v1/status?on=2025-02-01&allocation=false')).body['data'].map((row: Body) => row['target'].id), ['A', 'S', 'D'])
  t.equal((await api.get('/v1/targets/NONE/allocations')).status, 404)
  t.equal((await app.inject({ method: 'POST', url: '/v1/targets/A/allocations', payload: down() })).statusCode, 401)

  const sum = await api.post('/v1/targets/S/allocations', down({ operator: 'gt', dueDate: '2025-11-30', wording: 'mỗi huyện một phần', clause: 'Phụ lục' }))
  t.same(values(sum.body), [['S.H-A', 'H-A', '34'], ['S.H-B', 'H-B', '33'], ['S.H-C', 'H-C', '33']])
  t.same(sum.body['remainder'], {
    unit: '1', agencies: ['H-A'], text: { vi: 'Không chia hết: H-A mỗi cơ quan nhận thêm 1.', en: 'It cannot be shared equally: H-A got 1 more each.' }
  })
  t.match(sum.body['data'][0], { operator: 'gt', dueDate: '2025-11-30', wording: 'mỗi huyện một phần', clause: 'Phụ lục' })

  const direct = await api.post('/v1/targets/D/allocations', own({ SO: '75.5', 'X-A1': '60', 'H-B': '90' }, { provenance: 'illustrative' }))
  t.same(values(direct.body), [['D.H-B', 'H-B', '90'], ['D.SO', 'SO', '75.5'], ['D.X-A1', 'X-A1', '60']], 'whoever stands below may have a part')
  t.equal(direct.body['data'][0].provenance, 'illustrative')
})

t.test('what is refused, and nothing is stored', async t => {
  const { api } = await start(t)
  await api.post('/v1/agencies', agency('CU', 'Huyện cũ', { kind: 'district_committee', level: 'district', parent: 'UBND-TINH', validTo: '2024-12-31' }))
  const cases: [string, string, object, number, [string, string][]][] = [
    ['outside', 'A', own({ 'H-A': '80', KHAC: '80' }), 422, [['/agencies/1', 'outside_scope']]],
    ['the whole itself', 'A', own({ 'UBND-TINH': '80' }), 422, [['/agencies/0', 'outside_scope']]],
    ['not of the level', 'S', own({ 'X-A1': '5', SO: '5' }), 422, [['/agencies/0', 'outside_scope'], ['/agencies/1', 'outside_scope']]],
    ['not there any more', 'A', own({ CU: '80' }), 422, [['/agencies/0', 'agency_not_valid']]],
    ['below another', 'A', own({ 'X-A1': '80', 'H-A': '80' }), 422, [['/agencies/0', 'part_of_another']]],
    ['twice', 'A', down({ method: 'own', agencies: [{ agency: 'H-A', value: '80' }, { agency: 'H-A', value: '81' }] }), 422, [['/agencies/1', 'duplicate_agency']]],
    ['unknown', 'A', own({ NONE: '80' }, { document: 'X' }), 422, [['/document', 'unknown_document'], ['/agencies/0/agency', 'unknown_agency']]],
    ['without values', 'A', down({ method: 'own' }), 422, [['/agencies', 'value_required']]],
    ['out of range', 'A', own({ 'H-A': '101', 'H-B': '90', 'H-C': '-1' }), 422, [['/agencies/0/value', 'value_out_of_range'], ['/agencies/2/value', 'value_out_of_range']]],
    ['more decimals', 'A', own({ 'H-A': '80.123', KHAC: '80' }), 400, [['/agencies/0/value', 'too_many_decimals'], ['/agencies/1', 'outside_scope']]],
    ['before the whole', 'A', down({ effectiveFrom: '2024-12-10' }), 422, [['/effectiveFrom', 'effective_before_target']]],
    ['due before', 'A', down({ dueDate: '2024-12-31' }), 422, [['/dueDate', 'due_before_effective']]]
  ]
  for (const [name, id, payload, status, expected] of cases) {
    const answer = await api.post(`/v1/targets/${id}/allocations`, payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
  }
  for (const more of [{ agencies: [] }, { agencies: 'all' }, { method: 'fair' }, { document: undefined }, { agencies: [{ agency: 'H-A', share: '1' }] }]) t.equal((await api.post('/v1/targets/A/allocations', down(more))).status, 400, JSON.stringify(more))
  t.equal((await api.post('/v1/targets/NONE/allocations', down())).status, 404)
  t.same(codes((await api.get('/v1/targets')).body, 'id'), ['A', 'S', 'D'])

  t.equal((await api.post('/v1/targets/A/allocations', own({ 'H-B': '80' }))).status, 201)
  const again = await api.post('/v1/targets/A/allocations', down())
  t.equal(again.status, 409)
  t.equal(again.body['code'], 'already_allocated')
  t.same(faults(again.body), [['/agencies', 'already_allocated']])
  t.same(codes((await api.get('/v1/targets/A/allocations')).body, 'id'), ['A.H-B'], 'all or none')
  await api.post('/v1/targets/S/amendments', { state: 'dropped', effectiveFrom: '2025-01-01', reason: 'thôi', document: 'D2026' })
  t.equal((await api.post('/v1/targets/S/allocations', down())).body['code'], 'target_dropped')
})

t.test('the same at once: one is handed down, the others are told', async t => {
  const { api } = await start(t)
  const answers = await Promise.all(Array.from({ length: 6 }, (_, i) => api.post('/v1/targets/A/allocations', i % 2 === 0 ? down() : own({ 'H-C': '90', 'H-A': '70' }))))
  t.equal(answers.filter(({ status }) => status === 201).length, 1)
  t.same([...new Set(answers.map(({ status }) => status))].sort(), [201, 409])
  const stored = codes((await api.get('/v1/targets/A/allocations')).body, 'id')
  t.same(stored, answers.find(({ status }) => status === 201)!.body['data'].map((one: Body) => one['id']))
})

t.test('names that are too long or taken give way', async t => {
  const { api } = await start(t)
  const long = 'L'.repeat(61)
  await api.post('/v1/targets', target(long))
  await api.post('/v1/targets', target('A.H-B'))
  t.match(values((await api.post(`/v1/targets/${long}/allocations`, own({ 'H-A': '80' }))).body)[0]![0], /^[0-9a-f-]{36}$/)
  const [a, b] = values((await api.post('/v1/targets/A/allocations', own({ 'H-A': '80', 'H-B': '80' }))).body)
  t.equal(a![0], 'A.H-A')
  t.match(b![0], /^[0-9a-f-]{36}$/)
})

t.test('reconciled by the weights that are accepted', async t => {
  const { api } = await start(t)
  const view = async (query = 'on=2025-05-01', id = 'A') => (await api.get(`/v1/targets/${id}/reconciliation?${query}`)).body
  t.match(await view(), { verdict: 'undetermined', combined: null, gap: null, parts: [], missing: [{ code: 'H-A', name: { vi: 'Huyện A' } }, { code: 'H-B' }, { code: 'H-C' }] })
  await api.post('/v1/targets/A/allocations', own({ 'H-A': '90', 'H-B': '70' }))
  t.match(await view(), { verdict: 'undetermined', combined: null, missing: [{ code: 'H-C' }], reason: { en: /no denominator is accepted of Huyện A, Huyện B\. Without a part: Huyện C\./ } })
  const push = (agency: string, period: string, numerator: string, denominator: string, more: object = {}) =>
    api.post('/v1/measurements', { indicator: 'CQS-01', agency, period, numerator, denominator, ...more })
  for (const pushed of [push('H-A', '2025-Q1', '500', '1000'), push('H-B', '2025-Q1', '500', '3000')]) t.equal((await pushed).status, 201)
  const weighed = await view()
  t.match(weighed, { target: 'A', on: '2025-05-01', aggregation: 'ratio_of_sums', quantifier: 'aggregate', verdict: 'short', combined: '75.00', gap: '5', whole: { version: 1, value: '80' } })
  t.same(weighed['parts'].map((one: Body) => [one['target'], one['counted'], one['weight'].denominator, one['weight'].revision, one['weight'].period]),
    [['A.H-A', true, '1000', 1, '2025-Q1'], ['A.H-B', true, '3000', 1, '2025-Q1']])
  t.match((await view('on=2025-03-13'))['parts'], [{ target: 'A.H-A' }, { target: 'A.H-B' }])
  t.notOk('weight' in (await view('on=2025-03-13'))['parts'][0], 'the first quarter is over on 14/03')

  await api.post('/v1/targets/A.H-B/amendments', { value: '80', effectiveFrom: '2025-02-01', reason: 'nâng', document: 'D2026' })
  t.match(await view(), { verdict: 'undetermined', combined: '82.50', gap: '-2.5', reason: { en: /not everybody in the scope has a part/ } }, '(90 × 1000 + 80 × 3000) / 4000')
  t.match(await view(`on=2025-05-01&asOf=${weighed['asOf']}`), { verdict: 'short', combined: '75.00', parts: [{ version: 1 }, { version: 1, value: '70' }] }, 'as it was known before the amendment')
  await api.post('/v1/targets/A/allocations', own({ 'H-C': '80' }))
  t.match(await view(), { verdict: 'met', missing: [] }, 'no weight of the third, but every part is enough by itself')
  await api.post('/v1/targets/A.H-C/amendments', { state: 'dropped', effectiveFrom: '2025-04-01', reason: 'thôi', document: 'D2026' })
  t.match(await view(), { verdict: 'undetermined', missing: [{ code: 'H-C' }], parts: [{ counted: true }, { counted: true }, { counted: false, state: 'dropped' }] })
  t.match(await view('on=2025-03-31'), { verdict: 'met', missing: [] })

  await api.post('/v1/targets/S/allocations', own({ 'H-A': '40', 'H-B': '50' }))
  t.match(await view('on=2025-05-01', 'S'), { verdict: 'short', combined: '90', gap: '10', missing: [{ code: 'H-C' }] })
  await api.post('/v1/targets/S/allocations', own({ 'H-C': '10' }))
  t.match(await view('on=2025-05-01', 'S'), { verdict: 'met', combined: '100', gap: '0', missing: [] })
  t.equal((await view('on=2020-01-01', 'S'))['on'], '2024-12-11', 'not before it is in force')
  t.match(await view('on=2025-05-01', 'D'), { verdict: 'not_comparable', combined: null })
  t.equal((await api.get('/v1/targets/NONE/reconciliation')).status, 404)
  t.same(faults((await api.get('/v1/targets/A/reconciliation?asOf=2999-01-01T00:00:00Z')).body), [['asOf', 'as_of_in_future']])
})
