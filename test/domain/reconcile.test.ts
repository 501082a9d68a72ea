import t from 'tap'
import fc from 'fast-check'
import { apportion } from '../../src/domain/apportion.js'
import { add, compare, parseDecimal, toExactDecimal, ZERO } from '../../src/domain/decimal.js'
import { explainReconciliation } from '../../src/domain/reconcile-sentences.js'
import { reconcile, type Part, type Whole } from '../../src/domain/reconcile.js'

t.test('equal shares', async t => {
  t.same(apportion('100', 4, 0), { values: ['25', '25', '25', '25'], raised: 0, unit: '1' })
  t.same(apportion('100', 3, 0), { values: ['34', '33', '33'], raised: 1, unit: '1' })
  t.same(apportion('100', 3, 2), { values: ['33.34', '33.33', '33.33'], raised: 1, unit: '0.01' })
  t.same(apportion('10.5', 4, 1), { values: ['2.7', '2.6', '2.6', '2.6'], raised: 1, unit: '0.1' })
  t.same(apportion('2', 3, 0), { values: ['1', '1', '0'], raised: 2, unit: '1' })
  t.same(apportion('0', 2, 0), { values: ['0', '0'], raised: 0, unit: '1' })
  t.same(apportion('-10', 3, 0), { values: ['-3', '-3', '-4'], raised: 2, unit: '1' })
  t.same(apportion('7', 1, 1), { values: ['7.0'], raised: 0, unit: '0.1' })
  t.throws(() => apportion('1.5', 2, 0), RangeError)
  t.throws(() => apportion('1', 0, 0), RangeError)
  fc.assert(fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 4 }), (whole, count, places) => {
    const { values, raised } = apportion(`${whole}`, count, places)
    const sum = values.map(value => parseDecimal(value)!).reduce(add, ZERO)
    const [first, last] = [parseDecimal(values[0]!)!, parseDecimal(values.at(-1)!)!]
    return toExactDecimal(sum) === `${whole}` && values.length === count && raised < count && compare(first, last) >= 0
  }))
})

const whole = (more: Partial<Whole> = {}): Whole => ({ operator: 'gte', value: '100', aggregation: 'sum', each: false, direction: 'higher_is_better', minimum: '0', ...more })
const part = (value: string, more: Partial<Part> = {}): Part => ({ operator: 'gte', value, late: false, ...more })
const ratio = (more: Partial<Whole> = {}) => whole({ aggregation: 'ratio_of_sums', value: '80', ...more })

t.test('do the parts meet the whole', async t => {
  const cases: [string, Whole, Part[], boolean, string, string, string | undefined, string | undefined][] = [
    ['a sum that is enough', whole(), [part('60'), part('40')], false, 'met', 'meets', '100', '0'],
    ['more than enough', whole(), [part('60'), part('45.5')], false, 'met', 'meets', '105.5', '-5.5'],
    ['a sum that is short', whole(), [part('60'), part('30')], false, 'short', 'short', '90', '10'],
    ['a sum that is enough without the others, who cannot be negative', whole(), [part('60'), part('40')], true, 'met', 'meets', '100', '0'],
    ['the others could be negative', whole({ minimum: null }), [part('60'), part('40')], true, 'undetermined', 'members_without', '100', '0'],
    ['strictly above, from parts that are not', whole({ operator: 'gt' }), [part('60'), part('40')], false, 'short', 'short', '100', '0'],
    ['strictly above, from one part that is', whole({ operator: 'gt' }), [part('60', { operator: 'gt' }), part('40')], false, 'met', 'meets', '100', '0'],
    ['at most: the others could add to it', whole({ operator: 'lte' }), [part('60', { operator: 'lte' }), part('30', { operator: 'lte' })], true, 'undetermined', 'members_without', '90', '-10'],
    ['at most, all of them', whole({ operator: 'lte' }), [part('60', { operator: 'lte' }), part('30', { operator: 'lt' })], false, 'met', 'meets', '90', '-10'],
    ['at most, and too much', whole({ operator: 'lte' }), [part('60', { operator: 'lte' }), part('41', { operator: 'lte' })], false, 'short', 'short', '101', '1'],
    ['parts that say at most ensure no least', whole(), [part('100', { operator: 'lte' }), part('100')], false, 'undetermined', 'other_direction', undefined, undefined],
    ['parts that say exactly ensure a least', whole(), [part('50', { operator: 'eq' }), part('50')], false, 'met', 'meets', '100', '0'],
    ['exactly, from exact parts', whole({ operator: 'eq' }), [part('50', { operator: 'eq' }), part('50', { operator: 'eq' })], false, 'met', 'meets', '100', '0'],
    ['exactly, and beyond', whole({ operator: 'eq' }), [part('50', { operator: 'eq' }), part('51', { operator: 'eq' })], false, 'short', 'short', '101', '-1'],
    ['exactly, from parts that may be more', whole({ operator: 'eq' }), [part('50'), part('50')], false, 'undetermined', 'other_direction', undefined, undefined],
    ['a mean', whole({ aggregation: 'mean', value: '80' }), [part('90'), part('75'), part('75')], false, 'met', 'meets', '80', '0'],
    ['a mean that is short', whole({ aggregation: 'mean', value: '80' }), [part('90'), part('69')], false, 'short', 'short', '79.5', '0.5'],
    ['a mean of which somebody is missing', whole({ aggregation: 'mean', value: '80' }), [part('90'), part('75')], true, 'undetermined', 'members_without', '82.5', '-2.5'],
    ['weighted: (90 × 1000 + 70 × 1000) / 2000', ratio(), [part('90', { weight: '1000' }), part('70', { weight: '1000' })], false, 'met', 'meets', '80', '0'],
    ['weighted: (90 × 1000 + 70 × 3000) / 4000', ratio(), [part('90', { weight: '1000' }), part('70', { weight: '3000' })], false, 'short', 'short', '75', '5'],
    ['a part that weighs nothing', ratio({ operator: 'gt' }), [part('80', { operator: 'gt', weight: '0' }), part('80', { weight: '5' })], false, 'short', 'short', '80', '0'],
    ['a weight is missing', ratio(), [part('90', { weight: '1000' }), part('70')], false, 'undetermined', 'weights_unknown', undefined, undefined],
    ['all weights are 0', ratio(), [part('90', { weight: '0' }), part('70', { weight: '0' })], false, 'undetermined', 'weights_unknown', undefined, undefined],
    ['a weight is missing, and every part is enough by itself', ratio(), [part('90'), part('80', { weight: '1' })], false, 'met', 'each_meets', undefined, undefined],
    ['the same, and somebody has none', ratio(), [part('90'), part('80')], true, 'undetermined', 'members_without', undefined, undefined],
    ['a weight is missing, and no part is enough', ratio(), [part('79'), part('60')], false, 'short', 'none_meets', undefined, undefined],
    ['exact parts on both sides may balance', ratio({ operator: 'eq' }), [part('79', { operator: 'eq' }), part('81', { operator: 'eq' })], false, 'undetermined', 'weights_unknown', undefined, undefined],
    ['each', whole({ each: true, value: '80' }), [part('85'), part('80')], false, 'met', 'each_meets', '80', '0'],
    ['each, and one is too low', whole({ each: true, value: '80', aggregation: 'direct' }), [part('85'), part('79')], false, 'short', 'each_short', '79', '1'],
    ['each, and one has none', whole({ each: true, value: '80' }), [part('85')], true, 'undetermined', 'members_without', '85', '-5'],
    ['enough, but one is due later', whole(), [part('60', { late: true }), part('40')], false, 'undetermined', 'late_parts', '100', '0'],
    ['short, and late', whole(), [part('60', { late: true })], false, 'short', 'short', '60', '40'],
    ['not made of parts', whole({ aggregation: 'direct' }), [part('100')], false, 'not_comparable', 'not_rolled_up', undefined, undefined],
    ['nor this', whole({ aggregation: 'none' }), [], true, 'not_comparable', 'not_rolled_up', undefined, undefined],
    ['no parts', whole(), [], true, 'undetermined', 'no_parts', undefined, undefined]
  ]
  for (const [name, target, parts, others, verdict, cause, combined, gap] of cases) {
    const result = reconcile(target, parts, others)
    t.same({ verdict: result.verdict, cause: result.cause, combined: result.combined && toExactDecimal(result.combined), gap: result.gap && toExactDecimal(result.gap) },
      { verdict, cause, combined, gap }, name)
  }
})

