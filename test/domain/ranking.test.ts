import fc from 'fast-check'
import t from 'tap'
import { add, compare, HUNDRED, multiply, ONE, parseDecimal, rational, ZERO, type Rational } from '../../src/domain/decimal.js'
import { isAwaited, isComparable, markOf, methodOn, rank, RANKING_METHODS, scoreOf, setAside, type Demand, type Mark } from '../../src/domain/ranking.js'
import { meets } from '../../src/domain/status/index.js'

const r = (text: string): Rational => parseDecimal(text)!
const amount = (value: Rational) => ({ kind: 'amount' as const, value })
const demand = (operator: Demand['operator'], value: string, direction: Demand['direction'] = operator === 'lt' || operator === 'lte' ? 'lower_is_better' : 'higher_is_better'): Demand => ({ operator, value, direction })
const measured = (n: bigint, d: bigint, met = n === d): Mark => ({ kind: 'measured', attainment: rational(n, d), met })
const MISSING: Mark = { kind: 'missing' }
const NOT_APPLICABLE: Mark = { kind: 'not_applicable' }

t.test('attainment, by hand', async (t) => {
  for (const [what, value, of, attainment, met] of [
    ['reached', '80', demand('gte', '80'), '1', true],
    ['beyond', '95', demand('gte', '80'), '1', true],
    ['three quarters of the way', '60', demand('gte', '80'), '0.75', false],
    ['at 50 of "above 50": the whole way, and not met', '50', demand('gt', '50'), '1', false],
    ['above it', '50.01', demand('gt', '50'), '1', true],
    ['nothing yet', '0', demand('gte', '80'), '0', false],
    ['below zero', '-3', demand('gte', '7'), '0', false],
    ['lower is better, met', '18', demand('lte', '20'), '1', true],
    ['lower is better: 20 of 25', '25', demand('lte', '20'), '0.8', false],
    ['lower is better, strictly, at it', '20', demand('lt', '20'), '1', false],
    ['lower is better, far off', '2000', demand('lte', '20'), '0.01', false],
    ['to be 0, and is', '0', demand('lte', '0'), '1', true],
    ['to be 0, and is not', '0.01', demand('lte', '0'), '0', false],
    ['above 0, at 0', '0', demand('gt', '0'), '0', false],
    ['at least -5, at -8: no share of a way can be told', '-8', demand('gte', '-5'), '0', false],
    ['at most -5, at -2', '-2', demand('lte', '-5'), '0', false],
    ['exactly, below', '80', demand('eq', '100'), '0.8', false],
    ['exactly, above: too much is not all', '125', demand('eq', '100'), '0.8', false],
    ['exactly, above, lower is better', '125', demand('eq', '100', 'lower_is_better'), '0.8', false],
    ['exactly', '100', demand('eq', '100'), '1', true]
  ] as const) {
    t.same(markOf(amount(r(value)), of), { kind: 'measured', attainment: r(attainment), met }, what)
  }
  t.same(markOf(amount(rational(1799n, 20n)), demand('gte', '90')), { kind: 'measured', attainment: rational(1799n, 1800n), met: false }, '1799 / 2000 is short of 90 %')
  t.same(markOf({ kind: 'nothing' }, demand('gte', '80')), MISSING)
  t.same(markOf({ kind: 'not_applicable', parts: { numerator: ZERO, denominator: ZERO } }, demand('gte', '80')), NOT_APPLICABLE)
})

