import t from 'tap'
import fc from 'fast-check'
import { addDays } from '../../src/domain/date.js'
import { evaluateStatus, type Leave, type Status } from '../../src/domain/status/index.js'
import { agency, communes, figure, inputOf, WHOLE, type Case } from './status-case.js'

/* The last period is 2025-Q4: it ends with the due date, 31/12/2025, a Wednesday, and its deadline is 02/01/2026. */
const q3 = figure('80', { period: '2025-Q3' })
const DEADLINE = '2026-01-02'

/** `leaves`: by reporter, for the last period alone. */
function at (on: string, leaves: Record<string, Leave>, more: Case = {}): Status {
  const leaveOf = (reporter: string, period: string) => period === '2025-Q4' ? leaves[reporter] : undefined
  return evaluateStatus({ ...inputOf({ figures: [q3], on, ...more }), leaveOf })
}

const told = (status: Status) => `${status.performance} ${status.period}${status.provisional ? ' provisional' : ''}${status.freshness?.stale === true ? ' stale' : ''}`

t.test('whether the last figure may still come is asked of each reporter\'s own deadline', async t => {
  const until = { until: '2026-01-20', excused: false }
  const rows: [string, string, Leave | undefined, string][] = [
    ['on the deadline', DEADLINE, undefined, 'missed 2025-Q3 provisional'],
    ['after it', '2026-01-03', undefined, 'missed 2025-Q3 stale'],
    ['after it, with more time', '2026-01-03', until, 'missed 2025-Q3 provisional'],
    ['on the last day of the extension', '2026-01-20', until, 'missed 2025-Q3 provisional'],
    ['after the extension', '2026-01-21', until, 'missed 2025-Q3 stale'],
    ['an extension that reaches less far', DEADLINE, { until: '2026-01-01', excused: false }, 'missed 2025-Q3 provisional'],
    ['excused, within the deadline', DEADLINE, { excused: true }, 'missed 2025-Q3'],
    ['excused, after it', '2026-01-03', { excused: true }, 'missed 2025-Q3'],
    ['closed by hand within the deadline', DEADLINE, { excused: false, closed: true }, 'missed 2025-Q3 stale'],
    ['closed by hand, but extended', '2026-01-03', { ...until, closed: true }, 'missed 2025-Q3 provisional']
  ]
  for (const [what, on, leave, expected] of rows) t.equal(told(at(on, leave === undefined ? {} : { [WHOLE]: leave })), expected, what)
  t.match(at('2026-01-20', { [WHOLE]: until }).explanation.text, {
    vi: /Kết quả còn tạm tính vì số liệu quý IV năm 2025 chưa hết hạn gửi\.$/,
    en: /The result is provisional: the figures of the fourth quarter of 2025 are not due yet\.$/
  })
})

t.test('one of several reporters has more time', async t => {
  const parts = { target: { scope: { level: 'commune' } }, indicator: { aggregation: 'ratio_of_sums' }, scope: communes('AB') } satisfies Case
  const figures = ['A', 'B'].map(code => figure('8/10', { agency: code, period: '2025-Q3' }))
  const more: Case = { ...parts, figures }
  const b = { B: { until: '2026-01-20', excused: false } }
  t.equal(told(at('2026-01-10', {}, more)), 'missed 2025-Q3 stale', 'nobody has')
  t.equal(told(at('2026-01-10', b, more)), 'missed 2025-Q3 provisional stale', 'A is late, and B may still report')
  t.equal(told(at('2026-01-21', b, more)), 'missed 2025-Q3 stale', 'until it has run out')
  t.equal(told(at('2026-01-10', { ...b, A: { excused: true } }, more)), 'missed 2025-Q3 provisional', 'nobody is late')
  const reported = { ...more, figures: [...figures, figure('7/10', { agency: 'A', period: '2025-Q4' })] }
  t.equal(told(at('2026-01-10', b, reported)), 'missed 2025-Q4 provisional', 'the others\' period is not held back')
  t.equal(told(at(DEADLINE, {}, reported)), 'missed 2025-Q3 provisional', 'while it is still being reported it is')
  t.equal(told(at(DEADLINE, { A: { excused: false, closed: true }, B: { excused: false, closed: true } }, reported)), 'missed 2025-Q4 provisional',
    'closed by hand it is not reported any more')
})

t.test('an excused period does not hide that a later one is late', async t => {
  const input = inputOf({ figures: [figure('80', { period: '2025-Q1' })], on: '2025-10-20' })
  const excused = (...periods: string[]) => evaluateStatus({ ...input, leaveOf: (_, period) => periods.includes(period) ? { excused: true } : undefined }).freshness?.stale
  t.same([excused(), excused('2025-Q2'), excused('2025-Q3'), excused('2025-Q2', '2025-Q3')], [true, true, true, false])
})

t.test('on any day, with any extension: provisional until the later of the two deadlines, and stale from the day after', async () => {
  const days = fc.integer({ min: 1, max: 120 }).map(n => addDays('2025-12-31', n))
  fc.assert(fc.property(days, fc.option(days, { nil: undefined }), (on, until) => {
    const { performance, provisional, freshness } = at(on, { [WHOLE]: { until, excused: false } })
    const inTime = on <= (until !== undefined && until > DEADLINE ? until : DEADLINE)
    return performance === 'missed' && provisional === inTime && freshness?.stale === !inTime
  }))
})

t.test('a reporter that is in nobody\'s scope gives nobody more time', async t => {
  t.equal(told(at('2026-01-10', { [agency('X').code]: { until: '2026-01-20', excused: false } })), 'missed 2025-Q3 stale')
})
