import { test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { client, owner } from '../helper.js'
import { province, rule, WHOLE } from './quality-world.js'
import { faults, type Body } from './registry.js'

test('rules are kept: created, found, changed into a new version', async t => {
  const { post, get, patch, change, app } = await province(t)
  const made = await post('/v1/quality-rules', { ...rule('R-1', 'range', { maximum: '90' }), state: undefined })
  t.equal(made.status, 201)
  t.equal(made.headers['location'], '/v1/quality-rules/R-1')
  t.match(made.body, { code: 'R-1', version: 1, kind: 'range', params: { maximum: '90' }, indicators: ['DEM'], state: 'draft', severity: 'block', provenance: 'operational' })
  t.equal((await post('/v1/quality-rules', rule('R-1', 'ratio', {}))).status, 409)
  await post('/v1/quality-rules', rule('R-2', 'ratio', {}, { indicators: undefined, pillar: 'KTS', severity: 'warn' }))
  await post('/v1/quality-rules', rule('R-3', 'monotone', { within: 'year' }, { indicators: undefined, level: 'district', state: 'retired' }))
  for (const [query, expected] of [['', 'R-1 R-2 R-3'], ['?indicator=DEM', 'R-1 R-3'], ['?indicator=TY-LE', 'R-2 R-3'], ['?pillar=KTS', 'R-2'], ['?state=draft', 'R-1'], ['?severity=warn', 'R-2'], ['?kind=monotone&count=exact', 'R-3']] as const) {
    t.equal((await get(`/v1/quality-rules${query}`)).body['data'].map((one: Body) => one['code']).join(' '), expected, query)
  }
  t.equal((await get('/v1/quality-rules?indicator=NONE')).status, 400)

  t.equal((await patch('/v1/quality-rules/R-1', { state: 'active' })).status, 428)
  t.equal((await patch('/v1/quality-rules/R-1', { state: 'active' }, { 'if-match': '"9-x"' })).status, 412)
  const changed = await change('/v1/quality-rules/R-1', { state: 'active', indicators: null, pillar: 'KTS', params: { minimum: '1' }, note: { vi: 'đã thử' } })
  t.match(changed.body, { version: 2, state: 'active', pillar: 'KTS', params: { minimum: '1' }, note: { vi: 'đã thử' } })
  t.notOk('indicators' in changed.body || 'maximum' in changed.body['params'])
  t.same((await get('/v1/quality-rules/R-1')).body, changed.body)
  t.same((await app.pool.query('select row_version, state, indicator_codes from history.quality_rules')).rows, [{ row_version: 1, state: 'draft', indicator_codes: ['DEM'] }], 'what version 1 said stays')
  const versions = await get('/v1/quality-rules/R-1/versions?limit=1&count=exact')
  t.same([versions.body['data'], versions.body['count']], [[changed.body], 2])
  t.same((await get(versions.body['next'].replace('http://registry.test', ''))).body['data'], [made.body])
  t.equal((await get('/v1/quality-rules/NONE/versions')).status, 404)
  t.equal((await get('/v1/quality-rules/NONE')).status, 404)
  t.equal((await patch('/v1/quality-rules/NONE', { state: 'active' }, { 'if-match': '*' })).status, 404)
  const reader = await client(app, { scopes: ['measurements:write'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/quality-rules', headers: reader.headers, payload: rule('R-9', 'ratio', {}) })).statusCode, 403)
})

test('a rule that says nothing, or what is not there, is refused with all its faults', async t => {
  const { post, change, get } = await province(t)
  const cases: [string, object, object, [string, string][]][] = [
    ['range', {}, {}, [['/params/minimum', 'param_required']]],
    ['range', { minimum: '2', maximum: '1' }, {}, [['/params/maximum', 'out_of_range']]],
    ['range', { minimum: '1', tolerance: '1' }, {}, [['/params/tolerance', 'param_not_allowed']]],
    ['change', { against: 'previous_period' }, {}, [['/params/absolute', 'param_required']]],
    ['change', { relative: '-0.1' }, {}, [['/params/relative', 'out_of_range']]],
    ['parts', {}, {}, [['/params/of', 'param_required'], ['/params/tolerance', 'param_required']]],
    ['parts', { of: 'NONE', tolerance: '-1' }, {}, [['/params/tolerance', 'out_of_range'], ['/params/of', 'unknown_dimension']]],
    ['monotone', { of: 'children' }, {}, [['/params/of', 'param_not_allowed']]],
    ['ratio', { maximum: '1' }, { pillar: 'KTS', indicators: ['DEM', 'NONE', 'DEM'] },
      [['/params/maximum', 'param_not_allowed'], ['/pillar', 'contradiction'], ['/indicators/2', 'duplicate_indicator'], ['/indicators/1', 'unknown_indicator']]]
  ]
  for (const [kind, params, more, expected] of cases) {
    const { status, body } = await post('/v1/quality-rules', rule('R', kind, params, more))
    t.same([status, faults(body)], [422, expected], `${kind} ${JSON.stringify(params)}`)
  }
  t.equal((await post('/v1/quality-rules', rule('R', 'range', { minimum: 1 }))).status, 400)
  t.equal((await post('/v1/quality-rules', rule('R', 'sum', {}))).status, 400)
  t.same(faults((await post('/v1/quality-rules', rule('trial', 'ratio', {}))).body), [['/code', 'reserved_code']])
  const elsewhere = await get('/v1/quality-rules/trial')
  t.same([elsewhere.status, elsewhere.headers['allow']], [405, 'OPTIONS, POST'], 'where rules are tried is no rule')
  t.same((await get('/v1/quality-rules')).body['data'], [])
  await post('/v1/quality-rules', rule('R', 'range', { minimum: '1' }))
  t.same(faults((await change('/v1/quality-rules/R', { pillar: 'KTS' })).body), [['/pillar', 'contradiction']], 'beside the indicators that are stored')
  t.same(faults((await change('/v1/quality-rules/R', { params: { of: 'children', tolerance: '0' } })).body).map(([place]) => place), ['/params/of', '/params/tolerance', '/params/minimum'])
})

test('block rejects the row, warn lets it in to be reviewed, and both are on record', async t => {
  const { app, post, get, push, change } = await province(t)
  await post('/v1/quality-rules', rule('CAO', 'range', { maximum: '100' }))
  await post('/v1/quality-rules', rule('KHA', 'range', { maximum: '50' }, { severity: 'warn' }))
  await post('/v1/quality-rules', rule('NHAP', 'range', { maximum: '0' }, { state: 'draft' }))
  const rows: [string, string, string][] = [['H1', '2025-Q1', '50'], ['H1', '2025-Q2', '51'], ['H1', '2025-Q3', '101'], ['H2', '2025-Q1', '100']]
  const expected = [['created', [], []], ['created', [], ['quality_rule KHA 1']], ['rejected', ['quality_rule CAO 1'], ['quality_rule KHA 1']], ['created', [], ['quality_rule KHA 1']]]

  const dry = await push('DEM', rows, '?mode=partial&dryRun=true')
  t.same(dry.rows, expected.slice(1), 'a dry run says the same of all that is not plain')
  t.same((await get('/v1/quality-outcomes')).body['data'], [], 'and stores nothing')

  const { rows: said, receipt } = await push('DEM', rows)
  t.same(said, expected)
  t.match(receipt['counts'], { created: 3, rejected: 1, warned: 3 })
  t.equal(receipt['exceptions'][1].problems[0].detail, 'Quy tắc chất lượng CAO (Quy tắc CAO): giá trị 101 lớn hơn 100.')
  const state = async (query: string) => (await get(`/v1/measurements?indicator=DEM${query}`)).body['data'].map((one: Body) => [one['agency'], one['period'], one['state'], one['warnings'].length])
  t.same((await state('')).sort(), [['H1', '2025-Q1', 'accepted', 0], ['H1', '2025-Q2', 'submitted', 1], ['H2', '2025-Q1', 'submitted', 1]], 'whatever the review policy')

  const outcomes = async (query: string) => (await get(`/v1/quality-outcomes${query}`)).body['data'].map((one: Body) => [one['rule'].code, one['severity'], one['agency'], one['period'], one['position'], one['measurement']?.revision])
  const all = [['KHA', 'warn', 'H1', '2025-Q2', 1, 1], ['CAO', 'block', 'H1', '2025-Q3', 2, undefined], ['KHA', 'warn', 'H1', '2025-Q3', 2, undefined], ['KHA', 'warn', 'H2', '2025-Q1', 3, 1]]
  t.same(await outcomes('?sort=id'), all)
  t.same(await outcomes('?rule=CAO'), [all[1]])
  t.same(await outcomes('?severity=warn&agency=H1&sort=id'), [all[0], all[2]])
  t.same(await outcomes(`?submission=${receipt['id']}&period=2025-Q1`), [all[3]])
  t.same(await outcomes('?indicator=TY-LE'), [])
  t.same((await get('/v1/quality-outcomes?count=exact&limit=1')).body['count'], 4)
  for (const bad of ['rule=NONE', 'agency=NONE', 'indicator=NONE', 'severity=maybe']) t.equal((await get(`/v1/quality-outcomes?${bad}`)).status, 400, bad)

  t.same((await push('DEM', rows)).rows, [['unchanged', [], []], ['unchanged', [], []], expected[2], ['unchanged', [], []]], 'the same again writes nothing')

  const atomic = await push('DEM', [['H2', '2025-Q2', '60'], ['H2', '2025-Q3', '101']], '?mode=atomic')
  t.same([atomic.status, atomic.rows], [422, [['not_written', [], ['quality_rule KHA 1']], ['rejected', ['quality_rule CAO 1'], ['quality_rule KHA 1']]]])
  t.same(faults(atomic.body), [['/rows/1/value', 'quality_rule']])
  t.same(await outcomes(`?submission=${atomic.receipt['id']}&agency=H2&period=2025-Q2`), [['KHA', 'warn', 'H2', '2025-Q2', 0, undefined]])

  const single = await post('/v1/measurements', { indicator: 'DEM', agency: 'H2', period: '2025-Q3', value: '101' })
  t.same([single.status, faults(single.body)], [422, [['/value', 'quality_rule']]])
  const warned = await post('/v1/measurements', { indicator: 'DEM', agency: 'H2', period: '2025-Q3', value: '99' })
  t.match(warned.body, { state: 'submitted', warnings: [{ code: 'quality_rule', pointer: '/value', rule: { code: 'KHA', version: 1 } }] })

  await change('/v1/quality-rules/KHA', { state: 'retired' })
  t.same((await push('DEM', [['H1', '2025-Q2', '52']])).rows, [['revised', [], []]])
  await change('/v1/quality-rules/KHA', { state: 'active' })
  t.same((await push('DEM', [['H1', '2025-Q2', '53', { reason: 'đếm lại' }]])).rows, [['revised', [], ['quality_rule KHA 3']]], 'named in the version that said it')
  t.equal((await get('/v1/quality-outcomes?rule=KHA&limit=1')).body['data'][0].rule.version, 3)

  const own = await client(app, { scopes: ['measurements:write'] })
  const reviewer = await client(app, { scopes: ['measurements:review'] })
  const seen = async (headers: Record<string, string>) => (await app.inject({ url: '/v1/quality-outcomes', headers })).json().data.length
  t.equal(await seen(own.headers), 0, 'another client\'s figures are not one\'s own')
  t.ok(await seen(reviewer.headers) > 4)
  t.equal((await app.inject('/v1/quality-outcomes')).statusCode, 401)
  await t.rejects(owner(app.pool).query('delete from quality_outcomes'), /append-only/)
})

test('beside another fault a row says all', async t => {
  const { post, push } = await province(t)
  await push('DEM', [['H1', '2025-Q1', '10']])
  await post('/v1/quality-rules', rule('CAO', 'range', { maximum: '100' }))
  t.same((await push('DEM', [['H1', '2025-Q1', '101'], ['H1', '2025-Q1', '102'], ['H9', '2025-Q1', '103']])).rows,
    [['rejected', ['reason_required', 'quality_rule CAO 1'], []], ['rejected', ['duplicate_row'], []], ['rejected', ['unknown_agency'], []]])
})

test('change: against the period before, stored or in the same push, across the year', async t => {
  const { post, push } = await province(t)
  await push('DEM', [['H1', '2024-Q4', '100']])
  await post('/v1/quality-rules', rule('NHAY', 'change', { relative: '0.2' }))
  // 100 → 120 is a fifth; 120 → 145 is more; 145 is not written, so that Q3 has nothing to be compared with
  t.same((await push('DEM', [['H1', '2025-Q3', '300'], ['H1', '2025-Q2', '145'], ['H1', '2025-Q1', '120']])).rows,
    [['created', [], []], ['rejected', ['quality_rule NHAY 1'], []], ['created', [], []]])
  t.same((await push('DEM', [['H1', '2025-Q2', '144'], ['H1', '2025-Q3', '173', { reason: 'x' }]])).rows, [['created', [], []], ['rejected', ['quality_rule NHAY 1'], []]], '144 → 172.8 would be a fifth')
  t.same((await push('DEM', [['H2', '2025-Q2', '1'], ['H2', '2025-Q3', '9', { breakdown: { NGANH: 'Y-TE' } }]])).rows, [['created', [], []], ['created', [], []]], 'another agency, another breakdown')
})

test('a figure that was returned or withdrawn is not compared with', async t => {
  const { app, post, push, get } = await province(t)
  await push('DEM', [['H1', '2025-Q1', '10'], ['H2', '2025-Q1', '10']])
  await push('DEM', [['H1', '2025-Q1', '1000', { reason: 'nhầm' }]])
  const event = async (agency: string, revision: number, kind: string) => owner(app.pool).query(`
    insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id)
    select indicator_code, id, revision, 1, $3, client_id from measurements where agency_code = $1 and period = '2025-Q1' and revision = $2`, [agency, revision, kind])
  await event('H1', 2, 'returned')
  await event('H2', 1, 'withdrawn')
  t.equal((await get('/v1/measurements?indicator=DEM&agency=H1')).body['data'][0].state, 'returned')
  await post('/v1/quality-rules', rule('NHAY', 'change', { absolute: '5' }))
  t.same((await push('DEM', [['H1', '2025-Q2', '16'], ['H2', '2025-Q2', '999']])).rows, [['rejected', ['quality_rule NHAY 1'], []], ['created', [], []]],
    'below the returned revision stands the 10; of H2 nothing is left')
})

test('monotone: cumulative within a year, from both sides', async t => {
  const { post, push } = await province(t)
  await post('/v1/quality-rules', rule('LUY-KE', 'monotone', {}))
  t.same((await push('DEM', [['H1', '2024-Q4', '400'], ['H1', '2025-Q1', '10'], ['H1', '2025-Q2', '20'], ['H1', '2025-Q3', '19']])).rows,
    [['created', [], []], ['created', [], []], ['created', [], []], ['rejected', ['quality_rule LUY-KE 1'], []]], 'a new year begins at nothing')
  t.same((await push('DEM', [['H1', '2025-Q1', '21', { reason: 'x' }]])).rows, [['rejected', ['quality_rule LUY-KE 1'], []]], 'above the later one that is stored')
  t.same((await push('DEM', [['H1', '2025-Q1', '21', { reason: 'x' }], ['H1', '2025-Q2', '22', { reason: 'x' }]])).rows, [['revised', [], []], ['revised', [], []]], 'unless that is corrected too')
})

test('a rule about the numerator or the denominator, where either goes astray and the ratio does not', async t => {
  const { post, push } = await province(t)
  const about = { indicators: ['TY-LE'], severity: 'warn' }
  t.equal((await post('/v1/quality-rules', rule('TU-20', 'change', { part: 'numerator', relative: '20' }, about))).status, 201)
  t.equal((await post('/v1/quality-rules', rule('MAU', 'range', { part: 'denominator', maximum: '50000' }, about))).status, 201)
  t.equal((await post('/v1/quality-rules', rule('TU-TANG', 'monotone', { part: 'numerator' }, about))).status, 201)
  t.same(faults((await post('/v1/quality-rules', rule('R', 'ratio', { part: 'numerator' }))).body), [['/params/part', 'param_not_allowed']])
  t.same(faults((await post('/v1/quality-rules', rule('R', 'parts', { of: 'children', tolerance: '1', part: 'numerator' }))).body), [['/params/part', 'param_not_allowed']])
  const none = ['created', [], []]
  t.same((await push('TY-LE', [['H1', '2025-Q1', '2000/3000'], ['H1', '2025-Q2', '2001/3000'], ['H2', '2025-Q1', '66']])).rows, [none, none, none], 'of a bare share nothing is said')
  const { rows, body } = await push('TY-LE', [['H1', '2025-Q3', '43000/50001'], ['H1', '2025-Q4', '1999/50000']])
  t.same(rows, [['created', [], ['quality_rule MAU 1', 'quality_rule TU-20 1']], ['created', [], ['quality_rule TU-TANG 1']]])
  t.match(body['exceptions'][0].warnings, [
    { pointer: '/denominator', detail: /mẫu số 50001 lớn hơn 50000/ },
    { pointer: '/numerator', detail: /tử số 43000 lệch 40999 so với 2001 của kỳ 2025-Q2, quá 40020/ }
  ])
})

test('ratio: also where the indicator may exceed 100', async t => {
  const { post, push } = await province(t)
  t.same((await push('TY-LE', [['H1', '2025-Q1', '3/2']])).rows, [['created', [], []]])
  await post('/v1/quality-rules', rule('TU-MAU', 'ratio', {}, { indicators: undefined, pillar: 'KTS', severity: 'warn' }))
  t.same((await push('TY-LE', [['H1', '2025-Q2', '3/2'], ['H2', '2025-Q2', '2/2'], ['H2', '2025-Q1', '150']])).rows,
    [['created', [], ['quality_rule TU-MAU 1']], ['created', [], []], ['created', [], []]])
  t.same((await push('DEM', [['H1', '2025-Q2', '3']])).rows, [['created', [], []]], 'another pillar')
})

test('parts: the districts and the province, whichever comes last', async t => {
  const { post, push } = await province(t)
  await post('/v1/quality-rules', rule('TONG', 'parts', { of: 'children', tolerance: '1' }))
  const no = ['rejected', ['quality_rule TONG 1'], []]
  const yes = ['created', [], []]
  t.same((await push('DEM', [['H1', '2025-Q1', '10'], [WHOLE, '2025-Q1', '50']])).rows, [yes, yes], 'H2 is missing')
  t.same((await push('DEM', [['H2', '2025-Q1', '20']])).rows, [no], '10 + 20 is not 50')
  t.same((await push('DEM', [['H2', '2025-Q1', '39']])).rows, [yes], 'within the tolerance')
  t.same((await push('DEM', [[WHOLE, '2025-Q2', '32'], ['H1', '2025-Q2', '10'], ['H2', '2025-Q2', '20'], ['SO', '2025-Q2', '2']])).rows, [no, yes, yes, yes], 'the total answers; a department is no part')
  t.same((await push('DEM', [[WHOLE, '2025-Q2', '30'], ['H1', '2025-Q2', '11', { reason: 'x' }]])).rows, [yes, ['revised', [], []]], 'corrected together')
  t.same((await push('DEM', [['H1', '2025-Q3', '1'], ['H2', '2025-Q3', '1'], [WHOLE, '2025-Q3', '3', { breakdown: { NGANH: 'Y-TE' } }]])).rows, [yes, yes, yes], 'another breakdown has parts of its own')
})

test('parts: the structure is that of the period', async t => {
  const { app, post, push } = await province(t)
  // H2 ended on 30/06/2025: no part of Q3 (15/06…14/09), whose structure is that of its cut-off; still one of Q2 (15/03…14/06)
  await app.pool.query('update agency_names set valid_to = \'2025-06-30\' where agency_code = \'H2\'')
  await post('/v1/quality-rules', rule('TONG', 'parts', { of: 'children', tolerance: '0' }))
  t.same((await push('DEM', [['H1', '2025-Q3', '10'], [WHOLE, '2025-Q3', '11'], ['H1', '2025-Q2', '10'], [WHOLE, '2025-Q2', '11']])).rows,
    [['created', [], []], ['rejected', ['quality_rule TONG 1'], []], ['created', [], []], ['created', [], []]])
})

test('parts: the members of a dimension, of a ratio', async t => {
  const { post, push } = await province(t)
  await post('/v1/quality-rules', rule('NGANH', 'parts', { of: 'NGANH', tolerance: '0' }, { indicators: ['TY-LE'], severity: 'warn' }))
  const health = { breakdown: { NGANH: 'Y-TE' } }
  const education = { breakdown: { NGANH: 'GIAO-DUC' } }
  const warned = ['created', [], ['quality_rule NGANH 1']]
  // (40 + 30) / (50 + 150) = 35 %
  t.same((await push('TY-LE', [['H1', '2025-Q1', '70/200'], ['H1', '2025-Q1', '40/50', health], ['H1', '2025-Q1', '30/150', education]])).rows, [['created', [], []], ['created', [], []], ['created', [], []]])
  t.same((await push('TY-LE', [['H1', '2025-Q2', '100/200'], ['H1', '2025-Q2', '40/50', health], ['H1', '2025-Q2', '30/150', education]])).rows, [warned, ['created', [], []], ['created', [], []]])
  t.same((await push('TY-LE', [['H2', '2025-Q2', '100/200'], ['H2', '2025-Q2', '40/50', health]])).rows, [['created', [], []], ['created', [], []]])
  t.same((await push('TY-LE', [['H2', '2025-Q2', '30/150', education]])).rows, [warned])
})

test('a level narrows a rule', async t => {
  const { post, push } = await province(t)
  await post('/v1/quality-rules', rule('HUYEN', 'range', { maximum: '10' }, { level: 'district' }))
  t.same((await push('DEM', [['H1', '2025-Q1', '11'], [WHOLE, '2025-Q1', '11']])).rows, [['rejected', ['quality_rule HUYEN 1'], []], ['created', [], []]])
})

test('a trial over stored data, before a rule is switched on, writes nothing', async t => {
  const { app, post, push } = await province(t)
  await push('DEM', [['H1', '2024-Q4', '10'], ['H1', '2025-Q1', '10'], ['H1', '2025-Q2', '25'], ['H2', '2025-Q2', '10'], [WHOLE, '2025-Q2', '36']])
  const before = await counts(app)
  const run = async (body: object, query = '') => (await post(`/v1/quality-rules/trial${query}`, body))
  const change = { ...rule('NHAY', 'change', { absolute: '5' }), state: undefined }
  const { status, body } = await run({ rule: change })
  t.equal(status, 200)
  // only 2025-Q1 and 2025-Q2 of H1 have a period before them
  t.match(body, { rule: { code: 'NHAY', version: null }, counts: { figures: 5, judged: 2, findings: 1 }, complete: true })
  t.match(body['findings'], [{ indicator: 'DEM', agency: 'H1', period: '2025-Q2', breakdown: {}, measurement: { revision: 1 }, detail: /25 lệch 15 so với 10 của kỳ 2025-Q1, quá 5/ }])
  t.match((await run({ rule: change }, '?from=2025&to=2025')).body['counts'], { figures: 4, judged: 2, findings: 1 }, 'what it is compared with may lie outside')
  t.match((await run({ rule: change }, '?to=2024')).body['counts'], { figures: 1, judged: 0, findings: 0 })
  t.match((await run({ rule: change }, '?indicator=TY-LE')).body['counts'], { figures: 0 })
  t.match((await run({ rule: rule('TONG', 'parts', { of: 'children', tolerance: '0' }) })).body, { counts: { figures: 5, judged: 1, findings: 1 }, findings: [{ agency: WHOLE }] })
  t.match((await run({ rule: rule('LUY-KE', 'monotone', {}, { indicators: undefined }) })).body['counts'], { figures: 5, judged: 1, findings: 0 })
  await post('/v1/quality-rules', rule('CAO', 'range', { maximum: '24' }, { state: 'draft' }))
  t.match((await run({ code: 'CAO' })).body, { rule: { code: 'CAO', version: 1 }, counts: { figures: 5, judged: 5, findings: 2 } })
  t.same({ ...await counts(app), quality_rules: 0 }, before)

  t.same(faults((await run({ rule: { ...change, params: {}, indicators: ['NONE'] } })).body), [['/rule/params/absolute', 'param_required'], ['/rule/indicators/0', 'unknown_indicator']])
  t.same([(await run({})).status, (await run({ rule: change, code: 'CAO' })).status], [400, 400])
  t.equal((await run({ code: 'NONE' })).status, 422)
  t.same(faults((await run({ rule: change }, '?from=2026&to=2025&indicator=NONE')).body), [['indicator', 'unknown_code'], ['from', 'bad_range']])
})

async function counts (app: FastifyInstance): Promise<Record<string, number>> {
  const { rows } = await app.pool.query(`select (select count(*)::int from quality_rules) as quality_rules, (select count(*)::int from quality_outcomes) as outcomes,
    (select count(*)::int from measurements) as measurements, (select count(*)::int from submissions) as submissions`)
  return rows[0]
}

test('a push costs no query where no rule is switched on, and a fixed number where one is', async t => {
  const { app, post, push } = await province(t)
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
  const cost = async (rows: [string, string, string][]) => {
    const tried = () => push('DEM', rows, '?mode=partial&dryRun=true')
    await tried() // what it is judged by is read once
    const heard: string[] = []
    statements = heard
    await tried()
    statements = []
    return heard
  }
  const one: [string, string, string][] = [['H1', '2025-Q1', '1']]
  const many = ['H1', 'H2', WHOLE].flatMap(agency => ['2025-Q1', '2025-Q2', '2025-Q3'].map((period): [string, string, string] => [agency, period, '1']))
  await post('/v1/quality-rules', rule('NHAP', 'range', { maximum: '0' }, { state: 'draft' }))
  const without = await cost(one)
  t.equal(without.filter(text => text.includes('quality_')).length, 0)
  t.equal((await cost(many)).length, without.length)
  await post('/v1/quality-rules', rule('NHAY', 'change', { absolute: '5' }))
  await post('/v1/quality-rules', rule('TONG', 'parts', { of: 'children', tolerance: '0' }))
  await post('/v1/quality-rules', rule('NGANH', 'parts', { of: 'NGANH', tolerance: '0' }))
  t.equal((await cost(one)).length, without.length + 2, 'the structure, the members, the figures beside, and none for the magnitude, in whose place the change is looked at')
  t.equal((await cost(many)).length, without.length + 3, 'and the outcomes, as the province does not add up')
})

test('pushes at once cannot break together what neither breaks alone', async t => {
  const { post, get } = await province(t)
  await post('/v1/quality-rules', rule('LUY-KE', 'monotone', {}))
  for (let round = 0; round < 6; round++) {
    const year = 2020 + round
    await Promise.all([['Q1', '20'], ['Q2', '10']].map(([quarter, value]) => post('/v1/measurements', { indicator: 'DEM', agency: WHOLE, period: `${year}-${quarter}`, value })))
    t.equal((await get(`/v1/measurements?indicator=DEM&year=${year}`)).body['data'].length, 1, `${year}: the second is refused`)
  }
})
