import t from 'tap'
import { targetVersions } from '../../src/db/schema/index.js'
import type { CalendarRule } from '../../src/domain/calendar.js'
import { checkDecimals, checkDemand, checkScope, inOrder, type TargetDemand, type TargetIndicator } from '../../src/features/targets/rules.js'
import { build } from '../helper.js'
import { agency, codes, faults, indicator, lay, pages, target, writer } from './registry.js'

const calendar: CalendarRule = { code: 'administrative', startDay: 15, monthOffset: -1, deadlines: { monthly: [], quarterly: [], half_yearly: [], nine_months: [], yearly: [] } }
const measure: TargetIndicator = { unit: '%', decimals: 1, minimum: '0', maximum: '100', frequencies: ['quarterly'], calendar }
const demand = (more: Partial<TargetDemand> = {}): TargetDemand => ({
  scope: {}, quantifier: 'aggregate', operator: 'gte', value: '80', unit: '%', effectiveFrom: '2024-12-11', dueDate: '2025-12-31', milestones: [], ...more
})
const said = (errors: { pointer?: string, code: string }[]) => errors.map(error => [error.pointer, error.code])

t.test('scopes', async t => {
  const cases: [TargetDemand['scope'], TargetDemand['quantifier'], [string, string][]][] = [
    [{}, 'aggregate', []],
    [{ level: 'district' }, 'each', []],
    [{ dimension: 'NGANH' }, 'each', []],
    [{ dimension: 'NGANH', member: 'Y-TE' }, 'aggregate', []],
    [{ level: 'commune', dimension: 'NGANH', member: 'Y-TE' }, 'each', []],
    [{ agency: 'A' }, 'aggregate', []],
    [{ level: 'district', agency: 'A' }, 'aggregate', [['/scope', 'level_or_agency']]],
    [{ level: 'district', dimension: 'NGANH' }, 'each', [['/scope', 'level_or_dimension']]],
    [{ member: 'Y-TE' }, 'aggregate', [['/scope/member', 'dimension_required']]],
    [{}, 'each', [['/quantifier', 'each_of_nothing']]],
    [{ agency: 'A' }, 'each', [['/quantifier', 'each_of_nothing']]],
    [{ dimension: 'NGANH', member: 'Y-TE' }, 'each', [['/quantifier', 'each_of_nothing']]]
  ]
  for (const [scope, quantifier, expected] of cases) t.same(said(checkScope(scope, quantifier)), expected, `${quantifier} ${JSON.stringify(scope)}`)
})

