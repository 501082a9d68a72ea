import t from 'tap'
import fc from 'fast-check'
import {
  addWorkingDays, deadlinesOf, isWorkingDay, periodOn, unitDeadline, windowOf, type CalendarRule, type DeadlineRule, type Holidays
} from '../../src/domain/calendar.js'
import { addDays } from '../../src/domain/date.js'
import { parsePeriod, periodsOfYear, type Period } from '../../src/domain/period.js'
import { FREQUENCIES } from '../../src/domain/words.js'

function calendar (code: string, startDay: number, monthOffset: 0 | -1, unit: DeadlineRule = { workingDays: 2 }): CalendarRule {
  const tiers = [{ tier: 'unit', rule: unit }, { tier: 'province', rule: { workingDays: 5 } }, { tier: 'government', rule: { dayOfMonth: 25 } }]
  return { code, startDay, monthOffset, deadlines: { monthly: tiers, quarterly: tiers, half_yearly: tiers, nine_months: tiers, yearly: tiers } }
}

const period = (code: string): Period => parsePeriod(code)!
const administrative = calendar('administrative', 15, -1)
const statistical = calendar('statistical', 1, 0)
const none: Holidays = { off: new Set(), working: new Set() }

/** Days off for the civil service in 2025: New Year, Tết Ất Tỵ, Hùng Kings, 30/4 and 1/5 with 2/5 exchanged for 26/4, National Day. */
const year2025: Holidays = {
  off: new Set(['2025-01-01', '2025-01-27', '2025-01-28', '2025-01-29', '2025-01-30', '2025-01-31', '2025-04-07',
    '2025-04-30', '2025-05-01', '2025-05-02', '2025-09-01', '2025-09-02']),
  working: new Set(['2025-04-26'])
}

t.test('windows of the administrative year, NĐ 09/2019/NĐ-CP Đ12', async (t) => {
  const rows: [string, string, string][] = [
    ['2025-01', '2024-12-15', '2025-01-14'], ['2025-02', '2025-01-15', '2025-02-14'], ['2025-03', '2025-02-15', '2025-03-14'],
    ['2024-03', '2024-02-15', '2024-03-14'], ['2025-06', '2025-05-15', '2025-06-14'], ['2025-12', '2025-11-15', '2025-12-14'], ['2026-01', '2025-12-15', '2026-01-14'],
    ['2025-Q1', '2024-12-15', '2025-03-14'], ['2025-Q2', '2025-03-15', '2025-06-14'], ['2025-Q3', '2025-06-15', '2025-09-14'], ['2025-Q4', '2025-09-15', '2025-12-14'],
    ['2025-H1', '2024-12-15', '2025-06-14'], ['2025-H2', '2025-06-15', '2025-12-14'],
    ['2025-9M', '2024-12-15', '2025-09-14'], ['2025', '2024-12-15', '2025-12-14'], ['1900-01', '1899-12-15', '1900-01-14']
  ]
  for (const [code, from, to] of rows) t.same(windowOf(period(code), administrative), { from, to }, code)
})

t.test('windows of the statistical year: whole months', async (t) => {
  const rows: [string, string, string][] = [
    ['2025-01', '2025-01-01', '2025-01-31'], ['2025-02', '2025-02-01', '2025-02-28'], ['2024-02', '2024-02-01', '2024-02-29'],
    ['2025-06', '2025-06-01', '2025-06-30'], ['2025-12', '2025-12-01', '2025-12-31'], ['2025-Q1', '2025-01-01', '2025-03-31'], ['2025-Q4', '2025-10-01', '2025-12-31'],
    ['2025-H1', '2025-01-01', '2025-06-30'], ['2025-H2', '2025-07-01', '2025-12-31'], ['2025-9M', '2025-01-01', '2025-09-30'], ['2025', '2025-01-01', '2025-12-31']
  ]
  for (const [code, from, to] of rows) t.same(windowOf(period(code), statistical), { from, to }, code)
})

t.test('the period of a day', async (t) => {
  const rows: [string, CalendarRule, typeof FREQUENCIES[number], string | undefined][] = [
    ['2024-12-14', administrative, 'yearly', '2024'], ['2024-12-15', administrative, 'yearly', '2025'], ['2024-12-20', administrative, 'yearly', '2025'],
    ['2024-12-20', administrative, 'monthly', '2025-01'], ['2024-12-20', administrative, 'quarterly', '2025-Q1'], ['2024-12-20', administrative, 'half_yearly', '2025-H1'],
    ['2025-06-14', administrative, 'half_yearly', '2025-H1'], ['2025-06-15', administrative, 'half_yearly', '2025-H2'], ['2024-02-29', administrative, 'monthly', '2024-03'],
    ['2025-09-14', administrative, 'nine_months', '2025-9M'], ['2025-09-15', administrative, 'nine_months', undefined], ['2025-12-14', administrative, 'nine_months', undefined],
    ['2025-12-15', administrative, 'nine_months', '2026-9M'], ['2025-12-14', administrative, 'quarterly', '2025-Q4'],
    ['2024-12-31', statistical, 'yearly', '2024'], ['2025-01-01', statistical, 'monthly', '2025-01'], ['2025-09-30', statistical, 'nine_months', '2025-9M'],
    ['2025-10-01', statistical, 'nine_months', undefined], ['1899-12-14', administrative, 'yearly', undefined], ['1899-12-15', administrative, 'yearly', '1900'],
    ['2199-12-14', administrative, 'monthly', '2199-12'], ['2199-12-15', administrative, 'monthly', undefined]
  ]
  for (const [day, rule, frequency, code] of rows) t.equal(periodOn(day, frequency, rule)?.code, code, `${day} ${frequency} ${rule.code}`)
  t.throws(() => periodOn('2025-06-31', 'monthly', administrative), RangeError)
})

