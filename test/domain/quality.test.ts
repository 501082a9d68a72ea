import { test } from 'tap'
import { parsePeriod } from '../../src/domain/period.js'
import { adjacentPeriod, judgeChange, judgeMonotone, judgeParts, judgeRange, judgeRatio, type QualityVerdict } from '../../src/domain/quality.js'
import type { RawFigure } from '../../src/domain/rollup.js'

const said = (result: QualityVerdict) => result.verdict === 'broken' ? result.sentence.en : result.verdict
const ratio = (numerator: string, denominator: string) => ({ numerator, denominator })

test('range: exact, both ends allowed', async t => {
  const bounds = { minimum: '0', maximum: '90' }
  const cases: [RawFigure, string][] = [
    [{ value: '0' }, 'passed'],
    [{ value: '90.00' }, 'passed'],
    [{ value: '90.01' }, 'the value 90.01 is above 90.'],
    [{ value: '-0.000000000001' }, 'the value -0.000000000001 is below 0.'],
    // 1800/2000 is 90 % exactly, 1801/2000 is 90.05 %
    [ratio('1800', '2000'), 'passed'],
    [ratio('1801', '2000'), 'the value 90.05 is above 90.'],
    [ratio('0', '0'), 'not_judged']
  ]
  for (const [figure, expected] of cases) t.equal(said(judgeRange(bounds, figure, 'ratio')), expected, JSON.stringify(figure))
  t.equal(said(judgeRange({ minimum: '5' }, { value: '999' }, 'number')), 'passed', 'no upper end')
  t.equal(said(judgeRange({ maximum: '5' }, { value: '-999' }, 'number')), 'passed', 'no lower end')
})

test('change: absolute, relative, either', async t => {
  const before = (value: string) => ({ period: '2025-Q1', figure: { value } })
  const cases: [string, { absolute?: string, relative?: string }, string, string | undefined, string][] = [
    ['at the limit', { absolute: '10' }, '60', '50', 'passed'],
    ['beyond it', { absolute: '10' }, '60.01', '50', 'the 50 of 2025-Q1, more than 10.'],
    ['downwards', { absolute: '10' }, '39', '50', '39 differs by 11 from'],
    ['a share at the limit', { relative: '0.5' }, '75', '50', 'passed'],
    ['a share beyond', { relative: '0.5' }, '75.01', '50', 'more than 25 (0.5 × 50).'],
    ['of a negative value', { relative: '0.5' }, '-16', '-10', 'more than 5 (0.5 × 10).'],
    ['either breaks: the share', { absolute: '100', relative: '0.1' }, '56', '50', 'more than 5 (0.1 × 50).'],
    ['either breaks: the difference', { absolute: '2', relative: '1' }, '53', '50', 'more than 2.'],
    ['no share of nothing', { relative: '0.1' }, '1000', '0', 'not_judged'],
    ['but a difference', { absolute: '999', relative: '0.1' }, '1000', '0', 'more than 999.'],
    ['which is kept', { absolute: '1000', relative: '0.1' }, '1000', '0', 'passed'],
    ['nothing before', { absolute: '1' }, '1000', undefined, 'not_judged']
  ]
  for (const [name, check, value, previous, expected] of cases) {
    t.match(said(judgeChange(check, { value }, previous === undefined ? undefined : before(previous), 'number')), expected, name)
  }
  t.equal(said(judgeChange({ absolute: '1' }, ratio('0', '0'), before('50'), 'ratio')), 'not_judged')
  t.equal(said(judgeChange({ absolute: '1' }, { value: '50' }, { period: '2025-Q1', figure: ratio('0', '0') }, 'ratio')), 'not_judged')
  // 1/3 → 2/3 is 33.33… points
  t.match(said(judgeChange({ absolute: '33.333333333333' }, ratio('2', '3'), { period: '2025-Q1', figure: ratio('1', '3') }, 'ratio')), /^66.666666666667 differs by 33.333333333333 /)
})

