import { randomUUID } from 'node:crypto'
import t from 'tap'
import { decideWithdrawal, type RevisionUnderKey } from '../../src/features/pushes/withdrawing.js'
import type { Figure } from '../../src/features/pushes/figure.js'
import { build, client, standing, type TestClient } from '../helper.js'
import { agency, indicator, lay, writer, type Body } from './registry.js'

/** Rows that withdraw their figure: by a table of what is stored and said, and in every format. */

type State = RevisionUnderKey['state']
const revision = (number: number, figure: Figure, state: State, decided: boolean): RevisionUnderKey =>
  ({ indicator: 'I', id: 'id', revision: number, state, decided, ...figure })
const [A, B, C] = [{ value: '50' }, { value: '60' }, { value: '70' }]
const FREE = { decimals: 2, isAllowed: true, locked: undefined }

t.test('what a row withdraws, beside what stands under its key', async t => {
  const accepted = (number: number, figure: Figure) => revision(number, figure, 'accepted', true)
  const pending = (number: number, figure: Figure) => revision(number, figure, 'submitted', false)
  const returned = (number: number, figure: Figure, decided = false) => revision(number, figure, 'returned', decided)
  const gone = (number: number, figure: Figure, decided: boolean) => revision(number, figure, 'withdrawn', decided)
  const ratio = { numerator: '1', denominator: '3' }
  const table: [stored: RevisionUnderKey[], said: Figure, becomes: string, left?: Figure][] = [
    [[], {}, 'unknown_measurement'],
    [[], A, 'unknown_measurement'],
    [[accepted(1, A)], {}, 'withdrawn 1'],
    [[accepted(1, A)], A, 'withdrawn 1'],
    [[accepted(1, A)], { value: '50.00' }, 'withdrawn 1'],
    [[accepted(1, A)], B, 'figure_changed'],
    [[accepted(1, A)], { numerator: '1', denominator: '2' }, 'figure_changed'],
    [[pending(1, A)], {}, 'withdrawn 1'],
    [[returned(1, A)], A, 'withdrawn 1'],
    [[returned(1, A, true)], A, 'withdrawn 1'],
    [[pending(2, B), accepted(1, A)], {}, 'withdrawn 2 1'],
    [[pending(2, B), accepted(1, A)], B, 'withdrawn 2', A],
    [[pending(2, B), accepted(1, A)], A, 'figure_changed'],
    [[returned(2, B), accepted(1, A)], B, 'withdrawn 2', A],
    [[pending(2, B), returned(1, A, true)], B, 'withdrawn 2', A],
    [[pending(3, C), returned(2, B), accepted(1, A)], C, 'withdrawn 3', A],
    [[pending(3, C), pending(2, B), accepted(1, A)], C, 'withdrawn 3', B],
    [[pending(3, C), pending(2, B), accepted(1, A)], {}, 'withdrawn 3 2 1'],
    // the same file again
    [[gone(2, B, false), accepted(1, A)], B, 'unchanged 2'],
    [[gone(2, B, false), gone(1, A, true)], {}, 'unchanged 2'],
    [[gone(1, A, true)], {}, 'unchanged 1'],
    [[gone(1, A, true)], A, 'unchanged 1'],
    [[gone(1, A, true)], B, 'unchanged 1'],
    [[gone(1, A, false)], A, 'unchanged 1'],
    // what stands is another matter than what was retracted
    [[gone(2, B, false), accepted(1, A)], {}, 'withdrawn 1'],
    [[gone(2, B, false), accepted(1, A)], A, 'withdrawn 1'],
    [[gone(2, B, false), accepted(1, A)], C, 'figure_changed'],
    // a ratio: its parts, or its value as it is shown
    [[accepted(1, ratio)], { numerator: '1', denominator: '3' }, 'withdrawn 1'],
    [[accepted(1, ratio)], { value: '33.333333333333', numerator: '1', denominator: '3' }, 'withdrawn 1'],
    [[accepted(1, ratio)], { value: '33.333333333333' }, 'withdrawn 1'],
    [[accepted(1, ratio)], { value: '33.33333333' }, 'withdrawn 1'],
    [[accepted(1, ratio)], { value: '33.33' }, 'withdrawn 1'],
    [[accepted(1, ratio)], { value: '33.3' }, 'figure_changed'],
    [[accepted(1, ratio)], { value: '33.34' }, 'figure_changed'],
    [[accepted(1, ratio)], { numerator: '2', denominator: '6' }, 'figure_changed'],
    [[accepted(1, { numerator: '1', denominator: '2' })], { value: '50.0' }, 'withdrawn 1'],
    [[accepted(1, { numerator: '1', denominator: '0' })], { numerator: '1', denominator: '0' }, 'withdrawn 1'],
    [[accepted(1, { numerator: '1', denominator: '0' })], { value: '0' }, 'figure_changed']
  ]
  const decide = (said: Figure, stored: RevisionUnderKey[], more = FREE as Parameters<typeof decideWithdrawal>[2], named: { reason?: string } = { reason: 'x' }) => {
    const row = { action: 'withdraw' as const, indicator: 'I', agency: 'X', period: '2025', ...said, ...named }
    const decision = decideWithdrawal(row, stored, more)
    if (decision.outcome === 'rejected') return [decision.problems.map(({ code }) => code).join(' '), undefined] as const
    if (decision.outcome === 'unchanged') return [`unchanged ${decision.revision}`, undefined] as const
    const { revisions, left } = decision.withdrawal
    return [`withdrawn ${revisions.map(one => one.revision).join(' ')}`, left && { value: left.value }] as const
  }
  for (const [stored, said, becomes, left] of table) {
    const name = `${stored.map(one => `${one.revision} ${one.value ?? `${one.numerator}/${one.denominator}`} ${one.state}`).join(', ') || 'nothing'}; said: ${JSON.stringify(said)}`
    t.same(decide(said, stored), [becomes, left], name)
    t.same(decide(said, stored, { ...FREE, isAllowed: false }), ['not_assigned', undefined], `${name}; by somebody who may not`)
    const isRefused = becomes.startsWith('unchanged') || becomes === 'unknown_measurement'
    const own = becomes === 'figure_changed' ? [becomes] : []
    t.same(decide(said, stored, { ...FREE, locked: { vi: 'khoá', en: 'locked' } }, {}),
      isRefused ? [becomes, undefined] : [['period_locked', ...own, 'reason_required'].join(' '), undefined], `${name}; locked, without a reason`)
  }
})

