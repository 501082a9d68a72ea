import t from 'tap'
import { evaluateStatus, type Member, type Performance, type Status } from '../../src/domain/status/index.js'
import { administrative, agency, CLIMB, communes, DESCENT, figure, inputOf, statusOf, WHOLE, type Case } from './status-case.js'

const each = (more: Case['target'] = {}): Case['target'] => ({ quantifier: 'each', scope: { level: 'commune' }, value: '70', ...more })
const rolled = (more: Case['indicator'] = {}): Case['indicator'] => ({ aggregation: 'ratio_of_sums', ...more })
const claim = { date: '2024-12-31', claim: true }
const nobody = { members: [], hadMembers: true, reporters: [] }

t.test('every performance', async (t) => {
  const rows: [string, Performance, Case][] = [
    ['met', 'achieved', { figures: [figure('1800/2000')] }],
    ['met after the due date', 'achieved', { on: '2026-02-01', figures: [figure('90', { period: '2025-Q4' })] }],
    ['met, to maintain', 'achieved', { target: { mode: 'maintain' }, figures: [figure('95')] }],
    ['claimed, nothing measured', 'achieved', { target: { baseline: claim } }],
    ['claimed, nothing measured, past', 'achieved', { target: { baseline: claim }, on: '2027-01-01' }],
    ['claimed, and measured so', 'achieved', { target: { baseline: claim }, figures: [figure('95')] }],
    ['95 % of the way', 'on_track', { target: CLIMB, figures: [figure('44.39')] }],
    ['less', 'at_risk', { target: CLIMB, figures: [figure('44.38')] }],
    ['80 % of the way', 'at_risk', { target: CLIMB, figures: [figure('38.96')] }],
    ['less', 'off_track', { target: CLIMB, figures: [figure('38.95')] }],
    ['down', 'on_track', { target: DESCENT, figures: [figure('48.61')] }],
    ['down, less', 'at_risk', { target: DESCENT, figures: [figure('48.62')] }],
    ['down, less still', 'off_track', { target: DESCENT, figures: [figure('54.05')] }],
    ['down to 0', 'on_track', { target: { ...DESCENT, value: '0', baseline: { value: '73', date: '2024-12-31', claim: false } }, figures: [figure('38.61')] }],
    ['down to 0, reached', 'achieved', { target: { ...DESCENT, value: '0' }, figures: [figure('0/2000')] }],
    ['nothing to judge the pace by', 'in_progress', { figures: [figure('89.99')] }],
    ['on the due date', 'in_progress', { on: '2025-12-31', figures: [figure('89.99')] }],
    ['the day after', 'missed', { on: '2026-01-01', figures: [figure('89.99')] }],
    ['the day after, claimed before', 'missed', { target: { baseline: claim }, on: '2026-01-01', figures: [figure('89.99')] }],
    ['to maintain, below', 'regressed', { target: { mode: 'maintain' }, figures: [figure('89.99')] }],
    ['to maintain, below, past', 'missed', { target: { mode: 'maintain' }, on: '2026-01-01', figures: [figure('89.99')] }],
    ['claimed, below', 'regressed', { target: { baseline: claim }, figures: [figure('89.99')] }],
    ['met a quarter before', 'regressed', { figures: [figure('91', { period: '2025-Q1' }), figure('89.99')] }],
    ['growth that fell', 'off_track', { target: { ...CLIMB, value: '7', baseline: { value: '1', date: '2024-12-31', claim: false } }, indicator: { valueKind: 'growth' }, figures: [figure('-3.2')] }],
    ['taken out of the plan', 'dropped', { target: { state: 'dropped' }, figures: [figure('95')] }],
    ['taken out, nobody left', 'dropped', { target: { state: 'dropped' }, scope: nobody }],
    ['nothing', 'no_data', {}],
    ['nothing, past', 'no_data', { on: '2026-06-01' }],
    ['only a returned figure', 'no_data', { figures: [figure('95', { state: 'returned' })] }],
    ['only a pending figure', 'no_data', { figures: [figure('95', { state: 'submitted' })] }],
    ['nobody left', 'not_applicable', { target: { scope: { level: 'district' }, baseline: claim }, scope: nobody }],
    ['denominator 0', 'not_applicable', { target: { baseline: claim }, figures: [figure('0/0')] }],
    ['denominator 0, past', 'not_applicable', { on: '2026-01-01', figures: [figure('0/0', { period: '2025-Q4' })] }]
  ]
  for (const [what, expected, given] of rows) t.equal(statusOf(given).performance, expected, `${what}: ${expected}`)
})