t.test('working days', async (t) => {
  const days: [string, boolean][] = [
    ['2025-01-24', true], ['2025-01-25', false], ['2025-01-27', false], ['2025-01-29', false], ['2025-02-02', false], ['2025-02-03', true],
    ['2025-04-26', true], ['2025-04-27', false], ['2025-05-02', false], ['2025-05-05', true]
  ]
  for (const [day, working] of days) t.equal(isWorkingDay(day, year2025), working, day)
  t.ok(isWorkingDay('2025-04-26', { off: new Set(['2025-04-26']), working: new Set(['2025-04-26']) }), 'a day in both is worked')
  const rows: [string, number, Holidays, string][] = [
    ['2025-01-14', 1, none, '2025-01-15'], ['2025-01-17', 1, none, '2025-01-20'], ['2025-01-18', 1, none, '2025-01-20'],
    ['2025-01-14', 8, year2025, '2025-01-24'], ['2025-01-14', 9, year2025, '2025-02-03'], ['2025-01-14', 10, year2025, '2025-02-04'], ['2025-01-14', 10, none, '2025-01-28'],
    ['2025-01-29', 1, year2025, '2025-02-03'], ['2024-12-31', 1, year2025, '2025-01-02'],
    ['2025-04-25', 1, year2025, '2025-04-26'], ['2025-04-25', 3, year2025, '2025-04-29'], ['2025-04-25', 4, year2025, '2025-05-05']
  ]
  for (const [day, count, holidays, expected] of rows) t.equal(addWorkingDays(day, count, holidays), expected, `${count} after ${day}`)
  for (const count of [0, -1, 1.5, NaN]) t.throws(() => addWorkingDays('2025-01-14', count, none), RangeError, `${count}`)
})

t.test('the deadlines of the tiers', async (t) => {
  t.same(deadlinesOf(period('2025-Q1'), administrative, year2025), [
    { tier: 'unit', date: '2025-03-18' }, { tier: 'province', date: '2025-03-21' }, { tier: 'government', date: '2025-03-25' }
  ])
  t.same(deadlinesOf(period('2025-9M'), administrative, year2025).map(({ date }) => date), ['2025-09-16', '2025-09-19', '2025-09-25'])
  t.same(deadlinesOf(period('2025'), administrative, year2025).map(({ date }) => date), ['2025-12-16', '2025-12-19', '2025-12-25'])
  t.same(deadlinesOf(period('2025'), { ...administrative, deadlines: { ...administrative.deadlines, yearly: [] } }, none), [])
})

t.test('the deadline of the unit', async (t) => {
  const rows: [string, DeadlineRule, string, string][] = [
    ['2025-01', { workingDays: 1 }, '2025-01-15', 'one working day'],
    ['2025-12', { workingDays: 1 }, '2025-12-15', 'the cut-off is a Sunday'],
    ['2025-01', { workingDays: 10 }, '2025-02-04', 'across Tết'],
    ['2025-10', { dayOfMonth: 25 }, '2025-10-25', 'the 25th stands on a Saturday'],
    ['2025-03', { dayOfMonth: 10 }, '2025-03-17', 'not before one working day after the cut-off'],
    ['2025-03', { dayOfMonth: 14 }, '2025-03-17', 'nor on the cut-off'],
    ['2025-03', { dayOfMonth: 15 }, '2025-03-17', 'nor on the Saturday after it'],
    ['2025-06', { dayOfMonth: 31 }, '2025-06-30', 'June has no 31st'],
    ['2025-02', { dayOfMonth: 31 }, '2025-02-28', 'nor February'],
    ['2024-02', { dayOfMonth: 30 }, '2024-02-29', 'a leap year'],
    ['2025-03', { workingDays: 2, dayOfMonth: 25 }, '2025-03-18', 'the earlier of both'],
    ['2025-03', { workingDays: 20, dayOfMonth: 25 }, '2025-03-25', 'the earlier of both'],
    ['2025-03', {}, '2025-03-17', 'nothing set'],
    ['2025-03', { workingDays: 0 }, '2025-03-17', 'the law allows no less']
  ]
  for (const [code, rule, expected, why] of rows) {
    t.equal(unitDeadline(period(code), calendar('administrative', 15, -1, rule), year2025), expected, `${code} ${JSON.stringify(rule)}: ${why}`)
  }
  t.equal(unitDeadline(period('2025-H1'), calendar('statistical', 1, 0, { dayOfMonth: 25 }), year2025), '2025-07-01', 'the 25th lies before a statistical cut-off')
  t.equal(unitDeadline(period('2024'), calendar('statistical', 1, 0, { workingDays: 1 }), year2025), '2025-01-02', 'the turn of the year')
  const noUnit = { ...administrative, deadlines: { ...administrative.deadlines, monthly: [{ tier: 'government', rule: { dayOfMonth: 25 } }] } }
  t.equal(unitDeadline(period('2025-03'), noUnit, none), '2025-03-17', 'a calendar without a tier for units')
})

