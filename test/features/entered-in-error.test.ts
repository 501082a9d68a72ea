import t, { type Test } from 'tap'
import { clientGrants, statusRules } from '../../src/db/schema/index.js'
import { build, client } from '../helper.js'
import { agency, codes, faults, indicator, lay, target, writer, type Body } from './registry.js'

const district = (code: string, more: object = {}) => agency(code, `Huyện ${code}`, {
  kind: 'district_committee', level: 'district', parent: 'UBND-TINH', ...more
})

/** D1 and D2 are districts; W is D1, entered a second time. */
async function start (t: Test) {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2020-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' })
  const make = async (url: string, payload: object): Promise<Body> => {
    const { status, body } = await api.post(url, payload)
    if (status >= 300) t.fail(`${url}: ${status} ${JSON.stringify(body).slice(0, 800)}`)
    return body
  }
  const calendar = { calendar: 'statistical', frequency: 'quarterly' }
  await make('/v1/agencies', district('D1', { identifiers: [{ scheme: 'gso', value: '601' }] }))
  await make('/v1/agencies', district('D2'))
  await make('/v1/agencies', district('W', { identifiers: [{ scheme: 'qd20', value: 'H57.2' }] }))
  await make('/v1/agencies', agency('C1', 'Xã C1', { kind: 'commune_committee', level: 'commune', parent: 'W' }))
  await make('/v1/indicators', indicator('TY-LE', 'Tỷ lệ', calendar))
  await make('/v1/targets', target('T', { indicator: 'TY-LE', value: '50' }))
  await make('/v1/targets', target('T2', { indicator: 'TY-LE', value: '40', quantifier: 'each', scope: { level: 'district' } }))
  const push = (agency: string, period: string, numerator: string, more: object = {}) =>
    api.post('/v1/measurements', { indicator: 'TY-LE', agency, period, numerator, denominator: '100', ...more })
  const figure = async (...args: Parameters<typeof push>) => {
    const { status, body } = await push(...args)
    if (status >= 300) t.fail(JSON.stringify(body))
    return body
  }
  const status = async (on: string, id = 'T') => {
    const { body } = await api.get(`/v1/status?indicator=TY-LE&on=${on}`)
    return (body['data'] as Body[]).find(one => one['target'].id === id || one['target'] === id)!
  }
  const now = async () => (await app.pool.query<{ at: string }>('select clock_timestamp() as at')).rows[0]!.at
  return { app, api, make, push, figure, status, now }
}

const REASON = { vi: 'Nhập hai lần' }
const REPAIR = '/v1/agencies/W/entered-in-error'

