import t from 'tap'
import type { Scope } from '../../src/db/schema/clients.js'
import { addDays } from '../../src/domain/date.js'
import type { ObligationState } from '../../src/domain/obligations.js'
import { checkReported } from '../../src/features/explanations/rules.js'
import { today } from '../../src/http/today.js'
import { build, client, owner, type TestGrant } from '../helper.js'
import { agency, codes, faults, indicator, lay, pages, target, writer, type Body } from './registry.js'

/*
 * CQS-01 rolls up from the districts D1, D2 and D3; CQS-02 is one figure of the province, led by S1; both by the
 * administrative calendar, quarterly. CQS-03 is by the statistical calendar: the second quarter ends on 30/06 and is
 * due on Wednesday 02/07.
 */
t.test('explanations', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  for (const code of ['S1', 'S2']) await api.post('/v1/agencies', agency(code, `Sở ${code}`, { parent: 'UBND-TINH' }))
  for (const code of ['D1', 'D2', 'D3']) {
    const committee = { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }
    await api.post('/v1/agencies', agency(code, `UBND huyện ${code}`, committee))
  }
  await api.post('/v1/indicators', indicator('CQS-01', 'Một'))
  await api.post('/v1/indicators', indicator('CQS-02', 'Hai', { aggregation: 'direct' }))
  await api.post('/v1/indicators', indicator('CQS-03', 'Ba', { calendar: 'statistical' }))
  await api.post('/v1/indicators', indicator('CQS-04', 'Bốn'))
  await api.post('/v1/targets', target('T1'))
  await api.post('/v1/targets', target('T2', { indicator: 'CQS-02' }))
  await api.post('/v1/targets', target('T3-D1', { indicator: 'CQS-03', scope: { agency: 'D1' } }))
  await api.post('/v1/targets', target('T3-D3', { indicator: 'CQS-03', scope: { agency: 'D3' } }))
  await api.post('/v1/targets', target('T4', { indicator: 'CQS-04', scope: { level: 'district' }, quantifier: 'each' }))
  await api.post('/v1/assignments', { target: 'T2', agency: 'S1', role: 'lead', validFrom: '2024-12-11' })
  await api.post('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })

  const reporter = async (...grants: TestGrant[]) => {
    const { id, headers } = await client(app, { scopes: ['measurements:write'], grants })
    const send = async (method: 'GET' | 'POST' | 'PATCH', url: string, payload?: object, tag?: string) => {
      const type = { 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' }
      const response = await app.inject({
        method,
        url,
        headers: { ...headers, ...payload === undefined ? {} : type, ...tag === undefined ? {} : { 'if-match': tag } },
        ...payload === undefined ? {} : { payload }
      })
      return { status: response.statusCode, body: response.json<Body>(), headers: response.headers }
    }
    return {
      id,
      get: (url: string) => send('GET', url),
      post: (url: string, payload: object) => send('POST', url, payload),
      patch: (url: string, payload: object, tag?: string) => send('PATCH', url, payload, tag),
      explain: (payload: object) => send('POST', '/v1/explanations', payload)
    }
  }
  const said = { kind: 'not_collected', cause: 'Phần mềm ngừng', remedy: 'Gửi bổ sung' }
  const owed = (agency: string, period = '2025-Q1', more: object = {}) =>
    ({ indicator: 'CQS-01', agency, period, ...more })
  const off = { ...said, kind: 'off_target' }
  const NONE = '/v1/explanations/0197c2f4-6c0e-7b1c-9f57-2a3f5d1c8e90'
  const anonymous = async (url: string) => (await app.inject(url)).json<Body>()
  const first = await reporter({ agency: 'D1' })
  let id: string

  await t.test('a report system says why a figure is missing', async t => {
    const dueDate = addDays(today(), 10)
    const { status, body, headers } = await first.explain({ obligation: owed('D1'), ...said, dueDate })
    t.equal(status, 201, JSON.stringify(body))
    id = body['id']
    t.equal(headers['location'], `/v1/explanations/${id}`)
    t.match(headers['etag'], /^"1-/)
    const { recordedAt } = body
    t.same(body, {
      id,
      obligation: { indicator: 'CQS-01', agency: 'D1', subject: 'D1', period: '2025-Q1' },
      indicator: 'CQS-01',
      agency: 'D1',
      ...said,
      dueDate,
      state: 'standing',
      version: 1,
      provenance: 'operational',
      client: first.id,
      recordedAt
    })
    const { client: _, ...shown } = body
    t.same(await anonymous(`/v1/explanations/${id}`), shown, 'who recorded it is not for everybody')
    t.same((await (await reporter({ agency: 'D2' })).get(`/v1/explanations/${id}`)).body, shown)
    t.same((await first.get(`/v1/explanations/${id}`)).body, body)
    t.same((await api.get(`/v1/explanations/${id}`)).body, body, 'administrators see it')
    t.same((await anonymous('/v1/explanations'))['data'], [shown])
    t.equal((await api.get(NONE)).status, 404)
  })

  await t.test('one explanation at a time, in versions', async t => {
    const before = (await api.get(`/v1/explanations/${id}`)).body
    const again = await first.explain({ obligation: owed('D1'), ...said })
    t.match(again, { status: 409, body: { code: 'already_explained' } })
    const url = `/v1/explanations/${id}`
    t.equal((await first.patch(url, { cause: 'x' })).status, 428)
    const etag = String((await first.get(url)).headers['etag'])
    const same = await first.patch(url, { cause: said.cause }, etag)
    t.same([same.status, same.body['version']], [200, 1], 'what changes nothing writes nothing')
    const changed = await first.patch(url, { kind: 'late', remedy: 'Gửi cùng quý II', dueDate: null }, etag)
    t.match(changed, { status: 200, body: { kind: 'late', cause: said.cause, remedy: 'Gửi cùng quý II', version: 2 } })
    t.notOk('dueDate' in changed.body)
    t.equal((await first.patch(url, { cause: 'y' }, etag)).status, 412, 'the version that was read is not the newest')
    const versions = (await api.get(`${url}/versions`)).body['data'] as Body[]
    t.same(versions.map(one => [one['version'], one['kind'], one['remedy']]),
      [[2, 'late', 'Gửi cùng quý II'], [1, 'not_collected', 'Gửi bổ sung']])
    t.same((await pages(api.get, `${url}/versions?limit=1`, 'version')), [[2], [1]])
    t.equal((await api.get(`${url}/versions?count=exact`)).body['count'], 2)
    t.equal((await api.get(`${url}?asOf=2020-01-01T00:00:00Z`)).status, 404)
    t.equal((await api.get(`${url}/versions?asOf=2020-01-01T00:00:00Z`)).status, 404)
    t.same((await api.get(`${url}?asOf=${before['recordedAt']}`)).body, before, 'as it was known then')

    const withdrawn = await first.post(`${url}/withdrawal`, { reason: 'Nhầm kỳ' })
    t.equal(withdrawn.status, 200)
    t.match(withdrawn.body, { state: 'withdrawn', withdrawalReason: 'Nhầm kỳ', version: 3, kind: 'late' })
    const gone = { status: 409, body: { code: 'explanation_withdrawn' } }
    t.match(await first.post(`${url}/withdrawal`, { reason: 'x' }), gone)
    t.match(await first.patch(url, { cause: 'z' }, '*'), gone)
    t.equal((await first.post(`${NONE}/withdrawal`, { reason: 'x' })).status, 404)
    t.equal((await first.patch(NONE, { cause: 'x' }, '*')).status, 404)
    const anew = await first.explain({ obligation: owed('D1'), ...said })
    t.equal(anew.status, 201)
    t.not(anew.body['id'], id)
    id = anew.body['id']
    await t.rejects(owner(app.pool).query("update explanation_versions set cause = 'x'"), /append-only/, 'what was said stays')
    await t.rejects(owner(app.pool).query('delete from explanations'), /append-only/)
  })

  await t.test('what is refused, and why', async t => {
    await api.post('/v1/measurements', { indicator: 'CQS-02', agency: 'UBND-TINH', period: '2025-Q1', value: '50' })
    const refused = async (payload: object) => {
      const { status, body } = await api.post('/v1/explanations', { ...said, ...payload })
      return [status, ...faults(body).map(fault => fault.join(' '))]
    }
    const figure = (...of: Parameters<typeof owed>) => refused({ obligation: owed(...of) })
    const missed = (payload: object) => refused({ ...off, ...payload })
    const two = { indicator: 'CQS-02' }
    const yesterday = addDays(today(), -1)
    t.same(await refused({}), [400, ' one_object'])
    t.same(await refused({ obligation: owed('D1'), target: 'T1' }), [400, ' one_object'])
    t.same(await refused({ obligation: owed('D1'), agency: 'D1' }), [400, '/agency not_allowed'])
    t.same((await refused({ obligation: owed('D2'), cause: ' ' }))[0], 400)
    t.same((await refused({ obligation: owed('D2'), remedy: undefined }))[0], 400)
    t.same((await figure('D2', '2025-Q5'))[0], 400)
    t.same(await figure('NONE', '2025-Q1', { indicator: 'NONE', subject: 'NO' }), [
      422,
      '/obligation/indicator unknown_indicator',
      '/obligation/agency unknown_agency',
      '/obligation/subject unknown_agency'
    ])
    t.same(await missed({ target: 'NONE', agency: 'NONE' }), [422, '/target unknown_target', '/agency unknown_agency'])
    t.same(await figure('S1'), [422, '/obligation nothing_owed'], 'a department owes no figure of the districts')
    t.same(await figure('UBND-TINH', '2025-Q1', two), [422, '/obligation nothing_owed'], 'the lead owes it')
    t.same(await figure('D2', '2025-Q1', { subject: 'D1' }), [422, '/obligation nothing_owed'])
    t.same(await figure('D2', '2025'), [422, '/obligation nothing_owed'], 'no yearly figure is owed')
    t.same(await figure('D2', '2199-Q4'), [422, '/obligation/period period_not_open'])
    const both = await missed({ obligation: owed('D2'), dueDate: yesterday })
    t.same(both, [422, '/kind kind_mismatch', '/dueDate due_date_past'])
    t.same(await refused({ target: 'T2', kind: 'late' }), [422, '/kind kind_mismatch'])
    t.same(await missed({ target: 'T2', agency: 'S2' }), [422, '/agency not_the_lead'])
    t.same(await missed({ target: 'T1', agency: 'D1' }), [422, '/agency not_the_lead'], 'a part of a sum')
    t.same(await missed({ target: 'T4' }), [422, '/agency agency_required'], 'each has its own')
    t.same(await missed({ target: 'T4', agency: 'S1' }), [422, '/agency not_the_lead'])
    await api.post('/v1/targets', target('T5', { effectiveFrom: '2198-01-01', dueDate: '2198-12-31' }))
    t.same(await missed({ target: 'T5' }), [422, '/target target_not_in_force'])
    t.same(await figure('S1', '2025-Q1', two), [422, '/kind already_reported'])
    const storm = { kind: 'excuse', agency: 'D2', period: '2025-Q4', reason: 'Bão' }
    const excuse = (await api.post('/v1/extensions', storm)).body
    t.same(await figure('D2', '2025-Q4'), [422, '/obligation nothing_owed'], 'excused')
    await api.post(`/v1/extensions/${excuse['id']}/revocation`, { reason: 'x' })
    const late = await api.post('/v1/explanations', { obligation: owed('S1', '2025-Q1', two), ...said, kind: 'late' })
    t.equal(late.status, 201, 'why it came late')
    const change = (payload: object) => api.change(String(late.headers['location']), payload)
    t.same(faults((await change({ kind: 'not_available' })).body), [['/kind', 'already_reported']])
    t.same(faults((await change({ dueDate: yesterday })).body), [['/dueDate', 'due_date_past']])
    t.same(faults((await change({ kind: 'off_target' })).body), [['/kind', 'kind_mismatch']])
    t.equal((await change({ provenance: 'illustrative' })).body['provenance'], 'illustrative')
    await api.post(`${String(late.headers['location'])}/withdrawal`, { reason: 'x' })
  })

  await t.test('who may explain', async t => {
    const q2 = { obligation: owed('D1', '2025-Q2'), ...said }
    const denied = { status: 403, body: { code: 'not_allowed' } }
    const other = await reporter({ agency: 'D2' })
    t.match(await other.explain(q2), denied)
    t.match(await other.patch(`/v1/explanations/${id}`, { cause: 'x' }, '*'), denied)
    t.match(await other.post(`/v1/explanations/${id}/withdrawal`, { reason: 'x' }), denied)
    t.match(await (await reporter({ agency: 'D1', indicator: 'CQS-02' })).explain(q2), denied, 'of another indicator')
    const write = async (scopes: Scope[], payload: object) => {
      const { headers } = await client(app, { scopes, grants: [] })
      return (await app.inject({ method: 'POST', url: '/v1/explanations', headers, payload })).json<Body>()
    }
    t.equal((await write(['registry:read', 'measurements:review'], q2))['code'], 'insufficient_scope')

    const province = await reporter({ agency: 'UBND-TINH', indicator: 'CQS-02' })
    const whole = await province.explain({ obligation: owed('S1', '2025-Q2', { indicator: 'CQS-02' }), ...said })
    t.equal(whole.status, 201, 'who may push the figure')
    t.match(whole.body, { agency: 'S1', obligation: { subject: 'UBND-TINH' } })
    t.equal((await province.explain({ target: 'T2', ...off })).status, 201, 'for its lead, by the same grant')
    const lead = await reporter({ agency: 'S1' })
    t.match(await lead.explain({ target: 'T2', ...off }), { status: 409, body: { code: 'already_explained' } })
    const above = await reporter({ agency: 'UBND-TINH', withSubtree: true })
    const member = await above.explain({ target: 'T4', agency: 'D2', ...off })
    t.match(member, { status: 201, body: { target: 'T4', agency: 'D2', indicator: 'CQS-04' } }, 'of a target for each')
    const anybody = await write(['registry:write'], { obligation: owed('D2'), ...said })
    t.equal(anybody['agency'], 'D2', 'who writes the registry, for anybody')
  })

  await t.test('filters, sorts and pages', async t => {
    const found = async (query: string) =>
      codes((await api.get(`/v1/explanations?sort=agency,recordedAt&${query}`)).body, 'agency')
    t.same(await found(''), ['D1', 'D1', 'D2', 'D2', 'S1', 'S1', 'S1'])
    t.same(await found('state=withdrawn'), ['D1', 'S1'])
    t.same(await found('state=standing'), ['D1', 'D2', 'D2', 'S1', 'S1'])
    t.same(await found('target=T2'), ['S1'])
    t.same(await found('plan=KH-2025'), ['D2', 'S1'])
    t.same(await found('indicator=CQS-04'), ['D2'])
    t.same(await found('agency=D1&period=2025-Q1&year=2025&kind=not_collected&provenance=operational'), ['D1'])
    t.same(await found('subject=UBND-TINH'), ['S1', 'S1'])
    t.same(await found('year=2026'), [])
    t.same(await found(`dueFrom=${today()}`), [], 'the one with a due date has none any more')
    t.same(await found('dueTo=2199-12-31'), [])
    const sorted = await api.get('/v1/explanations?sort=-period,indicator,dueDate&limit=2')
    t.same(codes(sorted.body, 'agency'), ['S1', 'D1'])
    t.same(await found('asOf=2020-01-01T00:00:00Z'), [])
    const all = (await pages(api.get, '/v1/explanations?limit=2&sort=-recordedAt', 'id')).flat()
    t.equal(new Set(all).size, 7)
    t.equal((await api.get('/v1/explanations?limit=1&count=exact')).body['count'], 7)
    const unknown = ['target', 'plan', 'indicator', 'agency', 'subject'].map(name => `${name}=NONE`)
    for (const query of [...unknown, 'kind=none', 'state=x', 'sort=cause', 'period=2025-Q5', 'client=x']) {
      t.equal((await api.get(`/v1/explanations?${query}`)).status, 400, query)
    }
  })

  /** On Thursday 20/03/2025 the first quarter is overdue by two days; CQS-05 and CQS-06 are the province's own. */
  await t.test('where it is shown', async t => {
    await api.post('/v1/indicators', indicator('CQS-05', 'Năm', { aggregation: 'direct' }))
    await api.post('/v1/targets', target('T6', { indicator: 'CQS-05' }))
    await api.post('/v1/indicators', indicator('CQS-06', 'Sáu', { aggregation: 'direct' }))
    const bySector = { indicator: 'CQS-06', scope: { dimension: 'NGANH' }, quantifier: 'each' }
    await api.post('/v1/targets', target('T7', bySector))
    const on = 'on=2025-03-20'
    const ids = async (query: string) =>
      codes((await api.get(`/v1/obligations?${on}&state=overdue&period=2025-Q1&${query}`)).body, 'id')
    const ofCQS01 = async (agency: string): Promise<Body> =>
      (await api.get(`/v1/obligations?${on}&agency=${agency}&indicator=CQS-01&period=2025-Q1`)).body['data'][0]
    t.same(await ids('indicator=CQS-01&explained=false'), ['D3:CQS-01:D3:2025-Q1'], 'overdue without an explanation')
    t.same(await ids('indicator=CQS-01&explained=true'), ['D1:CQS-01:D1:2025-Q1', 'D2:CQS-01:D2:2025-Q1'])
    t.equal((await api.get('/v1/obligations?explained=no')).status, 400)
    const { recordedAt } = (await api.get(`/v1/explanations/${id}`)).body
    const given = { id, version: 1, agency: 'D1', period: '2025-Q1', ...said, provenance: 'operational', recordedAt }
    t.same((await ofCQS01('D1'))['explanation'], given)
    const counted = async (query: string) => {
      const { body } = await api.get(`/v1/obligations/completeness?${on}&${query}`)
      const [{ expected, overdue, overdueUnexplained }] = body['data']
      return { expected, overdue, overdueUnexplained }
    }
    const ofQ1 = 'by=indicator&indicator=CQS-01&period=2025-Q1'
    t.same(await counted(ofQ1), { expected: 3, overdue: 3, overdueUnexplained: 1 })
    t.same(await counted(`${ofQ1}&explained=true`), { expected: 2, overdue: 2, overdueUnexplained: 0 })
    // the first quarter of CQS-01 and of CQS-04 is overdue in every district; D1 has explained the former
    const card = async (code: string) => (await api.get(`/v1/agencies/${code}/scorecard?${on}`)).body['obligations']
    t.match(await card('D1'), { overdue: 2, overdueUnexplained: 1 })
    t.match(await card('D3'), { overdue: 2, overdueUnexplained: 2 })

    const status = async (target: string, more = on): Promise<Body> => {
      const { body } = await api.get(`/v1/status?plan=KH-2025&${more}`)
      return (body['data'] as Body[]).find(one => one['target'].id === target)!
    }
    const explainedOf = ({ coverage: { expected, missing, explained }, members }: Body) =>
      [expected, missing, explained, members?.map((one: Body) => one['explanation']?.agency ?? '-')]
    const before = await status('T1')
    t.same(explainedOf(before), [3, 3, 2, ['D1', 'D2', '-']])
    t.same(before['members'][0].explanation, given)
    t.same(before['explanationsGiven'], [])
    t.match((await status('T2'))['explanationsGiven'], [{ agency: 'S1', ...off }], 'the lead')
    t.notOk('period' in (await status('T2'))['explanationsGiven'][0])
    t.match((await status('T4'))['explanationsGiven'], [{ agency: 'D2', ...off }], 'a member of a target for each')
    t.same(explainedOf(await status('T4')), [3, 3, 0, ['-', '-', '-']])
    t.same(explainedOf(await status('T6')), [1, 1, 0, undefined])
    t.same(explainedOf(await status('T7')), [1, 1, 0, ['-']])

    // it excuses nothing: the same answers but for what was explained
    const OF_EXPLANATIONS = ['explained', 'explanationsGiven', 'overdueUnexplained', 'asOf']
    const bare = (body: Body) => JSON.parse(JSON.stringify(body), (key, value) =>
      OF_EXPLANATIONS.includes(key) || (key === 'explanation' && 'cause' in value) ? undefined : value)
    const READS = [
      `/v1/status?plan=KH-2025&${on}`, '/v1/status?plan=KH-2025&on=2026-01-15', `/v1/plans/KH-2025/summary?${on}`,
      `/v1/obligations?${on}&limit=500`, `/v1/obligations/completeness?${on}`, `/v1/agencies/D3/scorecard?${on}`,
      `/v1/agencies/UBND-TINH/scorecard?${on}`, `/v1/rankings?level=district&${on}`
    ]
    const read = async () => Promise.all(READS.map(async url => (await api.get(url)).body))
    const unexplained = await read()
    const explain = async (payload: object) => (await api.post('/v1/explanations', payload)).body['agency']
    t.equal(await explain({ obligation: owed('D3'), ...said }), 'D3')
    for (const code of ['CQS-05', 'CQS-06']) {
      const obligation = owed('UBND-TINH', '2025-Q1', { indicator: code })
      t.equal(await explain({ obligation, ...said }), 'UBND-TINH')
    }
    for (const of of ['T1', 'T6']) t.equal(await explain({ target: of, ...off }), 'UBND-TINH')
    const explained = await read()
    t.same(explained.map(bare), unexplained.map(bare))
    t.strictNotSame(explained, unexplained)
    t.same(explainedOf(await status('T1')), [3, 3, 3, ['D1', 'D2', 'D3']])
    t.same(explainedOf(await status('T6')), [1, 1, 1, undefined], 'the whole')
    t.same(explainedOf(await status('T7')), [1, 1, 1, ['UBND-TINH']], 'who owes the figures of the members')
    t.match((await status('T1'))['explanationsGiven'], [{ agency: 'UBND-TINH', ...off }])
    t.same(await ids('indicator=CQS-01&explained=false'), [])

    // what was known: as before
    t.same(await status('T1', `${on}&asOf=${before['asOf']}`), before)
    t.same((await ids(`indicator=CQS-01&explained=true&asOf=${before['asOf']}`)).length, 2)
    t.ok((await status('T1'))['asOf'] > before['asOf'], 'an explanation is something that was learnt')

    // once the figure is there it is no longer missing; the explanation stays with the obligation
    await api.post('/v1/measurements', { ...owed('D3'), numerator: '1', denominator: '2' })
    t.same(explainedOf(await status('T1')), [3, 2, 2, ['D1', 'D2', '-']])
    t.match(await ofCQS01('D3'), { state: 'accepted', explanation: { agency: 'D3' } })
  })

  await t.test('after a merger', async t => {
    const third = await reporter({ agency: 'D3' })
    const ofD3 = (agency: string, period: string, more: object = {}) =>
      ({ obligation: { indicator: 'CQS-03', agency, period, ...more }, ...said })
    t.equal((await third.explain(ofD3('D3', '2025-Q2'))).status, 201)
    const mapping = [{ from: 'D3', to: 'D1', share: 'whole' }]
    const merger = { kind: 'merge', effectiveOn: '2025-07-01', document: 'D2025', from: ['D3'], to: ['D1'], mapping }
    t.equal((await api.post('/v1/reorganisations', merger)).status, 201)
    // D1 owes CQS-03 of the second quarter for itself and for D3, whose first quarter was due while it existed
    t.same(faults((await first.explain(ofD3('D1', '2025-Q2'))).body), [['/obligation/subject', 'subject_required']])
    const explainer = async () => {
      const query = 'indicator=CQS-03&period=2025-Q2&subject=D3'
      const [{ agency, takenOverFrom, explanation }] = (await api.get(`/v1/obligations?${query}`)).body['data']
      return [agency.code, takenOverFrom.code, explanation.agency]
    }
    t.same(await explainer(), ['D1', 'D3', 'D3'], 'what the old body said stays with its obligation')
    const taken = await first.explain(ofD3('D1', '2025-Q2', { subject: 'D3' }))
    t.match(taken, { status: 201, body: { agency: 'D1', obligation: { agency: 'D1', subject: 'D3' } } })
    t.same(await explainer(), ['D1', 'D3', 'D1'], 'who owes it now has the last word')
    const late = await third.explain(ofD3('D3', '2025-Q2'))
    t.same(faults(late.body), [['/obligation', 'nothing_owed']], 'it is owed by D1 now')
    t.equal((await (await reporter({ agency: 'D2' })).explain(ofD3('D3', '2025-Q1'))).status, 403)
    const heir = await first.explain(ofD3('D3', '2025-Q1'))
    t.match(heir, { status: 201, body: { agency: 'D3' } }, 'D1 goes on with its figures')
  })
})

t.test('what is said of a figure agrees with whether it is there', async t => {
  const codeOf = (kind: string, state: ObligationState, reportedLate?: boolean) =>
    checkReported(kind, { agency: 'D1', subject: 'D1', state, reportedLate })[0]?.code
  for (const state of ['due', 'overdue', 'returned', 'not_due'] as const) {
    for (const kind of ['not_collected', 'not_available', 'late', 'other']) t.equal(codeOf(kind, state), undefined)
  }
  for (const state of ['submitted', 'accepted'] as const) {
    t.equal(codeOf('not_collected', state, true), 'already_reported')
    t.equal(codeOf('not_available', state, false), 'already_reported')
    t.equal(codeOf('late', state, true), undefined)
    t.equal(codeOf('late', state, false), 'not_late')
    t.equal(codeOf('other', state, false), undefined)
  }
})
