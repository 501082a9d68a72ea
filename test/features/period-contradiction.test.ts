import { test, type Test } from 'tap'
import { client, owner } from '../helper.js'
import { province, rule, WHOLE } from './quality-world.js'
import { indicator, type Body } from './registry.js'

const none = ['created', [], []]
const warned = ['created', [], ['period_contradiction']]
const reason = { reason: 'đếm lại' }

/** Indicators of the three time bases that are reported by quarter, half-year, nine months and year; `MOT-KY` by quarter alone. */
async function world (t: Test) {
  const made = await province(t)
  const several = { frequency: undefined, frequencies: ['quarterly', 'half_yearly', 'nine_months', 'yearly'], calendar: 'statistical' }
  const count = { valueKind: 'count', decimals: 0, unit: 'hồ sơ', aggregation: 'sum', maximum: undefined }
  const make = async (code: string, more: object) => t.equal((await made.post('/v1/indicators', indicator(code, code, more))).status, 201, code)
  await make('TRONG-KY', { ...several, ...count, timeBasis: 'during_period' })
  await make('TL', { ...several, timeBasis: 'during_period' })
  await make('LUY-KE', { ...several, ...count, timeBasis: 'year_to_date' })
  await make('THOI-DIEM', { ...several, ...count })
  await make('TOC-DO', { ...several, valueKind: 'growth', aggregation: 'none', minimum: undefined, maximum: undefined })
  await make('MOT-KY', { ...count, timeBasis: 'during_period' })
  const states = async (query: string) => ((await made.get(`/v1/measurements?${query}`)).body['data'] as Body[]).map(one => one['state'])
  return { ...made, states }
}

test('a figure that contradicts those of other periods awaits review, with both numbers', async t => {
  const { push, post, states } = await world(t)
  t.same((await push('TRONG-KY', [['H1', '2025-Q1', '300'], ['H1', '2025-Q2', '250']])).rows, [none, none])
  const { rows, body } = await push('TRONG-KY', [['H1', '2025-H1', '560']])
  t.same(rows, [warned])
  t.match(body['exceptions'][0].warnings, [{ pointer: '/value', detail: 'TRONG-KY: số liệu 2025-H1 là 560, nhưng 2025-Q1 + 2025-Q2 cộng lại là 550. Hãy kiểm tra và gửi lại số sai; số liệu chờ duyệt.' }])
  t.same(await states('indicator=TRONG-KY&agency=H1&period=2025-H1'), ['submitted'], 'although the policy is automatic')
  t.same((await push('TRONG-KY', [['H1', '2025-H1', '560']])).rows, [['unchanged', [], []]])
  t.same((await push('TRONG-KY', [['H1', '2025-H1', '550']])).rows, [['revised', [], []]], 'put right')
  t.same((await push('TRONG-KY', [['H1', '2025-Q1', '310', reason]])).rows, [['revised', [], ['period_contradiction']]], 'a correction of a part')
  t.same((await push('TRONG-KY', [['H1', '2025-Q1', '300', reason]])).rows, [['revised', [], []]])
  const single = await post('/v1/measurements', { indicator: 'TRONG-KY', agency: 'H1', period: '2025-Q2', value: '251', ...reason })
  t.match(single.body, { state: 'submitted', warnings: [{ code: 'period_contradiction', pointer: '/value' }] })
})

test('within one push the longer period answers', async t => {
  const { push } = await world(t)
  t.same((await push('TRONG-KY', [['H1', '2025-H1', '9'], ['H1', '2025-Q2', '4'], ['H1', '2025-Q1', '4'], ['H2', '2025-Q1', '5'], ['H2', '2025-Q2', '5'], ['H2', '2025-H1', '10']])).rows,
    [warned, none, none, none, none, none])
  t.same((await push('TL', [['H1', '2025-Q1', '60/100'], ['H1', '2025-Q2', '50/100'], ['H1', '2025-H1', '110/200'], ['H2', '2025-Q1', '60'], ['H2', '2025-Q2', '50/100'], ['H2', '2025-H1', '10/200']])).rows,
    [none, none, none, none, none, none], 'a bare share cannot be added')
  const ratio = await push('TL', [['H1', '2025-Q2', '51/100', reason]])
  t.same(ratio.rows, [['revised', [], ['period_contradiction']]])
  t.match(ratio.body['exceptions'][0].warnings, [{ pointer: '/numerator', detail: /2025-H1 là 110\/200, nhưng 2025-Q1 \+ 2025-Q2 cộng lại là 111\/200/ }])
})

test('totals to date, and figures of a last day, are those of the period that ends with it', async t => {
  const { push } = await world(t)
  for (const code of ['LUY-KE', 'THOI-DIEM']) {
    t.same((await push(code, [['H1', '2025-Q2', '550'], ['H1', '2025-H1', '550'], ['H1', '2025-Q3', '830']])).rows, [none, none, none], code)
    const { rows, body } = await push(code, [['H1', '2025-9M', '840']])
    t.same(rows, [warned], code)
    t.match(body['exceptions'][0].warnings, [{ detail: /2025-9M là 840, nhưng 2025-Q3, cùng tính đến một ngày, là 830/ }])
    t.same((await push(code, [['H1', '2025-Q2', '551', reason]])).rows, [['revised', [], ['period_contradiction']]])
  }
  t.same((await push('TOC-DO', [['H1', '2025-Q2', '8.1'], ['H1', '2025-H1', '7.5']])).rows, [none, none], 'the growth of a quarter is not that of the half-year')
})

