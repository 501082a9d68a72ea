import t from 'tap'
import { completenessOf, type Counted } from '../../src/domain/completeness.js'
import { obligationsOf, type Obligation, type ObligationInput, type ObligationState, type OwingTarget } from '../../src/domain/obligations.js'
import type { Extension, Transition } from '../../src/domain/period-life.js'
import type { Figure, StatusScope } from '../../src/domain/status/index.js'
import type { Phase } from '../../src/domain/target-life.js'
import { administrative, agency, figure, inputOf, type Case } from './status-case.js'

/*
 * Quarters by the calendar year: 2025-Q1 ends on Monday 31/03, the unit has Tuesday and Wednesday, 02/04; Q2 ends on
 * Monday 30/06, due on Wednesday 02/07. The province P is led by L; D1 and D2 are districts below it.
 */
const scope = (reporters: string[], whole?: string): StatusScope =>
  ({ ...whole === undefined ? {} : { whole: agency(whole) }, members: reporters.filter(code => code !== whole).map(agency), hadMembers: false, reporters: reporters.map(agency) })

const active = (from: string): Phase => ({ from, state: 'active' })
const until = (from: string): Phase[] => [active('2024-12-11'), { from, state: 'dropped' }]

function owing (more: Partial<OwingTarget> = {}, change: Case = {}): OwingTarget {
  const { target, indicator, calendar } = inputOf({ ...change, target: { id: 'T', scope: {}, ...change.target } })
  return { target, indicator, calendar, phases: [active('2024-12-11')], scopeOn: () => scope(['P'], 'P'), leadOn: () => 'L', ...more }
}

interface Setting { on: string, targets?: OwingTarget[], figures?: Figure[], extensions?: Extension[], transitions?: Transition[], ended?: Record<string, string>, successors?: Record<string, string>, periods?: string[], above?: (code: string, day: string) => string[] }

function derive ({ on, targets = [owing()], figures = [], extensions = [], transitions = [], ended = {}, successors = {}, periods = ['2025-Q1'], above = code => code === 'P' ? [] : ['P'] }: Setting): Obligation[] {
  const input: ObligationInput = {
    on,
    holidays: { off: new Set(), working: new Set() },
    targets,
    figures: new Map([['CQS-02', figures]]),
    wants: period => periods.includes(period.code),
    transitionsOf: (_, period) => period === '2025-Q1' ? transitions : [],
    extensionsOf: period => extensions.filter(one => one.period === period),
    aboveOn: (code, day) => new Set(above(code, day)),
    endOf: code => ended[code] !== undefined && ended[code] < on ? ended[code] : undefined,
    successorOf: code => successors[code]
  }
  return obligationsOf(input)
}

/** `state`, and `-n` days left or `+n` days late. */
const brief = ({ state, daysLeft, daysLate }: Obligation) => `${state}${daysLeft === undefined ? '' : ` -${daysLeft}`}${daysLate === undefined ? '' : ` +${daysLate}`}`
const of = (setting: Setting) => derive(setting).map(brief)
const q1 = (state: Figure['state'], more: Partial<Figure> = {}) => figure('50', { agency: 'P', period: '2025-Q1', state, ...more })

