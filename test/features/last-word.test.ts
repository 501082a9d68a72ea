import { randomUUID } from 'node:crypto'
import t from 'tap'
import { statusRules } from '../../src/db/schema/index.js'
import { build, client, standing, type TestClient } from '../helper.js'
import { agency, faults, indicator, lay, target, writer, type Body } from './registry.js'

/** Whose word counts last: of who pushes, of a robot that pushes every night, and of who reviews or withdraws. */

const YEAR = '2025'
const SEEN = '2025-12-20T08:00:00+07:00'
const LATER = '2025-12-22T08:00:00+07:00'
interface Row extends Record<string, string> { indicator: string, agency: string, period: string, value: string }

const app = await build(t)
const api = await writer(app)
await lay(app, api)
await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2020-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' })
for (const [code, reviewPolicy] of [['A', 'automatic'], ['M', 'manual']]) {
  await api.post('/v1/indicators', indicator(code!, code!, {
    valueKind: 'number', frequency: 'yearly', calendar: 'statistical', aggregation: 'sum', minimum: undefined, maximum: undefined, reviewPolicy
  }))
}
const robot = await client(app, { id: 'robot', scopes: ['measurements:write'] })
const reviewer = await client(app, { id: 'reviewer', scopes: ['measurements:review'] })

async function call (by: TestClient, url: string, payload?: object | string, more: Record<string, string> = {}) {
  const response = await app.inject({
    method: payload === undefined ? 'GET' : 'POST',
    url,
    headers: { ...by.headers, 'accept-language': 'en', ...payload === undefined ? {} : { 'content-type': 'application/json' }, ...more },
    ...payload === undefined ? {} : { payload }
  })
  return { status: response.statusCode, body: response.json<Body>(), replayed: response.headers['idempotency-replayed'] }
}

let agencies = 0
/** A figure that nobody has reported yet. */
async function newFigure (code: 'A' | 'M', more: Record<string, string> = {}): Promise<Row> {
  const place = `SO-${++agencies}`
  await api.post('/v1/agencies', agency(place, place, { parent: 'UBND-TINH' }))
  return { indicator: code, agency: place, period: YEAR, value: '10', ...more }
}
const single = async (row: object) => call(robot, '/v1/measurements', row)
const review = async (id: string, payload: object) =>
  call(reviewer, `/v1/measurements/${id}/review`, { revision: await standing(app, id), ...payload })
const withdraw = async (id: string, by = reviewer) =>
  call(by, `/v1/measurements/${id}/withdrawal`, { reason: 'Báo cáo nhầm', revision: await standing(app, id) })
const accept = async (id: string) => review(id, { decision: 'accept' })
const figure = async (id: string) => (await call(reviewer, `/v1/measurements/${id}`)).body
const revisions = async (id: string) =>
  (await call(reviewer, `/v1/measurements/${id}/revisions?sort=revision`)).body['data'].map((m: Body) => `${m['revision']} ${m['value']} ${m['state']}`)

/** Every way in which a row reaches the registry: what becomes of it, or the codes that speak against it. */
type Way = (row: Row) => Promise<string | string[]>
async function submit (query: string, type: string, payload: string | object): Promise<string | string[]> {
  const { body } = await call(robot, `/v1/submissions?${query}`, payload, { 'content-type': type, 'idempotency-key': randomUUID() })
  const { counts, exceptions } = (body['receipt'] ?? body) as Body
  if (counts.rejected > 0) return exceptions[0].problems.map((problem: Body) => problem['code'])
  return ['created', 'revised', 'unchanged'].find(outcome => counts[outcome] === 1)!
}
const WAYS: Record<string, Way> = {
  'one figure': async row => {
    const { status, body } = await single(row)
    return status === 422 ? faults(body).map(([, code]) => code) : status === 200 ? 'unchanged' : body['revision'] === 1 ? 'created' : 'revised'
  },
  'JSON, atomic': row => submit('', 'application/json', { rows: [row] }),
  'JSON, partial': row => submit('mode=partial', 'application/json', { rows: [row] }),
  'lines, partial': row => submit('mode=partial', 'application/x-ndjson', JSON.stringify(row)),
  'a table, partial': row => submit('mode=partial', 'text/csv', `${Object.keys(row).join()}\n${Object.values(row).join()}\n`),
  'the whole of a scope': row => submit('replaceScope=true&reason=x', 'text/csv', `${Object.keys(row).join()}\n${Object.values(row).join()}\n`)
}