t.test('demands', async t => {
  const cases: [string, Partial<TargetDemand>, [string, string][]][] = [
    ['fine', {}, []],
    ['the maximum, at least', { value: '100' }, []],
    ['more than the maximum, strictly', { operator: 'gt', value: '100.0' }, [['/operator', 'target_unreachable']]],
    ['less than the minimum, strictly', { operator: 'lt', value: '0' }, [['/operator', 'target_unreachable']]],
    ['at most nothing', { operator: 'lte', value: '0' }, []],
    ['beyond the maximum', { value: '100.1' }, [['/value', 'value_out_of_range']]],
    ['negative', { value: '-1' }, [['/value', 'value_out_of_range']]],
    ['another unit', { unit: 'điểm' }, [['/unit', 'unit_mismatch']]],
    ['due before it is in force', { dueDate: '2024-12-10' }, [['/dueDate', 'due_before_effective']]],
    ['due the same day', { dueDate: '2024-12-11' }, []],
    ['baseline', { baseline: { value: '70', date: '2024-12-31', claim: false } }, []],
    ['a claim needs no value', { baseline: { date: '2024-12-31', claim: true } }, []],
    ['a baseline of nothing', { baseline: { date: '2024-12-31', claim: false } }, [['/baseline/value', 'baseline_value_required']]],
    ['baseline after the due date', { baseline: { value: '70', date: '2026-01-01', claim: false } }, [['/baseline/date', 'baseline_after_due']]],
    ['baseline out of range', { baseline: { value: '170', date: '2025-01-01', claim: false } }, [['/baseline/value', 'value_out_of_range']]],
    ['milestones', { milestones: [{ period: '2025-Q2', value: '40' }, { period: '2025-Q1', value: '20' }] }, []],
    ['milestones of another frequency', { milestones: [{ period: '2025-Q2', value: '40' }, { period: '2025', value: '80' }, { period: '2025-06', value: '40' }] },
      [['/milestones/1/period', 'period_mismatch'], ['/milestones/2/period', 'period_mismatch']]],
    ['a milestone twice', { milestones: [{ period: '2025-Q2', value: '40' }, { period: '2025-Q2', value: '50' }] }, [['/milestones/1/period', 'duplicate_period']]],
    ['the quarter begun by the due date (15/12)', { dueDate: '2025-12-15', milestones: [{ period: '2026-Q1', value: '80' }] }, []],
    ['the quarter after it', { dueDate: '2025-12-14', milestones: [{ period: '2026-Q1', value: '80' }] }, [['/milestones/0/period', 'milestone_after_due']]],
    ['a milestone out of range', { milestones: [{ period: '2025-Q1', value: '101' }] }, [['/milestones/0/value', 'value_out_of_range']]]
  ]
  for (const [name, more, expected] of cases) t.same(said(checkDemand(demand(more), measure)), expected, name)
  t.same(said(checkDemand(demand({ value: '-1000' }), { ...measure, minimum: null })), [], 'no bound, no refusal')
  t.same(said(checkDecimals(demand({ value: '80.55', baseline: { value: '1.25', date: '2025-01-01', claim: false }, milestones: [{ period: '2025-Q1', value: '1.5' }, { period: '2025-Q2', value: '1.50' }] }), measure)),
    [['/value', 'too_many_decimals'], ['/baseline/value', 'too_many_decimals'], ['/milestones/1/value', 'too_many_decimals']])
  t.same(inOrder([{ period: '2026-Q1', value: '3' }, { period: '2025-Q4', value: '2' }]).map(one => one.period), ['2025-Q4', '2026-Q1'])
})

