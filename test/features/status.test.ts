import pg from 'pg'
import { test } from 'tap'
import { build, client, owner, pushKey } from '../helper.js'

const PLAN = '4677-KH-UBND-2024'
const PROVINCE = 'UBND-BINH-THUAN'
const DISTRICTS = ['PHAN-THIET', 'LA-GI', 'TUY-PHONG', 'BAC-BINH', 'HAM-THUAN-BAC', 'HAM-THUAN-NAM', 'TANH-LINH', 'DUC-LINH', 'HAM-TAN', 'PHU-QUI'].map(name => `UBND-${name}`)
type Body = Record<string, any>

/** Q2 of the administrative calendar runs 15/03–14/06/2025, a Saturday; the units' deadline is Tuesday 17/06. */
async function start (t: Parameters<typeof build>[0]) {
  const app = await build(t, { seed: 'plan' })
  const { headers } = await client(app)
  const get = async (url: string) => {
    const response = await app.inject({ url: url.replace('http://registry.test', ''), headers })
    return { status: response.statusCode, body: response.json<Body>(), headers: response.headers }
  }
  const send = async (method: 'POST', url: string, payload: object) => {
    const response = await app.inject({ method, url, headers: { ...headers, ...pushKey(url) }, payload })
    t.ok(response.statusCode < 300, `${url}: ${response.body.slice(0, 400)}`)
    return response.json<Body>()
  }
  /** Every row is written. */
  const push = async (...rows: object[]) => {
    const { counts } = await send('POST', '/v1/submissions', { mode: 'atomic', rows })
    t.equal(counts.created + counts.revised, rows.length)
  }
  const list = async (query: string): Promise<Body[]> => {
    const { status, body } = await get(`/v1/status?plan=${PLAN}&limit=500&${query}`)
    t.equal(status, 200, query)
    return body.data
  }
  const ids = async (query: string) => (await list(query)).map(short)
  const one = async (id: string, query: string): Promise<Body> => (await list(query)).find(item => short(item) === id)!
  return { app, get, send, push, list, ids, one }
}

const short = (item: Body): string => item.target.id.replace('4677-2025.', '')
const tenths = (indicator: string, period: string, numerators: readonly number[], denominator = '1000') => numerators.map((numerator, i) =>
  ({ indicator, agency: DISTRICTS[i], period, numerator: String(numerator), denominator }))

test('nothing reported: claims, no data, and who is late', async t => {
  const { get, list, ids } = await start(t)
  const all = await list('on=2025-06-30')
  t.equal(all.length, 29)
  t.same(all.filter(item => item.performance === 'achieved').map(item => [short(item), item.basis, item.value]),
    ['XHS-01', 'XHS-02', 'XHS-03', 'XHS-05'].map(id => [id, 'claim', null]), 'a claim, and no figure')
  t.equal((await ids('on=2025-06-30&performance=no_data')).length, 25)
  t.same(await ids('on=2025-06-30&performance=missed'), [])
  t.ok(all.every(item => item.gap === null && item.counted === 'accepted' && item.provenance === 'quoted' && !item.illustrative && !item.provisional))

  // yearly statistical periods run until 31/12; no commune is registered, and no sector to report of
  const notDue = ['CQS-02.X', 'CQS-03', 'KTS-01', 'KTS-02', 'KTS-03', 'KTS-05', 'KTS-07', 'XHS-05']
  t.same(await ids('on=2025-06-30&reporting=not_due'), notDue)
  t.equal((await ids('on=2025-06-17&reporting=due')).length, 21, 'on the day of the deadline')
  t.equal((await ids('on=2025-06-18&reporting=overdue')).length, 21, 'the day after')
  t.same((await list('on=2025-06-17&indicator=XHS-12'))[0]!['reporting'],
    { state: 'due', period: '2025-Q2', deadline: '2025-06-17', counts: { overdue: 0, returned: 0, due: 10, submitted: 0, accepted: 0, not_due: 0 } })
  t.match((await list('on=2025-06-14&indicator=XHS-12'))[0]!['reporting'], { period: '2025-Q1', state: 'overdue' }, 'Q2 still runs')

  t.same(await ids('on=2024-12-10'), [], 'before any target is in force')
  t.equal((await ids('on=2024-12-11')).length, 29)
  t.same((await ids('on=2026-01-01&performance=missed')).length, 0, 'past due without a figure is no data, not missed')
  t.equal((await get('/v1/status?limit=500&on=2025-06-30&count=exact')).body.count, 29)
})

