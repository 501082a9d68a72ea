import { test, type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { build, client, listen, owner } from '../helper.js'

const PROVINCE = 'UBND-BINH-THUAN'
/** A direct indicator of yearly, statistical periods: "trên 10%". */
const row = { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10' }

async function push (app: FastifyInstance, headers: Record<string, string>, body: unknown) {
  const response = await app.inject({ method: 'POST', url: '/v1/measurements', headers, payload: body as object })
  return { status: response.statusCode, body: response.json(), headers: response.headers, codes: () => (response.json().errors ?? []).map((e: { code: string }) => e.code) }
}

async function counts (app: FastifyInstance) {
  const { rows: [row] } = await app.pool.query('select (select count(*) from measurements)::int as measurements, (select count(*) from submissions)::int as submissions, (select count(*) from submission_chunks)::int as rows')
  return row
}

test('one figure: created, unchanged, revised, read back', async t => {
  const app = await build(t, { seed: 'plan' })
  const { id: clientId, headers } = await client(app)
  const created = await push(app, headers, { ...row, itemId: 'a-1', note: 'lần đầu', observedAt: '2025-12-20T08:00:00+07:00' })
  t.equal(created.status, 201)
  t.equal(created.headers.location, `/v1/measurements/${created.body.id}`)
  t.match(created.body, {
    indicator: 'KTS-05', agency: PROVINCE, period: '2025', breakdown: {}, value: '10', quality: 'official', state: 'accepted', revision: 1, late: true,
    observedAt: '2025-12-20T01:00:00.000000Z', note: 'lần đầu', provenance: 'operational', source: { client: clientId, externalId: 'a-1' }, warnings: []
  })
  const before = await counts(app)
  const again = await push(app, headers, { ...row, itemId: 'a-1', note: 'lần đầu', value: '10.00' })
  t.equal(again.status, 200, 'the same number, written otherwise')
  t.equal(again.body.revision, 1)
  t.same(await counts(app), before, 'nothing was written')

  const bare = await push(app, headers, { ...row, value: '10.5' })
  t.equal(bare.status, 422)
  t.same(bare.codes(), ['reason_required'])
  t.equal(bare.body.errors[0].pointer, '/reason')
  t.same(await counts(app), before, 'a refused figure leaves nothing')

  const revised = await push(app, headers, { ...row, value: '10.5', reason: 'Bổ sung', observedAt: '2025-12-21T01:00:00Z' })
  t.equal(revised.status, 201)
  t.match(revised.body, { id: created.body.id, revision: 2, value: '10.5', reason: 'Bổ sung', state: 'accepted' })
  const stale = await push(app, headers, { ...row, value: '9', reason: 'cũ', observedAt: '2025-12-20T23:59:59Z' })
  t.same(stale.codes(), ['stale_observation'])

  const one = await app.inject(`/v1/measurements/${created.body.id}`)
  t.match(one.json(), { revision: 2, value: '10.5' })
  t.ok(one.headers.etag)
  const history = (await app.inject(`/v1/measurements/${created.body.id}/revisions`)).json()
  t.same(history.data.map((m: { revision: number, value: string, state: string }) => [m.revision, m.value, m.state]), [[2, '10.5', 'accepted'], [1, '10', 'superseded']])
  const paged = (await app.inject(`/v1/measurements/${created.body.id}/revisions?limit=1&sort=revision&count=exact`)).json()
  t.equal(paged.count, 2)
  t.same(paged.data[0].revision, 1)
  const next = (await app.inject(paged.next.replace('http://registry.test', ''))).json()
  t.same([next.data[0].revision, next.next], [2, undefined])
})

test('a ratio is computed, exactly', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const base = { indicator: 'XHS-12', agency: 'UBND-PHAN-THIET', period: '2025-Q1' }
  const frequency = (await app.inject('/v1/indicators/XHS-12')).json().frequency
  const period = ({ yearly: '2025', half_yearly: '2025-H1', quarterly: '2025-Q1', monthly: '2025-01' } as Record<string, string>)[frequency]
  const created = await push(app, headers, { ...base, period, numerator: '1799', denominator: '2000' })
  t.equal(created.status, 201)
  t.match(created.body, { value: '89.95', numerator: '1799', denominator: '2000' })
  t.same((await push(app, headers, { ...base, period, value: '90', numerator: '1799', denominator: '2000', reason: 'x' })).codes(), ['ratio_mismatch'])
  const nothing = await push(app, headers, { ...base, agency: 'UBND-LA-GI', period, numerator: '0', denominator: '0' })
  t.equal(nothing.status, 201)
  t.equal(nothing.body.value, null, 'not applicable is not 0')
})

test('manual review: a pushed figure is submitted, and may be changed freely until it is accepted', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  t.equal((await push(app, headers, row)).body.state, 'submitted')
  const changed = await push(app, headers, { ...row, value: '11' })
  t.match(changed.body, { revision: 2, state: 'submitted' })
  t.same((await app.inject({ url: '/v1/measurements?state=submitted', headers })).json().data.length, 1)
  t.same((await app.inject({ url: '/v1/measurements?state=accepted', headers })).json().data.length, 0)
})

