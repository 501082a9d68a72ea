import t from 'tap'
import fc from 'fast-check'
import {
  comparePeriods, FIRST_YEAR, isPeriodYear, LAST_YEAR, monthsIn, monthsOf, parsePeriod, periodAt, periodsOfYear
} from '../../src/domain/period.js'
import { FREQUENCIES, type Frequency } from '../../src/domain/words.js'

const years = fc.integer({ min: FIRST_YEAR, max: LAST_YEAR })
const periods = fc.tuple(years, fc.constantFrom(...FREQUENCIES), fc.nat())
  .map(([year, frequency, pick]) => { const all = periodsOfYear(year, frequency); return all[pick % all.length]! })

t.test('codes', async (t) => {
  const good: [string, Frequency, number, number, number, number][] = [
    ['2025', 'yearly', 2025, 1, 1, 12], ['1900', 'yearly', 1900, 1, 1, 12], ['2199', 'yearly', 2199, 1, 1, 12],
    ['2025-H1', 'half_yearly', 2025, 1, 1, 6], ['2025-H2', 'half_yearly', 2025, 2, 7, 12], ['2025-9M', 'nine_months', 2025, 1, 1, 9],
    ['2025-Q1', 'quarterly', 2025, 1, 1, 3], ['2025-Q3', 'quarterly', 2025, 3, 7, 9], ['2025-Q4', 'quarterly', 2025, 4, 10, 12],
    ['2025-01', 'monthly', 2025, 1, 1, 1], ['2025-06', 'monthly', 2025, 6, 6, 6], ['2025-12', 'monthly', 2025, 12, 12, 12]
  ]
  for (const [code, frequency, year, index, first, last] of good) {
    t.same(parsePeriod(code), { code, frequency, year, index }, code)
    t.same(monthsOf(periodAt(frequency, year, index)), { first, last }, code)
  }
  const bad = ['', '25', '1899', '2200', '02025', '2025-', '2025-H0', '2025-H3', '2025-h1', '2025-6M', '2025-9m', '2025-Q0', '2025-Q5', '2025-00',
    '2025-13', '2025-1', '2025-006', '2025-Q1 ', ' 2025', '2025\n', '2025/06', '2025-06-01', '2025Q1', '2025-W01']
  for (const code of bad) t.equal(parsePeriod(code), undefined, JSON.stringify(code))
})

t.test('the periods of a year', async (t) => {
  const codes = (frequency: Frequency) => periodsOfYear(2025, frequency).map(({ code }) => code)
  t.same(codes('yearly'), ['2025'])
  t.same(codes('half_yearly'), ['2025-H1', '2025-H2'])
  t.same(codes('nine_months'), ['2025-9M'])
  t.same(codes('quarterly'), ['2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4'])
  t.same(codes('monthly'), ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2025-${month}`))
  t.same(FREQUENCIES.map(monthsIn), [1, 3, 6, 9, 12])
})

t.test('there is no period outside the years and counts', async (t) => {
  for (const [frequency, year, index] of [['monthly', 2025, 0], ['monthly', 2025, 13], ['monthly', 2025, 1.5], ['quarterly', 2025, 5], ['half_yearly', 2025, 3],
    ['nine_months', 2025, 2], ['yearly', 2025, 2], ['yearly', 1899, 1], ['yearly', 2200, 1], ['yearly', 2025.5, 1], ['yearly', NaN, 1]] as const) {
    t.throws(() => periodAt(frequency, year, index), RangeError, `${frequency} ${year} ${index}`)
  }
  t.throws(() => periodsOfYear(1899, 'monthly'), RangeError)
  t.same([1899, 1900, 2199, 2200, 2025.5].map(isPeriodYear), [false, true, true, false, false])
})

t.test('the order: by the end, the shorter first', async (t) => {
  const ordered = ['2024', '2025-01', '2025-02', '2025-03', '2025-Q1', '2025-04', '2025-05', '2025-06', '2025-Q2', '2025-H1', '2025-07', '2025-08',
    '2025-09', '2025-Q3', '2025-9M', '2025-10', '2025-11', '2025-12', '2025-Q4', '2025-H2', '2025', '2026-01']
  const sorted = [...ordered].reverse().map((code) => parsePeriod(code)!).sort(comparePeriods).map(({ code }) => code)
  t.same(sorted, ordered)
})

t.test('a code comes back as written', async () => {
  fc.assert(fc.property(periods, (period) => {
    const { code, frequency, year, index } = parsePeriod(period.code)!
    return code === period.code && frequency === period.frequency && year === period.year && index === period.index
  }))
})

t.test('the order is total', async () => {
  fc.assert(fc.property(periods, periods, periods, (a, b, c) => {
    if (Math.sign(comparePeriods(a, b)) + Math.sign(comparePeriods(b, a)) !== 0) return false
    if ((comparePeriods(a, b) === 0) !== (a.code === b.code)) return false
    return !(comparePeriods(a, b) <= 0 && comparePeriods(b, c) <= 0 && comparePeriods(a, c) > 0)
  }))
})
