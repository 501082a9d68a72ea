import t from 'tap'
import { publicHolidays } from '../../src/db/schema/index.js'
import { findStatusRuleOn } from '../../src/features/status-rules/queries.js'
import { checkThresholds } from '../../src/features/status-rules/rules.js'
import { build, client } from '../helper.js'
import { codes, faults, indicator, lay, pages, undated, writer, type Body } from './registry.js'

const FREQUENCIES = ['monthly', 'quarterly', 'half_yearly', 'nine_months', 'yearly']
const tiers = [{ tier: 'unit', workingDays: 2 }, { tier: 'province', workingDays: 5 }, { tier: 'government', dayOfMonth: 25 }]
const every = (value: object) => Object.fromEntries(FREQUENCIES.map(frequency => [frequency, value]))
const calendar = (code: string, more: object = {}) => ({
  code, name: { vi: 'Lịch' }, startDay: 15, monthOffset: -1, deadlines: every(tiers), ...more
})

t.test('calendars: written, read, changed until they are used', async t => {
  const app = await build(t)
  const api = await writer(app)
  const before = codes((await api.get('/v1/calendars')).body)
  const whole = calendar('X', { name: { vi: 'Hành chính', en: 'Administrative' }, basis: { vi: 'NĐ 09/2019/NĐ-CP' }, provenance: 'researched' })
  const { status, body, headers } = await api.post('/v1/calendars', whole)
  t.equal(status, 201)
  t.equal(headers.location, '/v1/calendars/X')
  t.same(undated(body), whole)
  t.equal((await api.get('/v1/calendars/X')).headers.etag, headers.etag)
  t.same((await api.post('/v1/calendars', calendar('Y', { deadlines: { monthly: [{ tier: 'unit', workingDays: 3, dayOfMonth: 20 }] } }))).body['deadlines'],
    { ...every([]), monthly: [{ tier: 'unit', workingDays: 3, dayOfMonth: 20 }] })
  t.same(codes((await api.get('/v1/calendars')).body).filter(code => !before.includes(code)), ['X', 'Y'])
  t.ok(codes((await api.get('/v1/calendars?provenance=researched')).body).includes('X'))
  t.notOk(codes((await api.get('/v1/calendars?provenance=researched')).body).includes('Y'))
  t.same((await pages(api.get, '/v1/calendars?limit=1&sort=-code')).flat(), [...before, 'X', 'Y'].sort().reverse())
  t.equal((await api.get('/v1/calendars?count=exact&limit=1')).body['count'], before.length + 2)
  t.equal((await api.get('/v1/calendars/NONE')).status, 404)

  t.equal((await api.change('/v1/calendars/X', { startDay: 10, deadlines: every([{ tier: 'unit', workingDays: 1 }]) })).body['startDay'], 10)
  await lay(app, api)
  await api.post('/v1/indicators', indicator('CQS-01', 'Một', { calendar: 'X' }))
  const used = await api.change('/v1/calendars/X', { startDay: 11, monthOffset: 0, deadlines: every([{ tier: 'unit', workingDays: 2 }]), name: { vi: 'Mới' } })
  t.equal(used.status, 422)
  t.same(faults(used.body), [['/startDay', 'calendar_in_use'], ['/monthOffset', 'calendar_in_use'], ['/deadlines', 'calendar_in_use']])
  const tiers = every([{ tier: 'unit', workingDays: 1 }, { tier: 'province', workingDays: 4 }, { tier: 'government', dayOfMonth: 25 }])
  t.equal((await api.change('/v1/calendars/X', { deadlines: tiers })).status, 200, 'the deadlines of other tiers make no figure late')
  const same = await api.change('/v1/calendars/X', { startDay: 10, deadlines: every([{ workingDays: 1, tier: 'unit' }]), name: { vi: 'Mới' }, basis: null })
  t.equal(same.status, 200, 'the same said again is no change')
  t.notOk('basis' in same.body)
  t.equal((await api.patch('/v1/calendars/X', { name: { vi: 'x' } })).status, 428)
  t.equal((await api.patch('/v1/calendars/X', { name: { vi: 'x' } }, { 'if-match': String(headers.etag) })).status, 412)
  t.equal((await api.patch('/v1/calendars/NONE', { name: { vi: 'x' } }, { 'if-match': '*' })).status, 404)
})

