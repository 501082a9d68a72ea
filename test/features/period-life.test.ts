import t from 'tap'
import { sql } from 'drizzle-orm'
import type { FastifyInstance } from 'fastify'
import { withTransaction } from '../../src/ledger/transaction.js'
import { holdPeriodLife } from '../../src/world/period-life.js'
import { findLocked } from '../../src/world/locks.js'
import { addDays } from '../../src/domain/date.js'
import { today } from '../../src/http/today.js'
import { build, client, standing } from '../helper.js'
import { agency, codes, faults, indicator, lay, target, writer, type Body, type Writer } from './registry.js'

const TRANSITIONS = '/v1/calendars/administrative/periods/2025-Q1/transitions'

/** One indicator of the whole province; STTTT and SYT below it; the period 2025-Q1 is long over. */
async function world (app: FastifyInstance): Promise<Writer> {
  const api = await writer(app)
  await lay(app, api)
  for (const code of ['STTTT', 'SYT']) await api.post('/v1/agencies', agency(code, code, { parent: 'UBND-TINH' }))
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('CQS-02', 'Hai', { calendar: 'statistical' }))
  await api.post('/v1/targets', target('T1', { scope: { level: 'province' } }))
  return api
}
const push = (api: Writer, more: object = {}) => api.post('/v1/measurements', { indicator: 'CQS-01', agency: 'STTTT', period: '2025-Q1', value: '50', reason: 'x', ...more })
const stateOf = async (api: Writer, query = '') =>
  ((await api.get(`/v1/calendars/administrative/periods?year=2025&frequency=quarterly${query}`)).body['data'] as Body[]).map(one => `${one['state']} ${one['stateBy']}`)

t.test('a period by the calendar: open, closed, locked', async t => {
  const api = await world(await build(t))
  // Q1 ends Friday 14/03/2025, two working days on is the 18th; Q2 is open from 15/03
  t.same(await stateOf(api, '&stateOn=2025-03-18'), ['open calendar', 'open calendar', 'not_open calendar', 'not_open calendar'])
  t.same(await stateOf(api, '&stateOn=2025-03-19'), ['closed calendar', 'open calendar', 'not_open calendar', 'not_open calendar'])
  t.same(await stateOf(api), Array(4).fill('closed calendar'))
  const before = (await push(api)).body
  t.equal(before['state'], 'accepted')

  const { body: locked, status } = await api.change('/v1/calendars/administrative', { locks: { quarterly: { workingDays: 5 } } })
  t.equal(status, 200, 'also of a calendar in use')
  t.same(locked['locks'], { quarterly: { workingDays: 5 } })
  t.same(await stateOf(api), Array(4).fill('locked calendar'))
  // after Tuesday 18/03: 19, 20, 21, 24, 25/03
  t.same((await api.get('/v1/calendars/administrative/periods?year=2025&frequency=quarterly&limit=1')).body['data'][0].lockedFrom, '2025-03-26')
  t.same(await stateOf(api, '&stateOn=2025-03-25'), ['closed calendar', 'open calendar', 'not_open calendar', 'not_open calendar'])
  t.same(await stateOf(api, `&asOf=${before['recordedAt']}`), Array(4).fill('closed calendar'), 'as it was known before')
  const refused = await push(api, { value: '60' })
  t.equal(refused.status, 422)
  t.same(faults(refused.body), [['/period', 'period_locked']])
  t.same((await push(api)).status, 200, 'the same again changes nothing')
  t.equal((await push(api, { indicator: 'CQS-02' })).status, 201, 'another calendar')
  t.equal((await api.change('/v1/calendars/administrative', { locks: {} })).body['locks'], undefined)
  t.equal((await push(api, { value: '60' })).body['revision'], 2)
  for (const locks of [{ weekly: { workingDays: 1 } }, { quarterly: { workingDays: 0 } }, { quarterly: 5 }, { quarterly: {} }, null]) {
    t.equal((await api.change('/v1/calendars/administrative', { locks })).status, 400, JSON.stringify(locks))
  }
})