test('monotone: not below the period before, not above the one after', async t => {
  const near = (period: string, value: string) => ({ period, figure: { value } })
  const judge = (value: string, before?: string, after?: string) => said(judgeMonotone({ value },
    before === undefined ? undefined : near('2025-Q1', before), after === undefined ? undefined : near('2025-Q3', after), 'count'))
  t.equal(judge('10'), 'not_judged')
  t.equal(judge('10', '10', '10'), 'passed')
  t.equal(judge('9', '10'), 'the cumulative figure 9 is below the 10 of 2025-Q1.')
  t.equal(judge('11', '10', '10.5'), 'the cumulative figure 11 is above the 10.5 of the later 2025-Q3.')
})

test('ratio: the numerator is within the denominator', async t => {
  t.equal(said(judgeRatio(ratio('5', '5'))), 'passed')
  t.equal(said(judgeRatio(ratio('5.000000000001', '5'))), 'the numerator 5.000000000001 is greater than the denominator 5.')
  t.equal(said(judgeRatio(ratio('0', '0'))), 'passed')
  t.equal(said(judgeRatio(ratio('1', '0'))), 'the numerator 1 is greater than the denominator 0.')
  t.equal(said(judgeRatio({ value: '500' })), 'not_judged')
})

test('parts: the total is what its parts amount to, as the indicator rolls up', async t => {
  const sum = (total: string, parts: (string | undefined)[], tolerance = '0') =>
    said(judgeParts(tolerance, { value: total }, parts.map(value => value === undefined ? undefined : { value }), 'sum', 'count'))
  t.equal(sum('30', ['10', '20']), 'passed')
  t.equal(sum('31', ['10', '20']), 'the total 31 differs by 1 from the 30 of its 2 parts, more than 0.')
  t.equal(sum('31', ['10', '20'], '1'), 'passed', 'within the tolerance')
  t.match(sum('28.9', ['10', '20'], '1'), /differs by 1.1 /)
  t.equal(sum('31', ['10', undefined]), 'not_judged', 'a part is missing')
  t.equal(sum('31', []), 'not_judged')
  // (40 + 30) / (50 + 150) = 35 %; the mean of 80 % and 20 % would be 50 %
  const parts = [ratio('40', '50'), ratio('30', '150')]
  const share = (total: RawFigure, of: (RawFigure | undefined)[] = parts) => said(judgeParts('0', total, of, 'ratio_of_sums', 'ratio'))
  t.equal(share(ratio('70', '200')), 'passed')
  t.equal(share({ value: '35' }), 'passed')
  t.match(share({ value: '50' }), /the total 50 differs by 15 from the 35 /)
  t.equal(share({ value: '50' }, [...parts, { value: '50' }]), 'not_judged', 'a percentage alone cannot be added up')
  t.equal(share(ratio('70', '200'), [...parts, ratio('0', '0')]), 'passed', 'nothing to measure there')
  t.equal(share(ratio('0', '0'), parts), 'not_judged')
  t.equal(said(judgeParts('0', { value: '15' }, [{ value: '10' }, { value: '20' }], 'mean', 'number')), 'passed')
  for (const aggregation of ['direct', 'none'] as const) {
    t.equal(said(judgeParts('0', { value: '1' }, [{ value: '10' }], aggregation, 'number')), 'not_judged', aggregation)
  }
})

test('the periods beside a period', async t => {
  const cases: [string, string | undefined, string | undefined][] = [
    ['2025-01', '2024-12', '2025-02'],
    ['2025-12', '2025-11', '2026-01'],
    ['2025-Q1', '2024-Q4', '2025-Q2'],
    ['2025-H2', '2025-H1', '2026-H1'],
    ['2025-9M', '2024-9M', '2026-9M'],
    ['2025', '2024', '2026'],
    ['1900-Q1', undefined, '1900-Q2'],
    ['2199', '2198', undefined]
  ]
  for (const [code, before, after] of cases) {
    const period = parsePeriod(code)!
    t.same([adjacentPeriod(period, -1)?.code, adjacentPeriod(period, 1)?.code], [before, after], code)
  }
})
