import { test } from 'tap'
import { placeObservation, tellingFrom } from '../../src/domain/observation.js'

const year = { from: '2025-01-01', to: '2025-12-31' }
const quarter = { from: '2025-06-15', to: '2025-09-14' }
const month = { from: '2025-02-01', to: '2025-02-28' }

test('where an observation lies beside its period', async t => {
  const cases: [string, typeof year, string, string][] = [
    ['2024-12-31', year, 'before', 'a yearly figure cannot be known before the year'],
    ['2025-01-01', year, 'early', 'its first day'],
    ['2025-01-10', year, 'early', 'ten days into it'],
    ['2025-02-05', year, 'early', 'the last of 36 days'],
    ['2025-02-06', year, 'within_reach', 'the day after'],
    ['2025-12-31', year, 'within_reach', 'its last day'],
    ['2026-12-31', year, 'within_reach', 'the last day of the year after'],
    ['2027-01-01', year, 'long_after', 'when the year after is over too'],
    ['2025-06-14', quarter, 'before', 'by the calendar of the indicator'],
    ['2025-06-23', quarter, 'early', 'the last of nine days'],
    ['2025-06-24', quarter, 'within_reach', ''],
    ['2025-02-02', month, 'early', 'the last of two days: a tenth of 28, rounded down'],
    ['2025-02-03', month, 'within_reach', '']
  ]
  const following = new Map([[year, { from: '2026-01-01', to: '2026-12-31' }], [quarter, undefined], [month, undefined]])
  for (const [day, window, expected, why] of cases) t.equal(placeObservation(day, window, following.get(window)), expected, `${day} ${why}`)
  t.equal(placeObservation('2199-12-31', year, undefined), 'within_reach', 'after the last period there is none')
  t.equal(tellingFrom({ from: '2025-01-01', to: '2025-01-05' }), '2025-01-01', 'of a few days none is too early')
})
