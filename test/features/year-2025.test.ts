import { test, type Test } from 'tap'
import type { Body } from './registry.js'
import { MARCH_AS_KNOWN_IN_JUNE, MOMENTS, type Moment } from './year-2025-expected.js'
import { DISTRICTS, ISLAND, open, ofCommunes, ofDepartments, ofDistricts, PLAN, PROVINCE, T, WARD, type World } from './year-2025-world.js'

/*
 * The year of plan 4677/KH-UBND, told to the registry over HTTP from the plan to its end. What is told is in the order
 * in which it became known; `on` is the day that is looked at, `asOf` the instant at which it was asked. The database's
 * clock is today's: figures are late, and say themselves when they were observed.
 * In this world the province goes on after 01/07/2025, where in truth it became a part of Lâm Đồng.
 */

const short = (id: string): string => id.replace('4677-2025.', '')
const nonzero = (counts: Record<string, number>) => Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0))
const tally = <T>(items: readonly T[], key: (item: T) => string): Record<string, number> =>
  items.reduce<Record<string, number>>((counts, item) => ({ ...counts, [key(item)]: (counts[key(item)] ?? 0) + 1 }), {})

const line = (item: Body) => [
  short(item['target'].id), item['value'] ?? '-', item['period'] ?? '-', item['performance'], item['reporting'].state,
  `${item['coverage'].reported}/${item['coverage'].expected}`, item['gap'] ?? '-', item['lead']?.code ?? '-'
]

const pathsOf = (on: string, agency: string) => [
  `/v1/status?plan=${PLAN}&limit=500&on=${on}`,
  `/v1/status?plan=${PLAN}&limit=500&on=${on}&basis=submitted`,
  `/v1/plans/${PLAN}/summary?on=${on}`,
  `/v1/obligations?plan=${PLAN}&limit=500&on=${on}`,
  `/v1/obligations/completeness?by=agency&plan=${PLAN}&on=${on}`,
  `/v1/agencies/${agency}/scorecard?on=${on}`,
  `/v1/agencies/${agency}/scorecard?on=${on}&view=restated`,
  `/v1/rankings?level=province&plan=${PLAN}&on=${on}`,
  `/v1/targets?plan=${PLAN}&limit=500&on=${on}`,
  `/v1/assignments?limit=500&on=${on}`,
  `/v1/agencies?limit=500&on=${on}`,
  `/v1/tasks?limit=500&on=${on}`,
  `/v1/indicators/XHS-12/series?agency=UBND-PHU-QUI&from=2025&to=2025&view=current&on=${on}`,
  '/v1/measurements?limit=500'
]

/** What was answered at a moment, to be asked again. */
interface Seen { on: string, at: string, answers: Map<string, string> }

async function ask (t: Test, world: World, moment: Moment): Promise<Seen> {
  const { on, status, also = {}, department } = moment
  const answers = new Map<string, string>()
  for (const path of pathsOf(on, department.agency)) {
    const { status: code, text } = await world.get(path)
    t.equal(code, 200, code === 200 ? path : `${path}: ${text.slice(0, 200)}`)
    answers.set(path, text)
  }
  const at = await world.now()

  const rows = await world.list(`/v1/status?plan=${PLAN}&limit=500&on=${on}`)
  const row = (id: string) => rows.find(item => short(item['target'].id) === id)
  t.same(status.map(([id]) => line(row(id)!)), status, `${on}: how the targets stand`)
  for (const [id, more] of Object.entries(also)) t.match(row(id), more, `${on}: ${id}`)
  t.ok(rows.every(item => item['on'] === on && !item['illustrative']), `${on}: nothing illustrative`)

  const { body: summary } = await world.get(`/v1/plans/${PLAN}/summary?on=${on}`)
  t.same(nonzero(summary['total'].performance), moment.performance, `${on}: performance of the 29`)
  t.same(nonzero(summary['total'].reporting), moment.reporting, `${on}: reporting of the 29`)
  t.equal(summary['total'].provisional, moment.provisional, `${on}: provisional`)
  const answering = Object.fromEntries((summary['agencies'] as Body[]).map(one => [one['agency'], one['tally'].targets]))
  t.same(nonzero({ ...answering, none: summary['unassigned'].targets }), moment.answering, `${on}: who answers`)

  await askObligations(t, world, moment)
  await askScorecard(t, world, moment)
  return { on, at, answers }
}