/** Every way in which a figure of `row`, that was accepted, is taken away. */
const TAKEN: Record<string, (row: Row, id: string) => Promise<unknown>> = {
  'by who reviews': (_, id) => withdraw(id),
  'by who pushed it': (_, id) => withdraw(id, robot),
  'by a file that leaves it out': async ({ indicator, agency, period }) => {
    const scope = `scopeIndicator=${indicator}&scopeAgency=${agency}&scopePeriod=${period}`
    const kept = { indicator, agency, period, value: '1', breakdown: { NGANH: 'Y-TE' } }
    await call(robot, `/v1/submissions?replaceScope=true&reason=x&${scope}`, { rows: [kept] }, { 'idempotency-key': randomUUID() })
  }
}

for (const [taken, take] of Object.entries(TAKEN)) {
  for (const [way, push] of Object.entries(WAYS)) {
    // the three leave the same behind: two ways of pushing tell whether they do
    if (take !== TAKEN['by who reviews'] && way !== 'one figure' && way !== 'the whole of a scope') continue
    t.test(`an accepted figure that was withdrawn ${taken} is not brought back by the same row: ${way}`, async t => {
      const row = await newFigure('A', { observedAt: SEEN })
      const { id } = (await single(row)).body as { id: string }
      t.equal(await push(row), 'unchanged')
      await take(row, id)
      t.match(await figure(id), { state: 'withdrawn' })

      const { observedAt: _, ...undated } = row
      t.same(await push(row), ['stale_observation', 'reason_required'], 'the same row')
      t.same(await push({ ...row, value: '10.0', note: 'lúc 01:00' }), ['stale_observation', 'reason_required'], 'the same figure')
      t.same(await push(undated), ['reason_required'], 'it does not say when it was observed')
      t.same(await push({ ...row, observedAt: LATER }), ['reason_required'], 'observed again')
      t.same(await push({ ...row, reason: 'kiểm tra lại' }), ['stale_observation'], 'with a reason, but no newer observation')
      t.same(await push({ ...row, observedAt: '2025-12-19T08:00:00Z', reason: 'kiểm tra lại' }), ['stale_observation'], 'an older one')
      t.same(await push({ ...row, value: '11' }), ['reason_required'], 'another figure')
      t.equal((await figure(id))['state'], 'withdrawn', 'nothing was written')
      t.equal(await push({ ...row, observedAt: LATER, reason: 'kiểm tra lại' }), 'revised')
      t.match(await figure(id), { state: 'accepted', revision: 2, value: '10' })
      t.equal(await push({ ...row, observedAt: LATER }), 'unchanged', 'and the robot says it again')
    })
  }
}

t.test('another figure of the observation that was withdrawn corrects it, with a reason', async t => {
  const row = await newFigure('A', { observedAt: SEEN })
  const { id } = (await single(row)).body as { id: string }
  await withdraw(id)
  t.match(await single({ ...row, value: '9.9', reason: 'Gõ nhầm' }), { status: 201, body: { revision: 2, value: '9.9', state: 'accepted' } })
})

t.test('the key has expired: the same file is judged anew, and does not undo the withdrawal', async t => {
  const row = await newFigure('A', { observedAt: SEEN })
  const key = randomUUID()
  const send = async () => call(robot, '/v1/submissions?mode=partial', { rows: [row] }, { 'idempotency-key': key })
  const { id } = (await send()).body as { id: string }
  t.equal((await send()).replayed, 'true')
  const measurement = (await call(robot, `/v1/submissions/${id}/rows`)).body['data'][0].measurement.id
  await withdraw(measurement)
  t.equal((await send()).replayed, 'true', 'the receipt of then')
  await app.pool.query('delete from idempotency_keys where key = $1', [key])
  t.match((await send()).body, { counts: { rejected: 1 }, exceptions: [{ problems: [{ code: 'stale_observation' }, { code: 'reason_required' }] }] })
  t.equal((await figure(measurement))['state'], 'withdrawn')
})

for (const [way, push] of Object.entries(WAYS)) {
  t.test(`a correction that was taken back is not brought back by the same row: ${way}`, async t => {
    const row = await newFigure('M', { observedAt: SEEN })
    const { id } = (await single(row)).body as { id: string }
    await accept(id)
    const correction = { ...row, value: '12', observedAt: LATER, reason: 'Bổ sung' }
    t.equal(await push(correction), 'revised')
    await withdraw(id, robot)
    t.same(await push(correction), ['stale_observation'])
    const { reason: _, ...bare } = correction
    t.same(await push(bare), ['stale_observation', 'reason_required'])
    t.equal(await push(row), 'unchanged', 'what was accepted stands')
    t.same(await push({ ...correction, value: '13' }), 'revised', 'another correction of that day')
    t.same(await revisions(id), ['1 10 accepted', '2 12 withdrawn', '3 13 submitted'])
  })
}