t.test('calendars: what is refused', async t => {
  const app = await build(t)
  const api = await writer(app)
  await api.post('/v1/calendars', calendar('X'))
  t.equal((await api.post('/v1/calendars', calendar('X'))).status, 409)
  const twice = await api.post('/v1/calendars', calendar('Y', { provenance: 'quoted', deadlines: { yearly: [{ tier: 'unit', workingDays: 1 }, { tier: 'unit', dayOfMonth: 5 }] } }))
  t.equal(twice.status, 422)
  t.same(faults(twice.body), [['/deadlines/yearly/1/tier', 'duplicate_tier'], ['/quote', 'quote_required']])
  for (const more of [
    { startDay: 0 }, { startDay: 29 }, { startDay: '15' }, { monthOffset: -2 }, { monthOffset: 1 }, { monthOffset: null }, { deadlines: [] }, { deadlines: { weekly: [] } },
    { deadlines: { monthly: [{ tier: 'unit' }] } }, { deadlines: { monthly: [{ workingDays: 1, dayOfMonth: 2 }] } }, { deadlines: { monthly: [{ tier: 'unit', workingDays: 0 }] } },
    { deadlines: { monthly: [{ tier: 'unit', dayOfMonth: 32 }] } }, { deadlines: { monthly: [{ tier: 'Đơn vị', workingDays: 1 }] } }, { holidays: [] }
  ]) t.equal((await api.post('/v1/calendars', calendar('Y', more))).status, 400, JSON.stringify(more))
  t.equal((await api.change('/v1/calendars/X', { deadlines: { monthly: [] } })).status, 400, 'a change names every frequency')
  t.equal((await app.inject({ method: 'POST', url: '/v1/calendars', payload: calendar('Y') })).statusCode, 401)
  const { headers } = await client(app, { scopes: ['registry:write'] })
  t.equal((await app.inject({ method: 'POST', url: '/v1/calendars', headers, payload: calendar('Y') })).statusCode, 403)
  t.equal((await app.inject({ method: 'PATCH', url: '/v1/calendars/X', headers, payload: { name: { vi: 'x' } } })).statusCode, 403)
  t.equal((await app.inject({ method: 'POST', url: '/v1/status-rules', headers, payload: { effectiveFrom: '2025-01-01', onTrack: '1', atRisk: '1' } })).statusCode, 403)
})

