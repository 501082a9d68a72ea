import t, { type Test } from 'tap'
import { parseDecimal, rational, toDecimal, type Rational } from '../../src/domain/decimal.js'
import { expectedAt, paceOf, reaches, trajectoryOf, type Trajectory } from '../../src/domain/trajectory.js'
import { targetLine } from '../../src/features/status/series.js'
import type { TargetInForce } from '../../src/world/figures.js'
import { administrative, CLIMB, DESCENT, inputOf, statistical } from './status-case.js'

const r = (text: string): Rational => parseDecimal(text)!
const thresholds = { onTrack: r('0.95'), atRisk: r('0.80') }
const due = { dueDate: '2025-12-31', milestones: [] }
const climb = trajectoryOf({ ...CLIMB, ...due }, 'higher_is_better', statistical)
const descent = trajectoryOf({ ...DESCENT, ...due }, 'lower_is_better', statistical)

function rows (t: Test, trajectory: Trajectory, expected: string, cases: [string, string | null, string][]): void {
  for (const [value, attainment, verdict] of cases) {
    const pace = paceOf(r(value), r(expected), trajectory, thresholds)
    t.equal(pace.attainment === null ? null : toDecimal(pace.attainment, 4), attainment, `attainment of ${value}`)
    t.equal(pace.verdict, verdict, `pace of ${value}`)
  }
}

t.test('the line of a series is rounded, but never to where the target is', async (t) => {
  const line = (baseline: string, dueDate: string) => {
    const input = inputOf({ target: { value: '90', baseline: { value: baseline, date: '2024-12-31', claim: false }, dueDate } })
    return targetLine({ ...input, wording: '' } as unknown as TargetInForce, 2025, 2025).points.map(({ expectedValue }) => expectedValue)
  }
  t.same(line('89.99', '2026-01-01'), ['89.99', '89.99', '89.997', '89.99997'], 'one day of 366 is still to go')
  t.same(line('53.5', '2025-12-31'), ['62.5', '71.6', '80.8', '90'], 'a tenth a day, and it arrives')
})

t.test('the straight line, level before the baseline and after the due date', async (t) => {
  const days: [string, string, string][] = [
    ['2024-06-30', '10', '83'], ['2024-12-31', '10', '83'], ['2025-01-01', '10.2', '82.8'], ['2025-03-31', '28', '65'],
    ['2025-06-30', '46.2', '46.8'], ['2025-12-30', '82.8', '10.2'], ['2025-12-31', '83', '10'], ['2026-06-30', '83', '10']
  ]
  for (const [day, up, down] of days) {
    t.same(expectedAt(day, climb), { value: r(up), by: 'baseline' }, day)
    t.same(expectedAt(day, descent), { value: r(down), by: 'baseline' }, day)
  }
  const late = trajectoryOf({ value: '90', ...due, baseline: { value: '70', date: '2026-01-31' } }, 'higher_is_better', statistical)
  t.same(expectedAt('2025-12-30', late)?.value, r('70'), 'a baseline after the due date')
  t.same(expectedAt('2025-12-31', late)?.value, r('90'))
})

t.test('an expected value is exact', async (t) => {
  const third = trajectoryOf({ value: '1', dueDate: '2025-01-04', milestones: [], baseline: { value: '0', date: '2025-01-01' } }, 'higher_is_better', statistical)
  t.same(expectedAt('2025-01-02', third)?.value, rational(1n, 3n))
})

t.test('the last milestone that has ended wins over the line', async (t) => {
  const milestones = [{ period: '2025-Q3', value: '70' }, { period: '2025-H1', value: '60' }, { period: 'nonsense', value: '1' }]
  const marked = trajectoryOf({ ...CLIMB, dueDate: '2025-12-31', milestones }, 'higher_is_better', statistical)
  t.same(expectedAt('2025-03-31', marked), { value: r('28'), by: 'baseline' }, 'none has ended')
  t.same(expectedAt('2025-06-30', marked), { value: r('60'), by: 'milestone' })
  t.same(expectedAt('2025-09-29', marked), { value: r('60'), by: 'milestone' })
  t.same(expectedAt('2025-12-31', marked), { value: r('83'), by: 'target' }, 'on the due date the target itself')
  const bare = trajectoryOf({ value: '83', dueDate: '2025-12-31', milestones }, 'higher_is_better', administrative)
  t.equal(expectedAt('2025-06-13', bare), undefined, 'neither')
  t.same(expectedAt('2025-06-14', bare), { value: r('60'), by: 'milestone' }, 'by the calendar of the indicator')
})

t.test('pace upward', async (t) => {
  rows(t, climb, '46.2', [
    ['46.2', '1.0000', 'on_track'], ['50', '1.1050', 'on_track'], ['44.39', '0.9500', 'on_track'], ['44.38', '0.9497', 'at_risk'],
    ['38.96', '0.8000', 'at_risk'], ['38.95', '0.7997', 'off_track'], ['10', '0.0000', 'off_track'], ['0', '-0.2762', 'off_track']
  ])
})

t.test('pace downward', async (t) => {
  rows(t, descent, '46.8', [
    ['46.8', '1.0000', 'on_track'], ['40', '1.1878', 'on_track'], ['48.61', '0.9500', 'on_track'], ['48.62', '0.9497', 'at_risk'],
    ['54.04', '0.8000', 'at_risk'], ['54.05', '0.7997', 'off_track'], ['90', '-0.1934', 'off_track']
  ])
})

t.test('no way to go: at the expected value or beyond it is on track, anything else is not', async (t) => {
  rows(t, climb, '10', [['10', null, 'on_track'], ['12', null, 'on_track'], ['9.99', null, 'off_track']])
  rows(t, descent, '83', [['83', null, 'on_track'], ['83.01', null, 'off_track']])
  // a baseline beyond the target: falling behind it must not count as way made
  rows(t, climb, '5', [['1', null, 'off_track'], ['7', null, 'on_track']])
})

t.test('a milestone without a baseline', async (t) => {
  const up: Trajectory = { milestones: [], target: r('90'), dueDate: '2025-12-31', direction: 'higher_is_better' }
  rows(t, up, '60', [['60', '1.0000', 'on_track'], ['57', '0.9500', 'on_track'], ['48', '0.8000', 'at_risk'], ['47.9', '0.7983', 'off_track']])
  rows(t, up, '-2', [['-2', null, 'on_track'], ['-1', null, 'on_track'], ['-3', null, 'off_track']])
  const down: Trajectory = { ...up, direction: 'lower_is_better' }
  rows(t, down, '19', [['19', '1.0000', 'on_track'], ['10', '1.9000', 'on_track'], ['20', '0.9500', 'on_track'], ['23.75', '0.8000', 'at_risk'], ['24', '0.7917', 'off_track']])
  rows(t, down, '0', [['0', null, 'on_track'], ['1', '0.0000', 'off_track']])
  rows(t, down, '-5', [['-6', null, 'on_track'], ['-3', null, 'off_track'], ['3', null, 'off_track']])
})

t.test('reaching, in a direction', async (t) => {
  t.ok(reaches(r('5'), r('5'), 'higher_is_better'))
  t.ok(reaches(r('5'), r('5'), 'lower_is_better'))
  t.ok(reaches(r('6'), r('5'), 'higher_is_better'))
  t.notOk(reaches(r('6'), r('5'), 'lower_is_better'))
})

t.test('what is no decimal is refused, not read as something else', async (t) => {
  t.throws(() => trajectoryOf({ value: 'NaN', ...due }, 'higher_is_better', statistical), RangeError)
})