t.test('the states of one obligation, day by day', async t => {
  const rows: [string, Setting, string[]][] = [
    ['before the period', { on: '2024-12-31' }, []],
    ['its first day', { on: '2025-01-01' }, ['not_due -91']],
    ['the cut-off', { on: '2025-03-31' }, ['not_due -2']],
    ['the day after the cut-off', { on: '2025-04-01' }, ['due -1']],
    ['the deadline', { on: '2025-04-02' }, ['due -0']],
    ['the day after the deadline', { on: '2025-04-03' }, ['overdue +1']],
    ['a year later', { on: '2026-04-02' }, ['overdue +365']],
    ['accepted', { on: '2025-04-03', figures: [q1('accepted')] }, ['accepted']],
    ['submitted', { on: '2025-04-03', figures: [q1('submitted')] }, ['submitted']],
    ['a correction that awaits review', { on: '2025-04-03', figures: [q1('accepted'), q1('submitted', { revision: 2 })] }, ['submitted']],
    ['returned before the deadline', { on: '2025-04-01', figures: [q1('returned')] }, ['returned -1']],
    ['returned after it', { on: '2025-04-12', figures: [q1('returned')] }, ['returned +10']],
    ['withdrawn', { on: '2025-04-03', figures: [q1('withdrawn')] }, ['overdue +1']],
    ['a correction withdrawn', { on: '2025-04-03', figures: [q1('accepted'), q1('withdrawn', { revision: 2 })] }, ['accepted']],
    ['another period\'s figure', { on: '2025-04-03', figures: [q1('accepted', { period: '2025-Q2' })] }, ['overdue +1']],
    ['the lead\'s own figure is not the whole\'s', { on: '2025-04-03', figures: [q1('accepted', { agency: 'L' })] }, ['overdue +1']],
    ['a figure of a part', { on: '2025-04-03', figures: [q1('accepted', { breakdown: { sector: 'health' } })] }, ['overdue +1']],
    ['reported early, observed by then', { on: '2025-03-01', figures: [q1('accepted', { observedAt: '2025-02-28T00:00:00Z' })] }, ['accepted']],
    ['reported early, observed later', { on: '2025-03-01', figures: [q1('accepted', { observedAt: '2025-03-02T00:00:00Z' })] }, ['not_due -32']],
    ['dropped within the period', { on: '2025-04-03', targets: [owing({ phases: until('2025-03-31') }, { target: { state: 'dropped' } })] }, []],
    ['dropped after it', { on: '2025-04-03', targets: [owing({ phases: until('2025-04-01') }, { target: { state: 'dropped' } })] }, ['overdue +1']],
    ['begun after it', { on: '2025-04-03', targets: [owing({ phases: [active('2025-04-01')] })] }, []],
    ['begun on its last day', { on: '2025-04-03', targets: [owing({ phases: [active('2025-03-31')] })] }, ['overdue +1']]
  ]
  for (const [what, setting, expected] of rows) t.same(of(setting), expected, what)
})

t.test('to whom more time is given: who owes the figure, and nobody who led at another time', async t => {
  const led = (...changes: [from: string, lead: string][]) => ({ leadOn: (day: string) => changes.findLast(([from]) => from <= day)?.[1] })
  const given = (agency: string, kind: 'extension' | 'excuse' = 'extension'): Extension =>
    ({ id: agency, kind, agency, withSubtree: false, period: '2025-Q1', ...kind === 'excuse' ? {} : { until: '2025-04-10' } })
  const changed = led(['2024-12-11', 'S1'], ['2025-03-01', 'S2'])
  const late = led(['2024-12-11', 'S1'], ['2025-04-01', 'S2'], ['2025-04-03', 'S3'])
  const ended = { ended: { S1: '2025-03-31' }, successors: { S1: 'S9' } }
  const gone = { targets: [owing(led(['2024-12-11', 'S1']))], ...ended }
  const rows: [string, Partial<Setting>, Extension, string][] = [
    ['a former lead', { targets: [owing(changed)] }, given('S1'), 'S2 overdue +1'],
    ['a former lead, excused', { targets: [owing(changed)] }, given('S1', 'excuse'), 'S2 overdue +1'],
    ['the lead on the last day, whenever it was given', { targets: [owing(changed)] }, given('S2'), 'S2 due -7'],
    ['the lead on the last day, excused', { targets: [owing(changed)] }, given('S2', 'excuse'), 'S2 excused'],
    ['a body that only cooperates', { targets: [owing(changed)] }, given('S3'), 'S2 overdue +1'],
    ['the agency that the figure is for', { targets: [owing(changed)] }, given('P'), 'S2 due -7'],
    ['who led on the last day and leads no longer', { targets: [owing(late)] }, given('S1'), 'S1 due -7'],
    ['who leads at the deadline', { targets: [owing(late)] }, given('S2'), 'S1 due -7'],
    ['who leads only after the deadline', { targets: [owing(late)] }, given('S3'), 'S1 overdue +1'],
    ['of a lead that ended, to whoever took it over', gone, given('S9'), 'S9 due -7'],
    ['of a lead that ended, given to it before', gone, given('S1'), 'S9 due -7'],
    ['of a lead that ended, to another', gone, given('S8'), 'S9 overdue +1']
  ]
  for (const [what, setting, extension, expected] of rows) {
    t.same(derive({ on: '2025-04-03', ...setting, extensions: [extension] }).map(one => `${one.agency} ${brief(one)}`), [expected], what)
  }
  const districts = [owing({ scopeOn: () => scope(['D1', 'D2']), leadOn: () => undefined })]
  const merged = { targets: districts, ended: { D1: '2025-03-31' }, successors: { D1: 'D3' } }
  t.same(derive({ on: '2025-04-03', ...merged, extensions: [given('D3')] }).map(one => `${one.agency}:${one.subject} ${brief(one)}`), ['D3:D1 due -7', 'D2:D2 overdue +1'], 'the successor of a member')
})