test('filters', async t => {
  const { send, push, ids, get } = await start(t)
  for (const [pillar, count] of [['CQS', 8], ['KTS', 7], ['XHS', 14]] as const) t.equal((await ids(`on=2025-06-30&pillar=${pillar}`)).length, count, pillar)
  t.same(await ids('on=2025-06-30&indicator=CQS-02'), ['CQS-02', 'CQS-02.T', 'CQS-02.H', 'CQS-02.X'])
  t.same(await ids('on=2025-06-30&level=district'), ['CQS-02.H'])
  t.same(await ids('on=2025-06-30&level=commune'), ['CQS-02.X'])
  t.same(await ids('on=2025-06-30&level=province'), ['CQS-02.T'], 'as the summary counts, and as /v1/targets filters')
  t.equal((await ids('on=2025-06-30&level=whole')).length, 26)
  t.same(await ids('on=2025-06-30&pillar=XHS&indicator=CQS-02'), [])
  t.equal((await get('/v1/status?on=2025-06-30&limit=500&count=exact&plan=' + PLAN)).body.count, 29)

  await send('POST', '/v1/assignments', { target: '4677-2025.KTS-05', agency: 'SO-CT', role: 'lead', validFrom: '2025-03-01' })
  t.same(await ids('on=2025-06-30&agency=SO-CT'), ['CQS-02.T', 'KTS-05'], 'a member of its level, and the lead')
  t.same(await ids('on=2025-02-28&agency=SO-CT'), ['CQS-02.T'], 'before the assignment')
  const whole = await ids(`on=2025-06-30&agency=${PROVINCE}`)
  t.same(whole.filter(id => id.startsWith('CQS') || id === 'KTS-02'), ['CQS-01', 'CQS-02', 'CQS-03', 'CQS-04', 'CQS-05', 'KTS-02'], 'a target without an agency is the plan\'s own agency\'s')
  const district = ['CQS-02.H', 'CQS-05', 'KTS-04', 'KTS-06', 'XHS-01', 'XHS-03', 'XHS-04', 'XHS-06', 'XHS-07', 'XHS-08', 'XHS-09', 'XHS-10', 'XHS-11', 'XHS-12', 'XHS-13', 'XHS-14']
  t.same(await ids('on=2025-06-30&agency=gso:593'), district, 'its level, and what is rolled up from its figures')
  await send('POST', '/v1/agencies', { code: 'UBND-TINH-KHAC', kind: 'provincial_committee', level: 'province', name: { vi: 'Tỉnh khác' }, validFrom: '2020-01-01' })
  await send('POST', '/v1/agencies', { code: 'HUYEN-KHAC', kind: 'district_committee', level: 'district', name: { vi: 'Huyện khác' }, parent: 'UBND-TINH-KHAC', validFrom: '2020-01-01' })
  t.same(await ids('on=2025-06-30&agency=HUYEN-KHAC'), [], 'a district of another province')

  await push({ indicator: 'KTS-03', agency: PROVINCE, period: '2025', value: '7' })
  t.same(await ids('on=2026-01-15&performance=achieved&pillar=KTS'), ['KTS-03'])
  t.same(await ids('on=2026-01-15&reporting=accepted'), ['KTS-03'])
  t.same(await ids('on=2026-01-15&provenance=illustrative'), [])
  t.equal((await ids('on=2026-01-15&provenance=quoted')).length, 29)
})

test('paging to the end, in every order', async t => {
  const { get } = await start(t)
  for (const sort of ['', '&sort=-dueDate,indicator', '&sort=-target', '&sort=indicator', '&sort=-position&performance=no_data']) {
    const whole = (await get(`/v1/status?on=2025-06-30&limit=500${sort}`)).body.data.map(short)
    const found: string[] = []
    let url: string | undefined = `/v1/status?on=2025-06-30&limit=4&count=exact${sort}`
    while (url !== undefined) {
      const { status, body, headers } = await get(url)
      t.equal(status, 200)
      t.equal(body.count, whole.length)
      found.push(...body.data.map(short))
      url = body.next
      t.equal(headers['link'], url === undefined ? undefined : `<${url}>; rel="next"`)
    }
    t.same(found, whole, sort)
  }
  const descending = (await get('/v1/status?on=2025-06-30&limit=500&sort=-target')).body.data.map(short)
  t.same(descending, [...descending].sort().reverse())
  t.match((await get('/v1/status?limit=1')).body.next, /[?&]on=\d{4}-\d{2}-\d{2}&/, 'the next page is of the same day')
  const next: string = (await get('/v1/status?on=2025-06-30&limit=1')).body.next
  t.equal((await get(next.replace('2025-06-30', '2025-07-01'))).status, 400, 'a cursor of another day')
})