const app = await build(t, { chunkRows: 3 } as object)
const api = await writer(app)
await lay(app, api)
for (const [code, reviewPolicy] of [['A', 'automatic'], ['M', 'manual']] as const) {
  await api.post('/v1/indicators', indicator(code, code, {
    valueKind: 'number', frequency: 'yearly', calendar: 'statistical', aggregation: 'sum', minimum: undefined, maximum: undefined, reviewPolicy
  }))
}
await api.post('/v1/indicators', indicator('R', 'R', { frequency: 'yearly', calendar: 'statistical' }))
await api.post('/v1/dimensions', { code: 'DIM', name: { vi: 'Chiều' } })
await api.post('/v1/dimensions/DIM/members', { code: 'NU', name: { vi: 'Nữ' } })
const robot = await client(app, { id: 'robot', scopes: ['measurements:write'] })
const reviewer = await client(app, { id: 'reviewer', scopes: ['measurements:review', 'measurements:write'], grants: [] })

async function call (by: TestClient, url: string, payload?: object | string, more: Record<string, string> = {}) {
  const response = await app.inject({
    method: payload === undefined ? 'GET' : 'POST',
    url: url.replace('http://registry.test', ''),
    headers: { ...by.headers, 'accept-language': 'en', ...payload === undefined ? {} : { 'content-type': 'application/json' }, ...more },
    ...payload === undefined ? {} : { payload }
  })
  return { status: response.statusCode, text: response.body, body: String(response.headers['content-type']).includes('json') ? response.json<Body>() : {} }
}

type Row = Record<string, any>
const csv = (rows: Row[], delimiter = ',') => {
  const names = [...new Set(rows.flatMap(row => Object.keys(row).filter(name => name !== 'breakdown')))]
  const breakdowns = [...new Set(rows.flatMap(row => Object.keys(row['breakdown'] ?? {})))]
  return [[...names, ...breakdowns.map(name => `breakdown.${name}`)], ...rows.map(row =>
    [...names.map(name => row[name] ?? ''), ...breakdowns.map(name => row['breakdown']?.[name] ?? '')])]
    .map(cells => cells.join(delimiter)).join('\r\n') + '\r\n'
}
const FORMATS: Record<string, (rows: Row[]) => [type: string, payload: string]> = {
  JSON: rows => ['application/json', JSON.stringify({ rows })],
  NDJSON: rows => ['application/x-ndjson', rows.map(row => JSON.stringify(row)).join('\n')],
  CSV: rows => ['text/csv', csv(rows)]
}