t.test('never accepted, and withdrawn: the same needs a reason, another figure none', async t => {
  const row = await newFigure('M')
  const { id } = (await single(row)).body as { id: string }
  await withdraw(id)
  t.same(faults((await single(row)).body), [['/reason', 'reason_required']])
  t.match(await single({ ...row, value: '11' }), { status: 201, body: { revision: 2, state: 'submitted' } })
  t.match(await single(row), { status: 201 }, 'something else stands: it may be changed freely until it is accepted')
})

t.test('withdrawn, and another figure awaits review: the one that was withdrawn still needs a reason', async t => {
  const row = await newFigure('M', { observedAt: SEEN })
  const { id } = (await single(row)).body as { id: string }
  await accept(id)
  await withdraw(id)
  t.match(await single({ ...row, value: '11', reason: 'Số đúng', observedAt: LATER }), { status: 201, body: { state: 'submitted' } })
  t.same(faults((await single(row)).body), [['/observedAt', 'stale_observation'], ['/reason', 'reason_required']])
})

t.test('a robot that writes its time into the note: no revision a night, and what was accepted stays accepted', async t => {
  const row = await newFigure('M')
  const { id } = (await single(row)).body as { id: string }
  await accept(id)
  for (const [way, push] of Object.entries(WAYS)) {
    t.equal(await push({ ...row, note: `chạy lúc ${way.length}:00` }), 'unchanged', way)
    t.equal(await push({ ...row, note: 'x', reason: 'Bổ sung' }), way === 'one figure' ? 'revised' : 'unchanged', `${way}: who wants it changed says why, once`)
  }
  t.same(await revisions(id), ['1 10 accepted', '2 10 submitted'])
  t.match(await figure(id), { note: 'x', reason: 'Bổ sung' })
  for (let night = 1; night < 4; night++) t.equal((await single({ ...row, note: `đêm ${night}`, reason: 'Bổ sung' })).status, 200, 'a reason in every row says nothing')
})

t.test('evidence that was missing is news; another address for the same is not, without a reason', async t => {
  const row = await newFigure('A')
  const { id } = (await single(row)).body as { id: string }
  t.match(await single({ ...row, evidence: 'https://example.vn/1' }), { status: 201, body: { evidence: 'https://example.vn/1' } })
  t.equal((await single({ ...row, evidence: 'https://example.vn/2' })).status, 200)
  t.equal((await single(row)).status, 200, 'a row without says nothing of it')
  t.match(await single({ ...row, evidence: 'https://example.vn/2', reason: 'Địa chỉ mới' }), { status: 201, body: { revision: 3 } })
  t.equal((await figure(id))['evidence'], 'https://example.vn/2')
})

t.test('a return is answered by the next push, also by the same figure, which awaits review whatever the policy', async t => {
  const row = await newFigure('M', { observedAt: SEEN })
  const { id } = (await single(row)).body as { id: string }
  await review(id, { decision: 'return', comment: 'Xem lại' })
  await api.change('/v1/indicators/M', { reviewPolicy: 'automatic' })
  t.same(faults((await single({ ...row, observedAt: '2025-12-19T08:00:00Z' })).body), [['/observedAt', 'stale_observation']])
  t.match(await single(row), { status: 201, body: { revision: 2, state: 'submitted' } })
  await review(id, { decision: 'return', comment: 'Vẫn sai' })
  t.match(await single({ ...row, value: '11' }), { status: 201, body: { revision: 3, state: 'accepted' } }, 'a correction follows the policy')
  await api.change('/v1/indicators/M', { reviewPolicy: 'manual' })
})

