import t from 'tap'
import { build } from '../helper.js'
import { agency, indicator, lay, target, writer, type Body } from './registry.js'

/** A ends on 30/06/2025 as a whole, B in part, into N, which begins on 01/07; S takes over C as a whole on the same day and goes on. */
async function start (t: Parameters<typeof build>[0]) {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  const make = async (url: string, payload: object) => {
    const { status, body } = await api.post(url, payload)
    t.ok(status < 300, `${url}: ${JSON.stringify(body).slice(0, 500)}`)
  }
  for (const code of ['A', 'A2', 'S', 'C']) await make('/v1/agencies', agency(code, code, { parent: 'UBND-TINH' }))
  await make('/v1/agencies', agency('A-HUYEN', 'Dưới A', { kind: 'district_committee', level: 'district', parent: 'A' }))
  await make('/v1/indicators', indicator('CQS-01', 'Tỷ lệ'))
  await make('/v1/indicators', indicator('KTS-01', 'Tổng', { valueKind: 'number', aggregation: 'sum', maximum: '100000', pillar: 'KTS' }))
  await make('/v1/indicators', indicator('KTS-02', 'Riêng', { valueKind: 'number', aggregation: 'direct', maximum: '100000', pillar: 'KTS' }))
  await make('/v1/targets', target('T', { indicator: 'CQS-01' }))
  const push = (...rows: object[]) => make('/v1/submissions', { mode: 'atomic', rows })
  const ratio = (agency: string, period: string, numerator: string, denominator: string) => ({ indicator: 'CQS-01', agency, period, numerator, denominator })
  const number = (code: string, agency: string, period: string, value: string) => ({ indicator: code, agency, period, value })
  const view = async (code: string, agency: string, view: string, more = '') => {
    const { status, body } = await api.get(`/v1/indicators/${code}/series?agency=${agency}&from=2025&to=2025&on=2025-12-31&view=${view}${more}`)
    t.equal(status, 200, JSON.stringify(body).slice(0, 300))
    return { agency: body['agency'], points: (body['series'] as Body[]).flatMap(line => line['points'] as Body[]) }
  }
  const brief = (points: Body[]) => points.map(one => [one['period'], one['agency'] ?? null, one['value'], one['restatement']?.code ?? one['restatement']?.possible ?? null])
  return { api, make, push, ratio, number, view, brief }
}

const merge = (id: string, from: string[], to: string, share: string, more: object = {}) => ({
  id, kind: 'merge', effectiveOn: '2025-07-01', document: 'D2025', from, to: [to], mapping: from.filter(code => code !== to).map(code => ({ from: code, to, share })), ...more
})

t.test('two wholes become one: as reported, current, restated', async t => {
  const { make, push, ratio, number, view, brief } = await start(t)
  await push(
    ratio('A', '2025-Q1', '30', '100'), ratio('A2', '2025-Q1', '50', '300'), ratio('A-HUYEN', '2025-Q1', '1', '1'),
    ratio('A', '2025-Q2', '1', '3'),
    number('KTS-01', 'A', '2025-Q1', '10.5'), number('KTS-01', 'A2', '2025-Q1', '2'),
    number('KTS-02', 'A', '2025-Q1', '7'), number('KTS-02', 'A2', '2025-Q1', '8')
  )
  await make('/v1/reorganisations', merge('M', ['A', 'A2'], 'N', 'whole', {
    establish: [{ code: 'N', kind: 'department', level: 'province', name: { vi: 'Mới' }, parent: 'UBND-TINH' }],
    close: ['A', 'A2', 'A-HUYEN'],
    from: ['A', 'A2', 'A-HUYEN'],
    mapping: [...['A', 'A2'].map(from => ({ from, to: 'N', share: 'whole' })), { from: 'A-HUYEN', to: 'N', share: 'part' }]
  }))
  await push(ratio('N', '2025-Q3', '80', '100'))

  t.same(await view('CQS-01', 'N', 'as_reported').then(({ points }) => brief(points)), [['2025-Q3', null, '80', null]])
  t.same(await view('CQS-01', 'A', 'as_reported').then(({ agency, points }) => [agency, brief(points)]), ['A', [['2025-Q1', null, '30', null], ['2025-Q2', null, '33.333333333333', null]]], 'nothing recorded is rewritten')
  for (const asked of ['N', 'A', 'A2']) {
    const current = await view('CQS-01', asked, 'current')
    t.equal(current.agency, 'N', `${asked}: an ended body is answered by its whole successor`)
    t.same(brief(current.points), [['2025-Q1', 'A', '30', null], ['2025-Q1', 'A2', '16.666666666667', null], ['2025-Q2', 'A', '33.333333333333', null], ['2025-Q3', 'N', '80', null]], 'no arithmetic')
    const { agency, points } = await view('CQS-01', asked, 'restated')
    t.equal(agency, 'N')
    // (30 + 50) / (100 + 300) = 20 %; the district stood below A, and is in its figure
    t.same(brief(points), [['2025-Q1', null, '20', true], ['2025-Q2', null, null, 'predecessor_without_figure'], ['2025-Q3', null, '80', null]])
    t.match(points[0], { numerator: '80', denominator: '400', quality: 'official', state: 'accepted', provenance: 'operational', measurement: undefined })
    t.same(points[0]!['restatement'].figures.map((one: Body) => one['agency']), ['A', 'A2'])
    t.match(points[1]!['restatement'], { possible: false, agencies: ['A2'], reason: { vi: /A2 không có/, en: /A2 has no/ } })
  }
  t.same(await view('KTS-01', 'N', 'restated').then(({ points }) => brief(points)), [['2025-Q1', null, '12.5', true]])
  t.same(await view('KTS-02', 'N', 'restated').then(({ points }) => brief(points)), [['2025-Q1', null, null, 'not_additive']])
  t.same(await view('CQS-01', 'N', 'restated', '').then(({ points }) => points.length), 3)
  t.same(await view('CQS-01', 'A-HUYEN', 'current').then(({ agency }) => agency), 'A-HUYEN', 'passed on in part: nobody is it')
})