t.test('with subtree: whom it stood above on the last day of the period', async t => {
  const wide: Extension = { id: 'W', kind: 'extension', agency: 'D1', withSubtree: true, period: '2025-Q1', until: '2025-04-10' }
  const communes = [owing({ scopeOn: () => scope(['X']), leadOn: () => undefined })]
  const state = (above: Setting['above'], more: Partial<Setting> = {}) =>
    derive({ on: '2025-04-03', targets: communes, extensions: [wide], above, ...more } as Setting).map(brief)
  const below = (...changes: [from: string, parents: string[]][]) => (code: string, day: string) => code === 'X' ? changes.findLast(([from]) => from <= day)?.[1] ?? [] : []
  const rows: [string, Setting['above'], string][] = [
    ['all the time', below(['2020-01-01', ['D1', 'P']]), 'due -7'],
    ['left before the period', below(['2020-01-01', ['D1', 'P']], ['2024-06-15', ['D2', 'P']]), 'overdue +1'],
    ['left within it', below(['2020-01-01', ['D1', 'P']], ['2025-03-31', ['D2', 'P']]), 'overdue +1'],
    ['left the day after it', below(['2020-01-01', ['D1', 'P']], ['2025-04-01', ['D2', 'P']]), 'due -7'],
    ['came within it', below(['2020-01-01', ['D2', 'P']], ['2025-03-31', ['D1', 'P']]), 'due -7'],
    ['came after it', below(['2020-01-01', ['D2', 'P']], ['2025-04-01', ['D1', 'P']]), 'overdue +1'],
    ['left and came back', below(['2020-01-01', ['D1', 'P']], ['2025-01-15', ['D2', 'P']], ['2025-03-01', ['D1', 'P']]), 'due -7'],
    ['came and left again', below(['2020-01-01', ['D2', 'P']], ['2025-01-15', ['D1', 'P']], ['2025-03-01', ['D2', 'P']]), 'overdue +1'],
    ['far below it', below(['2020-01-01', ['D7', 'D1', 'P']]), 'due -7'],
    ['nowhere yet', below(['2025-04-01', ['D1', 'P']]), 'overdue +1']
  ]
  for (const [what, above, expected] of rows) t.same(state(above), [expected], what)
  t.same(state(below(['2020-01-01', ['D1', 'P']], ['2025-03-10', ['D2', 'P']]), { on: '2025-03-09' }), ['not_due -32'], 'while it runs the day itself counts')
  t.same(state(below(['2020-01-01', ['D1', 'P']], ['2025-03-10', ['D2', 'P']]), { on: '2025-03-10' }), ['not_due -23'])
})