test('trên 10%: exactly 10 does not reach it, the next push is in the next read', async t => {
  const { get, push, one } = await start(t)
  await push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10', observedAt: '2025-12-20T08:00:00+07:00' })
  const at = 'on=2025-12-25'
  const before = await one('KTS-05', at)
  t.match(before, { value: '10.00', gap: '0', period: '2025', performance: 'in_progress', basis: 'measurement', provisional: false })
  t.match(before['explanation'], { rule: 'status', ruleVersion: 1, comparison: '10.00 > 10: no', inputs: { target: { id: '4677-2025.KTS-05', version: 1 }, quality: 'official' } })
  t.match(before['explanation'].text.vi, /“Trên 10%” nghĩa là phải lớn hơn 10; 10,00 chưa đạt/)
  t.match(before['explanation'].text.en, /“Above 10%” means greater than 10: 10.00 does not reach it/)
  const [{ id }] = before['explanation'].inputs.measurements

  const url = `/v1/status?plan=${PLAN}&indicator=KTS-05&${at}`
  const [first, same] = [await get(url), await get(url)]
  t.equal(same.headers['etag'], first.headers['etag'], 'nothing happened: the same bytes')
  await push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10.01', reason: 'Bổ sung số liệu', observedAt: '2025-12-21T08:00:00+07:00' })
  t.not((await get(url)).headers['etag'], first.headers['etag'])
  const after = await one('KTS-05', at)
  t.match(after, { value: '10.01', gap: '-0.01', performance: 'achieved', explanation: { comparison: '10.01 > 10: yes', inputs: { measurements: [{ id, revision: 2 }] } } })
  t.ok(after['asOf'] > before['asOf'])
  t.match((await one('KTS-05', 'on=2026-01-01')), { performance: 'achieved' })

  const { body: { data: revisions } } = await get(`/v1/measurements/${id}/revisions`)
  t.same(revisions.map((m: Body) => [m.revision, m.value, m.state, m.reason]), [[2, '10.01', 'accepted', 'Bổ sung số liệu'], [1, '10', 'superseded', undefined]])
})