test('only what stands of the same agency and breakdown is compared', async t => {
  const { app, push } = await world(t)
  const health = { breakdown: { NGANH: 'Y-TE' } }
  t.same((await push('TRONG-KY', [['H1', '2025-Q1', '1'], ['H2', '2025-Q2', '1'], ['H1', '2025-Q2', '1', health], ['H1', '2025-H1', '9']])).rows, [none, none, none, none])
  t.same((await push('TRONG-KY', [[WHOLE, '2025-Q1', '1'], [WHOLE, '2025-Q2', '1']])).rows, [none, none])
  await owner(app.pool).query(`insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id)
    select indicator_code, id, revision, 1, 'withdrawn', client_id from measurements where indicator_code = 'TRONG-KY' and agency_code = $1 and period = '2025-Q2'`, [WHOLE])
  t.same((await push('TRONG-KY', [[WHOLE, '2025-H1', '9']])).rows, [none], 'what was withdrawn is not there')
  // a figure that awaits review stands as well
  t.same((await push('TRONG-KY', [['SO', '2025-Q1', '1'], ['SO', '2025-Q2', '1'], ['SO', '2025-H1', '3']])).rows, [none, none, warned])
  t.same((await push('TRONG-KY', [['SO', '2025-Q3', '1'], ['SO', '2025-9M', '3']])).rows, [none, warned], '3 + 1 is not 3')
})

test('what a rule blocks is not compared with; what a scope withdraws neither', async t => {
  const { push, post } = await world(t)
  await post('/v1/quality-rules', rule('CAO', 'range', { maximum: '100' }, { indicators: ['TRONG-KY'] }))
  t.same((await push('TRONG-KY', [['H1', '2025-Q1', '1'], ['H1', '2025-Q2', '101'], ['H1', '2025-H1', '9']])).rows, [none, ['rejected', ['quality_rule CAO 1'], []], none])
  t.same((await push('TRONG-KY', [['H2', '2025-Q1', '1'], ['H2', '2025-Q2', '2']])).rows, [none, none])
  const scope = '?mode=atomic&replaceScope=true&reason=thay&scopeAgency=H2&scopePeriod=2025-Q1&scopePeriod=2025-Q2&scopePeriod=2025-H1'
  t.same((await push('TRONG-KY', [['H2', '2025-Q1', '1'], ['H2', '2025-H1', '9']], scope)).rows, [['unchanged', [], []], none], 'the second quarter goes')
})

test('a file of several chunks is compared as one', async t => {
  const { app, get } = await world(t)
  const { headers } = await client(app)
  const line = (agency: string, period: string, value: string) => JSON.stringify({ indicator: 'TRONG-KY', agency, period, value })
  const filler = Array.from({ length: 2600 }, (_, i) => JSON.stringify({ indicator: 'TRONG-KY', agency: 'H2', period: `${1950 + i % 70}-Q1`, value: '1' }))
  const payload = [line('H1', '2025-Q1', '300'), line('H1', '2025-Q2', '250'), ...filler, line('H1', '2025-H1', '560')].join('\n')
  const { body, statusCode } = await app.inject({ method: 'POST', url: '/v1/submissions?mode=partial', headers: { ...headers, 'content-type': 'application/x-ndjson', 'idempotency-key': '"chunks"' }, payload })
  t.equal(statusCode, 200, body)
  t.match((await get('/v1/measurements?indicator=TRONG-KY&agency=H1&period=2025-H1')).body['data'], [{ state: 'submitted', warnings: [{ code: 'period_contradiction' }] }])
})

test('an indicator of one frequency costs no statement', async t => {
  const { app, post } = await world(t)
  const { pool } = app
  let statements: string[] = []
  const connect = pool.connect.bind(pool) as () => Promise<any>
  const spied = new WeakSet()
  pool.connect = (async () => {
    const connection = await connect()
    if (!spied.has(connection)) {
      spied.add(connection)
      const query = connection.query.bind(connection)
      connection.query = (first: any, ...more: any[]) => { statements.push(typeof first === 'string' ? first : first.text); return query(first, ...more) }
    }
    return connection
  }) as never
  const cost = async (indicator: string) => {
    const push = () => post('/v1/submissions?mode=partial&dryRun=true', { rows: ['2025-Q1', '2025-Q2'].map(period => ({ indicator, agency: 'H1', period, value: '1' })) })
    await push()
    statements = []
    await push()
    return statements.length
  }
  const one = await cost('MOT-KY')
  t.equal(await cost('TRONG-KY'), one + 1, 'the longer periods; they have no figure, and a quarter has no parts')
})