t.test('the bound: strict is strict, and nothing is rounded before it is compared', async (t) => {
  const rows: ['gt' | 'gte' | 'eq' | 'lte' | 'lt', string, string, boolean, string, string][] = [
    ['gt', '50', '50', false, '50.00', '0'],
    ['gt', '50', '1000/2000', false, '50.00', '0'],
    ['gt', '50', '50.01', true, '50.01', '-0.01'],
    ['gt', '50', '5000001/10000000', true, '50.00001', '-0.00001'],
    ['gte', '90', '1799/2000', false, '89.95', '0.05'],
    ['gte', '90', '89.999', false, '89.999', '0.001'],
    ['gte', '90', '89999/100000', false, '89.999', '0.001'],
    ['gte', '90', '1800/2000', true, '90.00', '0'],
    ['gte', '33.33', '1/3', true, '33.333', '-0.003'],
    ['gte', '33.34', '1/3', false, '33.33', '0.01'],
    ['eq', '100', '2000/2000', true, '100.00', '0'],
    ['eq', '100', '1999999/2000000', false, '99.99995', '0.00005'],
    ['lte', '5', '5', true, '5.00', '0'],
    ['lte', '5', '5.001', false, '5.001', '0.001'],
    ['lt', '5', '5', false, '5.00', '0'],
    ['lt', '5', '4.999', true, '4.999', '-0.001']
  ]
  for (const [operator, value, amount, met, shown, gap] of rows) {
    const status = statusOf({ target: { operator, value }, figures: [figure(amount)] })
    t.equal(status.performance, met ? 'achieved' : 'in_progress', `${amount} ${operator} ${value}`)
    t.equal(status.value, shown, 'shown on its side of the bound')
    t.equal(status.gap, gap)
  }
})

