import t from 'tap'
import { statusRules } from '../../src/db/schema/index.js'
import { today } from '../../src/http/today.js'
import { build } from '../helper.js'
import { agency, indicator, lay, target, writer, type Body, type Writer } from './registry.js'

/*
 * TOP has the districts D1 and D2 below it. Quarters of the calendar year, due two working days after they end: of
 * 2025-Q1, which ends on Monday 31/03, on 02/04; of Q2 on 02/07, of Q3 on 02/10.
 */
let api: Writer
t.before(async () => {
  const app = await build(t)
  api = await writer(app)
  await lay(app, api)
  await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2024-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' }).onConflictDoNothing()
  await api.post('/v1/agencies', agency('SO', 'Sở A', { parent: 'UBND-TINH' }))
  for (const code of ['D1', 'D2']) await api.post('/v1/agencies', agency(code, `Huyện ${code}`, { kind: 'district_committee', level: 'district', parent: 'UBND-TINH' }))
})

const from = '2024-12-11'
const declare = (code: string) => api.post('/v1/indicators', indicator(code, code, { calendar: 'statistical' }))
const demand = async (code: string, id: string, more: object = {}) =>
  t.equal((await api.post('/v1/targets', target(id, { indicator: code, value: '50', effectiveFrom: from, ...more }))).status, 201, id)
const drop = async (id: string, effectiveFrom: string) =>
  t.equal((await api.post(`/v1/targets/${id}/amendments`, { state: 'dropped', effectiveFrom, reason: 'Không còn trong kế hoạch', document: 'D2025' })).status, 201, `${id} dropped`)
const push = async (code: string, of: string, period: string, amount: string) => {
  const [numerator, denominator] = amount.split('/')
  t.match((await api.post('/v1/measurements', { indicator: code, agency: of, period, numerator, denominator })).status, 201)
}

/** `65.00 achieved 2025-Q1, reporting accepted`, of the target on the day. */
async function status (id: string, on: string, more = ''): Promise<string> {
  const all = (await api.get(`/v1/status?plan=KH-2025&limit=500&on=${on}${more}`)).body['data'] as Body[]
  const one = all.find(item => item['target'].id === id)!
  return `${one['value']} ${one['performance']} ${one['period']}${one['provisional'] === true ? ' provisional' : ''}, reporting ${one['reporting'].state} ${one['reporting'].period}`
}
/** `D1 accepted`, by the agency that owes the figure. */
async function owed (code: string, period: string, on: string): Promise<string[]> {
  const { body } = await api.get(`/v1/obligations?indicator=${code}&period=${period}&on=${on}`)
  return (body['data'] as Body[]).map(one => `${one['agency'].code} ${one['state']}`)
}
const overdueOn = async (of: string, on: string, code: string) => {
  const { body } = await api.get(`/v1/agencies/${of}/scorecard?on=${on}`)
  return (body['targets'].items as Body[]).filter(item => item['indicator'] === code).map(item => `${item['target']} ${item['performance']} ${item['reporting']}`)
}
const expected = async (of: string, on: string, period: string) => {
  const { body } = await api.get(`/v1/rankings?level=district&on=${on}&period=${period}`)
  return (body['data'] as Body[]).filter(one => one['agency'].code === of).map(one => [one['expected'], one['missing'].length])[0]
}

