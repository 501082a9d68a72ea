import t from 'tap'
import { periodAt } from '../../src/domain/period.js'
import { trendOf, type Dated } from '../../src/domain/trend.js'
import type { Frequency } from '../../src/domain/words.js'

const duty = (agency: string, frequency: Frequency, index: number, to: string, state: Dated['state'], reportedLate?: boolean, calendar = 'administrative'): Dated =>
  ({ agency, calendar, period: periodAt(frequency, 2025, index), window: { from: '2025-01-01', to }, state, reportedLate, explained: false })

t.test('by agency, calendar and period, in the order of time', async t => {
  const trend = trendOf([
    duty('A', 'quarterly', 2, '2025-06-14', 'not_due'),
    duty('A', 'quarterly', 1, '2025-03-14', 'accepted', true),
    duty('A', 'quarterly', 1, '2025-03-14', 'accepted', false),
    duty('A', 'quarterly', 1, '2025-03-14', 'overdue'),
    duty('A', 'quarterly', 1, '2025-03-14', 'excused'),
    duty('B', 'quarterly', 1, '2025-03-14', 'accepted', false),
    duty('A', 'quarterly', 1, '2025-03-31', 'submitted', false, 'statistical'),
    duty('A', 'monthly', 3, '2025-03-14', 'returned', false)
  ])
  t.same(trend.map(({ agency, calendar, period, counts: { expected, notDue, accepted, overdue, onTime, late, completeness } }) =>
    [period.code, calendar, agency, expected, notDue, accepted, overdue, onTime, late, completeness]), [
    ['2025-03', 'administrative', 'A', 1, 0, 0, 0, 1, 0, '0.0000'],
    ['2025-Q1', 'administrative', 'A', 4, 0, 2, 1, 1, 1, '0.6667'],
    ['2025-Q1', 'administrative', 'B', 1, 0, 1, 0, 1, 0, '1.0000'],
    ['2025-Q1', 'statistical', 'A', 1, 0, 0, 0, 1, 0, '0.0000'],
    ['2025-Q2', 'administrative', 'A', 1, 1, 0, 0, 0, 0, null]
  ], '2 of 4 less the excused one: 2/3')
  t.same(trendOf([]), [])
})
