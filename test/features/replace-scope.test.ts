import { randomUUID } from 'node:crypto'
import { test, type Test } from 'tap'
import { dimensionMembers } from '../../src/db/schema/index.js'
import { MAX_WITHDRAWN } from '../../src/features/pushes/replace.js'
import { client, listen, owner, standing as revisionOf, type TestClient } from '../helper.js'
import { agency, faults, indicator, lay, target, writer, type Body } from './registry.js'

const REASON = 'Không còn trong báo cáo tổng hợp'
const SCOPE = `replaceScope=true&reason=${encodeURIComponent(REASON)}`
const row = (agency: string, value = '10', more: object = {}) => ({ indicator: 'A', agency, period: '2025', value, ...more })
const broken = (agency: string, member: string, value = '5') => row(agency, value, { breakdown: { NGANH: member } })

/** Three departments, two indicators by the year, one of which is reviewed by hand; over a real socket. */
async function start (t: Test) {
  const { app, url } = await listen(t, { max: 10 })
  const api = await writer(app)
  await lay(app, api)
  await app.db.insert(dimensionMembers).values({ dimensionCode: 'NGANH', code: 'GIAO-DUC', name: { vi: 'Giáo dục' } })
  for (const code of ['D1', 'D2', 'D3']) await api.post('/v1/agencies', agency(code, code, { parent: 'UBND-TINH' }))
  for (const [code, reviewPolicy] of [['A', 'automatic'], ['B', 'automatic'], ['M', 'manual']]) {
    await api.post('/v1/indicators', indicator(code!, code!, { valueKind: 'number', frequency: 'yearly', calendar: 'statistical', aggregation: 'sum', minimum: undefined, maximum: undefined, reviewPolicy }))
  }
  const pusher = await client(app, { id: 'pusher' })

  async function submit (rows: object[] | string, query = SCOPE, { by = pusher, key = randomUUID(), type = 'application/json' }: { by?: TestClient, key?: string, type?: string } = {}) {
    const response = await fetch(`${url}/v1/submissions?${query}`, {
      method: 'POST',
      headers: { ...by.headers, 'idempotency-key': key, 'content-type': type, 'accept-language': 'en' },
      body: typeof rows === 'string' ? rows : JSON.stringify({ rows })
    })
    return { status: response.status, body: await response.json() as Body, replayed: response.headers.get('idempotency-replayed') }
  }
  /** What stands: indicator, agency, period, breakdown, value, state. */
  const standing = async (query = '') => ((await api.get(`/v1/measurements?limit=500${query}`)).body['data'] as Body[])
    .filter(m => m['state'] !== 'withdrawn')
    .map(m => [m['indicator'], m['agency'], m['period'], ...Object.values(m['breakdown']), `${m['value']}${m['state'] === 'accepted' ? '' : ` ${m['state']}`}`].join(' ')).sort()
  const idOf = async (indicator: string, agency: string) =>
    (await api.get(`/v1/measurements?indicator=${indicator}&agency=${agency}`)).body['data'][0]['id'] as string
  const steps = async (id: string) => ((await api.get(`/v1/measurements/${id}/history`)).body['data'] as Body[])
    .map(s => `${s['revision']} ${s['step']} ${s['client']} ${s['reason'] ?? s['comment'] ?? '–'}`)
  const written = async () => (await app.pool.query('select (select count(*) from measurements)::int as measurements, (select count(*) from measurement_events)::int as events')).rows[0]
  return { app, url, api, pusher, submit, standing, idOf, steps, written }
}

const counts = (body: Body) => {
  const { received, created, revised, unchanged, rejected, withdrawn } = body['counts']
  return { received, created, revised, unchanged, rejected, withdrawn }
}

