import t from 'tap'
import type { ReportingState } from '../../src/domain/status/index.js'
import { administrative, agency, CLIMB, communes, figure, inputOf, statusOf, WHOLE, type Case } from './status-case.js'
import { eligibleSlots, evaluateStatus } from '../../src/domain/status/index.js'

const claim = { date: '2024-12-31', claim: true }

t.test('periods that can speak for a target', async (t) => {
  const codes = (given: Case): string[] => { const { target, indicator, calendar } = inputOf(given); return eligibleSlots(target, indicator, calendar).map(({ period }) => period.code) }
  t.same(codes({}), ['2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4'])
  t.same(codes({ calendar: administrative }), ['2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4'], 'the window of 2026-Q1 is open on 31/12/2025; it is of another year')
  t.same(codes({ target: { dueDate: '2025-05-15' } }), ['2025-Q1', '2025-Q2'], 'the one in which it falls due, too')
  t.same(codes({ target: { dueDate: '2025-06-20' }, calendar: administrative, indicator: { frequencies: ['monthly'] } }), ['2025-01', '2025-02', '2025-03', '2025-04', '2025-05', '2025-06'])
  t.same(codes({ target: { dueDate: '2026-12-31' }, indicator: { frequencies: ['half_yearly'] } }), ['2025-H1', '2025-H2', '2026-H1', '2026-H2'])
  t.same(codes({ indicator: { frequencies: ['nine_months'] } }), ['2025-9M'])
  t.same(codes({ target: { dueDate: '2024-12-31' } }), [])
})

t.test('every reporting state', async (t) => {
  const rows: [string, ReportingState, string | null, string | null, Case][] = [
    ['before the plan\'s year', 'not_due', '2025-Q1', '2025-04-02', { on: '2024-12-20' }],
    ['in the first period', 'not_due', '2025-Q1', '2025-04-02', { on: '2025-03-31' }],
    ['the day after the cut-off', 'due', '2025-Q1', '2025-04-02', { on: '2025-04-01' }],
    ['on the deadline', 'due', '2025-Q2', '2025-07-02', { on: '2025-07-02' }],
    ['the day after it', 'overdue', '2025-Q2', '2025-07-02', { on: '2025-07-03' }],
    ['pushed', 'submitted', '2025-Q2', '2025-07-02', { figures: [figure('1', { state: 'submitted' })] }],
    ['sent back', 'returned', '2025-Q2', '2025-07-02', { figures: [figure('1', { state: 'returned' })] }],
    ['pushed again', 'submitted', '2025-Q2', '2025-07-02', { figures: [figure('1', { state: 'returned' }), figure('2', { revision: 2, state: 'submitted' })] }],
    ['accepted', 'accepted', '2025-Q2', '2025-07-02', { figures: [figure('1')] }],
    ['accepted, and corrected since', 'submitted', '2025-Q2', '2025-07-02', { figures: [figure('1'), figure('2', { revision: 2, state: 'submitted' })] }],
    ['withdrawn', 'overdue', '2025-Q2', '2025-07-02', { figures: [figure('1', { state: 'withdrawn' })] }],
    ['an older period only', 'overdue', '2025-Q2', '2025-07-02', { figures: [figure('1', { period: '2025-Q1' })] }],
    ['not applicable is an answer', 'accepted', '2025-Q2', '2025-07-02', { figures: [figure('0/0')] }],
    ['long past', 'overdue', '2025-Q4', '2026-01-02', { on: '2027-01-01' }],
    ['administrative cut-off', 'due', '2025-Q2', '2025-06-17', { on: '2025-06-15', calendar: administrative }],
    ['by the lead, for the whole', 'accepted', '2025-Q2', '2025-07-02', { scope: { reporters: [agency('LEAD')] }, figures: [figure('1')] }],
    ['by the lead, in its own name', 'accepted', '2025-Q2', '2025-07-02', { scope: { reporters: [agency('LEAD')] }, figures: [figure('1', { agency: 'LEAD' })] }],
    ['nobody owes it', 'not_due', '2025-Q2', '2025-07-02', { scope: { reporters: [] } }],
    ['dropped', 'not_due', '2025-Q2', '2025-07-02', { target: { state: 'dropped' } }],
    ['no period at all', 'not_due', null, null, { target: { dueDate: '2024-06-30' } }]
  ]
  for (const [what, state, period, deadline, given] of rows) t.match(statusOf(given).reporting, { state, period, deadline }, what)
})