t.test('create, read, list', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('KTS-01', 'Hai', { pillar: 'KTS', frequency: 'yearly' }))
  await api.post('/v1/agencies', agency('PHAN-THIET', 'Phan Thiết', { kind: 'district_committee', level: 'district', identifiers: [{ scheme: 'gso', value: '593' }] }))

  const made = await api.post('/v1/targets', target('A', {
    value: '82.50',
    mode: 'maintain',
    scope: { agency: 'gso:593' },
    baseline: { value: '70', date: '2024-12-31', claim: true, source: '4677/KH-UBND' },
    milestones: [{ period: '2025-Q3', value: '80' }, { period: '2025-Q1', value: '75' }],
    interpretation: { vi: 'Hiểu là ít nhất' },
    clause: 'II.1',
    provenance: 'quoted'
  }))
  t.equal(made.status, 201)
  t.equal(made.headers.location, '/v1/targets/A')
  const whole = {
    id: 'A',
    plan: 'KH-2025',
    indicator: 'CQS-01',
    pillar: 'CQS',
    scope: { agency: 'PHAN-THIET' },
    quantifier: 'aggregate',
    allocation: false,
    position: 1,
    operator: 'gte',
    value: '82.50',
    unit: '%',
    dueDate: '2025-12-31',
    mode: 'maintain',
    baseline: { value: '70', date: '2024-12-31', claim: true, source: '4677/KH-UBND' },
    milestones: [{ period: '2025-Q1', value: '75' }, { period: '2025-Q3', value: '80' }],
    wording: 'đạt 80%',
    interpretation: { vi: 'Hiểu là ít nhất' },
    document: 'D2025',
    clause: 'II.1',
    version: 1,
    effectiveFrom: '2024-12-11',
    state: 'active',
    provenance: 'quoted',
    recordedAt: made.body['recordedAt']
  }
  t.same(made.body, whole)
  t.same((await api.get('/v1/targets/A')).body, whole)
  await api.post('/v1/targets', target('B', { scope: { level: 'district' }, quantifier: 'each', operator: 'gt', parent: 'A', dueDate: '2025-06-30' }))
  await api.post('/v1/targets', target('C', { scope: { dimension: 'NGANH' }, quantifier: 'each', provenance: 'illustrative' }))
  await api.post('/v1/targets', target('D', { plan: 'KH-2026', indicator: 'KTS-01', effectiveFrom: '2099-01-01', dueDate: '2099-12-31' }))
  const unnamed = await api.post('/v1/targets', { ...target('x'), id: undefined, plan: 'KH-2026', dueDate: '2026-12-31' })
  t.match(unnamed.body['id'], /^[0-9a-f-]{36}$/)
  t.match(unnamed.body, { effectiveFrom: '2025-12-11', document: 'D2026', position: 2 })
  const unnamedId = unnamed.body['id'] as string

  // an amendment: another value from June on, and the target dropped from October on
  const version = (await app.db.select().from(targetVersions)).find(one => one.targetId === 'B')!
  const { recordedAt, recordedXid, ...rest } = version
  await app.db.insert(targetVersions).values([
    { ...rest, version: 2, effectiveFrom: '2025-06-01', value: '85', dueDate: '2025-12-31', reason: 'điều chỉnh' },
    { ...rest, version: 3, effectiveFrom: '2025-10-01', state: 'dropped', reason: 'thôi' },
    { ...rest, version: 4, effectiveFrom: '2025-06-01', value: '86', dueDate: '2025-12-31', reason: 'đính chính' }
  ])
  for (const [on, expected] of [['2020-01-01', 1], ['2025-05-31', 1], ['2025-06-01', 4], ['2025-09-30', 4], ['2025-10-01', 3]] as const) {
    t.equal((await api.get(`/v1/targets/B?on=${on}`)).body['version'], expected, on)
  }
  t.match((await api.get('/v1/targets/B/versions')).body['data'], [{ version: 1, value: '80' }, { version: 2, value: '85', reason: 'điều chỉnh' }, { version: 3, state: 'dropped' }, { version: 4, value: '86' }])
  t.same(codes((await api.get('/v1/targets/B/versions?sort=-effectiveFrom')).body, 'version'), [3, 4, 2, 1])
  t.same(await pages(api.get, '/v1/targets/B/versions?limit=1', 'version'), [[1], [2], [3], [4]])
  t.equal((await api.get('/v1/targets/NONE/versions')).status, 404)
  t.equal((await api.get('/v1/targets/NONE')).status, 404)

  const cases: [string, string[]][] = [
    ['', ['A', 'B', 'C', 'D', unnamedId]],
    ['on=2025-01-01', ['A', 'B', 'C']],
    ['on=2024-12-10', []],
    ['plan=KH-2025', ['A', 'B', 'C']],
    ['indicator=KTS-01', ['D']],
    ['pillar=CQS&plan=KH-2025', ['A', 'B', 'C']],
    ['pillar=KTS', ['D']],
    ['level=district', ['B']],
    ['level=whole', ['A', 'C', 'D', unnamedId]],
    ['level=province', []],
    ['agency=gso:593', ['A']],
    ['agency=PHAN-THIET', ['A']],
    ['agency=UBND-TINH', []],
    ['dimension=NGANH', ['C']],
    ['quantifier=each', ['B', 'C']],
    ['operator=gt', ['B']],
    ['mode=maintain', ['A']],
    ['state=dropped', ['B']],
    ['state=dropped&on=2025-09-30', []],
    ['state=active&on=2025-09-30', ['A', 'B', 'C']],
    ['provenance=illustrative', ['C']],
    ['parent=A', ['B']],
    ['sort=-dueDate,id&plan=KH-2025&on=2025-05-31', ['A', 'C', 'B']],
    ['sort=-id&plan=KH-2025', ['C', 'B', 'A']],
    ['sort=effectiveFrom&plan=KH-2025&on=2025-07-01', ['A', 'C', 'B']]
  ]
  for (const [query, expected] of cases) t.same(codes((await api.get(`/v1/targets?${query}`)).body, 'id'), expected, query)
  t.same(await pages(api.get, '/v1/targets?limit=1', 'id'), [['A'], ['B'], ['C'], ['D'], [unnamedId]])
  t.same(await pages(api.get, '/v1/targets?limit=2&sort=-dueDate', 'id'), [['D', unnamedId], ['C', 'A'], ['B']])
  t.equal((await api.get('/v1/targets?on=2025-01-01&count=exact&limit=1')).body['count'], 3)

  const unknown = await api.get('/v1/targets?plan=X&indicator=X&pillar=X&dimension=X&parent=X&agency=X')
  t.equal(unknown.status, 400)
  t.same(faults(unknown.body), ['plan', 'indicator', 'pillar', 'dimension', 'parent', 'agency'].map(name => [name, 'unknown_code']))
  for (const query of ['on=today', 'level=country', 'operator=%3E', 'sort=value', 'colour=red', 'mode=hold']) {
    t.equal((await api.get(`/v1/targets?${query}`)).status, 400, query)
  }
  const { next } = (await api.get('/v1/targets?limit=1')).body
  t.equal((await api.get(next.replace('http://registry.test', '').replace('limit=1', 'limit=1&plan=KH-2025'))).status, 400, 'a cursor belongs to its filters')
})