t.test('a period by hand', async t => {
  const app = await build(t)
  const api = await world(app)
  const { status, body, headers } = await api.post(TRANSITIONS, { to: 'locked', reason: 'Đã chốt', document: 'D2025' })
  t.equal(status, 201)
  t.equal(headers.location, `${TRANSITIONS}/1`)
  const { recordedAt, client: by, ...rest } = body
  t.same(rest, { calendar: 'administrative', period: '2025-Q1', sequence: 1, to: 'locked', reason: 'Đã chốt', effectiveOn: today(), document: 'D2025' })
  t.match(by, /^client-/)
  const read = await api.get(`${TRANSITIONS}/1`)
  t.same(read.body, body)
  t.equal(read.headers.etag, headers.etag)
  t.same(await stateOf(api), ['locked hand', 'closed calendar', 'closed calendar', 'closed calendar'])
  t.same(await stateOf(api, '&stateOn=2025-03-19'), ['closed calendar', 'open calendar', 'not_open calendar', 'not_open calendar'], 'not before it is effective')
  t.same(faults((await push(api)).body), [['/period', 'period_locked']])

  await api.post(TRANSITIONS, { to: 'open', reason: 'Mở lại để sửa' })
  t.same((await stateOf(api))[0], 'open hand')
  t.equal((await push(api)).status, 201)
  await api.post(TRANSITIONS, { to: 'locked', reason: 'Khoá từ mai', effectiveOn: addDays(today(), 1) })
  t.same((await stateOf(api))[0], 'open hand', 'a lock of tomorrow')
  t.same((await stateOf(api, `&stateOn=${addDays(today(), 1)}`))[0], 'locked hand')
  t.same(codes((await api.get(TRANSITIONS)).body, 'to'), ['locked', 'open', 'locked'])
  t.same(codes((await api.get(`${TRANSITIONS}?asOf=${recordedAt}`)).body, 'to'), ['locked'])
  t.equal((await api.get(`${TRANSITIONS}?count=exact&limit=1`)).body['count'], 3)
  t.same(codes((await api.get(TRANSITIONS.replace('Q1', 'Q2'))).body, 'to'), [])

  const early = await api.post(TRANSITIONS, { to: 'locked', reason: 'x', effectiveOn: '2024-12-14', document: 'NONE' })
  t.equal(early.status, 422)
  t.same(faults(early.body), [['/effectiveOn', 'effective_before_period'], ['/document', 'unknown_document']])
  t.equal((await api.post(TRANSITIONS, { to: 'locked', reason: 'x', effectiveOn: '2024-12-15' })).status, 201)
  t.equal((await api.post('/v1/calendars/administrative/periods/2199/transitions', { to: 'open', reason: 'x' })).status, 422, 'it has not begun today')
  for (const bad of ['2025-Q5', '2025-13', '2025-H3', '1899', 'x']) {
    t.equal((await api.post(`/v1/calendars/administrative/periods/${bad}/transitions`, { to: 'open', reason: 'x' })).status, 400, bad)
    t.equal((await api.get(`/v1/calendars/administrative/periods/${bad}/transitions`)).status, 400, bad)
  }
  for (const bad of [{ to: 'not_open' }, { reason: ' ' }, { reason: undefined }, { effectiveOn: '2025-06-31' }, { effectiveOn: null }, { more: 1 }]) {
    t.equal((await api.post(TRANSITIONS, { to: 'open', reason: 'x', ...bad })).status, 400, JSON.stringify(bad))
  }
  t.equal((await api.post(TRANSITIONS.replace('administrative', 'NONE'), { to: 'open', reason: 'x' })).status, 404)
  t.equal((await api.get(TRANSITIONS.replace('administrative', 'NONE'))).status, 404)
  t.equal((await api.get(`${TRANSITIONS}/99`)).status, 404)
  const { headers: plain } = await client(app, { scopes: ['registry:write', 'measurements:write'] })
  t.equal((await app.inject({ method: 'POST', url: TRANSITIONS, headers: plain, payload: { to: 'open', reason: 'x' } })).statusCode, 403)
  t.equal((await app.inject({ method: 'POST', url: '/v1/extensions', headers: plain, payload: {} })).statusCode, 403)
  await t.rejects(app.db.execute(sql`update period_transitions set reason = 'y'`), 'append-only')
})