t.test('many reporters: the worst, with counts', async (t) => {
  const base = { target: { scope: { level: 'commune' } }, indicator: { aggregation: 'ratio_of_sums' }, scope: communes('ABCDE') } satisfies Case
  const figures = [figure('1/2', { agency: 'A' }), figure('1/2', { agency: 'B', state: 'submitted' }), figure('1/2', { agency: 'C', state: 'returned' }), figure('9', { agency: WHOLE })]
  t.same(statusOf({ ...base, figures }).reporting, { state: 'overdue', period: '2025-Q2', deadline: '2025-07-02', counts: { overdue: 2, returned: 1, due: 0, submitted: 1, accepted: 1, not_due: 0 } }, 'the figure for the whole releases nobody')
  t.equal(statusOf({ ...base, figures, on: '2025-07-02' }).reporting.state, 'returned')
  t.equal(statusOf({ ...base, figures: figures.slice(0, 2), scope: communes('AB') }).reporting.state, 'submitted')
  t.equal(statusOf({ ...base, scope: communes('AB'), on: '2025-07-02' }).reporting.state, 'due')
  const sectors: Case = { target: { quantifier: 'each', scope: { dimension: 'sector' } }, scope: { members: [agency('edu'), agency('health')], hadMembers: true } }
  const edu = figure('75', { breakdown: { sector: 'edu' } })
  t.equal(statusOf({ ...sectors, figures: [edu] }).reporting.state, 'overdue', 'one of two sectors is not the report')
  t.equal(statusOf({ ...sectors, figures: [edu, figure('1', { breakdown: { sector: 'health' }, state: 'submitted' })] }).reporting.state, 'submitted')
})

t.test('a scope that has emptied still owes what its bodies let lapse', async (t) => {
  const nobody = { members: [], hadMembers: true, reporters: [] }
  // A and B until 30/06, as the districts of 2025
  const base = { target: { scope: { level: 'commune' } }, indicator: { aggregation: 'ratio_of_sums' }, scope: nobody } satisfies Case
  const statusAt = (given: Case) => {
    const input = inputOf(given)
    return evaluateStatus({ ...input, scopeOn: day => day <= '2025-06-30' ? { ...input.scope, ...communes('AB') } : input.scope })
  }
  const half = (name: string, period: string) => figure('1/2', { agency: name, period })
  const rows: [on: string, figures: ReturnType<typeof half>[], state: ReportingState, period: string, counts: object][] = [
    ['2025-07-02', [half('A', '2025-Q2')], 'due', '2025-Q2', { due: 1, accepted: 1 }],
    ['2025-07-03', [half('A', '2025-Q2')], 'overdue', '2025-Q2', { overdue: 1, accepted: 1 }],
    ['2025-12-31', [half('A', '2025-Q2')], 'overdue', '2025-Q2', { overdue: 1, accepted: 1 }],
    ['2025-12-31', [half('A', '2025-Q2'), half('B', '2025-Q2')], 'accepted', '2025-Q2', { overdue: 0, accepted: 2 }],
    ['2025-12-31', [], 'overdue', '2025-Q2', { overdue: 2 }]
  ]
  for (const [on, figures, state, period, counts] of rows) {
    const status = statusAt({ ...base, on, figures })
    t.match(status.reporting, { state, period, counts }, `${on}, ${figures.length} figures`)
    t.equal(status.performance, 'not_applicable')
  }
})

t.test('an accepted figure that was returned counts until it is corrected, and the text says so', async (t) => {
  const sentence = /A figure that was accepted was returned for correction; it counts until it is corrected\./
  const returned = figure('92', { state: 'returned', counts: true })
  const status = statusOf({ figures: [returned] })
  t.match(status, { value: '92.00', performance: 'achieved', reporting: { state: 'returned' }, explanation: { text: { en: sentence } } })
  t.match(status.explanation.text.vi, /bị trả lại để sửa; số đó vẫn được tính/)
  t.notMatch(statusOf({ figures: [figure('92')] }).explanation.text.en, sentence)
  const pending = figure('92', { state: 'returned' })
  t.match(statusOf({ figures: [pending] }), { value: null, reporting: { state: 'returned' } }, 'one that was never accepted does not count')
})

