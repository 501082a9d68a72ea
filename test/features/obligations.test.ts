import pg from 'pg'
import t from 'tap'
import type { FastifyInstance } from 'fastify'
import { statusRules } from '../../src/db/schema/index.js'
import { addDays } from '../../src/domain/date.js'
import { today } from '../../src/http/today.js'
import { build, owner } from '../helper.js'
import { agency, codes, indicator, lay, pages, target, writer, type Body, type Writer } from './registry.js'

/*
 * CQS-01 rolls up from the districts D1 and D2; CQS-02 is one figure of the province, led by STTTT; both by the
 * administrative calendar. 2025-Q1: 15/12/2024 … Friday 14/03/2025, due on Tuesday 18/03; Q2 ends on Saturday 14/06,
 * due on Tuesday 17/06; Q3 on Sunday 14/09, due on 16/09; Q4 on Sunday 14/12, due on 16/12.
 */
async function world (app: FastifyInstance): Promise<Writer> {
  const api = await writer(app)
  await lay(app, api)
  await api.post('/v1/agencies', agency('STTTT', 'Sở Thông tin và Truyền thông', { parent: 'UBND-TINH', identifiers: [{ scheme: 'qd20', value: 'H11.10', validFrom: '2020-01-01' }] }))
  for (const code of ['D1', 'D2']) await api.post('/v1/agencies', agency(code, `UBND huyện ${code}`, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('CQS-02', 'Hai', { aggregation: 'direct', reviewPolicy: 'manual' }))
  await api.post('/v1/targets', target('T1'))
  await api.post('/v1/targets', target('T2', { indicator: 'CQS-02' }))
  await api.post('/v1/assignments', { target: 'T2', agency: 'STTTT', role: 'lead', person: { position: 'Phó Giám đốc', contact: 'x@example.org' }, validFrom: '2024-12-11' })
  return api
}
const push = async (api: Writer, more: object) => (await api.post('/v1/measurements', { ...'value' in more ? {} : { numerator: '50', denominator: '100' }, ...more })).body
const list = async (api: Writer, query: string) => (await api.get(`/v1/obligations?${query}`)).body['data'] as Body[]
const brief = (one: Body) => `${one['id']} ${one['state']}${one['daysLeft'] === undefined ? '' : ` -${one['daysLeft']}`}${one['daysLate'] === undefined ? '' : ` +${one['daysLate']}`}`
const briefly = async (api: Writer, query: string) => (await list(api, query)).map(brief)

t.test('who owes which figure by when', async t => {
  const api = await world(await build(t))
  // 20/03 … 17/06 are 89 days
  t.same(await briefly(api, 'on=2025-03-20'), [
    'D1:CQS-01:D1:2025-Q1 overdue +2', 'D2:CQS-01:D2:2025-Q1 overdue +2', 'STTTT:CQS-02:UBND-TINH:2025-Q1 overdue +2',
    'D1:CQS-01:D1:2025-Q2 not_due -89', 'D2:CQS-01:D2:2025-Q2 not_due -89', 'STTTT:CQS-02:UBND-TINH:2025-Q2 not_due -89'
  ])
  t.same(await briefly(api, 'on=2024-12-14'), [], 'before the administrative year 2025, although the plan is there')
  t.same(await briefly(api, 'on=2024-12-20&agency=D1'), ['D1:CQS-01:D1:2025-Q1 not_due -88'], '20/12 … 18/03')
  t.same(await briefly(api, 'on=2025-12-31&agency=D1'), [1, 2, 3, 4].map((quarter, i) => `D1:CQS-01:D1:2025-Q${quarter} overdue +${[288, 197, 106, 15][i]}`), 'the open window of 2026 says nothing of a target of 2025')
  const [one] = await list(api, 'on=2025-03-17&subject=UBND-TINH&period=2025-Q1')
  t.match(one!['assignment'].id, /^[0-9a-f-]{36}$/)
  delete one!['assignment'].id
  t.same({ ...one, deadlines: one!['deadlines'].slice(0, 1) }, {
    id: 'STTTT:CQS-02:UBND-TINH:2025-Q1',
    agency: { code: 'STTTT', name: { vi: 'Sở Thông tin và Truyền thông' } },
    subject: { code: 'UBND-TINH', name: { vi: 'Ủy ban nhân dân tỉnh' } },
    indicator: { code: 'CQS-02', name: { vi: 'Hai' } },
    pillar: 'CQS',
    calendar: 'administrative',
    period: '2025-Q1',
    window: { from: '2024-12-15', to: '2025-03-14' },
    cutOff: '2025-03-14',
    deadline: '2025-03-18',
    deadlines: [{ tier: 'unit', date: '2025-03-18' }],
    state: 'due',
    daysLeft: 1,
    targets: ['T2'],
    assignment: { role: 'lead', person: { position: 'Phó Giám đốc' } }
  })
  await api.post('/v1/targets', target('T3', { value: '90' }))
  t.same((await list(api, 'on=2025-03-17&agency=D1&period=2025-Q1')).map(({ targets }) => targets), [['T1', 'T3']], 'one of two targets')
  t.same(await briefly(api, 'on=2025-03-17&plan=KH-2026'), [])
})

t.test('what becomes of it', async t => {
  const app = await build(t)
  const api = await world(app)
  const before = await push(api, { indicator: 'CQS-01', agency: 'D1', period: '2025-Q1' })
  const pending = await push(api, { indicator: 'CQS-02', agency: 'UBND-TINH', period: '2025-Q1' })
  const q1 = 'period=2025-Q1'
  t.same(await briefly(api, `on=2025-03-20&${q1}`), ['D1:CQS-01:D1:2025-Q1 accepted', 'D2:CQS-01:D2:2025-Q1 overdue +2', 'STTTT:CQS-02:UBND-TINH:2025-Q1 submitted'])
  t.same((await list(api, `on=2025-03-20&${q1}&agency=D1`))[0]!['measurement'],
    { id: before['id'], revision: 1, state: 'accepted', counts: true, late: true, reportedLate: true, recordedAt: before['recordedAt'], provenance: 'operational' })
  t.same(await briefly(api, `on=2025-03-20&${q1}&asOf=${before['recordedAt']}`), ['D1:CQS-01:D1:2025-Q1 accepted', 'D2:CQS-01:D2:2025-Q1 overdue +2', 'STTTT:CQS-02:UBND-TINH:2025-Q1 overdue +2'], 'as it was known between the two')

  await owner(app.pool).query(`
    insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, comment, client_id)
    values ('CQS-02', $1, 1, 1, 'returned', 'x', $2)`, [pending['id'], pending['source'].client])
  t.same(await briefly(api, `on=2025-03-20&${q1}&indicator=CQS-02`), ['STTTT:CQS-02:UBND-TINH:2025-Q1 returned +2'])
  t.same(await briefly(api, `on=2025-03-20&${q1}&indicator=CQS-02&asOf=${pending['recordedAt']}`), ['STTTT:CQS-02:UBND-TINH:2025-Q1 submitted'])

  // an extension to the lead moves what it owes, and its figure for the province is in time
  const until = addDays(today(), 2)
  const given = (await api.post('/v1/extensions', { kind: 'extension', agency: 'STTTT', indicator: 'CQS-02', period: '2025-Q1', until, reason: 'Chờ thẩm tra' })).body
  const [extended] = await list(api, `${q1}&indicator=CQS-02`)
  t.match(extended, { state: 'returned', daysLeft: 2, deadline: until, extension: { id: given['id'], until } })
  const answer = await push(api, { indicator: 'CQS-02', agency: 'UBND-TINH', period: '2025-Q1', value: '55', reason: 'x' })
  t.equal(answer['late'], false)
  t.match((await list(api, `${q1}&indicator=CQS-02`))[0], { state: 'submitted', daysLeft: undefined, deadline: until, measurement: { revision: 2, late: false, reportedLate: false } }, 'the time that was given since holds for the first report too')
  t.equal((await api.get(`/v1/measurements/${pending['id']}/revisions?sort=revision`)).body['data'][0].late, true, 'the figure keeps what its receipt said')
  t.match((await api.get('/v1/obligations/completeness?period=2025-Q1&indicator=CQS-02')).body['data'], [{ onTime: 1, late: 0 }])

  await api.post(`/v1/extensions/${given['id']}/revocation`, { reason: 'x' })
  t.match((await list(api, `${q1}&indicator=CQS-02`))[0], { deadline: '2025-03-18', measurement: { late: false, reportedLate: true } }, 'what came in time stays so')

  const excuse = (await api.post('/v1/extensions', { kind: 'excuse', agency: 'UBND-TINH', withSubtree: true, period: '2025-Q1', reason: 'Bão' })).body
  t.match((await list(api, `on=2025-03-20&${q1}&agency=D2`))[0], { state: 'excused', excuse: excuse['id'] })
  t.same(await briefly(api, `on=2025-03-20&${q1}&agency=D1`), ['D1:CQS-01:D1:2025-Q1 accepted'], 'who has reported is not excused')
  await api.post(`/v1/extensions/${excuse['id']}/revocation`, { reason: 'x' })
  t.same(await briefly(api, `on=2025-03-20&${q1}&agency=D2`), ['D2:CQS-01:D2:2025-Q1 overdue +2'])
  t.same(await briefly(api, `on=2025-03-20&${q1}&agency=D2&asOf=${excuse['recordedAt']}`), ['D2:CQS-01:D2:2025-Q1 excused'])
})

t.test('a report that was retracted is not the first one', async t => {
  const api = await world(await build(t))
  const given = (await api.post('/v1/extensions', { kind: 'extension', agency: 'STTTT', period: '2025-Q1', until: addDays(today(), 1), reason: 'x' })).body
  const first = await push(api, { indicator: 'CQS-02', agency: 'UBND-TINH', period: '2025-Q1' })
  t.equal(first['late'], false)
  t.equal((await api.post(`/v1/measurements/${first['id']}/withdrawal`, { reason: 'Chưa có số', revision: 1 })).status, 200)
  await api.post(`/v1/extensions/${given['id']}/revocation`, { reason: 'x' })
  await push(api, { indicator: 'CQS-02', agency: 'UBND-TINH', period: '2025-Q1', value: '55' })
  t.match((await list(api, 'period=2025-Q1&indicator=CQS-02'))[0], { state: 'submitted', measurement: { revision: 2, late: true, reportedLate: true } })
  t.match((await api.get('/v1/obligations/completeness?period=2025-Q1&indicator=CQS-02')).body['data'], [{ onTime: 0, late: 1 }])
})

t.test('filters, sorts and pages', async t => {
  const api = await world(await build(t))
  await push(api, { indicator: 'CQS-01', agency: 'D1', period: '2025-Q1' })
  const ids = async (query: string) => codes((await api.get(`/v1/obligations?on=2025-03-20&${query}`)).body, 'id')
  t.same(await ids('state=overdue'), ['D2:CQS-01:D2:2025-Q1', 'STTTT:CQS-02:UBND-TINH:2025-Q1'])
  t.same(await ids('state=accepted'), ['D1:CQS-01:D1:2025-Q1'])
  t.same(await ids('state=due'), [])
  t.same(await ids('agency=qd20:H11.10&year=2025&frequency=quarterly&pillar=CQS&plan=KH-2025&indicator=CQS-02&subject=UBND-TINH&period=2025-Q2'), ['STTTT:CQS-02:UBND-TINH:2025-Q2'])
  t.same(await ids('agency=UBND-TINH'), [], 'the lead owes it, not the whole')
  t.same(await ids('year=2026'), [])
  t.same(await ids('frequency=monthly'), [])
  t.same(await ids('pillar=KTS'), [])
  t.same(await ids('sort=-agency,period&limit=2'), ['STTTT:CQS-02:UBND-TINH:2025-Q1', 'STTTT:CQS-02:UBND-TINH:2025-Q2'])
  t.same(await ids('sort=indicator,-period&limit=2'), ['D2:CQS-01:D2:2025-Q2', 'D1:CQS-01:D1:2025-Q2'])
  const whole = await ids('limit=500')
  t.same((await pages(api.get, '/v1/obligations?on=2025-03-20&limit=1', 'id')).flat(), whole)
  t.equal((await api.get('/v1/obligations?on=2025-03-20&limit=1&count=exact')).body['count'], 6)
  t.match((await api.get('/v1/obligations?limit=1')).body['next'], /[?&]on=20\d\d-/, 'the next page is of the same day')
  for (const query of ['state=late', 'state=due&state=overdue', 'agency=NONE', 'subject=NONE', 'indicator=NONE', 'pillar=NONE', 'plan=NONE', 'period=2025-Q5', 'period=2025-13', 'year=1', 'frequency=weekly', 'on=2025-06-31', 'asOf=2999-01-01T00:00:00Z', 'sort=state', 'target=T1']) {
    t.equal((await api.get(`/v1/obligations?${query}`)).status, 400, query)
  }
  for (const query of ['by=state', 'by=', 'sort=late', 'state=x']) t.equal((await api.get(`/v1/obligations/completeness?${query}`)).status, 400, query)
  t.equal((await api.post('/v1/obligations', {})).status, 405)
})

t.test('completeness', async t => {
  const api = await world(await build(t))
  await api.post('/v1/extensions', { kind: 'extension', agency: 'D1', period: '2025-Q1', until: addDays(today(), 1), reason: 'x' })
  await push(api, { indicator: 'CQS-01', agency: 'D1', period: '2025-Q1' })
  await push(api, { indicator: 'CQS-01', agency: 'D1', period: '2025-Q2' })
  await push(api, { indicator: 'CQS-01', agency: 'D2', period: '2025-Q1' })
  await push(api, { indicator: 'CQS-02', agency: 'UBND-TINH', period: '2025-Q2' })
  await api.post('/v1/extensions', { kind: 'excuse', agency: 'D2', period: '2025-Q3', reason: 'x' })
  // on 20/09 Q1 … Q3 are over and due, Q4 runs
  const groups = async (query: string) => (await api.get(`/v1/obligations/completeness?on=2025-09-20&${query}`)).body['data'] as Body[]
  const none = { expected: 0, notDue: 0, due: 0, submitted: 0, returned: 0, accepted: 0, overdue: 0, overdueUnexplained: 0, excused: 0, onTime: 0, late: 0 }
  t.same(await groups('by=agency'), [
    { ...none, by: 'agency', key: 'D1', name: { vi: 'UBND huyện D1' }, expected: 4, notDue: 1, accepted: 2, overdue: 1, overdueUnexplained: 1, onTime: 1, late: 1, completeness: '0.6667' },
    { ...none, by: 'agency', key: 'D2', name: { vi: 'UBND huyện D2' }, expected: 4, notDue: 1, accepted: 1, overdue: 1, overdueUnexplained: 1, excused: 1, late: 1, completeness: '0.5000' },
    { ...none, by: 'agency', key: 'STTTT', name: { vi: 'Sở Thông tin và Truyền thông' }, expected: 4, notDue: 1, submitted: 1, overdue: 2, overdueUnexplained: 2, late: 1, completeness: '0.0000' }
  ])
  t.same((await groups('by=period')).map(one => [one['key'], one['expected'], one['accepted'], one['excused'], one['completeness']]),
    [['2025-Q1', 3, 2, 0, '0.6667'], ['2025-Q2', 3, 1, 0, '0.3333'], ['2025-Q3', 3, 0, 1, '0.0000'], ['2025-Q4', 3, 0, 0, null]])
  t.same((await groups('by=indicator&period=2025-Q1')).map(one => [one['key'], one['name'].vi, one['completeness']]), [['CQS-01', 'Một', '1.0000'], ['CQS-02', 'Hai', '0.0000']])
  t.same((await groups('by=pillar')).map(one => [one['key'], one['expected']]), [['CQS', 12]])
  t.same((await groups('sort=-completeness&limit=1')).map(one => one['key']), ['D1'])
  t.same((await groups('agency=D2&state=excused')).map(one => [one['expected'], one['completeness']]), [[1, null]])
  t.same((await pages(api.get, '/v1/obligations/completeness?on=2025-09-20&by=period&limit=3&sort=completeness', 'key')).flat(), ['2025-Q3', '2025-Q2', '2025-Q1', '2025-Q4'], 'null last')
})

t.test('an agency that ends, and a lead that changes', async t => {
  const app = await build(t)
  const api = await world(app)
  await api.post('/v1/indicators', indicator('CQS-03', 'Ba', { calendar: 'statistical' }))
  await api.post('/v1/targets', target('T9', { indicator: 'CQS-03', scope: { agency: 'D2' } }))
  // statistical: Q2 ends on Monday 30/06, due on Wednesday 02/07
  const d2 = 'indicator=CQS-03&period=2025-Q2'
  t.same(await briefly(api, `on=2025-07-01&${d2}`), ['D2:CQS-03:D2:2025-Q2 due -1'])
  const known = new Date().toISOString()
  t.equal((await api.change('/v1/agencies/D2', { names: [{ name: { vi: 'UBND huyện D2' }, validFrom: '2020-01-01', validTo: '2025-06-30' }], parents: [{ parent: 'UBND-TINH', validFrom: '2020-01-01', validTo: '2025-06-30' }] })).status, 200)
  t.same(await briefly(api, `on=2025-06-30&${d2}`), ['D2:CQS-03:D2:2025-Q2 not_due -2'])
  t.same(await briefly(api, `on=2025-07-01&${d2}`), ['D2:CQS-03:D2:2025-Q2 excused'], 'it ended before the deadline, and nobody took it over')
  t.same(await briefly(api, `on=2025-07-01&${d2}&asOf=${known}`), ['D2:CQS-03:D2:2025-Q2 due -1'])
  t.same(await briefly(api, 'on=2025-09-20&agency=D2'), [
    'D2:CQS-01:D2:2025-Q1 overdue +186', 'D2:CQS-03:D2:2025-Q1 overdue +171', 'D2:CQS-01:D2:2025-Q2 overdue +95', 'D2:CQS-03:D2:2025-Q2 excused'
  ], 'what it owed while it existed; nothing of Q3')

  const [{ id }] = (await api.get('/v1/assignments?target=T2')).body['data']
  await api.change(`/v1/assignments/${id}`, { validTo: '2025-05-31' })
  await api.post('/v1/assignments', { target: 'T2', agency: 'D1', role: 'lead', validFrom: '2025-06-01' })
  t.same(await briefly(api, 'on=2025-06-20&indicator=CQS-02'),
    ['STTTT:CQS-02:UBND-TINH:2025-Q1 overdue +94', 'D1:CQS-02:UBND-TINH:2025-Q2 overdue +3', 'D1:CQS-02:UBND-TINH:2025-Q3 not_due -88'], 'who leads on the cut-off')
})

t.test('the status does not wait for a body that ended before the deadline and that nobody took over', async t => {
  const app = await build(t)
  const api = await world(app)
  await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2020-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' })
  // the second quarter ends on Saturday 14/06, due on Tuesday 17/06
  await api.change('/v1/agencies/D2', { names: [{ name: { vi: 'UBND huyện D2' }, validFrom: '2020-01-01', validTo: '2025-06-15' }], parents: [{ parent: 'UBND-TINH', validFrom: '2020-01-01', validTo: '2025-06-15' }] })
  t.same(await briefly(api, 'on=2025-06-20&indicator=CQS-01&period=2025-Q2'), ['D1:CQS-01:D1:2025-Q2 overdue +3', 'D2:CQS-01:D2:2025-Q2 excused'])
  const { body } = await api.get('/v1/status?indicator=CQS-01&on=2025-06-20')
  t.match(body['data'][0].reporting, { state: 'overdue', period: '2025-Q2', counts: { overdue: 1, due: 0, not_due: 1 } })
})

t.test('an agency that was taken over as a whole before the deadline', async t => {
  const api = await world(await build(t))
  await api.post('/v1/indicators', indicator('CQS-03', 'Ba', { calendar: 'statistical' }))
  await api.post('/v1/targets', target('T9', { indicator: 'CQS-03', scope: { agency: 'D2' } }))
  const { status, body } = await api.post('/v1/reorganisations', {
    kind: 'merge', effectiveOn: '2025-07-01', document: 'D2025', from: ['D2'], to: ['D1'], mapping: [{ from: 'D2', to: 'D1', share: 'whole' }]
  })
  t.equal(status, 201, JSON.stringify(body))
  const d2 = 'indicator=CQS-03&period=2025-Q2'
  t.same(await briefly(api, `on=2025-06-30&${d2}`), ['D2:CQS-03:D2:2025-Q2 not_due -2'])
  t.same(await briefly(api, `on=2025-07-01&${d2}`), ['D1:CQS-03:D2:2025-Q2 due -1'])
  t.match((await list(api, `on=2025-07-05&${d2}`))[0], { state: 'overdue', agency: { code: 'D1' }, takenOverFrom: { code: 'D2', name: { vi: 'UBND huyện D2' } }, subject: { code: 'D2' } })
  // Q1 was due on 02/04, while D2 existed
  t.same(await briefly(api, 'on=2025-07-05&indicator=CQS-03&period=2025-Q1'), ['D2:CQS-03:D2:2025-Q1 overdue +94'])
})

t.test('a function that another goes on with, and none that nobody does', async t => {
  const api = await world(await build(t))
  for (const code of ['CQS-03', 'CQS-04']) {
    await api.post('/v1/indicators', indicator(code, code, { calendar: 'statistical' }))
    await api.post('/v1/targets', target(`T-${code}`, { indicator: code, scope: { agency: 'D2' } }))
  }
  await api.post('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })
  const end = { kind: 'split', effectiveOn: '2025-07-01', document: 'D2025', from: ['D2'] }
  const to = (code: string, indicators: string[]) => ({ from: 'D2', to: code, share: 'part', functions: { indicators } })
  const mapping = [to('D1', ['CQS-03']), to('STTTT', ['CQS-04'])]
  const refused = await api.post('/v1/reorganisations', { ...end, mapping })
  t.equal(refused.status, 422)
  t.match(refused.body['errors'], [/CQS-01 kỳ 2025-Q1/, /CQS-01 kỳ 2025-Q2/].map(detail => ({ detail, code: 'open_duty_without_successor' })))
  await push(api, { indicator: 'CQS-01', agency: 'D2', period: '2025-Q1' })
  await push(api, { indicator: 'CQS-01', agency: 'D2', period: '2025-Q2' })
  const { status, body } = await api.post('/v1/reorganisations', { ...end, mapping })
  t.equal(status, 201, JSON.stringify(body))
  const moved = ['CQS-03', 'CQS-04'].map((code, i) => ({ agency: ['D1', 'STTTT'][i], from: 'D2', subject: 'D2', indicator: code, period: '2025-Q2', deadline: '2025-07-02' }))
  t.same(body['changes'].obligations, moved)
  for (const [i, code] of ['CQS-03', 'CQS-04'].entries()) {
    t.same(await briefly(api, `on=2025-07-01&period=2025-Q2&indicator=${code}`), [`${['D1', 'STTTT'][i]}:${code}:D2:2025-Q2 due -1`])
  }
  const reading = (await api.get('/v1/status?indicator=CQS-03&on=2025-07-01')).body['data'][0]['reporting']
  t.match(reading, { state: 'due', period: '2025-Q2' }, 'the status says the same')
})

t.test('the status of a target says of its reporting what its obligations say', async t => {
  const api = await world(await build(t))
  // on the Sunday after the cut-off of Q2 SKHCN leads T2, and D2 stands directly below the province
  await api.post('/v1/agencies', agency('SKHCN', 'Sở Khoa học và Công nghệ', { parent: 'UBND-TINH' }))
  await api.post('/v1/agencies', agency('BQL', 'Ban quản lý', { kind: 'other', parent: 'UBND-TINH' }))
  const [{ id }] = (await api.get('/v1/assignments?target=T2')).body['data']
  await api.change(`/v1/assignments/${id}`, { validTo: '2025-06-14' })
  await api.post('/v1/assignments', { target: 'T2', agency: 'SKHCN', role: 'lead', validFrom: '2025-06-15' })
  t.equal((await api.change('/v1/agencies/D2', { parents: [{ parent: 'BQL', validFrom: '2020-01-01', validTo: '2025-06-14' }, { parent: 'UBND-TINH', validFrom: '2025-06-15' }] })).status, 200)
  await api.post('/v1/indicators', indicator('CQS-03', 'Ba'))
  await api.post('/v1/targets', target('T3', { indicator: 'CQS-03', scope: { level: 'district' } }))
  await api.post('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })
  const both = async (of: string, on: string) => [
    (await list(api, `indicator=${of}&period=2025-Q2&on=${on}`)).map(one => one['state']),
    Object.entries((await api.get(`/v1/status?indicator=${of}&on=${on}`)).body['data'][0]['reporting'].counts as Record<string, number>).filter(([, count]) => count > 0)
  ]
  t.same(await both('CQS-02', '2025-06-20'), [['overdue'], [['overdue', 1]]])
  t.same(await both('CQS-03', '2025-06-20'), [['overdue', 'overdue'], [['overdue', 2]]])

  const extend = async (agency: string, more: object = {}) => (await api.post('/v1/extensions', { kind: 'extension', agency, period: '2025-Q2', until: '2025-06-25', reason: 'x', ...more })).body['id']
  const before = await extend('STTTT')
  t.same(await both('CQS-02', '2025-06-20'), [['due'], [['due', 1]]], 'to the lead on the cut-off')
  await api.post(`/v1/extensions/${before}/revocation`, { reason: 'x' })
  await extend('SKHCN')
  t.same(await both('CQS-02', '2025-06-20'), [['due'], [['due', 1]]], 'to the lead at the deadline')
  await extend('BQL', { withSubtree: true })
  t.same(await both('CQS-03', '2025-06-20'), [['overdue', 'due'], [['overdue', 1], ['due', 1]]], 'to all below a body that it left the day after the cut-off')

  t.same(await both('CQS-01', '2025-06-16'), [['due'], [['due', 1]]], 'D2 was no child of the province on the cut-off')
  t.equal((await api.post('/v1/calendars/administrative/periods/2025-Q2/transitions', { to: 'closed', effectiveOn: '2025-06-15', reason: 'x' })).status, 201)
  t.same(await both('CQS-01', '2025-06-16'), [['overdue'], [['overdue', 1]]], 'closed by hand before the deadline')
  t.same(await both('CQS-02', '2025-06-16'), [['due'], [['due', 1]]], 'but of those who have an extension')
})

t.test('a fixed number of statements, however many agencies and figures', async t => {
  const app = await build(t)
  const api = await world(app)
  const original = pg.Client.prototype.query
  let statements = 0
  pg.Client.prototype.query = function (this: pg.Client, ...args: unknown[]) {
    statements++
    return (original as (...all: unknown[]) => unknown).apply(this, args)
  } as typeof original
  t.teardown(() => { pg.Client.prototype.query = original })
  const count = async () => {
    statements = 0
    t.equal((await api.get('/v1/obligations?on=2025-12-31&limit=500')).status, 200)
    return statements
  }
  await count()
  const before = await count()
  t.ok(before <= 18, `${before} statements`)
  await app.pool.query(`
    with a as (insert into agencies (code, kind, level) select 'X-' || i, 'district_committee', 'district' from generate_series(1, 300) i returning code),
    n as (insert into agency_names (agency_code, name_vi, search, valid_from) select code, code, code, '2020-01-01' from a)
    insert into agency_parents (agency_code, parent_code, valid_from) select code, 'UBND-TINH', '2020-01-01' from a`)
  const rows = ['Q1', 'Q2'].flatMap(quarter => Array.from({ length: 300 }, (_, i) => ({ indicator: 'CQS-01', agency: `X-${i + 1}`, period: `2025-${quarter}`, numerator: '50', denominator: '100' })))
  await app.pool.query(`
    with e as (
      insert into explanations (id, indicator_code, period, subject_agency, agency_code, series)
      select gen_random_uuid(), 'CQS-01', '2025-Q4', code, code, 1 from agencies where code like 'X-%' returning id
    )
    insert into explanation_versions (explanation_id, version, kind, cause, remedy, client_id)
    select e.id, 1, 'late', 'x', 'x', (select id from clients limit 1) from e`)
  await api.post('/v1/extensions', { kind: 'extension', agency: 'UBND-TINH', withSubtree: true, period: '2025-Q3', until: addDays(today(), 1), reason: 'x' })
  t.match((await api.post('/v1/submissions', { mode: 'atomic', rows })).body, { counts: { created: 600 } })
  t.equal(await count(), before)
  t.equal((await api.get('/v1/obligations?on=2025-12-31&count=exact&limit=1')).body['count'], 303 * 4)
  t.match((await api.get('/v1/obligations/completeness?on=2025-12-31&by=indicator')).body['data'][0], { key: 'CQS-01', expected: 1208, accepted: 600, due: 302, overdue: 306, overdueUnexplained: 6 })
})