t.test('transitions at once are numbered, and no figure gets into a period that was locked before it', async t => {
  const app = await build(t, { max: 20 })
  const api = await world(app)
  const made = await Promise.all(Array.from({ length: 6 }, (_, i) => api.post(TRANSITIONS, { to: i % 2 === 0 ? 'open' : 'closed', reason: `${i}` })))
  t.same(made.map(one => one.status), Array(6).fill(201))
  t.same(made.map(one => one.body['sequence']).sort(), [1, 2, 3, 4, 5, 6])
  const results = await Promise.all([
    ...Array.from({ length: 8 }, (_, i) => push(api, { value: `${i}`, agency: i % 2 === 0 ? 'STTTT' : 'SYT', observedAt: undefined })),
    api.post(TRANSITIONS, { to: 'locked', reason: 'x' }),
    ...Array.from({ length: 8 }, (_, i) => push(api, { value: `${i + 8}`, agency: i % 2 === 0 ? 'STTTT' : 'SYT' }))
  ])
  const lockedAt = results[8]!.body['recordedAt']
  for (const { status, body } of results.filter((_, i) => i !== 8)) {
    if (status === 422) t.same(faults(body), [['/period', 'period_locked']])
    else t.ok(body['recordedAt'] < lockedAt, `${status}: written before the lock`)
  }
  t.equal((await push(api)).status, 422)
})

t.test('what moves deadlines waits for the figures in flight', async t => {
  const app = await build(t, { max: 20 })
  const api = await world(app)
  const day = '/v1/holidays/2031-01-15'
  const writes: [string, () => Promise<{ status: number }>, number][] = [
    ['locks', () => api.change('/v1/calendars/administrative', { locks: { quarterly: { workingDays: 5 } } }), 200],
    ['a new day off', () => api.post('/v1/holidays', { day: '2031-01-15', kind: 'off', name: { vi: 'Nghỉ' } }), 201],
    ['a changed day', () => api.change(day, { name: { vi: 'Nghỉ bù' } }), 200],
    ['a removed day', async () => {
      const { headers } = await client(app)
      const { statusCode } = await app.inject({ method: 'DELETE', url: day, headers: { ...headers, 'if-match': '*' } })
      return { status: statusCode }
    }, 204]
  ]
  for (const [what, write, status] of writes) {
    let ended = false
    const written = await withTransaction(app.pool, async tx => {
      await holdPeriodLife(tx, 'shared')
      const writing = write().finally(() => { ended = true })
      await new Promise(resolve => setTimeout(resolve, 300))
      t.equal(ended, false, `${what} waits`)
      return [writing]
    })
    t.equal((await written[0]!).status, status, what)
  }
})

t.test('extensions: an identifier means whom it meant at the instant', async t => {
  const api = await world(await build(t))
  await api.post('/v1/agencies', agency('SNV', 'Sở Nội vụ', { identifiers: [{ scheme: 'qd20', value: 'H11.2', validFrom: '2020-01-01' }] }))
  const { body } = await api.post('/v1/extensions', { kind: 'excuse', agency: 'SNV', period: '2025-Q1', reason: 'x' })
  t.equal((await api.change('/v1/agencies/SNV', { identifiers: [] })).status, 200)
  t.equal((await api.get('/v1/extensions?agency=qd20:H11.2')).status, 400)
  t.same(codes((await api.get(`/v1/extensions?agency=qd20:H11.2&asOf=${body['recordedAt']}`)).body, 'id'), [body['id']])
})