test('by state: those that came back, and those that were withdrawn', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  for (const agency of [PROVINCE, 'UBND-LA-GI', 'UBND-PHAN-THIET', 'UBND-PHU-QUI']) await push(app, headers, { ...row, agency })
  await push(app, headers, { ...row, agency: 'UBND-PHU-QUI', value: '11' })
  const event = (agency: string, kind: string) => owner(app.pool).query(
    'insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id) select indicator_code, id, 1, 1, $2, client_id from measurements where agency_code = $1 and revision = 1', [agency, kind])
  await event('UBND-LA-GI', 'returned')
  await event('UBND-PHAN-THIET', 'withdrawn')
  await event('UBND-PHU-QUI', 'returned')
  const found = async (state: string) => {
    const { data, count } = (await app.inject({ url: `/v1/measurements?state=${state}&sort=agency&count=exact`, headers })).json()
    t.equal(count, data.length)
    return data.map((m: { agency: string, revision: number }) => `${m.agency} ${m.revision}`)
  }
  t.same(await found('submitted'), [`${PROVINCE} 1`, 'UBND-PHU-QUI 2'])
  t.same(await found('returned'), ['UBND-LA-GI 1'], 'not the revision that a newer one follows')
  t.same(await found('withdrawn'), ['UBND-PHAN-THIET 1'])
  t.same(await found('accepted'), [])
  t.same(await found('superseded'), [], 'the newest revision never is')
})

test('what was read can be pushed back: a ratio that does not end', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const base = { indicator: 'XHS-12', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '1', denominator: '3' }
  const created = await push(app, headers, base)
  t.equal(created.body.value, '33.333333333333')
  t.equal((await push(app, headers, { ...base, value: created.body.value })).status, 200, 'as it was read')
  t.equal((await push(app, headers, { ...base, value: '33.33' })).status, 200, 'rounded to the indicator\'s decimals')
  t.equal((await push(app, headers, { ...base, value: '33.333' })).status, 200, 'rounded to more of them')
  t.same((await push(app, headers, { ...base, value: '33.333334' })).codes(), ['too_many_decimals', 'ratio_mismatch'])
  t.same((await push(app, headers, { ...base, denominator: '0', numerator: '0', value: '33.333333333333', reason: 'x' })).codes(), ['too_many_decimals', 'ratio_mismatch'])
  t.same((await push(app, headers, { ...base, denominator: '-3', value: '33.333333333333', reason: 'x' })).codes(), ['too_many_decimals', 'value_out_of_range'])
  t.equal((await push(app, headers, { ...base, value: '33.33333333333333' })).status, 200, 'longer than it was shown')

  // a hair below 90: rounded to twelve decimals it would be taken for 90
  const hair = { ...base, agency: 'UBND-PHAN-THIET', numerator: '899999999999999', denominator: '1000000000000000' }
  const pushed = await push(app, headers, hair)
  t.equal(pushed.body.value, '89.9999999999999')
  t.equal((await push(app, headers, { ...hair, value: pushed.body.value })).status, 200, 'as it was read')
  t.same((await push(app, headers, { ...hair, value: '90.0000000000000' })).codes(), ['too_many_decimals', 'ratio_mismatch'], 'it is 90 to twelve decimals, not to thirteen')
  t.same((await push(app, headers, { ...base, numerator: undefined, denominator: undefined, value: '89.9999999999999' })).codes(), ['too_many_decimals'])
  const read = async (url: string) => (await app.inject({ url, headers: { ...headers, accept: url.includes('csv') ? 'text/csv' : 'application/json' } })).body
  t.match(await read(`/v1/measurements/${pushed.body.id}/revisions`), '"value":"89.9999999999999"')
  t.match(await read(`/v1/measurements/${pushed.body.id}/history`), '"value":"89.9999999999999"')
  t.match(await read('/v1/indicators/XHS-12/series?agency=UBND-PHAN-THIET&from=2025&to=2025'), '"value":"89.9999999999999"')
  t.match(await read('/v1/indicators/XHS-12/series?agency=UBND-PHAN-THIET&from=2025&to=2025&view=restated'), '"value":"89.9999999999999"')
})

