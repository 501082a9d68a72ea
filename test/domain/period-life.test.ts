import t from 'tap'
import type { CalendarRule, Holidays } from '../../src/domain/calendar.js'
import { parsePeriod } from '../../src/domain/period.js'
import { dutyDeadline, findExcuse, findExtension, isLate, isLocked, lifeOf, lockedFrom, type DutyPeriod, type Extension, type Transition } from '../../src/domain/period-life.js'

const tiers = [{ tier: 'unit', rule: { workingDays: 2 } }, { tier: 'government', rule: { dayOfMonth: 25 } }]
const rule: CalendarRule = {
  code: 'administrative',
  startDay: 15,
  monthOffset: -1,
  deadlines: { monthly: tiers, quarterly: tiers, half_yearly: tiers, nine_months: tiers, yearly: [] },
  locks: { quarterly: { workingDays: 5 }, yearly: { workingDays: 5 } }
}
const holidays: Holidays = { off: new Set(['2025-03-31']), working: new Set() }
const period = (code: string) => parsePeriod(code)!
const life = (code: string, day: string, transitions: Transition[] = []) => {
  const { state, by } = lifeOf(period(code), rule, holidays, transitions, day)
  return `${state} ${by}`
}

t.test('by the calendar', async t => {
  // 2025-Q1: 15/12/2024 … 14/03/2025 (Friday), unit Tuesday 18/03, Government Tuesday 25/03;
  // five working days after it: 26, 27, 28/03, 1/4 (31/03 is off), 2/4
  t.equal(lockedFrom(period('2025-Q1'), rule, holidays), '2025-04-03')
  const rows: [string, string][] = [
    ['2024-12-14', 'not_open calendar'], ['2024-12-15', 'open calendar'], ['2025-03-14', 'open calendar'], ['2025-03-18', 'open calendar'],
    ['2025-03-19', 'closed calendar'], ['2025-04-02', 'closed calendar'], ['2025-04-03', 'locked calendar'], ['2030-01-01', 'locked calendar']
  ]
  for (const [day, expected] of rows) t.equal(life('2025-Q1', day), expected, day)
  t.equal(lockedFrom(period('2025-01'), rule, holidays), undefined)
  t.equal(life('2025-01', '2030-01-01'), 'closed calendar', 'no lock is set for months')
  // no tier at all: the unit's one working day after Sunday 14/12 is Monday 15/12, five more end on Monday 22/12
  t.equal(lockedFrom(period('2025'), rule, holidays), '2025-12-23')
})

t.test('by hand', async t => {
  const set = (to: Transition['to'], effectiveOn: string, sequence: number): Transition => ({ to, effectiveOn, sequence })
  const reopened = [set('open', '2025-05-01', 1)]
  t.equal(life('2025-Q1', '2025-04-30', reopened), 'locked calendar', 'not before it is effective')
  t.equal(life('2025-Q1', '2025-05-01', reopened), 'open hand')
  t.equal(life('2025-Q1', '2030-01-01', reopened), 'open hand', 'the calendar does not lock it again')
  const early = [set('locked', '2025-01-10', 1)]
  t.equal(life('2025-Q1', '2025-01-09', early), 'open calendar')
  t.equal(life('2025-Q1', '2025-01-10', early), 'locked hand')
  t.equal(life('2025-Q1', '2024-12-01', [set('open', '2024-01-01', 1)]), 'not_open calendar', 'nobody opens what has not begun')
  const twice = [set('locked', '2025-05-01', 1), set('closed', '2025-05-01', 2), set('open', '2025-04-20', 3)]
  t.equal(life('2025-Q1', '2025-04-25', twice), 'open hand')
  t.equal(life('2025-Q1', '2025-05-02', twice), 'closed hand', 'the latest day, then the one recorded last')
  t.equal(life('2025-Q1', '2025-05-02', twice.toReversed()), 'closed hand', 'in whatever order they come')
})

const extension = (id: string, more: Partial<Extension> = {}): Extension =>
  ({ id, kind: 'extension', agency: 'STTTT', withSubtree: false, period: '2025-Q1', until: '2025-04-10', ...more })