async function push (rows: Row[], { by = robot, query = 'mode=partial', format = 'JSON', key = randomUUID() as string } = {}) {
  const [type, payload] = FORMATS[format]!(rows)
  const answer = await call(by, `/v1/submissions?${query}`, payload, { 'content-type': type, 'idempotency-key': key })
  const receipt = (answer.body['receipt'] ?? answer.body) as Body
  const outcomes = receipt['rows'] === undefined || receipt['rows'] === null
    ? []
    : ((await call(by, `${receipt['rows']}?limit=500`)).body['data'] as Body[])
        .map(({ outcome, problems }) => [outcome, ...problems.map((one: Body) => `${one['pointer']} ${one['code']}`)].join(' '))
  return { ...answer, receipt, outcomes }
}

let agencies = 0
async function place (): Promise<string> {
  const code = `SO-${++agencies}`
  await api.post('/v1/agencies', agency(code, code, { parent: 'UBND-TINH' }))
  return code
}
const withdrawing = (row: Row, more: Row = {}) => {
  const { value: _, numerator: __, denominator: ___, ...name } = row
  return { action: 'withdraw', ...name, reason: 'Báo cáo nhầm', ...more }
}
/** The revision that stands, whatever its state. */
async function shown ({ indicator, agency }: Row): Promise<string[]> {
  const lists = await Promise.all(['submitted', 'accepted', 'withdrawn'].map(async state =>
    (await call(reviewer, `/v1/measurements?indicator=${indicator}&agency=${agency}&state=${state}`)).body['data'] as Body[]))
  return lists.flat().map(one => `${one['revision']} ${one['value']} ${one['state']}`)
}

for (const format of Object.keys(FORMATS)) {
  t.test(`a row withdraws its figure: ${format}`, async t => {
    const [one, other, third] = [await place(), await place(), await place()]
    const rows = [one, other, third].map(agency => ({ indicator: 'A', agency, period: '2025', value: '10' }))
    await push(rows)
    const before = new Date().toISOString()
    // in the middle of figures, as it stands in a sheet: the value still beside it
    const file = [{ ...rows[0]!, value: '11', reason: 'Đếm lại' }, withdrawing(rows[1]!, { itemId: 'x-1', value: '10', note: 'ghi chú cũ' }), rows[2]!]

    const tried = await push(file, { format, query: 'mode=partial&dryRun=true' })
    t.match(tried.receipt['counts'], { received: 3, revised: 1, withdrawn: 1, unchanged: 1, rejected: 0 })
    t.same(await shown(rows[1]!), ['1 10 accepted'], 'a dry run writes nothing')

    const { status, receipt, outcomes } = await push(file, { format })
    t.equal(status, 200)
    t.same(receipt['counts'], { received: 3, created: 0, revised: 1, unchanged: 1, rejected: 0, warned: 0, withdrawn: 1, leftEmpty: 0 })
    t.same(outcomes, ['revised', 'withdrawn', 'unchanged'])
    t.same(await shown(rows[1]!), ['1 10 withdrawn'])
    const withdrawn = (await call(robot, `${receipt['rows']}?outcome=withdrawn&count=exact`)).body
    t.match(withdrawn, { count: 1, data: [{ position: 1, itemId: 'x-1', action: 'withdraw', outcome: 'withdrawn', measurement: { revision: 1 } }] })
    const { id } = withdrawn['data'][0].measurement
    const { body: history } = await call(reviewer, `/v1/measurements/${id}/history`)
    t.match(history['data'].at(-1), { step: 'withdrawn', reason: 'Báo cáo nhầm', client: 'robot' })
    t.match((await call(reviewer, `/v1/measurements/${id}?asOf=${before}`)).body, { state: 'accepted', value: '10' }, 'as it was known before')

    const again = await push(file, { format })
    t.same(again.receipt['counts'], { received: 3, created: 0, revised: 0, unchanged: 3, rejected: 0, warned: 0, withdrawn: 0, leftEmpty: 0 })
    t.same((await call(robot, `${again.receipt['rows']}?standing=false`)).body['data'], [], 'all rows stand, the withdrawing one too')
    t.match((await call(robot, `${again.receipt['rows']}?standing=true`)).body['data'].map((row: Body) => row['action']), [undefined, 'withdraw', undefined])

    await push([{ ...rows[1]!, value: '12', reason: 'Đã kiểm tra' }])
    t.match((await call(robot, `${receipt['rows']}?standing=false`)).body['data'], [{ position: 1, standing: 'replaced' }], 'until it is reported again')
    const exported = await call(robot, `${receipt['rows']}?outcome=withdrawn`, undefined, { accept: 'text/csv' })
    t.match(exported.text, /^position,.*,action\r\n1,.*x-1,withdrawn,.*,withdraw\r\n$/)
  })
}