test('an indicator that is changed meanwhile: the figure is judged by what holds when it is written', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const change = await app.pool.connect()
  await change.query('begin')
  await change.query("select from indicators where code = 'KTS-05' for update")
  const pushed = push(app, headers, row)
  const waits = async () => (await owner(app.pool).query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount === 1
  while (!await waits()) await new Promise(resolve => setTimeout(resolve, 10))
  await change.query("update indicators set maximum = 5 where code = 'KTS-05'")
  await change.query('commit')
  change.release()
  t.same((await pushed).codes(), ['value_out_of_range'])
  t.equal((await app.pool.query('select from measurements')).rowCount, 0)
})

test('who may push', async t => {
  const app = await build(t, { seed: 'plan' })
  t.equal((await push(app, {}, row)).status, 401)
  const reader = await client(app, { scopes: ['registry:read'] })
  t.equal((await push(app, reader.headers, row)).status, 403)
  const nobody = await client(app, { grants: [] })
  t.same((await push(app, nobody.headers, row)).codes(), ['not_assigned'])
  const district = await client(app, { grants: [{ agency: 'UBND-PHAN-THIET' }] })
  t.same((await push(app, district.headers, row)).codes(), ['not_assigned'])
  const subtree = await client(app, { grants: [{ agency: PROVINCE, withSubtree: true, indicator: 'KTS-05' }] })
  t.equal((await push(app, subtree.headers, row)).status, 201)
  t.equal((await push(app, subtree.headers, { ...row, agency: 'UBND-PHAN-THIET' })).status, 201)
  t.same((await push(app, subtree.headers, { ...row, indicator: 'KTS-03', value: '7' })).codes(), ['not_assigned'])
  const alone = await client(app, { grants: [{ agency: PROVINCE }] })
  t.same((await push(app, alone.headers, { ...row, agency: 'UBND-LA-GI' })).codes(), ['not_assigned'])
})

test('bad input: one problem that names the place, and nothing is stored', async t => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const cases: [string, unknown, number, string][] = [
    ['a number for a decimal', { ...row, value: 10 }, 400, '/value'],
    ['null', { ...row, value: null }, 400, '/value'],
    ['an exponent', { ...row, value: '1e1' }, 400, '/value'],
    ['NaN', { ...row, value: 'NaN' }, 400, '/value'],
    ['a comma', { ...row, value: '10,5' }, 400, '/value'],
    ['negative zero', { ...row, value: '-0' }, 400, '/value'],
    ['a leading zero', { ...row, value: '010' }, 400, '/value'],
    ['too large', { ...row, value: '1'.repeat(19) }, 400, '/value'],
    ['an unknown field', { ...row, valeu: '1' }, 400, '/valeu'],
    ['an unknown quality', { ...row, quality: 'final' }, 400, '/quality'],
    ['no offset', { ...row, observedAt: '2025-12-20T08:00:00' }, 400, '/observedAt'],
    ['an impossible instant', { ...row, observedAt: '2025-06-31T08:00:00Z' }, 400, '/observedAt'],
    ['not a web address', { ...row, evidence: 'javascript:alert(1)' }, 400, '/evidence'],
    ['four members', { ...row, breakdown: { a: '1', b: '2', c: '3', d: '4' } }, 400, '/breakdown'],
    ['a list', [row], 400, ''],
    ['too many decimals', { ...row, value: '10.001' }, 422, '/value'],
    ['out of range', { ...row, value: '101' }, 422, '/value'],
    ['unknown indicator', { ...row, indicator: 'NONE' }, 422, '/indicator'],
    ['unknown agency', { ...row, agency: 'gso:000' }, 422, '/agency'],
    ['Q5', { ...row, period: '2025-Q5' }, 422, '/period'],
    ['another frequency', { ...row, period: '2025-Q1' }, 422, '/period'],
    ['a year to come', { ...row, period: '2199' }, 422, '/period'],
    ['unknown dimension', { ...row, breakdown: { planet: 'mars' } }, 422, '/breakdown/planet']
  ]
  for (const [name, body, status, pointer] of cases) {
    const answer = await push(app, headers, body)
    t.equal(answer.status, status, name)
    t.match(answer.headers['content-type'], /^application\/problem\+json/, name)
    if (pointer !== '') t.ok(answer.body.errors.some((e: { pointer?: string }) => e.pointer === pointer), `${name}: ${JSON.stringify(answer.body.errors)}`)
  }
  const english = await push(app, { ...headers, 'accept-language': 'en' }, { ...row, indicator: 'NONE' })
  t.match(english.body.errors[0].detail, /no indicator "NONE"/)
  t.match((await push(app, headers, { ...row, indicator: 'NONE' })).body.errors[0].detail, /Không có chỉ tiêu/)
  t.same(await counts(app), { measurements: 0, submissions: 0, rows: 0 })
})

