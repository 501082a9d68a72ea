import t from 'tap'
import { parseDecimal, rational, type Rational } from '../../src/domain/decimal.js'
import { quantityOf, rollsUp, rollUp, type RawFigure } from '../../src/domain/rollup.js'

const r = (text: string): Rational => parseDecimal(text)!
const ratio = (numerator: string, denominator: string): RawFigure => ({ numerator, denominator })
const plain = (value: string): RawFigure => ({ value })

t.test('one figure', async (t) => {
  t.same(quantityOf(ratio('1799', '2000'), 'ratio'), { kind: 'amount', value: r('89.95'), parts: { numerator: r('1799'), denominator: r('2000') } })
  t.same(quantityOf({ ...ratio('1', '3'), value: '33.33' }, 'ratio'), { kind: 'amount', value: rational(100n, 3n), parts: { numerator: r('1'), denominator: r('3') } }, 'the parts win: they are exact')
  t.same(quantityOf(plain('-2.5'), 'growth'), { kind: 'amount', value: r('-2.5'), parts: undefined })
  t.same(quantityOf({ ...ratio('7', '2'), value: '9' }, 'number'), { kind: 'amount', value: r('9'), parts: { numerator: r('7'), denominator: r('2') } })
  t.same(quantityOf(ratio('7', '2'), 'number'), { kind: 'amount', value: r('3.5'), parts: { numerator: r('7'), denominator: r('2') } }, 'no percentage')
  t.equal(quantityOf(ratio('0', '0'), 'ratio').kind, 'not_applicable')
  t.equal(quantityOf(ratio('5', '0.00'), 'ratio').kind, 'not_applicable')
  t.equal(quantityOf({}, 'ratio').kind, 'nothing')
  t.equal(quantityOf({ numerator: '5' }, 'ratio').kind, 'nothing')
})

t.test('sums of numerators and denominators, not the mean of percentages', async (t) => {
  const { total, contributions } = rollUp([ratio('1', '10'), ratio('90', '90')], 'ratio_of_sums', 'ratio')
  t.same(total, { kind: 'amount', value: r('91'), parts: { numerator: r('91'), denominator: r('100') } })
  t.same(contributions, ['reported', 'reported'])
})

t.test('a percentage alone cannot be summed; a denominator of 0 stands aside', async (t) => {
  const { total, contributions } = rollUp([ratio('1', '2'), plain('80'), ratio('0', '0')], 'ratio_of_sums', 'ratio')
  t.same(total, { kind: 'amount', value: r('50'), parts: { numerator: r('1'), denominator: r('2') } })
  t.same(contributions, ['reported', 'without_parts', 'not_applicable'])
  t.equal(rollUp([plain('80')], 'ratio_of_sums', 'ratio').total.kind, 'nothing')
  t.equal(rollUp([plain('80'), ratio('0', '0')], 'ratio_of_sums', 'ratio').total.kind, 'nothing')
  t.equal(rollUp([ratio('0', '0'), ratio('3', '0')], 'ratio_of_sums', 'ratio').total.kind, 'not_applicable')
  t.equal(rollUp([], 'ratio_of_sums', 'ratio').total.kind, 'nothing')
})

t.test('sum and mean are exact', async (t) => {
  t.same(rollUp([plain('0.1'), plain('0.2')], 'sum', 'count').total, { kind: 'amount', value: r('0.3') })
  t.same(rollUp([plain('1'), plain('0'), plain('0')], 'mean', 'number').total, { kind: 'amount', value: rational(1n, 3n) })
  t.same(rollUp([ratio('1', '3'), ratio('1', '6'), ratio('4', '0')], 'mean', 'ratio').total, { kind: 'amount', value: r('25') }, '(33.3… + 16.6…) / 2')
  t.same(rollUp([plain('5'), plain('-5')], 'sum', 'number').total, { kind: 'amount', value: r('0') })
})

t.test('hundreds of different denominators are no burden', async (t) => {
  const figures = Array.from({ length: 500 }, (_, i) => ratio('1', String(100_003 + 2 * i)))
  const started = process.hrtime.bigint()
  t.equal(rollUp(figures, 'mean', 'ratio').total.kind, 'amount')
  t.ok(process.hrtime.bigint() - started < 2_000_000_000n)
})

t.test('which aggregations roll up', async (t) => {
  t.same((['direct', 'none', 'sum', 'mean', 'ratio_of_sums'] as const).map(rollsUp), [false, false, true, true, true])
})