t.test('extensions: who, why, until when', async t => {
  const app = await build(t)
  const api = await world(app)
  const late = (await push(api)).body
  t.equal(late['late'], true)
  await api.post(TRANSITIONS, { to: 'locked', reason: 'Đã chốt' })
  t.equal((await push(api, { value: '51' })).status, 422)

  const until = addDays(today(), 3)
  const given = { kind: 'extension', agency: 'STTTT', indicator: 'CQS-01', period: '2025-Q1', until, reason: 'Mất điện', grantedBy: 'Chủ tịch', document: 'D2025' }
  const { status, body, headers } = await api.post('/v1/extensions', given)
  t.equal(status, 201)
  t.equal(headers.location, `/v1/extensions/${body['id']}`)
  const { id, client: by, recordedAt, ...rest } = body
  t.same(rest, { ...given, withSubtree: false })
  t.same((await api.get(`/v1/extensions/${id}`)).body, body)
  t.equal((await api.get(`/v1/extensions/${id}`)).headers.etag, headers.etag)
  const taken = await push(api, { value: '52' })
  t.equal(taken.status, 201, 'although the period is locked')
  t.equal(taken.body['late'], false, 'and in time')
  t.same((await push(api, { agency: 'SYT' })).status, 422, 'not another agency')

  const revoked = await api.post(`/v1/extensions/${id}/revocation`, { reason: 'Nhầm' })
  t.equal(revoked.status, 200)
  t.match(revoked.body, { id, revocation: { reason: 'Nhầm', client: by } })
  t.same((await push(api, { value: '53' })).status, 422)
  const again = await api.post(`/v1/extensions/${id}/revocation`, { reason: 'Nhầm' })
  t.same([again.status, again.body['code']], [409, 'already_revoked'])
  t.equal((await api.post('/v1/extensions/0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90/revocation', { reason: 'x' })).status, 404)
  t.equal((await api.post(`/v1/extensions/${id}/revocation`, {})).status, 400)
  t.notOk('revocation' in (await api.get(`/v1/extensions/${id}?asOf=${recordedAt}`)).body, 'as it was known before')
  t.equal((await api.get(`/v1/extensions/${id}?asOf=${late['recordedAt']}`)).status, 404)

  const wide = await api.post('/v1/extensions', { kind: 'extension', agency: 'UBND-TINH', withSubtree: true, period: '2025-Q1', until, reason: 'Bão' })
  t.equal(wide.status, 201)
  t.equal((await push(api, { agency: 'SYT' })).status, 201, 'an agency below, any indicator')
  t.equal((await push(api, { value: '54' })).status, 201)
  t.same(codes((await api.get('/v1/extensions')).body, 'id'), [id, wide.body['id']])
  t.same(codes((await api.get('/v1/extensions?revoked=false')).body, 'id'), [wide.body['id']])
  t.same(codes((await api.get('/v1/extensions?revoked=true&agency=STTTT&indicator=CQS-01&period=2025-Q1&year=2025&kind=extension&count=exact')).body, 'id'), [id])
  t.same(codes((await api.get('/v1/extensions?year=2026')).body, 'id'), [])
  t.same(codes((await api.get(`/v1/extensions?revoked=true&asOf=${recordedAt}`)).body, 'id'), [])
  for (const query of ['kind=x', 'agency=NONE', 'indicator=NONE', 'period=2025-Q5', 'year=1', 'revoked=yes', 'asOf=2999-01-01T00:00:00Z']) {
    t.equal((await api.get(`/v1/extensions?${query}`)).status, 400, query)
  }
  await t.rejects(app.db.execute(sql`delete from extensions`), 'append-only')
  await t.rejects(app.db.execute(sql`delete from extension_revocations`), 'append-only')
})

t.test('extensions: what is refused', async t => {
  const api = await world(await build(t))
  const given = { kind: 'extension', agency: 'STTTT', indicator: 'CQS-01', period: '2025-Q1', until: '2025-03-19', reason: 'x' }
  // CQS-01 is due on 18/03/2025, CQS-02 (statistical: 31/03) on 02/04/2025
  const cases: [string, object, [string, string][]][] = [
    ['on the deadline', { until: '2025-03-18' }, [['/until', 'until_not_after_deadline']]],
    ['all indicators: before the last of their deadlines', { indicator: undefined, until: '2025-04-02' }, [['/until', 'until_not_after_deadline']]],
    ['no last day', { until: undefined }, [['/until', 'until_required']]],
    ['an excuse with a last day', { kind: 'excuse' }, [['/until', 'until_not_allowed']]],
    ['an excuse with a last day before the deadline', { kind: 'excuse', until: '2025-03-01' }, [['/until', 'until_not_allowed']]],
    ['another frequency', { period: '2025-01' }, [['/period', 'period_mismatch']]],
    ['nothing is known', { agency: 'NONE', indicator: 'NONE', document: 'NONE' }, [['/agency', 'unknown_agency'], ['/indicator', 'unknown_indicator'], ['/document', 'unknown_document']]]
  ]
  for (const [what, more, expected] of cases) {
    const { status, body } = await api.post('/v1/extensions', { ...given, ...more })
    t.equal(status, 422, what)
    t.same(faults(body), expected, what)
  }
  for (const more of [{ reason: undefined }, { reason: '' }, { reason: '  ' }, { period: '2025-Q5' }, { period: '2025-13' }, { until: '2025-06-31' }, { kind: 'delay' }, { agency: undefined }, { withSubtree: 'yes' }, { id: 'x' }]) {
    t.equal((await api.post('/v1/extensions', { ...given, ...more })).status, 400, JSON.stringify(more))
  }
  t.same((await api.get('/v1/extensions')).body['data'], [], 'nothing was stored')
  t.equal((await api.post('/v1/extensions', given)).status, 201)
  t.same(faults((await api.post('/v1/extensions', given)).body), [['/until', 'until_not_after_deadline']], 'the present deadline is the extended one')
  t.equal((await api.post('/v1/extensions', { ...given, until: '2025-03-20' })).status, 201)
  t.equal((await api.post('/v1/extensions', { ...given, kind: 'excuse', until: undefined })).status, 201)
})

