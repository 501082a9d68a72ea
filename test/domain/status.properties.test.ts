import t from 'tap'
import fc from 'fast-check'
import { parseDecimal, rational, type Rational } from '../../src/domain/decimal.js'
import { evaluateStatus, meets, PERFORMANCES, type Figure, type Status, type StatusInput } from '../../src/domain/status/index.js'
import { readShown } from '../../src/domain/status/show.js'
import { CLIMB, communes, figure, inputOf, WHOLE } from './status-case.js'

const hundredths = fc.integer({ min: -20_000, max: 20_000 }).map(n => `${n < 0 ? '-' : ''}${Math.trunc(Math.abs(n) / 100)}.${String(Math.abs(n) % 100).padStart(2, '0')}`).map(text => text === '-0.00' ? '0.00' : text)
const operators = fc.constantFrom('gt', 'gte', 'eq', 'lte', 'lt' as const)
const amounts = fc.oneof(hundredths, fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 })).map(([n, d]) => `${n}/${d}`))
const states = fc.constantFrom<Figure['state']>('accepted', 'accepted', 'accepted', 'submitted', 'returned', 'superseded', 'withdrawn')

const figures = fc.uniqueArray(fc.record({
  agency: fc.constantFrom('A', 'B', 'C', 'D', WHOLE),
  period: fc.constantFrom('2025-Q1', '2025-Q2', '2025-Q3'),
  revision: fc.integer({ min: 1, max: 2 }),
  amount: amounts,
  state: states
}), { selector: ({ agency, period, revision }) => `${agency} ${period} ${revision}`, maxLength: 20 })
  .map(rows => rows.map(({ amount, ...row }) => figure(amount, row)))

const inputs: fc.Arbitrary<StatusInput> = fc.record({
  operator: operators,
  value: hundredths,
  quantifier: fc.constantFrom('aggregate' as const, 'each' as const),
  aggregation: fc.constantFrom('direct' as const, 'sum' as const, 'ratio_of_sums' as const, 'mean' as const),
  mode: fc.constantFrom('reach' as const, 'maintain' as const),
  baseline: fc.option(fc.record({ value: hundredths, date: fc.constant('2024-12-31'), claim: fc.boolean() }), { nil: undefined }),
  on: fc.constantFrom('2025-01-10', '2025-07-01', '2025-07-15', '2025-12-31', '2026-01-01', '2026-06-01'),
  basis: fc.constantFrom('accepted' as const, 'submitted' as const),
  figures
}).map(({ aggregation, on, basis, figures, ...target }) =>
  inputOf({ target: { ...target, scope: { level: 'commune' } }, indicator: { aggregation }, scope: communes('ABCD'), figures, on, basis }))

const single = (operator: 'gt' | 'gte' | 'eq' | 'lte' | 'lt', value: string, amount: string): Status =>
  evaluateStatus(inputOf({ target: { operator, value }, figures: [figure(amount)] }))

t.test('any input has a status, and its numbers hold together', async () => {
  fc.assert(fc.property(inputs, (input) => {
    const status = evaluateStatus(input)
    const { coverage, reporting, explanation, performance, members } = status
    return PERFORMANCES.includes(performance) &&
      coverage.expected === coverage.reported + coverage.missing &&
      (coverage.passed === null || (coverage.failed !== null && coverage.passed + coverage.failed + coverage.notApplicable === coverage.reported)) &&
      (members === null || members.length === coverage.expected) &&
      Object.values(reporting.counts).reduce((a, b) => a + b) === input.scope.reporters.length &&
      (reporting.state === 'not_due' || reporting.counts[reporting.state] > 0) &&
      (status.value === null) === (status.gap === null) &&
      explanation.text.vi !== '' && !/undefined|null|NaN/.test(explanation.text.vi + explanation.text.en + (explanation.comparison ?? ''))
  }), { numRuns: 1000 })
})