t.test('a unit that was entered twice is one, on all days', async t => {
  const { app, api, make, push, figure, status, now } = await start(t)
  // the first quarter twice, the second under the wrong code alone, the third differently, the fourth awaiting a correction
  for (const [code, period, numerator] of [
    ['D1', '2025-Q1', '60'], ['W', '2025-Q1', '60'], ['D2', '2025-Q1', '10'],
    ['W', '2025-Q2', '80'], ['D2', '2025-Q2', '20'],
    ['D1', '2025-Q3', '30'], ['W', '2025-Q3', '44'], ['D2', '2025-Q3', '40']
  ] as const) await figure(code, period, numerator, { observedAt: `2025-${{ Q1: '04', Q2: '07', Q3: '10' }[period.slice(5)]!}-02T00:00:00Z` })
  await figure('W', '2025-Q2', '81', { reason: 'đếm lại', note: 'lần hai' })
  await make('/v1/assignments', {
    target: 'T', agency: 'W', role: 'lead', validFrom: '2025-01-01', person: { position: 'Chủ tịch', name: 'Nguyễn Văn A' }
  })
  await make('/v1/assignments', { target: 'T', agency: 'D1', role: 'cooperate', validFrom: '2025-02-01' })
  await make('/v1/extensions', { kind: 'excuse', agency: 'W', period: '2025-Q4', reason: 'bão' })
  const robot = await client(app, { id: 'robot', scopes: ['measurements:write'], grants: [{ agency: 'W' }] })

  const PAST = [
    '/v1/status?on=2025-04-30', '/v1/status?on=2025-07-31', '/v1/status?on=2025-10-31', '/v1/agencies?on=2025-06-01',
    '/v1/agencies/W?on=2025-06-01',
    '/v1/obligations?on=2025-12-31&limit=500', '/v1/agencies/W/scorecard?on=2025-10-31',
    '/v1/agencies/D1/scorecard?on=2025-10-31', '/v1/rankings?level=district&period=2025-Q3&on=2025-10-31',
    '/v1/indicators/TY-LE/series?on=2025-12-31&agency=W', '/v1/assignments?on=2025-06-01', '/v1/measurements?agency=W',
    '/v1/reorganisations'
  ]
  const before = await now()
  const read = async (path: string) => {
    const response = await app.inject({ url: `${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(before)}`, headers: (await reviewer).headers })
    return `${response.statusCode} ${response.body}`
  }
  const reviewer = client(app, { id: 'reader' })
  const seen = new Map<string, string>()
  for (const path of PAST) seen.set(path, await read(path))
  for (const [path, answer] of seen) t.match(answer, /^200 /, path)
  t.match(await status('2025-04-30'), { value: '43.33', coverage: { expected: 3, reported: 3 } }, 'as it was: the first quarter counted twice')

  await t.test('figures that disagree are told, and nothing is done', async t => {
    for (const url of [REPAIR, `${REPAIR}?dryRun=true`]) {
      const { status, body } = await api.post(url, { duplicateOf: 'D1', reason: REASON })
      t.equal(status, 422)
      t.same(faults(body), [['/disagreements', 'figures_disagree']])
      t.match(body['errors'][0].detail, /TY-LE 2025-Q3: “W” có 44\/100 \(accepted\), “D1” có 30\/100 \(accepted\)/)
    }
    const { status, body } = await api.post(`${REPAIR}?dryRun=true`, { duplicateOf: 'gso:601', reason: REASON, disagreements: 'keep_right' })
    t.equal(status, 200, JSON.stringify(body))
    t.match(body, {
      kind: 'entered_in_error', duplicate: 'W', duplicateOf: 'D1', effectiveOn: '2020-01-01', dryRun: true,
      changes: { figures: { moved: 1, same: 1, keptRight: 1, truncated: false }, extensions: 1 }
    })
    for (const [path, answer] of seen) t.equal(await read(path), answer, path)
    t.match((await api.get('/v1/agencies/W')).body, { validFrom: '2020-01-01', enteredInError: undefined })
  })

  const repaired = await make(REPAIR, { id: 'GHI-NHAM-W', duplicateOf: 'D1', reason: REASON, disagreements: 'keep_right' })

  await t.test('nothing adds up twice, and nothing is lost', async t => {
    t.match(await status('2025-04-30'), { value: '35.00', provisional: false, coverage: { expected: 2, reported: 2 } }, '(60 + 10) / 200')
    t.match(await status('2025-07-31'), { value: '50.50', provisional: false, coverage: { expected: 2, reported: 2 } }, '(81 + 20) / 200')
    t.match(await status('2025-10-31'), { value: '35.00', coverage: { expected: 2, reported: 2 } }, '(30 + 40) / 200')
    t.match(await status('2025-10-31', 'T2'), { coverage: { expected: 2, reported: 2, passed: 1, failed: 1 } })
    const { body } = await api.get('/v1/measurements?agency=D1&sort=period')
    t.same((body['data'] as Body[]).map(one => [one['period'], one['numerator'], one['state'], one['revision']]),
      [['2025-Q1', '60', 'accepted', 1], ['2025-Q2', '81', 'accepted', 2], ['2025-Q3', '30', 'accepted', 1]])
    const moved = (body['data'] as Body[])[1]!
    t.match(moved, { agency: 'D1', note: 'lần hai', reason: /đếm lại · W → D1: Nhập hai lần \(GHI-NHAM-W\)/ })
    t.same((await api.get(`/v1/measurements/${moved['id']}/history`)).body['data'].map((one: Body) => [one['step'], one['revision'], one['numerator']]),
      [['pushed', 1, '80'], ['pushed', 2, '81']], 'with its revisions')
    const { body: wrong } = await api.get('/v1/measurements?state=withdrawn&sort=period')
    t.same((wrong['data'] as Body[]).map(one => [one['agency'], one['period']]),
      [['W', '2025-Q1'], ['W', '2025-Q2'], ['W', '2025-Q3']], 'those of the duplicate were withdrawn')
    const from = repaired['changes'].figures.list.find((one: Body) => one['outcome'] === 'kept_right').from.measurement
    const steps = (await api.get(`/v1/measurements/${from}/history`)).body['data']
    t.match(steps.at(-1), { step: 'withdrawn', reason: /W → D1: Nhập hai lần/ })
    t.same(repaired['changes'].figures.list.map((one: Body) => [one['period'], one['outcome'], one['from'].figure, one['to'].figure]),
      [['2025-Q1', 'same', '60/100', '60/100'], ['2025-Q2', 'moved', '81/100', '81/100'], ['2025-Q3', 'kept_right', '44/100', '30/100']])
  })

  await t.test('whatever led to the duplicate leads to the right one', async t => {
    t.same(codes((await api.get('/v1/agencies?on=2025-06-01&level=district')).body), ['D1', 'D2'])
    t.same(codes((await api.get('/v1/agencies?identifier=qd20:H57.2')).body), ['D1'])
    t.match((await api.get('/v1/agencies/C1')).body, { parent: 'D1' })
    t.match((await api.get('/v1/agencies/W/scorecard?on=2025-10-31')).body, { agency: { code: 'D1' } })
    const { body: roles } = await api.get('/v1/assignments?target=T&on=2025-06-01')
    t.match(roles['data'], [{ agency: 'D1', role: 'lead', person: { position: 'Chủ tịch', name: 'Nguyễn Văn A' } }], 'with the person; the weaker role is one with it')
    t.equal(roles['data'].length, 1)
    t.match((await app.db.select().from(clientGrants)).filter(one => one.clientId === 'robot'), [{ agencyCode: 'D1' }])
    const { body: owed } = await api.get('/v1/obligations?on=2026-02-28&period=2025-Q4&limit=500')
    t.same(owed['data'].map((one: Body) => [one['subject'].code, one['state']]), [['D1', 'excused'], ['D2', 'overdue']], 'who owes, and the excuse')
    t.same(codes((await api.get('/v1/reorganisations?agency=W')).body, 'id'), ['GHI-NHAM-W'])
    t.same(codes((await api.get('/v1/reorganisations?agency=D1&kind=entered_in_error')).body, 'id'), ['GHI-NHAM-W'])
    t.match((await api.get('/v1/agencies/W')).body, {
      code: 'W', name: { vi: 'Huyện W' }, validFrom: '2020-01-01', identifiers: [{ scheme: 'qd20', value: 'H57.2' }],
      enteredInError: { duplicateOf: 'D1', reorganisation: 'GHI-NHAM-W' }
    }, 'its own record says so')
  })

  await t.test('a push under the wrong code is told the right one', async t => {
    const { status, body } = await push('W', '2025-Q2', '81')
    t.equal(status, 422)
    t.same(faults(body), [['/agency', 'agency_entered_in_error']])
    t.match(body['errors'][0].detail, /“D1”/)
    const again = await app.inject({
      method: 'POST', url: '/v1/measurements', headers: robot.headers, payload: { indicator: 'TY-LE', agency: 'qd20:H57.2', period: '2025-Q2', numerator: '81', denominator: '100', note: 'lần hai' }
    })
    t.equal(again.statusCode, 200, again.body)
    t.match(again.json(), { agency: 'D1', revision: 2 }, 'by the code that it bore, and by its robot: nothing has changed')
  })

  await t.test('what was known before is answered as before, to the byte', async t => {
    for (const [path, answer] of seen) t.equal(await read(path), answer, path)
  })

  await t.test('what is refused', async t => {
    const repair = (code: string, more: object = {}) => api.post(`/v1/agencies/${code}/entered-in-error`, { duplicateOf: 'D1', reason: REASON, ...more })
    t.equal((await repair('W')).status, 409, 'once')
    t.equal((await repair('NONE')).status, 404)
    t.match(await repair('D1'), { status: 400, body: { errors: [{ pointer: '/duplicateOf', code: 'same_agency' }] } })
    t.match(await repair('D2', { duplicateOf: 'NONE' }), { status: 422, body: { errors: [{ pointer: '/duplicateOf', code: 'unknown_agency' }] } })
    t.match(await repair('D2', { reason: undefined }), { status: 400, body: { errors: [{ pointer: '/reason', code: 'required' }] } })
    t.match(await repair('D2', { disagreements: 'merge' }), { status: 400, body: { errors: [{ pointer: '/disagreements', code: 'not_one_of' }] } })
    t.match(await api.change('/v1/agencies/W', { note: { vi: 'x' } }), { status: 422, body: { errors: [{ code: 'agency_entered_in_error' }] } })
    const { headers } = await client(app, { scopes: ['registry:write'] })
    const { statusCode } = await app.inject({ method: 'POST', url: '/v1/agencies/D2/entered-in-error', headers, payload: { duplicateOf: 'D1', reason: REASON } })
    t.equal(statusCode, 403)
    await make('/v1/agencies', district('LATE', { validFrom: '2024-01-01', identifiers: [{ scheme: 'gso', value: '699' }] }))
    await make('/v1/targets', target('T-D2', { indicator: 'TY-LE', scope: { agency: 'D2' } }))
    const { body } = await repair('D2', { duplicateOf: 'LATE' })
    t.same(faults(body), [['/duplicateOf', 'not_alive_then'], ['/duplicateOf', 'target_of_duplicate']])
    t.same(faults((await repair('LATE')).body), [['/duplicateOf', 'identifiers_disagree']])
    t.same(faults((await repair('UBND-TINH')).body), [['/duplicateOf', 'cyclic_parents'], ['/duplicateOf', 'plan_of_duplicate'], ['/duplicateOf', 'plan_of_duplicate']])
  })
})