t.test('in words', async t => {
  const nobody = { unit: '%', missing: [], late: [], unweighted: [] }
  const say = (target: Whole, parts: Part[], more: object = {}) => {
    const result = reconcile(target, parts, 'missing' in more)
    const shown = (value: typeof result.gap) => value === undefined ? null : toExactDecimal(value)!
    return explainReconciliation(target, result, { ...nobody, combined: shown(result.combined), gap: shown(result.gap), ...more })
  }
  t.same(say(ratio(), [part('77.5', { weight: '1' })], { missing: [{ vi: 'La Gi', en: 'La Gi town' }] }), {
    vi: 'Gộp theo mẫu số, các phần là 77,5%; mục tiêu chung yêu cầu ≥ 80%: còn thiếu 2,5 điểm phần trăm. Chưa có phần: La Gi.',
    en: 'Weighted by their denominators, the parts come to 77.5%; the whole demands ≥ 80%: 2.5 percentage points short. Without a part: La Gi town.'
  })
  t.equal(say(whole({ operator: 'gt' }), [part('100')], { unit: 'máy' }).en, 'The parts add up to 100 máy; the whole demands > 100 máy: exactly that, and it has to be beyond it.')
  t.equal(say(whole({ operator: 'eq' }), [part('101', { operator: 'eq' })], { unit: '' }).vi, 'Cộng lại, các phần là 101; mục tiêu chung yêu cầu = 100: vượt 1, mà phải đúng bằng.')
  t.match(say(ratio(), [part('90'), part('70')], { unweighted: [{ vi: 'A' }] }).vi, /chưa có mẫu số được chấp nhận của A\.$/)
  t.match(say(ratio(), [part('90', { weight: '0' }), part('70', { weight: '0' })]).en, /^All accepted denominators are 0/)
  t.match(say(ratio(), [part('90')], { missing: [{ vi: 'B' }] }).en, /^The parts that were handed down are enough: but not everybody .* Without a part: B\.$/)
  t.match(say(whole(), [part('100', { late: true })], { late: [{ vi: 'C' }] }).en, /but a part is due later than the whole \(C\)\.$/)
  t.match(say(whole({ each: true }), [part('99')]).en, /^The part farthest from the target is 99%.*not every part is enough\.$/)
  for (const [target, parts] of [[whole({ aggregation: 'mean' }), [part('100')]], [ratio(), [part('80')]], [ratio(), [part('79')]], [whole(), []], [whole({ aggregation: 'none' }), []], [whole(), [part('1', { operator: 'lt' })]]] as [Whole, Part[]][]) {
    const { vi, en } = say(target, parts)
    t.ok(vi.endsWith('.') && en.endsWith('.') && vi !== en, en)
  }
})