async function askObligations (t: Test, world: World, { on, obligations, department }: Moment): Promise<void> {
  const owed = await world.list(`/v1/obligations?plan=${PLAN}&limit=500&on=${on}`)
  const periods = [...new Set(owed.map(one => one['period'] as string))]
  t.same(Object.fromEntries(periods.map(period => [period, tally(owed.filter(one => one['period'] === period), one => one['state'])])), obligations, `${on}: what is owed`)
  t.equal(new Set(owed.map(one => JSON.stringify([one['indicator'].code, one['subject'].code, one['period']]))).size, owed.length, `${on}: each figure is owed once`)
  const isLate = (one: Body) => one['deadline'] < on && one['daysLate'] > 0 && one['daysLeft'] === undefined
  t.same(owed.filter(one => (one['state'] === 'overdue') !== isLate(one) && !['accepted', 'submitted', 'returned', 'excused'].includes(one['state'])), [], `${on}: overdue are those past their deadline`)
  for (const state of ['accepted', 'overdue', 'due', 'excused']) {
    const filtered = await world.list(`/v1/obligations?plan=${PLAN}&limit=500&on=${on}&state=${state}`)
    t.same(filtered, owed.filter(one => one['state'] === state), `${on}: filtered by ${state}`)
  }
  const own = await world.list(`/v1/obligations?plan=${PLAN}&limit=500&on=${on}&agency=${department.agency}`)
  t.same(own, owed.filter(one => one['agency'].code === department.agency), `${on}: those of ${department.agency}`)
  t.equal(own.length, department.obligations['expected'], `${on}: ${department.agency} owes`)

  const { data: groups } = (await world.get(`/v1/obligations/completeness?by=period&plan=${PLAN}&on=${on}`)).body
  for (const [period, counts] of Object.entries(obligations)) {
    const group = (groups as Body[]).find(one => (one['period']?.code ?? one['period'] ?? one['key']) === period)
    const expected = Object.values(counts).reduce((a, b) => a + b)
    t.match(group, { expected, accepted: counts['accepted'] ?? 0, overdue: counts['overdue'] ?? 0, excused: counts['excused'] ?? 0 }, `${on}: completeness of ${period}`)
    const due = expected - (counts['excused'] ?? 0) - (counts['not_due'] ?? 0)
    t.equal(group?.['completeness'], due === 0 ? null : share(counts['accepted'] ?? 0, due), `${on}: share of ${period}`)
  }
}

/** Half away from zero, with four places, without floats. */
function share (part: number, whole: number): string {
  const scaled = Math.floor((part * 20_000 + whole) / (2 * whole))
  return `${Math.floor(scaled / 10_000)}.${String(scaled % 10_000).padStart(4, '0')}`
}

async function askScorecard (t: Test, world: World, { on, department }: Moment): Promise<void> {
  const { agency, roles: [lead, cooperate, monitor], performance, obligations, completeness } = department
  const { body } = await world.get(`/v1/agencies/${agency}/scorecard?on=${on}`)
  t.match(body, { agency: { code: agency }, on, view: 'as_reported', assignments: { lead, cooperate, monitor } }, `${on}: scorecard of ${agency}`)
  const items = body['targets'].items as Body[]
  // what it leads; that it is asked for its own part of CQS-02.T too is not another target
  t.same(tally(items.filter(item => item['role'] === 'lead'), item => item['performance']), performance, `${on}: what ${agency} leads`)
  t.match(body['obligations'], { submitted: 0, returned: 0, accepted: 0, overdue: 0, excused: 0, due: 0, notDue: 0, ...obligations, completeness }, `${on}: what ${agency} owes`)
  const sum = (body['trend'] as Body[]).reduce((all, one) => all + one['expected'], 0)
  t.equal(sum, obligations['expected'], `${on}: the trend adds up`)
}

