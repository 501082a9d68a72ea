import t from 'tap'
import { evaluateStatus, type Figure, type Leave, type Member } from '../../src/domain/status/index.js'
import { agency, figure, inputOf, statusOf, WHOLE, type Case } from './status-case.js'

const scope = (...codes: string[]) => {
  const members: Member[] = codes.map(agency)
  return { whole: agency(WHOLE), members, hadMembers: false, reporters: members }
}

/** The second quarter, with A all the time; B is founded on 20/04 and becomes part of A on 01/06. */
const changing = (day: string) => day >= '2025-04-20' && day < '2025-06-01' ? scope('A', 'B') : scope('A')
const changes = ['2025-04-20', '2025-06-01']
const of = (figures: Figure[], on = '2025-07-15', changesAt = changes) => evaluateStatus({
  ...inputOf({ target: { value: '50' }, indicator: { aggregation: 'ratio_of_sums' }, scope: changing(on), figures, on }),
  scopeOn: changing,
  changesWithin: (from, to) => changesAt.filter(day => day > from && day <= to)
})
const a = figure('60/100', { agency: 'A', observedAt: '2025-05-02T00:00:00Z' })
const b = figure('10/100', { agency: 'B', observedAt: '2025-05-02T00:00:00Z' })

t.test('a body that was founded and merged within one period does not vanish without a word', async t => {
  const status = of([a, b])
  t.match(status, { value: '60.00', performance: 'achieved', provisional: true, coverage: { expected: 1, reported: 1 } })
  t.match(status.explanation.text, { vi: /số liệu riêng của đơn vị kết thúc hoạt động trong kỳ không được cộng vào: Xã B/, en: /a body that ended within the period is not in it: Commune B/ })
  t.equal(of([a]).provisional, false, 'without a figure there is nothing to miss')
  t.equal(of([a, { ...b, state: 'withdrawn' }]).provisional, false, 'nor with one that was withdrawn')
  t.equal(of([a, { ...b, period: '2025-Q1' }]).provisional, false, 'nor with one of another period')
  t.match(of([a, b], '2025-05-15'), { value: '35.00', provisional: false, coverage: { expected: 2 } }, 'while it exists it counts')
  t.match(of([a, b], '2025-06-10'), { value: '60.00', provisional: true }, 'and from the day of the merger on it is named, while the period runs too')
})

t.test('several, in whatever order they came and went', async t => {
  const many = (day: string) => scope('A', ...day < '2025-04-10' ? ['D'] : [], ...day >= '2025-04-20' && day < '2025-06-01' ? ['C', 'B'] : [])
  const status = evaluateStatus({
    ...inputOf({ target: { value: '50' }, indicator: { aggregation: 'ratio_of_sums' }, scope: many('2025-07-15'), figures: [a, ...['D', 'C', 'B'].map(agency => ({ ...b, agency }))] }),
    scopeOn: many,
    changesWithin: () => ['2025-04-10', ...changes]
  })
  t.match(status.explanation.text.en, /is not in it: Commune B, Commune C, Commune D\./)
})

t.test('a figure that was returned and then excused is owed no more, as its obligation says', async t => {
  const reporting = (figures: Figure[], leave: Leave, more: Case = {}) => {
    const { reporting: { state, counts } } = evaluateStatus({ ...inputOf({ figures, ...more }), leaveOf: () => leave })
    return `${state} ${counts.returned}`
  }
  const figureOf = (state: Figure['state'], revision = 1) => figure('60', { state, revision })
  t.equal(reporting([figureOf('returned')], { excused: false }), 'returned 1')
  t.equal(reporting([figureOf('returned')], { excused: true }), 'not_due 0')
  t.equal(reporting([figureOf('accepted'), figureOf('returned', 2)], { excused: true }), 'not_due 0', 'a correction that came back')
  t.equal(reporting([figureOf('returned'), figureOf('submitted', 2)], { excused: true }), 'submitted 0', 'sent again all the same')
  t.equal(reporting([figureOf('accepted')], { excused: true }), 'accepted 0')
  t.equal(statusOf({ figures: [figureOf('returned')] }).reporting.state, 'returned')
})