t.test('a part by level that is not in force yet leaves the value of the whole as it is', async t => {
  await declare('H-01')
  await demand('H-01', 'H1')
  await push('H-01', 'D1', '2025-Q1', '60/100')
  await push('H-01', 'D2', '2025-Q1', '70/100')
  const before = '65.00 achieved 2025-Q1, reporting accepted 2025-Q1'
  t.equal(await status('H1', '2025-06-01'), before)
  const asOf = (await api.get('/v1/status?indicator=H-01&on=2025-06-01')).body['data'][0].asOf as string
  await demand('H-01', 'H1.H', { parent: 'H1', scope: { level: 'district' }, effectiveFrom: '2025-12-01' })
  t.equal(await status('H1', '2025-06-01'), before, 'on a day before the part')
  t.same(await owed('H-01', '2025-Q1', '2025-06-01'), ['D1 accepted', 'D2 accepted'], 'the obligations')
  t.same(await overdueOn('UBND-TINH', '2025-06-01', 'H-01'), ['H1 achieved accepted'], 'the scorecard')
  t.same(await expected('D1', '2025-06-01', '2025-Q1'), [1, 0], 'the ranking')
  t.equal(await status('H1', '2025-12-15'), '65.00 achieved 2025-Q1, reporting overdue 2025-Q3', 'from the day of the part on: of periods before it too')
  t.same(await owed('H-01', '2025-Q3', '2025-12-15'), ['D1 overdue', 'D2 overdue'])
  t.same(await owed('H-01', '2025-Q4', '2026-01-02'), ['D1 due', 'D2 due', 'UBND-TINH due'], 'of the period in which it began the whole owes a figure of its own')
  await push('H-01', 'D1', '2025-Q4', '90/100')
  await push('H-01', 'UBND-TINH', '2025-Q4', '40/100')
  t.equal(await status('H1', '2026-01-03'), '40.00 missed 2025-Q4, reporting accepted 2025-Q4', 'and no level is taken for it')
  t.equal(await status('H1', '2025-12-15', `&asOf=${asOf}`), '65.00 achieved 2025-Q1, reporting overdue 2025-Q3', 'as of before the part was known')
})

t.test('a whole whose only part was dropped is a headline no longer', async t => {
  await declare('H-02')
  await demand('H-02', 'H2')
  for (const level of ['district', 'commune']) await demand('H-02', `H2.${level}`, { parent: 'H2', scope: { level } })
  await push('H-02', 'D1', '2025-Q1', '60/100')
  await push('H-02', 'D2', '2025-Q1', '70/100')
  t.equal(await status('H2', '2025-06-01'), 'null no_data null, reporting overdue 2025-Q1', 'the districts do not speak for the communes')
  await drop('H2.commune', '2025-05-01')
  t.equal(await status('H2', '2025-06-01'), 'null no_data null, reporting overdue 2025-Q1', 'one of two parts')
  await drop('H2.district', '2025-05-10')
  t.equal(await status('H2', '2025-05-09'), 'null no_data null, reporting overdue 2025-Q1', 'on the eve')
  t.equal(await status('H2', '2025-05-10'), '65.00 achieved 2025-Q1, reporting overdue 2025-Q1', 'from then on it is rolled up, and what it owed itself stays owed')
  t.same(await owed('H-02', '2025-Q1', '2025-06-01'), ['D1 accepted', 'D2 accepted', 'UBND-TINH overdue'])
  t.same(await owed('H-02', '2025-Q2', '2025-07-01'), ['D1 due', 'D2 due'], 'the next is the districts\'')
  await push('H-02', 'D1', '2025-Q2', '40/100')
  await push('H-02', 'D2', '2025-Q2', '40/100')
  t.equal(await status('H2', '2025-07-01'), '40.00 regressed 2025-Q2, reporting accepted 2025-Q2', 'the districts had met it')
})

