import t from 'tap'
import { addWorkingDays, deadlinesOf, isWorkingDay, periodOn, windowOf, type CalendarRule, type Holidays } from '../../src/domain/calendar.js'
import { addDays } from '../../src/domain/date.js'
import { parsePeriod, periodsOfYear, type Period } from '../../src/domain/period.js'
import { calendars } from '../../src/seed/plan/calendars.js'
import { holidays as seeded } from '../../src/seed/plan/holidays.js'
import { FREQUENCIES } from '../../src/domain/words.js'

/*
 * DOMAIN.md §3, row by row, on the calendars and days off that the registry is delivered with. Every date below was
 * read from a wall calendar with the announced days off, not from the program.
 */
const rule = (code: string): CalendarRule => calendars.find(one => one.code === code) as CalendarRule
const administrative = rule('administrative')
const statistical = rule('statistical')
const holidays: Holidays = {
  off: new Set(seeded.filter(({ kind }) => kind === 'off').map(({ day }) => day)),
  working: new Set(seeded.filter(({ kind }) => kind === 'working').map(({ day }) => day))
}
const period = (code: string): Period => parsePeriod(code)!

/** dd/mm/yyyy as the law writes it. */
const day = (text: string) => text.split('/').reverse().join('-')
type Row = [code: string, from: string, to: string, unit: string, government?: string]

const ADMINISTRATIVE: Row[] = [
  // tháng m: 15/(m-1) … 14/m; two working days; the 25th stands on a weekend too (25/01 and 25/10/2025 are Saturdays)
  ['2025-01', '15/12/2024', '14/01/2025', '16/01/2025', '25/01/2025'],
  ['2025-02', '15/01/2025', '14/02/2025', '18/02/2025', '25/02/2025'],
  ['2025-03', '15/02/2025', '14/03/2025', '18/03/2025', '25/03/2025'],
  ['2025-04', '15/03/2025', '14/04/2025', '16/04/2025', '25/04/2025'],
  ['2025-05', '15/04/2025', '14/05/2025', '16/05/2025', '25/05/2025'],
  ['2025-06', '15/05/2025', '14/06/2025', '17/06/2025', '25/06/2025'],
  ['2025-07', '15/06/2025', '14/07/2025', '16/07/2025', '25/07/2025'],
  ['2025-08', '15/07/2025', '14/08/2025', '18/08/2025', '25/08/2025'],
  ['2025-09', '15/08/2025', '14/09/2025', '16/09/2025', '25/09/2025'],
  ['2025-10', '15/09/2025', '14/10/2025', '16/10/2025', '25/10/2025'],
  ['2025-11', '15/10/2025', '14/11/2025', '18/11/2025', '25/11/2025'],
  ['2025-12', '15/11/2025', '14/12/2025', '16/12/2025', '25/12/2025'],
  // quý
  ['2025-Q1', '15/12/2024', '14/03/2025', '18/03/2025', '25/03/2025'],
  ['2025-Q2', '15/03/2025', '14/06/2025', '17/06/2025', '25/06/2025'],
  ['2025-Q3', '15/06/2025', '14/09/2025', '16/09/2025', '25/09/2025'],
  ['2025-Q4', '15/09/2025', '14/12/2025', '16/12/2025', '25/12/2025'],
  // 6 tháng đầu, cuối năm
  ['2025-H1', '15/12/2024', '14/06/2025', '17/06/2025', '25/06/2025'],
  ['2025-H2', '15/06/2025', '14/12/2025', '16/12/2025', '25/12/2025'],
  // 9 tháng, năm
  ['2025-9M', '15/12/2024', '14/09/2025', '16/09/2025', '25/09/2025'],
  ['2025', '15/12/2024', '14/12/2025', '16/12/2025', '25/12/2025'],
  // Tết Bính Ngọ: the cut-off is the Saturday it begins on, and work goes on on Monday 23/02
  ['2026-01', '15/12/2025', '14/01/2026', '16/01/2026', '25/01/2026'],
  ['2026-02', '15/01/2026', '14/02/2026', '24/02/2026', '25/02/2026']
]

