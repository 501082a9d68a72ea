import { test } from 'tap'
import { statusRules } from '../../src/db/schema/index.js'
import { build } from '../helper.js'
import { agency, indicator, lay, target, writer, type Body } from './registry.js'

/*
 * A plan of its own, told over a year: districts D1, D2 and D3 of the province; D1 is merged into D2 on 01/07/2025. Statistical
 * calendar, deadlines two working days after the cut-off. Worked out by hand before the first run.
 *
 *   FIRMS   firms supported, counted in each month, quarter and year; at least 1,000 in the year, and 300 in each district
 *           Q1: D1 100, D2 by months 30 + 40 + 50, D3 60 → 280 · Q2: D1 80, D2 90, D3 – (later 50) → 170, later 220
 *           Q3: D2 200, D3 70 → 270 · Q4: D2 210, D3 40 → 250 · year: 280 + 220 + 270 + 250 = 1,020
 *           D2 with D1: 220 + 170 + 200 + 210 = 800; D3: 60 + 50 + 70 + 40 = 220
 *   SPENT   money spent since the beginning of the year, by the province: 10, 25, 45, 80; at most 100 in the year
 *   FIBRE   households with fibre on the last day: 50/100 … of two districts
 *   FILES   share of files of the quarter, by the province: 60/100, 30/100, 90/100, 80/100; 65 %
 */