test('what the file does not name is withdrawn, with its break-downs; the same again writes nothing', async t => {
  const { api, submit, standing, idOf, steps, written } = await start(t)
  await api.post('/v1/submissions', {
    rows: [
      row('D1'), broken('D1', 'Y-TE'), broken('D1', 'GIAO-DUC'), row('D2'), row('D3'), row('D1', '9', { period: '2024' }), row('D2', '7', { indicator: 'B' }), row('D1', '6', { indicator: 'B' })
    ]
  })
  const gone = await idOf('B', 'D2')
  const file = [row('D1'), broken('D1', 'Y-TE', '6'), row('D2', '10', { indicator: 'A' }), row('D1', '6', { indicator: 'B' })].map(one => ({ ...one, reason: 'sửa' }))

  const tried = await submit(file, `${SCOPE}&dryRun=true`)
  t.same([tried.status, tried.body['id'], tried.body['withdrawn'].length], [200, null, 2])
  t.same(await written(), { measurements: 8, events: 0 }, 'a dry run tells, and writes nothing')

  const { status, body } = await submit(file)
  t.equal(status, 201)
  t.same(counts(body), { received: 4, created: 0, revised: 1, unchanged: 3, rejected: 0, withdrawn: 2 })
  t.same(counts(body), counts(tried.body))
  t.same(body['withdrawn'], tried.body['withdrawn'])
  t.same(body['replacedScope'], { indicators: ['A', 'B'], agencies: ['D1', 'D2'], periods: ['2025'], reason: REASON })
  t.same(body['problems'], [])
  t.same(await standing(), ['A D1 2024 9', 'A D1 2025 10', 'A D1 2025 Y-TE 6', 'A D2 2025 10', 'A D3 2025 10', 'B D1 2025 6'], 'another period and an agency that the file does not name are not its business')
  t.ok(body['withdrawn'].includes(gone))
  t.same((await steps(gone)).at(-1), `1 withdrawn pusher ${REASON}`)

  const receipt = (await api.get(`/v1/submissions/${body['id']}`)).body
  t.same(receipt, body, 'the receipt stays')
  const listed = (await api.get('/v1/submissions?limit=1')).body['data'][0]
  t.same([listed['id'], listed['counts'], listed['replacedScope']], [body['id'], body['counts'], undefined])

  const before = await written()
  const again = await submit(file)
  t.same([again.status, counts(again.body), again.body['withdrawn']], [201, { received: 4, created: 0, revised: 0, unchanged: 4, rejected: 0, withdrawn: 0 }, []])
  t.same(await written(), before)
})

test('the scope that was asked for: wider than the file; a row outside of it is rejected', async t => {
  const { api, submit, standing, written } = await start(t)
  await api.post('/v1/agencies/D3/identifiers', { scheme: 'gso', value: '593', validFrom: '2020-01-01' })
  await api.post('/v1/submissions', { rows: [row('D1'), row('D2'), row('D3'), row('D1', '9', { period: '2024' }), row('D1', '6', { indicator: 'B' })] })
  const before = await written()

  const outside = await submit([row('D1'), row('D2', '11', { reason: 'x' }), row('D3', '10', { period: '2024' }), row('D1', '6', { indicator: 'B' })],
    `${SCOPE}&scopeIndicator=A&scopeAgency=D1&scopeAgency=D3&scopePeriod=2025`)
  t.equal(outside.status, 422)
  t.same(faults(outside.body), [['/rows/1/agency', 'outside_scope'], ['/rows/2/period', 'outside_scope'], ['/rows/3/indicator', 'outside_scope']])
  t.same(counts(outside.body['receipt']), { received: 4, created: 0, revised: 0, unchanged: 0, rejected: 3, withdrawn: 0 })
  t.same(await written(), before)

  // lines too; and of what cannot be read, by the names that can
  const files = [
    ['application/x-ndjson', [JSON.stringify(row('D1')), JSON.stringify(row('D2')), JSON.stringify(row('D2', '1', { x: 1 })), JSON.stringify(row('D2', '1', { period: '2025\0' }))].join('\n')],
    ['text/csv', 'indicator,agency,period,value,quality\nA,D1,2025,10,\nA,D2,2025,10,\nA,D2,2025,1,x\nA,D2,2025\0,1,']
  ] as const
  for (const [type, file] of files) {
    const { body } = await submit(file, `${SCOPE}&scopeAgency=D1&scopePeriod=2024&scopePeriod=2025`, { type })
    t.same(faults(body), [
      ['/rows/1/agency', 'outside_scope'], type === 'text/csv' ? ['/rows/2/quality', 'not_one_of'] : ['/rows/2/x', 'unknown_field'], ['/rows/2/agency', 'outside_scope'],
      ['/rows/3/period', 'nul_character'], ['/rows/3/agency', 'outside_scope']
    ], type)
  }
  t.same(await written(), before)

  const { status, body } = await submit('indicator,agency,period,value\nA,D1,2025,10\n', `${SCOPE}&scopeAgency=D1&scopeAgency=D3&scopePeriod=2024&scopePeriod=2025`, { type: 'text/csv' })
  t.equal(status, 201)
  t.same(body['replacedScope'], { indicators: ['A'], agencies: ['D1', 'D3'], periods: ['2024', '2025'], reason: REASON })
  t.same(counts(body), { received: 1, created: 0, revised: 0, unchanged: 1, rejected: 0, withdrawn: 2 })
  t.same(await standing(), ['A D1 2025 10', 'A D2 2025 10', 'B D1 2025 6'])

  const lines = await submit(`${JSON.stringify(row('D2', '10'))}\n`, `${SCOPE}&scopeIndicator=A&scopeIndicator=B&scopeAgency=D1&scopeAgency=D2`, { type: 'application/x-ndjson' })
  t.same([lines.status, counts(lines.body).withdrawn], [201, 2])
  t.same(await standing(), ['A D2 2025 10'])
})