t.test('periods of a year', async t => {
  const app = await build(t)
  const api = await writer(app)
  await api.post('/v1/calendars', calendar('ADM'))
  await api.post('/v1/calendars', calendar('STAT', { startDay: 1, monthOffset: 0, deadlines: {} }))
  const { body } = await api.get('/v1/calendars/ADM/periods?year=2025')
  t.same(codes(body, 'period'), [
    '2025-01', '2025-02', '2025-03', '2025-Q1', '2025-04', '2025-05', '2025-06', '2025-H1', '2025-Q2', '2025-07', '2025-08', '2025-09', '2025-9M', '2025-Q3', '2025-10', '2025-11', '2025', '2025-12', '2025-H2', '2025-Q4'
  ])
  // 14/3/2025 is a Friday: two working days on is Tuesday the 18th, five is Friday the 21st
  t.same((body['data'] as Body[]).find(one => one['period'] === '2025-Q1'), {
    period: '2025-Q1',
    calendar: 'ADM',
    frequency: 'quarterly',
    year: 2025,
    window: { from: '2024-12-15', to: '2025-03-14' },
    cutOff: '2025-03-14',
    deadline: '2025-03-18',
    deadlines: [{ tier: 'unit', date: '2025-03-18' }, { tier: 'province', date: '2025-03-21' }, { tier: 'government', date: '2025-03-25' }],
    state: 'closed',
    stateBy: 'calendar'
  })
  const quarters = await api.get('/v1/calendars/STAT/periods?year=2025&frequency=quarterly')
  t.same((quarters.body['data'] as Body[]).map(one => [one['period'], one['window'].from, one['cutOff'], one['deadline'], one['deadlines']]), [
    ['2025-Q1', '2025-01-01', '2025-03-31', '2025-04-01', []],
    ['2025-Q2', '2025-04-01', '2025-06-30', '2025-07-01', []],
    ['2025-Q3', '2025-07-01', '2025-09-30', '2025-10-01', []],
    ['2025-Q4', '2025-10-01', '2025-12-31', '2026-01-01', []]
  ])
  // a day off moves a deadline, a Saturday worked in exchange moves it back
  const deadline = async () => (await api.get('/v1/calendars/ADM/periods?year=2025&frequency=quarterly&limit=1')).body['data'][0].deadline
  await app.db.insert(publicHolidays).values({ day: '2025-03-17', kind: 'off', name: { vi: 'Nghỉ' } }).onConflictDoNothing()
  t.equal(await deadline(), '2025-03-19')
  await app.db.insert(publicHolidays).values({ day: '2025-03-15', kind: 'working', name: { vi: 'Làm bù' } }).onConflictDoNothing()
  t.equal(await deadline(), '2025-03-18')

  t.same(await pages(api.get, '/v1/calendars/ADM/periods?year=2025&frequency=half_yearly&limit=1', 'period'), [['2025-H1'], ['2025-H2']])
  t.same(await pages(api.get, '/v1/calendars/ADM/periods?year=2025&frequency=monthly&sort=-deadline&limit=10', 'period'),
    [['2025-12', '2025-11', '2025-10', '2025-09', '2025-08', '2025-07', '2025-06', '2025-05', '2025-04', '2025-03'], ['2025-02', '2025-01']])
  t.equal((await api.get('/v1/calendars/ADM/periods?year=2025&count=exact&limit=1')).body['count'], 20)
  t.equal((await api.get('/v1/calendars/ADM/periods?count=exact&limit=1')).body['count'], 20, 'the present year when none is given')
  t.match((await api.get('/v1/calendars/ADM/periods?limit=1')).body['next'], /[?&]year=20\d\d/, 'and the next page is of the same year')
  for (const query of ['year=1899', 'year=2200', 'year=2025.0', 'frequency=weekly', 'on=2025-02-30', 'sort=frequency', 'tier=unit']) {
    t.equal((await api.get(`/v1/calendars/ADM/periods?${query}`)).status, 400, query)
  }
  t.equal((await api.get('/v1/calendars/NONE/periods')).status, 404)
  t.equal((await api.get('/v1/calendars/ADM/periods?year=1900')).body['data'][0].window.from, '1899-12-15')
})

t.test('the periods that hold a day', async t => {
  const api = await writer(await build(t))
  await api.post('/v1/calendars', calendar('ADM'))
  await api.post('/v1/calendars', calendar('STAT', { startDay: 1, monthOffset: 0 }))
  const cases: [string, string, string[]][] = [
    ['ADM', 'on=2024-12-20', ['2025', '2025-01', '2025-9M', '2025-H1', '2025-Q1']],
    ['ADM', 'on=2024-12-14', ['2024', '2024-12', '2024-H2', '2024-Q4']],
    ['ADM', 'on=2025-09-14', ['2025', '2025-09', '2025-9M', '2025-H2', '2025-Q3']],
    ['ADM', 'on=2025-09-15', ['2025', '2025-10', '2025-H2', '2025-Q4']],
    ['STAT', 'on=2024-12-20', ['2024', '2024-12', '2024-H2', '2024-Q4']],
    ['STAT', 'on=2025-06-30', ['2025', '2025-06', '2025-9M', '2025-H1', '2025-Q2']],
    ['ADM', 'on=2024-12-20&frequency=quarterly', ['2025-Q1']],
    ['ADM', 'on=2025-10-01&frequency=nine_months', []],
    ['ADM', 'on=2024-12-20&year=2024', []],
    ['ADM', 'on=2024-12-20&year=2025&frequency=yearly', ['2025']]
  ]
  for (const [code, query, expected] of cases) {
    t.same(codes((await api.get(`/v1/calendars/${code}/periods?sort=period&${query}`)).body, 'period'), expected, `${code} ${query}`)
  }
})

