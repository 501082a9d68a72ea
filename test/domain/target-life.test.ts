import t from 'tap'
import { isHeadlineOn, owesFigure, type Phase } from '../../src/domain/target-life.js'

const active = (from: string): Phase => ({ from, state: 'active' })
const dropped = (from: string): Phase => ({ from, state: 'dropped' })

t.test('of which periods a target owes a figure', async t => {
  const may = [active('2025-05-10')]
  const rows: [string, Phase[], string, string, boolean][] = [
    ['a period over before it began', may, '2025-03-31', '2025-05-10', false],
    ['and a year later', may, '2025-03-31', '2026-05-10', false],
    ['one that ended on the eve', may, '2025-05-09', '2025-05-10', false],
    ['one that ended on its first day', may, '2025-05-10', '2025-05-11', true],
    ['the one in which it began', may, '2025-06-30', '2025-07-15', true],
    ['and while that runs', may, '2025-06-30', '2025-05-10', true],
    ['dropped after the period', [active('2024-12-11'), dropped('2025-05-01')], '2025-03-31', '2025-05-01', true],
    ['dropped on the day after it', [active('2024-12-11'), dropped('2025-04-01')], '2025-03-31', '2025-06-01', true],
    ['dropped on its last day', [active('2024-12-11'), dropped('2025-03-31')], '2025-03-31', '2025-06-01', false],
    ['dropped, and said again later', [active('2024-12-11'), dropped('2025-05-01'), dropped('2025-08-01')], '2025-06-30', '2025-09-01', false],
    ['in the plan again', [active('2024-12-11'), dropped('2025-03-01'), active('2025-05-01')], '2025-06-30', '2025-07-15', true],
    ['while it was out', [active('2024-12-11'), dropped('2025-03-01'), active('2025-05-01')], '2025-03-31', '2025-07-15', false],
    ['amended on the first day', [active('2024-12-11'), dropped('2024-12-11')], '2025-03-31', '2025-07-15', false]
  ]
  for (const [what, phases, lastDay, on, expected] of rows) t.equal(owesFigure(phases, lastDay, on), expected, what)
})

t.test('on which days a target is the headline of its levels', async t => {
  const phases = [active('2025-01-10')]
  const rows: [string, Phase[][], string, boolean][] = [
    ['without parts', [], '2025-06-01', false],
    ['a part to come', [[active('2025-12-01')]], '2025-06-01', false],
    ['a part to come, before the whole', [[active('2025-12-01')]], '2025-01-01', false],
    ['on the first day of the part', [[active('2025-12-01')]], '2025-12-01', true],
    ['a part from the beginning', [[active('2025-01-10')]], '2025-06-01', true],
    ['the same, before the whole', [[active('2025-01-10')]], '2024-12-31', true],
    ['a part older than the whole', [[active('2024-12-01')]], '2024-06-30', true],
    ['the only part dropped', [[active('2025-01-10'), dropped('2025-05-01')]], '2025-05-01', false],
    ['before it was', [[active('2025-01-10'), dropped('2025-05-01')]], '2025-04-30', true],
    ['one of two dropped', [[active('2025-01-10'), dropped('2025-05-01')], [active('2025-01-10')]], '2025-06-01', true],
    ['one dropped, the other to come', [[active('2025-01-10'), dropped('2025-05-01')], [active('2025-12-01')]], '2025-06-01', false]
  ]
  for (const [what, levels, day, expected] of rows) t.equal(isHeadlineOn({ phases, levels }, day), expected, what)
})