t.test('the figure that counts', async (t) => {
  const value = (given: Case): unknown => { const { period, value } = statusOf(given); return `${period} ${value}` }
  t.equal(value({ figures: [figure('1', { period: '2025-Q1' }), figure('2')] }), '2025-Q2 2.00', 'of the newest period')
  t.equal(value({ figures: [figure('1'), figure('2', { revision: 2 })] }), '2025-Q2 2.00', 'in its newest revision')
  t.equal(value({ figures: [figure('1'), figure('2', { revision: 2, state: 'submitted' })] }), '2025-Q2 1.00', 'that is accepted')
  t.equal(value({ basis: 'submitted', figures: [figure('1'), figure('2', { revision: 2, state: 'submitted' })] }), '2025-Q2 2.00', 'or pending, where that is asked for')
  t.equal(value({ basis: 'submitted', figures: [figure('1'), figure('2', { revision: 2, state: 'returned' })] }), '2025-Q2 1.00', 'never one returned')
  t.equal(value({ figures: [figure('1', { state: 'superseded' }), figure('2', { revision: 2, state: 'withdrawn' })] }), 'null null')
  t.equal(value({ figures: [figure('1', { agency: 'X' }), figure('2', { breakdown: { sex: 'f' } }), figure('3', { period: '2025-06' }), figure('4', { period: '2024-Q4' })] }), 'null null', 'not of another agency, breakdown, frequency or year')
  t.equal(value({ target: { scope: { dimension: 'sex', member: 'f' } }, figures: [figure('1'), figure('2', { breakdown: { sex: 'f' } }), figure('3', { breakdown: { sex: 'f', age: '18' } })] }), '2025-Q2 2.00', 'of the member in the scope')
  const early = figure('7', { period: '2025-Q3', observedAt: '2025-07-14T23:30:00+07:00' })
  t.equal(value({ figures: [early], on: '2025-07-13' }), 'null null', 'of a running period from the day it was observed')
  t.equal(value({ figures: [early], on: '2025-07-14' }), '2025-Q3 7.00')
  const recorded = figure('7', { period: '2025-Q3', recordedAt: '2025-07-14T17:30:00.000000Z' })
  t.equal(value({ figures: [recorded], on: '2025-07-14' }), 'null null', '17:30 UTC is the next day in the province')
  t.equal(value({ figures: [recorded], on: '2025-07-15' }), '2025-Q3 7.00')
  t.equal(value({ figures: [figure('7', { period: '2025-Q3' })], on: '2025-06-30' }), 'null null', 'never of a period to come')
  t.equal(value({ figures: [figure('7')], on: '2025-06-30' }), '2025-Q2 7.00', 'of a closed period whenever it was pushed')
  t.equal(value({ target: { dueDate: '2025-06-30' }, figures: [figure('7'), figure('8', { period: '2025-Q3' })], on: '2025-12-01' }), '2025-Q2 7.00', 'not of a period begun after the due date')
  t.equal(value({ calendar: administrative, figures: [figure('8', { period: '2026-Q1' }), figure('7', { period: '2025-Q4' })], on: '2026-05-01' }), '2025-Q4 7.00', '2026-Q1 begins on 15/12/2025, and says nothing of 2025')
  t.equal(value({ indicator: { frequencies: ['yearly'] }, calendar: administrative, figures: [figure('8', { period: '2026' }), figure('7', { period: '2025' })], on: '2027-01-01' }), '2025 7.00')
})