const district = (code: string) => agency(code, `Huyện ${code}`, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' })
const statistical = { calendar: 'statistical', minimum: undefined, maximum: undefined }
const flow = { ...statistical, timeBasis: 'during_period', valueKind: 'count', decimals: 0, aggregation: 'sum', unit: 'doanh nghiệp' }

test('a year of figures that add up, that are to date, and that stand', async t => {
  const app = await build(t)
  const { get, post } = await writer(app)
  await lay(app, { get, post } as never)
  await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2020-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' })
  const made = async (url: string, payload: object) => {
    const { status, body } = await post(url, payload)
    t.ok(status < 300, `${url}: ${JSON.stringify(body)}`)
    return body
  }
  for (const code of ['D1', 'D2', 'D3']) await made('/v1/agencies', district(code))
  await made('/v1/indicators', indicator('FIRMS', 'Doanh nghiệp được hỗ trợ', { ...flow, frequency: undefined, frequencies: ['monthly', 'quarterly', 'yearly'] }))
  await made('/v1/indicators', indicator('SPENT', 'Kinh phí', {
    ...statistical, timeBasis: 'year_to_date', valueKind: 'number', decimals: 0, aggregation: 'direct', unit: 'tỷ đồng', direction: 'lower_is_better'
  }))
  await made('/v1/indicators', indicator('FIBRE', 'Cáp quang', { calendar: 'statistical' }))
  await made('/v1/indicators', indicator('FILES', 'Hồ sơ trên mạng', { calendar: 'statistical', timeBasis: 'during_period', aggregation: 'direct' }))
  const aim = (id: string, of: string, more: object) => made('/v1/targets', target(id, { indicator: of, effectiveFrom: '2024-12-11', ...more }))
  await aim('F', 'FIRMS', { value: '1000', unit: 'doanh nghiệp' })
  await aim('E', 'FIRMS', { value: '300', unit: 'doanh nghiệp', quantifier: 'each', scope: { level: 'district' } })
  await aim('S', 'SPENT', { value: '100', unit: 'tỷ đồng', operator: 'lte' })
  await aim('B', 'FIBRE', { value: '60' })
  await aim('P', 'FILES', { value: '65' })

  const push = (...rows: object[]) => made('/v1/submissions', { mode: 'atomic', rows })
  const firms = (who: string, period: string, value: string, more: object = {}) => ({ indicator: 'FIRMS', agency: who, period, value, ...more })
  const share = (of: string, who: string, period: string, numerator: string, denominator = '100') => ({ indicator: of, agency: who, period, numerator, denominator })
  const spent = (period: string, value: string) => ({ indicator: 'SPENT', agency: 'UBND-TINH', period, value })
  const status = async (on: string, more = '') => {
    const { body } = await get(`/v1/status?plan=KH-2025&on=${on}${more}`)
    return new Map((body['data'] as Body[]).map(row => [row['target'].id as string, row]))
  }
  const line = (row: Body | undefined) => [row!['value'], row!['period'], row!['performance'], row!['provisional'], `${row!['coverage'].reported}/${row!['coverage'].expected}`]
  const holds = async (on: string, expected: Record<string, unknown[]>) => {
    const rows = await status(on)
    for (const [id, fields] of Object.entries(expected)) t.same(line(rows.get(id)), fields, `${on} ${id}`)
    return rows
  }

  await push(
    firms('D1', '2025-Q1', '100'), firms('D2', '2025-01', '30'), firms('D2', '2025-02', '40'), firms('D2', '2025-03', '50'), firms('D3', '2025-Q1', '60'),
    spent('2025-Q1', '10'), share('FIBRE', 'D1', '2025-Q1', '50'), share('FIBRE', 'D2', '2025-Q1', '50'), share('FIBRE', 'D3', '2025-Q1', '50'),
    share('FILES', 'UBND-TINH', '2025-Q1', '60'))
  // 1000 × 90 / 365 = 246.6 by 31/03; of 100: 24.7
  const april = await holds('2025-04-10', {
    F: ['280', '2025-Q1', 'on_track', false, '3/3'],
    E: ['60', '2025-Q1', 'at_risk', false, '3/3'], // D3: 300 × 90 / 365 = 74.0; 60 / 74.0 = 0.811
    S: ['10', '2025-Q1', 'on_track', false, '1/1'],
    B: ['50.00', '2025-Q1', 'in_progress', false, '3/3'],
    P: ['60.00', '2025-Q1', 'in_progress', false, '1/1']
  })
  t.same(april.get('F')!['accumulation'].terms.map((term: Body) => `${term['period']} ${term['value']}`), ['2025-01 30', '2025-02 40', '2025-03 50', '2025-Q1 160'])
  t.same(april.get('E')!['members'].map((one: Body) => `${one['code']} ${one['value']}`), ['D1 100', 'D2 120', 'D3 60'])
  t.match(april.get('F')!['reporting'], { state: 'overdue', counts: { overdue: 3 } }, 'months and quarters are owed each by themselves')
  const owed = (await get('/v1/obligations?indicator=FIRMS&agency=D2&on=2025-04-10&limit=500')).body['data'] as Body[]
  t.same(owed.map(one => `${one['period']} ${one['state']}`), [
    '2025-01 accepted', '2025-02 accepted', '2025-03 accepted', '2025-Q1 overdue', '2025-04 not_due', '2025-Q2 not_due', '2025 not_due'
  ])
  const asOf = april.get('F')!['asOf'] as string

  await push(
    firms('D1', '2025-Q2', '80'), firms('D2', '2025-Q2', '90'), spent('2025-Q2', '25'), share('FILES', 'UBND-TINH', '2025-Q2', '30'),
    ...['D1', 'D2', 'D3'].map(who => share('FIBRE', who, '2025-Q2', '65')))
  await holds('2025-07-10', {
    F: ['450', '2025-Q2', 'at_risk', true, '2/3'], // 1000 × 181 / 365 = 495.9; 450 / 495.9 = 0.907
    S: ['25', '2025-Q2', 'on_track', false, '1/1'],
    B: ['65.00', '2025-Q2', 'achieved', false, '3/3'],
    P: ['45.00', '2025-Q2', 'in_progress', false, '1/1'] // 90 of 200
  })

  await made('/v1/documents', { id: 'NQ', number: 'NQ', type: 'Nghị quyết', issuer: 'Quốc hội', issuedOn: '2025-06-16', title: { vi: 'Sáp nhập' } })
  await made('/v1/reorganisations', { id: 'M', kind: 'merge', effectiveOn: '2025-07-01', document: 'NQ', from: ['D1'], to: ['D2'], mapping: [{ from: 'D1', to: 'D2', share: 'whole' }] })
  await push(firms('D2', '2025-Q3', '200'), firms('D3', '2025-Q3', '70'), spent('2025-Q3', '45'), share('FILES', 'UBND-TINH', '2025-Q3', '90'), ...['D2', 'D3'].map(who => share('FIBRE', who, '2025-Q3', '70')))
  const autumn = await holds('2025-10-10', {
    F: ['720', '2025-Q3', 'on_track', true, '2/2'], // 450 + 270 of 747.9: 0.963; the second quarter of D3 is not there
    E: ['130', '2025-Q3', 'off_track', true, '2/2'], // D3: 60 + 70 of 224.4: 0.579
    S: ['45', '2025-Q3', 'on_track', false, '1/1'],
    P: ['60.00', '2025-Q3', 'in_progress', false, '1/1'] // 180 of 300
  })
  t.same(autumn.get('F')!['accumulation'].missing, [{ period: '2025-Q2', agencies: ['D3'] }])
  t.same(autumn.get('F')!['members'].map((one: Body) => `${one['code']} ${one['value']}`), ['D2 590', 'D3 130'], 'D2 with what D1 did before it')
  await push(firms('D3', '2025-Q2', '50'))
  await holds('2025-10-10', { F: ['770', '2025-Q3', 'on_track', false, '2/2'] })

  await push(firms('D2', '2025-Q4', '210'), firms('D3', '2025-Q4', '40'), spent('2025-Q4', '80'), share('FILES', 'UBND-TINH', '2025-Q4', '80'), ...['D2', 'D3'].map(who => share('FIBRE', who, '2025-Q4', '55')))
  const end = await holds('2026-01-15', {
    F: ['1020', '2025-Q4', 'achieved', false, '2/2'],
    E: ['220', '2025-Q4', 'missed', false, '2/2'],
    S: ['80', '2025-Q4', 'achieved', false, '1/1'],
    B: ['55.00', '2025-Q4', 'missed', false, '2/2'],
    P: ['65.00', '2025-Q4', 'achieved', false, '1/1'] // 260 of 400
  })
  t.same(end.get('E')!['members'].map((one: Body) => `${one['code']} ${one['outcome']} ${one['value']}`), ['D2 passed 800', 'D3 failed 220'])
  t.equal(end.get('P')!['explanation'].comparison, '(60 + 30 + 90 + 80) / (100 + 100 + 100 + 100) × 100 = 65.00; 65.00 ≥ 65: yes')
  t.equal(end.get('S')!['indicator'].timeBasis, 'year_to_date')

  const then = await status('2025-04-10', `&asOf=${asOf}`)
  t.same(then.get('F')!['value'], '280', 'as it was known in April')
  t.same(then.get('F')!['explanation'], april.get('F')!['explanation'])

  const points = async (query: string) => ((await get(`/v1/indicators/${query}&from=2025&to=2025&on=2026-01-15`)).body['series'][0]['points'] as Body[])
    .map(point => [point['period'], point['value'], point['runningSum']?.value ?? null, point['derived']?.map((part: Body) => part['period']) ?? null])
  t.same(await points('FIRMS/series?agency=D2'), [
    ['2025-01', '30', '30', null], ['2025-02', '40', '70', null], ['2025-03', '50', '120', null], ['2025-Q1', '120', '120', ['2025-01', '2025-02', '2025-03']],
    ['2025-Q2', '90', '210', null], ['2025-Q3', '200', '410', null], ['2025-Q4', '210', '620', null],
    ['2025', '620', '620', ['2025-01', '2025-02', '2025-03', '2025-Q2', '2025-Q3', '2025-Q4']]
  ])
  t.same(await points('FILES/series?agency=UBND-TINH'), [
    ['2025-Q1', '60', '60', null], ['2025-Q2', '30', '45', null], ['2025-Q3', '90', '60', null], ['2025-Q4', '80', '65', null]
  ])
  t.same((await points('SPENT/series?agency=UBND-TINH')).map(([period, value, sum]) => [period, value, sum]), [
    ['2025-Q1', '10', null], ['2025-Q2', '25', null], ['2025-Q3', '45', null], ['2025-Q4', '80', null]
  ])

  const { body: ranking } = await get('/v1/rankings?level=district&on=2026-01-15&plan=KH-2025&items=true')
  const items = (ranking['data'] as Body[]).flatMap(row => (row['items'] as Body[]).filter(item => item['indicator'] === 'FIRMS')
    .map(item => `${row['agency'].code} ${item['period']} ${item['value']} ${item['attainment']}`))
  t.same(items, ['D2 2025-Q4 800 1.0000', 'D3 2025-Q4 220 0.7333'], '220 of 300')
  const { body: card } = await get('/v1/agencies/UBND-TINH/scorecard?on=2026-01-15&plan=KH-2025')
  t.same((card['targets'].items as Body[]).map(one => `${one['target']} ${one['value']} ${one['performance']}`).sort(), [
    'B 55.00 missed', 'F 1020 achieved', 'P 65.00 achieved', 'S 80 achieved'
  ])
})