t.test('status rules: thresholds', async t => {
  const check = (onTrack: string, atRisk: string) => checkThresholds({ onTrack, atRisk }).map(error => [error.pointer, error.code])
  t.same(check('0.95', '0.80'), [])
  t.same(check('1', '1.0'), [])
  t.same(check('0.8', '0.80'), [])
  t.same(check('1.000000000001', '0.5'), [['/onTrack', 'value_out_of_range']])
  t.same(check('0.9', '0'), [['/atRisk', 'value_out_of_range']])
  t.same(check('0.9', '-0.1'), [['/atRisk', 'value_out_of_range']])
  t.same(check('0.8', '0.800000000001'), [['/atRisk', 'thresholds_reversed']])
  t.same(check('0', '2'), [['/onTrack', 'value_out_of_range'], ['/atRisk', 'value_out_of_range'], ['/atRisk', 'thresholds_reversed']])
})

t.test('status rules: a new version, never an edited one', async t => {
  const app = await build(t)
  const api = await writer(app)
  const rule = (effectiveFrom: string, more: object = {}) => ({ effectiveFrom, onTrack: '0.95', atRisk: '0.80', ...more })
  const base = (await api.get('/v1/status-rules?count=exact&limit=1')).body['count']
  const { status, body, headers } = await api.post('/v1/status-rules', rule('2150-01-01', { onTrack: '0.950', note: { vi: 'Ngưỡng' }, provenance: 'illustrative' }))
  const first = base + 1
  t.equal(status, 201)
  t.equal(headers.location, `/v1/status-rules/${first}`)
  const { recordedAt, ...rest } = body
  t.same(rest, { version: first, effectiveFrom: '2150-01-01', pace: 'linear', onTrack: '0.950', atRisk: '0.80', note: { vi: 'Ngưỡng' }, provenance: 'illustrative' })
  t.match(recordedAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  const read = await api.get(`/v1/status-rules/${first}`)
  t.same(read.body, body)
  t.equal(read.headers.etag, headers.etag)
  await api.post('/v1/status-rules', rule('2150-07-01'))
  await api.post('/v1/status-rules', rule('2150-01-01', { onTrack: '0.9' }))
  const on = async (day: string) => codes((await api.get(`/v1/status-rules?on=${day}`)).body, 'version')
  t.same(await on('2150-01-01'), [first + 2], 'of one day the later version')
  t.same(await on('2150-06-30'), [first + 2])
  t.same(await on('2150-07-01'), [first + 1], 'the latest day before the highest version')
  t.same(await on('1900-01-01'), [])
  t.equal((await findStatusRuleOn(app.db, '2150-03-01'))!.version, first + 2)
  t.equal((await findStatusRuleOn(app.db, '2150-03-01', recordedAt))!.version, first, 'as it was known then')
  t.equal(await findStatusRuleOn(app.db, '1900-01-01'), undefined)
  t.same(codes((await api.get('/v1/status-rules?provenance=illustrative')).body, 'version').filter(version => (version as unknown as number) >= first), [first])
  t.same((await pages(api.get, '/v1/status-rules?limit=1&sort=-effectiveFrom', 'version')).slice(0, 3), [[first + 1], [first + 2], [first]])
  const versions = await Promise.all(['2160-01-01', '2160-01-02', '2160-01-03', '2160-01-04'].map(async day => (await api.post('/v1/status-rules', rule(day))).body['version']))
  t.same(versions.sort((a, b) => a - b), [first + 3, first + 4, first + 5, first + 6], 'at once, and each a version of its own')

  t.equal((await api.get('/v1/status-rules/9999')).status, 404)
  for (const version of ['0', 'x', '1.0', '99999999999']) t.equal((await api.get(`/v1/status-rules/${version}`)).status, 400, version)
  const wrong = await api.post('/v1/status-rules', rule('2150-01-01', { onTrack: '1.5', atRisk: '2' }))
  t.equal(wrong.status, 422)
  t.same(faults(wrong.body), [['/onTrack', 'value_out_of_range'], ['/atRisk', 'value_out_of_range'], ['/atRisk', 'thresholds_reversed']])
  for (const more of [{ onTrack: 0.95 }, { onTrack: 'NaN' }, { onTrack: '9e-1' }, { onTrack: '.95' }, { atRisk: null }, { version: 9 }, { pace: 'quadratic' }, { effectiveFrom: '2025' }, { provenance: 'quoted' }]) {
    t.equal((await api.post('/v1/status-rules', rule('2150-01-01', more))).status, 400, JSON.stringify(more))
  }
  t.equal((await api.patch(`/v1/status-rules/${first}`, { onTrack: '1' }, { 'if-match': '*' })).status, 405)
})