t.test('of which figures nothing may change: for reviews and withdrawals', async t => {
  const app = await build(t)
  const api = await world(app)
  await api.post(TRANSITIONS, { to: 'locked', reason: 'x' })
  await api.post('/v1/extensions', { kind: 'extension', agency: 'SYT', indicator: 'CQS-01', period: '2025-Q1', until: addDays(today(), 1), reason: 'x' })
  const figures = [['CQS-01', 'STTTT', '2025-Q1'], ['CQS-01', 'SYT', '2025-Q1'], ['CQS-02', 'STTTT', '2025-Q1'], ['CQS-01', 'STTTT', '2025-Q2']] as const
  const found = await withTransaction(app.pool, tx => findLocked(tx, figures.map(([indicator, agency, period]) => ({ indicator, agency, period })), today()))
  t.same(found.map(one => one !== undefined), [true, false, false, false])
  t.same(await findLocked(app.db, [], today()), [])
})

/** Every quarter of 2025 is locked by now. */
async function locked (app: FastifyInstance): Promise<Writer> {
  const api = await world(app)
  for (const code of ['administrative', 'statistical']) await api.change(`/v1/calendars/${code}`, { locks: { quarterly: { workingDays: 5 } } })
  await api.post('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })
  return api
}
const give = (api: Writer, agency: string, period: string, more: object = {}) =>
  api.post('/v1/extensions', { kind: 'extension', agency, period, until: addDays(today(), 1), reason: 'x', ...more })
const owed = async (api: Writer, query: string) =>
  ((await api.get(`/v1/obligations?${query}`)).body['data'] as Body[]).map(one => `${one['agency'].code} ${one['state']}`)
const told = (answer: { status: number, body: Body }) => [answer.status, ...faults(answer.body).map(([, code]) => code)]

t.test('with subtree: extensions, excuses and grants reach whom it stood above in the period', async t => {
  const app = await build(t)
  const api = await locked(app)
  for (const code of ['D1', 'D2']) await api.post('/v1/agencies', agency(code, code, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
  const parents = [{ parent: 'D1', validFrom: '2020-01-01', validTo: '2025-06-14' }, { parent: 'D2', validFrom: '2025-06-15' }]
  t.equal((await api.post('/v1/agencies', agency('X1', 'Xã X1', { kind: 'commune_committee', level: 'commune', parents }))).status, 201)
  await api.post('/v1/indicators', indicator('CQS-03', 'Ba'))
  t.equal((await api.post('/v1/targets', target('T3', { indicator: 'CQS-03', scope: { level: 'commune' }, dueDate: '2026-12-31' }))).status, 201)
  const commune = (period: string, more: object = {}) => push(api, { indicator: 'CQS-03', agency: 'X1', period, ...more })
  // the second quarter ends on 14/06, the day before X1 moves
  for (const period of ['2025-Q2', '2025-Q4']) t.equal((await give(api, 'D1', period, { withSubtree: true })).status, 201)
  t.same(await owed(api, 'indicator=CQS-03&period=2025-Q4'), ['X1 overdue'], 'it had left D1 long before')
  t.same(await owed(api, 'indicator=CQS-03&period=2025-Q2'), ['X1 due'], 'it was below D1')
  t.same(told(await commune('2025-Q4')), [422, 'period_locked'])
  t.same(told(await commune('2025-Q2')), [201])
  const status = async (on: string) => (await api.get(`/v1/status?indicator=CQS-03&on=${on}`)).body['data'][0]['reporting']
  t.match(await status('2026-03-01'), { state: 'overdue', period: '2025-Q4' })
  t.equal((await give(api, 'D2', '2025-Q4', { withSubtree: true })).status, 201)
  t.match(await status('2026-03-01'), { state: 'due' })
  t.same(told(await commune('2025-Q4')), [201], 'D2 stood above it')
  await api.post('/v1/extensions', { kind: 'excuse', agency: 'D1', withSubtree: true, period: '2025-Q3', reason: 'x' })
  t.same(await owed(api, 'indicator=CQS-03&period=2025-Q3'), ['X1 overdue'])
  await api.post('/v1/extensions', { kind: 'excuse', agency: 'D2', withSubtree: true, period: '2025-Q3', reason: 'x' })
  t.same(await owed(api, 'indicator=CQS-03&period=2025-Q3'), ['X1 excused'])

  // what is reviewed or withdrawn asks the same, and so does the grant of a client
  await api.post('/v1/calendars/administrative/periods/2025-Q1/transitions', { to: 'open', reason: 'x' })
  const asked = [['CQS-03', 'X1', '2025-Q1'], ['CQS-03', 'X1', '2025-Q2'], ['CQS-03', 'X1', '2025-Q3']] as const
  const found = await withTransaction(app.pool, tx => findLocked(tx, asked.map(([indicator, agency, period]) => ({ indicator, agency, period })), today()))
  t.same(found.map(one => one !== undefined), [false, false, true])
  const below = async (agency: string) => {
    const { headers } = await client(app, { scopes: ['measurements:write'], grants: [{ agency, withSubtree: true }] })
    return async (method: 'POST', url: string, payload: object) => {
      const answer = await app.inject({ method, url, headers: { ...headers, 'content-type': 'application/json' }, payload })
      return { status: answer.statusCode, body: answer.json<Body>() }
    }
  }
  const [one, two] = [await below('D1'), await below('D2')]
  const figure = (period: string, value: string) => ({ indicator: 'CQS-03', agency: 'X1', period, value, reason: 'x' })
  t.same(told(await one('POST', '/v1/measurements', figure('2025-Q4', '60'))), [422, 'not_assigned'], 'it is no longer below D1')
  t.same(told(await one('POST', '/v1/measurements', figure('2025-Q1', '60'))), [201], 'a late figure of the time below D1')
  t.same(told(await two('POST', '/v1/measurements', figure('2025-Q4', '61'))), [201])
  const { body } = await two('POST', '/v1/measurements', figure('2025-Q1', '62'))
  t.equal(body['revision'], 2, 'whoever stands above it now may correct it')
  const last = (await api.get('/v1/measurements?indicator=CQS-03&period=2025-Q4')).body['data'][0]['id']
  t.equal((await one('POST', `/v1/measurements/${last}/withdrawal`, { reason: 'x', revision: await standing(app, last) })).status, 403)
  t.equal((await two('POST', `/v1/measurements/${last}/withdrawal`, { reason: 'x', revision: await standing(app, last) })).status, 200)
})

t.test('more time for a former lead is no more time for the one after it', async t => {
  const app = await build(t)
  const api = await locked(app)
  t.equal((await api.post('/v1/targets', target('T2', { indicator: 'CQS-02', dueDate: '2026-12-31' }))).status, 201)
  const lead = (agency: string, more: object) => api.post('/v1/assignments', { target: 'T2', agency, role: 'lead', ...more })
  t.equal((await lead('STTTT', { validFrom: '2024-12-11', validTo: '2025-02-28' })).status, 201)
  t.equal((await give(api, 'SYT', '2025-Q2', { indicator: 'CQS-02' })).status, 201, 'before it leads')
  t.equal((await lead('SYT', { validFrom: '2025-03-01' })).status, 201)
  const whole = (period: string, value = '50') => push(api, { indicator: 'CQS-02', agency: 'UBND-TINH', period, value })
  const status = async (on: string) => (await api.get(`/v1/status?indicator=CQS-02&on=${on}`)).body['data'][0]['reporting'].state
  await give(api, 'STTTT', '2025-Q1')
  t.same(await owed(api, 'indicator=CQS-02&period=2025-Q1'), ['SYT overdue'])
  t.equal(await status('2025-05-01'), 'overdue')
  t.same(told(await whole('2025-Q1')), [422, 'period_locked'])
  t.same(await owed(api, 'indicator=CQS-02&period=2025-Q2'), ['SYT due'], 'given before it led')
  t.same(told(await whole('2025-Q2')), [201])
  await give(api, 'SYT', '2025-Q1')
  t.equal(await status('2025-05-01'), 'due')
  t.same(told(await whole('2025-Q1')), [201])
  t.same(await owed(api, 'indicator=CQS-02&period=2025-Q1'), ['SYT accepted'])
})