t.test('the whole from its parts', async (t) => {
  const base = { indicator: rolled(), target: { scope: { level: 'commune' } }, scope: communes('ABC') } satisfies Case
  const of = (...figures: ReturnType<typeof figure>[]): Status => statusOf({ ...base, figures })
  const full = of(figure('900/1000', { agency: 'A' }), figure('89/90', { agency: 'B' }), figure('10/20', { agency: 'C' }))
  t.match(full, { value: '90.00', numerator: '999', denominator: '1110', performance: 'achieved', provisional: false, coverage: { expected: 3, reported: 3, passed: null, failed: null, missing: 0 } })
  const partial = of(figure('900/1000', { agency: 'A' }), figure('80', { agency: 'B' }))
  t.match(partial, { value: '90.00', provisional: true, coverage: { expected: 3, reported: 1, missing: 2 } }, 'a percentage alone cannot be summed')
  t.same(partial.members?.map(({ code, outcome }) => code + ' ' + outcome), ['A reported', 'B without_parts', 'C missing'])
  t.match(partial.explanation.text, { vi: /Chưa có số liệu của 1 đơn vị: Xã C\. Có số liệu nhưng không kèm tử số và mẫu số nên không tổng hợp được: Xã B\./, en: /No figure from 1 agency: Commune C\./ })
  const beside = of(figure('900/1000', { agency: 'A' }), figure('0/0', { agency: 'B' }), figure('2/4', { agency: 'C' }), figure('91'))
  t.match(beside, { value: '89.84', provisional: false, coverage: { expected: 3, reported: 3, missing: 0, notApplicable: 1 }, direct: { value: '91', difference: '1.16', measurement: { agency: WHOLE } } }, '902/1004; the direct one beside it')
  const instead = of(figure('91'))
  t.match(instead, { value: '91.00', direct: null, performance: 'achieved', provisional: true, coverage: { expected: 3, reported: 0, missing: 3 } })
  t.match(instead.explanation.text.vi, /Chưa có số liệu nào của các phần để tổng hợp, nên dùng số báo cáo trực tiếp/)
  t.equal(of(figure('0/0', { agency: 'A' }), figure('0/0', { agency: 'B' }), figure('0/0', { agency: 'C' })).performance, 'not_applicable')
  t.equal(of(figure('0/0', { agency: 'A' })).performance, 'no_data', 'one of three with nothing to measure decides nothing')
  t.match(statusOf({ ...base, indicator: rolled({ aggregation: 'sum', valueKind: 'count', decimals: 0 }), figures: [figure('40', { agency: 'A' }), figure('50', { agency: 'B' })] }), { value: '90', performance: 'achieved', provisional: true })
  t.match(statusOf({ ...base, indicator: rolled({ aggregation: 'mean' }), figures: [figure('1/3', { agency: 'A' }), figure('1', { agency: 'B' }), figure('1', { agency: 'C' })] }), { value: '11.78', gap: '78.22' }, '(33.3… + 2) / 3')
  t.match(statusOf({ ...base, target: { scope: { agency: 'A' } }, scope: { whole: agency('A'), members: [] }, figures: [figure('95', { agency: 'A' })] }), { value: '95.00', members: null, coverage: { expected: 1, reported: 1 } }, 'one agency speaks for itself')
  t.equal(of(figure('999/1000', { agency: 'A', period: '2025-Q1' }), figure('1/2', { agency: 'A' })).performance, 'in_progress', 'an incomplete quarter has not been an achievement')
  const reporting = (on: string) => statusOf({ ...base, indicator: rolled({}), on, figures: [...['A', 'B', 'C'].map(code => figure('50/100', { agency: code, period: '2025-Q1' })), figure('10/10', { agency: 'A' })] })
  t.match(reporting('2025-07-01'), { value: '50.00', period: '2025-Q1', provisional: false }, 'while the second quarter is being reported, the first to report does not speak for all')
  t.match(reporting('2025-07-31'), { value: '100.00', period: '2025-Q2', provisional: true, coverage: { reported: 1, missing: 2 } }, 'after the deadline it is all there is')
})

