import t from 'tap'
import fc from 'fast-check'
import { administrative, figure, statusOf, type Case } from './status-case.js'

/*
 * 200 by 31/12/2025, with 100 at the end of the second quarter. Quarters of the calendar year end with the due date;
 * those of the administrative calendar on 14/06, 14/09 and 14/12.
 */
const firms = (more: Case['target'] = {}): Case => ({
  target: { value: '200', unit: 'DN', milestones: [{ period: '2025-Q2', value: '100' }], ...more },
  indicator: { valueKind: 'count', decimals: 0, unit: 'DN' }
})
const seen = (period: string, amount: string, on: string, more: Case = {}) =>
  statusOf({ ...firms(more.target), figures: [figure(amount, { period, observedAt: `${on}T01:00:00Z` })], on, calendar: more.calendar })

t.test('the last milestone stands until the last period, which is measured against the target itself', async t => {
  const last = { period: '2025-Q4', value: '150' }
  const rows: [string, string, string, string, Case, string][] = [
    ['its own period', '2025-Q2', '100', '2025-07-15', {}, 'on_track 100'],
    ['the period after it', '2025-Q3', '100', '2025-10-15', {}, 'on_track 100'],
    ['the last one, while it runs', '2025-Q4', '100', '2025-12-20', {}, 'off_track 200'],
    ['on the due date', '2025-Q4', '100', '2025-12-31', {}, 'off_track 200'],
    ['nearly there', '2025-Q4', '195', '2025-12-31', {}, 'on_track 200'],
    ['there', '2025-Q4', '200', '2025-12-31', {}, 'achieved 200'],
    ['a last period that ends before the due date', '2025-Q4', '100', '2025-12-20', { calendar: administrative }, 'off_track 200'],
    ['the one before', '2025-Q3', '100', '2025-12-12', { calendar: administrative }, 'on_track 100'],
    ['a milestone of the last period, on the due date', '2025-Q4', '150', '2025-12-31', { target: { milestones: [last] } }, 'off_track 200'],
    ['and before it', '2025-Q4', '150', '2025-12-20', { target: { milestones: [last] }, calendar: administrative }, 'on_track 150'],
    ['due within a quarter, which is the last', '2025-Q3', '100', '2025-08-15', { target: { dueDate: '2025-08-20' } }, 'off_track 200']
  ]
  for (const [what, period, amount, on, more, expected] of rows) {
    const { performance, expectedValue } = seen(period, amount, on, more)
    t.equal(`${performance} ${expectedValue}`, expected, what)
  }
  t.match(seen('2025-Q4', '100', '2025-12-31').explanation.text, {
    vi: /Đây là kỳ cuối cùng nên so với chính mục tiêu, đến ngày 31\/12\/2025 cần ở mức 200 DN\. Mức thực hiện bằng 50% /,
    en: /This is the last period, so by the target itself, it should be at 200 DN by 31 December 2025\. That is 50% /
  })
  t.match(seen('2025-Q3', '100', '2025-10-15').explanation.text, {
    vi: /đến ngày 30\/09\/2025 cần ở mức 100 DN\. Mốc này là mốc cuối; kỳ cuối cùng sẽ so với chính mục tiêu, 200 DN\./,
    en: /it should be at 100 DN by 30 September 2025\. This is the last milestone; the last period will be measured against the target itself, 200 DN\./
  }, 'what is still to come is said while there is time')
})

t.test('whatever the milestones, upward or downward: in the last period the target itself is expected', async () => {
  const value = fc.integer({ min: 1, max: 1000 }).map(String)
  const milestones = fc.uniqueArray(fc.record({ period: fc.constantFrom('2025-Q1', '2025-Q2', '2025-Q3'), value }), { minLength: 1, selector: ({ period }) => period })
  fc.assert(fc.property(milestones, value, value, fc.constantFrom('gte', 'lte', 'eq' as const), fc.boolean(), (milestones, demanded, amount, operator, isAdministrative) => {
    const more = { target: { milestones, value: demanded, operator }, ...isAdministrative ? { calendar: administrative } : {} }
    return seen('2025-Q4', amount, '2025-12-31', more).expectedValue === demanded
  }))
})
