import { test } from 'tap'
import { build } from '../helper.js'
import { agency, faults, indicator, lay, target, writer, type Body } from './registry.js'

const district = (code: string, more: object = {}) => agency(code, `Huyện ${code}`, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH', ...more })

/**
 * Five districts. CQS-01: a percentage, at least 80, rolled up from them. KTS-02: the fewer the better, at most 20, their
 * mean. Q2 runs 15/03–14/06/2025, a Saturday; the units' deadline is Tuesday 17/06.
 */
async function start (t: Parameters<typeof build>[0]) {
  const app = await build(t)
  const { get, post } = await writer(app)
  await lay(app, { get, post } as never)
  const made = async (url: string, payload: object) => {
    const { status, body } = await post(url, payload)
    t.ok(status < 300, `${url}: ${JSON.stringify(body)}`)
    return body
  }
  for (const code of ['H-E', 'H-D', 'H-C', 'H-B', 'H-A']) await made('/v1/agencies', district(code))
  await made('/v1/indicators', indicator('CQS-01', 'Hồ sơ trên mạng'))
  await made('/v1/indicators', indicator('KTS-02', 'Ngày xử lý', { pillar: 'KTS', unit: 'ngày', valueKind: 'number', direction: 'lower_is_better', aggregation: 'mean', maximum: '1000' }))
  await made('/v1/targets', target('T1'))
  await made('/v1/targets', target('T2', { indicator: 'KTS-02', operator: 'lte', value: '20', unit: 'ngày' }))
  const push = (...rows: object[]) => made('/v1/submissions', { mode: 'atomic', rows })
  const ranking = async (query: string): Promise<Body> => {
    const { status, body } = await get(`/v1/rankings?level=district&${query}`)
    t.equal(status, 200, query)
    return body
  }
  return { app, get, post, made, push, ranking }
}

const share = (agency: string, fraction: string, period = '2025-Q2', more: object = {}) => {
  const [numerator, denominator] = fraction.split('/')
  return { indicator: 'CQS-01', agency, period, numerator, denominator, ...more }
}
const days = (agency: string, value: string, period = '2025-Q2', more: object = {}) => ({ indicator: 'KTS-02', agency, period, value, ...more })
const table = ({ data }: Body) => data.map((row: Body) => [row['rank'], row['agency'].code, row['score'], row['scoreOfMeasured'], `${row['measured']}/${row['expected']}`, row['missing']])

/** Attainments: A 1 and 20/25; B 60/80 and nothing; C 0/0 and 1; D nothing; E 1 and 20/25. */
const Q2 = [share('H-A', '72/90'), days('H-A', '25'), share('H-B', '60/100'), share('H-C', '0/0'), days('H-C', '20'), share('H-E', '80/100'), days('H-E', '25')]

test('districts side by side', async t => {
  const { push, ranking, get } = await start(t)
  await push(...Q2)
  const found = await ranking('on=2025-06-30')
  t.same(table(found), [
    [1, 'H-C', '100.00', '100.00', '1/1', []],
    [2, 'H-A', '90.00', '90.00', '2/2', []],
    [2, 'H-E', '90.00', '90.00', '2/2', []],
    [4, 'H-B', '37.50', '75.00', '1/2', ['KTS-02']],
    [null, 'H-D', null, null, '0/2', ['CQS-01', 'KTS-02']]
  ])
  t.same(found['data'].map((row: Body) => [row['tied'], row['met'], row['notApplicable'], row['illustrative']]),
    [[false, 1, 1, false], [true, 1, 0, false], [true, 1, 0, false], [false, 0, 0, false], [false, 0, 0, false]])
  t.match(found, { level: 'district', on: '2025-06-30', agencies: 5, ranked: 4, method: { code: 'attainment', version: 2 } })
  t.same(found['indicators'], [{ indicator: 'CQS-01', period: '2025-Q2', expected: 5, reported: 4 }, { indicator: 'KTS-02', period: '2025-Q2', expected: 5, reported: 3 }])
  t.ok(found['data'].every((row: Body) => row['items'] === undefined))

  const { body: { data: [before, method] } } = await get('/v1/ranking-methods')
  t.match(before, { version: 1, since: '2024-01-01' }, 'what was ranked before says how')
  t.same(found['method'], method, 'the method is the one that is listed')
  t.match(method.text, { vi: /Thiếu số liệu tính là 0/, en: /missing figure counts as 0/ })

  const { data: [c, a] } = await ranking('on=2025-06-30&items=true')
  t.same(a.items.map((item: Body) => [item['indicator'], item['target'], item['own'], item['period'], item['demanded'], item['state'], item['value'], item['attainment'], item['met']]), [
    ['CQS-01', 'T1', false, '2025-Q2', '80', 'measured', '80.00', '1.0000', true],
    ['KTS-02', 'T2', false, '2025-Q2', '20', 'measured', '25.00', '0.8000', false]
  ])
  t.match(c.items[0], { state: 'not_applicable', value: null, attainment: null, met: null, measurement: { revision: 1 } })
  const { body: figure } = await get(`/v1/measurements/${a.items[1].measurement.id}`)
  t.match(figure, { agency: 'H-A', indicator: 'KTS-02', value: '25' })
})

test('filters, and whom the level has', async t => {
  const { made, push, ranking } = await start(t)
  await push(...Q2)
  t.same(table(await ranking('on=2025-06-30&pillar=CQS')).map((row: unknown[]) => row.slice(0, 3)),
    [[1, 'H-A', '100.00'], [1, 'H-E', '100.00'], [3, 'H-B', '75.00'], [null, 'H-C', null], [null, 'H-D', null]], 'C has nothing that applies, D no figure')
  t.same(table(await ranking('on=2025-06-30&pillar=KTS')).map((row: unknown[]) => row.slice(0, 3)),
    [[1, 'H-C', '100.00'], [2, 'H-A', '80.00'], [2, 'H-E', '80.00'], [null, 'H-B', null], [null, 'H-D', null]])
  t.match(await ranking('on=2025-06-30&plan=KH-2026'), { agencies: 5, ranked: 0, indicators: [] }, 'a plan without targets')

  await made('/v1/agencies', agency('SO-A', 'Sở A', { parent: 'UBND-TINH' }))
  t.equal((await ranking('on=2025-06-30'))['agencies'], 5, 'a department is no district')
  await made('/v1/agencies', district('H-F', { validFrom: '2025-06-20' }))
  await made('/v1/agencies', district('H-G', { validTo: '2025-06-29' }))
  const { data } = await ranking('on=2025-06-30')
  t.same(data.map((row: Body) => [row['agency'].code, row['expected']]), [['H-C', 1], ['H-A', 2], ['H-E', 2], ['H-B', 2], ['H-D', 2], ['H-F', 0]],
    'F was not there when Q2 ended and owes nothing of it; G is gone')
  t.ok((await ranking('on=2025-06-29'))['data'].some((row: Body) => row['agency'].code === 'H-G'))
})

test('departments, a target of their level, and a body with a target of its own', async t => {
  const { get, made, push } = await start(t)
  for (const code of ['SO-A', 'SO-B']) await made('/v1/agencies', agency(code, `Sở ${code}`, { parent: 'UBND-TINH' }))
  for (const code of ['CUC-A', 'CUC-B']) await made('/v1/agencies', agency(code, `Cục ${code}`, { kind: 'central_body', parent: 'UBND-TINH' }))
  await made('/v1/indicators', indicator('CQS-09', 'Hồ sơ cấp tỉnh'))
  await made('/v1/targets', target('T9', { indicator: 'CQS-09', scope: { level: 'province' }, value: '90' }))
  await made('/v1/targets', target('T9.CUC', { indicator: 'CQS-09', scope: { agency: 'CUC-A' }, value: '50' }))
  await made('/v1/targets', target('T9.TINH', { indicator: 'CQS-09', scope: { agency: 'UBND-TINH' }, value: '50' }))
  await push({ ...share('SO-A', '45/100'), indicator: 'CQS-09' }, { ...share('CUC-A', '40/100'), indicator: 'CQS-09' })
  const { body } = await get('/v1/rankings?level=province&on=2025-06-30')
  t.same(table(body), [[1, 'CUC-A', '80.00', '80.00', '1/1', []], [2, 'SO-A', '50.00', '50.00', '1/1', []], [null, 'SO-B', null, null, '0/1', ['CQS-09']]],
    '40 of 50, 45 of 90; the committee stands above them, and CUC-B is asked for nothing')
})

test('a part of its own comes before the common target', async t => {
  const { made, push, ranking, post } = await start(t)
  await push(...Q2)
  await made('/v1/targets/T1/allocations', { method: 'own', agencies: [{ agency: 'H-B', value: '50' }], effectiveFrom: '2025-06-20', document: 'D2025' })
  t.same(table(await ranking('on=2025-06-19')).find((row: unknown[]) => row[1] === 'H-B'), [4, 'H-B', '37.50', '75.00', '1/2', ['KTS-02']], 'it is not in force yet')
  const after = await ranking('on=2025-06-30&items=true')
  t.same(table(after).find((row: unknown[]) => row[1] === 'H-B'), [4, 'H-B', '50.00', '100.00', '1/2', ['KTS-02']], '60 meets its 50')
  t.match(after['data'][3].items[0], { target: 'T1.H-B', own: true, demanded: '50', met: true })
  t.match(after['data'][1].items[0], { target: 'T1', own: false, demanded: '80' })
  t.equal((await post('/v1/targets', target('T2.H-A', { indicator: 'KTS-02', parent: 'T2', scope: { agency: 'H-A' }, operator: 'lte', value: '24', unit: 'ngày', provenance: 'illustrative' }))).status, 201)
  const illustrative = await ranking('on=2025-06-30')
  t.same(table(illustrative).slice(0, 3).map((row: unknown[]) => row.slice(0, 3)), [[1, 'H-C', '100.00'], [2, 'H-A', '98.00'], [3, 'H-E', '90.00']], '(1 + 24/25) / 2')
  t.same(illustrative['data'].map((row: Body) => row['illustrative']), [false, true, false, false, false])
})

test('what is excused, not due yet, or no measure for one district, is not held against it', async t => {
  const { get, made, ranking } = await start(t)
  const number = (code: string, more: object = {}) => indicator(code, code, { valueKind: 'number', unit: 'số', aggregation: 'mean', maximum: '10000', ...more })
  const plan = (id: string, code: string, more: object) => target(id, { plan: 'KH-2026', indicator: code, unit: 'số', dueDate: '2026-12-31', ...more })
  for (const code of ['CQS-07', 'CQS-08']) {
    await made('/v1/indicators', number(code))
    await made('/v1/targets', plan(`E.${code}`, code, { scope: { level: 'district' }, quantifier: 'each', value: '10' }))
  }
  await made('/v1/indicators', number('KTS-09', { pillar: 'KTS', aggregation: 'sum' }))
  await made('/v1/targets', plan('SUM', 'KTS-09', { value: '1000' }))
  // 2026-Q1 runs 15/12/2025–14/03/2026, a Saturday; the units' deadline is Tuesday 17/03
  const figure = (indicator: string, agency: string, value: string) => made('/v1/measurements', { indicator, agency, period: '2026-Q1', value })
  for (const [code, of, value] of [['CQS-07', 'H-A', '6'], ['CQS-08', 'H-A', '6'], ['CQS-07', 'H-B', '10'], ['CQS-07', 'H-C', '10'], ['CQS-08', 'H-D', '10']] as const) await figure(code, of, value)
  await made('/v1/extensions', { kind: 'excuse', agency: 'H-B', indicator: 'CQS-08', period: '2026-Q1', reason: 'Bão' })
  await made('/v1/extensions', { kind: 'extension', agency: 'H-C', indicator: 'CQS-08', period: '2026-Q1', until: '2026-04-10', reason: 'Bão' })
  const of = async (on: string, pillar = 'CQS') => {
    const found = await ranking(`plan=KH-2026&pillar=${pillar}&on=${on}&items=true`)
    return { found, brief: table(found).map((row: unknown[]): unknown[] => [...row.slice(0, 3), row[4]]) as unknown[][], states: Object.fromEntries(found['data'].map((row: Body) => [row['agency'].code, row['items'].map((item: Body) => item['state'])])) }
  }
  const { found, brief, states } = await of('2026-03-30')
  t.same(brief, [[1, 'H-B', '100.00', '1/1'], [1, 'H-C', '100.00', '1/1'], [3, 'H-A', '60.00', '2/2'], [4, 'H-D', '50.00', '1/2'], [null, 'H-E', null, '0/2']])
  t.same(states, { 'H-A': ['measured', 'measured'], 'H-B': ['measured', 'excused'], 'H-C': ['measured', 'not_due'], 'H-D': ['missing', 'measured'], 'H-E': ['missing', 'missing'] })
  t.match(found['data'], [{ excused: 1, notDue: 0, missing: [] }, { excused: 0, notDue: 1, missing: [] }, {}, { missing: ['CQS-07'] }])
  t.same(found['indicators'], [{ indicator: 'CQS-07', period: '2026-Q1', expected: 5, reported: 3 }, { indicator: 'CQS-08', period: '2026-Q1', expected: 4, reported: 2 }])
  t.same((await of('2026-04-11')).brief.find(([, code]) => code === 'H-C'), [3, 'H-C', '50.00', '1/2'], 'its time is over')
  t.same((await of('2026-03-16')).brief, [[1, 'H-B', '100.00', '1/1'], [1, 'H-C', '100.00', '1/1'], [1, 'H-D', '100.00', '1/1'], [4, 'H-A', '60.00', '2/2'], [null, 'H-E', null, '0/0']],
    'before the deadline nothing is missing')
  await made('/v1/calendars/administrative/periods/2026-Q1/transitions', { to: 'closed', effectiveOn: '2026-03-15', reason: 'x' })
  t.same((await of('2026-03-16')).brief.at(-1), [null, 'H-E', null, '0/2'], 'unless it was closed by hand')

  for (const [agency, value] of [['H-A', '300'], ['H-B', '150'], ['H-C', '0']] as const) await figure('KTS-09', agency, value)
  t.same((await of('2026-03-30', 'KTS')).brief.map(([rank, , score, count]) => [rank, score, count]), Array(5).fill([null, null, '0/0']), 'no district meets the sum of all')
  await made('/v1/targets/SUM/allocations', { method: 'own', agencies: [{ agency: 'H-B', value: '200' }], effectiveFrom: '2025-12-20', document: 'D2025' })
  const parts = await of('2026-03-30', 'KTS')
  t.same(parts.brief[0], [1, 'H-B', '75.00', '1/1'], 'but its own part')
  t.match(parts.found['data'][1], { agency: { code: 'H-A' }, notComparable: 1, items: [{ state: 'not_comparable', value: '300.00', attainment: null, met: null, demanded: '1000' }] })
  await made('/v1/targets', plan('EACH', 'KTS-09', { scope: { level: 'district' }, quantifier: 'each', value: '600' }))
  t.match((await of('2026-03-30', 'KTS')).brief, [[1, 'H-B', '75.00'], [2, 'H-A', '50.00']], 'nor is a target that each can be held against passed over')
  t.equal((await get('/v1/rankings?level=district&plan=KH-2026&on=2026-03-30')).body['method'].version, 2)
})

test('the period: complete or past its deadline, or the one asked for', async t => {
  const { push, ranking } = await start(t)
  await push(share('H-A', '40/100', '2025-Q1'), ...Q2)
  const taken = async (query: string) => (await ranking(query))['indicators'].map((one: Body) => [one['indicator'], one['period']])
  t.same(await taken('on=2025-03-14'), [], 'the first quarter still runs')
  t.same(await taken('on=2025-03-15'), [['CQS-01', '2025-Q1'], ['KTS-02', '2025-Q1']], 'it is all there is')
  t.same(await taken('on=2025-06-14'), [['CQS-01', '2025-Q1'], ['KTS-02', '2025-Q1']], 'the last day of Q2')
  t.same(await taken('on=2025-06-17'), [['CQS-01', '2025-Q1'], ['KTS-02', '2025-Q1']], 'Q2 is over, and may still be reported')
  t.same(await taken('on=2025-06-18'), [['CQS-01', '2025-Q2'], ['KTS-02', '2025-Q2']], 'past the deadline what is missing is missing')
  await push(share('H-D', '16/100'))
  t.same(await taken('on=2025-06-17'), [['CQS-01', '2025-Q2'], ['KTS-02', '2025-Q1']], 'nobody\'s figure of CQS-01 is missing')
  t.same(table(await ranking('on=2025-06-30&period=2025-Q1')), [
    [1, 'H-A', '25.00', '50.00', '1/2', ['KTS-02']],
    ...['H-B', 'H-C', 'H-D', 'H-E'].map(code => [null, code, null, null, '0/2', ['CQS-01', 'KTS-02']])
  ], '40 of 80, and nothing')
  t.same(await taken('on=2025-06-30&period=2025-06'), [], 'no indicator is reported monthly')
  t.same(await taken('on=2025-06-14&period=2025-Q3'), [], 'it has not begun')
  t.same(await taken('on=2025-06-15&period=2025-Q3'), [['CQS-01', '2025-Q3'], ['KTS-02', '2025-Q3']])
})

test('what counts: accepted figures of targets in force', async t => {
  const { made, push, ranking } = await start(t)
  await made('/v1/indicators', indicator('CQS-03', 'Duyệt tay', { reviewPolicy: 'manual' }))
  await made('/v1/targets', target('T3', { indicator: 'CQS-03', scope: { level: 'district' }, quantifier: 'each', value: '50' }))
  await push({ ...share('H-A', '50/100'), indicator: 'CQS-03' })
  t.match((await ranking('on=2025-06-30'))['data'].find((row: Body) => row['agency'].code === 'H-A'), { rank: null, score: null, missing: ['CQS-01', 'CQS-03', 'KTS-02'] }, 'it awaits its review')
  await push(share('H-A', '60/100'))
  t.match((await ranking('on=2025-06-30'))['data'][0], { agency: { code: 'H-A' }, score: '25.00', scoreOfMeasured: '75.00' }, '(60/80) / 3')
  await made('/v1/targets/T3/amendments', { state: 'dropped', effectiveFrom: '2025-06-01', reason: 'Không còn phù hợp', document: 'D2025' })
  t.match((await ranking('on=2025-05-31&period=2025-Q2'))['data'].at(-1), { agency: { code: 'H-E' }, missing: [], notDue: 3 }, 'still demanded, and not due yet')
  t.match((await ranking('on=2025-06-30'))['data'][0], { agency: { code: 'H-A' }, score: '37.50', missing: ['KTS-02'] }, '(60/80) / 2: what is no longer demanded is not missing')
})

test('paging and asOf', async t => {
  const { get, push, ranking } = await start(t)
  await push(...Q2)
  const first = await ranking('on=2025-06-30')
  const found: string[] = []
  let url: string | undefined = '/v1/rankings?level=district&on=2025-06-30&limit=2&count=exact'
  while (url !== undefined) {
    const { status, body }: { status: number, body: Body } = await get(url.replace('http://registry.test', ''))
    t.equal(status, 200)
    t.equal(body['count'], 5)
    t.equal(body['agencies'], 5, 'the head is of the whole ranking')
    found.push(...body['data'].map((row: Body) => row['agency'].code))
    if (found.length === 2) await push(share('H-D', '100/100'), days('H-D', '1'))
    url = body['next']
  }
  t.same(found, ['H-C', 'H-A', 'H-E', 'H-B', 'H-D'], 'the next pages are of the same instant')
  t.same((await ranking('on=2025-06-30&sort=-agency'))['data'].map((row: Body) => row['agency'].code), ['H-E', 'H-D', 'H-C', 'H-B', 'H-A'])
  t.equal((await ranking('on=2025-06-30'))['data'][0].agency.code, 'H-C')
  t.equal((await ranking('on=2025-06-30'))['data'][1].agency.code, 'H-D', 'two in the first place')
  t.same(await ranking(`on=2025-06-30&asOf=${first['asOf']}`), first, 'as of then it is as it was')
})

test('bad input', async t => {
  const { get } = await start(t)
  for (const [query, parameter, code] of [
    ['', 'level', 'required'],
    ['level=village', 'level', 'not_one_of'],
    ['level=district&period=2025-Q5', 'period', 'wrong_format'],
    ['level=district&period=2025-13', 'period', 'wrong_format'],
    ['level=district&on=2025-06-31', 'on', 'not_a_date'],
    ['level=district&method=average', 'method', 'not_one_of'],
    ['level=district&plan=NONE', 'plan', 'unknown_code'],
    ['level=district&pillar=NONE', 'pillar', 'unknown_code'],
    ['level=district&asOf=2199-01-01T00:00:00Z', 'asOf', 'as_of_in_future']
  ] as const) {
    const { status, body } = await get(`/v1/rankings?${query}`)
    t.equal(status, 400, query)
    t.same(faults(body), [[parameter, code]], query)
  }
  t.match(await get('/v1/rankings?level=district&on=2025-06-30'), { status: 200, body: { agencies: 5, ranked: 0, indicators: [{ reported: 0 }, { reported: 0 }] } })
})