t.test('extensions, excuses and what is done by hand', async t => {
  const extension: Extension = { id: 'E', kind: 'extension', agency: 'P', withSubtree: false, period: '2025-Q1', until: '2025-04-10' }
  const excuse: Extension = { id: 'X', kind: 'excuse', agency: 'P', withSubtree: false, period: '2025-Q1' }
  const rows: [string, Setting, string[]][] = [
    ['extended', { on: '2025-04-03', extensions: [extension] }, ['due -7']],
    ['extended, its last day', { on: '2025-04-10', extensions: [extension] }, ['due -0']],
    ['extended, after it', { on: '2025-04-11', extensions: [extension] }, ['overdue +1']],
    ['given to the lead that owes it', { on: '2025-04-03', extensions: [{ ...extension, agency: 'L' }] }, ['due -7']],
    ['given to another', { on: '2025-04-03', extensions: [{ ...extension, agency: 'D1' }] }, ['overdue +1']],
    ['for another indicator', { on: '2025-04-03', extensions: [{ ...extension, indicator: 'CQS-01' }] }, ['overdue +1']],
    ['excused', { on: '2025-04-03', extensions: [excuse] }, ['excused']],
    ['excused before it is due', { on: '2025-03-01', extensions: [excuse] }, ['excused']],
    ['excused, and yet reported', { on: '2025-04-03', extensions: [excuse], figures: [q1('accepted')] }, ['accepted']],
    ['returned, then excused', { on: '2025-04-03', extensions: [excuse], figures: [q1('returned')] }, ['excused']],
    ['closed by hand before the deadline', { on: '2025-04-01', transitions: [{ to: 'closed', effectiveOn: '2025-04-01', sequence: 1 }] }, ['overdue +0']],
    ['closed by hand, but extended', { on: '2025-04-01', transitions: [{ to: 'locked', effectiveOn: '2025-04-01', sequence: 1 }], extensions: [extension] }, ['due -9']],
    ['reopened after the deadline', { on: '2025-04-03', transitions: [{ to: 'open', effectiveOn: '2025-04-03', sequence: 1 }] }, ['overdue +1']]
  ]
  for (const [what, setting, expected] of rows) t.same(of(setting), expected, what)
  t.match(derive({ on: '2025-04-03', extensions: [extension] }), [{ deadline: '2025-04-10', extension: { id: 'E', until: '2025-04-10' }, deadlines: [{ tier: 'unit', date: '2025-04-02' }] }])
})

t.test('who owes what', async t => {
  const who = (setting: Setting) => derive(setting).map(({ agency, subject, period, targets }) => `${agency} for ${subject} ${period.code} by ${targets.join('+')}`)
  const districts = owing({ scopeOn: () => scope(['D1', 'D2'], 'P') }, { target: { id: 'T2' } })
  t.same(who({ on: '2025-04-01' }), ['L for P 2025-Q1 by T'], 'the lead owes the figure of the whole')
  t.same(who({ on: '2025-04-01', targets: [owing({ leadOn: () => undefined })] }), ['P for P 2025-Q1 by T'], 'without a lead it owes its own')
  t.same(who({ on: '2025-04-01', targets: [districts] }), ['D1 for D1 2025-Q1 by T2', 'D2 for D2 2025-Q1 by T2'], 'parts owe their own, whoever leads')
  t.same(who({ on: '2025-04-01', targets: [owing(), districts, owing({}, { target: { id: 'T3' } })] }),
    ['L for P 2025-Q1 by T+T3', 'D1 for D1 2025-Q1 by T2', 'D2 for D2 2025-Q1 by T2'], 'the same one of several targets is one')
  t.same(derive({ on: '2025-04-01' })[0]!.id, 'L:CQS-02:P:2025-Q1')
  t.same(who({ on: '2025-07-01', periods: ['2025-Q1', '2025-Q2', '2025-Q3', '2025-Q4', '2026-Q1', '2025-01'] }),
    ['L for P 2025-Q1 by T', 'L for P 2025-Q2 by T', 'L for P 2025-Q3 by T'], 'periods of the frequency that have begun')

  const changing = owing({ leadOn: day => day < '2025-03-01' ? 'L' : 'N' })
  t.same(who({ on: '2025-02-28', targets: [changing] }), ['L for P 2025-Q1 by T'])
  t.same(who({ on: '2025-04-01', targets: [changing] }), ['N for P 2025-Q1 by T'], 'who leads on the cut-off')
  const ending = owing({ scopeOn: day => day < '2025-07-01' ? scope(['D1', 'D2'], 'P') : scope([], 'P') }, { target: { id: 'T2' } })
  t.same(who({ on: '2025-12-31', targets: [ending], periods: ['2025-Q1', '2025-Q2', '2025-Q3'] }).length, 4, 'those who were in scope on the cut-off')
})

