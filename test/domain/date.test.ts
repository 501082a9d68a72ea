import t from 'tap'
import fc from 'fast-check'
import {
  addDays, addMonths, civilDate, compareDates, dayInProvince, daysBetween, daysInMonth, isCivilDate, partsOf, weekday
} from '../../src/domain/date.js'

const DAY = 86_400_000

/** Another reckoning to check ours against. */
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 10)
const dates = fc.integer({ min: -690_000, max: 2_900_000 }).map((day) => iso(day * DAY))

t.test('real dates', async (t) => {
  for (const date of ['2025-01-01', '2025-12-31', '2024-02-29', '2000-02-29', '0001-01-01', '9999-12-31', '2025-06-30', '0004-02-29']) {
    t.ok(isCivilDate(date), date)
  }
  for (const text of ['2025-06-31', '2025-02-29', '1900-02-29', '2100-02-29', '2025-04-31', '2025-09-31', '2025-11-31', '2025-00-10', '2025-13-01',
    '2025-01-00', '2025-01-32', '0000-01-01', '', '2025-1-1', '20250101', '2025/01/01', '01/01/2025', '2025-01-01T00:00:00Z', ' 2025-01-01',
    '2025-01-01\n', '-2025-01-01', '12025-01-01', '2025-01-0a', '٢٠٢٥-٠١-٠١']) {
    t.notOk(isCivilDate(text), JSON.stringify(text))
  }
})

