import { test, type Test } from 'tap'
import { client, owner } from '../helper.js'
import { province, rule, WHOLE } from './quality-world.js'
import { faults, indicator, type Body } from './registry.js'

const none = ['created', [], []]
const warned = (...codes: string[]) => ['created', [], codes]
const both = (code: string) => warned(code, code)

/** Beside `TY-LE`, whose parts take no decimals: ratios of money, a number without an upper bound, one with, a ratio to date. */
async function world (t: Test) {
  const made = await province(t)
  const money = { unit: 'triệu đồng', decimals: 3 }
  const name = (vi: string) => ({ vi, ...money })
  const number = { valueKind: 'number', unit: 'triệu đồng', decimals: 3, aggregation: 'sum', minimum: undefined }
  const make = async (code: string, more: object) => t.equal((await made.post('/v1/indicators', indicator(code, code, more))).status, 201, code)
  await make('VON', { maximum: '1000', numerator: name('Đã giải ngân'), denominator: name('Kế hoạch') })
  await make('THU', { ...number, maximum: undefined })
  await make('THU-MAX', { ...number, maximum: '2000' })
  await make('LUY', { maximum: '1000', timeBasis: 'year_to_date' })
  const state = async (query: string) => ((await made.get(`/v1/measurements?${query}`)).body['data'] as Body[]).map(one => one['state'])
  return { ...made, state }
}

test('counts of people: 88.450 of 96.010 after 88450 of 96010', async t => {
  const { push, post, state } = await world(t)
  t.same((await push('TY-LE', [['H1', '2025-Q1', '88450/96010']])).rows, [none])
  t.same((await push('TY-LE', [['H1', '2025-Q2', '88.450/96.010']])).rows, [['rejected', ['too_many_decimals', 'too_many_decimals'], []]])
  const { rows, body } = await push('TY-LE', [['H1', '2025-Q2', '88/96']])
  t.same(rows, [both('magnitude_changed')], 'nor without what followed the point')
  t.match(body['exceptions'][0].warnings, [
    { pointer: '/numerator', detail: /Tử số 88 chênh lệch quá lớn so với 88450 của kỳ 2025-Q1/ },
    { pointer: '/denominator', detail: /Mẫu số 96 chênh lệch quá lớn so với 96010 của kỳ 2025-Q1/ }
  ])
  t.same(await state('indicator=TY-LE&agency=H1&period=2025-Q2'), ['submitted'], 'although the policy is automatic')
  t.same((await push('TY-LE', [['H1', '2025-Q2', '88/96']])).rows, [['unchanged', [], []]], 'the same file again')
  t.same((await push('TY-LE', [['H1', '2025-Q2', '88452/96012']])).rows, [['revised', [], []]], 'put right, by the period before')
  t.same(await state('indicator=TY-LE&agency=H1&period=2025-Q2'), ['accepted'])
  const single = await post('/v1/measurements', { indicator: 'TY-LE', agency: 'H1', period: '2025-Q3', numerator: '88', denominator: '96100' })
  t.match(single.body, { state: 'submitted', warnings: [{ code: 'magnitude_changed', pointer: '/numerator' }] })
  t.same((await push('TY-LE', [['H2', '2025-Q1', '5/9'], ['H2', '2025-Q2', '60/99'], ['H2', '2025-Q3', '900/990'], ['H2', '2025-Q4', '9/9000']])).rows, [none, none, none, none], 'small bodies leap')
})

test('a correction with nothing before it is held against what it corrects', async t => {
  const { push } = await world(t)
  t.same((await push('TY-LE', [[WHOLE, '2025-Q1', '88/96']])).rows, [none], 'nobody can tell')
  t.same((await push('TY-LE', [[WHOLE, '2025-Q1', '88450/96010', { reason: 'dấu chấm' }]])).rows, [['revised', [], ['magnitude_changed', 'magnitude_changed']]], 'one of the two is wrong')
})

test('where three decimals are allowed, in both parts, in either, and with nothing before it', async t => {
  const { push } = await world(t)
  const rows: [string, string, string][] = [['H1', '2025-Q1', '88450/96010'], ['H1', '2025-Q2', '88.450/96.010'], ['SO', '2025-Q1', '88450/96010'], ['SO', '2025-Q2', '88.450/96010']]
  t.same((await push('VON', rows)).rows, [none, both('magnitude_changed'), none, warned('magnitude_changed')])
  const alone: [string, string, string][] = [['H2', '2025-Q1', '88.450/96.010'], ['H2', '2024-Q1', '1.450/96.010']]
  t.same((await push('VON', alone)).rows, [both('thousands_mark'), both('thousands_mark')])
  t.same((await push('VON', alone)).rows, alone.map(() => ['unchanged', [], []]))
  t.same((await push('VON', [[WHOLE, '2025-Q1', '88.450/96.010'], [WHOLE, '2024-Q1', '0.450/1096.010']])).rows, [none, none], 'other rows say that the point is a decimal one')
})