test('parameters that do not go together, and names that mean nothing', async t => {
  const { submit, written } = await start(t)
  const cases: [string, [string, string][]][] = [
    ['replaceScope=true', [['reason', 'required']]],
    ['replaceScope=true&reason=%20', [['reason', 'wrong_format']]],
    [`replaceScope=true&reason=${'x'.repeat(2001)}`, [['reason', 'too_long']]],
    [`${SCOPE}&reason=again`, [['reason', 'repeated_parameter']]],
    [`${SCOPE}&mode=partial`, [['replaceScope', 'contradiction']]],
    ['reason=x&scopeAgency=D1', [['reason', 'replace_scope_only'], ['scopeAgency', 'replace_scope_only']]],
    ['replaceScope=false&scopePeriod=2025', [['scopePeriod', 'replace_scope_only']]],
    [`${SCOPE}&scopePeriod=2025-Q9`, [['scopePeriod/0', 'wrong_format']]],
    [`${SCOPE}&scopeAgency=D1&scopeAgency=D1`, [['scopeAgency', 'repeated_item']]],
    [`${SCOPE}&scopeAgency=NOBODY&scopeAgency=gso:0&scopeIndicator=X`, [['scopeIndicator', 'unknown_code'], ['scopeAgency', 'unknown_code'], ['scopeAgency', 'unknown_code']]]
  ]
  for (const [query, expected] of cases) {
    const { status, body } = await submit([row('D1')], query)
    t.same([status, faults(body)], [400, expected], query.slice(0, 80))
  }
  t.equal((await submit(JSON.stringify({ mode: 'partial', rows: [row('D1')] }))).status, 400, 'the mode of the body counts')
  t.same(await written(), { measurements: 0, events: 0 })
})

