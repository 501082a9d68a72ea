import { test } from 'tap'
import { leaps, looksGrouped, ungrouped } from '../../src/domain/magnitude.js'

test('another order of magnitude', async t => {
  const cases: [now: string, before: string, expected: boolean, why: string][] = [
    ['88.45', '88450', true, 'the point at the thousands was taken for the decimal point'],
    ['88', '88000', true, 'and the zeros after it were dropped'],
    ['1.234567', '1234567', true, 'two points, of which one was lost'],
    ['88450', '88.45', true, 'and back: somebody looks at it once'],
    ['12500', '12.5', true, 'millions after thousand millions'],
    ['265', '88450', true, '265,000 people after 88,450: 333.8 times'],
    ['266', '88450', false, '332.5 times'],
    ['3', '1000', true, '333.3 times'],
    ['3', '999', false, 'nothing that stands below 1,000 has a mark at its thousands'],
    ['1600', '5', false, 'a small body that grows'],
    ['0.5', '1000', true, ''],
    ['-2', '-2000', true, 'whatever the sign'],
    ['0', '5000', false, 'of nothing no factor can be said'],
    ['5000', '0', false, ''],
    ['5000', '5000.000', false, 'the same'],
    ['9000', '100', false, 'ninetyfold']
  ]
  for (const [now, before, expected, why] of cases) t.equal(leaps(now, before), expected, `${before} → ${now} ${why}`)
})

test('what looks like a count with a point at its thousands', async t => {
  for (const text of ['88.450', '1.001', '12.345', '999.999', '-1.000']) t.ok(looksGrouped(text), text)
  for (const text of ['0.450', '1088.450', '88.45', '88.4500', '88450', '1.5']) t.notOk(looksGrouped(text), text)
  t.equal(ungrouped('-88.450'), '-88450')
})