const duty = (more: object = {}) => ({ agency: 'STTTT', ancestors: new Set(['UBND']), indicator: 'CQS-01', period: '2025-Q1', ...more })

t.test('whom an extension covers', async t => {
  const rows: [string, Extension, boolean, object?][] = [
    ['the agency itself, all indicators', extension('1'), true],
    ['this indicator', extension('1', { indicator: 'CQS-01' }), true],
    ['another indicator', extension('1', { indicator: 'CQS-02' }), false],
    ['another period', extension('1', { period: '2025-Q2' }), false],
    ['another agency', extension('1', { agency: 'SYT' }), false],
    ['an agency above, alone', extension('1', { agency: 'UBND' }), false],
    ['an agency above, with its subtree', extension('1', { agency: 'UBND', withSubtree: true }), true],
    ['an agency below', extension('1', { agency: 'STTTT', withSubtree: true }), false, { agency: 'UBND', ancestors: new Set() }],
    ['who owes it for the whole', extension('1'), true, { agency: 'UBND', ancestors: new Set(), owedBy: ['STTTT'] }],
    ['who owes another', extension('1'), false, { agency: 'UBND', ancestors: new Set(), owedBy: ['SYT'] }],
    ['an excuse is none', extension('1', { kind: 'excuse', until: undefined }), false]
  ]
  for (const [what, one, found, who = {}] of rows) t.equal(findExtension([one], duty(who))?.id, found ? '1' : undefined, what)
  t.equal(findExtension([extension('1'), extension('2', { until: '2025-04-20' }), extension('3', { until: '2025-04-01' })], duty())?.id, '2', 'the furthest')
  t.equal(findExtension([extension('1')], duty(), '2025-04-10')?.id, '1', 'its last day')
  t.equal(findExtension([extension('1')], duty(), '2025-04-11'), undefined, 'the day after it')
  t.equal(findExcuse([extension('1'), extension('2', { kind: 'excuse', until: undefined })], duty())?.id, '2')
  t.equal(findExcuse([extension('2', { kind: 'excuse', until: undefined, indicator: 'CQS-02' })], duty()), undefined)
})

t.test('late and locked', async t => {
  const of = (transitions: Transition[] = [], extensions: Extension[] = []): DutyPeriod => ({ period: period('2025-Q1'), rule, holidays, transitions, extensions })
  const extended = of([], [extension('1')])
  t.same(dutyDeadline(of(), duty()), { deadline: '2025-03-18', extension: undefined })
  t.equal(dutyDeadline(extended, duty()).deadline, '2025-04-10')
  t.same(dutyDeadline(of([], [extension('1', { until: '2025-03-17' })]), duty()), { deadline: '2025-03-18', extension: undefined }, 'it never brings the deadline forward')
  const rows: [string, DutyPeriod, string, boolean, boolean][] = [
    ['on the deadline', of(), '2025-03-18', false, false],
    ['the day after', of(), '2025-03-19', true, false],
    ['the last day before the lock', of(), '2025-04-02', true, false],
    ['locked', of(), '2025-04-03', true, true],
    ['extended, after the deadline', extended, '2025-03-19', false, false],
    ['extended, locked for the others', extended, '2025-04-10', false, false],
    ['the extension is over', extended, '2025-04-11', true, true],
    ['closed by hand early', of([{ to: 'closed', effectiveOn: '2025-03-01', sequence: 1 }]), '2025-03-05', true, false],
    ['locked by hand early', of([{ to: 'locked', effectiveOn: '2025-03-01', sequence: 1 }]), '2025-03-05', true, true],
    ['locked by hand early, extended', of([{ to: 'locked', effectiveOn: '2025-03-01', sequence: 1 }], [extension('1')]), '2025-03-05', false, false],
    ['reopened after the deadline: taken, and late', of([{ to: 'open', effectiveOn: '2025-04-05', sequence: 1 }]), '2025-04-06', true, false]
  ]
  for (const [what, one, day, late, locked] of rows) {
    t.equal(isLate(one, duty(), day), late, `${what}: late`)
    t.equal(isLocked(one, duty(), day), locked, `${what}: locked`)
  }
})