t.test('a body that goes on, and parts', async t => {
  const { api, make, push, ratio, view, brief } = await start(t)
  await push(ratio('S', '2025-Q1', '10', '100'), ratio('C', '2025-Q1', '30', '100'), ratio('A', '2025-Q1', '1', '2'), ratio('A2', '2025-Q1', '1', '2'))
  await make('/v1/reorganisations', merge('M', ['S', 'C'], 'S', 'whole'))
  await push(ratio('S', '2025-Q3', '50', '100'))
  t.same(await view('CQS-01', 'S', 'as_reported').then(({ points }) => brief(points)), [['2025-Q1', null, '10', null], ['2025-Q3', null, '50', null]])
  t.same(await view('CQS-01', 'C', 'current').then(({ agency, points }) => [agency, brief(points)]), ['S', [['2025-Q1', 'S', '10', null], ['2025-Q3', 'S', '50', null]]], 'it existed: its own')
  t.same(await view('CQS-01', 'S', 'restated').then(({ points }) => brief(points)), [['2025-Q1', null, '20', true], ['2025-Q3', null, '50', null]])
  t.same((await api.get('/v1/indicators/CQS-01/series?agency=C&from=2025&to=2025&on=2025-06-30&view=restated')).body['agency'], 'C', 'not yet')

  await make('/v1/reorganisations', { kind: 'transfer', effectiveOn: '2025-07-01', document: 'D2025', mapping: [{ from: 'A', to: 'A2', share: 'part', functions: { indicators: ['CQS-01'] } }] })
  t.same(await view('CQS-01', 'A2', 'restated').then(({ points }) => brief(points)), [['2025-Q1', null, null, 'passed_on_in_part']])
  t.same(await view('CQS-01', 'A', 'restated').then(({ points }) => brief(points)), [['2025-Q1', null, null, 'gave_away_part']])
  t.match((await view('CQS-01', 'A', 'restated')).points[0], { restatement: { agencies: ['A'] } })
  t.same(await view('CQS-01', 'A', 'current').then(({ points }) => brief(points)), [['2025-Q1', 'A', '50', null]])
})

t.test('taken over within a period: whose figure it is, and when that cannot be told', async t => {
  const { make, push, number, view, brief } = await start(t)
  // Q2 runs from 15/03 to 14/06; Q1 is over before, Q3 begins after
  await push(
    number('KTS-01', 'S', '2025-Q1', '10'), number('KTS-01', 'C', '2025-Q1', '1'),
    number('KTS-01', 'S', '2025-Q2', '20'), number('KTS-01', 'C', '2025-Q2', '2'),
    number('KTS-02', 'S', '2025-Q2', '9'))
  await make('/v1/reorganisations', merge('M', ['S', 'C'], 'S', 'whole', { effectiveOn: '2025-05-01' }))
  await push(number('KTS-01', 'S', '2025-Q3', '30'))
  for (const asked of ['S', 'C']) {
    const { agency, points } = await view('KTS-01', asked, 'restated')
    t.equal(agency, 'S')
    t.same(brief(points), [['2025-Q1', null, '11', true], ['2025-Q2', null, null, 'merged_within_period'], ['2025-Q3', null, '30', null]])
    t.match(points[1], { from: '2025-03-15', to: '2025-06-14', restatement: { possible: false, agencies: ['C'], reason: { vi: /C được sáp nhập trong kỳ này/, en: /C was taken over within this period/ } } })
  }
  t.same(await view('KTS-01', 'S', 'current').then(({ points }) => brief(points)), [['2025-Q1', 'S', '10', null], ['2025-Q2', 'S', '20', null], ['2025-Q3', 'S', '30', null]], 'as it was reported')
  t.same(await view('KTS-01', 'C', 'as_reported').then(({ points }) => brief(points)), [['2025-Q1', null, '1', null], ['2025-Q2', null, '2', null]])
  t.same(await view('KTS-02', 'S', 'restated').then(({ points }) => brief(points)), [['2025-Q2', null, '9', null]], 'C has none of its own: S reported for both')
})