t.test('a body that ends before the deadline', async t => {
  // D1 ends on the cut-off of Q2, 30/06; the deadline is 02/07
  const districts = owing({ scopeOn: () => scope(['D1'], 'P') })
  const q2 = { targets: [districts], periods: ['2025-Q2'], ended: { D1: '2025-06-30' } }
  const full = (setting: Setting) => derive(setting).map(one => `${one.agency}${one.takenOverFrom === undefined ? '' : ` from ${one.takenOverFrom}`} for ${one.subject}: ${brief(one)}`)
  t.same(full({ ...q2, on: '2025-06-30' }), ['D1 for D1: not_due -2'], 'on its last day it owes it itself')
  t.same(full({ ...q2, on: '2025-07-01' }), ['D1 for D1: excused'], 'nobody took it over as a whole')
  t.same(full({ ...q2, on: '2025-07-05' }), ['D1 for D1: excused'])
  t.same(full({ ...q2, on: '2025-07-01', successors: { D1: 'S' } }), ['S from D1 for D1: due -1'])
  t.same(full({ ...q2, on: '2025-07-05', successors: { D1: 'S' } }), ['S from D1 for D1: overdue +3'])
  t.same(full({ ...q2, on: '2025-07-05', successors: { D1: 'S', S: 'R' }, ended: { D1: '2025-06-30', S: '2025-06-30' } }), ['R from D1 for D1: overdue +3'], 'and who took that over')
  t.same(full({ ...q2, on: '2025-07-05', successors: { D1: 'S', S: 'D1' }, ended: { D1: '2025-06-30', S: '2025-06-30' } }), ['D1 for D1: excused'], 'a circle ends')
  t.same(full({ ...q2, on: '2025-07-01', figures: [figure('50', { agency: 'D1', period: '2025-Q2' })] }), ['D1 for D1: accepted'], 'it had reported')
  t.same(full({ ...q2, on: '2025-07-10', ended: { D1: '2025-07-02' } }), ['D1 for D1: overdue +8'], 'it had its whole time')
  const led = owing({ leadOn: day => day <= '2025-03-31' ? 'L' : 'N' })
  t.same(full({ on: '2025-04-02', targets: [led], ended: { L: '2025-03-31' } }), ['N from L for P: due -0'], 'the lead after it')
})