/** An indicator of its own with a target of the province for it, and its figure of 2025. */
async function newTarget (reviewPolicy: 'automatic' | 'manual'): Promise<Row & { target: string }> {
  const code = `T-${++agencies}`
  await api.post('/v1/indicators', indicator(code, code, {
    valueKind: 'number', frequency: 'yearly', calendar: 'statistical', aggregation: 'direct', minimum: undefined, maximum: undefined, reviewPolicy
  }))
  const made = await api.post('/v1/targets', target(`M-${code}`, { indicator: code, value: '5' }))
  t.equal(made.status, 201, JSON.stringify(made.body))
  return { indicator: code, agency: 'UBND-TINH', period: YEAR, value: '10', target: `M-${code}` }
}
const ON = 'on=2026-03-01'
/** What the registry says of the figure: measurement, status, reporting, obligation, scorecard. */
async function said ({ indicator }: Row, id: string, at?: string) {
  const asOf = at === undefined ? '' : `&asOf=${at}`
  const { body: { data: [status] } } = await api.get(`/v1/status?indicator=${indicator}&${ON}${asOf}`)
  const { body: { data: [obligation] } } = await api.get(`/v1/obligations?indicator=${indicator}&${ON}${asOf}`)
  const { body: { state, counts } } = await api.get(`/v1/measurements/${id}?${asOf.slice(1)}`)
  return [
    `${state} ${counts}`, `${status.value} ${status.performance}`, status.reporting.state,
    `${obligation.state} ${obligation.measurement?.state} ${obligation.measurement?.counts}`
  ]
}
const now = async () => (await app.pool.query('select clock_timestamp() as at')).rows[0].at as string

for (const policy of ['automatic', 'manual'] as const) {
  t.test(`an accepted figure is returned for correction and counts until it is corrected: review ${policy}`, async t => {
    const { target: _, ...row } = await newTarget(policy)
    const { id } = (await single(row)).body as { id: string }
    if (policy === 'manual') await accept(id)
    const before = ['accepted true', '10.00 achieved', 'accepted', 'accepted accepted true']
    t.same(await said(row, id), before)
    const then = await now()

    t.match(await review(id, { decision: 'return', comment: 'Thiếu hai xã', revision: 1 }), { status: 200, body: { state: 'returned', counts: true, revision: 1 } })
    const open = ['returned true', '10.00 achieved', 'returned', 'returned returned true']
    t.same(await said(row, id), open)
    t.same(await said(row, id, encodeURIComponent(then)), before, 'as of the instant before')
    const { body: card } = await api.get(`/v1/agencies/UBND-TINH/scorecard?${ON}`)
    t.equal(card['obligations'].returned, 1, 'one of all that it owes')
    const { body: series } = await api.get(`/v1/indicators/${row.indicator}/series?agency=UBND-TINH&from=2025&to=2025`)
    t.match(series['series'][0].points, [{ value: '10', state: 'returned', counts: true }])
    const { data: steps } = (await api.get(`/v1/measurements/${id}/history`)).body
    t.match(steps.at(-1), { step: 'returned', state: 'returned', comment: 'Thiếu hai xã', client: 'reviewer' })
    t.same((await api.get(`/v1/measurements?indicator=${row.indicator}&state=returned`)).body['data'].length, 1)
    const exported = await app.inject({ url: `/v1/measurements?indicator=${row.indicator}`, headers: { ...reviewer.headers, accept: 'application/x-ndjson' } })
    t.match(JSON.parse(exported.body), { state: 'returned', value: '10' }, 'an export has what counts')

    t.match(await review(id, { decision: 'return', comment: 'Lần nữa' }), { status: 422, body: { code: 'not_pending' } })
    t.match(await review(id, { decision: 'accept' }), { status: 422, body: { code: 'not_pending' } })
    for (const [way, push] of Object.entries(WAYS)) t.equal(await push({ ...row, note: 'đêm nay' }), 'unchanged', `the same row does not answer it: ${way}`)
    t.same(await said(row, id), open)
    t.same(faults((await single({ ...row, value: '11' })).body), [['/reason', 'reason_required']])

    t.match(await single({ ...row, reason: 'Đã kiểm tra: đúng' }), { status: 201, body: { revision: 2, state: 'submitted', counts: false } })
    t.same(await said(row, id), ['submitted false', '10.00 achieved', 'submitted', 'submitted submitted false'])
    await withdraw(id, robot)
    t.same(await said(row, id), open, 'the answer was taken back: the return is open again')

    const { body: corrected } = await single({ ...row, value: '4', reason: 'Bổ sung hai xã' })
    t.equal(corrected['state'], policy === 'automatic' ? 'accepted' : 'submitted')
    if (policy === 'manual') {
      t.same(await said(row, id), ['submitted false', '10.00 achieved', 'submitted', 'submitted submitted false'], 'it counts until the correction is accepted')
      await accept(id)
    }
    t.same(await said(row, id), ['accepted true', '4.00 missed', 'accepted', 'accepted accepted true'])
    t.same(await revisions(id), ['1 10 superseded', '2 10 withdrawn', '3 4 accepted'])
  })
}