test('the list: filters, order, paging', async t => {
  const app = await build(t, { seed: 'plan' })
  const { id, headers } = await client(app)
  for (const [agency, period, value] of [[PROVINCE, '2024', '8'], [PROVINCE, '2025', '10'], ['UBND-LA-GI', '2025', '11'], ['gso:593', '2025', '12']] as const) {
    t.equal((await push(app, headers, { ...row, agency, period, value })).status, 201)
  }
  const found = async (query: string) => (await app.inject({ url: `/v1/measurements?${query}`, headers })).json().data.map((m: { agency: string, period: string }) => `${m.agency} ${m.period}`)
  t.same(await found('agency=gso:593'), ['UBND-PHAN-THIET 2025'])
  t.same(await found('year=2024'), [`${PROVINCE} 2024`])
  t.same(await found('period=2025&sort=-agency'), ['UBND-PHAN-THIET 2025', 'UBND-LA-GI 2025', `${PROVINCE} 2025`])
  t.same((await found(`client=${id}&indicator=KTS-05&quality=official&provenance=operational&state=accepted`)).length, 4)
  t.same(await found('quality=estimate'), [])
  t.equal((await app.inject('/v1/measurements?count=exact&limit=1')).json().count, 4)
  const seen: string[] = []
  for (let url: string | undefined = '/v1/measurements?limit=1&sort=period,-agency'; url !== undefined;) {
    const page: { data: { agency: string, period: string }[], next?: string } = (await app.inject(url)).json()
    seen.push(...page.data.map(m => `${m.agency} ${m.period}`))
    url = page.next?.replace('http://registry.test', '')
  }
  t.same(seen, [`${PROVINCE} 2024`, 'UBND-PHAN-THIET 2025', 'UBND-LA-GI 2025', `${PROVINCE} 2025`])
  for (const query of ['agency=NOBODY', 'indicator=NOTHING', 'period=2025-13', 'year=25', 'state=open', 'sort=value', 'limit=0', 'nothing=1', 'submission=1']) {
    t.equal((await app.inject(`/v1/measurements?${query}`)).statusCode, 400, query)
  }
  const other = (await app.inject('/v1/measurements?limit=1&year=2025')).json().next
  t.equal((await app.inject(other.replace('http://registry.test', '').replace('year=2025', 'year=2024'))).statusCode, 400, 'a cursor of other filters')
  t.equal((await app.inject('/v1/measurements/0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90')).statusCode, 404)
  t.equal((await app.inject('/v1/measurements/0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90/revisions')).statusCode, 404)
})

test('the database refuses to change a recorded figure', async (t: Test) => {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  await push(app, headers, row)
  for (const statement of ['update measurements set value = 99', 'delete from measurements', 'truncate measurements cascade', 'insert into measurements select * from measurements']) {
    await t.rejects(owner(app.pool).query(statement), { code: /^23/ }, statement)
  }
  await t.rejects(owner(app.pool).query('update target_versions set value = 1'), { code: '23000' })
})

test('many at once on one key: one creates, nobody is lost or doubled', async t => {
  const { app, url } = await listen(t, { seed: 'plan', max: 8 })
  const { headers } = await client(app)
  const answers = await Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const response = await fetch(`${url}/v1/measurements`, {
      method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify({ ...row, value: `${i % 3 + 1}`, reason: 'cùng lúc' })
    })
    return { status: response.status, body: await response.json() as { id: string, revision: number, value: string } }
  }))
  t.ok(answers.every(({ status }) => status === 200 || status === 201), JSON.stringify(answers.filter(a => a.status > 201)))
  const written = answers.filter(({ status }) => status === 201)
  const { rows } = await app.pool.query('select revision, value from measurements order by revision')
  t.equal(rows.length, written.length)
  t.same(rows.map(r => r.revision), rows.map((_, i) => i + 1), 'a chain without a gap')
  t.ok(rows.every((r, i) => i === 0 || r.value !== rows[i - 1].value), 'no revision says what the one before it says')
})