t.test('what is not held against an agency, since version 2', async (t) => {
  const [first, second] = [methodOn('attainment', '2026-11-28'), methodOn('attainment', '2026-11-29')]
  t.same([first.version, second.version], [1, 2])
  const half = measured(1n, 2n)
  for (const [what, mark, comparable, excused, past, before, now] of [
    ['overdue', MISSING, true, false, true, 'missing', 'missing'],
    ['time is left', MISSING, true, false, false, 'missing', 'not_due'],
    ['excused', MISSING, true, true, true, 'missing', 'excused'],
    ['excused, with time left', MISSING, true, true, false, 'missing', 'excused'],
    ['reported though excused', half, true, true, false, 'measured', 'measured'],
    ['reported before it was due', half, true, false, false, 'measured', 'measured'],
    ['nothing to measure', NOT_APPLICABLE, true, false, true, 'not_applicable', 'not_applicable'],
    ['of a sum', half, false, false, true, 'not_comparable', 'not_comparable'],
    ['of a sum, missing', MISSING, false, false, true, 'not_comparable', 'not_comparable']
  ] as const) {
    const owed = () => ({ excused, past })
    t.equal(setAside(first, mark, comparable, owed).kind, before, `${what}, version 1`)
    t.equal(setAside(second, mark, comparable, owed).kind, now, what)
  }
  t.equal(setAside(second, half, true, () => { throw new Error('asked') }), half, 'nobody asks when the figure is there')
  t.same([MISSING, { kind: 'not_due' as const }, half].map(mark => [isAwaited(first, mark), isAwaited(second, mark)]), [[true, false], [false, true], [false, false]])
  for (const [own, quantifier, aggregation, comparable] of [
    [false, 'aggregate', 'sum', false], [true, 'aggregate', 'sum', true], [false, 'each', 'sum', true],
    [false, 'aggregate', 'ratio_of_sums', true], [false, 'aggregate', 'mean', true], [false, 'aggregate', 'direct', true], [false, 'aggregate', 'none', true]
  ] as const) {
    t.equal(isComparable(second, { own, quantifier, aggregation }), comparable, `${own} ${quantifier} ${aggregation}`)
    t.ok(isComparable(first, { own, quantifier, aggregation }))
  }
  const aside = { excused: 0, notDue: 0, notComparable: 0 }
  t.match(scoreOf([half, { kind: 'excused' }, { kind: 'not_due' }, { kind: 'not_due' }, { kind: 'not_comparable' }]),
    { expected: 1, measured: 1, notApplicable: 0, excused: 1, notDue: 2, notComparable: 1, score: r('50') })
  t.match(scoreOf([half, MISSING]), { ...aside, expected: 2, score: r('25') })
})

t.test('scores, by hand', async (t) => {
  for (const [what, marks, expected] of [
    ['all of it', [measured(1n, 1n), measured(4n, 5n)], { expected: 2, measured: 2, met: 1, notApplicable: 0, score: r('90'), scoreOfMeasured: r('90') }],
    ['a missing figure is 0', [measured(3n, 4n), MISSING], { expected: 2, measured: 1, met: 0, notApplicable: 0, score: r('37.5'), scoreOfMeasured: r('75') }],
    ['what is not applicable is left out of both', [measured(1n, 2n), NOT_APPLICABLE], { expected: 1, measured: 1, met: 0, notApplicable: 1, score: r('50'), scoreOfMeasured: r('50') }],
    ['a third', [measured(1n, 3n)], { expected: 1, measured: 1, met: 0, notApplicable: 0, score: rational(100n, 3n), scoreOfMeasured: rational(100n, 3n) }],
    ['a figure of 0 is a figure', [measured(0n, 1n)], { expected: 1, measured: 1, met: 0, notApplicable: 0, score: ZERO, scoreOfMeasured: ZERO }],
    ['nothing but missing', [MISSING, MISSING], { expected: 2, measured: 0, met: 0, notApplicable: 0, score: undefined, scoreOfMeasured: undefined }],
    ['nothing applies', [NOT_APPLICABLE], { expected: 0, measured: 0, met: 0, notApplicable: 1, score: undefined, scoreOfMeasured: undefined }],
    ['nothing is asked', [], { expected: 0, measured: 0, met: 0, notApplicable: 0, score: undefined, scoreOfMeasured: undefined }]
  ] as const) t.same(scoreOf(marks), { ...expected, excused: 0, notDue: 0, notComparable: 0 }, what)
})

t.test('ranks, by hand', async (t) => {
  const ranked = rank([
    { code: 'F', score: undefined }, { code: 'D', score: r('50') }, { code: 'C', score: r('75') }, { code: 'A', score: r('90') },
    { code: 'B', score: r('75') }, { code: 'E', score: undefined }
  ])
  t.same(ranked.map(({ code, rank, tied }) => [code, rank, tied]), [['A', 1, false], ['B', 2, true], ['C', 2, true], ['D', 4, false], ['E', null, false], ['F', null, false]])
  const close = rank([{ code: 'A', score: rational(200_001n, 3000n) }, { code: 'B', score: rational(200_002n, 3000n) }])
  t.same(close.map(({ code, rank, tied }) => [code, rank, tied]), [['B', 1, false], ['A', 2, false]], '66.667 and 66.6673…: both shown as 66.67, and no tie')
  t.same(rank([]), [])
})