t.test('the order of the figures does not matter', async (t) => {
  fc.assert(fc.property(inputs, fc.infiniteStream(fc.nat()), (input, random) => {
    const shuffled = input.figures.map(figure => ({ figure, at: random.next().value as number })).sort((a, b) => a.at - b.at).map(({ figure }) => figure)
    const { scope } = input
    t.same(evaluateStatus({ ...input, figures: shuffled, scope: { ...scope, members: scope.members.toReversed(), reporters: scope.reporters.toReversed() } }), evaluateStatus(input))
  }), { numRuns: 200 })
})

t.test('what is shown agrees with the verdict', async () => {
  fc.assert(fc.property(operators, hundredths, amounts.filter(amount => !amount.endsWith('/0')), (operator, value, amount) => {
    const status = single(operator, value, amount)
    const achieved = status.performance === 'achieved'
    return achieved === meets(exact(amount), operator, parseDecimal(value)!) && achieved === meets(readShown(status.value!), operator, parseDecimal(value)!)
  }), { numRuns: 2000 })
})

t.test('also where a float could not tell them apart', async (t) => {
  fc.assert(fc.property(fc.bigInt({ min: 1n, max: 10n ** 16n }), (k) => {
    const n = 9n * k
    const d = 10n * k
    t.equal(single('gte', '90', `${n}/${d}`).performance, 'achieved')
    t.equal(single('gte', '90', `${n - 1n}/${d}`).performance, 'in_progress')
    t.equal(single('gt', '90', `${n}/${d}`).performance, 'in_progress')
    t.equal(single('gt', '90', `${n + 1n}/${d}`).performance, 'achieved')
    t.not(single('gte', '90', `${n - 1n}/${d}`).value, '90.00')
  }), { numRuns: 100 })
})

t.test('numerator and denominator scaled alike change nothing', async (t) => {
  fc.assert(fc.property(operators, hundredths, fc.nat(10_000), fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 100_000 }), (operator, value, n, d, k) => {
    const { numerator, denominator, explanation, ...scaled } = single(operator, value, `${n * k}/${d * k}`)
    const { numerator: _n, denominator: _d, explanation: _e, ...plain } = single(operator, value, `${n}/${d}`)
    t.same(scaled, plain)
  }), { numRuns: 300 })
})

t.test('more is never worse where higher is better', async () => {
  const rank = ['off_track', 'at_risk', 'on_track', 'achieved']
  const numbers = fc.integer({ min: 0, max: 10_000 })
  const at = (n: number): Status => evaluateStatus(inputOf({ target: CLIMB, figures: [figure(`${n}/10000`)] }))
  fc.assert(fc.property(numbers, numbers, (a, b) => {
    const [less, more] = [at(Math.min(a, b)), at(Math.max(a, b))]
    return rank.indexOf(less.performance) >= 0 && rank.indexOf(less.performance) <= rank.indexOf(more.performance)
  }), { numRuns: 500 })
})

t.test('for each: a member that improves never takes the achievement away, one that is missing never gives it', async () => {
  const percent = fc.integer({ min: 0, max: 100 })
  fc.assert(fc.property(fc.array(percent, { minLength: 3, maxLength: 3 }), fc.nat(2), percent, (values, which, more) => {
    const at = (list: (number | undefined)[]): Status => evaluateStatus(inputOf({
      target: { quantifier: 'each', value: '70', scope: { level: 'commune' } },
      scope: communes('ABC'),
      figures: list.flatMap((value, i) => value === undefined ? [] : [figure(String(value), { agency: 'ABC'[i]! })])
    }))
    const before = at(values).performance === 'achieved'
    const raised = at(values.map((value, i) => i === which ? Math.max(value, more) : value)).performance === 'achieved'
    return before === values.every(value => value >= 70) && (!before || raised) &&
      at(values.map((value, i) => i === which ? undefined : value)).performance !== 'achieved'
  }), { numRuns: 300 })
})

function exact (amount: string): Rational {
  const [n, d] = amount.split('/') as [string, string?]
  return d === undefined ? parseDecimal(n)! : rational(BigInt(n) * 100n, BigInt(d))
}