t.test('one of two that are one had merged into another', async t => {
  const { api, make, figure } = await start(t)
  await make('/v1/agencies', district('D3'))
  await make('/v1/agencies', district('D4', { validFrom: '2025-07-01' }))
  for (const [code, numerator] of [['D1', '60'], ['W', '60'], ['D2', '10']] as const) await figure(code, '2025-Q1', numerator)
  const series = async () => (await api.get('/v1/indicators/TY-LE/series?agency=D4&view=restated&on=2025-07-31')).body['series'][0].points
    .find((one: Body) => one['period'] === '2025-Q1')
  await make('/v1/reorganisations', {
    id: 'SN', kind: 'merge', effectiveOn: '2025-07-01', document: 'D2025', from: ['D1', 'W', 'D2'], to: ['D4'], parents: [{ agency: 'C1', parent: 'D4' }],
    mapping: ['D1', 'W', 'D2'].map(from => ({ from, to: 'D4', share: 'whole' }))
  })
  t.match(await series(), { value: '43.33' }, 'the same twice')
  await make('/v1/reorganisations', { id: 'SN-3', kind: 'merge', effectiveOn: '2025-08-01', document: 'D2025', from: ['D3', 'D4'], to: ['D4'] })
  t.same(faults((await api.post('/v1/agencies/D3/entered-in-error', { duplicateOf: 'D1', reason: REASON })).body), [['/duplicateOf', 'not_alive_then'], ['/duplicateOf', 'two_successors']])
  await make(REPAIR, { duplicateOf: 'D1', reason: REASON })
  t.match(await series(), { value: '35', restatement: { possible: true } })
  const edges = async (path: string) => (await api.get(path)).body['edges'].map((one: Body) => `${one['from']} ${one['to']} ${one['share']}`).sort()
  t.same(await edges('/v1/agencies/D4/predecessors?on=2025-07-31'), ['D1 D4 whole', 'D2 D4 whole'])
  t.same(await edges('/v1/agencies/W/successors?on=2025-07-31'), ['D1 D4 whole'])
})