test('the year 2025, from the plan to its end', { timeout: 280_000 }, async t => {
  const world = await open(t)
  const { admin, department, trade, localities, office } = world
  const seen: Seen[] = []
  const moment = async (on: string) => {
    const expected = MOMENTS.find(one => one.on === on)!
    await t.test(`${on}: ${expected.what}`, async t => { seen.push(await ask(t, world, expected)) })
  }
  const idOf = async (indicator: string, agency: string, period: string) =>
    (await world.list(`/v1/measurements?indicator=${indicator}&agency=${agency}&period=${period}`))[0]!['id'] as string

  await moment('2024-12-11')

  await t.test('duties are assigned; a first figure while the quarter runs', async t => {
    const since = { validFrom: '2024-12-16' }
    await admin.make('/v1/assignments', {
      ...since, target: T('CQS-01'), agency: 'SO-TTTT', role: 'lead', person: { position: 'Giám đốc Sở' }, duty: 'Rà soát thủ tục', responsibility: 'Trước Chủ tịch UBND tỉnh',
      startDate: '2024-12-16', dueDate: '2025-12-31', expectedResult: '100% thủ tục đủ điều kiện'
    })
    for (const [id, agency, role] of [
      ['CQS-02.T', 'SO-TTTT', 'lead'], ['CQS-02.H', 'SO-TTTT', 'lead'], ['CQS-04', 'SO-TTTT', 'lead'], ['CQS-04', 'SO-KHCN', 'cooperate'],
      ['XHS-03', 'SO-KHCN', 'lead'], ['KTS-05', 'SO-CT', 'lead'], ['XHS-12', 'UBND-PHU-QUI', 'cooperate'], ['XHS-12', 'UBND-PHAN-THIET', 'cooperate']
    ]) await admin.make('/v1/assignments', { ...since, target: T(id!), agency, role })
    const second = await admin.post('/v1/assignments', { ...since, target: T('CQS-01'), agency: 'SO-CT', role: 'lead' })
    t.equal(second.status, 409, 'one leads')
    await department.push({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q1', numerator: '1615', denominator: '1900', observedAt: '2025-02-20T10:00:00+07:00' })
    t.same(await department.refused({ indicator: 'CQS-02', agency: 'SO-KHCN', period: '2025-Q1', numerator: '1', denominator: '2' }), ['not_assigned'], 'not its own department')
  })
  await moment('2025-02-28')

  await t.test('the merger of 01/03/2025', async t => {
    await admin.make('/v1/documents', { id: 'NQ-HDND-2025-03', number: '01/NQ-HĐND', type: 'Nghị quyết', issuer: 'HĐND tỉnh', issuedOn: '2025-02-20', title: { vi: 'Về tổ chức các cơ quan chuyên môn' } })
    const merger = { id: 'SX-2025-03', kind: 'merge', effectiveOn: '2025-03-01', document: 'NQ-HDND-2025-03', from: ['SO-TTTT', 'SO-KHCN'], to: ['SO-KHCN'] }
    const before = await world.get('/v1/assignments?limit=500&on=2025-03-01')
    const trial = await admin.post('/v1/reorganisations?dryRun=true', merger)
    t.equal(trial.status, 200)
    t.equal((await world.get('/v1/assignments?limit=500&on=2025-03-01')).text, before.text, 'a dry run moves nothing')
    const { changes } = await admin.make('/v1/reorganisations', merger)
    for (const answer of [changes, trial.body['changes']]) {
      t.same(answer.agencies, [{ agency: 'SO-TTTT', change: 'ended', on: '2025-02-28' }])
      // four leads and TD1 begin at SO-KHCN; they end at SO-TTTT, and so does the weaker role of SO-KHCN in CQS-04
      t.same(tally(answer.assignments as Body[], one => `${one['agency']} ${one['change']}`), { 'SO-TTTT ended': 5, 'SO-KHCN ended': 1, 'SO-KHCN begun': 5 })
      t.same((answer.grants as Body[]).map(one => [one['client'], one['agency'], one['validFrom']]), [['so-tttt', 'SO-KHCN', '2025-03-01']])
      t.same(answer.notApplicable, [])
    }
    t.equal((await admin.post('/v1/reorganisations', { ...merger, id: 'SX-AGAIN' })).status, 422, 'a body ends once')
  })
  await moment('2025-03-01')
  await t.test('the day before is as it was', async t => {
    const rows = await world.list(`/v1/status?plan=${PLAN}&limit=500&on=2025-02-28`)
    const expected = MOMENTS[1]!.status
    t.same(rows.map(line).filter(([id]) => expected.some(one => one[0] === id)).map(String).sort(), expected.map(String).sort())
  })

  await t.test('the first quarter is reported', async t => {
    t.same(await department.refused({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q1', numerator: '1672', denominator: '1900', observedAt: '2025-03-14T17:00:00+07:00' }), ['reason_required'])
    await department.push({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q1', numerator: '1672', denominator: '1900', observedAt: '2025-03-14T17:00:00+07:00', reason: 'Số liệu chốt kỳ' })
    t.same(await department.refused({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q1', numerator: '1600', denominator: '1900', observedAt: '2025-03-01T17:00:00+07:00', reason: 'cũ' }), ['stale_observation'])
    await localities.push(
      ...ofDepartments('2025-Q1', [92, 88, undefined, 90, 85, 95, 80, undefined]),
      ...ofDistricts('CQS-02', '2025-Q1', [780, 790, 800, 810, 820, 380, 900, 760, 770, 350]),
      ...ofDistricts('XHS-03', '2025-Q1', [...Array.from({ length: 9 }, () => 790), 400]),
      ...ofDistricts('XHS-12', '2025-Q1', [...Array.from({ length: 9 }, () => 880), 450]))
    await department.push({ indicator: 'CQS-02', agency: 'SO-KHCN', period: '2025-Q1', numerator: '190', denominator: '200' }) // what SO-TTTT could report, it now can
    await department.push({ indicator: 'CQS-04', agency: PROVINCE, period: '2025-Q1', numerator: '57', denominator: '60' })
    const id = await idOf('CQS-04', PROVINCE, '2025-Q1')
    t.match(await department.post(`/v1/measurements/${id}/review`, { decision: 'accept', revision: 1 }), { status: 403, body: { code: 'own_measurement' } }, 'nobody reviews his own')
    t.match(await office.make(`/v1/measurements/${id}/review`, { decision: 'return', comment: 'Thiếu 3 chế độ báo cáo', revision: 1 }), { state: 'returned', revision: 1 })
  })
  await moment('2025-03-31')

  await t.test('answers, corrections, an amendment; the second quarter', async t => {
    await department.push({ indicator: 'CQS-04', agency: PROVINCE, period: '2025-Q1', numerator: '60', denominator: '60' })
    const id = await idOf('CQS-04', PROVINCE, '2025-Q1')
    await office.make(`/v1/measurements/${id}/review`, { decision: 'accept', revision: 2 })
    t.equal((await office.post(`/v1/measurements/${id}/review`, { decision: 'accept', revision: 2 })).status, 422, 'decided once')
    const history = await world.list(`/v1/measurements/${id}/history`)
    t.same(history.map(one => [one['revision'], one['step'], one['client'], one['comment']]), [
      [1, 'pushed', 'so-tttt', undefined], [1, 'returned', 'van-phong', 'Thiếu 3 chế độ báo cáo'], [2, 'pushed', 'so-tttt', undefined], [2, 'accepted', 'van-phong', undefined]
    ])
    const laGi = { indicator: 'CQS-02', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '830', denominator: '1000' }
    t.same(await localities.refused(laGi), ['reason_required'])
    await localities.push({ ...laGi, reason: 'Gõ nhầm 380 thành 830' })
    const [, pending] = ofDepartments('2025-Q1', [92, undefined, undefined, undefined, undefined, undefined, undefined, 78])
    await localities.push(pending!)

    await admin.make('/v1/documents', { id: 'QD-2025-04', number: '500/QĐ-UBND', type: 'Quyết định', issuer: 'UBND tỉnh', issuedOn: '2025-04-01', title: { vi: 'Điều chỉnh Kế hoạch 4677/KH-UBND' }, relations: [{ kind: 'amends', document: PLAN }] })
    const milestones = [['Q2', '95'], ['Q3', '98'], ['Q4', '100']].map(([quarter, value]) => ({ period: `2025-${quarter}`, value }))
    const amendment = { milestones, effectiveFrom: '2025-04-01', reason: 'Đặt mốc theo quý', document: 'QD-2025-04' }
    t.equal((await admin.post(`/v1/targets/${T('CQS-01')}/amendments`, { ...amendment, effectiveFrom: '2024-12-10' })).status, 422, 'not before the target')
    t.equal((await admin.make(`/v1/targets/${T('CQS-01')}/amendments`, amendment))['version'], 2)

    await department.push({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q2', numerator: '1710', denominator: '1900' }, { indicator: 'CQS-04', agency: PROVINCE, period: '2025-Q2', numerator: '60', denominator: '60' })
    await localities.push(
      ...ofDepartments('2025-Q2', [93, 89, 192, 91, 88, 96, 84, 81]),
      ...ofDistricts('CQS-02', '2025-Q2', [790, 800, 810, 820, 830, 840, 910, 770, undefined, 360]),
      ...ofDistricts('XHS-03', '2025-Q2', [...Array.from({ length: 9 }, () => 810), 410]),
      ...ofDistricts('XHS-12', '2025-Q2', [...Array.from({ length: 9 }, () => 910), 460]))
    await trade.push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '8.5', observedAt: '2025-06-20T09:00:00+07:00' })
    t.equal((await admin.post('/v1/extensions', { kind: 'excuse', agency: 'UBND-PHU-QUI', indicator: 'XHS-04', period: '2025-Q2' })).status, 400, 'an excuse needs a reason')
    await admin.make('/v1/extensions', { kind: 'excuse', agency: 'UBND-PHU-QUI', indicator: 'XHS-04', period: '2025-Q2', reason: 'Bão' })
    await admin.make('/v1/extensions', { kind: 'extension', agency: 'UBND-TUY-PHONG', indicator: 'XHS-07', period: '2025-Q2', until: '2025-07-15', reason: 'Đổi hệ thống' })
  })
  await moment('2025-06-30')
  await t.test('the 31st of March, as it is known by now', async t => {
    const rows = await world.list(`/v1/status?plan=${PLAN}&limit=500&on=2025-03-31`)
    t.same(MARCH_AS_KNOWN_IN_JUNE.map(([id]) => line(rows.find(item => short(item['target'].id) === id)!)), MARCH_AS_KNOWN_IN_JUNE)
  })

  await t.test('the end of the districts', async t => {
    await office.make('/v1/reviews', { reviews: [{ id: await idOf('CQS-04', PROVINCE, '2025-Q2'), revision: 1, decision: 'accept' }] })
    await admin.make('/v1/documents', { id: 'NQ-203-2025-QH15', number: '203/2025/QH15', type: 'Nghị quyết', issuer: 'Quốc hội', issuedOn: '2025-06-16', title: { vi: 'Kết thúc hoạt động cấp huyện' } })
    const end = { id: 'SX-2025-07', kind: 'dissolve', effectiveOn: '2025-07-01', document: 'NQ-203-2025-QH15', from: DISTRICTS }
    const without = await admin.post('/v1/reorganisations', end)
    t.equal(without.status, 422)
    t.ok((without.body['errors'] as Body[]).every(error => error['code'] === 'open_duty_without_successor'))
    t.match((without.body['errors'] as Body[]).slice(0, 3).map(error => error['detail']), [/XHS-12/, /XHS-12/, /còn phải báo cáo số liệu/], 'Phú Quí and Phan Thiết have duties, and all have not reported something')
    t.equal(without.body['truncated'], true)
    const commune = (code: string, vi: string) => ({ code, kind: 'commune_committee', level: 'commune', name: { vi }, parent: PROVINCE })
    const { changes } = await admin.make('/v1/reorganisations', {
      ...end,
      establish: [commune(ISLAND, 'UBND đặc khu Phú Quý'), commune(WARD, 'UBND phường Mũi Né')],
      mapping: DISTRICTS.flatMap(from => from === 'UBND-PHAN-THIET'
        ? [{ from, to: WARD, share: 'part', functions: { targets: [T('XHS-12')] } }, { from, to: PROVINCE, share: 'part' }]
        : [{ from, to: from === 'UBND-PHU-QUI' ? ISLAND : PROVINCE, share: 'whole' }])
    })
    t.same(changes.notApplicable, [T('CQS-02.H')])
    t.same(tally(changes.agencies as Body[], one => `${one['change']} ${one['on']}`), { 'ended 2025-06-30': 10, 'established 2025-07-01': 2 })
    t.same((await world.list('/v1/assignments?target=' + T('XHS-12') + '&on=2025-07-01')).map(one => [one['agency'], one['role']]).sort(), [[ISLAND, 'cooperate'], [WARD, 'cooperate']])
    t.same((await world.list('/v1/assignments?target=' + T('XHS-12') + '&on=2025-06-30')).map(one => one['agency']).sort(), ['UBND-PHAN-THIET', 'UBND-PHU-QUI'])
    t.same((await world.list('/v1/agencies?identifier=gso:602&on=2025-06-30')).map(one => one['code']), ['UBND-PHU-QUI'])
    t.same(await world.list('/v1/agencies?identifier=gso:602&on=2025-07-01'), [], 'its code ends with it')
  })
  await moment('2025-07-01')

  await t.test('a target raised, one dropped, one figure withdrawn; the third quarter', async t => {
    const reason = { reason: 'Theo chỉ đạo', document: 'QD-2025-04' }
    await admin.make(`/v1/targets/${T('XHS-11')}/amendments`, { ...reason, state: 'dropped', effectiveFrom: '2025-08-01' })
    t.equal((await admin.post(`/v1/targets/${T('XHS-11')}/amendments`, { ...reason, value: '31', effectiveFrom: '2025-09-01' })).status, 422, 'what is dropped stays so')
    await admin.make(`/v1/targets/${T('XHS-12')}/amendments`, { ...reason, value: '95', effectiveFrom: '2025-09-01' })
    await department.push({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q3', numerator: '1862', denominator: '1900' }, { indicator: 'CQS-04', agency: PROVINCE, period: '2025-Q3', numerator: '59', denominator: '61' })
    await localities.push(
      ...ofDepartments('2025-Q3', [93, 89, 192, 91, 88, 96, 80, 71]),
      ...ofCommunes('CQS-02', '2025-Q3', [65, 50], [100, 100]),
      ...ofCommunes('XHS-12', '2025-Q3', [480, 930], [500, 1000]),
      { indicator: 'XHS-12', agency: PROVINCE, period: '2025-Q3', value: '92.5' })
    const id = await idOf('CQS-04', PROVINCE, '2025-Q3')
    await office.make(`/v1/measurements/${id}/review`, { decision: 'accept', revision: 1 })
    await department.make(`/v1/measurements/${id}/withdrawal`, { reason: 'Nhầm kỳ', revision: 1 })
    t.same(await localities.refused({ indicator: 'CQS-02', agency: 'UBND-LA-GI', period: '2025-Q4', numerator: '1', denominator: '2' }), ['agency_not_valid_in_period'], 'a district that has ended')
  })
  await moment('2025-10-01')

  await t.test('the last quarter, the year, and the first quarter locked', async t => {
    await department.push({ indicator: 'CQS-01', agency: PROVINCE, period: '2025-Q4', numerator: '1900', denominator: '1900' }, { indicator: 'CQS-04', agency: PROVINCE, period: '2025-Q4', numerator: '61', denominator: '61' })
    await office.make(`/v1/measurements/${await idOf('CQS-04', PROVINCE, '2025-Q4')}/review`, { decision: 'accept', revision: 1 })
    await localities.push(
      ...ofDepartments('2025-Q4', [93, 89, 196, 91, 90, 96, 85, 80]),
      ...ofCommunes('CQS-02', '2025-Q4', [70, 55], [100, 100]),
      ...ofCommunes('XHS-12', '2025-Q4', [490, 960], [500, 1000]))
    await trade.push({ indicator: 'KTS-05', agency: PROVINCE, period: '2025', value: '10', observedAt: '2025-12-31T17:00:00+07:00', reason: 'Số liệu cả năm' })
    await admin.make('/v1/calendars/administrative/periods/2025-Q1/transitions', { to: 'locked', reason: 'Đã quyết toán' })
    t.same(await localities.refused({ indicator: 'XHS-10', agency: 'UBND-LA-GI', period: '2025-Q1', numerator: '1', denominator: '2' }), ['period_locked'])
  })
  await moment('2026-01-15')

  await t.test('series across the reorganisation', async t => {
    const points = async (agency: string, view: string): Promise<Body[]> =>
      (await world.get(`/v1/indicators/XHS-12/series?agency=${agency}&from=2025&to=2025&on=2026-01-15&view=${view}`)).body['series'].flatMap((one: Body) => one['points'])
    const shown = (list: Body[]) => list.map(one => [one['period'], one['value']])
    // the island: 480/500 and 490/500; Phú Quí before it: 450/500 and 460/500
    t.same(shown(await points(ISLAND, 'as_reported')), [['2025-Q3', '96'], ['2025-Q4', '98']])
    const current = await points(ISLAND, 'current')
    t.same(shown(current), [['2025-Q1', '90'], ['2025-Q2', '92'], ['2025-Q3', '96'], ['2025-Q4', '98']])
    t.same(current.map(one => one['agency']?.code ?? one['agency'] ?? ISLAND), ['UBND-PHU-QUI', 'UBND-PHU-QUI', ISLAND, ISLAND], 'whose figures they are')
    t.same(shown(await points(ISLAND, 'restated')), shown(current), 'the whole of one body')
    const ward = await points(WARD, 'restated')
    t.same(shown(ward).filter(([period]) => String(period) > '2025-Q2'), [['2025-Q3', '93'], ['2025-Q4', '96']])
    const before = ward.filter(one => one['period'] <= '2025-Q2')
    t.ok(before.length > 0 && before.every(one => one['value'] === null && one['restatement']?.possible === false && one['restatement'].reason.vi !== ''), 'a part of Phan Thiết is not guessed')
  })

  await t.test('the departments side by side at the end of the year', async t => {
    const { status, body } = await world.get(`/v1/rankings?level=province&plan=${PLAN}&period=2025-Q4&on=2026-01-15`)
    t.equal(status, 200)
    const ranked = (body['data'] as Body[]).filter(one => one['rank'] !== null)
    // of the year's files, of 90 %: CT 371/400, KHCN 770/800, KHDT 363/400, TC 383/400 reach it; NNPTNT 351/400 = 87.75, GTVT 355/400 = 88.75,
    // TNMT 329/400 = 82.25, XD 310/400 = 77.5
    t.same(ranked.map(one => [one['rank'], one['agency'].code, one['score'], one['tied']]), [
      [1, 'SO-CT', '100.00', true], [1, 'SO-KHCN', '100.00', true], [1, 'SO-KHDT', '100.00', true], [1, 'SO-TC', '100.00', true],
      [5, 'SO-GTVT', '98.61', false], [6, 'SO-NNPTNT', '97.50', false], [7, 'SO-TNMT', '91.39', false], [8, 'SO-XD', '86.11', false]
    ])
  })

  await t.test('every moment asked again is the same to the byte', async t => {
    t.equal(seen.length, 8)
    t.equal(new Set(seen.map(({ answers }) => [...answers.values()].join('\n'))).size, 8, 'and no two are alike')
    for (const { on, at, answers } of seen) {
      for (const [path, text] of answers) {
        const again = async (asOf: string) => (await world.get(`${path}${path.includes('?') ? '&' : '?'}asOf=${encodeURIComponent(asOf)}`)).text
        const body = JSON.parse(text) as Body
        // between the instant that an answer names and the one after them all nothing happened
        const named = (body['asOf'] ?? body['data']?.[0]?.asOf) as string | undefined
        t.equal(await again(named ?? at), text, `${on}: ${path}`)
      }
    }
  })
})