t.test('days and months onward and back', async (t) => {
  const days: [string, number, string][] = [
    ['2024-12-31', 1, '2025-01-01'], ['2025-01-01', -1, '2024-12-31'], ['2024-02-28', 1, '2024-02-29'], ['2025-02-28', 1, '2025-03-01'],
    ['2000-02-28', 2, '2000-03-01'], ['1900-02-28', 1, '1900-03-01'], ['2024-02-29', 366, '2025-03-01'], ['2025-06-30', 1, '2025-07-01'], ['2025-06-15', 0, '2025-06-15']
  ]
  for (const [date, count, expected] of days) t.equal(addDays(date, count), expected, `${date} ${count}`)
  const months: [string, number, string][] = [
    ['2025-01-31', 1, '2025-02-28'], ['2024-01-31', 1, '2024-02-29'], ['2025-05-31', 1, '2025-06-30'], ['2025-12-15', 1, '2026-01-15'],
    ['2025-01-15', -1, '2024-12-15'], ['2024-02-29', 12, '2025-02-28'], ['2024-02-29', -48, '2020-02-29'], ['2025-03-15', -27, '2022-12-15'], ['2025-06-15', 0, '2025-06-15']
  ]
  for (const [date, count, expected] of months) t.equal(addMonths(date, count), expected, `${date} ${count} months`)
  t.equal(civilDate(2025, 6, 31), '2025-06-30')
  t.equal(civilDate(2025, 0, 15), '2024-12-15')
  t.equal(civilDate(2025, 13, 1), '2026-01-01')
  t.equal(daysBetween('2024-12-15', '2025-12-14'), 364)
  t.equal(daysBetween('2025-03-01', '2024-03-01'), -365)
  t.same(partsOf('2025-06-05'), { year: 2025, month: 6, day: 5 })
  t.same([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map((month) => daysInMonth(2025, month)), [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
  t.same([1900, 2000, 2024, 2025, 2100].map((year) => daysInMonth(year, 2)), [28, 29, 29, 28, 28])
})

t.test('the day of the week', async (t) => {
  const cases: [string, number][] = [['1970-01-01', 4], ['2025-01-29', 3], ['2025-06-14', 6], ['2025-12-14', 0], ['2024-02-29', 4], ['0001-01-01', 1], ['9999-12-31', 5]]
  for (const [date, expected] of cases) t.equal(weekday(date), expected, date)
})

t.test('what is no date, or leaves the calendar, throws', async (t) => {
  t.throws(() => addDays('2025-06-31', 1), RangeError)
  t.throws(() => weekday('today'), RangeError)
  t.throws(() => daysBetween('2025-01-01', ''), RangeError)
  t.throws(() => addMonths('2025-02-29', 1), RangeError)
  t.throws(() => addDays('9999-12-31', 1), RangeError)
  t.throws(() => addDays('0001-01-01', -1), RangeError)
  t.throws(() => addDays('2025-01-01', 0.5), RangeError)
  t.throws(() => addDays('2025-01-01', NaN), RangeError)
})

t.test('the day in the province', async (t) => {
  const cases: [string, string][] = [
    ['2025-01-01T00:00:00Z', '2025-01-01'], ['2025-01-01T16:59:59Z', '2025-01-01'], ['2025-01-01T16:59:59.999999Z', '2025-01-01'],
    ['2025-01-01T17:00:00Z', '2025-01-02'], ['2024-12-31T17:00:00.000000Z', '2025-01-01'], ['2025-01-01T00:00:00+07:00', '2025-01-01'],
    ['2025-01-01T23:59:59.123456789+07:00', '2025-01-01'], ['2025-01-01T00:30:00+14:00', '2024-12-31'], ['2025-01-01T12:00:00-05:00', '2025-01-02'],
    ['2025-01-01T11:59:59-05:00', '2025-01-01'], ['2025-01-01T23:59:00-23:59', '2025-01-03'], ['2025-01-01T00:00:00+23:59', '2024-12-31'],
    ['2024-02-28T17:00:00Z', '2024-02-29'], ['2025-02-28T17:00:00Z', '2025-03-01'], ['2016-12-31T23:59:60Z', '2017-01-01'], ['2025-01-01t16:00:00z', '2025-01-01'],
    ['2025-01-01T22:29:59+05:30', '2025-01-01'], ['2025-01-01T22:30:00+05:30', '2025-01-02'], ['2025-01-01T17:00:00-00:00', '2025-01-02']
  ]
  for (const [instant, day] of cases) t.equal(dayInProvince(instant), day, instant)
  for (const text of ['', '2025-01-01', '2025-01-01T00:00:00', '2025-01-01 00:00:00Z', '2025-01-01T24:00:00Z', '2025-01-01T00:60:00Z', '2025-01-01T00:00:61Z',
    '2025-06-31T00:00:00Z', '2025-01-01T00:00Z', '2025-01-01T00:00:00.Z', '2025-01-01T00:00:00+7:00', '2025-01-01T00:00:00+24:00', '2025-01-01T00:00:00+07:60',
    '2025-01-01T00:00:00+0700', '2025-01-01T00:00:00Z\n', '0001-01-01T00:00:00+14:00', '9999-12-31T23:00:00Z']) {
    t.throws(() => dayInProvince(text), RangeError, JSON.stringify(text))
  }
})

t.test('the reckoning agrees with the platform from the year 80 to 9900', async () => {
  fc.assert(fc.property(dates, fc.integer({ min: -20_000, max: 20_000 }), (date, count) => {
    const milliseconds = Date.parse(`${date}T00:00:00Z`)
    return isCivilDate(date) && addDays(date, count) === iso(milliseconds + count * DAY) && weekday(date) === new Date(milliseconds).getUTCDay()
  }), { numRuns: 500 })
  fc.assert(fc.property(fc.integer({ min: 0, max: 7_000_000_000_000 }), (milliseconds) =>
    dayInProvince(new Date(milliseconds).toISOString()) === iso(milliseconds + 7 * 3_600_000)))
})

t.test('days between is the inverse of adding days, and text order is date order', async () => {
  fc.assert(fc.property(dates, dates, (a, b) => {
    const days = daysBetween(a, b)
    return addDays(a, days) === b && Math.sign(days) === compareDates(b, a) && addDays(addDays(a, 1), -1) === a
  }))
})

t.test('adding months keeps the day or takes the last of the month', async () => {
  fc.assert(fc.property(dates, fc.integer({ min: -600, max: 600 }), (date, count) => {
    const from = partsOf(date)
    const to = partsOf(addMonths(date, count))
    return (to.year * 12 + to.month) - (from.year * 12 + from.month) === count && to.day === Math.min(from.day, daysInMonth(to.year, to.month))
  }))
})