t.test('a row without a value takes away what was accepted and its correction; with it, only the correction', async t => {
  const rows = await Promise.all([place(), place()]).then(places => places.map(agency => ({ indicator: 'M', agency, period: '2025', value: '10' })))
  await push(rows)
  for (const { id } of (await call(reviewer, '/v1/measurements?indicator=M&state=submitted')).body['data']) {
    await call(await client(app, { scopes: ['measurements:review'] }), `/v1/measurements/${id}/review`, { decision: 'accept', revision: await standing(app, id) })
  }
  await push(rows.map(row => ({ ...row, value: '20', reason: 'Đếm lại' })))
  t.same(await shown(rows[0]!), ['2 20 submitted'])

  const file = [withdrawing(rows[0]!), withdrawing(rows[1]!, { value: '20' })]
  t.same((await push(file)).outcomes, ['withdrawn', 'withdrawn'])
  t.same(await shown(rows[0]!), ['1 10 withdrawn'], 'nothing stands')
  t.same(await shown(rows[1]!), ['1 10 accepted'], 'what was accepted stands again')
  t.same((await push(file)).outcomes, ['unchanged', 'unchanged'], 'the same file again')
  t.same(await shown(rows[1]!), ['1 10 accepted'], 'and has not reached what stands below')
})

t.test('what is refused names its field, and nothing of an atomic push is written', async t => {
  const [place1, place2, place3] = [await place(), await place(), await place()]
  const rows = [place1, place2].map(agency => ({ indicator: 'A', agency, period: '2025', value: '10' }))
  await push(rows)
  const { reason: _, ...without } = withdrawing(rows[0]!)
  const cases: [Row, string][] = [
    [without, 'rejected /reason reason_required'],
    [withdrawing(rows[0]!, { value: '11' }), 'rejected /value figure_changed'],
    [withdrawing({ indicator: 'A', agency: place3, period: '2025' }), 'rejected  unknown_measurement'],
    [withdrawing(rows[0]!, { breakdown: { DIM: 'NU' } }), 'rejected  unknown_measurement'],
    [withdrawing({ indicator: 'A', agency: place1, period: '2025-Q1' }), 'rejected  unknown_measurement'],
    [withdrawing({ indicator: 'X', agency: 'Y', period: '2025-13', breakdown: { Z: 'Z' } }),
      'rejected /indicator unknown_indicator /agency unknown_agency /period unknown_period /breakdown/Z unknown_dimension']
  ]
  for (const [row, expected] of cases) {
    const atomic = await push([withdrawing(rows[1]!), row], { query: 'mode=atomic' })
    t.equal(atomic.status, 422)
    t.same(atomic.outcomes, ['not_written', expected])
    t.same(await shown(rows[1]!), ['1 10 accepted'])
  }
  const both = await push([{ ...rows[0]!, value: '12', reason: 'x' }, withdrawing(rows[0]!)])
  t.same(both.outcomes, ['revised', 'rejected  duplicate_row'], 'a figure is reported or withdrawn, once')
  const wrong = await push([{ ...withdrawing(rows[0]!), action: 'delete' }], { format: 'CSV' })
  t.match(wrong.outcomes[0], /^rejected \/action /)
  t.match(wrong.receipt['exceptions'][0].problems[0].detail, /withdraw/, 'what would be right is said')
  const single = await call(robot, '/v1/measurements', withdrawing(rows[0]!))
  t.equal(single.status, 400, 'a single figure has an address of its own for that')
})