t.test('the version of a method is that of the day', async (t) => {
  const [first] = RANKING_METHODS
  const versions = [{ ...first!, version: 2, since: '2026-06-01' }, first!]
  for (const [day, version] of [['1999-01-01', 1], ['2026-05-31', 1], ['2026-06-01', 2], ['2030-01-01', 2]] as const) {
    t.equal(methodOn('attainment', day, versions).version, version, day)
  }
  t.throws(() => methodOn('attainment', '2026-01-01', []), RangeError)
  for (const { code, version, name, text } of RANKING_METHODS) {
    t.ok([name.vi, name.en, text.vi, text.en].every(words => words.trim() !== ''), `${code} ${version} says how`)
  }
  t.equal(new Set(RANKING_METHODS.map(({ code, version }) => `${code} ${version}`)).size, RANKING_METHODS.length)
})

const rationals = fc.tuple(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: 1, max: 300 })).map(([n, d]) => rational(BigInt(n), BigInt(d)))
const demands = fc.record({
  operator: fc.constantFrom('gt', 'gte', 'eq', 'lte', 'lt' as const),
  value: fc.integer({ min: -100, max: 100 }).map(String),
  direction: fc.constantFrom('higher_is_better', 'lower_is_better' as const)
}).map(({ operator, value, direction }) => operator === 'eq' ? { operator, value, direction } : demand(operator, value))
const marks = fc.array(fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 60, max: 90 })).map(([n, d]) => measured(BigInt(n), BigInt(d))),
  fc.constantFrom(MISSING, NOT_APPLICABLE)
), { maxLength: 12 })

t.test('an attainment lies between 0 and 1, is 1 when met, and never falls as the figure gets better', async () => {
  fc.assert(fc.property(rationals, rationals, demands, (a, b, of) => {
    const [x, y] = [markOf(amount(a), of), markOf(amount(b), of)]
    if (x.kind !== 'measured' || y.kind !== 'measured') return false
    const bounded = compare(x.attainment, ZERO) >= 0 && compare(x.attainment, ONE) <= 0
    const agrees = x.met === meets(a, of.operator, r(of.value)) && (!x.met || compare(x.attainment, ONE) === 0)
    if (!bounded || !agrees || of.operator === 'eq') return bounded && agrees
    const better = (compare(a, b) >= 0) === (of.direction === 'higher_is_better')
    return compare(a, b) === 0 || (better ? compare(x.attainment, y.attainment) >= 0 : compare(x.attainment, y.attainment) <= 0)
  }), { numRuns: 2000 })
})

t.test('a score lies between 0 and that of what was measured; another figure never lowers it', async () => {
  fc.assert(fc.property(marks, fc.integer({ min: 0, max: 60 }), (list, n) => {
    const { score, scoreOfMeasured, expected, measured: count, notApplicable } = scoreOf(list)
    const filled = scoreOf(list.map(mark => mark.kind === 'missing' ? measured(BigInt(n), 60n) : mark))
    if (score === undefined || scoreOfMeasured === undefined) return count === 0
    return compare(score, ZERO) >= 0 && compare(score, scoreOfMeasured) <= 0 && compare(scoreOfMeasured, HUNDRED) <= 0 &&
      compare(multiply(score, rational(BigInt(expected))), multiply(scoreOfMeasured, rational(BigInt(count)))) === 0 &&
      expected + notApplicable === list.length && compare(filled.score!, score) >= 0
  }), { numRuns: 1000 })
})

t.test('a rank is one more than the number of those who are better, in whatever order they came', async () => {
  const entries = fc.uniqueArray(fc.record({ code: fc.string({ minLength: 1, maxLength: 3 }), score: fc.option(fc.integer({ min: 0, max: 6 }).map(n => rational(BigInt(n), 3n)), { nil: undefined }) }), { selector: ({ code }) => code, maxLength: 15 })
  fc.assert(fc.property(entries, list => {
    const ranked = rank(list)
    const holds = ranked.every(({ score, rank, tied }) => score === undefined
      ? rank === null && !tied
      : rank === 1 + list.filter(other => other.score !== undefined && compare(other.score, score) > 0).length &&
        tied === (list.filter(other => other.score !== undefined && compare(other.score, score) === 0).length > 1))
    const sum = (all: typeof list) => all.reduce((total, { score }) => add(total, score ?? ZERO), ZERO)
    return holds && compare(sum(list), sum(ranked)) === 0 && JSON.stringify(rank(list.toReversed()), big) === JSON.stringify(ranked, big)
  }), { numRuns: 500 })
})

const big = (_: string, value: unknown) => typeof value === 'bigint' ? String(value) : value
