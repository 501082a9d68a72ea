import pg from 'pg'
import { test } from 'tap'
import { addDays } from '../../src/domain/date.js'
import { today } from '../../src/http/today.js'
import { build } from '../helper.js'
import { agency, faults, indicator, lay, target, writer, type Body } from './registry.js'

const PERFORMANCES = { achieved: 0, on_track: 0, at_risk: 0, off_track: 0, in_progress: 0, regressed: 0, missed: 0, dropped: 0, no_data: 0, not_applicable: 0 }

/**
 * CQS-01 is rolled up from districts A and B, at least 80; CQS-05 is reported for the province by the lead, department A,
 * at least 90. Quarters end on 14/03, 14/06, 14/09, 14/12; the deadlines are two working days later: 18/03, 17/06, 16/09.
 */
async function start (t: Parameters<typeof build>[0]) {
  const app = await build(t)
  const { get, post } = await writer(app)
  await lay(app, { get, post } as never)
  const made = async (url: string, payload: object) => {
    const { status, body } = await post(url, payload)
    t.ok(status < 300, `${url}: ${status} ${status < 300 ? '' : JSON.stringify(body)}`)
    return body
  }
  await made('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })
  for (const code of ['SO-A', 'SO-B', 'SO-C', 'SO-D']) await made('/v1/agencies', agency(code, `Sở ${code}`, { parent: 'UBND-TINH', ...code === 'SO-A' ? { identifiers: [{ scheme: 'gso', value: '11A', validFrom: '2020-01-01' }] } : {} }))
  for (const code of ['H-A', 'H-B']) await made('/v1/agencies', agency(code, `Huyện ${code}`, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
  await made('/v1/indicators', indicator('CQS-01', 'Hồ sơ trên mạng'))
  await made('/v1/indicators', indicator('CQS-05', 'Kiểm tra trên môi trường số', { aggregation: 'direct' }))
  await made('/v1/targets', target('T1'))
  await made('/v1/targets', target('T5', { indicator: 'CQS-05', value: '90' }))
  await made('/v1/assignments', {
    target: 'T5', agency: 'SO-A', role: 'lead', validFrom: '2024-12-16', person: { position: 'Giám đốc' }, duty: 'Báo cáo', responsibility: 'Chịu trách nhiệm', startDate: '2024-12-16', dueDate: '2025-12-31', expectedResult: '90%'
  })
  await made('/v1/assignments', { target: 'T1', agency: 'SO-A', role: 'monitor', validFrom: '2024-12-16', duty: 'Theo dõi', provenance: 'illustrative' })
  await made('/v1/assignments', { task: 'GP1.1', agency: 'SO-A', role: 'lead', validFrom: '2024-12-16' })
  await made('/v1/assignments', { task: 'GP1.2', agency: 'SO-A', role: 'cooperate', validFrom: '2024-12-16' })
  await made('/v1/tasks/GP1.1/notes', { text: 'Đã họp', progress: '40', date: '2025-03-01' })
  const push = (...rows: object[]) => made('/v1/submissions', { mode: 'atomic', rows })
  const card = async (code: string, query: string): Promise<Body> => {
    const { status, body } = await get(`/v1/agencies/${code}/scorecard?${query}`)
    t.equal(status, 200, `${code} ${query} ${status === 200 ? '' : JSON.stringify(body)}`)
    return body
  }
  return { app, get, post, made, push, card }
}

const share = (indicator: string, agency: string, fraction: string, period: string, more: object = {}) => {
  const [numerator, denominator] = fraction.split('/')
  return { indicator, agency, period, numerator, denominator, ...more }
}
const trend = (body: Body) => body['trend'].map((one: Body) => [one['agency'], one['period'], one['expected'], one['notDue'], one['accepted'], one['overdue'], one['onTime'], one['late'], one['completeness']])
/** Nobody explains anything here. */
const owed = (expected: number, { overdue = 0, ...more }: { overdue?: number, [key: string]: unknown }) => ({
  expected, notDue: 0, due: 0, submitted: 0, returned: 0, accepted: 0, excused: 0, onTime: 0, late: 0, completeness: null,
  ...more, overdue, overdueUnexplained: overdue
})

test('a department: assignments, targets, obligations, tasks, trend', async t => {
  const { push, card, get } = await start(t)
  await push(share('CQS-05', 'UBND-TINH', '95/100', '2025-Q1'))
  const found = await card('SO-A', 'on=2025-06-30')
  t.match(found, { agency: { code: 'SO-A', name: { vi: 'Sở SO-A' }, kind: 'department', level: 'province' }, view: 'as_reported', on: '2025-06-30' })
  t.same([found['agency'].validTo, found['asked'], found['restatement'], found['plan']], [undefined, undefined, undefined, undefined])
  t.same(found['assignments'], {
    total: 4, lead: 2, cooperate: 1, monitor: 1, complete: 1, completeness: '0.2500', illustrative: true,
    clears: { objective: 4, person: 1, task: 2, responsibility: 1, time: 1, result: 1 }
  })
  t.same(found['targets'].performance, { ...PERFORMANCES, achieved: 1 })
  t.same(found['targets'].items, [{
    target: 'T5', indicator: 'CQS-05', role: 'lead', performance: 'achieved', reporting: 'overdue', value: '95.00', period: '2025-Q1', dueDate: '2025-12-31', illustrative: false
  }], 'what it monitors it does not answer for')
  t.match(found['targets'], { total: 1, more: 0, illustrative: 0, reporting: { overdue: 1, accepted: 0 } })
  t.same(found['obligations'], owed(3, { notDue: 1, accepted: 1, overdue: 1, late: 1, completeness: '0.5000' }), 'Q1 accepted, and pushed long after; Q2 overdue; Q3 still runs')
  t.same(trend(found), [
    ['SO-A', '2025-Q1', 1, 0, 1, 0, 0, 1, '1.0000'],
    ['SO-A', '2025-Q2', 1, 0, 0, 1, 0, 0, '0.0000'],
    ['SO-A', '2025-Q3', 1, 1, 0, 0, 0, 0, null]
  ])
  t.match(found['trend'][0], { frequency: 'quarterly', calendar: 'administrative', from: '2024-12-15', to: '2025-03-14' })
  t.same(found['tasks'], { total: 1, not_started: 0, in_progress: 1, done: 0, overdue: 0 }, 'those it leads')

  t.same((await card('SO-A', 'on=2025-02-28'))['tasks'], { total: 1, not_started: 1, in_progress: 0, done: 0, overdue: 0 }, 'before the note')
  t.match(await card('SO-A', 'on=2024-12-15'), { assignments: { total: 0, completeness: null }, targets: { total: 0 }, tasks: { total: 0 }, obligations: { expected: 0 } }, 'before the assignments')
  t.match(await card('SO-A', 'on=2025-06-30&plan=KH-2026'), { plan: 'KH-2026', assignments: { total: 1, cooperate: 1 }, targets: { total: 0 }, tasks: { total: 0 }, obligations: { expected: 0 }, trend: [] }, 'GP1.2 is of 2026')
  t.match(await card('SO-B', 'on=2025-06-30'), { assignments: { total: 0, illustrative: false, completeness: null }, targets: { total: 0, items: [] }, trend: [] })
  t.same(await card('gso:11A', 'on=2025-06-30'), found, 'by an identifier')
  const etag = async () => String((await get('/v1/agencies/SO-A/scorecard?on=2025-06-30')).headers['etag'])
  const first = await etag()
  t.match(first, /^"/)
  t.equal(await etag(), first, 'nothing happened: the same bytes')
  await push(share('CQS-05', 'UBND-TINH', '96/100', '2025-Q1', { reason: 'Bổ sung' }))
  t.not(await etag(), first)
})

test('the whole, a part of its own, and on time', async t => {
  const { made, push, card } = await start(t)
  t.same((await card('UBND-TINH', 'on=2025-06-30'))['targets'].items.map((one: Body) => [one['target'], one['role'], one['performance']]), [['T1', 'whole', 'no_data'], ['T5', 'whole', 'no_data']])
  t.match(await card('UBND-TINH', 'on=2025-06-30'), { obligations: { expected: 0 } }, 'its districts and the lead owe the figures')
  await made('/v1/targets/T1/allocations', { method: 'own', agencies: [{ agency: 'H-A', value: '50' }], effectiveFrom: '2025-01-01', document: 'D2025' })
  await made('/v1/extensions', { kind: 'extension', agency: 'H-A', indicator: 'CQS-01', period: '2025-Q2', until: addDays(today(), 1), reason: 'Hệ thống lỗi' })
  await made('/v1/extensions', { kind: 'excuse', agency: 'H-A', indicator: 'CQS-01', period: '2025-Q1', reason: 'Bão' })
  await push(share('CQS-01', 'H-A', '60/100', '2025-Q2'))
  const found = await card('H-A', 'on=2025-06-30')
  t.same(found['targets'].items.map((one: Body) => [one['target'], one['role'], one['performance'], one['value']]), [['T1.H-A', 'allocated', 'achieved', '60.00']])
  t.same(found['obligations'], owed(3, { notDue: 1, excused: 1, accepted: 1, onTime: 1, completeness: '1.0000' }))
  t.same((await card('H-B', 'on=2025-06-30'))['obligations'], owed(3, { notDue: 1, overdue: 2, completeness: '0.0000' }))
})

test('across a merger: as reported, current, restated', async t => {
  const { made, push, card } = await start(t)
  await push(share('CQS-05', 'UBND-TINH', '95/100', '2025-Q1'))
  await made('/v1/reorganisations', { kind: 'merge', effectiveOn: '2025-07-01', document: 'D2025', from: ['SO-A', 'SO-B'], to: ['SO-B'], mapping: [{ from: 'SO-A', to: 'SO-B', share: 'whole' }] })
  const at = 'on=2025-09-30'

  const asReported = await card('SO-A', at)
  t.match(asReported, { agency: { code: 'SO-A', validTo: '2025-06-30' }, assignments: { total: 0 }, targets: { total: 0 }, tasks: { total: 0 } })
  t.same(asReported['obligations'], owed(2, { accepted: 1, overdue: 1, late: 1, completeness: '0.5000' }), 'what it owed while it existed')
  t.same(trend(asReported).map((row: unknown[]) => row.slice(0, 2)), [['SO-A', '2025-Q1'], ['SO-A', '2025-Q2']])
  t.match(await card('SO-A', 'on=2025-06-30'), { assignments: { total: 4 }, targets: { total: 1 } }, 'on its last day')

  const later = owed(2, { notDue: 1, overdue: 1, completeness: '0.0000' })
  const reported = await card('SO-B', at)
  t.match(reported, { assignments: { total: 4, lead: 2 }, targets: { items: [{ target: 'T5', role: 'lead', performance: 'achieved' }] }, tasks: { in_progress: 1 } })
  t.same(reported['obligations'], later, 'Q3 overdue since 16/09, Q4 runs')
  t.same(trend(reported).map((row: unknown[]) => row.slice(0, 2)), [['SO-B', '2025-Q3'], ['SO-B', '2025-Q4']])

  const current = await card('SO-A', `${at}&view=current`)
  t.match(current, { agency: { code: 'SO-B' }, asked: { code: 'SO-A', name: { vi: 'Sở SO-A' } }, view: 'current', targets: { total: 1 } })
  t.same(current['obligations'], later, 'no arithmetic')
  t.same(trend(current), [
    ['SO-A', '2025-Q1', 1, 0, 1, 0, 0, 1, '1.0000'],
    ['SO-A', '2025-Q2', 1, 0, 0, 1, 0, 0, '0.0000'],
    ['SO-B', '2025-Q3', 1, 0, 0, 1, 0, 0, '0.0000'],
    ['SO-B', '2025-Q4', 1, 1, 0, 0, 0, 0, null]
  ])
  t.same(current['restatement'], undefined)

  const restated = await card('SO-B', `${at}&view=restated`)
  t.same(restated['restatement'], { possible: true, agencies: ['SO-A'] })
  t.same(restated['obligations'], owed(4, { notDue: 1, accepted: 1, overdue: 2, late: 1, completeness: '0.3333' }), '1 of 4 less the one that is not due')
  t.same(trend(restated).map((row: unknown[]) => row.slice(0, 3)), ['2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4'].map(period => ['SO-B', period, 1]))
  t.same({ ...await card('SO-A', `${at}&view=restated`), asked: undefined }, { ...restated, asked: undefined }, 'asked for the ended one')

  t.same((await card('SO-A', 'on=2025-06-30&view=current'))['asked'], undefined, 'the day before it answers for itself')
})

test('what cannot be restated says so', async t => {
  const { made, push, card } = await start(t)
  await push(share('CQS-05', 'UBND-TINH', '95/100', '2025-Q1'))
  await made('/v1/reorganisations', {
    kind: 'split', effectiveOn: '2025-07-01', document: 'D2025', from: ['SO-A'], to: ['SO-B', 'SO-C'],
    mapping: [{ from: 'SO-A', to: 'SO-B', share: 'part' }, { from: 'SO-A', to: 'SO-C', share: 'part', functions: { targets: ['T5'] } }]
  })
  const at = 'on=2025-09-30'
  const ended = await card('SO-A', `${at}&view=current`)
  t.match(ended, { agency: { code: 'SO-A' }, restatement: { possible: false, code: 'no_whole_successor', agencies: ['SO-A'], reason: { en: /no one body took over all of it/ } } })
  const restated = await card('SO-C', `${at}&view=restated`)
  t.match(restated, { restatement: { possible: false, code: 'passed_on_in_part', agencies: ['SO-A'], reason: { vi: /chỉ chuyển một phần/ } } })
  t.same(restated['obligations'], owed(2, { notDue: 1, overdue: 1, completeness: '0.0000' }), 'its own only')
  t.same(trend(await card('SO-C', `${at}&view=current`)).map((row: unknown[]) => row.slice(0, 2)), [['SO-A', '2025-Q1'], ['SO-A', '2025-Q2'], ['SO-C', '2025-Q3'], ['SO-C', '2025-Q4']], 'T5 went to it')
  t.same(trend(await card('SO-B', `${at}&view=current`)), [], 'and not to the other')
})

test('as of an instant', async t => {
  const { made, push, card, get } = await start(t)
  await push(share('CQS-05', 'UBND-TINH', '80/100', '2025-Q1'))
  const before = await card('SO-A', 'on=2025-06-30')
  t.match(before, { targets: { items: [{ value: '80.00' }] }, tasks: { in_progress: 1 } })
  const again = async (what: string) => t.same(await card('SO-A', `on=2025-06-30&asOf=${before['asOf']}`), before, what)
  await again('at once')
  await push(share('CQS-05', 'UBND-TINH', '95/100', '2025-Q1', { reason: 'Bổ sung' }))
  await again('after a correction')
  const corrected = await card('SO-A', 'on=2025-06-30')
  await push(share('CQS-05', 'UBND-TINH', '70/100', '2021-Q1'))
  t.same(await card('SO-A', 'on=2025-06-30'), corrected, 'a figure of a year that no target asks for is nothing it rests on')
  await made('/v1/tasks/GP1.1/notes', { text: 'Xong', progress: '100', date: '2025-06-01' })
  await again('after a note')
  await made('/v1/extensions', { kind: 'excuse', agency: 'UBND-TINH', indicator: 'CQS-05', period: '2025-Q2', reason: 'Bão' })
  await again('after an excuse')
  await made('/v1/targets/T5/amendments', { value: '99', effectiveFrom: '2025-03-01', reason: 'Nâng chỉ tiêu', document: 'D2025' })
  await again('after an amendment')
  await made('/v1/reorganisations', { kind: 'merge', effectiveOn: '2025-05-01', document: 'D2025', from: ['SO-A', 'SO-B'], to: ['SO-B'], mapping: [{ from: 'SO-A', to: 'SO-B', share: 'whole' }] })
  await again('after a reorganisation')
  t.equal((await get(`/v1/agencies/SO-A/scorecard?on=2025-06-30&view=current&asOf=${before['asOf']}`)).body['agency'].code, 'SO-A')
  t.match(await card('SO-A', 'on=2025-06-30&view=current'), { agency: { code: 'SO-B' }, targets: { items: [{ value: '95.00', performance: 'in_progress' }] }, tasks: { done: 1 } })
  t.equal((await get('/v1/agencies/SO-A/scorecard?asOf=2020-01-01T00:00:00Z')).status, 404, 'nobody knew of it')
})

test('bad input', async t => {
  const { get } = await start(t)
  t.equal((await get('/v1/agencies/SO-NONE/scorecard')).status, 404)
  t.equal((await get('/v1/agencies/SO-A/scorecard?on=2019-12-31')).status, 404, 'not founded yet')
  for (const [query, parameter, code] of [
    ['on=2025-06-31', 'on', 'not_a_date'],
    ['view=guessed', 'view', 'not_one_of'],
    ['plan=NONE', 'plan', 'unknown_code'],
    ['asOf=2199-01-01T00:00:00Z', 'asOf', 'as_of_in_future']
  ] as const) {
    const { status, body } = await get(`/v1/agencies/SO-A/scorecard?${query}`)
    t.equal(status, 400, query)
    t.same(faults(body), [[parameter, code]], query)
  }
})

test('a fixed number of statements', async t => {
  const { app, get, made, push } = await start(t)
  const original = pg.Client.prototype.query
  let statements = 0
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    statements++
    return (original as (...all: unknown[]) => unknown).apply(this, args)
  } as typeof original
  t.teardown(() => { pg.Client.prototype.query = original })
  const URLS = ['/v1/agencies/SO-A/scorecard?on=2025-06-30&view=restated', '/v1/rankings?level=district&on=2025-06-30']
  const count = async () => {
    const found: number[] = []
    for (const url of URLS) {
      statements = 0
      t.equal((await get(url)).status, 200)
      found.push(statements)
    }
    return found
  }
  await count()
  const before = await count()
  await app.pool.query(`
    with a as (insert into agencies (code, kind, level) select 'X-' || i, 'district_committee', 'district' from generate_series(1, 200) i returning code),
    n as (insert into agency_names (agency_code, name_vi, search, valid_from) select code, code, code, '2020-01-01' from a)
    insert into agency_parents (agency_code, parent_code, valid_from) select code, 'UBND-TINH', '2020-01-01' from a`)
  for (let i = 0; i < 5; i++) await made('/v1/targets', target(`T-${i}`, { indicator: 'CQS-05' }))
  await push(...Array.from({ length: 200 }, (_, i) => share('CQS-01', `X-${i + 1}`, `${i}/200`, '2025-Q2')))
  t.same(await count(), before)
  t.comment(before.join(' and '))
  t.match((await get('/v1/rankings?level=district&on=2025-06-30&limit=500')).body, { agencies: 202, ranked: 200 })
})