const STATISTICAL: Row[] = [
  // New Year's Day is a Wednesday, the 2nd and 3rd are worked
  ['2024-12', '01/12/2024', '31/12/2024', '03/01/2025'],
  ['2024-Q4', '01/10/2024', '31/12/2024', '03/01/2025'],
  ['2024', '01/01/2024', '31/12/2024', '03/01/2025'],
  // Tết Ất Tỵ: the cut-off is its last Friday
  ['2025-01', '01/01/2025', '31/01/2025', '04/02/2025'],
  ['2025-02', '01/02/2025', '28/02/2025', '04/03/2025'],
  ['2025-03', '01/03/2025', '31/03/2025', '02/04/2025'],
  // 30/4, 1/5 and 2/5 (exchanged for 26/4), then a weekend
  ['2025-04', '01/04/2025', '30/04/2025', '06/05/2025'],
  ['2025-05', '01/05/2025', '31/05/2025', '03/06/2025'],
  ['2025-06', '01/06/2025', '30/06/2025', '02/07/2025'],
  ['2025-07', '01/07/2025', '31/07/2025', '04/08/2025'],
  // 1/9 and 2/9
  ['2025-08', '01/08/2025', '31/08/2025', '04/09/2025'],
  ['2025-09', '01/09/2025', '30/09/2025', '02/10/2025'],
  ['2025-10', '01/10/2025', '31/10/2025', '04/11/2025'],
  ['2025-11', '01/11/2025', '30/11/2025', '02/12/2025'],
  // 1/1, 2/1 (exchanged for 10/1), then a weekend
  ['2025-12', '01/12/2025', '31/12/2025', '06/01/2026'],
  ['2025-Q1', '01/01/2025', '31/03/2025', '02/04/2025'],
  ['2025-Q2', '01/04/2025', '30/06/2025', '02/07/2025'],
  ['2025-Q3', '01/07/2025', '30/09/2025', '02/10/2025'],
  ['2025-Q4', '01/10/2025', '31/12/2025', '06/01/2026'],
  ['2025-H1', '01/01/2025', '30/06/2025', '02/07/2025'],
  ['2025-H2', '01/07/2025', '31/12/2025', '06/01/2026'],
  ['2025-9M', '01/01/2025', '30/09/2025', '02/10/2025'],
  ['2025', '01/01/2025', '31/12/2025', '06/01/2026'],
  ['2024-02', '01/02/2024', '29/02/2024', '04/03/2024'],
  ['2026-01', '01/01/2026', '31/01/2026', '03/02/2026']
]

for (const [calendar, rows] of [[administrative, ADMINISTRATIVE], [statistical, STATISTICAL]] as const) {
  t.test(`windows and deadlines, ${calendar.code}`, async t => {
    for (const [code, from, to, unit, government] of rows) {
      t.same(windowOf(period(code), calendar), { from: day(from), to: day(to) }, `the window of ${code}`)
      t.same(deadlinesOf(period(code), calendar, holidays), [
        { tier: 'unit', date: day(unit) }, ...(government === undefined ? [] : [{ tier: 'government', date: day(government) }])
      ], `the deadlines of ${code}`)
    }
    const named = new Set(rows.map(([code]) => code))
    t.same(FREQUENCIES.flatMap(frequency => periodsOfYear(2025, frequency)).filter(({ code }) => !named.has(code)), [], 'every period of 2025 is in the table')
  })
}

t.test('the turn of the year: which year, quarter and month a day belongs to', async t => {
  const rows: [string, CalendarRule, (string | undefined)[]][] = [
    // monthly, quarterly, half_yearly, nine_months, yearly
    ['14/12/2024', administrative, ['2024-12', '2024-Q4', '2024-H2', undefined, '2024']],
    ['15/12/2024', administrative, ['2025-01', '2025-Q1', '2025-H1', '2025-9M', '2025']],
    ['20/12/2024', administrative, ['2025-01', '2025-Q1', '2025-H1', '2025-9M', '2025']],
    ['31/12/2024', administrative, ['2025-01', '2025-Q1', '2025-H1', '2025-9M', '2025']],
    ['01/01/2025', administrative, ['2025-01', '2025-Q1', '2025-H1', '2025-9M', '2025']],
    ['14/12/2025', administrative, ['2025-12', '2025-Q4', '2025-H2', undefined, '2025']],
    ['15/12/2025', administrative, ['2026-01', '2026-Q1', '2026-H1', '2026-9M', '2026']],
    ['20/12/2024', statistical, ['2024-12', '2024-Q4', '2024-H2', undefined, '2024']],
    ['31/12/2024', statistical, ['2024-12', '2024-Q4', '2024-H2', undefined, '2024']],
    ['01/01/2025', statistical, ['2025-01', '2025-Q1', '2025-H1', '2025-9M', '2025']]
  ]
  for (const [text, calendar, expected] of rows) {
    t.same(FREQUENCIES.map(frequency => periodOn(day(text), frequency, calendar)?.code), expected, `${text} ${calendar.code}`)
  }
})

t.test('Tết: nine days without work in 2025 and in 2026', async t => {
  for (const [first, last, before, after] of [['25/01/2025', '02/02/2025', '24/01/2025', '03/02/2025'], ['14/02/2026', '22/02/2026', '13/02/2026', '23/02/2026']] as const) {
    for (let one = day(first); one <= day(last); one = addDays(one, 1)) t.notOk(isWorkingDay(one, holidays), one)
    t.ok(isWorkingDay(day(before), holidays), before)
    t.ok(isWorkingDay(day(after), holidays), after)
    t.equal(addWorkingDays(day(before), 1, holidays), day(after))
  }
  for (const worked of ['26/04/2025', '10/01/2026']) t.ok(isWorkingDay(day(worked), holidays), `the Saturday ${worked}`)
})

t.test('Đ8.5: at least one working day lies between cut-off and deadline; Đ13: the Government by the 25th of the last month', async t => {
  for (const calendar of [administrative, statistical]) {
    for (const year of [2024, 2025, 2026]) {
      for (const one of FREQUENCIES.flatMap(frequency => periodsOfYear(year, frequency))) {
        const { to } = windowOf(one, calendar)
        for (const { tier, date } of deadlinesOf(one, calendar, holidays)) {
          t.ok(date >= addWorkingDays(to, 1, holidays), `${calendar.code} ${one.code} ${tier}`)
          if (tier === 'government') t.equal(date, `${to.slice(0, 8)}25`, `${one.code}: the 25th of ${to.slice(0, 7)}`)
        }
      }
    }
  }
})