test('as CSV with decimal commas', async t => {
  const { app } = await world(t)
  const { headers } = await client(app)
  const payload = ['indicator;agency;period;numerator;denominator', `VON;${WHOLE};2025-Q2;88450;96010`, `VON;${WHOLE};2025-Q3;88,450;96,010`, `VON;${WHOLE};2025-Q1;88.450;96.010`].join('\n')
  const more = { 'content-type': 'text/csv', 'idempotency-key': '"csv"' }
  const receipt = (await app.inject({ method: 'POST', url: '/v1/submissions?mode=partial&delimiter=%3B&decimalComma=true', headers: { ...headers, ...more }, payload })).json<Body>()
  t.same((receipt['exceptions'] as Body[]).map(one => [one['line'], ...[...one['problems'], ...one['warnings']].map((said: Body) => `${said['pointer']} ${said['code']}`)]),
    [[3, '/numerator magnitude_changed', '/denominator magnitude_changed'], [4, '/numerator not_a_decimal', '/denominator not_a_decimal']])
})

test('a number that nothing bounds from above', async t => {
  const { push } = await world(t)
  t.same((await push('THU', [['H1', '2025-Q1', '1234.5'], ['H1', '2025-Q2', '1.234'], ['H2', '2025-Q2', '12.5'], ['H2', '2025-Q3', '12500']])).rows,
    [none, warned('magnitude_changed'), none, warned('magnitude_changed')], 'a mark, and another unit')
  const { rows, body } = await push('THU', [[WHOLE, '2025-Q1', '1.234']])
  t.same(rows, [warned('thousands_mark')])
  t.match(body['exceptions'][0].warnings, [{ pointer: '/value', detail: /Giá trị 1.234 có thể là 1234 viết với dấu ngăn cách hàng nghìn/ }])
  t.same((await push('THU-MAX', [['H1', '2025-Q1', '1234'], ['H1', '2025-Q2', '1.234'], ['H2', '2025-Q1', '3.234'], ['SO', '2025-Q1', '1900'], ['SO', '2025-Q2', '2']])).rows,
    [none, warned('magnitude_changed'), none, none, none], 'bounded: only what looks like a count with a mark, and could be it')
})

test('to date: the first quarter is held against the first quarter', async t => {
  const { push } = await world(t)
  t.same((await push('LUY', [['H1', '2024-Q1', '1000/2000'], ['H1', '2024-Q4', '900000/990000'], ['H1', '2025-Q1', '1100/2200']])).rows, [none, none, none])
  t.same((await push('LUY', [['H2', '2024-Q1', '1000/2000'], ['H2', '2025-Q1', '1/2']])).rows, [none, both('magnitude_changed')])
})

test('a figure that was withdrawn is no measure', async t => {
  const { app, push } = await world(t)
  await push('TY-LE', [['SO', '2025-Q1', '88450/96010']])
  await owner(app.pool).query(`insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id)
    select indicator_code, id, revision, 1, 'withdrawn', client_id from measurements where indicator_code = 'TY-LE' and agency_code = 'SO'`)
  t.same((await push('TY-LE', [['SO', '2025-Q2', '88/96']])).rows, [none])
})

test('a rule about the change of a part takes the place of this', async t => {
  const { push, post } = await world(t)
  t.equal((await post('/v1/quality-rules', rule('TU', 'change', { part: 'numerator', relative: '2000' }, { indicators: ['TY-LE'], severity: 'warn' }))).status, 201)
  t.same((await push('TY-LE', [[WHOLE, '2024-Q4', '2/3000'], [WHOLE, '2025-Q1', '2000/3000'], [WHOLE, '2025-Q2', '20/3']])).rows, [none, none, warned('magnitude_changed')], 'of the numerator; the denominator stays as it was')
  t.same(faults((await post('/v1/quality-rules', rule('R', 'change', { part: 'value', relative: '1' }))).body).length, 1)
})

test('a file of several chunks is held against itself', async t => {
  const { app, get } = await world(t)
  const { headers } = await client(app)
  const line = (agency: string, period: string, numerator: string, denominator: string) => JSON.stringify({ indicator: 'TY-LE', agency, period, numerator, denominator })
  const filler = Array.from({ length: 2499 }, (_, i) => line('H2', `${1950 + i % 70}-Q1`, '1', '2'))
  const payload = [...filler, line('H1', '2025-Q1', '88450', '96010'), line('H1', '2025-Q2', '88', '96')].join('\n')
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/v1/submissions?mode=partial', headers: { ...headers, 'content-type': 'application/x-ndjson', 'idempotency-key': '"chunks"' }, payload })
  t.equal(statusCode, 200, body)
  t.match((await get('/v1/measurements?indicator=TY-LE&agency=H1&period=2025-Q2')).body['data'], [{ state: 'submitted' }])
})