test('grants: figures of another client go too where this one may report them; else nothing is written', async t => {
  const { app, api, submit, standing, written, idOf, steps } = await start(t)
  await api.post('/v1/submissions', { rows: [row('D1'), row('D2'), broken('D2', 'Y-TE'), row('D3')] })
  const limited = await client(app, { id: 'limited', scopes: ['measurements:write'], grants: [{ agency: 'D1' }, { agency: 'D3', indicator: 'A' }] })
  const before = await written()
  const file = [row('D1', '11', { reason: 'sửa' })]
  const refused = await submit(file, `${SCOPE}&scopeAgency=D1&scopeAgency=D2&scopeAgency=D3`, { by: limited })
  t.equal(refused.status, 422)
  t.equal(refused.body['code'], 'submission_rejected')
  t.same(faults(refused.body), [['replaceScope', 'not_assigned'], ['replaceScope', 'not_assigned']])
  t.match(refused.body['errors'][0]['detail'], `The file leaves out A D2 2025 (${await idOf('A', 'D2')}`.slice(0, 29))
  t.same(refused.body['errors'].map((e: Body) => /A D2 2025( NGANH=Y-TE)? \(/.test(e['detail'])), [true, true], 'each names its figure')
  const { receipt } = refused.body
  t.match(receipt, { state: 'rejected', withdrawn: [], exceptions: [], problems: [{ pointer: '', code: 'not_assigned' }, { code: 'not_assigned' }] })
  t.same(counts(receipt), { received: 1, created: 0, revised: 0, unchanged: 0, rejected: 0, withdrawn: 0 })
  t.same(await written(), before)
  const stored = await api.get(`/v1/submissions/${receipt['id']}`)
  t.match(stored.body, { state: 'rejected', problems: [{ code: 'not_assigned' }, { code: 'not_assigned' }] })
  t.match((await api.get(`/v1/submissions/${receipt['id']}/rows`)).body['data'], [{ outcome: 'not_written' }])

  const both = await submit([{ ...file[0], agency: 'D2' }], `${SCOPE}&scopeAgency=D1&scopeAgency=D2`, { by: limited })
  t.same(faults(both.body), [['/rows/0/agency', 'not_assigned']], 'first the rows: of one that is rejected nobody knows which figure it means')

  const done = await submit(file, `${SCOPE}&scopeAgency=D1&scopeAgency=D3`, { by: limited })
  t.same([done.status, counts(done.body).withdrawn], [201, 1])
  t.same(await standing(), ['A D1 2025 11', 'A D2 2025 10', 'A D2 2025 Y-TE 5'])
  t.same((await steps(await idOf('A', 'D3'))).at(-1), `1 withdrawn limited ${REASON}`)
})

test('a locked period: unchanged rows are let in, but nothing is withdrawn', async t => {
  const { api, submit, standing, written } = await start(t)
  await api.post('/v1/submissions', { rows: [row('D1'), row('D2')] })
  await api.post('/v1/calendars/statistical/periods/2025/transitions', { to: 'locked', reason: 'Đã chốt' })
  const before = await written()
  const refused = await submit([row('D1')], `${SCOPE}&scopeAgency=D1&scopeAgency=D2`)
  t.equal(refused.status, 422)
  t.same(faults(refused.body), [['replaceScope', 'period_locked']])
  t.match(refused.body['errors'][0]['detail'], /^The file leaves out A D2 2025 \([0-9a-f-]{36}\)\. The period 2025 is locked/)
  t.same((await submit([row('D1')], `${SCOPE}&scopeAgency=D1&scopeAgency=D2&dryRun=true`)).status, 422, 'a dry run says so too')
  t.same(await written(), before)
  t.same(counts((await submit([row('D1'), row('D2')])).body), { received: 2, created: 0, revised: 0, unchanged: 2, rejected: 0, withdrawn: 0 })
  t.equal((await standing()).length, 2)
})

test('figures with corrections on their way: nothing of them stands afterwards', async t => {
  const { app, api, submit, standing, idOf, steps } = await start(t)
  const reviewer = await client(app, { id: 'reviewer', scopes: ['measurements:review'] })
  const push = (agency: string, value: string) => submit([row(agency, value, { indicator: 'M', reason: 'sửa' })], '')
  const review = async (agency: string, decision: string) => {
    const id = await idOf('M', agency)
    const payload = { decision, comment: 'xem lại', revision: await revisionOf(app, id) }
    return app.inject({ method: 'POST', url: `/v1/measurements/${id}/review`, headers: reviewer.headers, payload })
  }
  // accepted, returned, corrected twice and pending · pending · returned
  await push('D1', '1')
  await review('D1', 'accept')
  await push('D1', '2')
  await review('D1', 'return')
  await push('D1', '3')
  await push('D1', '4')
  await push('D2', '1')
  await push('D3', '1')
  await review('D3', 'return')
  await submit([row('D1'), row('D2'), row('D3')], '')
  t.same(await standing('&indicator=M'), ['M D1 2025 4 submitted', 'M D2 2025 1 submitted', 'M D3 2025 1 returned'])

  const { status, body } = await submit([row('D1'), row('D2'), row('D3')], `${SCOPE}&scopeIndicator=A&scopeIndicator=M`)
  t.same([status, counts(body)], [201, { received: 3, created: 0, revised: 0, unchanged: 3, rejected: 0, withdrawn: 3 }], 'figures are counted, not revisions')
  t.same(await standing('&indicator=M'), [])
  const id = await idOf('M', 'D1')
  t.same(await steps(id), [
    '1 pushed pusher sửa', '1 accepted reviewer xem lại', '2 pushed pusher sửa', '2 returned reviewer xem lại', '3 pushed pusher sửa', '4 pushed pusher sửa',
    ...[4, 3, 2, 1].map(revision => `${revision} withdrawn pusher ${REASON}`)
  ], 'one after the other, as they could have been withdrawn one by one')
  t.match((await api.get(`/v1/measurements/${id}`)).body, { revision: 1, state: 'withdrawn' })
  t.same(counts((await submit([row('D1'), row('D2'), row('D3')], `${SCOPE}&scopeIndicator=A&scopeIndicator=M`)).body).withdrawn, 0)

  // withdrawn, and pushed again since
  await push('D1', '5')
  t.same(counts((await submit([row('D1')], `${SCOPE}&scopeIndicator=A&scopeIndicator=M`)).body).withdrawn, 1)
  t.same(await standing('&indicator=M'), [])
})

test('the status loses the figure, and as of before it has it', async t => {
  const { app, api, submit } = await start(t)
  await api.post('/v1/status-rules', { effectiveFrom: '2024-01-01', onTrack: '0.95', atRisk: '0.80' })
  for (const agency of ['D1', 'D2']) await api.post('/v1/targets', target(agency, { indicator: 'A', value: '5', scope: { agency } }))
  await api.post('/v1/submissions', { rows: [row('D1'), row('D2')] })
  const read = async (more = '') => {
    return ((await api.get(`/v1/status?indicator=A${more}`)).body['data'] as Body[]).map(found => `${found['target'].id} ${found['value']} ${found['performance']}`)
  }
  t.same(await read(), ['D1 10.00 achieved', 'D2 10.00 achieved'])
  const { rows: [{ now }] } = await app.pool.query("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') as now")
  t.equal((await submit([row('D1')], `${SCOPE}&scopeAgency=D1&scopeAgency=D2`)).status, 201)
  t.same(await read(), ['D1 10.00 achieved', 'D2 null no_data'])
  t.same(await read(`&asOf=${now}`), ['D1 10.00 achieved', 'D2 10.00 achieved'])
  t.match((await api.get(`/v1/measurements?agency=D2&asOf=${now}`)).body['data'], [{ value: '10', state: 'accepted' }])
})

test('a quality rule does not count the parts that go', async t => {
  const { api, submit, standing } = await start(t)
  const rule = await api.post('/v1/quality-rules', { code: 'PARTS', name: { vi: 'Tổng bằng các phần' }, severity: 'block', indicators: ['A'], kind: 'parts', params: { of: 'NGANH', tolerance: '0' } })
  t.equal(rule.status, 201, JSON.stringify(rule.body))
  await api.post('/v1/submissions', { rows: [row('D1', '10'), broken('D1', 'Y-TE', '5'), broken('D1', 'GIAO-DUC', '5')] })
  t.match(await api.change('/v1/quality-rules/PARTS', { state: 'active' }), { status: 200 })
  const file = [row('D1', '4', { reason: 'sửa' }), broken('D1', 'Y-TE', '4')].map(one => ({ ...one, reason: 'sửa' }))
  t.equal((await submit(file, '')).status, 422, 'beside what is stored the parts are more than the total')
  t.equal((await submit(file)).status, 201)
  t.same(await standing(), ['A D1 2025 4', 'A D1 2025 Y-TE 4'])
})

test('the same key replays; another reason is another request', async t => {
  const { api, submit, written } = await start(t)
  await api.post('/v1/submissions', { rows: [row('D1'), row('D2')] })
  const [key, query] = ['once', `${SCOPE}&scopeAgency=D1&scopeAgency=D2`]
  const first = await submit([row('D1')], query, { key })
  t.equal(first.status, 201)
  await api.post('/v1/submissions', { rows: [row('D2', '12', { reason: 'trở lại' })] })
  const before = await written()
  const second = await submit([row('D1')], query, { key })
  t.same([second.status, second.replayed, second.body], [201, 'true', first.body])
  t.match(await submit([row('D1')], query.replace('reason=', 'reason=x'), { key }), { status: 422, body: { code: 'idempotency_key_reused' } })
  t.same(await written(), before)
})

test('pushes into the scope at the same time: each figure is as if one came after the other', async t => {
  const { api, submit, standing, steps } = await start(t)
  const scope = `${SCOPE}&scopeAgency=D1&scopeAgency=D2&scopeAgency=D3&scopeIndicator=A&scopeIndicator=B`
  let value = 100
  const answers = await Promise.all(Array.from({ length: 24 }, async (_, i) => {
    const next = String(value++)
    if (i % 3 === 0) return submit([row('D1', next, { reason: 'sửa' })], scope)
    return submit([row('D2', next, { reason: 'sửa', indicator: i % 2 === 0 ? 'A' : 'B' }), row('D3', next, { reason: 'sửa' })], i % 3 === 1 ? 'mode=partial' : '')
  }))
  t.ok(answers.every(({ status }) => status === 200 || status === 201), JSON.stringify(answers.find(({ status }) => status > 201)))
  const { data } = (await api.get('/v1/measurements?limit=500')).body as { data: Body[] }
  for (const { id } of data as { id: string }[]) {
    let stands = false
    for (const step of await steps(id)) {
      if (step.includes(' withdrawn ')) t.ok(stands, 'what is withdrawn stood')
      stands = !step.includes(' withdrawn ')
    }
  }
  const withdrawn = answers.reduce((sum, { body }) => sum + body['counts'].withdrawn, 0)
  const all = await Promise.all((data as { id: string }[]).map(({ id }) => steps(id)))
  t.equal(all.flat().filter(step => step.includes(' withdrawn ')).length, withdrawn, 'receipts tell all')
  await submit([row('D1', '1', { reason: 'sửa' })], scope)
  t.same(await standing(), ['A D1 2025 1'])
})

test('a push that comes while the scope is being replaced waits, and stays', async t => {
  const { app, api, submit, standing } = await start(t)
  await api.post('/v1/submissions', { rows: [row('D1'), row('D2')] })
  // holds the replacement in the middle of its work
  const holder = await app.pool.connect()
  await holder.query('begin; set local role none; lock table measurement_events in share mode')
  const waiting = async (count: number) => {
    while ((await owner(app.pool).query("select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")).rowCount! < count) await new Promise(resolve => { setImmediate(resolve) })
  }
  const replacing = submit([row('D1')], `${SCOPE}&scopeAgency=D1&scopeAgency=D2&scopeAgency=D3`)
  await waiting(1)
  const pushing = submit([row('D2', '20', { reason: 'mới' }), row('D3', '30')], '')
  await waiting(2)
  await holder.query('commit')
  holder.release()
  const [replaced, pushed] = await Promise.all([replacing, pushing])
  t.same([replaced.status, replaced.body['counts'].withdrawn, pushed.status, pushed.body['counts'].created, pushed.body['counts'].revised], [201, 1, 201, 1, 1])
  t.same(await standing(), ['A D1 2025 10', 'A D2 2025 20', 'A D3 2025 30'])
})

test(`at most ${MAX_WITHDRAWN} figures`, async t => {
  const { app, submit, written } = await start(t)
  const { body: { id } } = await submit([row('D1')], '')
  const fill = (from: number, to: number) => owner(app.pool).query(`
    insert into measurements (indicator_code, id, period, agency_code, breakdown_key, breakdown, revision, value, quality, initial_state, client_id, submission_id)
    select 'A', gen_random_uuid(), '2025', 'D2', 'NGANH=' || n, jsonb_build_object('NGANH', n::text), 1, n, 'official', 'accepted', 'pusher', $1
    from generate_series($2::integer, $3::integer) n`, [id, from, to])
  await fill(1, MAX_WITHDRAWN + 1)
  const query = `${SCOPE}&scopeAgency=D1&scopeAgency=D2`
  const refused = await submit([row('D1')], query)
  t.same([refused.status, faults(refused.body)], [422, [['replaceScope', 'too_many_withdrawals']]])
  t.match(refused.body['errors'][0]['detail'], `${MAX_WITHDRAWN}`)
  t.equal((await written()).events, 0)
  const done = await submit([row('D1'), { ...broken('D2', '1', '1'), breakdown: undefined, agency: 'D2' }], query)
  t.equal(done.status, 422, 'a row of the whole is another figure')
  const limited = await client(app, { id: 'limited', scopes: ['measurements:write'], grants: [{ agency: 'D1' }] })
  await app.pool.query("insert into dimension_members (dimension_code, code, name) values ('NGANH', '1', '{\"vi\":\"1\"}')")
  const withdrawn = await submit([row('D1'), broken('D2', '1', '1')], query)
  t.same([withdrawn.status, withdrawn.body['counts'].withdrawn, withdrawn.body['withdrawn'].length], [201, MAX_WITHDRAWN, 1000])
  t.equal((await written()).events, MAX_WITHDRAWN)

  await fill(MAX_WITHDRAWN + 2, MAX_WITHDRAWN + 200)
  const many = await submit([row('D1')], query, { by: limited })
  t.same([many.body['errors'].length, many.body['truncated'], many.body['receipt']['problems'].length], [100, true, 100])
})