t.test('a returned figure that counted and is withdrawn leaves no value', async t => {
  const { target: _, ...row } = await newTarget('automatic')
  const { id } = (await single(row)).body as { id: string }
  const returned = await call(reviewer, '/v1/reviews', { reviews: [{ id, revision: 1, decision: 'return', comment: 'Sai kỳ' }] })
  t.match(returned.body, { counts: { returned: 1 }, reviews: [{ outcome: 'returned', revision: 1 }] }, 'in a list too')
  t.match(await withdraw(id, robot), { status: 200, body: { state: 'withdrawn', counts: false } })
  t.same(await said(row, id), ['withdrawn false', 'null no_data', 'overdue', 'overdue undefined undefined'])
  t.same(faults((await single(row)).body), [['/reason', 'reason_required']])
})

t.test('a receipt says of each row how its figure stands now', async t => {
  const rows = await Promise.all(Array.from({ length: 6 }, async () => newFigure('M')))
  const push = async (some: readonly Row[]) => {
    const { body } = await call(robot, '/v1/submissions?mode=partial', { rows: some }, { 'idempotency-key': randomUUID() })
    return body['id'] as string
  }
  const first = await push([...rows, { ...rows[0]!, agency: 'NOBODY' }])
  const of = async (id: string, query = '') => (await call(robot, `/v1/submissions/${id}/rows?${query}`)).body
  const standings = (page: Body) => (page['data'] as Body[]).map(row => `${row['position']} ${row['standing']}`)
  t.same(standings(await of(first)), [...Array.from({ length: 6 }, (_, i) => `${i} stands`), '6 undefined'])
  const ids = ((await of(first))['data'] as Body[]).map(row => row['measurement']?.id as string)

  await review(ids[0]!, { decision: 'return', comment: 'x' })
  await withdraw(ids[1]!)
  await single({ ...rows[2]!, value: '11' })
  await accept(ids[3]!)
  await accept(ids[4]!)
  await review(ids[4]!, { decision: 'return', comment: 'x' })
  await accept(ids[5]!)
  await single({ ...rows[5]!, value: '12', reason: 'Sửa' })
  await withdraw(ids[5]!, robot)
  const changed = ['0 returned', '1 withdrawn', '2 replaced', '3 stands', '4 returned', '5 stands']
  t.same(standings(await of(first)), [...changed, '6 undefined'])
  t.same(standings(await of(first, 'standing=false&count=exact')), ['0 returned', '1 withdrawn', '2 replaced', '4 returned'])
  t.equal((await of(first, 'standing=false&count=exact&limit=1'))['count'], 4)
  t.same(standings(await of(first, 'standing=true&sort=-position')), ['5 stands', '3 stands'])
  t.match((await call(robot, `/v1/submissions/${first}/rows?standing=false`, undefined, { accept: 'text/csv' })).body, { errors: [{ parameter: 'standing', code: 'json_only' }] })

  const again = await push([rows[0]!, rows[4]!])
  t.same(standings(await of(again)), ['0 stands', '1 returned'], 'the pending one is answered, the accepted one unchanged')
  t.same(standings(await of(first, 'standing=false')), ['1 withdrawn', '2 replaced', '4 returned'], 'answered for the first push too')
})

t.test('who may return an accepted figure, and of which period', async t => {
  const { target: _, ...row } = await newTarget('automatic')
  const { id } = (await single(row)).body as { id: string }
  const both = await client(app, { id: 'robot-2', scopes: ['measurements:write', 'measurements:review'] })
  const own = (await call(both, '/v1/measurements', await newFigure('A'))).body['id'] as string
  t.match(await call(both, `/v1/measurements/${own}/review`, { decision: 'return', comment: 'x', revision: 1 }), { status: 403, body: { code: 'own_measurement' } })
  t.match(await review(id, { decision: 'return' }), { status: 422, body: { code: 'comment_required' } })
  t.match(await review(id, { decision: 'return', comment: 'x', revision: 2 }), { status: 409, body: { code: 'revision_changed' } })
  await api.post('/v1/calendars/statistical/periods/2025/transitions', { to: 'locked', reason: 'Chốt' })
  t.match(await review(id, { decision: 'return', comment: 'x' }), { status: 422, body: { code: 'period_locked' } })
})