const years = fc.integer({ min: 1901, max: 2198 })
const rules = fc.oneof(fc.constantFrom(administrative, statistical),
  fc.tuple(fc.integer({ min: 1, max: 28 }), fc.constantFrom(0 as const, -1 as const)).map(([day, offset]) => calendar('other', day, offset)))
const frequencies = fc.constantFrom(...FREQUENCIES)
const periods = fc.tuple(years, frequencies, fc.nat()).map(([year, frequency, pick]) => { const all = periodsOfYear(year, frequency); return all[pick % all.length]! })
const days = fc.integer({ min: 0, max: 80_000 }).map((count) => addDays('1950-01-01', count))

t.test('months, quarters and half-years each partition the year, and years follow each other', async () => {
  fc.assert(fc.property(years, rules, fc.constantFrom('monthly', 'quarterly', 'half_yearly'), (year, rule, frequency) => {
    const [whole] = periodsOfYear(year, 'yearly').map((p) => windowOf(p, rule))
    const parts = periodsOfYear(year, frequency).map((p) => windowOf(p, rule))
    const next = windowOf(period(String(year + 1)), rule)
    return parts[0]!.from === whole!.from && parts.at(-1)!.to === whole!.to && addDays(whole!.to, 1) === next.from &&
      parts.every((part, i) => part.from <= part.to && (i === 0 || part.from === addDays(parts[i - 1]!.to, 1)))
  }))
})

t.test('nine months are the first three quarters', async () => {
  fc.assert(fc.property(years, rules, (year, rule) => {
    const nine = windowOf(period(`${year}-9M`), rule)
    return nine.from === windowOf(period(`${year}-Q1`), rule).from && nine.to === windowOf(period(`${year}-Q3`), rule).to
  }))
})

t.test('the period of a day is the inverse of the window of a period', async () => {
  fc.assert(fc.property(periods, rules, fc.double({ min: 0, max: 1, noNaN: true }), (p, rule, share) => {
    const { from, to } = windowOf(p, rule)
    const within = addDays(from, Math.floor(share * 27))
    return [from, to, within].every((day) => periodOn(day, p.frequency, rule)?.code === p.code) &&
      periodOn(addDays(from, -1), p.frequency, rule)?.code !== p.code && periodOn(addDays(to, 1), p.frequency, rule)?.code !== p.code
  }))
  fc.assert(fc.property(days, frequencies, rules, (day, frequency, rule) => {
    const found = periodOn(day, frequency, rule)
    if (found === undefined) return frequency === 'nine_months' && ['Q4'].includes(periodOn(day, 'quarterly', rule)!.code.slice(5))
    const { from, to } = windowOf(found, rule)
    return from <= day && day <= to
  }))
})

const holidays = fc.tuple(days, fc.array(fc.nat(40)), fc.array(fc.nat(40))).map(([start, off, working]) => ({
  start,
  holidays: { off: new Set(off.map((n) => addDays(start, n))), working: new Set(working.map((n) => addDays(start, n))) }
}))

t.test('the n-th working day is one, and n of them lie up to it', async () => {
  fc.assert(fc.property(holidays, fc.integer({ min: 1, max: 30 }), ({ start, holidays }, count) => {
    const reached = addWorkingDays(start, count, holidays)
    let worked = 0
    for (let day = addDays(start, 1); day <= reached; day = addDays(day, 1)) if (isWorkingDay(day, holidays)) worked++
    return worked === count && isWorkingDay(reached, holidays)
  }))
})

t.test('a deadline leaves a working day after the cut-off, and a holiday never brings it forward', async () => {
  const deadlines = fc.record({ workingDays: fc.integer({ min: 1, max: 30 }), dayOfMonth: fc.integer({ min: 1, max: 31 }) }, { requiredKeys: [] })
  fc.assert(fc.property(periods, fc.integer({ min: 1, max: 28 }), deadlines, fc.array(fc.nat(40)), (p, startDay, rule, off) => {
    const other = calendar('other', startDay, -1, rule)
    const cutOff = windowOf(p, other).to
    const free = { off: new Set(off.map((n) => addDays(cutOff, n))), working: new Set<string>() }
    const deadline = unitDeadline(p, other, free)
    return deadline >= addWorkingDays(cutOff, 1, free) && deadline >= unitDeadline(p, other, none)
  }))
})
