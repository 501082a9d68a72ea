import { test } from 'tap'
import { leaps, looksGrouped, ungrouped } from '../../src/domain/magnitude.js'

test('another order of magnitude', async t => {
  const cases: [now: string, before: string, expected: boolean, why: string][] = [
    ['88.45', '88450', true, 'the point at the thousands was taken for the decimal point'],
    ['88', '88000', true, 'and the zeros after it were dropped'],
    ['2', '1950', true, '2.000 people'],
    ['1.001', '990', true, '1,001 after 990'],
    ['88450', '88.45', true, 'and back: somebody looks at it once'],
    ['1000', '100', true, 'ten times as much'],
    ['999.99', '100', false, 'just less'],
    ['10', '100', true, 'a tenth'],
    ['10.01', '100', false, 'just more'],
    ['99', '5', false, 'small counts grow'],
    ['100', '5', true, 'from 100 on they are looked at'],
    ['-2', '-2000', true, 'whatever the sign'],
    ['0', '5000', false, 'of nothing no factor can be said'],
    ['5000', '0', false, ''],
    ['5000', '5000.0', false, 'the same']
  ]
  for (const [now, before, expected, why] of cases) t.equal(leaps(now, before), expected, `${before} → ${now} ${why}`)
})

test('what looks like a count with a point at its thousands', async t => {
  for (const text of ['88.450', '1.001', '12.345', '999.999', '-1.000']) t.ok(looksGrouped(text), text)
  for (const text of ['0.450', '1088.450', '88.45', '88.4500', '88450', '1.5']) t.notOk(looksGrouped(text), text)
  t.equal(ungrouped('-88.450'), '-88450')
})