test('exact comparison: neither 89.95 nor 89.9999999 is 90', async t => {
  const { push, one } = await start(t)
  await push({ indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q1', numerator: '17990000', denominator: '20000000' })
  t.match(await one('XHS-12', 'on=2025-03-31'), { value: '89.95', gap: '0.05', performance: 'in_progress', explanation: { comparison: '17990000 / 20000000 × 100 = 89.95; 89.95 ≥ 90: no' } })
  await push({ indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q2', numerator: '899999999', denominator: '1000000000' })
  t.match(await one('XHS-12', 'on=2025-06-30'), { value: '89.9999999', gap: '0.0000001', performance: 'in_progress' })
  await push({ indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q3', numerator: '900000000', denominator: '1000000000' })
  t.match(await one('XHS-12', 'on=2025-09-30'), { value: '90.00', gap: '0', performance: 'achieved' })
})

test('each: a missing sector is never a pass, the worst one speaks', async t => {
  const { app, send, push, one } = await start(t)
  await app.pool.query("update indicators set review_policy = 'automatic' where code = 'CQS-03'")
  for (const [code, vi] of [['health', 'Y tế'], ['education', 'Giáo dục'], ['tourism', 'Du lịch']] as const) {
    await send('POST', '/v1/dimensions/sector/members', { code, name: { vi } })
  }
  const sector = (code: string, value: string, more = {}) => ({ indicator: 'CQS-03', agency: PROVINCE, period: '2025-H1', breakdown: { sector: code }, value, ...more })
  const at = 'on=2025-06-30'
  await push(sector('health', '71'), sector('education', '70'), { indicator: 'CQS-03', agency: PROVINCE, period: '2025-H1', value: '99' })
  t.match(await one('CQS-03', at), {
    value: '70.00', performance: 'in_progress', provisional: true,
    coverage: { expected: 3, reported: 2, passed: 2, failed: 0, missing: 1, notApplicable: 0 },
    reporting: { state: 'overdue', counts: { overdue: 1, accepted: 0 } }
  }, 'the figure for the whole is not that of a sector')
  t.match(await one('CQS-03', 'on=2026-01-15'), { performance: 'missed', provisional: true }, 'past due, with one missing')
  await push(sector('tourism', '69.99'))
  const failing = await one('CQS-03', at)
  t.match(failing, { value: '69.99', gap: '0.01', performance: 'in_progress', provisional: false, coverage: { passed: 2, failed: 1, missing: 0 }, reporting: { state: 'accepted' } })
  t.same(failing['members'].map((m: Body) => [m.code, m.outcome, m.value]), [['education', 'passed', '70.00'], ['health', 'passed', '71.00'], ['tourism', 'failed', '69.99']])
  await push(sector('tourism', '70', { reason: 'Sửa' }))
  t.match(await one('CQS-03', at), { value: '70.00', gap: '0', performance: 'achieved', coverage: { passed: 3, failed: 0 } })
})

test('roll-up over the districts: numerators and denominators, who is missing, the direct figure beside', async t => {
  const { push, one } = await start(t)
  const at = 'on=2025-06-30'
  await push({ indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q2', value: '92' })
  t.match(await one('XHS-12', at), { value: '92.00', performance: 'achieved', provisional: true, direct: null, coverage: { expected: 10, reported: 0, missing: 10 } }, 'nobody below has reported')

  await push({ indicator: 'XHS-12', agency: 'UBND-PHAN-THIET', period: '2025-Q2', numerator: '1799', denominator: '2000' }, { indicator: 'XHS-12', agency: 'UBND-LA-GI', period: '2025-Q2', numerator: '950', denominator: '1000' })
  // 2749 / 3000 = 91.6333…, not (89.95 + 95) / 2
  const two = await one('XHS-12', at)
  t.match(two, {
    value: '91.63', numerator: '2749', denominator: '3000', gap: '-1.63', performance: 'achieved', provisional: true,
    coverage: { expected: 10, reported: 2, passed: null, failed: null, missing: 8 },
    direct: { value: '92', difference: '0.37' },
    reporting: { state: 'overdue', counts: { overdue: 8, accepted: 2 } }
  })
  t.match(two['explanation'].comparison, '2749 / 3000 × 100 ≈ 91.63; 91.63 ≥ 90: yes')

  // a department is no part of the province, a breakdown no part of a total, 0/0 nothing to count, a percentage alone cannot be summed
  await push(
    { indicator: 'XHS-12', agency: 'SO-TC', period: '2025-Q2', numerator: '0', denominator: '100000' },
    { indicator: 'XHS-12', agency: 'UBND-TUY-PHONG', period: '2025-Q2', numerator: '0', denominator: '0' },
    { indicator: 'XHS-12', agency: 'UBND-BAC-BINH', period: '2025-Q2', value: '10' })
  t.match(await one('XHS-12', at), { numerator: '2749', denominator: '3000', coverage: { reported: 3, missing: 7, notApplicable: 1 } })

  await push(...tenths('XHS-06', '2025-H1', [800, 800, 800, 800, 800, 800, 800, 800, 800, 800]))
  t.match(await one('XHS-06', at), { value: '80.00', performance: 'achieved', provisional: false, coverage: { expected: 10, reported: 10, missing: 0 }, reporting: { state: 'accepted' } })
})

test('levels of one indicator do not share their figures', async t => {
  const { push, list } = await start(t)
  await push(...tenths('CQS-02', '2025-Q2', [800, 800, 800, 800, 800, 800, 800, 800, 800, 790]), { indicator: 'CQS-02', agency: 'SO-TC', period: '2025-Q2', numerator: '90', denominator: '100' })
  const rows = await list('on=2025-06-30&indicator=CQS-02')
  t.same(rows.map(item => [short(item), item['value'], item['performance'], item['coverage'].expected, item['coverage'].reported]), [
    // no roll-up of one level is the headline of three
    ['CQS-02', null, 'no_data', 1, 0],
    ['CQS-02.T', '90.00', 'achieved', 9, 1],
    ['CQS-02.H', '79.90', 'in_progress', 10, 10],
    ['CQS-02.X', null, 'no_data', 0, 0]
  ])
})

test('pending figures count only when asked for, and say so', async t => {
  const { app, push, one } = await start(t)
  await app.pool.query("update indicators set review_policy = 'manual' where code = 'KTS-05'")
  await push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '11' })
  const at = 'on=2026-01-15'
  t.match(await one('KTS-05', at), { value: null, performance: 'no_data', counted: 'accepted', provisional: false, reporting: { state: 'submitted' } })
  t.match(await one('KTS-05', `${at}&basis=submitted`), { value: '11.00', performance: 'achieved', counted: 'submitted', provisional: true, explanation: { basis: 'submitted' } })

  const event = (revision: number, sequence: number, kind: string) => owner(app.pool).query(
    'insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id) select indicator_code, id, revision, $2, $3, client_id from measurements where revision = $1', [revision, sequence, kind])
  await event(1, 1, 'accepted')
  t.match(await one('KTS-05', at), { value: '11.00', performance: 'achieved', provisional: false, reporting: { state: 'accepted' } })
  await push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '9', reason: 'Sửa' })
  t.match(await one('KTS-05', at), { value: '11.00', performance: 'achieved', reporting: { state: 'submitted' } }, 'a pending correction does not take the place of what was accepted')
  t.match(await one('KTS-05', `${at}&basis=submitted`), { value: '9.00', performance: 'missed', provisional: true })
  await event(2, 1, 'returned')
  t.match(await one('KTS-05', `${at}&basis=submitted`), { value: '11.00', provisional: false, reporting: { state: 'returned' } })
  await push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '8', reason: 'Sửa' })
  await event(3, 1, 'accepted')
  t.match(await one('KTS-05', at), { value: '8.00', performance: 'missed', gap: '2', reporting: { state: 'accepted' } })
  await event(3, 2, 'withdrawn')
  t.match(await one('KTS-05', at), { value: null, performance: 'no_data', reporting: { state: 'overdue' } })
})

test('a day in the past: what was not over does not count, and a later revision does not hide an earlier one', async t => {
  const { push, one } = await start(t)
  await push(...tenths('XHS-12', '2025-Q1', Array(10).fill(910)), ...tenths('XHS-12', '2025-Q2', Array(10).fill(890)))
  t.match(await one('XHS-12', 'on=2025-03-13'), { value: null, performance: 'no_data' }, 'Q1 is not over')
  t.match(await one('XHS-12', 'on=2025-03-14'), { value: '91.00', period: '2025-Q1', performance: 'achieved' }, 'its last day')
  t.match(await one('XHS-12', 'on=2025-06-13'), { value: '91.00', period: '2025-Q1' })
  t.match(await one('XHS-12', 'on=2025-06-14'), { value: '89.00', period: '2025-Q2', performance: 'regressed' })

  const row = { indicator: 'KTS-05', agency: PROVINCE, period: '2025' }
  await push({ ...row, value: '9', observedAt: '2025-06-01T00:30:00+07:00' })
  t.match(await one('KTS-05', 'on=2025-05-31'), { value: null })
  t.match(await one('KTS-05', 'on=2025-06-01'), { value: '9.00' }, 'the day of the province, not that of UTC')
  await push({ ...row, value: '11', reason: 'Mới', observedAt: '2025-11-01T00:00:00+07:00' })
  t.match(await one('KTS-05', 'on=2025-10-31'), { value: '9.00', explanation: { inputs: { measurements: [{ revision: 1 }] } } }, 'the revision of that day')
  t.match(await one('KTS-05', 'on=2025-11-01'), { value: '11.00', performance: 'achieved' })
  t.match(await one('KTS-05', 'on=2025-12-31'), { value: '11.00' })
})

test('what is illustrative never passes for official', async t => {
  const { app, push, one, ids } = await start(t)
  await push(...tenths('XHS-12', '2025-Q1', [900, 900]), { indicator: 'XHS-12', agency: 'UBND-TUY-PHONG', period: '2025-Q1', value: '95' }, { indicator: 'XHS-06', agency: PROVINCE, period: '2025-H1', value: '80' }, ...tenths('XHS-06', '2025-H1', [700]))
  t.match(await one('XHS-12', 'on=2025-03-31'), { illustrative: false, provenance: 'quoted' })
  await owner(app.pool).query('alter table measurements disable trigger measurements_append_only')
  await owner(app.pool).query("update measurements set provenance = 'illustrative' where agency_code in ('UBND-TUY-PHONG', $1)", [PROVINCE])
  t.match(await one('XHS-12', 'on=2025-03-31'), { illustrative: true, provenance: 'illustrative' }, 'a member is shown although it could not be summed')
  t.match(await one('XHS-06', 'on=2025-06-30'), { value: '70.00', direct: { value: '80' }, illustrative: true }, 'shown beside')
  t.same(await ids('on=2025-06-30&provenance=illustrative'), ['XHS-06', 'XHS-12'])
})

test('the summary of a plan adds up', async t => {
  const { app, get, push } = await start(t)
  await push(...tenths('XHS-12', '2025-Q2', [900, 900]), { indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '11', observedAt: '2025-06-01T00:00:00Z' })
  // an indicator may be put under a pillar that the plan does not list
  await app.pool.query("insert into pillars (code, name) values ('P4', '{\"vi\":\"Nhóm khác\"}')")
  await app.pool.query("update indicators set pillar_code = 'P4' where code = 'KTS-07'")
  const { status, body } = await get(`/v1/plans/${PLAN}/summary?on=2025-06-30`)
  t.equal(status, 200)
  const sum = (counts: Record<string, number>) => Object.values(counts).reduce((a, b) => a + b, 0)
  const tallies: Body[] = [body.total, ...body.pillars.map((p: Body) => p.tally), ...body.levels.map((l: Body) => l.tally)]
  for (const tally of tallies) t.same([sum(tally['performance']), sum(tally['reporting'])], [tally['targets'], tally['targets']])
  t.match(body.total, { targets: 29, performance: { achieved: 6, no_data: 23 }, provisional: 1, illustrative: 0 })
  t.same(body.pillars.map((p: Body) => [p.pillar, p.tally.targets]), [['CQS', 8], ['KTS', 6], ['XHS', 14], ['P4', 1]])
  t.same(body.levels.map((l: Body) => [l.level, l.tally.targets]), [['whole', 26], ['province', 1], ['district', 1], ['commune', 1]])
  t.equal((await get('/v1/plans/NONE/summary')).status, 404)
  for (const { level, tally } of body.levels) {
    const { body: { data } } = await get(`/v1/targets?plan=${PLAN}&level=${level}&on=2025-06-30&limit=500`)
    const { body: { count } } = await get(`/v1/status?plan=${PLAN}&level=${level}&on=2025-06-30&count=exact&limit=1`)
    t.same([data.length, count], [tally.targets, tally.targets], `${level} means one thing`)
  }

  // before the first target is in force, the answer still says as of when it can be read again
  const early = `/v1/plans/${PLAN}/summary?on=2024-12-01`
  const first = (await get(early)).body
  t.match(first, { total: { targets: 0 }, levels: [] })
  t.same((await get(`${early}&asOf=${first.asOf}`)).body, first)
  await app.pool.query("insert into plan_pillars (plan_code, pillar_code, position) values ($1, 'P4', 4)", [PLAN])
  const second = (await get(early)).body
  t.same(second.pillars.map((p: Body) => p.pillar), ['CQS', 'KTS', 'XHS', 'P4'])
  t.ok(second.asOf > first.asOf, 'another answer, another instant')
  t.same((await get(`${early}&asOf=${first.asOf}`)).body, first)
  const later = (await get(`/v1/plans/${PLAN}/summary?on=2025-06-30`)).body
  t.ok(later.asOf > body.asOf, 'with targets too')
})

test('an indicator: its status and its series', async t => {
  const { get, push } = await start(t)
  await push({ indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q1', numerator: '1', denominator: '3' }, { indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q2', value: '80' }, { indicator: 'XHS-12', agency: 'UBND-LA-GI', period: '2025-Q2', value: '20' })
  await push({ indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q2', value: '81', reason: 'Sửa' })
  const status = await get('/v1/indicators/CQS-02/status?on=2025-06-30&count=exact')
  t.same([status.body.count, status.body.data.map(short)], [4, ['CQS-02', 'CQS-02.T', 'CQS-02.H', 'CQS-02.X']])
  t.same((await get('/v1/indicators/XHS-12/status?on=2025-06-30')).body.data, (await get('/v1/status?indicator=XHS-12&on=2025-06-30')).body.data)
  const { body } = await get('/v1/indicators/XHS-12/series?from=2024&to=2025&on=2025-12-31')
  t.match(body, { indicator: 'XHS-12', agency: PROVINCE, unit: '%', frequency: 'quarterly', calendar: 'administrative' })
  t.match(body.series, [{
    breakdown: {}, points: [
      { period: '2025-Q1', from: '2024-12-15', to: '2025-03-14', value: '33.333333333333', numerator: '1', denominator: '3', state: 'accepted' },
      { period: '2025-Q2', from: '2025-03-15', to: '2025-06-14', value: '81', measurement: { revision: 2 } }
    ]
  }])
  t.equal(body.series[0].points.length, 2)
  t.match(body.targets, [{ target: '4677-2025.XHS-12', operator: 'gte', value: '90', points: [{ period: '2025-Q1' }, { period: '2025-Q2' }, { period: '2025-Q3' }, { period: '2025-Q4', to: '2025-12-14', expectedValue: null }] }])
  t.equal((await get('/v1/indicators/XHS-12/series?agency=gso:594&from=2025&to=2025')).body.series[0].points[0].value, '20')
})

test('what nobody knows is refused, never ignored', async t => {
  const { get } = await start(t)
  for (const query of ['plan=NONE', 'pillar=NONE', 'indicator=NONE', 'agency=NONE', 'agency=gso:000', 'level=village', 'performance=good', 'reporting=late', 'provenance=official', 'basis=all', 'on=2025-02-30', 'on=today', 'asOf=2025', 'value=1', 'sort=value', 'limit=0', 'limit=501', 'cursor=x', 'plan=A&plan=B']) {
    t.equal((await get(`/v1/status?${query}`)).status, 400, query)
  }
  t.match((await get('/v1/status?plan=A&pillar=B')).body.errors.map((e: Body) => [e.parameter, e.code]), [['plan', 'unknown_code'], ['pillar', 'unknown_code']])
  for (const path of ['status', 'series']) t.equal((await get(`/v1/indicators/NONE/${path}`)).status, 404, path)
  for (const query of ['plan=NONE', 'level=district']) t.equal((await get(`/v1/indicators/CQS-02/status?${query}`)).status, 400, query)
  for (const query of ['agency=NONE', 'from=2026&to=2025', 'from=2000&to=2025', 'from=25']) t.equal((await get(`/v1/indicators/XHS-12/series?${query}`)).status, 400, query)
})

test('a fixed number of statements, however many agencies and figures', async t => {
  const { app, get, send, one } = await start(t)
  const original = pg.Client.prototype.query
  let statements: string[] = []
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    const [first] = args as [string | { text: string }]
    statements.push(typeof first === 'string' ? first : first.text)
    return (original as (...all: unknown[]) => unknown).apply(this, args)
  } as typeof original
  t.teardown(() => { pg.Client.prototype.query = original })
  const url = `/v1/status?plan=${PLAN}&limit=500&on=2025-12-31`
  const count = async () => {
    statements = []
    t.equal((await get(url)).status, 200)
    return statements.filter(text => !/^(set|show)/i.test(text)).length
  }
  await count()
  const before = await count()
  t.ok(before <= 18, `${before} statements`)

  await app.pool.query(`
    with a as (insert into agencies (code, kind, level) select 'XA-' || i, 'commune_committee', 'commune' from generate_series(1, 200) i returning code),
    n as (insert into agency_names (agency_code, name_vi, search, valid_from) select code, code, code, '2020-01-01' from a)
    insert into agency_parents (agency_code, parent_code, valid_from) select code, 'UBND-LA-GI', '2020-01-01' from a`)
  const rows = ['CQS-02', 'CQS-05'].flatMap(indicator => ['Q1', 'Q2', 'Q3', 'Q4'].flatMap(quarter => Array.from({ length: 200 }, (_, i) =>
    ({ indicator, agency: `XA-${i + 1}`, period: `2025-${quarter}`, numerator: String(i + 1), denominator: '200' }))))
  rows.push(...['XHS-06', 'XHS-08'].flatMap(indicator => Array.from({ length: 200 }, (_, i) => ({ indicator, agency: `XA-${i + 1}`, period: '2025-H1', numerator: '1', denominator: '2' }))))
  t.match(await send('POST', '/v1/submissions', { mode: 'atomic', rows }), { counts: { created: 2000 } })
  t.equal(await count(), before)
  // CQS-02 is counted in each quarter: four times (1 + … + 200) / (200 × 200), so 80400 / 160000 of 800 figures
  t.match(await one('CQS-02.X', 'on=2025-12-31'), {
    value: '50.25', numerator: '80400', denominator: '160000', coverage: { expected: 200, reported: 200, missing: 0 },
    explanation: { inputs: { more: 700 } }
  })
})