t.test('break-downs: one figure for the whole, or all of the members\'', async t => {
  const health = figure('50', { agency: 'P', period: '2025-Q1', breakdown: { sector: 'health' } })
  const mining = figure('50', { agency: 'P', period: '2025-Q1', breakdown: { sector: 'mining' }, state: 'submitted' })
  const both: StatusScope = { whole: agency('P'), members: ['health', 'mining'].map(agency), hadMembers: false, reporters: [agency('P')] }
  const each = owing({ scopeOn: () => both }, { target: { scope: { dimension: 'sector' }, quantifier: 'each' } })
  const together = owing({ scopeOn: () => both }, { target: { scope: { dimension: 'sector' } } })
  const one = owing({}, { target: { scope: { dimension: 'sector', member: 'health' } } })
  const rows: [string, Setting, string[]][] = [
    ['each: one is missing', { on: '2025-04-03', targets: [each], figures: [health] }, ['overdue +1']],
    ['each: the worst', { on: '2025-04-03', targets: [each], figures: [health, mining] }, ['submitted']],
    ['each: the whole does not do', { on: '2025-04-03', targets: [each], figures: [q1('accepted')] }, ['overdue +1']],
    ['together: the whole does', { on: '2025-04-03', targets: [together], figures: [q1('accepted')] }, ['accepted']],
    ['together: so do all parts', { on: '2025-04-03', targets: [together], figures: [health, mining] }, ['submitted']],
    ['one member', { on: '2025-04-03', targets: [one], figures: [health] }, ['accepted']],
    ['one member: the whole does not do', { on: '2025-04-03', targets: [one], figures: [q1('accepted')] }, ['overdue +1']],
    ['of two targets one is missing', { on: '2025-04-03', targets: [owing(), one], figures: [health] }, ['overdue +1']],
    ['of two targets both are there', { on: '2025-04-03', targets: [owing(), one], figures: [health, q1('accepted')] }, ['accepted']]
  ]
  for (const [what, setting, expected] of rows) t.same(of(setting), expected, what)
})

t.test('the administrative turn of the year', async t => {
  // 2025-Q4 ends on Sunday 14/12/2025, due on Tuesday the 16th; the window of 2026-Q1 is open from the 15th, and says nothing of 2025
  const target = owing({}, { calendar: administrative })
  const on = (day: string) => derive({ on: day, targets: [target], periods: ['2025-Q4', '2026-Q1'] }).map(one => `${one.period.code} ${brief(one)}`)
  t.same(on('2025-12-14'), ['2025-Q4 not_due -2'])
  t.same(on('2025-12-16'), ['2025-Q4 due -0'])
  t.same(on('2025-12-31'), ['2025-Q4 overdue +15'])
})

t.test('completeness', async t => {
  const many = (counts: Partial<Record<ObligationState, number>>, late: (boolean | undefined)[] = []): Counted[] => [
    ...Object.entries(counts).flatMap(([state, count]) => Array.from({ length: count }, (_, i): Counted =>
      // the first of each is explained
      ({ state: state as ObligationState, reportedLate: undefined, explained: i === 0 }))),
    ...late.map((reportedLate): Counted => ({ state: 'accepted', reportedLate, explained: false }))
  ]
  const share = (counts: Partial<Record<ObligationState, number>>) => completenessOf(many(counts)).completeness
  t.equal(share({}), null)
  t.equal(share({ not_due: 3, excused: 2 }), null, 'nothing should be there yet')
  t.equal(share({ accepted: 2, overdue: 1 }), '0.6667')
  t.equal(share({ accepted: 1, due: 1, not_due: 7, excused: 1 }), '0.5000')
  t.equal(share({ submitted: 1, returned: 1 }), '0.0000')
  t.equal(share({ accepted: 5 }), '1.0000')
  t.equal(share({ accepted: 29_999, overdue: 1 }), '0.9999', 'not all is not 1')
  t.equal(share({ accepted: 1, overdue: 29_999 }), '0.0001', 'not nothing is not 0')
  t.same(completenessOf(many({ not_due: 1, due: 2, submitted: 3, returned: 4, overdue: 5, excused: 6 }, [true, false, false])), {
    expected: 24, notDue: 1, due: 2, submitted: 3, returned: 4, accepted: 3, overdue: 5, overdueUnexplained: 4, excused: 6,
    onTime: 2, late: 1, completeness: '0.1765'
  })
})