t.test('what a dropped target owed before stays owed, in the status too', async t => {
  await declare('L-01')
  await demand('L-01', 'L1')
  await api.post('/v1/assignments', { target: 'L1', agency: 'SO', role: 'lead', validFrom: from })
  await drop('L1', '2025-05-01')
  const rows: [string, string, string[]][] = [
    ['2025-04-30', 'null no_data null, reporting overdue 2025-Q1', ['D1 overdue', 'D2 overdue']],
    ['2025-05-01', 'null dropped null, reporting overdue 2025-Q1', ['D1 overdue', 'D2 overdue']],
    ['2026-03-01', 'null dropped null, reporting overdue 2025-Q1', ['D1 overdue', 'D2 overdue']]
  ]
  for (const [on, says, duties] of rows) {
    t.equal(await status('L1', on), says, on)
    t.same(await owed('L-01', '2025-Q1', on), duties, on)
  }
  t.same(await overdueOn('SO', '2025-06-01', 'L-01'), ['L1 dropped overdue'], 'the scorecard')
  t.same(await owed('L-01', '2025-Q2', '2025-07-10'), [], 'of the period in which it was dropped nothing is')
  await push('L-01', 'D1', '2025-Q1', '1/2')
  await push('L-01', 'D2', '2025-Q1', '1/2')
  t.equal(await status('L1', '2025-06-01'), '50.00 dropped 2025-Q1, reporting accepted 2025-Q1', 'reported after all')
  await declare('L-02')
  await demand('L-02', 'L2')
  await drop('L2', '2025-03-31')
  t.equal(await status('L2', '2025-06-01'), 'null dropped null, reporting not_due 2025-Q1', 'dropped on the last day of the first period: nothing was ever owed')
})

t.test('a target that begins in May owes nothing of what was over before', async t => {
  await declare('M-01')
  await demand('M-01', 'M1', { effectiveFrom: '2025-05-10' })
  t.equal(await status('M1', '2025-05-10'), 'null no_data null, reporting not_due 2025-Q2', 'on its first day')
  t.same(await owed('M-01', '2025-Q1', '2025-05-10'), [])
  t.same(await owed('M-01', '2025-Q2', '2025-05-10'), ['D1 not_due', 'D2 not_due'])
  t.same(await expected('D1', '2025-05-10', '2025-Q1'), [1, 0], 'a ranking asks for H-01 alone')
  const { explanation: { text } } = (await api.get('/v1/status?indicator=M-01&on=2025-05-10')).body['data'][0]
  t.match(text.vi, /Mục tiêu có hiệu lực từ ngày 10\/05\/2025: không đơn vị nào phải báo cáo số liệu của kỳ kết thúc trước ngày đó\./)
  t.match(text.en, /The target is in force from 10 May 2025: nobody owes a figure of a period that ended before\./)
  t.equal(await status('M1', '2025-07-03'), 'null no_data null, reporting overdue 2025-Q2')
  t.notMatch((await api.get('/v1/status?indicator=M-01&on=2025-07-03')).body['data'][0].explanation.text.en, /in force from/)
  await push('M-01', 'D1', '2025-Q1', '60/100')
  await push('M-01', 'D2', '2025-Q1', '60/100')
  t.equal(await status('M1', '2025-05-10'), '60.00 achieved 2025-Q1, reporting not_due 2025-Q2', 'a figure that is there speaks all the same')
  t.equal((await api.get(`/v1/status?indicator=M-01&on=${today()}`)).status, 200)
})

t.test('a body that was founded and ended within one period is named where its figure is left out', async t => {
  await declare('W-01')
  await demand('W-01', 'W1')
  const d3 = agency('D3', 'Huyện D3', {
    kind: 'district_committee', level: 'district', parent: 'UBND-TINH', validFrom: '2025-04-20', validTo: '2025-05-31'
  })
  t.equal((await api.post('/v1/agencies', d3)).status, 201)
  for (const of of ['D1', 'D2']) await push('W-01', of, '2025-Q2', '60/100')
  t.equal(await status('W1', '2025-07-15'), '60.00 achieved 2025-Q2, reporting accepted 2025-Q2')
  await push('W-01', 'D3', '2025-Q2', '10/100')
  t.equal(await status('W1', '2025-07-15'), '60.00 achieved 2025-Q2 provisional, reporting accepted 2025-Q2')
  const { explanation } = (await api.get('/v1/status?indicator=W-01&on=2025-07-15')).body['data'][0]
  t.match(explanation.text.vi, /đơn vị kết thúc hoạt động trong kỳ không được cộng vào: Huyện D3/)
})