t.test('an identifier that changed hands means whoever bore it in the period', async t => {
  const { api, make, figure, push } = await start(t)
  await make('/v1/agencies', district('A', {
    identifiers: [{ scheme: 'gso', value: '602', validFrom: '2020-01-01', validTo: '2025-06-30' }, { scheme: 'gso', value: '702', validFrom: '2025-07-01' }]
  }))
  await make('/v1/agencies', district('B', { identifiers: [{ scheme: 'gso', value: '602', validFrom: '2025-07-01' }] }))
  await make('/v1/agencies', district('GONE', { validTo: '2025-06-30', identifiers: [{ scheme: 'gso', value: '603', validTo: '2025-06-30' }] }))
  for (const [name, period, code] of [
    ['gso:602', '2025-Q1', 'A'], ['gso:602', '2025-Q2', 'A'], ['gso:602', '2025-Q3', 'B'], ['gso:702', '2025-Q3', 'A'],
    ['gso:603', '2025-Q2', 'GONE'], ['gso:702', '2024-Q4', 'A'], ['gso:601', '2025-Q3', 'D1']
  ] as const) t.equal((await figure(name, period, '50'))['agency'], code, `${name} in ${period}`)
  t.same(faults((await push('gso:603', '2025-Q3', '50')).body), [['/agency', 'unknown_agency']], 'borne by nobody, then or now')

  const whose = async (query: string) => {
    const { status, body } = await api.get(`/v1/measurements?sort=period,agency&${query}`)
    return status === 200 ? (body['data'] as Body[]).map(one => `${one['agency']} ${one['period']}`) : faults(body)
  }
  t.same(await whose('agency=gso:602&year=2025'), ['A 2025-Q1', 'A 2025-Q2', 'A 2025-Q3', 'B 2025-Q3'], 'all who bore it in the year')
  t.same(await whose('agency=gso:602&period=2025-Q1'), ['A 2025-Q1'])
  // in the administrative calendar the third quarter begins on 15 June
  t.same(await whose('agency=gso:602&period=2025-Q3'), ['A 2025-Q3', 'B 2025-Q3'])
  t.same(await whose('agency=gso:603&year=2025'), ['GONE 2025-Q2'], 'one that has ended too')
  t.same(await whose('agency=gso:702&year=2024'), ['A 2024-Q4'], 'borne by nobody then: whoever bears it today')
  t.same(await whose('agency=gso:999'), [['agency', 'unknown_code']])

  const replace = (query: string, rows: object[]) => api.post(`/v1/submissions?replaceScope=true&dryRun=true&${query}`, { rows })
  const row = { indicator: 'TY-LE', agency: 'gso:602', period: '2025-Q1', numerator: '50', denominator: '100' }
  t.same(faults((await replace('scopeAgency=gso:602&mode=atomic&reason=x', [row])).body), [['scopeAgency', 'identifier_changed_hands']])
})
