import { test } from 'tap'
import { statusRules } from '../../src/db/schema/index.js'
import { build, owner } from '../helper.js'
import { agency, indicator, lay, target, writer, type Body } from './registry.js'

const TOP = 'UBND-TINH'
type Row = Record<string, unknown>

/** TOP with the districts D1 to D3 and the department S1; D3 went up in D2 on 15/02/2025. Plan of 2025, statistical calendar. */
test('whether a figure that is accepted will count is said at once', async t => {
  const app = await build(t)
  const api = await writer(app)
  await lay(app, api)
  await app.db.insert(statusRules).values({ version: 1, effectiveFrom: '2020-01-01', pace: 'linear', onTrack: '0.95', atRisk: '0.80' })
  const make = async (url: string, payload: object) => {
    const { status, body } = await api.post(url, payload)
    if (status !== 201) throw new Error(`${url}: ${JSON.stringify(body)}`)
  }
  for (const code of ['D1', 'D2', 'D3']) await make('/v1/agencies', agency(code, `UBND huyện ${code}`, { kind: 'district_committee', level: 'district', parent: TOP }))
  await make('/v1/agencies', agency('S1', 'Sở Một', { parent: TOP }))
  const statistical = { calendar: 'statistical' }
  await make('/v1/indicators', indicator('CONG', 'Cộng tử và mẫu', statistical))
  await make('/v1/indicators', indicator('TUNG', 'Từng huyện', statistical))
  await make('/v1/indicators', indicator('TB', 'Trung bình', { ...statistical, aggregation: 'mean' }))
  await make('/v1/indicators', indicator('CHUNG', 'Của cả tỉnh', { ...statistical, aggregation: 'direct' }))
  await make('/v1/indicators', indicator('NGANH', 'Từng ngành', { ...statistical, aggregation: 'direct' }))
  await make('/v1/indicators', indicator('Y-TE', 'Một ngành', { ...statistical, aggregation: 'direct' }))
  await make('/v1/indicators', indicator('TU-DO', 'Không có mục tiêu', statistical))
  await make('/v1/indicators', indicator('NAM', 'Cả năm', { ...statistical, frequency: 'yearly', aggregation: 'direct' }))
  const alone = { ...statistical, timeBasis: 'during_period', aggregation: 'direct' }
  await make('/v1/indicators', indicator('KY-CHUNG', 'Trong kỳ, cả tỉnh', alone))
  await make('/v1/indicators', indicator('KY-TUNG', 'Trong kỳ, từng huyện', alone))
  await make('/v1/indicators', indicator('KY-CONG', 'Trong kỳ, cộng các huyện', { ...alone, aggregation: 'ratio_of_sums' }))
  await make('/v1/indicators', indicator('KY-NGANH', 'Trong kỳ, từng ngành', alone))
  await make('/v1/indicators', indicator('KY-NAM', 'Trong năm', { ...alone, frequency: 'yearly' }))
  await make('/v1/indicators', indicator('KY-MOT', 'Trong một quý', alone))
  await make('/v1/indicators', indicator('LUY-KE', 'Lũy kế', { ...alone, timeBasis: 'year_to_date' }))
  for (const code of ['KY-CHUNG', 'KY-CONG', 'KY-NAM', 'LUY-KE']) await make('/v1/targets', target(`T-${code}`, { indicator: code }))
  await make('/v1/targets', target('T-KY-TUNG', { indicator: 'KY-TUNG', quantifier: 'each', scope: { level: 'district' } }))
  await make('/v1/targets', target('T-KY-NGANH', { indicator: 'KY-NGANH', quantifier: 'each', scope: { dimension: 'NGANH' } }))
  await make('/v1/targets', target('T-KY-MOT', { indicator: 'KY-MOT', dueDate: '2025-03-31' }))
  await make('/v1/targets', target('T', { indicator: 'CONG' }))
  await make('/v1/targets', target('T-TUNG', { indicator: 'TUNG', quantifier: 'each', scope: { level: 'district' } }))
  await make('/v1/targets', target('T-TB', { indicator: 'TB' }))
  await make('/v1/targets', target('T-CHUNG', { indicator: 'CHUNG', dueDate: '2025-06-30' }))
  await make('/v1/targets', target('T-NGANH', { indicator: 'NGANH', quantifier: 'each', scope: { dimension: 'NGANH' } }))
  await make('/v1/targets', target('T-Y-TE', { indicator: 'Y-TE', scope: { dimension: 'NGANH', member: 'Y-TE' } }))
  await make('/v1/targets', target('T-NAM', { indicator: 'NAM' }))
  await make('/v1/reorganisations', { kind: 'merge', effectiveOn: '2025-02-15', document: 'D2025', from: ['D3'], to: ['D2'], mapping: [{ from: 'D3', to: 'D2', share: 'whole' }] })

  /** The warnings of each row, and the state in which it was stored. */
  async function push (rows: Row[]): Promise<[string, string][]> {
    const { body } = await api.post('/v1/submissions?mode=partial', { rows: rows.map((row, i) => ({ itemId: `${i}`, ...row })) })
    const said = new Map((body['exceptions'] as Body[]).map(one => [one['position'], one]))
    const { body: { data } } = await api.get(`/v1/measurements?submission=${body['id']}&limit=500`)
    const states = new Map((data as Body[]).map(one => [one['source'].externalId, one['state']]))
    return rows.map((_, i) => {
      const { outcome, problems = [], warnings = [] } = said.get(i) ?? {}
      const codes = (outcome === 'rejected' ? problems : warnings).map(({ pointer, code }: Body) => `${pointer} ${code}`).join(', ')
      return [codes, outcome === 'rejected' ? 'rejected' : states.get(`${i}`) ?? 'none']
    })
  }
  const share = { value: '60' }
  const parts = { numerator: '60', denominator: '100' }
  const q1 = { period: '2025-Q1' }
  const cases: [name: string, row: Row, says: string, state?: string][] = [
    ['a bare share of a member where parts are added up', { indicator: 'CONG', agency: 'D1', ...q1, ...share }, '/value without_parts'],
    ['with its parts', { indicator: 'CONG', agency: 'D2', ...q1, ...parts }, ''],
    ['a bare share of the whole is shown beside', { indicator: 'CONG', agency: TOP, ...q1, ...share }, ''],
    ['not applicable', { indicator: 'CONG', agency: 'D2', period: '2025-Q2', numerator: '0', denominator: '0' }, ''],
    ['each is judged by its share', { indicator: 'TUNG', agency: 'D1', ...q1, ...share }, ''],
    ['a mean takes shares', { indicator: 'TB', agency: 'D1', ...q1, ...share }, ''],
    ['a department where districts are the members', { indicator: 'CONG', agency: 'S1', ...q1, ...parts }, '/agency agency_not_counted'],
    ['a district where the whole is asked', { indicator: 'CHUNG', agency: 'D1', ...q1, ...share }, '/agency agency_not_counted'],
    ['a body that ended within the period', { indicator: 'CONG', agency: 'D3', ...q1, ...parts }, '/agency agency_ended'],
    ['a body before it ended', { indicator: 'CONG', agency: 'D3', period: '2024-Q4', ...parts }, ''],
    ['before the plan: for the series', { indicator: 'CONG', agency: 'S1', period: '2024-Q3', ...parts }, ''],
    ['after the due date', { indicator: 'CHUNG', agency: TOP, period: '2025-Q3', ...share }, '/period period_not_asked'],
    ['after the plan', { indicator: 'CONG', agency: 'D1', period: '2026-Q1', ...parts }, '/period period_not_asked'],
    ['the whole where each member of a dimension is asked', { indicator: 'NGANH', agency: TOP, ...q1, ...share }, '/breakdown breakdown_missing'],
    ['the member', { indicator: 'NGANH', agency: TOP, ...q1, ...share, breakdown: { NGANH: 'Y-TE' } }, ''],
    ['the whole where one member is asked', { indicator: 'Y-TE', agency: TOP, ...q1, ...share }, '/breakdown breakdown_missing'],
    ['that member', { indicator: 'Y-TE', agency: TOP, ...q1, ...share, breakdown: { NGANH: 'Y-TE' } }, ''],
    ['detail that no target asks for', { indicator: 'CONG', agency: 'D2', ...q1, ...share, breakdown: { NGANH: 'Y-TE' } }, ''],
    ['detail of somebody who does not count', { indicator: 'CONG', agency: 'S1', ...q1, ...share, breakdown: { NGANH: 'Y-TE' } }, ''],
    ['an indicator without a target', { indicator: 'TU-DO', agency: 'S1', ...q1, ...share }, ''],
    ['observed before the period began', { indicator: 'NAM', agency: TOP, period: '2025', ...share, observedAt: '2024-12-31T23:59:59+07:00' }, '/observedAt observed_before_period', 'rejected'],
    ['observed on 10 January', { indicator: 'NAM', agency: TOP, period: '2025', ...share, observedAt: '2025-01-10T08:00:00+07:00' }, '/observedAt observed_early', 'submitted'],
    ['observed when the next quarter was over too', { indicator: 'TB', agency: 'D2', ...q1, ...share, observedAt: '2025-07-01T00:00:00+07:00' }, '/observedAt observed_long_after'],
    ['of its period alone, a share of the whole', { indicator: 'KY-CHUNG', agency: TOP, ...q1, ...share }, '/value without_parts'],
    ['of a member of a target for each', { indicator: 'KY-TUNG', agency: 'D1', ...q1, ...share }, '/value without_parts'],
    ['of a member that is rolled up', { indicator: 'KY-CONG', agency: 'D1', ...q1, ...share }, '/value without_parts'],
    ['of the whole beside its members', { indicator: 'KY-CONG', agency: TOP, ...q1, ...share }, ''],
    ['of a member of a dimension', { indicator: 'KY-NGANH', agency: TOP, ...q1, ...share, breakdown: { NGANH: 'Y-TE' } }, '/value without_parts'],
    ['with its parts it can be added', { indicator: 'KY-CHUNG', agency: TOP, period: '2025-Q2', ...parts }, ''],
    ['the year is not added to anything', { indicator: 'KY-NAM', agency: TOP, period: '2025', ...share }, ''],
    ['nor is the one quarter before the due date', { indicator: 'KY-MOT', agency: TOP, ...q1, ...share }, ''],
    ['a share to date stands by itself', { indicator: 'LUY-KE', agency: TOP, ...q1, ...share }, ''],
    ['two things at once', { indicator: 'CONG', agency: 'D1', period: '2025-Q3', ...share, observedAt: '2025-07-02T00:00:00Z' }, '/value without_parts, /observedAt observed_early', 'submitted']
  ]
  const told = await push(cases.map(([, row]) => row))
  cases.forEach(([name, , says, state = 'accepted'], i) => t.same(told[i], [says, state], name))
  t.same(await push([cases[0]![1], cases[8]![1]]), [['', 'none'], ['', 'none']], 'what is unchanged was told before')

  await t.test('in words that say what to do', async t => {
    const { body: { data } } = await api.get('/v1/measurements?agency=D3&indicator=CONG&period=2025-Q1')
    t.match(data[0].warnings[0].detail, /kết thúc hoạt động ngày 2025-02-14.*Hãy báo cáo cho D2/u)
    const { body: { data: [alone] } } = await api.get('/v1/measurements?indicator=KY-CHUNG&period=2025-Q1')
    t.match(alone.warnings[0].detail, /không cộng được với các kỳ khác trong T-KY-CHUNG.*Hãy gửi “numerator” và “denominator”/u)
  })

  await t.test('and what cannot be counted is still owed, wherever that is told', async t => {
    const owed = async (more: string, on = '2025-05-05') => ((await api.get(`/v1/obligations?indicator=CONG&period=2025-Q1&on=${on}&${more}`)).body['data'] as Body[])
    const [first] = await owed('subject=D1')
    t.match(first, { state: 'overdue', notCounted: { code: 'without_parts', measurement: { revision: 1 } }, measurement: undefined })
    t.match((await owed('subject=D1', '2025-04-01'))[0], { state: 'due', notCounted: { code: 'without_parts' } }, 'the deadline is 02/04')
    t.match((await owed('subject=D1', '2025-03-31'))[0], { state: 'not_due', notCounted: { code: 'without_parts' } })
    const complete = async (url: string) => (await api.get(url)).body
    t.match((await complete('/v1/obligations/completeness?indicator=CONG&period=2025-Q1&on=2025-05-05&by=agency'))['data'], [
      { key: 'D1', expected: 1, accepted: 0, overdue: 1, onTime: 0, late: 0, completeness: '0.0000' }, { key: 'D2', accepted: 1, completeness: '1.0000' }
    ])
    t.equal((await complete('/v1/agencies/D1/scorecard?on=2025-05-05'))['obligations'].overdue, 3, 'so are those of KY-TUNG and KY-CONG')
    t.match((await owed('subject=D2'))[0], { state: 'accepted', measurement: { revision: 1 }, notCounted: undefined })
    t.match((await api.get('/v1/obligations?indicator=TUNG&period=2025-Q1&on=2025-05-05&subject=D1')).body['data'], [{ state: 'accepted' }])
    const { body: { data: [status] } } = await api.get('/v1/status?indicator=CONG&on=2025-05-05')
    t.match(status, { value: '60.00', provisional: true, coverage: { expected: 2, reported: 1 }, reporting: { state: 'overdue', counts: { overdue: 1, accepted: 1 } } })
    t.match(status.explanation.text.vi, /Còn phải báo cáo tử số và mẫu số, vì chỉ gửi tỷ lệ thì không cộng được: UBND huyện D1\./)
    t.match(status.explanation.text.en, /Numerator and denominator are still owed, since a share alone cannot be added, by: UBND huyện D1\./)
  })

  await t.test('a share of its period alone is owed with its parts, from the first period on', async t => {
    const state = async (code: string, period: string) => {
      const { body: { data } } = await api.get(`/v1/obligations?indicator=${code}&period=${period}&on=2025-08-01`)
      return (data as Body[]).map(one => [one['subject'].code, one['state'], one['notCounted']?.code]).sort()
    }
    t.same(await state('KY-CHUNG', '2025-Q1'), [[TOP, 'overdue', 'without_parts']])
    t.same(await state('KY-CHUNG', '2025-Q2'), [[TOP, 'accepted', undefined]])
    t.same(await state('KY-TUNG', '2025-Q1'), [['D1', 'overdue', 'without_parts'], ['D2', 'overdue', undefined]])
    t.same(await state('KY-MOT', '2025-Q1'), [[TOP, 'accepted', undefined]])
    const status = async (code: string, on: string) => (await api.get(`/v1/status?indicator=${code}&on=${on}`)).body['data'][0] as Body
    t.match(await status('KY-CHUNG', '2025-05-05'), { value: '60.00', reporting: { state: 'overdue', period: '2025-Q1' } })
    t.match(await status('KY-CHUNG', '2025-08-01'), { value: '60.00', numerator: '60', provisional: true, reporting: { state: 'accepted', period: '2025-Q2' }, accumulation: { missing: [{ period: '2025-Q1', agencies: [TOP] }] } })
  })

  await t.test('a yearly figure dated 10 January reaches no target before the year is over', async t => {
    const { body: { data: [pending] } } = await api.get('/v1/measurements?indicator=NAM&state=submitted')
    await owner(app.pool).query("insert into measurement_events (indicator_code, measurement_id, revision, sequence, kind, client_id) select indicator_code, id, 1, 1, 'accepted', client_id from measurements where id = $1", [pending.id])
    const on = async (day: string) => ((await api.get(`/v1/status?indicator=NAM&on=${day}`)).body['data'] as Body[])[0]!['value']
    t.equal(await on('2025-01-10'), null)
    t.equal(await on('2025-12-30'), null)
    t.equal(await on('2025-12-31'), '60.00', 'what a reviewer accepted is the figure of the year')
  })

  await t.test('by the targets as they are now', async t => {
    const row = { indicator: 'TB', agency: 'D1', period: '2025-Q4', ...share }
    t.same(await push([row]), [['', 'accepted']])
    await make('/v1/targets/T-TB/amendments', { state: 'dropped', effectiveFrom: '2025-10-01', reason: 'Thôi', document: 'D2026' })
    t.same(await push([{ ...row, agency: 'D2' }]), [['/period period_not_asked', 'accepted']])
    t.same(await push([{ ...row, agency: 'D2', period: '2025-Q3' }]), [['', 'accepted']], 'what was owed before it stays')
  })
})
