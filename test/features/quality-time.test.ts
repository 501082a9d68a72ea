import { test } from 'tap'
import { province, rule, WHOLE } from './quality-world.js'
import { indicator } from './registry.js'

const none = ['created', [], []]
const warned = (...rules: string[]) => ['created', [], rules.map(code => `quality_rule ${code} 1`)]

/** Beside those of `province`: counts of their periods alone and of the year so far, and a share of the year so far. */
async function timed (t: Parameters<typeof province>[0]) {
  const world = await province(t)
  const make = async (code: string, more: object) => t.equal((await world.post('/v1/indicators', indicator(code, code, more))).status, 201, code)
  const count = { valueKind: 'count', decimals: 0, unit: 'hồ sơ', aggregation: 'sum', minimum: undefined, maximum: undefined }
  await make('TRONG-KY', { ...count, timeBasis: 'during_period' })
  await make('LUY-KE', { ...count, timeBasis: 'year_to_date' })
  await make('TL-TRONG-KY', { timeBasis: 'during_period', minimum: undefined })
  await make('TL-LUY-KE', { timeBasis: 'year_to_date' })
  const all = { indicators: ['TRONG-KY', 'LUY-KE', 'TL-TRONG-KY', 'TL-LUY-KE'], severity: 'warn' }
  const enter = async (code: string, kind: string, params: object, more: object = {}) =>
    t.equal((await world.post('/v1/quality-rules', rule(code, kind, params, { ...all, ...more }))).status, 201, code)
  return { ...world, enter }
}

test('monotone: of figures of their periods the sum of the year must not fall, of totals to date the total', async t => {
  const { push, enter } = await timed(t)
  await enter('TANG', 'monotone', {})
  // 300 + 250 = 550: the year so far grows although the figure of the period is smaller
  const { rows, body } = await push('TRONG-KY', [['H1', '2025-Q1', '300'], ['H1', '2025-Q2', '250'], ['H1', '2025-Q3', '0'], ['H1', '2025-Q4', '-5']])
  t.same(rows, [none, none, none, warned('TANG')])
  t.match(body['exceptions'][0].warnings, [{ pointer: '/value', detail: /giá trị -5 của kỳ là số âm nên tổng từ đầu năm giảm/ }])
  t.same((await push('TL-TRONG-KY', [['H1', '2025-Q1', '90/100'], ['H1', '2025-Q2', '10/100'], ['H1', '2025-Q3', '-1/100']])).rows, [none, none, warned('TANG')])
  t.same((await push('LUY-KE', [['H1', '2024-Q4', '900'], ['H1', '2025-Q1', '300'], ['H1', '2025-Q2', '550'], ['H1', '2025-Q3', '549']])).rows, [none, none, none, warned('TANG')],
    'the first quarter starts again')
})

test('change: of figures of their periods the figures, of totals to date what they have grown by', async t => {
  const { push, enter } = await timed(t)
  await enter('NUA', 'change', { relative: '0.5' })
  // 100 → 150 is half; 150 → 226 is more, Q1 against Q4 of the year before; 226 → 339 is half
  t.same((await push('TRONG-KY', [['H1', '2024-Q3', '100'], ['H1', '2024-Q4', '150'], ['H1', '2025-Q1', '226'], ['H1', '2025-Q2', '339']])).rows, [none, none, warned('NUA'), none])
  // grows by 100, 100, 150, 226
  t.same((await push('LUY-KE', [['H1', '2025-Q1', '100'], ['H1', '2025-Q2', '200'], ['H1', '2025-Q3', '350'], ['H1', '2025-Q4', '576']])).rows, [none, none, none, warned('NUA')])
  const { rows, body } = await push('LUY-KE', [['H2', '2024-Q1', '100'], ['H2', '2024-Q4', '1000'], ['H2', '2025-Q1', '151'], ['H2', '2025-Q2', '200'], ['H2', '2025-Q4', '900']])
  // Q1 against Q1 of the year before: half of 100 is 50; then 151 and 49; Q3 is missing
  t.same(rows, [none, none, warned('NUA'), warned('NUA'), none])
  t.match(body['exceptions'], [
    { warnings: [{ detail: /151 lệch 51 so với 100 của kỳ 2024-Q1, quá 50 \(0,5 × 100\)/ }] },
    { warnings: [{ detail: /200 tăng thêm 49 so với kỳ 2025-Q1, lệch 102 so với mức tăng 151 của kỳ đó, quá 75,5 \(0,5 × 151\)/ }] }
  ])
  t.same((await push('LUY-KE', [[WHOLE, '2025-Q2', '100'], [WHOLE, '2025-Q3', '900']])).rows, [none, none], 'how much the second quarter grew by nobody knows')
  // a share of the year so far does not grow: 50 % and 60 %; Q1 against Q1
  t.same((await push('TL-LUY-KE', [['H1', '2024-Q1', '50/100'], ['H1', '2024-Q4', '10/100'], ['H1', '2025-Q1', '60/100'], ['H1', '2025-Q2', '170/200'], ['H1', '2025-Q3', '60/300']])).rows,
    [none, none, none, none, warned('NUA')])
})

test('change of a numerator that runs over the year: by what it has grown', async t => {
  const { push, enter } = await timed(t)
  await enter('TU', 'change', { part: 'numerator', absolute: '10' })
  t.same((await push('TL-LUY-KE', [['H1', '2025-Q1', '50/100'], ['H1', '2025-Q2', '110/200'], ['H1', '2025-Q3', '181/300']])).rows, [none, none, warned('TU')], '50, 60, 71')
})

test('parts against their total: within the period, whatever the time basis', async t => {
  const { push, enter } = await timed(t)
  await enter('TONG', 'parts', { of: 'children', tolerance: '0' })
  for (const code of ['TRONG-KY', 'LUY-KE']) {
    t.same((await push(code, [['H1', '2025-Q1', '10'], ['H2', '2025-Q1', '20'], [WHOLE, '2025-Q1', '30'], ['H1', '2025-Q2', '25'], ['H2', '2025-Q2', '25'], [WHOLE, '2025-Q2', '80']])).rows,
      [none, none, none, none, none, warned('TONG')], code)
  }
})

test('a trial follows the time basis too', async t => {
  const { push, post } = await timed(t)
  await push('LUY-KE', [['H1', '2025-Q1', '100'], ['H1', '2025-Q2', '200'], ['H1', '2025-Q3', '400']])
  await push('TRONG-KY', [['H1', '2025-Q1', '100'], ['H1', '2025-Q2', '-1']])
  const run = async (kind: string, params: object, code: string) => (await post('/v1/quality-rules/trial', { rule: { ...rule('THU', kind, params), indicators: [code] } })).body
  t.match(await run('change', { absolute: '0' }, 'LUY-KE'), { counts: { figures: 3, judged: 2, findings: 1 }, findings: [{ period: '2025-Q3' }] })
  t.match(await run('monotone', {}, 'TRONG-KY'), { counts: { figures: 2, judged: 2, findings: 1 }, findings: [{ period: '2025-Q2' }] })
})