t.test('a file of many chunks withdraws in each of them, and counts every row once', async t => {
  const rows = await Promise.all(Array.from({ length: 10 }, place)).then(places => places.map(agency => ({ indicator: 'A', agency, period: '2025', value: '1' })))
  await push(rows, { format: 'NDJSON' })
  const file = rows.map((row, i) => i % 3 === 0 ? withdrawing(row) : row)
  const { receipt } = await push(file, { format: 'NDJSON' })
  t.same(receipt['counts'], { received: 10, created: 0, revised: 0, unchanged: 6, rejected: 0, warned: 0, withdrawn: 4, leftEmpty: 0 })
  const { body } = await call(robot, `/v1/submissions/${receipt['id']}`)
  t.same(body['counts'], receipt['counts'], 'and so says the receipt')
  t.equal((await call(robot, `${receipt['rows']}?outcome=withdrawn&count=exact`)).body['count'], 4)
})

t.test('with replaceScope: a row that withdraws names its figure, and what no row names goes too', async t => {
  const rows = await Promise.all([place(), place(), place()]).then(places => places.map(agency => ({ indicator: 'A', agency, period: '2025', value: '1' })))
  await push(rows)
  const scope = rows.map(({ agency }) => `scopeAgency=${agency}`).join('&')
  const file = [rows[0]!, withdrawing(rows[1]!)]
  const query = `replaceScope=true&reason=To%C3%A0n%20b%E1%BB%99&scopeIndicator=A&scopePeriod=2025&${scope}`
  const { receipt } = await push(file, { query })
  t.same(receipt['counts'], { received: 2, created: 0, revised: 0, unchanged: 1, rejected: 0, warned: 0, withdrawn: 2, leftEmpty: 0 })
  t.equal(receipt['withdrawn'].length, 1, 'by the scope: one')
  const reasons = await Promise.all(rows.slice(1).map(async ({ agency }) => {
    const [{ id }] = (await call(reviewer, `/v1/measurements?indicator=A&agency=${agency}&state=withdrawn`)).body['data']
    return (await call(reviewer, `/v1/measurements/${id}/history`)).body['data'].at(-1).reason
  }))
  t.same(reasons, ['Báo cáo nhầm', 'Toàn bộ'], 'each for its own reason')
})

t.test('quality rules judge the other rows beside what is left', async t => {
  const place1 = await place()
  const rule = { code: 'NHAY', name: { vi: 'Nhảy' }, kind: 'change', params: { relative: '0.5' }, severity: 'warn', indicators: ['R'] }
  await push([{ indicator: 'R', agency: place1, period: '2023', value: '10' }])
  t.equal((await api.post('/v1/quality-rules', { ...rule, state: 'active' })).status, 201)
  const leap = { indicator: 'R', agency: place1, period: '2024', value: '90' }
  t.equal((await push([leap], { query: 'mode=partial&dryRun=true' })).receipt['counts'].warned, 1, 'beside 10, 90 is a leap')
  const { receipt } = await push([withdrawing({ indicator: 'R', agency: place1, period: '2023' }), leap])
  t.match(receipt['counts'], { created: 1, withdrawn: 1, warned: 0 }, 'beside nothing it is none')
})

t.test('it needs a grant for the figure, or the right to review; and a period that is not locked', async t => {
  const [own, foreign] = [await place(), await place()]
  const rows = [own, foreign].map(agency => ({ indicator: 'A', agency, period: '2025', value: '10' }))
  await push(rows)
  const narrow = await client(app, { id: 'narrow', scopes: ['measurements:write'], grants: [{ agency: own }] })
  const file = rows.map(row => withdrawing(row))
  t.same((await push(file, { by: narrow })).outcomes, ['withdrawn', 'rejected /agency not_assigned'])
  t.same((await push([withdrawing({ indicator: 'A', agency: foreign, period: '2024' })], { by: narrow })).outcomes, ['rejected /agency not_assigned'],
    'nor is it told whether there is one')
  t.same((await push(file, { by: reviewer })).outcomes, ['unchanged', 'withdrawn'], 'who reviews withdraws everything')

  const [kept, late] = [await place(), await place()]
  const more = [kept, late].map(agency => ({ indicator: 'A', agency, period: '2024', value: '10' }))
  await push(more)
  await push([withdrawing(more[1]!)])
  await api.change('/v1/calendars/statistical', { locks: { yearly: { workingDays: 1 } } })
  t.same((await push(more.map(row => withdrawing(row)))).outcomes, ['rejected /period period_locked', 'unchanged'])
})