t.test('each', async (t) => {
  const base = { target: each(), scope: communes('ABC') } satisfies Case
  const of = (amounts: string, more: Case = {}): Status => statusOf({ ...base, ...more, figures: amounts.split(' ').filter(Boolean).map(part => { const [code, amount] = part.split('=') as [string, string]; return figure(amount, { agency: code }) }) })
  t.match(of('A=70 B=80 C=7/10'), { performance: 'achieved', value: '70.00', gap: '0', coverage: { expected: 3, reported: 3, passed: 3, failed: 0, missing: 0 } })
  t.match(of('A=70 B=65 C=60'), { performance: 'in_progress', value: '60.00', gap: '10', coverage: { passed: 1, failed: 2, missing: 0 }, provisional: false })
  t.match(of('A=70 B=80'), { performance: 'in_progress', value: '70.00', provisional: true, coverage: { passed: 2, failed: 0, missing: 1 } }, 'a missing one is never a pass')
  t.match(of('A=70 B=80', { on: '2026-03-01' }), { performance: 'missed', provisional: true }, 'nor when time is up')
  t.match(of('A=70 B=80 C=0/0'), { performance: 'achieved', coverage: { reported: 3, passed: 2, failed: 0, missing: 0, notApplicable: 1 } })
  t.equal(of('A=0/0 B=0/0 C=0/0').performance, 'not_applicable')
  t.equal(of('A=0/0').performance, 'no_data')
  t.equal(of('').performance, 'no_data')
  t.equal(of('BT=95').performance, 'no_data', 'a figure for the whole says nothing of each')
  t.match(of('A=83 B=44.38 C=60', { target: each(CLIMB) }), { performance: 'at_risk', expectedValue: '46.20', attainment: '0.9497' }, 'the worst that fails gives the pace')
  t.match(of('A=101 B=98 C=100', { target: each({ operator: 'eq', value: '100' }) }), { value: '98.00', gap: '2' }, 'farthest on either side')
  t.match(of('A=4 B=9 C=8', { target: each({ operator: 'lte', value: '5' }) }), { value: '9.00', gap: '4', coverage: { passed: 1, failed: 2 } })
  t.match(of('A=50 B=50.01 C=60', { target: each({ operator: 'gt', value: '50' }) }).explanation, { comparison: 'A: 50.00 > 50: no; of 3: passed 2, failed 1, missing 0' })
  const sectors: Case = { target: each({ scope: { dimension: 'sector' } }), scope: { members: [agency('edu'), agency('health')], hadMembers: true } }
  t.match(statusOf({ ...sectors, figures: [figure('75', { breakdown: { sector: 'edu' } }), figure('10'), figure('71', { breakdown: { sector: 'health' } })] }), { performance: 'achieved', value: '71.00' }, 'each member of a dimension')
  const shared: Case = { ...sectors, target: each({ scope: { dimension: 'sector' } }), scope: { members: [agency('edu')], hadMembers: true, reporters: [agency('X'), agency('Y')] } }
  const figures = [figure('90/100', { agency: 'Y', breakdown: { sector: 'edu' }, recordedAt: '2025-07-03T00:00:00.000000Z' }), figure('0/100', { agency: 'X', breakdown: { sector: 'edu' } }), figure('1/1', { agency: 'Z', breakdown: { sector: 'edu' } })]
  t.equal(statusOf({ ...shared, figures }).value, '90.00', 'of several reporters the latest, where figures do not roll up')
  t.equal(statusOf({ ...shared, indicator: rolled(), figures }).value, '45.00', 'all of them where they do; strangers never')
})

t.test('a period that is over is that of those who were in scope on its last day', t => {
  const [a, b, c] = ['A', 'B', 'C'].map(agency) as [Member, Member, Member]
  const members = (...members: Member[]) => ({ whole: agency(WHOLE), members, hadMembers: false, reporters: members })
  const input = inputOf({
    indicator: { aggregation: 'ratio_of_sums' },
    figures: [
      figure('90/100', { agency: 'A' }), figure('70/100', { agency: 'B' }),
      figure('10/100', { agency: 'C' })
    ],
    on: '2025-08-01'
  })
  // A and B became C on 1 July; a figure of C for the second quarter is none of theirs
  const merged = { ...input, scope: members(c), scopeOn: (day: string) => day < '2025-07-01' ? members(a, b) : members(c) }
  const { value, coverage, reporting, members: seen } = evaluateStatus(merged)
  t.equal(value, '80.00', '160 of 200')
  t.same(coverage, { expected: 2, reported: 2, passed: null, failed: null, missing: 0, notApplicable: 0 })
  t.same(seen?.map(({ code }) => code), ['A', 'B'])
  t.same([reporting.period, reporting.counts.accepted, reporting.counts.overdue], ['2025-Q2', 2, 0])
  t.equal(evaluateStatus(merged).provisional, false)
  // A became part of B within the quarter, and both have a figure of it
  const within = evaluateStatus({ ...merged, scope: members(b), scopeOn: (day: string) => day < '2025-05-01' ? members(a, b) : members(b) })
  t.same([within.value, within.coverage.expected, within.provisional], ['70.00', 1, true], 'nobody can tell whether the figure of B holds that of A')
  t.match(within.explanation.text, { vi: /kết thúc hoạt động trong kỳ không được cộng vào: Xã A/, en: /a body that ended within the period is not in it: Commune A/ })
  const { performance, value: none, members: nobody } = evaluateStatus({ ...merged, scope: { members: [], hadMembers: true, reporters: [] } })
  t.same([performance, none, nobody], ['not_applicable', null, null], 'nobody is left on the day')
  t.end()
})