t.test('what is refused', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('CQS-09', 'Khác'))
  await api.post('/v1/targets', target('A'))
  const cases: [string, object, number, [string, string][]][] = [
    ['taken', target('A'), 409, [['/id', 'already_exists']]],
    ['nothing known', target('B', { plan: 'X', indicator: 'X', parent: 'X', document: 'X', scope: { agency: 'X' } }), 422,
      [['/plan', 'unknown_plan'], ['/indicator', 'unknown_indicator'], ['/parent', 'unknown_target'], ['/document', 'unknown_document'], ['/scope/agency', 'unknown_agency']]],
    ['its own parent', target('B', { parent: 'B' }), 422, [['/parent', 'unknown_target']]],
    ['a part of another indicator', target('B', { indicator: 'CQS-09', parent: 'A', scope: { level: 'district' } }), 422, [['/parent', 'other_indicator']]],
    ['unknown dimension', target('B', { scope: { dimension: 'X', member: 'Y' } }), 422, [['/scope/dimension', 'unknown_dimension']]],
    ['unknown member', target('B', { scope: { dimension: 'NGANH', member: 'Y' } }), 422, [['/scope/member', 'unknown_member']]],
    ['too many decimals, and all else', target('B', { value: '80.123', quantifier: 'each', milestones: [{ period: '2025', value: '1' }] }), 400,
      [['/value', 'too_many_decimals'], ['/quantifier', 'each_of_nothing'], ['/milestones/0/period', 'period_mismatch']]],
    ['out of range', target('B', { value: '101' }), 422, [['/value', 'value_out_of_range']]]
  ]
  for (const [name, payload, status, expected] of cases) {
    const answer = await api.post('/v1/targets', payload)
    t.equal(answer.status, status, name)
    t.same(faults(answer.body), expected, name)
  }
  for (const payload of [
    target('B', { value: 80 }), target('B', { value: 'NaN' }), target('B', { value: '080' }), target('B', { value: null }), target('B', { operator: '>=' }),
    target('B', { dueDate: '31/12/2025' }), target('B', { wording: ' ' }), target('B', { state: 'dropped' }), target('B', { version: 1 }), target('B', { scope: { region: 'x' } }),
    target('B', { milestones: [{ period: '2025-Q5', value: '1' }] }), target('B', { baseline: { date: '2025-01-01', claim: 'yes', source: 's' } }), target('B', { baseline: { date: '2025-01-01', claim: true } })
  ]) t.equal((await api.post('/v1/targets', payload)).status, 400, JSON.stringify(payload))
  t.same(codes((await api.get('/v1/targets')).body, 'id'), ['A'])
  const patched = await api.patch('/v1/targets/A', { value: '1' }, { 'if-match': '*' })
  t.equal(patched.status, 405, 'a target is amended, never edited')
  t.match(patched.headers.allow, /GET/)
  t.equal((await app.inject({ method: 'POST', url: '/v1/targets', payload: target('B') })).statusCode, 401)
})