t.test('provisional, stale, illustrative', async (t) => {
  const q3 = figure('80', { period: '2025-Q3' })
  t.equal(statusOf({ figures: [q3], on: '2025-12-31' }).provisional, false)
  t.match(statusOf({ figures: [q3], on: '2026-01-02' }), { performance: 'missed', provisional: true }, 'the last figure may still come')
  t.match(statusOf({ figures: [q3], on: '2026-01-03' }), { performance: 'missed', provisional: false, freshness: { period: '2025-Q3', periodEnd: '2025-09-30', ageDays: 95, stale: true } })
  t.match(statusOf({ figures: [q3], on: '2025-10-20' }).freshness, { ageDays: 20, stale: false })
  t.match(statusOf({ figures: [figure('80', { period: '2025-Q3', observedAt: '2025-07-10T00:00:00Z' })] }).freshness, { periodEnd: '2025-09-30', ageDays: 0, stale: false }, 'a running period has no age')
  const q1 = figure('80', { period: '2025-Q1' })
  t.equal(statusOf({ figures: [q1], on: '2025-07-02' }).freshness?.stale, false, 'on the deadline of the next period')
  t.match(statusOf({ figures: [q1], on: '2025-07-03' }), { freshness: { stale: true }, explanation: { text: { vi: /Số liệu đã cũ/ } } })
  const pending = statusOf({ basis: 'submitted', figures: [figure('95', { state: 'submitted' })] })
  t.match(pending, { performance: 'achieved', provisional: true, explanation: { basis: 'submitted', text: { vi: /Cách tính này gồm cả số liệu đã gửi, đang chờ duyệt\. Kết quả còn tạm tính vì có số liệu chưa được duyệt\./, en: /Figures that await review are counted too\./ } } })
  t.match(statusOf({ basis: 'submitted', figures: [figure('95')] }), { provisional: false, explanation: { text: { en: /Figures that await review are counted too\./ } } })
  const sample = statusOf({ figures: [figure('95', { provenance: 'illustrative', quality: 'estimate' })] })
  t.match(sample, { illustrative: true, explanation: { inputs: { quality: 'estimate' }, text: { vi: /Có số liệu ước tính\. Có dữ liệu minh họa: kết quả này không phải số liệu chính thức\.$/ } } })
  t.equal(statusOf({ figures: [figure('95')] }).illustrative, false)
  t.equal(statusOf({ target: { provenance: 'illustrative' }, figures: [figure('95')] }).illustrative, true)
  t.equal(statusOf({ figures: [figure('91', { period: '2025-Q1', provenance: 'illustrative' }), figure('89')] }).illustrative, true, 'the earlier figure made it regress')
})

t.test('expected value and attainment', async (t) => {
  t.match(statusOf({ target: CLIMB, figures: [figure('40')] }), { expectedValue: '46.20', attainment: '0.8287', gap: '43' })
  t.match(statusOf({ target: CLIMB, figures: [figure('90')] }), { performance: 'achieved', expectedValue: '46.20', attainment: '2.2099', gap: '-7' })
  t.match(statusOf({ target: { ...CLIMB, milestones: [{ period: '2025-H1', value: '60' }] }, figures: [figure('50')] }), { performance: 'at_risk', expectedValue: '60.00', attainment: '0.8000' })
  t.match(statusOf({ target: { ...CLIMB, milestones: [{ period: '2025-H1', value: '60' }] }, figures: [figure('49.9999')] }), { performance: 'off_track', value: '50.00', attainment: '0.799998' }, 'an attainment never shows a threshold it misses')
  t.match(statusOf({ target: { ...CLIMB, mode: 'maintain' }, figures: [figure('50')] }), { performance: 'regressed', expectedValue: null, attainment: null })
  t.match(statusOf({ target: CLIMB }), { performance: 'no_data', expectedValue: null, attainment: null, gap: null, freshness: null })
})

t.test('an explanation that can be read out', async (t) => {
  const text = (given: Case) => statusOf(given).explanation
  t.same(text({ target: { operator: 'gt', value: '50', dueDate: '2025-12-31' }, figures: [figure('1000/2000')] }), {
    rule: 'status',
    ruleVersion: 1,
    basis: 'accepted',
    inputs: { target: { id: 'CQS-02.X', version: 1 }, baseline: null, measurements: [{ id: 'BT:2025-Q2:{}', revision: 1, agency: 'BT', period: '2025-Q2' }], more: 0, quality: 'official' },
    comparison: '1000 / 2000 × 100 = 50.00; 50.00 > 50: no',
    text: {
      vi: 'Theo kế hoạch 4677/KH-UBND, chỉ tiêu “Hồ sơ xử lý trên môi trường mạng” (CQS-02) phải đạt trên 50%, chậm nhất ngày 31/12/2025. Số liệu quý II năm 2025 của UBND tỉnh Bình Thuận: 1000/2000, tức 50,00%. “Trên 50%” nghĩa là phải lớn hơn 50; 50,00 chưa đạt. Không có mức xuất phát hay mốc trung gian nào để đánh giá tiến độ. Kết luận: đang thực hiện.',
      en: 'Under plan 4677/KH-UBND, the indicator “Work files processed online” (CQS-02) must be above 50% by 31 December 2025. Figure of Binh Thuan People\'s Committee for the second quarter of 2025: 1000/2000, that is 50.00%. “Above 50%” means greater than 50: 50.00 does not reach it. There is no baseline and no milestone to judge the pace by. Conclusion: in progress.'
    }
  })
  t.equal(text({ figures: [figure('1799/2000')] }).comparison, '1799 / 2000 × 100 = 89.95; 89.95 ≥ 90: no')
  t.equal(text({ figures: [figure('1/3')] }).comparison, '1 / 3 × 100 ≈ 33.33; 33.33 ≥ 90: no')
  t.equal(text({ figures: [figure('0/0')] }).comparison, '0 / 0: not applicable')
  t.match(text({ target: { baseline: claim } }).text.vi, /Kế hoạch ghi “\(đã đạt\)”, chưa có số liệu kiểm chứng\. Kết luận: đạt mục tiêu theo khẳng định của kế hoạch\.$/)
  t.match(text({ target: { scope: { level: 'commune' } }, scope: { members: [], whole: undefined, reporters: [] } }).text, { vi: /chưa có đơn vị nào được ghi nhận trong phạm vi/, en: /nobody is registered in the scope/ })
  const many = text({ target: { quantifier: 'each', scope: { level: 'commune' } }, scope: communes('ABCDEFGH'), figures: [figure('95', { agency: 'A' })] })
  t.match(many.text, { vi: /Chưa có số liệu của 7 đơn vị: Xã B, Xã C, Xã D, Xã E, Xã F và 2 nơi khác\./, en: /Commune F and 2 more\./ })
  t.match(text({ target: { operator: 'lte', value: '4.5', unit: 'ngày' }, indicator: { unit: 'ngày', valueKind: 'number', decimals: 1 }, figures: [figure('5.5')] }).text.vi, /phải đạt không quá 4,5 ngày, .* 5,5 ngày cao hơn 4,5 ngày nên chưa đạt\./)
  t.match(text({ target: CLIMB, figures: [figure('40')] }).text.vi, /Theo tiến độ đều từ 10% \(ngày 31\/12\/2024\), đến ngày 30\/06\/2025 cần ở mức 46,20%\. Mức thực hiện bằng 82,87% yêu cầu đến ngày đó \(từ 95% là đúng tiến độ, từ 80% là có nguy cơ chậm\)\. Kết luận: có nguy cơ chậm tiến độ\./)
  t.match(text({ figures: [figure('91', { period: '2025-Q1' }), figure('89')] }), { inputs: { measurements: [{ period: '2025-Q2' }, { period: '2025-Q1' }] }, text: { vi: /Mục tiêu đã đạt theo số liệu quý I năm 2025, nay không còn đạt\./ } })
  const names = Array.from({ length: 130 }, (_, i) => `X${String(i).padStart(3, '0')}`)
  const crowd = names.map(agency)
  const { inputs } = text({ target: { quantifier: 'each', scope: { level: 'commune' } }, scope: { members: crowd, hadMembers: true, reporters: crowd }, figures: names.map(agency => figure('1', { agency })) })
  t.match({ listed: inputs.measurements.length, first: inputs.measurements[0]?.agency, more: inputs.more }, { listed: 100, first: 'X000', more: 30 })
})
